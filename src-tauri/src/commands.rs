//! How the shell's own commands are done. Sessions and roles were checked before; the center decides whatever is a rule.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

use center::accounts::import;
use center::audit::{self, Filter, Format, Row};
use center::clock::{Clock, SystemClock};
use center::error::{Code, Error};
use center::install::Progress;
use center::request::{Password, PluginId, Request, SessionKind};
use center::views::{BackupView, HandOverView, ProgressView, SettingsView, SignedInView, StatusView};
use jiff::Timestamp;
use serde_json::{Value, json};
use tauri::ipc::{Channel, JavaScriptChannelId};
use tauri::{Manager, Webview};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::oneshot;

use crate::autostart::Autostart;
use crate::dispatch::{encode_view, end, read};
use crate::drafts::{Draft, KeptDraft};
use crate::own::Own;
use crate::preferences::Preferences;
use crate::session::nobody;
use crate::shell::Shell;
use crate::{files, restore, window};

/// What every command answers.
type Answer = Result<Value, Error>;

/// Carries out one command.
pub async fn carry_out(shell: &Arc<Shell>, webview: &Webview, own: Own) -> Answer {
    match own {
        Own::SessionGet => encode_view(&shell.current().await),
        Own::Lock => Ok(lock(shell)),
        Own::Unlock { password } => unlock(shell, password).await,
        Own::PackagePlan { path, locale, operation, progress } => {
            let under_way = shell.operations.begin(operation, tell(webview, &progress))?;
            let token = shell.session.token();
            let center = shell.center();
            encode_view(&center.plan_package(token.as_ref(), &path, &locale, under_way.progress()).await?)
        }
        Own::PackageApply { plan, answers, operation, progress } => {
            let under_way = shell.operations.begin(operation, tell(webview, &progress))?;
            let token = shell.session.token();
            let center = shell.center();
            encode_view(&center.apply_package(token.as_ref(), &plan, &answers, under_way.progress()).await?)
        }
        Own::OperationCancel { operation } => {
            shell.operations.cancel(&operation);
            Ok(Value::Null)
        }
        Own::LogFollow { plugin, channel } => follow(shell, webview, plugin, &channel),
        Own::LogUnfollow { plugin } => {
            shell.unfollow(&plugin);
            Ok(Value::Null)
        }
        Own::FilesChoose => Ok(json!(choose(webview).await)),
        Own::FilesTake => Ok(json!(shell.take_files())),
        Own::PathLook { path } => encode_view(&files::look(&path)),
        Own::FolderOpen => open_folder(shell),
        Own::AuditExport { format, filter } => export(shell, webview, (format, filter)).await,
        Own::BackupSave { passphrase } => save_backup(shell, webview, passphrase).await,
        Own::BackupChoose => choose_backup(shell, webview).await,
        Own::BackupRestore { path, passphrase } => {
            restore::restore(shell, webview.app_handle(), (path, passphrase)).await
        }
        Own::TableChoose => Ok(json!(choose_table(webview).await)),
        Own::PasswordsSave { accounts } => save_passwords(webview, &accounts).await,
        Own::SamplePackages => encode_view(&files::samples(&shell.samples)),
        Own::DraftList => drafts(shell),
        Own::DraftKeep(draft) => keep_draft(shell, draft).await,
        Own::DraftDrop { plugin } => {
            let view = shell.session.view().ok_or_else(nobody)?;
            shell.drafts.drop(view.account, &plugin_id(&plugin)?)?;
            Ok(Value::Null)
        }
        Own::AutostartGet => Ok(json!(Autostart::of_this_person().map(|autostart| autostart.is_on()))),
        Own::AutostartSet { on } => set_autostart(on),
        Own::PreferencesGet => encode_view(&shell.preferences.get()),
        Own::PreferencesSet(new) => set_preferences(shell, new),
        Own::Quit { stop } => quit(shell, webview, stop).await,
        Own::WindowHide => {
            window::hide(webview.app_handle());
            Ok(Value::Null)
        }
    }
}

/// Sends each step to the page's channel; a page that is gone hears nothing.
fn tell(webview: &Webview, channel: &JavaScriptChannelId) -> Progress {
    let channel: Channel<ProgressView> = channel.channel_on(webview.clone());
    Progress::new(move |view| drop(channel.send(view.clone())))
}

