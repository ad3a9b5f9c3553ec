// Makes SM2 revocation lists with gmsm: TYPE TAB RESULT TAB COMMENT TAB NAME=VALUE TAB ...
package main

import (
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func at(text string) time.Time {
	return must(time.Parse(time.RFC3339, text))
}

func main() {
	from, until := at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z")
	rootKey := must(sm2.GenerateKey(rand.Reader))
	rootName := pkix.Name{CommonName: "Root", Organization: []string{"gmsm"}, Country: []string{"CN"}}
	rootTemplate := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: rootName, NotBefore: from, NotAfter: until, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, SubjectKeyId: []byte("root"),
	}
	rootDer := must(smx509.CreateCertificate(rand.Reader, &rootTemplate, &rootTemplate, &rootKey.PublicKey, rootKey))
	root := must(smx509.ParseCertificate(rootDer))
	key := must(sm2.GenerateKey(rand.Reader))
	template := x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Person", Country: []string{"CN"}},
		NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	person := must(smx509.CreateCertificate(rand.Reader, &template, root.ToX509(), &key.PublicKey, rootKey))
	list := func(status, result, comment string, entries ...x509.RevocationListEntry) {
		crl := must(smx509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(7), ThisUpdate: at("2026-06-01T00:00:00Z"), NextUpdate: at("2026-06-08T00:00:00Z"),
			RevokedCertificateEntries: entries,
		}, root, rootKey))
		fmt.Printf("CertificateStatus\t%s\tSM2, list: %s\tcert=%x\ttrustAnchors=%x\tcrls=%x\tverifyTime=2026-06-01T12:00:00Z\tstatus=%s\n",
			result, comment, person, rootDer, crl, status)
	}
	revoked := func(serial int64, reason int) x509.RevocationListEntry {
		return x509.RevocationListEntry{SerialNumber: big.NewInt(serial), RevocationTime: at("2026-03-01T00:00:00Z"), ReasonCode: reason}
	}
	list("good", "valid", "nobody")
	list("good", "valid", "another certificate", revoked(8, 4))
	list("revoked", "invalid", "keyCompromise", revoked(8, 4), revoked(7, 1))
}
