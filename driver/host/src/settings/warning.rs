//! Settings that are likely not meant.

use std::collections::BTreeSet;
use std::fmt;

use peerwarden_core::{Config, IpNet, Subject};
use tracing::{Level, enabled, warn};

use super::known_kinds;
use crate::known_peer::KnownPeer;
use crate::log;
use crate::one_line::OneLine;
use crate::options::DriverOptions;
use crate::peer::PeerName;

/// A setting that makes sense, but most likely not the sense that was meant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SettingsWarning {
    pub(super) line: Option<usize>,
    key: String,
    value: String,
    advice: String,
}

impl SettingsWarning {
    /// How many there are of one text, at most: 100. More would say the same.
    pub const MOST: usize = 100;

    /// The line it is in, counted from 1, if it was read from a file of its own.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// The setting, or `weights.` and the kind of misdeed.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it does, and what was meant perhaps.
    #[must_use]
    pub fn advice(&self) -> &str {
        &self.advice
    }
}

/// `line 3: min_score is 10: ..`.
impl fmt::Display for SettingsWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{} is {}: {}", self.key, self.value, OneLine(&self.advice))
    }
}

/// What is likely not meant, in the order of the example file.
pub(super) fn of<P: PeerName, A: KnownPeer<P>>(
    config: &Config,
    options: &DriverOptions<P, A>,
) -> Vec<SettingsWarning> {
    let lists = in_both(options).chain(whole_families(config, options));
    let all = lists.chain(min_score(config)).chain(nearly_known(config));
    all.take(SettingsWarning::MOST).collect()
}

/// Logs the first few, and says whether there are any and somebody listens. The others are for
/// [`Settings::warnings`](super::Settings::warnings).
pub(super) fn log(warnings: &[SettingsWarning]) -> bool {
    for warning in warnings.iter().take(LOGGED) {
        warn!(target: log::TARGET, "settings: {warning}");
    }
    if let Some(more) = warnings.len().checked_sub(LOGGED).filter(|more| *more > 0) {
        warn!(target: log::TARGET, "settings: {more} more such warnings");
    }
    !warnings.is_empty() && enabled!(target: log::TARGET, Level::WARN)
}

fn warning(key: impl ToString, value: impl ToString, advice: impl Into<String>) -> SettingsWarning {
    SettingsWarning {
        line: None,
        key: key.to_string(),
        value: value.to_string(),
        advice: advice.into(),
    }
}

fn in_both<P: PeerName, A: KnownPeer<P>>(
    options: &DriverOptions<P, A>,
) -> impl Iterator<Item = SettingsWarning> + '_ {
    let statics = options.static_peers().iter().map(|peer| Subject::Peer(peer.peer().clone()));
    let protected: BTreeSet<_> =
        options.protect().iter().cloned().chain(statics).map(Subject::canonical).collect();
    let both = move |subject: &&Subject<P>| protected.contains(&(*subject).clone().canonical());
    options.ban().iter().filter(both).map(|subject| {
        warning("ban", subject, "it is in protect as well, which a ban of exactly that overrules")
    })
}

/// Networks that hold everything, or that look as if they held all of IPv4 and hold none of it.
fn whole_families<'a, P: PeerName, A: KnownPeer<P>>(
    config: &'a Config,
    options: &'a DriverOptions<P, A>,
) -> impl Iterator<Item = SettingsWarning> + 'a {
    let of = |key: &'static str, list: &'a [Subject<P>]| {
        list.iter().filter_map(move |subject| match subject {
            Subject::Addr(net) => Some((key, *net)),
            Subject::Peer(_) => None,
        })
    };
    let exempt = config.exempt().iter().map(|net| ("exempt", *net));
    let all = of("protect", options.protect()).chain(of("ban", options.ban())).chain(exempt);
    all.filter_map(|(key, net)| {
        let mapped = matches!(net, IpNet::V6(v6) if v6.prefix_len() > 0
            && v6.prefix_len() <= MAPPED_LEN
            && v6.contains(&std::net::Ipv4Addr::UNSPECIFIED.to_ipv6_mapped()));
        let advice = if mapped {
            "it holds no IPv4 address: give \"0.0.0.0/0\" if all of IPv4 is meant"
        } else if net.prefix_len() == 0 {
            "it holds every address of its family"
        } else {
            return None;
        };
        Some(warning(key, net, advice))
    })
}

fn min_score(config: &Config) -> Option<SettingsWarning> {
    let score = config.min_score();
    (config.scores() && score.get() > 0.0).then(|| {
        let advice = "it bans every peer that has not earned more, and a new one has 0: give a \
                      number below 0, such as -100";
        warning("min_score", score, advice)
    })
}

fn nearly_known(config: &Config) -> impl Iterator<Item = SettingsWarning> + '_ {
    config.weights().filter_map(|(kind, penalty)| {
        let known = known_kinds::nearest(kind.as_str())?;
        let advice =
            format!("no peer does that unless this node reports it: did you mean {known}?");
        Some(warning(format_args!("weights.{kind}"), penalty, advice))
    })
}

/// How many warnings are logged.
const LOGGED: usize = 10;

/// The length of the network of IPv4 addresses that are written as IPv6.
const MAPPED_LEN: u8 = 96;
