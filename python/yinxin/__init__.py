"""Electronic seals, signatures and sealed payment vouchers.

Bytes-like objects in, bytes out; moments are aware datetimes; nothing here reads the clock or the
network. What could not be done is an Error; what a verification found is a Report.
"""

from ._errors import (
    Error,
    InternalError,
    KeyFailureError,
    LimitError,
    MalformedError,
    MisuseError,
    RefusedError,
    StorageError,
    UnsupportedError,
)
from ._yinxin import (
    Certificate,
    Check,
    Note,
    Picture,
    Report,
    Seal,
    Signer,
    Verifier,
    __version__,
    sign_document,
    sign_voucher,
    sign_voucher_many,
    sm3,
    stamp_document,
    stamp_document_many,
    stamp_voucher,
    stamp_voucher_many,
)

__all__ = [
    "Certificate",
    "Check",
    "Error",
    "InternalError",
    "KeyFailureError",
    "LimitError",
    "MalformedError",
    "MisuseError",
    "Note",
    "Picture",
    "RefusedError",
    "Report",
    "Seal",
    "Signer",
    "StorageError",
    "UnsupportedError",
    "Verifier",
    "__version__",
    "sign_document",
    "sign_voucher",
    "sign_voucher_many",
    "sm3",
    "stamp_document",
    "stamp_document_many",
    "stamp_voucher",
    "stamp_voucher_many",
]
