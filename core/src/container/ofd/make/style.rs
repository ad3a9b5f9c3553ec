//! How text looks, and the paper it stands on.

use super::limits::{MAX_NAME, MAX_SIDE};
use super::lines::require_plain;
use crate::container::ofd::Length;
use crate::error::{Code, Error, Result};

/// How a text looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The name of the font, which the reader's system must have: documents carry no fonts. Widths
    /// are those of Chinese fonts, where ASCII takes half an em.
    pub font: String,
    /// The size of an em: 0.5 mm to 100 mm.
    pub size: Length,
    /// Heavy strokes.
    pub bold: bool,
    /// The colour.
    pub colour: Colour,
    /// Where the lines stand.
    pub align: Align,
    /// From line to line, in percent of the size: 100 to 1,000.
    pub leading: u16,
}

impl Default for Style {
    /// 宋体 of 12 points in black, aligned left, one and a half lines high.
    fn default() -> Self {
        Style {
            font: "宋体".to_owned(),
            size: half_points(24),
            bold: false,
            colour: Colour::BLACK,
            align: Align::Left,
            leading: 150,
        }
    }
}

impl Style {
    /// The same style in this font and size, in half points: 21 is 10.5 points (五号).
    #[must_use]
    pub fn of(mut self, font: &str, half_points: u16) -> Style {
        (self.font, self.size) = (font.to_owned(), self::half_points(half_points));
        self
    }

    /// The same style with its lines standing so.
    #[must_use]
    pub fn aligned(mut self, align: Align) -> Style {
        self.align = align;
        self
    }

    /// The same style in this colour.
    #[must_use]
    pub fn coloured(mut self, colour: Colour) -> Style {
        self.colour = colour;
        self
    }

    /// The same style with lines so far apart, in percent of the size.
    #[must_use]
    pub fn spaced(mut self, leading: u16) -> Style {
        self.leading = leading;
        self
    }

    pub(super) fn check(&self, place: &str) -> Result<()> {
        let fail = |what: &str| Err(Error::new(Code::Value, place.to_owned(), what.to_owned()));
        require_plain(&self.font, place, false)?;
        if self.font.trim().is_empty() || self.font.len() > MAX_NAME {
            return fail("a font needs a name");
        }
        if !(500..=100_000).contains(&self.size.micrometres()) {
            return fail("a size of text is from 0.5 mm to 100 mm");
        }
        if !(100..=1000).contains(&self.leading) {
            return fail("from line to line it is 100 to 1,000 percent of the size");
        }
        Ok(())
    }

    /// The em in even micrometres, so that half of it is whole.
    pub(super) fn em(&self) -> i64 {
        self.size.micrometres() / 2 * 2
    }

    pub(super) fn line_height(&self) -> i64 {
        self.em() * i64::from(self.leading) / 100
    }
}

/// The size of a typeface in half points: 21 is 10.5 points (五号), 32 is 16 points (三号).
pub fn half_points(count: u16) -> Length {
    // A half point is 127/720 mm.
    Length::from_millimetres(127).cut(usize::from(count), 720)
}

/// A colour of the screen: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Black.
    pub const BLACK: Colour = Colour(0, 0, 0);
    /// The red of seals and of the heads of official letters.
    pub const RED: Colour = Colour(255, 0, 0);

    /// Reads `#RRGGBB`.
    pub fn parse(text: &str) -> Option<Colour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Colour(part(0)?, part(2)?, part(4)?))
    }

    pub(super) fn value(self) -> String {
        format!("{} {} {}", self.0, self.1, self.2)
    }
}

/// Where lines stand between the edges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// At the right edge.
    Right,
    /// From edge to edge, but for the last line.
    Justified,
}

/// The paper of a document; all its pages are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The width.
    pub width: Length,
    /// The height.
    pub height: Length,
    /// What stays free at the top, right, bottom and left.
    pub margins: [Length; 4],
    /// What stands in the middle below each page, with `{page}` and `{pages}` for the numbers.
    pub footer: Option<String>,
}

impl Default for Paper {
    /// A4 upright with margins of 25 mm and no footer.
    fn default() -> Self {
        let [width, height] = [210, 297].map(Length::from_millimetres);
        let margins = [25; 4].map(Length::from_millimetres);
        Paper { width, height, margins, footer: None }
    }
}

impl Paper {
    pub(super) fn check(&self) -> Result<()> {
        let fail = |what: &str| Err(Error::new(Code::Value, "page", what.to_owned()));
        let side = 1..=i64::from(MAX_SIDE) * 1000;
        if ![self.width, self.height].iter().all(|length| side.contains(&length.micrometres())) {
            return fail("a page is up to 3,000 mm wide and high");
        }
        let [top, right, bottom, left] = self.margins.map(Length::micrometres);
        let whole = [top, right, bottom, left].iter().all(|margin| *margin >= 0);
        // Sums of lengths are far from the end of 64 bits.
        if !whole
            || left + right + 1000 > self.width.micrometres()
            || top + bottom + 1000 > self.height.micrometres()
        {
            return fail("the margins leave no room");
        }
        match &self.footer {
            Some(footer) if footer.len() > MAX_NAME => fail("the footer is too long"),
            Some(footer) => require_plain(footer, "footer", false),
            None => Ok(()),
        }
    }
}
