"""OpenSSL's libcrypto as a peer."""

import ctypes
import ctypes.util
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../generate"))
import der
import messages
import trust_files
from answer import Cannot, Refused, equal, serve

lib = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
P, L, I = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int


def function(name, result, *arguments):
    f = getattr(lib, name)
    f.restype, f.argtypes = result, arguments
    return f


version = function("OpenSSL_version", ctypes.c_char_p, I)
d2i_pubkey = function("d2i_PUBKEY", P, P, ctypes.POINTER(P), ctypes.c_long)
i2d_pubkey = function("i2d_PUBKEY", I, P, ctypes.POINTER(P))
d2i_private = function("d2i_AutoPrivateKey", P, P, ctypes.POINTER(P), ctypes.c_long)
pkey_free = function("EVP_PKEY_free", None, P)
is_a = function("EVP_PKEY_is_a", I, P, ctypes.c_char_p)
octet_param = function("EVP_PKEY_get_octet_string_param", I, P, ctypes.c_char_p, ctypes.c_char_p, L, ctypes.POINTER(L))
context_new = function("EVP_PKEY_CTX_new", P, P, P)
context_free = function("EVP_PKEY_CTX_free", None, P)
set_id = function("EVP_PKEY_CTX_set1_id", I, P, ctypes.c_char_p, I)
public_check = function("EVP_PKEY_public_check", I, P)
whole_check = function("EVP_PKEY_check", I, P)
md_new = function("EVP_MD_CTX_new", P)
md_free = function("EVP_MD_CTX_free", None, P)
md_set_context = function("EVP_MD_CTX_set_pkey_ctx", None, P, P)
verify_init = function("EVP_DigestVerifyInit", I, P, P, P, P, P)
verify = function("EVP_DigestVerify", I, P, ctypes.c_char_p, L, ctypes.c_char_p, L)
raw_verify_init = function("EVP_PKEY_verify_init", I, P)
raw_verify = function("EVP_PKEY_verify", I, P, ctypes.c_char_p, L, ctypes.c_char_p, L)
decrypt_init = function("EVP_PKEY_decrypt_init", I, P)
decrypt = function("EVP_PKEY_decrypt", I, P, ctypes.c_char_p, ctypes.POINTER(L), ctypes.c_char_p, L)
sm3 = function("EVP_sm3", P)
digest = function("EVP_Digest", I, ctypes.c_char_p, L, ctypes.c_char_p, P, P, P)
hmac = function("HMAC", P, P, ctypes.c_char_p, I, ctypes.c_char_p, L, ctypes.c_char_p, P)
cipher_new = function("EVP_CIPHER_CTX_new", P)
cipher_free = function("EVP_CIPHER_CTX_free", None, P)
cipher_init = function("EVP_CipherInit_ex", I, P, P, P, ctypes.c_char_p, ctypes.c_char_p, I)
cipher_padding = function("EVP_CIPHER_CTX_set_padding", I, P, I)
cipher_update = function("EVP_CipherUpdate", I, P, ctypes.c_char_p, ctypes.POINTER(I), ctypes.c_char_p, I)
cipher_final = function("EVP_CipherFinal_ex", I, P, ctypes.c_char_p, ctypes.POINTER(I))
clear_errors = function("ERR_clear_error", None)


def read_der(read, body):
    """The key that `read` makes of the whole of `body`."""
    buffer = ctypes.create_string_buffer(body, len(body) + 1)
    start = ctypes.addressof(buffer)
    position = P(start)
    key = read(None, ctypes.byref(position), len(body))
    clear_errors()
    if not key:
        raise Refused("not read")
    if position.value - start != len(body):
        pkey_free(key)
        raise Refused("bytes behind the key")
    if is_a(key, b"SM2") != 1:
        pkey_free(key)
        raise Refused("not an SM2 key")
    return key


def checked(key, check):
    context = context_new(key, None)
    good = check(context)
    context_free(context)
    clear_errors()
    if good != 1:
        pkey_free(key)
        raise Refused("key check")
    return key


def public_from(body):
    return checked(read_der(d2i_pubkey, body), public_check)


def private_from(body):
    return checked(read_der(d2i_private, body), whole_check)


def point_of(key):
    out, size = ctypes.create_string_buffer(200), L()
    if octet_param(key, b"encoded-pub-key", out, 200, ctypes.byref(size)) != 1:
        raise Cannot("no point")
    return out.raw[: size.value]


def group_key(case):
    return public_from(der.spki(case.octets("publicKey")))


def message(case, sig):
    key = group_key(case)
    user_id = case.octets("id")
    context, md = context_new(key, None), md_new()
    try:
        if set_id(context, user_id, len(user_id)) != 1:
            raise Refused("id")
        md_set_context(md, context)
        if verify_init(md, None, sm3(), None, key) != 1:
            raise Refused("id")
        msg = case.octets("msg")
        if verify(md, sig, len(sig), msg, len(msg)) != 1:
            raise Refused("signature")
        return "accepted", ""
    finally:
        clear_errors()
        md_free(md)
        context_free(context)
        pkey_free(key)


