//! Thread that judges by shadow policies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError};
use std::thread;
use std::time::Duration;

use peerwarden_core::Config;

use super::board::Board;
use super::control::{Boards, lock};
use super::judge::Judge;
use super::name::ShadowName;
use crate::closed::Closed;
use crate::driver::Driver;
use crate::notice::NoticeKind;
use crate::peer::PeerName;
use crate::recording::{Tap, Tapped};
use crate::shared::Shared;

/// What the thread is asked for, and where the answer goes.
#[derive(Debug)]
pub(super) enum Request {
    /// To judge what has come until then.
    CatchUp { done: Sender<()> },
    /// To begin a policy.
    Start { name: ShadowName, config: Arc<Config>, begun: Sender<Result<(), Closed>> },
    /// To end one.
    Stop { name: ShadowName, ended: Sender<bool> },
}

/// The policies by name, each with its engine.
struct Judges<'a, P: PeerName, D: Driver<P>> {
    shared: &'a Shared<P, D>,
    boards: &'a Boards<P>,
    judges: BTreeMap<ShadowName, Judge<P, D::Key>>,
    /// The buffer that is not being filled.
    spare: Tapped<P>,
}

/// Judges on this thread until the node is shut down.
pub(super) fn run<P: PeerName, D: Driver<P>>(
    shared: &Shared<P, D>,
    boards: &Boards<P>,
    requests: &Receiver<Request>,
) {
    let spare = Tapped { inputs: Vec::new(), lost: 0 };
    let mut judges = Judges { shared, boards, judges: BTreeMap::new(), spare };
    loop {
        let is_open = judges.go_on();
        match requests.try_recv() {
            // Another may wait.
            Ok(request) => judges.answer(request),
            Err(TryRecvError::Disconnected) => break,
            Err(TryRecvError::Empty) if !is_open => break,
            Err(TryRecvError::Empty) if judges.judges.is_empty() => thread::park(),
            Err(TryRecvError::Empty) => thread::park_timeout(PAUSE),
        }
    }
    drop(shared.untap_shadows());
    lock(boards).clear();
}

impl<P: PeerName, D: Driver<P>> Judges<'_, P, D> {
    /// Judges what has come, and says whether the node is open.
    fn go_on(&mut self) -> bool {
        let empty = std::mem::take(&mut self.spare.inputs);
        let (tapped, closed) = self.shared.tapped_by_shadows(empty);
        self.judge(tapped);
        !closed
    }

    fn judge(&mut self, mut tapped: Tapped<P>) {
        let mut notices = Vec::new();
        let mut inputs = tapped.inputs.drain(..);
        while inputs.len() > 0 || tapped.lost > 0 {
            // Let go of in between, so that nobody waits for long who asks.
            let mut boards = lock(self.boards);
            for board in boards.values_mut() {
                board.lost = board.lost.saturating_add(tapped.lost);
            }
            tapped.lost = 0;
            for input in inputs.by_ref().take(AT_ONCE) {
                for (name, judge) in &mut self.judges {
                    let Some(board) = boards.get_mut(name) else {
                        continue;
                    };
                    board.inputs = board.inputs.saturating_add(1);
                    // As it was done, before what would have been.
                    input.actions.iter().for_each(|action| board.note_in_force(action, input.at));
                    for event in judge.input(&input) {
                        notices.extend(
                            board.note_shadow(event, input.at).map(|told| (input.at, told)),
                        );
                    }
                }
            }
            drop(boards);
            let told = notices.drain(..).map(|(at, told)| (at, NoticeKind::Shadow(told)));
            self.shared.tell(told);
        }
        drop(inputs);
        self.spare = tapped;
    }

    fn answer(&mut self, request: Request) {
        match request {
            Request::CatchUp { done } => {
                self.go_on();
                let _ = done.send(());
            }
            Request::Start { name, config, begun } => {
                // Who asked has gone only if it panicked.
                let _ = begun.send(self.start(name, config));
            }
            Request::Stop { name, ended } => {
                self.judges.remove(&name);
                let known = lock(self.boards).remove(&name).is_some();
                if self.judges.is_empty() {
                    drop(self.shared.untap_shadows());
                }
                let _ = ended.send(known);
            }
        }
    }

    fn start(&mut self, name: ShadowName, config: Arc<Config>) -> Result<(), Closed> {
        if self.judges.is_empty() {
            self.spare.inputs = Vec::with_capacity(BUFFER);
            self.shared.tap_for_shadows(Tap::new(BUFFER, thread::current()))?;
        }
        let empty = std::mem::take(&mut self.spare.inputs);
        let (tapped, copy) = self.shared.copy_for_shadow(empty)?;
        self.judge(tapped);
        // What the engine holds, it can be resumed from.
        let (judge, now) = Judge::new(copy, &config).map_err(|_| Closed)?;
        let board = Board::new(name.clone(), config, now, judge.banned(now));
        lock(self.boards).insert(name.clone(), board);
        self.judges.insert(name, judge);
        Ok(())
    }
}

/// How often there is a look at what has come.
const PAUSE: Duration = Duration::from_millis(200);
/// Inputs that are judged before those who ask have their turn: a millisecond or two.
const AT_ONCE: usize = 1_024;
/// Inputs that may wait.
const BUFFER: usize = 65_536;
