//! The statements of a connection, prepared once and again now and then. The server plans a statement when it is first
//! used, by the size its tables have then, and keeps the plan until it looks at the tables again, which may be minutes
//! later: what was planned for an empty table reads all of a full one. So a statement is planned anew after 16 uses, after
//! eight times as many, and so on. Refuses to keep texts without end.

use std::collections::HashMap;

use tokio_postgres::Statement;

/// Filters make new texts without end, so when this many are kept all are let go.
const MOST: usize = 256;
/// Uses of the first plan.
const FIRST: u32 = 16;
/// Each later plan is used this many times as often as the one before.
const LONGER: u32 = 8;
/// But not more often than this.
const LONGEST: u32 = FIRST * LONGER * LONGER * LONGER * LONGER;

#[derive(Default)]
pub(super) struct Prepared {
    kept: HashMap<String, Kept<Statement>>,
}

/// Something with the number of uses it is still good for.
struct Kept<T> {
    what: T,
    life: u32,
    left: u32,
}

impl<T> Kept<T> {
    const fn new(what: T, life: u32) -> Self {
        Self { what, life, left: life }
    }

    fn take_one(&mut self) -> Option<&T> {
        self.left = self.left.checked_sub(1)?;
        Some(&self.what)
    }

    fn next_life(&self) -> u32 {
        (self.life * LONGER).min(LONGEST)
    }
}

impl Prepared {
    /// The statement, if it need not be prepared.
    pub(super) fn get(&mut self, sql: &str) -> Option<Statement> {
        self.kept.get_mut(sql)?.take_one().cloned()
    }

    /// Keeps a statement that was just prepared and is used now.
    pub(super) fn keep(&mut self, sql: &str, statement: Statement) {
        if let Some(old) = self.kept.get_mut(sql) {
            *old = Kept::new(statement, old.next_life());
            return;
        }
        if self.kept.len() >= MOST {
            self.kept.clear();
        }
        self.kept.insert(sql.to_owned(), Kept::new(statement, FIRST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_plan_lives_longer_than_the_one_before_up_to_a_bound() {
        let (mut life, mut lives) = (FIRST, Vec::new());
        for _ in 0..6 {
            let mut kept = Kept::new((), life);
            let uses = std::iter::from_fn(|| kept.take_one().copied()).count();
            lives.push(uses);
            life = kept.next_life();
        }
        assert_eq!(lives, [16, 128, 1024, 8192, 65_536, 65_536]);
    }
}
