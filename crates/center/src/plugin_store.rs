//! Each plugin's own documents: one SQLite file per plugin, so that none can read another's or stall the center.
//! Whose store it is, the supervisor says, never a frame. Does not know what the documents mean.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};
use serde_json::Value;
use spk::PluginId;
use tokio::sync::Mutex;

use crate::error::{Code, Error, Result};
use crate::paths::Home;

/// The most bytes of a key.
pub const MAX_KEY: usize = 512;
/// The most bytes of a value's JSON.
pub const MAX_VALUE: usize = 1 << 20;
/// The most entries of a page.
pub const MAX_PAGE: usize = 1_000;
/// The most bytes of a page's values, so that it fits into a frame; one entry is always given.
const MAX_PAGE_BYTES: usize = 1 << 20;
/// What an empty store takes, in SQLite pages; below it nothing could be kept at all.
const LEAST_PAGES: u64 = 8;

/// One plugin's store. Opened by the first use, one request at a time, in the order in which they came. Clones share it.
#[derive(Clone)]
pub struct PluginStore(Arc<Inner>);

struct Inner {
    file: PathBuf,
    quota: u64,
    connection: Arc<Mutex<Option<Connection>>>,
}

/// Part of a store, in the order of the keys' bytes.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Keys and their JSON.
    pub entries: Vec<(String, String)>,
    /// Whether there are more behind the last one.
    pub more: bool,
}

impl PluginStore {
    /// The store of this plugin, which may take as many bytes as were approved. Nothing is opened yet.
    #[must_use]
    pub fn new(home: &Home, plugin: &PluginId, quota: u64) -> Self {
        Self(Arc::new(Inner { file: home.store(plugin), quota, connection: Arc::default() }))
    }

    /// The JSON of a key; `None` if there is none.
    ///
    /// # Errors
    /// `invalid_input` for a key of no or over 512 bytes, or with a NUL; `database`.
    pub async fn get(&self, key: String) -> Result<Option<String>> {
        check_key(&key)?;
        self.run(move |db| get(db, &key)).await
    }

    /// Keeps a JSON text; `null` deletes.
    ///
    /// # Errors
    /// As [`Self::get`]; `invalid_input` for a value over 1 MiB; `quota_exceeded`.
    pub async fn put(&self, key: String, value: String) -> Result<()> {
        check_key(&key)?;
        check_value(&value)?;
        self.run(move |db| put(db, &key, &value)).await
    }

    /// Deletes a key; whether there was one.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn delete(&self, key: String) -> Result<bool> {
        check_key(&key)?;
        self.run(move |db| delete(db, &key)).await
    }

    /// What begins with `prefix` and stands behind `after`, at most `limit` entries.
    ///
    /// # Errors
    /// `invalid_input` for a prefix or `after` over 512 bytes; `database`.
    pub async fn list(&self, prefix: String, after: Option<String>, limit: usize) -> Result<Page> {
        check_length(&prefix)?;
        check_length(after.as_deref().unwrap_or_default())?;
        self.run(move |db| list(db, &prefix, after.as_deref(), limit.min(MAX_PAGE))).await
    }

    /// Replaces a value if it still equals `expected` as JSON; `None` and `null` mean absent. Whether it did.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub async fn swap(&self, key: String, expected: Option<String>, value: Option<String>) -> Result<bool> {
        check_key(&key)?;
        let value = value.unwrap_or_else(|| "null".into());
        check_value(&value)?;
        let expected = json(expected.as_deref())?;
        self.run(move |db| {
            let tx = db.transaction()?;
            let as_expected = json(get(&tx, &key)?.as_deref())? == expected;
            if as_expected {
                put(&tx, &key, &value)?;
            }
            tx.commit()?;
            Ok(as_expected)
        })
        .await
    }

    /// Closes the file, after what was asked before; the next use opens it again.
    pub async fn close(&self) {
        let mut connection = Arc::clone(&self.0.connection).lock_owned().await;
        let closed = tokio::task::spawn_blocking(move || connection.take().map(drop)).await;
        debug_assert!(closed.is_ok(), "closing a store panicked");
    }

    /// Closes the store and deletes everything in it.
    ///
    /// # Errors
    /// `internal` if a file cannot be deleted.
    pub async fn purge(&self) -> Result<()> {
        let mut connection = Arc::clone(&self.0.connection).lock_owned().await;
        let file = self.0.file.clone();
        blocking(move || {
            drop(connection.take());
            delete_files(&file)
        })
        .await
    }

    /// Runs a query off the reactor, when all earlier ones are done.
    async fn run<T, Q>(&self, query: Q) -> Result<T>
    where
        T: Send + 'static,
        Q: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let mut connection = Arc::clone(&self.0.connection).lock_owned().await;
        let inner = Arc::clone(&self.0);
        blocking(move || {
            if connection.is_none() {
                *connection = Some(open(&inner)?);
            }
            let opened = connection.as_mut().expect("it was opened above");
            query(opened)
        })
        .await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|e| Err(Error::internal(format_args!("the store of a plugin failed: {e}"))))
}

