import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;
import org.ofdrw.core.attachment.CT_Attachment;
import org.ofdrw.core.signatures.SigType;
import org.ofdrw.gm.ses.parse.SESVersion;
import org.ofdrw.gm.ses.parse.VersionParser;
import org.ofdrw.reader.ContentExtractor;
import org.ofdrw.reader.OFDReader;
import org.ofdrw.sign.ExtendSignatureContainer;
import org.ofdrw.sign.OFDSigner;
import org.ofdrw.sign.SignMode;
import org.ofdrw.sign.signContainer.DigitalSignContainer;
import org.ofdrw.sign.signContainer.GBT35275DSContainer;
import org.ofdrw.sign.signContainer.GBT35275PKCS9DSContainer;
import org.ofdrw.sign.signContainer.SESV1Container;
import org.ofdrw.sign.signContainer.SESV4Container;
import org.ofdrw.sign.stamppos.NormalStampPos;
import org.ofdrw.sign.stamppos.RidingStampPos;
import org.ofdrw.sign.stamppos.Side;
import org.ofdrw.sign.stamppos.StampAppearance;
import org.ofdrw.sign.verify.OFDValidator;
import org.ofdrw.sign.verify.SignedDataValidateContainer;
import org.ofdrw.sign.verify.container.DigitalValidateContainer;
import org.ofdrw.sign.verify.container.GBT35275ValidateContainer;
import org.ofdrw.sign.verify.container.SESV1ValidateContainer;
import org.ofdrw.sign.verify.container.SESV4ValidateContainer;

/**
 * Lets OFDRW verify, sign and stamp documents; ../README.md says how it is asked.
 *
 * <pre>
 * Documents verify FILE...                    a line for each: accepted or refused, the file, why
 * Documents read FILE...                      a line for each: the file, then one word for each page and
 *                                             each attachment, its characters or bytes in hexadecimal
 * Documents make FOLDER                       every kind of file, into FOLDER/theirs
 * Documents speed verify|stamp FOLDER FILE N  N times in one process; prints the times in nanoseconds
 * </pre>
 *
 * FOLDER holds signer.key (PKCS#8 in PEM), signer.crt, v1.esl, v4.esl, one.ofd and seven.ofd.
 */
public class Documents {
    static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    public static void main(String[] arguments) throws Exception {
        java.security.Security.addProvider(PROVIDER);
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (arguments[0]) {
            case "verify":
                for (String file : rest) {
                    System.out.println(judged(Paths.get(file)));
                }
                break;
            case "read":
                for (String file : rest) {
                    System.out.println(read(Paths.get(file)));
                }
                break;
            case "make":
                make(Paths.get(rest[0]));
                break;
            case "speed":
                speed(rest[0], Paths.get(rest[1]), Paths.get(rest[2]), Integer.parseInt(rest[3]));
                break;
            default:
                throw new IllegalArgumentException(arguments[0]);
        }
    }

    static String judged(Path file) {
        try {
            verify(file);
            return "accepted\t" + file + "\t";
        } catch (Throwable refusal) {
            return "refused\t" + file + "\t" + refusal.toString().replace('\n', ' ');
        }
    }

    static String read(Path file) throws Exception {
        try (OFDReader reader = new OFDReader(file)) {
            StringBuilder line = new StringBuilder(file.toString());
            ContentExtractor words = new ContentExtractor(reader);
            for (int page = 1; page <= reader.getNumberOfPages(); page++) {
                byte[] text = String.join("", words.getPageContent(page)).getBytes(StandardCharsets.UTF_8);
                line.append("\tpage ").append(Hex.toHexString(text));
            }
            for (CT_Attachment one : reader.getAttachmentList()) {
                byte[] bytes = Files.readAllBytes(reader.getAttachmentFile(one));
                line.append("\tattachment ").append(Hex.toHexString(bytes));
            }
            return line.toString();
        }
    }

    static void verify(Path file) throws Exception {
        try (OFDReader reader = new OFDReader(file); OFDValidator validator = new OFDValidator(reader)) {
            validator.setValidator(new Any()).exeValidate();
        }
    }

    /** The check for the kind and version of each signature. */
    static class Any implements SignedDataValidateContainer {
        @Override
        public void validate(SigType type, String algorithm, byte[] description, byte[] value)
                throws GeneralSecurityException, IOException {
            try {
                container(type, value).validate(type, algorithm, description, value);
            } catch (org.ofdrw.sign.verify.exceptions.OFDVerifyException problem) {
                throw new GeneralSecurityException(problem);
            }
        }

        private SignedDataValidateContainer container(SigType type, byte[] value)
                throws GeneralSecurityException, IOException {
            if (type == SigType.Sign) {
                // A bare value is two integers; its certificate comes by another way, here beside it.
                boolean bare = ASN1Sequence.getInstance(value).getObjectAt(0) instanceof ASN1Integer;
                return bare ? new DigitalValidateContainer(certificate(Paths.get("."))) : new GBT35275ValidateContainer();
            }
            boolean first = VersionParser.parseSES_SignatureVersion(value).getVersion() == SESVersion.v1;
            return first ? new SESV1ValidateContainer() : new SESV4ValidateContainer();
        }
    }

