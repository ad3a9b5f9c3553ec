"""The exceptions: one class for each family of errors, the same families and numbers as in Rust."""

from __future__ import annotations

import json
from typing import ClassVar, Optional


class Error(Exception):
    """Something could not be done. What a verification finds is a Report, never an Error."""

    family: ClassVar[str] = "Internal"

    code: int
    """The stable number, the same in every language (docs/error-codes.md)."""
    structure: str
    """The structure, field or argument that the error concerns."""
    message: str
    """What is wrong, for people; not stable."""
    offset: Optional[int]
    """The offset in bytes from the start of the input, where one is known."""

    def __init__(
        self, code: int, structure: str, message: str, offset: Optional[int] = None
    ) -> None:
        super().__init__(code, structure, message, offset)
        self.code = code
        self.structure = structure
        self.message = message
        self.offset = offset

    def __str__(self) -> str:
        place = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.family} {self.code} ({self.structure}): {self.message}{place}"

    def to_json(self) -> str:
        """The error as the JSON object that every language gives."""
        error = {
            "code": self.code,
            "family": self.family,
            "message": self.message,
            "offset": self.offset,
            "structure": self.structure,
        }
        value = {"error": error, "schema": 1}
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class MalformedError(Error):
    """1xx: the input is not what it should be."""

    family = "Malformed"


class UnsupportedError(Error):
    """2xx: the input is understood, but this is not offered."""

    family = "Unsupported"


class LimitError(Error):
    """3xx: a named limit would be passed."""

    family = "Limit"


class KeyFailureError(Error):
    """4xx: a key is missing, wrong or did not work."""

    family = "Key"


class StorageError(Error):
    """5xx: reading or writing failed."""

    family = "Storage"


class RefusedError(Error):
    """6xx: a rule forbids it."""

    family = "Refused"


class MisuseError(Error, ValueError):
    """7xx: the caller used the interface wrongly; never caused by data."""

    family = "Misuse"


class InternalError(Error):
    """9xx: a fault in the library itself."""

    family = "Internal"


_CLASSES = {
    cls.family: cls
    for cls in (
        MalformedError,
        UnsupportedError,
        LimitError,
        KeyFailureError,
        StorageError,
        RefusedError,
        MisuseError,
        InternalError,
    )
}

# They are yinxin's own, wherever they are written: in tracebacks and when pickled.
for _cls in (Error, *_CLASSES.values()):
    _cls.__module__ = "yinxin"


def make(
    family: str, code: int, structure: str, message: str, offset: Optional[int]
) -> Error:
    """The exception for an error of the native module."""
    return _CLASSES.get(family, Error)(code, structure, message, offset)
