import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Collections;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.*;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import org.bouncycastle.util.encoders.Hex;

/**
 * Makes time stamps, revocation lists, OCSP answers and requests: a line for each case,
 * TYPE TAB RESULT TAB COMMENT TAB NAME=VALUE TAB ...
 */
public class Make {
    static final Date FROM = date("2026-01-01T00:00:00Z"), UNTIL = date("2036-01-01T00:00:00Z");
    static final Date ISSUED = date("2026-06-01T00:00:00Z"), NEXT = date("2026-06-08T00:00:00Z");
    static final Date REVOKED = date("2026-03-01T00:00:00Z");
    static final String AT = "2026-06-01T12:00:00Z";
    static final String PLACE = "http://crl.example/1";
    static final byte[] VALUE = "the value that is stamped".getBytes(StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        for (String[] kind : new String[][] {
            {"SM2", "EC", "sm2p256v1", "SM3withSM2"},
            {"RSA", "RSA", "", "SHA256withRSA"},
            {"RSA-PSS", "RSA", "", "SHA256withRSAandMGF1"},
            {"P-256", "EC", "secp256r1", "SHA256withECDSA"},
        }) {
            new World(kind).all();
        }
    }

    static Date date(String text) {
        return Date.from(Instant.parse(text));
    }

    static class Party {
        X509CertificateHolder certificate;
        KeyPair keys;
        X500Name name;
    }

    static class World {
        final String kind, family, curve, algorithm;
        final JcaX509ExtensionUtils utils = new JcaX509ExtensionUtils();
        final Party root;
        long serial = 100;

        World(String[] how) throws Exception {
            kind = how[0];
            family = how[1];
            curve = how[2];
            algorithm = how[3];
            root = new Party();
            root.keys = keys();
            root.name = new X500Name("C=CN,O=BouncyCastle,CN=Root " + kind);
            root.certificate = certificate(root, root, authority());
        }

        void all() throws Exception {
            lists();
            if (!family.equals("RSA")) {
                indirect();
            }
            answers();
            tokens();
            request();
        }

        KeyPair keys() throws Exception {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(family, "BC");
            if (curve.isEmpty()) {
                generator.initialize(2048);
            } else {
                generator.initialize(new ECGenParameterSpec(curve));
            }
            return generator.generateKeyPair();
        }

        ContentSigner signer(Party by) throws Exception {
            return new JcaContentSignerBuilder(algorithm).setProvider("BC").build(by.keys.getPrivate());
        }

