"""Packages in the zip format, written byte by byte, so that each field can be made to lie."""

import struct
import zlib

STORED, DEFLATED = 0, 8


def deflated(body):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


class Entry:
    """One entry; every field that the headers state may be given apart from the truth."""

    def __init__(self, name, body, *, method=DEFLATED, flags=None, local_name=None, crc=None, size=None, packed_size=None,
                 local_crc=None, local_size=None, attributes=0, made_by=20, extra=b"", local_extra=b"", gap=b"", local_at=None,
                 raw=None, listed=True, local_flags=None, offset_shift=0):
        self.name = name if isinstance(name, bytes) else name.encode()
        self.local_name = self.name if local_name is None else local_name
        self.flags = (0 if self.name.isascii() else 0x800) if flags is None else flags
        self.local_flags = self.flags if local_flags is None else local_flags
        self.method = method
        self.data = raw if raw is not None else deflated(body) if method == DEFLATED else body
        self.crc = zlib.crc32(body) if crc is None else crc
        self.size = len(body) if size is None else size
        self.packed_size = len(self.data) if packed_size is None else packed_size
        self.local_crc = self.crc if local_crc is None else local_crc
        self.local_size = self.size if local_size is None else local_size
        self.attributes, self.made_by = attributes, made_by
        self.extra, self.local_extra = extra, local_extra
        self.gap, self.local_at, self.listed, self.offset_shift = gap, local_at, listed, offset_shift

    def local(self):
        return struct.pack("<4s5H3I2H", b"PK\3\4", 20, self.local_flags, self.method, 0, 0x5C61, self.local_crc, self.packed_size,
                           self.local_size, len(self.local_name), len(self.local_extra)) + self.local_name + self.local_extra + self.data

    def record(self, offset):
        return struct.pack("<4s6H3I5H2I", b"PK\1\2", self.made_by, 20, self.flags, self.method, 0, 0x5C61, self.crc,
                           self.packed_size, self.size, len(self.name), len(self.extra), 0, 0, 0, self.attributes,
                           offset + self.offset_shift) + self.name + self.extra


def package(entries, *, prefix=b"", shifted=False, before_directory=b"", after_directory=b"", count=None, comment=b"", tail=b"",
            second_end=b"", disk=0):
    """The entries one after another, their directory, the end record. `shifted` counts offsets from the prefix's end."""
    out, records = bytearray(prefix), []
    base = len(prefix) if shifted else 0
    places = {}
    for entry in entries:
        out += entry.gap
        place = places[entry.local_at] if entry.local_at is not None else len(out) - base
        if entry.local_at is None:
            places.setdefault(entry.name, place)
            out += entry.local()
        if entry.listed:
            records.append(entry.record(place))
    out += before_directory
    start = len(out) - base
    directory = b"".join(records)
    out += directory + after_directory
    end = struct.pack("<4s4H2IH", b"PK\5\6", disk, disk, len(records) if count is None else count,
                      len(records) if count is None else count, len(directory), start, len(comment)) + comment
    return bytes(out) + end + second_end + tail
