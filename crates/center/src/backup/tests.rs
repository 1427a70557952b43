//! A center that makes way for a backup, or does not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::{Restore, prepare};
use crate::center::{Center, Options};
use crate::clock::SystemClock;
use crate::error::Code;
use crate::paths::Home;
use crate::request::{Password, Request, SessionKind, Token};
use crate::views::{InitView, StatusView};

async fn initialise(center: &Arc<Center>, login: &str) -> Token {
    let (name, password) = (login.to_owned(), Password("violet kettle 417".into()));
    let init = Request::Init { login: login.into(), name, password, kind: SessionKind::Window };
    let made = center.handle(None, init).await.unwrap();
    serde_json::from_value::<InitView>(made).unwrap().signed_in.token
}

async fn is_initialised(center: &Arc<Center>) -> bool {
    let status = center.handle(None, Request::Status).await.unwrap();
    serde_json::from_value::<StatusView>(status).unwrap().initialised
}

/// The backup of a center whose superadmin is `anna`.
async fn backup(folder: &Path) -> PathBuf {
    let center = Center::open(Home::at(folder.join("first")), Options::default()).await.unwrap();
    let (token, path) = (initialise(&center, "anna").await, folder.join("all.backup"));
    let make = Request::BackupMake { path: path.clone(), passphrase: None };
    center.handle(Some(&token), make).await.unwrap();
    path
}

async fn open(home: &Home) -> Arc<Center> {
    Center::open(home.clone(), Options::default()).await.unwrap()
}

struct Scene {
    folder: TempDir,
    home: Home,
    center: Arc<Center>,
    path: PathBuf,
}

async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let path = backup(folder.path()).await;
    let home = Home::at(folder.path().join("home"));
    let center = open(&home).await;
    Scene { folder, home, center, path }
}

impl Scene {
    fn wish(&self) -> Restore<'_> {
        Restore { path: &self.path, passphrase: None, replace: false, clock: Arc::new(SystemClock) }
    }

    async fn signs_in(&self, center: &Arc<Center>, login: &str) -> bool {
        let (login, password) = (login.into(), Password("violet kettle 417".into()));
        let sign_in = Request::SignIn { login, password, kind: SessionKind::Window };
        center.handle(None, sign_in).await.is_ok()
    }
}

#[tokio::test]
async fn a_center_gives_way_once_writes_nothing_afterwards_and_the_home_is_never_free_meanwhile() {
    let scene = scene().await;
    let prepared = prepare(&scene.home, &scene.wish()).unwrap();
    assert!(!is_initialised(&scene.center).await, "it answers while the backup waits");
    let (lock, restored) = scene.center.give_way(prepared).await.unwrap();
    restored.unwrap();
    assert_eq!(scene.home.lock().unwrap_err().code, Code::CenterRunning);
    let again = prepare(&scene.home, &scene.wish()).unwrap();
    assert_eq!(scene.center.give_way(again).await.map(|_| ()).unwrap_err().code, Code::CenterNotRunning);
    assert!(!scene.signs_in(&scene.center, "anna").await, "the old center has no database any more");
    let options = Options { lock: Some(lock), ..Options::default() };
    let center = Center::open(scene.home.clone(), options).await.unwrap();
    assert!(scene.signs_in(&center, "anna").await);
    let beside = std::fs::read_dir(scene.folder.path()).unwrap().count();
    assert_eq!(beside, 3, "the backup, the first home and this one");
}

#[tokio::test]
async fn a_center_that_somebody_set_up_meanwhile_is_kept_and_opens_again_with_its_lock() {
    let scene = scene().await;
    let prepared = prepare(&scene.home, &scene.wish()).unwrap();
    initialise(&scene.center, "bert").await;
    let (lock, restored) = scene.center.give_way(prepared).await.unwrap();
    assert_eq!(restored.unwrap_err().code, Code::AlreadyInitialised);
    let options = Options { lock: Some(lock), ..Options::default() };
    let center = Center::open(scene.home.clone(), options).await.unwrap();
    assert!(scene.signs_in(&center, "bert").await && !scene.signs_in(&center, "anna").await);
}
