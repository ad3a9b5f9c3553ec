//! What several benchmarks need: offices with seals, and their vouchers.

use yinxin::Time;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::error::Result;
use yinxin::key::SoftwareKey;
use yinxin::seal::{self, Picture, Seal, SealRequest, Version, picture};
use yinxin::signature::Verifier;
use yinxin::trust::{Moment, Policy, Trust};
use yinxin::voucher::{Authorisation, AuthorisationEntry, Templates, example};

/// Offices that stamp quota notices, each at a position of its own, one after another.
pub struct Office {
    /// The offices, in the order of their positions.
    pub parties: Vec<Party>,
    /// The positions of a notice.
    pub templates: Templates,
    /// When everything happens.
    pub time: Time,
    root: Authority,
}

/// One office: its position, key and seal.
pub struct Party {
    /// The position at which it stamps.
    pub position: String,
    /// The key of the seal, with its certificate.
    pub key: SoftwareKey,
    /// The seal, its picture of the size of a real one (15 KB).
    pub seal: Seal,
}

impl Office {
    /// So many offices with fresh keys and seals that are good all year.
    pub fn new(count: usize) -> Result<Office> {
        let misuse = || yinxin::Error::new(yinxin::error::Code::Argument, "time", "no such time");
        let time = Time::from_civil(2026, 6, 1, 0, 0, 0).ok_or_else(misuse)?;
        let from = time.plus_days(-100).ok_or_else(misuse)?;
        let until = time.plus_days(200).ok_or_else(misuse)?;
        let subject = Subject::parse("CN=Bench Root,C=CN")?;
        let root = Authority::root(SoftwareKey::generate_sm2()?, subject, from, until)?;
        let party = |name: &str, profile: Profile| {
            root.issue_new_key(Subject::new(&[("CN", name), ("C", "CN")])?, profile, from, until)
        };
        let (maker, _) = party("Bench Maker", Profile::SealMaker)?;
        let mut drawing = picture::svg_round_seal("示例市财政局国库支付专用章", None, 40)?;
        drawing.resize(15_693, b'\n');
        let office = |number: usize| -> Result<Party> {
            let (key, certificate) = party(&format!("Bench Office {number}"), Profile::Signer)?;
            let request = SealRequest {
                version: Version::V4,
                id: &format!("BENCH{number:04}"),
                vendor: "yinxin",
                name: "示例市财政局国库支付专用章",
                kind: 1,
                certificates: &[certificate],
                by_digest: false,
                created: from,
                valid_from: from,
                valid_until: until,
                picture: Picture { kind: "SVG", data: &drawing, width_mm: 40, height_mm: 40 },
            };
            let seal = seal::make(&request, &maker)?;
            Ok(Party { position: format!("office{number}"), key, seal })
        };
        let parties = (1..=count).map(office).collect::<Result<Vec<Party>>>()?;
        let templates = Templates::from_json(templates(&parties).as_bytes())?;
        Ok(Office { parties, templates, time, root })
    }

    /// A verifier that trusts the root, knows that nothing is revoked, and allows the seals.
    pub fn verifier(&self) -> Result<Verifier> {
        let mut trust = Trust::new(Policy::default());
        trust.add_anchor(self.root.certificate().clone());
        let until = self.time.plus_days(30).unwrap_or(self.time);
        trust.add_crl(self.root.crl(self.time, until)?);
        let mut authorisation = Authorisation::default();
        let (division, year) = (example::ADM_DIV_CODE, example::ST_YEAR);
        for party in &self.parties {
            let position = &party.position;
            let mut entry = AuthorisationEntry::at(division, year, "5106", position, "office");
            entry.seals.push(party.seal.digest());
            authorisation.add(entry);
        }
        Ok(Verifier::new(trust)
            .with_templates(self.templates.clone())
            .with_authorisation(authorisation))
    }

    /// The moment of verification: everything was received at once.
    pub fn moment(&self) -> Moment {
        Moment::received(self.time, self.time)
    }
}

/// One position for each office, in their order.
fn templates(parties: &[Party]) -> String {
    let position = |(party, sequence): (&Party, usize)| {
        format!(
            r#"{{"layer":1,"position":"{}","name":"国库支付专用章","role":"office","kind":"stamp",
              "sequence":{sequence}}}"#,
            party.position
        )
    };
    let positions: Vec<String> = parties.iter().zip(1..).map(position).collect();
    format!(
        r#"{{"format":"yinxin:templates:1","templates":[{{"vtCode":"5106","basis":"benchmark",
          "positions":[{}]}}]}}"#,
        positions.join(",")
    )
}
