//! Whether there is a screen to open a window on. Asked first, because the toolkit ends in a panic without one.

/// True if the toolkit can open its display.
#[cfg(target_os = "linux")]
pub fn is_there() -> bool {
    gtk::init().is_ok()
}

/// Elsewhere the platform always has one.
#[cfg(not(target_os = "linux"))]
pub fn is_there() -> bool {
    true
}
