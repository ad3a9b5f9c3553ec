//! What is drawn on a page, in micrometres from the upper left corner of the paper.

use super::limits::{MAX_FONTS, MAX_OBJECTS};
use super::lines::{advance, width};
use super::style::{Align, Colour, Style};
use crate::error::{Code, Error, Result};

/// A thing on a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Object {
    Text(TextLine),
    Lines { colour: Colour, width: i64, segments: Vec<[i64; 4]> },
    Picture { number: usize, area: [i64; 4] },
}

/// A line of text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextLine {
    pub font: usize,
    pub em: i64,
    pub bold: bool,
    pub colour: Colour,
    /// The upper left corner of the first character's square.
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub text: String,
    /// How far the pen moves behind each character.
    pub advances: Vec<i64>,
}

/// The pages of a document while they are filled, and the fonts that they use.
#[derive(Default)]
pub(super) struct Sheets {
    pub pages: Vec<Vec<Object>>,
    pub fonts: Vec<String>,
    objects: usize,
}

impl Sheets {
    /// Draws on a page that is there.
    pub(super) fn draw(&mut self, page: usize, object: Object) -> Result<()> {
        self.objects += 1;
        if self.objects > MAX_OBJECTS {
            let message = format!("more than {MAX_OBJECTS} things to draw");
            return Err(Error::new(Code::Count, "document", message));
        }
        if let Some(page) = self.pages.get_mut(page) {
            page.push(object);
        }
        Ok(())
    }

    /// Draws a line of text: `left` and `room` bound it, `top` is the top of the line's own height.
    /// `last` is the last line of its paragraph, which is not drawn out.
    pub(super) fn text(
        &mut self,
        page: usize,
        text: &str,
        style: &Style,
        [left, room, top]: [i64; 3],
        last: bool,
    ) -> Result<()> {
        if text.trim().is_empty() {
            return Ok(());
        }
        let em = style.em();
        let natural = width(text, em);
        let free = (room - natural).max(0);
        let x = match style.align {
            Align::Left | Align::Justified => left,
            Align::Centre => left + free / 2,
            Align::Right => left + free,
        };
        let mut advances: Vec<i64> = text.chars().map(|c| advance(c, em)).collect();
        let gaps = advances.len() as i64 - 1;
        let mut drawn = natural;
        if style.align == Align::Justified && !last && gaps > 0 {
            for (number, advance) in (0..gaps).zip(&mut advances) {
                *advance += free / gaps + i64::from(number < free % gaps);
            }
            drawn += free;
        }
        let line = TextLine {
            font: self.font(&style.font)?,
            em,
            bold: style.bold,
            colour: style.colour,
            x,
            y: top + (style.line_height() - em) / 2,
            width: drawn,
            text: text.to_owned(),
            advances,
        };
        self.draw(page, Object::Text(line))
    }

    fn font(&mut self, name: &str) -> Result<usize> {
        if let Some(found) = self.fonts.iter().position(|font| font == name) {
            return Ok(found);
        }
        if self.fonts.len() >= MAX_FONTS {
            return Err(Error::new(
                Code::Count,
                "document",
                format!("more than {MAX_FONTS} fonts"),
            ));
        }
        self.fonts.push(name.to_owned());
        Ok(self.fonts.len() - 1)
    }
}
