from collections.abc import Iterable
from typing import Any, Literal, Union

from typing_extensions import Buffer, TypeAlias

from . import Error, Signer

__all__ = [
    "padded_user_id",
    "sign_bytes",
    "sign_bytes_many",
    "sign_json",
    "verify_bytes_with_key",
    "verify_json_with_key",
]

_Form: TypeAlias = Literal["der", "raw"]
_Json: TypeAlias = Union[str, dict[str, Any]]

def sign_bytes(message: Buffer, *, signer: Signer, form: _Form = "der") -> bytes: ...
def sign_bytes_many(
    messages: Iterable[Buffer], *, signer: Signer, form: _Form = "der", threads: int = 1
) -> list[bytes | Error]: ...
def verify_bytes_with_key(
    message: Buffer,
    signature: Buffer,
    *,
    public_key: Buffer,
    user_id: Buffer | None = None,
    form: _Form = "der",
) -> None: ...
def sign_json(request: Buffer, *, signer: Signer, options: _Json | None = None) -> bytes: ...
def verify_json_with_key(
    request: Buffer,
    *,
    public_key: Buffer,
    user_id: Buffer | None = None,
    options: _Json | None = None,
) -> None: ...
def padded_user_id(id: Buffer) -> bytes: ...
