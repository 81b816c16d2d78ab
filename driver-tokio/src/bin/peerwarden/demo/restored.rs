//! State that the guarded node restored from its store.

use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use peerwarden_tokio::{Ban, Cause, Causes, Handle, Instant, Points, Subject, Until, Verdict};

use crate::demo::network::BoxError;
use crate::demo::observation::Observation;
use crate::demo::participants::{Participant, Participants};
use crate::demo::script::Script;

/// Whom the guard remembers, and what of.
#[derive(Debug, Default)]
pub(crate) struct Restored {
    participants: Vec<Record>,
    strangers: Vec<(String, Sentence)>,
    /// Bans beyond those strangers.
    more: usize,
    /// Whether nobody may connect from where everybody is.
    loopback_is_banned: bool,
}

/// A ban that is in force.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sentence {
    pub(crate) causes: Vec<Cause>,
    /// How long it will still last; `None` if for ever.
    pub(crate) left: Option<Duration>,
}

/// What is held against one of the participants.
#[derive(Debug)]
struct Record {
    who: Participant,
    banned: Option<Sentence>,
    protected: bool,
    offences: u32,
    owes: Points,
}

impl Restored {
    /// What `warden` knows.
    pub(crate) fn read(warden: &Handle, participants: &Participants) -> Result<Self, BoxError> {
        let now = warden.now()?;
        let mut restored = Self {
            loopback_is_banned: warden.check_addr(Ipv4Addr::LOCALHOST.into())? != Verdict::Allow,
            ..Self::default()
        };
        for (who, key) in participants.peers() {
            let Some(status) = warden.status(&key.public().to_peer_id())? else {
                continue;
            };
            let banned = status.until().map(|until| Sentence::new(status.causes, until, now));
            let (protected, offences, owes) = (status.protected, status.offences, status.penalty);
            restored.participants.push(Record { who, banned, protected, offences, owes });
        }
        let mut page = warden.bans(None, PAGE)?;
        while let Some(last) = page.last() {
            let cursor = last.cursor;
            for ban in &page {
                restored.meet_stranger(ban, participants, now);
            }
            page = warden.bans(Some(cursor), PAGE)?;
        }
        Ok(restored)
    }

    fn meet_stranger(&mut self, ban: &Ban, participants: &Participants, now: Instant) {
        let subject = match &ban.subject {
            Subject::Peer(peer) if participants.name(peer).is_some() => return,
            Subject::Peer(peer) => peer.to_string(),
            Subject::Addr(network) => network.to_string(),
        };
        if self.strangers.len() < STRANGERS {
            self.strangers.push((subject, Sentence::new(ban.causes, ban.until, now)));
        } else {
            self.more += 1;
        }
    }

    /// All of it, to be told.
    pub(crate) fn observations(&self) -> impl Iterator<Item = Observation> {
        let participants = self.participants.iter().map(|record| Observation::Remembered {
            who: record.who,
            banned: record.banned.clone(),
            protected: record.protected,
            offences: record.offences,
            owes: record.owes,
        });
        let strangers = self.strangers.iter().map(|(subject, banned)| {
            Observation::RememberedStranger { subject: subject.clone(), banned: banned.clone() }
        });
        let more = (self.more > 0).then_some(Observation::RememberedMore { bans: self.more });
        participants.chain(strangers).chain(more)
    }

    /// How long `who` stays banned, if it is.
    pub(crate) fn left(&self, who: Participant) -> Option<Duration> {
        let record = self.participants.iter().find(|record| record.who == who)?;
        record.banned.as_ref().map(|banned| banned.left.unwrap_or(Duration::MAX))
    }

    /// How long it takes until nobody of the participants is banned.
    pub(crate) fn longest_left(&self) -> Duration {
        self.participants
            .iter()
            .filter_map(|record| self.left(record.who))
            .max()
            .unwrap_or_default()
    }

    /// Which story this makes it.
    pub(crate) fn play(&self) -> Script {
        let offences = |record: &&Record| record.who == Participant::Spammer && record.offences > 0;
        match (self.left(Participant::Spammer), self.participants.iter().find(offences)) {
            (Some(left), _) if left >= ENOUGH_TO_KNOCK => Script::StillOut,
            (Some(_), _) | (None, Some(_)) => Script::Again,
            (None, None) => Script::First,
        }
    }

