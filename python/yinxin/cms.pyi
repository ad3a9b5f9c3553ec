from collections.abc import Iterable, Sequence
from datetime import datetime
from os import PathLike
from typing import Any, Literal, Union

from typing_extensions import Buffer, TypeAlias

from . import Certificate, Signer

__all__ = [
    "add_signer",
    "countersign",
    "decrypt",
    "decrypt_file",
    "decrypt_file_unauthenticated",
    "decrypt_file_with_key_unauthenticated",
    "decrypt_unauthenticated",
    "decrypt_with_key_unauthenticated",
    "encrypt",
    "encrypt_file",
    "encrypt_file_with_key",
    "encrypt_with_key",
    "inspect",
    "inspect_file",
    "sign",
    "sign_and_encrypt",
    "sign_file",
]

_Form: TypeAlias = Literal["gm", "rfc"]
_Cipher: TypeAlias = Literal["sm4-gcm", "aes-128-gcm", "aes-256-gcm", "sm4-cbc"]
_Certificate: TypeAlias = Union[Certificate, Buffer]
_Certificates: TypeAlias = Union[_Certificate, Iterable[_Certificate]]
_Path: TypeAlias = Union[str, bytes, PathLike[str], PathLike[bytes]]

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
def encrypt_with_key(content: Buffer, *, key: Buffer, form: _Form = "rfc") -> bytes: ...
def decrypt_with_key_unauthenticated(message: Buffer, *, key: Buffer) -> bytes: ...
def sign_file(
    content: _Path,
    message: _Path,
    *,
    signers: Sequence[Signer],
    form: _Form = "gm",
    detached: bool = False,
    at: datetime | None = None,
    crls: Buffer | Iterable[Buffer] | None = None,
    overwrite: bool = False,
) -> None: ...
def encrypt_file(
    content: _Path,
    message: _Path,
    *,
    recipients: _Certificates,
    form: _Form = "rfc",
    cipher: _Cipher | None = None,
    by_key_id: bool = False,
    overwrite: bool = False,
) -> None: ...
def encrypt_file_with_key(
    content: _Path, message: _Path, *, key: Buffer, form: _Form = "rfc", overwrite: bool = False
) -> None: ...
def decrypt_file(
    message: _Path,
    out: _Path,
    *,
    key: Signer,
    sm4_gcm_10: bool = False,
    overwrite: bool = False,
) -> None: ...
def decrypt_file_unauthenticated(
    message: _Path, out: _Path, *, key: Signer, overwrite: bool = False
) -> None: ...
def decrypt_file_with_key_unauthenticated(
    message: _Path, out: _Path, *, key: Buffer, overwrite: bool = False
) -> None: ...
def inspect_file(message: _Path, *, conforming: bool = False) -> dict[str, Any]: ...
