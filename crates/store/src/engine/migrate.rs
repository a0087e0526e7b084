//! Which migrations are still to be run. Refuses a database whose history is not the beginning of the
//! list this program has: one that is newer, one with a migration edited afterwards, one with a gap.

use super::StoreError;
use crate::migrations::Migration;

/// A row of `schema_history`.
pub(super) struct Applied {
    pub(super) number: i64,
    pub(super) name: String,
    pub(super) checksum: String,
}

/// The migrations of `known` that `applied` lacks, oldest first.
pub(super) fn pending<'k>(
    known: &'k [Migration],
    applied: &[Applied],
) -> Result<&'k [Migration], StoreError> {
    if let Some(gap) = known.iter().zip(1..).find(|(migration, place)| migration.number != *place) {
        return Err(StoreError::Schema(format!(
            "migration {} is out of order in this program",
            gap.0.number
        )));
    }
    if let Some(newest) = applied.last()
        && !known.iter().any(|migration| i64::from(migration.number) >= newest.number)
    {
        return Err(StoreError::Schema(format!(
            "the database was written by a newer Hospes: its schema is number {}, this program knows up to {}",
            newest.number,
            known.len(),
        )));
    }
    for (migration, applied) in known.iter().zip(applied) {
        if i64::from(migration.number) != applied.number {
            return Err(StoreError::Schema(format!(
                "migration {} ({}) is missing from the database although later ones were run",
                migration.number, migration.name,
            )));
        }
        if migration.name != applied.name || checksum(migration.sql) != applied.checksum {
            return Err(StoreError::Schema(format!(
                "migration {} ({}) was edited after it had been run on this database",
                migration.number, migration.name,
            )));
        }
    }
    Ok(&known[applied.len().min(known.len())..])
}

/// FNV-1a, 64 bits, of the text without carriage returns (a checkout may add them). It guards against
/// mistakes only: whoever can edit the file with ill will can edit the history too.
pub(super) fn checksum(sql: &str) -> String {
    let hash = sql.bytes().filter(|byte| *byte != b'\r').fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    const KNOWN: [Migration; 3] = [
        Migration { number: 1, name: "first", sql: "CREATE TABLE a (x TEXT);" },
        Migration { number: 2, name: "second", sql: "CREATE TABLE b (x TEXT);" },
        Migration { number: 3, name: "third", sql: "CREATE TABLE c (x TEXT);" },
    ];

    fn applied(migrations: &[Migration]) -> Vec<Applied> {
        let row = |it: &Migration| Applied {
            number: it.number.into(),
            name: it.name.into(),
            checksum: checksum(it.sql),
        };
        migrations.iter().map(row).collect()
    }

    fn refusal(known: &[Migration], applied: &[Applied]) -> String {
        pending(known, applied).unwrap_err().to_string()
    }

    #[test]
    fn what_is_not_applied_is_pending_in_order() {
        let numbers = |count: usize| {
            let left = pending(&KNOWN, &applied(&KNOWN[..count])).unwrap();
            left.iter().map(|it| it.number).collect::<Vec<_>>()
        };
        assert_eq!(numbers(0), [1, 2, 3]);
        assert_eq!(numbers(2), [3]);
        assert!(numbers(3).is_empty());
    }

    #[test]
    fn a_newer_database_is_refused() {
        let message = refusal(&KNOWN[..2], &applied(&KNOWN));
        assert_eq!(
            message,
            "the database was written by a newer Hospes: its schema is number 3, this program knows up to 2"
        );
    }

    #[test]
    fn an_edited_or_renamed_migration_is_refused() {
        let mut edited = KNOWN;
        edited[1].sql = "CREATE TABLE b (x TEXT, y TEXT);";
        assert_eq!(
            refusal(&edited, &applied(&KNOWN)),
            "migration 2 (second) was edited after it had been run on this database"
        );
        let mut renamed = KNOWN;
        renamed[0].name = "one";
        assert!(refusal(&renamed, &applied(&KNOWN[..1])).starts_with("migration 1 (one) was edited"));
    }

    #[test]
    fn a_gap_is_refused_on_both_sides() {
        let mut rows = applied(&KNOWN);
        rows.remove(1);
        assert!(refusal(&KNOWN, &rows).starts_with("migration 2 (second) is missing"));
        assert!(refusal(&KNOWN[1..], &[]).contains("out of order"));
    }

    #[test]
    fn line_ends_do_not_count_as_an_edit() {
        assert_eq!(checksum("a\r\nb"), checksum("a\nb"));
        assert_eq!(checksum(""), "cbf29ce484222325");
    }
}
