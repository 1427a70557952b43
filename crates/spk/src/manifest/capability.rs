//! The grammar of capabilities: network addresses and file paths, literal or from a setting. Knows nothing of
//! sandboxes; the center's own home is for the center to compare ([`Place::overlaps`]).

use std::str::FromStr;

/// An entry of `http`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A host and a port.
    Host {
        /// Lower-case name, IPv4, or IPv6 in brackets.
        host: String,
        /// 1…65535.
        port: u16,
    },
    /// The address that a person enters in this setting.
    Setting(String),
}

/// An entry of `read` or `write`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// An absolute, plain path.
    Path(String),
    /// The path that a person enters in this setting.
    Setting(String),
}

/// Why an entry is refused: a stable code and a sentence.
pub(super) type Refusal = (&'static str, String);

/// Trees of the kernel that no capability reaches.
const KERNEL: [&str; 3] = ["/proc", "/sys", "/dev"];

/// The field of `${config.<field>}`.
fn setting_of(text: &str) -> Option<&str> {
    text.strip_prefix("${config.")?.strip_suffix('}').filter(|field| !field.is_empty())
}

impl FromStr for Address {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if let Some(field) = setting_of(text) {
            return Ok(Self::Setting(field.to_owned()));
        }
        let refuse = || ("bad_address", format!("`{}` is not `host:port`", super::shorten(text)));
        let (host, port) = text.rsplit_once(':').ok_or_else(refuse)?;
        let plain = !port.starts_with(['0', '+']);
        let port: u16 = port.parse().ok().filter(|_| plain).ok_or_else(refuse)?;
        if !is_host(host) {
            return Err(refuse());
        }
        Ok(Self::Host { host: host.to_owned(), port })
    }
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
        return inner.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let digits_only = host.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    if digits_only {
        return host.parse::<std::net::Ipv4Addr>().is_ok();
    }
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl FromStr for Place {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if let Some(field) = setting_of(text) {
            return Ok(Self::Setting(field.to_owned()));
        }
        let shown = super::shorten(text);
        if !is_plain_path(text) {
            return Err((
                "bad_path",
                format!("`{shown}` is not an absolute path without `.`, `..` and `//`"),
            ));
        }
        let place = Self::Path(text.to_owned());
        match KERNEL.iter().find(|tree| place.overlaps(tree)) {
            Some(tree) => Err(("forbidden_path", format!("`{shown}` overlaps {tree}"))),
            None => Ok(place),
        }
    }
}

fn is_plain_path(text: &str) -> bool {
    let Some(inside) = text.strip_prefix('/') else { return false };
    let inside = inside.strip_suffix('/').unwrap_or(inside);
    let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
    !text.chars().any(char::is_control) && (inside.is_empty() || inside.split('/').all(plain))
}

impl Place {
    /// Whether one of the two absolute paths holds the other. A place from a setting overlaps nothing yet.
    pub fn overlaps(&self, other: &str) -> bool {
        let Self::Path(path) = self else { return false };
        holds(path, other) || holds(other, path)
    }
}

fn holds(tree: &str, path: &str) -> bool {
    let parts = |text| str::split(text, '/').filter(|part: &&str| !part.is_empty());
    let mut inside = parts(path);
    parts(tree).all(|part| inside.next() == Some(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_host_and_port_or_a_setting() {
        for good in ["example.com:443", "127.0.0.1:80", "[::1]:8080", "localhost:65535", "${config.a.b}"] {
            assert!(good.parse::<Address>().is_ok(), "{good}");
        }
        let bad = [
            "example.com",
            "example.com:0",
            "example.com:65536",
            "https://example.com:443",
            "*.a.com:443",
            ":80",
        ];
        for bad in
            bad.into_iter().chain(["A.com:80", "1.2.3:80", "a..b:80", "a.com:080", "-a.com:80", "${config.}"])
        {
            assert_eq!(bad.parse::<Address>().unwrap_err().0, "bad_address", "{bad}");
        }
    }

    #[test]
    fn a_place_is_an_absolute_plain_path() {
        for good in ["/srv/data", "/srv/data/", "/process", "/device/x", "${config.folder}"] {
            assert!(good.parse::<Place>().is_ok(), "{good}");
        }
        for bad in ["", "srv", "./a", "/a/../b", "/a//b", "/a/./b", "/a\0b", "C:\\x"] {
            assert_eq!(bad.parse::<Place>().unwrap_err().0, "bad_path", "{bad}");
        }
        for bad in ["/", "/proc", "/proc/self", "/sys/", "/dev/sda"] {
            assert_eq!(bad.parse::<Place>().unwrap_err().0, "forbidden_path", "{bad}");
        }
    }

    #[test]
    fn overlap_goes_both_ways_and_by_whole_names() {
        let place = Place::Path("/home/a/sprocket".to_owned());
        assert!(place.overlaps("/home/a") && place.overlaps("/home/a/sprocket/keys") && place.overlaps("/"));
        assert!(!place.overlaps("/home/a/sprock") && !place.overlaps("/home/b"));
    }
}
