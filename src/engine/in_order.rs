//! Processes all rows of a file on all processors, and takes the results in row order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;

use crate::sheet::{Row, Sheet, SheetError};

/// Number of rows per chunk.
const CHUNK: u64 = 2_048;

/// Calls `look` with chunks of rows 1 to `rows`, on any thread, and `take` with the results, in row order, on this
/// thread. Ends early when `take` fails. `look` must read all its rows.
pub(super) fn in_order<T: Send, E: From<SheetError>>(
    sheet: &Sheet,
    rows: u64,
    look: impl Fn(&mut dyn Iterator<Item = Result<Row, SheetError>>) -> Result<T, SheetError> + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicU64::new(0);
    // The thread that takes has little to do.
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (sender, chunks) = sync_channel::<(u64, Result<T, SheetError>)>(2 * threads);
    let look = |number: u64| {
        let wanted = usize::try_from(CHUNK.min(rows - number * CHUNK)).unwrap_or(usize::MAX);
        look(&mut sheet.rows_from(number * CHUNK + 1)?.take(wanted))
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, look, next) = (sender.clone(), &look, &next);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    // Nothing more is needed once `take` has failed.
                    if number * CHUNK >= rows || sender.send((number, look(number))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut early, mut wanted) = (BTreeMap::new(), 0);
        for (number, chunk) in chunks {
            early.insert(number, chunk);
            while let Some(chunk) = early.remove(&wanted) {
                take(chunk?)?;
                wanted += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;
    use crate::sheet::SheetFault;

    /// Reads all rows, and changes the file after the first.
    fn looked_at(change: impl Fn(&mut std::fs::File) + Sync) -> Result<usize, SheetError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        // Longer than the read-ahead, but a single chunk.
        let row = format!("{},x\n", "a".repeat(200));
        write!(file, "A,B\n{}", row.repeat(2_000)).unwrap();
        let sheet = Sheet::open(file.path()).unwrap();
        let rows = sheet.scan().unwrap().rows;
        let mut all = 0;
        let look = |rows: &mut dyn Iterator<Item = Result<Row, SheetError>>| {
            let first = rows.next().into_iter().collect::<Result<Vec<_>, _>>()?.len();
            change(&mut std::fs::OpenOptions::new().append(true).open(file.path()).unwrap());
            Ok(first + rows.collect::<Result<Vec<_>, _>>()?.len())
        };
        in_order(&sheet, rows, look, |count| {
            all += count;
            Ok::<_, SheetError>(())
        })?;
        Ok(all)
    }

    #[test]
    fn a_change_of_the_file_is_detected() {
        let grown = looked_at(|file| writeln!(file, "new,x").unwrap());
        assert!(matches!(grown, Err(SheetError { fault: SheetFault::Changed, .. })), "{grown:?}");
        let shrunk = looked_at(|file| file.set_len(file.metadata().unwrap().len() / 2).unwrap());
        assert!(matches!(shrunk, Err(SheetError { fault: SheetFault::Changed, .. })), "{shrunk:?}");
    }

    #[test]
    fn an_unchanged_file_is_read_completely() {
        assert_eq!(looked_at(|_| ()), Ok(2_000));
    }
}
