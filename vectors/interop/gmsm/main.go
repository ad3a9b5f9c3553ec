// Command peer lets gmsm judge cases; the protocol is in ../README.md.
package main

import (
	"bufio"
	"bytes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/padding"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
	"github.com/emmansun/gmsm/smx509"
)

type verdict struct{ word, remark string }

var (
	accepted = verdict{"accepted", ""}
	cannot   = verdict{"cannot", ""}
)

func made(value []byte, err error) verdict {
	if err != nil {
		return refused(err)
	}
	return verdict{"made", hex.EncodeToString(value)}
}

func refused(err error) verdict {
	if err == nil {
		return verdict{"refused", ""}
	}
	return verdict{"refused", err.Error()}
}

type fields map[string]string

func (f fields) octets(name string) []byte {
	out, err := hex.DecodeString(f[name])
	if err != nil {
		panic(err)
	}
	return out
}

func equal(got, stated []byte) verdict {
	if bytes.Equal(got, stated) {
		return accepted
	}
	return verdict{"wrong", hex.EncodeToString(got)}
}

func when(good bool) verdict {
	if good {
		return accepted
	}
	return refused(nil)
}

func main() {
	if len(os.Args) > 1 {
		version := "unknown"
		if info, ok := debug.ReadBuildInfo(); ok {
			for _, dep := range info.Deps {
				if dep.Path == "github.com/emmansun/gmsm" {
					version = strings.TrimPrefix(dep.Version, "v")
				}
			}
		}
		fmt.Println("gmsm", version)
		return
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<26)
	for in.Scan() {
		parts := strings.Split(in.Text(), "\t")
		f := fields{}
		for _, part := range parts[2:] {
			name, value, _ := strings.Cut(part, "=")
			f[name] = value
		}
		v := walled(parts[1], f)
		fmt.Printf("%s\t%s\t%s\n", parts[0], v.word, strings.ReplaceAll(v.remark, "\n", " "))
	}
}

func walled(kind string, f fields) (v verdict) {
	defer func() {
		if caught := recover(); caught != nil {
			v = verdict{"wrong", fmt.Sprint("panic: ", caught)}
		}
	}()
	return judge(kind, f)
}

func judge(kind string, f fields) verdict {
	switch kind {
	case "Sm2Verify":
		key, err := sm2.NewPublicKey(f.octets("publicKey"))
		if err != nil {
			return refused(err)
		}
		id := f.octets("id")
		if len(id) == 0 {
			id = []byte{}
		}
		return when(sm2.VerifyASN1WithSM2(key, id, f.octets("msg"), f.octets("sig")))
	case "Sm2VerifyDigest":
		key, err := sm2.NewPublicKey(f.octets("publicKey"))
		if err != nil {
			return refused(err)
		}
		if len(f.octets("e")) != 32 {
			return cannot
		}
		return when(sm2.VerifyASN1(key, f.octets("e"), f.octets("sig")))
	case "Sm2PublicKey":
		return publicKey(f)
	case "Sm2PrivateKey":
		return privateKey(f)
	case "Sm2DecryptDer":
		return decrypt(f, sm2.ASN1DecrypterOpts)
	case "Sm2DecryptRawC1C3C2":
		return decrypt(f, sm2.NewPlainDecrypterOpts(sm2.C1C3C2))
	case "Sm2Sign":
		id := f.octets("id")
		if len(id) == 0 {
			return cannot // an empty id is the default one here
		}
		key, err := sm2.NewPrivateKey(f.octets("privateKey"))
		if err != nil {
			return refused(err)
		}
		return made(key.Sign(rand.Reader, f.octets("msg"), sm2.NewSM2SignerOption(true, id)))
	case "Sm2EncryptDer":
		return encrypt(f, sm2.ASN1EncrypterOpts)
	case "Sm2EncryptRawC1C3C2":
		return encrypt(f, sm2.NewPlainEncrypterOpts(sm2.MarshalUncompressed, sm2.C1C3C2))
	case "CmsSignedData":
		return verdictOf(signedMessage(f))
	case "CmsDecrypt":
		return decryptMessage(f)
	case "CmsSign":
		return madeOrCannot(signMessage(f))
	case "CmsEncrypt":
		return madeOrCannot(encryptMessage(f))
	case "Sm2KeyExchange":
		return exchange(f)
	case "Sm3":
		repeat := 1
		if text, ok := f["repeat"]; ok {
			repeat, _ = strconv.Atoi(text)
		}
		hash := sm3.New()
		for i := 0; i < repeat; i++ {
			hash.Write(f.octets("msg"))
		}
		return equal(hash.Sum(nil), f.octets("digest"))
	case "HmacSm3":
		mac := hmac.New(sm3.New, f.octets("key"))
		mac.Write(f.octets("msg"))
		return when(hmac.Equal(mac.Sum(nil), f.octets("tag")))
	case "Sm2Kdf":
		length, _ := strconv.Atoi(f["klenBytes"])
		if length == 0 {
			return cannot
		}
		return equal(sm3.Kdf(f.octets("z"), length), f.octets("key"))
	case "Sm4Ecb", "Sm4CbcPkcs7", "Sm4Ctr", "Sm4Cfb128", "Sm4Ofb", "Sm4Gcm":
		return symmetric(kind, f)
	case "Pkcs10":
		return request(f)
	case "KeyFile":
		return keyFile(f)
	case "CertificateStatus":
		return status(f)
	}
	return cannot
}

