//! `yinxin cms` with files larger than any limit on messages in memory, from standard input, and what
//! is left in the folder when something is wrong.

mod common;

use common::{AT, Office};
use std::fs;
use yinxin::cms::{EncryptedData, EnvelopedData, Form, Recipient, SignedAndEnvelopedData};
use yinxin::key::{KeyBundle, KeyFileOptions, SoftwareKey};

const SIGNER: [&str; 4] = ["--key", "signer.key", "--cert", "signer.pem"];
const BANK: [&str; 4] = ["--key", "bank.key", "--cert", "bank.pem"];
const TRUST: [&str; 6] = ["--trust", "root.pem", "--crl", "crl.pem", "--at", AT];

fn office() -> Office {
    let office = Office::new();
    office.certify("bank", "encryption", &[]);
    office
}

fn content(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn signer(office: &Office) -> SoftwareKey {
    let file = fs::read(office.path("signer.key")).unwrap();
    let key = KeyBundle::from_bytes(&file, None, &KeyFileOptions::default()).unwrap();
    let pem = fs::read(office.path("signer.pem")).unwrap();
    let certificate = yinxin::cert::Certificate::from_bytes(&pem).unwrap();
    key.into_key(None).unwrap().with_certificates(vec![certificate.as_der().to_vec()]).unwrap()
}

fn recipients(office: &Office) -> [Recipient; 1] {
    let pem = fs::read(office.path("bank.pem")).unwrap();
    [Recipient::new(&yinxin::cert::Certificate::from_bytes(&pem).unwrap()).unwrap()]
}

#[test]
fn files_larger_than_messages_in_memory_may_be() {
    let office = office();
    let large = content((80 << 20) + 3);
    fs::write(office.path("large"), &large).unwrap();
    let same = |name: &str| fs::read(office.path(name)).unwrap() == large;

    office.ok(&[&["cms", "sign", "large", "--at", AT, "--out", "l.p7s"][..], &SIGNER].concat());
    let out = ["--out", "verified"];
    office.ok(&[&["cms", "verify", "l.p7s"][..], &TRUST, &out].concat());
    assert!(same("verified"));
    let shown = office.json(&["cms", "inspect", "l.p7s"], 0);
    assert_eq!(shown["contentBytes"], large.len());
    let detached = ["cms", "sign", "large", "--detached", "--at", AT, "--out", "d.p7s"];
    office.ok(&[&detached[..], &SIGNER].concat());
    office.ok(&[&["cms", "verify", "d.p7s", "--content", "large"][..], &TRUST].concat());

    office.ok(&["cms", "encrypt", "large", "--for", "bank.pem", "--out", "l.p7m"]);
    office.ok(&[&["cms", "decrypt", "l.p7m", "--out", "decrypted"][..], &BANK].concat());
    assert!(same("decrypted"));
    let shown = office.json(&["cms", "inspect", "l.p7m"], 0);
    assert_eq!(shown["structure"], "AuthEnvelopedData");
}

#[test]
fn standard_input_and_output_take_part() {
    let office = office();
    let text = content(100_000);
    let sign = [&["cms", "sign", "-", "--at", AT, "--out", "-"][..], &SIGNER].concat();
    let signed = office.run_with(&sign, text.clone()).success().get_output().stdout.clone();
    assert_eq!(signed[1], 0x80, "lengths are open");
    let verify = [&["cms", "verify", "-", "--out", "out"][..], &TRUST].concat();
    office.run_with(&verify, signed).success();
    assert_eq!(fs::read(office.path("out")).unwrap(), text);

    for form in ["gm", "rfc"] {
        let encrypt = ["cms", "encrypt", "-", "--form", form, "--for", "bank.pem", "--out", "-"];
        let made = office.run_with(&encrypt, text.clone()).success().get_output().stdout.clone();
        assert_eq!(made[1], 0x80, "lengths are open");
        let decrypt = ["cms", "decrypt", "-", "--out", "-"];
        let unauthenticated = if form == "gm" { &["--unauthenticated"][..] } else { &[] };
        let decrypt = [&decrypt[..], &BANK, unauthenticated].concat();
        let output = office.run_with(&decrypt, made).success();
        assert_eq!(output.get_output().stdout, text);
    }
}

#[test]
fn what_fails_leaves_nothing_behind() {
    let office = office();
    let text = content(200_000);
    fs::write(office.path("text"), &text).unwrap();
    office.ok(&["cms", "encrypt", "text", "--for", "bank.pem", "--out", "m.p7m"]);
    office.ok(&[&["cms", "sign", "text", "--at", AT, "--out", "m.p7s"][..], &SIGNER].concat());
    let both = SignedAndEnvelopedData::make(&signer(&office), &text, &recipients(&office));
    fs::write(office.path("both.p7m"), both.unwrap()).unwrap();
    let bend = |name: &str, from_end: usize| {
        let mut bytes = fs::read(office.path(name)).unwrap();
        let at = bytes.len() - from_end;
        bytes[at] ^= 1;
        fs::write(office.path("bent"), bytes).unwrap();
    };
    fs::write(office.path("bent"), b"").unwrap();
    let names = office.names();
    let decrypt = [&["cms", "decrypt", "bent", "--out", "no"][..], &BANK, &TRUST].concat();
    // The tag, the content, and the signature of what is signed and encrypted.
    for (name, from_end, code) in
        [("m.p7m", 1, 5), ("m.p7m", 100, 5), ("both.p7m", 1, 1), ("both.p7m", 2, 1)]
    {
        bend(name, from_end);
        office.run(&decrypt).code(code);
        assert_eq!(office.names(), names);
    }
    bend("m.p7s", 1);
    office.run(&[&["cms", "verify", "bent", "--out", "no"][..], &TRUST].concat()).code(1);
    assert_eq!(office.names(), names);
    // Cut, and not for the bank.
    let bytes = fs::read(office.path("m.p7m")).unwrap();
    fs::write(office.path("bent"), &bytes[..bytes.len() - 1]).unwrap();
    office.run(&decrypt).code(4);
    let other = ["cms", "decrypt", "m.p7m", "--out", "no"];
    office.run(&[&other[..], &SIGNER].concat()).code(5);
    let known = ["cms", "decrypt", "m.p7m", "--out", "text"];
    office.run(&[&known[..], &BANK].concat()).code(7);
    assert_eq!(office.names(), names);
    assert_eq!(fs::read(office.path("text")).unwrap(), text);
    // And the good ones come out, by the owner only.
    for name in ["m.p7m", "both.p7m"] {
        let decrypt = ["cms", "decrypt", name, "--out", "yes", "--force"];
        office.ok(&[&decrypt[..], &BANK, &TRUST].concat());
        assert_eq!(fs::read(office.path("yes")).unwrap(), text);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(office.path("yes")).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[test]
fn what_was_signed_first_comes_out_when_it_is_good() {
    let office = office();
    let text = content(5000);
    fs::write(office.path("text"), &text).unwrap();
    office.ok(&[&["cms", "sign", "text", "--at", AT, "--out", "m.p7s"][..], &SIGNER].concat());
    let signed = fs::read(office.path("m.p7s")).unwrap();
    let made = EnvelopedData::make(&signed, &recipients(&office), Form::Gm).unwrap();
    fs::write(office.path("good"), made).unwrap();
    let mut bent = signed.clone();
    *bent.last_mut().unwrap() ^= 1;
    let bad = EnvelopedData::make(&bent, &recipients(&office), Form::Gm).unwrap();
    fs::write(office.path("bad"), &bad).unwrap();
    let names = office.names();
    let decrypt = |name: &str, code: i32| {
        let start = ["cms", "decrypt", name, "--signed", "--out", "out"];
        office.json(&[&start[..], &BANK, &TRUST].concat(), code)
    };
    // What is no signed message, and what the key does not open: one answer, where nothing shows changes.
    let made = EnvelopedData::make(&text, &recipients(&office), Form::Gm).unwrap();
    fs::write(office.path("bad"), &made).unwrap();
    let unsigned = decrypt("bad", 5);
    let mut broken = made;
    *broken.last_mut().unwrap() ^= 1; // another padding, but for one in 256
    fs::write(office.path("bad"), broken).unwrap();
    assert_eq!(decrypt("bad", 5), unsigned);
    assert_eq!(unsigned["error"]["code"], 406);
    assert_eq!(office.names(), names);
    fs::write(office.path("bad"), bad).unwrap();
    assert_eq!(decrypt("bad", 1)["verdict"], "Invalid");
    assert_eq!(office.names(), names);
    assert_eq!(decrypt("good", 0)["verdict"], "Valid");
    assert_eq!(fs::read(office.path("out")).unwrap(), text);
    let mut names = names;
    names.push("out".to_owned());
    names.sort();
    assert_eq!(office.names(), names);
}

#[test]
fn what_is_under_a_key_that_both_have_opens_with_it() {
    let office = office();
    let text = content(1000);
    for form in [Form::Gm, Form::Rfc] {
        fs::write(office.path("m"), EncryptedData::make(&text, &[0xab; 16], form).unwrap())
            .unwrap();
        let open = |key: &str, more: &[&str], code: i32| {
            fs::write(office.path("key"), key).unwrap();
            let start = ["cms", "decrypt", "m", "--content-key", "file:key", "--out", "-"];
            office.run(&[&start[..], more].concat()).code(code).get_output().stdout.clone()
        };
        let (right, marked) = ("AB".repeat(16) + "\n", ["--unauthenticated"]);
        assert_eq!(open(&right, &marked, 0), text);
        assert_eq!(open(&right, &[], 8), b"");
        // Wrong keys show in the padding, but for one in 256 of them.
        open(&"ac".repeat(15), &marked, 2);
        open("not hexadecimal, but 32 letters..", &marked, 2);
        let start = ["cms", "decrypt", "m", "--out", "-", "--unauthenticated"];
        office.run(&[&start[..], &BANK].concat()).code(2);
    }
    office.run(&["cms", "decrypt", "m", "--out", "-"]).code(2);
}

#[cfg(target_os = "linux")]
#[test]
fn what_is_killed_leaves_nothing_behind() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let office = office();
    office.ok(&["cms", "encrypt", "root.pem", "--for", "bank.pem", "--out", "m.p7m"]);
    let names = office.names();
    let sign = [&["cms", "sign", "-", "--at", AT, "--out", "m.p7s"][..], &SIGNER].concat();
    let encrypt = ["cms", "encrypt", "-", "--for", "bank.pem", "--out", "new.p7m"];
    let decrypt = [&["cms", "decrypt", "-", "--out", "new"][..], &BANK].concat();
    let message = fs::read(office.path("m.p7m")).unwrap();
    for (arguments, start) in
        [(&sign[..], &[][..]), (&encrypt, &[]), (&decrypt, &message[..message.len() - 20])]
    {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("yinxin"))
            .current_dir(office.at())
            .args(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.as_mut().unwrap();
        input.write_all(start).unwrap();
        // More than a pipe holds: what is written was read, but for the last of it.
        if start.is_empty() {
            input.write_all(&content(1 << 20)).unwrap();
        }
        let open = format!("/proc/{}/fd", child.id());
        let private = || {
            fs::read_dir(&open).unwrap().any(|entry| {
                let to = fs::read_link(entry.unwrap().path()).unwrap_or_default();
                to.starts_with(office.at().canonicalize().unwrap())
            })
        };
        while !private() {
            assert!(child.try_wait().unwrap().is_none(), "{arguments:?}");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(office.names(), names, "{arguments:?}");
    }
}
