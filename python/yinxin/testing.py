"""For tests only: authorities for certificates and time stamps, signers, seals and vouchers, all made up.

Every certificate says that it is for testing. Keys are new at each call.
"""

from ._yinxin import (
    Authority,
    TimestampAuthority,
    make_seal,
    make_seal_states,
    make_voucher,
    sign_messages,
)

__all__ = [
    "Authority",
    "TimestampAuthority",
    "make_seal",
    "make_seal_states",
    "make_voucher",
    "sign_messages",
]
