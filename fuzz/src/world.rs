//! A root, a maker of seals, a signer, and what they made: all good at the moment of checking.

use crate::DOCUMENT;
use crate::sealed::{self, Sealed};
use std::sync::OnceLock;
use yinxin::authority::{Authority, Profile, Subject};
use yinxin::cert::{Certificate, Crl, OcspResponse};
use yinxin::cms;
use yinxin::crypto::sm3;
use yinxin::evidence::Covered;
use yinxin::key::SoftwareKey;
use yinxin::seal::{self, Picture, Seal, SealRequest, Stamp, StampRequest, Version, picture};
use yinxin::signature::Verifier;
use yinxin::time::Time;
use yinxin::timestamp::{Imprint, TimeStampRequest, TimestampAuthority, Token};
use yinxin::trust::seal_states::{SealName, SealState, SealStatesBuilder, StateChange};
use yinxin::trust::{Revocation, SealStates, Trust};
use yinxin::{Result, asn1};

/// Good things, made anew by each run of a target.
pub struct World {
    /// The root, as the only anchor, and its revocation list.
    pub trust: Trust,
    /// The root.
    pub root: Certificate,
    /// The signer's certificate.
    pub signer: Certificate,
    /// The signer's key with its certificate.
    pub key: SoftwareKey,
    /// The root's revocation list.
    pub crl: Crl,
    pub ocsp: OcspResponse,
    /// A list of the states of the seals, by one who was not entrusted with it.
    pub seal_states: SealStates,
    /// A seal in each layout.
    pub seals: Vec<Vec<u8>>,
    /// A stamp over [`DOCUMENT`] with each seal.
    pub stamps: Vec<Vec<u8>>,
    /// The last of them with a time stamp.
    pub stamped: Vec<u8>,
    /// Evidence about it.
    pub evidence: Vec<u8>,
    /// A renewal of that evidence that is under way.
    pub draft: Vec<u8>,
    /// A detached signature over [`DOCUMENT`].
    pub signature: Vec<u8>,
    /// A time stamp token over [`DOCUMENT`].
    pub token: Vec<u8>,
    /// The request for that token.
    pub query: TimeStampRequest,
    /// Who stamps the time.
    pub authority: TimestampAuthority,
    /// A voucher with every act of its issuer, in an envelope.
    pub envelope: Vec<u8>,
    /// Requests for those acts.
    pub requests: Vec<Vec<u8>>,
    /// Who verifies it.
    pub verifier: Verifier,
    /// The digest of [`DOCUMENT`].
    pub digest: [u8; 32],
}

impl World {
    /// One of nine good things: three seals, three stamps, a signature, a token and an envelope.
    pub fn good(&self, which: u8) -> &[u8] {
        match usize::from(which % 9) {
            which @ 0..3 => &self.seals[which],
            which @ 3..6 => &self.stamps[which - 3],
            6 => &self.signature,
            7 => &self.token,
            _ => &self.envelope,
        }
    }
}

/// The world of this run.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| make().expect("a world"))
}

fn day(year: u16) -> Time {
    Time::from_civil(year, 1, 1, 0, 0, 0).unwrap()
}

struct Proof {
    stamped: Vec<u8>,
    evidence: Vec<u8>,
    draft: Vec<u8>,
}

/// Evidence about a stamp, by an authority and with lists of the same day.
fn prove(stamp: &[u8], authority: &TimestampAuthority, trust: &Trust, time: Time) -> Result<Proof> {
    let profile = asn1::Profile::Conforming;
    let answer =
        |request: &TimeStampRequest| Token::parse(&authority.issue(request, time)?, profile);
    let stamp = Stamp::parse(stamp, profile)?;
    let stamp = stamp.with_time_stamp(&answer(&stamp.time_stamp_request()?)?)?;
    let covered = Covered { signature: stamp.as_bytes(), documents: &[DOCUMENT] };
    let mut policy = trust.policy().clone();
    policy.revocation = Revocation::IfAvailable;
    let mut trust = trust.clone();
    *trust.policy_mut() = policy;
    let verifier = Verifier::new(trust);
    let draft = verifier.prepare_evidence(&covered, asn1::oid::SM3, time)?;
    let token = answer(draft.request())?;
    let evidence = verifier.complete_evidence(&draft, &token, &covered, time)?;
    let draft = verifier.prepare_renewal(&evidence, &covered, Some(asn1::oid::SHA256), time)?;
    let (evidence, draft) = (evidence.as_der().to_vec(), draft.to_der());
    Ok(Proof { stamped: stamp.into_bytes(), evidence, draft })
}

