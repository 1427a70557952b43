//! The process that carries one plugin.

fn main() {}
