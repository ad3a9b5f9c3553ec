//! The vouchers of the day, with the real fields and made-up names and amounts.

use super::plan::{Account, Payment, Plan};
use crate::failure::Failure;
use yinxin::Time;
use yinxin::voucher::{Encoding, Fen, Voucher, VoucherBuilder, VoucherId, example};

/// The made-up division.
pub const DIVISION: &str = example::ADM_DIV_CODE;
/// The treasury and the bank's number, by which quota is kept.
pub(super) const TREASURY: &str = "9900000000";
pub(super) const BANK_NO: &str = "102990000011";
pub(super) const FUNCTION: &str = "2050204";

/// The vouchers of one day.
#[derive(Debug, Clone)]
pub struct Papers {
    /// yyyyMMdd.
    date: String,
}

impl Papers {
    /// Those of the day that it is in China.
    pub fn of(now: Time) -> Papers {
        let day = now.plus_seconds(8 * 3600).unwrap_or(now).civil();
        Papers { date: format!("{:04}{:02}{:02}", day.year, day.month, day.day) }
    }

    /// The day, yyyyMMdd.
    pub fn date(&self) -> &str {
        &self.date
    }

    /// The budget year.
    pub fn year(&self) -> &str {
        &self.date[..4]
    }

    /// The number of the `number`th voucher of its type.
    pub fn voucher_no(&self, number: u32) -> String {
        format!("99{}{number:06}", self.date)
    }

    /// The id of the `number`th voucher of a type.
    pub fn id(&self, vt_code: &str, number: u32) -> Result<VoucherId, Failure> {
        Ok(VoucherId::new(DIVISION, &self.date[..4], vt_code, &self.voucher_no(number))?)
    }

    /// 5108 or 5106: a notice of clearing quota, with a line for each unit.
    pub fn notice(
        &self,
        vt_code: &str,
        number: u32,
        lines: &[(u32, i64)],
    ) -> Result<Voucher, Failure> {
        let mut voucher = self.start(vt_code, number)?;
        put(&mut voucher, &[("TreCode", TREASURY), ("FinOrgCode", DIVISION)]);
        put(&mut voucher, &FUND);
        put(&mut voucher, &BANK);
        put(&mut voucher, &[("PayBankNo", BANK_NO)]);
        put(&mut voucher, &CLEARING_ACCOUNTS);
        let name = if vt_code == "5106" { "PlanAmt" } else { "PayAmt" };
        if vt_code == "5106" {
            put(&mut voucher, &[("SetMonth", &self.date[4..6])]);
            voucher.field("DeptNum", &lines.len().to_string());
        }
        let total = fen(lines.iter().map(|(_, fen)| fen).sum());
        voucher.amount(name, total);
        for (agency, amount) in lines {
            let id = format!("{}{agency:02}", self.voucher_no(number));
            let unit = agency_code(*agency);
            let title = agency_name(*agency);
            let amount = fen(*amount).to_string();
            voucher.detail(&[
                ("Id", &id),
                ("SupDepCode", "101"),
                ("SupDepName", "示例市教育局"),
                ("AgencyCode", &unit),
                ("AgencyName", &title),
                ("FundTypeCode", "1"),
                ("FundTypeName", "一般公共预算资金"),
                ("ExpFuncCode", FUNCTION),
                ("ExpFuncName", "高中教育"),
                ("ProCatCode", "1"),
                ("ProCatName", "基本支出"),
                (name, &amount),
            ]);
        }
        Ok(voucher.build(Encoding::Gbk)?)
    }

    /// 5201: a direct payment to one payee, from the account that the payment says, or another.
    pub fn direct(&self, payment: &Payment, account: Account) -> Result<Voucher, Failure> {
        let voucher = example::direct_payment(payment.number)?;
        self.payment("5201", voucher, payment, account)
    }

    /// 8202: an authorised payment to one payee.
    pub fn authorised(&self, payment: &Payment, account: Account) -> Result<Voucher, Failure> {
        let voucher = example::authorised_payment(payment.number)?;
        self.payment("8202", voucher, payment, account)
    }

    fn payment(
        &self,
        vt_code: &str,
        mut voucher: VoucherBuilder,
        payment: &Payment,
        account: Account,
    ) -> Result<Voucher, Failure> {
        let number = self.voucher_no(payment.number);
        let (unit, title) = (agency_code(payment.agency), agency_name(payment.agency));
        let account = account.number(payment.number);
        self.name(&mut voucher, vt_code, payment.number);
        put(&mut voucher, &[("AgencyCode", &unit), ("AgencyName", &title)]);
        put(&mut voucher, &[("PayeeAcctNo", &account)]);
        voucher.amount("PayAmt", fen(payment.amount));
        for (name, value) in [
            ("Id", format!("{number}01")),
            ("VoucherBillId", format!("{vt_code}{number}")),
            ("VoucherBillNo", number.clone()),
            ("VoucherNo", format!("{number}-1")),
            ("AgencyCode", unit),
            ("AgencyName", title),
            ("PayeeAcctNo", account),
            ("PayAmt", fen(payment.amount).to_string()),
        ] {
            voucher.detail_field(1, name, &value)?;
        }
        Ok(voucher.build(Encoding::Gbk)?)
    }

