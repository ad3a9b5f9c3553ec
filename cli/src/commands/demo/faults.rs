//! What somebody with bad intent, or bad luck, would try, and the check that must catch it.

use super::books::{HEAD, OFFICE, Place};
use super::parties::{Moments, Parties, Party};
use crate::failure::Failure;
use yinxin::asn1::{Profile, oid, writer};
use yinxin::error::{Code, Error};
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::report::{CheckCode, Report};
use yinxin::seal::{Seal, Stamp};
use yinxin::signature::Verifier;
use yinxin::time::Time;
use yinxin::trust::Moment;
use yinxin::voucher::{self, Act, ActKind, Body, Encoding, Envelope, Step, example};

/// One planted fault.
pub struct Fault {
    pub title: &'static str,
    /// The check that must fail.
    pub expected: CheckCode,
    plant: fn(&Parties, &Moments) -> Result<Vec<u8>, Failure>,
}

/// Every planted fault.
pub const ALL: &[Fault] = &[
    Fault {
        title: "a changed amount",
        expected: CheckCode::VoucherCanonical,
        plant: changed_amount,
    },
    Fault {
        title: "a stamp moved to another voucher",
        expected: CheckCode::VoucherIdentity,
        plant: moved_stamp,
    },
    Fault {
        title: "a stamp by a certificate that the seal does not list",
        expected: CheckCode::SignerMembership,
        plant: unlisted_signer,
    },
    Fault {
        title: "a stamp with an expired seal",
        expected: CheckCode::SealValidity,
        plant: expired_seal,
    },
    Fault {
        title: "a stamp by a revoked signer",
        expected: CheckCode::SignerRevocation,
        plant: revoked_signer,
    },
    Fault {
        title: "a genuine stamp of another bureau",
        expected: CheckCode::VoucherAuthority,
        plant: other_bureau,
    },
    Fault {
        title: "the right bureau's stamp in the wrong position",
        expected: CheckCode::VoucherAuthority,
        plant: wrong_position,
    },
];

impl Fault {
    /// Plants the fault, verifies, and says whether the check that must fail did.
    pub fn is_caught(
        &self,
        parties: &Parties,
        moments: &Moments,
        verifier: &Verifier,
    ) -> Result<(bool, Report), Failure> {
        let envelope = (self.plant)(parties, moments)?;
        let moment = Moment::received(moments.stamped, moments.stamped);
        let report = verifier.verify_voucher(&envelope, &moment)?;
        let failed = report.failures().iter().any(|check| check.code == self.expected);
        Ok((failed && !report.is_valid(), report))
    }
}

fn changed_amount(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    let stamped = notice(1, &parties.seals.bureau, &parties.bureau.key, moments.stamped)?;
    let mut changed = example::clearing_quota_notice(1)?;
    let dearer = example::clearing_quota_notice(2)?.build(Encoding::Gbk)?;
    // The amounts of another notice, so that the sums still agree.
    let amount = dearer.header().get("PlanAmt").unwrap_or_default().to_owned();
    changed.field("PlanAmt", &amount);
    for (number, detail) in (1..).zip(dearer.details()) {
        changed.detail_field(number, "PlanAmt", detail.get("PlanAmt").unwrap_or_default())?;
    }
    carry(Body::original(changed.build(Encoding::Gbk)?)?, stamped.acts())
}

fn moved_stamp(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    let stamped = notice(1, &parties.seals.bureau, &parties.bureau.key, moments.stamped)?;
    let other = example::clearing_quota_notice(2)?.build(Encoding::Gbk)?;
    carry(Body::original(other)?, stamped.acts())
}

fn unlisted_signer(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    let stamped = notice(1, &parties.seals.bureau, &parties.bureau.key, moments.stamped)?;
    let act = first_act(&stamped)?;
    // Our own functions refuse to stamp so; a forger puts the parts together by hand.
    let genuine = Stamp::parse(act.evidence(), Profile::Conforming)?;
    let stranger = &parties.stranger;
    let value = stranger.key.sign(ToSign::Message(genuine.to_be_signed()))?;
    let forged = writer::sequence(&[
        genuine.to_be_signed(),
        &writer::octet_string(stranger.certificate.as_der()),
        &writer::oid(&oid::SM2_WITH_SM3),
        &writer::bit_string(&value),
    ]);
    let act = Act::new(act.to_sign_der().to_vec(), ActKind::Stamp, forged)?;
    carry(Body::original(stamped.voucher().clone())?, &[act])
}

fn expired_seal(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    // Dated back to when the seal was good; the receiver knows when it came.
    let then = moments.seal_ended.plus_days(-1).unwrap_or(moments.seal_ended);
    finish(notice(1, &parties.seals.expired, &parties.bureau.key, then)?)
}

fn revoked_signer(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    finish(notice(1, &parties.seals.revoked, &parties.revoked.key, moments.stamped)?)
}

fn other_bureau(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    let Party { key, .. } = &parties.other_bureau;
    finish(notice(1, &parties.seals.other_bureau, key, moments.stamped)?)
}

/// The bureau's own, valid seal where only the head's may stand.
fn wrong_position(parties: &Parties, moments: &Moments) -> Result<Vec<u8>, Failure> {
    let mut body = Body::original(example::direct_payment(1)?.build(Encoding::Gbk)?)?;
    stamp(&mut body, &HEAD, &parties.seals.bureau, &parties.bureau.key, moments.stamped)?;
    finish(body)
}

/// A stamped quota notice.
fn notice(number: u32, seal: &Seal, key: &SoftwareKey, time: Time) -> Result<Body, Failure> {
    let voucher = example::clearing_quota_notice(number)?.build(Encoding::Gbk)?;
    let mut body = Body::original(voucher)?;
    stamp(&mut body, &OFFICE, seal, key, time)?;
    Ok(body)
}

fn stamp(
    body: &mut Body,
    place: &Place,
    seal: &Seal,
    key: &dyn Signer,
    time: Time,
) -> Result<(), Failure> {
    let step = Step::new(place.position, place.role, 1, example::ADM_DIV_CODE);
    Ok(voucher::stamp_act(body, &step, seal, key, time)?)
}

/// The envelope of another body with these acts, put together as a forger would.
fn carry(mut body: Body, acts: &[Act]) -> Result<Vec<u8>, Failure> {
    for act in acts {
        body.add_act(act.clone())?;
    }
    finish(body)
}

fn first_act(body: &Body) -> Result<Act, Failure> {
    let none = || Error::new(Code::Structure, "voucher", "it carries no act");
    Ok(body.acts().first().cloned().ok_or_else(none)?)
}

fn finish(body: Body) -> Result<Vec<u8>, Failure> {
    Ok(Envelope::of(body).to_xml(Encoding::Gbk)?)
}
