//! What closures changed, for whoever follows the directory: noted while a closure runs, written together with its commit
//! under a position that rises in the order of commits (docs/decisions/0020-changes.md). Refuses to give a position
//! before the commit: two writers at once would commit in another order than they drew, and a reader who has seen the
//! later one would never look for the earlier one again.

use uuid::Uuid;

/// One object that a closure changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whose directory.
    pub tenant: Uuid,
    /// What kind of object, as it is stored.
    pub kind: &'static str,
    /// The object.
    pub object: Uuid,
    /// The other object of a relation that came or went.
    pub related: Option<Uuid>,
    /// What changed, as bits.
    pub what: i64,
}

/// Adds a note to those of a closure; what was noted of the same object before becomes one with it.
pub(super) fn add(notes: &mut Vec<Note>, note: Note) {
    let same = |other: &&mut Note| {
        (other.tenant, other.kind, other.object, other.related)
            == (note.tenant, note.kind, note.object, note.related)
    };
    match notes.iter_mut().rev().take(LOOKED_AT).find(same) {
        Some(known) => known.what |= note.what,
        None => notes.push(note),
    }
}

/// A closure that fills a directory notes thousands; a second note of an object comes soon after the first. One that is
/// not found makes a row more and nothing worse.
const LOOKED_AT: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_object_is_one_note_and_a_relation_is_another() {
        let note = |object: u128, related: Option<u128>, what| Note {
            tenant: Uuid::from_u128(1),
            kind: "group",
            object: Uuid::from_u128(object),
            related: related.map(Uuid::from_u128),
            what,
        };
        let mut notes = Vec::new();
        for one in
            [note(1, None, 1), note(2, None, 2), note(1, None, 4), note(1, Some(9), 16), note(1, Some(9), 16)]
        {
            add(&mut notes, one);
        }
        assert_eq!(notes, [note(1, None, 5), note(2, None, 2), note(1, Some(9), 16)]);
    }
}