    /// 5201: the payroll, a direct payment to many, whose details go beside it as an 8207.
    pub fn payroll(&self, plan: &Plan) -> Result<Voucher, Failure> {
        let number = plan.payroll();
        let mut voucher = self.start("5201", number)?;
        let rows = plan.payroll_rows();
        put(&mut voucher, &FUND);
        put(&mut voucher, &[("BgtTypeCode", "1"), ("BgtTypeName", "年初预算")]);
        put(&mut voucher, &[("PayTypeCode", "001001"), ("PayTypeName", "直接支付")]);
        put(&mut voucher, &[("ProCatCode", "1"), ("ProCatName", "基本支出")]);
        put(&mut voucher, &[("SupDepCode", "101"), ("SupDepName", "示例市教育局")]);
        let (unit, title) = (agency_code(1), agency_name(1));
        put(&mut voucher, &[("AgencyCode", &unit), ("AgencyName", &title)]);
        put(&mut voucher, &[("ExpFuncCode", FUNCTION), ("ExpFuncName", "高中教育")]);
        put(&mut voucher, &[("ExpEcoCode", "30101"), ("ExpEcoName", "基本工资")]);
        put(&mut voucher, &BANK);
        put(&mut voucher, &PAYER);
        voucher.amount("PayAmt", fen(rows.iter().map(|(fen, _)| fen).sum()));
        put(&mut voucher, &[("BusinessTypeCode", "3"), ("BusinessTypeName", "工资业务")]);
        for (row, (amount, account)) in (1..).zip(&rows) {
            let (id, name) = (self.row_id(number, row), payee_name(row));
            voucher.detail(&[
                ("Id", &id),
                ("VoucherBillId", &format!("5201{}", self.voucher_no(number))),
                ("VoucherBillNo", &self.voucher_no(number)),
                ("AgencyCode", &unit),
                ("AgencyName", &title),
                ("ExpFuncCode", FUNCTION),
                ("PayeeAcctNo", &account.number(row)),
                ("PayeeAcctName", &name),
                ("PayeeAcctBankName", PAYEE_BANK),
                ("PayAmt", &fen(*amount).to_string()),
            ]);
        }
        Ok(voucher.build(Encoding::Gbk)?)
    }

    /// 8207: who gets what of the payroll.
    pub fn batch(&self, plan: &Plan) -> Result<Voucher, Failure> {
        let payroll = plan.payroll();
        let rows = plan.payroll_rows();
        let mut voucher = self.start("8207", 1)?;
        put(&mut voucher, &[("OriginalVtCode", "5201")]);
        voucher.field("OriginalVoucherNo", &self.voucher_no(payroll));
        voucher.amount("SumAmt", fen(rows.iter().map(|(fen, _)| fen).sum()));
        let (unit, title) = (agency_code(1), agency_name(1));
        put(&mut voucher, &[("AgencyCode", &unit), ("AgencyName", &title)]);
        put(&mut voucher, &PAYER);
        put(&mut voucher, &BANK);
        put(&mut voucher, &[("BusinessTypeCode", "3"), ("BusinessTypeName", "工资业务")]);
        put(&mut voucher, &[("PayTypeCode", "001001"), ("PayTypeName", "直接支付")]);
        for (row, (amount, account)) in (1..).zip(&rows) {
            voucher.detail(&[
                ("Id", &self.row_id(payroll, row)),
                ("OriVoucherNo", &self.voucher_no(payroll)),
                ("PayeeAcctNo", &account.number(row)),
                ("PayeeAcctName", &payee_name(row)),
                ("PayeeAcctBankName", PAYEE_BANK),
                ("PayAmt", &fen(*amount).to_string()),
            ]);
        }
        Ok(voucher.build(Encoding::Gbk)?)
    }

    pub(super) fn row_id(&self, number: u32, row: u32) -> String {
        format!("{}{row:04}", self.voucher_no(number))
    }

    /// The id of a detail of a payment or a request.
    pub fn detail_id(&self, number: u32, row: u32, many: bool) -> String {
        if many { self.row_id(number, row) } else { format!("{}{row:02}", self.voucher_no(number)) }
    }

    pub(super) fn start(&self, vt_code: &str, number: u32) -> Result<VoucherBuilder, Failure> {
        let mut voucher = VoucherBuilder::new(&self.id(vt_code, number)?);
        self.name(&mut voucher, vt_code, number);
        Ok(voucher)
    }

