//! "Start when I sign in to this computer": off at first; turned on, the desktop's own way to start things starts it with its
//! home, without a window, until somebody asks for that.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::hands::{CHINESE, Hands};
use crate::harness::observer::Observer;
use crate::harness::page::By;
use crate::harness::screen::{Family, Screen, built};
use crate::harness::wait;
use crate::harness::window::{SOON, Window};
use crate::{PASSWORD, starts::is_shown};

/// Longer than a window takes to be shown.
const CALM: Duration = Duration::from_secs(3);
/// Starts what a desktop file says, as a desktop does, and waits to be ended with it.
const DESKTOP: &str = "import signal, sys
from gi.repository import Gio
Gio.DesktopAppInfo.new_from_filename(sys.argv[1]).launch([], None)
signal.pause()";

async fn turn(hands: &Hands, on: bool, file: &Path) {
    hands.click_on("link", "frame.nav.settings").await;
    let (name, checked) = (hands.say("preferences.autostart"), "return arguments[0].checked");
    let state = async || {
        let checkbox = hands.window.find(By::Role("checkbox", &name)).await;
        hands.window.run(checked, vec![serde_json::to_value(checkbox).expect("an element")]).await
    };
    assert_eq!((state().await == true, file.exists()), (!on, !on));
    hands.click(By::Role("checkbox", &name)).await;
    hands.window.until("it to be so", async || state().await == on && file.exists() == on).await;
}

#[tokio::test]
async fn it_starts_with_the_computer_only_if_somebody_wants_that_and_without_a_window() {
    let folder = tempfile::tempdir().expect("a folder");
    // Whatever a person calls a folder means nothing to the desktop.
    let home = folder.path().join(r#"a $HOME `100%` \ "插件""#);
    let config = folder.path().join("config");
    let file = config.join("autostart/org.sprocket.desktop.desktop");
    let open = || Window::over(&home).env("XDG_CONFIG_HOME", config.to_str().expect("UTF-8"));
    let hands = Hands::begin_in(open(), CHINESE).await;
    turn(&hands, true, &file).await;
    hands.end().await;

    let screen = Screen::start(1280, 800);
    let mut desktop = screen.on(Command::new("/usr/bin/python3"));
    desktop.args(["-c", DESKTOP]).arg(&file).env_remove("SPROCKET_HOME").env("NO_AT_BRIDGE", "1");
    let started = Family::start(desktop.stderr(Stdio::null()));
    let center = Observer::of(&home);
    let began = Instant::now();
    while !center.is_served().await {
        assert!(began.elapsed() < SOON, "no center runs on its home");
        tokio::task::yield_now().await;
    }
    wait::throughout("no window to be shown that nobody asked for", CALM, || !is_shown(&screen));
    let mut person = screen.on(Command::new(built("sprocket-desktop")));
    assert!(person.env("SPROCKET_HOME", &home).status().expect("it starts").success());
    wait::until("the window to be shown", SOON, || is_shown(&screen).then_some(()));
    let mut again = screen.on(Command::new(built("sprocket-desktop")));
    assert!(again.arg("--background").env("SPROCKET_HOME", &home).status().expect("it starts").success());
    drop(started);

    let hands = Hands::open(open(), CHINESE).await;
    hands.sees("session.signIn").await;
    hands.sign_in("root", PASSWORD).await;
    turn(&hands, false, &file).await;
    hands.end().await;
}
