//! Work that is due now and again: files read again, bans renewed.

use std::time::Duration;

use peerwarden_core::{BanDuration, Cause, Subject};

use super::change::{ListChange, ListChangeKind};
use super::file::ListFile;
use super::list::{End, List, ListSource};
use super::options::ListOptions;
use super::remote_lists::RemoteLists;
use super::state::Changing;
use super::watch::{UnreadableList, Watched};
use crate::closed::Closed;
use crate::driver::Driver;
use crate::log;
use crate::notice::NoticeKind;
use crate::peer::PeerName;
use crate::shared::{RemoteAnswer, RemoteWord, Shared};

impl<P: PeerName, D: Driver<P>> RemoteLists<P, D> {
    /// Watches these files, and no others any more: lists of files that are not among them are deleted.
    /// Each is read by the next [`poll`](Self::poll). Of two with one name, the last counts; beyond
    /// [`MAX_LISTS`](Self::MAX_LISTS) they are left out.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn watch(&self, files: &[ListOptions]) -> Result<(), Closed> {
        let shared = self.shared()?;
        let mut changing = shared.lists.changing();
        let mut watched: Vec<Watched> = Vec::new();
        for options in files {
            watched.retain(|each| each.options.name() != options.name());
            let known = changing.watched.iter().position(|each| each.options == *options);
            watched.push(match known {
                Some(known) => changing.watched.swap_remove(known),
                None => Watched::new(options.clone()),
            });
        }
        watched.truncate(Self::MAX_LISTS);
        let dropped = std::mem::replace(&mut changing.watched, watched);
        for old in &dropped {
            let name = old.options.name();
            let is_kept = changing.watched.iter().any(|each| each.options.name() == name);
            let is_known = shared.lists.inner().lists.contains_key(name);
            if !is_kept && is_known {
                shared.remove_list(name)?;
            }
        }
        Ok(())
    }

    /// Reads files that have changed, and renews bans that would end before their entries do, since no ban
    /// by a list lasts longer than [`max_remote_ban`](crate::Config::max_remote_ban) at a time, and those that
    /// something else than the operator's word ended, such as a protection that is over. To be called every
    /// few seconds, or [`keep`](Self::keep) a thread that does.
    ///
    /// A changed file is read once it is the same in two calls in a row. One that cannot be read, or has no
    /// entry left that can be, changes nothing; that is said once, until the file changes again.
    ///
    /// Ten minutes after the start, and once each file could be read, bans by lists from before the start
    /// that no list names are taken back; see [`settle`](Self::settle).
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn poll(&self) -> Result<(), Closed> {
        let shared = self.shared()?;
        let mut changing = shared.lists.changing();
        let wall = shared.clocks().0;
        for watched in &mut changing.watched {
            if let Some(read) = watched.poll(wall) {
                shared.reload(watched, read)?;
            }
        }
        let now = shared.now();
        let longest = shared.config()?.max_remote_ban();
        let pause = (longest / 4).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
        let renewed = *changing.renewed.get_or_insert(now);
        let is_due = shared.lists.take_renewal();
        if is_due || now.saturating_duration_since(renewed) >= pause {
            changing.renewed = Some(now);
            shared.renew()?;
        }
        let is_time = now.saturating_duration_since(shared.lists.started) >= SETTLED_AFTER;
        let inner = shared.lists.inner();
        changing.expected.retain(|name| !inner.lists.contains_key(name));
        drop(inner);
        let is_loaded =
            changing.expected.is_empty() && changing.watched.iter().all(|each| each.is_loaded);
        if is_time && is_loaded && !changing.watched.is_empty() && !changing.is_settled {
            self.take_back_unnamed(&shared, &mut changing)?;
        }
        Ok(())
    }

    /// Takes back the bans by lists that are in force from before the start and that no list names: those
    /// of lists that the settings had then and have no longer. Returns how many.
    ///
    /// To be called once every list is loaded that there is going to be, those that come over the network
    /// included. Where it is not called, such bans run to their ends.
    ///
    /// # Errors
    ///
    /// [`Closed`] if the node was shut down.
    pub fn settle(&self) -> Result<usize, Closed> {
        let shared = self.shared()?;
        let mut changing = shared.lists.changing();
        self.take_back_unnamed(&shared, &mut changing)
    }

    fn take_back_unnamed(
        &self,
        shared: &Shared<P, D>,
        changing: &mut Changing,
    ) -> Result<usize, Closed> {
        let wall = End::new(Some(shared.clocks().0));
        let (mut after, mut unnamed) = (None, Vec::new());
        loop {
            let page = self.handle.bans(after, PAGE)?;
            let Some(last) = page.last() else {
                break;
            };
            after = Some(last.cursor);
            let inner = shared.lists.inner();
            let old = page.into_iter().filter(|ban| {
                ban.began <= shared.lists.started
                    && ban.causes.contains(Cause::Remote)
                    && inner.end_of(&ban.subject, wall).is_none()
            });
            unnamed.extend(old.map(|ban| ban.subject));
        }
        let mut taken_back = 0;
        let words = unnamed.into_iter().map(|subject| (subject, RemoteWord::TakeBack));
        shared.tell_remote(words, |_, answer| {
            taken_back += usize::from(answer == RemoteAnswer::Done);
        })?;
        changing.is_settled = true;
        if taken_back > 0 {
            log::settled(taken_back);
        }
        Ok(taken_back)
    }
}

