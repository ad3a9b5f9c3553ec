import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x500.style.RFC4519Style;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.ContentVerifierProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.util.encoders.Hex;

/** What BouncyCastle says of time stamps, revocation lists, OCSP answers, requests and key files. */
class TrustFiles {
    static final BouncyCastleProvider PROVIDER = Peer.PROVIDER;

    static List<byte[]> list(Peer.Case fields, String name) {
        List<byte[]> out = new ArrayList<>();
        for (String one : fields.getOrDefault(name, "").split(",")) {
            if (!one.isEmpty()) {
                out.add(Hex.decode(one));
            }
        }
        return out;
    }

    static void need(boolean good, String why) throws Peer.Refused {
        if (!good) {
            throw new Peer.Refused(why);
        }
    }

    static Date time(Peer.Case fields) {
        return Date.from(Instant.parse(fields.get("verifyTime")));
    }

    static X509Certificate certificate(byte[] der) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509", PROVIDER);
        X509Certificate read = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        need(read != null, "certificate");
        return read;
    }

    /** The path of a certificate; its lists count if there are any. */
    static void path(X509Certificate leaf, Peer.Case fields, Date at, Collection<byte[]> inside) throws Exception {
        Peer.need(!at.after(new Date())); // BouncyCastle refuses to look into the future
        Set<TrustAnchor> anchors = new HashSet<>();
        for (byte[] anchor : list(fields, "trustAnchors")) {
            anchors.add(new TrustAnchor(certificate(anchor), null));
        }
        List<Object> store = new ArrayList<>(Collections.singletonList(leaf));
        List<byte[]> given = new ArrayList<>(inside);
        given.addAll(list(fields, "intermediates"));
        for (byte[] one : given) {
            store.add(certificate(one));
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509", PROVIDER);
        for (byte[] one : list(fields, "crls")) {
            store.add(factory.generateCRL(new ByteArrayInputStream(one)));
        }
        X509CertSelector selector = new X509CertSelector();
        selector.setCertificate(leaf);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, selector);
        parameters.setRevocationEnabled(fields.containsKey("crls"));
        parameters.setDate(at);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(store), PROVIDER));
        CertPathBuilder.getInstance("PKIX", PROVIDER).build(parameters);
    }

    static ContentVerifierProvider verifier(X509CertificateHolder by) throws Exception {
        return new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(by);
    }

    static void token(Peer.Case fields) throws Exception {
        TimeStampToken token = new TimeStampToken(new org.bouncycastle.cms.CMSSignedData(fields.octets("der")));
        String hash = token.getTimeStampInfo().getMessageImprintAlgOID().getId();
        byte[] imprint = MessageDigest.getInstance(hash, PROVIDER).digest(fields.octets("value"));
        need(Arrays.equals(imprint, token.getTimeStampInfo().getMessageImprintDigest()), "imprint");
        Date stated = token.getTimeStampInfo().getGenTime();
        need(!stated.after(time(fields)), "from the future");
        Collection<?> found = token.getCertificates().getMatches(token.getSID());
        need(!found.isEmpty(), "no certificate");
        X509CertificateHolder by = (X509CertificateHolder) found.iterator().next();
        // The signature, the certificate that it names, its dates and its purpose.
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(PROVIDER).build(by));
        List<byte[]> inside = new ArrayList<>();
        for (Object one : token.getCertificates().getMatches(null)) {
            inside.add(((X509CertificateHolder) one).getEncoded());
        }
        path(certificate(by.getEncoded()), fields, stated, inside);
    }

    static void status(Peer.Case fields) throws Exception {
        X509Certificate leaf = certificate(fields.octets("cert"));
        path(leaf, fields, time(fields), new ArrayList<>());
        for (byte[] answer : list(fields, "ocsp")) {
            answered(answer, leaf, fields);
        }
    }

    /** BouncyCastle reads an OCSP answer; who may give one, and until when, is RFC 6960's. */
    static void answered(byte[] der, X509Certificate leaf, Peer.Case fields) throws Exception {
        OCSPResp answer = new OCSPResp(der);
        need(answer.getStatus() == OCSPResp.SUCCESSFUL, "status " + answer.getStatus());
        BasicOCSPResp basic = (BasicOCSPResp) answer.getResponseObject();
        X509CertificateHolder issuer = null;
        for (byte[] anchor : list(fields, "trustAnchors")) {
            X509CertificateHolder holder = new X509CertificateHolder(anchor);
            if (Arrays.equals(holder.getSubject().getEncoded(), leaf.getIssuerX500Principal().getEncoded())) {
                issuer = holder;
            }
        }
        need(issuer != null, "issuer");
        boolean signed = basic.isSignatureValid(verifier(issuer));
        for (X509CertificateHolder one : basic.getCerts()) {
            ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(one.getExtensions());
            signed |= purposes != null && purposes.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
                    && one.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck) != null
                    && one.isSignatureValid(verifier(issuer)) && one.isValidOn(time(fields))
                    && basic.isSignatureValid(verifier(one));
        }
        need(signed, "signature");
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build();
        for (SingleResp one : basic.getResponses()) {
            if (one.getCertID().getSerialNumber().equals(leaf.getSerialNumber()) && one.getCertID().matchesIssuer(issuer, digests)) {
                need(one.getCertStatus() == CertificateStatus.GOOD, "not good");
                need(!one.getThisUpdate().after(time(fields)), "from the future");
                need(one.getNextUpdate() != null && !one.getNextUpdate().before(time(fields)), "stale");
                return;
            }
        }
        throw new Peer.Refused("not about it");
    }

    static void request(Peer.Case fields) throws Exception {
        PKCS10CertificationRequest request = new PKCS10CertificationRequest(fields.octets("der"));
        SubjectPublicKeyInfo key = request.getSubjectPublicKeyInfo();
        need(request.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider(PROVIDER).build(key)), "signature");
        Peer.equal(key.getEncoded(), fields.octets("key"));
        String name = RFC4519Style.INSTANCE.toString(request.getSubject());
        need(name.equalsIgnoreCase(fields.get("subject")), "subject " + name);
    }

    /** A file with one key: that it opens, and that its certificate or its key is the stated one. */
    static void keyFile(Peer.Case fields) throws Exception {
        byte[] file = fields.octets("file");
        Peer.need(!fields.containsKey("allow") && file.length > 0);
        char[] password = fields.containsKey("password") ? new String(fields.octets("password"), StandardCharsets.UTF_8).toCharArray() : null;
        if (file[0] == '-') {
            pem(file, password, fields);
            return;
        }
        ASN1Sequence whole = ASN1Sequence.getInstance(file);
        // CFCA's own form, and PKCS#8 without PEM.
        Peer.need(whole.getObjectAt(0) instanceof ASN1Integer && ((ASN1Integer) whole.getObjectAt(0)).hasValue(3));
        KeyStore store = KeyStore.getInstance("PKCS12", PROVIDER);
        try {
            store.load(new ByteArrayInputStream(file), password);
        } catch (java.io.IOException error) {
            // SM3, and some of SHA-2, are not among the MACs.
            Peer.need(!String.valueOf(error.getMessage()).contains("no such algorithm"));
            throw error;
        }
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                need(store.getKey(alias, null) != null, "key");
                Peer.equal(store.getCertificate(alias).getPublicKey().getEncoded(), fields.octets("key"));
                need(store.getCertificateChain(alias).length == fields.number("certificates", 0), "certificates");
                return;
            }
        }
        throw new Peer.Refused("no key");
    }

    static void pem(byte[] file, char[] password, Peer.Case fields) throws Exception {
        String text = new String(file, StandardCharsets.US_ASCII);
        Peer.need(text.contains("BEGIN ENCRYPTED PRIVATE KEY"));
        Object read = new PEMParser(new StringReader(text)).readObject();
        Peer.need(read instanceof PKCS8EncryptedPrivateKeyInfo && password != null);
        PrivateKeyInfo key;
        try {
            key = ((PKCS8EncryptedPrivateKeyInfo) read).decryptPrivateKeyInfo(
                    new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(PROVIDER).build(password));
        } catch (org.bouncycastle.pkcs.PKCSException error) {
            // SM4 without a key length, and HMAC-SM3, are not among the ciphers and PRFs.
            Peer.need(!error.getMessage().contains("no key size") && !error.getMessage().contains("unknown PRF"));
            throw error;
        }
        byte[] message = {1, 2, 3};
        PublicKey stated = new JcaPEMKeyConverter().setProvider(PROVIDER).getPublicKey(SubjectPublicKeyInfo.getInstance(fields.octets("key")));
        String algorithm = !stated.getAlgorithm().equals("RSA") ? "SHA256withECDSA" : "SHA256withRSA";
        java.security.Signature signature = java.security.Signature.getInstance(algorithm, PROVIDER);
        signature.initSign(new JcaPEMKeyConverter().setProvider(PROVIDER).getPrivateKey(key));
        signature.update(message);
        byte[] value = signature.sign();
        signature.initVerify(stated);
        signature.update(message);
        need(signature.verify(value), "another key");
    }
}
