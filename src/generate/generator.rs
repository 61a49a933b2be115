//! A contact centre: desks where one call follows another, and the one log of them all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::call::{Call, Channel, Moment};
use super::fault::{Breaker, Fault};
use super::mix::{Happening, USUAL};
use super::quota::Quota;
use super::random::Random;
use super::template::{Figure, Template, Values};
use super::words::{Words, person};
use super::{Amount, Recipe};
use crate::contract::{Bundle, EventId};

/// Writes a capture, block by block. The same recipe makes the same bytes on every machine.
pub struct Generator<'a> {
    amount: Amount,
    /// By [`Happening`].
    templates: Vec<Template>,
    quota: Quota,
    words: Words,
    random: Random,
    breaker: Breaker<'a>,
    desks: Vec<Desk>,
    /// When something happens next at which desk.
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    calls: u64,
    lines: u64,
    bytes: u64,
}

/// A rep and the call at hand.
struct Desk {
    rep: Vec<u8>,
    supervisor: Vec<u8>,
    call: Call,
    /// What is said, before it is written: kept for its room.
    text: Vec<u8>,
}

/// When the first call begins: 2026-01-05T08:00:00Z.
const OPENING_MILLIS: u64 = 1_767_600_000_000;
/// Time in which all desks get their first call.
const FIRST_CALLS_MILLIS: u64 = 1_800_000;
/// From one call at a desk to the next.
const BREAK_MILLIS: std::ops::Range<u64> = 2_000..120_000;

/// At most as many calls at a time; in small captures fewer, so that most calls are whole.
const MOST_DESKS: u64 = 40;
const LEAST_DESKS: u64 = 3;
const CALLS_PER_DESK: u64 = 8;
/// About what a line takes; only the number of desks depends on it.
const LINE_BYTES: u64 = 220;

/// A block is full when there are as many bytes in it.
const BLOCK_BYTES: usize = 256 * 1024;

impl<'a> Generator<'a> {
    /// Opens the centre. Lines follow the contract of `bundle`.
    #[must_use]
    pub fn new(recipe: &Recipe, bundle: &'a Bundle) -> Self {
        let mut random = Random::new(recipe.seed);
        let events = USUAL.iter().filter_map(|(_, name, _)| EventId::from_name(name));
        let quota = Quota::new(&recipe.mix, &mut random);
        let mut centre = Self {
            amount: recipe.amount,
            templates: events.map(|id| Template::new(bundle.event(id))).collect(),
            words: Words::new(),
            breaker: Breaker::new(recipe, bundle),
            desks: Vec::new(),
            queue: BinaryHeap::new(),
            calls: 0,
            lines: 0,
            bytes: 0,
            random,
            quota,
        };
        let calls = match recipe.amount {
            Amount::Calls(calls) => calls,
            Amount::Bytes(bytes) => bytes / LINE_BYTES / centre.quota.usual_lines(),
        };
        let desks = (calls / CALLS_PER_DESK).clamp(LEAST_DESKS, MOST_DESKS);
        for _ in 0..desks {
            centre.open_desk();
        }
        centre
    }

    /// Appends about 256 KiB of whole lines to `out`, and to `faults` what is wrong with them.
    /// False when there is no more to come.
    pub fn write(&mut self, out: &mut Vec<u8>, faults: &mut Vec<Fault>) -> bool {
        let full = out.len() + BLOCK_BYTES;
        while out.len() < full {
            if matches!(self.amount, Amount::Bytes(bytes) if self.bytes >= bytes) {
                return false;
            }
            let Some(&Reverse((_, desk))) = self.queue.peek() else { return false };
            let start = out.len();
            self.write_line(desk, out, faults);
            self.bytes += (out.len() - start) as u64;
        }
        true
    }

    /// Writes what happens next at `desk`, which is first in the queue.
    fn write_line(&mut self, desk: usize, out: &mut Vec<u8>, faults: &mut Vec<Fault>) {
        let Some(moment) = self.desks[desk].call.advance() else {
            self.queue.pop();
            return;
        };
        let start = out.len();
        let happening = moment.step.happening;
        let template = &self.templates[happening as usize];
        self.desks[desk].write(moment, template, &self.words, out);
        self.lines += 1;
        if self.breaker.strikes()
            && let Some(rule) = self.breaker.break_line(happening, out, start)
        {
            faults.push(Fault { line: self.lines, rule });
        }
        match self.desks[desk].call.next_time() {
            Some(time) => {
                if let Some(mut first) = self.queue.peek_mut() {
                    *first = Reverse((time, desk));
                }
            }
            None => self.next_call(desk, moment.time),
        }
    }

