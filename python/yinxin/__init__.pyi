from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from typing import Any, Final, Literal, NoReturn, Union, final

from typing_extensions import Buffer, TypeAlias

from ._errors import Error as Error
from ._errors import InternalError as InternalError
from ._errors import KeyFailureError as KeyFailureError
from ._errors import LimitError as LimitError
from ._errors import MalformedError as MalformedError
from ._errors import MisuseError as MisuseError
from ._errors import RefusedError as RefusedError
from ._errors import StorageError as StorageError
from ._errors import UnsupportedError as UnsupportedError
from .envelope import Mailbox

__all__ = [
    "ActRequest",
    "Certificate",
    "Check",
    "Error",
    "EvidenceDraft",
    "InternalError",
    "KeyFailureError",
    "LimitError",
    "LocalAuthentication",
    "MalformedError",
    "MisuseError",
    "Note",
    "OfdSigningRequest",
    "Picture",
    "Pkcs10",
    "RefusedError",
    "Report",
    "Seal",
    "SealStates",
    "Signer",
    "StorageError",
    "Store",
    "TimeStampRequest",
    "UnsupportedError",
    "Verifier",
    "__version__",
    "complete_ofd",
    "complete_voucher",
    "make_ofd",
    "make_voucher_sheet",
    "prepare_ofd",
    "prepare_voucher",
    "read_voucher_sheet",
    "sign_document",
    "sign_ofd",
    "sign_voucher",
    "sign_voucher_many",
    "sm3",
    "stamp_document",
    "stamp_document_many",
    "stamp_ofd",
    "stamp_time_stamp_request",
    "stamp_voucher",
    "stamp_voucher_many",
    "stamp_with_time_stamp",
    "time_stamp_voucher",
    "voucher_time_stamp_requests",
]

__version__: Final[str]

_Path: TypeAlias = Union[str, bytes, PathLike[str], PathLike[bytes]]
_Outcome: TypeAlias = Literal["Passed", "Failed", "NotDetermined"]
_Verdict: TypeAlias = Literal["Valid", "Invalid", "NotDetermined"]
# JSON as text, or the same as a dict.
_Json: TypeAlias = Union[str, dict[str, Any]]
_Revocation: TypeAlias = Literal["required", "if-available", "not-checked"]
_Purpose: TypeAlias = Literal["signer", "maker", "time-stamp", "ocsp", "encryption", "ca"]

