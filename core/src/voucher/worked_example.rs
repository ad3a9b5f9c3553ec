//! The worked example of docs/sealed-voucher.md, computed anew and compared block by block.

use super::act::{ActKind, layer_digest_of};
use super::act_to_sign::{ActToSign, Layer};
use super::body::Body;
use super::canonical::Scope;
use super::document::Voucher;
use super::evidence::digest_input;
use super::step::Step;
use super::text::Encoding;
use crate::crypto::sm3;
use crate::time::Time;

const PAGE: &str = include_str!("../../../docs/sealed-voucher.md");

/// The block of the page that begins with ` ```LANGUAGE NAME`.
fn block(name: &str) -> &'static str {
    let mut blocks = PAGE.split("\n```").skip(1).step_by(2);
    let found = blocks.find_map(|block| {
        let (head, body) = block.split_once('\n')?;
        (head.split_once(' ')?.1 == name).then_some(body)
    });
    found.unwrap_or_else(|| panic!("no block {name:?}"))
}

/// What a block of hexadecimal digits says; text after `;` on a line is a remark.
fn hex(name: &str) -> String {
    let lines = block(name).lines().map(|line| line.split(';').next().unwrap_or_default());
    lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect()
}

fn voucher() -> Voucher {
    let text = block("voucher");
    Voucher::from_xml(Encoding::Gbk.encode(text, "voucher").unwrap()).unwrap()
}

fn act() -> ActToSign {
    let mut body = Body::original(voucher()).unwrap();
    body.set_attach(Some("SUCCESS")).unwrap();
    let mut step = Step::new("cz_jb", "maker", 1, "示例市财政局");
    step.edition = "2019-12-25";
    let day = Time::parse_rfc3339("2026-03-02T00:00:00Z").unwrap();
    body.act_to_sign(ActKind::Signature, &step, day).unwrap()
}

#[test]
fn the_document_and_its_digests() {
    let voucher = voucher();
    assert_eq!(hex("gbk-name"), crate::hex::encode(&Encoding::Gbk.encode("张三", "").unwrap()));
    assert_eq!(hex("form-digest"), crate::hex::encode(&voucher.form_digest()));
    assert_eq!(hex("canonical-base"), crate::hex::encode(&voucher.canonical(Scope::Base)));
    assert_eq!(hex("digest-base"), crate::hex::encode(&voucher.canonical_digest(Scope::Base)));
    assert_eq!(
        hex("digest-base-and-x"),
        crate::hex::encode(&voucher.canonical_digest(Scope::BaseAndX))
    );
    let json = Voucher::from_json(block("json")).unwrap();
    for scope in [Scope::Base, Scope::BaseAndX] {
        assert_eq!(json.canonical(scope), voucher.canonical(scope));
    }
    assert_eq!(block("json"), voucher.to_json());
}

#[test]
fn the_act_and_its_digests() {
    let act = act();
    let der = act.to_der();
    assert_eq!(hex("act"), crate::hex::encode(&der));
    assert_eq!(hex("data-hash"), crate::hex::encode(&sm3::digest(&der)));
    assert_eq!(block("property-info"), act.property_info());
    let signature: Vec<u8> = (1..=64).collect();
    let digest = sm3::digest(&digest_input(ActKind::Signature, &der, &signature));
    assert_eq!(hex("act-digest"), crate::hex::encode(&digest));
    assert_eq!(
        hex("layer-digest"),
        crate::hex::encode(&layer_digest_of(Layer::Issuer, vec![digest]))
    );
}

#[test]
fn the_page_names_the_unicode_version() {
    let (major, minor, _) = unicode_normalization::UNICODE_VERSION;
    assert!(PAGE.contains(&format!("(here {major}.{minor})")), "now {major}.{minor}");
}
