//! What the check of the chain adds to one signature, and what prepared keys take off: messages of
//! 1 KB by 30 signers below an issuing authority below a root, with a revocation list of each. For
//! scale the same path under ECDSA P-256, beside rustls-webpki alone.

use divan::{Bencher, black_box};
use std::cell::Cell;
use yinxin::Time;
use yinxin::authority::{Authority, CertificateRequest, Profile, Subject};
use yinxin::cert::chain::{self, Purpose};
use yinxin::cert::revocation::{self, Status};
use yinxin::cert::{Certificate, Crl};
use yinxin::crypto::ecdsa::{Curve, EcdsaPrivateKey};
use yinxin::crypto::sm2::{PreparedPublicKey, PublicKey, Signature, UserId};
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::signature::{KEY_MEMORY, Verifier, sign};
use yinxin::trust::{Moment, Policy, Revocation, Trust};

const SIGNERS: usize = 30;
const DOCUMENT: [u8; 1024] = [7; 1024];

fn main() {
    divan::main();
}

/// A root, an issuing authority, its signers, and the lists of both.
struct World {
    root: Certificate,
    issuer: Certificate,
    signers: Vec<SoftwareKey>,
    lists: [Crl; 2],
    now: Time,
}

fn p256() -> SoftwareKey {
    let der = EcdsaPrivateKey::generate_pkcs8(Curve::P256).unwrap();
    SoftwareKey::from_pkcs8_der(der.as_bytes(), None).unwrap()
}

fn sm2() -> SoftwareKey {
    SoftwareKey::generate_sm2().unwrap()
}

impl World {
    fn new(key: fn() -> SoftwareKey) -> World {
        let now = Time::from_civil(2026, 6, 1, 0, 0, 0).unwrap();
        let (from, until) = (now.plus_days(-100).unwrap(), now.plus_days(100).unwrap());
        let name = |text: &str| Subject::new(&[("CN", text), ("C", "CN")]).unwrap();
        let root = Authority::root(key(), name("Root"), from, until).unwrap();
        let issuer = root.intermediate(key(), name("Issuing CA"), from, until, Some(0)).unwrap();
        let signer = |number: usize| {
            let key = key();
            let public = Signer::public_key(&key).clone();
            let subject = name(&format!("Signer {number}"));
            let request = CertificateRequest::new(subject, public, Profile::Signer, from, until);
            let leaf = issuer.issue(&request).unwrap().as_der().to_vec();
            let above = issuer.certificate().as_der().to_vec();
            key.with_certificates(vec![leaf, above]).unwrap()
        };
        let signers = (0..SIGNERS).map(signer).collect();
        let lists = [issuer.crl(from, until).unwrap(), root.crl(from, until).unwrap()];
        let certificate = |authority: &Authority| authority.certificate().clone();
        World { root: certificate(&root), issuer: certificate(&issuer), signers, lists, now }
    }

    fn leaf(&self, number: usize) -> &[u8] {
        &self.signers[number].certificates()[0]
    }
}

/// The next of the signers, again and again.
fn turn() -> impl Fn() -> usize {
    let next = Cell::new(0);
    move || next.replace((next.get() + 1) % SIGNERS)
}

/// The signature alone: the key is at hand, nobody asks whose it is.
#[divan::bench(args = [false, true], sample_count = 2000)]
fn a_signature_alone(bencher: Bencher, prepared: bool) {
    let signed: Vec<(PublicKey, PreparedPublicKey, Signature)> = (0..SIGNERS)
        .map(|_| {
            let key = yinxin::crypto::sm2::PrivateKey::generate().unwrap();
            let signature = key.sign(&UserId::default(), &DOCUMENT).unwrap();
            let public = *key.public_key();
            (public, PreparedPublicKey::from(&public), signature)
        })
        .collect();
    let (turn, id) = (turn(), UserId::default());
    bencher.bench_local(|| {
        let (public, table, signature) = &signed[turn()];
        let document = black_box(&DOCUMENT);
        match prepared {
            true => table.verify(&id, document, signature).unwrap(),
            false => public.verify(&id, document, signature).unwrap(),
        }
    });
}

/// A message verified whole, its signer's certificate itself an anchor: no chain, no list.
#[divan::bench(args = [0, KEY_MEMORY], sample_count = 2000)]
fn b_message_of_trusted_signers(bencher: Bencher, memory: usize) {
    let world = World::new(sm2);
    let mut policy = Policy::default();
    policy.revocation = Revocation::NotChecked;
    let mut trust = Trust::new(policy);
    for number in 0..SIGNERS {
        trust.add_anchor(Certificate::from_der(world.leaf(number)).unwrap());
    }
    messages(bencher, &world, Verifier::new(trust).with_key_memory(memory));
}

/// A message verified whole: the path of three certificates, and a list for each link.
#[divan::bench(args = [0, KEY_MEMORY], sample_count = 2000)]
fn c_message_with_its_chain(bencher: Bencher, memory: usize) {
    let world = World::new(sm2);
    let mut trust = Trust::default();
    trust.add_anchor(world.root.clone());
    world.lists.iter().for_each(|list| trust.add_crl(list.clone()));
    messages(bencher, &world, Verifier::new(trust).with_key_memory(memory));
}

