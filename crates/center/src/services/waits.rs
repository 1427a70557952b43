//! Who waits for whom, and whether anybody could ever go on. Pure.

use std::collections::HashSet;

use spk::PluginId;

/// A call of a plugin that waits for a service of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    pub caller: PluginId,
    /// The caller's number for it.
    pub call: u64,
    pub provider: PluginId,
}

/// Whether a further wait would never end: its caller would belong to plugins that wait, with all the calls that each works
/// on at once, for nobody but each other. `at_once`: how many those are.
pub fn stuck(waits: &[Wait], new: &Wait, at_once: impl Fn(&PluginId) -> usize) -> bool {
    // Nearly always the provider has a place: then nothing needs to be looked into.
    if calls(waits, &new.provider, |_| true) < at_once(&new.provider) {
        return false;
    }
    let waits = [waits, std::slice::from_ref(new)].concat();
    let mut stuck: HashSet<&PluginId> = waits.iter().map(|wait| &wait.caller).collect();
    loop {
        let held = |plugin: &&PluginId| {
            calls(&waits, plugin, |provider| stuck.contains(provider)) >= at_once(plugin)
        };
        let still: HashSet<_> = stuck.iter().copied().filter(held).collect();
        if still.len() == stuck.len() {
            return still.contains(&new.caller);
        }
        stuck = still;
    }
}

/// How many calls of a plugin wait for such providers.
fn calls(waits: &[Wait], caller: &PluginId, such: impl Fn(&PluginId) -> bool) -> usize {
    let waiting = waits.iter().filter(|wait| wait.caller == *caller && such(&wait.provider));
    waiting.map(|wait| wait.call).collect::<HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait((caller, call, provider): (&str, u64, &str)) -> Wait {
        let id = |name: &str| format!("com.example.{name}").parse().unwrap();
        Wait { caller: id(caller), call, provider: id(provider) }
    }

    /// Every plugin works on one call at once, but `wide` on two.
    fn is_stuck(waits: &[(&str, u64, &str)], new: (&str, u64, &str)) -> bool {
        let waits: Vec<_> = waits.iter().copied().map(wait).collect();
        stuck(&waits, &wait(new), |plugin| if plugin.as_str().ends_with("wide") { 2 } else { 1 })
    }

    #[test]
    fn two_plugins_that_wait_for_each_other_with_their_only_call_are_stuck() {
        assert!(is_stuck(&[("a", 1, "b")], ("b", 1, "a")));
        assert!(!is_stuck(&[("a", 1, "b")], ("c", 1, "a")), "`b` can still answer");
        assert!(!is_stuck(&[], ("b", 1, "a")));
    }

    #[test]
    fn so_are_three_in_a_circle() {
        assert!(is_stuck(&[("a", 1, "b"), ("b", 1, "c")], ("c", 1, "a")));
        assert!(!is_stuck(&[("a", 1, "b"), ("b", 1, "c")], ("c", 1, "d")));
    }

    #[test]
    fn a_plugin_with_a_free_place_is_not_and_one_whose_places_all_wait_is() {
        assert!(!is_stuck(&[("wide", 1, "b")], ("b", 1, "wide")));
        assert!(!is_stuck(&[("wide", 1, "b"), ("wide", 1, "b")], ("b", 1, "wide")), "one call, two services");
        assert!(!is_stuck(&[("wide", 1, "b"), ("wide", 2, "c")], ("b", 1, "wide")), "`c` answers one");
        assert!(is_stuck(&[("wide", 1, "b"), ("wide", 2, "b")], ("b", 1, "wide")));
    }
}
