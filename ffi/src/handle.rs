//! The table of live objects. A handle is a number in it, dressed as a pointer and never followed:
//! a freed handle, a handle of another kind or any other pointer is refused, not obeyed.

use crate::fork;
use std::any::Any;
use std::collections::BTreeMap;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use yinxin::error::{Code, Error, Result};

/// An opaque type of the C interface and the Rust value behind it.
pub(crate) trait Handle {
    /// The name of the type in C.
    const NAME: &'static str;
    /// What the handle stands for.
    type Value: Send + Sync + 'static;
}

/// The first handle. Handles are odd and, on 64-bit systems, outside the addresses that a process
/// can have: a caller that follows one by mistake faults at once.
#[cfg(target_pointer_width = "64")]
const FIRST: usize = 0x5958_0000_0000_0001;
#[cfg(not(target_pointer_width = "64"))]
const FIRST: usize = 1;

pub(crate) struct Table {
    next: usize,
    objects: BTreeMap<usize, Object>,
}

struct Object {
    name: &'static str,
    value: Arc<dyn Any + Send + Sync>,
}

/// The one global of the library. The lock is held for a look-up or a change of one setting, never
/// while something is signed or verified or a callback runs, and `fork` takes it so that a child
/// finds it free.
static TABLE: RwLock<Table> = RwLock::new(Table { next: FIRST, objects: BTreeMap::new() });

/// Puts a value into the table and gives its handle, never null.
pub(crate) fn insert<H: Handle>(value: H::Value) -> *mut H {
    fork::prepare_once();
    let object = Object { name: H::NAME, value: Arc::new(value) };
    let mut table = write();
    let mut id = table.next;
    // Numbers come round only where pointers have 32 bits; those still in use are passed over.
    while table.objects.contains_key(&id) {
        id = following(id);
    }
    table.next = following(id);
    table.objects.insert(id, object);
    ptr::without_provenance_mut(id)
}

/// The value behind a handle; it lives on until its last user is done, even if it is freed meanwhile.
pub(crate) fn get<H: Handle>(handle: *const H) -> Result<Arc<H::Value>> {
    if handle.is_null() {
        return Err(Error::new(Code::NullPointer, H::NAME, "the handle is NULL"));
    }
    let (name, value) = {
        let table = read();
        let object = table.objects.get(&handle.addr()).ok_or_else(freed::<H>)?;
        (object.name, Arc::clone(&object.value))
    };
    value.downcast().map_err(|_| {
        Error::new(Code::Handle, H::NAME, format!("the handle is a {name}, not a {}", H::NAME))
    })
}

/// Puts another value behind a handle, made from the one that is there. Whoever is using that one
/// keeps it. `change` runs under the lock: it makes no handle and waits for nothing.
pub(crate) fn update<H: Handle>(
    handle: *const H,
    change: impl FnOnce(&H::Value) -> Result<H::Value>,
) -> Result<()> {
    // For the errors of a handle that is none; another thread may change the value after this.
    drop(get(handle)?);
    let gone = {
        let mut table = write();
        let object = table.objects.get_mut(&handle.addr()).ok_or_else(freed::<H>)?;
        let now = object.value.downcast_ref::<H::Value>().ok_or_else(freed::<H>)?;
        let made = Arc::new(change(now)?);
        std::mem::replace(&mut object.value, made)
    };
    drop(gone);
    Ok(())
}

/// Takes a handle out of the table. NULL, freed handles and those of another kind are left alone.
pub(crate) fn remove<H: Handle>(handle: *mut H) {
    let object = {
        let mut table = write();
        match table.objects.get(&handle.addr()) {
            Some(object) if object.value.is::<H::Value>() => table.objects.remove(&handle.addr()),
            _ => None,
        }
    };
    drop(object);
}

pub(crate) fn write() -> RwLockWriteGuard<'static, Table> {
    TABLE.write().unwrap_or_else(PoisonError::into_inner)
}

fn read() -> RwLockReadGuard<'static, Table> {
    TABLE.read().unwrap_or_else(PoisonError::into_inner)
}

fn freed<H: Handle>() -> Error {
    Error::new(Code::Handle, H::NAME, "the handle was freed, or never was one")
}

fn following(id: usize) -> usize {
    id.checked_add(2).unwrap_or(FIRST)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Number;
    impl Handle for Number {
        const NAME: &'static str = "number";
        type Value = u32;
    }

    struct Text;
    impl Handle for Text {
        const NAME: &'static str = "text";
        type Value = String;
    }

    #[test]
    fn a_handle_is_good_until_it_is_freed() {
        let handle = insert::<Number>(7);
        let value = get(handle).unwrap();
        remove(handle);
        assert_eq!(*value, 7);
        assert_eq!(get(handle).unwrap_err().code(), Code::Handle);
        remove(handle);
        assert_ne!(insert::<Number>(8), handle);
    }

    #[test]
    fn a_change_is_for_those_who_come_after_it() {
        let handle = insert::<Number>(7);
        let before = get(handle).unwrap();
        update(handle, |number| Ok(number + 1)).unwrap();
        assert_eq!((*before, *get(handle).unwrap()), (7, 8));
        let refused = update(handle, |_| Err(Error::new(Code::Argument, "x", "no")));
        assert_eq!((refused.unwrap_err().code(), *get(handle).unwrap()), (Code::Argument, 8));
        let text: *mut Text = handle.cast();
        assert_eq!(update(text, |text| Ok(text.clone())).unwrap_err().code(), Code::Handle);
        remove(handle);
        assert_eq!(update(handle, |number| Ok(*number)).unwrap_err().code(), Code::Handle);
    }

    #[test]
    fn other_kinds_and_other_pointers_are_refused() {
        let text = insert::<Text>("x".to_owned());
        let error = get::<Number>(text.cast()).unwrap_err();
        assert_eq!(error.code(), Code::Handle);
        assert!(error.message().contains("is a text, not a number"));
        remove::<Number>(text.cast());
        assert!(get(text).is_ok());
        let local = 0u32;
        let pointer: *const Number = ptr::from_ref(&local).cast();
        assert_eq!(get(pointer).unwrap_err().code(), Code::Handle);
        assert_eq!(get::<Number>(ptr::null()).unwrap_err().code(), Code::NullPointer);
        remove::<Number>(ptr::null_mut());
        remove(text);
    }
}
