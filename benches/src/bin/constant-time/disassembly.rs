//! The instructions of this program itself, as a release has them: where secrets go in, no gather,
//! no division, and no conditional jump but the ends of counted loops.
//!
//! Those functions are compiled to straight lines and counted loops, so each jump that is neither is
//! a question somebody has to answer: `exceptions.rs` holds the answers. What cannot be seen here is
//! a single load at a secret address; memcheck sees that.

use crate::exceptions::{EXCEPTIONS, KERNELS, OPEN, REQUIRED};
use crate::leaks;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;

/// Functions that have to be refused, each with what is wrong in it.
const PLANTED: &[(&str, Fault)] = &[
    ("constant_time::leaks::early_exit", Fault::Jump),
    ("constant_time::leaks::branch", Fault::Jump),
    ("constant_time::leaks::division", Fault::Division),
    ("constant_time::leaks::x86::gather", Fault::Gather),
    ("constant_time::leaks::x86::lanes_left", Fault::Jump),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Gather,
    Division,
    Jump,
    Indirect,
}

struct Line<'a> {
    address: u64,
    name: &'a str,
    operands: &'a str,
    text: &'a str,
}

/// Judges this program; whether all is well.
#[cfg(target_arch = "x86_64")]
pub fn run() -> Result<bool, String> {
    black_box([leaks::gather, leaks::lanes_left] as [fn(&[u8; 32]) -> u32; 2]);
    black_box(leaks::division as fn(&[u8; 32]) -> u64);
    black_box(leaks::table_read as fn(&[u8; 32]) -> u32);
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("objdump")
        .args(["-d", "-C", "-w", "--no-show-raw-insn"])
        .arg(program)
        .output()
        .map_err(|error| format!("objdump (binutils): {error}"))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let functions = functions(&text);
    let kernels: Vec<&(&str, Vec<Line<'_>>)> =
        functions.iter().filter(|(name, _)| is_kernel(name)).collect();

    let mut good = true;
    for required in REQUIRED {
        if !kernels.iter().any(|(name, _)| name.contains(required)) {
            println!("disassembly: no function {required}");
            good = false;
        }
    }
    let mut asked = vec![0; EXCEPTIONS.len()];
    for (name, lines) in &kernels {
        let faults = faults(lines);
        let open = EXCEPTIONS.iter().position(|(exception, ..)| name.contains(exception));
        let allowed = open.map_or(0, |at| EXCEPTIONS[at].1);
        let jumps = faults.iter().filter(|(_, fault)| *fault == Fault::Jump).count();
        if let Some(at) = open {
            asked[at] = jumps.max(asked[at]);
        }
        let bad = jumps > allowed || faults.iter().any(|(_, fault)| *fault != Fault::Jump);
        let verdict = if bad { "REFUSED" } else { "good" };
        println!(
            "disassembly {name}: {} instructions, {jumps} jumps that are no end of a loop, {allowed} \
             allowed: {verdict}",
            lines.len()
        );
        if bad {
            good = false;
            faults.iter().for_each(|(line, fault)| println!("    {fault:?} {}", lines[*line].text));
        }
    }
    for ((exception, allowed, _), asked) in EXCEPTIONS.iter().zip(asked) {
        if asked < *allowed {
            println!("disassembly: {exception} needs {asked} of {allowed} exceptions");
        }
    }
    let mut caught = 0;
    for (planted, expected) in PLANTED {
        let found: BTreeMap<Fault, usize> = functions
            .iter()
            .filter(|(name, _)| name == planted)
            .flat_map(|(_, lines)| faults(lines))
            .fold(BTreeMap::new(), |mut sums, (_, fault)| {
                *sums.entry(fault).or_default() += 1;
                sums
            });
        println!("disassembly planted {planted}: {found:?}");
        caught += usize::from(found.contains_key(expected));
    }
    println!(
        "disassembly: {} functions, {}; {caught} of {} planted leaks refused",
        kernels.len(),
        if good { "none refused" } else { "NOT good" },
        PLANTED.len(),
    );
    Ok(good && caught == PLANTED.len())
}

/// Says what is missing.
#[cfg(not(target_arch = "x86_64"))]
pub fn run() -> Result<bool, String> {
    Err("the disassembly is read on x86-64 only".to_owned())
}

fn is_kernel(name: &str) -> bool {
    !name.contains("drop_in_place")
        && KERNELS.iter().any(|kernel| name.contains(kernel))
        && !OPEN.iter().any(|(open, _)| name.contains(open))
}

/// The functions of a listing by objdump, in its order.
fn functions(text: &str) -> Vec<(&str, Vec<Line<'_>>)> {
    let mut functions: Vec<(&str, Vec<Line<'_>>)> = Vec::new();
    for text in text.lines() {
        if let Some(name) = text.strip_suffix(">:").and_then(|head| head.split_once(" <")) {
            functions.push((name.1, Vec::new()));
            continue;
        }
        let Some((address, code)) = text.trim_start().split_once(":\t") else { continue };
        let Ok(address) = u64::from_str_radix(address, 16) else { continue };
        let code = code.split('#').next().unwrap_or(code).trim();
        let (mut name, mut operands) = code.split_once(' ').unwrap_or((code, ""));
        while matches!(name, "lock" | "rep" | "repz" | "repnz" | "bnd" | "notrack" | "data16") {
            (name, operands) = operands.trim().split_once(' ').unwrap_or((operands.trim(), ""));
        }
        if let Some((_, lines)) = functions.last_mut() {
            lines.push(Line { address, name, operands: operands.trim(), text });
        }
    }
    functions
}

/// What is wrong in a function, by line.
fn faults(lines: &[Line<'_>]) -> Vec<(usize, Fault)> {
    let fault = |at: usize| {
        let Line { name, operands, .. } = &lines[at];
        if name.contains("gather") || name.contains("scatter") {
            Some(Fault::Gather)
        } else if name.trim_end_matches(['b', 'w', 'l', 'q']).trim_start_matches('i') == "div" {
            Some(Fault::Division)
        } else if (*name == "jmp" || *name == "call" || *name == "jmpq" || *name == "callq")
            && operands.starts_with('*')
        {
            (!is_fixed(lines, at)).then_some(Fault::Indirect)
        } else if (name.starts_with('j') && !name.starts_with("jmp")) || name.starts_with("loop") {
            (!ends_a_counted_loop(lines, at)).then_some(Fault::Jump)
        } else {
            None
        }
    };
    (0..lines.len()).filter_map(|at| Some((at, fault(at)?))).collect()
}

/// Whether this call goes where a fixed place says, as calls of other libraries do.
fn is_fixed(lines: &[Line<'_>], call: usize) -> bool {
    let place = lines[call].operands.trim_start_matches('*');
    let writer = |line: &&Line<'_>| {
        split(line.operands).last().is_some_and(|last| whole(last) == whole(place))
            && !only_reads(line.name)
    };
    place.ends_with("(%rip)")
        || lines[..call].iter().rev().find(writer).is_some_and(|line| {
            stem(line.name) == "mov" && split(line.operands)[0].ends_with("(%rip)")
        })
}

/// Whether this jump goes back, by flags that a counter set: a register or a place on the stack that
/// goes up or down by a constant in each turn.
fn ends_a_counted_loop(lines: &[Line<'_>], jump: usize) -> bool {
    let target = lines[jump].operands.split(' ').next().unwrap_or("");
    let Ok(target) = u64::from_str_radix(target, 16) else { return false };
    let Some(head) = lines[..=jump].iter().position(|line| line.address == target) else {
        return false;
    };
    let Some(setter) = (head..jump).rev().find(|at| sets_flags(lines[*at].name)) else {
        return false;
    };
    let Line { name, operands, .. } = &lines[setter];
    let operands = split(operands);
    match (stem(name), &operands[..]) {
        ("add" | "sub", [step, place]) if step.starts_with('$') => {
            on_the_stack(place) || counts(lines, head, setter, place, true)
        }
        ("inc" | "dec", [place]) => on_the_stack(place) || counts(lines, head, setter, place, true),
        ("cmp", [one, other]) => {
            [one, other]
                .into_iter()
                .any(|place| place.starts_with('%') && counts(lines, head, setter, place, false))
                && [one, other].into_iter().all(|place| !place.contains('(') || on_the_stack(place))
        }
        ("test", [one, other]) if one == other => counts(lines, head, setter, one, false),
        _ => false,
    }
}

/// Whether what is in this register at this line came about by constant steps since the loop's head.
fn counts(lines: &[Line<'_>], head: usize, line: usize, register: &str, stepped: bool) -> bool {
    let (mut register, mut stepped) = (whole(register), stepped);
    for line in lines[head..line].iter().rev() {
        let operands = split(line.operands);
        let Some((last, rest)) = operands.split_last() else { continue };
        if !last.starts_with('%') || whole(last) != register || only_reads(line.name) {
            continue;
        }
        match (stem(line.name), rest) {
            ("inc" | "dec", []) => stepped = true,
            ("add" | "sub", [step]) if step.starts_with('$') => stepped = true,
            ("lea", [sum]) if !sum.contains(',') && !sum.contains("%rip") => {
                let Some((_, base)) = sum.trim_end_matches(')').split_once('(') else {
                    return false;
                };
                (register, stepped) = (whole(base), true);
            }
            ("mov", [from]) if from.starts_with('%') => register = whole(from),
            ("mov", [from]) if on_the_stack(from) => return true,
            _ => return false,
        }
    }
    stepped
}

/// Operands, split at the commas that are not in brackets.
fn split(operands: &str) -> Vec<&str> {
    let mut depth = 0;
    operands
        .split(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => depth -= 1,
                _ => {}
            }
            letter == ',' && depth == 0
        })
        .filter(|operand| !operand.is_empty())
        .collect()
}

fn on_the_stack(place: &str) -> bool {
    place.ends_with("(%rsp)")
}

/// The 64-bit register that this one is a part of.
fn whole(register: &str) -> String {
    let name = register.trim_start_matches('%');
    match name.strip_prefix('r') {
        Some(numbered) if numbered.starts_with(|letter: char| letter.is_ascii_digit()) => {
            format!("r{}", numbered.trim_end_matches(['d', 'w', 'b']))
        }
        _ => match name {
            "al" | "ah" | "ax" | "eax" => "rax".to_owned(),
            "bl" | "bh" | "bx" | "ebx" => "rbx".to_owned(),
            "cl" | "ch" | "cx" | "ecx" => "rcx".to_owned(),
            "dl" | "dh" | "dx" | "edx" => "rdx".to_owned(),
            "sil" | "si" | "esi" => "rsi".to_owned(),
            "dil" | "di" | "edi" => "rdi".to_owned(),
            "bpl" | "bp" | "ebp" => "rbp".to_owned(),
            other => other.to_owned(),
        },
    }
}

/// An instruction's name without the letter for its width.
fn stem(name: &str) -> &str {
    const STEMS: [&str; 8] = ["add", "sub", "inc", "dec", "cmp", "test", "mov", "lea"];
    STEMS
        .into_iter()
        .find(|stem| matches!(name.strip_prefix(stem), Some("" | "b" | "w" | "l" | "q" | "abs")))
        .unwrap_or(name)
}

fn only_reads(name: &str) -> bool {
    matches!(stem(name), "cmp" | "test") || name.starts_with("push") || name.starts_with("bt")
}

fn sets_flags(name: &str) -> bool {
    const QUIET: [&str; 19] = [
        "mov", "lea", "push", "pop", "nop", "xchg", "cmov", "set", "not", "bswap", "mulx", "rorx",
        "shlx", "shrx", "sarx", "pext", "pdep", "cqto", "cs",
    ];
    let vector = name.starts_with('v') || name.starts_with('p') || name.starts_with('k');
    let tests = ["test", "ptest", "comis"].iter().any(|test| name.contains(test));
    if vector && !name.starts_with("popcnt") {
        return tests || name.starts_with("pcmp") && name.contains("str");
    }
    !QUIET.iter().any(|quiet| name.starts_with(quiet))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Vec<Fault> {
        let listing = format!("0000000000001000 <f>:\n{code}");
        let functions = functions(&listing);
        assert_eq!(functions[0].0, "f");
        faults(&functions[0].1).into_iter().map(|(_, fault)| fault).collect()
    }

    #[test]
    fn counted_loops_end() {
        let register = "1000:\tadd    $0xff,%rcx\n1004:\tmov    %rax,(%rdi)\n\
                        1007:\tcmp    $0x2b,%ecx\n100a:\tjne    1000 <f>\n";
        assert_eq!(found(register), []);
        let stack = "1000:\tvpxor  %xmm0,%xmm1,%xmm2\n1004:\tdecl   0x8(%rsp)\n\
                     1008:\tjne    1000 <f>\n";
        assert_eq!(found(stack), []);
        let spilled = "1000:\tmov    0x8(%rsp),%rax\n1004:\tlea    0x1(%rax),%rbx\n\
                       1008:\tmov    %rbx,0x8(%rsp)\n100c:\tcmp    $0x4,%rbx\n\
                       1010:\tjb     1000 <f>\n";
        assert_eq!(found(spilled), []);
    }

    #[test]
    fn other_jumps_do_not() {
        let data = "1000:\tadd    $0x1,%rcx\n1004:\tmov    (%rdi,%rcx,1),%al\n\
                    1007:\tcmp    (%rsi,%rcx,1),%al\n100a:\tje     1000 <f>\n";
        assert_eq!(found(data), [Fault::Jump]);
        let loaded = "1000:\tmov    (%rdi),%rax\n1004:\ttest   %rax,%rax\n\
                      1007:\tjne    1000 <f>\n";
        assert_eq!(found(loaded), [Fault::Jump]);
        let unstepped = "1000:\tnop\n1004:\ttest   %rax,%rax\n1007:\tjne    1000 <f>\n";
        assert_eq!(found(unstepped), [Fault::Jump]);
        let shifted = "1000:\tshr    $1,%rax\n1004:\tjne    1000 <f>\n";
        assert_eq!(found(shifted), [Fault::Jump]);
        let lanes = "1000:\tadd    $0x1,%rcx\n1004:\tkortestb %k0,%k0\n1008:\tjne    1000 <f>\n";
        assert_eq!(found(lanes), [Fault::Jump]);
        let forward = "1000:\tdec    %rcx\n1004:\tjne    1009 <f+0x9>\n1009:\tret\n";
        assert_eq!(found(forward), [Fault::Jump]);
    }

    #[test]
    fn what_is_refused_wherever_it_stands() {
        assert_eq!(found("1000:\tvpgatherqq 0x8(,%zmm1,8),%zmm0{%k1}\n"), [Fault::Gather]);
        assert_eq!(found("1000:\tdiv    %rcx\n1003:\tidivl  0x8(%rsp)\n"), [Fault::Division; 2]);
        assert_eq!(found("1000:\tnotrack jmp *%rax\n"), [Fault::Indirect]);
        assert_eq!(found("1000:\tmov    (%rdi),%rbx\n1004:\tcall   *%rbx\n"), [Fault::Indirect]);
        let library = "1000:\tmov    0x80(%rip),%rbx        # 2000 <x>\n1007:\tcall   *%rbx\n\
                       1009:\tcall   *0x90(%rip)        # 2010 <y>\n";
        assert_eq!(found(library), []);
    }
}