fn open(store: &Inner) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let db = Connection::open_with_flags(&store.file, flags)?;
    db.busy_timeout(Duration::from_secs(2))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.pragma_update(None, "journal_size_limit", 4 << 20)?;
    db.execute_batch(
        "CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    )?;
    let page: u64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let most = (store.quota / page.max(1)).clamp(LEAST_PAGES, u64::from(u32::MAX - 1));
    db.pragma_update(None, "max_page_count", most)?;
    Ok(db)
}

fn get(db: &Connection, key: &str) -> Result<Option<String>> {
    let mut query = db.prepare_cached("SELECT value FROM entries WHERE key = ?1")?;
    Ok(query.query_row([key], |row| row.get(0)).optional()?)
}

fn put(db: &Connection, key: &str, value: &str) -> Result<()> {
    if value.trim() == "null" {
        return delete(db, key).map(drop);
    }
    let upsert = "INSERT INTO entries (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    db.prepare_cached(upsert)?.execute(params![key, value]).map_err(refused)?;
    Ok(())
}

fn delete(db: &Connection, key: &str) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM entries WHERE key = ?1")?.execute([key]).map_err(refused)? > 0)
}

fn list(db: &Connection, prefix: &str, after: Option<&str>, limit: usize) -> Result<Page> {
    let mut query = db.prepare_cached(
        "SELECT key, value FROM entries WHERE key >= ?1 AND (?2 IS NULL OR key > ?2) ORDER BY key",
    )?;
    let mut rows = query.query(params![prefix, after])?;
    let (mut page, mut bytes) = (Page::default(), 0);
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        if !key.starts_with(prefix) {
            break;
        }
        let value: String = row.get(1)?;
        bytes += key.len() + value.len();
        if page.entries.len() == limit || (bytes > MAX_PAGE_BYTES && !page.entries.is_empty()) {
            page.more = true;
            break;
        }
        page.entries.push((key, value));
    }
    Ok(page)
}

fn refused(cause: rusqlite::Error) -> Error {
    if cause.sqlite_error_code() == Some(ErrorCode::DiskFull) {
        return Error::new(Code::QuotaExceeded, "the plugin's store is full");
    }
    cause.into()
}

fn json(text: Option<&str>) -> Result<Value> {
    text.map_or(Ok(Value::Null), |text| {
        serde_json::from_str(text)
            .map_err(|e| Error::new(Code::InvalidInput, format!("this is no JSON: {e}")))
    })
}

fn check_key(key: &str) -> Result<()> {
    if key.is_empty() || key.contains('\0') {
        return Err(Error::new(Code::InvalidInput, "a key has at least one character, and no NUL"));
    }
    check_length(key)
}

fn check_length(key: &str) -> Result<()> {
    if key.len() > MAX_KEY {
        return Err(Error::new(Code::InvalidInput, format!("a key has at most {MAX_KEY} bytes")));
    }
    Ok(())
}

