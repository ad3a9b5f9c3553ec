//! The sheet of a voucher: pages, and the voucher attached.

use super::capital::capital_amount;
use super::columns::{Details, Shown, shown};
use super::labels::Labels;
use crate::container::ofd::Length;
use crate::container::ofd::make::{
    Align, Block, Cell, Date, Description, Made, Maker, Paper, Paragraph, Row, Rule, Style, Table,
};
use crate::crypto::sm3;
use crate::error::{Code, Error, Result};
use crate::hex;
use crate::voucher::{
    ActKind, Catalogue, DocumentForm, Envelope, Layer, Position, Templates, Voucher,
};

/// What the attachment is for, as OFD's attribute `Usage` says it; a sheet has one such attachment,
/// named `voucher.xml` or `voucher.json`.
pub const USAGE: &str = "yinxin:voucher:1";

/// The widths between the margins, in millimetres.
const BODY: u16 = 174;
const MARGINS: [u16; 4] = [15, 18, 15, 18];
/// Beyond so many millimetres a column is not made wider for its texts, and below so many it is not
/// readable.
const WIDEST: i64 = 48;
const NARROWEST: i64 = 15;
/// The height of a place for a stamp (the usual ones have 40 to 42 mm) and for a signature.
const STAMP: u16 = 44;
const SIGNATURE: u16 = 18;

/// What a sheet is made by: the names of types, positions and fields. Who checks a sheet uses their
/// own, never those of the file, so that no label can be given another meaning.
#[derive(Debug, Clone)]
pub struct SheetForm {
    /// Names the types.
    pub catalogue: Catalogue,
    /// Names the places for stamps and signatures.
    pub templates: Templates,
    /// Names the fields.
    pub labels: Labels,
}

impl SheetForm {
    /// What the library has: its catalogue, templates and labels.
    pub fn built_in() -> SheetForm {
        SheetForm {
            catalogue: Catalogue::built_in(),
            templates: Templates::built_in(),
            labels: Labels::built_in(),
        }
    }

    /// Makes the sheet of a voucher: of one document, XML or JSON, or of an envelope that holds one
    /// voucher, with its acts. These bytes are attached as they are. The places of the result are
    /// the positions of the template.
    ///
    /// # Errors
    ///
    /// The errors of reading a voucher; [`Code::Form`] for an envelope with none or several;
    /// family Limit for one with more details than there are pages for.
    pub fn make(&self, voucher: &[u8], created: Date) -> Result<Made> {
        self.maker(voucher, created)?.build()
    }

    pub(super) fn maker(&self, attached: &[u8], created: Date) -> Result<Maker> {
        let source = Source::read(attached)?;
        let voucher = &source.voucher;
        let id = voucher.id()?;
        let name = self.catalogue.entry(&id.vt_code).map(|entry| entry.name());
        let title = match name {
            Some(name) => name.to_owned(),
            None => format!("凭证（{}）", id.vt_code),
        };
        let receipt = source.layer == Some(Layer::Responder);
        let digest = sm3::digest(attached);
        let mut description = Description::new(hex::encode(&digest[..16]), created);
        description.title = Some(format!("{title} {}", id.voucher_no));
        let mut maker = Maker::new(description);
        maker.paper(Paper {
            margins: MARGINS.map(Length::from_millimetres),
            footer: Some("第 {page} 页　共 {pages} 页".to_owned()),
            ..Paper::default()
        });
        let heading = if receipt { format!("{title}（回单）") } else { title };
        let style = Style::default().of("黑体", 36).aligned(Align::Centre);
        maker.block(paragraph(&heading, style));
        maker.block(space(2));
        maker.block(Block::Table(heads(voucher, &self.labels)));
        maker.block(space(2));
        let fields = shown(voucher.header(), &self.labels, &["VoucherNo", "VouDate", "StYear"]);
        maker.block(Block::Table(pairs(&fields)));
        self.details(&mut maker, voucher)?;
        self.places(&mut maker, &id.vt_code);
        let json = voucher.form() == DocumentForm::Json;
        let name = if json { "voucher.json" } else { "voucher.xml" };
        let note = format!(
            "本页由所附凭证 {name} 生成，{} 字节，SM3 {}",
            attached.len(),
            hex::encode(&digest)
        );
        maker.block(space(2));
        maker.block(paragraph(&note, Style::default().of("宋体", 13).spaced(130)));
        maker.attach_for(USAGE, name, attached);
        Ok(maker)
    }

