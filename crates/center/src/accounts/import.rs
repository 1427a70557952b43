//! Accounts from a table: what a file would create is shown first, then made in one act. Each account gets a one-time password,
//! which leaves the center once and is on no record.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::path::Path;

use rusqlite::Transaction;
use serde_json::json;

use super::table::{self, Line};
use super::{changes, departments, password, people};
use crate::actor::{AccountId, Actor, DepartmentId};
use crate::audit::{Entry, plain};
use crate::clock::UnixMs;
use crate::error::{Code, Error, Result};
use crate::snapshot::Snapshot;
use crate::store::{Store, blocking};
use crate::views::{HandOverView, ImportRowView, ImportView, ImportedView, RowProblem, WrongRowView};

/// Deepest place in the tree that a table may name.
const DEEPEST: usize = 16;

/// A table to import.
#[derive(Debug, Clone, Copy)]
pub struct Import<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// Also make the departments that it names and that are not there.
    pub departments: bool,
}

/// What an import would do, changing nothing.
///
/// # Errors
/// `not_a_superadmin`; `not_a_table`, `table_columns`, `table_too_large` for the file as a whole.
pub fn plan(store: &Store, actor: &Actor, import: Import<'_>) -> Result<ImportView> {
    actor.must_manage()?;
    let (lines, encoding) = table::read(import.path)?;
    view(&lines, encoding, &store.snapshot(), import.departments)
}

