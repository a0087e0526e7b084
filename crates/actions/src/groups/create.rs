//! Creating a group, with its first owners and members. Refuses groups that are not plain security
//! groups: mail-enabled, dynamic and unified groups do not exist here.

use hospes_domain::access::{Actor, may_create_group};
use hospes_domain::group::Group;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::text::{Lines, has_hidden};
use hospes_store::engine::WriteTx;
use hospes_store::groups;

use crate::app::{App, Stop};
use crate::audit::{self, Activity, Target};
use crate::callers;

/// A group to be.
#[derive(Clone, Debug, Default)]
pub struct CreateGroup {
    /// `displayName`, at most 256 characters.
    pub display_name: String,
    /// `mailNickname`, at most 64 characters.
    pub mail_nickname: String,
    /// `description`.
    pub description: Option<String>,
    /// `isAssignableToRole`: cannot be changed later.
    pub role_assignable: bool,
    /// `owners@odata.bind`.
    pub owners: Vec<ObjectId>,
    /// `members@odata.bind`, at most 20.
    pub members: Vec<ObjectId>,
}

/// Creates a security group.
///
/// # Errors
/// [`Refusal::NotAllowed`], [`Refusal::Invalid`], [`Refusal::NotFound`] for owners or members that the
/// tenant does not have; nothing is created then.
pub async fn create(app: &App, actor: &Actor, command: CreateGroup) -> Result<Group, Refusal> {
    let group = group(app, &command);
    let (tenant, caller_actor, audit_id) = (actor.tenant, actor.clone(), app.new_id());
    app.command(actor, Activity::AddGroup, move |tx| {
        let caller = callers::load(tx, &caller_actor)?;
        may_create_group(&caller, command.role_assignable)?;
        let mut group = group.clone()?;
        group.created_at = tx.now();
        save(tx, tenant, &group, &command.owners, &command.members)?;
        audit::done(tx, &caller, audit_id, Activity::AddGroup, Some(&Target::group(&group)), Vec::new())?;
        groups::by_id(tx, tenant, group.id)?.ok_or_else(|| Stop::from(Refusal::Internal))
    })
    .await
}

fn group(app: &App, command: &CreateGroup) -> Result<Group, Refusal> {
    let name = text("displayName", &command.display_name, 256)?;
    let nickname = text("mailNickname", &command.mail_nickname, 64)?;
    check_nickname(&nickname)?;
    if command.members.len() + command.owners.len() > 20 {
        let remedy = "Name at most 20 members and owners here and add the others later.";
        return Err(Refusal::invalid("members@odata.bind", "There are too many references.", remedy));
    }
    Ok(Group {
        id: app.new_object_id(),
        revision: 1,
        display_name: name,
        description: description(command.description.as_deref())?,
        mail: None,
        mail_nickname: nickname,
        security_enabled: true,
        role_assignable: command.role_assignable,
        created_at: app.now(),
    })
}

/// Refuses what the original takes in no `mailNickname`.
pub(super) fn check_nickname(nickname: &str) -> Result<(), Refusal> {
    if nickname.chars().any(|c| !c.is_ascii() || c.is_control() || r#" @()\[]";:<>,"#.contains(c)) {
        let cause = "Invalid value specified for property 'mailNickname'.";
        return Err(Refusal::invalid("mailNickname", cause, "Use letters, digits, dots and hyphens."));
    }
    Ok(())
}

/// A description may have lines.
pub(super) fn description(given: Option<&str>) -> Result<Option<String>, Refusal> {
    let given = given.map(str::trim).filter(|text| !text.is_empty());
    if given.is_some_and(|text| text.chars().count() > 1024) {
        let cause = "Invalid value specified for property 'description'.";
        return Err(Refusal::invalid("description", cause, "Give at most 1024 characters."));
    }
    if given.is_some_and(|text| has_hidden(text, Lines::Many)) {
        let cause = "Invalid value specified for property 'description'.";
        return Err(Refusal::invalid("description", cause, "Give plain text without control characters."));
    }
    Ok(given.map(str::to_owned))
}

pub(super) fn text(field: &str, value: &str, longest: usize) -> Result<String, Refusal> {
    let hidden = has_hidden(value, Lines::One);
    let value = value.trim();
    let length = value.chars().count();
    if length == 0 || length > longest || hidden {
        let cause = format!("Invalid value specified for property '{field}'.");
        return Err(Refusal::invalid(
            field,
            cause,
            format!("Give 1 to {longest} characters without line breaks."),
        ));
    }
    Ok(value.to_owned())
}

/// Saves a new group with owners and members; looks at all of them before it saves anything.
pub(crate) fn save(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    group: &Group,
    owners: &[ObjectId],
    members: &[ObjectId],
) -> Result<(), Stop> {
    let members = each(members, |id| super::candidate(tx, tenant, group, id))?;
    let owners = each(owners, |id| super::owner(tx, tenant, id))?;
    if !groups::insert(tx, tenant, group)? {
        return Err(Refusal::Conflict { cause: "Another object has this id.".to_owned() }.into());
    }
    for owner in owners {
        groups::add_owner(tx, tenant, group.id, owner)?;
    }
    for member in members {
        groups::add_member(tx, tenant, group.id, member)?;
    }
    Ok(())
}

fn each<T>(ids: &[ObjectId], look: impl Fn(ObjectId) -> Result<T, Stop>) -> Result<Vec<T>, Stop> {
    ids.iter().map(|id| look(*id)).collect()
}
