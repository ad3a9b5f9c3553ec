"""AES and AES-GCM, written out from the definition; slow and simple."""

import sm4_reference


def multiply(x, y):
    product = 0
    while y:
        if y & 1:
            product ^= x
        x, y = x << 1, y >> 1
        if x & 0x100:
            x ^= 0x11B
    return product


def substitute(x):
    inverse = next((y for y in range(256) if multiply(x, y) == 1), 0)
    turned = inverse
    for _ in range(4):
        inverse = (inverse << 1 | inverse >> 7) & 0xFF
        turned ^= inverse
    return turned ^ 0x63


SBOX = [substitute(x) for x in range(256)]


def round_keys(key):
    count, words = len(key) // 4, [list(key[i : i + 4]) for i in range(0, len(key), 4)]
    constant = 1
    for i in range(count, 4 * (count + 7)):
        word = words[-1]
        if i % count == 0:
            word = [SBOX[octet] for octet in word[1:] + word[:1]]
            word[0], constant = word[0] ^ constant, multiply(constant, 2)
        elif count > 6 and i % count == 4:
            word = [SBOX[octet] for octet in word]
        words.append([a ^ b for a, b in zip(word, words[-count])])
    return [sum(words[i : i + 4], []) for i in range(0, len(words), 4)]


def block(keys, data):
    state = [a ^ b for a, b in zip(data, keys[0])]
    for number, key in enumerate(keys[1:], 2):
        state = [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]
        if number < len(keys):
            columns = [state[i : i + 4] for i in range(0, 16, 4)]
            state = [multiply(c[i], 2) ^ multiply(c[(i + 1) % 4], 3) ^ c[(i + 2) % 4] ^ c[(i + 3) % 4] for c in columns for i in range(4)]
        state = [a ^ b for a, b in zip(state, key)]
    return bytes(state)


def gcm(key, iv, aad, message):
    keys = round_keys(key)
    return sm4_reference.gcm_with(lambda data: block(keys, data), iv, aad, message)
