//! Time stamps: ask for them, hold the answer against the request, put the token in.

use crate::error::{misuse, work};
use crate::input::{At, Input, Inputs};
use crate::seal::profile;
use crate::signer::Signer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use yinxin::asn1::{Oid, Profile};
use yinxin::seal::Stamp;
use yinxin::signature;
use yinxin::timestamp::{self, TimeStampResponse, Token};

/// A request for a time stamp. `bytes(request)` is what goes to an authority by HTTP POST, with content
/// type application/timestamp-query.
#[pyclass(frozen, eq, module = "yinxin")]
#[derive(PartialEq)]
pub struct TimeStampRequest(pub timestamp::TimeStampRequest);

#[pymethods]
impl TimeStampRequest {
    #[new]
    fn new(py: Python<'_>, data: Input) -> PyResult<Self> {
        work(py, || timestamp::TimeStampRequest::from_der(data.as_ref())).map(TimeStampRequest)
    }

    /// The token of an authority's answer, held against this request: the same imprint, nonce and
    /// policy.
    fn token_for<'py>(&self, py: Python<'py>, response: Input) -> PyResult<Bound<'py, PyBytes>> {
        let token = work(py, || {
            let response = TimeStampResponse::from_der(response.as_ref())?;
            response.token_for(&self.0, Profile::Conforming)
        })?;
        Ok(PyBytes::new(py, token.as_der()))
    }

    fn __bytes__<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.as_der())
    }

    fn __repr__(&self) -> String {
        format!("<TimeStampRequest {} octets>", self.0.as_der().len())
    }
}

/// A request for a time stamp over the signature value of a stamp (SES_Signature, V4 or V5).
#[pyfunction]
#[pyo3(signature = (stamp, *, conforming=true))]
pub fn stamp_time_stamp_request(
    py: Python<'_>,
    stamp: Input,
    conforming: bool,
) -> PyResult<TimeStampRequest> {
    let request =
        work(py, || Stamp::parse(stamp.as_ref(), profile(conforming))?.time_stamp_request())?;
    Ok(TimeStampRequest(request))
}

/// The stamp with this token in it; a former one is replaced. A token over another value, before the
/// stated signing time or with a bad signature is refused.
#[pyfunction]
#[pyo3(signature = (stamp, token, *, conforming=true))]
pub fn stamp_with_time_stamp<'py>(
    py: Python<'py>,
    stamp: Input,
    token: Input,
    conforming: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let profile = profile(conforming);
    let stamped = work(py, || {
        let token = Token::parse(token.as_ref(), profile)?;
        Stamp::parse(stamp.as_ref(), profile)?.with_time_stamp(&token)
    })?;
    Ok(PyBytes::new(py, stamped.as_bytes()))
}

/// Requests for time stamps over the act at this position, one for each voucher of an envelope.
#[pyfunction]
#[pyo3(signature = (envelope, *, position))]
pub fn voucher_time_stamp_requests(
    py: Python<'_>,
    envelope: Input,
    position: &str,
) -> PyResult<Vec<TimeStampRequest>> {
    let requests =
        work(py, || signature::voucher_time_stamp_requests(envelope.as_ref(), position))?;
    Ok(requests.into_iter().map(TimeStampRequest).collect())
}

/// The envelope with time stamps in the acts at this position: one token for each voucher, in order.
#[pyfunction]
#[pyo3(signature = (envelope, *, position, tokens))]
pub fn time_stamp_voucher<'py>(
    py: Python<'py>,
    envelope: Input,
    position: &str,
    tokens: Inputs,
) -> PyResult<Bound<'py, PyBytes>> {
    let tokens = tokens.slices();
    let stamped = work(py, || signature::time_stamp_voucher(envelope.as_ref(), position, &tokens))?;
    Ok(PyBytes::new(py, &stamped))
}

/// A time stamp authority for tests and small installations: a signer whose certificate is for time
/// stamps alone. It reads no clock.
#[pyclass(frozen, module = "yinxin.testing")]
pub struct TimestampAuthority(timestamp::TimestampAuthority);

#[pymethods]
impl TimestampAuthority {
    #[new]
    #[pyo3(signature = (signer, *, policy="1.2.3.4.1"))]
    fn new(py: Python<'_>, signer: &Bound<'_, Signer>, policy: &str) -> PyResult<Self> {
        let policy =
            Oid::parse(policy).ok_or_else(|| misuse(py, "policy", "it is no object identifier"))?;
        let key = signer.get().shared(py)?;
        work(py, || timestamp::TimestampAuthority::new(key, policy)).map(TimestampAuthority)
    }

    /// The answer to a request, the clock saying `at`: a token, or why there is none.
    #[pyo3(signature = (request, *, at))]
    fn respond<'py>(
        &self,
        py: Python<'py>,
        request: &Bound<'_, PyAny>,
        at: At,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let der = match request.cast::<TimeStampRequest>() {
            Ok(request) => request.get().0.as_der().to_vec(),
            Err(_) => request.extract::<Input>()?.as_ref().to_vec(),
        };
        let answer = work(py, || Ok(self.0.respond(&der, at.0)))?;
        Ok(PyBytes::new(py, answer.as_der()))
    }
}
