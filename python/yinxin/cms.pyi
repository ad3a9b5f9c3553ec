from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, Union

from typing_extensions import Buffer, TypeAlias

from . import Certificate, Signer

__all__ = [
    "add_signer",
    "countersign",
    "decrypt",
    "decrypt_unauthenticated",
    "encrypt",
    "inspect",
    "sign",
    "sign_and_encrypt",
]

_Form: TypeAlias = Literal["gm", "rfc"]
_Cipher: TypeAlias = Literal["sm4-gcm", "aes-128-gcm", "aes-256-gcm", "sm4-cbc"]
_Certificate: TypeAlias = Union[Certificate, Buffer]
_Certificates: TypeAlias = Union[_Certificate, Iterable[_Certificate]]

def sign(
    content: Buffer,
    *,
    signers: Sequence[Signer],
    form: _Form = "gm",
    detached: bool = False,
    at: datetime | None = None,
    crls: Buffer | Iterable[Buffer] | None = None,
    bare: bool = False,
) -> bytes: ...
def add_signer(
    message: Buffer,
    *,
    signer: Signer,
    at: datetime | None = None,
    content: Buffer | None = None,
) -> bytes: ...
def countersign(
    message: Buffer, *, signer: Signer, number: int = 0, at: datetime | None = None
) -> bytes: ...
def encrypt(
    content: Buffer,
    *,
    recipients: _Certificates,
    form: _Form = "rfc",
    cipher: _Cipher | None = None,
    by_key_id: bool = False,
) -> bytes: ...
def sign_and_encrypt(content: Buffer, *, signer: Signer, recipients: _Certificates) -> bytes: ...
def decrypt(message: Buffer, *, key: Signer, sm4_gcm_10: bool = False) -> bytes: ...
def decrypt_unauthenticated(message: Buffer, *, key: Signer) -> bytes: ...
def inspect(message: Buffer, *, conforming: bool = False) -> dict[str, Any]: ...
