"""Time stamps, requests for certificates, and the policy of trust."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import yinxin
from yinxin import testing

from conftest import AT, FROM, LATER, STAMPS, UNTIL, World

DOCUMENT = b"a letter"
# After every certificate of the signer below has expired.
MUCH_LATER = datetime(2030, 1, 1, tzinfo=timezone.utc)
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def tsa(world: World) -> testing.TimestampAuthority:
    signer = world.root.issue(
        "CN=Time,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="time-stamp"
    )
    return testing.TimestampAuthority(signer)


def make_seal(world: World, signer: yinxin.Signer, version: Any = 5) -> yinxin.Seal:
    return testing.make_seal(
        world.maker,
        name="某某市财政局",
        certificates=signer.certificates,
        created=FROM,
        valid_from=FROM,
        valid_until=UNTIL,
        version=version,
    )


@pytest.mark.parametrize("version", [4, 5])
def test_a_time_stamp_outlives_its_signer(
    world: World, tsa: testing.TimestampAuthority, version: int
) -> None:
    signer = world.root.issue(
        "CN=Short,C=CN", valid_from=FROM, valid_until=AT + timedelta(days=30)
    )
    seal = make_seal(world, signer, version)
    bare = yinxin.stamp_document(DOCUMENT, seal=seal, signer=signer, at=AT)
    request = yinxin.stamp_time_stamp_request(bare)
    assert yinxin.TimeStampRequest(bytes(request)) == request
    token = request.token_for(tsa.respond(request, at=AT + SECOND))
    stamped = yinxin.stamp_with_time_stamp(bare, token)

    verify = world.verifier.verify_document
    report = verify(stamped, DOCUMENT, at=MUCH_LATER)
    assert report.valid, report.to_text()
    check = report.find("time.token")
    assert check is not None and check.outcome == "Passed"
    assert verify(bare, DOCUMENT, at=MUCH_LATER).verdict == "NotDetermined"

    other = yinxin.stamp_document(DOCUMENT, seal=seal, signer=signer, at=AT)
    with pytest.raises(yinxin.RefusedError) as refused:
        yinxin.stamp_with_time_stamp(other, token)
    assert refused.value.code == 611
    with pytest.raises(yinxin.RefusedError):
        yinxin.stamp_time_stamp_request(other).token_for(tsa.respond(request, at=AT))
    early = request.token_for(tsa.respond(bytes(request), at=AT - SECOND))
    with pytest.raises(yinxin.RefusedError):
        yinxin.stamp_with_time_stamp(bare, early)
    with pytest.raises(yinxin.MalformedError):
        yinxin.stamp_with_time_stamp(bare, token[:-1])


def test_a_token_by_itself(world: World, tsa: testing.TimestampAuthority) -> None:
    seal = make_seal(world, world.signer)
    request = seal.time_stamp_request()
    token = request.token_for(tsa.respond(request, at=AT))
    stamped = seal.with_time_stamp(token)
    assert stamped != seal and yinxin.Seal(bytes(stamped)) == stamped
    report = world.verifier.check_seal(stamped, at=LATER)
    assert report.valid, report.to_text()
    check = report.find("seal.timestamp")
    assert check is not None and check.outcome == "Passed"
    with pytest.raises(yinxin.UnsupportedError):
        make_seal(world, world.signer, 4).time_stamp_request()

    report = world.verifier.check_time_stamp(token, b"another value", at=LATER)
    assert [check.code for check in report.failures] == ["token.imprint"]
    report = world.verifier.check_time_stamp(token, b"another value", at=AT - SECOND)
    assert "token.time" in [check.code for check in report.failures]


def test_every_voucher_of_an_envelope(world: World, tsa: testing.TimestampAuthority) -> None:
    envelope = world.stamp(world.sign(world.voucher))
    position = STAMPS[0][0]
    requests = yinxin.voucher_time_stamp_requests(envelope, position=position)
    tokens = [one.token_for(tsa.respond(one, at=AT + SECOND)) for one in requests]
    stamped = yinxin.time_stamp_voucher(envelope, position=position, tokens=tokens)
    report = world.verifier.verify_voucher(stamped, at=LATER)
    assert report.valid, report.to_text()
    assert '"time.token","outcome":"Passed"' in report.to_json()
    assert '"time.token","outcome":"Passed"' not in world.verifier.verify_voucher(
        envelope, at=LATER
    ).to_json()
    with pytest.raises(yinxin.MisuseError):
        yinxin.time_stamp_voucher(envelope, position=position, tokens=[])
    with pytest.raises(yinxin.RefusedError):
        yinxin.voucher_time_stamp_requests(envelope, position="nowhere")


def test_an_authority_stamps_time_and_nothing_else(
    world: World, tsa: testing.TimestampAuthority
) -> None:
    with pytest.raises(yinxin.RefusedError):
        testing.TimestampAuthority(world.signer)
    with pytest.raises(yinxin.MisuseError):
        testing.TimestampAuthority(world.signer, policy="no identifier")
    request = make_seal(world, world.signer).time_stamp_request()
    with pytest.raises(yinxin.RefusedError) as refused:
        request.token_for(tsa.respond(b"no request", at=AT))
    assert refused.value.code == 610
    with pytest.raises(TypeError):
        tsa.respond("text", at=AT)  # type: ignore[arg-type]
    with pytest.raises(yinxin.MalformedError):
        yinxin.TimeStampRequest(b"no request")


def test_a_request_for_a_certificate(world: World) -> None:
    made = yinxin.Pkcs10.make(world.person, "CN=会计,O=财政局,C=CN")
    assert made.subject == "CN=会计,O=财政局,C=CN"
    made.verify()
    assert yinxin.Pkcs10(made.to_pem().encode()) == made == yinxin.Pkcs10(bytes(made))
    assert "2.5.29.15" in [oid for oid, _, _ in made.extensions]
    issued = world.root.issue_for(made, valid_from=FROM, valid_until=UNTIL)
    assert issued.subject == made.subject
    assert made.public_key in issued.der
    changed = bytearray(made.der)
    changed[-1] ^= 1
    with pytest.raises(yinxin.RefusedError):
        yinxin.Pkcs10(changed).verify()
    with pytest.raises(yinxin.RefusedError):
        world.root.issue_for(yinxin.Pkcs10(changed), valid_from=FROM, valid_until=UNTIL)
    with pytest.raises(yinxin.MalformedError):
        yinxin.Pkcs10(made.der[:-1])
    with pytest.raises(yinxin.MisuseError):
        yinxin.Pkcs10.make(world.person, "CN=a", purpose="other")  # type: ignore[arg-type]


def test_a_request_by_a_callable(world: World) -> None:
    signer = yinxin.Signer.from_callback(
        world.person.certificates, lambda messages: testing.sign_messages(world.person, messages)
    )
    yinxin.Pkcs10.make(signer, "CN=Card,C=CN", purpose="encryption").verify()
    with pytest.raises(yinxin.MisuseError):
        testing.TimestampAuthority(signer)


def verifier(world: World, **more: Any) -> yinxin.Verifier:
    return yinxin.Verifier(anchors=world.root.certificate, crls=world.crl, **more)


def test_user_ids_are_policy(world: World) -> None:
    def verdict(**more: Any) -> str:
        return verifier(world, **more).check_seal(world.seal, at=LATER).verdict

    assert verdict() == "Valid"
    assert verdict(user_id=b"another") == "Invalid"
    assert verdict(user_id=b"another", maker_user_id=b"1234567812345678") == "Valid"
    assert verdict(maker_user_id=b"") == "Invalid"
    report = verifier(world, issuer_user_id=b"").check_seal(world.seal, at=LATER)
    assert report.verdict == "Invalid"
    assert "good under the default user id" in report.to_text()
    assert "deviation.user-id" in report.to_json()
    with pytest.raises(yinxin.LimitError):
        verifier(world, issuer_user_id=bytes(8192))


def test_strict_makers_and_terms_of_anchors(world: World) -> None:
    terms = {"purposes": ["seal-maker"], "until": "2026-02-01T00:00:00Z"}
    signers = '{"purposes":["signer"]}'
    root = world.root.certificate
    stamp = yinxin.stamp_document(DOCUMENT, seal=world.seal, signer=world.signer, at=AT)

    def verdict(strict: bool) -> str:
        judge = yinxin.Verifier(
            anchors=[],
            anchors_on_terms=[(root, terms), (root, signers)],
            crls=world.crl,
            strict_makers=strict,
        )
        return judge.verify_document(stamp, DOCUMENT, at=LATER, received=LATER).verdict

    assert (verdict(False), verdict(True)) == ("Valid", "Invalid")
    with pytest.raises(yinxin.MalformedError):
        verifier(world, anchors_on_terms=[(root, {"purposes": ["other"]})])


def test_the_states_of_seals(world: World) -> None:
    seal, office = world.seal, world.person
    at: dict[str, Any] = {"this_update": AT, "next_update": LATER}
    first = testing.make_seal_states(
        office, seal=seal, effective_from=FROM, issuer="某某市公安局", **at
    )
    assert (first.issuer, first.number) == ("某某市公安局", 1)
    assert (first.this_update, first.next_update) == (AT, LATER)
    assert yinxin.SealStates(bytes(first)) == first
    gone = testing.make_seal_states(
        office, seal=seal, state="cancelled", effective_from=AT, previous=first, **at
    )
    assert gone.number == 2

    def outcome(*lists: Any, **more: Any) -> str:
        judge = verifier(
            world, seal_states=list(lists), seal_state_anchors=office.certificate, **more
        )
        check = judge.check_seal(seal, at=LATER).find("seal.state")
        assert check is not None
        return check.outcome

    assert outcome(first) == "Passed"
    assert outcome(bytes(first), gone) == "Failed"
    assert outcome(first, expect_seal_states={"某某市公安局": 1, "another": 9}) == "Passed"
    assert outcome(first, expect_seal_states={"某某市公安局": 2}) == "NotDetermined"
    with pytest.raises(yinxin.MalformedError):
        yinxin.SealStates(b"no list")
