//! Local authentication: tags that others compute alike, and everything that gets no good answer.

use std::process::Command;
use std::sync::Arc;
use yinxin::crypto::SecretBytes;
use yinxin::error::{Code, Error, Result};
use yinxin::key::{AuthenticationTag, Direction, LocalAuthentication, MacKey, TwoPartKey};

const FIRST: &[u8] = b"k7Qe-vX2mPz9_TaW";
const SECOND: &[u8] = b"0rYbN4uHs8LdFc6J";
const DIRECTIONS: [Direction; 2] = [Direction::ToControl, Direction::FromControl];

fn key(id: &str) -> TwoPartKey {
    TwoPartKey::new(id, FIRST, SECOND).unwrap()
}

fn local(id: &str) -> LocalAuthentication {
    LocalAuthentication::new(Arc::new(key(id)))
}

fn code<T>(result: Result<T>) -> Code {
    match result {
        Ok(_) => panic!("an error was due"),
        Err(error) => error.code(),
    }
}

/// Tags that Python's `hmac` over OpenSSL's SM3 gives, written from docs/bank.md.
#[test]
fn others_compute_the_same() {
    let odd: [&[u8]; 2] = [b"!~#z%&q()*+,./:;", b"AbCdEfGhIjKlMnOp"];
    let long = "支付凭证".repeat(50);
    type Case<'a> = (&'a str, [&'a [u8]; 2], Direction, u64, &'a [u8], &'a str);
    let cases: [Case<'_>; 3] = [
        (
            "2026-1",
            [FIRST, SECOND],
            Direction::ToControl,
            1,
            b"message",
            "2644a4335a615abed9c006fd445e46dac4dbca9d80cb1b9ae91839dcb571d8a3",
        ),
        (
            "2026-1",
            [FIRST, SECOND],
            Direction::FromControl,
            u64::MAX,
            b"",
            "86fa5ba53ee904dde8522831b0f6cde40ba5ac52f8309896b7421325b565324e",
        ),
        (
            "b",
            odd,
            Direction::ToControl,
            0,
            long.as_bytes(),
            "98b6d9d083dd8690207189f6ba361c752fc4764870d2716d192dcd8bb34b556e",
        ),
    ];
    for (id, [first, second], direction, sequence, message, expected) in cases {
        let local = LocalAuthentication::new(Arc::new(TwoPartKey::new(id, first, second).unwrap()));
        let tag = local.authenticate(direction, sequence, message).unwrap();
        assert_eq!(tag.to_hex(), expected);
    }
}

/// HMAC-SM3 of OpenSSL's command, key and message in hexadecimal digits and a file.
fn openssl(key: &[u8], message: &[u8]) -> [u8; 32] {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("message"), message).unwrap();
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let output = Command::new("openssl")
        .args(["dgst", "-sm3", "-binary", "-mac", "hmac", "-macopt"])
        .args([&format!("hexkey:{digits}"), "message"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout.try_into().unwrap()
}

#[test]
fn openssl_computes_the_same() {
    if Command::new("openssl").arg("version").output().is_err() {
        println!("skipped: openssl is not installed");
        return;
    }
    for id in ["a", "2026-12-31/treasury"] {
        let (first, second) = (TwoPartKey::new_half().unwrap(), TwoPartKey::new_half().unwrap());
        let halves = [first.as_bytes(), second.as_bytes()].concat();
        let label = [b"yinxin local authentication 1\0", id.as_bytes()].concat();
        let derived = openssl(&halves, &label);
        let made = TwoPartKey::new(id, first.as_bytes(), second.as_bytes()).unwrap();
        let local = LocalAuthentication::new(Arc::new(made));
        for (octet, direction) in [(1, DIRECTIONS[0]), (2, DIRECTIONS[1])] {
            let message = vec![octet; 1000 * usize::from(octet)];
            let framed = [&[octet][..], &77u64.to_be_bytes(), &message].concat();
            let tag = local.authenticate(direction, 77, &message).unwrap();
            assert_eq!(*tag.as_bytes(), openssl(&derived, &framed));
        }
    }
}

#[test]
fn whatever_is_wrong_the_answer_is_one() {
    let local = local("2026-1");
    let tag = local.authenticate(Direction::ToControl, 7, b"message").unwrap();
    assert_eq!(local.check(Direction::ToControl, 7, b"message", &tag).unwrap(), "2026-1");
    let mut answers: Vec<Error> = Vec::new();
    let mut refused = |answer: Result<&str>| answers.push(answer.unwrap_err());
    refused(local.check(Direction::FromControl, 7, b"message", &tag));
    refused(local.check(Direction::ToControl, 8, b"message", &tag));
    refused(local.check(Direction::ToControl, 7, b"messagf", &tag));
    refused(local.check(Direction::ToControl, 7, b"", &tag));
    for bit in 0..256 {
        let mut bent = *tag.as_bytes();
        bent[bit / 8] ^= 1 << (bit % 8);
        refused(local.check(Direction::ToControl, 7, b"message", &bent.into()));
    }
    let other = self::local("2026-2");
    refused(other.check(Direction::ToControl, 7, b"message", &tag));
    let swapped = TwoPartKey::new("2026-1", SECOND, FIRST).unwrap();
    let swapped = LocalAuthentication::new(Arc::new(swapped));
    refused(swapped.check(Direction::ToControl, 7, b"message", &tag));
    assert_eq!(answers.len(), 262);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(answers[0].code(), Code::BadSignature);
    // The bytes of the sequence number and of the message do not run into one another.
    let long = local.authenticate(Direction::ToControl, 0x0102, b"\x03").unwrap();
    let short = local.authenticate(Direction::ToControl, 0x01, b"\x02\x03").unwrap();
    assert_ne!(long.as_bytes(), short.as_bytes());
}

#[test]
fn two_keys_count_while_they_change() {
    let (old, new) = (local("old"), local("new"));
    let both = new.clone().accepting(Arc::new(key("old"))).unwrap();
    assert_eq!((old.key_id(), both.key_id()), ("old", "new"));
    for (made, name) in [(&old, "old"), (&new, "new"), (&both, "new")] {
        let tag = made.authenticate(Direction::FromControl, 1, b"m").unwrap();
        assert_eq!(both.check(Direction::FromControl, 1, b"m", &tag).unwrap(), name);
    }
    let tag = old.authenticate(Direction::FromControl, 1, b"m").unwrap();
    assert_eq!(code(new.check(Direction::FromControl, 1, b"m", &tag)), Code::BadSignature);
    assert_eq!(code(both.clone().accepting(Arc::new(key("third")))), Code::Argument);
    assert_eq!(code(new.accepting(Arc::new(key("new")))), Code::Argument);
}

#[test]
fn halves_out_of_form_are_refused() {
    let new = |first: &[u8], second: &[u8]| code(TwoPartKey::new("id", first, second));
    for bad in [
        &b""[..],
        b"k7Qe-vX2mPz9_Ta",
        b"k7Qe-vX2mPz9_TaWW",
        b"k7Qe-vX2mPz9_Ta ",
        b"k7Qe-vX2mPz9_Ta\n",
        b"k7Qe-vX2mPz9_Ta\x7f",
        "k7Qe-vX2mPz9_T印".as_bytes(),
        b"k7Qe-vX2mPz9_T\xc3\xa9",
    ] {
        assert_eq!(new(bad, SECOND), Code::Value, "{bad:?}");
        assert_eq!(new(FIRST, bad), Code::Value, "{bad:?}");
    }
    for weak in [
        &b"aaaaaaaaaaaaaaaa"[..],
        b"abababababababab",
        b"1234567812345678",
        b"0123456789abcdef",
        b"PONMLKJIHGFEDCBA",
        b"k7Qe-vX2k7Qe-vX2",
        b"k7Qe-k7Qe-k7Qe-k",
        b"aaaabbbbccccdddd",
    ] {
        assert_eq!(new(weak, SECOND), Code::Weak, "{weak:?}");
        assert_eq!(new(FIRST, weak), Code::Weak, "{weak:?}");
    }
    let mut backwards = FIRST.to_vec();
    backwards.reverse();
    for same in [FIRST, &FIRST.to_ascii_lowercase(), &FIRST.to_ascii_uppercase(), &backwards] {
        assert_eq!(new(FIRST, same), Code::Weak, "{same:?}");
    }
    for id in ["", " ", "a b", "钥匙", "a\n", &"i".repeat(65)] {
        assert_eq!(code(TwoPartKey::new(id, FIRST, SECOND)), Code::Value, "{id:?}");
    }
    assert!(TwoPartKey::new(&"i".repeat(64), FIRST, SECOND).is_ok());
}

#[test]
fn new_halves_are_good_and_differ() {
    let halves: Vec<SecretBytes> = (0..64).map(|_| TwoPartKey::new_half().unwrap()).collect();
    for pair in halves.windows(2) {
        TwoPartKey::new("id", pair[0].as_bytes(), pair[1].as_bytes()).unwrap();
    }
    let mut seen: Vec<&[u8]> = halves.iter().map(SecretBytes::as_bytes).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 64);
}

#[test]
fn tags_as_text() {
    let tag = local("2026-1").authenticate(Direction::ToControl, 1, b"m").unwrap();
    for text in [tag.to_hex(), tag.to_hex().to_uppercase(), tag.to_base64()] {
        assert_eq!(AuthenticationTag::from_text(&text).unwrap().as_bytes(), tag.as_bytes());
    }
    let hex = tag.to_hex();
    let spaced = format!("{hex} ");
    for text in ["", &hex[..62], &hex[..63], &spaced, &"g".repeat(64), &tag.to_base64()[..43]] {
        assert_eq!(code(AuthenticationTag::from_text(text)), Code::Value, "{text}");
    }
}

/// A key in a device, which breaks.
struct Device(bool);

impl MacKey for Device {
    fn id(&self) -> &str {
        "device"
    }

    fn tag(&self, parts: &[&[u8]]) -> Result<[u8; 32]> {
        if self.0 {
            return Err(Error::new(Code::Signer, "device", "it was pulled out"));
        }
        Ok(yinxin::crypto::hmac_sm3::tag(b"device", &parts.concat()))
    }
}

#[test]
fn a_key_may_be_elsewhere() {
    let good = LocalAuthentication::new(Arc::new(Device(false)));
    let tag = good.authenticate(Direction::ToControl, 1, b"m").unwrap();
    assert_eq!(good.check(Direction::ToControl, 1, b"m", &tag).unwrap(), "device");
    let broken = LocalAuthentication::new(Arc::new(Device(true)));
    assert_eq!(code(broken.authenticate(Direction::ToControl, 1, b"m")), Code::Signer);
    assert_eq!(code(broken.check(Direction::ToControl, 1, b"m", &tag)), Code::Signer);
}