    fn details(&self, maker: &mut Maker, voucher: &Voucher) -> Result<()> {
        let details = Details::of(voucher, &self.labels);
        if details.rows.is_empty() {
            return Ok(());
        }
        let count = details.rows.len();
        let heading = Style::default().of("黑体", 21);
        maker.block(space(3));
        maker.block(paragraph(&format!("明细　共 {count} 条"), heading));
        maker.block(space(1));
        if !details.alike.is_empty() {
            maker.block(Block::Table(pairs(&details.alike)));
        }
        if details.columns.is_empty() {
            return Ok(());
        }
        maker.block(space(1));
        match list(&details) {
            Some(table) => {
                maker.block(Block::Table(table));
            }
            None => {
                // Too many columns for the page: one detail below the other.
                for (number, row) in (1..).zip(&details.rows) {
                    maker.block(space(1));
                    maker.block(paragraph(&format!("第 {number} 条"), small()));
                    maker.block(Block::Table(pairs(row)));
                }
            }
        }
        Ok(())
    }

    /// A cell for each position of the template; its name is that of the place.
    fn places(&self, maker: &mut Maker, vt_code: &str) {
        let Some(template) = self.templates.template(vt_code) else {
            maker.block(space(3));
            maker.block(Block::Table(places(&[("签章", "seal", STAMP)])));
            return;
        };
        for layer in [Layer::Issuer, Layer::Responder] {
            let positions: Vec<&Position> = template.positions(layer).collect();
            for chunk in positions.chunks(4) {
                let cells: Vec<(&str, &str, u16)> = chunk
                    .iter()
                    .map(|position| {
                        let stamp = position.kind == ActKind::Stamp;
                        let height = if stamp { STAMP } else { SIGNATURE };
                        (position.name.as_str(), position.position.as_str(), height)
                    })
                    .collect();
                maker.block(space(3));
                maker.block(Block::Table(places(&cells)));
            }
        }
    }
}

/// The voucher among the bytes that are attached.
pub(super) struct Source {
    pub voucher: Voucher,
    /// The layer, where an envelope tells it.
    layer: Option<Layer>,
}

impl Source {
    pub(super) fn read(bytes: &[u8]) -> Result<Source> {
        if !is_envelope(bytes) {
            return Ok(Source { voucher: Voucher::from_any(bytes)?, layer: None });
        }
        let envelope = Envelope::parse(bytes)?;
        let [body] = envelope.bodies.as_slice() else {
            let message = format!("{} vouchers, a sheet shows one", envelope.bodies.len());
            return Err(Error::new(Code::Form, "MOF", message));
        };
        Ok(Source { voucher: body.voucher().clone(), layer: Some(body.layer()) })
    }
}

/// Whether the root element is that of an envelope.
fn is_envelope(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'<') {
        rest = &rest[at + 1..];
        if rest.first() != Some(&b'?') {
            return [&b"MOF"[..], b"Root"].iter().any(|name| rest.starts_with(name));
        }
    }
    false
}

/// Number, date and year on one line.
fn heads(voucher: &Voucher, labels: &Labels) -> Table {
    let header = voucher.header();
    let date = header.get("VouDate").unwrap_or_default();
    let date = match Date::parse(date) {
        Some(date) => date.to_string(),
        None => date.to_owned(),
    };
    let cell = |name: &str, text: &str, align| {
        let text =
            if text.is_empty() { String::new() } else { format!("{}：{text}", labels.of(name)) };
        Cell::new(text, small().aligned(align))
    };
    let number = header.get("VoucherNo").unwrap_or_default();
    let year = header.get("StYear").unwrap_or_default();
    let cells = vec![
        cell("VoucherNo", number, Align::Left),
        cell("VouDate", &date, Align::Centre),
        cell("StYear", year, Align::Right),
    ];
    Table { columns: widths(&[84, 50, 40]), rows: vec![row(cells, 0)], ..Table::default() }
}

/// Labels and values, two pairs on a line; an amount has a line of its own, with its capitals.
fn pairs(fields: &[Shown]) -> Table {
    let label = |text: &str| Cell::new(text, small().aligned(Align::Centre));
    let mut rows = Vec::new();
    let (amounts, others): (Vec<&Shown>, Vec<&Shown>) =
        fields.iter().partition(|field| field.amount.is_some());
    for pair in others.chunks(2) {
        let mut cells = Vec::new();
        for field in pair {
            cells.push(label(&field.label));
            cells.push(Cell::new(&field.text, small()));
        }
        if let ([_], Some(last)) = (pair, cells.last_mut()) {
            last.more_columns = 2;
        }
        rows.push(row(cells, 0));
    }
    for field in amounts {
        let capitals = field.amount.map(capital_amount).unwrap_or_default();
        let text = format!("¥{}　{capitals}", field.text);
        let style = Style { bold: true, ..small() };
        let cells = vec![label(&field.label), Cell { more_columns: 2, ..Cell::new(text, style) }];
        rows.push(row(cells, 7));
    }
    table(widths(&[32, 55, 32, 55]), rows, 0)
}

