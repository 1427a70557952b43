//! The trail as a file for other programs: CSV for spreadsheets, JSON Lines for all else.

use std::io;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Filter, Row};

/// How a trail is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "AuditFormat")]
pub enum Format {
    /// RFC 4180, with a line of names first.
    Csv,
    /// One JSON object per line, as [`Row`] has it.
    JsonLines,
}

const NAMES: [&str; 10] =
    ["seq", "at", "actor", "account", "name", "action", "target", "targetName", "times", "details"];

/// Rows that are asked for at once.
const PAGE: usize = 1_000;

/// All rows that are wanted, oldest first; `ask` gets the number of rows and the filter of each page.
///
/// # Errors
/// What `ask` returns.
pub async fn collect<E, Page: Future<Output = Result<Vec<Row>, E>>>(
    mut filter: Filter,
    mut ask: impl FnMut(usize, Filter) -> Page,
) -> Result<Vec<Row>, E> {
    let mut pages = Vec::new();
    loop {
        let page = ask(PAGE, filter.clone()).await?;
        let Some(first) = page.first() else { break };
        filter.before = Some(first.seq);
        pages.push(page);
    }
    Ok(pages.into_iter().rev().flatten().collect())
}

/// Writes rows one after the other.
///
/// # Errors
/// What `to` answers.
pub fn write(format: Format, mut to: impl io::Write, rows: &[Row]) -> io::Result<()> {
    match format {
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(to);
            csv.write_record(NAMES)?;
            for row in rows {
                csv.write_record(record(row))?;
            }
            csv.flush()
        }
        Format::JsonLines => {
            for row in rows {
                serde_json::to_writer(&mut to, row)?;
                to.write_all(b"\n")?;
            }
            to.flush()
        }
    }
}

fn record(row: &Row) -> [String; NAMES.len()] {
    let at =
        jiff::Timestamp::from_millisecond(row.at).map_or_else(|_| row.at.to_string(), |at| at.to_string());
    let details = if row.details.is_null() { String::new() } else { row.details.to_string() };
    [
        row.seq.to_string(),
        at,
        row.actor.clone(),
        row.account.map(|account| account.0.to_string()).unwrap_or_default(),
        plain(row.name.as_deref()),
        row.action.clone(),
        plain(Some(&row.target)),
        plain(row.target_name.as_deref()),
        row.times.to_string(),
        details,
    ]
}

/// A spreadsheet must not take what somebody entered for a formula (OWASP, "CSV injection").
pub(crate) fn plain(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::actor::AccountId;

    fn row() -> Row {
        Row {
            seq: 7,
            at: 1_800_000_000_000,
            actor: "person".into(),
            account: Some(AccountId(2)),
            action: "account_created".into(),
            target: "3".into(),
            details: json!({ "role": "account", "note": "a, \"b\"\nc" }),
            name: Some("=HYPERLINK(\"x\")".into()),
            target_name: Some("王芳".into()),
            times: 1,
        }
    }

    fn written(format: Format) -> String {
        let mut bytes = Vec::new();
        write(format, &mut bytes, &[row()]).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_spreadsheet_gets_every_field_and_no_formula() {
        let text = written(Format::Csv);
        let mut read = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(read.headers().unwrap(), &csv::StringRecord::from(NAMES.to_vec()));
        let fields = read.records().next().unwrap().unwrap();
        assert_eq!(&fields[1], "2027-01-15T08:00:00Z");
        assert_eq!((&fields[4], &fields[7]), ("'=HYPERLINK(\"x\")", "王芳"));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&fields[9]).unwrap(), row().details);
    }

    #[test]
    fn a_line_of_json_is_the_row_itself() {
        let text = written(Format::JsonLines);
        assert_eq!(text.lines().count(), 1);
        assert_eq!(serde_json::from_str::<Row>(&text).unwrap(), row());
    }

    #[tokio::test]
    async fn a_long_trail_is_collected_page_by_page_in_order() {
        let rows: Vec<Row> = (1..=2 * PAGE as i64 + 1).map(|seq| Row { seq, ..row() }).collect();
        let ask = |count: usize, filter: Filter| {
            let end = filter.before.map_or(rows.len(), |before| usize::try_from(before).unwrap() - 1);
            std::future::ready(Ok::<_, ()>(rows[end.saturating_sub(count)..end].to_vec()))
        };
        assert_eq!(collect(Filter::default(), ask).await.unwrap(), rows);
    }
}
