//! The rule of the SQL subset that is easiest to break: placeholders are `$1`, `$2`, … in ascending
//! order of first use, one parameter each. Refuses (in debug builds) text that breaks it, because
//! SQLite numbers them by appearance and PostgreSQL by name.

use super::StoreError;

/// Checks `sql` against `count` parameters.
pub(super) fn check(sql: &str, count: usize) -> Result<(), StoreError> {
    let mut highest = 0;
    let mut rest = sql.bytes().peekable();
    while let Some(byte) = rest.next() {
        match byte {
            // A quote inside a literal is doubled, which reads as two literals side by side.
            b'\'' | b'"' => while rest.next().is_some_and(|inner| inner != byte) {},
            b'?' => return Err(broken("the placeholder is $1, not ?")),
            b'$' => {
                let mut number = 0_usize;
                while let Some(digit) = rest.next_if(u8::is_ascii_digit) {
                    number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
                }
                if number == 0 || number > highest + 1 {
                    return Err(broken(&format!("${number} is used before ${}", highest + 1)));
                }
                highest = highest.max(number);
            }
            _ => {}
        }
    }
    if highest == count {
        Ok(())
    } else {
        Err(broken(&format!("{highest} placeholders, {count} parameters")))
    }
}

fn broken(what: &str) -> StoreError {
    StoreError::Statement(what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascending_first_use_passes() {
        for (sql, count) in [
            ("SELECT 1", 0),
            ("SELECT a FROM t WHERE b = $1 AND c = $2", 2),
            ("SELECT a FROM t WHERE b = $1 OR c = $1 OR d = $2 OR e = $1", 2),
            ("SELECT '$9 isn''t one?' FROM t WHERE b = $1", 1),
            ("VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)", 11),
        ] {
            assert_eq!(check(sql, count), Ok(()), "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for (sql, count) in [
            ("SELECT a FROM t WHERE b = $2 AND c = $1", 2),
            ("SELECT a FROM t WHERE b = $1 AND c = $3", 2),
            ("SELECT a FROM t WHERE b = $0", 1),
            ("SELECT a FROM t WHERE b = ?", 1),
            ("SELECT a FROM t WHERE b = ?1", 1),
            ("SELECT a FROM t WHERE b = $name", 1),
            ("SELECT a FROM t WHERE b = $1", 0),
            ("SELECT a FROM t WHERE b = $1", 2),
        ] {
            assert!(check(sql, count).is_err(), "{sql}");
        }
    }
}
