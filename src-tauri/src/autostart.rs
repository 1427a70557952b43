//! Starting when somebody signs in to this computer, as desktops of the XDG family do it: one file in their autostart
//! folder. Knows no window.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use center::error::{Error, Result};
use etcetera::BaseStrategy;
use tempfile::NamedTempFile;

/// On the command line: the window stays hidden until it is raised.
pub const BACKGROUND: &str = "--background";
const NAME: &str = "org.sprocket.desktop.desktop";

/// The place where the desktop looks.
pub struct Autostart(PathBuf);

impl Autostart {
    /// Of whoever runs this process: below `$XDG_CONFIG_HOME`, else `~/.config`. `None` without a home folder.
    pub fn of_this_person() -> Option<Self> {
        let config = etcetera::base_strategy::Xdg::new().ok()?.config_dir();
        Some(Self(config.join("autostart").join(NAME)))
    }

    /// Whether it will start.
    pub fn is_on(&self) -> bool {
        let off = |line: &str| ["Hidden=true", "X-GNOME-Autostart-enabled=false"].contains(&line.trim());
        fs::read_to_string(&self.0).is_ok_and(|text| !text.lines().any(off))
    }

    /// From now on this program starts with its home, in the background.
    ///
    /// # Errors
    /// What the disk refuses; then nothing is changed.
    pub fn turn_on(&self, program: &Path, home: Option<&OsStr>) -> Result<()> {
        let entry = entry(program, home).ok_or_else(|| {
            Error::internal("the program or its home has a name that a desktop file cannot hold")
        })?;
        self.write(&entry)
            .map_err(|cause| Error::io(format_args!("cannot write `{}`", self.0.display()), &cause))
    }

    /// From now on it does not.
    ///
    /// # Errors
    /// What the disk refuses.
    pub fn turn_off(&self) -> Result<()> {
        match fs::remove_file(&self.0) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(Error::io(format_args!("cannot remove `{}`", self.0.display()), &cause))
            }
            _ => Ok(()),
        }
    }

    fn write(&self, entry: &str) -> io::Result<()> {
        let folder = self.0.parent().expect("it lies in the autostart folder");
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(entry.as_bytes())?;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        file.as_file().sync_all()?;
        file.persist(&self.0)?;
        File::open(folder)?.sync_all()
    }
}

/// `None` if a path is not UTF-8, or has a line break.
fn entry(program: &Path, home: Option<&OsStr>) -> Option<String> {
    let mut command = Vec::new();
    if let Some(home) = home {
        command.extend(["env".to_owned(), quoted(&format!("SPROCKET_HOME={}", home.to_str()?))?]);
    }
    command.extend([quoted(program.to_str()?)?, BACKGROUND.to_owned()]);
    let command = command.join(" ");
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Sprocket\nName[zh_CN]=Sprocket 插件中心\nExec={command}\nTerminal=false\n\
         X-GNOME-Autostart-enabled=true\n"
    ))
}

/// One argument of `Exec`, by the rules of the Desktop Entry Specification: quoted, then escaped as a value is.
fn quoted(text: &str) -> Option<String> {
    if text.contains(['\n', '\r', '\0']) {
        return None;
    }
    let mut argument = String::from('"');
    for sign in text.chars() {
        match sign {
            '"' | '`' | '$' => argument.extend(['\\', '\\', sign]),
            '\\' => argument.push_str(r"\\\\"),
            '%' => argument.push_str("%%"),
            _ => argument.push(sign),
        }
    }
    argument.push('"');
    Some(argument)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_off_until_it_is_turned_on_and_off_again_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let autostart = Autostart(folder.path().join("autostart").join(NAME));
        assert!(!autostart.is_on());
        autostart.turn_off().unwrap();
        autostart.turn_on(Path::new("/opt/sprocket-desktop"), None).unwrap();
        assert!(autostart.is_on());
        let written = fs::read_to_string(&autostart.0).unwrap();
        assert!(written.contains("\nExec=\"/opt/sprocket-desktop\" --background\n"), "{written}");
        autostart.turn_on(Path::new("/opt/sprocket-desktop"), Some(OsStr::new("/srv/a b"))).unwrap();
        let written = fs::read_to_string(&autostart.0).unwrap();
        assert!(written.contains("\nExec=env \"SPROCKET_HOME=/srv/a b\" \"/opt/"), "{written}");
        fs::write(&autostart.0, format!("{written}Hidden=true\n")).unwrap();
        assert!(!autostart.is_on(), "a desktop's own way to turn it off counts");
        autostart.turn_off().unwrap();
        assert_eq!(fs::read_dir(folder.path().join("autostart")).unwrap().count(), 0);
    }

    #[test]
    fn what_a_name_may_hold_means_nothing_to_the_desktop_and_a_line_break_is_refused() {
        assert_eq!(quoted(r#"a "$b" `c` 5% \"#).unwrap(), r#""a \\"\\$b\\" \\`c\\` 5%% \\\\""#);
        let folder = tempfile::tempdir().unwrap();
        let autostart = Autostart(folder.path().join(NAME));
        assert!(autostart.turn_on(Path::new("/a\nExec=evil"), None).is_err());
        assert!(!autostart.is_on());
    }
}
