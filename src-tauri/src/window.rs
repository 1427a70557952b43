//! The main window: how it is made, what its web view may load, hiding and raising it. Knows no command and no center.

use tauri::utils::config::WindowConfig;
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent};

/// Its name in Tauri, and in the list of what it may do.
pub const MAIN: &str = "main";

/// Opens it, hidden or not. It shows the application's own pages and nothing else, ever.
///
/// # Errors
/// What the platform says.
pub fn open(app: &App, hidden: bool) -> tauri::Result<()> {
    let config: WindowConfig = main_config(app);
    let window = WebviewWindowBuilder::from_config(app, &config)?
        .visible(!hidden)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    guard(&window)?;
    let hidden = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            // The plugins run on in the background; `quit` is what ends them.
            api.prevent_close();
            hide(hidden.app_handle());
        }
    });
    Ok(())
}

fn main_config(app: &App) -> WindowConfig {
    let windows = &app.config().app.windows;
    windows.iter().find(|window| window.label == MAIN).expect("tauri.conf.json describes it").clone()
}

/// Hides the window; everything runs on.
pub fn hide(app: &AppHandle) {
    with_main(app, WebviewWindow::hide);
}

/// Brings the window to the front, wherever it was.
pub fn raise(app: &AppHandle) {
    with_main(app, |window| {
        window.show()?;
        window.unminimize()?;
        window.set_focus()
    });
}

fn with_main(app: &AppHandle, act: impl FnOnce(&WebviewWindow) -> tauri::Result<()>) {
    let Some(window) = app.get_webview_window(MAIN) else { return };
    if let Err(cause) = act(&window) {
        tracing::warn!(%cause, "the window did not obey");
    }
}

/// The application's own pages; those of Vite while they are being written.
fn is_own(url: &Url) -> bool {
    let own = url.scheme() == "tauri" && url.host_str() == Some("localhost");
    own || (cfg!(not(feature = "custom-protocol")) && url.host_str() == Some("localhost"))
}

/// The navigation handler sees the wish; this sees the answer that is about to become the page, however it came.
#[cfg(target_os = "linux")]
fn guard(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::glib::object::Cast;
    use webkit2gtk::{
        PolicyDecisionExt, PolicyDecisionType, ResponsePolicyDecision, ResponsePolicyDecisionExt,
        URIResponseExt, WebViewExt,
    };
    window.with_webview(|webview| {
        webview.inner().connect_decide_policy(|_, decision, kind| {
            if kind != PolicyDecisionType::Response {
                return false;
            }
            let Some(response) = decision.downcast_ref::<ResponsePolicyDecision>() else { return false };
            let loaded = response.response().and_then(|response| response.uri());
            let own = loaded.is_some_and(|loaded| Url::parse(&loaded).is_ok_and(|url| is_own(&url)));
            if response.is_main_frame_main_resource() && !own {
                decision.ignore();
                return true;
            }
            false
        });
    })
}

/// Elsewhere the navigation handler stands alone.
#[cfg(not(target_os = "linux"))]
fn guard(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_applications_own_pages_are_its_own() {
        let own = |url: &str| is_own(&Url::parse(url).unwrap());
        assert!(own("tauri://localhost/") && own("tauri://localhost/assets/a.js"));
        for foreign in [
            "https://localhost/",
            "http://ipc.localhost/",
            "tauri://elsewhere/",
            "plugin://localhost/",
            "file:///etc/passwd",
            "data:text/html,a",
            "about:blank",
            "javascript:1",
        ] {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