    static Certificate certificate(Path folder) throws IOException, GeneralSecurityException {
        byte[] text = Files.readAllBytes(folder.resolve("signer.crt"));
        return CertificateFactory.getInstance("X.509", PROVIDER).generateCertificate(new ByteArrayInputStream(text));
    }

    /** The key, its certificate and the seals of a folder. */
    static class Office {
        final PrivateKey key;
        final Certificate certificate;
        final Path folder;

        Office(Path folder) throws Exception {
            this.folder = folder;
            String pem = Files.readAllLines(folder.resolve("signer.key")).stream()
                    .filter(line -> !line.startsWith("-----"))
                    .collect(Collectors.joining());
            byte[] der = Base64.getDecoder().decode(pem);
            key = KeyFactory.getInstance("EC", PROVIDER).generatePrivate(new PKCS8EncodedKeySpec(der));
            certificate = certificate(folder);
        }

        ExtendSignatureContainer v1() throws Exception {
            byte[] seal = Files.readAllBytes(folder.resolve("v1.esl"));
            return new SESV1Container(key, org.ofdrw.gm.ses.v1.SESeal.getInstance(seal), certificate);
        }

        ExtendSignatureContainer v4() throws Exception {
            byte[] seal = Files.readAllBytes(folder.resolve("v4.esl"));
            return new SESV4Container(key, org.ofdrw.gm.ses.v4.SESeal.getInstance(seal), certificate);
        }

        ExtendSignatureContainer message() {
            return new GBT35275DSContainer(certificate, key);
        }

        ExtendSignatureContainer bareValue() {
            return new DigitalSignContainer(key);
        }

        ExtendSignatureContainer messageInBase64() {
            GBT35275DSContainer container = new GBT35275DSContainer(certificate, key);
            container.setEnableFileHashBase64(true);
            return container;
        }

        ExtendSignatureContainer messageWithAttributes() {
            return new GBT35275PKCS9DSContainer(certificate, key);
        }
    }

    static void sign(Path from, Path to, SignMode mode, ExtendSignatureContainer how, StampAppearance... where)
            throws Exception {
        try (OFDReader reader = new OFDReader(from); OFDSigner signer = new OFDSigner(reader, to)) {
            signer.setSignMode(mode);
            signer.setSignContainer(how);
            for (StampAppearance place : where) {
                signer.addApPos(place);
            }
            signer.exeSign();
        }
    }

    static void make(Path folder) throws Exception {
        Office office = new Office(folder);
        Path one = folder.resolve("one.ofd");
        Path seven = folder.resolve("seven.ofd");
        Path out = Files.createDirectories(folder.resolve("theirs"));
        SignMode lock = SignMode.WholeProtected;
        SignMode open = SignMode.ContinueSign;
        StampAppearance place = new NormalStampPos(1, 100, 200, 40, 40);
        sign(one, out.resolve("v1.ofd"), lock, office.v1(), place);
        sign(one, out.resolve("v4.ofd"), lock, office.v4(), place);
        sign(one, out.resolve("message.ofd"), lock, office.message());
        sign(one, out.resolve("message-base64.ofd"), lock, office.messageInBase64());
        sign(one, out.resolve("message-attributes.ofd"), lock, office.messageWithAttributes());
        sign(one, out.resolve("bare.ofd"), lock, office.bareValue());
        sign(one, out.resolve("open.ofd"), open, office.v4(), place);
        sign(out.resolve("open.ofd"), out.resolve("open-v1.ofd"), open, office.v1(), place);
        sign(out.resolve("open-v1.ofd"), out.resolve("open-lock.ofd"), lock, office.message());
        for (Side side : Side.values()) {
            String name = "straddle-" + side.name().toLowerCase() + ".ofd";
            sign(seven, out.resolve(name), lock, office.v4(), new RidingStampPos(side, 40, 40));
        }
        StampAppearance groups = new RidingStampPos(Side.Right, 100.0, 3, 40, 40, 2);
        sign(seven, out.resolve("straddle-groups.ofd"), lock, office.v4(), groups, place);
        Path ours = folder.resolve("ours").resolve("open.ofd");
        if (Files.exists(ours)) {
            sign(ours, out.resolve("after-ours.ofd"), lock, office.v4(), place);
        }
    }

    static void speed(String what, Path folder, Path file, int rounds) throws Exception {
        Office office = new Office(folder);
        Path out = Files.createTempFile("speed", ".ofd");
        StringBuilder times = new StringBuilder();
        for (int round = 0; round < rounds; round++) {
            Files.deleteIfExists(out);
            long start = System.nanoTime();
            if (what.equals("verify")) {
                verify(file);
            } else {
                sign(file, out, SignMode.WholeProtected, office.v4(), new NormalStampPos(1, 100, 200, 40, 40));
            }
            times.append(System.nanoTime() - start).append(' ');
        }
        Files.deleteIfExists(out);
        System.out.println(times.toString().trim());
        Runtime machine = Runtime.getRuntime();
        System.out.println(machine.totalMemory() - machine.freeMemory());
    }
}
