//! Where the signature of a bank's request stands.

use crate::error::{Code, Error, Result};
use crate::signature::bytes::SignatureForm;
use serde::Deserialize;

const NAME: &str = "options";
const MAX_OPTIONS: usize = 4096;
const MAX_NAME: usize = 64;

/// Where the signature stands in a request, what stands there while it is signed, and how r and s are
/// written.
///
/// The default is what is known of one bank (unverified, from its samples):
/// `{"request":{"head":{},"body":{}},"signature":{"sigdat":"__signature_sigdat__","sigtim":""}}`, with r
/// and s side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankJson {
    object: String,
    value: String,
    placeholder: String,
    form: SignatureForm,
}

impl Default for BankJson {
    fn default() -> Self {
        BankJson {
            object: "signature".to_owned(),
            value: "sigdat".to_owned(),
            placeholder: "__signature_sigdat__".to_owned(),
            form: SignatureForm::Raw,
        }
    }
}

impl BankJson {
    /// The signature is the member `value` of the member `object` of the request, and `placeholder`
    /// stands there while it is signed.
    ///
    /// # Errors
    ///
    /// [`Code::Value`] for names that are not 1 to 64 bytes without control characters, quotation marks
    /// and backslashes, and for a placeholder that is not 8 to 64 ASCII letters, digits, `_` and `-`.
    pub fn new(object: &str, value: &str, placeholder: &str, form: SignatureForm) -> Result<Self> {
        let wrong = |what: &'static str, message| Err(Error::new(Code::Value, what, message));
        for (what, name) in [("object", object), ("value", value)] {
            let odd = |c: char| c.is_control() || matches!(c, '"' | '\\');
            if name.is_empty() || name.len() > MAX_NAME || name.contains(odd) {
                return wrong(what, "a name is 1 to 64 bytes of text that need no escape");
            }
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        if !(8..=MAX_NAME).contains(&placeholder.len()) || !placeholder.bytes().all(plain) {
            return wrong("placeholder", "8 to 64 ASCII letters, digits, _ and - are due");
        }
        let (object, value) = (object.to_owned(), value.to_owned());
        Ok(BankJson { object, value, placeholder: placeholder.to_owned(), form })
    }

    /// Reads options; each member may be left out:
    /// `{"object":"signature","value":"sigdat","placeholder":"__signature_sigdat__","form":"raw"}`, the
    /// form being `raw` or `der`.
    ///
    /// # Errors
    ///
    /// [`Code::Json`] for other JSON; as [`new`](Self::new).
    pub fn from_json(text: &[u8]) -> Result<Self> {
        let wrong = |message: String| Error::new(Code::Json, NAME, message);
        if text.len() > MAX_OPTIONS {
            return Err(Error::new(Code::Size, NAME, format!("more than {MAX_OPTIONS} bytes")));
        }
        // A list of the members in their order would be read too.
        if text.trim_ascii_start().first() != Some(&b'{') {
            return Err(wrong("options are an object".to_owned()));
        }
        let given: Given =
            serde_json::from_slice(text).map_err(|error| wrong(error.to_string()))?;
        let usual = BankJson::default();
        let form = match given.form {
            None => usual.form,
            Some(FormName::Raw) => SignatureForm::Raw,
            Some(FormName::Der) => SignatureForm::Der,
        };
        BankJson::new(
            given.object.as_deref().unwrap_or(&usual.object),
            given.value.as_deref().unwrap_or(&usual.value),
            given.placeholder.as_deref().unwrap_or(&usual.placeholder),
            form,
        )
    }

    /// The member of the request in which the signature stands.
    pub fn object(&self) -> &str {
        &self.object
    }

    /// The member of that object that is the signature.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What stands in the place of the signature while it is made.
    pub fn placeholder(&self) -> &str {
        &self.placeholder
    }

    /// How r and s are written, before base64.
    pub fn form(&self) -> SignatureForm {
        self.form
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    object: Option<String>,
    value: Option<String>,
    placeholder: Option<String>,
    form: Option<FormName>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FormName {
    Raw,
    Der,
}
