//! `sprocket license issue`: a publisher signs a license.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, time};
use jiff::tz::TimeZone;
use serde_json::json;
use spk::{InstallationCode, License, PluginId};

use super::inspect::show_terms;
use crate::commands::signing::KeyArgs;
use crate::failure::{Failure, Outcome};
use crate::screen::Screen;

#[derive(Debug, clap::Args)]
pub struct Issue {
    /// The plugin's id
    #[arg(value_name = "PLUGIN")]
    plugin: PluginId,
    #[command(flatten)]
    key: KeyArgs,
    /// Whom it is issued to
    #[arg(long, value_name = "NAME")]
    licensee: String,
    /// The first day, such as 2027-01-01 (UTC), or the first moment: 2027-01-01T08:00:00Z
    #[arg(long, value_name = "DATE", value_parser = first_moment)]
    from: Option<Timestamp>,
    /// The last day (UTC), or the last moment; without it the license never ends
    #[arg(long, value_name = "DATE", value_parser = last_moment)]
    until: Option<Timestamp>,
    /// A word of the plugin's own for what is licensed; may be given several times
    #[arg(long, value_name = "WORD")]
    feature: Vec<String>,
    /// How many accounts may use the plugin; without it any number
    #[arg(long, value_name = "COUNT")]
    seats: Option<u32>,
    /// Only for the center with this installation code; its superadmin finds it under Licenses
    #[arg(long, value_name = "CODE")]
    installation: Option<InstallationCode>,
    /// Your own number for it; without it a random one
    #[arg(long, value_name = "TEXT")]
    serial: Option<String>,
    /// Where to write it; never overwritten
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Issue {
    pub fn run(self, screen: Screen) -> Outcome {
        let key = self.key.load()?;
        let serial = self.serial.clone().map_or_else(random_serial, Ok)?;
        let out = self
            .out
            .clone()
            .unwrap_or_else(|| format!("{}-{}.license", self.plugin, file_word(&serial)).into());
        let issued = whole_seconds(Timestamp::now()).map_err(|cause| Failure::usage(cause, ""))?;
        let license = License {
            not_before: self.from,
            not_after: self.until,
            features: self.feature,
            seats: self.seats,
            installation: self.installation,
            ..License::new(&key, (self.plugin, self.licensee), serial, issued)
        };
        write_new(&out, &license.sign(&key)?)?;
        let mut view = json!({ "license": license });
        view["file"] = json!(out);
        screen.show(&view, |page| {
            page.line(format!("Wrote {}", out.display()));
            show_terms(page, &license);
        })
    }
}

/// Licenses know no fractions.
fn whole_seconds(at: Timestamp) -> Result<Timestamp, String> {
    Timestamp::from_second(at.as_second()).map_err(|cause| cause.to_string())
}

fn moment(text: &str, of_day: jiff::civil::Time) -> Result<Timestamp, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return whole_seconds(at);
    }
    let day: Date =
        text.parse().map_err(|_| "write a date as 2027-03-31, or a moment as 2027-03-31T12:00:00Z")?;
    let moment = day.to_datetime(of_day).to_zoned(TimeZone::UTC).map_err(|e| e.to_string())?;
    Ok(moment.timestamp())
}

fn first_moment(text: &str) -> Result<Timestamp, String> {
    moment(text, time(0, 0, 0, 0))
}

fn last_moment(text: &str) -> Result<Timestamp, String> {
    moment(text, time(23, 59, 59, 0))
}

fn random_serial() -> Outcome<String> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Failure::io("no random numbers", &std::io::Error::other(cause)))?;
    Ok(format!("{:016X}", u64::from_be_bytes(bytes)))
}

/// A serial as part of a file's name.
fn file_word(serial: &str) -> String {
    serial.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect()
}

fn write_new(path: &Path, bytes: &[u8]) -> Outcome {
    if path.exists() {
        let message = format!("`{}` exists already", path.display());
        return Err(Failure::new("already_exists", message, "Choose another name with `--out`."));
    }
    let written = OpenOptions::new().write(true).create_new(true).open(path);
    let written = written.and_then(|mut file| file.write_all(bytes));
    written.map_err(|cause| Failure::io(format_args!("cannot write `{}`", path.display()), &cause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_whole_day_in_utc() {
        assert_eq!(first_moment("2027-03-31").unwrap().to_string(), "2027-03-31T00:00:00Z");
        assert_eq!(last_moment("2027-03-31").unwrap().to_string(), "2027-03-31T23:59:59Z");
        assert_eq!(last_moment("2027-03-31T14:00:00+02:00").unwrap().to_string(), "2027-03-31T12:00:00Z");
        assert!(last_moment("31.3.2027").is_err());
    }
}
