//! Made-up vouchers with the real fields, for demonstrations, tests and benchmarks.
//!
//! Names, accounts and amounts are invented; the division code 990000 and the year 2026 are those
//! of no real voucher.

use super::{Body, Encoding, Envelope, Fen, VoucherBuilder, VoucherId};
use crate::error::Result;

/// The made-up division.
pub const ADM_DIV_CODE: &str = "990000";
/// The budget year.
pub const ST_YEAR: &str = "2026";
/// The date on the vouchers.
pub const DATE: &str = "20260302";

/// The number of the `number`th voucher of its type (1 to 999,999).
pub fn voucher_no(number: u32) -> String {
    format!("99{DATE}{number:06}")
}

/// 5106: a clearing quota notice for authorised payment (财政授权支付汇总清算额度通知单), from finance to
/// the central bank, with two budget units.
///
/// # Errors
///
/// None for a number from 1 to 999,999.
pub fn clearing_quota_notice(number: u32) -> Result<VoucherBuilder> {
    let mut voucher = start("5106", number)?;
    let (first, second) = (amount(number, 1_200_000), amount(number, 850_000));
    put(
        &mut voucher,
        &[
            ("TreCode", "9900000000"),
            ("FinOrgCode", "990000"),
            ("FundTypeCode", "1"),
            ("FundTypeName", "一般公共预算资金"),
            ("ClearVoucherNo", ""),
            ("SetMonth", "03"),
            ("PayBankCode", "102"),
            ("PayBankName", "某某银行示例分行"),
            ("PayBankNo", "102990000011"),
            ("PayAcctNo", "990000000003271001"),
            ("PayAcctName", "示例市财政国库存款"),
            ("PayAcctBankName", "国家金库示例市中心支库"),
            ("PayeeAcctNo", "990000000009880016"),
            ("PayeeAcctName", "示例市财政零余额账户"),
            ("PayeeAcctBankName", "某某银行示例分行营业部"),
            ("DeptNum", "2"),
        ],
    );
    voucher.amount("PlanAmt", total(first, second)).field("Hold1", "").field("Hold2", "");
    for (unit, amount) in [(1, first), (2, second)] {
        quota_detail(&mut voucher, number, unit, amount);
    }
    Ok(voucher)
}

/// Envelopes of [`clearing_quota_notice`]s without acts, up to `packet` of `count` in each, in GBK.
///
/// # Errors
///
/// None for up to 999,999 notices.
pub fn clearing_quota_envelopes(count: u32, packet: usize) -> Result<Vec<Vec<u8>>> {
    let numbers: Vec<u32> = (1..=count).collect();
    let envelope = |numbers: &[u32]| {
        let body =
            |number: &u32| Body::original(clearing_quota_notice(*number)?.build(Encoding::Gbk)?);
        let bodies = numbers.iter().map(body).collect::<Result<_>>()?;
        Envelope { bodies }.to_xml(Encoding::Gbk)
    };
    numbers.chunks(packet.max(1)).map(envelope).collect()
}

fn quota_detail(voucher: &mut VoucherBuilder, number: u32, unit: u32, amount: Fen) {
    voucher.detail(&[
        ("Id", &format!("{}{unit:02}", voucher_no(number))),
        ("SupDepCode", "101"),
        ("SupDepName", "示例市教育局"),
        ("AgencyCode", &format!("10100{unit}")),
        ("AgencyName", &format!("示例市第{unit}中学")),
        ("FundTypeCode", "1"),
        ("FundTypeName", "一般公共预算资金"),
        ("ExpFuncCode", "2050204"),
        ("ExpFuncName", "高中教育"),
        ("ExpFuncCode1", "205"),
        ("ExpFuncName1", "教育支出"),
        ("ExpEcoCode", "30201"),
        ("ExpEcoName", "办公费"),
        ("ProCatCode", "1"),
        ("ProCatName", "基本支出"),
        ("DepProCode", "9900001"),
        ("DepProName", "公用经费"),
        ("AgencyAccoCode", &format!("99000000000988{unit:04}")),
        ("AgencyBankName", "某某银行示例分行营业部"),
        ("PlanAmt", &amount.to_string()),
        ("Hold1", ""),
        ("Hold2", ""),
    ]);
}

/// 5201: a direct payment voucher (财政直接支付凭证), from finance to an agent bank, one payee.
///
/// # Errors
///
/// None for a number from 1 to 999,999.
pub fn direct_payment(number: u32) -> Result<VoucherBuilder> {
    let mut voucher = start("5201", number)?;
    put(&mut voucher, &payment("001001", "直接支付"));
    let amount = amount(number, 3_600_000);
    voucher.amount("PayAmt", amount);
    put(
        &mut voucher,
        &[("BusinessTypeCode", "1"), ("BusinessTypeName", "单笔业务"), ("CheckNo", "")],
    );
    open_fields(&mut voucher);
    payment_detail(&mut voucher, "5201", number, amount);
    Ok(voucher)
}

