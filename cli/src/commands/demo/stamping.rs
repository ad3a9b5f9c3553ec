//! The stamping of thousands: vouchers made, acted on, written, read back, verified and sent in packets;
//! and planted faults, each caught by the check that is about it.

use super::books::{self, CLERK, HEAD, OFFICE, Place, REVIEWER, UNIT_CLERK, UNIT_OFFICE};
use super::parties::{Moments, Parties, Party};
use super::steps::Steps;
use super::{exchange, faults};
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::trust;
use indicatif::ProgressBar;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use yinxin::asn1::pem;
use yinxin::seal::Seal;
use yinxin::signature::{self, Act, Verifier};
use yinxin::trust::{Moment, Policy, Trust};
use yinxin::voucher::{Body, Encoding, Envelope, Templates, VoucherBuilder, example};

/// How many vouchers lie in one file: the most that one reading of the treasury's store gives.
const PACKET: usize = 100;

/// What the stamping came to.
pub struct Stamped {
    count: usize,
    valid: usize,
    stamps: usize,
    per_second: [f64; 2],
    threads: usize,
    packets: usize,
    exchanged: exchange::Exchange,
    caught: Vec<Value>,
}

/// Stamps so many vouchers, into a folder.
pub fn run(
    folder: &Path,
    count: u32,
    threads: usize,
    steps: &mut Steps,
) -> Result<Stamped, Failure> {
    let moments = Moments::around(trust::now()?)
        .ok_or_else(|| Failure::usage("the system's clock is out of range"))?;
    let wanted = count;
    let count = wanted as usize;

    let (parties, _) = steps.run("keys, certificates, seals", 1, |_| {
        Ok((Parties::make(&moments)?, "1 root, 9 certificates, 6 seals".to_owned()))
    })?;
    let templates = books::templates()?;
    write_inputs(folder, &parties, &moments)?;

    let (packets, _) = steps.run("create vouchers (5106, 5201, 8202)", count, |bar| {
        let packets = create(wanted, bar)?;
        let bytes: usize = packets.iter().map(Packet::len).sum();
        Ok((packets, format!("{count} vouchers, {bytes} bytes")))
    })?;
    let acts = planned_acts(&parties);
    let mut acted = packets;
    let (mut stamps, mut stamping) = (0, Duration::ZERO);
    for act in &acts {
        let title = format!("{} {} on {}", act.verb(), act.place.position, act.vt_code);
        let number = acted.iter().filter(|packet| packet.vt_code == act.vt_code).count();
        let vouchers: usize = acted
            .iter()
            .filter(|packet| packet.vt_code == act.vt_code)
            .map(|packet| packet.count)
            .sum();
        let ((), time) = steps.run(&title, number, |bar| {
            act.make(&mut acted, &templates, &moments, threads, bar)?;
            Ok(((), format!("{vouchers} vouchers")))
        })?;
        if act.seal.is_some() {
            stamps += vouchers;
            stamping += time;
        }
    }
    let ((), _) = steps.run("write the envelopes", acted.len(), |bar| {
        for packet in &acted {
            files::write(&folder.join(packet.file()), &packet.bytes, Secrecy::Public, false)?;
            bar.inc(1);
        }
        let bytes: usize = acted.iter().map(Packet::len).sum();
        Ok(((), format!("{} files, {bytes} bytes", acted.len())))
    })?;
    let (read, _) = steps.run("read them back", acted.len(), |bar| {
        let read = acted.iter().map(|packet| {
            bar.inc(1);
            files::read(&folder.join(packet.file()))
        });
        Ok((read.collect::<Result<Vec<_>, _>>()?, String::new()))
    })?;
    let mut roots = Trust::new(Policy::default());
    roots.add_anchor(parties.root.certificate().clone());
    roots.add_crl(parties.crl.clone());
    let verifier = Verifier::new(roots)
        .with_templates(templates)
        .with_authorisation(books::authorisation(&parties));
    let moment = Moment::received(moments.stamped, moments.stamped);
    let (valid, verifying) =
        steps.run("verify every voucher and every act", read.len(), |bar| {
            let mut valid = 0;
            for chunk in read.chunks(threads * 4) {
                let views: Vec<&[u8]> = chunk.iter().map(Vec::as_slice).collect();
                for report in verifier.verify_voucher_many(&views, &moment, threads) {
                    let report = report?;
                    if !report.is_valid() {
                        eprint!("{}", report.to_text());
                    }
                    let parts = report.reports().iter().filter(|part| part.is_valid()).count();
                    let single = !report.subject().starts_with("envelope");
                    valid += if single { usize::from(report.is_valid()) } else { parts };
                    bar.inc(1);
                }
            }
            Ok((valid, format!("{valid} of {count} Valid")))
        })?;
    let all_acts: usize = acted.iter().map(|packet| packet.count * packet.acts).sum();

    let (exchanged, _) =
        steps.run("to the bank in packets, and receipts back", read.len(), |bar| {
            let trust = verifier.trust();
            let exchanged = exchange::run(&parties, &moments, trust, &read, threads, bar)?;
            let remark = format!(
                "{} of {} packets delivered once, {} receipts, {} bytes",
                exchanged.delivered,
                read.len(),
                exchanged.receipts,
                exchanged.bytes
            );
            Ok((exchanged, remark))
        })?;

    let mut caught = Vec::new();
    for fault in faults::ALL {
        let title = format!("planted: {}", fault.title);
        let (is_caught, _) = steps.run(&title, 1, |_| {
            let (is_caught, report) = fault.is_caught(&parties, &moments, &verifier)?;
            let remark = if is_caught {
                format!("caught by {}", fault.expected.name())
            } else {
                format!("NOT CAUGHT by {}:\n{}", fault.expected.name(), report.to_text())
            };
            Ok((is_caught, remark))
        })?;
        caught.push(
            json!({ "fault": fault.title, "check": fault.expected.name(), "caught": is_caught }),
        );
    }
    let per_second = |number: usize, time: Duration| number as f64 / time.as_secs_f64();
    Ok(Stamped {
        count,
        valid,
        stamps,
        per_second: [per_second(stamps, stamping), per_second(all_acts, verifying)],
        threads,
        packets: read.len(),
        exchanged,
        caught,
    })
}

