//! Rosters: who is a member of a fleet.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::name::{FleetName, MemberName};
use crate::sealed::{self, Opened, SealError};
use crate::signing::{PublicKey, SecretKey};
use crate::statement::{VERSION, Version};
use crate::unix_millis::UnixMillis;

/// A member of a fleet.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// The key that signs its statements.
    pub id: PublicKey,
    /// Its name.
    pub name: MemberName,
    /// What it is likely to be wrong together with, such as a site or a provider: with
    /// [`distinct_groups`](crate::FleetRules::distinct_groups) the members of a group have one vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// The members of a fleet, in the order of their names. No name and no id is there twice.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Roster {
    members: Vec<Member>,
}

impl Roster {
    /// How many members there are, at most: 1000.
    pub const MAX_MEMBERS: usize = 1000;

    /// The longest value with a roster, in bytes: 256 KiB.
    pub const MAX_LEN: usize = 256 << 10;

    /// Returns a roster of these members.
    ///
    /// # Errors
    ///
    /// [`RosterError`] if a name or an id is there twice, a group has no good name, or there are too many.
    pub fn new(mut members: Vec<Member>) -> Result<Self, RosterError> {
        if members.len() > Self::MAX_MEMBERS {
            return Err(RosterError::TooMany { members: members.len() });
        }
        members.sort_by(|one, other| one.name.cmp(&other.name));
        let mut ids = BTreeSet::new();
        let mut last = None;
        for member in &members {
            if last == Some(&member.name) {
                return Err(RosterError::Name { name: member.name.clone() });
            }
            if !ids.insert(member.id) {
                return Err(RosterError::Id { id: member.id });
            }
            let group = member.group.as_deref().unwrap_or("-");
            if group.is_empty() || group.len() > 63 || group.contains(char::is_control) {
                return Err(RosterError::Group { name: member.name.clone() });
            }
            last = Some(&member.name);
        }
        Ok(Self { members })
    }

    /// Returns the members, in the order of their names.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Returns the member of this name.
    #[must_use]
    pub fn get(&self, name: &MemberName) -> Option<&Member> {
        let at = self.members.binary_search_by(|member| member.name.cmp(name)).ok()?;
        self.members.get(at)
    }

    /// Returns the member with this key.
    #[must_use]
    pub fn with_id(&self, id: &PublicKey) -> Option<&Member> {
        self.members.iter().find(|member| member.id == *id)
    }

    /// Writes the roster down and signs it as an operator: the value of the key
    /// [`_roster`](crate::Key::roster). Of two, nodes follow the one with the higher `seq`.
    ///
    /// # Errors
    ///
    /// [`SealError`] if it is longer than [`MAX_LEN`](Self::MAX_LEN).
    pub fn seal(
        &self,
        fleet: &FleetName,
        key: &SecretKey,
        issued: UnixMillis,
        seq: u64,
    ) -> Result<Vec<u8>, SealError> {
        let written = Written {
            v: VERSION,
            fleet: fleet.as_str().into(),
            operator: key.public(),
            issued_ms: issued,
            seq,
            members: self.members.clone(),
        };
        let value = sealed::seal(&written, sealed::ROSTER, key)?;
        if value.len() > Self::MAX_LEN { Err(SealError) } else { Ok(value) }
    }

    /// Reads a value of the key [`_roster`](crate::Key::roster), and its `seq`. One of these operators has to
    /// have signed it for this fleet.
    ///
    /// # Errors
    ///
    /// [`RosterError`], which says what is wrong.
    pub fn open(
        value: &[u8],
        fleet: &FleetName,
        operators: &[PublicKey],
    ) -> Result<(Self, u64), RosterError> {
        if value.len() > Self::MAX_LEN {
            return Err(RosterError::Size { len: value.len() });
        }
        let opened = Opened::of(value).ok_or(RosterError::Lines)?;
        let json = |error: serde_json::Error| RosterError::Json(error.to_string());
        let version: Version = opened.read().map_err(json)?;
        if version.v != VERSION {
            return Err(RosterError::Version { version: version.v });
        }
        let written: Written = opened.read().map_err(json)?;
        if written.fleet != fleet.as_str() {
            return Err(RosterError::Fleet);
        }
        let known = operators.contains(&written.operator);
        if !known || !opened.is_signed_by(sealed::ROSTER, &written.operator) {
            return Err(RosterError::Signature);
        }
        Ok((Self::new(written.members)?, written.seq))
    }
}

