//! A table of people in a file, as spreadsheets write it: letters, columns, lines. Knows no account.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;
use serde_json::json;

use super::people::{checked_login, checked_name};
use crate::actor::Role;
use crate::error::{Code, Error, Result};
use crate::views::{ImportRowView, RowProblem};

/// Most bytes of a table: a thousand people take a tenth of it.
const MOST_BYTES: u64 = 512 * 1024;
/// Most people in one table; each takes about 20 ms to hash a password for.
const MOST_LINES: usize = 1_000;
/// The columns, each as it may be called; the first two have to be there.
const COLUMNS: [&[&str]; 4] = [
    &["login", "登录名"],
    &["name", "名称", "姓名"],
    &["departments", "所属部门", "部门"],
    &["role", "角色"],
];

/// One person in a table.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub number: u64,
    pub login: String,
    pub name: String,
    pub role: Role,
    /// Full paths.
    pub departments: Vec<Vec<String>>,
    /// What is wrong with it by itself.
    pub problems: Vec<RowProblem>,
}

impl Line {
    pub fn row(&self) -> ImportRowView {
        let Self { number: line, login, name, role, departments, .. } = self.clone();
        ImportRowView { line, login, name, role, departments }
    }
}

/// The people in a file, and how its letters were read.
pub(super) fn read(path: &Path) -> Result<(Vec<Line>, &'static str)> {
    let bytes = bytes_of(path)?;
    let (text, encoding) = decode(&bytes)?;
    Ok((parse(&text)?, encoding))
}

fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    let failed = |cause: std::io::Error| match cause.kind() {
        std::io::ErrorKind::NotFound => {
            Error::new(Code::NotFound, format!("there is no file `{}`", path.display()))
                .hint("Check the path.")
        }
        _ => Error::io(format_args!("cannot read `{}`", path.display()), &cause),
    };
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(not_a_table("this is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST_BYTES + 1).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large("the table has more than 512 KiB"));
    }
    Ok(bytes)
}

fn not_a_table(message: &str) -> Error {
    Error::new(Code::NotATable, message)
}

fn too_large(message: &str) -> Error {
    Error::new(Code::TableTooLarge, message).details(json!({ "lines": MOST_LINES, "limit": MOST_BYTES }))
}

/// UTF-8, or else what Excel writes on a Chinese Windows.
fn decode(bytes: &[u8]) -> Result<(String, &'static str)> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(not_a_table("the file is in UTF-16"));
    }
    if let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        return Ok((text.into(), "UTF-8"));
    }
    match encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok((text.into_owned(), "GB18030")),
        None => Err(not_a_table("the letters of the file are neither UTF-8 nor GB18030")),
    }
}

fn parse(text: &str) -> Result<Vec<Line>> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let unreadable = |_| not_a_table("the file is no table of values separated by commas");
    let columns = columns(reader.headers().map_err(unreadable)?)?;
    let (mut lines, mut place) = (Vec::new(), Place { byte: 0, line: 1 });
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        place.move_to(text, record.position().map_or(0, csv::Position::byte));
        if record.iter().all(str::is_empty) {
            continue;
        }
        if lines.len() == MOST_LINES {
            return Err(too_large("the table has more than 1000 people"));
        }
        lines.push(line(&record, (place.line, columns)));
    }
    Ok(lines)
}

/// Where a record begins, as an editor counts lines: the reader's own count is of where the record before it ended.
struct Place {
    byte: usize,
    line: u64,
}

