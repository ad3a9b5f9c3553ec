//! Every certificate of the sample files is read, and kept as it is.

use std::fs;
use std::path::PathBuf;
use yinxin::Time;
use yinxin::cert::chain::{self, ChainErrorKind, Purpose};
use yinxin::cert::{Certificate, Crl, revocation};

fn samples() -> Option<PathBuf> {
    let found = std::env::var_os("YINXIN_SAMPLES").map(PathBuf::from);
    if found.is_none() {
        eprintln!("skipped: YINXIN_SAMPLES is not set");
    }
    found
}

/// Every certificate in a file of any format, found by its bytes.
fn certificates_in(bytes: &[u8]) -> Vec<Certificate> {
    let starts = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&[0x30, 0x82]));
    starts
        .filter_map(|at| {
            let length = bytes.get(at + 2..at + 4)?;
            let length = usize::from(length[0]) << 8 | usize::from(length[1]);
            let der = bytes.get(at..at + 4 + length)?;
            Certificate::from_der(der).ok()
        })
        .collect()
}

#[test]
fn certificates_of_seals_and_peers_are_read() {
    let Some(samples) = samples() else { return };
    let root =
        Certificate::from_bytes(&fs::read(samples.join("peerpki/root.cer")).unwrap()).unwrap();
    let at = Time::parse_rfc3339("2026-01-01T00:00:00Z").unwrap();
    for (name, purpose) in
        [("maker", Purpose::MakeSeal), ("signer", Purpose::Sign), ("tsa", Purpose::TimeStamp)]
    {
        let der = fs::read(samples.join(format!("peerpki/{name}.cer"))).unwrap();
        let certificate = Certificate::from_bytes(&der).unwrap();
        let anchors = std::slice::from_ref(&root);
        let chain = chain::build(&certificate, &[], anchors, at, purpose).unwrap();
        assert_eq!(chain.certificates(), [certificate.clone(), root.clone()]);
        assert_eq!(certificate.issuer(), "CN=Peer SM2 Root,O=Peer Test,C=CN");
        let early = Time::parse_rfc3339("2024-12-31T23:59:59Z").unwrap();
        let error = chain::build(&certificate, &[], anchors, early, purpose).unwrap_err();
        assert_eq!(error.kind(), ChainErrorKind::NotYetValid);
        let statuses = revocation::check(&chain, &[] as &[Crl], at);
        assert!(matches!(statuses[..], [(_, revocation::Status::Unknown { .. })]));
    }
    for name in ["UserV1", "UserV4", "UserV5"] {
        let seal = fs::read(samples.join(format!("seals/{name}.esl"))).unwrap();
        let found = certificates_in(&seal);
        assert_eq!(found.len(), 2, "{name}");
        for certificate in found {
            assert!(certificate.may_sign());
            let remark = certificate.usage_remark().unwrap();
            assert!(remark.contains("keyCertSign"), "{remark}");
            assert!(certificate.issuer().contains("O=OFD R&W"));
        }
    }
}
