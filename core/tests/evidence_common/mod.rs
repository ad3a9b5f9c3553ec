//! Sixty years of authorities: three roots, one after the other, and a time stamp authority for each
//! archive time stamp.

#![allow(dead_code, missing_docs)]

use crate::seal_common::party::time;
use yinxin::Time;
use yinxin::asn1::{Oid, Profile};
use yinxin::authority::{Authority, CertificateRequest, Profile as Use, Subject};
use yinxin::cert::{Certificate, Crl};
use yinxin::crypto::sm3;
use yinxin::evidence::{Covered, Draft, Evidence};
use yinxin::key::{Signer, SoftwareKey};
use yinxin::report::{CheckCode, Outcome, Report};
use yinxin::seal::{
    Picture, Seal, SealRequest, Stamp, StampRequest, Version, make, picture, stamp,
};
use yinxin::signature::Verifier;
use yinxin::timestamp::{TimeStampRequest, TimeStampResponse, TimestampAuthority, Token};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::trust::{AnchorPurpose, AnchorTerms, Policy, SealStatePolicy, SealStates, Trust};

pub const DOCUMENT: &[u8] = b"pay 100.00 to the school";
const POLICY: Oid = Oid::new("1.2.3.4.1");

/// Noon of a day, such as 2026-06-01.
pub fn day(date: &str) -> Time {
    time(&format!("{date}T12:00:00Z"))
}

/// A root, and a time stamp authority below it.
pub struct Era {
    pub root: Authority,
    pub tsa: TimestampAuthority,
}

impl Era {
    /// A root for these years, and an authority for these.
    pub fn new(name: &str, root: [u32; 2], tsa: [u32; 2]) -> Era {
        let subject = Subject::parse(&format!("CN={name},C=CN")).unwrap();
        let [from, until] = root.map(january);
        let key = SoftwareKey::generate_sm2().unwrap();
        let root = Authority::root(key, subject, from, until).unwrap();
        let tsa = authority(&root, &format!("Time of {name}"), tsa);
        Era { root, tsa }
    }

    /// The list of what the root revoked, good for a week.
    pub fn crl(&self, from: Time) -> Crl {
        self.root.crl(from, from.plus_days(7).unwrap()).unwrap()
    }
}

pub fn january(year: u32) -> Time {
    day(&format!("{year}-01-01"))
}

pub fn authority(root: &Authority, name: &str, years: [u32; 2]) -> TimestampAuthority {
    let (key, _) = end(root, name, Use::TimeStamp, years);
    TimestampAuthority::new(key, POLICY).unwrap()
}

pub fn end(
    root: &Authority,
    name: &str,
    profile: Use,
    years: [u32; 2],
) -> (SoftwareKey, Certificate) {
    let key = SoftwareKey::generate_sm2().unwrap();
    let subject = Subject::parse(&format!("CN={name},C=CN")).unwrap();
    let ([from, until], public) = (years.map(january), key.public_key().clone());
    let request = CertificateRequest::new(subject, public, profile, from, until);
    let certificate = root.issue(&request).unwrap();
    (key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap(), certificate)
}

/// A stamp of June 2026 with a time stamp, and all that is known about it.
pub struct World {
    pub eras: [Era; 3],
    pub signer: Certificate,
    pub maker: Certificate,
    pub office: Certificate,
    pub stamp: Stamp,
    pub seal: Seal,
    pub states: SealStates,
}

pub const STAMPED: &str = "2026-06-01";
pub const MADE: &str = "2026-06-03";
pub const RENEWED: &str = "2034-06-03";
pub const RENEWED_AGAIN: &str = "2044-06-03";
pub const VERIFIED: &str = "2056-06-03";

