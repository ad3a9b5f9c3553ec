//! A small PKI, a seal maker and a signer.

use yinxin::Time;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::key::{Signer, SoftwareKey};
use yinxin::seal::{
    Picture, Seal, SealRequest, Stamp, StampRequest, Version, make, picture, stamp,
};
use yinxin::trust::{Moment, Policy, Trust};

pub fn time(text: &str) -> Time {
    Time::parse_rfc3339(text).unwrap()
}

pub fn signing_time() -> Time {
    time("2026-06-01T08:00:00Z")
}

/// A root of 2025 to 2035, and a maker and a signer of 2026 to 2028 below it.
pub struct Party {
    pub root: Authority,
    pub maker: SoftwareKey,
    pub signer: SoftwareKey,
    pub maker_certificate: Certificate,
    pub signer_certificate: Certificate,
    pub svg: Vec<u8>,
}

impl Party {
    pub fn new() -> Self {
        let key = || SoftwareKey::generate_sm2().unwrap();
        let (from, until) = (time("2025-01-01T00:00:00Z"), time("2035-01-01T00:00:00Z"));
        let subject = Subject::parse("CN=Root,C=CN").unwrap();
        let root = Authority::root(key(), subject, from, until).unwrap();
        let (maker, maker_certificate) = end(&root, "Maker", Profile::SealMaker);
        let (signer, signer_certificate) = end(&root, "Signer", Profile::Signer);
        let svg = picture::svg_round_seal("某某市财政局", Some("国库"), 40).unwrap();
        Party { root, maker, signer, maker_certificate, signer_certificate, svg }
    }

    pub fn request(&self, version: Version) -> SealRequest<'_> {
        SealRequest {
            version,
            id: "33000000000001",
            vendor: "yinxin",
            name: "某某市财政局国库支付专用章",
            kind: 1,
            certificates: std::slice::from_ref(&self.signer_certificate),
            by_digest: false,
            created: time("2026-02-01T00:00:00Z"),
            valid_from: time("2026-02-01T00:00:00Z"),
            valid_until: time("2027-12-31T23:59:59Z"),
            picture: Picture { kind: "SVG", data: &self.svg, width_mm: 40, height_mm: 40 },
        }
    }

    pub fn seal(&self, version: Version) -> Seal {
        make(&self.request(version), &self.maker).unwrap()
    }

    /// The root as anchor, and a list of what it revoked.
    pub fn trust(&self) -> Trust {
        let mut trust = Trust::new(Policy::default());
        trust.add_anchor(self.root.certificate().clone());
        let list = self.root.crl(time("2026-06-02T00:00:00Z"), time("2040-01-01T00:00:00Z"));
        trust.add_crl(list.unwrap());
        trust
    }
}

/// A new key with a certificate of 2026 to 2028.
pub fn end(root: &Authority, name: &str, profile: Profile) -> (SoftwareKey, Certificate) {
    let (from, until) = validity();
    root.issue_new_key(subject(name), profile, from, until).unwrap()
}

pub fn certify(root: &Authority, name: &str, profile: Profile, key: &SoftwareKey) -> Certificate {
    let (from, until) = validity();
    let public = key.public_key().clone();
    root.issue(&CertificateRequest::new(subject(name), public, profile, from, until)).unwrap()
}

fn subject(name: &str) -> Subject {
    Subject::parse(&format!("CN={name},C=CN")).unwrap()
}

fn validity() -> (Time, Time) {
    (time("2026-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"))
}

/// Stamps a document with this digest at the signing time, property "p".
pub fn stamped(seal: &Seal, data_hash: [u8; 32], signer: &dyn Signer) -> Stamp {
    let time = signing_time();
    let request = StampRequest { seal, data_hash, property: "p", time, extensions: &[] };
    stamp(&request, signer).unwrap()
}

/// A day after the signing, nothing proven.
pub fn soon() -> Moment {
    Moment::claimed(time("2026-06-02T08:00:00Z"))
}
