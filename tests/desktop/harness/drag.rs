//! A native drag of files, from a window of another program: taken up, carried over the application, dropped or not.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use super::screen::{Family, MARGIN, Screen};
use super::wait;
use super::window::SOON;

/// Files under the pointer.
pub struct Drag {
    screen: Arc<Screen>,
    said: Receiver<String>,
    log: Vec<String>,
    _source: Family,
}

impl Drag {
    /// Presses the button over files that lie in the room below the window, and moves a little.
    pub fn begin(screen: &Arc<Screen>, files: &[PathBuf]) -> Self {
        let (_, height) = screen.size();
        let top = height + MARGIN / 4;
        let mut command = screen.on(Command::new("/usr/bin/python3"));
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("desktop/harness/drag_source.py");
        command.arg("-B").arg(script).args(["10", &top.to_string()]).args(files).env("NO_AT_BRIDGE", "1");
        let mut source = Family::start(command.stdout(Stdio::piped()).stderr(Stdio::null()));
        let (say, said) = channel();
        let output = source.0.stdout.take().expect("piped");
        std::thread::spawn(move || {
            BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| say.send(line))
        });
        let mut drag = Self { screen: Arc::clone(screen), said, log: Vec::new(), _source: source };
        drag.hears("ready", |_| ());
        drag.move_to(30, top + 15);
        drag.screen.xdotool(&["mousedown", "1"]);
        let mut step = 0;
        drag.hears("begun", |drag| {
            step = (step + 3) % 20;
            drag.move_to(30 + step, top + 15);
        });
        drag
    }

    /// Carries the files there, and stays until whatever is there said that it takes them.
    pub fn hover(&mut self, x: u32, y: u32) {
        let mut step = 0;
        self.log.retain(|word| word != "accepted");
        self.hears("accepted", |drag| {
            step = (step + 1) % 8;
            drag.move_to(x + step, y);
        });
    }

    /// Carries the files out of the window again, without letting go.
    pub fn leave(&mut self) {
        let (width, height) = self.screen.size();
        self.move_to(width - 20, height + MARGIN / 2);
    }

    /// Lets go, and waits until the drag is over.
    pub fn release(mut self) {
        self.screen.xdotool(&["mouseup", "1"]);
        self.hears("ended", |_| ());
    }

    fn move_to(&self, x: u32, y: u32) {
        self.screen.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
    }

    /// Does something until the source says a word.
    fn hears(&mut self, word: &str, mut meanwhile: impl FnMut(&Self)) {
        wait::until(&format!("the drag to be {word}"), SOON, || {
            meanwhile(self);
            self.log.extend(self.said.try_iter());
            self.log.iter().any(|said| said == word).then_some(())
        });
    }
}
