//! The review before a package is installed or upgraded: what it shows, what it asks, and what the answers do.

use center::request::{Answers, Request, TrustAnswer};
use center::views::{AppliedView, PlanKind, PlanView};
use serde_json::json;
use std::path::PathBuf;

use crate::console::Console;
use crate::failure::{Failure, Outcome};
use crate::input;
use crate::screen::{Page, Screen};
use crate::words;

/// The answers that can be given beforehand.
#[derive(Debug, clap::Args)]
pub struct ReviewArgs {
    /// Agree to what the review shows, without being asked
    #[arg(long, short)]
    yes: bool,
    /// Trust the package's publisher from now on, under this name
    #[arg(long, value_name = "LABEL", requires_all = ["namespace", "checked"])]
    trust: Option<String>,
    /// For which plugin ids, such as 'com.example.*'; may be given several times
    #[arg(long, value_name = "IDS", requires = "trust")]
    namespace: Vec<String>,
    /// How you compared the check code, such as "by phone"
    #[arg(long, value_name = "HOW", requires = "trust")]
    checked: Option<String>,
    /// Switch it on at once, if nothing stands against it
    #[arg(long)]
    turn_on: bool,
}

/// Plans the package in `file`, shows what would happen, and does it if that is agreed.
pub async fn review(console: &Console, file: PathBuf, args: ReviewArgs) -> Outcome {
    carry_out(console, Request::PackagePlan { path: file, locale: words::locale() }, args).await
}

/// Asks for a plan, shows what would happen, and does it if that is agreed.
pub async fn carry_out(console: &Console, request: Request, args: ReviewArgs) -> Outcome {
    let Some(view) = console.ask::<Option<PlanView>>(request).await? else {
        return console.screen.show(&json!(null), |page| {
            page.line("Its package is back in its place; nothing else was changed.");
        });
    };
    let answers = answered(console, &view, &args).await?;
    let turn_on = answers.turn_on;
    let done = apply(console, &view, answers).await?;
    console.screen.show(&done, |page| page.line(applied(&view, &done, turn_on)))
}

/// Asks for a plan.
pub async fn plan(console: &Console, request: Request) -> Outcome<PlanView> {
    console.ask(request).await
}

/// Shows what would happen and takes the answers, given beforehand or now; without them the plan is forgotten.
pub async fn answered(console: &Console, plan: &PlanView, args: &ReviewArgs) -> Outcome<Answers> {
    console.screen.tell(|page| show(page, plan))?;
    match decide(console.screen, plan, args) {
        Ok(answers) => Ok(answers),
        Err(failure) => {
            // The plan ends by itself after 30 minutes; what matters is why it was not carried out.
            let _ = console.tell(Request::PlanDiscard { plan: plan.plan.clone() }).await;
            Err(failure.details(json!({ "plan": plan })))
        }
    }
}

/// Carries out a plan.
pub async fn apply(console: &Console, plan: &PlanView, answers: Answers) -> Outcome<AppliedView> {
    console.ask(Request::PackageApply { plan: plan.plan.clone(), answers }).await
}

impl ReviewArgs {
    /// Whether there is somebody to ask.
    fn asks(&self, screen: Screen) -> bool {
        !self.yes && !screen.is_json() && input::is_interactive()
    }

    /// Passes after a yes, given beforehand or now.
    pub fn agree(&self, screen: Screen, question: &str) -> Outcome {
        if self.yes {
            return Ok(());
        }
        if !self.asks(screen) {
            let hint = "Look at it, then repeat the command with `--yes`.";
            return Err(waits("nobody agreed to the review", hint));
        }
        match input::confirm(question)? {
            true => Ok(()),
            false => Err(Failure::new("declined", "declined; nothing was changed", "")),
        }
    }

    /// The trust given beforehand.
    fn trust(&self) -> Option<TrustAnswer> {
        let (label, checked) = self.trust.clone().zip(self.checked.clone())?;
        Some(TrustAnswer { label, namespaces: self.namespace.clone(), checked })
    }
}