    /// Division, year, type, number, id and date.
    fn name(&self, voucher: &mut VoucherBuilder, vt_code: &str, number: u32) {
        let number = self.voucher_no(number);
        put(voucher, &[("AdmDivCode", DIVISION), ("StYear", &self.date[..4])]);
        put(voucher, &[("VtCode", vt_code), ("VoucherNo", &number)]);
        voucher.field("Id", &format!("{vt_code}{number}")).field("VouDate", &self.date);
    }
}

pub(super) const FUND: [(&str, &str); 2] =
    [("FundTypeCode", "1"), ("FundTypeName", "一般公共预算资金")];
const BANK: [(&str, &str); 2] = [("PayBankCode", "102"), ("PayBankName", "某某银行示例分行")];
const PAYEE_BANK: &str = "某某银行示例市城东支行";
pub(super) const PAYER: [(&str, &str); 3] = [
    ("PayAcctNo", "990000000009880016"),
    ("PayAcctName", "示例市财政零余额账户"),
    ("PayAcctBankName", "某某银行示例分行营业部"),
];
const CLEARING_ACCOUNTS: [(&str, &str); 6] = [
    ("PayAcctNo", "990000000003271001"),
    ("PayAcctName", "示例市财政国库存款"),
    ("PayAcctBankName", "国家金库示例市中心支库"),
    ("PayeeAcctNo", "990000000009880016"),
    ("PayeeAcctName", "示例市财政零余额账户"),
    ("PayeeAcctBankName", "某某银行示例分行营业部"),
];

pub(super) fn put(voucher: &mut VoucherBuilder, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        voucher.field(name, value);
    }
}

fn agency_code(agency: u32) -> String {
    format!("10100{agency}")
}

fn agency_name(agency: u32) -> String {
    format!("示例市第{agency}中学")
}

fn payee_name(row: u32) -> String {
    format!("教职工{row:03}")
}

/// The day's amounts are far from what a voucher cannot write.
pub(super) fn fen(value: i64) -> Fen {
    Fen::new(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::papers_of_bank::Paid;
    use super::*;
    use yinxin::store::quota;
    use yinxin::voucher::{Catalogue, Layer};

    fn papers() -> (Papers, Time) {
        let now = Time::parse_rfc3339("2026-03-02T23:30:00Z").unwrap();
        (Papers::of(now), now)
    }

    fn paid(number: u32, agency: u32, amount: i64) -> Paid {
        Paid {
            voucher_no: papers().0.voucher_no(number),
            agency: agency_code(agency),
            amount: fen(amount),
            business_no: "B1".to_owned(),
        }
    }

    #[test]
    fn every_voucher_keeps_the_rules_of_its_type() {
        let (papers, now) = papers();
        assert_eq!(papers.date(), "20260303", "it is the next day in China");
        let plan = Plan::of(20);
        let catalogue = Catalogue::built_in();
        let mut made = vec![
            papers.notice("5108", 1, &plan.direct_quota()).ok().unwrap(),
            papers.notice("5106", 1, &plan.authorised_quota()).ok().unwrap(),
            papers.payroll(&plan).ok().unwrap(),
            papers.batch(&plan).ok().unwrap(),
            papers.clearing(1, "001001", &[paid(1, 2, 5), paid(2, 1, 7)]).ok().unwrap(),
            papers.clearing_refund(1, "001001", &paid(1, 2, 5), ("9", "91")).ok().unwrap(),
            papers.refund_notice(1, &paid(1, 2, 5), "91").ok().unwrap(),
        ];
        for payment in plan.direct_payments() {
            made.push(papers.direct(&payment, payment.account).ok().unwrap());
        }
        for payment in plan.authorised_payments() {
            made.push(papers.authorised(&payment, Account::Good).ok().unwrap());
        }
        for voucher in made {
            let id = voucher.id().unwrap();
            let entry = catalogue.entry(&id.vt_code).unwrap();
            let violations = entry.violations(&voucher, Layer::Issuer, Some(now));
            assert!(violations.is_empty(), "{id}: {violations:?}");
        }
    }

    #[test]
    fn requests_and_refunds_are_kept_by_the_keys_of_the_notices() {
        let (papers, _) = papers();
        let fields = quota::QuotaFields::default();
        let lines = |voucher: &Voucher| {
            let lines = quota::lines(voucher, &fields).unwrap().unwrap();
            lines.iter().map(|(key, fen, _)| (key.clone(), fen)).collect::<Vec<_>>()
        };
        let notice = lines(&papers.notice("5108", 1, &[(2, 12)]).ok().unwrap());
        let request = papers.clearing(1, "001001", &[paid(1, 2, 5), paid(2, 2, 7)]).ok().unwrap();
        assert_eq!(notice, lines(&request));
        let back = papers.clearing_refund(1, "001001", &paid(1, 2, 5), ("9", "91")).ok().unwrap();
        assert_eq!(lines(&back), [(notice[0].0.clone(), -5)]);
    }
}
