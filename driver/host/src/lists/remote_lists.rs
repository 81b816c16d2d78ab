//! `RemoteLists`: the lists of a node.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use peerwarden_core::Subject;
use serde::Serialize;

use super::format::ListFormat;
use super::list::{End, ListSource};
use super::name::ListName;
use crate::closed::Closed;
use crate::driver::{Commands, Driver};
use crate::handle::Handle;
use crate::json::moment;
use crate::peer::PeerName;
use crate::shared::Shared;

/// The lists of bans of one node, which are kept elsewhere: what [`Handle::lists`] gives.
///
/// Every list has a name. The engine knows one word of all lists for each subject, the end that lies
/// furthest ahead of those that lists give it. A list that is loaded again takes back what is no longer
/// in it, unless another list names it too.
///
/// Calls are synchronous. To load a list takes a while, during which no other list can be changed; the
/// engine and its swarm are never held up for long, since it is told a few entries at a time.
///
/// ```
/// use std::sync::Arc;
/// use peerwarden_host::lists::{ReadOptions, read_list};
/// use peerwarden_host::{Config, ManualTimer, Node};
///
/// let node: Node<String> = Node::new(Config::default(), Arc::new(ManualTimer::new()));
/// let lists = node.handle().lists();
/// let name = "scanners".parse()?;
/// let options = lists.read_options()?;
/// let file = read_list(b"198.51.100.0/24\n10.0.0.0/8\n", &options)?;
///
/// let plan = lists.plan(&name, &file)?;
/// assert_eq!(plan.new.total, 1);
/// let report = lists.replace(&name, &file)?;
/// assert_eq!(report.refused.len(), 1, "private networks are exempt");
/// let subject = "198.51.100.0/24".parse()?;
/// assert_eq!(lists.naming(&subject)?[0].list, name);
///
/// lists.delete(&name)?;
/// assert!(node.handle().bans(None, 1)?.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RemoteLists<P: PeerName, D: Driver<P> = Commands<P>> {
    pub(super) handle: Handle<P, D>,
    /// Whether what is changed by this is to outlive the node.
    pub(super) is_kept: bool,
}

impl<P: PeerName, D: Driver<P>> Handle<P, D> {
    /// Returns the lists of bans that are kept elsewhere.
    #[must_use]
    pub fn lists(&self) -> RemoteLists<P, D> {
        RemoteLists { handle: self.clone(), is_kept: true }
    }
}

/// A list, as [`RemoteLists::all`] shows it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ListStatus {
    /// Its name.
    pub name: ListName,
    /// The file that it is kept in, if the settings name one.
    pub file: Option<PathBuf>,
    /// The format that it was read in, if it was.
    pub format: Option<ListFormat>,
    /// How many subjects it names, those that are not banned included.
    pub entries: usize,
    /// How many of these are not banned.
    pub refused: usize,
    /// How many of these no list can ban, because they are too wide or hold an address of this node: they are
    /// counted, and not kept.
    #[serde(skip)]
    pub(crate) turned_away: usize,
    /// When it was last read or changed, by the wall clock; `None` if it never could be read.
    #[serde(serialize_with = "moment")]
    pub loaded: Option<SystemTime>,
    /// Why it could not be read the last time that this was tried.
    pub error: Option<String>,
}

/// An entry of a list, as [`RemoteLists::entries`] shows it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(bound = "P: PeerName")]
#[non_exhaustive]
pub struct ListedSubject<P> {
    /// The subject.
    pub subject: Subject<P>,
    /// When the entry ends, by the wall clock; `None` for as long as the list has it.
    #[serde(serialize_with = "moment")]
    pub until: Option<SystemTime>,
}

/// A list that names a subject.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Naming {
    /// The name of the list.
    pub list: ListName,
    /// When its entry ends, by the wall clock; `None` for as long as the list has it.
    #[serde(serialize_with = "moment")]
    pub until: Option<SystemTime>,
}

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// Returns all lists, in the order of their names.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn all(&self) -> Result<Vec<ListStatus>, Closed> {
        let shared = self.shared()?;
        let inner = shared.lists.inner();
        let all = inner.lists.iter().map(|(name, list)| {
            let refused = inner.refused.iter().filter(|each| list.claims.get(each).is_some());
            ListStatus {
                name: name.clone(),
                file: match &list.source {
                    ListSource::File(path) => Some(path.clone()),
                    ListSource::Fed | ListSource::Given => None,
                },
                format: list.format,
                entries: list.entries(),
                refused: refused.count().saturating_add(list.turned_away),
                turned_away: list.turned_away,
                loaded: list.loaded,
                error: list.error.clone(),
            }
        });
        Ok(all.collect())
    }

    /// Returns a page of what a list names and until when: at most `at_most` of the subjects after `after`,
    /// networks first, `None` for the first page. Empty if there is no such list.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn entries(
        &self,
        name: &ListName,
        after: Option<&Subject<P>>,
        at_most: usize,
    ) -> Result<Vec<ListedSubject<P>>, Closed> {
        let shared = self.shared()?;
        let inner = shared.lists.inner();
        let Some(list) = inner.lists.get(name) else {
            return Ok(Vec::new());
        };
        let page = list.claims.after(after).take(at_most);
        Ok(page.map(|(subject, end)| ListedSubject { subject, until: end.moment() }).collect())
    }

    /// Returns the lists that name exactly this subject, in the order of their names, those included whose
    /// entry was refused.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn naming(&self, subject: &Subject<P>) -> Result<Vec<Naming>, Closed> {
        let shared = self.shared()?;
        let (subject, now) = (subject.clone().canonical(), End::new(Some(shared.clocks().0)));
        let inner = shared.lists.inner();
        let naming = inner.lists.iter().filter_map(|(name, list)| {
            let end = list.claims.get(&subject).filter(|end| !end.is_over(now))?;
            Some(Naming { list: name.clone(), until: end.moment() })
        });
        Ok(naming.collect())
    }

    /// Returns the same lists to a program that knows its own list anew after each start, such as one that
    /// comes over the network: what is changed by it is not [kept](Self::keep_in).
    #[must_use]
    pub fn unkept(mut self) -> Self {
        self.is_kept = false;
        self
    }

    /// Takes note that a list of this name is going to be loaded: until it is, bans of before the start are not
    /// taken back by themselves.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn expect(&self, name: ListName) -> Result<(), Closed> {
        self.shared()?.lists.changing().expected.insert(name);
        Ok(())
    }

    pub(super) fn shared(&self) -> Result<Arc<Shared<P, D>>, Closed> {
        let shared = self.handle.shared()?;
        drop(shared.lock_if_open()?);
        Ok(shared)
    }
}

impl<P: PeerName, D: Driver<P>> Clone for RemoteLists<P, D> {
    fn clone(&self) -> Self {
        Self { handle: self.handle.clone(), is_kept: self.is_kept }
    }
}

impl<P: PeerName, D: Driver<P>> fmt::Debug for RemoteLists<P, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteLists").finish_non_exhaustive()
    }
}
