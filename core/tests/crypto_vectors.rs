//! The example vectors of the folder that `YINXIN_SAMPLES` names, against the algorithms.

use serde_json::Value;
use std::path::PathBuf;
use yinxin::crypto::hazmat::{self, Sm2Digest};
use yinxin::crypto::sm2::{PrivateKey, PublicKey, Signature, UserId, kdf};
use yinxin::crypto::{hmac_sm3, sm3, sm4::Sm4Key};

/// One test, with the fields of its group behind its own.
struct Case<'a> {
    group: &'a Value,
    test: &'a Value,
}

impl Case<'_> {
    fn field(&self, name: &str) -> &Value {
        self.test.get(name).unwrap_or(&self.group[name])
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        unhex(self.field(name))
    }

    fn array<const N: usize>(&self, name: &str) -> Option<[u8; N]> {
        self.bytes(name).try_into().ok()
    }

    fn private_key(&self) -> PrivateKey {
        PrivateKey::from_bytes(&self.bytes("privateKey")).unwrap()
    }

    fn public_key(&self) -> PublicKey {
        PublicKey::from_sec1(&unhex(&self.field("publicKey")["uncompressed"])).unwrap()
    }

    fn gives(&self, found: Option<Vec<u8>>, expected: &str) -> bool {
        found == Some(self.bytes(expected))
    }

    /// Whether the case is accepted; `None` if it is not for this file to judge.
    fn accepted(&self) -> Option<bool> {
        let kind = self.group["type"].as_str().unwrap();
        if kind.starts_with("Sm4") { self.sm4(kind) } else { self.sm2_or_sm3(kind) }
    }

    fn sm2_or_sm3(&self, kind: &str) -> Option<bool> {
        Some(match kind {
            "Sm2Verify" => self.verify(Signature::from_der(&self.bytes("sig")).ok()),
            "Sm2VerifyRaw" => self.verify(Signature::from_raw(&self.bytes("sig")).ok()),
            "Sm2VerifyDigest" => {
                let digest = Sm2Digest(self.array("e").unwrap());
                Signature::from_der(&self.bytes("sig")).is_ok_and(|signature| {
                    hazmat::sm2_verify_digest(&self.public_key(), &digest, &signature).is_ok()
                })
            }
            "Sm2SignDigestWithK" => {
                let (key, digest) = (self.private_key(), Sm2Digest(self.array("e").unwrap()));
                let made = hazmat::sm2_sign_digest_with_nonce(&key, &digest, &self.bytes("k"));
                self.gives(made.ok().map(|signature| signature.to_raw().to_vec()), "sig")
            }
            "Sm2PublicKey" => {
                let key = self.bytes("key");
                let read = match self.field("encoding").as_str().unwrap() {
                    "sec1" => PublicKey::from_sec1(&key),
                    "raw64" => PublicKey::from_raw64(&key),
                    _ => PublicKey::from_spki_der(&key),
                };
                self.gives(read.ok().map(|key| key.to_sec1().to_vec()), "point")
            }
            "Sm2PrivateKey" if self.field("encoding") == "scalar" => {
                let key = PrivateKey::from_bytes(&self.bytes("key")).ok();
                self.gives(key.map(|key| key.public_key().to_sec1().to_vec()), "publicPoint")
            }
            "Sm2DecryptDer" => {
                self.gives(self.private_key().decrypt_der(&self.bytes("ct")).ok(), "msg")
            }
            "Sm2DecryptRawC1C3C2" => {
                self.gives(self.private_key().decrypt_raw(&self.bytes("ct")).ok(), "msg")
            }
            "Sm2Kdf" => {
                let length = self.field("klenBytes").as_u64().unwrap() as usize;
                self.gives(kdf(&self.bytes("z"), length).ok(), "key")
            }
            "Sm3" => {
                let repeat = self.field("repeat").as_u64().unwrap_or(1) as usize;
                let digest = sm3::digest(&self.bytes("msg").repeat(repeat));
                self.gives(Some(digest.to_vec()), "digest")
            }
            "Sm3Streaming" => self.streaming(),
            "HmacSm3" => {
                let tag = self.bytes("tag");
                hmac_sm3::verify(&self.bytes("key"), &self.bytes("msg"), &tag).is_ok()
            }
            _ => return None,
        })
    }

    fn sm4(&self, kind: &str) -> Option<bool> {
        let key = Sm4Key::new(&self.bytes("key")).ok()?;
        Some(match kind {
            "Sm4Ecb" => {
                let mut block = self.bytes("msg");
                for _ in 0..self.field("iterations").as_u64().unwrap_or(1) {
                    let Ok(next) = key.ecb_encrypt(&block) else { return Some(false) };
                    block = next;
                }
                self.gives(Some(block), "ct")
            }
            "Sm4CbcPkcs7" => {
                self.gives(key.cbc_decrypt(&self.array("iv")?, &self.bytes("ct")).ok(), "msg")
            }
            "Sm4Ctr" => self.gives(Some(key.ctr(&self.array("iv")?, &self.bytes("msg"))), "ct"),
            "Sm4Gcm" => {
                let (aad, ct, tag) = (self.bytes("aad"), self.bytes("ct"), self.bytes("tag"));
                self.gives(key.gcm_decrypt(&self.array("iv")?, &aad, &ct, &tag).ok(), "msg")
            }
            _ => return None,
        })
    }

    fn verify(&self, signature: Option<Signature>) -> bool {
        let Ok(id) = UserId::new(&self.bytes("id")) else { return false };
        signature.is_some_and(|signature| {
            self.public_key().verify(&id, &self.bytes("msg"), &signature).is_ok()
        })
    }

    fn streaming(&self) -> bool {
        let (message, digest) = (self.bytes("msg"), self.bytes("digest"));
        self.field("splits").as_array().unwrap().iter().all(|split| {
            let (mut hash, mut rest) = (sm3::Sm3::new(), &message[..]);
            for length in split.as_array().unwrap() {
                let (piece, after) = rest.split_at(length.as_u64().unwrap() as usize);
                hash.update(piece);
                rest = after;
            }
            rest.is_empty() && hash.finalize()[..] == digest
        })
    }
}

fn unhex(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn example_vectors_agree() {
    let Some(samples) = std::env::var_os("YINXIN_SAMPLES") else {
        println!("skipped: YINXIN_SAMPLES is not set");
        return;
    };
    let folder = PathBuf::from(samples).join("vectors");
    let (mut judged, mut wrong) = (0, Vec::new());
    for name in ["example-sm2-verify", "example-sm2-decrypt", "example-sm3", "example-sm4"] {
        let text = std::fs::read_to_string(folder.join(name).with_extension("json")).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        for group in file["testGroups"].as_array().unwrap() {
            let alone = [group.clone()];
            let tests = group["tests"].as_array().map_or(&alone[..], Vec::as_slice);
            for test in tests {
                let Some(accepted) = (Case { group, test }).accepted() else { continue };
                let result = test["result"].as_str().unwrap_or("valid");
                judged += 1;
                if result != "acceptable" && accepted != (result == "valid") {
                    wrong.push(format!("{name} {} {}", group["type"], test["tcId"]));
                }
            }
        }
    }
    assert!(judged > 20 && wrong.is_empty(), "{judged} judged, wrong: {wrong:?}");
    println!("{judged} example vectors agree");
}
