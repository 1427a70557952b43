//! An account's own plugins, as it sees them and as a superadmin looks at them. Decides nothing by itself: `permissions` does.

use spk::PluginId;
use spk::manifest::Command;

use crate::actor::{AccountId, Actor, Role};
use crate::error::Result;
use crate::permissions::{self, Condition, has, why};
use crate::snapshot::{PluginFacts, Snapshot};
use crate::store::Store;
use crate::views::{CommandView, MinePluginView, MineView, SeenPluginView, TitledView};

/// How a plugin is now, and its icon.
type Now = (Condition, Option<String>);

/// The plugins of which the asker has a permission, whether they run or not, and who can give access to others.
///
/// # Errors
/// `not_signed_in`.
pub fn mine(
    store: &Store,
    actor: &Actor,
    now: impl Fn(&PluginId, &PluginFacts) -> Now,
    locale: &str,
) -> Result<MineView> {
    let account = actor.must_be_signed_in()?.account();
    let snapshot = store.snapshot();
    let plugins = of(&snapshot, account, now, locale).into_iter().map(|(_, plugin)| plugin).collect();
    Ok(MineView { plugins, contacts: contacts(&snapshot) })
}

/// What an account sees of its plugins, and why; for those who manage.
///
/// # Errors
/// `not_a_superadmin`; `not_found` for an account that is not there.
pub fn seen_as(
    store: &Store,
    (actor, account): (&Actor, AccountId),
    now: impl Fn(&PluginId, &PluginFacts) -> Now,
    locale: &str,
) -> Result<Vec<SeenPluginView>> {
    actor.must_manage()?;
    let snapshot = store.snapshot();
    permissions::must_be_there(&snapshot, account)?;
    let seen = |(condition, plugin): (Condition, MinePluginView)| {
        let why = |permission: &TitledView| why(&snapshot, condition, account, &plugin.id, &permission.id);
        SeenPluginView { why: plugin.permissions.iter().map(why).collect(), plugin }
    };
    Ok(of(&snapshot, account, now, locale).into_iter().map(seen).collect())
}

/// By name.
fn of(
    snapshot: &Snapshot,
    account: AccountId,
    now: impl Fn(&PluginId, &PluginFacts) -> Now,
    locale: &str,
) -> Vec<(Condition, MinePluginView)> {
    let views = snapshot.plugins.iter().filter_map(|(plugin, facts)| {
        let mut view = view(snapshot, account, (plugin, facts), locale)?;
        let (condition, icon) = now(plugin, facts);
        (view.running, view.icon) = (condition.running, icon);
        Some((condition, view))
    });
    let mut plugins: Vec<_> = views.collect();
    plugins.sort_by(|(_, a), (_, b)| (a.name.to_lowercase(), &a.id).cmp(&(b.name.to_lowercase(), &b.id)));
    plugins
}

/// `None` for a plugin of which the account has nothing.
fn view(
    snapshot: &Snapshot,
    account: AccountId,
    (plugin, facts): (&PluginId, &PluginFacts),
    locale: &str,
) -> Option<MinePluginView> {
    let mut permissions = permissions::titled(facts, locale);
    permissions.retain(|permission| has(snapshot, account, plugin, &permission.id));
    if permissions.is_empty() {
        return None;
    }
    let manifest = &facts.package.manifest;
    let texts = manifest.localised(&facts.package.texts, locale);
    let may_call = |command: &&Command| permissions.iter().any(|own| own.id == command.permission);
    let command =
        |command: &Command| CommandView { id: command.id.clone(), permission: command.permission.clone() };
    let commands = manifest.commands.iter().filter(may_call).map(command).collect();
    Some(MinePluginView {
        id: plugin.clone(),
        name: texts.name,
        version: manifest.version.to_string(),
        description: texts.description,
        icon: None,
        running: false,
        permissions,
        commands,
    })
}

