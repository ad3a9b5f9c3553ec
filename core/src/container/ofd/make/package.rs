//! The parts of the package: XML in the order of the schema, pictures, attachments.

use super::draw::{Object, Sheets, TextLine};
use super::limits::MAX_PACKAGE;
use super::style::{Colour, Paper};
use super::xml::XmlWriter;
use super::{Attachment, Description, picture};
use crate::container::ofd::write::{Archive, Stamp};
use crate::container::ofd::{Area, Length};
use crate::error::{Code, Error, Result};

/// The parts of an em above the line that characters stand on, in hundredths: as in Chinese fonts.
const ASCENT: i64 = 86;
/// What is added to a text's box above and below, in hundredths of an em, so that nothing is cut off.
const SLACK: i64 = 10;

/// A file of the package: its name there and its bytes.
pub(super) struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    /// Whether it is worth making smaller.
    pub deflate: bool,
}

/// The files of a document, in the order in which they stand in the package.
pub(super) fn files(
    description: &Description,
    paper: &Paper,
    sheets: &Sheets,
    pictures: &[(String, Vec<u8>)],
    attachments: &[Attachment],
) -> Result<Vec<File>> {
    let mut ids = Ids(0);
    let fonts: Vec<u64> = sheets.fonts.iter().map(|_| ids.next()).collect();
    let images: Vec<u64> = pictures.iter().map(|_| ids.next()).collect();
    let mut pages = Vec::with_capacity(sheets.pages.len());
    let mut size = 0usize;
    for (number, objects) in sheets.pages.iter().enumerate() {
        let id = ids.next();
        let bytes = page(objects, &mut ids, &fonts, &images)?;
        size = size.saturating_add(bytes.len());
        if size > MAX_PACKAGE {
            return Err(Error::new(Code::Size, "document", "the pages are too large"));
        }
        pages.push((id, File::xml(format!("Doc_0/{}", page_name(number)), bytes)));
    }
    let mut files = vec![File::xml("OFD.xml".to_owned(), root(description))];
    let page_ids: Vec<u64> = pages.iter().map(|(id, _)| *id).collect();
    let document = document(paper, sheets, &page_ids, images.len(), attachments.len(), ids.0);
    files.push(File::xml("Doc_0/Document.xml".to_owned(), document));
    if !fonts.is_empty() {
        files.push(File::xml("Doc_0/PublicRes.xml".to_owned(), font_list(sheets, &fonts)));
    }
    let mut kinds = Vec::with_capacity(pictures.len());
    for (name, bytes) in pictures {
        kinds.push(picture::inspect(name, bytes)?);
    }
    if !images.is_empty() {
        let list = picture_list(&kinds, &images);
        files.push(File::xml("Doc_0/DocumentRes.xml".to_owned(), list));
    }
    files.extend(pages.into_iter().map(|(_, file)| file));
    for (number, ((_, bytes), kind)) in pictures.iter().zip(&kinds).enumerate() {
        let name = format!("Doc_0/Res/{}", picture_name(number, *kind));
        files.push(File { name, bytes: bytes.clone(), deflate: false });
    }
    if !attachments.is_empty() {
        let name = "Doc_0/Attachs/Attachments.xml".to_owned();
        files.push(File::xml(name, attachment_list(attachments)));
    }
    for (number, attachment) in attachments.iter().enumerate() {
        let name = format!("Doc_0/Attachs/{}", attachment_name(number, attachment));
        files.push(File { name, bytes: attachment.bytes.clone(), deflate: true });
    }
    Ok(files)
}

/// The package of these files, without a time: there is no clock here.
pub(super) fn zip(files: &[File]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut out = Archive::new(&mut bytes, Stamp::FIRST);
    let mut records = Vec::with_capacity(files.len());
    for file in files {
        records.push(out.part(&file.name, &file.bytes, file.deflate)?);
        if out.offset()? as usize > MAX_PACKAGE {
            return Err(Error::new(Code::Size, file.name.clone(), "the package is too large"));
        }
    }
    out.finish(&records, &[])?;
    Ok(bytes)
}

impl File {
    fn xml(name: String, bytes: Vec<u8>) -> File {
        File { name, bytes, deflate: true }
    }
}

/// Numbers that are unique in the document.
struct Ids(u64);

impl Ids {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

fn root(description: &Description) -> Vec<u8> {
    let mut out = XmlWriter::new("OFD", &[("Version", "1.0"), ("DocType", "OFD")]);
    out.start("DocBody", &[]);
    out.start("DocInfo", &[]);
    out.text("DocID", &[], &description.id);
    let texts = [
        ("Title", &description.title),
        ("Author", &description.author),
        ("Subject", &description.subject),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            out.text(name, &[], text);
        }
    }
    out.text("CreationDate", &[], &description.created.to_string());
    out.text("Creator", &[], "yinxin");
    out.text("CreatorVersion", &[], env!("CARGO_PKG_VERSION"));
    out.end();
    out.text("DocRoot", &[], "Doc_0/Document.xml");
    out.finish()
}

