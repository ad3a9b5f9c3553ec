//! The vouchers that the bank makes: what it asks the treasury for, and what it gives back.

use super::papers::{BANK_NO, DIVISION, FUNCTION, FUND, PAYER, Papers, TREASURY, fen, put};
use crate::failure::Failure;
use yinxin::voucher::{Encoding, Fen, Voucher, VoucherBuilder};

/// What a clearing request asks for: a payment that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paid {
    pub voucher_no: String,
    pub agency: String,
    pub amount: Fen,
    pub business_no: String,
}

impl Papers {
    /// 2301: the bank asks for what it paid.
    pub fn clearing(
        &self,
        number: u32,
        pay_type: &str,
        payments: &[Paid],
    ) -> Result<Voucher, Failure> {
        let mut voucher = self.start("2301", number)?;
        self.clearing_header(&mut voucher, pay_type);
        voucher.amount("PayAmt", sum(payments));
        for (row, paid) in (1..).zip(payments) {
            voucher.detail(&[
                ("Id", &self.row_id(number, row)),
                ("VoucherNo", &paid.voucher_no),
                ("SupDepCode", "101"),
                ("SupDepName", "示例市教育局"),
                ("AgencyCode", &paid.agency),
                ("ExpFuncCode", FUNCTION),
                ("ExpFuncName", "高中教育"),
                ("PayAmt", &paid.amount.to_string()),
                ("PaySummaryName", "集中支付清算"),
                ("AgentBusinessNo", &paid.business_no),
            ]);
        }
        Ok(voucher.build(Encoding::Gbk)?)
    }

    /// 2302: the bank gives back what was cleared and came back. `request` and `detail` name what was
    /// cleared.
    pub fn clearing_refund(
        &self,
        number: u32,
        pay_type: &str,
        paid: &Paid,
        (request, detail): (&str, &str),
    ) -> Result<Voucher, Failure> {
        let mut voucher = self.start("2302", number)?;
        self.clearing_header(&mut voucher, pay_type);
        let back = fen(-paid.amount.value());
        voucher.amount("PayAmt", back);
        put(&mut voucher, &[("TKLX", "1"), ("ReturnDate", self.date())]);
        voucher.detail(&[
            ("Id", &self.row_id(number, 1)),
            ("VoucherNo", &paid.voucher_no),
            ("AgencyCode", &paid.agency),
            ("ExpFuncCode", FUNCTION),
            ("PayAmt", &back.to_string()),
            ("OriVoucherNo", request),
            ("OriVouDetailNo", detail),
            ("AgentBusinessNo", &paid.business_no),
        ]);
        Ok(voucher.build(Encoding::Gbk)?)
    }

    /// 2203: the bank tells finance that a payment came back.
    pub fn refund_notice(
        &self,
        number: u32,
        paid: &Paid,
        detail: &str,
    ) -> Result<Voucher, Failure> {
        let mut voucher = self.start("2203", number)?;
        put(&mut voucher, &[("PayTypeCode", "001001"), ("PayTypeName", "直接支付")]);
        put(&mut voucher, &[("AgencyCode", &paid.agency)]);
        put(&mut voucher, &PAYER);
        voucher.amount("PayAmt", paid.amount);
        voucher.detail(&[
            ("Id", &self.row_id(number, 1)),
            ("OriVoucherNo", &paid.voucher_no),
            ("OriVouDetailNo", detail),
            ("AgencyCode", &paid.agency),
            ("PayAmt", &paid.amount.to_string()),
        ]);
        Ok(voucher.build(Encoding::Gbk)?)
    }

    fn clearing_header(&self, voucher: &mut VoucherBuilder, pay_type: &str) {
        put(voucher, &[("TreCode", TREASURY), ("FinOrgCode", DIVISION)]);
        put(voucher, &FUND);
        put(voucher, &[("BgtTypeCode", "1"), ("BgtTypeName", "年初预算")]);
        let name = if pay_type == "001001" { "直接支付" } else { "授权支付" };
        put(voucher, &[("PayTypeCode", pay_type), ("PayTypeName", name)]);
        put(
            voucher,
            &[
                ("AgentAcctNo", "990000000009880016"),
                ("AgentAcctName", "示例市财政零余额账户"),
                ("AgentAcctBankName", "某某银行示例分行营业部"),
                ("ClearAcctNo", "990000000003271001"),
                ("ClearAcctName", "示例市财政国库存款"),
                ("ClearAcctBankName", "国家金库示例市中心支库"),
                ("PayBankName", "某某银行示例分行"),
                ("PayBankNo", BANK_NO),
            ],
        );
    }
}

/// What several payments come to.
fn sum(payments: &[Paid]) -> Fen {
    fen(payments.iter().map(|paid| paid.amount.value()).sum())
}
