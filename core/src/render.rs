//! Vouchers as pages that people read.
//!
//! A [`SheetForm`] makes a **sheet** of a voucher: an OFD document whose pages show its fields and
//! details, with places for the stamps, and which carries the voucher's own bytes as an attachment,
//! so that one seal covers both. Making is deterministic: [`SheetForm::read`] takes the voucher out
//! of a sheet, makes the pages again and compares them byte for byte, so that a sheet which shows
//! another amount than its voucher is found, whoever sealed it.
//!
//! # Examples
//!
//! ```
//! use yinxin::container::ofd::make::Date;
//! use yinxin::render::SheetForm;
//! use yinxin::voucher::{Encoding, example};
//!
//! # fn main() -> yinxin::Result<()> {
//! let voucher = example::direct_payment(1)?.build(Encoding::Gbk)?;
//! let form = SheetForm::built_in();
//! let sheet = form.make(voucher.as_bytes(), Date::new(2026, 3, 2).unwrap())?;
//! let place = sheet.places.iter().find(|place| place.name == "cz_gkzf").unwrap();
//! assert_eq!(place.page, 1);
//! # Ok(())
//! # }
//! ```

mod capital;
mod columns;
mod labels;
mod reading;
mod sheet;

pub use capital::capital_amount;
pub use labels::Labels;
pub use reading::SheetFound;
pub use sheet::{SheetForm, USAGE};
