//! Seeds: good inputs of each kind, written before the fuzzer reads its corpus.

use crate::{DOCUMENT, PASSWORD, bank, documents, world};
use std::path::Path;
use std::sync::OnceLock;
use yinxin::asn1::Oid;
use yinxin::authority::{Pkcs10, Profile, Subject};
use yinxin::cert::Certificate;
use yinxin::cms::{
    AuthEnvelopedData, ContentCipher, EncryptedData, EnvelopedData, Form, SignedAndEnvelopedData,
    SignedData,
};
use yinxin::crypto::sm2::{PrivateKey, UserId};
use yinxin::envelope::{Letter, Packet, Receipt, seal};
use yinxin::key::{KeyBundle, Protection, SoftwareKey};
use yinxin::signature::{BankJson, sign_json};
use yinxin::store::message::{Statement, VoucherMessage};
use yinxin::store::state::Document;
use yinxin::store::{Content, Leg, Life, View, VoucherKey};
use yinxin::time::Time;
use yinxin::timestamp::{Failure, TimeStampResponse};
use yinxin::voucher::{Act, Body, Encoding, Envelope, Voucher, example};

const AUTHORISATION: &[u8] = br#"{"format":"yinxin:authorisation:1","entries":[
{"admDivCode":"330000","stYear":"2026","vtCode":"5201","position":"p","role":"r","org":"o",
"seals":["0000000000000000000000000000000000000000000000000000000000000000"],"certificates":[],
"from":"2026-01-01T00:00:00Z","until":"2026-12-31T23:59:59+08:00"}]}"#;

const ENTRIES: &[u8] = br#"<?xml version="1.0" encoding="UTF-8"?>
<ofd:DocEntries xmlns:ofd="http://www.ofdspec.org/2016" ID="1" CreatorName="yinxin">
<ofd:SignedValueLoc>/signedvalue.dat</ofd:SignedValueLoc><ofd:FileList>
<ofd:File ID="1" FileLoc="/OFD.xml"/><ofd:File ID="2" FileLoc="Doc_0/Document.xml"/>
</ofd:FileList></ofd:DocEntries>"#;

const DOCUMENT_FORM: &[u8] = br##"{"format":"yinxin:ofd:1","id":"0123456789abcdef0123456789abcdef",
"created":"2026-03-02","title":"t","page":{"width":210,"margins":[37,26,35,28],"footer":"{page}"},
"styles":{"default":{"font":"f","points":16,"leading":175,"align":"justified"},"h":{"colour":"#FF0000"}},
"blocks":[{"text":"a (b), c.","style":"h","indent":2,"inset":[0,1]},{"rule":{"width":0.6}},{"space":8},
{"table":{"columns":[15,70],"head":1,"padding":1,"border":{"width":0.25},"rows":[["a","b"],
{"height":44,"cells":[{"text":"c","span":2,"top":true,"place":"p","align":"right"}]}]}},{"newPage":true},
{"picture":"m.png","width":12,"height":8,"align":"centre"}],
"fixed":[{"page":1,"x":28,"y":12,"text":"1","style":"h"},{"page":1,"x":2,"y":2,"line":[150,0]}],
"attachments":[{"name":"a.xml","file":"l.xml","usage":"u"}]}"##;

const OPTIONS: &[u8] = br#"{"places":[{"page":1,"x":150,"y":22.5,"width":42,"height":42},
{"everyPage":true,"x":1,"y":1},{"straddle":"right","offset":100,"margin":0,"pagesPerSeal":20},
{"straddle":"top","gaps":500}],"lock":false,"document":0}"#;

/// A bank's request before it is signed.
pub const BANK_REQUEST: &[u8] = br#"{"request":{"head":{"reqid":"1"},"body":{"x":[1,-2.5e3,"\u4e2d"]}},
"signature":{"sigdat":"__signature_sigdat__","sigtim":"20260601080000"}}"#;

const BANK_OPTIONS: &[u8] =
    br#"{"object":"signature","value":"sigdat","placeholder":"__signature_sigdat__","form":"der"}"#;

const ROLES: &[u8] = br#"{"format":"yinxin:roles:1","people":[{"name":"Li","org":"011",
"certificates":["0000000000000000000000000000000000000000000000000000000000000000"],
"roles":["maker","teller"],"from":"2026-01-01T00:00:00Z"}]}"#;

/// Writes the seeds of a target into the folder named by `YINXIN_SEEDS`, if it is set.
pub fn write(target: &str) {
    let Some(folder) = std::env::var_os("YINXIN_SEEDS") else { return };
    for (number, seed) in of(target).iter().enumerate() {
        let path = Path::new(&folder).join(format!("seed-{number}"));
        std::fs::write(path, seed).expect("the folder of seeds can be written");
    }
}

