//! The requirement map: which tests show which requirement, and what is left for later.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Deserialize;

/// The requirements are `R1` to `R44`.
const LAST: u32 = 44;

/// A requirement's number: `7` for `R7`.
pub type Number = u32;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    later: Vec<String>,
    shown: BTreeMap<String, Vec<String>>,
}

/// Every requirement exactly once: shown by tests, or left for later.
#[derive(Debug)]
pub struct Map {
    /// Test names by requirement; an empty list is a hole.
    pub shown: BTreeMap<Number, Vec<String>>,
    /// What nobody claims yet.
    pub later: Vec<Number>,
}

impl Map {
    /// Reads the map, refusing a requirement that is unknown, missing, or in both tables.
    pub fn parse(text: &str) -> Result<Self> {
        let written: Written = toml::from_str(text)?;
        let mut map = Self { shown: BTreeMap::new(), later: Vec::new() };
        for (name, tests) in written.shown {
            map.shown.insert(number(&name)?, tests);
        }
        for name in written.later {
            map.later.push(number(&name)?);
        }
        map.must_name_each_once()?;
        Ok(map)
    }

    fn must_name_each_once(&self) -> Result<()> {
        for number in 1..=LAST {
            let later = self.later.iter().filter(|n| **n == number).count();
            match later + usize::from(self.shown.contains_key(&number)) {
                0 => bail!("R{number} is neither in `shown` nor in `later`"),
                1 => {}
                _ => bail!("R{number} stands there twice"),
            }
        }
        Ok(())
    }
}

fn number(name: &str) -> Result<Number> {
    let number = name.strip_prefix('R').and_then(|digits| digits.parse().ok());
    match number {
        Some(number) if (1..=LAST).contains(&number) && name == format!("R{number}") => Ok(number),
        _ => bail!("`{name}` is no requirement; they are R1 to R{LAST}"),
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A whole map in which `shown` is as given and everything else is for later.
    pub fn map(shown: &str) -> Map {
        let later = (1..=LAST).filter(|n| !shown.contains(&format!("R{n} "))).map(|n| format!("\"R{n}\""));
        let later = later.collect::<Vec<_>>().join(",");
        Map::parse(&format!("later = [{later}]\n[shown]\n{shown}")).unwrap()
    }

    fn refusal(later: &str, shown: &str) -> String {
        Map::parse(&format!("later = [{later}]\n[shown]\n{shown}")).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_map_is_read() {
        let map = map("R1 = [\"spk::a\"]\n");
        assert_eq!(map.shown[&1], ["spk::a"]);
        assert_eq!(map.later.len(), 43);
    }

    #[test]
    fn an_unknown_requirement_is_refused() {
        for name in ["R45", "R0", "R01", "X1", "r1"] {
            assert!(refusal("", &format!("{name} = []")).contains("is no requirement"), "{name}");
        }
    }

    #[test]
    fn a_forgotten_requirement_is_refused() {
        assert_eq!(refusal("", "R1 = []"), "R2 is neither in `shown` nor in `later`");
    }

    #[test]
    fn a_requirement_in_both_tables_is_refused() {
        assert_eq!(refusal("\"R1\"", "R1 = []"), "R1 stands there twice");
    }
}
