//! The loop: blocks are worked on, on as many threads as asked for, and put together in order.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::capture::{Block, Cutter, Damage, Numbering, Part, Reader, Source};
use crate::cli::Cli;
use crate::commands::{Job, Plan, Task};
use crate::error::Error;
use crate::generate;
use crate::outcome::Outcome;
use crate::output::{Output, Totals, summary};
use crate::pipeline::{Lane, Portion, Worker};

/// Does what the command line asks for, and says on standard error what could not be done.
pub(crate) fn command(cli: &Cli) -> Outcome {
    let done = Task::new(cli).and_then(|task| match task {
        Task::Read(plan) => read(&plan),
        Task::Print(text) => {
            Output::open(None)?.write(text.as_bytes())?;
            Ok(Outcome::Good)
        }
        Task::Figures(text, outcome) => {
            Output::open(None)?.write(&text)?;
            Ok(outcome)
        }
        Task::Man(folder) => crate::commands::shell::man(&folder).map(|_| Outcome::Good),
        Task::Generate(order) => generate::write(&order).map(|()| Outcome::Good),
    });
    done.unwrap_or_else(|error| {
        if error.is_closed_pipe() {
            return Outcome::Good;
        }
        complain(&error.to_string());
        Outcome::Trouble
    })
}

/// Says `text` on standard error, which may be closed; the exit code still tells.
pub(crate) fn complain(text: &str) {
    let _ = writeln!(io::stderr(), "voxev: {}", crate::text::visible(text));
}

/// Reads all captures, writes the output and the summary.
fn read(plan: &Plan) -> Result<Outcome, Error> {
    let mut lane = Lane::new(plan)?;
    let mut trouble = false;
    lane.begin()?;
    for capture in &plan.captures {
        let failure = match capture {
            Ok(source) => self::capture(plan, source, &mut lane)?,
            Err(error) => {
                lane.trouble(error)?;
                trouble = true;
                continue;
            }
        };
        if let Some(error) = failure {
            lane.trouble(&error)?;
            trouble = true;
        }
        if lane.is_over() {
            break;
        }
    }
    if let (Job::Validate, false) = (plan.job, trouble)
        && let Some(error) = plan.checked_nothing(lane.totals())
    {
        lane.trouble(&error)?;
        trouble = true;
    }
    let (totals, said) = lane.finish(trouble)?;
    summary::write(plan, &totals);
    if plan.quiet == 0 {
        let _ = io::stderr().write_all(said.as_bytes());
    }
    // `validate` has said it in a finding.
    let is_short = plan.job != Job::Validate && totals.damaged > 0;
    Ok(if trouble || is_short { Outcome::Trouble } else { outcome(plan, &totals) })
}

fn outcome(plan: &Plan, totals: &Totals) -> Outcome {
    let is_bad = match plan.job {
        Job::Validate => totals.errors > 0 || totals.warnings > plan.most_warnings,
        Job::Filter => totals.selected == 0,
        Job::Convert => totals.rejected > 0,
        Job::Stats => totals.beyond > 0,
        Job::Pretty => false,
    };
    if is_bad { Outcome::Bad } else { Outcome::Good }
}

/// Reads one capture to its end. What keeps it from being read is returned, so that the others
/// still are; what keeps output from being written ends the run.
fn capture(plan: &Plan, source: &Source, lane: &mut Lane<'_>) -> Result<Option<Error>, Error> {
    let name = source.name();
    let reader = match source.open() {
        Ok(reader) => reader,
        Err(error) => return Ok(Some(error)),
    };
    let meter = reader.meter();
    let cutter = Cutter::new(reader, plan.judge.limits.max_line_bytes, Numbering::Told);
    let mut feed = Feed {
        cutter: cutter.with(plan.reading()),
        capture: &name,
        failure: None,
        damage: None,
        fragment: None,
        blocks: 0,
    };
    lane.begin_capture(&name, meter);
    // A capture of one block, as fixtures are, is not worth a thread.
    let judge = plan.judge_of(&name);
    let mut worker = Worker::new(plan, judge);
    let shares = lane.shares();
    let mut inline_blocks = if plan.threads > 1 { 1 } else { u64::MAX };
    while inline_blocks > 0 && !lane.is_over() {
        let Some((_, block)) = feed.next() else { break };
        let portion = worker.work(&name, &block);
        feed.cutter.pass_lines(portion.totals.lines);
        feed.cutter.recycle(block);
        lane.absorb(portion)?;
        if let Some(shares) = &shares {
            shares.work(0);
        }
        inline_blocks -= 1;
    }
    if inline_blocks == 0 && !lane.is_over() {
        if plan.asks_for_numbers() {
            feed.cutter.set_numbering(Numbering::Counted);
        }
        feed = in_threads(plan, feed, lane)?;
    }
    if let Some(damage) = &feed.damage {
        lane.damaged(damage, feed.fragment.as_ref().map_or(b"", Block::bytes))?;
    }
    lane.end_capture(feed.failure.as_ref())?;
    Ok(feed.failure)
}

