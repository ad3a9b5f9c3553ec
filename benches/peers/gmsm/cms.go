package main

import (
	"crypto/rand"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/emmansun/gmsm/pkcs"
	"github.com/emmansun/gmsm/pkcs7"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/smx509"
)

type party struct {
	key         *sm2.PrivateKey
	certificate *smx509.Certificate
}

func issue(name string, by *party, usage smx509.KeyUsage) *party {
	key, err := sm2.GenerateKey(rand.Reader)
	check(err)
	template := &smx509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, KeyUsage: usage,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		BasicConstraintsValid: true, IsCA: by == nil,
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.certificate, by.key
	}
	der, err := smx509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	check(err)
	certificate, err := smx509.ParseCertificate(der)
	check(err)
	return &party{key, certificate}
}

// messages measures messages of GB/T 35275: signed, encrypted, decrypted, verified with the chain. It
// prints NAME TAB NANOSECONDS a line, the shortest run.
func messages(limit time.Duration) {
	root := issue("Root", nil, smx509.KeyUsageCertSign|smx509.KeyUsageCRLSign)
	sender := issue("finance", root, smx509.KeyUsageDigitalSignature)
	receiver := issue("bank", root, smx509.KeyUsageKeyEncipherment)
	pool := smx509.NewCertPool()
	pool.AddCert(root.certificate)
	for _, one := range []struct {
		name string
		size int
	}{{"2 KB", 2 << 10}, {"1 MB", 1 << 20}, {"32 MB", 32 << 20}} {
		body := make([]byte, one.size)
		best := time.Duration(1 << 62)
		for begin := time.Now(); time.Since(begin) < limit; {
			start := time.Now()
			exchange(body, pkcs.SM4CBC, sender, receiver, pool)
			best = min(best, time.Since(start))
		}
		fmt.Printf("message SM4-CBC %s\t%d\n", one.name, best.Nanoseconds())
	}
}

func exchange(body []byte, cipher pkcs.Cipher, sender, receiver *party, pool *smx509.CertPool) {
	signing, err := pkcs7.NewSMSignedData(body)
	check(err)
	check(signing.SignWithoutAttr(sender.certificate, sender.key, pkcs7.SignerInfoConfig{}))
	signed, err := signing.Finish()
	check(err)
	made, err := pkcs7.EncryptSM(cipher, signed, []*smx509.Certificate{receiver.certificate})
	check(err)
	read, err := pkcs7.Parse(made)
	check(err)
	opened, err := read.Decrypt(receiver.certificate, receiver.key)
	check(err)
	message, err := pkcs7.Parse(opened)
	check(err)
	check(message.VerifyWithChain(pool))
	holds(len(message.Content) == len(body))
}
