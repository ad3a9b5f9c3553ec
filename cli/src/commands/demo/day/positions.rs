//! The positions on the vouchers of the day, and who may act there.

use super::keys::Keys;
use super::papers;
use super::who::{Post, Who};
use crate::failure::Failure;
use yinxin::voucher::{ActKind, Authorisation, AuthorisationEntry, Position, Templates};

/// The built-in templates know no refund notice, and have batch details come from a unit; here finance
/// pays the payroll. Local rules, as a region has its own.
const LOCAL: &str = r#"{
  "format": "yinxin:templates:1",
  "templates": [
    { "vtCode": "8207", "basis": "demonstration", "positions": [
      { "layer": 1, "position": "cz_jb", "name": "财政经办签名", "role": "maker", "kind": "signature", "sequence": 1 },
      { "layer": 1, "position": "cz_fh", "name": "财政复核签名", "role": "reviewer", "kind": "signature", "sequence": 2 },
      { "layer": 1, "position": "cz_gkzf", "name": "国库支付专用章", "role": "office", "kind": "stamp", "sequence": 3 },
      { "layer": 2, "position": "yh_jb", "name": "代理银行经办签名", "role": "teller", "kind": "signature", "sequence": 1 },
      { "layer": 2, "position": "yh_fh", "name": "代理银行复核签名", "role": "reviewer", "kind": "signature", "sequence": 2 },
      { "layer": 2, "position": "yh_ywz", "name": "代理银行业务专用章", "role": "office", "kind": "stamp", "sequence": 3 } ] },
    { "vtCode": "2203", "basis": "demonstration", "positions": [
      { "layer": 1, "position": "yh_jb", "name": "代理银行经办签名", "role": "maker", "kind": "signature", "sequence": 1 },
      { "layer": 1, "position": "yh_fh", "name": "代理银行复核签名", "role": "reviewer", "kind": "signature", "sequence": 2 },
      { "layer": 1, "position": "yh_ywz", "name": "代理银行业务专用章", "role": "office", "kind": "stamp", "sequence": 3 },
      { "layer": 2, "position": "cz_gkzf", "name": "国库支付专用章", "role": "office", "kind": "stamp", "sequence": 1 } ] }
  ]
}"#;

/// The templates by which every party goes.
pub fn templates() -> Result<Templates, Failure> {
    let mut templates = Templates::built_in();
    templates.add(Templates::from_json(LOCAL.as_bytes())?);
    Ok(templates)
}

/// The same as a file, for the trust folder.
pub fn local_templates() -> &'static str {
    LOCAL
}

/// Who of this party may act where: at each position the one certificate, or the one seal with its
/// holder's certificate.
pub fn authorisation(
    who: Who,
    templates: &Templates,
    keys: &Keys,
    year: &str,
) -> Result<Authorisation, Failure> {
    let mut list = Authorisation::default();
    for (vt_code, layer) in who.documents() {
        let none = || Failure::usage(format!("there is no template for {vt_code}"));
        let template = templates.template(vt_code).ok_or_else(none)?;
        for position in template.positions(*layer) {
            list.add(entry(vt_code, position, keys, year)?);
        }
    }
    Ok(list)
}

fn entry(
    vt_code: &str,
    position: &Position,
    keys: &Keys,
    year: &str,
) -> Result<AuthorisationEntry, Failure> {
    let Position { position: name, role, kind, .. } = position;
    let post = Post::at(name, role);
    let mut entry = AuthorisationEntry::at(papers::DIVISION, year, vt_code, name, role);
    entry.certificates.push(keys.holder(post)?.certificate.digest());
    if *kind == ActKind::Stamp {
        entry.seals.push(keys.seal(post)?.digest());
    }
    Ok(entry)
}
