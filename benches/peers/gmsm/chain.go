package main

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

// chain measures a path of three certificates, leaf and authority read anew each time, without lists:
// "sm2-path", beside `cargo bench --bench chains`.
func chain(limit time.Duration) {
	now := time.Now()
	template := func(name string, authority bool) *x509.Certificate {
		usage := x509.KeyUsageDigitalSignature
		if authority {
			usage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
		}
		return &x509.Certificate{
			SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name, Country: []string{"CN"}},
			NotBefore: now.AddDate(0, 0, -1), NotAfter: now.AddDate(0, 0, 1), KeyUsage: usage,
			BasicConstraintsValid: authority, IsCA: authority, SubjectKeyId: []byte(name),
		}
	}
	keys := make([]*sm2.PrivateKey, 3)
	for i := range keys {
		key, err := sm2.GenerateKey(rand.Reader)
		check(err)
		keys[i] = key
	}
	issue := func(of *x509.Certificate, key *sm2.PrivateKey, by *x509.Certificate, with *sm2.PrivateKey) []byte {
		der, err := smx509.CreateCertificate(rand.Reader, of, by, &key.PublicKey, with)
		check(err)
		return der
	}
	rootTemplate, middleTemplate := template("Root", true), template("Issuing CA", true)
	root, err := smx509.ParseCertificate(issue(rootTemplate, keys[0], rootTemplate, keys[0]))
	check(err)
	middleDer := issue(middleTemplate, keys[1], rootTemplate, keys[0])
	leafDer := issue(template("Signer", false), keys[2], middleTemplate, keys[1])
	roots := smx509.NewCertPool()
	roots.AddCert(root)
	measure("sm2-path", 1, limit, func() {
		leaf, err := smx509.ParseCertificate(leafDer)
		check(err)
		middle, err := smx509.ParseCertificate(middleDer)
		check(err)
		given := smx509.NewCertPool()
		given.AddCert(middle)
		_, err = leaf.Verify(smx509.VerifyOptions{Roots: roots, Intermediates: given, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		check(err)
	})
}