func publicKey(f fields) verdict {
	key := f.octets("key")
	var public *ecdsa.PublicKey
	switch f["encoding"] {
	case "sec1":
		read, err := sm2.NewPublicKey(key)
		if err != nil {
			return refused(err)
		}
		public = read
	case "raw64":
		if len(key) != 64 {
			return cannot
		}
		read, err := sm2.NewPublicKey(append([]byte{4}, key...))
		if err != nil {
			return refused(err)
		}
		public = read
	default:
		read, err := smx509.ParsePKIXPublicKey(key)
		if err != nil {
			return refused(err)
		}
		typed, ok := read.(*ecdsa.PublicKey)
		if !ok || !sm2.IsSM2PublicKey(typed) {
			return refused(nil)
		}
		public = typed
	}
	return equal(pointOf(public), f.octets("point"))
}

func pointOf(key *ecdsa.PublicKey) []byte {
	out := []byte{4}
	for _, coordinate := range []*big.Int{key.X, key.Y} {
		out = append(out, coordinate.FillBytes(make([]byte, 32))...)
	}
	return out
}

func privateKey(f fields) verdict {
	body := f.octets("key")
	var key *sm2.PrivateKey
	switch f["encoding"] {
	case "scalar":
		read, err := sm2.NewPrivateKey(body)
		if err != nil {
			return refused(err)
		}
		key = read
	case "pkcs8":
		read, err := smx509.ParsePKCS8PrivateKey(body)
		if err != nil {
			return refused(err)
		}
		typed, ok := read.(*sm2.PrivateKey)
		if !ok {
			return refused(nil)
		}
		key = typed
	default:
		read, err := smx509.ParseSM2PrivateKey(body)
		if err != nil {
			return refused(err)
		}
		key = read
	}
	return equal(pointOf(&key.PublicKey), f.octets("publicPoint"))
}

func decrypt(f fields, options *sm2.DecrypterOpts) verdict {
	key, err := sm2.NewPrivateKey(f.octets("privateKey"))
	if err != nil {
		return refused(err)
	}
	message, err := key.Decrypt(nil, f.octets("ct"), options)
	if err != nil {
		return refused(err)
	}
	return equal(message, f.octets("msg"))
}

func encrypt(f fields, options *sm2.EncrypterOpts) verdict {
	key, err := sm2.NewPublicKey(f.octets("publicKey"))
	if err != nil {
		return refused(err)
	}
	return made(sm2.Encrypt(rand.Reader, key, f.octets("msg"), options))
}

