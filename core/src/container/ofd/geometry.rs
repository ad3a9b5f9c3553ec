//! Boxes on pages, in millimetres.

use crate::error::{Code, Error, Result};

/// The farthest that anything may stand from the corner of a page, in millimetres.
pub const MAX_MM: f64 = 100_000.0;

/// A box (ST_Box): its upper left corner, its width and its height, in millimetres from the upper
/// left corner of what it stands in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// From the left.
    pub x: f64,
    /// From above.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

impl Rect {
    /// Four numbers, as `0 0 210 297`.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] if it is not four finite numbers of at most [`MAX_MM`], or the width or
    /// height is not above zero.
    pub fn parse(text: &str) -> Result<Rect> {
        let refuse = |why: &str| {
            let shown: String = text.chars().take(80).collect();
            Err(Error::new(Code::Value, "ST_Box", format!("the box {shown:?} {why}")))
        };
        let mut numbers = [0.0; 4];
        let mut parts = text.split([' ', '\t', '\r', '\n']).filter(|part| !part.is_empty());
        for number in &mut numbers {
            let Some(found) = parts.next().and_then(number_of) else {
                return refuse("is not four numbers");
            };
            *number = found;
        }
        if parts.next().is_some() {
            return refuse("is not four numbers");
        }
        if numbers.iter().any(|number| number.abs() > MAX_MM) {
            return refuse("lies too far away");
        }
        let [x, y, width, height] = numbers;
        if width <= 0.0 || height <= 0.0 {
            return refuse("has no width or no height");
        }
        Ok(Rect { x, y, width, height })
    }

    /// Whether the two have some of their area in common.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.y + other.height
            && other.y < self.y + self.height
    }
}

/// A finite number in digits; names such as `NaN` are none.
fn number_of(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse::<f64>().ok().filter(|number| plain && number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_boxes_are_boxes() {
        let found = Rect::parse("202  128.500 40 4e1").unwrap();
        assert_eq!(found, Rect { x: 202.0, y: 128.5, width: 40.0, height: 40.0 });
        for bad in [
            "",
            "0 0 1",
            "0 0 1 1 1",
            "NaN 0 1 1",
            "inf 0 1 1",
            "0 0 -1 1",
            "0 0 0 1",
            "0,0,1,1",
            "1e9 0 1 1",
            "0 0 1 1e400",
            "0x1 0 1 1",
        ] {
            assert!(Rect::parse(bad).is_err(), "{bad:?}");
        }
        let page = Rect::parse("0 0 210 297").unwrap();
        assert!(page.overlaps(&found) && !page.overlaps(&Rect { x: 210.0, ..found }));
    }
}
