//! A table about calls that somebody else keeps: queue, agent, site, carrier by callId.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use csv_core::{ReadRecordResult, Reader};
use foldhash::fast::RandomState;

use super::identifier::kept;
use crate::error::Error;
use crate::text::suggest::nearest;
use crate::text::{thousands, visible};

/// Rows by callId.
#[derive(Debug)]
pub(crate) struct Joined {
    /// The columns but the one that names the call.
    pub(crate) columns: Vec<String>,
    rows: HashMap<Box<str>, Box<[Box<str>]>, RandomState>,
}

/// Bytes of a table, and rows: both together keep it within about 200 MiB of memory.
const MOST_BYTES: u64 = 64 << 20;
const MOST_ROWS: usize = 1_000_000;
/// Columns of a table.
const MOST_COLUMNS: usize = 100;

impl Joined {
    /// Reads the CSV file at `path`, whose first row names the columns, and whose column `on` holds
    /// callIds. Of several rows of a call, the first counts.
    pub(crate) fn read(path: &Path, on: &str) -> Result<Self, Error> {
        let name = path.display().to_string();
        let failed = |source| Error::Read { capture: name.clone(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
        Self::parse(&bytes, on).map_err(|why| Error::Usage(format!("cannot join {name:?}: {why}")))
    }

    fn parse(bytes: &[u8], on: &str) -> Result<Self, String> {
        if bytes.len() as u64 > MOST_BYTES {
            return Err(format!("it is larger than {} MiB; split it", MOST_BYTES >> 20));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            format!("byte {} is not valid UTF-8; save it as UTF-8", error.valid_up_to() + 1)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut records = Records { reader: Reader::new(), rest: text.as_bytes() };
        let header = records.next().ok_or("it is empty; its first row must name the columns")?;
        if header.len() > MOST_COLUMNS {
            return Err(format!("it has more than {MOST_COLUMNS} columns; leave some out"));
        }
        let Some(at) = header.iter().position(|column| column.as_str() == on) else {
            let names = || header.iter().map(String::as_str);
            let advice = nearest(on, names()).map_or_else(
                || format!("it has {}; name one with --on", visible(&header.join(", "))),
                |alike| format!("did you mean {}?", visible(alike)),
            );
            return Err(format!("it has no column \"{}\": {advice}", visible(on)));
        };
        let mut rows = HashMap::default();
        for mut row in records {
            if row.len() != header.len() {
                let number = thousands(rows.len() as u64 + 2);
                let (found, wanted) = (row.len(), header.len());
                return Err(format!(
                    "row {number} has {found} columns, and the first has {wanted}"
                ));
            }
            if rows.len() == MOST_ROWS {
                let most = thousands(MOST_ROWS as u64);
                return Err(format!("it has more than {most} rows; split it"));
            }
            let id = row.remove(at);
            let values: Box<[Box<str>]> = row.into_iter().map(String::into_boxed_str).collect();
            rows.entry(kept(&id).into()).or_insert(values);
        }
        let mut columns = header;
        columns.remove(at);
        Ok(Self { columns, rows })
    }

    /// What the table says of the call `id` in this column; `None` where it says nothing.
    pub(crate) fn value(&self, id: &str, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|known| known == column)?;
        self.rows.get(id)?.get(at).map(|value| &**value).filter(|value| !value.is_empty())
    }
}

/// The rows of a CSV text.
struct Records<'a> {
    reader: Reader,
    rest: &'a [u8],
}

impl Iterator for Records<'_> {
    type Item = Vec<String>;

    fn next(&mut self) -> Option<Vec<String>> {
        let (mut text, mut ends) = (vec![0; 1024], vec![0; MOST_COLUMNS + 2]);
        let (mut length, mut count) = (0, 0);
        loop {
            let (result, read, wrote, found) =
                self.reader.read_record(self.rest, &mut text[length..], &mut ends[count..]);
            self.rest = &self.rest[read..];
            length += wrote;
            count += found;
            match result {
                ReadRecordResult::OutputFull => text.resize(text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                // What is read next is the end of the text.
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return None,
                ReadRecordResult::Record => break,
            }
        }
        let starts = [0].into_iter().chain(ends.iter().copied());
        let fields = starts.zip(&ends[..count]).map(|(start, end)| {
            String::from_utf8_lossy(text.get(start..*end).unwrap_or_default()).into_owned()
        });
        Some(fields.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> Joined {
        Joined::parse(text.as_bytes(), "callId").expect("the table is right")
    }

    #[test]
    fn a_call_has_what_its_row_says() {
        let long = "x".repeat(5000);
        let table = joined(&format!(
            "\u{feff}queue,callId,site\r\nsales,a,\"Berlin, DE\"\r\n\"{long}\",b,\n\nother,a,x"
        ));
        assert_eq!(table.columns, ["queue", "site"]);
        assert_eq!(table.value("a", "site"), Some("Berlin, DE"));
        assert_eq!(table.value("a", "queue"), Some("sales"), "the first row of a call counts");
        assert_eq!((table.value("b", "queue"), table.value("b", "site")), (Some(&*long), None));
        assert_eq!((table.value("c", "queue"), table.value("a", "callId")), (None, None));
    }

    #[test]
    fn a_table_that_is_none_is_refused() {
        let said = |text: &str| Joined::parse(text.as_bytes(), "callId").expect_err(text);
        assert!(said("").contains("it is empty"));
        assert!(said("callid,queue\na,b\n").contains("did you mean callid?"));
        assert!(said("x,y\n").contains("it has x, y; name one with --on"));
        assert!(said("callId,queue\na,b\na\n").contains("row 3 has 1 columns"));
        assert!(said(&"x,".repeat(200)).contains("more than 100 columns"));
        let latin = Joined::parse(b"callId\n\xe9\n", "callId").expect_err("it is no UTF-8");
        assert!(latin.contains("byte 8 is not valid UTF-8"), "{latin}");
    }
}
