//! The Rust mirror of `include/sprocket_plugin.h`, which says what each item means and who may call it when.
//! Only layouts: no behaviour beyond borrowing text.
#![allow(missing_docs, reason = "the header documents each item")]

use std::ffi::{c_char, c_void};

/// The version of the contract that this crate speaks.
pub const ABI_VERSION: u32 = 1;
/// The name of the one symbol of a plugin.
pub const SYMBOL: &str = "sprocket_plugin";

/// Text by pointer and length.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Text {
    pub ptr: *const c_char,
    pub len: usize,
}

impl Text {
    /// Lends out a text. The result is valid as long as `text` is.
    #[must_use]
    pub const fn lend(text: &str) -> Self {
        Self { ptr: text.as_ptr().cast(), len: text.len() }
    }

    /// The bytes behind it.
    ///
    /// # Safety
    /// `ptr` and `len` must describe memory that stays readable and unchanged for `'a`.
    #[must_use]
    pub unsafe fn bytes<'a>(self) -> &'a [u8] {
        if self.ptr.is_null() || self.len == 0 {
            return &[];
        }
        // SAFETY: passed on to the caller.
        unsafe { std::slice::from_raw_parts(self.ptr.cast(), self.len) }
    }
}

/// Where a function of the plugin puts its result.
#[repr(C)]
pub struct Reply {
    opaque: [u8; 0],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Answer {
    pub ok: u32,
    pub reserved: u32,
    pub value: Text,
    pub code: Text,
    pub owner: *mut c_void,
}

/// What Sprocket offers.
#[repr(C)]
pub struct HostTable {
    pub version: u32,
    pub size: u32,
    pub respond: unsafe extern "C" fn(*mut Reply, Text),
    pub fail: unsafe extern "C" fn(*mut Reply, Text, Text),
    pub log: unsafe extern "C" fn(*const HostTable, u32, Text, Text, Text),
    pub now: unsafe extern "C" fn(*const HostTable) -> i64,
    pub storage_get: unsafe extern "C" fn(*const HostTable, u64, Text) -> Answer,
    pub storage_put: unsafe extern "C" fn(*const HostTable, u64, Text, Text) -> Answer,
    pub storage_delete: unsafe extern "C" fn(*const HostTable, u64, Text) -> Answer,
    pub storage_list: unsafe extern "C" fn(*const HostTable, u64, Text, Text, u32) -> Answer,
    pub storage_swap: unsafe extern "C" fn(*const HostTable, u64, Text, Text, Text) -> Answer,
    pub publish: unsafe extern "C" fn(*const HostTable, u64, Text, Text) -> Answer,
    pub call_service: unsafe extern "C" fn(*const HostTable, u64, Text, Text) -> Answer,
    pub release: unsafe extern "C" fn(*const HostTable, Answer),
    pub license: unsafe extern "C" fn(*const HostTable) -> Answer,
}

pub type Create = unsafe extern "C" fn(*const HostTable, *mut Reply) -> *mut c_void;
pub type WithConfig = unsafe extern "C" fn(*mut c_void, Text, *mut Reply);
pub type WithArgs = unsafe extern "C" fn(*mut c_void, u64, Text, Text, *mut Reply);
pub type Plain = unsafe extern "C" fn(*mut c_void, *mut Reply);
pub type Destroy = unsafe extern "C" fn(*mut c_void);

/// What a plugin offers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PluginTable {
    pub version: u32,
    pub size: u32,
    pub max_concurrency: u32,
    pub reserved: u32,
    pub create: Option<Create>,
    pub configure: Option<WithConfig>,
    pub start: Option<WithConfig>,
    pub test: Option<WithConfig>,
    pub invoke: Option<WithArgs>,
    pub call_service: Option<WithArgs>,
    pub health: Option<Plain>,
    pub stop: Option<Plain>,
    pub destroy: Option<Destroy>,
}

/// The size of a table, as its own `size` field has it.
#[must_use]
#[allow(clippy::cast_possible_truncation, reason = "tables have a few hundred bytes")]
pub const fn size_of_table<T>() -> u32 {
    size_of::<T>() as u32
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    macro_rules! layout {
        ($rust:ty, $c:literal, [$($field:ident),*]) => {{
            let mut lines = vec![(format!("sizeof({})", $c), size_of::<$rust>())];
            $(lines.push((format!("offsetof({}, {})", $c, stringify!($field)), offset_of!($rust, $field)));)*
            lines
        }};
    }

    fn layouts() -> Vec<(String, usize)> {
        [
            layout!(Text, "sprocket_text", [ptr, len]),
            layout!(Answer, "sprocket_answer", [ok, reserved, value, code, owner]),
            layout!(
                HostTable,
                "sprocket_host",
                [
                    version,
                    size,
                    respond,
                    fail,
                    log,
                    now,
                    storage_get,
                    storage_put,
                    storage_delete,
                    storage_list,
                    storage_swap,
                    publish,
                    call_service,
                    release,
                    license
                ]
            ),
            layout!(
                PluginTable,
                "sprocket_plugin_table",
                [
                    version,
                    size,
                    max_concurrency,
                    reserved,
                    create,
                    configure,
                    start,
                    test,
                    invoke,
                    call_service,
                    health,
                    stop,
                    destroy
                ]
            ),
            vec![("(size_t)SPROCKET_ABI_VERSION".to_owned(), ABI_VERSION as usize)],
        ]
        .concat()
    }

    #[test]
    fn the_header_and_its_mirror_have_one_layout() {
        let folder = tempfile::tempdir().unwrap();
        let (source, program) = (folder.path().join("layout.c"), folder.path().join("layout"));
        let prints: String =
            layouts().iter().map(|(expression, _)| format!("printf(\"%zu\\n\", {expression});\n")).collect();
        let text = format!(
            "#include <stdio.h>\n#include \"sprocket_plugin.h\"\nint main(void) {{ {prints} return 0; }}\n"
        );
        std::fs::write(&source, text).unwrap();
        let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
        let compiled = Command::new("cc")
            .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I"])
            .args([&include, &source, Path::new("-o"), &program])
            .status()
            .expect("a C compiler named `cc` is installed");
        assert!(compiled.success(), "the header does not compile as C99");
        let printed = String::from_utf8(Command::new(&program).output().unwrap().stdout).unwrap();
        let expected: String = layouts().iter().map(|(_, value)| format!("{value}\n")).collect();
        assert_eq!(printed, expected);
    }
}
