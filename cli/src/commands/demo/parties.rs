//! The made-up parties of the demonstration: a root, a seal maker, two finance bureaus, a unit.

use crate::failure::Failure;
use yinxin::Time;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::{Certificate, Crl};
use yinxin::key::SoftwareKey;
use yinxin::seal::{self, Picture, Seal, SealRequest, Version, picture};

/// Someone with a key and a certificate.
pub struct Party {
    pub key: SoftwareKey,
    pub certificate: Certificate,
}

/// Everybody who acts in the demonstration.
pub struct Parties {
    pub root: Authority,
    pub crl: Crl,
    /// Who makes the seals.
    pub maker: Party,
    /// The finance bureau whose vouchers these are: its seal key, its maker and its reviewer.
    pub bureau: Party,
    pub clerk: Party,
    pub reviewer: Party,
    /// The head of the bureau, by name seal.
    pub head: Party,
    /// A budget unit's seal key.
    pub unit: Party,
    /// The seal key of another bureau, genuine but not allowed here.
    pub other_bureau: Party,
    /// A certificate that no seal lists.
    pub stranger: Party,
    /// A signer whose certificate was revoked.
    pub revoked: Party,
    pub seals: Seals,
}

/// The seals of the demonstration.
pub struct Seals {
    pub bureau: Seal,
    pub head: Seal,
    pub unit: Seal,
    pub other_bureau: Seal,
    /// The bureau's seal of last year.
    pub expired: Seal,
    /// A seal of the bureau that lists the revoked signer.
    pub revoked: Seal,
}

/// The moments of the demonstration, all around the time it runs.
#[derive(Clone, Copy)]
pub struct Moments {
    /// When everybody's keys and seals start to be good.
    pub start: Time,
    /// When last year's seal ended.
    pub seal_ended: Time,
    /// When the revoked signer's certificate was revoked.
    pub revoked: Time,
    /// When the vouchers are stamped.
    pub stamped: Time,
    /// When everything ends.
    pub end: Time,
}

impl Moments {
    /// The moments around `now`.
    pub fn around(now: Time) -> Option<Moments> {
        Some(Moments {
            start: now.plus_days(-400)?,
            seal_ended: now.plus_days(-40)?,
            revoked: now.plus_days(-10)?,
            stamped: now,
            end: now.plus_days(700)?,
        })
    }
}

impl Parties {
    /// Makes the keys, certificates and seals.
    pub fn make(moments: &Moments) -> Result<Parties, Failure> {
        let (start, end) = (moments.start, moments.end);
        let subject = Subject::parse("CN=演示根证书,O=印信演示,C=CN")?;
        let mut root = Authority::root(SoftwareKey::generate_sm2()?, subject, start, end)?;
        let signer = |name: &str| party(&root, name, Profile::Signer, start, end);
        let maker = party(&root, "演示制章人", Profile::SealMaker, start, end)?;
        let bureau = signer("示例市财政局国库支付专用章")?;
        let clerk = signer("示例市财政局经办")?;
        let reviewer = signer("示例市财政局复核")?;
        let head = signer("示例市财政局负责人名章")?;
        let unit = signer("示例市第一中学财务专用章")?;
        let other_bureau = signer("邻市财政局国库支付专用章")?;
        let stranger = signer("未列入印章的证书")?;
        let revoked = signer("已撤销的签章人")?;
        let make = |name: &str, signers: &[&Party], until: Time| {
            let drawing = picture::svg_round_seal(name, None, MILLIMETRES)?;
            make_seal(&maker, name, signers, (start, until), &drawing)
        };
        let seals = Seals {
            bureau: make("示例市财政局国库支付专用章", &[&bureau], end)?,
            head: make("示例市财政局负责人名章", &[&head], end)?,
            unit: make("示例市第一中学财务专用章", &[&unit], end)?,
            other_bureau: make("邻市财政局国库支付专用章", &[&other_bureau], end)?,
            expired: make("示例市财政局国库支付专用章", &[&bureau], moments.seal_ended)?,
            revoked: make("示例市财政局国库支付专用章", &[&revoked], end)?,
        };
        root.revoke(&revoked.certificate, moments.revoked, None)?;
        let crl = root.crl(moments.stamped, end)?;
        Ok(Parties {
            root,
            crl,
            maker,
            bureau,
            clerk,
            reviewer,
            head,
            unit,
            other_bureau,
            stranger,
            revoked,
            seals,
        })
    }
}

/// Somebody with a new key and a certificate of the root.
pub fn party(
    root: &Authority,
    name: &str,
    profile: Profile,
    from: Time,
    until: Time,
) -> Result<Party, Failure> {
    let subject = Subject::new(&[("CN", name), ("O", "印信演示"), ("C", "CN")])?;
    let (key, certificate) = root.issue_new_key(subject, profile, from, until)?;
    Ok(Party { key, certificate })
}

/// The size of a seal's picture.
pub const MILLIMETRES: u32 = 40;

/// Makes a seal with this drawing (SVG).
pub fn make_seal(
    maker: &Party,
    name: &str,
    signers: &[&Party],
    (from, until): (Time, Time),
    drawing: &[u8],
) -> Result<Seal, Failure> {
    let certificates: Vec<Certificate> =
        signers.iter().map(|party| party.certificate.clone()).collect();
    let size = i64::from(MILLIMETRES);
    let request = SealRequest {
        version: Version::V4,
        id: "99000020260001",
        vendor: "yinxin demo",
        name,
        kind: 1,
        certificates: &certificates,
        by_digest: false,
        created: from,
        valid_from: from,
        valid_until: until,
        picture: Picture { kind: "SVG", data: drawing, width_mm: size, height_mm: size },
    };
    Ok(seal::make(&request, &maker.key)?)
}