    /// Whether there can be a story at all with what is in `file`; if not, what to do.
    pub(crate) fn check(&self, file: &Path) -> Result<(), BoxError> {
        let file = file.display();
        let way_out = "give another directory as --data-dir";
        if self.loopback_is_banned {
            return Err(format!(
                "{file} has a ban of 127.0.0.1, where all of the demo's nodes are: {way_out}"
            )
            .into());
        }
        for Record { who, banned, .. } in &self.participants {
            let Some(banned) = banned else {
                continue;
            };
            let by_the_demo = matches!(who, Participant::Sneak | Participant::Spammer);
            match banned.left {
                Some(left) if by_the_demo && left <= PATIENCE => {}
                Some(left) if by_the_demo => {
                    let left = left.as_secs();
                    return Err(format!(
                        "in {file} the {who} is banned for {left} s more, and a story begins only \
                         when that is over: start again then, or with another --seed, or {way_out}"
                    )
                    .into());
                }
                Some(_) | None => {
                    return Err(format!(
                        "{file} has a ban of {who} that no demo has made: start with another \
                         --seed, or {way_out}"
                    )
                    .into());
                }
            }
        }
        Ok(())
    }
}

impl Sentence {
    fn new(causes: Causes, until: Until, now: Instant) -> Self {
        Self {
            causes: causes.iter().map(|active| active.cause).collect(),
            left: until.instant().map(|end| end.saturating_duration_since(now)),
        }
    }
}

const PAGE: usize = 100;
/// So many strangers are told of one by one.
const STRANGERS: usize = 5;
/// A ban of at least so long leaves time to come and be refused, on a slow machine too.
const ENOUGH_TO_KNOCK: Duration = Duration::from_secs(4);
/// Nobody watches a demo wait for longer. The longest ban at the lowest speed is shorter.
const PATIENCE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use peerwarden_tokio::{Cause, Points};

    use super::{Record, Restored, Sentence};
    use crate::demo::participants::Participant;
    use crate::demo::script::Script;

    fn restored(who: Participant, left: Option<u64>, offences: u32) -> Restored {
        let left = left.map(Duration::from_secs);
        let banned = Some(Sentence { causes: vec![Cause::Penalty], left });
        let record = Record { who, banned, protected: false, offences, owes: Points::ZERO };
        Restored { participants: vec![record], ..Restored::default() }
    }

    fn complaint(restored: &Restored) -> String {
        restored
            .check(Path::new("d/bans.redb"))
            .map_or_else(|error| error.to_string(), |()| "".into())
    }

    #[test]
    fn what_is_held_against_the_spammer_decides_the_story() {
        assert_eq!(Restored::default().play(), Script::First);
        assert_eq!(restored(Participant::Sneak, Some(10), 1).play(), Script::First);
        assert_eq!(restored(Participant::Spammer, Some(10), 2).play(), Script::StillOut);
        assert_eq!(restored(Participant::Spammer, Some(1), 2).play(), Script::Again);

        let mut released = restored(Participant::Spammer, Some(1), 2);
        released.participants[0].banned = None;
        assert_eq!(released.play(), Script::Again);
    }

    #[test]
    fn bans_that_a_demo_makes_are_waited_for() {
        assert_eq!(complaint(&Restored::default()), "");
        assert_eq!(complaint(&restored(Participant::Spammer, Some(41), 2)), "");
        assert_eq!(complaint(&restored(Participant::Sneak, Some(24), 2)), "");
    }

    #[test]
    fn what_no_story_can_begin_with_is_refused_with_the_file_and_a_way_out() {
        assert_eq!(
            complaint(&restored(Participant::Spammer, Some(3_600), 2)),
            "in d/bans.redb the spammer is banned for 3600 s more, and a story begins only when \
             that is over: start again then, or with another --seed, or give another directory as \
             --data-dir"
        );
        for refused in
            [restored(Participant::Spammer, None, 1), restored(Participant::Honest(2), Some(1), 0)]
        {
            assert!(complaint(&refused).contains("that no demo has made"));
        }
        let everybody = Restored { loopback_is_banned: true, ..Restored::default() };
        assert!(complaint(&everybody).starts_with("d/bans.redb has a ban of 127.0.0.1"));
    }
}
