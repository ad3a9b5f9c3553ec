//! `yinxin tsa serve`: requests come in over HTTP, tokens go out.

use super::authority::AuthorityArguments;
use super::http::{self, Timed};
use crate::failure::Failure;
use crate::trust;
use clap::Args;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{panic, thread};
use yinxin::Time;
use yinxin::error::{Code, Error};
use yinxin::timestamp::TimestampAuthority;

/// The most connections that are served at once; more are refused.
const MAX_CONNECTIONS: usize = 32;
/// The time for one connection, all in all.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The authority, and where it listens.
#[derive(Args, Debug)]
pub struct Arguments {
    /// Where to listen; port 0 takes a free one. There is no TLS and nobody is asked who they are:
    /// other machines should reach it only over a network that is trusted
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3180")]
    listen: SocketAddr,
    #[command(flatten)]
    authority: AuthorityArguments,
}

/// What is served, the same for every connection.
struct Service {
    authority: TimestampAuthority,
    /// The clock, if it stands still.
    fixed: Option<Time>,
    connections: AtomicUsize,
}

/// Serves until the process is stopped.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let service = Arc::new(Service {
        authority: arguments.authority.load()?,
        fixed: arguments.authority.fixed_clock()?,
        connections: AtomicUsize::new(0),
    });
    let listener =
        TcpListener::bind(arguments.listen).map_err(|error| failed(arguments, &error))?;
    let address = listener.local_addr().map_err(|error| failed(arguments, &error))?;
    println!("listening on http://{address}/");
    io::stdout().flush().map_err(|error| failed(arguments, &error))?;
    loop {
        match listener.accept() {
            Ok((stream, peer)) => accept(&service, stream, peer),
            Err(error) => {
                // Out of descriptors, say: others may end meanwhile.
                eprintln!("yinxin: {error}");
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

fn accept(service: &Arc<Service>, stream: TcpStream, peer: SocketAddr) {
    let mut stream = Timed::new(stream, TIMEOUT);
    if service.connections.fetch_add(1, Ordering::Relaxed) >= MAX_CONNECTIONS {
        service.connections.fetch_sub(1, Ordering::Relaxed);
        let _ = http::write_response(&mut stream, "503 Service Unavailable", "text/plain", b"");
        return;
    }
    let own = Arc::clone(service);
    let work = move || {
        // A fault of ours ends this connection and not the service.
        let said = panic::catch_unwind(panic::AssertUnwindSafe(|| own.serve(&mut stream)));
        match said {
            Ok(Ok(said)) => eprintln!("{peer} {said}"),
            Ok(Err(error)) => eprintln!("{peer} {error}"),
            Err(_) => eprintln!("{peer} fault"),
        }
        own.connections.fetch_sub(1, Ordering::Relaxed);
    };
    if thread::Builder::new().spawn(work).is_err() {
        service.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Service {
    /// Answers one request; gives what is to be noted about it.
    fn serve(&self, stream: &mut Timed) -> io::Result<String> {
        let query = match http::read_query(stream)? {
            Ok(query) => query,
            Err(refusal) => {
                http::write_response(stream, refusal.0, "text/plain", b"")?;
                return Ok(refusal.0.to_owned());
            }
        };
        let Some(time) = self.fixed.or_else(|| trust::now().ok()) else {
            http::write_response(stream, "503 Service Unavailable", "text/plain", b"")?;
            return Ok("the clock is out of range".to_owned());
        };
        let answer = self.authority.respond(&query, time);
        let kind = "application/timestamp-reply";
        http::write_response(stream, "200 OK", kind, answer.as_der())?;
        let names: Vec<&str> = answer.failures().iter().map(|failure| failure.name()).collect();
        Ok(format!("{time} {} {}", answer.status().name(), names.join(" ")).trim_end().to_owned())
    }
}

fn failed(arguments: &Arguments, error: &io::Error) -> Failure {
    Error::new(Code::Unreachable, arguments.listen.to_string(), error.to_string()).into()
}
