//! `yinxin ofd make`: documents from a description, from plain text, or from a voucher.

use crate::commands::voucher;
use crate::failure::Failure;
use crate::files::{self, Secrecy};
use crate::target::Target;
use crate::trust;
use clap::Args;
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use yinxin::Time;
use yinxin::container::ofd::Length;
use yinxin::container::ofd::make::{
    Align, Block, Date, Description, Made, Maker, Paper, Paragraph, Style, half_points,
};
use yinxin::crypto::sm3;
use yinxin::error::{Code, Error};
use yinxin::render::{Labels, SheetForm};

/// A document to make.
#[derive(Args, Debug)]
pub struct MakeArguments {
    /// What it is made of: a description as JSON (docs/ofd.md), or what --text and --voucher say
    file: PathBuf,
    /// The file is plain text in UTF-8: a paragraph on each line
    #[arg(long, conflicts_with = "voucher")]
    text: bool,
    /// The file is a voucher, or an envelope with one: make its sheet, with the voucher attached
    #[arg(long)]
    voucher: bool,
    #[command(flatten)]
    letter: LetterArguments,
    #[command(flatten)]
    form: FormArguments,
    /// The day on which the document is made, as 2026-03-02; default: today in China
    #[arg(long, value_name = "DAY")]
    created: Option<String>,
    #[command(flatten)]
    pub target: Target,
}

/// How plain text looks.
#[derive(Args, Debug)]
struct LetterArguments {
    /// The title above the text
    #[arg(long, requires = "text")]
    title: Option<String>,
    /// The author, as the document's properties say it
    #[arg(long, requires = "text")]
    author: Option<String>,
    /// The font of the text
    #[arg(long, requires = "text", default_value = "仿宋")]
    font: String,
    /// The size of the text in points
    #[arg(long, requires = "text", default_value_t = 16)]
    points: u16,
    /// What stands below each page, with {page} and {pages}
    #[arg(long, requires = "text", default_value = "— {page} —")]
    footer: String,
    /// Attach a file
    #[arg(long, requires = "text", value_name = "FILE")]
    attach: Vec<PathBuf>,
}

/// The names that a sheet shows.
#[derive(Args, Debug)]
pub struct FormArguments {
    /// What fields are called (JSON), in place of the built-in names
    #[arg(long, value_name = "FILE")]
    labels: Option<PathBuf>,
    /// The positions of voucher types (JSON); default: the built-in ones
    #[arg(long, value_name = "FILE")]
    templates: Option<PathBuf>,
    /// The types of vouchers (JSON); default: the built-in ones
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
}

impl FormArguments {
    /// The form of sheets.
    pub fn form(&self) -> Result<SheetForm, Failure> {
        let mut labels = Labels::built_in();
        if let Some(path) = &self.labels {
            labels.add(Labels::from_json(&files::read(path)?)?);
        }
        Ok(SheetForm {
            catalogue: voucher::catalogue(self.catalogue.as_deref())?,
            templates: voucher::templates(self.templates.as_deref())?,
            labels,
        })
    }
}

/// Makes the document.
pub fn make(arguments: &MakeArguments) -> Result<ExitCode, Failure> {
    let source = files::read(&arguments.file)?;
    let made = if arguments.voucher {
        arguments.form.form()?.make(&source, day(arguments.created.as_deref())?)?
    } else if arguments.text {
        letter(&source, &arguments.letter, day(arguments.created.as_deref())?)?
    } else {
        described(&source, &arguments.file)?
    };
    arguments.target.finish(&made.bytes, Secrecy::Public, &describe(&made))
}

/// The pages, and where the named cells stand: what `ofd stamp --place` needs to know.
fn describe(made: &Made) -> Value {
    let places: Vec<Value> = made
        .places
        .iter()
        .map(|place| {
            let mm = |length: Length| length.to_string();
            json!({
                "name": place.name, "page": place.page,
                "x": mm(place.area.x), "y": mm(place.area.y),
                "width": mm(place.area.width), "height": mm(place.area.height),
            })
        })
        .collect();
    json!({ "pages": made.pages, "bytes": made.bytes.len(), "places": places })
}

/// The day that was given, or today's in China.
fn day(given: Option<&str>) -> Result<Date, Failure> {
    if let Some(text) = given {
        return Date::parse(text)
            .ok_or_else(|| Failure::usage(format!("--created: {text:?} is no day")));
    }
    let now: Time = trust::now()?;
    let civil = now.plus_seconds(8 * 3600).unwrap_or(now).civil();
    Date::new(civil.year, civil.month, civil.day)
        .ok_or_else(|| Failure::usage("the clock shows no day"))
}

/// A description as JSON, whose pictures and attachments are files beside it.
fn described(source: &[u8], path: &Path) -> Result<Made, Failure> {
    let names = Maker::files_of_json(source)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut contents = Vec::with_capacity(names.len());
    for name in &names {
        // A description may come from elsewhere: it reaches nothing but its own folder.
        let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if !plain || files::is_stdio(Path::new(name)) {
            let message = "a file is named by a path below the folder of the description";
            return Err(Error::new(Code::Value, format!("file {name:?}"), message).into());
        }
        contents.push(files::read(&folder.join(name))?);
    }
    let files: Vec<(&str, &[u8])> =
        names.iter().map(String::as_str).zip(contents.iter().map(Vec::as_slice)).collect();
    Ok(Maker::from_json(source, &files)?.build()?)
}

/// A letter of plain text; equal text gives an equal document.
fn letter(source: &[u8], arguments: &LetterArguments, day: Date) -> Result<Made, Failure> {
    let text = std::str::from_utf8(source)
        .map_err(|error| Error::new(Code::Text, "text", "not UTF-8").at(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let digest = sm3::digest(source);
    let id = digest.iter().take(16).fold(String::new(), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    });
    let mut description = Description::new(id, day);
    description.title.clone_from(&arguments.title);
    description.author.clone_from(&arguments.author);
    let mut maker = Maker::new(description);
    let footer = Some(arguments.footer.clone()).filter(|footer| !footer.is_empty());
    maker.paper(Paper { footer, ..Paper::default() });
    if let Some(title) = &arguments.title {
        let style = Style::default().of("黑体", 44).aligned(Align::Centre);
        maker.block(Block::Paragraph(Paragraph::new(title, style)));
        maker.block(Block::Space(Length::from_millimetres(6)));
    }
    let mut style = Style::default().aligned(Align::Justified);
    style.font.clone_from(&arguments.font);
    style.size = half_points(arguments.points.saturating_mul(2));
    for line in text.lines() {
        let line = line.trim_end();
        maker.block(match line {
            "" => Block::Space(Length::from_millimetres(5)),
            line => {
                let paragraph = Paragraph::new(line.trim_start_matches('\u{3000}'), style.clone());
                // Two full spaces before a paragraph are how plain text says what an indent is.
                let indent = if line.starts_with('\u{3000}') { 2 } else { 0 };
                Block::Paragraph(Paragraph { indent, ..paragraph })
            }
        });
    }
    for path in &arguments.attach {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Failure::usage("--attach takes a file with a name"))?;
        maker.attach(name, files::read(path)?);
    }
    Ok(maker.build()?)
}
