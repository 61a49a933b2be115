//! `--follow`: captures that are read on as they grow, each on a thread of its own, until Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::captures::Captures;
use crate::capture::{Interrupt, Source};
use crate::error::Error;
use crate::pipeline::{self, Capture, Collector, Console, Pass};

/// The collector of one followed capture. At the end, the collectors of all captures are joined.
pub(super) trait Joined: Sized {
    /// Whether nothing more is wanted of any capture.
    fn has_enough(&self) -> bool;

    /// Takes in what another one has come to.
    fn join(&mut self, other: Self);
}

/// The captures `found`, to be followed until the program is interrupted.
pub(super) fn followed(found: Captures) -> Result<(Captures, Interrupt), Error> {
    let interrupt = Interrupt::default();
    watch(&interrupt)?;
    let follow = |capture: Arc<Capture>| match capture.source {
        Source::Stdin => Err(Error::Usage(
            "--follow needs files: standard input is always read as it arrives".into(),
        )),
        Source::File(_) => {
            let follow = Some(Arc::clone(&interrupt));
            Ok(Arc::new(Capture { follow, ..Arc::unwrap_or_clone(capture) }))
        }
    };
    let mut captures = Captures::with_capacity(found.len());
    for capture in found {
        captures.push(match capture {
            Ok(capture) => Ok(follow(capture)?),
            Err(error) => Err(error),
        });
    }
    Ok((captures, interrupt))
}

/// Follows `captures`, each into what `make` makes; returns what all of them came to.
pub(super) fn run<P: Pass, C: Collector<P> + Joined>(
    (captures, interrupt): (&Captures, &AtomicBool),
    pass: &P,
    console: &Console,
    make: impl Fn() -> Result<C, Error>,
) -> Result<C, Error> {
    let collectors = captures.iter().map(|_| make()).collect::<Result<Vec<C>, Error>>()?;
    let done: Vec<Result<C, Error>> = thread::scope(|scope| {
        let follow = |(capture, collector): (&_, C)| {
            let captures = std::slice::from_ref(capture);
            let done = pipeline::run(captures, pass, collector, 1, console);
            // A failure to write, a closed pipe too, ends everything.
            if done.as_ref().map_or(true, Joined::has_enough) {
                interrupt.store(true, Ordering::Relaxed);
            }
            done
        };
        let threads: Vec<_> =
            captures.iter().zip(collectors).map(|each| scope.spawn(move || follow(each))).collect();
        let stopped = |_| Err(Error::Usage("a thread stopped".into()));
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(stopped)).collect()
    });
    let mut all: Option<C> = None;
    for one in done {
        let one = one?;
        match &mut all {
            Some(all) => all.join(one),
            None => all = Some(one),
        }
    }
    all.map_or_else(make, Ok)
}

/// Has Ctrl-C set `interrupt`; a second one ends the program as usual.
#[cfg(unix)]
fn watch(interrupt: &Interrupt) -> Result<(), Error> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;

    for signal in [SIGINT, SIGTERM] {
        let registered = flag::register_conditional_default(signal, Arc::clone(interrupt))
            .and_then(|_| flag::register(signal, Arc::clone(interrupt)));
        registered.map_err(|error| Error::Usage(format!("cannot wait for Ctrl-C: {error}")))?;
    }
    Ok(())
}

#[cfg(windows)]
fn watch(interrupt: &Interrupt) -> Result<(), Error> {
    let interrupt = Arc::clone(interrupt);
    ctrlc::set_handler(move || interrupt.store(true, Ordering::Relaxed))
        .map_err(|error| Error::Usage(format!("cannot wait for Ctrl-C: {error}")))
}

#[cfg(not(any(unix, windows)))]
fn watch(_interrupt: &Interrupt) -> Result<(), Error> {
    Ok(())
}
