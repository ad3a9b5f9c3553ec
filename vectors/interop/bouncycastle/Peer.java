import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.BufferedBlockCipher;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.DefaultBufferedBlockCipher;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.agreement.SM2KeyExchange;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.generators.KDF2BytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.CBCBlockCipher;
import org.bouncycastle.crypto.modes.CFBBlockCipher;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.OFBBlockCipher;
import org.bouncycastle.crypto.modes.SICBlockCipher;
import org.bouncycastle.crypto.paddings.PKCS7Padding;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.KDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.params.SM2KeyExchangePrivateParameters;
import org.bouncycastle.crypto.params.SM2KeyExchangePublicParameters;
import org.bouncycastle.crypto.signers.DSAEncoding;
import org.bouncycastle.crypto.signers.PlainDSAEncoding;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.encoders.Hex;

/** Lets BouncyCastle judge cases; the protocol is in ../README.md. */
public class Peer {
    static final X9ECParameters CURVE = GMNamedCurves.getByName("sm2p256v1");
    static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);
    static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
    static final SecureRandom RANDOM = new SecureRandom();

    static class Refused extends Exception {
        Refused(String why) {
            super(why);
        }
    }

    static class Cannot extends Exception {}

    static class Wrong extends Exception {
        Wrong(byte[] got) {
            super(Hex.toHexString(got));
        }
    }

    static class Case extends HashMap<String, String> {
        byte[] octets(String name) {
            return Hex.decode(get(name));
        }

        int number(String name, int absent) {
            return containsKey(name) ? Integer.parseInt(get(name)) : absent;
        }
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            System.out.println("BouncyCastle " + PROVIDER.getVersionStr());
            return;
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t");
            Case fields = new Case();
            for (String part : Arrays.copyOfRange(parts, 2, parts.length)) {
                int at = part.indexOf('=');
                fields.put(part.substring(0, at), part.substring(at + 1));
            }
            out.println(parts[0] + "\t" + walled(parts[1], fields).replace('\n', ' '));
        }
        out.flush();
    }

    static String walled(String kind, Case fields) {
        try {
            judge(kind, fields);
            return "accepted\t";
        } catch (Made value) {
            return "made\t" + value.getMessage();
        } catch (Cannot reason) {
            return "cannot\t";
        } catch (Wrong value) {
            return "wrong\t" + value.getMessage();
        } catch (Throwable refusal) {
            return "refused\t" + refusal;
        }
    }

    /** No verdict: the value that was asked for. */
    static class Made extends Exception {
        Made(byte[] value) {
            super(Hex.toHexString(value));
        }
    }

    static void equal(byte[] got, byte[] stated) throws Wrong {
        if (!Arrays.equals(got, stated)) {
            throw new Wrong(got);
        }
    }

    static void need(boolean expressible) throws Cannot {
        if (!expressible) {
            throw new Cannot();
        }
    }

    static void judge(String kind, Case fields) throws Exception {
        switch (kind) {
            case "Sm2Verify":
                verify(fields, StandardDSAEncoding.INSTANCE);
                return;
            case "Sm2VerifyRaw":
                verify(fields, PlainDSAEncoding.INSTANCE);
                return;
            case "Sm2PublicKey":
                publicKey(fields);
                return;
            case "Sm2PrivateKey":
                privateKey(fields);
                return;
            case "Sm2DecryptRawC1C3C2":
                decrypt(fields);
                return;
            case "Sm2Sign":
                sign(fields);
                return;
            case "Sm2EncryptRawC1C3C2": {
                SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
                ECPublicKeyParameters key = new ECPublicKeyParameters(point(fields.octets("publicKey")), DOMAIN);
                engine.init(true, new ParametersWithRandom(key, RANDOM));
                byte[] message = fields.octets("msg");
                throw new Made(engine.processBlock(message, 0, message.length));
            }
            case "Sm2KeyExchange":
                exchange(fields);
                return;
            case "CmsSignedData":
                Messages.signed(fields);
                return;
            case "CmsDecrypt":
                Messages.open(fields);
                return;
            case "EnvelopePacket":
                Messages.packet(fields);
                return;
            case "EnvelopeSeal":
                throw new Made(Messages.seal(fields));
            case "CmsSign":
                throw new Made(Messages.sign(fields));
            case "CmsEncrypt":
                throw new Made(Messages.encrypt(fields));
            case "TimeStampToken":
                TrustFiles.token(fields);
                return;
            case "CertificateStatus":
                TrustFiles.status(fields);
                return;
            case "Pkcs10":
                TrustFiles.request(fields);
                return;
            case "KeyFile":
                TrustFiles.keyFile(fields);
                return;
            case "Sm3": {
                SM3Digest digest = new SM3Digest();
                byte[] message = fields.octets("msg");
                for (int i = fields.number("repeat", 1); i > 0; i--) {
                    digest.update(message, 0, message.length);
                }
                byte[] out = new byte[32];
                digest.doFinal(out, 0);
                equal(out, fields.octets("digest"));
                return;
            }
            case "HmacSm3": {
                HMac mac = new HMac(new SM3Digest());
                mac.init(new KeyParameter(fields.octets("key")));
                byte[] message = fields.octets("msg");
                mac.update(message, 0, message.length);
                byte[] out = new byte[32];
                mac.doFinal(out, 0);
                if (!Arrays.equals(out, fields.octets("tag"))) {
                    throw new Refused("tag");
                }
                return;
            }
            case "Sm2Kdf": {
                KDF2BytesGenerator generator = new KDF2BytesGenerator(new SM3Digest());
                generator.init(new KDFParameters(fields.octets("z"), null));
                byte[] out = new byte[fields.number("klenBytes", 0)];
                need(out.length > 0);
                generator.generateBytes(out, 0, out.length);
                equal(out, fields.octets("key"));
                return;
            }
            case "Sm4Ecb":
                ecb(fields);
                return;
            case "Sm4CbcPkcs7": {
                byte[] ct = fields.octets("ct");
                BlockCipher mode = CBCBlockCipher.newInstance(new SM4Engine());
                byte[] message = run(new PaddedBufferedBlockCipher(mode, new PKCS7Padding()), false, withIv(fields), ct);
                equal(message, fields.octets("msg"));
                equal(run(new PaddedBufferedBlockCipher(mode, new PKCS7Padding()), true, withIv(fields), message), ct);
                return;
            }
            case "Sm4Ctr":
                stream(SICBlockCipher.newInstance(new SM4Engine()), fields);
                return;
            case "Sm4Cfb128":
                stream(CFBBlockCipher.newInstance(new SM4Engine(), 128), fields);
                return;
            case "Sm4Ofb":
                stream(new OFBBlockCipher(new SM4Engine(), 128), fields);
                return;
            case "Sm4Gcm": {
                byte[] tag = fields.octets("tag");
                need(tag.length == 16);
                byte[] ct = org.bouncycastle.util.Arrays.concatenate(fields.octets("ct"), tag);
                org.bouncycastle.crypto.modes.GCMModeCipher cipher = GCMBlockCipher.newInstance(new SM4Engine());
                cipher.init(false, new AEADParameters(new KeyParameter(fields.octets("key")), 128, fields.octets("iv"), fields.octets("aad")));
                byte[] out = new byte[cipher.getOutputSize(ct.length)];
                int at = cipher.processBytes(ct, 0, ct.length, out, 0);
                at += cipher.doFinal(out, at);
                byte[] message = Arrays.copyOf(out, at);
                equal(message, fields.octets("msg"));
                cipher = GCMBlockCipher.newInstance(new SM4Engine());
                cipher.init(true, new AEADParameters(new KeyParameter(fields.octets("key")), 128, fields.octets("iv"), fields.octets("aad")));
                byte[] again = new byte[cipher.getOutputSize(message.length)];
                at = cipher.processBytes(message, 0, message.length, again, 0);
                cipher.doFinal(again, at);
                equal(again, ct);
                return;
            }
            default:
                throw new Cannot();
        }
    }

    static ECPoint point(byte[] encoded) throws Refused {
        ECPoint point = CURVE.getCurve().decodePoint(encoded);
        if (point.isInfinity() || !point.isValid()) {
            throw new Refused("point");
        }
        return point;
    }

    static void verify(Case fields, DSAEncoding encoding) throws Exception {
        byte[] id = fields.octets("id");
        SM2Signer signer = new SM2Signer(encoding);
        ECPublicKeyParameters key = new ECPublicKeyParameters(point(fields.octets("publicKey")), DOMAIN);
        signer.init(false, new ParametersWithID(key, id));
        byte[] message = fields.octets("msg");
        signer.update(message, 0, message.length);
        if (!signer.verifySignature(fields.octets("sig"))) {
            throw new Refused("signature");
        }
    }

    static void sign(Case fields) throws Exception {
        SM2Signer signer = new SM2Signer(StandardDSAEncoding.INSTANCE);
        CipherParameters key = new ParametersWithRandom(secret(fields.octets("privateKey")), RANDOM);
        signer.init(true, new ParametersWithID(key, fields.octets("id")));
        byte[] message = fields.octets("msg");
        signer.update(message, 0, message.length);
        throw new Made(signer.generateSignature());
    }

    static void publicKey(Case fields) throws Exception {
        byte[] body = fields.octets("key");
        ECPoint point;
        switch (fields.get("encoding")) {
            case "sec1":
                point = point(body);
                break;
            case "raw64":
                need(body.length == 64);
                point = point(org.bouncycastle.util.Arrays.prepend(body, (byte) 4));
                break;
            default:
                PublicKey key = KeyFactory.getInstance("EC", PROVIDER).generatePublic(new X509EncodedKeySpec(body));
                org.bouncycastle.jce.interfaces.ECPublicKey typed = (org.bouncycastle.jce.interfaces.ECPublicKey) key;
                if (!typed.getParameters().getCurve().equals(CURVE.getCurve())) {
                    throw new Refused("curve");
                }
                point = typed.getQ();
                if (point.isInfinity() || !point.isValid()) {
                    throw new Refused("point");
                }
        }
        equal(point.getEncoded(false), fields.octets("point"));
    }

    static void privateKey(Case fields) throws Exception {
        byte[] body = fields.octets("key");
        BigInteger d;
        switch (fields.get("encoding")) {
            case "scalar":
                need(body.length == 32);
                d = new BigInteger(1, body);
                break;
            case "pkcs8":
                PrivateKey key = KeyFactory.getInstance("EC", PROVIDER).generatePrivate(new PKCS8EncodedKeySpec(body));
                org.bouncycastle.jce.interfaces.ECPrivateKey typed = (org.bouncycastle.jce.interfaces.ECPrivateKey) key;
                if (!typed.getParameters().getCurve().equals(CURVE.getCurve())) {
                    throw new Refused("curve");
                }
                d = typed.getD();
                break;
            default:
                throw new Cannot();
        }
        new ECPrivateKeyParameters(d, DOMAIN);
        equal(DOMAIN.getG().multiply(d).getEncoded(false), fields.octets("publicPoint"));
    }

    static void decrypt(Case fields) throws Exception {
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.init(false, new ECPrivateKeyParameters(new BigInteger(1, fields.octets("privateKey")), DOMAIN));
        byte[] ct = fields.octets("ct");
        equal(engine.processBlock(ct, 0, ct.length), fields.octets("msg"));
    }

    static ECPrivateKeyParameters secret(byte[] d) {
        return new ECPrivateKeyParameters(new BigInteger(1, d), DOMAIN);
    }

    static void exchange(Case fields) throws Exception {
        need(fields.number("klenBytes", 0) > 0);
        boolean initiator = fields.get("role").equals("initiator");
        ECPrivateKeyParameters ephemeral = secret(fields.octets("ephemeral"));
        SM2KeyExchange side = new SM2KeyExchange();
        side.init(new ParametersWithID(
            new SM2KeyExchangePrivateParameters(initiator, secret(fields.octets("privateKey")), ephemeral), fields.octets("id")));
        CipherParameters peer = new ParametersWithID(
            new SM2KeyExchangePublicParameters(
                new ECPublicKeyParameters(point(fields.octets("peerPublicKey")), DOMAIN),
                new ECPublicKeyParameters(point(fields.octets("peerEphemeral")), DOMAIN)),
            fields.octets("peerId"));
        int bits = 8 * fields.number("klenBytes", 0);
        equal(DOMAIN.getG().multiply(ephemeral.getD()).getEncoded(false), fields.octets("ephemeralPoint"));
        if (!fields.containsKey("confirmation")) {
            equal(side.calculateKey(bits, peer), fields.octets("key"));
            return;
        }
        byte[] given = fields.octets("confirmation");
        byte[][] made = side.calculateKeyWithConfirmation(bits, given, peer);
        if (!initiator && !Arrays.equals(made[2], given)) {
            throw new Refused("confirmation"); // which BouncyCastle leaves to the caller
        }
        equal(made[1], fields.octets("answer"));
        equal(made[0], fields.octets("key"));
    }

    static CipherParameters withIv(Case fields) throws Cannot {
        byte[] iv = fields.octets("iv");
        need(iv.length == 16);
        return new ParametersWithIV(new KeyParameter(fields.octets("key")), iv);
    }

    static byte[] run(BufferedBlockCipher cipher, boolean encrypt, CipherParameters parameters, byte[] data) throws InvalidCipherTextException {
        cipher.init(encrypt, parameters);
        byte[] out = new byte[cipher.getOutputSize(data.length)];
        int at = cipher.processBytes(data, 0, data.length, out, 0);
        at += cipher.doFinal(out, at);
        return Arrays.copyOf(out, at);
    }

    static void ecb(Case fields) throws Exception {
        byte[] key = fields.octets("key");
        byte[] forth = fields.octets("msg");
        byte[] back = fields.octets("ct");
        for (int i = fields.number("iterations", 1); i > 0; i--) {
            forth = run(new DefaultBufferedBlockCipher(new SM4Engine()), true, new KeyParameter(key), forth);
            back = run(new DefaultBufferedBlockCipher(new SM4Engine()), false, new KeyParameter(key), back);
        }
        equal(forth, fields.octets("ct"));
        equal(back, fields.octets("msg"));
    }

    static void stream(BlockCipher mode, Case fields) throws Exception {
        byte[] out = run(new DefaultBufferedBlockCipher(mode), true, withIv(fields), fields.octets("msg"));
        equal(out, fields.octets("ct"));
    }
}
