//! Reads of any size.

/// The capture in pieces of these lengths; what is left comes in one.
pub(crate) fn reads<'a>(capture: &'a [u8], cuts: &[u8]) -> Vec<&'a [u8]> {
    let (mut rest, mut reads) = (capture, Vec::new());
    for cut in cuts {
        let (piece, after) = rest.split_at(rest.len().min(usize::from(*cut)));
        reads.push(piece);
        rest = after;
    }
    reads.push(rest);
    reads
}
