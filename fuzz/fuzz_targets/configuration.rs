//! Catalogues, templates and authorisations: what is read can judge any voucher.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::voucher::{Authorisation, Catalogue, Encoding, Layer, Templates, example};
use yinxin_fuzz::{now, seeds};

fuzz_target!(init: seeds::write("configuration"), |data: &[u8]| {
    let _ = Authorisation::from_json(data);
    if let Ok(templates) = Templates::from_json(data) {
        let positions = templates.template("5201").map(|found| found.positions(Layer::Issuer));
        assert!(positions.is_none_or(|mut positions| positions.next().is_some()));
    }
    let Ok(catalogue) = Catalogue::from_json(data) else { return };
    let voucher = example::direct_payment(1).unwrap().build(Encoding::Utf8).unwrap();
    for entry in catalogue.entries() {
        entry.violations(&voucher, Layer::Issuer, Some(now().now));
    }
});
