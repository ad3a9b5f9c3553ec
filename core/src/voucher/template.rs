//! Templates: the positions of a voucher type, who acts there, and in which order.

use super::act::ActKind;
use super::act_to_sign::Layer;
use super::config::{Members, Value, parse};
use super::id::require_identifier;
use super::limits::MAX_ACTS;
use crate::error::{Code, Error, Result};

const NAME: &str = "templates";
const FORMAT: &str = "yinxin:templates:1";

/// Templates by voucher type.
#[derive(Debug, Clone, Default)]
pub struct Templates {
    templates: Vec<Template>,
}

/// The positions of one voucher type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    vt_code: String,
    digest: [u8; 32],
    positions: Vec<Position>,
}

/// One place for one act.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Position {
    /// The document that the place is on.
    pub layer: Layer,
    /// The name of the place, such as `cz_gkzf`; unique in its layer.
    pub position: String,
    /// Its name for people.
    pub name: String,
    /// The part of the one who acts here, such as `maker`.
    pub role: String,
    /// Stamp or signature.
    pub kind: ActKind,
    /// Lower ones come first, equal ones in any order.
    pub sequence: u32,
}

impl Templates {
    /// The templates of the library: sensible, but unverified; a region has its own.
    pub fn built_in() -> Templates {
        // The file is part of the library; a test reads it.
        Templates::from_json(include_bytes!("templates.json")).unwrap_or_default()
    }

    /// Templates as JSON: `{"format":"yinxin:templates:1","templates":[...]}`.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] or [`Code::Value`] naming the template and what is wrong in it.
    pub fn from_json(text: &[u8]) -> Result<Templates> {
        let value = parse(text, NAME)?;
        let mut members = Members::of(&value, NAME)?;
        if members.text("format")? != FORMAT {
            return Err(Error::new(Code::Version, NAME, format!("the format is not {FORMAT}")));
        }
        let mut found = Templates::default();
        for value in members.array("templates")? {
            let template = Template::read(value)?;
            if found.template(&template.vt_code).is_some() {
                let message = format!("{} stands twice", template.vt_code);
                return Err(Error::new(Code::Json, NAME, message));
            }
            found.templates.push(template);
        }
        members.finish()?;
        Ok(found)
    }

    /// Adds other templates; they replace those of the same type.
    pub fn add(&mut self, local: Templates) {
        for template in local.templates {
            self.templates.retain(|old| old.vt_code != template.vt_code);
            self.templates.push(template);
        }
    }

    /// The template of this type.
    pub fn template(&self, vt_code: &str) -> Option<&Template> {
        self.templates.iter().find(|template| template.vt_code == vt_code)
    }
}

impl Template {
    /// The voucher type.
    pub fn vt_code(&self) -> &str {
        &self.vt_code
    }

    /// SM3 over the template as canonical JSON; acts record it.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// The positions of a layer, in the order of the template.
    pub fn positions(&self, layer: Layer) -> impl Iterator<Item = &Position> {
        self.positions.iter().filter(move |position| position.layer == layer)
    }

    /// The position with this name.
    pub fn position(&self, layer: Layer, name: &str) -> Option<&Position> {
        self.positions(layer).find(|position| position.position == name)
    }

    fn read(value: &Value) -> Result<Template> {
        let mut members = Members::of(value, NAME)?;
        let vt_code = members.text("vtCode")?.to_owned();
        require_identifier("vtCode", &vt_code)?;
        let _ = members.optional_text("basis")?;
        let mut positions: Vec<Position> = Vec::new();
        for value in members.array("positions")? {
            let position = read_position(value, &vt_code)?;
            let twice = positions.iter().any(|other| {
                (other.layer, &other.position) == (position.layer, &position.position)
            });
            if twice {
                return Err(members.error(format!("{} stands twice", position.position)));
            }
            positions.push(position);
        }
        if !positions.iter().any(|position| position.layer == Layer::Issuer) {
            return Err(members.error("a template has a position for the issuer"));
        }
        if positions.len() > MAX_ACTS {
            return Err(members.error(format!("more than {MAX_ACTS} positions")));
        }
        members.finish()?;
        Ok(Template { vt_code, digest: value.digest(), positions })
    }
}

