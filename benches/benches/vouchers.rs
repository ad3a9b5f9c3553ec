//! Quota notices, whole: 2,500 of more than 2 KB each, parsed, validated, stamped with seals of 15 KB
//! that are embedded in every stamp, and encoded in memory; and their verification. One thread.

use divan::Bencher;
use yinxin::signature::{Act, stamp_voucher_many};
use yinxin::voucher::example::clearing_quota_envelopes;
use yinxin::voucher::{Body, Catalogue, Encoding, Envelope, Layer, Step, stamp_acts};
use yinxin_benches::Office;

const COUNT: u32 = 2500;
const PACKET: usize = 100;

fn main() {
    divan::main();
}

/// Goal A: one act each.
#[divan::bench(sample_count = 9)]
fn stamp_2500(bencher: Bencher) {
    let (office, notices) =
        (Office::new(1).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    bencher.counter(COUNT).bench(|| in_turn(&office, &notices));
}

/// Goal B: five acts each by five offices in one house: read once, written once.
#[divan::bench(sample_count = 5)]
fn stamp_2500_five_acts(bencher: Bencher) {
    let (office, notices) =
        (Office::new(5).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    bencher.counter(COUNT).bench(|| {
        let write = |notice: &Vec<u8>| {
            let mut envelope = Envelope::parse(notice).unwrap();
            act(&office, &mut envelope.bodies);
            envelope.to_xml(Encoding::Gbk).unwrap()
        };
        notices.iter().map(write).collect::<Vec<_>>()
    });
}

/// The same by five offices apart: each reads what the one before it wrote.
#[divan::bench(sample_count = 5)]
fn stamp_2500_five_acts_apart(bencher: Bencher) {
    let (office, notices) =
        (Office::new(5).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    bencher.counter(COUNT).bench(|| in_turn(&office, &notices));
}

/// Of goal A: reading the envelopes.
#[divan::bench(sample_count = 9)]
fn phase_1_parse(bencher: Bencher) {
    let notices = clearing_quota_envelopes(COUNT, PACKET).unwrap();
    bencher.counter(COUNT).bench(|| {
        notices.iter().map(|notice| Envelope::parse(notice).unwrap()).for_each(drop);
    });
}

/// Of goal A: validating, the canonical form, all digests, the signatures, the stamps.
#[divan::bench(sample_count = 9)]
fn phase_2_act(bencher: Bencher) {
    let (office, notices) =
        (Office::new(1).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    let parse = |notice: &Vec<u8>| Envelope::parse(notice).unwrap();
    let parsed = || notices.iter().map(parse).collect::<Vec<_>>();
    bencher.counter(COUNT).with_inputs(parsed).bench_values(|mut envelopes| {
        envelopes.iter_mut().for_each(|envelope| act(&office, &mut envelope.bodies));
        envelopes
    });
}

/// Of goal A: writing the envelopes.
#[divan::bench(sample_count = 9)]
fn phase_3_encode(bencher: Bencher) {
    let (office, notices) =
        (Office::new(1).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    let stamped = in_turn(&office, &notices);
    let parsed: Vec<_> = stamped.iter().map(|notice| Envelope::parse(notice).unwrap()).collect();
    bencher
        .counter(COUNT)
        .bench(|| parsed.iter().map(|it| it.to_xml(Encoding::Gbk).unwrap()).collect::<Vec<_>>());
}

/// The seals and the chains repeat, as with the few hundred signers of a treasury; the verifier is
/// new at the start of the run.
#[divan::bench(sample_count = 9, args = [1, 5])]
fn verify_2500(bencher: Bencher, acts: usize) {
    let (office, notices) =
        (Office::new(acts).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    let stamped = in_turn(&office, &notices);
    let envelopes: Vec<&[u8]> = stamped.iter().map(Vec::as_slice).collect();
    let verifier = office.verifier().unwrap();
    let moment = office.moment();
    bencher.counter(COUNT).bench(|| {
        let reports = verifier.verify_voucher_many(divan::black_box(&envelopes), &moment, 1);
        assert!(reports.iter().all(|report| report.as_ref().is_ok_and(|it| it.is_valid())));
    });
}

/// Of the verification: reading the envelopes.
#[divan::bench(sample_count = 9)]
fn phase_1_parse_stamped(bencher: Bencher) {
    let (office, notices) =
        (Office::new(1).unwrap(), clearing_quota_envelopes(COUNT, PACKET).unwrap());
    let stamped = in_turn(&office, &notices);
    bencher.counter(COUNT).bench(|| {
        stamped.iter().map(|notice| Envelope::parse(notice).unwrap()).for_each(drop);
    });
}

/// Each office in turn reads the envelopes, stamps, and writes them.
fn in_turn(office: &Office, notices: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let stamp = |envelopes: &[Vec<u8>], party: &yinxin_benches::Party| {
        let act = Act::new("990000", "office", &party.position, office.time)
            .with_templates(&office.templates);
        let envelopes: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
        let stamped = stamp_voucher_many(&envelopes, &act, &party.seal, &party.key, 1);
        stamped.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    };
    let (first, others) = office.parties.split_first().unwrap();
    let start = stamp(notices, first);
    others.iter().fold(start, |envelopes, party| stamp(&envelopes, party))
}

/// Every office stamps these vouchers.
fn act(office: &Office, bodies: &mut [Body]) {
    let catalogue = Catalogue::built_in();
    let template = office.templates.template("5106").unwrap();
    for party in &office.parties {
        let step = Step::of(template, Layer::Issuer, &party.position, "990000").unwrap();
        let step = step.with_catalogue(&catalogue);
        let made = stamp_acts(bodies, &step, &party.seal, &party.key, office.time, 1);
        made.into_iter().for_each(|result| result.unwrap());
    }
}
