from datetime import datetime
from typing import Literal, Union, final
from collections.abc import Iterable

from typing_extensions import Buffer, TypeAlias

from . import Certificate, Pkcs10, Seal, SealStates, Signer, TimeStampRequest

__all__ = [
    "Authority",
    "TimestampAuthority",
    "make_seal",
    "make_seal_states",
    "make_voucher",
    "sign_messages",
]

_Purpose: TypeAlias = Literal["signer", "maker", "time-stamp", "ocsp", "encryption", "ca"]
_Certificate: TypeAlias = Union[Certificate, Buffer]

@final
class Authority:
    def __new__(
        cls, subject: str = "CN=Test Root,C=CN", *, valid_from: datetime, valid_until: datetime
    ) -> Authority: ...
    @property
    def certificate(self) -> Certificate: ...
    def issue(
        self,
        subject: str,
        *,
        valid_from: datetime,
        valid_until: datetime,
        purpose: _Purpose = "signer",
    ) -> Signer: ...
    def issue_pem(
        self,
        subject: str,
        *,
        valid_from: datetime,
        valid_until: datetime,
        purpose: _Purpose = "signer",
        password: str | Buffer | None = None,
    ) -> bytes: ...
    def issue_for(
        self,
        request: Pkcs10,
        *,
        valid_from: datetime,
        valid_until: datetime,
        purpose: _Purpose = "signer",
    ) -> Certificate: ...
    def revoke(self, certificate: Certificate, *, at: datetime) -> None: ...
    def crl(self, *, this_update: datetime, next_update: datetime) -> bytes: ...
    def ocsp(
        self,
        certificates: _Certificate | Iterable[_Certificate],
        *,
        this_update: datetime,
        next_update: datetime,
    ) -> bytes: ...

@final
class TimestampAuthority:
    def __new__(cls, signer: Signer, *, policy: str = "1.2.3.4.1") -> TimestampAuthority: ...
    def respond(self, request: TimeStampRequest | Buffer, *, at: datetime) -> bytes: ...

def make_seal_states(
    signer: Signer,
    *,
    seal: Seal,
    state: Literal["active", "suspended", "cancelled", "marked-invalid"] = "active",
    effective_from: datetime,
    this_update: datetime,
    next_update: datetime,
    issuer: str = "Test Office",
    previous: SealStates | None = None,
) -> SealStates: ...
def make_seal(
    maker: Signer,
    *,
    name: str,
    certificates: _Certificate | Iterable[_Certificate],
    created: datetime,
    valid_from: datetime,
    valid_until: datetime,
    id: str = "TEST-0001",
    version: Literal[1, 4, 5] = 5,
) -> Seal: ...
def make_voucher(number: int = 1, *, vt_code: Literal["5106", "5201", "8202"] = "5201") -> bytes: ...
def sign_messages(signer: Signer, messages: Iterable[Buffer]) -> list[bytes]: ...