impl Stamped {
    /// Whether everything was valid, every packet answered and every fault caught.
    pub fn is_good(&self) -> bool {
        let packets = (self.exchanged.delivered, self.exchanged.receipts);
        self.valid == self.count
            && self.faults_caught() == self.caught.len()
            && packets == (self.packets, self.packets)
            && self.exchanged.caught
    }

    fn faults_caught(&self) -> usize {
        self.caught.iter().filter(|fault| fault["caught"] == true).count()
    }

    /// For people.
    pub fn print(&self) {
        let Stamped { count, valid, threads, exchanged, .. } = self;
        let [stamps, acts] = self.per_second;
        println!(
            "{valid} of {count} vouchers Valid; {} of {} planted faults caught",
            self.faults_caught(),
            self.caught.len()
        );
        println!(
            "{} packets delivered once and {} receipts valid; one sent twice and one changed: {}",
            exchanged.delivered,
            exchanged.receipts,
            if exchanged.caught { "caught" } else { "NOT CAUGHT" }
        );
        println!("{stamps:.0} stamps/s, {acts:.0} verifications of acts/s, {threads} thread(s)");
        println!(
            "(for context: the 2013 pilot reviewed and sealed 2,500 quota notices in 50 s, with its devices and network)"
        );
    }

    /// For programs.
    pub fn as_json(&self) -> Value {
        let [stamps, acts] = self.per_second;
        json!({
            "vouchers": self.count,
            "valid": self.valid,
            "stamps": self.stamps,
            "stampsPerSecond": stamps,
            "verificationsPerSecond": acts,
            "threads": self.threads,
            "packets": self.packets,
            "delivered": self.exchanged.delivered,
            "receipts": self.exchanged.receipts,
            "disturbancesCaught": self.exchanged.caught,
            "faults": self.caught,
        })
    }
}

/// An envelope of vouchers of one type.
struct Packet {
    vt_code: &'static str,
    number: usize,
    count: usize,
    acts: usize,
    bytes: Vec<u8>,
}

impl Packet {
    fn file(&self) -> String {
        format!("{}-{:04}.xml", self.vt_code, self.number)
    }

    fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// Six notices of ten, three direct payment vouchers, one voucher of a budget unit.
fn create(count: u32, bar: &ProgressBar) -> Result<Vec<Packet>, Failure> {
    type Make = fn(u32) -> yinxin::Result<VoucherBuilder>;
    let units = count / 10;
    let direct = count * 3 / 10;
    let kinds: [(&'static str, u32, Make); 3] = [
        ("5106", count - units - direct, example::clearing_quota_notice),
        ("5201", direct, example::direct_payment),
        ("8202", units, example::authorised_payment),
    ];
    let mut packets = Vec::new();
    for (vt_code, number, make) in kinds {
        let numbers: Vec<u32> = (1..=number).collect();
        for (packet, chunk) in numbers.chunks(PACKET).enumerate() {
            let mut bodies = Vec::with_capacity(chunk.len());
            for number in chunk {
                bodies.push(Body::original(make(*number)?.build(Encoding::Gbk)?)?);
                bar.inc(1);
            }
            let count = bodies.len();
            let bytes = Envelope { bodies }.to_xml(Encoding::Gbk)?;
            packets.push(Packet { vt_code, number: packet + 1, count, acts: 0, bytes });
        }
    }
    Ok(packets)
}

/// An act on every voucher of a type.
struct PlannedAct<'p> {
    vt_code: &'static str,
    place: &'static Place,
    party: &'p Party,
    seal: Option<&'p Seal>,
}

fn planned_acts(parties: &Parties) -> Vec<PlannedAct<'_>> {
    let seals = &parties.seals;
    let act = |vt_code, place, party, seal| PlannedAct { vt_code, place, party, seal };
    vec![
        act("5106", &OFFICE, &parties.bureau, Some(&seals.bureau)),
        act("5201", &CLERK, &parties.clerk, None),
        act("5201", &REVIEWER, &parties.reviewer, None),
        act("5201", &OFFICE, &parties.bureau, Some(&seals.bureau)),
        act("5201", &HEAD, &parties.head, Some(&seals.head)),
        act("8202", &UNIT_CLERK, &parties.clerk, None),
        act("8202", &UNIT_OFFICE, &parties.unit, Some(&seals.unit)),
    ]
}

impl PlannedAct<'_> {
    fn verb(&self) -> &'static str {
        if self.seal.is_some() { "stamp" } else { "sign" }
    }

    fn make(
        &self,
        packets: &mut [Packet],
        templates: &Templates,
        moments: &Moments,
        threads: usize,
        bar: &ProgressBar,
    ) -> Result<(), Failure> {
        let (org, place) = (example::ADM_DIV_CODE, self.place);
        let act =
            Act::new(org, place.role, place.position, moments.stamped).with_templates(templates);
        let mine = packets.iter_mut().filter(|packet| packet.vt_code == self.vt_code);
        let mut mine: Vec<&mut Packet> = mine.collect();
        for chunk in mine.chunks_mut(threads * 4) {
            let views: Vec<&[u8]> = chunk.iter().map(|packet| packet.bytes.as_slice()).collect();
            let key = &self.party.key;
            let done = match self.seal {
                Some(seal) => signature::stamp_voucher_many(&views, &act, seal, key, threads),
                None => signature::sign_voucher_many(&views, &act, key, threads),
            };
            for (packet, bytes) in chunk.iter_mut().zip(done) {
                packet.bytes = bytes?;
                packet.acts += 1;
                bar.inc(1);
            }
        }
        Ok(())
    }
}

/// What others need to verify the files with `yinxin voucher verify`, and to run the examples: a
/// voucher without acts, and the bureau's key (which is worth nothing elsewhere).
fn write_inputs(folder: &Path, parties: &Parties, moments: &Moments) -> Result<(), Failure> {
    let root = pem::encode("CERTIFICATE", parties.root.certificate().as_der());
    let crl = pem::encode("X509 CRL", parties.crl.as_der());
    let authorisation = books::authorisation(parties).to_json();
    let voucher = example::clearing_quota_notice(1)?.build(Encoding::Gbk)?;
    let voucher = Envelope::of(Body::original(voucher)?).to_xml(Encoding::Gbk)?;
    for (name, bytes) in [
        ("root.pem", root.as_bytes()),
        ("root-crl.pem", crl.as_bytes()),
        ("bureau.esl", parties.seals.bureau.as_bytes()),
        ("templates.json", books::TEMPLATES.as_bytes()),
        ("authorisation.json", authorisation.as_bytes()),
        ("voucher.xml", &voucher),
        ("time.txt", format!("{}\n", moments.stamped).as_bytes()),
    ] {
        files::write(&folder.join(name), bytes, Secrecy::Public, false)?;
    }
    let certificate = pem::encode("CERTIFICATE", parties.bureau.certificate.as_der());
    let key = parties.bureau.key.to_pkcs8_pem(None)?;
    let signer = [key.as_bytes(), certificate.as_bytes()].concat();
    files::write(&folder.join("signer.pem"), &signer, Secrecy::Secret, false)
}
