"""What banks sign: bytes, with a bare signature beside them, and requests in JSON, the signature inside.

`Verifier.verify_bytes` and `Verifier.verify_json` judge the signer's certificate too; the functions here
know a key only. `Signer.with_user_id` sets the user id.
"""

from ._yinxin import (
    padded_user_id,
    sign_bytes,
    sign_bytes_many,
    sign_json,
    verify_bytes_with_key,
    verify_json_with_key,
)

__all__ = [
    "padded_user_id",
    "sign_bytes",
    "sign_bytes_many",
    "sign_json",
    "verify_bytes_with_key",
    "verify_json_with_key",
]
