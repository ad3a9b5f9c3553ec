import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.bouncycastle.asn1.cms.GCMParameters;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSAuthEnvelopedData;
import org.bouncycastle.cms.CMSAuthEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSEncryptedData;
import org.bouncycastle.cms.CMSEncryptedDataGenerator;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultCMSSignatureAlgorithmNameGenerator;
import org.bouncycastle.cms.KeyTransRecipient;
import org.bouncycastle.cms.KeyTransRecipientId;
import org.bouncycastle.cms.KeyTransRecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientInformationStore;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationVerifier;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.operator.AsymmetricKeyWrapper;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.InputAEADDecryptor;
import org.bouncycastle.operator.InputDecryptor;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.OutputAEADEncryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;

/**
 * Signed and encrypted messages. BouncyCastle's own CMS reads and writes them; it has no SM2
 * ciphertext in DER, so its SM2 engine stands behind a recipient of ours, and SignedAndEnvelopedData
 * is put together from its structures.
 */
class Messages {
    static final BouncyCastleProvider PROVIDER = Peer.PROVIDER;
    static final String GM = "1.2.156.10197.6.1.4.2.";
    static final ASN1ObjectIdentifier SM2_ENCRYPTION = new ASN1ObjectIdentifier("1.2.156.10197.1.301.3");
    static final String SM4 = "1.2.156.10197.1.104.";
    static final String AES = "2.16.840.1.101.3.4.1.";

    // Signed.

    static void signed(Peer.Case fields) throws Exception {
        byte[] der = fields.octets("der");
        // A byte behind a message is not BouncyCastle's affair but its stream's.
        try (ASN1InputStream whole = new ASN1InputStream(der)) {
            whole.readObject();
            TrustFiles.need(whole.read() < 0, "bytes behind the message");
        }
        CMSSignedData message = new CMSSignedData(der);
        if (message.getSignedContent() == null) {
            Peer.need(fields.containsKey("detachedContent"));
            message = new CMSSignedData(new CMSProcessableByteArray(fields.octets("detachedContent")), der);
        }
        signers(message, fields);
    }

    static void signers(CMSSignedData message, Peer.Case fields) throws Exception {
        TrustFiles.need(message.getSignerInfos().size() > 0, "no signer");
        for (SignerInformation one : message.getSignerInfos().getSigners()) {
            signer(message, one, fields);
            for (SignerInformation over : one.getCounterSignatures().getSigners()) {
                signer(message, over, fields);
            }
        }
    }

    static void signer(CMSSignedData message, SignerInformation one, Peer.Case fields) throws Exception {
        Collection<X509CertificateHolder> found = new ArrayList<>(message.getCertificates().getMatches(one.getSID()));
        for (byte[] offered : TrustFiles.list(fields, "intermediates")) {
            X509CertificateHolder holder = new X509CertificateHolder(offered);
            if (one.getSID().match(holder)) {
                found.add(holder);
            }
        }
        TrustFiles.need(!found.isEmpty(), "no certificate");
        X509CertificateHolder holder = found.iterator().next();
        DefaultCMSSignatureAlgorithmNameGenerator names = new DefaultCMSSignatureAlgorithmNameGenerator();
        CMSSignatureAlgorithmNameGenerator name = (digest, signature) -> {
            String algorithm = signature.getAlgorithm().getId();
            boolean sm2 = algorithm.equals("1.2.156.10197.1.501") || algorithm.equals("1.2.156.10197.1.301.1");
            return sm2 ? "SM3WITHSM2" : names.getSignatureName(digest, signature);
        };
        TrustFiles.need(one.verify(new SignerInformationVerifier(name, new DefaultSignatureAlgorithmIdentifierFinder(),
                TrustFiles.verifier(holder), new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build())), "signature");
        boolean[] usage = TrustFiles.certificate(holder.getEncoded()).getKeyUsage();
        TrustFiles.need(usage == null || usage[0] || usage[1], "keyUsage");
        List<byte[]> inside = new ArrayList<>();
        for (X509CertificateHolder other : message.getCertificates().getMatches(null)) {
            inside.add(other.getEncoded());
        }
        Date at = TrustFiles.time(fields);
        TrustFiles.path(TrustFiles.certificate(holder.getEncoded()), fields, at, inside);
    }

