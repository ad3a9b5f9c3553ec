//! Making a document (GB/T 33190) from text, lines, tables, pictures and attachments.
//!
//! A [`Maker`] takes [`Block`]s, which flow over the pages, and things at [fixed](Fixed) places, and
//! gives the bytes of a package: the same ones for the same input, for there is no clock and no
//! chance in it. The file is conforming: elements in the order of the schema, identifiers that are
//! unique, characters that cannot be seen refused. Fonts are named, not embedded, and how far each
//! character is from the next is written, so that lines end at the same place in every reader.
//!
//! # Examples
//!
//! ```
//! use yinxin::container::ofd::make::{Align, Block, Date, Description, Maker, Paragraph, Style};
//!
//! # fn main() -> yinxin::Result<()> {
//! let created = Date::new(2026, 3, 2).unwrap();
//! let mut maker = Maker::new(Description::new("0123456789abcdef0123456789abcdef", created));
//! let title = Style::default().of("黑体", 44).aligned(Align::Centre);
//! maker.block(Block::Paragraph(Paragraph::new("关于拨付公用经费的函", title)));
//! let body = Style::default().of("仿宋", 32).aligned(Align::Justified);
//! let text = "示例市教育局：现将三月份公用经费拨付给你单位，请查收。";
//! maker.block(Block::Paragraph(Paragraph { indent: 2, ..Paragraph::new(text, body) }));
//! maker.attach("list.xml", "<list/>");
//! let made = maker.build()?;
//! assert_eq!(made.pages, 1);
//! # Ok(())
//! # }
//! ```
//!
//! # Source
//!
//! GB/T 33190-2016, the parts that a page with text, lines and pictures needs.

mod blocks;
mod draw;
mod flow;
mod json;
pub mod limits;
mod lines;
mod package;
mod picture;
mod style;
mod table;
mod xml;

pub use blocks::{Block, Cell, Fixed, Item, Paragraph, Picture, Row, Rule, Table};
pub(in crate::container::ofd) use lines::text_width;
pub use style::{Align, Colour, Paper, Style, half_points};

use super::Area;
use crate::error::{Code, Error, Result};
use flow::Flow;
use limits::{MAX_ATTACHMENT, MAX_ATTACHMENTS, MAX_NAME, MAX_PICTURES};
use lines::require_plain;
use std::fmt;

/// What a document says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    /// The identifier: 32 lower-case hexadecimal digits, by custom a random UUID.
    pub id: String,
    /// The day on which it was made.
    pub created: Date,
    /// The title.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
}

impl Description {
    /// A description with nothing but the identifier and the day.
    pub fn new(id: impl Into<String>, created: Date) -> Description {
        Description { id: id.into(), created, title: None, author: None, subject: None }
    }

    fn check(&self) -> Result<()> {
        let hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if self.id.len() != 32 || !self.id.bytes().all(hexadecimal) {
            let message = "not 32 lower-case hexadecimal digits";
            return Err(Error::new(Code::Value, "id", message));
        }
        for (place, text) in
            [("title", &self.title), ("author", &self.author), ("subject", &self.subject)]
        {
            if let Some(text) = text {
                require_name(text, place)?;
            }
        }
        Ok(())
    }
}

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// A day of the years 1 to 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        ((1..=9999).contains(&year) && (1..=days).contains(&day)).then_some(Date {
            year,
            month,
            day,
        })
    }

    /// Reads `2026-03-02` or `20260302`.
    pub fn parse(text: &str) -> Option<Date> {
        let digits: String = match text.len() {
            10 if text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' => {
                text.chars().filter(|c| *c != '-').collect()
            }
            _ => text.to_owned(),
        };
        if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let part = |range| digits.get(range).and_then(|part: &str| part.parse().ok());
        Date::new(part(0..4)?, part(4..6)? as u8, part(6..8)? as u8)
    }
}

/// As `2026-03-02`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Collects what a document holds, and makes it.
#[derive(Debug, Clone)]
pub struct Maker {
    description: Description,
    paper: Paper,
    blocks: Vec<Block>,
    fixed: Vec<Fixed>,
    pictures: Vec<(String, Vec<u8>)>,
    attachments: Vec<Attachment>,
}

#[derive(Debug, Clone)]
struct Attachment {
    name: String,
    usage: Option<String>,
    bytes: Vec<u8>,
}

/// A document that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// The package.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// Where the cells that have a name came to stand.
    pub places: Vec<Place>,
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The name of the cell.
    pub name: String,
    /// The page, counted from 1.
    pub page: usize,
    /// The cell.
    pub area: Area,
}

impl Maker {
    /// A document of A4 pages with nothing on them.
    pub fn new(description: Description) -> Maker {
        Maker {
            description,
            paper: Paper::default(),
            blocks: Vec::new(),
            fixed: Vec::new(),
            pictures: Vec::new(),
            attachments: Vec::new(),
        }
    }

