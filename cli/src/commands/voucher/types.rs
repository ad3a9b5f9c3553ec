//! `yinxin voucher types`: the catalogue, as people read it.

use super::act;
use crate::commands::seal::hex;
use crate::failure::Failure;
use crate::output;
use clap::Args;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::process::ExitCode;
use yinxin::error::{Code, Error};
use yinxin::voucher::{About, CatalogueEntry, Layer, RuleText, Template};

/// The types of vouchers, or one of them.
#[derive(Args, Debug)]
pub struct TypesArguments {
    /// One type (VtCode): its fields, rules and positions; without it, all types
    code: Option<String>,
    /// The rules of voucher types (JSON) that take the place of the built-in ones
    #[arg(long, value_name = "FILE")]
    catalogue: Option<PathBuf>,
    /// The positions of voucher types (JSON) that take the place of the built-in ones
    #[arg(long, value_name = "FILE")]
    templates: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Runs the command.
pub fn run(arguments: &TypesArguments) -> Result<ExitCode, Failure> {
    let catalogue = act::catalogue(arguments.catalogue.as_deref())?;
    let templates = act::templates(arguments.templates.as_deref())?;
    if let Some(code) = &arguments.code {
        let entry = catalogue.entry(code).ok_or_else(|| {
            Error::new(Code::Argument, "CODE", format!("the catalogue has no type {code}"))
        })?;
        let value = one(entry, templates.template(code));
        return Ok(output::value(&value, arguments.json));
    }
    let mut entries: Vec<&CatalogueEntry> = catalogue.entries().iter().collect();
    entries.sort_by_key(|entry| entry.vt_code());
    let types: Vec<Value> = entries.iter().map(|entry| outline(entry)).collect();
    if arguments.json {
        return Ok(output::value(&json!({ "kind": "voucherTypes", "types": types }), true));
    }
    let lines: Vec<String> = entries.iter().map(|entry| line(entry)).collect();
    Ok(output::text(&lines.concat()))
}

/// One line: code, origin, who sends it to whom, name.
fn line(entry: &CatalogueEntry) -> String {
    let (mark, way) = match entry.about() {
        Some(about) => {
            let way = format!("{} -> {}", about.issuers.join(","), about.receivers.join(","));
            (mark(about), way)
        }
        None => (String::new(), String::new()),
    };
    format!("{}  {mark:<10}  {way:<28}  {}\n", entry.vt_code(), entry.name())
}

/// How the type is known; what nobody saw is called so.
fn mark(about: &About) -> String {
    match about.mark.as_str() {
        "GK" => "unverified".to_owned(),
        mark => mark.to_owned(),
    }
}

fn outline(entry: &CatalogueEntry) -> Value {
    json!({
        "vtCode": entry.vt_code(),
        "name": entry.name(),
        "digest": hex(&entry.digest()),
        "about": entry.about().map(|about| json!({
            "issuers": about.issuers,
            "receivers": about.receivers,
            "mark": about.mark,
            "edition": about.edition,
            "now": about.now,
            "local": about.is_local,
        })),
        "basis": entry.basis(),
    })
}

fn one(entry: &CatalogueEntry, template: Option<&Template>) -> Value {
    let mut value = outline(entry);
    value["header"] = fields(entry.header_rules());
    value["detail"] = fields(entry.detail_rules());
    value["positions"] = template.map_or(Value::Null, positions);
    value
}

fn fields<'a>(rules: impl Iterator<Item = RuleText<'a>>) -> Value {
    let fields: Map<String, Value> =
        rules.map(|rule| (rule.field.to_owned(), json!(rule.rule))).collect();
    Value::Object(fields)
}

fn positions(template: &Template) -> Value {
    let of = |layer| {
        template.positions(layer).map(|position| {
            json!({
                "layer": position.layer.number(),
                "sequence": position.sequence,
                "position": position.position,
                "name": position.name,
                "role": position.role,
                "kind": position.kind.name(),
            })
        })
    };
    of(Layer::Issuer).chain(of(Layer::Responder)).collect()
}