fn contacts(snapshot: &Snapshot) -> Vec<String> {
    let can_help = snapshot.accounts.values().filter(|facts| facts.enabled && facts.role == Role::Superadmin);
    let mut names: Vec<_> = can_help.map(|facts| facts.name.clone()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::error::Code;
    use crate::permissions::{Granting, grant};
    use crate::snapshot::Subject;
    use crate::store::System;
    use crate::test_world::{NOW, World};
    use crate::views::{Obstacle, SourceView, WhyView};

    fn install(world: &World, id: &str, name: &str) -> PluginId {
        world.install(&json!({
            "id": id, "name": name, "version": "1.0.0", "publisher": "Example", "library": {},
            "permissions": [{ "id": "use", "title": "Ask" }, { "id": "train" }],
            "commands": [{ "id": "ask", "permission": "use" }, { "id": "learn", "permission": "train" }],
        }))
    }

    fn running(running: bool) -> Condition {
        Condition { running, licensed: true }
    }

    fn ids(view: &MineView) -> Vec<&str> {
        view.plugins.iter().map(|plugin| plugin.id.as_str()).collect()
    }

    #[test]
    fn an_account_sees_what_it_was_granted_and_what_it_may_call_in_it() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let (one, two) =
            (install(&world, "com.example.one", "Zebra"), install(&world, "com.example.two", "ant"));
        install(&world, "com.example.three", "Three");
        let alice = world.person("alice", Role::Account);
        for (plugin, permission, subject) in [
            (&one, "train", Subject::Everyone),
            (&two, "use", Subject::Account { id: alice.account }),
            (&two, "train", Subject::Account { id: AccountId(1) }),
        ] {
            let new = Granting { plugin, permission, subject, revision: None };
            grant(world.parts(), &boss, new, NOW).unwrap();
        }
        let alice = Actor::Person(alice);
        let seen = mine(&world.store, &alice, |plugin, _| (running(*plugin == one), None), "en").unwrap();
        assert_eq!(ids(&seen), ["com.example.two", "com.example.one"], "by name, without regard to case");
        let [ant, zebra] = &seen.plugins[..] else { panic!("two") };
        assert_eq!((ant.running, zebra.running), (false, true));
        let titles = |view: &MinePluginView| -> Vec<String> {
            view.permissions.iter().map(|permission| permission.title.clone()).collect()
        };
        assert_eq!((titles(ant), titles(zebra)), (vec!["Ask".to_owned()], vec!["train".to_owned()]));
        let calls = |view: &MinePluginView| -> Vec<String> {
            view.commands.iter().map(|command| command.id.clone()).collect()
        };
        assert_eq!((calls(ant), calls(zebra)), (vec!["ask".to_owned()], vec!["learn".to_owned()]));
    }

    #[test]
    fn a_superadmin_sees_all_and_those_who_can_help_are_enabled_superadmins() {
        let world = World::new();
        let boss = world.superadmin("boss");
        install(&world, "com.example.one", "One");
        world.person("gone", Role::Superadmin);
        world.person("alice", Role::Account);
        let disable = "UPDATE accounts SET enabled = 0 WHERE login = 'gone'";
        world.store.note(System("test"), |tx| Ok(tx.execute(disable, [])?)).unwrap();
        let seen = mine(&world.store, &boss, |_, _| (running(true), Some("data:".into())), "en").unwrap();
        assert_eq!((ids(&seen), &seen.contacts[..]), (vec!["com.example.one"], &["boss".to_owned()][..]));
        assert!(
            mine(&world.store, &Actor::Nobody, |_, _| (running(true), Some("data:".into())), "en").is_err()
        );
    }
    #[test]
    fn a_superadmin_sees_what_an_account_sees_and_why_and_nobody_else_does() {
        let world = World::new();
        let boss = world.superadmin("boss");
        let one = install(&world, "com.example.one", "One");
        install(&world, "com.example.two", "Two");
        let alice = world.person("alice", Role::Account);
        let account = alice.account;
        let new = Granting { plugin: &one, permission: "train", subject: Subject::Everyone, revision: None };
        grant(world.parts(), &boss, new, NOW).unwrap();
        let unlicensed = |_: &PluginId, _: &PluginFacts| (Condition { running: true, licensed: false }, None);
        let seen = seen_as(&world.store, (&boss, account), unlicensed, "en").unwrap();
        let [SeenPluginView { plugin, why }] = &seen[..] else { panic!("{seen:?}") };
        assert_eq!((plugin.name.as_str(), plugin.permissions[0].id.as_str()), ("One", "train"));
        let everyone = SourceView::Grant { subject: Subject::Everyone, path: vec![] };
        assert_eq!(
            why[..],
            [WhyView { allowed: false, sources: vec![everyone], obstacles: vec![Obstacle::NoLicense] }]
        );

        let refused = |actor: &Actor, account| {
            seen_as(&world.store, (actor, account), unlicensed, "en").unwrap_err().code
        };
        assert_eq!(refused(&Actor::Person(alice), account), Code::NotASuperadmin);
        assert_eq!(refused(&boss, AccountId(99)), Code::NotFound);
    }
}
