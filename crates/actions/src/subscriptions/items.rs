//! What is new for a subscription: from rows of the log of changes to what a post says. Refuses to say more of an object than
//! that it changed, and of a group who came and who went, by id, as the original does.

use std::collections::HashMap;

use hospes_domain::changes::{Changed, Kind};
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::subscription::{ChangeType, Relation};
use hospes_store::changes::{self, Change, Place, Wanted};
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::groups::{self, Member};
use serde::{Deserialize, Serialize};

use super::Subscription;

/// Changes that one post tells of.
const ITEMS: usize = 50;

/// One change in a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Item {
    /// As what it is told.
    pub(super) change: Told,
    /// What changed.
    pub(super) object: ObjectId,
    /// Who came to a group, or left it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) members: Vec<Moved>,
    /// Who came to own it, or does not any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) owners: Vec<Moved>,
}

/// Somebody whose relation to a group came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moved {
    /// Who.
    pub(super) id: ObjectId,
    /// Whether it went: as it is when the post is made, so that the last word is right.
    pub(super) gone: bool,
}

/// [`ChangeType`] as a job keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Told {
    Created,
    Updated,
    Deleted,
}

impl Told {
    fn of(change: ChangeType) -> Self {
        match change {
            ChangeType::Created => Self::Created,
            ChangeType::Updated => Self::Updated,
            ChangeType::Deleted => Self::Deleted,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Created => ChangeType::Created.name(),
            Self::Updated => ChangeType::Updated.name(),
            Self::Deleted => ChangeType::Deleted.name(),
        }
    }
}

/// What is new for a subscription, and how far that goes.
pub(super) fn new_items(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    subscription: &mut Subscription,
    until: i64,
) -> Result<Vec<Item>, StoreError> {
    let followed = subscription.followed;
    let only: Vec<ObjectId> = followed.object.into_iter().collect();
    let what = followed.relation.map_or(subscription.changes.touched(), Relation::changed);
    let wanted =
        Wanted { kind: followed.kind, after: subscription.told, until, what, only: &only, most: ITEMS };
    let found = changes::read(tx, tenant, &wanted)?;
    subscription.told = match found.last() {
        Some(last) if found.len() == ITEMS => last.place,
        _ => Place::behind(until),
    };
    let now = match followed.kind {
        Kind::Group => Now::load(tx, tenant, &found)?,
        Kind::User => Now::default(),
    };
    let mut items: Vec<Item> = Vec::new();
    for change in found {
        let moved = now.moved(&change);
        let told = match (followed.relation, moved) {
            (Some(_), Some((_, moved))) => subscription.changes.told_of_related(moved.gone),
            (Some(_), None) => None,
            (None, _) => subscription.changes.told_of(change.what),
        };
        let Some(told) = told.map(Told::of) else { continue };
        let place = items.iter().position(|item| (item.change, item.object) == (told, change.object));
        let place = place.unwrap_or_else(|| {
            items.push(Item { change: told, object: change.object, members: Vec::new(), owners: Vec::new() });
            items.len() - 1
        });
        if let Some((relation, moved)) = moved {
            let item = &mut items[place];
            let list = if relation == Changed::MEMBERS { &mut item.members } else { &mut item.owners };
            if !list.contains(&moved) {
                list.push(moved);
            }
        }
    }
    Ok(items)
}

/// Who of those that came to groups or left them is there now.
#[derive(Default)]
struct Now {
    members: HashMap<ObjectId, Vec<Member>>,
    owners: HashMap<ObjectId, Vec<Member>>,
}

impl Now {
    fn load(tx: &impl Read, tenant: TenantId, found: &[Change]) -> Result<Self, StoreError> {
        let mut asked: HashMap<ObjectId, Vec<ObjectId>> = HashMap::new();
        for change in found.iter().filter(|change| change.what.touches(Changed::MEMBERS)) {
            asked.entry(change.object).or_default().extend(change.related);
        }
        let asked: Vec<(ObjectId, Vec<ObjectId>)> = asked.into_iter().collect();
        let owned = found.iter().filter(|change| change.what.touches(Changed::OWNERS));
        let owned: Vec<ObjectId> = owned.map(|change| change.object).collect();
        let members =
            if asked.is_empty() { HashMap::new() } else { groups::members_among(tx, tenant, &asked)? };
        Ok(Self { members, owners: groups::owners_of(tx, tenant, &owned)? })
    }

    /// In which relation somebody came or went, if the row of the log says that.
    fn moved(&self, change: &Change) -> Option<(Changed, Moved)> {
        let id = change.related?;
        let (relation, all) = if change.what.touches(Changed::MEMBERS) {
            (Changed::MEMBERS, &self.members)
        } else if change.what.touches(Changed::OWNERS) {
            (Changed::OWNERS, &self.owners)
        } else {
            return None;
        };
        let there = all.get(&change.object).is_some_and(|all| all.iter().any(|member| member.id == id));
        Some((relation, Moved { id, gone: !there }))
    }
}