impl Place {
    fn move_to(&mut self, text: &str, byte: u64) {
        let begin = usize::try_from(byte).unwrap_or(usize::MAX).min(text.len());
        let ends = text.as_bytes()[begin..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let passed = &text.as_bytes()[self.byte..begin + ends];
        self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.byte = begin + ends;
    }
}

fn columns(titles: &StringRecord) -> Result<[Option<usize>; 4]> {
    let find = |names: &[&str]| {
        titles.iter().position(|title| names.iter().any(|name| title.eq_ignore_ascii_case(name)))
    };
    let found = COLUMNS.map(find);
    let missing: Vec<_> = (0..2).filter(|at| found[*at].is_none()).map(|at| COLUMNS[at][0]).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let message = format!("the first line names no column `{}`", missing.join("` and no column `"));
    Err(Error::new(Code::TableColumns, message).details(json!({ "missing": missing })))
}

fn line(record: &StringRecord, (number, columns): (u64, [Option<usize>; 4])) -> Line {
    let [login, name, departments, role] =
        columns.map(|at| at.and_then(|at| record.get(at)).unwrap_or_default());
    let mut problems = Vec::new();
    if checked_login(login).is_err() {
        problems.push(RowProblem::LoginInvalid);
    }
    if checked_name(name).is_err() {
        problems.push(RowProblem::NameInvalid);
    }
    let role = match role.to_ascii_lowercase().as_str() {
        "" | "account" | "普通账号" => Role::Account,
        "superadmin" | "超级管理员" => Role::Superadmin,
        _ => {
            problems.push(RowProblem::RoleUnknown { role: role.into() });
            Role::Account
        }
    };
    let paths = departments.split([';', '；']).map(str::trim).filter(|path| !path.is_empty());
    Line {
        number,
        login: login.into(),
        name: name.into(),
        role,
        departments: paths.map(|path| path.split('/').map(|name| name.trim().into()).collect()).collect(),
        problems,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_utf_8_with_or_without_a_mark_or_gb18030_and_anything_else_is_refused() {
        let text = "login,name\nwangfang,王芳\n";
        let (gb, ..) = encoding_rs::GB18030.encode(text);
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for (bytes, encoding) in [(text.as_bytes(), "UTF-8"), (&marked, "UTF-8"), (&gb, "GB18030")] {
            assert_eq!(decode(bytes).unwrap(), (text.to_owned(), encoding));
        }
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in [[b"\xff\xfe".as_slice(), &wide].concat(), b"login,name\njose,Jos\xe9,x\n".to_vec()] {
            assert_eq!(decode(&bytes).unwrap_err().code, Code::NotATable);
        }
    }

    #[test]
    fn columns_are_found_by_their_names_in_any_order_and_language() {
        let rows =
            parse("Role, NAME ,x,Login\r\n\r\n superadmin ,\"Li, Na\",\"a\nb\",lina\r\n,,,\n,Bo,,bo\n")
                .unwrap();
        let shown: Vec<_> = rows.iter().map(|row| (row.number, row.login.as_str(), row.role)).collect();
        assert_eq!(shown, [(3, "lina", Role::Superadmin), (6, "bo", Role::Account)]);
        assert_eq!(rows[0].name, "Li, Na");
        let rows = parse("登录名,姓名,所属部门,角色\nwf,王芳,客服部/电话组；销售部,普通账号\n").unwrap();
        assert_eq!(rows[0].departments, [vec!["客服部", "电话组"], vec!["销售部"]]);
        let refused = parse("name,department\nA,B\n").unwrap_err();
        assert_eq!((refused.code, &refused.details["missing"]), (Code::TableColumns, &json!(["login"])));
        assert_eq!(parse("").unwrap_err().code, Code::TableColumns);
    }

    #[test]
    fn a_line_says_everything_that_is_wrong_with_it() {
        let rows = parse("login,name,role\ntwo words,,boss\n").unwrap();
        let role = RowProblem::RoleUnknown { role: "boss".into() };
        assert_eq!(rows[0].problems, [RowProblem::LoginInvalid, RowProblem::NameInvalid, role]);
    }

    #[test]
    fn a_table_too_long_or_too_large_is_refused_as_a_whole() {
        let table = |lines: usize| format!("login,name\n{}", "a,A\n".repeat(lines));
        assert_eq!(parse(&table(MOST_LINES)).unwrap().len(), MOST_LINES);
        assert_eq!(parse(&table(MOST_LINES + 1)).unwrap_err().code, Code::TableTooLarge);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("people.csv");
        std::fs::write(&file, vec![b'\n'; usize::try_from(MOST_BYTES).unwrap() + 1]).unwrap();
        assert_eq!(read(&file).unwrap_err().code, Code::TableTooLarge);
        assert_eq!(read(folder.path()).unwrap_err().code, Code::NotATable);
        assert_eq!(read(&folder.path().join("none")).unwrap_err().code, Code::NotFound);
    }
}
