//! Reads rows as fast as it can: the measure of the sandbox.
//!
//! Every value is looked at, so that nothing is saved by not reading; the sums let a test compare with the database.

use watchroom_plugin_sdk::{Document, Error, Figure, Query, Run, report, settings};

report!(run);

const COLUMNS: [&str; 6] = ["started", "ended", "minutes", "break_minutes", "unit", "category"];

fn run(_: &Run) -> Result<Document, Error> {
    let batch_rows = u32::try_from(settings::integer("batch_rows")?).unwrap_or(16_384);
    let (mut rows, mut minutes, mut breaks, mut span, mut letters) = (0_i64, 0_i64, 0_i64, 0_i64, 0_i64);
    for batch in Query::rows("duties", &COLUMNS).batch_rows(batch_rows).open()? {
        let batch = batch?;
        rows += batch.rows() as i64;
        minutes += batch.integers("minutes")?.sum();
        breaks += batch.integers("break_minutes")?.sum();
        let ended = batch.instants("ended")?;
        span += ended.sum().wrapping_sub(batch.instants("started")?.sum());
        for name in ["unit", "category"] {
            let texts = batch.texts(name)?;
            let lengths: Vec<i64> =
                (0..texts.words() as u32).map(|code| texts.word(code).unwrap_or_default().len() as i64).collect();
            for row in 0..batch.rows() {
                let length = texts.code(row).and_then(|code| lengths.get(code as usize));
                letters += length.copied().unwrap_or_default();
            }
        }
    }
    Ok(Document::new("Rows read").figures([
        Figure::new("Rows", rows),
        Figure::new("Minutes worked", minutes),
        Figure::new("Minutes of breaks", breaks),
        Figure::new("Seconds from start to end", span / 1_000_000),
        Figure::new("Bytes of units and categories", letters),
    ]))
}