def verify_der(case):
    return message(case, case.octets("sig"))


def verify_raw(case):
    sig = case.octets("sig")
    if len(sig) != 64:
        raise Cannot("no such form")
    r, s = (int.from_bytes(half, "big") for half in (sig[:32], sig[32:]))
    return message(case, der.signature(r, s))


def verify_digest(case):
    key = group_key(case)
    context = context_new(key, None)
    try:
        e, sig = case.octets("e"), case.octets("sig")
        if len(e) != 32:
            raise Cannot("takes any length")
        if raw_verify_init(context) != 1 or raw_verify(context, sig, len(sig), e, len(e)) != 1:
            raise Refused("signature")
        return "accepted", ""
    finally:
        clear_errors()
        context_free(context)
        pkey_free(key)


def public_key(case):
    encoding, key = case["encoding"], case.octets("key")
    if encoding == "raw64":
        if len(key) != 64:
            raise Cannot("no such form")
        key = b"\x04" + key
    key = public_from(key if encoding == "spki" else der.spki(key))
    point = point_of(key)
    pkey_free(key)
    if point[0] != 4:
        return ("accepted" if point[1:] == case.octets("point")[1 : len(point)] else "wrong"), "another form"
    return equal(point, case.octets("point"))


def private_key(case):
    encoding, key = case["encoding"], case.octets("key")
    if encoding == "scalar":
        if len(key) != 32:
            raise Cannot("no such form")
        key = der.ec_private_key(key, None, der.oid(der.SM2_CURVE))
    key = private_from(key)
    point = point_of(key)
    pkey_free(key)
    stated = case.octets("publicPoint")
    if point[0] != 4 and stated:
        return ("accepted" if point[1:] == stated[1 : len(point)] else "wrong"), "another form"
    return equal(point, stated)


def decrypt_der(case):
    key = private_from(der.pkcs8(der.ec_private_key(case.octets("privateKey"))))
    context = context_new(key, None)
    try:
        ct, size = case.octets("ct"), L()
        size.value = len(ct) + 64
        out = ctypes.create_string_buffer(size.value)
        if decrypt_init(context) != 1 or decrypt(context, out, ctypes.byref(size), ct, len(ct)) != 1:
            raise Refused("ciphertext")
        return equal(out.raw[: size.value], case.octets("msg"))
    finally:
        clear_errors()
        context_free(context)
        pkey_free(key)


def hash_of(data):
    out = ctypes.create_string_buffer(32)
    if digest(data, len(data), out, None, sm3(), None) != 1:
        raise Cannot("no SM3")
    return out.raw


def judge_sm3(case):
    return equal(hash_of(case.octets("msg") * int(case.get("repeat", 1))), case.octets("digest"))


def judge_hmac(case):
    out = ctypes.create_string_buffer(32)
    key, msg = case.octets("key"), case.octets("msg")
    hmac(sm3(), key, len(key), msg, len(msg), out, None)
    good = out.raw == case.octets("tag")
    return ("accepted", "") if good else ("refused", "")


class Param(ctypes.Structure):
    _fields_ = [("key", ctypes.c_char_p), ("type", ctypes.c_uint), ("data", P), ("size", L), ("returned", L)]


kdf_fetch = function("EVP_KDF_fetch", P, P, ctypes.c_char_p, ctypes.c_char_p)
kdf_new = function("EVP_KDF_CTX_new", P, P)
kdf_free = function("EVP_KDF_CTX_free", None, P)
kdf_derive = function("EVP_KDF_derive", I, P, ctypes.c_char_p, L, ctypes.POINTER(Param))


def judge_kdf(case):
    z, size = case.octets("z"), int(case["klenBytes"])
    if not z or not size:
        raise Cannot("takes no empty value")
    name, secret = ctypes.create_string_buffer(b"SM3"), ctypes.create_string_buffer(z, len(z))
    parameters = (Param * 3)(
        Param(b"digest", 4, ctypes.addressof(name), 3, 0),
        Param(b"key", 5, ctypes.addressof(secret), len(z), 0),
        Param(None, 0, None, 0, 0),
    )
    context = kdf_new(kdf_fetch(None, b"X963KDF", None))
    out = ctypes.create_string_buffer(size)
    good = kdf_derive(context, out, size, parameters)
    kdf_free(context)
    clear_errors()
    if good != 1:
        raise Cannot("X963KDF")
    return equal(out.raw, case.octets("key"))


