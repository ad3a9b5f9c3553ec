//! Pay first, clear later (先支付后清算): whether what a clearing request asks for was paid.
//!
//! Every detail of a clearing request (2301) points to a payment voucher. Its sealed receipt has to
//! show that money was paid, on or before the date of the request, with the agent bank's business
//! number; the request asks for exactly what was paid less what came back before; and no payment is
//! asked for twice. A refund (2302) gives back what was cleared, once for each detail.
//!
//! The request carries the sealed receipts as attachments. Where they are not at hand the request is
//! refused, unless the policy says that this is recorded ([`EvidencePolicy::Record`]) and reconciled
//! by the party that has them.

mod refund;
mod values;

pub use refund::{Original, check_refund};

use super::life_cycle::ClearingFacts;
use super::state::State;
use crate::error::{Code, Error, Result};
use crate::report::{CheckCode, Outcome, Report, Verdict};
use crate::voucher::{Fen, Record, Voucher, VoucherId};
use std::collections::BTreeMap;
use values::date;
pub(in crate::store) use values::{amount, given, missing, optional_amount};

/// What follows where a sealed receipt is not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EvidencePolicy {
    /// The request does not hold.
    #[default]
    Require,
    /// `clearing.evidence` stays NotDetermined, and the request may be accepted all the same: the
    /// party that has the receipts reconciles.
    Record,
}

/// By what a clearing request is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClearingRules {
    /// What follows where a sealed receipt is not at hand.
    pub evidence: EvidencePolicy,
    /// Which type of voucher pays, for each `PayTypeCode`.
    pub pay_types: BTreeMap<String, String>,
    /// Which type of voucher paid what came back, for each type of refund notice.
    pub refund_types: BTreeMap<String, String>,
}

impl Default for ClearingRules {
    fn default() -> Self {
        let known = [("11", "5201"), ("001001", "5201"), ("12", "8202"), ("001002", "8202")];
        let own = |(code, vt_code): (&str, &str)| (code.to_owned(), vt_code.to_owned());
        let pay_types = known.into_iter().map(own).collect();
        let refund_types = [("2203", "5201"), ("2204", "8202")].into_iter().map(own).collect();
        ClearingRules { evidence: EvidencePolicy::default(), pay_types, refund_types }
    }
}

/// A payment that a request may ask for.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Payment<'a> {
    /// The payment voucher.
    pub id: VoucherId,
    /// Its receipt; where there is none, the original.
    pub receipt: &'a Voucher,
    /// The verdict of the report about the sealed receipt.
    pub verdict: Verdict,
    /// What came back before the request, positive.
    pub refunded: Fen,
    /// Another request that asks or asked for it.
    pub claimed_by: Option<VoucherId>,
    /// Where the payment stands that the verifier itself holds and that has no sealed receipt.
    pub unpaid: Option<State>,
}

