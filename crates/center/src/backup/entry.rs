//! Which files a backup holds, by their paths in the home. What is not named here is neither written nor taken back.

use std::path::{Component, Path};

use spk::PluginId;

/// What an entry is, and so where it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `center.db`.
    Database,
    /// `audit.head`.
    Head,
    /// `packages/<digest>.spk`.
    Package,
    /// `stores/<id>.db`.
    Store,
    /// Below `data/<id>/`.
    Data,
    /// `keys/secrets.key` or `keys/packages.age`.
    Key,
}

impl Kind {
    /// What lies at this path of a home; `None` for what no backup holds.
    pub fn of(path: &Path) -> Option<Self> {
        let plain = |part: Component<'_>| match part {
            Component::Normal(name) => name.to_str().map(str::to_owned),
            _ => None,
        };
        let parts: Vec<String> = path.components().map(plain).collect::<Option<_>>()?;
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let is_id = |text: &str| text.parse::<PluginId>().is_ok();
        match parts[..] {
            ["center.db"] => Some(Self::Database),
            ["audit.head"] => Some(Self::Head),
            ["packages", name] => {
                let digest = name.strip_suffix(".spk")?;
                (digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
                    .then_some(Self::Package)
            }
            ["stores", name] => name.strip_suffix(".db").filter(|id| is_id(id)).map(|_| Self::Store),
            ["data", id, _, ..] => is_id(id).then_some(Self::Data),
            ["keys", "secrets.key" | "packages.age"] => Some(Self::Key),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_home_holds_has_a_place() {
        let package = format!("packages/{}.spk", "0a".repeat(32));
        for (path, kind) in [
            ("center.db", Kind::Database),
            ("audit.head", Kind::Head),
            (&package, Kind::Package),
            ("stores/com.example.bot.db", Kind::Store),
            ("data/com.example.bot/a/b.txt", Kind::Data),
            ("keys/secrets.key", Kind::Key),
        ] {
            assert_eq!(Kind::of(Path::new(path)), Some(kind), "{path}");
        }
        for path in [
            "",
            "/center.db",
            "../center.db",
            "data/com.example.bot/../../center.db",
            "data/com.example.bot",
            "data/not an id/a",
            "packages/.staging/x",
            "packages/a.spk",
            "stores/x",
            "plugins/a.spk",
            "keys/other",
            "lock",
        ] {
            assert_eq!(Kind::of(Path::new(path)), None, "{path}");
        }
    }
}