def run_cipher(name, key, iv, data, encrypt, padding=False):
    if len(key) != 16 or (iv is not None and len(iv) != 16):
        raise Cannot("lengths are the caller's")
    context = cipher_new()
    try:
        cipher = function("EVP_sm4_" + name, P)()
        if cipher_init(context, cipher, None, key, iv, encrypt) != 1:
            raise Cannot("no such mode")
        cipher_padding(context, int(padding))
        out, size, rest = ctypes.create_string_buffer(len(data) + 32), I(), I()
        if data and cipher_update(context, out, ctypes.byref(size), data, len(data)) != 1:
            raise Refused("update")
        tail = ctypes.create_string_buffer(32)
        if cipher_final(context, tail, ctypes.byref(rest)) != 1:
            raise Refused("final")
        return out.raw[: size.value] + tail.raw[: rest.value]
    finally:
        clear_errors()
        cipher_free(context)


def mode(name, iv=True, padding=False):
    def judge(case):
        key, start = case.octets("key"), case.octets("iv") if iv else None
        message, ct = case.octets("msg"), case.octets("ct")
        back = ct
        for _ in range(int(case.get("iterations", 1))):
            back = run_cipher(name, key, start, back, 0, padding)
        for _ in range(int(case.get("iterations", 1))):
            message = run_cipher(name, key, start, message, 1, padding)
        verdict = equal(back, case.octets("msg"))
        return verdict if verdict[0] != "accepted" else equal(message, ct)

    return judge


d2i_x509 = function("d2i_X509", P, P, ctypes.POINTER(P), ctypes.c_long)
x509_free = function("X509_free", None, P)
string_new = function("ASN1_OCTET_STRING_new", P)
string_set = function("ASN1_OCTET_STRING_set", I, P, ctypes.c_char_p, I)
x509_set_id = function("X509_set0_distinguishing_id", None, P, P)
store_new = function("X509_STORE_new", P)
store_free = function("X509_STORE_free", None, P)
store_add = function("X509_STORE_add_cert", I, P, P)
stack_new = function("OPENSSL_sk_new_null", P)
stack_push = function("OPENSSL_sk_push", I, P, P)
stack_free = function("OPENSSL_sk_free", None, P)
path_new = function("X509_STORE_CTX_new", P)
path_free = function("X509_STORE_CTX_free", None, P)
path_init = function("X509_STORE_CTX_init", I, P, P, P, P)
path_time = function("X509_STORE_CTX_set_time", None, P, ctypes.c_ulong, ctypes.c_long)
path_verify = function("X509_verify_cert", I, P)
path_error = function("X509_STORE_CTX_get_error", I, P)
error_text = function("X509_verify_cert_error_string", ctypes.c_char_p, ctypes.c_long)


def certificate(body):
    """The certificate in `body`, to be verified under the default user id if it is signed with SM2 (another
    algorithm fails with an id); None if it is none."""
    buffer = ctypes.create_string_buffer(body, len(body) + 1)
    one = d2i_x509(None, ctypes.byref(P(ctypes.addressof(buffer))), len(body))
    if one and der.oid("1.2.156.10197.1.501") in body:
        user_id = string_new()
        string_set(user_id, b"1234567812345678", 16)
        x509_set_id(one, user_id)
    return one


def path(case):
    """X509_verify_cert. A list cannot be given a user id, so cases with lists are left out."""
    if case.get("depth", "99") != "99" or case.get("crls"):
        raise Cannot("not expressible")
    given = {name: [bytes.fromhex(one) for one in case.get(name, "").split(",") if one] for name in ("trustAnchors", "intermediates")}
    when = datetime.datetime.fromisoformat(case["verifyTime"].replace("Z", "+00:00"))
    leaf = certificate(case.octets("cert"))
    if not leaf:
        clear_errors()
        raise Refused("certificate")
    store, stack, context = store_new(), stack_new(), path_new()
    anchors, others = ([one for one in map(certificate, given[name]) if one] for name in ("trustAnchors", "intermediates"))
    try:
        for one in anchors:
            store_add(store, one)
        for one in others:
            stack_push(stack, one)
        path_init(context, store, leaf, stack)
        path_time(context, 0, int(when.timestamp()))
        if path_verify(context) != 1:
            raise Refused(error_text(path_error(context)).decode())
        return "accepted", ""
    finally:
        clear_errors()
        path_free(context)
        stack_free(stack)
        store_free(store)
        for one in [leaf, *anchors, *others]:
            x509_free(one)


serve(version(0).decode(), {
    "Sm2Verify": verify_der,
    "Sm2VerifyRaw": verify_raw,
    "Sm2VerifyDigest": verify_digest,
    "Sm2PublicKey": public_key,
    "Sm2PrivateKey": private_key,
    "Sm2DecryptDer": decrypt_der,
    "Sm3": judge_sm3,
    "HmacSm3": judge_hmac,
    "Sm2Kdf": judge_kdf,
    "Sm4Ecb": mode("ecb", iv=False),
    "Sm4CbcPkcs7": mode("cbc", padding=True),
    "Sm4Ctr": mode("ctr"),
    "Sm4Cfb128": mode("cfb128"),
    "Sm4Ofb": mode("ofb"),
    "LimboPath": path,
    **messages.JUDGES,
    **trust_files.JUDGES,
})