impl<'a> Payment<'a> {
    /// A payment by its receipt and the verdict about it; nothing came back, nobody asked for it.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if the receipt does not name its voucher.
    pub fn new(receipt: &'a Voucher, verdict: Verdict) -> Result<Payment<'a>> {
        let id = receipt.id()?;
        Ok(Payment { id, receipt, verdict, refunded: Fen::ZERO, claimed_by: None, unpaid: None })
    }

    /// A payment that the verifier itself holds and that stands in this state: it has no sealed
    /// receipt, and no policy makes up for it.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if the original does not name its voucher.
    pub fn without_receipt(original: &'a Voucher, state: State) -> Result<Payment<'a>> {
        Ok(Payment { unpaid: Some(state), ..Payment::new(original, Verdict::Invalid)? })
    }
}

/// What was found about a clearing request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClearingCheck {
    /// The report, with one part for each payment.
    pub report: Report,
    /// The payments that it asks for, and for how much.
    pub claims: Vec<(VoucherId, Fen)>,
    policy: EvidencePolicy,
}

impl ClearingCheck {
    /// What the life cycle makes of it: it holds if the report is Valid or, where the policy says
    /// so, if nothing is open but the evidence.
    pub fn facts(&self) -> ClearingFacts {
        let open = |report: &Report| {
            report.missing().is_empty()
                && report.checks().iter().filter(|check| check.required).all(|check| {
                    check.outcome == Outcome::Passed
                        || (check.outcome == Outcome::NotDetermined
                            && check.code == CheckCode::ClearingEvidence)
                })
        };
        let recorded = self.policy == EvidencePolicy::Record
            && open(&self.report)
            && self.report.reports().iter().all(open);
        let holds = self.report.is_valid() || recorded;
        if holds { ClearingFacts::Hold } else { ClearingFacts::Broken }
    }
}

/// Judges a clearing request (2301) by the payments that the verifier has. Payments of other
/// vouchers are passed over.
///
/// # Errors
///
/// [`Code::Argument`] if the voucher is no 2301; [`Code::Value`] naming a field of it that cannot be
/// read. What is wrong with the payments is no error but in the report.
pub fn check_clearing(
    request: &Voucher,
    payments: &[Payment<'_>],
    rules: &ClearingRules,
) -> Result<ClearingCheck> {
    let id = request.id()?;
    if id.vt_code != "2301" {
        return Err(Error::new(Code::Argument, "VtCode", "a clearing request is a 2301"));
    }
    let header = request.header();
    let asked_on = date(header, "VouDate")?.ok_or_else(|| missing(header, "VouDate"))?;
    let vt_code = paying_type(request, rules)?;
    let known: BTreeMap<&VoucherId, &Payment<'_>> =
        payments.iter().rev().map(|payment| (&payment.id, payment)).collect();
    let asked = group(request, &id, vt_code, &known)?;
    let mut report = Report::new(format!("clearing request {id}"), &[CheckCode::ClearingTotal]);
    total(&mut report, request)?;
    let mut claims = Vec::new();
    for (payment_id, details) in &asked {
        let sum = sum(details)?;
        report.add_report(match known.get(payment_id) {
            Some(payment) => judge(&id, asked_on, payment, details, sum, rules.evidence),
            None => absent(payment_id, rules.evidence),
        });
        let sum = i64::try_from(sum).ok().and_then(Fen::new);
        let sum =
            sum.ok_or_else(|| Error::new(Code::Value, "PayAmt", "a sum beyond one amount"))?;
        claims.push((payment_id.clone(), sum));
    }
    Ok(ClearingCheck { report, claims, policy: rules.evidence })
}

/// The details of a request by the payment that they point to.
fn group<'v>(
    request: &'v Voucher,
    id: &VoucherId,
    vt_code: &str,
    known: &BTreeMap<&VoucherId, &Payment<'_>>,
) -> Result<BTreeMap<VoucherId, Vec<Record<'v>>>> {
    let mut asked: BTreeMap<VoucherId, Vec<Record<'v>>> = BTreeMap::new();
    for detail in request.details() {
        let mut named = named(detail, id, vt_code)?;
        // The number of the authorised payment counts where the other one names no payment.
        let second = named.len() == 2 && !known.contains_key(&named[0]);
        let second = second && known.contains_key(&named[1]);
        asked.entry(named.swap_remove(usize::from(second))).or_default().push(detail);
    }
    Ok(asked)
}

/// The payments that a detail of a request may point to: one or two.
fn named(detail: Record<'_>, id: &VoucherId, vt_code: &str) -> Result<Vec<VoucherId>> {
    let numbers = ["VoucherNo", "DAVoucherNo"].into_iter().filter_map(|name| given(detail, name));
    let of = |number| VoucherId::new(&id.adm_div_code, &id.st_year, vt_code, number);
    let named = numbers.map(of).collect::<Result<Vec<VoucherId>>>()?;
    if named.is_empty() { Err(missing(detail, "VoucherNo")) } else { Ok(named) }
}

/// The details of a request, each with the payments that it may point to.
///
/// # Errors
///
/// As [`check_clearing`].
pub(in crate::store) fn pointers<'v>(
    request: &'v Voucher,
    rules: &ClearingRules,
) -> Result<Vec<(Vec<VoucherId>, Record<'v>)>> {
    let id = request.id()?;
    let vt_code = paying_type(request, rules)?;
    request.details().map(|detail| Ok((named(detail, &id, vt_code)?, detail))).collect()
}

