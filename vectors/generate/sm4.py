#!/usr/bin/env python3
"""SM4 in its modes: sm4.json and sm4_gcm.json."""

from sm4_reference import blocks, cbc, cfb, ctr, ecb, gcm, ofb, pad, xor
from vector_file import Stream, VectorFile

rng = Stream("yinxin sm4")
SIZES = [0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 100, 127, 128, 129, 200]
out = VectorFile("sm4", "SM4", ["SM4 in ECB without padding, CBC with PKCS#7, CTR, CFB-128 and OFB."])

tests = out.group("Sm4Ecb")


def case(comment, flag, result, **fields):
    out.add(tests, comment, flag, result, **fields)


for size in [0, 16, 32, 48, 64, 80, 112, 128, 144, 256]:
    key, message = rng.octets(16), rng.octets(size)
    case(f"{size} bytes", "Length", "valid", key=key, msg=message, ct=ecb(key, message))
for comment, key, message in [
    ("zeros", bytes(16), bytes(16)), ("ones", b"\xff" * 16, b"\xff" * 16), ("key and block alike", bytes(range(16)), bytes(range(16))),
    ("counting up and down", bytes(range(16)), bytes(range(15, -1, -1))), ("two blocks alike", rng.octets(16), b"\x5a" * 32),
]:
    case(comment, "Content", "valid", key=key, msg=message, ct=ecb(key, message))
for bit in [0, 1, 63, 64, 127]:
    key = (1 << bit).to_bytes(16, "big")
    case(f"key of one bit, {bit}", "OneBit", "valid", key=key, msg=bytes(16), ct=ecb(key, bytes(16)))
    case(f"block of one bit, {bit}", "OneBit", "valid", key=bytes(16), msg=key, ct=ecb(bytes(16), key))
key, message = rng.octets(16), rng.octets(16)
text = message
for _ in range(1000):
    text = ecb(key, text)
case("a block, a thousand times over", "Iterations", "valid", key=key, msg=message, ct=text, iterations=1000)
for size in [1, 15, 17, 31]:
    case(f"message of {size} bytes", "PartialBlock", "invalid", key=key, msg=bytes(size), ct=b"")
    case(f"ciphertext of {size} bytes", "PartialBlock", "invalid", key=key, msg=b"", ct=bytes(size))
for size in [0, 8, 15, 17, 24, 32]:
    case(f"key of {size} bytes", "KeyLength", "invalid", key=bytes(size), msg=message, ct=message)

tests = out.group("Sm4CbcPkcs7")
for size in SIZES:
    key, iv, message = rng.octets(16), rng.octets(16), rng.octets(size)
    case(f"{size} bytes", "Length", "valid", key=key, iv=iv, msg=message, ct=cbc(key, iv, pad(message)))
key, iv, message = rng.octets(16), rng.octets(16), b"\x10" * 16
case("a message that looks like padding", "Content", "valid", key=key, iv=iv, msg=message, ct=cbc(key, iv, pad(message)))
message = b"fifteen bytes.." + b"\x01"
case("a message that ends in 01", "Content", "valid", key=key, iv=iv, msg=message, ct=cbc(key, iv, pad(message)))
case("IV of zeros", "Content", "valid", key=key, iv=bytes(16), msg=message, ct=cbc(key, bytes(16), pad(message)))
for comment, last in {
    "00": bytes(16), "11": b"\x11" * 16, "ff": b"\xff" * 16, "15 of 16 are 10": b"\x0f" + b"\x10" * 15, "01 02": bytes(14) + b"\x01\x02",
    "03 02 03": bytes(13) + b"\x03\x02\x03", "02 03 03": bytes(13) + b"\x02\x03\x03", "20": bytes(15) + b"\x20",
    "80 00 (another scheme)": b"\x80" + bytes(15), "zeros and their count (another scheme)": bytes(15) + b"\x0f",
    "first padding byte wrong": bytes(12) + b"\x05\x04\x04\x04"[:1] + b"\x04\x04\x04",
    "no padding at all": b"sixteen bytes of",
}.items():
    valid_last = last
    if last[-1] and last[-1] <= 16 and last.endswith(bytes([last[-1]]) * last[-1]):
        raise SystemExit(comment)
    case(f"padding {comment}", "BadPadding", "invalid", key=key, iv=iv, msg=b"", ct=cbc(key, iv, valid_last))
    case(f"padding {comment}, second block", "BadPadding", "invalid", key=key, iv=iv, msg=b"", ct=cbc(key, iv, bytes(16) + valid_last))
good = cbc(key, iv, pad(b"a message of more than one block"))
for comment, ct in {"nothing": b"", "15 bytes": good[:15], "one byte": good[:1], "17 bytes": good[:17], "last byte missing": good[:-1],
                    "a byte behind": good + b"\0"}.items():
    case(f"ciphertext: {comment}", "PartialBlock", "invalid", key=key, iv=iv, msg=b"", ct=ct)
for size in [0, 8, 12, 15, 17, 32]:
    case(f"IV of {size} bytes", "IvLength", "invalid", key=key, iv=bytes(size), msg=b"", ct=good)
for size in [0, 15, 17, 24, 32]:
    case(f"key of {size} bytes", "KeyLength", "invalid", key=bytes(size), iv=iv, msg=b"", ct=good)

tests = out.group("Sm4Ctr", counter="128-bit big endian")
for size in SIZES:
    key, iv, message = rng.octets(16), rng.octets(16), rng.octets(size)
    case(f"{size} bytes", "Length", "valid", key=key, iv=iv, msg=message, ct=ctr(key, iv, message))
