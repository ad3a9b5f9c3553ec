//! As much of HTTP/1.1 as a time stamp authority needs: one POST for each connection, its size
//! limited and its sender given little time.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The most bytes of a request line with its headers.
pub const MAX_HEAD: usize = 8 * 1024;
/// The most bytes of a body.
pub const MAX_BODY: usize = 64 * 1024;

const QUERY: &str = "application/timestamp-query";

/// Why a request gets no answer from the authority: the status line of the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal(pub &'static str);

/// Reads a POST of a time stamp request and gives its body.
///
/// The outer error is of the connection: nobody is there to be told anything.
pub fn read_query(input: &mut impl Read) -> io::Result<Result<Vec<u8>, Refusal>> {
    let (head, mut body) = match read_head(input)? {
        Ok(parts) => parts,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let length = match body_length(&head) {
        Ok(length) => length,
        Err(refusal) => return Ok(Err(refusal)),
    };
    body.truncate(length);
    let missing = (length - body.len()) as u64;
    input.take(missing).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Ok(body))
}

/// Writes a response and says that the connection ends.
pub fn write_response(
    output: &mut impl Write,
    status: &str,
    kind: &str,
    body: &[u8],
) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        body.len()
    );
    output.write_all(&[head.as_bytes(), body].concat())?;
    output.flush()
}

/// The text up to the empty line, and what was read after it.
fn read_head(input: &mut impl Read) -> io::Result<Result<(String, Vec<u8>), Refusal>> {
    let mut read = Vec::new();
    let mut chunk = [0; 1024];
    loop {
        let count = input.read(&mut chunk)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        read.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            if end > MAX_HEAD {
                return Ok(Err(Refusal("431 Request Header Fields Too Large")));
            }
            let rest = read.split_off(end + 4);
            read.truncate(end);
            let head = String::from_utf8(read).map_err(|_| Refusal("400 Bad Request"));
            return Ok(head.map(|head| (head, rest)));
        }
        if read.len() > MAX_HEAD {
            return Ok(Err(Refusal("431 Request Header Fields Too Large")));
        }
    }
}

/// Checks request line and headers; gives the length of the body.
fn body_length(head: &str) -> Result<usize, Refusal> {
    let bad = Refusal("400 Bad Request");
    let mut lines = head.split("\r\n");
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, _target, version) = (words.next(), words.next().ok_or(bad)?, words.next());
    if !matches!(version, Some("HTTP/1.1" | "HTTP/1.0")) || words.next().is_some() {
        return Err(bad);
    }
    if method != Some("POST") {
        return Err(Refusal("405 Method Not Allowed"));
    }
    let (mut length, mut kind) = (None, None);
    for line in lines {
        let (name, value) = line.split_once(':').ok_or(bad)?;
        let value = value.trim_matches([' ', '\t']);
        match name.to_ascii_lowercase().as_str() {
            "content-length" if length.is_some() => return Err(bad),
            "content-length" => length = Some(digits(value).ok_or(bad)?),
            "content-type" => kind = Some(value),
            "transfer-encoding" => return Err(Refusal("501 Not Implemented")),
            _ => {}
        }
    }
    if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case(QUERY)) {
        return Err(Refusal("415 Unsupported Media Type"));
    }
    match length {
        None => Err(Refusal("411 Length Required")),
        Some(length) if length > MAX_BODY => Err(Refusal("413 Content Too Large")),
        Some(length) => Ok(length),
    }
}

/// A number of decimal digits alone.
fn digits(text: &str) -> Option<usize> {
    let all = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // What does not fit is too large in any case.
    all.then(|| text.parse().unwrap_or(usize::MAX))
}

/// A connection whose reads and writes must all be done by one moment.
pub struct Timed {
    stream: TcpStream,
    until: Instant,
}

impl Timed {
    /// A connection that is given this much time.
    pub fn new(stream: TcpStream, time: Duration) -> Timed {
        Timed { stream, until: Instant::now() + time }
    }

    fn left(&self) -> io::Result<Option<Duration>> {
        match self.until.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Timed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        self.stream.read(buffer)
    }
}

impl Write for Timed {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        self.stream.write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(request: &[u8]) -> io::Result<Result<Vec<u8>, Refusal>> {
        read_query(&mut io::Cursor::new(request))
    }

    fn refused(head: &str) -> &'static str {
        read(format!("{head}\r\n\r\nbody").as_bytes()).unwrap().unwrap_err().0
    }

    const POST: &str = "POST / HTTP/1.1\r\nContent-Type: application/timestamp-query";

    #[test]
    fn a_query_is_read_whole() {
        let request = format!("{POST}\r\ncontent-LENGTH: 4\r\nHost: x\r\n\r\nbodyand more");
        assert_eq!(read(request.as_bytes()).unwrap().unwrap(), b"body");
        for end in 0..request.len() - b"and more".len() {
            assert!(read(&request.as_bytes()[..end]).is_err(), "{end}");
        }
        let large = format!("{POST}\r\nContent-Length: {MAX_BODY}\r\n\r\n{}", "x".repeat(MAX_BODY));
        assert_eq!(read(large.as_bytes()).unwrap().unwrap().len(), MAX_BODY);
    }

    #[test]
    fn what_is_no_query_is_refused() {
        for (head, status) in [
            ("GET / HTTP/1.1".to_owned(), "405"),
            ("POST / HTTP/2".to_owned(), "400"),
            ("POST /".to_owned(), "400"),
            ("POST / HTTP/1.1 more".to_owned(), "400"),
            ("POST / HTTP/1.1\r\nContent-Length: 4".to_owned(), "415"),
            (POST.to_owned(), "411"),
            (format!("{POST}\r\nContent-Length: +4"), "400"),
            (format!("{POST}\r\nContent-Length: 4, 4"), "400"),
            (format!("{POST}\r\nContent-Length: 4\r\nContent-Length: 4"), "400"),
            (format!("{POST}\r\nContent-Length: {}", MAX_BODY + 1), "413"),
            (format!("{POST}\r\nContent-Length: {}", "9".repeat(40)), "413"),
            (format!("{POST}\r\nTransfer-Encoding: chunked"), "501"),
            (format!("{POST}\r\nno colon"), "400"),
            (format!("{POST}\r\nX: {}", "x".repeat(MAX_HEAD)), "431"),
        ] {
            assert!(refused(&head).starts_with(status), "{status}: {}", refused(&head));
        }
        let endless = "x".repeat(MAX_HEAD + 2048);
        assert!(read(endless.as_bytes()).unwrap().unwrap_err().0.starts_with("431"));
        assert!(
            read(b"POST / HTTP/1.1\r\n\xff\r\n\r\n").unwrap().unwrap_err().0.starts_with("400")
        );
    }
}