    /// Sets the paper of all pages.
    pub fn paper(&mut self, paper: Paper) -> &mut Self {
        self.paper = paper;
        self
    }

    /// Adds a block below the last one.
    pub fn block(&mut self, block: Block) -> &mut Self {
        self.blocks.push(block);
        self
    }

    /// Puts something at a fixed place.
    pub fn fix(&mut self, fixed: Fixed) -> &mut Self {
        self.fixed.push(fixed);
        self
    }

    /// Adds a picture, PNG or JPEG, that blocks name.
    pub fn picture(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> &mut Self {
        self.pictures.push((name.into(), bytes.into()));
        self
    }

    /// Attaches a file under a name for people; in the package it gets a number.
    pub fn attach(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> &mut Self {
        let attachment = Attachment { name: name.into(), usage: None, bytes: bytes.into() };
        self.attachments.push(attachment);
        self
    }

    /// As [`attach`](Self::attach), and says what the file is for.
    pub fn attach_for(
        &mut self,
        usage: impl Into<String>,
        name: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> &mut Self {
        let usage = Some(usage.into());
        self.attachments.push(Attachment { name: name.into(), usage, bytes: bytes.into() });
        self
    }

    /// A document described as JSON; `docs/ofd.md` has the form. Pictures and attachments are named
    /// there and given here.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] for other JSON, with the line and column; [`Code::Value`] for values out of
    /// their range.
    pub fn from_json(text: &[u8], files: &[(&str, &[u8])]) -> Result<Maker> {
        json::read(text, files)
    }

    /// The names of the files that a document described as JSON wants, each once.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] for other JSON.
    pub fn files_of_json(text: &[u8]) -> Result<Vec<String>> {
        json::files(text)
    }

    /// Makes the document. It has one page at least.
    ///
    /// # Errors
    ///
    /// [`Code::Text`] for a character that is refused, [`Code::Value`] for what does not fit or is
    /// out of its range, [`Code::Form`] and [`Code::Structure`] for pictures, family Limit; each
    /// names the block.
    pub fn build(&self) -> Result<Made> {
        let (files, pages, places) = self.files()?;
        Ok(Made { bytes: package::zip(&files)?, pages, places })
    }

    /// What the document says of itself.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The files of the package: their names in it, and their bytes.
    pub(crate) fn parts(&self) -> Result<Vec<(String, Vec<u8>)>> {
        Ok(self.files()?.0.into_iter().map(|file| (file.name, file.bytes)).collect())
    }

    fn files(&self) -> Result<(Vec<package::File>, usize, Vec<Place>)> {
        self.description.check()?;
        self.check_files()?;
        let mut flow = Flow::new(&self.paper, &self.pictures)?;
        flow.run(&self.blocks, &self.fixed)?;
        let Flow { sheets, places, .. } = flow;
        let files = package::files(
            &self.description,
            &self.paper,
            &sheets,
            &self.pictures,
            &self.attachments,
        )?;
        Ok((files, sheets.pages.len(), places))
    }

    fn check_files(&self) -> Result<()> {
        let many = |what: &str, limit: usize| {
            Err(Error::new(Code::Count, "document", format!("more than {limit} {what}")))
        };
        if self.pictures.len() > MAX_PICTURES {
            return many("pictures", MAX_PICTURES);
        }
        if self.attachments.len() > MAX_ATTACHMENTS {
            return many("attachments", MAX_ATTACHMENTS);
        }
        let mut names: Vec<&str> = Vec::new();
        for attachment in &self.attachments {
            let place = format!("attachment {:?}", attachment.name);
            require_name(&attachment.name, "attachment")?;
            if let Some(usage) = &attachment.usage {
                require_name(usage, &place)?;
            }
            if attachment.bytes.len() > MAX_ATTACHMENT {
                let message = format!("more than {MAX_ATTACHMENT} bytes");
                return Err(Error::new(Code::Size, place, message));
            }
            if names.contains(&attachment.name.as_str()) {
                return Err(Error::new(Code::Value, place, "a second one of this name"));
            }
            names.push(&attachment.name);
        }
        Ok(())
    }
}

impl Attachment {
    /// What follows the last dot of the name, if that can be a type of file.
    fn format(&self) -> Option<String> {
        let (stem, format) = self.name.rsplit_once('.')?;
        let fits = !stem.is_empty() && (1..=8).contains(&format.len());
        let plain = format.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (fits && plain).then(|| format.to_ascii_lowercase())
    }
}

fn require_name(text: &str, place: &str) -> Result<()> {
    if text.trim().is_empty() || text.len() > MAX_NAME {
        let message = format!("empty, or of more than {MAX_NAME} bytes");
        return Err(Error::new(Code::Value, place.to_owned(), message));
    }
    require_plain(text, place, false)
}