fn check_value(value: &str) -> Result<()> {
    if value.len() > MAX_VALUE {
        return Err(Error::new(Code::InvalidInput, format!("a value has at most {MAX_VALUE} bytes of JSON")));
    }
    Ok(())
}

fn delete_files(file: &std::path::Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(Error::io(format_args!("cannot delete `{}`", name.display()), &e));
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.create().unwrap();
        (folder, home)
    }

    fn store(home: &Home, id: &str) -> PluginStore {
        PluginStore::new(home, &id.parse().unwrap(), 1 << 20)
    }

    fn keys(page: &Page) -> Vec<&str> {
        page.entries.iter().map(|(key, _)| key.as_str()).collect()
    }

    #[tokio::test]
    async fn a_value_is_kept_replaced_and_deleted() {
        let (_folder, home) = home();
        let store = store(&home, "a.one");
        assert_eq!(store.get("k".into()).await.unwrap(), None);
        store.put("k".into(), r#"{"a":1}"#.into()).await.unwrap();
        store.put("k".into(), r#"{"a":2}"#.into()).await.unwrap();
        assert_eq!(store.get("k".into()).await.unwrap().unwrap(), r#"{"a":2}"#);
        store.close().await;
        assert_eq!(store.get("k".into()).await.unwrap().unwrap(), r#"{"a":2}"#, "it outlives a close");
        store.put("k".into(), " null".into()).await.unwrap();
        assert_eq!(store.get("k".into()).await.unwrap(), None, "null deletes");
        store.put("k".into(), "1".into()).await.unwrap();
        assert!(store.delete("k".into()).await.unwrap());
        assert!(!store.delete("k".into()).await.unwrap());
    }

    #[tokio::test]
    async fn one_plugin_never_sees_another_ones_data() {
        let (_folder, home) = home();
        let (one, two) = (store(&home, "a.one"), store(&home, "a.two"));
        one.put("secret".into(), "\"one's\"".into()).await.unwrap();
        assert_eq!(two.get("secret".into()).await.unwrap(), None);
        assert_eq!(two.list(String::new(), None, 99).await.unwrap(), Page::default());
        two.put("../a.one/secret".into(), "2".into()).await.unwrap();
        two.put("secret".into(), "3".into()).await.unwrap();
        two.purge().await.unwrap();
        assert_eq!(one.get("secret".into()).await.unwrap().unwrap(), "\"one's\"");
        assert_eq!(one.list(String::new(), None, 99).await.unwrap().entries.len(), 1);
    }

    #[tokio::test]
    async fn a_store_beyond_its_quota_refuses_and_stays_usable() {
        let (_folder, home) = home();
        let store = store(&home, "a.full");
        let value = format!("\"{}\"", "x".repeat(100_000));
        let mut stored = 0;
        let refused = loop {
            match store.put(format!("k{stored}"), value.clone()).await {
                Ok(()) => stored += 1,
                Err(refused) => break refused,
            }
            assert!(stored < 20, "a quota of 1 MiB must hold");
        };
        assert_eq!(refused.code, Code::QuotaExceeded);
        assert!(stored >= 8, "only {stored} of 100 kB fit into 1 MiB");
        assert!(store.get("k0".into()).await.unwrap().is_some());
        assert!(store.delete("k0".into()).await.unwrap(), "what is full can be emptied");
        store.put("again".into(), value).await.unwrap();
        store.close().await;
        assert!(fs::metadata(home.store(&"a.full".parse().unwrap())).unwrap().len() <= 1 << 20);
    }

    #[tokio::test]
    async fn keys_and_values_have_bounds() {
        let (_folder, home) = home();
        let store = store(&home, "a.one");
        let too_long = "k".repeat(MAX_KEY + 1);
        for key in ["", "a\0b", too_long.as_str()] {
            assert_eq!(store.get(key.into()).await.unwrap_err().code, Code::InvalidInput);
            assert_eq!(store.put(key.into(), "1".into()).await.unwrap_err().code, Code::InvalidInput);
            assert_eq!(store.delete(key.into()).await.unwrap_err().code, Code::InvalidInput);
            assert_eq!(store.swap(key.into(), None, None).await.unwrap_err().code, Code::InvalidInput);
        }
        store.put("k".repeat(MAX_KEY), "1".into()).await.unwrap();
        let large = format!("\"{}\"", "x".repeat(MAX_VALUE));
        assert_eq!(store.put("k".into(), large.clone()).await.unwrap_err().code, Code::InvalidInput);
        assert_eq!(store.swap("k".into(), None, Some(large)).await.unwrap_err().code, Code::InvalidInput);
        assert!(store.list(too_long, None, 1).await.is_err());
    }

    #[tokio::test]
    async fn a_list_is_ordered_bounded_and_can_be_continued() {
        let (_folder, home) = home();
        let store = PluginStore::new(&home, &"a.one".parse().unwrap(), 64 << 20);
        for key in ["b/2", "a", "b/1", "b/é", "b/10", "c", "b%"] {
            store.put(key.into(), "1".into()).await.unwrap();
        }
        let page = store.list("b/".into(), None, 2).await.unwrap();
        assert_eq!((keys(&page), page.more), (vec!["b/1", "b/10"], true));
        let rest = store.list("b/".into(), Some("b/10".into()), 2).await.unwrap();
        assert_eq!((keys(&rest), rest.more), (vec!["b/2", "b/é"], false));

        let value = format!("\"{}\"", "x".repeat(700_000));
        store.put("d1".into(), value.clone()).await.unwrap();
        store.put("d2".into(), value).await.unwrap();
        let large = store.list("d".into(), None, 9).await.unwrap();
        assert_eq!((keys(&large), large.more), (vec!["d1"], true), "a page fits into a frame");
    }

    #[tokio::test]
    async fn a_swap_happens_only_if_nothing_changed() {
        let (_folder, home) = home();
        let store = store(&home, "a.one");
        let swap = |expected: Option<&str>, value: Option<&str>| {
            store.swap("k".into(), expected.map(Into::into), value.map(Into::into))
        };
        assert!(!swap(Some("1"), Some("2")).await.unwrap());
        assert!(swap(None, Some(r#"{"a": 1, "b": 2}"#)).await.unwrap());
        assert!(!swap(None, Some("3")).await.unwrap());
        assert!(swap(Some(r#"{"b":2,"a":1}"#), Some("4")).await.unwrap(), "compared as JSON, not as text");
        assert_eq!(store.get("k".into()).await.unwrap().unwrap(), "4");
        assert!(swap(Some("4"), None).await.unwrap());
        assert!(swap(Some("null"), Some("5")).await.unwrap(), "null and absence are the same");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn swaps_from_many_threads_lose_nothing() {
        let (_folder, home) = home();
        let store = store(&home, "a.one");
        store.put("n".into(), "0".into()).await.unwrap();
        let count_up = |store: PluginStore| async move {
            for _ in 0..25 {
                loop {
                    let old = store.get("n".into()).await.unwrap().unwrap();
                    let new = (old.parse::<u32>().unwrap() + 1).to_string();
                    if store.swap("n".into(), Some(old), Some(new)).await.unwrap() {
                        break;
                    }
                }
            }
        };
        let tasks: Vec<_> = (0..4).map(|_| tokio::spawn(count_up(store.clone()))).collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(store.get("n".into()).await.unwrap().unwrap(), "100");
    }

    #[tokio::test]
    async fn a_purged_store_leaves_no_file() {
        let (_folder, home) = home();
        let store = store(&home, "a.one");
        store.put("k".into(), "1".into()).await.unwrap();
        assert!(home.store(&"a.one".parse().unwrap()).exists());
        store.purge().await.unwrap();
        assert_eq!(fs::read_dir(home.stores()).unwrap().count(), 0);
        assert_eq!(store.get("k".into()).await.unwrap(), None, "and can begin anew");
    }
}
