"""A finance bureau and its bank, each with a voucher store: from a draft to the acceptance.

voucher_store.py FOLDER

Makes both stores in the folder, with made-up keys, and shows what each step gives. What the two tell each
other goes through packets and receipts alone, as it would over any network.
"""

from __future__ import annotations

import base64
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import yinxin
from yinxin import envelope, testing

FROM = datetime(2026, 1, 1, tzinfo=timezone.utc)
UNTIL = datetime(2030, 1, 1, tzinfo=timezone.utc)
# Who acts on a 5201 in the bureau, as the built-in template has it: position, role, step, stamped.
POSITIONS = (
    ("cz_jb", "maker", "make", False),
    ("cz_fh", "reviewer", "review", False),
    ("cz_gkzf", "office", "act", True),
    ("cz_fzr", "head", "act", True),
)


class Office:
    """An office with its keys and its people."""

    def __init__(self, root: testing.Authority, name: str, role: str, org: str) -> None:
        self.name, self.role, self.org = name, role, org
        subject = f"CN={name},C=CN"
        self.signing = root.issue(subject, valid_from=FROM, valid_until=UNTIL)
        self.encryption = root.issue(subject, valid_from=FROM, valid_until=UNTIL, purpose="encryption")
        self.mailbox = envelope.Mailbox(name, [self.encryption])
        self.people: list[dict[str, Any]] = []

    def person(self, root: testing.Authority, name: str, *roles: str) -> yinxin.Signer:
        signer = root.issue(f"CN={name},C=CN", valid_from=FROM, valid_until=UNTIL)
        digest = certificate_of(signer).digest.hex()
        person = {"name": name, "org": self.org, "certificates": [digest], "roles": list(roles)}
        self.people.append(person)
        return signer

    def partner(self) -> dict[str, Any]:
        """The office as the other one knows it."""
        signing, encryption = (base64_of(key) for key in (self.signing, self.encryption))
        who = {"name": self.name, "role": self.role, "org": self.org}
        return {**who, "signing": [signing], "encryption": encryption}

    def texts(self, *partners: Office) -> dict[str, Any]:
        """What the store goes by."""
        others = [partner.partner() for partner in partners]
        office = {"format": "yinxin:office:1", "partners": others}
        return {"office": office, "roles": {"format": "yinxin:roles:1", "people": self.people}}


def certificate_of(signer: yinxin.Signer) -> yinxin.Certificate:
    assert signer.certificate is not None
    return signer.certificate


def base64_of(signer: yinxin.Signer) -> str:
    return base64.b64encode(certificate_of(signer).der).decode()


def carry(sender: yinxin.Store, by: Office, receiver: yinxin.Store, to: Office, at: datetime) -> int:
    """Packs what waits, takes it in at the other side, and brings the receipts back."""
    sender.pack(signer=by.signing, at=at)
    _, packets = sender.unanswered()
    taken = receiver.import_packets(packets, mailbox=to.mailbox, signer=to.signing, at=at)
    receipts = [receipt for _, receipt in taken if isinstance(receipt, bytes)]
    sender.answered(receipts, at=at)
    return len(packets)


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder, at = Path(arguments[0]), datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
    root = testing.Authority(valid_from=FROM, valid_until=UNTIL)
    bureau, bank = Office(root, "Bureau", "finance", "011"), Office(root, "Bank", "bank", "102")
    maker = root.issue("CN=Maker of seals,C=CN", valid_from=FROM, valid_until=UNTIL, purpose="maker")

    hands: dict[str, yinxin.Signer] = {}
    seals: dict[str, yinxin.Seal] = {}
    entries: list[dict[str, Any]] = []
    for position, role, _, stamped in POSITIONS:
        signer = bureau.person(root, position, {"maker": "maker", "reviewer": "reviewer"}.get(role, "sealer"))
        where = {"admDivCode": "990000", "stYear": "2026", "vtCode": "5201"}
        entry: dict[str, Any] = {**where, "position": position, "role": role}
        if stamped:
            seals[position] = testing.make_seal(
                maker,
                name=position,
                certificates=signer.certificates,
                created=FROM,
                valid_from=FROM,
                valid_until=UNTIL,
            )
            entry["seals"] = [seals[position].digest.hex()]
        else:
            entry["certificates"] = [certificate_of(signer).digest.hex()]
        hands[position] = signer
        entries.append(entry)
    sender = bureau.person(root, "sender", "sender")
    teller = bank.person(root, "teller", "teller")
    verifier = yinxin.Verifier(
        anchors=root.certificate,
        crls=root.crl(this_update=FROM, next_update=UNTIL),
        authorisation={"format": "yinxin:authorisation:1", "entries": entries},
    )

    with yinxin.Store.create(
        folder / "bureau.yxstore", role="finance", org="011", verifier=verifier, at=at, **bureau.texts(bank)
    ) as ours, yinxin.Store.create(
        folder / "bank.yxstore", role="bank", org="102", verifier=verifier, at=at, **bank.texts(bureau)
    ) as theirs:
        draft = testing.make_voucher(1)
        number = draft.split(b'VoucherNo="')[1].split(b'"')[0].decode()
        voucher = {"admDivCode": "990000", "stYear": "2026", "vtCode": "5201", "voucherNo": number}
        key = {"voucher": voucher}

        def order(move: str, by: yinxin.Signer, **more: Any) -> dict[str, Any]:
            return {**key, "move": move, "by": base64_of(by), **more}

        made = ours.move(order("create", hands["cz_jb"]), draft, at=at)
        print("bureau:", made["state"])
        for position, _, step, _ in POSITIONS:
            (acted,) = ours.act(
                [key],
                {"move": step, "position": position},
                signer=hands[position],
                seal=seals.get(position),
                at=at,
            )
            if isinstance(acted, yinxin.Error):
                raise acted
            print("bureau:", position, acted["state"])
        ours.move(order("send", sender, to=bank.name), at=at)
        carry(ours, bureau, theirs, bank, at)
        print("bank:", theirs.read()[0]["state"])
        later = at + timedelta(hours=1)
        print("bank:", theirs.move(order("accept", teller), at=later)["state"])
        carry(theirs, bank, ours, bureau, later)
        print("bureau:", ours.status([voucher])[0]["meaning"])
        print("history:", ", ".join(entry["operation"] for entry in ours.history(key)))
        ours.set_checkpoints(bureau.signing)
        held = ours.checkpoint(at=later)
        report = ours.audit(certificates=certificate_of(bureau.signing), held=held, at=later)
        print("audit:", report.verdict)
        return 0 if report.valid else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (OSError, yinxin.Error) as error:
        print(error, file=sys.stderr)
        sys.exit(2)
