"""SM4 and its modes, written out from the definition; slow and simple."""

FK = (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC)
CK = [int.from_bytes(bytes((4 * i + j) * 7 % 256 for j in range(4)), "big") for i in range(32)]


def field_multiply(x, y):
    product = 0
    while y:
        if y & 1:
            product ^= x
        x, y = x << 1, y >> 1
        if x & 0x100:
            x ^= 0x1F5
    return product


def affine(x):
    """x times the circulant matrix of a7, plus d3."""
    out = 0
    for i in range(8):
        row = (0xA7 << i | 0xA7 >> (8 - i)) & 0xFF
        out |= (bin(row & x).count("1") & 1) << i
    return out ^ 0xD3


def inverse(x):
    return next((y for y in range(256) if field_multiply(x, y) == 1), 0)


SBOX = [affine(inverse(affine(x))) for x in range(256)]


def rotate(x, count):
    return (x << count | x >> (32 - count)) & 0xFFFFFFFF


def tau(x):
    return int.from_bytes(bytes(SBOX[octet] for octet in x.to_bytes(4, "big")), "big")


def round_keys(key):
    k = [int.from_bytes(key[i : i + 4], "big") ^ FK[i // 4] for i in range(0, 16, 4)]
    for i in range(32):
        t = tau(k[i + 1] ^ k[i + 2] ^ k[i + 3] ^ CK[i])
        k.append(k[i] ^ t ^ rotate(t, 13) ^ rotate(t, 23))
    return k[4:]


def block(keys, data):
    x = [int.from_bytes(data[i : i + 4], "big") for i in range(0, 16, 4)]
    for i in range(32):
        t = tau(x[i + 1] ^ x[i + 2] ^ x[i + 3] ^ keys[i])
        x.append(x[i] ^ t ^ rotate(t, 2) ^ rotate(t, 10) ^ rotate(t, 18) ^ rotate(t, 24))
    return b"".join(word.to_bytes(4, "big") for word in reversed(x[32:]))


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def blocks(data):
    return [data[i : i + 16] for i in range(0, len(data), 16)]


def ecb(key, message):
    keys = round_keys(key)
    return b"".join(block(keys, part) for part in blocks(message))


def pad(message):
    count = 16 - len(message) % 16
    return message + bytes([count]) * count


def cbc(key, iv, padded):
    keys, out = round_keys(key), [iv]
    for part in blocks(padded):
        out.append(block(keys, xor(part, out[-1])))
    return b"".join(out[1:])


def ctr(key, iv, message, width=128):
    """The counter is the last `width` bits of the block, big endian."""
    keys, start, out = round_keys(key), int.from_bytes(iv, "big"), b""
    high = start >> width << width
    for i, part in enumerate(blocks(message)):
        counter = high | (start + i) & ((1 << width) - 1)
        out += xor(part, block(keys, counter.to_bytes(16, "big")))
    return out


def cfb(key, iv, message):
    keys, out = round_keys(key), b""
    for part in blocks(message):
        iv = xor(part, block(keys, iv))
        out += iv
    return out


def ofb(key, iv, message):
    keys, out = round_keys(key), b""
    for part in blocks(message):
        iv = block(keys, iv)
        out += xor(part, iv)
    return out


def ghash_multiply(x, y):
    product = 0
    for i in range(127, -1, -1):
        if y >> i & 1:
            product ^= x
        x = x >> 1 ^ (0xE1 << 120 if x & 1 else 0)
    return product


def ghash(key, data):
    out = 0
    for part in blocks(data):
        out = ghash_multiply(out ^ int.from_bytes(part.ljust(16, b"\0"), "big"), key)
    return out.to_bytes(16, "big")


def gcm(key, iv, aad, message):
    keys = round_keys(key)
    return gcm_with(lambda data: block(keys, data), iv, aad, message)


def gcm_with(encrypt, iv, aad, message):
    """GCM with any cipher of blocks of 16 bytes."""
    hash_key = int.from_bytes(encrypt(bytes(16)), "big")
    fill = lambda data: data + bytes(-len(data) % 16)
    if len(iv) == 12:
        start = iv + b"\0\0\0\1"
    else:
        start = ghash(hash_key, fill(iv) + bytes(8) + (8 * len(iv)).to_bytes(8, "big"))
    high, low = start[:12], int.from_bytes(start[12:], "big")
    counters = (high + (low + 1 + i & 0xFFFFFFFF).to_bytes(4, "big") for i in range(len(message) // 16 + 1))
    ciphertext = b"".join(xor(part, encrypt(counter)) for part, counter in zip(blocks(message), counters))
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(ciphertext)).to_bytes(8, "big")
    return ciphertext, xor(ghash(hash_key, fill(aad) + fill(ciphertext) + lengths), encrypt(start))