fn make() -> Result<World> {
    let (from, until) = (day(2026), day(2036));
    let root = SoftwareKey::generate_sm2()?;
    let root = Authority::root(root, Subject::parse("CN=Root,C=CN")?, from, until)?;
    let issue =
        |name: &str, profile| root.issue_new_key(Subject::parse(name)?, profile, from, until);
    let (maker, _) = issue("CN=Maker,C=CN", Profile::SealMaker)?;
    let (authority, _) = issue("CN=Time,C=CN", Profile::TimeStamp)?;
    let (key, signer) = issue("CN=Signer,C=CN", Profile::Signer)?;
    let crl = root.crl(from, until)?;
    let ocsp = root.ocsp(std::slice::from_ref(&signer), from, until)?;
    let mut trust = Trust::default();
    trust.add_anchor(root.certificate().clone());
    trust.add_crl(crl.clone());

    let (digest, time) = (sm3::digest(DOCUMENT), Time::from_civil(2026, 5, 1, 0, 0, 0).unwrap());
    let image = picture::svg_round_seal("Treasury", None, 40)?;
    let picture = Picture { kind: "SVG", data: &image, width_mm: 40, height_mm: 40 };
    let (mut seals, mut stamps) = (Vec::new(), Vec::new());
    for version in [Version::V1, Version::V4, Version::V5] {
        let seal = seal::make(
            &SealRequest {
                version,
                id: "S1",
                vendor: "YX",
                name: "Treasury",
                kind: 1,
                certificates: std::slice::from_ref(&signer),
                by_digest: false,
                created: from,
                valid_from: from,
                valid_until: until,
                picture,
            },
            &maker,
        )?;
        let request =
            StampRequest { seal: &seal, data_hash: digest, property: "", time, extensions: &[] };
        stamps.push(seal::stamp(&request, &key)?.into_bytes());
        seals.push(seal.as_bytes().to_vec());
    }
    let mut states = SealStatesBuilder::new("Office", time, until)?;
    for seal in &seals {
        let name = SealName { digest: sm3::digest(seal), id: "S1", maker: "Maker" };
        for state in [SealState::Active, SealState::Cancelled] {
            let reason = String::new();
            let change = StateChange { state, effective_from: from, recorded_at: from, reason };
            states.record(&name, change)?;
        }
    }
    let seal_states = states.sign(&key)?;
    let signature = cms::sign_detached(&key, DOCUMENT)?;
    let authority = TimestampAuthority::new(authority, asn1::Oid::new("1.2.3.4.1"))?;
    let query = TimeStampRequest::new(Imprint::sm3(DOCUMENT))?;
    let token = authority.issue(&query, time)?;
    let seal = Seal::parse(&seals[2], asn1::Profile::Conforming)?;
    let Proof { stamped, evidence, draft } = prove(&stamps[2], &authority, &trust, time)?;
    let Sealed { envelope, authorisation, requests } = sealed::make(&key, &signer, &seal, time)?;
    let verifier = Verifier::new(trust.clone()).with_authorisation(authorisation);
    let root = root.certificate().clone();
    Ok(World {
        trust,
        root,
        signer,
        key,
        crl,
        ocsp,
        seal_states,
        seals,
        stamps,
        stamped,
        evidence,
        draft,
        signature,
        token,
        query,
        authority,
        envelope,
        requests,
        verifier,
        digest,
    })
}