for comment, iv in {
    "ff in every byte": b"\xff" * 16, "one before the end": b"\xff" * 15 + b"\xfe", "the last 8 bytes full": b"\x01" * 8 + b"\xff" * 8,
    "the last 4 bytes full": b"\x02" * 12 + b"\xff" * 4, "the last byte full": b"\x03" * 15 + b"\xff", "zeros": bytes(16),
    "top bit": b"\x80" + bytes(15), "the last 12 bytes full": b"\x04" * 4 + b"\xff" * 12,
}.items():
    key, message = rng.octets(16), rng.octets(70)
    case(f"counter starts at {comment}", "Carry", "valid", key=key, iv=iv, msg=message, ct=ctr(key, iv, message))
for size in [0, 8, 12, 15, 17]:
    case(f"IV of {size} bytes", "IvLength", "invalid", key=key, iv=bytes(size), msg=bytes(16), ct=bytes(16))
for size in [0, 15, 17, 32]:
    case(f"key of {size} bytes", "KeyLength", "invalid", key=bytes(size), iv=bytes(16), msg=bytes(16), ct=bytes(16))

for kind, mode in {"Sm4Cfb128": cfb, "Sm4Ofb": ofb}.items():
    tests = out.group(kind)
    for size in [0, 1, 15, 16, 17, 33, 64]:
        key, iv, message = rng.octets(16), rng.octets(16), rng.octets(size)
        case(f"{size} bytes", "Length", "valid", key=key, iv=iv, msg=message, ct=mode(key, iv, message))
out.write()

out = VectorFile("sm4_gcm", "SM4-GCM", ["SM4 in Galois/counter mode with IVs of 12 bytes and tags of 16; other IVs at the end."], maker="sm4.py")
tests = out.group("Sm4Gcm")


def whole(comment, flag, key, iv, aad, message, result="valid"):
    ct, tag = gcm(key, iv, aad, message)
    case(comment, flag, result, key=key, iv=iv, aad=aad, msg=message, ct=ct, tag=tag)


for size in SIZES:
    whole(f"{size} bytes", "Length", rng.octets(16), rng.octets(12), rng.octets(20), rng.octets(size))
for size in SIZES:
    whole(f"{size} bytes of additional data", "AadLength", rng.octets(16), rng.octets(12), rng.octets(size), rng.octets(24))
for size in [1, 16, 17, 64]:
    whole(f"{size} bytes of additional data and no message", "AadLength", rng.octets(16), rng.octets(12), rng.octets(size), b"")
whole("nothing at all", "Length", rng.octets(16), rng.octets(12), b"", b"")
for comment, iv in {"zeros": bytes(12), "ff": b"\xff" * 12}.items():
    whole(f"IV of {comment}", "Content", rng.octets(16), iv, b"", rng.octets(40))
whole("key of zeros", "Content", bytes(16), bytes(12), b"", bytes(16))
whole("key of ff", "Content", b"\xff" * 16, bytes(12), b"\xff" * 16, b"\xff" * 16)

key, iv, aad, message = rng.octets(16), rng.octets(12), b"header", rng.octets(37)
ct, tag = gcm(key, iv, aad, message)
base = {"key": key, "iv": iv, "aad": aad, "msg": message, "ct": ct, "tag": tag}


def bent(comment, flag, **change):
    case(comment, flag, "invalid", **(base | change))


for bit in [0, 1, 7, 8, 31, 32, 63, 64, 95, 96, 119, 120, 126, 127]:
    mask = (1 << bit).to_bytes(16, "big")
    bent(f"bit {bit} of the tag changed", "WrongTag", tag=xor(tag, mask))
bent("tag of zeros", "WrongTag", tag=bytes(16))
bent("tag of ff", "WrongTag", tag=b"\xff" * 16)
bent("tag reversed", "WrongTag", tag=tag[::-1])
for size in [0, 1, 4, 8, 12, 13, 14, 15]:
    bent(f"tag cut to {size} bytes", "ShortTag", tag=tag[:size])
bent("tag with a byte behind", "LongTag", tag=tag + b"\0")
bent("tag twice", "LongTag", tag=tag * 2)
bent("first byte of the ciphertext changed", "WrongCiphertext", ct=bytes([ct[0] ^ 1]) + ct[1:])
bent("last byte of the ciphertext changed", "WrongCiphertext", ct=ct[:-1] + bytes([ct[-1] ^ 1]))
bent("last byte of the ciphertext missing", "WrongCiphertext", ct=ct[:-1])
bent("a zero behind the ciphertext", "WrongCiphertext", ct=ct + b"\0")
bent("ciphertext missing", "WrongCiphertext", ct=b"")
bent("additional data changed", "WrongAad", aad=b"Header")
bent("additional data missing", "WrongAad", aad=b"")
bent("a zero behind the additional data", "WrongAad", aad=aad + b"\0")
bent("a byte of the ciphertext moved to the additional data", "WrongAad", aad=aad + ct[:1], ct=ct[1:])
bent("another IV", "WrongIv", iv=bytes(12))
bent("another key", "WrongKey", key=bytes(16))
bent("tag of the CTR text alone", "WrongTag", tag=gcm(key, iv, b"", message)[1])
for size in [0, 15, 17, 24, 32]:
    bent(f"key of {size} bytes", "KeyLength", key=bytes(size))
for size in [1, 8, 11, 13, 16, 32, 64]:
    whole(f"IV of {size} bytes", "IvLength", rng.octets(16), rng.octets(size), b"", rng.octets(20), "acceptable")
bent("IV of 0 bytes", "IvLength", iv=b"")
out.write()
