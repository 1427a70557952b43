//! `sprocket`, the command line.

fn main() {}
