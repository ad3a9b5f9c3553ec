#!/usr/bin/env python3
"""SM3, HMAC with SM3 and the key derivation of SM2: sm3.json and long/sm3_long.json."""

import sm3_reference as reference
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm3")
out = VectorFile("sm3", "SM3", ["SM3, HMAC-SM3 and the key derivation of SM2."])

tests = out.group("Sm3")
for comment, message in {"abc": b"abc", "abcd, sixteen times": b"abcd" * 16, "Chinese in UTF-8": "印信".encode()}.items():
    out.add(tests, comment, "Normal", "valid", msg=message, digest=reference.sm3(message))
for size in [*range(0, 4), *range(54, 67), 111, 112, 118, 119, 120, 121, 127, 128, 129, 183, 184, 191, 192, 193, 255, 256, 500]:
    message = rng.octets(size)
    out.add(tests, f"{size} bytes", "Length", "valid", msg=message, digest=reference.sm3(message))
for comment, message in {"64 zeros": bytes(64), "55 zeros": bytes(55), "56 zeros": bytes(56), "64 ff": b"\xff" * 64,
                         "80 as padding begins": b"\x80", "80 and zeros as padding": b"\x80" + bytes(62)}.items():
    out.add(tests, comment, "Content", "valid", msg=message, digest=reference.sm3(message))
for size, repeat in [(1, 64), (7, 100), (64, 16), (63, 65), (65, 63), (3, 0)]:
    message = rng.octets(size)
    out.add(tests, f"{size} bytes, {repeat} times", "Repeat", "valid", msg=message, repeat=repeat,
            digest=reference.sm3(message * repeat))
digest = bytearray(reference.sm3(b"abc"))
message = rng.octets(300)
splits = [
    [300], [0, 300], [300, 0], [0, 0, 300, 0], [1, 299], [299, 1], [63, 1, 236], [64, 236], [65, 235], [64, 64, 64, 64, 44],
    [63, 65, 172], [55, 1, 244], [56, 244], [32, 32, 236], [128, 172], [127, 129, 44], [3, 61, 64, 64, 64, 44],
    [10] * 30, [1] * 300, [60, 60, 60, 60, 60], [0] * 20 + [150] + [0] * 20 + [150],
]
out.whole("Sm3Streaming", comment="300 bytes", msg=message, digest=reference.sm3(message), splits=splits)
for size in [0, 64, 128]:
    message = rng.octets(size)
    ways = [[size], [0, size], [size, 0], [1] * size, [size // 2, size - size // 2]]
    out.whole("Sm3Streaming", comment=f"{size} bytes", msg=message, digest=reference.sm3(message), splits=ways)

tests = out.group("HmacSm3")
for key_size in [0, 1, 16, 31, 32, 33, 55, 56, 63, 64, 65, 128, 200]:
    for size in [0, 33] if key_size in (0, 32, 64, 65) else [16]:
        key, message = rng.octets(key_size), rng.octets(size)
        out.add(tests, f"key of {key_size} bytes, message of {size}", "Length", "valid", key=key, msg=message,
                tag=reference.hmac(key, message))
key = rng.octets(65)
message = rng.octets(40)
out.add(tests, "a long key and its hash are one key", "KeyHash", "valid", key=reference.sm3(key), msg=message,
        tag=reference.hmac(key, message))
out.add(tests, "a short key and the same with zeros are one key", "KeyZeros", "valid", key=key[:20] + bytes(44), msg=message,
        tag=reference.hmac(key[:20], message))
key = rng.octets(32)
good = reference.hmac(key, message)
for comment, tag in {
    "first bit changed": bytes([good[0] ^ 0x80]) + good[1:], "last bit changed": good[:-1] + bytes([good[-1] ^ 1]),
    "bit in the middle changed": good[:16] + bytes([good[16] ^ 8]) + good[17:], "all bits changed": bytes(x ^ 255 for x in good),
    "zeros": bytes(32), "last byte missing": good[:-1], "half a tag": good[:16], "a quarter of a tag": good[:8],
    "one byte": good[:1], "no tag": b"", "a byte behind": good + b"\0", "twice": good * 2, "hexadecimal text": good.hex().encode(),
    "bytes reversed": good[::-1], "SM3 of key and message": reference.sm3(key + message),
    "SM3 of message and key": reference.sm3(message + key), "key and message swapped": reference.hmac(message, key),
    "of another message": reference.hmac(key, message + b"\0"), "of another key": reference.hmac(key[:-1], message),
}.items():
    out.add(tests, comment, "WrongTag", "invalid", key=key, msg=message, tag=tag)

tests = out.group("Sm2Kdf")
z = rng.octets(64)
for size in [0, 1, 2, 16, 31, 32, 33, 63, 64, 65, 95, 96, 97, 255, 256, 257, 1000]:
    out.add(tests, f"{size} bytes", "Length", "valid", z=z, klenBytes=size, key=reference.kdf(z, size))
for size in [0, 1, 32, 51, 52, 60, 65, 200]:
    other = rng.octets(size)
    out.add(tests, f"from {size} bytes", "InputLength", "valid", z=other, klenBytes=40, key=reference.kdf(other, 40))
# 8192 bytes take 256 counters: the second byte of the counter moves.
out.add(tests, "the last bytes of 8224, where the counter passes 256", "Counter", "valid", z=z, klenBytes=8224,
        key=reference.kdf(z, 8224))
out.write()

# What takes seconds: here OpenSSL, through hashlib, makes the digests.
import hashlib

out = VectorFile("long/sm3_long", "SM3", ["SM3 over inputs so long that lengths in bits pass 2^31 and 2^32."], maker="sm3.py")
tests = out.group("Sm3")
for size, repeat in [(1, 1_000_000), (2**10, 2**18), (2**10, 2**19), (2**10 + 1, 2**19), (2**10 - 1, 2**19 + 1)]:
    message = b"a" * size
    hasher = hashlib.new("sm3")
    for _ in range(repeat):
        hasher.update(message)
    out.add(tests, f"{size} bytes, {repeat} times: {size * repeat} bytes", "Long", "valid", msg=message, repeat=repeat,
            digest=hasher.digest())
out.write()
