import java.math.BigInteger;
import java.security.*;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.Date;
import java.io.ByteArrayOutputStream;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.*;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.crypto.digests.*;
import org.bouncycastle.crypto.util.PBKDF2Config;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.*;
import org.bouncycastle.operator.jcajce.*;
import org.bouncycastle.pkcs.*;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.*;
import org.bouncycastle.util.encoders.Hex;

/** Makes PKCS#12 files and a request: a line for each, NAME TAB hex TAB hex of the public key. */
public class Make {
    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        KeyPairGenerator g = KeyPairGenerator.getInstance("EC", "BC");
        g.initialize(new ECGenParameterSpec("sm2p256v1"));
        KeyPair pair = g.generateKeyPair();
        X500Name name = new X500Name("CN=BouncyCastle,C=CN");
        ContentSigner signer = new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(pair.getPrivate());
        X509CertificateHolder cert = new JcaX509v3CertificateBuilder(name, BigInteger.valueOf(7), new Date(1767225600000L),
            new Date(2082758400000L), name, pair.getPublic()).build(signer);
        X509Certificate x = new JcaX509CertificateConverter().setProvider("BC").getCertificate(cert);
        String spki = Hex.toHexString(pair.getPublic().getEncoded());

        // SM4 and SM3
        AlgorithmIdentifier prf = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        out("aes256-mac-sm3", pfx(pair, cert, NISTObjectIdentifiers.id_aes256_CBC, prf, new BcPKCS12MacCalculatorBuilder(new SM3Digest(),
            new AlgorithmIdentifier(GMObjectIdentifiers.sm3, DERNull.INSTANCE))), spki);
        prf = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        out("aes256-sha256", pfx(pair, cert, NISTObjectIdentifiers.id_aes256_CBC, prf, new BcPKCS12MacCalculatorBuilder(new SHA256Digest(),
            new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256, DERNull.INSTANCE))), spki);
        for (String type : new String[] {"PKCS12", "PKCS12-DEF", "PKCS12-AES256-AES128"}) {
            try {
                KeyStore ks = KeyStore.getInstance(type, "BC");
                ks.load(null, null);
                ks.setKeyEntry("private", pair.getPrivate(), null, new java.security.cert.Certificate[] {x});
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                ks.store(bytes, "secret".toCharArray());
                out("keystore-" + type, bytes.toByteArray(), spki);
            } catch (Exception e) { System.err.println(type + ": " + e); }
        }
        PKCS10CertificationRequest csr = new JcaPKCS10CertificationRequestBuilder(name, pair.getPublic()).build(signer);
        out("csr", csr.getEncoded(), spki);
    }
    static byte[] pfx(KeyPair pair, X509CertificateHolder cert, ASN1ObjectIdentifier cipher, AlgorithmIdentifier prf,
            PKCS12MacCalculatorBuilder mac) throws Exception {
        char[] password = "secret".toCharArray();
        OutputEncryptor enc = new JcePKCSPBEOutputEncryptorBuilder(cipher).setProvider("BC").setPRF(prf).setIterationCount(2048).build(password);
        JcaX509ExtensionUtils u = new JcaX509ExtensionUtils();
        PKCS12SafeBagBuilder key = new JcaPKCS12SafeBagBuilder(pair.getPrivate(), enc);
        key.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERBMPString("出纳"));
        key.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, u.createSubjectKeyIdentifier(pair.getPublic()));
        PKCS12SafeBagBuilder c = new PKCS12SafeBagBuilder(cert);
        c.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, u.createSubjectKeyIdentifier(pair.getPublic()));
        PKCS12PfxPduBuilder b = new PKCS12PfxPduBuilder();
        b.addData(key.build());
        b.addEncryptedData(enc, c.build());
        return b.build(mac, password).getEncoded();
    }
    static void out(String name, byte[] bytes, String spki) { System.out.println(name + "\t" + Hex.toHexString(bytes) + "\t" + spki); }
}