    /** A message by `signers` (keys) with `certificates`, then `chain`. */
    static byte[] sign(Peer.Case fields) throws Exception {
        boolean gm = fields.get("form").equals("gm");
        List<byte[]> keys = TrustFiles.list(fields, "keys");
        List<byte[]> certificates = TrustFiles.list(fields, "certificates");
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        List<X509CertificateHolder> inside = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            X509CertificateHolder holder = new X509CertificateHolder(certificates.get(i));
            PrivateKey key = key(keys.get(i));
            String name = fields.getOrDefault("signature", "SM3withSM2");
            JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build());
            builder.setDirectSignature(fields.get("attributes").equals("0"));
            generator.addSignerInfoGenerator(builder.build(new JcaContentSignerBuilder(name).setProvider(PROVIDER).build(key), holder));
            inside.add(holder);
        }
        for (byte[] one : TrustFiles.list(fields, "chain")) {
            inside.add(new X509CertificateHolder(one));
        }
        generator.addCertificates(new CollectionStore<>(inside));
        ASN1ObjectIdentifier type = new ASN1ObjectIdentifier(gm ? GM + "1" : "1.2.840.113549.1.7.1");
        boolean attached = fields.get("detached").equals("0");
        CMSSignedData made = generator.generate(new CMSProcessableByteArray(type, fields.octets("content")), attached);
        if (!gm) {
            return made.getEncoded("DER");
        }
        return withVersion(GM + "2", made.toASN1Structure(), 1); // always 1 in GB/T 35275
    }

    static byte[] wrapped(String type, ASN1Primitive content) throws IOException {
        return new ContentInfo(new ASN1ObjectIdentifier(type), content).getEncoded("DER");
    }

    static PrivateKey key(byte[] pkcs8) throws Exception {
        boolean rsa = PrivateKeyInfo.getInstance(pkcs8).getPrivateKeyAlgorithm().getAlgorithm().getId().startsWith("1.2.840.113549");
        return KeyFactory.getInstance(rsa ? "RSA" : "EC", PROVIDER).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    // Packets (docs/envelope.md).

    static final String PACKET = "2.25.115024152134995567240769649487469872858.";

    /** Opens a packet as its receiver and judges it: BouncyCastle's AuthEnvelopedData and SignedData, the rest by hand. */
    static void packet(Peer.Case fields) throws Exception {
        CMSAuthEnvelopedData enveloped = new CMSAuthEnvelopedData(fields.octets("der"));
        ASN1Sequence outside = ASN1Sequence.getInstance(enveloped.getAuthAttrs().get(new ASN1ObjectIdentifier(PACKET + "1")).getAttrValues().getObjectAt(0));
        ASN1Sequence content = ASN1Sequence.getInstance(opened(enveloped.getRecipientInfos(), fields));
        TrustFiles.need(content.size() == 3, "content");
        byte[] salt = ASN1OctetString.getInstance(content.getObjectAt(0)).getOctets();
        byte[] body = ASN1OctetString.getInstance(content.getObjectAt(2)).getOctets();
        CMSSignedData message = new CMSSignedData(ContentInfo.getInstance(content.getObjectAt(1)));
        signers(message, fields);
        TrustFiles.need(message.getSignerInfos().size() == 1 && message.getSignedContent() != null, "signed");
        byte[] signed = (byte[]) message.getSignedContent().getContent();
        TrustFiles.need(Arrays.equals(signed, outside.getEncoded("DER")), "another header outside");
        ASN1Sequence header = ASN1Sequence.getInstance(signed);
        TrustFiles.need(header.size() == 9 && header.getObjectAt(0).toString().equals(PACKET + "1"), "format");
        TrustFiles.need(header.getObjectAt(1).equals(new ASN1Integer(1)), "version");
        SignerInformation one = message.getSignerInfos().getSigners().iterator().next();
        X509CertificateHolder sender = (X509CertificateHolder) message.getCertificates().getMatches(one.getSID()).iterator().next();
        boolean known = false;
        for (byte[] listed : TrustFiles.list(fields, "senders")) {
            known |= Arrays.equals(listed, sender.getEncoded());
        }
        TrustFiles.need(known, "sender");
        TrustFiles.need(Arrays.equals(digest(header, 2), sm3(sender.getEncoded())), "digest of the sender");
        TrustFiles.need(Arrays.equals(digest(header, 3), sm3(fields.octets("recipientCert"))), "digest of the receiver");
        TrustFiles.need(Arrays.equals(digest(header, 8), sm3(salt, body)), "digest of the body");
        Peer.equal(body, fields.octets("body"));
    }

    static byte[] digest(ASN1Sequence header, int at) {
        return ASN1OctetString.getInstance(header.getObjectAt(at)).getOctets();
    }

    static byte[] sm3(byte[]... parts) {
        org.bouncycastle.crypto.digests.SM3Digest digest = new org.bouncycastle.crypto.digests.SM3Digest();
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] out = new byte[32];
        digest.doFinal(out, 0);
        return out;
    }

    /** Makes a packet: `keys` and `certificates` of the sender, `recipients` the receiver. */
    static byte[] seal(Peer.Case fields) throws Exception {
        byte[] salt = random(32);
        ASN1EncodableVector header = new ASN1EncodableVector();
        header.add(new ASN1ObjectIdentifier(PACKET + "1"));
        header.add(new ASN1Integer(1));
        header.add(new DEROctetString(sm3(fields.octets("certificates"))));
        header.add(new DEROctetString(sm3(fields.octets("recipients"))));
        header.add(new org.bouncycastle.asn1.DERUTF8String("voucher"));
        header.add(new org.bouncycastle.asn1.DERUTF8String("2026/5201"));
        header.add(new ASN1Integer(1));
        header.add(new org.bouncycastle.asn1.ASN1GeneralizedTime("20260301080000Z"));
        header.add(new DEROctetString(sm3(salt, fields.octets("content"))));
        ASN1Sequence head = new DERSequence(header);
        // In the form of GB/T 35275 with its name of the algorithm, which BouncyCastle does not write itself.
        byte[] value = signature(key(fields.octets("keys")), head.getEncoded("DER"));
        ASN1EncodableVector content = new ASN1EncodableVector();
        content.add(new DEROctetString(salt));
        content.add(bare(fields.octets("certificates"), head.getEncoded("DER"), value));
        content.add(new DEROctetString(fields.octets("content")));
        ASN1EncodableVector attributes = new ASN1EncodableVector();
        attributes.add(new org.bouncycastle.asn1.cms.Attribute(new ASN1ObjectIdentifier("1.2.840.113549.1.9.3"), new DERSet(new ASN1ObjectIdentifier(PACKET + "2"))));
        attributes.add(new org.bouncycastle.asn1.cms.Attribute(new ASN1ObjectIdentifier(PACKET + "1"), new DERSet(head)));
        CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
        generator.setAuthenticatedAttributeGenerator(new org.bouncycastle.cms.SimpleAttributeTableGenerator(new org.bouncycastle.asn1.cms.AttributeTable(attributes)));
        generator.addRecipientInfoGenerator(Sm2Generator.of(fields.octets("recipients"), false));
        CMSProcessableByteArray plain = new CMSProcessableByteArray(new ASN1ObjectIdentifier(PACKET + "2"), new DERSequence(content).getEncoded("DER"));
        return generator.generate(plain, new AeadEncryptor("sm4-gcm")).toASN1Structure().getEncoded("DER");
    }

    static byte[] signature(PrivateKey key, byte[] message) throws GeneralSecurityException {
        java.security.Signature signer = java.security.Signature.getInstance("SM3withSM2", PROVIDER);
        signer.initSign(key);
        signer.update(message);
        return signer.sign();
    }

    /** SignedData of GB/T 35275 by one signer without attributes. */
    static ASN1Sequence bare(byte[] certificate, byte[] content, byte[] value) throws IOException {
        X509CertificateHolder holder = new X509CertificateHolder(certificate);
        AlgorithmIdentifier sm3 = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.156.10197.1.401"));
        AlgorithmIdentifier sm2 = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.156.10197.1.301.1"));
        ASN1EncodableVector signer = new ASN1EncodableVector();
        signer.add(new ASN1Integer(1));
        signer.add(new IssuerAndSerialNumber(holder.toASN1Structure()));
        signer.add(sm3);
        signer.add(sm2);
        signer.add(new DEROctetString(value));
        ASN1EncodableVector body = new ASN1EncodableVector();
        body.add(new ASN1Integer(1));
        body.add(new DERSet(sm3));
        body.add(new ContentInfo(new ASN1ObjectIdentifier(GM + "1"), new DEROctetString(content)));
        body.add(new DERTaggedObject(false, 0, new DERSet(holder.toASN1Structure())));
        body.add(new DERSet(new DERSequence(signer)));
        byte[] made = wrapped(GM + "2", new DERSequence(body));
        return ASN1Sequence.getInstance(made);
    }

    // Encrypted.

    static void open(Peer.Case fields) throws Exception {
        if (!fields.getOrDefault("allow", "").isEmpty()) {
            throw new Peer.Cannot();
        }
        byte[] der = fields.octets("der");
        ASN1Sequence info;
        try (ASN1InputStream whole = new ASN1InputStream(der)) {
            info = ASN1Sequence.getInstance(whole.readObject());
            TrustFiles.need(whole.read() < 0, "bytes behind the message");
        }
        String type = ASN1ObjectIdentifier.getInstance(info.getObjectAt(0)).getId();
        ContentInfo message = ContentInfo.getInstance(info);
        byte[] content;
        switch (type) {
            case GM + "3":
            case "1.2.840.113549.1.7.3":
                content = opened(new CMSEnvelopedData(message).getRecipientInfos(), fields);
                break;
            case "1.2.840.113549.1.9.16.1.23":
                content = opened(new CMSAuthEnvelopedData(message).getRecipientInfos(), fields);
                break;
            case GM + "5":
            case "1.2.840.113549.1.7.6":
                Peer.need(fields.containsKey("key"));
                content = new CMSEncryptedData(message).getContent(algorithm -> new Decryptor(algorithm, fields.octets("key")));
                break;
            case GM + "4":
                content = signedAndEnveloped(message, fields);
                break;
            default:
                throw new Peer.Refused("type " + type);
        }
        Peer.equal(content, fields.octets("content"));
    }

    static byte[] opened(RecipientInformationStore recipients, Peer.Case fields) throws Exception {
        X509CertificateHolder own = new X509CertificateHolder(fields.octets("recipientCert"));
        byte[] identifier = SubjectKeyIdentifier.fromExtensions(own.getExtensions()).getKeyIdentifier();
        RecipientInformation found = recipients.get(new KeyTransRecipientId(own.getIssuer(), own.getSerialNumber()));
        found = found != null ? found : recipients.get(new KeyTransRecipientId(identifier));
        TrustFiles.need(found != null, "no recipient");
        return found.getContent(new Sm2Recipient(key(fields.octets("recipientKey"))));
    }

    /** The structure is PKCS#7's: BouncyCastle's EnvelopedData opens its recipients, its SignedData the rest. */
    static byte[] signedAndEnveloped(ContentInfo message, Peer.Case fields) throws Exception {
        ASN1Sequence parts = ASN1Sequence.getInstance(message.getContent());
        EncryptedContentInfo encrypted = EncryptedContentInfo.getInstance(parts.getObjectAt(3));
        ASN1Set recipients = ASN1Set.getInstance(parts.getObjectAt(1));
        EnvelopedData enveloped = new EnvelopedData(null, recipients, encrypted, (ASN1Set) null);
        ASN1ObjectIdentifier type = new ASN1ObjectIdentifier("1.2.840.113549.1.7.3");
        byte[] content = opened(new CMSEnvelopedData(new ContentInfo(type, enveloped)).getRecipientInfos(), fields);
        ASN1EncodableVector body = new ASN1EncodableVector();
        body.add(new ASN1Integer(1));
        body.add(parts.getObjectAt(2));
        body.add(new ContentInfo(encrypted.getContentType(), new DEROctetString(content)));
        for (int i = 4; i < parts.size(); i++) {
            body.add(parts.getObjectAt(i));
        }
        SignedData signed = SignedData.getInstance(new DERSequence(body));
        signers(new CMSSignedData(new ContentInfo(new ASN1ObjectIdentifier("1.2.840.113549.1.7.2"), signed)), fields);
        return content;
    }

    /** A message of `kind` for `recipients`. */
    static byte[] encrypt(Peer.Case fields) throws Exception {
        boolean gm = fields.get("form").equals("gm");
        String prefix = gm ? GM : "1.2.840.113549.1.7.";
        CMSProcessableByteArray content = new CMSProcessableByteArray(new ASN1ObjectIdentifier(prefix + "1"), fields.octets("content"));
        switch (fields.get("kind")) {
            case "EncryptedData": {
                Encryptor encryptor = new Encryptor(SM4 + "2", fields.octets("key"));
                CMSEncryptedData made = new CMSEncryptedDataGenerator().generate(content, encryptor);
                return gm ? withVersion(GM + "5", made.toASN1Structure(), 1) : made.toASN1Structure().getEncoded("DER");
            }
            case "AuthEnvelopedData": {
                CMSAuthEnvelopedDataGenerator generator = new CMSAuthEnvelopedDataGenerator();
                for (byte[] one : TrustFiles.list(fields, "recipients")) {
                    generator.addRecipientInfoGenerator(Sm2Generator.of(one, fields.get("byKey").equals("1")));
                }
                return generator.generate(content, new AeadEncryptor(fields.get("cipher"))).toASN1Structure().getEncoded("DER");
            }
            case "EnvelopedData": {
                CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
                for (byte[] one : TrustFiles.list(fields, "recipients")) {
                    generator.addRecipientInfoGenerator(Sm2Generator.of(one, fields.get("byKey").equals("1")));
                }
                CMSEnvelopedData made = generator.generate(content, new Encryptor(SM4 + "2", random(16)));
                return gm ? inGm(made.toASN1Structure(), 3) : made.toASN1Structure().getEncoded("DER");
            }
            case "SignedAndEnvelopedData": {
                CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
                for (byte[] one : TrustFiles.list(fields, "recipients")) {
                    generator.addRecipientInfoGenerator(Sm2Generator.of(one, false));
                }
                CMSEnvelopedData made = generator.generate(content, new Encryptor(SM4 + "2", random(16)));
                ASN1Sequence enveloped = (ASN1Sequence) ASN1Sequence.fromByteArray(inGm(made.toASN1Structure(), 3));
                ASN1Sequence parts = ASN1Sequence.getInstance(ContentInfo.getInstance(enveloped).getContent());
                Peer.Case signing = new Peer.Case();
                signing.putAll(fields);
                signing.put("detached", "0");
                SignedData signed = SignedData.getInstance(ContentInfo.getInstance(ASN1Sequence.fromByteArray(sign(signing))).getContent());
                ASN1EncodableVector body = new ASN1EncodableVector();
                body.add(new ASN1Integer(1));
                body.add(parts.getObjectAt(1));
                body.add(signed.getDigestAlgorithms());
                body.add(parts.getObjectAt(2));
                body.add(new DERTaggedObject(false, 0, signed.getCertificates()));
                body.add(signed.getSignerInfos());
                return wrapped(GM + "4", new DERSequence(body));
            }
            default:
                throw new Peer.Cannot();
        }
    }

    static byte[] withVersion(String type, ContentInfo made, int version) throws IOException {
        ASN1Sequence body = (ASN1Sequence) made.getContent().toASN1Primitive();
        ASN1EncodableVector changed = new ASN1EncodableVector();
        changed.add(new ASN1Integer(version));
        for (int i = 1; i < body.size(); i++) {
            changed.add(body.getObjectAt(i));
        }
        return wrapped(type, new DERSequence(changed));
    }

    /** EnvelopedData with the versions of GB/T 35275. */
    static byte[] inGm(ContentInfo made, int type) throws IOException {
        ASN1Sequence body = (ASN1Sequence) made.getContent().toASN1Primitive();
        ASN1EncodableVector recipients = new ASN1EncodableVector();
        for (Object one : ASN1Set.getInstance(body.getObjectAt(1))) {
            ASN1Sequence fields = ASN1Sequence.getInstance(one);
            recipients.add(new DERSequence(new org.bouncycastle.asn1.ASN1Encodable[] {
                new ASN1Integer(1), fields.getObjectAt(1), fields.getObjectAt(2), fields.getObjectAt(3)}));
        }
        ASN1EncodableVector changed = new ASN1EncodableVector();
        changed.add(new ASN1Integer(1));
        changed.add(new DERSet(recipients));
        changed.add(body.getObjectAt(2));
        return wrapped(GM + type, new DERSequence(changed));
    }

    static byte[] random(int length) {
        byte[] out = new byte[length];
        Peer.RANDOM.nextBytes(out);
        return out;
    }

    static Cipher cipher(AlgorithmIdentifier algorithm, byte[] key, int mode) throws GeneralSecurityException {
        String name = algorithm.getAlgorithm().getId();
        boolean sm4 = name.startsWith(SM4);
        int length = name.equals(AES + "46") ? 32 : 16;
        if (key.length != length) {
            throw new GeneralSecurityException("key length");
        }
        SecretKeySpec secret = new SecretKeySpec(key, sm4 ? "SM4" : "AES");
        if (name.equals(SM4 + "2")) {
            Cipher cipher = Cipher.getInstance("SM4/CBC/PKCS7Padding", PROVIDER);
            cipher.init(mode, secret, new IvParameterSpec(ASN1OctetString.getInstance(algorithm.getParameters()).getOctets()));
            return cipher;
        }
        if (!name.equals(SM4 + "8") && !name.equals(AES + "6") && !name.equals(AES + "46")) {
            throw new GeneralSecurityException("cipher " + name);
        }
        GCMParameters parameters = GCMParameters.getInstance(algorithm.getParameters());
        Cipher cipher = Cipher.getInstance(sm4 ? "SM4/GCM/NoPadding" : "AES/GCM/NoPadding", PROVIDER);
        cipher.init(mode, secret, new GCMParameterSpec(8 * parameters.getIcvLen(), parameters.getNonce()));
        return cipher;
    }

    /** The content key, by BouncyCastle's SM2 engine, from the ciphertext in DER. */
    static class Sm2Recipient implements KeyTransRecipient {
        final ECPrivateKeyParameters own;

        Sm2Recipient(PrivateKey key) {
            own = new ECPrivateKeyParameters(((ECPrivateKey) key).getS(), Peer.DOMAIN);
        }

        @Override
        public RecipientOperator getRecipientOperator(AlgorithmIdentifier wrapping, AlgorithmIdentifier algorithm, byte[] encrypted) throws CMSException {
            if (!wrapping.getAlgorithm().equals(SM2_ENCRYPTION)) {
                throw new CMSException("key encryption " + wrapping.getAlgorithm());
            }
            byte[] key;
            try {
                ASN1Sequence parts = (ASN1Sequence) ASN1Primitive.fromByteArray(encrypted);
                BigInteger x = ASN1Integer.getInstance(parts.getObjectAt(0)).getPositiveValue();
                BigInteger y = ASN1Integer.getInstance(parts.getObjectAt(1)).getPositiveValue();
                ECPoint c1 = Peer.CURVE.getCurve().validatePoint(x, y);
                byte[] c3 = ASN1OctetString.getInstance(parts.getObjectAt(2)).getOctets();
                byte[] c2 = ASN1OctetString.getInstance(parts.getObjectAt(3)).getOctets();
                byte[] raw = org.bouncycastle.util.Arrays.concatenate(c1.getEncoded(false), c3, c2);
                SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
                engine.init(false, own);
                key = engine.processBlock(raw, 0, raw.length);
            } catch (Exception refused) {
                throw new CMSException("content key", refused);
            }
            String name = algorithm.getAlgorithm().getId();
            boolean aead = !name.equals(SM4 + "2");
            return aead ? new RecipientOperator(new AeadDecryptor(algorithm, key)) : new RecipientOperator(new Decryptor(algorithm, key));
        }
    }

    /** What runs a cipher over all of a stream. */
    static InputStream all(InputStream in, Cipher cipher) {
        try {
            return new java.io.ByteArrayInputStream(cipher.doFinal(in.readAllBytes()));
        } catch (Exception refused) {
            throw new IllegalStateException(refused);
        }
    }

    static class Decryptor implements InputDecryptor {
        final AlgorithmIdentifier algorithm;
        final Cipher cipher;

        Decryptor(AlgorithmIdentifier algorithm, byte[] key) {
            try {
                this.algorithm = algorithm;
                cipher = cipher(algorithm, key, Cipher.DECRYPT_MODE);
            } catch (Exception refused) {
                throw new IllegalStateException(refused);
            }
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return algorithm;
        }

        @Override
        public InputStream getInputStream(InputStream in) {
            return all(in, cipher);
        }
    }

    static class AeadDecryptor extends Decryptor implements InputAEADDecryptor {
        AeadDecryptor(AlgorithmIdentifier algorithm, byte[] key) {
            super(algorithm, key);
        }

        @Override
        public OutputStream getAADStream() {
            return aad(cipher);
        }

        @Override
        public byte[] getMAC() {
            return null; // behind the ciphertext
        }
    }

    static OutputStream aad(Cipher cipher) {
        return new OutputStream() {
            @Override
            public void write(int octet) {
                cipher.updateAAD(new byte[] {(byte) octet});
            }

            @Override
            public void write(byte[] octets, int at, int length) {
                cipher.updateAAD(octets, at, length);
            }
        };
    }

    static class Encryptor implements OutputEncryptor {
        final byte[] key;
        final AlgorithmIdentifier algorithm;
        final Cipher cipher;

        Encryptor(String name, byte[] key) throws GeneralSecurityException {
            this.key = key;
            boolean cbc = name.equals(SM4 + "2");
            algorithm = new AlgorithmIdentifier(new ASN1ObjectIdentifier(name), cbc ? new DEROctetString(random(16)) : new GCMParameters(random(12), 16));
            cipher = cipher(algorithm, key, Cipher.ENCRYPT_MODE);
        }

        @Override
        public AlgorithmIdentifier getAlgorithmIdentifier() {
            return algorithm;
        }

        @Override
        public OutputStream getOutputStream(OutputStream out) {
            return new ByteArrayOutputStream() {
                @Override
                public void close() throws IOException {
                    try {
                        finish(cipher.doFinal(toByteArray()), out);
                    } catch (GeneralSecurityException refused) {
                        throw new IOException(refused);
                    }
                }
            };
        }

        void finish(byte[] text, OutputStream out) throws IOException {
            out.write(text);
        }

        @Override
        public GenericKey getKey() {
            return new GenericKey(algorithm, key);
        }
    }

    static class AeadEncryptor extends Encryptor implements OutputAEADEncryptor {
        byte[] mac;

        AeadEncryptor(String cipher) throws GeneralSecurityException {
            super(cipher.equals("sm4-gcm") ? SM4 + "8" : cipher.equals("aes-128-gcm") ? AES + "6" : AES + "46", random(cipher.equals("aes-256-gcm") ? 32 : 16));
        }

        @Override
        void finish(byte[] text, OutputStream out) throws IOException {
            mac = Arrays.copyOfRange(text, text.length - 16, text.length);
            out.write(text, 0, text.length - 16);
        }

        @Override
        public OutputStream getAADStream() {
            return aad(cipher);
        }

        @Override
        public byte[] getMAC() {
            return mac;
        }
    }

    /** A recipient by issuer and serial number, or by key identifier. */
    static class Sm2Generator extends KeyTransRecipientInfoGenerator {
        Sm2Generator(X509CertificateHolder holder) {
            super(new IssuerAndSerialNumber(holder.toASN1Structure()), new Sm2Wrapper(holder));
        }

        Sm2Generator(X509CertificateHolder holder, byte[] identifier) {
            super(identifier, new Sm2Wrapper(holder));
        }

        static Sm2Generator of(byte[] certificate, boolean byKey) throws IOException {
            X509CertificateHolder holder = new X509CertificateHolder(certificate);
            byte[] identifier = SubjectKeyIdentifier.fromExtensions(holder.getExtensions()).getKeyIdentifier();
            return byKey ? new Sm2Generator(holder, identifier) : new Sm2Generator(holder);
        }
    }

    static class Sm2Wrapper extends AsymmetricKeyWrapper {
        final ECPublicKeyParameters key;

        Sm2Wrapper(X509CertificateHolder holder) {
            super(new AlgorithmIdentifier(SM2_ENCRYPTION));
            byte[] point = holder.getSubjectPublicKeyInfo().getPublicKeyData().getOctets();
            key = new ECPublicKeyParameters(Peer.CURVE.getCurve().decodePoint(point), Peer.DOMAIN);
        }

        @Override
        public byte[] generateWrappedKey(GenericKey secret) throws OperatorException {
            try {
                byte[] plain = (byte[]) secret.getRepresentation();
                SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
                engine.init(true, new ParametersWithRandom(key, Peer.RANDOM));
                byte[] raw = engine.processBlock(plain, 0, plain.length);
                ASN1EncodableVector parts = new ASN1EncodableVector();
                parts.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 1, 33))));
                parts.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 33, 65))));
                parts.add(new DEROctetString(Arrays.copyOfRange(raw, 65, 97)));
                parts.add(new DEROctetString(Arrays.copyOfRange(raw, 97, raw.length)));
                return new DERSequence(parts).getEncoded("DER");
            } catch (Exception refused) {
                throw new OperatorException("SM2", refused);
            }
        }
    }
}
