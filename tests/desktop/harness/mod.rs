//! The real window, driven as a person's hands would: screens, windows, what is found and done in them, native drags, and
//! an observer beside it. Knows no screen of the product; a tour and the tests stand on it alike.

pub mod drag;
pub mod observer;
pub mod page;
pub mod screen;
#[path = "../../support/wait.rs"]
pub mod wait;
pub mod window;
