//! Authorities that sign their certificates under another user id.

mod common;

use common::Office;
use std::process::Command;

fn openssl(office: &Office, arguments: &str) {
    let mut command = Command::new("openssl");
    command.args(arguments.split(' ')).current_dir(office.at());
    let output = command.output().expect("this test needs the command openssl");
    assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A root, a signer and a list of OpenSSL, which takes the empty user id where none is given.
fn by_openssl(office: &Office) {
    let usage = "-addext keyUsage=critical,keyCertSign,cRLSign";
    let root = "req -x509 -sm3 -key them.key -days 3650 -set_serial 1 -subj /C=CN/CN=Them";
    openssl(office, "genpkey -algorithm SM2 -out them.key");
    openssl(office, &format!("{root} {usage} -out them.pem"));
    openssl(office, "genpkey -algorithm SM2 -out theirs.key");
    openssl(office, "req -new -sm3 -key theirs.key -subj /C=CN/CN=Theirs -out theirs.csr");
    std::fs::write(office.path("end"), "keyUsage=critical,digitalSignature,nonRepudiation\n")
        .unwrap();
    let sign = "x509 -req -sm3 -in theirs.csr -CA them.pem -CAkey them.key -set_serial 2";
    openssl(office, &format!("{sign} -days 3000 -extfile end -out theirs.pem"));
    std::fs::write(office.path("index"), "").unwrap();
    let database = "[ca]\ndefault_ca = us\n[us]\ndatabase = index\ndefault_md = sm3\n";
    std::fs::write(office.path("them.cnf"), database).unwrap();
    let list = "ca -config them.cnf -gencrl -keyfile them.key -cert them.pem -crldays 3000";
    openssl(office, &format!("{list} -out their-crl.pem"));
}

#[test]
fn an_authority_under_the_empty_user_id_is_trusted_only_by_name_of_it() {
    let office = Office::new();
    by_openssl(&office);
    std::fs::write(office.path("letter"), "公文").unwrap();
    let sign = ["cms", "sign", "letter", "--key", "theirs.key", "--cert", "theirs.pem"];
    office.ok(&[&sign[..], &["--detached", "--out", "letter.p7s"]].concat());
    let verify = ["cms", "verify", "letter.p7s", "--content", "letter", "--trust", "them.pem"];
    let verify = [&verify[..], &["--crl", "their-crl.pem"]].concat();
    let report = office.json(&verify, 1);
    let text = report.to_string();
    assert!(text.contains("it would be good under the empty user id"), "{text}");
    assert!(text.contains("deviation.user-id"), "{text}");
    let report = office.json(&[&verify[..], &["--issuer-user-id", ""]].concat(), 0);
    assert_eq!(report["verdict"], "Valid", "{report}");
}
