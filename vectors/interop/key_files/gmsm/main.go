// Makes key files with gmsm: NAME TAB hex TAB hex of the public key TAB hex of a further key.
package main

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/cfca"
	"github.com/emmansun/gmsm/pkcs"
	"github.com/emmansun/gmsm/pkcs8"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	key := must(sm2.GenerateKey(rand.Reader))
	holder := must(sm2.GenerateKey(rand.Reader))
	public := hex.EncodeToString(must(smx509.MarshalPKIXPublicKey(&key.PublicKey)))
	out := func(name string, der []byte, further []byte) {
		fmt.Printf("%s\t%x\t%s\t%x\n", name, der, public, further)
	}
	subject := pkix.Name{CommonName: "gmsm", Country: []string{"CN"}}
	from, until := time.Unix(1767225600, 0), time.Unix(2082758400, 0)
	template := x509.Certificate{SerialNumber: big.NewInt(7), Subject: subject, NotBefore: from, NotAfter: until}
	der := must(smx509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key))
	password := []byte("secret")
	out("cfca", must(cfca.MarshalSM2(password, key, must(smx509.ParseCertificate(der)))), nil)
	for name, opts := range map[string]pkcs.PBESEncrypter{
		"pkcs8-sm4-sm3": pkcs.NewPBESEncrypter(pkcs.SM4CBC, pkcs.NewPBKDF2Opts(pkcs.SM3, 16, 2048)),
		"pkcs8-gm-pbes": pkcs.NewSMPBESEncrypter(16, 2048),
		"pkcs8-scrypt":  pkcs.NewPBESEncrypter(pkcs.AES256CBC, pkcs.NewScryptOpts(16, 1024, 8, 1)),
	} {
		out(name, must(pkcs8.MarshalPrivateKey(key, password, opts)), nil)
	}
	enveloped := must(sm2.MarshalEnvelopedPrivateKey(rand.Reader, &holder.PublicKey, key))
	out("enveloped", enveloped, must(smx509.MarshalPKCS8PrivateKey(holder)))
	request := x509.CertificateRequest{Subject: subject}
	out("csr", must(smx509.CreateCertificateRequest(rand.Reader, &request, key)), nil)
}
