"""pyca/cryptography as a peer: SM3, HMAC and SM4."""

import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import ciphers
import cryptography
from answer import Cannot, Refused, equal, serve
from cryptography.hazmat.backends.openssl import backend
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC


def digest(case):
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(case.octets("msg") * int(case.get("repeat", 1)))
    return equal(hasher.finalize(), case.octets("digest"))


def hmac(case):
    try:
        mac = HMAC(case.octets("key"), hashes.SM3())
    except Exception as error:
        raise Cannot(str(error))
    mac.update(case.octets("msg"))
    try:
        mac.verify(case.octets("tag"))
    except Exception:
        raise Refused("tag")
    return "accepted", ""


def gcm(case):
    key, iv, aad, ct, tag = (case.octets(name) for name in ("key", "iv", "aad", "ct", "tag"))
    if len(key) != 16 or not 8 <= len(iv) <= 128:
        raise Cannot("lengths are the caller's")
    if len(tag) != 16:
        raise Cannot("the length of the tag is the caller's")
    worker = Cipher(algorithms.SM4(key), modes.GCM(iv, tag)).decryptor()
    try:
        worker.authenticate_additional_data(aad)
        message = worker.update(ct) + worker.finalize()
    except Exception as error:
        raise Refused(type(error).__name__)
    return equal(message, case.octets("msg"))


serve(f"pyca/cryptography {cryptography.__version__} ({backend.openssl_version_text()})", {
    "Sm3": digest,
    "HmacSm3": hmac,
    "Sm4Gcm": gcm,
    **ciphers.modes(Cipher, algorithms.SM4, modes),
})
