//! A synthetic contact centre: agents who take one call after another, and the log of all their calls.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::call::{Call, Channel, Moment};
use super::fault::{Fault, FaultInjector};
use super::quota::Quota;
use super::random::Random;
use super::template::{Figure, Template, Values};
use super::words::{Words, person};
use super::{Amount, Recipe};
use crate::contract::{Bundle, EventId};

/// Writes a capture block by block. The same recipe yields the same bytes on every machine.
pub struct Generator<'a> {
    amount: Amount,
    /// By [`EventId::index`].
    templates: Vec<Template>,
    quota: Quota,
    words: Words,
    random: Random,
    injector: FaultInjector<'a>,
    agents: Vec<Agent>,
    /// The time of the next event of each agent.
    queue: BinaryHeap<Reverse<(u64, usize)>>,
    calls: u64,
    lines: u64,
    bytes: u64,
}

/// An agent and their current call.
struct Agent {
    name: Vec<u8>,
    supervisor: Vec<u8>,
    call: Call,
    /// The text of the current message; kept to reuse its memory.
    text: Vec<u8>,
}

/// Time at which the first call starts: 2026-01-05T08:00:00Z.
const OPENING_MILLIS: u64 = 1_767_600_000_000;
/// Period in which all agents get their first call.
const FIRST_CALLS_MILLIS: u64 = 1_800_000;
/// Time between two calls of an agent.
const BREAK_MILLIS: std::ops::Range<u64> = 2_000..120_000;

/// Maximum number of concurrent calls; fewer in small captures, so that most calls are complete.
const MOST_AGENTS: u64 = 40;
const LEAST_AGENTS: u64 = 3;
const CALLS_PER_AGENT: u64 = 8;
/// Approximate bytes per line; affects only the number of agents.
const LINE_BYTES: u64 = 220;

/// Size at which a block is complete, in bytes.
const BLOCK_BYTES: usize = 256 * 1024;

impl<'a> Generator<'a> {
    /// A generator for `recipe`. Lines follow the contract of `bundle`.
    #[must_use]
    pub fn new(recipe: &Recipe, bundle: &'a Bundle) -> Self {
        let mut random = Random::new(recipe.seed);
        let quota = Quota::new(&recipe.mix, &mut random);
        let mut generator = Self {
            amount: recipe.amount,
            templates: EventId::all().map(|id| Template::new(bundle.event(id))).collect(),
            words: Words::new(),
            injector: FaultInjector::new(recipe, bundle),
            agents: Vec::new(),
            queue: BinaryHeap::new(),
            calls: 0,
            lines: 0,
            bytes: 0,
            random,
            quota,
        };
        let calls = match recipe.amount {
            Amount::Calls(calls) => calls,
            Amount::Bytes(bytes) => bytes / LINE_BYTES / generator.quota.usual_lines(),
        };
        let agents = (calls / CALLS_PER_AGENT).clamp(LEAST_AGENTS, MOST_AGENTS);
        for _ in 0..agents {
            generator.add_rep();
        }
        generator
    }

    /// Appends about 256 KiB of whole lines to `out`, and their faults to `faults`. Returns false
    /// at the end of the capture.
    pub fn write(&mut self, out: &mut Vec<u8>, faults: &mut Vec<Fault>) -> bool {
        let full = out.len() + BLOCK_BYTES;
        while out.len() < full {
            if matches!(self.amount, Amount::Bytes(bytes) if self.bytes >= bytes) {
                return false;
            }
            let Some(&Reverse((_, agent))) = self.queue.peek() else { return false };
            let start = out.len();
            self.write_line(agent, out, faults);
            self.bytes += (out.len() - start) as u64;
        }
        true
    }

    /// Writes the next event of `agent`, who is first in the queue.
    fn write_line(&mut self, agent: usize, out: &mut Vec<u8>, faults: &mut Vec<Fault>) {
        let Some(moment) = self.agents[agent].call.advance() else {
            self.queue.pop();
            return;
        };
        let start = out.len();
        let event = moment.step.event;
        let template = &self.templates[event.index()];
        self.agents[agent].write(moment, template, &self.words, out);
        self.lines += 1;
        if self.injector.is_next_faulty()
            && let Some(rule) = self.injector.break_line(event, out, start)
        {
            faults.push(Fault { line: self.lines, rule });
        }
        match self.agents[agent].call.next_time() {
            Some(time) => {
                if let Some(mut first) = self.queue.peek_mut() {
                    *first = Reverse((time, agent));
                }
            }
            None => self.next_call(agent, moment.time),
        }
    }

    fn add_rep(&mut self) {
        let time = OPENING_MILLIS + self.random.below(FIRST_CALLS_MILLIS);
        let Some(call) = self.begin_call(time) else { return };
        let name = person(&mut self.random);
        let supervisor = person(&mut self.random);
        self.agents.push(Agent { name, supervisor, call, text: Vec::new() });
        self.queue.push(Reverse((time, self.agents.len() - 1)));
    }

    fn next_call(&mut self, agent: usize, now: u64) {
        self.queue.pop();
        let time = now + self.random.within(BREAK_MILLIS);
        if let Some(call) = self.begin_call(time) {
            self.agents[agent].call = call;
            self.queue.push(Reverse((time, agent)));
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
        self.quota.record(&counts);
        Some(call)
    }
}

impl Agent {
    fn write(&mut self, moment: Moment, template: &Template, words: &Words, out: &mut Vec<u8>) {
        if moment.step.event == EventId::AudioStats {
            self.write_report(moment.channel, template, out);
        } else {
            self.write_event(moment, template, words, out);
        }
    }

    /// Hot path: most lines are reports.
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
        // Values that Amazon Connect does not measure are 0.
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
        let event = moment.step.event;
        let random = &mut self.call.random;
        let is_start = matches!(event, EventId::CallStarted | EventId::CallConnected);
        // One message in this many is a supervisor's; only agents raise flags.
        let one_in = SUPERVISED.iter().find(|(known, _)| *known == event);
        let by_supervisor = one_in.is_some_and(|&(_, many)| random.below(many) == 0);
        self.text.clear();
        if event == EventId::Transcript {
            words.say(random, &mut self.text);
        } else if matches!(event, EventId::FlagRaise | EventId::Note) {
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
            display_name: if by_supervisor { &self.supervisor } else { &self.name },
            voice_call_id: &self.call.voice_call_id,
            choice: if is_start { self.call.direction } else { usize::from(by_supervisor) },
            figures,
        };
        template.write(&values, out);
    }
}

/// Packets in 30 seconds at 20 ms each, give or take two.
const PACKETS: u64 = 1_498;

/// One in this many messages and lowered flags is a supervisor's.
const SUPERVISED: [(EventId, u64); 3] =
    [(EventId::FlagLower, 2), (EventId::Note, 4), (EventId::Transcript, 20)];