fn of(target: &str) -> Vec<Vec<u8>> {
    let world = world();
    match target {
        "certificate" => vec![der(&world.root), der(&world.signer)],
        "crl" => vec![world.crl.as_der().to_vec()],
        "ocsp" => vec![world.ocsp.as_der().to_vec()],
        "seal_states" => vec![world.seal_states.as_der().to_vec()],
        "evidence" => vec![world.evidence.clone(), world.draft.clone()],
        "seal" => world.seals.clone(),
        "stamp" => world.stamps.clone(),
        "encrypted_message" => encrypted_messages(),
        "message_stream" => [encrypted_messages(), vec![world.signature.clone()]].concat(),
        "packet" => [packets().to_vec(), receipts()].concat(),
        "signed_data" => vec![world.signature.clone()],
        "time_stamp_token" => vec![world.token.clone()],
        "time_stamp_messages" => time_stamp_messages(),
        "picture" => vec![b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()],
        "tampered" => (0..9).flat_map(|which| [vec![which], vec![which, 0, 16, 1]]).collect(),
        "amount" => vec![b"-123.45".to_vec(), b"+007.00".to_vec(), vec![0xc5, 0xae]],
        "voucher_xml" => vouchers(|voucher| voucher.as_bytes().to_vec()),
        "voucher_json" => vouchers(|voucher| voucher.to_json().into_bytes()),
        "envelope" => [vouchers(envelope), vec![world.envelope.clone()]].concat(),
        "act_to_sign" => acts().map(|act| act.to_sign_der().to_vec()).collect(),
        "act_request" => world.requests.clone(),
        "configuration" => vec![
            include_bytes!("../../core/src/voucher/catalogue.json").to_vec(),
            include_bytes!("../../core/src/voucher/templates.json").to_vec(),
            AUTHORISATION.to_vec(),
        ],
        "bank_json" => {
            let signed = sign_json(BANK_REQUEST, &BankJson::default(), &world.key);
            vec![BANK_REQUEST.to_vec(), signed.expect("our request"), BANK_OPTIONS.to_vec()]
        }
        "store" => {
            let bodies = Envelope::parse(&world.envelope).expect("our envelope").bodies;
            let contents = bodies.iter().map(|body| Content::of(body).as_bytes().to_vec());
            let lives = [View::Issuer, View::Receiver].map(|view| Life::absent(view).to_json());
            let key = b"3301000001/102/001/2010301/2026/001001/1".to_vec();
            let rest = [ROLES.to_vec(), key];
            contents.chain(lives.map(String::into_bytes)).chain(rest).collect()
        }
        "store_message" => store_messages(),
        "ledger" => crate::ledger::seeds(&world.key).expect("a ledger"),
        "private_key" => key_files(),
        "key_file" => [key_files(), bundles()].concat(),
        "pkcs10" => {
            let subject = Subject::parse("CN=Signer,O=Office,C=CN").expect("a name");
            let made = Pkcs10::make(&world.key, &subject, Profile::TimeStamp);
            vec![made.expect("a request").as_der().to_vec()]
        }
        "sm2_signature" | "sm2_decrypt" => sm2(),
        "sm2_backends" => {
            let numbers = [vec![7; 96], [vec![0; 31], vec![1; 65]].concat()];
            numbers.map(|numbers| [numbers, vec![3; 120]].concat()).into()
        }
        "sm2_differential" => vec![vec![7; 96], [vec![0; 31], vec![1; 65]].concat()],
        "sm4_differential" => {
            [16, 63, 300, 3000].map(|length| vec![length as u8; length + 33]).into()
        }
        "sm3_differential" => vec![vec![17; 3000], [vec![3, 9, 10, 0], vec![7; 200]].concat()],
        "ofd_package" => vec![documents::stamped()],
        "ofd_signatures" => vec![documents::part("Doc_0/Signs/Signatures.xml")],
        "ofd_signature" => vec![documents::part("Doc_0/Signs/Sign_0/Signature.xml")],
        "ofd_entries" => vec![ENTRIES.to_vec()],
        "ofd_json" => {
            let labels = include_bytes!("../../core/src/render/labels.json");
            vec![DOCUMENT_FORM.to_vec(), OPTIONS.to_vec(), labels.to_vec()]
        }
        "ofd_request" => documents::requests(),
        other => panic!("no seeds for {other}"),
    }
}

fn time_stamp_messages() -> Vec<Vec<u8>> {
    let world = world();
    let policy = Oid::new("1.2.3.4.2");
    let stamped = SignedData::with_unchecked_time_stamp(&world.signature, &world.token);
    vec![
        world.query.as_der().to_vec(),
        world.query.clone().without_nonce().with_policy(policy).as_der().to_vec(),
        TimeStampResponse::granted(&world.token).as_der().to_vec(),
        TimeStampResponse::rejection(Failure::SystemFailure, "no").as_der().to_vec(),
        stamped.expect("our own message"),
    ]
}

