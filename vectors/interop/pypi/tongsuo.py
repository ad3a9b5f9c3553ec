"""Tongsuo, through tongsuopy, as a peer: SM3 and SM4."""

import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import ciphers
import tongsuopy
from answer import Cannot, Refused, equal, serve
from tongsuopy.crypto import ciphers as tongsuo_ciphers
from tongsuopy.crypto import hashes
from tongsuopy.crypto.ciphers import aead, algorithms, modes


def digest(case):
    hasher = hashes.Hash(hashes.SM3())
    hasher.update(case.octets("msg") * int(case.get("repeat", 1)))
    return equal(hasher.finalize(), case.octets("digest"))


def gcm(case):
    key, iv, aad, ct, tag = (case.octets(name) for name in ("key", "iv", "aad", "ct", "tag"))
    if len(key) != 16 or not 8 <= len(iv) <= 128:
        raise Cannot("lengths are the caller's")
    if len(tag) != 16:
        raise Cannot("tags of 16 bytes only")
    cipher = aead.SM4GCM(key)
    try:
        message = cipher.decrypt(iv, ct + tag, aad)
    except Exception as error:
        raise Refused(type(error).__name__)
    verdict = equal(message, case.octets("msg"))
    return verdict if verdict[0] != "accepted" else equal(cipher.encrypt(iv, message, aad), ct + tag)


serve(f"Tongsuo in tongsuopy {tongsuopy.__version__}", {
    "Sm3": digest,
    "Sm4Gcm": gcm,
    **ciphers.modes(tongsuo_ciphers.Cipher, algorithms.SM4, modes),
})
