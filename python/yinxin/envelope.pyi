from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Literal, Union, final

from typing_extensions import Buffer, TypeAlias

from . import Certificate, Error, Report, Signer, Verifier

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

_Certificate: TypeAlias = Union[Certificate, Buffer]
_Certificates: TypeAlias = Union[_Certificate, Iterable[_Certificate]]
_Admission: TypeAlias = Literal[
    "New", "Ahead", "Late", "Repeated", "Conflict", "Forgotten", "Beyond"
]

@final
class Mailbox:
    def __new__(cls, name: str, keys: Sequence[Signer]) -> Mailbox: ...
    @property
    def name(self) -> str: ...

@final
class Party:
    def __new__(
        cls, name: str, certificates: _Certificates, *, any_like: bool = False
    ) -> Party: ...
    @property
    def name(self) -> str: ...

@final
class Message:
    @property
    def sender(self) -> str: ...
    @property
    def receiver(self) -> str: ...
    @property
    def certificate(self) -> Certificate: ...
    @property
    def kind(self) -> str: ...
    @property
    def conversation(self) -> str: ...
    @property
    def sequence(self) -> int: ...
    @property
    def time(self) -> datetime: ...
    @property
    def body(self) -> bytes: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def proof(self) -> tuple[bytes, bytes]: ...

@final
class ReplayState:
    def __new__(cls) -> ReplayState: ...
    def admit(
        self, message: Message, effect: Callable[[Message], object] | None = None
    ) -> _Admission: ...
    def missing(self, message: Message) -> list[tuple[int, int]]: ...

@final
class Receipt:
    @property
    def received(self) -> bool: ...
    @property
    def code(self) -> int | None: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def time(self) -> datetime: ...
    @property
    def missing(self) -> list[tuple[int, int]]: ...

def seal(
    body: Buffer,
    *,
    signer: Signer,
    receiver: Certificate,
    kind: str,
    conversation: str,
    sequence: int,
    at: datetime,
) -> bytes: ...
def seal_many(
    letters: Sequence[tuple[int, Buffer]],
    *,
    signer: Signer,
    receiver: Certificate,
    kind: str,
    conversation: str,
    at: datetime,
    threads: int = 1,
) -> list[bytes | Error]: ...
def open(
    packet: Buffer,
    *,
    verifier: Verifier,
    mailbox: Mailbox,
    parties: Sequence[Party],
    at: datetime,
    received: datetime | None = None,
) -> tuple[Message | None, Report]: ...
def open_many(
    packets: Iterable[Buffer],
    *,
    verifier: Verifier,
    mailbox: Mailbox,
    parties: Sequence[Party],
    at: datetime,
    received: datetime | None = None,
    threads: int = 1,
) -> list[tuple[Message | None, Report] | Error]: ...
def inspect(packet: Buffer) -> tuple[str, str, int, bytes]: ...
def sign_receipt(
    packet: Buffer,
    *,
    signer: Signer,
    at: datetime,
    missing: Sequence[tuple[int, int]] | None = None,
) -> bytes: ...
def sign_refusal(
    packet: Buffer, *, signer: Signer, code: int, reason: str = "", at: datetime
) -> bytes: ...
def receipt_packet(receipt: Buffer) -> bytes: ...
def check_receipt(
    receipt: Buffer,
    *,
    verifier: Verifier,
    packet: Buffer,
    party: Party,
    at: datetime,
    received: datetime | None = None,
) -> tuple[Receipt | None, Report]: ...
