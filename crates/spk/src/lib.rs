//! The `.spk` package format: what a package is, how it is made and how it is checked.
