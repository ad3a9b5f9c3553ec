//! The files of a finance bureau and a bank, the way programs in other languages meet them.

use crate::front_common::{Hand, Town, key, now, original, vouchers};
use std::fs;
use std::path::Path;
use yinxin::asn1::pem;
use yinxin::key::SoftwareKey;
use yinxin::store::{Move, Order, Roles, StoreRole};
use yinxin::voucher::{Encoding, Envelope};

/// People whose keys are written.
const PEOPLE: [&str; 9] =
    ["cz_jb", "cz_fh", "cz_gkzf", "cz_fzr", "cz_sf", "cz_xx", "yh_jb", "yh_fh", "yh_ywz"];

/// How many vouchers there are orders for.
pub const VOUCHERS: u32 = 3;

/// Writes what both offices go by, everybody's keys, and vouchers with the orders about them.
pub fn write(town: &Town, folder: &Path) {
    let put = |name: String, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    for role in [StoreRole::Finance, StoreRole::Bank] {
        let (office, keys) = (town.office(role), town.keys(role));
        put(format!("{}-office.json", role.name()), office.to_json().as_bytes());
        // Somebody without a role has no place in a file.
        let mut roles = Roles::default();
        for holder in office.roles.holders().iter().filter(|holder| !holder.roles.is_empty()) {
            roles.add(holder.clone()).unwrap();
        }
        put(format!("{}-roles.json", role.name()), roles.to_json().as_bytes());
        put(format!("{}-signing.pem", role.name()), key_file(&keys.signing).as_bytes());
        put(format!("{}-encryption.pem", role.name()), key_file(&keys.encryption).as_bytes());
    }
    for name in PEOPLE {
        let hand = town.hand(name);
        put(format!("{name}.pem"), key_file(hand).as_bytes());
        if let Some(seal) = &hand.seal {
            put(format!("{name}.esl"), seal.as_bytes());
        }
    }
    let root = &town.world.root;
    let (from, until) =
        (vouchers::time("2025-01-01T00:00:00Z"), vouchers::time("2035-01-01T00:00:00Z"));
    let anchor = pem::encode("CERTIFICATE", root.certificate().as_der());
    put("town.pem".to_owned(), anchor.as_bytes());
    put("town.crl".to_owned(), root.crl(from, until).unwrap().as_der());
    put("town-authorisation.json".to_owned(), town.world.authorisation.to_json().as_bytes());
    let bank = town.keys(StoreRole::Bank).name;
    for number in 1..=VOUCHERS {
        let body = original(number);
        let envelope = Envelope::of(body).to_xml(Encoding::Gbk).unwrap();
        put(format!("town-{number}.xml"), &envelope);
        let order = |name, by| Order::new(key(number), name).by(town.certificate(by));
        let mut send = order(Move::Send, "cz_sf");
        send.to = Some(bank.to_owned());
        for order in [order(Move::Create, "cz_jb"), send, order(Move::Accept, "yh_jb")] {
            let name = format!("{}-{number}.json", order.name.name());
            put(name, order.to_json().as_bytes());
        }
    }
    let stranger = Order::new(key(1), Move::Create).by(town.certificate("cz_xx"));
    put("stranger.json".to_owned(), stranger.to_json().as_bytes());
    put("time".to_owned(), now().unix().to_string().as_bytes());
}

fn key_file(hand: &Hand) -> String {
    let key: &SoftwareKey = &hand.key;
    let private_key = key.to_pkcs8_pem(None).unwrap();
    let certificate = pem::encode("CERTIFICATE", hand.certificate.as_der());
    String::from_utf8(private_key.as_bytes().to_vec()).unwrap() + &certificate
}