/// Details as rows, if their columns find room.
fn list(details: &Details) -> Option<Table> {
    let style = Style::default().of("宋体", 17).spaced(125);
    let em = style.size.micrometres();
    let number = 10_000;
    let room = i64::from(BODY) * 1000 - number;
    // An amount is never broken; other columns share what is left by their widths.
    let (mut fixed, mut shared) = (0, Vec::new());
    let mut wide = Vec::with_capacity(details.columns.len());
    for (name, label) in &details.columns {
        let fields = || details.rows.iter().filter_map(|row| row.iter().find(|f| f.name == *name));
        let longest = fields().map(|field| halves(&field.text)).chain([halves(label)]).max()?;
        let width = longest * em / 2 + 2_500;
        if fields().any(|field| field.amount.is_some()) {
            fixed += width;
            wide.push((width, true));
        } else {
            let width = width.clamp(NARROWEST * 1000, WIDEST * 1000);
            shared.push(width);
            wide.push((width, false));
        }
    }
    let (least, count) = (NARROWEST * 1000, shared.len() as i64);
    let free = room - fixed - least * count;
    if free < 0 {
        return None;
    }
    let above: i64 = shared.iter().map(|width| width - least).sum();
    let mut columns = vec![Length::from_micrometres(number).ok()?];
    for (width, is_fixed) in wide {
        let width = match (is_fixed, above) {
            (true, _) => width,
            (false, 0) => least + free / count,
            (false, above) => least + (width - least) * free / above,
        };
        columns.push(Length::from_micrometres(width).ok()?);
    }
    let head = |text: &str| Cell::new(text, style.clone().aligned(Align::Centre));
    let mut rows = vec![row(
        [head("序号")]
            .into_iter()
            .chain(details.columns.iter().map(|(_, label)| head(label)))
            .collect(),
        0,
    )];
    for (number, fields) in (1..).zip(&details.rows) {
        let mut cells = vec![head(&format!("{number}"))];
        for (name, _) in &details.columns {
            let field = fields.iter().find(|field| field.name == *name);
            let text = field.map(|field| field.text.as_str()).unwrap_or_default();
            let right = field.is_some_and(|field| field.amount.is_some());
            let align = if right { Align::Right } else { Align::Left };
            cells.push(Cell::new(text, style.clone().aligned(align)));
        }
        rows.push(row(cells, 0));
    }
    Some(table(columns, rows, 1))
}

/// The width of a text in half ems, about.
fn halves(text: &str) -> i64 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

fn places(cells: &[(&str, &str, u16)]) -> Table {
    let count = cells.len().max(1);
    let whole = Length::from_millimetres(BODY);
    let columns = vec![whole.cut(1, count); count];
    let height = cells.iter().map(|(_, _, height)| *height).max().unwrap_or(STAMP);
    let cells = cells
        .iter()
        .map(|(label, place, _)| {
            let text = Cell::new(*label, small().aligned(Align::Centre));
            Cell { top: true, place: Some((*place).to_owned()), ..text }
        })
        .collect();
    table(columns, vec![row(cells, height)], 0)
}

fn table(columns: Vec<Length>, rows: Vec<Row>, head: usize) -> Table {
    let padding = Length::from_millimetres(1);
    Table { columns, rows, head, border: Some(Rule::default()), padding }
}

fn row(cells: Vec<Cell>, height: u16) -> Row {
    Row { cells, height: Length::from_millimetres(height) }
}

fn widths<const N: usize>(millimetres: &[u16; N]) -> Vec<Length> {
    millimetres.map(Length::from_millimetres).to_vec()
}

fn small() -> Style {
    Style::default().of("宋体", 19).spaced(125)
}

fn paragraph(text: &str, style: Style) -> Block {
    Block::Paragraph(Paragraph::new(text, style))
}

fn space(millimetres: u16) -> Block {
    Block::Space(Length::from_millimetres(millimetres))
}
