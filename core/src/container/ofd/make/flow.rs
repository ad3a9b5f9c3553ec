//! Laying blocks out over pages.

use super::blocks::{Block, Fixed, Item, Paragraph, Picture, Rule};
use super::draw::{Object, Sheets};
use super::limits::{MAX_BLOCKS, MAX_PAGES, MAX_PICTURES, MAX_TEXT};
use super::lines::{require_plain, width, wrap};
use super::style::{Align, Paper, Style};
use super::{Place, table};
use crate::error::{Code, Error, Result};

/// How far below the text the footer stands, in micrometres.
const FOOTER_GAP: i64 = 7_000;

/// A document being laid out.
pub(super) struct Flow<'a> {
    pub sheets: Sheets,
    pub places: Vec<Place>,
    pictures: &'a [(String, Vec<u8>)],
    paper: &'a Paper,
    /// Where the next block begins on the last page.
    y: i64,
}

impl<'a> Flow<'a> {
    pub(super) fn new(paper: &'a Paper, pictures: &'a [(String, Vec<u8>)]) -> Result<Self> {
        paper.check()?;
        let mut flow =
            Flow { sheets: Sheets::default(), places: Vec::new(), pictures, paper, y: 0 };
        flow.new_page()?;
        Ok(flow)
    }

    /// Lays out the blocks, then what stands at fixed places, then the footers.
    pub(super) fn run(&mut self, blocks: &[Block], fixed: &[Fixed]) -> Result<()> {
        let many = |what: &str, limit: usize| {
            Err(Error::new(Code::Count, "document", format!("more than {limit} {what}")))
        };
        if blocks.len() > MAX_BLOCKS {
            return many("blocks", MAX_BLOCKS);
        }
        if fixed.len() > MAX_PICTURES {
            return many("things at fixed places", MAX_PICTURES);
        }
        for (number, block) in blocks.iter().enumerate() {
            self.block(block, &format!("block {}", number + 1))?;
        }
        for (number, fixed) in fixed.iter().enumerate() {
            self.fixed(fixed, &format!("fixed {}", number + 1))?;
        }
        self.footers()
    }

    /// The micrometres between the margins: from the left, and how many there are.
    pub(super) fn body(&self) -> (i64, i64) {
        let [_, right, _, left] = self.paper.margins.map(|margin| margin.micrometres());
        (left, self.paper.width.micrometres() - left - right)
    }

    /// What is left on the page.
    pub(super) fn room(&self) -> i64 {
        self.paper.height.micrometres() - self.paper.margins[2].micrometres() - self.y
    }

    /// What a page has when nothing is on it.
    pub(super) fn full_room(&self) -> i64 {
        let [top, _, bottom, _] = self.paper.margins.map(|margin| margin.micrometres());
        self.paper.height.micrometres() - top - bottom
    }

    pub(super) fn is_at_top(&self) -> bool {
        self.y == self.paper.margins[0].micrometres()
    }

    /// The number of the page that is being filled, and how far down it is.
    pub(super) fn here(&self) -> (usize, i64) {
        (self.sheets.pages.len().saturating_sub(1), self.y)
    }

    pub(super) fn down(&mut self, by: i64) {
        self.y += by;
    }

    pub(super) fn new_page(&mut self) -> Result<()> {
        if self.sheets.pages.len() >= MAX_PAGES {
            let message = format!("more than {MAX_PAGES} pages");
            return Err(Error::new(Code::Count, "document", message));
        }
        self.sheets.pages.push(Vec::new());
        self.y = self.paper.margins[0].micrometres();
        Ok(())
    }

