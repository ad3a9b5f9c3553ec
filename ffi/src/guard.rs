//! What every entry point does: clear the last error, catch a panic, keep the error, give a status.

use crate::last_error;
use crate::status::{YX_OK, YX_VERDICT_INVALID, YX_VERDICT_NOT_DETERMINED, yx_status};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use yinxin::error::{Code, Error, Result};
use yinxin::report::Verdict;

/// Runs the body of an entry point that has no verdict.
pub(crate) fn call(body: impl FnOnce() -> Result<()>) -> yx_status {
    guarded(|| body().map(|()| YX_OK))
}

/// Runs the body of an entry point that verifies.
pub(crate) fn verify(body: impl FnOnce() -> Result<Verdict>) -> yx_status {
    guarded(|| body().map(status_of))
}

/// Runs the body of an entry point that reads the last error and so must not change it.
pub(crate) fn keeping_error(body: impl FnOnce() -> Result<()>) -> yx_status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => YX_OK,
        Ok(Err(error)) => number(error.code()),
        Err(payload) => {
            std::mem::forget(payload);
            number(Code::Panic)
        }
    }
}

/// Runs the body of a `_free`: no status, and the last error stays as it is.
pub(crate) fn free(body: impl FnOnce()) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(body)) {
        std::mem::forget(payload);
    }
}

/// The number of an error.
pub(crate) fn number(code: Code) -> yx_status {
    yx_status::from(code.number())
}

fn status_of(verdict: Verdict) -> yx_status {
    match verdict {
        Verdict::Valid => YX_OK,
        Verdict::Invalid => YX_VERDICT_INVALID,
        Verdict::NotDetermined => YX_VERDICT_NOT_DETERMINED,
    }
}

fn guarded(body: impl FnOnce() -> Result<yx_status>) -> yx_status {
    // What a panic leaves behind is either dropped or behind a lock that is used all the same:
    // values in the table are whole at every moment.
    let result = catch_unwind(AssertUnwindSafe(|| {
        last_error::clear();
        body()
    }));
    let error = match result {
        Ok(Ok(status)) => return status,
        Ok(Err(error)) => error,
        Err(payload) => {
            let message = text_of(payload.as_ref());
            // Dropping the payload could panic again.
            std::mem::forget(payload);
            Error::new(Code::Panic, "yinxin", message)
        }
    };
    let status = number(error.code());
    last_error::set(error);
    status
}

fn text_of(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("a panic was caught: {}", text.unwrap_or("no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_number() {
        assert_eq!(call(|| panic!("planted")), 901);
        let error = last_error::get().unwrap();
        assert_eq!(error.code(), Code::Panic);
        assert!(error.message().contains("planted"));
        free(|| panic!("planted"));
        assert_eq!(last_error::get(), Some(error));
        assert_eq!(call(|| Ok(())), 0);
        assert_eq!(last_error::get(), None);
    }

    #[test]
    fn verdicts_have_their_own_numbers() {
        assert_eq!(verify(|| Ok(Verdict::Valid)), YX_OK);
        assert_eq!(verify(|| Ok(Verdict::Invalid)), YX_VERDICT_INVALID);
        assert_eq!(verify(|| Ok(Verdict::NotDetermined)), YX_VERDICT_NOT_DETERMINED);
        assert!(Code::ALL.iter().all(|code| number(*code) > 100));
    }
}
