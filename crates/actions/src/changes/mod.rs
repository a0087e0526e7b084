//! What changed since a reader looked last: users and groups in rounds, each of which begins where the one before ended
//! (reference/user-object.md section 7). Refuses readers who may not list the collection, on every page anew, and rounds
//! whose beginning is not kept any more.

mod groups;
mod users;

pub use groups::{GroupChange, groups};
pub use users::{UserChange, users};

pub use hospes_store::changes::Place;

use hospes_domain::application::PrincipalKind;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_store::changes::{self, Change, Extent, Wanted};
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups::Member;

/// Rows of the log that one page looks through for each object it may hold: an object that changed often takes many.
const ROWS_AN_OBJECT: usize = 4;

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// Everything there is now.
    Start,
    /// Nothing: the reader only wants to hear of what comes.
    Latest,
    /// Everything, behind an object; the round tells of the state no older than `until`.
    Object {
        /// The last object of the page before.
        after: ObjectId,
        /// How many members of it were told: of the very group, not of the next one.
        member: Option<ObjectId>,
        /// The last position when the round began.
        until: i64,
    },
    /// What changed behind that place, in a new round.
    Since(Place),
    /// What changed behind that place, up to where the log went when the round began.
    Within {
        /// Behind this.
        after: Place,
        /// Up to this.
        until: i64,
    },
}

/// What a reader follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Changes that count; presence always does.
    pub what: Changed,
    /// These objects only; empty for all.
    pub only: Vec<ObjectId>,
    /// Objects a page holds at most.
    pub top: u16,
}

/// Where the next page or round begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// There is more of this round.
    Page(From),
    /// The round is over; the next one begins behind this.
    Round(i64),
}

/// One page of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page<T> {
    /// What changed.
    Changes {
        /// The objects, each once on a page.
        items: Vec<T>,
        /// What comes then.
        next: Next,
        /// The issuer of the tenant's own identities.
        initial_domain: String,
    },
    /// What happened since is not kept any more: begin anew.
    Forgotten,
    /// The log does not reach that far: the directory is another one, or an older state of it. Begin anew.
    Unknown,
}

/// Why a place is none of this log, if it is none.
fn out_of_reach<T>(from: From, extent: Extent) -> Option<Page<T>> {
    let (earliest, latest) = match from {
        From::Start | From::Latest => return None,
        From::Object { until, .. } => (until, until),
        From::Since(place) => (place.position, place.position),
        From::Within { after, until } => (after.position, until),
    };
    if latest > extent.last {
        Some(Page::Unknown)
    } else if earliest < extent.forgotten {
        Some(Page::Forgotten)
    } else {
        None
    }
}

/// The other side of a relation that came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelatedChange {
    /// Who.
    pub id: ObjectId,
    /// What they are.
    pub kind: PrincipalKind,
    /// Whether the relation is none any more.
    pub gone: bool,
}

impl RelatedChange {
    fn there(member: Member) -> Self {
        Self { id: member.id, kind: member.kind, gone: false }
    }

    /// What is to be told of those whose relation came or went: `there` are those who have it now.
    fn of_moved(
        moved: &[ObjectId],
        there: &[Member],
        kind_of: impl Fn(ObjectId) -> PrincipalKind,
    ) -> Vec<Self> {
        let one = |id: &ObjectId| match there.iter().find(|member| member.id == *id) {
            Some(member) => Self::there(*member),
            None => Self { id: *id, kind: kind_of(*id), gone: true },
        };
        moved.iter().map(one).collect()
    }
}

/// What the log says of one object.
struct Row {
    object: ObjectId,
    what: Changed,
    /// The others of relations that came or went, each with which relations.
    moved: Vec<(ObjectId, Changed)>,
}

impl Row {
    /// Those of which that relation came or went.
    fn moved(&self, relation: Changed) -> Vec<ObjectId> {
        self.moved.iter().filter(|(_, what)| what.touches(relation)).map(|(id, _)| *id).collect()
    }
}

/// One page of the log: the objects with what changed about each, in the order in which they first changed.
struct Rows {
    changes: Vec<Row>,
    next: Next,
}

/// Reads a page of the log behind `after`. An object that changes again behind the page comes again.
fn rows(
    tx: &impl Read,
    tenant: TenantId,
    kind: Kind,
    followed: &Followed,
    (after, until): (Place, i64),
) -> Result<Rows, StoreError> {
    let top = usize::from(followed.top);
    let most = top * ROWS_AN_OBJECT + 1;
    let what = followed.what.and(Changed::PRESENCE);
    let wanted = Wanted { kind, after, until, what, only: &followed.only, most };
    let found = changes::read(tx, tenant, &wanted)?;
    let mut page: Vec<Row> = Vec::new();
    let mut places = std::collections::HashMap::new();
    let mut end = after;
    for Change { place, object, related, what } in &found {
        let known = places.get(object).copied();
        if known.is_none() && page.len() == top {
            return Ok(Rows { changes: page, next: Next::Page(From::Within { after: end, until }) });
        }
        let at = known.unwrap_or_else(|| {
            places.insert(*object, page.len());
            page.push(Row { object: *object, what: Changed::NOTHING, moved: Vec::new() });
            page.len() - 1
        });
        if let Some(row) = page.get_mut(at) {
            row.what = row.what.and(*what);
            let known = row.moved.iter_mut().find(|(id, _)| Some(*id) == *related);
            match (known, related) {
                (Some((_, before)), _) => *before = before.and(*what),
                (None, Some(id)) => row.moved.push((*id, *what)),
                (None, None) => {}
            }
        }
        end = *place;
    }
    let more = found.len() == most;
    Ok(Rows {
        changes: page,
        next: if more { Next::Page(From::Within { after: end, until }) } else { Next::Round(until) },
    })
}
