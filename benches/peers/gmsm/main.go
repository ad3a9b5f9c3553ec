// Command speed measures gmsm as `yinxin speed` measures the library: the same names, the same work,
// one thread, the median of single runs. "speed SECONDS" prints NAME TAB UNITS-PER-SECOND a line;
// "speed SECONDS path" measures paths of certificates alone, "speed SECONDS cms" messages.
package main

import (
	"bytes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/rand"
	"fmt"
	"math/big"
	"os"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/emmansun/gmsm/padding"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

const (
	messageLength = 1024
	streamLength  = 16 * 1024
	signers       = 30
	signatures    = 256
)

var id = []byte("1234567812345678")

func main() {
	if len(os.Args) < 2 || os.Args[1] == "--version" {
		fmt.Println("gmsm", version())
		return
	}
	seconds, err := strconv.ParseFloat(os.Args[1], 64)
	check(err)
	limit := time.Duration(seconds * float64(time.Second))
	if len(os.Args) == 3 && os.Args[2] == "path" {
		chain(limit)
		return
	}
	if len(os.Args) == 3 && os.Args[2] == "cms" {
		messages(limit)
		return
	}
	curve(limit)
	hashAndCipher(limit)
}

func curve(limit time.Duration) {
	key, err := sm2.GenerateKey(rand.Reader)
	check(err)
	message := bytes.Repeat([]byte{7}, messageLength)
	options := sm2.NewSM2SignerOption(true, id)
	measure("sm2-sign-one", 1, limit, func() {
		_, err := key.Sign(rand.Reader, message, options)
		check(err)
	})

	signed := sign(options)
	next := 0
	measure("sm2-verify-fresh-one", 1, limit, func() {
		one := signed[next%len(signed)]
		next++
		public, err := sm2.NewPublicKey(one.point)
		check(err)
		holds(sm2.VerifyASN1WithSM2(public, id, one.message, one.signature))
	})
	measure("sm2-verify-prepared-one", 1, limit, func() {
		one := signed[next%len(signed)]
		next++
		holds(sm2.VerifyASN1WithSM2(one.public, id, one.message, one.signature))
	})

	measure("sm2-encrypt", 1, limit, func() {
		_, err := sm2.EncryptASN1(rand.Reader, &key.PublicKey, message)
		check(err)
	})
	ciphertext, err := sm2.EncryptASN1(rand.Reader, &key.PublicKey, message)
	check(err)
	measure("sm2-decrypt", 1, limit, func() {
		_, err := key.Decrypt(nil, ciphertext, sm2.ASN1DecrypterOpts)
		check(err)
	})
}

type signature struct {
	public                    *ecdsa.PublicKey
	point, message, signature []byte
}

// sign gives signatures of a few signers over messages that differ.
func sign(options *sm2.SM2SignerOption) []signature {
	var keys []*sm2.PrivateKey
	for range signers {
		key, err := sm2.GenerateKey(rand.Reader)
		check(err)
		keys = append(keys, key)
	}
	var signed []signature
	for number := range signatures {
		key := keys[number*7%signers]
		message := bytes.Repeat([]byte{byte(number)}, messageLength)
		made, err := key.Sign(rand.Reader, message, options)
		check(err)
		point := []byte{4}
		for _, coordinate := range []*big.Int{key.X, key.Y} {
			point = append(point, coordinate.FillBytes(make([]byte, 32))...)
		}
		signed = append(signed, signature{&key.PublicKey, point, message, made})
	}
	return signed
}

func hashAndCipher(limit time.Duration) {
	message := bytes.Repeat([]byte{9}, streamLength)
	measure("sm3-one-stream", streamLength, limit, func() { sm3.Sum(message) })

	block, err := sm4.NewCipher(bytes.Repeat([]byte{7}, 16))
	check(err)
	iv := bytes.Repeat([]byte{1}, 16)
	scheme := padding.NewPKCS7Padding(16)
	var ciphertext []byte
	measure("sm4-cbc-encrypt", streamLength, limit, func() {
		padded := scheme.Pad(message)
		ciphertext = make([]byte, len(padded))
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(ciphertext, padded)
	})
	measure("sm4-cbc-decrypt", streamLength, limit, func() {
		padded := make([]byte, len(ciphertext))
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(padded, ciphertext)
		_, err := scheme.Unpad(padded)
		check(err)
	})
	measure("sm4-ctr", streamLength, limit, func() {
		cipher.NewCTR(block, iv).XORKeyStream(make([]byte, streamLength), message)
	})
	gcm, err := cipher.NewGCM(block)
	check(err)
	measure("sm4-gcm", streamLength, limit, func() { gcm.Seal(nil, iv[:12], message, nil) })
}

func measure(name string, units int, limit time.Duration, run func()) {
	run()
	var samples []time.Duration
	for start := time.Now(); len(samples) == 0 || time.Since(start) < limit; {
		before := time.Now()
		run()
		samples = append(samples, time.Since(before))
	}
	sort.Slice(samples, func(i, j int) bool { return samples[i] < samples[j] })
	median := max(samples[(len(samples)-1)/2], 1)
	fmt.Printf("%s\t%.1f\n", name, float64(units)*1e9/float64(median.Nanoseconds()))
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/emmansun/gmsm" {
				return strings.TrimPrefix(dep.Version, "v")
			}
		}
	}
	return "unknown"
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func holds(good bool) {
	if !good {
		panic("a good signature was refused")
	}
}
