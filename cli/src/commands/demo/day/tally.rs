//! What was tried that must be refused, and what came of it.

use serde_json::{Value, json};
use yinxin::error::{Code, Error};

/// One thing that must not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub title: String,
    /// What had to come of it.
    pub due: String,
    /// What came of it.
    pub found: String,
}

/// Everything that was tried.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub attempts: Vec<Attempt>,
}

impl Attempt {
    /// Whether it ended as it had to.
    pub fn is_refused(&self) -> bool {
        self.due == self.found
    }
}

impl Tally {
    /// Something that has to be refused with this code.
    pub fn refused<T>(&mut self, title: &str, due: Code, result: &Result<T, Error>) {
        let found = match result {
            Ok(_) => "done".to_owned(),
            Err(error) => word(error.code()),
        };
        self.note(title, &word(due), &found);
    }

    /// Something that has to come out as these words say.
    pub fn note(&mut self, title: &str, due: &str, found: &str) {
        let (title, due, found) = (title.to_owned(), due.to_owned(), found.to_owned());
        self.attempts.push(Attempt { title, due, found });
    }

    /// Whether something of this title was tried.
    pub fn has(&self, title: &str) -> bool {
        self.attempts.iter().any(|attempt| attempt.title == title)
    }

    /// As JSON, for the process that sums the day up.
    pub fn as_json(&self) -> Value {
        let one = |one: &Attempt| json!({ "tried": one.title, "due": one.due, "found": one.found });
        self.attempts.iter().map(one).collect()
    }

    /// What [`as_json`](Self::as_json) wrote.
    pub fn from_json(value: &Value) -> Option<Tally> {
        let text = |one: &Value, name: &str| Some(one[name].as_str()?.to_owned());
        let one = |one: &Value| {
            let (title, due) = (text(one, "tried")?, text(one, "due")?);
            Some(Attempt { title, due, found: text(one, "found")? })
        };
        let attempts = value.as_array()?.iter().map(one).collect::<Option<_>>()?;
        Some(Tally { attempts })
    }
}

/// A code as words: its number and name.
pub fn word(code: Code) -> String {
    format!("{} {code:?}", code.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_refusal_counts() {
        let mut tally = Tally::default();
        let error = |code| Err::<(), _>(Error::new(code, "x", "y"));
        tally.refused("a", Code::Duplicate, &error(Code::Duplicate));
        tally.refused("b", Code::Duplicate, &error(Code::Move));
        tally.refused("c", Code::Duplicate, &Ok::<(), Error>(()));
        let refused: Vec<bool> = tally.attempts.iter().map(Attempt::is_refused).collect();
        assert_eq!(refused, [true, false, false]);
        assert_eq!(Tally::from_json(&tally.as_json()), Some(tally));
    }
}