fn document(
    paper: &Paper,
    sheets: &Sheets,
    pages: &[u64],
    images: usize,
    attachments: usize,
    max_id: u64,
) -> Vec<u8> {
    let mut out = XmlWriter::new("Document", &[]);
    out.start("CommonData", &[]);
    out.text("MaxUnitID", &[], &max_id.to_string());
    out.start("PageArea", &[]);
    out.text("PhysicalBox", &[], &format!("0 0 {} {}", paper.width, paper.height));
    out.end();
    if !sheets.fonts.is_empty() {
        out.text("PublicRes", &[], "PublicRes.xml");
    }
    if images > 0 {
        out.text("DocumentRes", &[], "DocumentRes.xml");
    }
    out.end();
    out.start("Pages", &[]);
    for (number, id) in pages.iter().enumerate() {
        out.empty("Page", &[("ID", &id.to_string()), ("BaseLoc", &page_name(number))]);
    }
    out.end();
    if attachments > 0 {
        out.text("Attachments", &[], "Attachs/Attachments.xml");
    }
    out.finish()
}

fn page_name(number: usize) -> String {
    format!("Pages/Page_{number}/Content.xml")
}

fn font_list(sheets: &Sheets, ids: &[u64]) -> Vec<u8> {
    let mut out = XmlWriter::new("Res", &[("BaseLoc", "Res")]);
    out.start("Fonts", &[]);
    for (name, id) in sheets.fonts.iter().zip(ids) {
        let id = id.to_string();
        out.empty("Font", &[("ID", &id), ("FontName", name), ("FamilyName", name)]);
    }
    out.finish()
}

fn picture_list(kinds: &[picture::Kind], ids: &[u64]) -> Vec<u8> {
    let mut out = XmlWriter::new("Res", &[("BaseLoc", "Res")]);
    out.start("MultiMedias", &[]);
    for (number, (kind, id)) in kinds.iter().zip(ids).enumerate() {
        let id = id.to_string();
        out.start("MultiMedia", &[("ID", &id), ("Type", "Image"), ("Format", kind.format())]);
        out.text("MediaFile", &[], &picture_name(number, *kind));
        out.end();
    }
    out.finish()
}

fn picture_name(number: usize, kind: picture::Kind) -> String {
    format!("Image_{number}.{}", kind.extension())
}

fn attachment_list(attachments: &[Attachment]) -> Vec<u8> {
    let mut out = XmlWriter::new("Attachments", &[]);
    for (number, attachment) in attachments.iter().enumerate() {
        // The size is in kilobytes.
        let size = format!(
            "{}.{:03}",
            attachment.bytes.len() / 1024,
            attachment.bytes.len() % 1024 * 1000 / 1024
        );
        let id = format!("Attach_{number}");
        let mut attributes = vec![("ID", id.as_str()), ("Name", attachment.name.as_str())];
        let format = attachment.format();
        if let Some(format) = &format {
            attributes.push(("Format", format));
        }
        attributes.push(("Size", &size));
        if let Some(usage) = &attachment.usage {
            attributes.push(("Usage", usage));
        }
        out.start("Attachment", &attributes);
        out.text("FileLoc", &[], &attachment_name(number, attachment));
        out.end();
    }
    out.finish()
}

/// The name in the package: a number, for names of people's choice may be anything.
fn attachment_name(number: usize, attachment: &Attachment) -> String {
    match attachment.format() {
        Some(format) => format!("Attach_{number}.{format}"),
        None => format!("Attach_{number}"),
    }
}

fn page(objects: &[Object], ids: &mut Ids, fonts: &[u64], images: &[u64]) -> Result<Vec<u8>> {
    let mut out = XmlWriter::new("Page", &[]);
    out.start("Content", &[]);
    out.start("Layer", &[("ID", &ids.next().to_string()), ("Type", "Body")]);
    for object in objects {
        let id = ids.next().to_string();
        match object {
            Object::Text(line) => text(&mut out, &id, line, fonts)?,
            Object::Lines { colour, width, segments } => {
                lines(&mut out, &id, *colour, *width, segments)?;
            }
            Object::Picture { number, area } => {
                let boundary = boundary(*area)?;
                let [_, _, width, height] = *area;
                let matrix = format!("{} 0 0 {} 0 0", mm(width)?, mm(height)?);
                let image = images.get(*number).copied().unwrap_or_default().to_string();
                let attributes = [
                    ("ID", id.as_str()),
                    ("Boundary", &boundary),
                    ("CTM", &matrix),
                    ("ResourceID", &image),
                ];
                out.empty("ImageObject", &attributes);
            }
        }
    }
    Ok(out.finish())
}