        Extension[] authority() throws Exception {
            return new Extension[] {
                extension(Extension.basicConstraints, true, new BasicConstraints(true)),
                extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)),
            };
        }

        Extension extension(ASN1ObjectIdentifier which, boolean critical, org.bouncycastle.asn1.ASN1Encodable value) throws Exception {
            return new Extension(which, critical, value.toASN1Primitive().getEncoded());
        }

        Party party(String name, Extension... extensions) throws Exception {
            Party made = new Party();
            made.keys = keys();
            made.name = new X500Name("C=CN,O=BouncyCastle,CN=" + name + " " + kind);
            made.certificate = certificate(made, root, extensions);
            return made;
        }

        Party person(Extension... more) throws Exception {
            Extension[] all = java.util.Arrays.copyOf(more, more.length + 1);
            all[more.length] = extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.nonRepudiation));
            return party("Person", all);
        }

        X509CertificateHolder certificate(Party of, Party by, Extension... extensions) throws Exception {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    by.name, BigInteger.valueOf(++serial), FROM, UNTIL, of.name, of.keys.getPublic());
            builder.addExtension(Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(of.keys.getPublic()));
            builder.addExtension(Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(by.keys.getPublic()));
            for (Extension one : extensions) {
                builder.addExtension(one);
            }
            return builder.build(signer(by));
        }

        // Lists.

        interface Fill {
            void fill(X509v2CRLBuilder list) throws Exception;
        }

        byte[] list(Party by, Fill fill) throws Exception {
            X509v2CRLBuilder list = new X509v2CRLBuilder(by.name, ISSUED);
            list.setNextUpdate(NEXT);
            list.addExtension(Extension.authorityKeyIdentifier, false, utils.createAuthorityKeyIdentifier(by.keys.getPublic()));
            list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(7)));
            fill.fill(list);
            return list.build(signer(by)).getEncoded();
        }

        DistributionPointName place(String uri) {
            return new DistributionPointName(new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, uri)));
        }

        Fill scope(DistributionPointName place, boolean persons, boolean authorities, ReasonFlags reasons, boolean indirect) {
            return list -> list.addExtension(Extension.issuingDistributionPoint, true,
                    new IssuingDistributionPoint(place, persons, authorities, reasons, indirect, false));
        }

        Fill revoked(Party who, int reason) {
            return list -> list.addCRLEntry(who.certificate.getSerialNumber(), REVOKED, reason);
        }

        void lists() throws Exception {
            Fill nothing = list -> {};
            Party person = person();
            Party placed = person(extension(Extension.cRLDistributionPoints, false,
                    new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(place(PLACE), null, null)})));
            status("good", "a list that names nobody", person, list(root, nothing));
            status("revoked", "keyCompromise", person, list(root, revoked(person, CRLReason.keyCompromise)));
            status("unknown", "a list by a namesake of the issuer", person, list(namesake(), nothing));
            if (family.equals("RSA")) {
                return; // the rest does not depend on the kind of the key
            }
            status("revoked", "no reason", person, list(root, list -> list.addCRLEntry(person.certificate.getSerialNumber(), REVOKED, 0)));
            status("revoked", "on hold", person, list(root, revoked(person, CRLReason.certificateHold)));
            status("good", "a list of others, for every reason", person, list(root, list -> {
                for (int reason : new int[] {1, 2, 3, 4, 5, 6, 9, 10}) {
                    list.addCRLEntry(BigInteger.valueOf(9000 + reason), REVOKED, reason);
                }
            }));
            status("good", "the list of its place", placed, list(root, scope(place(PLACE), false, false, null, false)));
            status("unknown", "the list of another place", placed, list(root, scope(place("http://crl.example/2"), false, false, null, false)));
            status("good", "a list for end entities", person, list(root, scope(null, true, false, null, false)));
            status("unknown", "a list for authorities", person, list(root, scope(null, false, true, null, false)));
            int some = ReasonFlags.keyCompromise | ReasonFlags.cACompromise;
            // With the bit that means nothing, for BouncyCastle wants it among all reasons.
            int rest = ReasonFlags.unused | ReasonFlags.affiliationChanged | ReasonFlags.superseded | ReasonFlags.cessationOfOperation
                    | ReasonFlags.certificateHold | ReasonFlags.privilegeWithdrawn | ReasonFlags.aACompromise;
            byte[] first = list(root, scope(null, false, false, new ReasonFlags(some), false));
            byte[] second = list(root, scope(null, false, false, new ReasonFlags(rest), false));
            status("unknown", "a list for some reasons", person, first);
            status("good", "two lists that have all reasons together", person, first, second);
            byte[] found = list(root, list -> {
                scope(null, false, false, new ReasonFlags(some), false).fill(list);
                revoked(person, CRLReason.keyCompromise).fill(list);
            });
            status("revoked", "two lists, one of which revokes", person, found, second);
            status("unknown", "a delta list alone", person, list(root, list -> list.addExtension(
                    Extension.deltaCRLIndicator, true, new CRLNumber(BigInteger.valueOf(6)))));
        }

        Party namesake() throws Exception {
            Party made = new Party();
            made.keys = keys();
            made.name = root.name;
            return made;
        }

        /** A list by somebody else, whom the certificate names. */
        void indirect() throws Exception {
            CRLDistPoint here = new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(place(PLACE), null, null)});
            Party lister = party("Lists", extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.cRLSign)),
                    extension(Extension.cRLDistributionPoints, false, here));
            GeneralNames names = new GeneralNames(new GeneralName(lister.name));
            CRLDistPoint elsewhere = new CRLDistPoint(new DistributionPoint[] {new DistributionPoint(place(PLACE), null, names)});
            Party person = person(extension(Extension.cRLDistributionPoints, false, elsewhere));
            Party other = person(extension(Extension.cRLDistributionPoints, false, here));
            // The lister itself is asked about too: this list is for its place.
            byte[] about = list(root, scope(place(PLACE), false, false, null, false));
            GeneralNames issuer = new GeneralNames(new GeneralName(root.name));
            Fill indirect = scope(place(PLACE), false, false, null, true);
            byte[] empty = list(lister, indirect);
            byte[] naming = list(lister, list -> {
                indirect.fill(list);
                ExtensionsGenerator entry = new ExtensionsGenerator();
                entry.addExtension(Extension.certificateIssuer, true, issuer);
                list.addCRLEntry(person.certificate.getSerialNumber(), REVOKED, entry.generate());
            });
            byte[] unnamed = list(lister, list -> {
                indirect.fill(list);
                list.addCRLEntry(person.certificate.getSerialNumber(), REVOKED, 1);
            });
            byte[][] given = {lister.certificate.getEncoded()};
            status("good", "an indirect list that names nobody", person, given, empty, about);
            status("revoked", "an indirect list that names the issuer and the number", person, given, naming, about);
            status("good", "an indirect list with the number under its own issuer", person, given, unnamed, about);
            status("good", "an indirect list beside the list of its place", other, given, naming, about);
            byte[] without = list(lister, scope(place(PLACE), false, false, null, false));
            status("unknown", "a list of somebody else that does not say that it is indirect", person, given, without);
        }

        // OCSP.

        DigestCalculator digest(ASN1ObjectIdentifier which) throws Exception {
            return new JcaDigestCalculatorProviderBuilder().setProvider("BC").build()
                    .get(new AlgorithmIdentifier(which, DERNull.INSTANCE));
        }

        byte[] answer(Party by, X509CertificateHolder[] chain, CertificateStatus says, Party about, ASN1ObjectIdentifier hash) throws Exception {
            BasicOCSPRespBuilder basic = new BasicOCSPRespBuilder(new RespID(by.name));
            CertificateID which = new CertificateID(digest(hash), root.certificate, about.certificate.getSerialNumber());
            basic.addResponse(which, says, ISSUED, NEXT, null);
            return new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic.build(signer(by), chain, ISSUED)).getEncoded();
        }

        void answers() throws Exception {
            Party person = person(), other = person();
            Party delegate = party("Responder", extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
                    extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning)),
                    extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE));
            CertificateStatus good = CertificateStatus.GOOD;
            CertificateStatus revoked = new RevokedStatus(REVOKED, CRLReason.keyCompromise);
            ASN1ObjectIdentifier sha1 = OIWObjectIdentifiers.idSHA1, sha256 = NISTObjectIdentifiers.id_sha256;
            ASN1ObjectIdentifier own = kind.equals("SM2") ? GMObjectIdentifiers.sm3 : sha256;
            X509CertificateHolder[] none = {}, chain = {delegate.certificate}, plain = {other.certificate};
            answered("good", "by the issuer", person, answer(root, none, good, person, sha1));
            answered("good", "by the issuer, another digest in the name of the certificate", person, answer(root, none, good, person, own));
            answered("revoked", "by the issuer", person, answer(root, none, revoked, person, sha1));
            answered("unknown", "by the issuer, who does not know it", person, answer(root, none, new UnknownStatus(), person, sha1));
            answered("good", "by a delegate", person, answer(delegate, chain, good, person, sha1));
            answered("revoked", "by a delegate", person, answer(delegate, chain, revoked, person, own));
            answered("unknown", "by somebody of the issuer who is no delegate", person, answer(other, plain, good, person, sha1));
            answered("unknown", "about another certificate", person, answer(root, none, good, other, sha1));
            answered("unknown", "by a namesake of the issuer", person, answer(namesake(), none, good, person, sha1));
            byte[] refusal = new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null).getEncoded();
            answered("unknown", "come again later", person, refusal);
        }

        // Time stamps and requests.

        void tokens() throws Exception {
            Party stamper = party("Time", extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)),
                    extension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping)));
            String[] hashes = kind.equals("SM2") ? new String[] {"SM3", "SHA-256"} : new String[] {"SHA-256", "SHA-512", "SM3"};
            for (String hash : hashes) {
                ASN1ObjectIdentifier which = hash.equals("SM3") ? GMObjectIdentifiers.sm3
                        : hash.equals("SHA-256") ? NISTObjectIdentifiers.id_sha256 : NISTObjectIdentifiers.id_sha512;
                TimeStampRequestGenerator asking = new TimeStampRequestGenerator();
                asking.setCertReq(true);
                byte[] imprint = MessageDigest.getInstance(hash, "BC").digest(VALUE);
                TimeStampRequest asked = asking.generate(which, imprint, BigInteger.valueOf(4711));
                TimeStampTokenGenerator generator = new TimeStampTokenGenerator(
                        new JcaSimpleSignerInfoGeneratorBuilder().setProvider("BC").build(algorithm, stamper.keys.getPrivate(), stamper.certificate),
                        digest(kind.equals("SM2") ? GMObjectIdentifiers.sm3 : NISTObjectIdentifiers.id_sha256),
                        new ASN1ObjectIdentifier("1.2.3.4.1"));
                generator.setAccuracySeconds(1);
                generator.addCertificates(new JcaCertStore(Collections.singletonList(stamper.certificate)));
                byte[] token = generator.generate(asked, BigInteger.valueOf(42), ISSUED).getEncoded();
                out("TimeStampToken", "valid", "imprint " + hash, "der", token, "value", VALUE, "trustAnchors", root.certificate.getEncoded());
            }
        }

        void request() throws Exception {
            Party person = person();
            ExtensionsGenerator wanted = new ExtensionsGenerator();
            wanted.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            byte[] der = new JcaPKCS10CertificationRequestBuilder(new X500Name("C=CN,CN=BouncyCastle"), person.keys.getPublic())
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wanted.generate())
                    .build(signer(person)).getEncoded();
            System.out.println("Pkcs10\tvalid\t" + kind + " request\tder=" + Hex.toHexString(der)
                    + "\tsubject=CN=BouncyCastle,C=CN\tkey=" + Hex.toHexString(person.keys.getPublic().getEncoded()));
        }

        void status(String status, String comment, Party who, byte[]... crls) throws Exception {
            status(status, comment, who, new byte[0][], crls);
        }

        void status(String status, String comment, Party who, byte[][] intermediates, byte[]... crls) throws Exception {
            out("CertificateStatus", status.equals("good") ? "valid" : "invalid", "list: " + comment, "cert", who.certificate.getEncoded(),
                    "trustAnchors", root.certificate.getEncoded(), "intermediates", intermediates, "crls", crls, "status", status);
        }

        void answered(String status, String comment, Party who, byte[] answer) throws Exception {
            out("CertificateStatus", status.equals("good") ? "valid" : "invalid", "answer: " + comment, "cert", who.certificate.getEncoded(),
                    "trustAnchors", root.certificate.getEncoded(), "ocsp", answer, "status", status);
        }

        void out(String type, String result, String comment, Object... fields) {
            StringBuilder line = new StringBuilder(type + "\t" + result + "\t" + kind + ", " + comment);
            for (int i = 0; i < fields.length; i += 2) {
                line.append('\t').append(fields[i]).append('=');
                if (fields[i + 1] instanceof byte[]) {
                    line.append(Hex.toHexString((byte[]) fields[i + 1]));
                } else if (fields[i + 1] instanceof byte[][]) {
                    String between = "";
                    for (byte[] one : (byte[][]) fields[i + 1]) {
                        line.append(between).append(Hex.toHexString(one));
                        between = ",";
                    }
                } else {
                    line.append(fields[i + 1]);
                }
            }
            System.out.println(line + "\tverifyTime=" + AT);
        }
    }
}
