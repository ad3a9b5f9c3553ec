"""Packets between two parties."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

import pytest
import yinxin
from yinxin import envelope, testing

from conftest import AT, FROM, LATER, UNTIL, World

BODY = b"pay 100.00 to the school"


@dataclass(frozen=True)
class Pair:
    """A finance office that sends, and a bank that receives and signs receipts."""

    world: World
    bank: yinxin.Signer
    teller: yinxin.Signer
    mailbox: envelope.Mailbox
    finance: envelope.Party
    other: envelope.Party

    def seal(self, sequence: int, body: bytes = BODY, conversation: str = "2026/pay") -> bytes:
        assert self.bank.certificate is not None
        return envelope.seal(
            body,
            signer=self.world.person,
            receiver=self.bank.certificate,
            kind="voucher",
            conversation=conversation,
            sequence=sequence,
            at=AT,
        )

    def open(self, packet: bytes) -> tuple[envelope.Message | None, yinxin.Report]:
        return envelope.open(
            packet,
            verifier=self.world.verifier,
            mailbox=self.mailbox,
            parties=[self.other, self.finance],
            at=LATER,
        )

    def message(self, packet: bytes) -> envelope.Message:
        message, report = self.open(packet)
        assert message is not None, report.to_text()
        return message


@pytest.fixture(scope="module")
def pair(world: World) -> Pair:
    issue = world.root.issue
    bank = issue("CN=Bank,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="encryption")
    teller = issue("CN=Teller,C=CN", valid_from=FROM, valid_until=UNTIL)
    finance = envelope.Party("finance", world.person.certificates)
    other = envelope.Party("other", world.signer.certificates, any_like=True)
    return Pair(world, bank, teller, envelope.Mailbox("bank", [bank]), finance, other)


def test_a_packet_goes_over(pair: Pair) -> None:
    packet = pair.seal(1)
    message = pair.message(packet)
    assert (message.sender, message.receiver) == ("finance", "bank")
    assert (message.kind, message.conversation, message.sequence) == ("voucher", "2026/pay", 1)
    assert (message.body, message.time) == (BODY, AT.replace(microsecond=0))
    assert message.certificate == pair.world.person.certificate
    assert message.digest == yinxin.sm3(packet)
    assert envelope.inspect(packet) == ("voucher", "2026/pay", 1, message.digest)
    signed, salt = message.proof
    content, report = pair.world.verifier.verify_message(signed, at=LATER)
    assert content is not None and yinxin.sm3(salt + BODY) in content, report.to_text()
    assert repr(message) == "<Message 2026/pay/1 from finance>"


def test_what_is_not_in_order_gives_no_message(pair: Pair) -> None:
    packet = pair.seal(1)
    for at in range(len(packet) - 40, len(packet)):
        bent = packet[:at] + bytes([packet[at] ^ 1]) + packet[at + 1 :]
        with pytest.raises(yinxin.Error):
            pair.open(bent)
    for end in range(0, len(packet), 50):
        with pytest.raises(yinxin.MalformedError):
            pair.open(packet[:end])
    with pytest.raises(yinxin.KeyFailureError) as bent_tag:
        pair.open(packet[:-1] + bytes([packet[-1] ^ 1]))
    assert bent_tag.value.code == 406
    # From a stranger; under another root.
    message, report = envelope.open(
        packet,
        verifier=pair.world.verifier,
        mailbox=pair.mailbox,
        parties=[pair.other],
        at=LATER,
    )
    assert message is None and report.verdict == "Invalid"
    stranger = testing.Authority(valid_from=FROM, valid_until=UNTIL)
    message, report = envelope.open(
        packet,
        verifier=yinxin.Verifier(anchors=stranger.certificate),
        mailbox=pair.mailbox,
        parties=[pair.finance],
        at=LATER,
    )
    assert message is None and not report.valid
    lost = pair.world.root.issue("CN=X", valid_from=FROM, valid_until=UNTIL, purpose="encryption")
    with pytest.raises(yinxin.KeyFailureError) as other_key:
        envelope.open(
            packet,
            verifier=pair.world.verifier,
            mailbox=envelope.Mailbox("x", [lost]),
            parties=[pair.finance],
            at=LATER,
        )
    assert other_key.value.code == 412


def test_each_counts_once(pair: Pair) -> None:
    replay = envelope.ReplayState()
    packets = {number: pair.message(pair.seal(number)) for number in (1, 2, 3, 5)}
    assert replay.admit(packets[1]) == "New"
    assert replay.admit(packets[3]) == "Ahead"
    assert replay.missing(packets[3]) == [(2, 2)]
    assert replay.admit(packets[2]) == "Late"
    assert replay.admit(packets[2]) == "Repeated"
    assert replay.admit(pair.message(pair.seal(2, b"another"))) == "Conflict"
    assert replay.admit(pair.message(pair.seal(9999))) == "Beyond"
    # What its effect forbids was not accepted.
    seen: list[bytes] = []

    def fails(message: envelope.Message) -> None:
        raise OSError("no room")

    def works(message: envelope.Message) -> None:
        seen.append(message.body)
        with pytest.raises(yinxin.MisuseError):
            replay.admit(message)

    with pytest.raises(OSError, match="no room"):
        replay.admit(packets[5], fails)
    assert replay.missing(packets[5]) == []
    assert replay.admit(packets[5], works) == "Ahead"
    assert replay.admit(packets[5], works) == "Repeated"
    assert seen == [BODY]
    other = pair.message(pair.seal(1, conversation="2026/other"))
    assert replay.admit(other) == "New"


def test_many(pair: Pair) -> None:
    assert pair.bank.certificate is not None
    letters = [(number, b"body %d" % number) for number in range(0, 20)]
    packets = envelope.seal_many(
        letters,
        signer=pair.world.person,
        receiver=pair.bank.certificate,
        kind="voucher",
        conversation="2026/many",
        at=AT,
        threads=2,
    )
    # Numbers begin with 1.
    assert isinstance(packets[0], yinxin.MisuseError)
    good = [packet for packet in packets if isinstance(packet, bytes)]
    assert len(good) == 19
    opened = envelope.open_many(
        [*good, b"nothing"],
        verifier=pair.world.verifier,
        mailbox=pair.mailbox,
        parties=[pair.finance],
        at=LATER,
        threads=2,
    )
    assert isinstance(opened[-1], yinxin.MalformedError)
    for number, found in enumerate(opened[:-1], 1):
        assert isinstance(found, tuple)
        message, report = found
        assert message is not None and message.body == b"body %d" % number, report.to_text()


def test_receipts(pair: Pair) -> None:
    packet, other = pair.seal(1), pair.seal(2)
    bank = envelope.Party("bank", pair.teller.certificates)
    made = envelope.sign_receipt(packet, signer=pair.teller, at=LATER, missing=[(3, 4)])
    assert envelope.receipt_packet(made) == yinxin.sm3(packet)

    def check(
        receipt: bytes, packet: bytes, party: envelope.Party
    ) -> tuple[envelope.Receipt | None, yinxin.Report]:
        return envelope.check_receipt(
            receipt,
            verifier=pair.world.verifier,
            packet=packet,
            party=party,
            at=LATER + timedelta(minutes=1),
        )

    receipt, report = check(made, packet, bank)
    assert receipt is not None and receipt.received, report.to_text()
    assert (receipt.code, receipt.reason, receipt.missing) == (None, None, [(3, 4)])
    assert (receipt.time, repr(receipt)) == (LATER, "<Receipt 2026/pay/1 received>")
    made = envelope.sign_refusal(packet, signer=pair.teller, code=607, reason="no", at=LATER)
    receipt, report = check(made, packet, bank)
    assert receipt is not None and not receipt.received, report.to_text()
    assert (receipt.code, receipt.reason) == (607, "no")
    for sent, party in ((other, bank), (packet, pair.other)):
        receipt, report = check(made, sent, party)
        assert receipt is None and report.verdict == "Invalid"
    with pytest.raises(yinxin.MalformedError):
        check(made[:-1], packet, bank)
    for code, reason in ((0, "no"), (1, "n\no"), (1, "n" * 201)):
        with pytest.raises(yinxin.MisuseError):
            envelope.sign_refusal(packet, signer=pair.teller, code=code, reason=reason, at=LATER)


def test_misuse(pair: Pair) -> None:
    with pytest.raises(yinxin.RefusedError):
        envelope.Mailbox("bank", [pair.teller])
    for conversation, sequence in (("a b", 1), ("", 1), ("a", 0)):
        with pytest.raises(yinxin.MisuseError):
            pair.seal(sequence, conversation=conversation)
    assert hashlib.sha256(pair.seal(1)).digest() != hashlib.sha256(pair.seal(1)).digest()
