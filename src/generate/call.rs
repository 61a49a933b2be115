//! The events of a call: it starts, connects, has reports every 30 seconds and other events, and
//! ends.

use super::quota::Counts;
use super::random::Random;
use super::script::{self, Party, Step};
use super::words::{self, Words, uuid, voice_call_id};
use crate::contract::EventId;

/// A call and its remaining events. Times are milliseconds since the Unix epoch.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) random: Random,
    pub(super) id: [u8; 36],
    pub(super) voice_call_id: [u8; 15],
    /// Which of the documented call types.
    pub(super) direction: usize,
    customer: Vec<u8>,
    colleagues: Vec<Vec<u8>>,
    pub(super) quality: Quality,
    /// Number of reports so far, of both channels.
    pub(super) reports: u64,
    reports_left: u64,
    next_report: u64,
    channel: Channel,
    /// All events except the reports, in reverse order.
    moments: Vec<(u64, Step)>,
}

/// The channels in the order in which they report, which is the order of the documented values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    Input,
    Output,
}

/// An event at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) time: u64,
    pub(super) step: Step,
    /// The channel of a report.
    pub(super) channel: Channel,
}

/// Audio quality of a call; its reports vary around these values.
#[derive(Debug)]
pub(super) struct Quality {
    /// Upper bound (exclusive) of the packets lost in a report.
    pub(super) loss: u64,
    pub(super) jitter_millis: u64,
    pub(super) round_trip_millis: u64,
}

/// Documented: an event for each channel every 30 seconds.
const REPORT_MILLIS: u64 = 30_000;
/// Time between the reports of the two channels.
const CHANNEL_MILLIS: u64 = 20;

/// One call in this many is a bad one.
const BAD_CALLS: u64 = 25;

/// Times of the events at the start and end of a call, in milliseconds.
const RING: std::ops::Range<u64> = 1_500..20_000;
const LAST_WORDS: std::ops::Range<u64> = 2_000..29_000;
const WRAP_UP: std::ops::Range<u64> = 5_000..90_000;
/// Time between two events of a call that has no reports.
const STEP_MILLIS: u64 = 6_000;

impl Call {
    /// A call that starts at `time` with the events in `wanted`, as far as a call can have them;
    /// also returns the events that it has.
    pub(super) fn new(
        time: u64,
        wanted: &Counts,
        words: &Words,
        mut random: Random,
    ) -> (Self, Counts) {
        let steps = script::write(wanted, &mut random);
        let reports = wanted[EventId::AudioStats.index()] / 2;
        let connected = time + random.within(RING);
        let talk = match reports {
            0 => (steps.len() as u64 + 1) * STEP_MILLIS,
            _ => reports * REPORT_MILLIS,
        };
        let ended = connected + talk + random.within(LAST_WORDS);
        let mut moments = talk_moments(&steps, wanted, connected..ended, &mut random);
        moments.insert(0, (time, step(EventId::CallStarted)));
        moments.insert(1, (connected, step(EventId::CallConnected)));
        moments.push((ended, step(EventId::CallEnded)));
        if wanted[EventId::WrapUpEnded.index()] > 0 {
            moments.push((ended + random.within(WRAP_UP), step(EventId::WrapUpEnded)));
        }
        let mut counts = script::count(moments.iter().map(|(_, step)| step.event));
        counts[EventId::AudioStats.index()] = 2 * reports;
        moments.reverse();
        let joined = counts[EventId::ParticipantAdded.index()];
        let call = Self {
            id: uuid(&mut random),
            voice_call_id: voice_call_id(&mut random),
            direction: random.index(2),
            customer: words::customer(&mut random),
            colleagues: (0..joined).map(|_| words.colleague(&mut random)).collect(),
            quality: Quality::any(&mut random),
            reports: 0,
            reports_left: 2 * reports,
            next_report: connected + REPORT_MILLIS,
            channel: Channel::Input,
            moments,
            random,
        };
        (call, counts)
    }

    /// Time of the next event; `None` at the end of the call.
    pub(super) fn next_time(&self) -> Option<u64> {
        let report = (self.reports_left > 0).then_some(self.next_report);
        let moment = self.moments.last().map(|(time, _)| *time);
        report.into_iter().chain(moment).min()
    }

    /// Moves on to the next event.
    pub(super) fn advance(&mut self) -> Option<Moment> {
        let is_report = self.reports_left > 0
            && self.moments.last().is_none_or(|(time, _)| self.next_report <= *time);
        if is_report {
            return Some(self.report());
        }
        let (time, step) = self.moments.pop()?;
        Some(Moment { time, step, channel: Channel::Input })
    }

    fn report(&mut self) -> Moment {
        let channel = self.channel;
        let time = self.next_report;
        self.reports_left -= 1;
        self.channel = match channel {
            Channel::Input => {
                self.reports += 1;
                self.next_report += CHANNEL_MILLIS;
                Channel::Output
            }
            Channel::Output => {
                self.next_report += REPORT_MILLIS - CHANNEL_MILLIS;
                Channel::Input
            }
        };
        Moment { time, step: step(EventId::AudioStats), channel }
    }

    /// The participant named in the payload.
    pub(super) fn name(&self, party: Party) -> &[u8] {
        match party {
            Party::Customer => &self.customer,
            Party::Colleague(index) => &self.colleagues[index],
        }
    }
}

impl Quality {
    fn any(random: &mut Random) -> Self {
        if random.below(BAD_CALLS) == 0 {
            return Self {
                loss: random.within(60..400),
                jitter_millis: random.within(80..200),
                round_trip_millis: random.within(250..700),
            };
        }
        Self {
            loss: random.within(1..6),
            jitter_millis: random.within(20..60),
            round_trip_millis: random.within(30..140),
        }
    }
}

/// The ordered steps of a call at random times, and between them the events that may happen at any
/// time: the agent mutes and unmutes, raises and lowers flags, and takes notes.
fn talk_moments(
    steps: &[Step],
    wanted: &Counts,
    talk: std::ops::Range<u64>,
    random: &mut Random,
) -> Vec<(u64, Step)> {
    let first = talk.start + 1;
    let length = talk.end - 1 - first;
    let mut times = |count: usize| {
        let mut times: Vec<u64> = (0..count).map(|_| first + random.below(length)).collect();
        times.sort_unstable();
        times
    };
    let mut moments: Vec<(u64, Step)> =
        times(steps.len()).into_iter().zip(steps.iter().copied()).collect();
    let free = [
        [EventId::Mute, EventId::Unmute],
        [EventId::FlagRaise, EventId::FlagLower],
        [EventId::Note, EventId::Note],
    ];
    for [one, other] in free {
        let turns = if one == other { 1 } else { 2 };
        let count = usize::try_from(wanted[one.index()]).unwrap_or(0) * turns;
        let turn = [one, other].into_iter().cycle();
        moments.extend(times(count).into_iter().zip(turn.map(step)));
    }
    // A stable sort keeps the order of events in the same millisecond.
    moments.sort_by_key(|(time, _)| *time);
    moments
}

fn step(event: EventId) -> Step {
    Step { event, party: Party::Customer }
}
