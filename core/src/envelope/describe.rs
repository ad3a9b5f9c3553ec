//! What packets, messages and receipts say, as JSON for callers in other languages.

use super::open::Message;
use super::packet::PacketId;
use super::receipt::{Answer, Receipt};
use crate::hex;
use serde_json::{Value, json};

impl PacketId {
    /// `{"kind","conversation","sequence","time","digest"}`, the digest being SM3 of the packet in
    /// hexadecimal digits.
    pub fn to_json(&self) -> String {
        self.value().to_string()
    }

    fn value(&self) -> Value {
        json!({
            "kind": self.header.kind,
            "conversation": self.header.conversation,
            "sequence": self.header.sequence,
            "time": self.header.time.to_string(),
            "digest": hex::encode(&self.digest),
        })
    }
}

impl Message {
    /// What [`PacketId::to_json`] gives, with `sender` and `receiver`, the names of party and mailbox.
    pub fn to_json(&self) -> String {
        let mut value = self.id().value();
        value["sender"] = self.sender().into();
        value["receiver"] = self.receiver().into();
        value.to_string()
    }
}

impl Receipt {
    /// `{"received","code","reason","time","missing"}`, the missing numbers as ranges `[first,last]`.
    pub fn to_json(&self) -> String {
        let (code, reason) = match &self.answer {
            Answer::Received => (None, None),
            Answer::Refused { code, reason } => (Some(code), Some(reason)),
        };
        let ranges = self.missing.iter().map(|range| json!([range.start(), range.end()]));
        json!({
            "received": self.answer == Answer::Received,
            "code": code,
            "reason": reason,
            "time": self.time.to_string(),
            "missing": ranges.collect::<Value>(),
        })
        .to_string()
    }
}