    fn block(&mut self, block: &Block, place: &str) -> Result<()> {
        match block {
            Block::Paragraph(paragraph) => self.paragraph(paragraph, place),
            Block::Space(length) => {
                if length.micrometres() < 0 {
                    return Err(value(place, "room is not below zero"));
                }
                self.y += length.micrometres().min(self.room().max(0));
                Ok(())
            }
            Block::Rule(rule) => {
                let thick = rule_width(rule, place)?;
                self.need(thick, place)?;
                let (left, width) = self.body();
                let (page, y) = self.here();
                let segments = vec![[left, y + thick / 2, left + width, y + thick / 2]];
                self.down(thick);
                self.sheets
                    .draw(page, Object::Lines { colour: rule.colour, width: thick, segments })
            }
            Block::Picture(picture, align) => {
                let (left, room) = self.body();
                let (width, height) = sides(picture, place)?;
                if width > room {
                    return Err(value(place, "a picture wider than the text"));
                }
                self.need(height, place)?;
                let (page, y) = self.here();
                let x = match align {
                    Align::Left | Align::Justified => left,
                    Align::Centre => left + (room - width) / 2,
                    Align::Right => left + room - width,
                };
                self.down(height);
                self.picture(page, picture, [x, y, width, height], place)
            }
            Block::Table(table) => table::lay_out(self, table, place),
            Block::NewPage => self.new_page(),
        }
    }

    /// Begins a page if less than this is left.
    fn need(&mut self, height: i64, place: &str) -> Result<()> {
        if height > self.room() && !self.is_at_top() {
            self.new_page()?;
        }
        if height > self.room() {
            return Err(value(place, "higher than a page"));
        }
        Ok(())
    }

    fn paragraph(&mut self, paragraph: &Paragraph, place: &str) -> Result<()> {
        let style = &paragraph.style;
        style.check(place)?;
        let (left, width) = self.body();
        let inset = paragraph.inset.map(|inset| inset.micrometres());
        if inset.iter().any(|inset| *inset < 0) {
            return Err(value(place, "an inset is not below zero"));
        }
        let (left, room) = (left + inset[0], width - inset[0] - inset[1]);
        let indent = i64::from(paragraph.indent) * style.em();
        let lines = lines(&paragraph.text, style, room - indent, room, place)?;
        let height = style.line_height();
        for (number, line) in lines.iter().enumerate() {
            self.need(height, place)?;
            let (page, y) = self.here();
            let indent = if number == 0 { indent } else { 0 };
            let last = line.last;
            self.sheets.text(page, line.text, style, [left + indent, room - indent, y], last)?;
            self.down(height);
        }
        Ok(())
    }

    fn fixed(&mut self, fixed: &Fixed, place: &str) -> Result<()> {
        let Some(page) = fixed.page.checked_sub(1) else {
            return Err(value(place, "pages are counted from 1"));
        };
        while self.sheets.pages.len() <= page {
            self.new_page()?;
        }
        let (x, y) = (fixed.x.micrometres(), fixed.y.micrometres());
        match &fixed.item {
            Item::Text(text, style) => {
                style.check(place)?;
                require_text(text, place, false)?;
                let width = width(text, style.em());
                self.inside([x, y, x + width, y + style.em()], place)?;
                let top = y - (style.line_height() - style.em()) / 2;
                self.sheets.text(page, text, style, [x, width, top], true)
            }
            Item::Line(right, down, rule) => {
                let end = [x + right.micrometres(), y + down.micrometres()];
                self.inside([x.min(end[0]), y.min(end[1]), x.max(end[0]), y.max(end[1])], place)?;
                let width = rule_width(rule, place)?;
                let segments = vec![[x, y, end[0], end[1]]];
                self.sheets.draw(page, Object::Lines { colour: rule.colour, width, segments })
            }
            Item::Picture(picture) => {
                let (width, height) = sides(picture, place)?;
                self.inside([x, y, x + width, y + height], place)?;
                self.picture(page, picture, [x, y, width, height], place)
            }
        }
    }

    fn inside(&self, [left, top, right, bottom]: [i64; 4], place: &str) -> Result<()> {
        let (width, height) = (self.paper.width.micrometres(), self.paper.height.micrometres());
        if left < 0 || top < 0 || right > width || bottom > height {
            return Err(value(place, "beyond the edge of the paper"));
        }
        Ok(())
    }

