//! What licenses are worth: a pure function of the license, the facts around it and the time. Knows no store and no clock.

use std::cmp::Reverse;

use jiff::Timestamp;
use spk::{InstallationCode, License, PluginId, PublicKey};

use super::Held;
use crate::clock::UnixMs;
use crate::views::LicenseVerdict as Verdict;

/// So long before the end a superadmin is told, in milliseconds: 30 days.
pub const WARN_BEFORE: UnixMs = 30 * 24 * 60 * 60 * 1000;
/// A term that begins within this time after another ends leaves no gap, in milliseconds: terms are in whole seconds.
const SEAMLESS: UnixMs = 1000;

/// What a license is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The plugin.
    pub plugin: &'a PluginId,
    /// Who may issue licenses for it.
    pub issuers: Issuers<'a>,
    /// This center.
    pub installation: InstallationCode,
    /// How many accounts use the plugin.
    pub used: usize,
    /// The time.
    pub now: UnixMs,
}

/// Who may issue licenses for a plugin.
#[derive(Debug, Clone, Copy)]
pub struct Issuers<'a> {
    /// The keys that its signed plugin.json names.
    pub named: &'a [PublicKey],
    /// Its own publisher's key, if trusted.
    pub publisher: Option<PublicKey>,
}

impl Issuers<'_> {
    fn contain(&self, key: &PublicKey) -> bool {
        self.named.contains(key) || self.publisher == Some(*key)
    }
}

/// How long licenses let a plugin run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cover {
    /// Not now.
    None,
    /// Up to and with this moment.
    Until(UnixMs),
    /// Without an end.
    Forever,
}

/// What one license is worth.
#[must_use]
pub fn judge(held: &Held, facts: Facts<'_>) -> Verdict {
    let Some(license) = &held.license else { return Verdict::Tampered };
    if let Some(verdict) = unfit(license, facts) {
        return verdict;
    }
    let (from, to) = term(license);
    match license.seats {
        _ if from.is_some_and(|from| facts.now < from) => {
            Verdict::NotYetValid { from: from.unwrap_or_default() }
        }
        _ if to.is_some_and(|to| facts.now > to) => Verdict::Expired { at: to.unwrap_or_default() },
        Some(seats) if facts.used >= seats as usize => Verdict::SeatsFull { seats, used: facts.used },
        _ => Verdict::Valid,
    }
}

/// Whether the plugin may run by a license of this verdict.
#[must_use]
pub fn lets_run(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Valid | Verdict::SeatsFull { .. })
}

/// What no passing of time mends.
fn unfit(license: &License, facts: Facts<'_>) -> Option<Verdict> {
    if license.plugin != *facts.plugin {
        return Some(Verdict::OtherPlugin { plugin: license.plugin.to_string() });
    }
    if !facts.issuers.contain(&license.issuer) {
        return Some(Verdict::UnknownIssuer { fingerprint: license.issuer.fingerprint() });
    }
    let other = license.installation.filter(|code| *code != facts.installation)?;
    Some(Verdict::OtherInstallation { code: other.to_string() })
}

/// First and last moment.
pub(super) fn term(license: &License) -> (Option<UnixMs>, Option<UnixMs>) {
    let [from, to] = [license.not_before, license.not_after];
    (from.map(Timestamp::as_millisecond), to.map(Timestamp::as_millisecond))
}

/// All licenses with their verdicts, the one that counts first: one that lets run, not full, longest, most seats.
#[must_use]
pub fn ranked<'a>(held: &'a [std::sync::Arc<Held>], facts: Facts<'_>) -> Vec<(&'a Held, Verdict)> {
    let mut judged: Vec<_> = held.iter().map(|held| (&**held, judge(held, facts))).collect();
    judged.sort_by_cached_key(|(held, verdict)| {
        let license = held.license.as_ref();
        let end = license.and_then(|license| license.not_after);
        let seats = license.and_then(|license| license.seats);
        let endless = end.is_none() && license.is_some();
        let unlimited = seats.is_none() && license.is_some();
        (worth(verdict), Reverse(endless), Reverse(end), Reverse(unlimited), Reverse(seats), held.id)
    });
    judged
}

/// Lower is better.
fn worth(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Valid => 0,
        Verdict::SeatsFull { .. } => 1,
        Verdict::NotYetValid { .. } => 2,
        Verdict::Expired { .. } => 3,
        Verdict::OtherInstallation { .. } => 4,
        Verdict::OtherPlugin { .. } | Verdict::UnknownIssuer { .. } => 5,
        Verdict::Tampered => 6,
    }
}

/// The licenses that are right but for their term.
fn fitting<'a>(
    held: &'a [std::sync::Arc<Held>],
    facts: Facts<'a>,
) -> impl Iterator<Item = &'a License> + Clone {
    held.iter()
        .filter_map(|held| held.license.as_ref())
        .filter(move |license| unfit(license, facts).is_none())
}

/// How long the licenses let the plugin run from now on without a gap.
#[must_use]
pub fn cover(held: &[std::sync::Arc<Held>], facts: Facts<'_>) -> Cover {
    let terms = fitting(held, facts).map(term);
    let (mut reached, mut covered) = (facts.now - SEAMLESS, Cover::None);
    loop {
        let running = terms.clone().filter(|(from, _)| {
            from.is_none_or(|from| {
                from <= facts.now || (covered != Cover::None && from <= reached + SEAMLESS)
            })
        });
        match running.map(|(_, to)| to.unwrap_or(UnixMs::MAX)).max() {
            Some(UnixMs::MAX) => return Cover::Forever,
            Some(to) if to > reached && to >= facts.now => (reached, covered) = (to, Cover::Until(to)),
            _ => return covered,
        }
    }
}

/// The next moment at which something about these licenses is another matter; `None`: never.
#[must_use]
pub fn next_change(held: &[std::sync::Arc<Held>], facts: Facts<'_>) -> Option<UnixMs> {
    let moments = |license: &License| {
        let (from, to) = term(license);
        [from, to.map(|to| to + 1), to.map(|to| to - WARN_BEFORE)]
    };
    fitting(held, facts).flat_map(moments).flatten().filter(|at| *at > facts.now).min()
}

/// The most accounts that may be granted the plugin; `None`: any number, also if no license holds.
#[must_use]
pub fn seats(held: &[std::sync::Arc<Held>], facts: Facts<'_>) -> Option<u32> {
    let valid = |held: &&std::sync::Arc<Held>| lets_run(&judge(held, facts));
    let seats = held.iter().filter(valid).filter_map(|held| Some(held.license.as_ref()?.seats));
    seats.map(|seats| seats.unwrap_or(u32::MAX)).max().filter(|seats| *seats != u32::MAX)
}

#[cfg(test)]
mod tests;
