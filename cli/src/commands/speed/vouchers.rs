//! Vouchers, whole: quota notices of more than 2 KB with distinct content, one stamp each with an
//! embedded seal of 15 KB, parsed, validated and encoded in memory.

use super::{Benchmark, Operation, Unit};
use crate::commands::demo::books::{self, OFFICE};
use crate::commands::demo::parties::{Moments, Parties, make_seal};
use crate::failure::Failure;
use crate::trust;
use yinxin::seal::Seal;
use yinxin::signature::{Act, Verifier, stamp_voucher_many};
use yinxin::trust::{Moment, Policy, Trust};
use yinxin::voucher::{Templates, example};

const COUNT: u32 = 500;
const PACKET: usize = 100;
const PICTURE: usize = 15_693;

pub const ALL: &[Benchmark] = &[
    Benchmark { name: "voucher-stamp-one", unit: Unit::Operations, many: false, setup: stamp_one },
    Benchmark { name: "voucher-stamp-many", unit: Unit::Operations, many: true, setup: stamp_many },
    Benchmark {
        name: "voucher-verify-many",
        unit: Unit::Operations,
        many: true,
        setup: verify_many,
    },
];

/// Everything that the figures need, made before they are taken.
pub struct Setting {
    pub parties: Parties,
    pub moments: Moments,
    pub seal: Seal,
    pub templates: Templates,
}

impl Setting {
    pub fn new() -> Result<Setting, Failure> {
        let moments = Moments::around(trust::now()?)
            .ok_or_else(|| Failure::usage("the system's clock is out of range"))?;
        let parties = Parties::make(&moments)?;
        let mut drawing = parties.seals.bureau.picture().data.to_vec();
        drawing.resize(PICTURE, b'\n');
        let name = parties.seals.bureau.name().to_owned();
        let period = (moments.start, moments.end);
        let seal = make_seal(&parties.maker, &name, &[&parties.bureau], period, &drawing)?;
        Ok(Setting { parties, moments, seal, templates: books::templates()? })
    }

    fn stamp(&self, envelopes: &[Vec<u8>], threads: usize) -> Result<Vec<Vec<u8>>, Failure> {
        let act = Act::new("990000", OFFICE.role, OFFICE.position, self.moments.stamped)
            .with_templates(&self.templates);
        let views: Vec<&[u8]> = envelopes.iter().map(Vec::as_slice).collect();
        let key = &self.parties.bureau.key;
        let stamped = stamp_voucher_many(&views, &act, &self.seal, key, threads);
        Ok(stamped.into_iter().collect::<Result<_, _>>()?)
    }

    fn verifier(&self) -> Verifier {
        let mut trust = Trust::new(Policy::default());
        trust.add_anchor(self.parties.root.certificate().clone());
        trust.add_crl(self.parties.crl.clone());
        let mut authorisation = books::authorisation(&self.parties);
        authorisation.add(books::entry_for_seal("5106", &OFFICE, &self.seal));
        Verifier::new(trust)
            .with_templates(self.templates.clone())
            .with_authorisation(authorisation)
    }
}

/// Envelopes of so many notices.
pub fn notices(count: u32) -> yinxin::Result<Vec<Vec<u8>>> {
    example::clearing_quota_envelopes(count, PACKET)
}

fn stamp_one(_: usize) -> Result<Operation, Failure> {
    let (setting, notices) = (Setting::new()?, notices(1)?);
    Ok(Operation { count: 1, run: Box::new(move || setting.stamp(&notices, 1).map(drop)) })
}

fn stamp_many(threads: usize) -> Result<Operation, Failure> {
    let (setting, notices) = (Setting::new()?, notices(COUNT)?);
    let run = move || setting.stamp(&notices, threads).map(drop);
    Ok(Operation { count: COUNT as usize, run: Box::new(run) })
}

fn verify_many(threads: usize) -> Result<Operation, Failure> {
    let setting = Setting::new()?;
    let stamped = setting.stamp(&notices(COUNT)?, threads)?;
    let verifier = setting.verifier();
    let moment = Moment::received(setting.moments.stamped, setting.moments.stamped);
    let run = move || {
        let views: Vec<&[u8]> = stamped.iter().map(Vec::as_slice).collect();
        for report in verifier.verify_voucher_many(&views, &moment, threads) {
            report?.require_valid()?;
        }
        Ok(())
    };
    Ok(Operation { count: COUNT as usize, run: Box::new(run) })
}