    fn open_desk(&mut self) {
        let time = OPENING_MILLIS + self.random.below(FIRST_CALLS_MILLIS);
        let Some(call) = self.begin_call(time) else { return };
        let rep = person(&mut self.random);
        let supervisor = person(&mut self.random);
        self.desks.push(Desk { rep, supervisor, call, text: Vec::new() });
        self.queue.push(Reverse((time, self.desks.len() - 1)));
    }

    fn next_call(&mut self, desk: usize, now: u64) {
        self.queue.pop();
        let time = now + self.random.within(BREAK_MILLIS);
        if let Some(call) = self.begin_call(time) {
            self.desks[desk].call = call;
            self.queue.push(Reverse((time, desk)));
        }
    }

    fn begin_call(&mut self, time: u64) -> Option<Call> {
        if matches!(self.amount, Amount::Calls(calls) if self.calls >= calls) {
            return None;
        }
        self.calls += 1;
        let wanted = self.quota.next(&mut self.random);
        let random = Random::new(self.random.bits());
        let (call, counts) = Call::new(time, &wanted, &self.words, random);
        self.quota.pay(&counts);
        Some(call)
    }
}

impl Desk {
    fn write(&mut self, moment: Moment, template: &Template, words: &Words, out: &mut Vec<u8>) {
        if moment.step.happening == Happening::AudioStats {
            self.write_report(moment.channel, template, out);
        } else {
            self.write_event(moment, template, words, out);
        }
    }

    /// The hot path: most lines are reports.
    fn write_report(&mut self, channel: Channel, template: &Template, out: &mut Vec<u8>) {
        let call = &mut self.call;
        let quality = &call.quality;
        let random = &mut call.random;
        let lost = random.below(quality.loss);
        let mut values =
            Values { call_id: &call.id, choice: channel as usize, ..Values::default() };
        let figures = &mut values.figures;
        figures[Figure::Lost as usize] = lost;
        figures[Figure::Count as usize] = (PACKETS + random.below(4)).saturating_sub(lost);
        figures[Figure::Reports as usize] = call.reports;
        // What Amazon Connect does not measure is 0.
        match channel {
            Channel::Input => {
                figures[Figure::Jitter as usize] = quality.jitter_millis + random.below(15);
            }
            Channel::Output => {
                figures[Figure::RoundTrip as usize] = quality.round_trip_millis + random.below(25);
            }
        }
        template.write(&values, out);
    }

    fn write_event(
        &mut self,
        moment: Moment,
        template: &Template,
        words: &Words,
        out: &mut Vec<u8>,
    ) {
        let happening = moment.step.happening;
        let random = &mut self.call.random;
        let is_start = matches!(happening, Happening::CallStarted | Happening::CallConnected);
        // One in so many is a supervisor's; flags are raised by reps only.
        let one_in = SUPERVISED.iter().find(|(event, _)| *event == happening);
        let by_supervisor = one_in.is_some_and(|&(_, many)| random.below(many) == 0);
        self.text.clear();
        if happening == Happening::Transcript {
            words.say(random, &mut self.text);
        } else if matches!(happening, Happening::FlagRaise | Happening::Note) {
            words.write(random, &mut self.text);
        }
        let message_id = super::words::uuid(random);
        let sent = moment.time + random.below(10);
        let mut figures = Values::default().figures;
        figures[Figure::Sent as usize] = sent;
        figures[Figure::Received as usize] = sent + random.within(15..90);
        let values = Values {
            call_id: &self.call.id,
            participant: self.call.name(moment.step.party),
            message_id: &message_id,
            text: &self.text,
            display_name: if by_supervisor { &self.supervisor } else { &self.rep },
            voice_call_id: &self.call.voice_call_id,
            choice: if is_start { self.call.direction } else { usize::from(by_supervisor) },
            figures,
        };
        template.write(&values, out);
    }
}

/// Packets in 30 seconds at 20 ms each, give or take two.
const PACKETS: u64 = 1_498;

/// What supervisors do too: one in so many is theirs.
const SUPERVISED: [(Happening, u64); 3] =
    [(Happening::FlagLower, 2), (Happening::Note, 4), (Happening::Transcript, 20)];
