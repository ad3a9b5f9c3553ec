"""For tests only: a certificate authority, signers, seals and vouchers, all made up.

Every certificate says that it is for testing. Keys are new at each call.
"""

from ._yinxin import Authority, make_seal, make_voucher, sign_messages

__all__ = ["Authority", "make_seal", "make_voucher", "sign_messages"]