func exchange(f fields) verdict {
	length, _ := strconv.Atoi(f["klenBytes"])
	own, other := f.octets("id"), f.octets("peerId")
	if length == 0 || len(own) == 0 || len(other) == 0 {
		return cannot // an empty id is the default one here
	}
	key, err := sm2.NewPrivateKey(f.octets("privateKey"))
	if err != nil {
		return refused(err)
	}
	peer, err := sm2.NewPublicKey(f.octets("peerPublicKey"))
	if err != nil {
		return refused(err)
	}
	theirs, err := sm2.NewPublicKey(f.octets("peerEphemeral"))
	if err != nil {
		return refused(err)
	}
	_, confirmed := f["confirmation"]
	side, err := sm2.NewKeyExchange(key, peer, own, other, length, confirmed)
	if err != nil {
		return refused(err)
	}
	random := bytes.NewReader(f.octets("ephemeral"))
	var point *ecdsa.PublicKey
	var answer, agreed, given []byte
	if confirmed {
		given = f.octets("confirmation")
	}
	if f["role"] == "initiator" {
		if point, err = side.InitKeyExchange(random); err != nil {
			return refused(err)
		}
		if agreed, answer, err = side.ConfirmResponder(theirs, given); err != nil {
			return refused(err)
		}
	} else {
		if point, answer, err = side.RepondKeyExchange(random, theirs); err != nil {
			return refused(err)
		}
		if agreed, err = side.ConfirmInitiator(given); err != nil {
			return refused(err)
		}
	}
	if v := equal(pointOf(point), f.octets("ephemeralPoint")); v != accepted {
		return v
	}
	if v := equal(answer, f.octets("answer")); confirmed && v != accepted {
		return v
	}
	return equal(agreed, f.octets("key"))
}

func symmetric(kind string, f fields) verdict {
	block, err := sm4.NewCipher(f.octets("key"))
	if err != nil {
		return refused(err)
	}
	message, ct, iv := f.octets("msg"), f.octets("ct"), []byte(nil)
	if kind != "Sm4Ecb" {
		iv = f.octets("iv")
		if kind != "Sm4Gcm" && len(iv) != 16 {
			return cannot
		}
	}
	switch kind {
	case "Sm4Ecb":
		if len(message)%16 != 0 || len(ct)%16 != 0 {
			return cannot
		}
		iterations := 1
		if text, ok := f["iterations"]; ok {
			iterations, _ = strconv.Atoi(text)
		}
		forth, back := bytes.Clone(message), bytes.Clone(ct)
		for i := 0; i < iterations; i++ {
			for at := 0; at < len(forth); at += 16 {
				block.Encrypt(forth[at:at+16], forth[at:at+16])
			}
			for at := 0; at < len(back); at += 16 {
				block.Decrypt(back[at:at+16], back[at:at+16])
			}
		}
		if v := equal(forth, ct); v != accepted {
			return v
		}
		return equal(back, message)
	case "Sm4CbcPkcs7":
		if len(ct)%16 != 0 || len(ct) == 0 {
			return cannot
		}
		scheme := padding.NewPKCS7Padding(16)
		padded := make([]byte, len(ct))
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(padded, ct)
		back, err := scheme.Unpad(bytes.Clone(padded))
		if err != nil {
			return refused(err)
		}
		if v := equal(back, message); v != accepted {
			return v
		}
		forth := scheme.Pad(bytes.Clone(message))
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(forth, forth)
		return equal(forth, ct)
	case "Sm4Ctr":
		return stream(cipher.NewCTR(block, iv), message, ct)
	case "Sm4Cfb128":
		return stream(cipher.NewCFBEncrypter(block, iv), message, ct)
	case "Sm4Ofb":
		return stream(cipher.NewOFB(block, iv), message, ct)
	}
	if len(iv) == 0 {
		return cannot
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(iv))
	if err != nil {
		return cannot
	}
	tag := f.octets("tag")
	back, err := gcm.Open(nil, iv, append(bytes.Clone(ct), tag...), f.octets("aad"))
	if err != nil {
		return refused(err)
	}
	if v := equal(back, message); v != accepted {
		return v
	}
	return equal(gcm.Seal(nil, iv, message, f.octets("aad")), append(bytes.Clone(ct), tag...))
}

func stream(s cipher.Stream, message, ct []byte) verdict {
	out := make([]byte, len(message))
	s.XORKeyStream(out, message)
	return equal(out, ct)
}
