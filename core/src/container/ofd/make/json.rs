//! A document described as JSON.

use super::blocks::{Block, Cell, Fixed, Item, Paragraph, Picture, Row, Rule, Table};
use super::limits::MAX_JSON;
use super::style::{Align, Colour, Paper, Style};
use super::{Date, Description, Maker};
use crate::container::ofd::Length;
use crate::container::ofd::object::Object;
use crate::error::{Code, Error, Result};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

const FORMAT: &str = "yinxin:ofd:1";

/// Reads a document; every file that it names must be among `files`.
pub(super) fn read(text: &[u8], files: &[(&str, &[u8])]) -> Result<Maker> {
    let document = parse(text)?;
    let bytes_of = |name: &str| {
        let found = files.iter().find(|(known, _)| *known == name).map(|(_, bytes)| bytes.to_vec());
        found.ok_or_else(|| value("files", format!("the file {name:?} was not given")))
    };
    let created = Date::parse(&document.created)
        .ok_or_else(|| value("created", format!("{:?} is no day", document.created)))?;
    let mut description = Description::new(&document.id, created);
    description.title = document.title.clone();
    description.author = document.author.clone();
    description.subject = document.subject.clone();
    let mut maker = Maker::new(description);
    if let Some(Object(page)) = &document.page {
        maker.paper(page.paper()?);
    }
    let styles = Styles::of(&document.styles)?;
    for (number, Object(block)) in document.blocks.iter().enumerate() {
        maker.block(block.block(&styles, &format!("block {}", number + 1))?);
    }
    for (number, Object(fixed)) in document.fixed.iter().enumerate() {
        maker.fix(fixed.fixed(&styles, &format!("fixed {}", number + 1))?);
    }
    for name in document.pictures() {
        maker.picture(name, bytes_of(name)?);
    }
    for Object(attachment) in &document.attachments {
        let bytes = bytes_of(attachment.file())?;
        match &attachment.usage {
            Some(usage) => maker.attach_for(usage, &attachment.name, bytes),
            None => maker.attach(&attachment.name, bytes),
        };
    }
    Ok(maker)
}

/// The names of the files that a document wants.
pub(super) fn files(text: &[u8]) -> Result<Vec<String>> {
    let document = parse(text)?;
    let attached = document.attachments.iter().map(|Object(attachment)| attachment.file());
    let names: BTreeSet<&str> = document.pictures().into_iter().chain(attached).collect();
    Ok(names.into_iter().map(str::to_owned).collect())
}

fn parse(text: &[u8]) -> Result<DocumentForm> {
    let fail = |code, message: String| Error::new(code, "document", message);
    if text.len() > MAX_JSON {
        return Err(fail(Code::Size, format!("more than {MAX_JSON} bytes")));
    }
    let Object(document): Object<DocumentForm> =
        serde_json::from_slice(text).map_err(|error| fail(Code::Json, error.to_string()))?;
    if document.format != FORMAT {
        return Err(fail(Code::Version, format!("the format is not {FORMAT}")));
    }
    Ok(document)
}

fn value(place: &str, message: String) -> Error {
    Error::new(Code::Value, place.to_owned(), message)
}

fn length(millimetres: f64, place: &str) -> Result<Length> {
    Length::parse(&millimetres.to_string())
        .map_err(|_| value(place, format!("{millimetres} is no length in millimetres")))
}