/// 8202: an authorised payment voucher (财政授权支付凭证), from a budget unit to an agent bank.
///
/// # Errors
///
/// None for a number from 1 to 999,999.
pub fn authorised_payment(number: u32) -> Result<VoucherBuilder> {
    let mut voucher = start("8202", number)?;
    put(&mut voucher, &payment("001002", "授权支付"));
    let amount = amount(number, 480_000);
    voucher.amount("PayAmt", amount);
    put(
        &mut voucher,
        &[
            ("BusinessTypeCode", "1"),
            ("BusinessTypeName", "单笔业务"),
            ("CheckNo", ""),
            ("GovExpEcoCode", "50201"),
            ("GovExpEcoName", "办公经费"),
            ("DepExpEcoCode", "30201"),
            ("DepExpEcoName", "办公费"),
            ("PayMgrCode", "0"),
            ("PayMgrName", "授权支付"),
            ("FundDealModeCode", "2"),
            ("FundDealModeName", "自助柜面"),
        ],
    );
    open_fields(&mut voucher);
    payment_detail(&mut voucher, "8202", number, amount);
    Ok(voucher)
}

fn start(vt_code: &str, number: u32) -> Result<VoucherBuilder> {
    let number_text = voucher_no(number);
    let id = VoucherId::new(ADM_DIV_CODE, ST_YEAR, vt_code, &number_text)?;
    let mut voucher = VoucherBuilder::new(&id);
    voucher.field("Id", &format!("{vt_code}{number_text}")).field("VouDate", DATE);
    Ok(voucher)
}

fn put(voucher: &mut VoucherBuilder, fields: &[(&str, &str)]) {
    for (name, value) in fields {
        voucher.field(name, value);
    }
}

fn payment<'a>(pay_type: &'a str, pay_type_name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("FundTypeCode", "1"),
        ("FundTypeName", "一般公共预算资金"),
        ("BgtTypeCode", "1"),
        ("BgtTypeName", "年初预算"),
        ("PayTypeCode", pay_type),
        ("PayTypeName", pay_type_name),
        ("ProCatCode", "1"),
        ("ProCatName", "基本支出"),
        ("MOFDepCode", "02"),
        ("MOFDepName", "国库科"),
        ("SupDepCode", "101"),
        ("SupDepName", "示例市教育局"),
        ("AgencyCode", "101001"),
        ("AgencyName", "示例市第一中学"),
        ("ExpFuncCode", "2050204"),
        ("ExpFuncName", "高中教育"),
        ("ExpEcoCode", "30201"),
        ("ExpEcoName", "办公费"),
        ("DepProCode", "9900001"),
        ("DepProName", "公用经费"),
        ("SetModeCode", "1"),
        ("SetModeName", "电子支付"),
        ("PayBankCode", "102"),
        ("PayBankName", "某某银行示例分行"),
        ("ClearBankCode", "001"),
        ("ClearBankName", "国家金库示例市中心支库"),
        ("PayeeAcctNo", "62280000990001"),
        ("PayeeAcctName", "示例市办公用品有限公司"),
        ("PayeeAcctBankName", "某某银行示例市城东支行"),
        ("PayeeAcctBankNo", "103990000028"),
        ("PayAcctNo", "990000000009880016"),
        ("PayAcctName", "示例市财政零余额账户"),
        ("PayAcctBankName", "某某银行示例分行营业部"),
        ("PaySummaryCode", "01"),
        ("PaySummaryName", "购买办公用品"),
    ]
}

/// The fields that the paying bank fills in its receipt, empty in the original.
fn open_fields(voucher: &mut VoucherBuilder) {
    for name in [
        "XPayDate",
        "XAgentBusinessNo",
        "XCheckNo",
        "XPayAmt",
        "XPayeeAcctBankName",
        "XPayeeAcctNo",
        "XPayeeAcctName",
        "Hold1",
        "Hold2",
    ] {
        voucher.field(name, "");
    }
}

fn payment_detail(voucher: &mut VoucherBuilder, vt_code: &str, number: u32, amount: Fen) {
    let no = voucher_no(number);
    voucher.detail(&[
        ("Id", &format!("{no}01")),
        ("VoucherBillId", &format!("{vt_code}{no}")),
        ("VoucherBillNo", &no),
        ("VoucherNo", &format!("{no}-1")),
        ("FundTypeCode", "1"),
        ("FundTypeName", "一般公共预算资金"),
        ("AgencyCode", "101001"),
        ("AgencyName", "示例市第一中学"),
        ("ExpFuncCode", "2050204"),
        ("ExpFuncName", "高中教育"),
        ("ExpEcoCode", "30201"),
        ("ExpEcoName", "办公费"),
        ("PayeeAcctNo", "62280000990001"),
        ("PayeeAcctName", "示例市办公用品有限公司"),
        ("PayeeAcctBankName", "某某银行示例市城东支行"),
        ("PayeeAcctBankNo", "103990000028"),
        ("PayAmt", &amount.to_string()),
        ("Remark", "三月份办公用品"),
        ("XPayDate", ""),
        ("XAgentBusinessNo", ""),
        ("XPayAmt", ""),
        ("XAddWord", ""),
        ("Hold1", ""),
        ("Hold2", ""),
    ]);
}

/// An amount that differs from voucher to voucher.
fn amount(number: u32, base: i64) -> Fen {
    Fen::new(base + i64::from(number) * 17).unwrap_or_default()
}

fn total(first: Fen, second: Fen) -> Fen {
    Fen::new(first.value() + second.value()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::Encoding;
    use super::*;

    #[test]
    fn the_examples_can_be_made_and_are_of_real_size() {
        for make in [clearing_quota_notice, direct_payment, authorised_payment] {
            let voucher = make(7).unwrap().build(Encoding::Gbk).unwrap();
            assert!(voucher.as_bytes().len() > 2048, "{}", voucher.as_bytes().len());
            assert_eq!(voucher.id().unwrap().voucher_no, voucher_no(7));
        }
    }
}
