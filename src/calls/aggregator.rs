//! From what blocks say of their calls to a [`CallTable`], on all threads.
//!
//! Batches are handed in in input order. Calls are divided among shards by their identifiers, and
//! whichever thread has time works on what is waiting for a shard. What a call comes to depends on
//! the order of its own lines only, which is kept, so the number of threads changes nothing.

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::call::Call;
use super::call_table::CallTable;
use super::content::Content;
use super::encoding::encode;
use super::identifier::kept;
use super::lookup::Timelines;
use super::observations::Observations;
use super::participants::ParticipantHashes;
use super::streak::{Bounds, Thresholds};

/// Builds a table from batches of observations.
#[derive(Debug)]
pub(crate) struct Aggregator {
    shards: Arc<Shards>,
    batches: u64,
    /// All but the calls.
    rest: CallTable,
}

/// The calls, divided among shards.
#[derive(Debug)]
pub(crate) struct Shards {
    all: Vec<Shard>,
    /// From where on reports count as beyond a limit.
    bounds: Bounds,
    purpose: Purpose,
    /// Seeded anew in each run, so that no capture can be made to give one shard everything.
    choice: RandomState,
}

#[derive(Debug, Default)]
struct Shard {
    waiting: Mutex<VecDeque<Arc<Batch>>>,
    calls: Mutex<Calls>,
}

/// What a block says of its calls.
#[derive(Debug)]
struct Batch {
    observations: Observations,
    /// Counts blocks; of the calls that first appear in one, those of the earlier block come first.
    number: u64,
    capture: u32,
}

/// The calls of a shard, with what their places in the order of all calls are.
#[derive(Debug, Default)]
struct Calls {
    /// Seeded anew in each run, so that no capture can be made to collide.
    index: HashMap<Box<str>, u32, RandomState>,
    /// Boxes: growing must not move, or leave room for, whole calls.
    calls: Vec<(u64, Box<Call>)>,
}

/// What calls are aggregated for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Figures,
    /// Figures, and a report that can be merged with those of other parts.
    Report,
}

/// Batches that may wait for a shard before a thread waits for it, too: what bounds memory.
const MOST_WAITING: usize = 8;

impl Aggregator {
    /// An aggregator for this many threads, which keeps the timelines of the call `told`.
    pub(crate) fn new(threads: usize, limits: Thresholds, purpose: Purpose, told: &str) -> Self {
        let all = (0..threads.max(1)).map(|_| Shard::default()).collect();
        let bounds = Bounds::from(limits);
        let shards = Arc::new(Shards { all, bounds, purpose, choice: RandomState::default() });
        let rest = CallTable { timelines: Timelines::new(told), ..CallTable::default() };
        Self { shards, batches: 0, rest }
    }

    /// Begins a capture or a piece of one, which is called `name` where its lines are named.
    pub(crate) fn begin_capture(&mut self, name: &str, content: Content) {
        self.rest.captures.push(name.to_owned());
        self.rest.contents.push(content);
    }

    /// What has been read of the capture that was begun last.
    pub(crate) fn content(&mut self) -> Option<&mut Content> {
        self.rest.contents.last_mut()
    }

    /// What threads work on between their blocks.
    pub(crate) fn shards(&self) -> Arc<Shards> {
        Arc::clone(&self.shards)
    }

    /// Takes in what the next block says. It is worked on later, with [`Shards::work`].
    pub(crate) fn hand_in(&mut self, mut observations: Observations) {
        let captures = self.rest.captures.len();
        let capture = u32::try_from(captures.saturating_sub(1)).unwrap_or(u32::MAX);
        for (sum, count) in self.rest.without_call.iter_mut().zip(observations.without_call) {
            *sum += count;
        }
        let kept = observations.entries.iter().filter(|_| !observations.raw.is_empty());
        for observation in kept {
            // One copy of a line is enough, however many reports it has.
            let raw: &[u8] = if observation.is_more { b"" } else { observations.line(observation) };
            if let Some(call) = observation.call.and_then(|call| observations.id(call)) {
                self.rest.timelines.take(call, observation, raw, capture);
            }
        }
        self.rest.participants.extend(std::mem::take(&mut observations.participants));
        if !observations.calls.is_empty() {
            self.batches += 1;
            let batch = Arc::new(Batch { observations, number: self.batches, capture });
            for shard in &self.shards.all {
                locked(&shard.waiting).push_back(Arc::clone(&batch));
            }
        }
    }

