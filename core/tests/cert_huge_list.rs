//! A revocation list of a million entries costs a few times its size of memory. Alone in its program,
//! so that the peak is its own.

use yinxin::asn1::writer;
use yinxin::authority::{Authority, Subject};
use yinxin::cert::Crl;
use yinxin::key::{Signer, SoftwareKey, ToSign};
use yinxin::time::Time;

const ENTRIES: u32 = 1_000_000;

#[test]
fn a_list_of_a_million_takes_bounded_memory() {
    let from = Time::from_civil(2026, 1, 1, 0, 0, 0).unwrap();
    let until = Time::from_civil(2036, 1, 1, 0, 0, 0).unwrap();
    let key = SoftwareKey::generate_sm2().unwrap();
    let pem = key.to_pkcs8_pem(None).unwrap();
    let copy = SoftwareKey::from_pem(pem.as_bytes(), None).unwrap();
    let root = Authority::root(copy, Subject::parse("CN=Root").unwrap(), from, until).unwrap();
    let der = list(&key, root.certificate().subject_der(), from, until);
    let Some(before) = peak() else {
        println!("skipped: this system does not tell the peak of memory");
        return;
    };
    let crl = Crl::from_der(&der).unwrap();
    assert_eq!(crl.len(), ENTRIES as usize);
    assert!(crl.is_issued_by(root.certificate()));
    assert!(crl.entry(&[1]).is_some() && crl.entry(&[0x7f, 0, 0, 0, 0]).is_none());
    let taken = peak().unwrap().saturating_sub(before);
    println!("a list of {} bytes took {taken} bytes", der.len());
    assert!(taken <= 4 * der.len() as u64, "{taken} bytes for a list of {}", der.len());
}

fn list(key: &SoftwareKey, issuer: &[u8], from: Time, until: Time) -> Vec<u8> {
    let at = writer::utc_time(from).unwrap();
    let mut entries = Vec::new();
    for number in 1..=ENTRIES {
        let serial = writer::integer(i64::from(number));
        entries.extend_from_slice(&writer::sequence(&[&serial, &at]));
    }
    let algorithm = key.algorithm().algorithm_identifier();
    let tbs = writer::sequence(&[
        &writer::integer(1),
        &algorithm,
        issuer,
        &at,
        &writer::utc_time(until).unwrap(),
        &writer::tlv(0x30, &[&entries]),
    ]);
    let signature = key.sign(ToSign::Message(&tbs)).unwrap();
    writer::sequence(&[&tbs, &algorithm, &writer::bit_string(&signature)])
}

/// The most memory that this program has had so far, in bytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}
