//! What a document holds, from above to below, and things at fixed places.

use super::style::{Align, Colour, Style};
use crate::container::ofd::Length;

/// One thing below the other; a document flows over as many pages as it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Text that is broken into lines.
    Paragraph(Paragraph),
    /// Room.
    Space(Length),
    /// A line from margin to margin.
    Rule(Rule),
    /// A picture between the margins.
    Picture(Picture, Align),
    /// A table.
    Table(Table),
    /// What follows begins a page.
    NewPage,
}

/// Text that is broken into lines; `\n` in it begins a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paragraph {
    /// The text.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// By how many ems the first line begins further right; 2 is usual.
    pub indent: u16,
    /// How far the lines stay away from the left margin and from the right one.
    pub inset: [Length; 2],
}

impl Paragraph {
    /// A text in a style.
    pub fn new(text: impl Into<String>, style: Style) -> Paragraph {
        Paragraph { text: text.into(), style, ..Paragraph::default() }
    }
}

/// The width and colour of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// The width: above zero, at most 10 mm.
    pub width: Length,
    /// The colour.
    pub colour: Colour,
}

impl Default for Rule {
    /// A black line of 0.25 mm.
    fn default() -> Self {
        Rule { width: Length::from_millimetres(1).cut(1, 4), colour: Colour::BLACK }
    }
}

/// A picture in its size on paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The name of one of the document's pictures.
    pub name: String,
    /// The width on paper.
    pub width: Length,
    /// The height on paper.
    pub height: Length,
}

/// A table in the middle between the margins. A row that does not fit goes on on the next page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// The widths of the columns.
    pub columns: Vec<Length>,
    /// The rows.
    pub rows: Vec<Row>,
    /// So many rows at the beginning stand again on top of each page that the table goes on on.
    pub head: usize,
    /// The lines around the cells.
    pub border: Option<Rule>,
    /// What stays free within each cell on all sides.
    pub padding: Length,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// The cells; with their spans they fill all columns.
    pub cells: Vec<Cell>,
    /// The row is at least so high.
    pub height: Length,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// The text, broken into lines.
    pub text: String,
    /// How it looks.
    pub style: Style,
    /// How many columns it takes besides the first.
    pub more_columns: u16,
    /// Whether the text stands at the top of the cell, not in the middle.
    pub top: bool,
    /// Names the cell, so that where it came to stand is told: the place for a stamp, say.
    pub place: Option<String>,
}

impl Cell {
    /// A text in a style, one column wide.
    pub fn new(text: impl Into<String>, style: Style) -> Cell {
        Cell { text: text.into(), style, ..Cell::default() }
    }
}

/// Something at a fixed place, drawn above what flows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The page, counted from 1; pages are added as needed.
    pub page: usize,
    /// From the left edge of the paper.
    pub x: Length,
    /// From its upper edge.
    pub y: Length,
    /// What stands there.
    pub item: Item,
}

/// What can stand at a fixed place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// One line of text, whose upper left corner is the place.
    Text(String, Style),
    /// A line from the place to another, given by how far it is to the right and down.
    Line(Length, Length, Rule),
    /// A picture, whose upper left corner is the place.
    Picture(Picture),
}