    /// Appends a part of the call `id`.
    pub(crate) fn append(&mut self, id: &str, part: &Call) {
        self.batches += 1;
        let bounds = &self.shards.bounds;
        let mut calls = locked(&self.shards.of(id).calls);
        calls.place(id, self.batches << 32, self.shards.purpose).append(part, bounds);
    }

    /// Forgets which reports were beyond a limit.
    pub(crate) fn forget_streaks(&self) {
        for shard in &self.shards.all {
            for (_, call) in &mut locked(&shard.calls).calls {
                call.forget_streaks();
            }
        }
    }

    /// The table, when everything has been handed in, with `hashes` of participants in what a
    /// report has of calls.
    pub(crate) fn close(self, hashes: &ParticipantHashes) -> CallTable {
        self.shards.work(0);
        self.shards.settle(hashes);
        let mut all = Vec::new();
        for shard in &self.shards.all {
            let Calls { index, calls } = std::mem::take(&mut *locked(&shard.calls));
            let mut calls: Vec<_> = calls.into_iter().map(Some).collect();
            #[expect(clippy::iter_over_hash_type, reason = "they are put in order below")]
            for (id, place) in index {
                if let Some((rank, call)) = calls[place as usize].take() {
                    all.push((rank, id, call));
                }
            }
        }
        all.sort_unstable_by_key(|(rank, ..)| *rank);
        let calls = all.into_iter().map(|(_, id, call)| (id, call)).collect();
        CallTable { calls, ..self.rest }
    }
}

impl Shards {
    /// Works on what waits, beginning with the shard `first`: each thread begins with another. A
    /// shard that another thread works on is left to it, unless it has fallen behind.
    pub(crate) fn work(&self, first: usize) {
        let count = self.all.len();
        for which in (first..first + count).map(|which| which % count) {
            let shard = &self.all[which];
            let is_behind = locked(&shard.waiting).len() > MOST_WAITING;
            let calls =
                if is_behind { Some(locked(&shard.calls)) } else { shard.calls.try_lock().ok() };
            let Some(mut calls) = calls else { continue };
            while let Some(batch) = shard.next() {
                for (reference, nth) in batch.observations.calls.iter().zip(0..) {
                    if self.which(&reference.id) != which {
                        continue;
                    }
                    let call = calls.place(&reference.id, (batch.number << 32) | nth, self.purpose);
                    call.is_wanted |= reference.is_wanted;
                    for observation in batch.observations.of(reference) {
                        call.take(observation, batch.capture, &self.bounds);
                    }
                }
            }
        }
    }

    /// Settles all calls, those of each shard on a thread of its own.
    fn settle(&self, hashes: &ParticipantHashes) {
        if self.purpose == Purpose::Figures {
            return;
        }
        let settle = |shard: &Shard| {
            for (_, call) in &mut locked(&shard.calls).calls {
                let state = encode(call, hashes).into_boxed_str();
                call.settle(state, &self.bounds);
            }
        };
        std::thread::scope(|scope| {
            for shard in self.all.iter().skip(1) {
                scope.spawn(move || settle(shard));
            }
            self.all.first().map(settle)
        });
    }

    fn which(&self, id: &str) -> usize {
        let count = self.all.len() as u64;
        usize::try_from(self.choice.hash_one(id) % count).unwrap_or_default()
    }

    fn of(&self, id: &str) -> &Shard {
        &self.all[self.which(id)]
    }
}

impl Shard {
    fn next(&self) -> Option<Arc<Batch>> {
        locked(&self.waiting).pop_front()
    }
}

/// A thread that panics ends the process, so nobody sees what it left behind.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Calls {
    /// The call `id`, which gets `rank` if it is new.
    fn place(&mut self, id: &str, rank: u64, purpose: Purpose) -> &mut Call {
        let id = &*kept(id);
        let place = match self.index.get(id) {
            Some(&place) => place as usize,
            None => {
                let place = self.calls.len();
                // Four billion calls would need terabytes.
                self.index.insert(id.into(), u32::try_from(place).unwrap_or(u32::MAX));
                let call = match purpose {
                    Purpose::Figures => Call::default(),
                    Purpose::Report => Call::mergeable(),
                };
                self.calls.push((rank, Box::new(call)));
                place
            }
        };
        &mut self.calls[place].1
    }
}
