//! Signers from key files, through the interface of C.

#![allow(unsafe_code)] // The interface of C, called from Rust.

use std::ffi::c_char;
use std::ptr;
use yinxin::key::{KeyBundle, Protection, SoftwareKey};
use yinxin_ffi::*;

/// Two keys in PKCS#12.
fn file() -> Vec<u8> {
    let mut bundle = KeyBundle::new();
    for name in ["制章人", "signer"] {
        bundle.add(SoftwareKey::generate_sm2().unwrap(), Some(name)).unwrap();
    }
    bundle.to_pkcs12(b"secret", Protection::sm().with_iterations(1000).unwrap()).unwrap()
}

fn open(file: &[u8], password: Option<&str>, name: Option<&str>, flags: u32) -> yx_status {
    let part = |text: Option<&str>| {
        text.map_or((ptr::null::<c_char>(), 0), |text| (text.as_ptr().cast(), text.len()))
    };
    let ((password, password_length), (name, name_length)) = (part(password), part(name));
    let mut signer = ptr::null_mut();
    // SAFETY: pointers and lengths belong together.
    let status = unsafe {
        yx_signer_from_key_file(
            file.as_ptr(),
            file.len(),
            password,
            password_length,
            name,
            name_length,
            flags,
            &mut signer,
        )
    };
    assert_eq!(status == YX_OK, !signer.is_null());
    yx_signer_free(signer);
    status
}

#[test]
fn each_mistake_has_its_number() {
    let file = file();
    assert_eq!(open(&file, Some("secret"), Some("制章人"), 0), YX_OK);
    assert_eq!(open(&file, Some("secret"), Some("signer"), YX_KEY_FILE_LEGACY), YX_OK);
    assert_eq!(open(&file, Some("secret"), None, 0), YX_ERROR_KEY_AMBIGUOUS);
    assert_eq!(open(&file, Some("secret"), Some("nobody"), 0), YX_ERROR_KEY_ABSENT);
    assert_eq!(open(&file, Some("guess"), Some("signer"), 0), YX_ERROR_PASSWORD);
    assert_eq!(open(&file, None, Some("signer"), 0), YX_ERROR_KEY_MISSING);
    assert_eq!(open(&file, Some("secret"), None, 4), YX_ERROR_ARGUMENT);
    let mut changed = file.clone();
    let at = changed.windows(4).position(|window| window == [0, b's', 0, b'i']).unwrap();
    changed[at + 1] = b'S';
    assert_eq!(open(&changed, Some("secret"), Some("signer"), 0), YX_ERROR_KEY_FILE_MAC);
    assert_eq!(open(&file[..100], Some("secret"), None, 0), YX_ERROR_DER);
    assert_eq!(open(&[], None, None, 0), YX_ERROR_DER);
    let (name, signer) = ([0xffu8], ptr::null_mut::<*mut yx_signer>());
    let mut made = ptr::null_mut();
    // SAFETY: pointers and lengths belong together; NULL where something is needed is refused.
    unsafe {
        let (file, length, name) = (file.as_ptr(), file.len(), name.as_ptr().cast());
        let none = ptr::null();
        let found = yx_signer_from_key_file(file, length, none, 0, name, 1, 0, &mut made);
        assert_eq!(found, YX_ERROR_TEXT);
        let found = yx_signer_from_key_file(file, length, none, 0, none, 0, 0, signer);
        assert_eq!(found, YX_ERROR_NULL_POINTER);
        let found = yx_signer_from_key_file(ptr::null(), 9, none, 0, none, 0, 0, &mut made);
        assert_eq!(found, YX_ERROR_NULL_POINTER);
    }
    assert!(made.is_null());
}