fn lock(shell: &Shell) -> Value {
    if let Some(token) = shell.session.token() {
        shell.session.update(&token, |session| session.locked = true);
        shell.tell_session();
    }
    Value::Null
}

/// The center judges the password, and slows down who guesses; the session goes on under a new token.
async fn unlock(shell: &Arc<Shell>, password: Password) -> Answer {
    let session = shell.current().await.ok_or_else(nobody)?;
    let request = Request::SignIn { login: session.login, password, kind: SessionKind::Window };
    let new: SignedInView = read(shell.center().handle(None, request).await?)?;
    if new.account != session.account || shell.session.view().is_none() {
        end(shell, &new.token).await;
        return Err(nobody());
    }
    encode_view(&shell.enter(new).await)
}

fn follow(shell: &Arc<Shell>, webview: &Webview, plugin: String, channel: &JavaScriptChannelId) -> Answer {
    let id = plugin_id(&plugin)?;
    let mut lines = shell.center().follow_log(shell.session.token().as_ref(), &id)?;
    let channel: Channel<center::logs::Line> = channel.channel_on(webview.clone());
    let session = Arc::downgrade(shell);
    let task = tokio::spawn(async move {
        loop {
            let line = match lines.recv().await {
                Ok(line) => line,
                // The file has them all; a live view goes on with the newest.
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => break,
            };
            let Some(shell) = session.upgrade() else { break };
            if !shell.session.is_locked() && channel.send(line).is_err() {
                break;
            }
        }
    });
    shell.follow(plugin, task.abort_handle());
    Ok(Value::Null)
}

fn plugin_id(text: &str) -> Result<PluginId, Error> {
    text.parse().map_err(|_| Error::new(Code::InvalidInput, "`plugin` is not a plugin's id"))
}

fn drafts(shell: &Shell) -> Answer {
    let view = shell.session.view().ok_or_else(nobody)?;
    encode_view(&shell.drafts.list(view.account, SystemClock.now()))
}

/// The center says which settings are plain; nothing else is kept.
async fn keep_draft(shell: &Arc<Shell>, draft: Draft) -> Answer {
    let (token, view) = (shell.session.token(), shell.session.view().ok_or_else(nobody)?);
    let request = Request::ConfigGet { plugin: draft.plugin.clone(), locale: "en".into() };
    let settings: SettingsView = read(shell.center().handle(token.as_ref(), request).await?)?;
    let kept = KeptDraft { at: SystemClock.now(), draft };
    tokio::task::block_in_place(|| shell.drafts.keep(view.account, &kept, &settings.fields))?;
    Ok(Value::Null)
}

fn set_autostart(on: bool) -> Answer {
    let autostart = Autostart::of_this_person();
    let autostart = autostart.ok_or_else(|| Error::internal("nobody's home folder is known"))?;
    if on {
        let program =
            std::env::current_exe().map_err(|cause| Error::io("cannot find this program", &cause))?;
        autostart.turn_on(&program, std::env::var_os("SPROCKET_HOME").as_deref())?;
    } else {
        autostart.turn_off()?;
    }
    Ok(Value::Null)
}

async fn choose(webview: &Webview) -> Vec<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    let dialog = webview.dialog().file().add_filter("Sprocket (.spk, .license)", &["spk", "SPK", "license"]);
    dialog.set_parent(&webview.window()).pick_files(move |files| {
        let paths = files.unwrap_or_default().into_iter().filter_map(|file| file.into_path().ok());
        let _ = chosen.send(paths.collect());
    });
    answer.await.unwrap_or_default()
}

async fn choose_table(webview: &Webview) -> Option<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    let dialog = webview.dialog().file().add_filter("CSV", &["csv", "CSV"]).set_parent(&webview.window());
    dialog.pick_file(move |file| drop(chosen.send(file)));
    answer.await.ok().flatten()?.into_path().ok()
}

