//! What a caller requires of an object before it is changed: that it is still as it was read (threats J12). Refuses to
//! know how a surface spells it.

use crate::refusal::Refusal;

/// A requirement on the revision of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// None: the last one to write a property wins.
    #[default]
    None,
    /// The object has one of these revisions. What was asked for may name none that we ever gave out.
    OneOf(Vec<i64>),
}

impl Precondition {
    /// Whether a change may be made to an object with this revision.
    ///
    /// # Errors
    /// [`Refusal::Stale`].
    pub fn check(&self, revision: i64) -> Result<(), Refusal> {
        match self {
            Self::None => Ok(()),
            Self::OneOf(revisions) if revisions.contains(&revision) => Ok(()),
            Self::OneOf(_) => Err(Refusal::Stale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_named_revision_will_do_where_one_is_required() {
        for (precondition, expected) in [
            (Precondition::None, Ok(())),
            (Precondition::OneOf(vec![7]), Ok(())),
            (Precondition::OneOf(vec![6, 7]), Ok(())),
            (Precondition::OneOf(vec![6, 8]), Err(Refusal::Stale)),
            (Precondition::OneOf(Vec::new()), Err(Refusal::Stale)),
        ] {
            assert_eq!(precondition.check(7), expected, "{precondition:?}");
        }
    }
}
