//! The library as one more peer, for `interop/crosscheck.py`; the protocol is in interop/README.md.
//!
//! Where the library has an entry for many at once, it is asked both ways, and both must say the same.

use std::collections::HashMap;
use std::io::{BufRead, Write};
use std::process::ExitCode;

use yinxin::crypto::backend::Backend;
use yinxin::crypto::hazmat;
use yinxin::crypto::sm2::exchange::Parties;
use yinxin::crypto::sm2::{
    PreparedPublicKey, PrivateKey, PublicKey, Signature, UserId, VerifyItem, VerifyKey, verify_many,
};
use yinxin::crypto::sm3;
use yinxin::crypto::sm4::Sm4Key;
use yinxin_vectors::hex;

const USAGE: &str = "usage: interop --version | --backends | --backend NAME";
/// How many cases of one type are answered together.
const TOGETHER: usize = 256;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["--version"] => {
            println!("yinxin {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
        ["--backends"] => {
            Backend::available().into_iter().for_each(|backend| println!("{}", backend.name()));
            Ok(())
        }
        ["--backend", name] => serve(name),
        _ => Err(USAGE.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Answers every line of standard input with this backend.
fn serve(name: &str) -> Result<(), String> {
    let backend = Backend::available().into_iter().find(|backend| backend.name() == name);
    let backend = backend.ok_or_else(|| format!("no backend {name} here"))?;
    backend.select().map_err(|error| error.to_string())?;
    let lines: Result<Vec<String>, _> = std::io::stdin().lock().lines().collect();
    let lines = lines.map_err(|error| error.to_string())?;
    let cases = lines.iter().map(|line| Case::read(line)).collect::<Result<Vec<_>, _>>()?;
    let mut out = std::io::stdout().lock();
    for alike in cases.chunk_by(|one, next| one.kind == next.kind) {
        for together in alike.chunks(TOGETHER) {
            for (case, answer) in together.iter().zip(answer(together)) {
                let (word, remark) = answer.unwrap_or_else(|stop| stop);
                writeln!(out, "{}\t{word}\t{remark}", case.number)
                    .map_err(|error| error.to_string())?;
            }
        }
    }
    Ok(())
}

/// A word and a remark; either way an answer, `Err` if it ended early.
type Answer = Result<(&'static str, String), (&'static str, String)>;

fn accepted() -> Answer {
    Ok(("accepted", String::new()))
}

fn made(values: &[&[u8]]) -> Answer {
    Ok(("made", values.iter().map(|value| hex::encode(value)).collect::<Vec<_>>().join(",")))
}

fn refused(error: impl std::fmt::Display) -> (&'static str, String) {
    ("refused", error.to_string())
}

fn wrong(why: impl std::fmt::Display) -> (&'static str, String) {
    ("wrong", why.to_string())
}

fn equal(got: &[u8], stated: &[u8]) -> Answer {
    if got == stated { accepted() } else { Err(wrong(hex::encode(got))) }
}

/// The answers to cases of one type, in their order.
fn answer(cases: &[Case]) -> Vec<Answer> {
    let each = |judge: fn(&Case) -> Answer| cases.iter().map(judge).collect();
    match cases[0].kind {
        "Sm2Point" => each(point),
        "Sm2Sign" => by_key(cases, sign),
        "Sm2Verify" => verify(cases),
        "Sm2EncryptDer" => each(|case| encrypt(case, PublicKey::encrypt_der)),
        "Sm2EncryptRawC1C3C2" => each(|case| encrypt(case, PublicKey::encrypt_raw)),
        "Sm2DecryptDer" => each(|case| decrypt(case, PrivateKey::decrypt_der)),
        "Sm2DecryptRawC1C3C2" => each(|case| decrypt(case, PrivateKey::decrypt_raw)),
        "Sm2Agree" => each(agree),
        "Sm2KeyExchange" => each(exchange),
        "Sm3Digest" => digest(cases),
        "Sm4CbcPkcs7Encrypt" => by_key(cases, cbc),
        "Sm4CtrEncrypt" => each(ctr),
        "Sm4GcmEncrypt" => each(gcm),
        "Sm4Gcm" => each(gcm_open),
        _ => each(|_| Ok(("cannot", String::new()))),
    }
}

/// Cases one after another with the same key and id are a run, for the entries that take many.
fn by_key(cases: &[Case], judge: fn(&[Case]) -> Result<Vec<Answer>, Stop>) -> Vec<Answer> {
    let same = |one: &Case, next: &Case| {
        ["privateKey", "key", "id"].iter().all(|name| one.fields.get(name) == next.fields.get(name))
    };
    let run = |run: &[Case]| match judge(run) {
        Ok(answers) => answers,
        Err(stop) => run.iter().map(|_| Err(stop.clone())).collect(),
    };
    cases.chunk_by(same).flat_map(run).collect()
}

type Stop = (&'static str, String);

fn point(case: &Case) -> Answer {
    made(&[&case.private_key("privateKey")?.public_key().to_sec1()])
}

fn sign(run: &[Case]) -> Result<Vec<Answer>, Stop> {
    let (key, id) = (run[0].private_key("privateKey")?, run[0].id("id")?);
    let messages: Vec<Vec<u8>> =
        run.iter().map(|case| case.bytes("msg")).collect::<Result<_, _>>()?;
    let views: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let signatures = match views[..] {
        [message] => vec![key.sign(&id, message)],
        _ => key.sign_many(&id, &views, 1),
    };
    let signed =
        |signature: yinxin::Result<Signature>| made(&[&signature.map_err(refused)?.to_der()]);
    Ok(signatures.into_iter().map(signed).collect())
}

/// What is to be verified, the key prepared or not.
struct Claim {
    key: PublicKey,
    prepared: Option<PreparedPublicKey>,
    id: UserId,
    message: Vec<u8>,
    signature: Signature,
}

impl Claim {
    fn item(&self) -> VerifyItem<'_> {
        let key = self.prepared.as_ref().map_or(VerifyKey::from(&self.key), VerifyKey::from);
        VerifyItem::new(key, &self.id, &self.message, &self.signature)
    }
}

/// One by one with the key as it came, and all together with every second key prepared.
fn verify(cases: &[Case]) -> Vec<Answer> {
    let claim = |(number, case): (usize, &Case)| -> Result<Claim, Stop> {
        let key = PublicKey::from_sec1(&case.bytes("publicKey")?).map_err(refused)?;
        Ok(Claim {
            key,
            prepared: (number % 2 == 1).then(|| PreparedPublicKey::from(&key)),
            id: case.id("id")?,
            message: case.bytes("msg")?,
            signature: Signature::from_der(&case.bytes("sig")?).map_err(refused)?,
        })
    };
    let claims: Vec<Result<Claim, Stop>> = cases.iter().enumerate().map(claim).collect();
    let items: Vec<VerifyItem<'_>> = claims.iter().flatten().map(Claim::item).collect();
    let mut together = verify_many(&items, 1).into_iter();
    let mut judge = |claim: &Result<Claim, Stop>| -> Answer {
        let claim = claim.as_ref().map_err(Clone::clone)?;
        let one = claim.key.verify(&claim.id, &claim.message, &claim.signature).is_ok();
        let many = together.next().is_some_and(|verdict| verdict.is_ok());
        match (one, many) {
            (true, true) => accepted(),
            (false, false) => Err(refused("signature")),
            _ => Err(wrong(format!("alone {one}, of many {many}"))),
        }
    };
    claims.iter().map(&mut judge).collect()
}

type Sealing = fn(&PublicKey, &[u8]) -> yinxin::Result<Vec<u8>>;
type Opening = fn(&PrivateKey, &[u8]) -> yinxin::Result<Vec<u8>>;

fn encrypt(case: &Case, seal: Sealing) -> Answer {
    let key = PublicKey::from_sec1(&case.bytes("publicKey")?).map_err(refused)?;
    made(&[&seal(&key, &case.bytes("msg")?).map_err(refused)?])
}

fn decrypt(case: &Case, open: Opening) -> Answer {
    let message = open(&case.private_key("privateKey")?, &case.bytes("ct")?).map_err(refused)?;
    equal(&message, &case.bytes("msg")?)
}

/// Both sides of an exchange, their ephemeral keys given: both points, both confirmations, the key.
fn agree(case: &Case) -> Answer {
    let (a, b) = (case.private_key("initiator")?, case.private_key("responder")?);
    let (a_id, b_id) = (case.id("initiatorId")?, case.id("responderId")?);
    let at_a = Parties { key: &a, id: &a_id, peer: b.public_key(), peer_id: &b_id };
    let at_b = Parties { key: &b, id: &b_id, peer: a.public_key(), peer_id: &a_id };
    let length = case.number("klenBytes")?;
    let (initiator, from_a) =
        hazmat::sm2_initiator_with_ephemeral(&at_a, length, &case.bytes("initiatorEphemeral")?)
            .map_err(refused)?;
    let (responder, from_b, s_b) = hazmat::sm2_responder_with_ephemeral(
        &at_b,
        &from_a,
        length,
        &case.bytes("responderEphemeral")?,
    )
    .map_err(refused)?;
    let (ours, s_a) = initiator.finish(&from_b, &s_b).map_err(refused)?;
    let theirs = responder.confirm(&s_a).map_err(refused)?;
    if ours.as_bytes() != theirs.as_bytes() {
        return Err(wrong("the two sides have different keys"));
    }
    made(&[&from_a.to_sec1(), &from_b.to_sec1(), &s_a, &s_b, ours.as_bytes()])
}

/// One side, the other's point and confirmation given.
fn exchange(case: &Case) -> Answer {
    let (key, id) = (case.private_key("privateKey")?, case.id("id")?);
    let peer = PublicKey::from_sec1(&case.bytes("peerPublicKey")?).map_err(refused)?;
    let peer_id = case.id("peerId")?;
    let parties = Parties { key: &key, id: &id, peer: &peer, peer_id: &peer_id };
    let theirs = PublicKey::from_sec1(&case.bytes("peerEphemeral")?).map_err(refused)?;
    let (length, ephemeral) = (case.number("klenBytes")?, case.bytes("ephemeral")?);
    let confirmation = case.bytes("confirmation")?;
    let agreed = if case.text("role")? == "initiator" {
        let (initiator, _) =
            hazmat::sm2_initiator_with_ephemeral(&parties, length, &ephemeral).map_err(refused)?;
        initiator.finish(&theirs, &confirmation).map_err(refused)?.0
    } else {
        let (responder, _, _) =
            hazmat::sm2_responder_with_ephemeral(&parties, &theirs, length, &ephemeral)
                .map_err(refused)?;
        responder.confirm(&confirmation).map_err(refused)?
    };
    equal(agreed.as_bytes(), &case.bytes("key")?)
}

fn digest(cases: &[Case]) -> Vec<Answer> {
    let messages: Vec<Result<Vec<u8>, Stop>> = cases.iter().map(|case| case.bytes("msg")).collect();
    let views: Vec<&[u8]> = messages.iter().flatten().map(Vec::as_slice).collect();
    let mut together = sm3::digest_many(&views, 1).into_iter();
    let mut judge = |message: &Result<Vec<u8>, Stop>| -> Answer {
        let one = sm3::digest(message.as_ref().map_err(Clone::clone)?);
        match together.next() {
            Some(many) if many == one => made(&[&one]),
            _ => Err(wrong("digest_many gives another digest")),
        }
    };
    messages.iter().map(&mut judge).collect()
}

fn cbc(run: &[Case]) -> Result<Vec<Answer>, Stop> {
    let key = Sm4Key::new(&run[0].bytes("key")?).map_err(refused)?;
    let messages: Vec<Vec<u8>> =
        run.iter().map(|case| case.bytes("msg")).collect::<Result<_, _>>()?;
    let ivs: Vec<[u8; 16]> = run.iter().map(|case| case.array("iv")).collect::<Result<_, _>>()?;
    let items: Vec<(&[u8; 16], &[u8])> =
        ivs.iter().zip(&messages).map(|(iv, message)| (iv, message.as_slice())).collect();
    let judge = |(&(iv, message), many): (&(&[u8; 16], &[u8]), Vec<u8>)| -> Answer {
        let one = key.cbc_encrypt(iv, message);
        if one != many {
            return Err(wrong("cbc_encrypt_many gives another ciphertext"));
        }
        opened(&key.cbc_decrypt(iv, &one).map_err(wrong)?, message)?;
        made(&[&one])
    };
    Ok(items.iter().zip(key.cbc_encrypt_many(&items, 1)).map(judge).collect())
}

fn ctr(case: &Case) -> Answer {
    let key = Sm4Key::new(&case.bytes("key")?).map_err(refused)?;
    let (iv, message) = (case.array("iv")?, case.bytes("msg")?);
    let ciphertext = key.ctr(&iv, &message);
    opened(&key.ctr(&iv, &ciphertext), &message)?;
    made(&[&ciphertext])
}

fn gcm(case: &Case) -> Answer {
    let key = Sm4Key::new(&case.bytes("key")?).map_err(refused)?;
    let (iv, aad, message) = (case.array("iv")?, case.bytes("aad")?, case.bytes("msg")?);
    let (ciphertext, tag) = key.gcm_encrypt(&iv, &aad, &message).map_err(refused)?;
    made(&[&ciphertext, &tag])
}

fn gcm_open(case: &Case) -> Answer {
    let key = Sm4Key::new(&case.bytes("key")?).map_err(refused)?;
    let (iv, aad) = (case.array("iv")?, case.bytes("aad")?);
    let message = key.gcm_decrypt(&iv, &aad, &case.bytes("ct")?, &case.bytes("tag")?);
    equal(&message.map_err(refused)?, &case.bytes("msg")?)
}

fn opened(got: &[u8], message: &[u8]) -> Result<(), Stop> {
    if got == message { Ok(()) } else { Err(wrong("what was encrypted opens otherwise")) }
}

/// One line that asks.
struct Case<'a> {
    number: &'a str,
    kind: &'a str,
    fields: HashMap<&'a str, &'a str>,
}

impl<'a> Case<'a> {
    fn read(line: &'a str) -> Result<Case<'a>, String> {
        let mut parts = line.split('\t');
        match (parts.next(), parts.next()) {
            (Some(number), Some(kind)) => {
                let fields = parts.filter_map(|part| part.split_once('=')).collect();
                Ok(Case { number, kind, fields })
            }
            _ => Err(format!("no case: {line}")),
        }
    }

    fn text(&self, name: &str) -> Result<&'a str, Stop> {
        self.fields.get(name).copied().ok_or_else(|| wrong(format!("{name} is missing")))
    }

    fn bytes(&self, name: &str) -> Result<Vec<u8>, Stop> {
        hex::decode(self.text(name)?).ok_or_else(|| wrong(format!("{name} is not hexadecimal")))
    }

    fn array<const N: usize>(&self, name: &str) -> Result<[u8; N], Stop> {
        let bytes = self.bytes(name)?;
        bytes.try_into().map_err(|_| wrong(format!("{name} has another length")))
    }

    fn number(&self, name: &str) -> Result<usize, Stop> {
        self.text(name)?.parse().map_err(|_| wrong(format!("{name} is no number")))
    }

    fn id(&self, name: &str) -> Result<UserId, Stop> {
        UserId::new(&self.bytes(name)?).map_err(refused)
    }

    fn private_key(&self, name: &str) -> Result<PrivateKey, Stop> {
        PrivateKey::from_bytes(&self.bytes(name)?).map_err(refused)
    }
}
