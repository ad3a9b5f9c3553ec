//! What a program asks of the valgrind that runs it.
//!
//! # Source
//!
//! `valgrind.h` and `memcheck.h` of valgrind: the sequence of instructions and the numbers.

#![allow(unsafe_code)]

use std::arch::asm;

const RUNNING: usize = 0x1001;
const COUNT_ERRORS: usize = 0x1201;
const MEMCHECK: usize = (b'M' as usize) << 24 | (b'C' as usize) << 16;
const MAKE_UNDEFINED: usize = MEMCHECK + 1;
const MAKE_DEFINED: usize = MEMCHECK + 2;

/// Whether valgrind runs this program.
pub fn running() -> bool {
    ask([RUNNING, 0, 0, 0, 0, 0]) != 0
}

/// How many errors valgrind has found so far, equal ones too.
pub fn errors() -> usize {
    ask([COUNT_ERRORS, 0, 0, 0, 0, 0])
}

/// Marks bytes as undefined: the secrets.
pub fn undefined(start: *mut u8, length: usize) {
    ask([MAKE_UNDEFINED, start.addr(), length, 0, 0, 0]);
}

/// Marks bytes as defined.
pub fn defined(start: *mut u8, length: usize) {
    ask([MAKE_DEFINED, start.addr(), length, 0, 0, 0]);
}

/// The answer to a request and its five arguments, 0 without valgrind.
fn ask(request: [usize; 6]) -> usize {
    let mut answer = 0;
    // SAFETY: the rotations of rdi by 128 bits in all, and rbx exchanged with itself, change only
    // flags, which an asm block may. Valgrind knows the sequence, reads the six words at rax and
    // writes rdx; it changes no byte of the program's memory, only its own notes about them.
    unsafe {
        asm!(
            "rol rdi, 3",
            "rol rdi, 13",
            "rol rdi, 61",
            "rol rdi, 51",
            "xchg rbx, rbx",
            in("rax") request.as_ptr(),
            inout("rdx") answer,
            options(nostack),
        );
    }
    answer
}