    fn picture(
        &mut self,
        page: usize,
        picture: &Picture,
        area: [i64; 4],
        place: &str,
    ) -> Result<()> {
        let number = self.pictures.iter().position(|(name, _)| *name == picture.name);
        let Some(number) = number else {
            return Err(value(place, &format!("no picture is named {:?}", picture.name)));
        };
        self.sheets.draw(page, Object::Picture { number, area })
    }

    fn footers(&mut self) -> Result<()> {
        let Some(footer) = &self.paper.footer else { return Ok(()) };
        let style = Style::default().of("宋体", 21).aligned(Align::Centre).spaced(100);
        let (left, room) = self.body();
        let bottom = self.paper.margins[2].micrometres();
        let gap = FOOTER_GAP.min((bottom - style.em()) / 2).max(0);
        let top = self.paper.height.micrometres() - bottom + gap;
        let pages = self.sheets.pages.len();
        for page in 0..pages {
            let text = footer.replace("{pages}", &pages.to_string());
            let text = text.replace("{page}", &(page + 1).to_string());
            if width(&text, style.em()) > room || bottom < style.em() {
                return Err(value("footer", "no room for it below the page"));
            }
            self.sheets.text(page, &text, &style, [left, room, top], true)?;
        }
        Ok(())
    }
}

/// A line of a text that was broken.
pub(super) struct BrokenLine<'t> {
    pub text: &'t str,
    /// Whether a paragraph of the text ends here.
    pub last: bool,
}

/// The lines of a text, once all of it may be written.
pub(super) fn lines<'t>(
    text: &'t str,
    style: &Style,
    first: i64,
    room: i64,
    place: &str,
) -> Result<Vec<BrokenLine<'t>>> {
    require_text(text, place, true)?;
    let mut found = Vec::new();
    for (number, part) in text.split('\n').enumerate() {
        let first = if number == 0 { first } else { room };
        let broken = wrap(part, style.em(), first, room).map_err(|character| {
            value(place, &format!("not even the character {character} fits into the width"))
        })?;
        let count = broken.len();
        found.extend(
            broken
                .into_iter()
                .enumerate()
                .map(|(at, text)| BrokenLine { text, last: at + 1 == count }),
        );
    }
    Ok(found)
}

fn require_text(text: &str, place: &str, lines: bool) -> Result<()> {
    if text.len() > MAX_TEXT {
        let message = format!("a text of more than {MAX_TEXT} bytes");
        return Err(Error::new(Code::Size, place.to_owned(), message));
    }
    require_plain(text, place, lines)
}

pub(super) fn rule_width(rule: &Rule, place: &str) -> Result<i64> {
    let width = rule.width.micrometres();
    if !(1..=10_000).contains(&width) {
        return Err(value(place, "a line is up to 10 mm wide, and not nothing"));
    }
    Ok(width)
}

fn sides(picture: &Picture, place: &str) -> Result<(i64, i64)> {
    let (width, height) = (picture.width.micrometres(), picture.height.micrometres());
    if width < 1 || height < 1 {
        return Err(value(place, "a picture of no size"));
    }
    Ok((width, height))
}

pub(super) fn value(place: &str, message: &str) -> Error {
    Error::new(Code::Value, place.to_owned(), message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::style::half_points;
    use super::*;

    #[test]
    fn sizes_in_points() {
        assert_eq!(half_points(32).to_string(), "5.644");
        assert_eq!(half_points(144).to_string(), "25.4");
        assert_eq!(Style::default().em(), 4232);
    }

    #[test]
    fn a_line_break_ends_a_paragraph() {
        let style = Style::default();
        let room = 3 * style.em();
        let lines = lines("一\n\n二三四五", &style, room, room, "text").unwrap();
        let found: Vec<_> = lines.iter().map(|line| (line.text, line.last)).collect();
        assert_eq!(found, [("一", true), ("", true), ("二三四", false), ("五", true)]);
    }
}
