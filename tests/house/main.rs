//! The walls of the house, kept by a machine: who may depend on whom, and how every file must look.

mod arrows;
mod files;
mod security;
mod tree;
