//! `sprocket approve`: reviews what waits in the plugin folder, or what an installed plugin may do.

use center::request::Request;
use center::views::{Blocker, FolderFileView, PluginDetailView};
use serde_json::Value;
use spk::PluginId;

use super::review::{ReviewArgs, review};
use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::words;

/// Review a package that waits in the plugin folder, or what an installed plugin may do
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The waiting file's name, or its plugin's id
    #[arg(value_name = "FILE|PLUGIN")]
    what: String,
    #[command(flatten)]
    review: ReviewArgs,
}

impl Approve {
    pub async fn run(self, console: &Console) -> Outcome {
        let files: Vec<FolderFileView> = console.ask(Request::FolderList { locale: words::locale() }).await?;
        match find(&files, &self.what) {
            Ok(file) => review(console, console.home.plugins().join(file), self.review).await,
            Err(nothing_waits) => match asking(console, &self.what).await {
                Some(detail) => allow(console, &detail, self.review).await,
                None => Err(nothing_waits),
            },
        }
    }
}

/// The installed plugin of this id, if what it may do is not approved.
async fn asking(console: &Console, what: &str) -> Option<PluginDetailView> {
    let plugin: PluginId = what.parse().ok()?;
    let request = Request::PluginShow { plugin, locale: words::locale() };
    let detail: PluginDetailView = console.ask(request).await.ok()?;
    detail.blockers.contains(&Blocker::CapabilitiesNotApproved).then_some(detail)
}

async fn allow(console: &Console, detail: &PluginDetailView, answers: ReviewArgs) -> Outcome {
    console.screen.tell(|page| {
        page.heading(format!("What {} may do", detail.plugin.name));
        words::capabilities(&detail.capabilities).iter().for_each(|line| page.line(format!("  {line}")));
    })?;
    answers.agree(console.screen, "Approve it?")?;
    console.tell(Request::CapabilitiesApprove { plugin: detail.plugin.id.clone() }).await?;
    console.screen.show(&Value::Null, |page| page.line("Approved."))
}

fn find<'a>(files: &'a [FolderFileView], what: &str) -> Outcome<&'a str> {
    let name = what.rsplit('/').next().unwrap_or(what);
    let is_meant = |file: &&FolderFileView| file.file == name || file.plugin.as_deref() == Some(what);
    let mut waiting = files.iter().filter(|file| file.state == "waiting").filter(is_meant);
    match (waiting.next(), waiting.next()) {
        (Some(file), None) => Ok(&file.file),
        (Some(_), Some(_)) => Err(Failure::usage(
            format!("several files of `{what}` wait"),
            "Name the file: `sprocket folder`.",
        )),
        _ => Err(not_waiting(files, what, is_meant)),
    }
}

fn not_waiting(files: &[FolderFileView], what: &str, is_meant: impl Fn(&&FolderFileView) -> bool) -> Failure {
    match files.iter().find(is_meant) {
        Some(FolderFileView { cause: Some(cause), .. }) => cause.clone().into(),
        Some(file) => {
            Failure::new("not_waiting", format!("`{what}` is {}, it does not wait", file.state), "")
        }
        None => {
            Failure::new("not_found", format!("nothing called `{what}` waits"), "Look at `sprocket folder`.")
        }
    }
}

#[cfg(test)]
mod tests {
    use center::error::ErrorView;
    use serde_json::Value;

    use super::*;

    fn file(name: &str, plugin: &str, state: &str) -> FolderFileView {
        let message = format!("{name} is {state}");
        let cause = ErrorView { code: "tampered".into(), message, hint: String::new(), details: Value::Null };
        FolderFileView {
            about: None,
            file: name.into(),
            plugin: Some(plugin.into()),
            state: state.into(),
            cause: (state == "refused").then_some(cause),
        }
    }

    #[test]
    fn what_waits_is_found_by_file_or_plugin_and_never_guessed() {
        let files = [
            file("a.spk", "com.a.one", "waiting"),
            file("b.spk", "com.b.two", "waiting"),
            file("b2.spk", "com.b.two", "waiting"),
            file("c.spk", "com.c.three", "refused"),
        ];
        assert_eq!(find(&files, "com.a.one").unwrap(), "a.spk");
        assert_eq!(find(&files, "/some/folder/b.spk").unwrap(), "b.spk");
        for (what, code) in [("com.b.two", "usage"), ("c.spk", "tampered"), ("d.spk", "not_found")] {
            assert_eq!(find(&files, what).unwrap_err().view().code, code);
        }
    }
}
