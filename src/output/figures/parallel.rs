//! Calls worked on by several threads, their results in order.

use super::told::Out;
use crate::error::Error;

/// Calls that a thread works on at a time: some 100 KB of text.
const CALLS: usize = 256;

/// Writes what `write` makes of each item.
pub(super) fn in_order<T: Sync>(
    threads: usize,
    items: &[T],
    write: impl Fn(&T, &mut Vec<u8>) + Sync,
    out: Out<'_>,
) -> Result<(), Error> {
    let made = |items: &[T]| {
        let mut text = Vec::new();
        for item in items {
            write(item, &mut text);
        }
        text
    };
    by_parts(threads, items, made, |text| out(&text))
}

/// Takes what `make` makes of some items after the other. The next ones are made while the last ones
/// are taken.
pub(super) fn by_parts<T: Sync, R: Send>(
    threads: usize,
    items: &[T],
    make: impl Fn(&[T]) -> R + Sync,
    mut take: impl FnMut(R) -> Result<(), Error>,
) -> Result<(), Error> {
    if threads == 1 || items.len() <= CALLS {
        return items.chunks(CALLS).try_for_each(|items| take(make(items)));
    }
    let make = &make;
    let mut last: Vec<R> = Vec::new();
    for round in items.chunks(CALLS * threads) {
        let mut taken = Ok(());
        last = std::thread::scope(|scope| {
            let workers: Vec<_> =
                round.chunks(CALLS).map(|items| scope.spawn(move || make(items))).collect();
            taken = last.drain(..).try_for_each(&mut take);
            // A thread that panics ends the process.
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        taken?;
    }
    last.into_iter().try_for_each(take)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_their_order_on_any_number_of_threads() {
        for count in [0, 1, CALLS, CALLS + 1, 5 * CALLS + 7] {
            let items: Vec<usize> = (0..count).collect();
            let expected: String = items.iter().map(|it| format!("{it}\n")).collect();
            for threads in 1..5 {
                let mut text = Vec::new();
                let write = |item: &usize, text: &mut Vec<u8>| {
                    text.extend_from_slice(format!("{item}\n").as_bytes());
                };
                in_order(threads, &items, write, &mut |bytes| {
                    text.extend_from_slice(bytes);
                    Ok(())
                })
                .expect("nothing fails");
                assert_eq!(String::from_utf8_lossy(&text), expected, "{count} on {threads}");
            }
        }
    }
}
