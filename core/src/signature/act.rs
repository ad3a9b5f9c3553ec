//! Whose act it is, and the books that say what may stand where.

use crate::error::{Code, Error, Result};
use crate::time::Time;
use crate::voucher::{Catalogue, Layer, Step, Templates};
use std::borrow::Cow;

/// Whose act it is, where on the voucher, and when.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Act<'a> {
    /// The organisation that acts, by its code.
    pub org: &'a str,
    /// The role in which it acts, as the template of the voucher's type says: `maker`, `office`...
    pub role: &'a str,
    /// The position on the voucher, as the template names it.
    pub position: &'a str,
    /// When the act is made.
    pub time: Time,
    templates: Option<&'a Templates>,
    catalogue: Option<&'a Catalogue>,
}

impl<'a> Act<'a> {
    /// An act by the built-in templates and the built-in catalogue.
    pub fn new(org: &'a str, role: &'a str, position: &'a str, time: Time) -> Self {
        Act { org, role, position, time, templates: None, catalogue: None }
    }

    /// The same act by other templates of positions.
    #[must_use]
    pub fn with_templates(self, templates: &'a Templates) -> Self {
        Act { templates: Some(templates), ..self }
    }

    /// The same act by another catalogue of voucher types.
    #[must_use]
    pub fn with_catalogue(self, catalogue: &'a Catalogue) -> Self {
        Act { catalogue: Some(catalogue), ..self }
    }
}

/// The templates and the catalogue of an act.
pub(super) struct Books<'a> {
    templates: Cow<'a, Templates>,
    catalogue: Cow<'a, Catalogue>,
}

impl<'a> Books<'a> {
    pub(super) fn of(act: &Act<'a>) -> Self {
        Books {
            templates: act
                .templates
                .map_or_else(|| Cow::Owned(Templates::built_in()), Cow::Borrowed),
            catalogue: act
                .catalogue
                .map_or_else(|| Cow::Owned(Catalogue::built_in()), Cow::Borrowed),
        }
    }

    /// The act as a step on vouchers of this type and layer.
    pub(super) fn step<'s>(
        &'s self,
        act: &Act<'s>,
        vt_code: &str,
        layer: Layer,
    ) -> Result<Step<'s>> {
        let template = self.templates.template(vt_code).ok_or_else(|| {
            let message = format!("no template for vouchers of type {vt_code}");
            Error::new(Code::Argument, "position", message)
        })?;
        let step = Step::of(template, layer, act.position, act.org)?;
        if step.role != act.role {
            let message = format!("the template gives {} the role {}", act.position, step.role);
            return Err(Error::new(Code::Argument, "role", message));
        }
        Ok(step.with_catalogue(&self.catalogue))
    }
}
