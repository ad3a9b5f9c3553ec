//! The vouchers of the histories: notices, requests, refunds and payments, with variants of each.

use crate::store_common::{fen, id, yuan};
use yinxin::store::View;
use yinxin::store::quota::{QuotaFields, lines};
use yinxin::voucher::{Body, Encoding, Fen, VoucherBuilder, VoucherId};

/// How often each type stands among the vouchers.
const NOTICES: usize = 6;
const REQUESTS: usize = 12;
const REFUNDS: usize = 4;
const PAYMENTS: usize = 14;

/// Which document: the original or the receipt over it, of the first or the second content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Original(usize),
    Receipt(usize),
}

/// A voucher that may come, or be written.
pub struct Plan {
    pub id: VoucherId,
    pub view: View,
    pub amount: Fen,
    /// What it adds to each quota when it is posted, by the text of the key.
    pub change: Vec<(String, i64)>,
    originals: [Body; 2],
    receipts: [Body; 2],
}

impl Plan {
    pub fn body(&self, which: Which) -> &Body {
        match which {
            Which::Original(content) => &self.originals[content],
            Which::Receipt(content) => &self.receipts[content],
        }
    }

    pub fn touches_quota(&self) -> bool {
        !self.change.is_empty()
    }

    pub fn begins_quota(&self) -> bool {
        self.id.vt_code == "5106"
    }
}

pub fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for number in 0..NOTICES {
        // The last ones cut.
        let sign = if number + 2 < NOTICES { 1 } else { -1 };
        let amount = sign * (1_000 + 137 * number as i64);
        plans.push(plan("5106", number, View::Receiver, &[(number % 3, amount)]));
    }
    plans.push(plan("5106", NOTICES, View::Receiver, &[(0, 700), (1, 900)]));
    for number in 0..REQUESTS {
        let amount = 150 + 61 * (number as i64 % 7);
        let lines = [(number % 3, amount), ((number + 1) % 3, 40)];
        let count = 1 + usize::from(number % 4 == 0);
        plans.push(plan("2301", number, View::Receiver, &lines[..count]));
    }
    for number in 0..REFUNDS {
        plans.push(plan("2302", number, View::Receiver, &[(number % 3, -90)]));
    }
    for number in 0..PAYMENTS {
        let view = if number % 3 != 0 { View::Issuer } else { View::Receiver };
        plans.push(plan("5201", number, view, &[(number % 3, 500)]));
    }
    plans
}

/// A voucher with these lines: which unit, and how much.
fn plan(vt_code: &str, number: usize, view: View, all: &[(usize, i64)]) -> Plan {
    let id = id(vt_code, &format!("H{number:03}"));
    let originals = ["甲", "乙"].map(|content| original(&id, content, all));
    let receipts = [0, 1].map(|content: usize| {
        let original: &Body = &originals[content];
        let mut receipt = VoucherBuilder::from_voucher(original.voucher());
        receipt.field("XPayDate", "20260302");
        let receipt = receipt.build_receipt(original.voucher()).unwrap();
        Body::receipt(original.clone(), receipt).unwrap()
    });
    // The names of the keys are the library's, the sums are ours.
    let named = lines(originals[0].voucher(), &QuotaFields::default()).unwrap();
    let mut sums = [0; 3];
    all.iter().for_each(|(unit, amount)| sums[*unit] += amount);
    let sums = sums.into_iter().filter(|sum| *sum != 0);
    let sign = if vt_code == "5106" { 1 } else { -1 };
    let change = named.iter().flat_map(|named| named.iter()).zip(sums);
    let change = change.map(|((key, _, _), sum)| (key.to_string(), sign * sum)).collect();
    let total: i64 = all.iter().map(|(_, amount)| amount).sum();
    Plan { id, view, amount: fen(total.abs()), change, originals, receipts }
}

fn original(id: &VoucherId, content: &str, all: &[(usize, i64)]) -> Body {
    let amount = if id.vt_code == "5106" { "PlanAmt" } else { "PayAmt" };
    let mut voucher = VoucherBuilder::new(id);
    for (name, value) in [
        ("Id", id.voucher_no.as_str()),
        ("VouDate", "20260302"),
        ("TreCode", "9900000000"),
        ("PayTypeCode", "001002"),
        ("FundTypeCode", "1"),
        ("PayBankNo", "102990000011"),
        ("PaySummaryName", content),
    ] {
        voucher.field(name, value);
    }
    voucher.field(amount, &yuan(all.iter().map(|(_, amount)| amount).sum()));
    for (number, (unit, value)) in all.iter().enumerate() {
        voucher.detail(&[
            ("Id", &number.to_string()),
            ("AgencyCode", &format!("10100{unit}")),
            ("ExpFuncCode", "2050204"),
            (amount, &yuan(*value)),
        ]);
    }
    Body::original(voucher.build(Encoding::Gbk).unwrap()).unwrap()
}
