package main

import (
	"crypto"
	"errors"
	"strings"
	"time"

	"github.com/emmansun/gmsm/pkcs"
	"github.com/emmansun/gmsm/pkcs7"
	"github.com/emmansun/gmsm/smx509"
)

// Where gmsm has no place for a kind of message or a way to name it.
var errCannot = errors.New("cannot")

func verdictOf(err error) verdict {
	switch {
	case errors.Is(err, errCannot):
		return cannot
	case err != nil:
		return refused(err)
	}
	return accepted
}

func (f fields) certificates(name string) (out []*smx509.Certificate, err error) {
	for _, one := range strings.Split(f[name], ",") {
		if one == "" {
			continue
		}
		read, err := smx509.ParseCertificate(fields{"one": one}.octets("one"))
		if err != nil {
			return nil, err
		}
		out = append(out, read)
	}
	return out, nil
}

func (f fields) key(name string) (crypto.PrivateKey, error) {
	return smx509.ParsePKCS8PrivateKey(f.octets(name))
}

// checked says whether every signer verifies and leads to an anchor at the time of the case. gmsm asks
// for no revocation and reads no countersignature.
func checked(message *pkcs7.PKCS7, f fields) error {
	at, err := time.Parse(time.RFC3339, f["verifyTime"])
	if err != nil {
		return err
	}
	anchors, err := f.certificates("trustAnchors")
	if err != nil {
		return err
	}
	given, err := f.certificates("intermediates")
	if err != nil {
		return err
	}
	pool := smx509.NewCertPool()
	for _, anchor := range anchors {
		pool.AddCert(anchor)
	}
	message.Certificates = append(message.Certificates, given...)
	return message.VerifyWithChainAtTime(pool, &at)
}

// signedMessage judges SignedData.
func signedMessage(f fields) error {
	message, err := pkcs7.Parse(f.octets("der"))
	if err != nil {
		return err
	}
	if _, beside := f["detachedContent"]; beside {
		if len(message.Content) > 0 {
			return errCannot // it takes one or the other
		}
		message.Content = f.octets("detachedContent")
	}
	for _, one := range message.Signers {
		if len(one.UnauthenticatedAttributes) > 0 {
			return errCannot
		}
	}
	return checked(message, f)
}

// decryptMessage judges encrypted messages.
func decryptMessage(f fields) verdict {
	if strings.Contains(f["allow"], "104.10") || strings.Contains(f["der"], "060b2a864886f70d0109100117") {
		return cannot // it has no AuthEnvelopedData
	}
	message, err := pkcs7.Parse(f.octets("der"))
	if err != nil {
		return refused(err)
	}
	var content []byte
	if f["key"] != "" {
		content, err = message.DecryptUsingPSK(f.octets("key"))
	} else {
		content, err = decrypted(message, f)
	}
	if err != nil {
		return verdictOf(err)
	}
	return equal(content, f.octets("content"))
}

func decrypted(message *pkcs7.PKCS7, f fields) ([]byte, error) {
	own, err := f.certificates("recipientCert")
	if err != nil {
		return nil, err
	}
	key, err := f.key("recipientKey")
	if err != nil {
		return nil, err
	}
	if f["trustAnchors"] != "" {
		if strings.Contains(f["allow"], "asFound") {
			return nil, errCannot // DecryptCFCA is for EnvelopedData
		}
		return message.DecryptAndVerify(own[0], key, func() error { return checked(message, f) })
	}
	content, err := message.Decrypt(own[0], key)
	if err != nil && f["allow"] != "" {
		return message.DecryptCFCA(own[0], key)
	}
	return content, err
}

// signMessage makes SignedData of all signers.
func signMessage(f fields) ([]byte, error) {
	signers, err := f.certificates("certificates")
	if err != nil {
		return nil, err
	}
	chain, err := f.certificates("chain")
	if err != nil {
		return nil, err
	}
	making := pkcs7.NewSignedData
	if f["form"] == "gm" {
		making = pkcs7.NewSMSignedData
	}
	message, err := making(f.octets("content"))
	if err != nil {
		return nil, err
	}
	switch {
	case strings.HasPrefix(f["signature"], "SHA256"):
		message.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	default:
		message.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSM3)
	}
	for i, one := range strings.Split(f["keys"], ",") {
		key, err := fields{"key": one}.key("key")
		if err != nil {
			return nil, err
		}
		sign := message.AddSigner
		if f["attributes"] == "0" {
			sign = message.SignWithoutAttr
		}
		if err := sign(signers[i], key, pkcs7.SignerInfoConfig{}); err != nil {
			return nil, err
		}
	}
	for _, one := range chain {
		message.AddCertificate(one)
	}
	if f["detached"] == "1" {
		message.Detach()
	}
	return message.Finish()
}

// encryptMessage makes messages for recipients, or under a key.
func encryptMessage(f fields) ([]byte, error) {
	recipients, err := f.certificates("recipients")
	if err != nil {
		return nil, err
	}
	content, gm := f.octets("content"), f["form"] == "gm"
	switch f["kind"] {
	case "EncryptedData":
		if gm {
			return pkcs7.EncryptSMUsingPSK(pkcs.SM4CBC, content, f.octets("key"))
		}
		return pkcs7.EncryptUsingPSK(pkcs.SM4CBC, content, f.octets("key"))
	case "EnvelopedData":
		switch {
		case f["vendor"] == "C1C2C3":
			return pkcs7.EncryptCFCA(pkcs.SM4, content, recipients)
		case f["vendor"] == "CFCA":
			return pkcs7.EnvelopeMessageCFCA(pkcs.SM4, content, recipients)
		case f["byKey"] == "1":
			return nil, errCannot
		case gm:
			return pkcs7.EncryptSM(pkcs.SM4CBC, content, recipients)
		}
		return pkcs7.Encrypt(pkcs.SM4CBC, content, recipients)
	case "SignedAndEnvelopedData":
		message, err := pkcs7.NewSMSignedAndEnvelopedData(content, pkcs.SM4CBC)
		if err != nil {
			return nil, err
		}
		signers, err := f.certificates("certificates")
		if err != nil {
			return nil, err
		}
		for i, one := range strings.Split(f["keys"], ",") {
			key, err := fields{"key": one}.key("key")
			if err != nil {
				return nil, err
			}
			if err := message.AddSigner(signers[i], key); err != nil {
				return nil, err
			}
		}
		for _, one := range recipients {
			if err := message.AddRecipient(one); err != nil {
				return nil, err
			}
		}
		return message.Finish()
	}
	return nil, errCannot
}

func madeOrCannot(value []byte, err error) verdict {
	if err != nil {
		return verdictOf(err)
	}
	return made(value, nil)
}