impl<P: PeerName, D: Driver<P>> Shared<P, D> {
    /// Has a list say what its file says, unless that cannot be read.
    fn reload(
        &self,
        watched: &mut Watched,
        read: Result<ListFile<P>, UnreadableList>,
    ) -> Result<(), Closed> {
        let (name, path) = (watched.options.name(), watched.options.path());
        let source = || ListSource::File(path.to_owned());
        let had_entries =
            self.lists.inner().lists.get(name).is_some_and(|list| list.claims.len() > 0);
        let read = read.and_then(|file| match file.unreadable() {
            Some(fault) => Err(UnreadableList::Faults(fault.clone())),
            None if had_entries && path.metadata().is_ok_and(|file| file.len() == 0) => {
                Err(UnreadableList::Empty)
            }
            None => Ok(file),
        });
        let error = match read {
            Ok(file) => {
                watched.is_loaded = true;
                self.load(name, &file, source())?;
                return Ok(());
            }
            Err(error) => error.to_string(),
        };
        let mut inner = self.lists.inner();
        let list = inner.lists.entry(name.clone()).or_insert_with(|| List::new(source()));
        list.error = Some(error.clone());
        let entries = list.entries();
        drop(inner);
        log::list_failed(name, path, entries, &error);
        self.notify(NoticeKind::List(ListChange {
            list: name.clone(),
            kind: ListChangeKind::Failed,
            entries,
            new: 0,
            changed: 0,
            gone: 0,
            refused: 0,
            faults: 0,
        }));
        Ok(())
    }

    /// Forgets what is over, renews bans, and tries again what was refused.
    fn renew(&self) -> Result<(), Closed> {
        let now = End::new(Some(self.clocks().0));
        let mut inner = self.lists.inner();
        for list in inner.lists.values_mut() {
            list.claims.expire(now);
        }
        let names: Vec<_> = inner.lists.keys().cloned().collect();
        drop(inner);
        for name in names {
            let mut after: Option<Subject<P>> = None;
            loop {
                let inner = self.lists.inner();
                let Some(list) = inner.lists.get(&name) else {
                    break;
                };
                let page = list.claims.after(after.as_ref()).take(PAGE);
                let page: Vec<_> = page
                    .map(|(subject, _)| {
                        let end = inner.end_of(&subject, now);
                        let left = end.and_then(|end| end.left(now));
                        let left = left.and_then(|left| BanDuration::try_from(left).ok());
                        let word = match inner.refused.contains(&subject) {
                            true => RemoteWord::Ban(left),
                            false => RemoteWord::Renew(left),
                        };
                        (subject, word)
                    })
                    .collect();
                drop(inner);
                let Some((last, _)) = page.last() else {
                    break;
                };
                after = Some(last.clone());
                let (mut banned, mut refused) = (Vec::new(), Vec::new());
                self.tell_remote(page.into_iter(), |subject, answer| match answer {
                    RemoteAnswer::Done => banned.push(subject),
                    RemoteAnswer::Refused(_) => refused.push(subject),
                    RemoteAnswer::Left => {}
                })?;
                let mut inner = self.lists.inner();
                for subject in &banned {
                    inner.refused.remove(subject);
                }
                inner.refused.extend(refused);
            }
        }
        let mut inner = self.lists.inner();
        let refused = std::mem::take(&mut inner.refused);
        let named = refused.into_iter().filter(|each| inner.end_of(each, now).is_some());
        let named = named.collect();
        inner.refused = named;
        Ok(())
    }
}

/// How many entries are gone through at a time.
const PAGE: usize = 256;

/// How often bans are renewed at most, and at least.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(3_600);

/// How long lists have to arrive after the start before bans that no list names are taken back.
const SETTLED_AFTER: Duration = Duration::from_secs(600);