async fn choose_backup(shell: &Shell, webview: &Webview) -> Answer {
    restore::must_be_new(shell).await?;
    let (chosen, answer) = oneshot::channel();
    let dialog = webview.dialog().file().set_parent(&webview.window());
    dialog.pick_file(move |file| drop(chosen.send(file)));
    let path = answer.await.ok().flatten().and_then(|file| file.into_path().ok());
    encode_view(&path.map(restore::look).transpose()?)
}

async fn save_passwords(webview: &Webview, accounts: &[HandOverView]) -> Answer {
    let Some(path) = choose_place(webview, "sprocket-passwords.csv").await else {
        return Ok(Value::Null);
    };
    let written = files::private(&path).and_then(|file| import::write(BufWriter::new(file), accounts));
    written.map_err(|cause| Error::io(format_args!("cannot write `{}`", path.display()), &cause))?;
    Ok(json!(path))
}

async fn export(shell: &Arc<Shell>, webview: &Webview, (format, filter): (Format, Filter)) -> Answer {
    let ask = |last, filter| {
        let (shell, request) = (Arc::clone(shell), Request::AuditList { last, filter });
        async move { read(shell.center().handle(shell.session.token().as_ref(), request).await?) }
    };
    let rows: Vec<Row> = audit::collect(filter, ask).await?;
    let end = if format == Format::Csv { "csv" } else { "jsonl" };
    let Some(path) = choose_place(webview, &format!("sprocket-activity.{end}")).await else {
        return Ok(Value::Null);
    };
    let written = File::create(&path).and_then(|file| audit::write(format, BufWriter::new(file), &rows));
    written.map_err(|cause| Error::io(format_args!("cannot write `{}`", path.display()), &cause))?;
    Ok(json!(path))
}

/// The time in the proposed name keeps it new: the center overwrites nothing.
async fn save_backup(shell: &Shell, webview: &Webview, passphrase: Option<Password>) -> Answer {
    let name = format!("sprocket-{}.backup", Timestamp::now().strftime("%Y%m%d-%H%M%SZ"));
    let Some(path) = choose_place(webview, &name).await else {
        return Ok(Value::Null);
    };
    let request = Request::BackupMake { path, passphrase };
    let made: BackupView = read(shell.center().handle(shell.session.token().as_ref(), request).await?)?;
    encode_view(&made)
}

async fn choose_place(webview: &Webview, name: &str) -> Option<PathBuf> {
    let (chosen, answer) = oneshot::channel();
    let dialog = webview.dialog().file().set_file_name(name).set_parent(&webview.window());
    dialog.save_file(move |file| drop(chosen.send(file)));
    answer.await.ok().flatten()?.into_path().ok()
}

fn open_folder(shell: &Shell) -> Answer {
    let folder = shell.home.plugins();
    let opened = open::that_detached(&folder);
    let failed = |cause| Error::io(format_args!("cannot show the folder `{}`", folder.display()), &cause);
    opened.map(|()| Value::Null).map_err(failed)
}

/// How soon a window locks protects its superadmin, so nobody else may change it.
fn set_preferences(shell: &Shell, new: Preferences) -> Answer {
    if new.lock_minutes != shell.preferences.get().lock_minutes && !shell.is_managed() {
        let code = if shell.session.token().is_some() { Code::NotASuperadmin } else { Code::NotSignedIn };
        return Err(Error::new(code, "only a super administrator may change when the window locks"));
    }
    shell.preferences.set(new)?;
    Ok(Value::Null)
}

/// Plugins stop for everyone: where any runs, only who manages them may end the process.
async fn quit(shell: &Arc<Shell>, webview: &Webview, stop: bool) -> Answer {
    let status: StatusView = read(shell.center().handle(None, Request::Status).await?)?;
    if status.running > 0 && !stop {
        let refused = Error::new(Code::Busy, format!("{} plugins run", status.running));
        let refused = refused.details(json!({ "running": status.running }));
        return Err(refused.hint("Keep running in the background, or quit and stop them."));
    }
    if status.running > 0 && !shell.is_managed() {
        let refused = Error::new(Code::NotASuperadmin, "only a super administrator may stop plugins");
        return Err(refused.hint("Close the window instead; the plugins run on in the background."));
    }
    let (shell, app) = (Arc::clone(shell), webview.app_handle().clone());
    tokio::spawn(async move { shell.end(&app).await });
    Ok(Value::Null)
}
