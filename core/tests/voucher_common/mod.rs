//! A small treasury and a bank: people, offices, seals, and the trust of a verifier.

#![allow(dead_code)]

use yinxin::Time;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::crypto::sm3;
use yinxin::key::SoftwareKey;
use yinxin::report::{CheckCode, Outcome, Report};
use yinxin::seal::picture::svg_round_seal;
use yinxin::seal::{self, Picture, Seal, SealRequest, Version};
use yinxin::trust::{Moment, Policy, Revocation, Trust};
use yinxin::voucher::{
    Act, ActKind, Authorisation, AuthorisationEntry, Body, Catalogue, Checks, Encoding, Layer,
    Step, Templates, Voucher, VoucherBuilder, check, example, sign_act, stamp_act,
};

pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

/// The day on which everything happens.
pub fn now() -> Time {
    time("2026-03-02T06:00:00Z")
}

fn from() -> Time {
    time("2025-01-01T00:00:00Z")
}

fn until() -> Time {
    time("2035-01-01T00:00:00Z")
}

fn subject(name: &str) -> Subject {
    Subject::new(&[("C", "CN"), ("CN", name)]).unwrap()
}

/// Who can sign or stamp: a key with its certificate and, for an office, a seal.
pub struct Hand {
    pub key: SoftwareKey,
    pub certificate: Certificate,
    pub seal: Option<Seal>,
}

pub struct World {
    pub root: Authority,
    pub maker: Hand,
    pub hands: Vec<(&'static str, Hand)>,
    pub catalogue: Catalogue,
    pub templates: Templates,
    pub authorisation: Authorisation,
    pub trust: Trust,
}

const POSITIONS: [(Layer, &str); 7] = [
    (Layer::Issuer, "cz_jb"),
    (Layer::Issuer, "cz_fh"),
    (Layer::Issuer, "cz_gkzf"),
    (Layer::Issuer, "cz_fzr"),
    (Layer::Responder, "yh_jb"),
    (Layer::Responder, "yh_fh"),
    (Layer::Responder, "yh_ywz"),
];

impl World {
    pub fn new() -> World {
        let key = || SoftwareKey::generate_sm2().unwrap();
        let root = Authority::root(key(), subject("Root"), from(), until()).unwrap();
        let maker = hand(&root, "Seal maker", Profile::SealMaker);
        let templates = Templates::built_in();
        let template = templates.template("5201").unwrap();
        let mut authorisation = Authorisation::default();
        let mut hands = Vec::new();
        for (layer, position) in POSITIONS {
            let planned = template.position(layer, position).unwrap();
            let mut hand = hand(&root, &planned.name, Profile::Signer);
            let mut entry =
                AuthorisationEntry::at("990000", "2026", "5201", position, &planned.role);
            entry.certificates = vec![hand.certificate.digest()];
            if planned.kind == ActKind::Stamp {
                hand.seal = Some(seal(&maker, &planned.name, &hand.certificate));
                entry.seals = vec![hand.seal.as_ref().unwrap().digest()];
            }
            authorisation.add(entry);
            hands.push((position, hand));
        }
        let mut policy = Policy::default();
        policy.revocation = Revocation::Required;
        let mut trust = Trust::new(policy);
        trust.add_anchor(root.certificate().clone());
        trust.add_crl(root.crl(from(), until()).unwrap());
        let catalogue = Catalogue::built_in();
        World { root, maker, hands, catalogue, templates, authorisation, trust }
    }

    pub fn hand(&self, position: &str) -> &Hand {
        &self.hands.iter().find(|(name, _)| *name == position).unwrap().1
    }

    pub fn checks(&self) -> Checks<'_> {
        Checks {
            authorisation: Some(&self.authorisation),
            template: self.templates.template("5201"),
            catalogue: Some(&self.catalogue),
            ..Checks::default()
        }
    }

    pub fn check(&self, body: &Body) -> Report {
        check(body, &self.checks(), &self.trust, &Moment::received(now(), now()))
    }

    pub fn step(&self, layer: Layer, position: &'static str) -> Step<'_> {
        let template = self.templates.template("5201").unwrap();
        Step::of(template, layer, position, "示例市财政局").unwrap().with_catalogue(&self.catalogue)
    }

    /// Takes the step at a position with the hand that belongs there.
    pub fn act(&self, body: &mut Body, position: &'static str) {
        let step = self.step(body.layer(), position);
        let hand = self.hand(position);
        match &hand.seal {
            Some(seal) => stamp_act(body, &step, seal, &hand.key, now()).unwrap(),
            None => sign_act(body, &step, &hand.key, now()).unwrap(),
        }
    }

    /// An original with every act.
    pub fn sealed(&self) -> Body {
        let mut body = original();
        for (_, position) in POSITIONS.into_iter().filter(|(layer, _)| *layer == Layer::Issuer) {
            self.act(&mut body, position);
        }
        body
    }

    /// Its receipt with every act.
    pub fn receipt(&self) -> Body {
        let mut body = Body::receipt(self.sealed(), paid(&voucher())).unwrap();
        for (_, position) in POSITIONS.into_iter().filter(|(layer, _)| *layer == Layer::Responder) {
            self.act(&mut body, position);
        }
        body
    }
}

pub fn hand(root: &Authority, name: &str, profile: Profile) -> Hand {
    let (key, certificate) = root.issue_new_key(subject(name), profile, from(), until()).unwrap();
    Hand { key, certificate, seal: None }
}

pub fn seal(maker: &Hand, name: &str, signer: &Certificate) -> Seal {
    let picture = svg_round_seal(name, None, 42).unwrap();
    let request = SealRequest {
        version: Version::V4,
        id: "33000000000001",
        vendor: "yinxin",
        name,
        kind: 1,
        certificates: std::slice::from_ref(signer),
        by_digest: false,
        created: from(),
        valid_from: from(),
        valid_until: until(),
        picture: Picture { kind: "SVG", data: &picture, width_mm: 42, height_mm: 42 },
    };
    seal::make(&request, &maker.key).unwrap()
}

pub fn voucher() -> Voucher {
    example::direct_payment(1).unwrap().build(Encoding::Gbk).unwrap()
}

pub fn original() -> Body {
    let mut body = Body::original(voucher()).unwrap();
    body.set_attach(Some("SUCCESS")).unwrap();
    body
}

/// The receipt's document: everything was paid.
pub fn paid(original: &Voucher) -> Voucher {
    let amount = original.header().get("PayAmt").unwrap().to_owned();
    let mut receipt = VoucherBuilder::from_voucher(original);
    receipt.field("XPayAmt", &amount).field("XPayDate", "20260302");
    receipt.detail_field(1, "XPayAmt", &amount).unwrap();
    receipt.build_receipt(original).unwrap()
}

/// The same act with something else in it, its evidence unchanged.
pub fn forged(act: &Act, change: impl Fn(&mut yinxin::voucher::ActToSign)) -> Act {
    let mut to_sign = act.to_sign().clone();
    change(&mut to_sign);
    Act::new(to_sign.to_der(), act.kind(), act.evidence().to_vec()).unwrap()
}

pub fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

pub fn digest(bytes: &[u8]) -> [u8; 32] {
    sm3::digest(bytes)
}
