"""Packets between two parties: secret, whole, once, in order, provably from whom and to whom.

The sender seals; the receiver opens, admits, lets the packet have its effect, and answers with a receipt
(docs/envelope.md).
"""

from ._yinxin import Mailbox, Message, Party, Receipt, ReplayState, check_receipt
from ._yinxin import inspect_packet as inspect
from ._yinxin import open_packet as open
from ._yinxin import open_packet_many as open_many
from ._yinxin import receipt_packet
from ._yinxin import seal_packet as seal
from ._yinxin import seal_packet_many as seal_many
from ._yinxin import sign_receipt, sign_refusal

__all__ = [
    "Mailbox",
    "Message",
    "Party",
    "Receipt",
    "ReplayState",
    "check_receipt",
    "inspect",
    "open",
    "open_many",
    "receipt_packet",
    "seal",
    "seal_many",
    "sign_receipt",
    "sign_refusal",
]
