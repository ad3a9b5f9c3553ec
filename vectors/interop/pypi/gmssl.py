"""GmSSL, through gmssl-pyx, as a peer."""

import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
import gmssl_pyx as gmssl
from answer import Cannot, Refused, equal, serve


def point(case):
    return case.octets("publicKey")[1:]


def verify(case):
    try:
        good = gmssl.sm2_verify(point(case), case.octets("msg"), case.octets("sig"), case.octets("id"))
    except Exception as error:
        raise Refused(str(error))
    return ("accepted", "") if good else ("refused", "")


def verify_digest(case):
    e = case.octets("e")
    if len(e) != 32:
        raise Cannot("takes 32 bytes only")
    try:
        good = gmssl.sm2_verify_sm3_digest(point(case), e, case.octets("sig"))
    except Exception as error:
        raise Refused(str(error))
    return ("accepted", "") if good else ("refused", "")


def decrypt(case):
    ct = case.octets("ct")
    if not 45 <= len(ct) <= 366:
        raise Cannot("length of the ciphertext")
    try:
        message = gmssl.sm2_decrypt(case.octets("privateKey"), ct)
    except Exception as error:
        raise Refused(str(error))
    return equal(message, case.octets("msg"))


def digest(case):
    return equal(gmssl.sm3_hash(case.octets("msg") * int(case.get("repeat", 1))), case.octets("digest"))


def hmac(case):
    if not case["key"]:
        raise Cannot("empty key")
    return ("accepted", "") if gmssl.sm3_hmac(case.octets("key"), case.octets("msg")) == case.octets("tag") else ("refused", "")


def kdf(case):
    size = int(case["klenBytes"])
    if not size or not case["z"]:
        raise Cannot("empty")
    return equal(gmssl.sm3_kdf(case.octets("z"), size), case.octets("key"))


def lengths(case, iv=16):
    if len(case["key"]) != 32 or (iv and len(case["iv"]) != 2 * iv):
        raise Cannot("lengths are the caller's")


def cbc(case):
    lengths(case)
    key, iv = case.octets("key"), case.octets("iv")
    if not case["ct"]:
        raise Cannot("empty")
    try:
        message = gmssl.sm4_cbc_padding_decrypt(key, iv, case.octets("ct"))
    except Exception as error:
        raise Refused(str(error))
    verdict = equal(message, case.octets("msg"))
    if verdict[0] == "accepted" and message:
        return equal(gmssl.sm4_cbc_padding_encrypt(key, iv, message), case.octets("ct"))
    return verdict


def ctr(case):
    lengths(case)
    if not case["msg"]:
        raise Cannot("empty")
    return equal(gmssl.sm4_ctr_encrypt(case.octets("key"), case.octets("iv"), case.octets("msg")), case.octets("ct"))


def gcm(case):
    lengths(case, 0)
    key, iv, aad, ct, tag = (case.octets(name) for name in ("key", "iv", "aad", "ct", "tag"))
    if not iv:
        raise Cannot("empty IV")
    try:
        message = gmssl.sm4_gcm_decrypt(key, iv, aad, ct, tag)
    except Exception as error:
        raise Refused(str(error))
    return equal(message, case.octets("msg"))


serve(f"GmSSL in gmssl-pyx {gmssl.__version__}", {
    "Sm2Verify": verify,
    "Sm2VerifyDigest": verify_digest,
    "Sm2DecryptDer": decrypt,
    "Sm3": digest,
    "HmacSm3": hmac,
    "Sm2Kdf": kdf,
    "Sm4CbcPkcs7": cbc,
    "Sm4Ctr": ctr,
    "Sm4Gcm": gcm,
})