/// Why members make no roster, or a value is none.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RosterError {
    /// It is of another fleet.
    #[error("the roster is of another fleet")]
    Fleet,
    /// A group is not named as one can be.
    #[error("the group of {name} has to be a name of 1 to 63 bytes on one line")]
    Group {
        /// The member.
        name: MemberName,
    },
    /// Two members have one id.
    #[error("the id {id} is there twice: each member has a key of its own")]
    Id {
        /// The id.
        id: PublicKey,
    },
    /// The first line is not the JSON of a roster.
    #[error("it is no roster: {0}")]
    Json(String),
    /// It is not two lines, or the second is no signature.
    #[error("the roster is not a line of JSON and a line with a signature")]
    Lines,
    /// Two members have one name.
    #[error("{name} is there twice: give each member a name of its own")]
    Name {
        /// The name.
        name: MemberName,
    },
    /// No operator of this fleet has signed it.
    #[error("no key in operator_keys has signed the roster")]
    Signature,
    /// It is too long.
    #[error("the roster has {len} bytes, not {} at most", Roster::MAX_LEN)]
    Size {
        /// How long it is, in bytes.
        len: usize,
    },
    /// There are too many members.
    #[error("there are {members} members, not {} at most", Roster::MAX_MEMBERS)]
    TooMany {
        /// How many there are.
        members: usize,
    },
    /// It is of a version that is not known here.
    #[error("the roster has version {version}, and 1 is known here")]
    Version {
        /// Its version.
        version: u64,
    },
}

/// A roster as it is written.
#[derive(Deserialize, Serialize)]
struct Written {
    v: u64,
    fleet: String,
    operator: PublicKey,
    issued_ms: UnixMillis,
    seq: u64,
    members: Vec<Member>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(seed: u8) -> SecretKey {
        SecretKey::from_seed([seed; 32]).unwrap()
    }

    fn member(name: &str, seed: u8) -> Member {
        Member { id: secret(seed).public(), name: name.parse().unwrap(), group: None }
    }

    #[test]
    fn a_roster_is_what_an_operator_signed() {
        let (fleet, other): (FleetName, FleetName) =
            ("mainnet".parse().unwrap(), "testnet".parse().unwrap());
        let roster = Roster::new(vec![member("n2", 2), member("n1", 1)]).unwrap();
        let (operator, stranger) = (secret(9), secret(8));
        let value = roster.seal(&fleet, &operator, UnixMillis(5), 3).unwrap();
        let operators = [operator.public()];
        assert_eq!(Roster::open(&value, &fleet, &operators), Ok((roster.clone(), 3)));
        assert_eq!(Roster::open(&value, &other, &operators), Err(RosterError::Fleet));
        let forged = roster.seal(&fleet, &stranger, UnixMillis(5), 3).unwrap();
        assert_eq!(Roster::open(&forged, &fleet, &operators), Err(RosterError::Signature));
        let text = String::from_utf8(forged).unwrap();
        let text = text.replace(&stranger.public().to_string(), &operator.public().to_string());
        let renamed = Roster::open(text.as_bytes(), &fleet, &operators);
        assert_eq!(renamed, Err(RosterError::Signature));
        assert_eq!(Roster::open(b"{}", &fleet, &operators), Err(RosterError::Lines));
        assert_eq!(roster.members().first().map(|first| first.name.as_str()), Some("n1"));
        assert_eq!(roster.with_id(&secret(2).public()), roster.get(&"n2".parse().unwrap()));
    }

    #[test]
    fn no_name_and_no_id_is_there_twice() {
        let said = |members| Roster::new(members).unwrap_err().to_string();
        let name = said(vec![member("n1", 1), member("n1", 2)]);
        assert_eq!(name, "n1 is there twice: give each member a name of its own");
        let id = said(vec![member("n1", 1), member("n2", 1)]);
        let told = secret(1).public();
        assert_eq!(id, format!("the id {told} is there twice: each member has a key of its own"));
        let grouped = Member { group: Some("a\nb".into()), ..member("n1", 1) };
        let group = said(vec![grouped]);
        assert_eq!(group, "the group of n1 has to be a name of 1 to 63 bytes on one line");
    }
}
