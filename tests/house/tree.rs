//! The repository's own text files, and reading them; judges nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

/// Folders that are made, not written.
const MADE: &[&str] = &[".git", "target", "node_modules", "dist", "gen", "samples", "generated"];

/// One file: its path from the root with `/`, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub fn is_typescript(&self) -> bool {
        self.path.ends_with(".ts") || self.path.ends_with(".tsx")
    }

    pub fn is_below(&self, folders: &[&str]) -> bool {
        folders.iter().any(|folder| self.path.starts_with(folder))
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("`tests` lies in the repository").to_owned()
}

/// Every Rust and TypeScript file that people write.
pub fn sources() -> Vec<Source> {
    let root = root();
    let walk = WalkDir::new(&root).sort_by_file_name().into_iter();
    let written = walk.filter_entry(|entry| !MADE.iter().any(|made| entry.file_name() == *made));
    let mut sources = Vec::new();
    for entry in written.map(|entry| entry.expect("the repository is readable")) {
        let path = entry.path().strip_prefix(&root).expect("below the root").to_string_lossy().into_owned();
        if [".rs", ".ts", ".tsx"].iter().any(|end| path.ends_with(end)) && entry.file_type().is_file() {
            let text = fs::read_to_string(entry.path()).expect("sources are UTF-8");
            sources.push(Source { path, text });
        }
    }
    assert!(sources.len() > 10, "the walk found the repository");
    sources
}