/// Blocks of one capture, numbered.
struct Feed<'a> {
    cutter: Cutter<Reader>,
    capture: &'a str,
    failure: Option<Error>,
    /// Where a compressed capture could not be read on.
    damage: Option<Damage>,
    /// The beginning of a line whose end is behind the damage.
    fragment: Option<Block>,
    blocks: u64,
}

impl Feed<'_> {
    fn next(&mut self) -> Option<(u64, Block)> {
        loop {
            match self.cutter.next_block() {
                Ok(Some(block)) if self.is_fragment(&block) => {
                    self.fragment = Some(block);
                    return None;
                }
                Ok(block) => {
                    self.blocks += 1;
                    return block.map(|block| (self.blocks, block));
                }
                Err(source) => match source.downcast::<Damage>() {
                    Ok(damage) => self.damage = Some(damage),
                    Err(source) => {
                        let capture = self.capture.to_owned();
                        self.failure = Some(Error::Read { capture, source });
                    }
                },
            }
        }
    }

    fn is_fragment(&self, block: &Block) -> bool {
        self.damage.is_some() && block.part == Part::Lines && !block.bytes().ends_with(b"\n")
    }
}

/// What comes of blocks, put into order.
struct Order<'lane, 'plan> {
    lane: &'lane mut Lane<'plan>,
    /// Portions whose turn has not come.
    waiting: BTreeMap<u64, Portion>,
    /// Bytes that they take, about.
    weight: usize,
    next: u64,
    failure: Option<Error>,
}

/// Portions a thread that may wait for an earlier one: one slow block must not let the others pile
/// up the rest of the capture.
const WAITING_PER_THREAD: usize = 4;

/// Bytes that they may take: a block of nothing but findings comes to a multiple of itself.
const WAITING_BYTES: usize = 16 * 1024 * 1024;

/// Each thread takes a block, works on it, and hands in what comes of it.
fn in_threads<'a>(plan: &Plan, feed: Feed<'a>, lane: &mut Lane<'_>) -> Result<Feed<'a>, Error> {
    let next = feed.blocks + 1;
    let name = feed.capture;
    let judge = plan.judge_of(name);
    let shares = lane.shares();
    let feed = Mutex::new(feed);
    let order =
        Mutex::new(Order { lane, waiting: BTreeMap::new(), weight: 0, next, failure: None });
    let turn = Condvar::new();
    let work = |thread: usize| {
        let mut worker = Worker::new(plan, judge);
        let mut done: Option<Block> = None;
        loop {
            let (number, block) = {
                let mut feed = locked(&feed);
                if let Some(block) = done.take() {
                    feed.cutter.recycle(block);
                }
                // Asked with the feed locked: whoever ends the run keeps the others from reading.
                if locked(&order).is_over() {
                    return;
                }
                match feed.next() {
                    Some(next) => next,
                    None => return,
                }
            };
            let portion = worker.work(name, &block);
            done = Some(block);
            let mut order = locked(&order);
            order.hand_in(number, portion);
            turn.notify_all();
            while order.is_far_ahead(plan.threads) {
                order = turn.wait(order).unwrap_or_else(PoisonError::into_inner);
            }
            drop(order);
            if let Some(shares) = &shares {
                shares.work(thread);
            }
        }
    };
    std::thread::scope(|scope| {
        for thread in 1..plan.threads {
            let work = &work;
            scope.spawn(move || work(thread));
        }
        work(0);
    });
    let order = order.into_inner().unwrap_or_else(PoisonError::into_inner);
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    order.failure.map_or(Ok(feed), Err)
}

impl Order<'_, '_> {
    fn is_over(&self) -> bool {
        self.failure.is_some() || self.lane.is_over()
    }

    /// Whether a thread is to wait for the one whose portion is next.
    fn is_far_ahead(&self, threads: usize) -> bool {
        let is_full = self.waiting.len() > WAITING_PER_THREAD * threads;
        (is_full || self.weight > WAITING_BYTES) && !self.is_over()
    }

    /// Takes in a portion, and those that it has kept waiting.
    fn hand_in(&mut self, number: u64, portion: Portion) {
        self.weight += portion.weight();
        self.waiting.insert(number, portion);
        while let Some(portion) = self.waiting.remove(&self.next) {
            self.next += 1;
            self.weight -= portion.weight();
            if !self.is_over()
                && let Err(error) = self.lane.absorb(portion)
            {
                self.failure = Some(error);
            }
        }
    }
}

/// A thread that panics ends the process, so nobody sees what it left behind.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
