//! A device that gives dead signatures, or brings another key's certificate, makes no document.

mod seal_common;

use seal_common::party::{Party, end, signing_time, time};
use yinxin::asn1::{Oid, oid};
use yinxin::authority::{Authority, Pkcs10, Profile, Subject};
use yinxin::cms::{Attributed, sign_attached, sign_detached, sign_with_attributes};
use yinxin::crypto::public_key::{PublicKey, SignatureAlgorithm};
use yinxin::crypto::sm2::UserId;
use yinxin::error::{Code, Result};
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::seal::{StampRequest, Version, make, stamp};
use yinxin::signature;
use yinxin::timestamp::{Failure, Imprint, TimeStampRequest, TimestampAuthority};
use yinxin::trust::seal_states::SealStatesBuilder;

/// A key in a device, with certificates that may be another's and signatures that may be dead.
struct Device {
    key: SoftwareKey,
    certificates: Vec<Vec<u8>>,
    faulty: bool,
}

impl Device {
    /// Signs something else than what it is given.
    fn faulty(key: SoftwareKey) -> Device {
        Device { certificates: key.certificates().to_vec(), key, faulty: true }
    }
}

impl Signer for Device {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn certificates(&self) -> &[Vec<u8>] {
        &self.certificates
    }

    fn user_id(&self) -> &UserId {
        self.key.user_id()
    }

    fn takes_digest(&self) -> bool {
        false
    }

    fn sign(&self, input: ToSign<'_>) -> Result<Vec<u8>> {
        self.key.sign(if self.faulty { ToSign::Message(b"something else") } else { input })
    }

    fn sign_many(&self, inputs: &[ToSign<'_>], _: usize) -> Vec<Result<Vec<u8>>> {
        inputs.iter().map(|input| self.sign(*input)).collect()
    }
}

fn message(gm: bool) -> Attributed<'static> {
    let content_type = if gm { oid::GM_DATA } else { oid::CMS_DATA };
    Attributed { content_type, content: b"content", gm, signing_time: None, certificates: true }
}

#[track_caller]
fn refused<T>(made: Result<T>, code: Code) {
    assert_eq!(made.err().map(|error| error.code()), Some(code));
}

#[test]
fn a_dead_signature_makes_no_message_seal_stamp_or_list() {
    let party = Party::new();
    let (from, until) = (time("2026-01-01T00:00:00Z"), time("2027-01-01T00:00:00Z"));
    let seals = [party.seal(Version::V1), party.seal(Version::V5)];
    let maker = Device::faulty(end(&party.root, "Maker", Profile::SealMaker).0);
    for version in [Version::V1, Version::V5] {
        refused(make(&party.request(version), &maker), Code::Signer);
    }
    let faulty = Device::faulty(party.signer);
    refused(sign_detached(&faulty, b"content"), Code::Signer);
    refused(sign_attached(&faulty, b"content"), Code::Signer);
    refused(sign_with_attributes(&faulty, &message(false)), Code::Signer);
    refused(sign_with_attributes(&faulty, &message(true)), Code::Signer);
    refused(signature::sign(b"content", &faulty), Code::Signer);
    let states = SealStatesBuilder::new("issuer", from, until).unwrap();
    refused(states.sign(&faulty), Code::Signer);
    for seal in &seals {
        let request = StampRequest {
            seal,
            data_hash: [1; 32],
            property: "",
            time: signing_time(),
            extensions: &[],
        };
        refused(stamp(&request, &faulty), Code::Signer);
    }
    let (subject, key) = (Subject::parse("CN=Root").unwrap(), SoftwareKey::generate_sm2().unwrap());
    refused(Pkcs10::make(&faulty, &subject, Profile::Signer), Code::Signer);
    refused(Authority::root(Device::faulty(key), subject, from, until), Code::Signer);
}

#[test]
fn a_dead_signature_makes_no_time_stamp() {
    let party = Party::new();
    let (key, _) = end(&party.root, "Time", Profile::TimeStamp);
    let authority = TimestampAuthority::new(Device::faulty(key), Oid::new("1.2.3.4.1")).unwrap();
    let request = TimeStampRequest::new(Imprint::sm3(b"value")).unwrap();
    refused(authority.issue(&request, signing_time()), Code::Signer);
    let answer = authority.respond(request.as_der(), signing_time());
    assert_eq!((answer.token(), answer.failures()), (None, &[Failure::SystemFailure][..]));
}

#[test]
fn a_certificate_of_another_key_goes_into_no_message() {
    let party = Party::new();
    let other = vec![party.maker_certificate.as_der().to_vec()];
    let request = party.request(Version::V5);
    let key = end(&party.root, "Mixed", Profile::Signer).0;
    let mixed = Device { key, certificates: other, faulty: false };
    refused(sign_detached(&mixed, b"content"), Code::KeyMismatch);
    refused(sign_attached(&mixed, b"content"), Code::KeyMismatch);
    refused(sign_with_attributes(&mixed, &message(false)), Code::KeyMismatch);
    refused(make(&request, &mixed), Code::KeyMismatch);
    refused(TimestampAuthority::new(mixed, Oid::new("1.2.3.4.1")), Code::KeyMismatch);
}
