//! What the verifier of the demonstration goes by: positions, and who may act at them.

use super::parties::{Parties, Party};
use yinxin::error::Result;
use yinxin::seal::Seal;
use yinxin::voucher::{Authorisation, AuthorisationEntry, Templates, example};

/// One position of the demonstration.
pub struct Place {
    pub position: &'static str,
    pub role: &'static str,
}

pub const CLERK: Place = Place { position: "cz_jb", role: "maker" };
pub const REVIEWER: Place = Place { position: "cz_fh", role: "reviewer" };
pub const OFFICE: Place = Place { position: "cz_gkzf", role: "office" };
pub const HEAD: Place = Place { position: "cz_fzr", role: "head" };
pub const UNIT_CLERK: Place = Place { position: "dw_jb", role: "maker" };
pub const UNIT_OFFICE: Place = Place { position: "dw_cwz", role: "office" };

/// A notice carries the bureau's seal, a direct payment voucher also the signatures of maker and
/// reviewer and the head's seal, a unit's voucher its clerk's signature and its seal. Local rules, in
/// the place of the built-in ones.
pub const TEMPLATES: &str = r#"{
  "format": "yinxin:templates:1",
  "templates": [
    { "vtCode": "5106", "basis": "demonstration", "positions": [
      { "layer": 1, "position": "cz_gkzf", "name": "国库支付专用章", "role": "office", "kind": "stamp", "sequence": 1 } ] },
    { "vtCode": "5201", "basis": "demonstration", "positions": [
      { "layer": 1, "position": "cz_jb", "name": "财政经办签名", "role": "maker", "kind": "signature", "sequence": 1 },
      { "layer": 1, "position": "cz_fh", "name": "财政复核签名", "role": "reviewer", "kind": "signature", "sequence": 2 },
      { "layer": 1, "position": "cz_gkzf", "name": "国库支付专用章", "role": "office", "kind": "stamp", "sequence": 3 },
      { "layer": 1, "position": "cz_fzr", "name": "负责人名章", "role": "head", "kind": "stamp", "sequence": 4 } ] },
    { "vtCode": "8202", "basis": "demonstration", "positions": [
      { "layer": 1, "position": "dw_jb", "name": "单位经办签名", "role": "maker", "kind": "signature", "sequence": 1 },
      { "layer": 1, "position": "dw_cwz", "name": "单位财务专用章", "role": "office", "kind": "stamp", "sequence": 2 } ] }
  ]
}"#;

/// The positions of the demonstration.
pub fn templates() -> Result<Templates> {
    Templates::from_json(TEMPLATES.as_bytes())
}

/// Who may act where. The expired seal and that of the revoked signer are on the list, so that each
/// fault is caught by the check that is about it.
pub fn authorisation(parties: &Parties) -> Authorisation {
    let seals = &parties.seals;
    let mut list = Authorisation::default();
    let office = [&seals.bureau, &seals.expired, &seals.revoked];
    stamps(&mut list, "5106", &OFFICE, &office);
    signs(&mut list, "5201", &CLERK, &parties.clerk);
    signs(&mut list, "5201", &REVIEWER, &parties.reviewer);
    stamps(&mut list, "5201", &OFFICE, &office);
    stamps(&mut list, "5201", &HEAD, &[&seals.head]);
    signs(&mut list, "8202", &UNIT_CLERK, &parties.clerk);
    stamps(&mut list, "8202", &UNIT_OFFICE, &[&seals.unit]);
    list
}

fn stamps(list: &mut Authorisation, vt_code: &str, place: &Place, seals: &[&Seal]) {
    seals.iter().for_each(|seal| list.add(entry_for_seal(vt_code, place, seal)));
}

/// This seal may stamp at this place.
pub fn entry_for_seal(vt_code: &str, place: &Place, seal: &Seal) -> AuthorisationEntry {
    let mut entry = entry(vt_code, place);
    entry.seals.push(seal.digest());
    entry
}

fn signs(list: &mut Authorisation, vt_code: &str, place: &Place, party: &Party) {
    let mut entry = entry(vt_code, place);
    entry.certificates = vec![party.certificate.digest()];
    list.add(entry);
}

fn entry(vt_code: &str, place: &Place) -> AuthorisationEntry {
    let (division, year) = (example::ADM_DIV_CODE, example::ST_YEAR);
    AuthorisationEntry::at(division, year, vt_code, place.position, place.role)
}
