//! Amounts in the capital characters that Chinese vouchers write beside the figures.

use crate::voucher::Fen;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];

/// An amount in capital characters: `人民币叁万陆仟元零壹角柒分` for 36,000.17.
pub fn capital_amount(amount: Fen) -> String {
    let fen = amount.value().unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    let mut out = String::from(if amount.value() < 0 { "人民币负" } else { "人民币" });
    if yuan > 0 {
        number(&mut out, yuan, false);
        out.push('元');
    }
    match (yuan, jiao, fen) {
        (0, 0, 0) => out.push_str("零元整"),
        (_, 0, 0) => out.push('整'),
        _ => {
            if jiao > 0 {
                // A zero before the decimals is said where yuan ends in one.
                if yuan > 0 && yuan % 10 == 0 {
                    out.push('零');
                }
                out.push(digit(jiao));
                out.push('角');
            } else if yuan > 0 {
                out.push('零');
            }
            if fen > 0 {
                out.push(digit(fen));
                out.push('分');
            }
        }
    }
    out
}

/// Appends a number above zero; `gap` says that a zero was left out before it.
fn number(out: &mut String, value: u64, gap: bool) {
    for (size, name) in [(100_000_000, "亿"), (10_000, "万")] {
        if value >= size {
            number(out, value / size, gap);
            out.push_str(name);
            let rest = value % size;
            if rest > 0 {
                number(out, rest, rest < size / 10);
            }
            return;
        }
    }
    let mut gap = gap;
    for (size, name) in [(1000, "仟"), (100, "佰"), (10, "拾"), (1, "")] {
        let place = value / size % 10;
        if place == 0 {
            // Only between two places that are said.
            gap |= value >= size * 10;
            continue;
        }
        if std::mem::take(&mut gap) {
            out.push('零');
        }
        out.push(digit(place));
        out.push_str(name);
    }
}

fn digit(value: u64) -> char {
    DIGITS.get(value as usize).copied().unwrap_or('零')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_as_a_bank_writes_them() {
        for (fen, text) in [
            (0, "零元整"),
            (1, "壹分"),
            (10, "壹角"),
            (17, "壹角柒分"),
            (100, "壹元整"),
            (101, "壹元零壹分"),
            (110, "壹元壹角"),
            (1_000, "壹拾元整"),
            (1_010, "壹拾元零壹角"),
            (140_950, "壹仟肆佰零玖元伍角"),
            (600_714, "陆仟零柒元壹角肆分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (10_700_053, "壹拾万柒仟元零伍角叁分"),
            (168_032, "壹仟陆佰捌拾元零叁角贰分"),
            (1_000_000_100, "壹仟万零壹元整"),
            (1_000_100_000, "壹仟万壹仟元整"),
            (10_000_000_000, "壹亿元整"),
            (10_001_000_000, "壹亿零壹万元整"),
            (10_000_001_000, "壹亿零壹拾元整"),
            (
                99_999_999_999_999_999,
                "玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
            ),
            (10_000_000_000_000_000, "壹佰万亿元整"),
        ] {
            let amount = Fen::new(fen).unwrap();
            assert_eq!(capital_amount(amount), format!("人民币{text}"), "{amount}");
        }
        assert_eq!(capital_amount(Fen::new(-17).unwrap()), "人民币负壹角柒分");
    }

    proptest! {
        /// Two amounts never read alike, and no zero is said twice.
        #[test]
        fn capitals_are_read_back(fen in 1..99_999_999_999_999_999i64) {
            let text = capital_amount(Fen::new(fen).unwrap());
            prop_assert!(!text.contains("零零"), "{text}");
            prop_assert_eq!(read(text.strip_prefix("人民币").unwrap()), fen as u64, "{}", text);
        }
    }

    fn read(text: &str) -> u64 {
        let (yuan, rest) = text.split_once('元').unwrap_or(("", text));
        let place = |unit: char| {
            let before = rest.split_once(unit).and_then(|(before, _)| before.chars().last());
            before.map_or(0, value)
        };
        whole(yuan) * 100 + place('角') * 10 + place('分')
    }

    fn whole(text: &str) -> u64 {
        for (unit, size) in [('亿', 100_000_000), ('万', 10_000)] {
            if let Some((high, low)) = text.rsplit_once(unit) {
                return whole(high) * size + whole(low);
            }
        }
        let (mut sum, mut last) = (0, 0);
        for character in text.chars() {
            match character {
                '仟' => sum += last * 1000,
                '佰' => sum += last * 100,
                '拾' => sum += last * 10,
                digit => {
                    last = value(digit);
                    continue;
                }
            }
            last = 0;
        }
        sum + last
    }

    fn value(digit: char) -> u64 {
        DIGITS.iter().position(|known| *known == digit).unwrap() as u64
    }
}
