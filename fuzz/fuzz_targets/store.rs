//! What a store keeps is written the same again when it is read: the life of a voucher, its content,
//! the keys of quotas; and so are the roles of people.
#![no_main]
use libfuzzer_sys::fuzz_target;
use yinxin::store::quota::QuotaKey;
use yinxin::store::{Content, Life, Roles};
use yinxin_fuzz::seeds;

fuzz_target!(init: seeds::write("store"), |data: &[u8]| {
    if let Ok(body) = Content::from_bytes(data.to_vec()).to_body() {
        assert_eq!(Content::of(&body).as_bytes(), data);
    }
    if let Ok(roles) = Roles::from_json(data) {
        assert_eq!(Roles::from_json(roles.to_json().as_bytes()).as_ref(), Ok(&roles));
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(life) = Life::from_json(text) {
        assert_eq!(life.to_json(), text);
        let _ = (life.status(), life.claimable(), life.is_terminal());
    }
    if let Ok(key) = text.parse::<QuotaKey>() {
        assert_eq!(key.to_string().parse::<QuotaKey>().as_ref(), Ok(&key));
    }
});