fn text(out: &mut XmlWriter, id: &str, line: &TextLine, fonts: &[u64]) -> Result<()> {
    let slack = line.em * SLACK / 100;
    let boundary =
        boundary([line.x - slack, line.y - slack, line.width + 2 * slack, line.em + 2 * slack])?;
    let font = fonts.get(line.font).copied().unwrap_or_default().to_string();
    let size = mm(line.em)?.to_string();
    let mut attributes =
        vec![("ID", id), ("Boundary", &boundary), ("Font", &font), ("Size", &size)];
    if line.bold {
        attributes.push(("Weight", "700"));
    }
    out.start("TextObject", &attributes);
    if line.colour != Colour::BLACK {
        out.empty("FillColor", &[("Value", &line.colour.value())]);
    }
    let baseline = mm(slack + line.em * ASCENT / 100)?.to_string();
    for run in runs(line, slack) {
        let (x, steps) = (mm(run.x)?.to_string(), steps(&run.advances)?);
        let mut attributes = vec![("X", x.as_str()), ("Y", &baseline)];
        if !steps.is_empty() {
            attributes.push(("DeltaX", &steps));
        }
        out.text("TextCode", &attributes, run.text.trim_end());
    }
    out.end();
    Ok(())
}

/// Characters that are written as one.
struct Run {
    x: i64,
    text: String,
    advances: Vec<i64>,
    /// A character beyond 16 bits: readers differ in whether it takes one step or two.
    alone: bool,
}

/// The runs of a line; none begins with a space, which some readers drop.
fn runs(line: &TextLine, from: i64) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    let mut x = from;
    for (character, advance) in line.text.chars().zip(&line.advances) {
        let alone = character.len_utf8() == 4;
        match found.last_mut().filter(|run| !run.alone && !alone) {
            Some(run) => {
                run.text.push(character);
                run.advances.push(*advance);
            }
            None if character == ' ' => {}
            None => {
                let (text, advances) = (character.to_string(), vec![*advance]);
                found.push(Run { x, text, advances, alone });
            }
        }
        x += advance;
    }
    found
}

/// The steps between the characters: all but the one behind the last. Three equal ones and more are
/// written as `g`, their number and the step.
fn steps(advances: &[i64]) -> Result<String> {
    let between = advances.split_last().map_or(advances, |(_, between)| between);
    let mut words = Vec::new();
    for equal in between.chunk_by(|a, b| a == b) {
        let step = mm(equal[0])?.to_string();
        match equal.len() {
            count @ ..3 => words.extend(std::iter::repeat_n(step, count)),
            count => words.push(format!("g {count} {step}")),
        }
    }
    Ok(words.join(" "))
}

fn lines(
    out: &mut XmlWriter,
    id: &str,
    colour: Colour,
    width: i64,
    segments: &[[i64; 4]],
) -> Result<()> {
    let half = (width + 1) / 2;
    let corner = |pick: fn(i64, i64) -> i64, at: usize| {
        segments.iter().map(|segment| pick(segment[at], segment[at + 2])).reduce(pick).unwrap_or(0)
    };
    let (left, top) = (corner(i64::min, 0) - half, corner(i64::min, 1) - half);
    let (right, bottom) = (corner(i64::max, 0) + half, corner(i64::max, 1) + half);
    let boundary = boundary([left, top, right - left, bottom - top])?;
    let mut path = String::new();
    for [x, y, to_x, to_y] in segments {
        let gap = if path.is_empty() { "" } else { " " };
        let (from, to) = ([mm(x - left)?, mm(y - top)?], [mm(to_x - left)?, mm(to_y - top)?]);
        path.push_str(&format!("{gap}M {} {} L {} {}", from[0], from[1], to[0], to[1]));
    }
    let width = mm(width)?.to_string();
    out.start("PathObject", &[("ID", id), ("Boundary", &boundary), ("LineWidth", &width)]);
    if colour != Colour::BLACK {
        out.empty("StrokeColor", &[("Value", &colour.value())]);
    }
    out.text("AbbreviatedData", &[], &path);
    out.end();
    Ok(())
}

fn boundary([x, y, width, height]: [i64; 4]) -> Result<String> {
    let area = Area { x: mm(x)?, y: mm(y)?, width: mm(width)?, height: mm(height)? };
    Ok(area.to_string())
}

fn mm(micrometres: i64) -> Result<Length> {
    Length::from_micrometres(micrometres)
}