fn decide(screen: Screen, plan: &PlanView, args: &ReviewArgs) -> Outcome<Answers> {
    let trust = match args.trust() {
        _ if plan.trusted => None,
        Some(given) => Some(given),
        None if args.asks(screen) => Some(ask_for_trust(plan)?),
        None => return Err(untrusted()),
    };
    args.agree(screen, question(plan))?;
    Ok(Answers { trust, capabilities: true, turn_on: args.turn_on, ..Answers::default() })
}

fn untrusted() -> Failure {
    let hint = "Compare the check code with the publisher, then repeat with `--trust LABEL --namespace IDS --checked HOW`.";
    waits("its publisher is not trusted yet", hint)
}

fn waits(message: &str, hint: &str) -> Failure {
    Failure::new("approval_needed", format!("{message}; nothing of it runs"), hint)
}

fn ask_for_trust(plan: &PlanView) -> Outcome<TrustAnswer> {
    let family = family(plan.plugin.as_ref());
    let choices = format!(
        "Is the check code the same?\n  1  yes: trust them for all plugins named {family}\n  2  yes: trust them for {} only\n  3  I cannot check now: keep it waiting\nYour choice [3]: ",
        plan.plugin
    );
    let namespace = match input::ask(&choices)?.trim() {
        "1" => family,
        "2" => plan.plugin.to_string(),
        _ => return Err(untrusted()),
    };
    let checked = input::ask("How did you compare it (such as: by phone)? ")?;
    Ok(TrustAnswer { label: plan.publisher.clone(), namespaces: vec![namespace], checked })
}

/// The ids that share all but the last part.
fn family(id: &str) -> String {
    id.rsplit_once('.').map_or_else(|| id.into(), |(parent, _)| format!("{parent}.*"))
}

fn question(plan: &PlanView) -> &'static str {
    match (plan.kind, plan.trusted) {
        (PlanKind::Upgrade, _) => "Upgrade it?",
        (PlanKind::GoBack, _) => "Go back to it?",
        (_, true) => "Install it?",
        (_, false) => "Trust the publisher and install it?",
    }
}

fn show(page: &mut Page, plan: &PlanView) {
    let act = match plan.kind {
        PlanKind::Upgrade => "Upgrade",
        PlanKind::GoBack => "Go back to",
        PlanKind::Install | PlanKind::Reinstall => "Install",
    };
    page.heading(format!(
        "{act} \"{}\" {}? ({}, {})",
        plan.name,
        plan.version,
        plan.plugin,
        words::size(plan.size)
    ));
    who_made_it(page, plan);
    page.heading("WHAT IT MAY DO");
    lines(page, words::capabilities(&plan.capabilities), nothing_asked(plan));
    page.heading("WHAT HAPPENS");
    lines(page, what_happens(plan), "");
}

fn who_made_it(page: &mut Page, plan: &PlanView) {
    page.heading("WHO MADE IT");
    if plan.trusted {
        page.line(format!("  {} (trusted)", plan.publisher));
    } else {
        page.line(format!(
            "  It says it comes from \"{}\". This is the first package from this key.",
            plan.publisher
        ));
        page.line("  Compare the check code with the one on their website or contract, or ask by phone.");
        page.line("  Do not use a code that came together with the file.");
    }
    page.line(format!("  Check code:  {}", plan.check_code));
    page.line(format!("  Fingerprint: {}", plan.fingerprint));
    if plan.encrypted {
        page.line("  It came encrypted for this center.");
    }
}

fn nothing_asked(plan: &PlanView) -> &'static str {
    if plan.kind.replaces() { "  nothing new" } else { "  nothing but its own data" }
}