fn messages(bencher: Bencher, world: &World, verifier: Verifier) {
    let signed: Vec<Vec<u8>> =
        world.signers.iter().map(|signer| sign(&DOCUMENT, signer).unwrap()).collect();
    let moment = Moment::claimed(world.now);
    let verify = |number: usize| {
        let report = verifier.verify_signature(&signed[number], black_box(&DOCUMENT), &moment);
        assert!(report.unwrap().is_valid());
    };
    // Whatever is prepared is prepared.
    (0..10 * SIGNERS).for_each(|number| verify(number % SIGNERS));
    let turn = turn();
    bencher.bench_local(|| verify(turn()));
}

/// Path and lists alone, the certificates read anew each time as out of a message, no key prepared.
#[divan::bench(args = ["SM2", "P-256"], sample_count = 2000)]
fn d_path_and_lists(bencher: Bencher, kind: &str) {
    let world = World::new(if kind == "SM2" { sm2 } else { p256 });
    let anchors = [world.root.clone()];
    let turn = turn();
    bencher.bench_local(|| {
        let leaf = Certificate::from_der(world.leaf(turn())).unwrap();
        let given = [Certificate::from_der(world.issuer.as_der()).unwrap()];
        let chain = chain::build(&leaf, &given, &anchors, world.now, Purpose::Sign).unwrap();
        let found = revocation::check(&chain, &world.lists, world.now);
        assert!(found.iter().all(|(_, status)| *status == Status::Good));
    });
}

/// The two signatures of such a path, and nothing else: what no reader of certificates can save.
#[divan::bench(args = ["SM2", "P-256"], sample_count = 2000)]
fn e_two_signatures(bencher: Bencher, kind: &str) {
    let key = if kind == "SM2" { sm2() } else { p256() };
    let public = Signer::public_key(&key).clone();
    let value = key.sign(ToSign::Message(&DOCUMENT[..600])).unwrap();
    let (algorithm, id) = (key.algorithm(), UserId::default());
    bencher.bench_local(|| {
        for _ in 0..2 {
            public.verify(algorithm, &id, black_box(&DOCUMENT[..600]), &value).unwrap();
        }
    });
}

/// rustls-webpki over the P-256 path, with ring's verification; with lists it verifies their
/// signatures each time, where we remember that they are good.
#[divan::bench(args = [false, true], sample_count = 2000)]
fn f_webpki_p256(bencher: Bencher, with_lists: bool) {
    use pki_types::{CertificateDer, UnixTime};
    use webpki::{
        CertRevocationList, EndEntityCert, ExpirationPolicy, OwnedCertRevocationList,
        RevocationCheckDepth, RevocationOptionsBuilder, UnknownStatusPolicy,
    };
    let world = World::new(p256);
    let root = CertificateDer::from(world.root.as_der());
    let anchors = [webpki::anchor_from_trusted_cert(&root).unwrap()];
    let given = [CertificateDer::from(world.issuer.as_der())];
    let seconds = u64::try_from(world.now.unix()).unwrap();
    let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
    let lists: Vec<CertRevocationList> = world
        .lists
        .iter()
        .map(|list| OwnedCertRevocationList::from_der(list.as_der()).unwrap().into())
        .collect();
    let lists: Vec<&CertRevocationList> = lists.iter().collect();
    let turn = turn();
    bencher.bench_local(|| {
        let revocation = with_lists.then(|| {
            RevocationOptionsBuilder::new(&lists)
                .unwrap()
                .with_depth(RevocationCheckDepth::Chain)
                .with_status_policy(UnknownStatusPolicy::Deny)
                .with_expiration_policy(ExpirationPolicy::Enforce)
                .build()
        });
        let leaf = CertificateDer::from(world.leaf(turn()));
        EndEntityCert::try_from(&leaf)
            .unwrap()
            .verify_for_usage(&[&RingP256], &anchors, &given, now, AnyUse, revocation, None)
            .unwrap();
    });
}

/// ring's ECDSA with SHA-256 on P-256, as webpki asks for it.
#[derive(Debug)]
struct RingP256;

impl pki_types::SignatureVerificationAlgorithm for RingP256 {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), pki_types::InvalidSignature> {
        let algorithm = &ring::signature::ECDSA_P256_SHA256_ASN1;
        ring::signature::UnparsedPublicKey::new(algorithm, public_key)
            .verify(message, signature)
            .map_err(|_| pki_types::InvalidSignature)
    }

    fn public_key_alg_id(&self) -> pki_types::AlgorithmIdentifier {
        pki_types::alg_id::ECDSA_P256
    }

    fn signature_alg_id(&self) -> pki_types::AlgorithmIdentifier {
        pki_types::alg_id::ECDSA_SHA256
    }
}

struct AnyUse;

impl webpki::ExtendedKeyUsageValidator for AnyUse {
    fn validate(&self, _: webpki::KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        Ok(())
    }
}