/// Creates the accounts that the plan of this name listed, in one act; the lines that were wrong are left out.
///
/// # Errors
/// As [`plan`]; `plan_changed` with the new view if the file or the center changed since; `invalid_input` if nothing is left to create.
pub fn apply(
    store: &Store,
    actor: &Actor,
    (import, plan): (Import<'_>, &str),
    now: UnixMs,
) -> Result<ImportedView> {
    actor.must_manage()?;
    let (lines, encoding) = table::read(import.path)?;
    let planned = || view(&lines, encoding, &store.snapshot(), import.departments);
    let accounts = as_seen(planned()?, plan)?.accounts;
    if accounts.is_empty() {
        return Err(Error::new(Code::InvalidInput, "no line of the table can be imported"));
    }
    let passwords = blocking(|| one_time_passwords(accounts.len()))?;
    let file = import.path.file_name().unwrap_or_default().to_string_lossy();
    store.write(Entry::new(actor, "account_imported", "").named(file), |tx, entry| {
        let picture = store.within(tx)?;
        let seen = as_seen(view(&lines, encoding, &picture, import.departments)?, plan)?;
        let places = make_departments(tx, &picture, &seen.departments)?;
        let mut made = Vec::with_capacity(accounts.len());
        for (row, (_, hash)) in accounts.iter().zip(&passwords) {
            made.push(create(tx, (row, hash), &places, now)?);
        }
        entry.set_details(json!({ "accounts": made, "departments": seen.departments.len() }));
        Ok(())
    })?;
    let hand_over = |(row, (one_time_password, _)): (ImportRowView, (String, String))| HandOverView {
        login: row.login,
        name: row.name,
        one_time_password,
    };
    Ok(ImportedView { accounts: accounts.into_iter().zip(passwords).map(hand_over).collect() })
}

/// Writes logins, names and one-time passwords for a spreadsheet; with the mark by which those know UTF-8.
///
/// # Errors
/// What `to` answers.
pub fn write(mut to: impl io::Write, accounts: &[HandOverView]) -> io::Result<()> {
    to.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::Writer::from_writer(to);
    csv.write_record(["login", "name", "one-time password"])?;
    for HandOverView { login, name, one_time_password } in accounts {
        csv.write_record([&plain(Some(login)), &plain(Some(name)), one_time_password])?;
    }
    csv.flush()
}

fn as_seen(now: ImportView, plan: &str) -> Result<ImportView> {
    if now.plan == plan {
        return Ok(now);
    }
    Err(Error::new(Code::PlanChanged, "the table or the center changed since").details(json!(now)))
}

fn view(lines: &[Line], encoding: &str, now: &Snapshot, make: bool) -> Result<ImportView> {
    let mut view = ImportView { encoding: encoding.into(), ..ImportView::default() };
    let known: BTreeSet<Vec<String>> = now.departments.keys().map(|id| departments::path(now, *id)).collect();
    let taken: BTreeSet<String> = now.accounts.values().map(|facts| folded(&facts.login)).collect();
    let mut first: HashMap<String, u64> = HashMap::new();
    let mut missing = BTreeSet::new();
    for line in lines {
        let mut problems = line.problems.clone();
        let login = folded(&line.login);
        if taken.contains(&login) {
            problems.push(RowProblem::LoginTaken);
        }
        match first.get(&login) {
            Some(first) if !login.is_empty() => problems.push(RowProblem::LoginTwice { first: *first }),
            _ => drop(first.insert(login, line.number)),
        }
        let mut new = BTreeSet::new();
        for path in &line.departments {
            problems.extend(place(path, (&known, make), &mut new));
        }
        if problems.is_empty() {
            missing.append(&mut new);
            view.accounts.push(line.row());
        } else {
            view.wrong.push(WrongRowView { line: line.number, login: line.login.clone(), problems });
        }
    }
    view.departments = missing.into_iter().collect();
    view.plan = blake3::hash(&serde_json::to_vec(&(&view, make))?).to_hex().to_string();
    Ok(view)
}

/// SQLite compares logins without regard to the case of ASCII letters.
fn folded(login: &str) -> String {
    login.to_ascii_lowercase()
}

/// What is wrong with a department's path; what would have to be made for it goes to `new`.
fn place(
    path: &[String],
    (known, make): (&BTreeSet<Vec<String>>, bool),
    new: &mut BTreeSet<Vec<String>>,
) -> Option<RowProblem> {
    let text = || path.join("/");
    if path.len() > DEEPEST || path.iter().any(|name| people::checked_name(name).is_err()) {
        return Some(RowProblem::DepartmentInvalid { path: text() });
    }
    if known.contains(path) {
        return None;
    }
    if !make {
        return Some(RowProblem::DepartmentUnknown { path: text() });
    }
    let above = (1..=path.len()).map(|end| path[..end].to_vec());
    new.extend(above.filter(|path| !known.contains(path)));
    None
}

/// Makes what is missing, those above first; returns every department by its path.
fn make_departments(
    tx: &Transaction<'_>,
    now: &Snapshot,
    missing: &[Vec<String>],
) -> Result<HashMap<Vec<String>, DepartmentId>> {
    let known = now.departments.keys().map(|id| (departments::path(now, *id), *id));
    let mut places: HashMap<Vec<String>, DepartmentId> = known.collect();
    for path in missing {
        let (name, above) = path.split_last().expect("a path is never empty");
        let id = departments::insert(tx, name, places.get(above).copied())?;
        places.insert(path.clone(), id);
    }
    Ok(places)
}

fn create(
    tx: &Transaction<'_>,
    (row, hash): (&ImportRowView, &str),
    places: &HashMap<Vec<String>, DepartmentId>,
    now: UnixMs,
) -> Result<AccountId> {
    let new = people::NewAccount { login: &row.login, name: &row.name, role: row.role };
    let id = people::insert_once(tx, &new, hash, now)?;
    let departments: Vec<_> = row.departments.iter().filter_map(|path| places.get(path).copied()).collect();
    if !departments.is_empty() {
        changes::write_departments(tx, id, &departments)?;
    }
    Ok(id)
}

/// One-time passwords with their hashes; hashing is made slow on purpose, so all processors share it.
fn one_time_passwords(count: usize) -> Result<Vec<(String, String)>> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(4);
    let share = count.div_ceil(workers);
    let make = |count: usize| -> Result<Vec<(String, String)>> {
        (0..count)
            .map(|_| {
                let once = password::one_time()?;
                let hash = password::hash(&once)?;
                Ok((once, hash))
            })
            .collect()
    };
    std::thread::scope(|scope| {
        let shares = (0..count).step_by(share).map(|begin| share.min(count - begin));
        let threads: Vec<_> = shares.map(|share| scope.spawn(move || make(share))).collect();
        let mut all = Vec::with_capacity(count);
        for thread in threads {
            let made = thread.join().map_err(|_| Error::internal("a password could not be made"))?;
            all.extend(made?);
        }
        Ok(all)
    })
}
