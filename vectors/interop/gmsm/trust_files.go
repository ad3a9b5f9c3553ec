package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"time"

	"github.com/emmansun/gmsm/pkcs8"
	"github.com/emmansun/gmsm/smx509"
)

// request judges a PKCS#10 request: its key and its signature, not the writing of its name.
func request(f fields) verdict {
	request, err := smx509.ParseCertificateRequest(f.octets("der"))
	if err != nil {
		return refused(err)
	}
	if err := request.CheckSignature(); err != nil {
		return refused(err)
	}
	key, err := smx509.MarshalPKIXPublicKey(request.PublicKey)
	if err != nil {
		return refused(err)
	}
	return equal(key, f.octets("key"))
}

// keyFile judges an encrypted PKCS#8 key.
func keyFile(f fields) verdict {
	file := f.octets("file")
	if block, _ := pem.Decode(file); block != nil {
		if block.Type != "ENCRYPTED PRIVATE KEY" {
			return cannot
		}
		file = block.Bytes
	} else if bytes.Contains(file[:8], []byte{2, 1, 3}) || bytes.Contains(file[:8], []byte{2, 1, 1}) {
		return cannot // PKCS#12, or CFCA's form
	}
	if f["password"] == "" {
		return cannot
	}
	key, err := pkcs8.ParsePKCS8PrivateKey(file, f.octets("password"))
	if err != nil {
		return refused(err)
	}
	public, err := smx509.MarshalPKIXPublicKey(key.(interface{ Public() crypto.PublicKey }).Public())
	if err != nil {
		return refused(err)
	}
	return equal(public, f.octets("key"))
}

// status judges one complete list by the issuer itself: gmsm reads lists and verifies them, and what
// follows is RFC 5280's.
func status(f fields) verdict {
	if f["ocsp"] != "" || f["intermediates"] != "" || strings.Contains(f["crls"], ",") || strings.Contains(f["trustAnchors"], ",") {
		return cannot
	}
	at, err := time.Parse(time.RFC3339, f["verifyTime"])
	if err != nil {
		return cannot
	}
	issuer, err := smx509.ParseCertificate(f.octets("trustAnchors"))
	if err != nil {
		return refused(err)
	}
	leaf, err := smx509.ParseCertificate(f.octets("cert"))
	if err != nil {
		return refused(err)
	}
	if err := leaf.CheckSignatureFrom(issuer); err != nil {
		return refused(err)
	}
	list, err := smx509.ParseRevocationList(f.octets("crls"))
	if err != nil {
		return refused(err)
	}
	if err := list.CheckSignatureFrom(issuer); err != nil {
		return refused(err)
	}
	if partial(list.ToX509()) {
		return cannot
	}
	good := !at.Before(list.ThisUpdate) && !at.After(list.NextUpdate)
	for _, entry := range list.RevokedCertificateEntries {
		good = good && entry.SerialNumber.Cmp(leaf.SerialNumber) != 0
	}
	return when(good)
}

// partial says whether a list has an extension that narrows it.
func partial(list *x509.RevocationList) bool {
	for _, extension := range list.Extensions {
		if extension.Critical {
			return true
		}
	}
	return false
}
