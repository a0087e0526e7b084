//! Changing what a group says of itself, with new members and owners in the same step (reference/user-object.md section 6). Refuses to
//! change what a group was made for: whether roles may be assigned to it is decided once.

use hospes_domain::access::Actor;
use hospes_domain::edit::Edit;
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_store::engine::{Read, StoreError};
use hospes_store::groups::{self, Member};

use super::add_member::changeable;
use super::create::{check_nickname, description, text};
use super::{ALREADY_MEMBER, administrable, candidate, owners};
use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;
use crate::roles::after_joining;

/// Most members and owners that one change adds, as in the original.
const MOST_ADDED: usize = 20;

/// What is to change.
#[derive(Clone, Debug, Default)]
pub struct GroupEdit {
    /// `displayName`
    pub display_name: Option<String>,
    /// `mailNickname`
    pub mail_nickname: Option<String>,
    /// `description`
    pub description: Edit<String>,
    /// `isAssignableToRole`: may be said, and is decided once.
    pub role_assignable: Option<bool>,
    /// `members@odata.bind`: who comes in.
    pub members: Vec<ObjectId>,
    /// `owners@odata.bind`: who looks after it, too.
    pub owners: Vec<ObjectId>,
}

impl GroupEdit {
    /// Names of the properties that change, for the audit record.
    fn names(&self) -> Vec<&'static str> {
        [
            (self.display_name.is_some(), "displayName"),
            (self.mail_nickname.is_some(), "mailNickname"),
            (self.description.is_given(), "description"),
            (self.role_assignable.is_some(), "isAssignableToRole"),
        ]
        .into_iter()
        .filter(|(given, _)| *given)
        .map(|(_, name)| name)
        .collect()
    }

    fn apply(&self, group: &mut Group) -> Result<(), Refusal> {
        if let Some(name) = &self.display_name {
            group.display_name = text("displayName", name, 256)?;
        }
        if let Some(nickname) = &self.mail_nickname {
            group.mail_nickname = text("mailNickname", nickname, 64)?;
            check_nickname(&group.mail_nickname)?;
        }
        if self.role_assignable.is_some_and(|wanted| wanted != group.role_assignable) {
            let cause = "Whether roles may be assigned to a group is decided when it is made.";
            return Err(Refusal::invalid("isAssignableToRole", cause, "Make another group."));
        }
        match &self.description {
            Edit::Keep => {}
            Edit::Clear => group.description = None,
            Edit::Set(given) => group.description = description(Some(given))?,
        }
        Ok(())
    }
}

/// Changes a group; all of it or nothing. Gives its revision after that.
///
/// # Errors
/// [`Refusal::NotAllowed`]; [`Refusal::NotFound`] for an unknown group or member; [`Refusal::Invalid`];
/// [`Refusal::AlreadyExists`] if somebody is a member or an owner already; [`Refusal::Stale`].
pub async fn update(
    app: &App,
    actor: &Actor,
    id: ObjectId,
    edit: GroupEdit,
    only_if: Precondition,
) -> Result<i64, Refusal> {
    let (caller_actor, audit_id) = (actor.clone(), app.new_id());
    let bound = edit.members.iter().chain(&edit.owners).take(MOST_ADDED);
    let bound_ids: Vec<_> = bound.map(|_| app.new_id()).collect();
    app.command(actor, Activity::UpdateGroup, move |tx| {
        let tenant = caller_actor.tenant;
        let caller = callers::load(tx, &caller_actor)?;
        let names = edit.names();
        // Who only lets people in needs no more than that takes.
        let only_bound = names.is_empty() && !(edit.members.is_empty() && edit.owners.is_empty());
        let only_members = only_bound && edit.owners.is_empty();
        let mut group =
            if only_members { changeable(tx, &caller, id)? } else { administrable(tx, &caller, id)? };
        only_if.check(group.revision)?;
        edit.apply(&mut group)?;
        few(edit.members.len() + edit.owners.len())?;
        let members = newcomers(tx, tenant, &group, &edit.members)?;
        let new_owners = owners::newcomers(tx, tenant, &group, &edit.owners, "owners@odata.bind")?;
        let mut bound_ids = bound_ids.iter().copied();
        if !names.is_empty() && !groups::update(tx, tenant, &group)? {
            return Err(StoreError::Conflict.into());
        }
        for (member, audit_id) in members.into_iter().zip(&mut bound_ids) {
            groups::add_member(tx, tenant, group.id, member)?;
            after_joining(tx, tenant, &group, member.id)?;
            let target = Target::group(&group).with(member.id);
            let details = vec![("member".to_owned(), member.id.to_string())];
            audit::done(tx, &caller, audit_id, Activity::AddMember, Some(&target), details)?;
        }
        for (owner, audit_id) in new_owners.into_iter().zip(bound_ids) {
            owners::install(tx, &caller, audit_id, &group, owner)?;
        }
        if !only_bound {
            let (details, target) = (vec![("changed".to_owned(), names.join(", "))], Target::group(&group));
            audit::done(tx, &caller, audit_id, Activity::UpdateGroup, Some(&target), details)?;
        }
        Ok(super::must_exist(tx, tenant, id)?.revision)
    })
    .await
}

fn few(bound: usize) -> Result<(), Refusal> {
    if bound > MOST_ADDED {
        let cause = "There are more than 20 references.";
        return Err(Refusal::invalid("members@odata.bind", cause, "Add the others in further calls."));
    }
    Ok(())
}

/// Those who come in, each of whom may and is not in yet.
fn newcomers(tx: &impl Read, tenant: TenantId, group: &Group, ids: &[ObjectId]) -> Result<Vec<Member>, Stop> {
    let mut members: Vec<Member> = Vec::with_capacity(ids.len());
    for id in ids {
        let member = candidate(tx, tenant, group, *id)?;
        let twice = members.iter().any(|other| other.id == *id);
        if twice || groups::member(tx, tenant, group.id, *id)?.is_some() {
            return Err(Refusal::AlreadyExists { cause: ALREADY_MEMBER.to_owned() }.into());
        }
        members.push(member);
    }
    Ok(members)
}
