import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
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
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;
import org.ofdrw.gm.ses.parse.SESVersion;
import org.ofdrw.gm.ses.parse.SESVersionHolder;
import org.ofdrw.gm.ses.parse.VersionParser;

/**
 * Lets OFDRW read seals and stamps, and BouncyCastle verify their signatures, messages, paths and
 * revocation lists; the protocol is in ../README.md. What neither of them checks (membership, the
 * seal's own dates, pictures, extensions) they let pass, so an acceptance says nothing about an
 * invalid case.
 */
public class Peer {
    static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    static class Case extends HashMap<String, String> {
        byte[] octets(String name) {
            return Hex.decode(getOrDefault(name, ""));
        }

        List<byte[]> list(String name) {
            List<byte[]> out = new ArrayList<>();
            for (String one : getOrDefault(name, "").split(",")) {
                if (!one.isEmpty()) {
                    out.add(Hex.decode(one));
                }
            }
            return out;
        }

        Date time() {
            return Date.from(Instant.parse(get("verifyTime")));
        }
    }

    static class Refused extends Exception {
        Refused(String why) {
            super(why);
        }
    }

    static class Cannot extends Exception {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            System.out.println("OFDRW 2.3.8 with BouncyCastle " + PROVIDER.getVersionStr());
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t");
            Case fields = new Case();
            for (String part : Arrays.copyOfRange(parts, 2, parts.length)) {
                int at = part.indexOf('=');
                fields.put(part.substring(0, at), part.substring(at + 1));
            }
            System.out.println(parts[0] + "\t" + walled(parts[1], fields).replace('\n', ' '));
        }
    }

    static String walled(String kind, Case fields) {
        try {
            switch (kind) {
                case "SesSeal":
                    seal(fields.octets("der"), fields);
                    break;
                case "SesSignature":
                    stamp(fields);
                    break;
                case "LimboPath":
                    if (!fields.getOrDefault("depth", "99").equals("99")) {
                        throw new Cannot();
                    }
                    path(certificate(fields.octets("cert")), fields);
                    break;
                default:
                    throw new Cannot();
            }
            return "accepted\t";
        } catch (Cannot reason) {
            return "cannot\t";
        } catch (Throwable refusal) {
            return "refused\t" + refusal;
        }
    }

    static void seal(byte[] der, Case fields) throws Exception {
        SESVersionHolder holder = VersionParser.parseSES_SealVersion(whole(der));
        ASN1OctetString certificate;
        byte[] covered;
        byte[] value;
        if (holder.getVersion() == SESVersion.v1) {
            org.ofdrw.gm.ses.v1.SESeal seal = holder.getInstanceV1Seal();
            certificate = seal.getSignInfo().getCert();
            ASN1Encodable[] members = {seal.getEsealInfo(), certificate, seal.getSignInfo().getSignatureAlgorithm()};
            covered = new DERSequence(members).getEncoded(ASN1Encoding.DER);
            value = seal.getSignInfo().getSignData().getOctets();
        } else {
            org.ofdrw.gm.ses.v4.SESeal seal = holder.getInstanceV4Seal();
            certificate = seal.getCert();
            covered = seal.geteSealInfo().getEncoded(ASN1Encoding.DER);
            value = seal.getSignedValue().getOctets();
        }
        X509Certificate maker = certificate(certificate.getOctets());
        verify(maker.getPublicKey(), covered, value);
        path(maker, fields);
    }

    static void stamp(Case fields) throws Exception {
        SESVersionHolder holder = VersionParser.parseSES_SignatureVersion(whole(fields.octets("der")));
        ASN1OctetString certificate;
        byte[] seal;
        byte[] covered;
        byte[] value;
        byte[] digest;
        String property;
        if (holder.getVersion() == SESVersion.v1) {
            org.ofdrw.gm.ses.v1.SES_Signature stamp = holder.getInstanceV1();
            certificate = stamp.getToSign().getCert();
            seal = stamp.getToSign().getEseal().getEncoded(ASN1Encoding.DER);
            covered = stamp.getToSign().getEncoded(ASN1Encoding.DER);
            value = stamp.getSignature().getOctets();
            digest = stamp.getToSign().getDataHash().getOctets();
            property = stamp.getToSign().getPropertyInfo().getString();
        } else {
            org.ofdrw.gm.ses.v4.SES_Signature stamp = holder.getInstanceV4();
            certificate = stamp.getCert();
            seal = stamp.getToSign().getEseal().getEncoded(ASN1Encoding.DER);
            covered = stamp.getToSign().getEncoded(ASN1Encoding.DER);
            value = stamp.getSignature().getOctets();
            digest = stamp.getToSign().getDataHash().getOctets();
            property = stamp.getToSign().getPropertyInfo().getString();
        }
        X509Certificate signer = certificate(certificate.getOctets());
        verify(signer.getPublicKey(), covered, value);
        if (!Arrays.equals(digest, sm3(fields.octets("document")))) {
            throw new Refused("dataHash");
        }
        if (!property.equals(fields.getOrDefault("expectedPath", property))) {
            throw new Refused("propertyInfo");
        }
        path(signer, fields);
        seal(seal, fields);
    }

    /** The one value of the whole input. */
    static ASN1Sequence whole(byte[] der) throws Exception {
        return ASN1Sequence.getInstance(der);
    }

    static byte[] sm3(byte[] data) {
        SM3Digest digest = new SM3Digest();
        digest.update(data, 0, data.length);
        byte[] out = new byte[32];
        digest.doFinal(out, 0);
        return out;
    }

    static X509Certificate certificate(byte[] der) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509", PROVIDER);
        X509Certificate read = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        if (read == null) {
            throw new Refused("certificate");
        }
        return read;
    }

    static void verify(PublicKey key, byte[] message, byte[] value) throws Exception {
        Signature signature = Signature.getInstance("SM3withSM2", PROVIDER);
        signature.initVerify(key);
        signature.update(message);
        if (!signature.verify(value)) {
            throw new Refused("signature");
        }
    }

    static void path(X509Certificate leaf, Case fields) throws Exception {
        path(leaf, fields, new ArrayList<>());
    }

    static void path(X509Certificate leaf, Case fields, List<byte[]> inside) throws Exception {
        // BouncyCastle refuses to look into the future.
        if (fields.time().after(new Date())) {
            throw new Cannot();
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[0] && !usage[1]) {
            throw new Refused("keyUsage");
        }
        Set<TrustAnchor> anchors = new HashSet<>();
        for (byte[] anchor : fields.list("trustAnchors")) {
            anchors.add(new TrustAnchor(certificate(anchor), null));
        }
        List<Object> store = new ArrayList<>();
        store.add(leaf);
        inside.addAll(fields.list("intermediates"));
        inside.addAll(fields.list("extraCerts"));
        for (byte[] one : inside) {
            store.add(certificate(one));
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509", PROVIDER);
        for (byte[] one : fields.list("crls")) {
            try {
                store.add(factory.generateCRL(new ByteArrayInputStream(one)));
            } catch (Exception unreadable) {
                continue;
            }
        }
        X509CertSelector selector = new X509CertSelector();
        selector.setCertificate(leaf);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, selector);
        parameters.setMaxPathLength(10);
        parameters.setRevocationEnabled(!fields.list("crls").isEmpty() || !fields.containsKey("cert"));
        parameters.setDate(fields.time());
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(store), PROVIDER));
        CertPathBuilder.getInstance("PKIX", PROVIDER).build(parameters);
    }
}
