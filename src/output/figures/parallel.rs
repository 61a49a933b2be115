//! Rows written on several threads, in their order.

use super::told::Out;
use crate::error::Error;

/// Rows that a thread writes at a time: some 100 KB of text.
const ROWS: usize = 256;

/// Writes what `write` makes of each item. The next rows are made while `out` takes the last ones.
pub(super) fn in_order<T: Sync>(
    threads: usize,
    items: &[T],
    write: impl Fn(&T, &mut Vec<u8>) + Sync,
    out: Out<'_>,
) -> Result<(), Error> {
    let made = |items: &[T]| {
        let mut text = Vec::new();
        items.iter().for_each(|item| write(item, &mut text));
        text
    };
    if threads == 1 || items.len() <= ROWS {
        return items.chunks(ROWS).try_for_each(|items| out(&made(items)));
    }
    let mut last: Vec<Vec<u8>> = Vec::new();
    for round in items.chunks(ROWS * threads) {
        let mut written = Ok(());
        let made = &made;
        let next = std::thread::scope(|scope| {
            let workers: Vec<_> =
                round.chunks(ROWS).map(|items| scope.spawn(move || made(items))).collect();
            written = last.iter().try_for_each(|text| out(text));
            // A thread that panics ends the process.
            workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
        });
        written?;
        last = next;
    }
    last.iter().try_for_each(|text| out(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_in_their_order_on_any_number_of_threads() {
        for count in [0, 1, ROWS, ROWS + 1, 5 * ROWS + 7] {
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
