//! Two processes, each with keys of its own, exchange vouchers over a network that loses, doubles,
//! bends and re-orders; in the end each voucher was delivered once, and every disturbance was
//! reported by the party that could see it.
//!
//! The parent is the network, and the authority that certifies the keys. It knows what it did to
//! each packet and each receipt, foretells what the parties have to report, and compares. The run is
//! the same for the same seed: it goes in rounds, and a party waits for the end of each.
//!
//! Twice 1,000 vouchers; with YINXIN_SOAK=1 twice 10,000.

#![allow(missing_docs)]

#[path = "../envelope_common/replay.rs"]
#[allow(dead_code)]
mod replay;

mod bank;
mod finance;
mod network;
mod wire;

use std::env;

/// Which party a child process is.
const ROLE: &str = "YINXIN_EXCHANGE_PARTY";

fn main() {
    match env::var(ROLE).as_deref() {
        Ok("finance") => finance::run(),
        Ok("bank") => bank::run(),
        _ => test(),
    }
}

/// There is no harness: it would write into the pipes of the children.
fn test() {
    const NAME: &str = "two_processes_exchange_vouchers";
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        return println!("{NAME}: test");
    }
    let mut filters = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
    if filters.peek().is_some() && !filters.any(|filter| NAME.contains(filter.as_str())) {
        return;
    }
    let soak = [(10_000, 3), (10_000, 4)];
    let runs = if env::var_os("YINXIN_SOAK").is_some() { soak } else { [(1_000, 1), (1_000, 2)] };
    for (vouchers, seed) in runs {
        network::exchange(vouchers, seed);
    }
    println!("test {NAME} ... ok");
}