fn what_happens(plan: &PlanView) -> Vec<String> {
    let mut happens = vec![match (&plan.kind, &plan.from) {
        (PlanKind::Upgrade | PlanKind::GoBack, from) => {
            let from = from.as_deref().unwrap_or("the installed version");
            format!(
                "{from} is replaced by {}. Settings, data and permissions are kept; it pauses for a moment.",
                plan.version
            )
        }
        (PlanKind::Reinstall, _) => "It comes back with its settings, data and permissions.".into(),
        (PlanKind::Install, _) => "It is added and stays off. Nobody can use it until you choose who.".into(),
    }];
    if !plan.missing.is_empty() {
        happens.push(format!("Still to be filled in: {}.", plan.missing.join(", ")));
    }
    if let Some(other) = &plan.resembles {
        happens.push(format!(
            "Look twice: it could be taken for \"{}\" ({}), which is installed and is another plugin.",
            other.name, other.plugin
        ));
    }
    happens.extend(plan.dependencies.iter().map(|one| format!("It needs {}.", words::dependency(one))));
    happens.extend(
        plan.conflicts.iter().map(|one| format!("It cannot be installed now: {}.", words::conflict(one))),
    );
    happens.extend(plan.warnings.iter().map(|warning| format!("Note: {warning}")));
    happens
}

fn lines(page: &mut Page, lines: Vec<String>, none: &str) {
    if lines.is_empty() {
        page.line(none);
    }
    for line in lines {
        page.line(format!("  {line}"));
    }
}

/// What was done, in a sentence.
pub fn applied(plan: &PlanView, applied: &AppliedView, turn_on: bool) -> String {
    match (applied.kind, &applied.not_turned_on) {
        (PlanKind::Upgrade | PlanKind::GoBack, _) => format!("{} is now {}.", plan.name, applied.version),
        (_, Some(why)) => {
            format!("{} {} is installed, and stays off: {}.", plan.name, applied.version, why.message)
        }
        (_, None) if turn_on => format!("{} {} is installed and turned on.", plan.name, applied.version),
        (_, None) => {
            format!(
                "{} {} is installed. `sprocket on {}` turns it on.",
                plan.name, applied.version, applied.plugin
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(trusted: bool) -> PlanView {
        serde_json::from_value(json!({
            "plan": "p", "kind": "install", "plugin": "com.example.chatbot", "name": "FAQ bot", "version": "1.4.0",
            "from": null, "digest": "d", "size": 3_355_443, "publisher": "Example Ltd", "key": "ed25519:x",
            "fingerprint": "ab12", "check_code": "41830 92217", "trusted": trusted, "capabilities": {},
            "approve_capabilities": false, "missing": ["Client ID"], "warnings": [], "file": "chatbot.spk", "files": 4, "encrypted": false, "resembles": null,
            "description": "", "icon": null, "dependencies": [], "license": "none", "licensed": true, "namespaces": ["com.example.*"],
            "removed": {}, "settings": null, "conflicts": [], "permissions_added": [], "permissions_removed": []
        }))
        .unwrap()
    }

    fn args(yes: bool, trust: bool) -> ReviewArgs {
        ReviewArgs {
            yes,
            trust: trust.then(|| "Example".into()),
            namespace: vec!["com.example.*".into()],
            checked: trust.then(|| "by phone".into()),
            turn_on: false,
        }
    }

    #[test]
    fn an_unknown_publisher_is_never_trusted_by_saying_yes() {
        let screen = Screen::new(true);
        assert_eq!(
            decide(screen, &plan(false), &args(true, false)).unwrap_err().view().code,
            "approval_needed"
        );
        let trust = decide(screen, &plan(false), &args(true, true)).unwrap().trust.unwrap();
        assert_eq!((trust.label.as_str(), trust.checked.as_str()), ("Example", "by phone"));
        assert_eq!(decide(screen, &plan(true), &args(true, true)).unwrap().trust, None);
    }

    #[test]
    fn nothing_is_agreed_to_by_silence() {
        let silent = decide(Screen::new(true), &plan(true), &args(false, false)).unwrap_err();
        assert_eq!(silent.exit(), crate::exit::Exit::Waits);
    }

    #[test]
    fn a_family_shares_all_but_the_last_part() {
        assert_eq!(family("com.example.chatbot"), "com.example.*");
        assert_eq!(family("com.example.desk.mail"), "com.example.desk.*");
    }
}