/// The type of voucher that pays what a request asks for.
fn paying_type<'r>(request: &Voucher, rules: &'r ClearingRules) -> Result<&'r str> {
    let pay_type = given(request.header(), "PayTypeCode").unwrap_or_default();
    rules.pay_types.get(pay_type).map(String::as_str).ok_or_else(|| {
        let message = format!("{pay_type:?} does not say which vouchers pay");
        Error::new(Code::Value, "PayTypeCode", message)
    })
}

fn sum(details: &[Record<'_>]) -> Result<i128> {
    let mut sum = 0i128;
    for detail in details {
        sum += i128::from(amount(*detail, "PayAmt")?.value());
    }
    Ok(sum)
}

fn total(report: &mut Report, request: &Voucher) -> Result<()> {
    let header = amount(request.header(), "PayAmt")?.value();
    let mut sum = 0i128;
    let mut positive = header > 0;
    for detail in request.details() {
        let amount = amount(detail, "PayAmt")?.value();
        positive &= amount > 0;
        sum += i128::from(amount);
    }
    let holds = positive && sum == i128::from(header);
    let detail = if holds { String::new() } else { format!("{header} fen, details {sum} fen") };
    report.check(CheckCode::ClearingTotal, holds, "PayAmt", detail);
    Ok(())
}

/// A payment of which no receipt is at hand.
fn absent(payment: &VoucherId, policy: EvidencePolicy) -> Report {
    let mut report = Report::new(format!("payment {payment}"), &[CheckCode::ClearingEvidence]);
    let outcome = without_evidence(policy);
    report.check(CheckCode::ClearingEvidence, outcome, "", "no sealed receipt is at hand");
    report
}

fn without_evidence(policy: EvidencePolicy) -> Outcome {
    match policy {
        EvidencePolicy::Require => Outcome::Failed,
        EvidencePolicy::Record => Outcome::NotDetermined,
    }
}

fn judge(
    request: &VoucherId,
    asked_on: u32,
    payment: &Payment<'_>,
    details: &[Record<'_>],
    sum: i128,
    policy: EvidencePolicy,
) -> Report {
    let mandatory = [
        CheckCode::ClearingEvidence,
        CheckCode::ClearingPaid,
        CheckCode::ClearingDate,
        CheckCode::ClearingReference,
        CheckCode::ClearingSum,
        CheckCode::ClearingOnce,
    ];
    let mut report = Report::new(format!("payment {}", payment.id), &mandatory);
    let failed = |words: &str| (Outcome::Failed, words.to_owned());
    let evidence = match (payment.unpaid, payment.verdict) {
        (Some(state), _) => failed(&format!("it is {}, without a sealed receipt", state.name())),
        (None, Verdict::Valid) => (Outcome::Passed, String::new()),
        (None, Verdict::Invalid) => failed("the receipt is Invalid"),
        (None, Verdict::NotDetermined) => {
            (without_evidence(policy), "the receipt is NotDetermined".to_owned())
        }
    };
    report.check(CheckCode::ClearingEvidence, evidence.0, "", evidence.1);

    let receipt = payment.receipt;
    let header = receipt.header();
    let paid = paid(receipt);
    let amount = paid.as_ref().map_or(0, |paid| *paid);
    let detail = paid.as_ref().err().map(Error::to_string).unwrap_or_default();
    report.check(CheckCode::ClearingPaid, amount > 0, "XPayAmt", detail);

    // A batch may have day and number in its details alone, those that were paid.
    let paid_details: Vec<Record<'_>> = receipt
        .details()
        .filter(|detail| optional_amount(*detail, "XPayAmt").is_ok_and(|paid| paid > 0))
        .collect();
    let holders = |name: &str| -> Vec<Record<'_>> {
        match given(header, name) {
            Some(_) => vec![header],
            None => paid_details.clone(),
        }
    };
    let dated = holders("XPayDate");
    let in_time =
        |record: &Record<'_>| matches!(date(*record, "XPayDate"), Ok(Some(day)) if day <= asked_on);
    let holds = !dated.is_empty() && dated.iter().all(in_time);
    let detail = if holds { "" } else { "no date, or one after the request" };
    report.check(CheckCode::ClearingDate, holds, "XPayDate", detail);

    let numbered = holders("XAgentBusinessNo");
    let holds = !numbered.is_empty()
        && numbered.iter().all(|record| given(*record, "XAgentBusinessNo").is_some());
    report.check(CheckCode::ClearingReference, holds, "XAgentBusinessNo", "");

    let due = amount - i128::from(payment.refunded.value());
    let detail = if sum == due { String::new() } else { format!("{sum} fen, {due} are due") };
    report.check(CheckCode::ClearingSum, sum == due && sum > 0, "PayAmt", detail);

    let other = payment.claimed_by.as_ref().filter(|by| *by != request);
    let detail = other.map(|by| format!("{by} asks for it")).unwrap_or_default();
    report.check(CheckCode::ClearingOnce, other.is_none(), "", detail);
    lines(&mut report, payment, details);
    report
}

/// What a receipt says that was paid: in its header, and its details agree where they say it.
fn paid(receipt: &Voucher) -> Result<i128> {
    let header = i128::from(amount(receipt.header(), "XPayAmt")?.value());
    let mut said = false;
    let mut sum = 0i128;
    for detail in receipt.details() {
        said |= given(detail, "XPayAmt").is_some();
        sum += optional_amount(detail, "XPayAmt")?;
    }
    if said && sum != header {
        let message = format!("{header} fen, details {sum} fen");
        return Err(Error::new(Code::Rules, "XPayAmt", message));
    }
    Ok(header)
}

/// The sums by unit and function, where both sides say them for every detail. A refund may be of any
/// line, so after one they need not agree.
fn lines(report: &mut Report, payment: &Payment<'_>, asked: &[Record<'_>]) {
    let code = CheckCode::ClearingLines;
    if payment.refunded != Fen::ZERO {
        report.inform(code, Outcome::NotDetermined, "", "something came back before");
        return;
    }
    let header = payment.receipt.header();
    let paid: Option<Vec<_>> = payment
        .receipt
        .details()
        .filter(|detail| given(*detail, "XPayAmt").is_none_or(|paid| paid != "0.00"))
        .map(|detail| {
            let name = if given(detail, "XPayAmt").is_some() { "XPayAmt" } else { "PayAmt" };
            let of = |field| given(detail, field).or_else(|| given(header, field));
            let amount = optional_amount(detail, name).ok()?;
            Some((of("AgencyCode")?, of("ExpFuncCode")?, amount))
        })
        .collect();
    let with_agency = asked.iter().all(|detail| given(*detail, "AgencyCode").is_some());
    let wanted: Option<Vec<_>> = asked
        .iter()
        .map(|detail| {
            let amount = optional_amount(*detail, "PayAmt").ok()?;
            let agency = given(*detail, "AgencyCode").unwrap_or_default();
            Some((agency, given(*detail, "ExpFuncCode")?, amount))
        })
        .collect();
    let (Some(paid), Some(wanted)) = (paid, wanted) else {
        report.inform(code, Outcome::NotDetermined, "", "a detail has no unit or function");
        return;
    };
    let sums = |lines: &[(&str, &str, i128)]| {
        let mut sums: BTreeMap<(String, String), i128> = BTreeMap::new();
        for (agency, function, amount) in lines {
            let agency = if with_agency { (*agency).to_owned() } else { String::new() };
            *sums.entry((agency, (*function).to_owned())).or_default() += amount;
        }
        sums
    };
    let (paid, wanted) = (sums(&paid), sums(&wanted));
    let different = paid.iter().chain(&wanted).find(|(key, _)| paid.get(*key) != wanted.get(*key));
    let detail = different.map(|((agency, function), _)| format!("{agency} {function}"));
    report.check(code, different.is_none(), "", detail.unwrap_or_default());
}