fn encrypted_messages() -> Vec<Vec<u8>> {
    let to = [bank().recipient()];
    let by_key = [bank().recipient().by_key_identifier().expect("it has one")];
    let made = [
        AuthEnvelopedData::make(DOCUMENT, &to, ContentCipher::Sm4Gcm),
        AuthEnvelopedData::make(DOCUMENT, &by_key, ContentCipher::Aes256Gcm),
        EnvelopedData::make(DOCUMENT, &to, Form::Gm),
        EnvelopedData::make(DOCUMENT, &by_key, Form::Rfc),
        SignedAndEnvelopedData::make(&world().key, DOCUMENT, &to),
        EncryptedData::make(DOCUMENT, &[7; 16], Form::Gm),
    ];
    made.into_iter().map(|message| message.expect("a message")).collect()
}

/// Two packets to the bank, the same ones as long as the program runs.
pub fn packets() -> &'static [Vec<u8>] {
    static PACKETS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    PACKETS.get_or_init(|| {
        let time = Time::from_civil(2026, 5, 31, 0, 0, 0).expect("a time");
        let make = |sequence| {
            let (kind, conversation, body) = ("voucher", "2026/5201", DOCUMENT);
            let letter = Letter { kind, conversation, sequence, time, body };
            seal(&letter, &world().key, &bank().certificate).expect("a packet").bytes
        };
        [1, 1 << 40].map(make).into()
    })
}

fn receipts() -> Vec<Vec<u8>> {
    let packet = Packet::parse(&packets()[0]).expect("our own packet");
    let time = Time::from_civil(2026, 5, 31, 0, 1, 0).expect("a time");
    let made = [
        Receipt::received(packet.id(), &[1..=1, 3..=7], time),
        Receipt::refused(packet.id(), 608, "not valid", time),
    ];
    made.into_iter()
        .map(|receipt| receipt.and_then(|receipt| receipt.sign(&world().key)).expect("a receipt"))
        .collect()
}

fn der(certificate: &Certificate) -> Vec<u8> {
    certificate.as_der().to_vec()
}

fn vouchers(form: impl Fn(&Voucher) -> Vec<u8>) -> Vec<Vec<u8>> {
    let make = [example::clearing_quota_notice, example::direct_payment];
    let make = make.iter().map(|make| make(1).expect("an example"));
    let encodings = [Encoding::Utf8, Encoding::Gbk];
    make.flat_map(|builder| encodings.map(|encoding| builder.build(encoding).expect("a voucher")))
        .map(|voucher| form(&voucher))
        .collect()
}

fn store_messages() -> Vec<Vec<u8>> {
    let mut bodies = Envelope::parse(&world().envelope).expect("our envelope").bodies;
    let body = bodies.pop().expect("a voucher");
    let key = VoucherKey { id: body.id().clone(), version: 1 };
    let statement = Statement {
        key,
        document: Document::Original,
        leg: Leg::Refused,
        digest: body.voucher().form_digest(),
        code: 607,
        reason: "no".to_owned(),
        time: Time::from_civil(2026, 6, 1, 0, 0, 0).expect("a time"),
    };
    let attachments = vec![("a".to_owned(), DOCUMENT.to_vec())];
    let message = VoucherMessage { version: 1, body, attachments };
    [message.to_der(), statement.to_der()].map(|der| der.expect("a message")).into()
}

fn envelope(voucher: &Voucher) -> Vec<u8> {
    let body = Body::original(voucher.clone()).expect("a body");
    Envelope::of(body).to_xml(Encoding::Utf8).expect("an envelope")
}

fn acts() -> impl Iterator<Item = Act> {
    let envelope = Envelope::parse(&world().envelope).expect("our own envelope");
    envelope.bodies.into_iter().flat_map(|body| body.acts().to_vec())
}

fn key_files() -> Vec<Vec<u8>> {
    let files = [None, Some(PASSWORD)].map(|password| world().key.to_pkcs8_pem(password));
    files.into_iter().map(|file| file.expect("a key file").as_bytes().to_vec()).collect()
}

/// PKCS#12 of both kinds, and a delivered key.
fn bundles() -> Vec<Vec<u8>> {
    let pem = world().key.to_pkcs8_pem(None).expect("a key file");
    let mut bundle = KeyBundle::new();
    for (name, certificate) in [(Some("one"), true), (None, false)] {
        let mut key = SoftwareKey::from_pem(pem.as_bytes(), None).expect("our own file");
        if certificate {
            key = key.with_certificates(vec![der(&world().signer)]).expect("its certificate");
        }
        bundle.add(key, name).expect("two keys");
    }
    let write = |protection: Protection| {
        let quick = protection.with_iterations(1000).expect("in range");
        bundle.to_pkcs12(PASSWORD, quick).expect("a file")
    };
    vec![write(Protection::sm()), write(Protection::aes())]
}

fn sm2() -> Vec<Vec<u8>> {
    let key = PrivateKey::from_bytes(&[7; 32]).expect("a key");
    let signature = key.sign(&UserId::default(), DOCUMENT).expect("a signature");
    let public = key.public_key();
    vec![
        signature.to_der(),
        public.to_sec1().to_vec(),
        public.to_spki_der(),
        public.encrypt_der(DOCUMENT).expect("a ciphertext"),
        public.encrypt_raw(DOCUMENT).expect("a ciphertext"),
    ]
}