fn read_position(value: &Value, vt_code: &str) -> Result<Position> {
    let mut members = Members::of(value, format!("{NAME} {vt_code}"))?;
    let layer = match members.number("layer")? {
        1 => Layer::Issuer,
        2 => Layer::Responder,
        _ => return Err(members.error("the layer is 1 or 2")),
    };
    let position = members.text("position")?.to_owned();
    let role = members.text("role")?.to_owned();
    require_identifier("position", &position)?;
    require_identifier("role", &role)?;
    let name = members.optional_text("name")?.unwrap_or(&position).to_owned();
    let kind = ActKind::from_name(members.text("kind")?);
    let kind = kind.ok_or_else(|| members.error("the kind is stamp or signature"))?;
    let sequence = i32::try_from(members.number("sequence")?).ok();
    let sequence = sequence.and_then(|number| u32::try_from(number).ok());
    let sequence = sequence.ok_or_else(|| members.error("the sequence is 0 to 2147483647"))?;
    members.finish()?;
    Ok(Position { layer, position, name, role, kind, sequence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_templates_are_read() {
        let templates = Templates::built_in();
        for code in ["5106", "5108", "5201", "8202", "2301", "2302", "5207", "8207"] {
            let template = templates.template(code).unwrap();
            assert!(template.positions(Layer::Issuer).count() >= 3);
            assert!(template.positions(Layer::Responder).count() >= 1);
        }
        let position = templates.template("5201").unwrap().position(Layer::Issuer, "cz_gkzf");
        assert_eq!(position.unwrap().sequence, 3);
    }

    /// Acts record these: a template that gets another digest is another template.
    #[test]
    fn digests_of_templates_stay() {
        let templates = Templates::built_in();
        for (code, digest) in [
            ("5106", "dc9a599a5b01eb0fea3f18c22fb00ceb63e16019696351ed6324c9a3b9732521"),
            ("5108", "d86a678a54039cd0c94d5eb30a795eafe96489e95a7b2c5b4404cd2d2d8d1dca"),
            ("5201", "74be9133db89721d51d994fc9b206b8fc3eddd13793497652fd1838380d8f0fa"),
            ("8202", "cad05b81edc445417b06b8276891857cd684f930628402c678bf194fbcb2c9c7"),
            ("2301", "139abe35f11fc8ac58dcd87324420a0affda3f41fe736812514f1e9dde4abdf0"),
        ] {
            let found = crate::hex::encode(&templates.template(code).unwrap().digest());
            assert_eq!(found, digest, "{code}");
        }
    }

    #[test]
    fn local_templates_are_strictly_read() {
        let text = r#"{"format":"yinxin:templates:1","templates":[{"vtCode":"5201","positions":[
            {"layer":1,"position":"a","role":"maker","kind":"stamp","sequence":1}]}]}"#;
        let mut templates = Templates::built_in();
        let before = templates.template("5201").unwrap().digest();
        templates.add(Templates::from_json(text.as_bytes()).unwrap());
        assert_ne!(templates.template("5201").unwrap().digest(), before);
        for (from, to) in [
            ("templates:1", "templates:2"),
            ("\"layer\":1", "\"layer\":3"),
            ("\"layer\":1", "\"layer\":2"),
            ("\"a\"", "\"a/b\""),
            ("\"maker\"", "\"\""),
            ("\"stamp\"", "\"seal\""),
            ("\"sequence\":1", "\"sequence\":-1"),
            ("\"sequence\":1", "\"sequence\":\"1\""),
            ("\"sequence\":1}", "\"sequence\":1,\"x\":1}"),
            (
                "\"sequence\":1}",
                "\"sequence\":1},{\"layer\":1,\"position\":\"a\",\"role\":\"r\",\"kind\":\"stamp\",\"sequence\":2}",
            ),
        ] {
            assert!(Templates::from_json(text.replace(from, to).as_bytes()).is_err(), "{to}");
        }
        for end in 0..text.len() {
            assert!(Templates::from_json(&text.as_bytes()[..end]).is_err());
        }
    }
}
