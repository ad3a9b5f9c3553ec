"""Electronic seals and stamps in the layouts of GM/T 0031-2014 (1), GB/T 38540-2020 (4) and GM/T 0031-2025 (5)."""

import struct
import zlib

from der import bit_string, integer, octet_string, oid, sequence, tlv
from pki_reference import SM2_WITH_SM3, generalized_time, ia5, printable, utc_time, utf8
from sm2_reference import sm3


def png(width=8, height=8):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + bytes([220, 20, 20]) * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b"")


GIF = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes([220, 20, 20, 255, 255, 255]) + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
BMP = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 58, 0, 0, 54, 40, 1, 1, 1, 24, 0, 4, 2835, 2835, 0, 0) + bytes([20, 20, 220, 0])
SVG = ('<svg xmlns="http://www.w3.org/2000/svg" width="40mm" height="40mm" viewBox="0 0 40 40">'
       '<circle cx="20" cy="20" r="18" fill="none" stroke="#dc1414" stroke-width="1"/></svg>').encode()


def time_in(version, text):
    return utc_time(text) if version == 1 else generalized_time(text)


def extension_data(identifier, value, critical=None):
    flag = [] if critical is None else [tlv(1, b"\xff" if critical else b"\0")]
    return sequence(oid(identifier), *flag, octet_string(value))


def by_certificate(*certificates):
    return sequence(*(octet_string(one.der) for one in certificates))


def by_digest(*certificates, kind="SM3"):
    return sequence(*(sequence(printable(kind), octet_string(sm3(one.der))) for one in certificates))


def seal_info(version, listed, *, list_type=1, seal_id="33010020260001", vendor="YINXIN", name="印信测试专用章", kind=1,
              created="2025-01-02T00:00:00Z", since="2025-01-02T00:00:00Z", until="2035-01-02T00:00:00Z",
              picture=("PNG", None, 40, 40), extensions=None, header_id="ES", header_version=None, times=None):
    form, data, width, height = picture
    created, since, until = times or (time_in(version, one) for one in (created, since, until))
    members = [
        sequence(ia5(header_id), integer(version if header_version is None else header_version), ia5(vendor)),
        ia5(seal_id),
        sequence(integer(kind), utf8(name), *([] if version == 1 else [integer(list_type)]), listed, created, since, until),
        sequence(ia5(form), octet_string(png() if data is None else data), integer(width), integer(height)),
    ]
    if extensions is not None:
        members.append(sequence(*extensions))
    return sequence(*members)


def seal(version, info, maker, *, key=None, algorithm=None, value=None, covered=None, stamp_token=None, tail=b""):
    """The seal around `info`; `covered` is what is signed instead of what the standard says."""
    algorithm = oid(SM2_WITH_SM3) if algorithm is None else algorithm
    certificate = octet_string(maker.der)
    if covered is None:
        covered = sequence(info, certificate, algorithm) if version == 1 else info
    value = (key or maker.key).sign(covered) if value is None else value
    signature = [certificate, algorithm, bit_string(value)]
    if version == 1:
        return sequence(info, sequence(*signature), tail)
    token = stamp_token(value) if callable(stamp_token) else stamp_token
    return sequence(info, *signature, *([tlv(0xA0, bit_string(token))] if token is not None else []), tail)


def stamp(version, the_seal, signer, document, *, path="/Doc_0/Signs/Sign_0/Signature.xml", when="2026-02-01T00:00:00Z",
          data_hash=None, key=None, algorithm=None, value=None, covered=None, extensions=None, stamp_token=None,
          stamp_version=None, time=None, tail=b"", tbs_tail=b""):
    algorithm = oid(SM2_WITH_SM3) if algorithm is None else algorithm
    certificate = octet_string(signer.der)
    data_hash = bit_string(sm3(document)) if data_hash is None else data_hash
    if time is None:
        time = bit_string(utc_time(when)) if version == 1 else generalized_time(when)
    members = [integer(version if stamp_version is None else stamp_version), the_seal, time, data_hash, ia5(path)]
    if version == 1:
        members += [certificate, algorithm]
    if extensions is not None:
        members.append(tlv(0xA0, sequence(*extensions)))
    tbs = sequence(*members, tbs_tail)
    value = (key or signer.key).sign(tbs if covered is None else covered) if value is None else value
    if version == 1:
        return sequence(tbs, bit_string(value), tail)
    token = stamp_token(value) if callable(stamp_token) else stamp_token
    last = [tlv(0xA0, bit_string(token))] if token is not None else []
    return sequence(tbs, certificate, algorithm, bit_string(value), *last, tail)
