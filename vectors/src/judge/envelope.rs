//! Packets between two parties, and their receipts.

use yinxin::cert::Certificate;
use yinxin::envelope::{Answer, Mailbox, Packet, Party, Receiving, SignedReceipt, open};
use yinxin::key::SoftwareKey;

use super::cms_decrypt::refused;
use super::{Judged, pki};
use crate::case::Case;
use crate::outcome::Outcome;

/// `EnvelopePacket`: the packet opens with `recipientKey` (PKCS#8) as the holder of `recipientCert`,
/// is by whoever signs with one of `senders`, and gives `body`, and `kind`, `conversation` and
/// `sequence` if they are stated; `error` is the number of the error of a refused one.
pub(super) fn packet(case: &Case) -> Judged {
    let refused = |error| refused(case, &error);
    let key = SoftwareKey::from_pkcs8_der(&case.bytes("recipientKey")?, None);
    let own = Certificate::from_der(&case.bytes("recipientCert")?).map_err(Outcome::refused)?;
    let mailbox = Mailbox::new("receiver").with_key(own, key.map_err(Outcome::refused)?);
    let mailbox = mailbox.map_err(Outcome::refused)?;
    let parties = [party(case, "senders")?];
    let (trust, moment) = (pki::trust(case)?, pki::moment(case)?);
    let receiving = Receiving { mailbox: &mailbox, parties: &parties, trust: &trust, moment };
    let opened = open(&case.bytes("der")?, &receiving).map_err(refused)?;
    let message = opened.into_message().map_err(refused)?;
    let header = message.header();
    for (name, found) in [("kind", &header.kind), ("conversation", &header.conversation)] {
        if case.optional_text(name)?.is_some_and(|stated| stated != found) {
            return Ok(Outcome::Wrong(format!("{name} {found}")));
        }
    }
    if case.optional_number("sequence")?.is_some_and(|stated| stated != header.sequence) {
        return Ok(Outcome::Wrong(format!("sequence {}", header.sequence)));
    }
    Ok(Outcome::equal("the body", message.body(), &case.bytes("body")?))
}

/// `EnvelopeReceipt`: the receipt is of `packet`, by whoever signs with one of `receivers`, and says
/// `code` (0 for received) and `missing`, ranges of numbers.
pub(super) fn receipt(case: &Case) -> Judged {
    let refused = |error| refused(case, &error);
    let sent = Packet::parse(&case.bytes("packet")?).map_err(Outcome::refused)?;
    let party = party(case, "receivers")?;
    let read = SignedReceipt::parse(&case.bytes("der")?).map_err(refused)?;
    let checked = read.check(sent.id(), &party, &pki::trust(case)?, &pki::moment(case)?);
    let receipt = checked.into_receipt().map_err(refused)?;
    let code = match receipt.answer {
        Answer::Received => 0,
        Answer::Refused { code, .. } => u64::from(code),
    };
    if code != case.number("code")? {
        return Ok(Outcome::Wrong(format!("code {code}")));
    }
    let ranges: Vec<String> =
        receipt.missing.iter().map(|one| format!("{}-{}", one.start(), one.end())).collect();
    let missing = ranges.join(" ");
    Ok(match case.text("missing")? == missing {
        true => Outcome::Accepted,
        false => Outcome::Wrong(format!("missing {missing}")),
    })
}

/// Whoever signs with one of these certificates.
fn party(case: &Case, name: &str) -> Result<Party, Outcome> {
    let mut party = Party::new(name);
    for der in case.byte_list(name)? {
        let certificate = Certificate::from_der(&der).map_err(Outcome::refused)?;
        party = party.with_certificate(&certificate);
    }
    Ok(party)
}