@final
class Certificate:
    def __new__(cls, data: Buffer) -> Certificate: ...
    @property
    def der(self) -> bytes: ...
    @property
    def subject(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def common_name(self) -> str | None: ...
    @property
    def serial(self) -> str: ...
    @property
    def not_before(self) -> datetime: ...
    @property
    def not_after(self) -> datetime: ...
    @property
    def digest(self) -> bytes: ...
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

# A Certificate, DER, or PEM that holds one or more.
_Certificate: TypeAlias = Union[Certificate, Buffer]
_Certificates: TypeAlias = Union[_Certificate, Iterable[_Certificate]]

@final
class Signer:
    @staticmethod
    def from_pem(data: Buffer, password: str | Buffer | None = None) -> Signer: ...
    @staticmethod
    def from_key_file(
        data: Buffer,
        password: str | Buffer | None = None,
        *,
        name: str | None = None,
        legacy: bool = False,
        without_mac: bool = False,
    ) -> Signer: ...
    @staticmethod
    def from_callback(
        certificates: _Certificates,
        sign: Callable[[list[bytes]], Sequence[Buffer]],
        *,
        user_id: Buffer | None = None,
    ) -> Signer: ...
    def with_user_id(self, user_id: Buffer) -> Signer: ...
    @property
    def certificate(self) -> Certificate | None: ...
    @property
    def certificates(self) -> tuple[Certificate, ...]: ...

@final
class LocalAuthentication:
    def __new__(
        cls, id: str, first: str | Buffer, second: str | Buffer
    ) -> LocalAuthentication: ...
    def accepting(
        self, id: str, first: str | Buffer, second: str | Buffer
    ) -> LocalAuthentication: ...
    @property
    def key_id(self) -> str: ...
    def tag(
        self, message: Buffer, *, direction: Literal["to-control", "from-control"], sequence: int
    ) -> bytes: ...
    def check(
        self,
        message: Buffer,
        tag: Buffer,
        *,
        direction: Literal["to-control", "from-control"],
        sequence: int,
    ) -> str: ...
    @staticmethod
    def new_half() -> str: ...

@final
class Picture:
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> bytes: ...
    @property
    def width_mm(self) -> int: ...
    @property
    def height_mm(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Seal:
    def __new__(cls, data: Buffer, conforming: bool = True) -> Seal: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def vendor(self) -> str: ...
    @property
    def created(self) -> datetime: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_until(self) -> datetime: ...
    @property
    def picture(self) -> Picture: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def notes(self) -> tuple[tuple[str, str], ...]: ...
    def time_stamp_request(self) -> TimeStampRequest: ...
    def with_time_stamp(self, token: Buffer) -> Seal: ...
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class SealStates:
    def __new__(cls, data: Buffer) -> SealStates: ...
    @property
    def issuer(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def this_update(self) -> datetime: ...
    @property
    def next_update(self) -> datetime: ...
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class TimeStampRequest:
    def __new__(cls, data: Buffer) -> TimeStampRequest: ...
    def token_for(self, response: Buffer) -> bytes: ...
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class EvidenceDraft:
    def __new__(cls, data: Buffer) -> EvidenceDraft: ...
    @property
    def request(self) -> TimeStampRequest: ...
    def __bytes__(self) -> bytes: ...

@final
class Pkcs10:
    def __new__(cls, data: Buffer) -> Pkcs10: ...
    @staticmethod
    def make(signer: Signer, subject: str, *, purpose: _Purpose = "signer") -> Pkcs10: ...
    @property
    def der(self) -> bytes: ...
    @property
    def subject(self) -> str: ...
    @property
    def public_key(self) -> bytes: ...
    @property
    def extensions(self) -> list[tuple[str, bool, bytes]]: ...
    def to_pem(self) -> str: ...
    def verify(self) -> None: ...
    def __bytes__(self) -> bytes: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Check:
    @property
    def code(self) -> str: ...
    @property
    def outcome(self) -> _Outcome: ...
    @property
    def required(self) -> bool: ...
    @property
    def subject(self) -> str: ...
    @property
    def detail(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Note:
    @property
    def code(self) -> str: ...
    @property
    def detail(self) -> str: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Report:
    @property
    def valid(self) -> bool: ...
    @property
    def verdict(self) -> _Verdict: ...
    @property
    def subject(self) -> str: ...
    @property
    def checks(self) -> tuple[Check, ...]: ...
    @property
    def failures(self) -> tuple[Check, ...]: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def notes(self) -> tuple[Note, ...]: ...
    @property
    def reports(self) -> tuple[Report, ...]: ...
    def find(self, code: str) -> Check | None: ...
    def to_json(self) -> str: ...
    def to_text(self) -> str: ...
    def require_valid(self) -> None: ...
    def __bool__(self) -> NoReturn: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...

@final
class Verifier:
    def __new__(
        cls,
        *,
        anchors: _Certificates,
        intermediates: _Certificates | None = None,
        crls: Buffer | Iterable[Buffer] | None = None,
        ocsp: Buffer | Iterable[Buffer] | None = None,
        seal_states: SealStates | Buffer | Iterable[SealStates | Buffer] | None = None,
        seal_state_anchors: _Certificates | None = None,
        anchors_on_terms: Sequence[tuple[_Certificates, _Json]] | None = None,
        expect_seal_states: Mapping[str, int] | None = None,
        revocation: _Revocation = "required",
        seal_state: _Revocation = "if-available",
        strict_makers: bool = False,
        user_id: Buffer | None = None,
        maker_user_id: Buffer | None = None,
        issuer_user_id: Buffer | None = None,
        algorithms: str | list[dict[str, Any]] | None = None,
        conforming: bool = True,
        authorisation: _Json | None = None,
        templates: _Json | None = None,
        catalogue: _Json | None = None,
    ) -> Verifier: ...
    def verify_voucher(
        self, envelope: Buffer, *, at: datetime, received: datetime | None = None
    ) -> Report: ...
    def verify_voucher_many(
        self,
        envelopes: Iterable[Buffer],
        *,
        at: datetime,
        received: datetime | None = None,
        threads: int = 1,
    ) -> list[Report | Error]: ...
    def verify_document(
        self,
        stamp: Buffer,
        document: Buffer,
        *,
        at: datetime,
        received: datetime | None = None,
        property: str | None = None,
    ) -> Report: ...
    def verify_document_many(
        self,
        items: Sequence[tuple[Buffer, Buffer]],
        *,
        at: datetime,
        received: datetime | None = None,
        threads: int = 1,
    ) -> list[Report | Error]: ...
    def verify_signature(
        self,
        signature: Buffer,
        document: Buffer,
        *,
        at: datetime,
        received: datetime | None = None,
    ) -> Report: ...
    def prepare_evidence(
        self,
        signature: Buffer,
        documents: Iterable[Buffer],
        *,
        at: datetime,
        hash: str = "SM3",
    ) -> EvidenceDraft: ...
    def prepare_evidence_renewal(
        self,
        evidence: Buffer,
        signature: Buffer,
        documents: Iterable[Buffer],
        *,
        at: datetime,
        hash: str | None = None,
    ) -> EvidenceDraft: ...
    def complete_evidence(
        self,
        draft: EvidenceDraft,
        token: Buffer,
        signature: Buffer,
        documents: Iterable[Buffer],
        *,
        at: datetime,
    ) -> bytes: ...
    def verify_with_evidence(
        self,
        evidence: Buffer,
        signature: Buffer,
        documents: Iterable[Buffer],
        *,
        at: datetime,
        property: str | None = None,
    ) -> Report: ...
    def check_time_stamp(self, token: Buffer, value: Buffer, *, at: datetime) -> Report: ...
    def verify_ofd(
        self,
        document: Buffer,
        *,
        at: datetime,
        received: datetime | None = None,
        threads: int = 1,
    ) -> Report: ...
    def verify_message(
        self,
        message: Buffer,
        *,
        at: datetime,
        received: datetime | None = None,
        content: Buffer | None = None,
    ) -> tuple[bytes | None, Report]: ...
    def decrypt_signed_message(
        self, message: Buffer, *, key: Signer, at: datetime, received: datetime | None = None
    ) -> tuple[bytes | None, Report]: ...
    def verify_message_file(
        self,
        message: _Path,
        *,
        at: datetime,
        received: datetime | None = None,
        content: _Path | None = None,
        out: _Path | None = None,
        overwrite: bool = False,
    ) -> Report: ...
    def decrypt_signed_message_file(
        self,
        message: _Path,
        out: _Path,
        *,
        key: Signer,
        at: datetime,
        received: datetime | None = None,
        overwrite: bool = False,
    ) -> Report: ...
    def verify_bytes(
        self,
        message: Buffer,
        signature: Buffer,
        *,
        certificate: Certificate,
        at: datetime,
        received: datetime | None = None,
        user_id: Buffer | None = None,
        form: Literal["der", "raw"] = "der",
    ) -> Report: ...
    def verify_json(
        self,
        request: Buffer,
        *,
        certificate: Certificate,
        at: datetime,
        received: datetime | None = None,
        user_id: Buffer | None = None,
        options: _Json | None = None,
    ) -> Report: ...
    def check_seal(
        self, seal: Seal | Buffer, *, at: datetime, received: datetime | None = None
    ) -> Report: ...

@final
class ActRequest:
    def __new__(cls, data: Buffer) -> ActRequest: ...
    @property
    def kind(self) -> Literal["stamp", "signature"]: ...
    @property
    def to_be_signed(self) -> bytes: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def certificate(self) -> Certificate: ...
    def __bytes__(self) -> bytes: ...

@final
class OfdSigningRequest:
    def __new__(cls, data: Buffer) -> OfdSigningRequest: ...
    @property
    def to_be_signed(self) -> bytes: ...
    @property
    def digest(self) -> bytes: ...
    @property
    def certificate(self) -> Certificate: ...
    def __bytes__(self) -> bytes: ...

def make_ofd(description: _Json, *, files: Mapping[str, Buffer] | None = None) -> bytes: ...
def make_voucher_sheet(voucher: Buffer, *, created: date) -> bytes: ...
def read_voucher_sheet(document: Buffer) -> tuple[bytes, Report]: ...
def stamp_ofd(
    document: Buffer,
    *,
    seal: Seal,
    signer: Signer,
    at: datetime,
    options: _Json | None = None,
) -> bytes: ...
def sign_ofd(
    document: Buffer, *, signer: Signer, at: datetime, options: _Json | None = None
) -> bytes: ...
def prepare_ofd(
    document: Buffer,
    *,
    certificate: Certificate,
    at: datetime,
    seal: Seal | None = None,
    options: _Json | None = None,
) -> OfdSigningRequest: ...
def complete_ofd(document: Buffer, request: OfdSigningRequest, signature: Buffer) -> bytes: ...
def sm3(data: Buffer) -> bytes: ...
def stamp_voucher(
    envelope: Buffer,
    *,
    seal: Seal,
    signer: Signer,
    org: str,
    role: str,
    position: str,
    at: datetime,
    templates: _Json | None = None,
    catalogue: _Json | None = None,
) -> bytes: ...
def stamp_voucher_many(
    envelopes: Iterable[Buffer],
    *,
    seal: Seal,
    signer: Signer,
    org: str,
    role: str,
    position: str,
    at: datetime,
    templates: _Json | None = None,
    catalogue: _Json | None = None,
    threads: int = 1,
) -> list[bytes | Error]: ...
def sign_voucher(
    envelope: Buffer,
    *,
    signer: Signer,
    org: str,
    role: str,
    position: str,
    at: datetime,
    templates: _Json | None = None,
    catalogue: _Json | None = None,
) -> bytes: ...
def sign_voucher_many(
    envelopes: Iterable[Buffer],
    *,
    signer: Signer,
    org: str,
    role: str,
    position: str,
    at: datetime,
    templates: _Json | None = None,
    catalogue: _Json | None = None,
    threads: int = 1,
) -> list[bytes | Error]: ...
def prepare_voucher(
    envelope: Buffer,
    *,
    certificate: Certificate,
    org: str,
    role: str,
    position: str,
    at: datetime,
    seal: Seal | None = None,
    templates: _Json | None = None,
    catalogue: _Json | None = None,
) -> list[ActRequest]: ...
def complete_voucher(
    envelope: Buffer, requests: Sequence[ActRequest], signatures: Iterable[Buffer]
) -> bytes: ...
def stamp_document(
    document: Buffer,
    *,
    seal: Seal,
    signer: Signer,
    at: datetime,
    property: str = "",
) -> bytes: ...
def stamp_document_many(
    documents: Iterable[Buffer],
    *,
    seal: Seal,
    signer: Signer,
    at: datetime,
    property: str = "",
    threads: int = 1,
) -> list[bytes | Error]: ...
def sign_document(document: Buffer, *, signer: Signer) -> bytes: ...
def stamp_time_stamp_request(stamp: Buffer, *, conforming: bool = True) -> TimeStampRequest: ...
def stamp_with_time_stamp(stamp: Buffer, token: Buffer, *, conforming: bool = True) -> bytes: ...
def voucher_time_stamp_requests(envelope: Buffer, *, position: str) -> list[TimeStampRequest]: ...
def time_stamp_voucher(
    envelope: Buffer, *, position: str, tokens: Iterable[Buffer]
) -> bytes: ...

_JsonText: TypeAlias = Union[str, dict[str, Any], list[Any]]
_Bytes: TypeAlias = list[bytes]
_Dicts: TypeAlias = list[dict[str, Any]]
_Places: TypeAlias = list[tuple[int, dict[str, Any]]]
_Results: TypeAlias = list[Union[dict[str, Any], Error]]
# What came of a packet, and the receipt to send back.
_Taken: TypeAlias = list[tuple[Union[dict[str, Any], Error], Union[bytes, Error, None]]]
_Kept: TypeAlias = tuple[Union[dict[str, Any], None], Union[bytes, None], Union[bytes, None]]

@final
class Store:
    @staticmethod
    def create(
        path: _Path,
        *,
        role: Literal["finance", "pbc", "bank", "unit"],
        org: str,
        office: _JsonText,
        roles: _JsonText,
        verifier: Verifier,
        at: datetime,
    ) -> Store: ...
    @staticmethod
    def open(path: _Path, *, office: _JsonText, roles: _JsonText, verifier: Verifier) -> Store: ...
    @staticmethod
    def restore(copy: _Path, path: _Path, *, expected: str | None = None) -> None: ...
    def close(self) -> None: ...
    def __enter__(self) -> Store: ...
    def __exit__(self, *_raised: object) -> None: ...
    @property
    def identity(self) -> dict[str, Any]: ...
    def set_office(self, *, office: _JsonText, roles: _JsonText) -> None: ...
    def set_checkpoints(
        self, signer: Signer, *, entries: int = 1000, seconds: int = 3600
    ) -> None: ...
    def move(
        self,
        order: _JsonText,
        voucher: Buffer | None = None,
        *,
        at: datetime,
        attachments: Mapping[str, Buffer] | None = None,
    ) -> dict[str, Any]: ...
    def move_many(
        self,
        orders: Sequence[_JsonText],
        vouchers: Sequence[Buffer | None] | None = None,
        *,
        at: datetime,
        threads: int = 1,
    ) -> _Results: ...
    def act(
        self,
        keys: _JsonText,
        acting: _JsonText,
        *,
        signer: Signer,
        seal: Seal | None = None,
        at: datetime,
        threads: int = 1,
    ) -> _Results: ...
    def voucher(self, key: _JsonText) -> _Kept: ...
    def attachment(self, digest: Buffer) -> bytes | None: ...
    def read(self, *, limit: int = 100) -> _Dicts: ...
    def list(
        self, filter: _JsonText | None = None, *, after: int = 0, limit: int = 1000
    ) -> _Places: ...
    def status(self, ids: _JsonText) -> _Dicts: ...
    def quota(self, *, after: str = "", limit: int = 1000) -> _Dicts: ...
    def history(self, key: _JsonText) -> _Dicts: ...
    def pack(
        self, *, signer: Signer, at: datetime, limit: int = 1000, threads: int = 1
    ) -> tuple[dict[str, Any], _Bytes]: ...
    def unanswered(self, *, after: int = 0, limit: int = 1000) -> tuple[_Dicts, _Bytes]: ...
    def import_packets(
        self,
        packets: Iterable[Buffer],
        *,
        mailbox: Mailbox,
        signer: Signer | None = None,
        at: datetime,
        threads: int = 1,
    ) -> _Taken: ...
    def answered(
        self, receipts: Iterable[Buffer], *, at: datetime, threads: int = 1
    ) -> _Results: ...
    def checkpoint(self, *, at: datetime) -> bytes | None: ...
    def audit(
        self,
        *,
        certificates: _Certificates | None = None,
        held: Buffer | None = None,
        at: datetime,
        threads: int = 1,
    ) -> Report: ...
    def export(
        self, path: _Path, *, after: Buffer | None = None, overwrite: bool = False
    ) -> dict[str, Any]: ...
    def backup(self, path: _Path) -> None: ...
