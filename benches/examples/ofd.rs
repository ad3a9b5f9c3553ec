//! Measures documents: `ofd verify|stamp FOLDER FILE ROUNDS THREADS` prints the time of each round in
//! nanoseconds, the file read anew in each. FOLDER holds what `benches/ofd.sh` makes: signer.key,
//! signer.crt, v4.esl, ca/ca.pem and crl.pem.

use std::fs::{self, File};
use std::io::BufWriter;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;
use yinxin::Time;
use yinxin::asn1::Profile;
use yinxin::cert::{Certificate, Crl};
use yinxin::container::ofd::{Length, Package, ReadAt};
use yinxin::error::{Code, Error};
use yinxin::key::SoftwareKey;
use yinxin::seal::Seal;
use yinxin::signature::{OfdPosition, OfdRequest, Verifier, sign_ofd};
use yinxin::trust::{Moment, Policy, Trust};

struct Source(File);

impl ReadAt for Source {
    fn len(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.len())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> yinxin::Result<()> {
        let read = self.0.read_exact_at(buffer, offset);
        read.map_err(|error| Error::new(Code::Read, "file", error.to_string()))
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, folder, file, rounds, threads] = &arguments[..] else {
        panic!("usage: ofd verify|stamp FOLDER FILE ROUNDS THREADS");
    };
    let folder = Path::new(folder);
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Time::from_unix(now.as_secs().try_into().unwrap()).unwrap();
    let mut trust = Trust::new(Policy::default());
    trust.add_anchor(Certificate::from_bytes(&read("ca/ca.pem")).unwrap());
    trust.add_crl(Crl::from_bytes(&read("crl.pem")).unwrap());
    let verifier = Verifier::new(trust);
    let key = SoftwareKey::from_pem(&read("signer.key"), None).unwrap();
    let certificate = Certificate::from_bytes(&read("signer.crt")).unwrap();
    let key = key.with_certificates(vec![certificate.as_der().to_vec()]).unwrap();
    let seal = Seal::parse(&read("v4.esl"), Profile::Conforming).unwrap();
    let place = |x, y| (Length::from_millimetres(x), Length::from_millimetres(y));
    let (x, y) = place(100, 200);
    let placements = [OfdPosition::Page { page: 1, x, y }.into()];
    let threads = threads.parse().unwrap();
    let out = std::env::temp_dir().join(format!("yinxin-speed-{}.ofd", std::process::id()));
    let mut times = Vec::new();
    for _ in 0..rounds.parse::<usize>().unwrap() {
        let start = Instant::now();
        let source = Source(File::open(file).unwrap());
        if what == "verify" {
            let report = verifier.verify_ofd(&source, &Moment::claimed(now), threads).unwrap();
            assert!(report.is_valid(), "{}", report.to_text());
        } else {
            let package = Package::open(&source, Profile::AsFound).unwrap();
            let request = OfdRequest::stamp(&seal, &placements, now).locking();
            let signed = sign_ofd(&package, &request, &key, threads).unwrap();
            let mut sink = BufWriter::with_capacity(256 * 1024, File::create(&out).unwrap());
            signed.write_to(&mut sink).unwrap();
        }
        times.push(start.elapsed().as_nanos().to_string());
    }
    let _ = fs::remove_file(&out);
    println!("{}", times.join(" "));
}
