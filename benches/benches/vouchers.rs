//! Quota notices, whole: 2,500 of more than 2 KB each, parsed, validated, stamped with a seal of 15 KB
//! that is embedded in every stamp, and encoded in memory; and their verification. One thread.

use divan::Bencher;
use yinxin::signature::{Act, stamp_voucher_many};
use yinxin_benches::Office;

const COUNT: u32 = 2500;
const PACKET: usize = 100;

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 5)]
fn stamp_2500(bencher: Bencher) {
    let office = Office::new().unwrap();
    let notices = Office::notices(COUNT, PACKET).unwrap();
    let envelopes: Vec<&[u8]> = notices.iter().map(Vec::as_slice).collect();
    bencher.counter(COUNT).bench(|| stamp(&office, &envelopes));
}

/// The seal and the chain repeat, as with the few hundred signers of a treasury; the verifier is
/// new at the start of the run.
#[divan::bench(sample_count = 5)]
fn verify_2500(bencher: Bencher) {
    let office = Office::new().unwrap();
    let notices = Office::notices(COUNT, PACKET).unwrap();
    let stamped = stamp(&office, &notices.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let envelopes: Vec<&[u8]> = stamped.iter().map(Vec::as_slice).collect();
    let verifier = office.verifier().unwrap();
    let moment = office.moment();
    bencher.counter(COUNT).bench(|| {
        let reports = verifier.verify_voucher_many(divan::black_box(&envelopes), &moment, 1);
        assert!(reports.iter().all(|report| report.as_ref().is_ok_and(|it| it.is_valid())));
    });
}

fn stamp(office: &Office, envelopes: &[&[u8]]) -> Vec<Vec<u8>> {
    let act =
        Act::new("990000", "office", "cz_gkzf", office.time).with_templates(&office.templates);
    let stamped = stamp_voucher_many(envelopes, &act, &office.seal, &office.key, 1);
    stamped.into_iter().collect::<Result<_, _>>().unwrap()
}
