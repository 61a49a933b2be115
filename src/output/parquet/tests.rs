//! Row groups and pages depend on the rows alone, not on how they arrived.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::column_type::ColumnType;
use super::row_group::RowGroup;
use super::rows::Rows;

const TYPES: [ColumnType; 3] = [ColumnType::Text, ColumnType::Integer, ColumnType::Flag];

/// Rows with texts of these lengths; a row without text has a number.
fn rows(texts: &[usize]) -> Rows {
    let mut rows = Rows::default();
    for length in texts {
        rows.begin(&TYPES);
        match length {
            0 => assert!(rows.push(1, b"7")),
            length => rows.push_text(0, &vec![b'x'; *length]),
        }
        rows.end();
    }
    rows
}

/// The row groups of rows that arrive in pieces, as they are printed.
fn groups(pieces: Vec<Rows>, limit: usize) -> Vec<String> {
    let mut group = RowGroup::new(limit);
    let mut groups = Vec::new();
    let mut taken = |group: &mut RowGroup| {
        // One piece for each column, whatever the pieces were.
        let columns = group.take().into_iter().map(|pieces| {
            let mut pieces = pieces.into_iter();
            let (mut count, mut all) = pieces.next().expect("a group has rows");
            for (more, values) in pieces {
                all.append(count, values);
                count += more;
            }
            format!("{count} {all:?}")
        });
        groups.push(columns.collect::<Vec<_>>().join("\n"));
    };
    for piece in pieces {
        let mut rest = Some(piece);
        while let Some(rows) = rest {
            rest = group.add(rows);
            if rest.is_some() {
                taken(&mut group);
            }
        }
    }
    if !group.is_empty() {
        taken(&mut group);
    }
    groups
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..ProptestConfig::with_cases(500)
    })]

    #[test]
    fn a_row_group_ends_at_the_same_row_however_rows_arrive(
        texts in prop::collection::vec(prop_oneof![Just(0_usize), 1_usize..200], 1..60),
        cuts in prop::collection::vec(0_usize..60, 0..6),
        limit in 1_usize..1_000,
    ) {
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(texts.len())).collect();
        cuts.extend([0, texts.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|it| rows(&texts[it[0]..it[1]])).collect();
        prop_assert_eq!(groups(pieces, limit), groups(vec![rows(&texts)], limit));
    }
}

#[test]
fn a_row_group_is_beyond_its_limit_by_at_most_its_last_row() {
    let mut group = RowGroup::new(1_000);
    let rest = group.add(rows(&[300; 10])).expect("there are more rows than fit");
    assert_eq!(rest.count(), 6);
    assert_eq!(group.take()[0].iter().map(|(count, _)| count).sum::<u32>(), 4);
    assert!(group.add(rows(&[50_000])).is_none(), "a row of any size fits an empty group");
}
