//! Sentences about a subject that an operator can act on.

use super::{Facts, OnePeer};
use crate::client::answers::{ActiveCause, Ban, Misdeed, lists};
use crate::client::reasons;
use crate::client::text::{brief, ordinal, plain, points};
use crate::words::count;

impl Facts {
    pub(super) fn describe(&self) -> String {
        let mut lines = Vec::new();
        match &self.ban {
            Some(ban) => self.banned(ban, &mut lines),
            None if self.wider.is_empty() => lines.push(format!("{} is not banned.", self.name)),
            None => {
                lines.push(format!("{} is not banned itself, and refused all the same.", self.name))
            }
        }
        match &self.peer {
            Some(one) => self.known(one, &mut lines),
            None => self.unknown(&mut lines),
        }
        let itself = "it is itself";
        let wider = self.wider.iter().map(|it| reasons::sentence(it, itself, &self.clock));
        lines.extend(wider.map(|sentence| format!("What holds it is refused: {sentence}.")));
        if !self.inside.is_empty() {
            let names: Vec<_> =
                self.inside.iter().take(MOST_NAMED).map(|peer| plain(peer)).collect();
            let more = if self.inside.len() > MOST_NAMED { " and others" } else { "" };
            let peers = count(self.inside.len(), "connected peer");
            lines.push(format!("Inside it: {peers}, {}{more}.", names.join(", ")));
        }
        if !self.tags.is_empty() {
            lines.push(format!(
                "Protected by {}: automatic bans and lists pass it over, a ban by the operator does not.",
                plain(&self.tags.join(", "))
            ));
        }
        if self.incident {
            lines.push(
                "An incident is on: so many peers misbehave at once that the fault is likely this node's, \
                 and automatic bans of peers that have been here for a while are withheld."
                    .to_owned(),
            );
        }
        self.ways_out(&mut lines);
        lines.join("\n")
    }

    fn banned(&self, ban: &Ban, lines: &mut Vec<String>) {
        let clock = &self.clock;
        let (since, ago) = (clock.time_of_day(ban.began), clock.ago(ban.began));
        let until = clock.until(ban.until);
        lines.push(format!("{} is banned {until}, since {since} ({ago}).", self.name));
        let causes = ban.causes.iter().map(|active| self.cause(ban, active));
        lines.extend(causes);
        if !ban.misdeeds.is_empty() {
            lines.push(format!("Evidence: {}.", self.evidence(&ban.misdeeds)));
        }
    }

    fn cause(&self, ban: &Ban, active: &ActiveCause) -> String {
        let until = self.clock.until(active.until);
        let offence = match ban.offences {
            Some(number) if number > 0 => format!(", its {} offence", ordinal(number)),
            Some(_) | None => String::new(),
        };
        let note = ban.notes.of(&active.cause).map(|note| format!(": {note}")).unwrap_or_default();
        match active.cause.as_str() {
            "penalty" => {
                let owed = self.peer.as_ref().map_or_else(String::new, |one| {
                    format!(
                        " of more than {} points{offence}. It owes {} now, which fall to 0",
                        points(one.threshold),
                        points(one.peer.status.penalty),
                    )
                });
                format!("By penalty{owed} {until}; further reports move that end.")
            }
            "score" => {
                let score = ban.score.map_or_else(String::new, |score| format!(" {score:.0}"));
                format!("By its score{score}{offence}, {until}.")
            }
            "application" => format!("By the application, which expelled it{offence}, {until}."),
            "address" => {
                format!("For what peers there did, {until}: inbound connections are refused.")
            }
            "operator" => format!("By the operator, {until}{note}."),
            "remote" => match lists(&ban.lists) {
                none if none.is_empty() => format!("By a list, {until}{note}."),
                some => format!("By {some}, {until}{note}."),
            },
            other => format!("By {}, {until}.", plain(other)),
        }
    }

    /// Most recent first.
    fn evidence(&self, misdeeds: &[Misdeed]) -> String {
        let each = misdeeds.iter().rev().map(|misdeed| {
            let (times, ago) = (misdeed.times, self.clock.ago(misdeed.last));
            format!("{times} {} (the last {ago})", plain(&misdeed.misbehavior))
        });
        each.collect::<Vec<_>>().join(", ")
    }

    fn known(&self, one: &OnePeer, lines: &mut Vec<String>) {
        let status = &one.peer.status;
        if self.ban.is_none() {
            lines.push(format!(
                "It owes {} points, and is banned above {}; offences on record: {}.",
                points(status.penalty),
                points(one.threshold),
                status.offences
            ));
            if !status.misdeeds.is_empty() {
                lines.push(format!("Reported: {}.", self.evidence(&status.misdeeds)));
            }
        }
        let ban = self.ban.as_ref();
        let at = status.addr.as_deref().or_else(|| ban?.addr.as_deref()).map(plain);
        let direction = status.direction.as_deref().or_else(|| ban?.direction.as_deref());
        let direction = direction.map_or_else(String::new, |it| format!(", {}", plain(it)));
        let since = status.connected_since.filter(|_| status.connected);
        lines.push(match (at, since) {
            (Some(at), Some(since)) => {
                let (since, ago) = (self.clock.time_of_day(since), self.clock.ago(since));
                format!("Connected at {at}{direction}, since {since} ({ago}).")
            }
            (Some(at), None) => format!("Last seen at {at}{direction}; not connected now."),
            (None, Some(since)) => format!("Connected, since {}.", self.clock.time_of_day(since)),
            (None, None) => "Not connected, and not seen at any address.".to_owned(),
        });
        if let Some(score) = one.peer.last_score {
            lines.push(format!("Its score was {score:.1} when it was last checked."));
        }
        if status.standing {
            lines.push(
                "In standing: bans of its network for what others there did do not apply to it."
                    .to_owned(),
            );
        }
    }

    fn unknown(&self, lines: &mut Vec<String>) {
        let is_peer = !self.name.contains(['.', ':', '/']);
        if is_peer && self.ban.is_none() {
            lines
                .push("The node holds nothing else of it: it has not been seen lately.".to_owned());
        }
    }

    fn ways_out(&self, lines: &mut Vec<String>) {
        let name = &self.name;
        if let Some(ban) = &self.ban {
            lines.push(format!("To lift it: peerwarden unban {name}"));
            let automatic =
                |active: &ActiveCause| !matches!(active.cause.as_str(), "operator" | "remote");
            if self.tags.is_empty() && ban.causes.iter().any(automatic) {
                lines.push(format!("To keep it from automatic bans: peerwarden protect {name}"));
            }
        }
        let mut networks: Vec<_> =
            self.wider.iter().filter_map(|it| it.network.as_deref()).collect();
        networks.dedup();
        for network in networks {
            let subject = brief(&format!("addr:{network}"));
            lines.push(format!("To lift the ban of {subject}: peerwarden unban {subject}"));
        }
    }
}

/// The most peers inside a network that are named.
const MOST_NAMED: usize = 5;