impl World {
    pub fn new(version: Version) -> World {
        let eras = [
            Era::new("First Root", [2025, 2038], [2026, 2036]),
            Era::new("Second Root", [2033, 2048], [2034, 2046]),
            Era::new("Third Root", [2043, 2060], [2044, 2058]),
        ];
        let root = &eras[0].root;
        let (maker_key, maker) = end(root, "Maker", Use::SealMaker, [2026, 2029]);
        let (signer_key, signer) = end(root, "Signer", Use::Signer, [2026, 2029]);
        let (office_key, office) = end(root, "Office", Use::Signer, [2026, 2029]);
        let svg = picture::svg_round_seal("某某市财政局", None, 40).unwrap();
        let request = SealRequest {
            version,
            id: "33000000000001",
            vendor: "yinxin",
            name: "某某市财政局",
            kind: 1,
            certificates: std::slice::from_ref(&signer),
            by_digest: false,
            created: day("2026-02-01"),
            valid_from: day("2026-02-01"),
            valid_until: day("2028-02-01"),
            picture: Picture { kind: "SVG", data: &svg, width_mm: 40, height_mm: 40 },
        };
        let mut seal = make(&request, &maker_key).unwrap();
        if version == Version::V5 {
            let request = seal.time_stamp_request().unwrap();
            let token = answer(&eras[0].tsa, &request, day("2026-02-01"));
            seal = seal.with_time_stamp(&token).unwrap();
        }
        let request = StampRequest {
            seal: &seal,
            data_hash: sm3::digest(DOCUMENT),
            property: "a",
            time: day(STAMPED),
            extensions: &[],
        };
        let bare = stamp(&request, &signer_key).unwrap();
        let request = bare.time_stamp_request().unwrap();
        let stamp = bare.with_time_stamp(&answer(&eras[0].tsa, &request, day(STAMPED))).unwrap();
        let (from, until) = (day("2026-06-02"), day("2026-06-09"));
        let mut list = SealStatesBuilder::new("Office", from, until).unwrap();
        let name = SealName { digest: seal.digest(), id: seal.id(), maker: "Maker" };
        let (effective_from, recorded_at) = (seal.created(), seal.created());
        let (state, reason) = (SealState::Active, String::new());
        list.record(&name, StateChange { state, effective_from, recorded_at, reason }).unwrap();
        let states = list.sign(&office_key).unwrap();
        World { eras, signer, maker, office, stamp, seal, states }
    }

    /// The anchors of every time, for their time, and nothing else.
    pub fn anchors(&self) -> Trust {
        let mut policy = Policy::default();
        policy.seal_state = SealStatePolicy::Required;
        let mut trust = Trust::new(policy);
        for era in &self.eras {
            let root = era.root.certificate().clone();
            let mut terms = AnchorTerms::default();
            (terms.from, terms.until) = (Some(root.not_before()), Some(root.not_after()));
            trust.add_anchor_for(root, terms).unwrap();
        }
        let terms = AnchorTerms::new(&[AnchorPurpose::SealState]);
        trust.add_anchor_for(self.office.clone(), terms).unwrap();
        trust
    }

    /// The anchors, what is known of the stamp in June 2026, and the lists of this day.
    pub fn trust(&self, now: Time) -> Trust {
        let mut trust = self.anchors();
        for era in self.eras.iter().filter(|era| era.root.certificate().is_valid_at(now)) {
            trust.add_crl(era.crl(now.plus_seconds(-3600).unwrap()));
        }
        trust.add_seal_states(self.states.clone());
        trust
    }

    pub fn verifier(&self, now: Time) -> Verifier {
        Verifier::new(self.trust(now))
    }

    /// Evidence made two days after the stamp.
    pub fn evidence(&self, hash: Oid) -> Evidence {
        let now = day(MADE);
        let verifier = self.verifier(now);
        let draft = verifier.prepare_evidence(&self.covered(), hash, now).unwrap();
        self.completed(&draft, &self.eras[0].tsa, now)
    }

    pub fn renewed(
        &self,
        evidence: &Evidence,
        tsa: &TimestampAuthority,
        hash: Option<Oid>,
        now: Time,
    ) -> yinxin::Result<Evidence> {
        let verifier = self.verifier(now);
        let draft = verifier.prepare_renewal(evidence, &self.covered(), hash, now)?;
        let token = answer(tsa, draft.request(), now);
        verifier.complete_evidence(&draft, &token, &self.covered(), now)
    }

    pub fn completed(&self, draft: &Draft, tsa: &TimestampAuthority, now: Time) -> Evidence {
        let token = answer(tsa, draft.request(), now);
        let verifier = self.verifier(now);
        verifier.complete_evidence(draft, &token, &self.covered(), now).unwrap()
    }

    pub fn covered(&self) -> Covered<'_> {
        Covered { signature: self.stamp.as_bytes(), documents: &[DOCUMENT] }
    }

    pub fn verify(&self, evidence: &Evidence, now: Time) -> Report {
        let verifier = self.verifier(now);
        verifier.verify_with_evidence(evidence, &self.covered(), Some("a"), now).unwrap()
    }
}

pub fn answer(tsa: &TimestampAuthority, request: &TimeStampRequest, now: Time) -> Token {
    let response = tsa.respond(request.as_der(), now);
    let response = TimeStampResponse::from_der(response.as_der()).unwrap();
    response.token_for(request, Profile::Conforming).unwrap()
}

pub fn outcome(report: &Report, code: CheckCode) -> Outcome {
    report.find(code).unwrap_or_else(|| panic!("{} in {}", code.name(), report.to_text())).outcome
}

/// Whether every check of a report and its parts was decided.
pub fn decided(report: &Report) -> bool {
    report.checks().iter().all(|check| check.outcome != Outcome::NotDetermined)
        && report.missing().is_empty()
        && report.reports().iter().all(decided)
}