fn colour(text: &str, place: &str) -> Result<Colour> {
    Colour::parse(text).ok_or_else(|| value(place, format!("{text:?} is no colour as #RRGGBB")))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DocumentForm {
    format: String,
    id: String,
    created: String,
    title: Option<String>,
    author: Option<String>,
    subject: Option<String>,
    page: Option<Object<PageForm>>,
    #[serde(default)]
    styles: BTreeMap<String, Object<StyleForm>>,
    #[serde(default)]
    blocks: Vec<Object<BlockForm>>,
    #[serde(default)]
    fixed: Vec<Object<FixedForm>>,
    #[serde(default)]
    attachments: Vec<Object<AttachmentForm>>,
}

impl DocumentForm {
    fn pictures(&self) -> BTreeSet<&str> {
        let flowing = self.blocks.iter().filter_map(|Object(block)| block.picture.as_deref());
        flowing
            .chain(self.fixed.iter().filter_map(|Object(fixed)| fixed.picture.as_deref()))
            .collect()
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PageForm {
    width: Option<f64>,
    height: Option<f64>,
    margins: Option<[f64; 4]>,
    footer: Option<String>,
}

impl PageForm {
    fn paper(&self) -> Result<Paper> {
        let mut paper = Paper { footer: self.footer.clone(), ..Paper::default() };
        if let Some(width) = self.width {
            paper.width = length(width, "page")?;
        }
        if let Some(height) = self.height {
            paper.height = length(height, "page")?;
        }
        for (margin, given) in paper.margins.iter_mut().zip(self.margins.iter().flatten()) {
            *margin = length(*given, "page")?;
        }
        Ok(paper)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct StyleForm {
    font: Option<String>,
    /// In points.
    points: Option<f64>,
    bold: Option<bool>,
    colour: Option<String>,
    align: Option<AlignForm>,
    leading: Option<u16>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum AlignForm {
    Left,
    Centre,
    Right,
    Justified,
}

impl From<AlignForm> for Align {
    fn from(form: AlignForm) -> Align {
        match form {
            AlignForm::Left => Align::Left,
            AlignForm::Centre => Align::Centre,
            AlignForm::Right => Align::Right,
            AlignForm::Justified => Align::Justified,
        }
    }
}

/// The styles by name; `default` changes what a text without a style looks like.
struct Styles(BTreeMap<String, Style>);

impl Styles {
    fn of(forms: &BTreeMap<String, Object<StyleForm>>) -> Result<Styles> {
        let base = match forms.get("default") {
            Some(Object(form)) => form.style(&Style::default(), "style default")?,
            None => Style::default(),
        };
        let mut styles = BTreeMap::new();
        for (name, Object(form)) in forms.iter().filter(|(name, _)| *name != "default") {
            styles.insert(name.clone(), form.style(&base, &format!("style {name}"))?);
        }
        styles.insert("default".to_owned(), base);
        Ok(Styles(styles))
    }

    fn find(&self, name: Option<&str>, align: Option<AlignForm>, place: &str) -> Result<Style> {
        let name = name.unwrap_or("default");
        let found = self.0.get(name).cloned();
        let mut style = found.ok_or_else(|| value(place, format!("no style is named {name:?}")))?;
        if let Some(align) = align {
            style.align = align.into();
        }
        Ok(style)
    }
}

impl StyleForm {
    fn style(&self, base: &Style, place: &str) -> Result<Style> {
        let mut style = base.clone();
        if let Some(font) = &self.font {
            style.font.clone_from(font);
        }
        if let Some(points) = self.points {
            // A point is 127/360 mm.
            style.size = length(points, place)?.cut(127, 360);
        }
        if let Some(text) = &self.colour {
            style.colour = colour(text, place)?;
        }
        style.bold = self.bold.unwrap_or(style.bold);
        style.align = self.align.map_or(style.align, Align::from);
        style.leading = self.leading.unwrap_or(style.leading);
        Ok(style)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlockForm {
    text: Option<String>,
    style: Option<String>,
    align: Option<AlignForm>,
    indent: Option<u16>,
    inset: Option<[f64; 2]>,
    space: Option<f64>,
    rule: Option<Object<RuleForm>>,
    picture: Option<String>,
    width: Option<f64>,
    height: Option<f64>,
    table: Option<Object<TableForm>>,
    new_page: Option<bool>,
}

impl BlockForm {
    fn block(&self, styles: &Styles, place: &str) -> Result<Block> {
        let kinds = [
            self.text.is_some(),
            self.space.is_some(),
            self.rule.is_some(),
            self.picture.is_some(),
            self.table.is_some(),
            self.new_page == Some(true),
        ];
        if kinds.iter().filter(|kind| **kind).count() != 1 {
            let message = "one of text, space, rule, picture, table, newPage";
            return Err(value(place, message.to_owned()));
        }
        let is = |allowed: &[bool]| allowed.iter().any(|allowed| *allowed);
        let [text, _, _, picture, ..] = kinds;
        let misplaced = (is(&[self.style.is_some(), self.indent.is_some(), self.inset.is_some()])
            && !text)
            || (is(&[self.width.is_some(), self.height.is_some()]) && !picture)
            || (self.align.is_some() && !text && !picture);
        if misplaced {
            return Err(value(place, "a member that belongs to another kind of block".to_owned()));
        }
        if let Some(text) = &self.text {
            let style = styles.find(self.style.as_deref(), self.align, place)?;
            let mut paragraph = Paragraph::new(text, style);
            paragraph.indent = self.indent.unwrap_or(0);
            for (inset, given) in paragraph.inset.iter_mut().zip(self.inset.iter().flatten()) {
                *inset = length(*given, place)?;
            }
            return Ok(Block::Paragraph(paragraph));
        }
        if let Some(space) = self.space {
            return Ok(Block::Space(length(space, place)?));
        }
        if let Some(Object(rule)) = &self.rule {
            return Ok(Block::Rule(rule.rule(place)?));
        }
        if let Some(name) = &self.picture {
            let picture = picture_of(name, self.width, self.height, place)?;
            return Ok(Block::Picture(picture, self.align.map_or(Align::Left, Align::from)));
        }
        match &self.table {
            Some(Object(table)) => Ok(Block::Table(table.table(styles, place)?)),
            None => Ok(Block::NewPage),
        }
    }
}

fn picture_of(name: &str, width: Option<f64>, height: Option<f64>, place: &str) -> Result<Picture> {
    let (Some(width), Some(height)) = (width, height) else {
        return Err(value(place, "a picture needs width and height".to_owned()));
    };
    let (width, height) = (length(width, place)?, length(height, place)?);
    Ok(Picture { name: name.to_owned(), width, height })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleForm {
    width: Option<f64>,
    colour: Option<String>,
}

impl RuleForm {
    fn rule(&self, place: &str) -> Result<Rule> {
        let mut rule = Rule::default();
        if let Some(width) = self.width {
            rule.width = length(width, place)?;
        }
        if let Some(text) = &self.colour {
            rule.colour = colour(text, place)?;
        }
        Ok(rule)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TableForm {
    columns: Vec<f64>,
    rows: Vec<RowForm>,
    #[serde(default)]
    head: usize,
    border: Option<Object<RuleForm>>,
    padding: Option<f64>,
    style: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RowForm {
    Cells(Vec<CellForm>),
    Row(Object<TallRow>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TallRow {
    cells: Vec<CellForm>,
    height: f64,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum CellForm {
    Text(String),
    Cell(Object<FullCell>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FullCell {
    text: String,
    style: Option<String>,
    align: Option<AlignForm>,
    span: Option<u16>,
    #[serde(default)]
    top: bool,
    place: Option<String>,
}

impl TableForm {
    fn table(&self, styles: &Styles, place: &str) -> Result<Table> {
        let style = self.style.as_deref();
        let mut table = Table {
            head: self.head,
            padding: length(self.padding.unwrap_or(1.0), place)?,
            border: Some(match &self.border {
                Some(Object(border)) => border.rule(place)?,
                None => Rule::default(),
            }),
            ..Table::default()
        };
        for width in &self.columns {
            table.columns.push(length(*width, place)?);
        }
        for (number, row) in self.rows.iter().enumerate() {
            let place = format!("{place}, row {}", number + 1);
            let (cells, height) = match row {
                RowForm::Cells(cells) => (cells, 0.0),
                RowForm::Row(Object(row)) => (&row.cells, row.height),
            };
            let mut row = Row { cells: Vec::new(), height: length(height, &place)? };
            for cell in cells {
                row.cells.push(cell.cell(styles, style, &place)?);
            }
            table.rows.push(row);
        }
        Ok(table)
    }
}

impl CellForm {
    fn cell(&self, styles: &Styles, style: Option<&str>, place: &str) -> Result<Cell> {
        let cell = match self {
            CellForm::Text(text) => return Ok(Cell::new(text, styles.find(style, None, place)?)),
            CellForm::Cell(Object(cell)) => cell,
        };
        let style = styles.find(cell.style.as_deref().or(style), cell.align, place)?;
        let span = cell.span.unwrap_or(1).checked_sub(1);
        let more_columns = span.ok_or_else(|| value(place, "a span of no columns".to_owned()))?;
        let (text, place) = (cell.text.clone(), cell.place.clone());
        Ok(Cell { text, style, more_columns, top: cell.top, place })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FixedForm {
    page: usize,
    x: f64,
    y: f64,
    text: Option<String>,
    style: Option<String>,
    line: Option<[f64; 2]>,
    rule: Option<Object<RuleForm>>,
    picture: Option<String>,
    width: Option<f64>,
    height: Option<f64>,
}

impl FixedForm {
    fn fixed(&self, styles: &Styles, place: &str) -> Result<Fixed> {
        let item = match (&self.text, &self.line, &self.picture) {
            (Some(text), None, None) => {
                Item::Text(text.clone(), styles.find(self.style.as_deref(), None, place)?)
            }
            (None, Some([right, down]), None) => {
                let rule = self
                    .rule
                    .as_ref()
                    .map_or(Ok(Rule::default()), |Object(rule)| rule.rule(place))?;
                Item::Line(length(*right, place)?, length(*down, place)?, rule)
            }
            (None, None, Some(name)) => {
                Item::Picture(picture_of(name, self.width, self.height, place)?)
            }
            _ => return Err(value(place, "one of text, line, picture".to_owned())),
        };
        Ok(Fixed { page: self.page, x: length(self.x, place)?, y: length(self.y, place)?, item })
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AttachmentForm {
    name: String,
    file: Option<String>,
    usage: Option<String>,
}

impl AttachmentForm {
    /// The file, by default of the attachment's name.
    fn file(&self) -> &str {
        self.file.as_deref().unwrap_or(&self.name)
    }
}
