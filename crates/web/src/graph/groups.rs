//! `/groups`. Refuses groups that are not plain security groups: mail-enabled, dynamic and unified groups do
//! not exist here.

use hospes_actions::directory_objects::DirectoryObject;
use hospes_actions::groups::create::{CreateGroup, create as create_group};
use hospes_actions::groups::delete::delete as delete_group;
use hospes_actions::groups::get::get as get_group;
use hospes_actions::groups::list::list as list_groups;
use hospes_actions::groups::update::{GroupEdit, update as update_group};
use hospes_domain::deletion::Deleted;
use hospes_domain::edit::Edit;
use hospes_domain::group::Group;
use hospes_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::asked::{asked_with, created, nothing_else, object, picked};
use super::deleted_items::stamped;
use super::directory_objects::{references, wire as any};
use super::dispatch::Answer;
use super::etag;
use super::expanding::{fill, of_groups, whole};
use super::odata::group_fields::GROUPS;
use super::reply::Reply;
use super::request::{Call, Fields};
use super::users::time;

// Wire

/// What a request without `$select` gets.
pub(super) const DEFAULT: &[&str] = &[
    "id",
    "deletedDateTime",
    "classification",
    "createdDateTime",
    "description",
    "displayName",
    "expirationDateTime",
    "groupTypes",
    "isAssignableToRole",
    "mail",
    "mailEnabled",
    "mailNickname",
    "membershipRule",
    "onPremisesSyncEnabled",
    "preferredLanguage",
    "proxyAddresses",
    "renewedDateTime",
    "securityEnabled",
    "theme",
    "uniqueName",
    "visibility",
];

/// Properties that are never null, but empty.
const COLLECTIONS: &[&str] = &[
    "groupTypes",
    "proxyAddresses",
    "assignedLabels",
    "assignedLicenses",
    "onPremisesProvisioningErrors",
    "serviceProvisioningErrors",
    "resourceBehaviorOptions",
    "resourceProvisioningOptions",
    "infoCatalogs",
];

/// A property without a value: collections are empty, everything else is null.
pub(super) fn empty(name: &str) -> Value {
    if COLLECTIONS.contains(&name) { json!([]) } else { Value::Null }
}

/// The group with the selected properties.
pub(super) fn wire(group: &Group, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(DEFAULT), |name| match name {
        "id" => group.id.to_string().into(),
        "createdDateTime" | "renewedDateTime" => time(group.created_at).into(),
        "description" => group.description.clone().into(),
        "displayName" => group.display_name.clone().into(),
        "isAssignableToRole" => group.role_assignable.into(),
        "mail" => group.mail.clone().into(),
        "mailEnabled" => false.into(),
        "mailNickname" => group.mail_nickname.clone().into(),
        "securityEnabled" => group.security_enabled.into(),
        name => empty(name),
    })
}

/// What stays of a group after its deletion, with when that was.
pub(super) fn deleted(group: &Deleted<Group>, selected: Option<&[&'static str]>) -> Value {
    stamped(wire(&group.item, selected), group.at)
}

/// What every group here is; a body may say so.
fn as_all_are(body: &mut Fields) -> Result<(), Refusal> {
    let no = |field: &str, cause: &str, remedy: &str| Err(Refusal::invalid(field, cause, remedy));
    if body.flag("mailEnabled")? == Some(true) {
        // The original's words for what it does not write either.
        let cause = "The service does not currently support writes of mail-enabled groups. Please ensure that the \
                     mail-enablement property is unset and the security-enablement property is set.";
        return no("mailEnabled", cause, "Send mailEnabled false and securityEnabled true.");
    }
    if body.flag("securityEnabled")? == Some(false) {
        return no("securityEnabled", "Every group here is a security group.", "Send true.");
    }
    if !body.texts("groupTypes")?.is_empty() {
        return no(
            "groupTypes",
            "There are no unified and no dynamic groups here.",
            "Send an empty collection.",
        );
    }
    // How every group here behaves: members are seen by those who may read groups.
    if body.text("visibility")?.is_some_and(|visibility| visibility != "Private") {
        return no("visibility", "Groups here are private.", "Send Private or leave it out.");
    }
    Ok(())
}

/// The body of `PATCH /groups/{id}`.
fn edit(mut body: Fields) -> Result<GroupEdit, Refusal> {
    let edit = GroupEdit {
        display_name: set_text(&mut body, "displayName")?,
        mail_nickname: set_text(&mut body, "mailNickname")?,
        description: body.edit_text("description")?,
        role_assignable: body.set_flag("isAssignableToRole")?,
        members: references(&mut body, "members@odata.bind")?,
        owners: references(&mut body, "owners@odata.bind")?,
    };
    as_all_are(&mut body)?;
    nothing_else(&body, GROUPS.properties, GROUPS.type_name)?;
    Ok(edit)
}

/// A text that may be left out, and cannot be cleared.
fn set_text(body: &mut Fields, name: &str) -> Result<Option<String>, Refusal> {
    match body.edit_text(name)? {
        Edit::Keep => Ok(None),
        Edit::Set(text) => Ok(Some(text)),
        Edit::Clear => {
            let cause = format!("Invalid value specified for property '{name}'.");
            Err(Refusal::invalid(name, cause, "It cannot be cleared."))
        }
    }
}

/// What a new group says, or the original does not make it (docs/decisions/0026-required-properties.md).
const DEMANDED: &[&str] = &["displayName", "mailNickname", "mailEnabled", "securityEnabled"];

fn read(mut body: Fields) -> Result<CreateGroup, Refusal> {
    body.demand(DEMANDED, "Group")?;
    let command = CreateGroup {
        display_name: body.required_text("displayName")?,
        mail_nickname: body.required_text("mailNickname")?,
        description: body.text("description")?,
        role_assignable: body.flag("isAssignableToRole")?.unwrap_or(false),
        owners: references(&mut body, "owners@odata.bind")?,
        members: references(&mut body, "members@odata.bind")?,
    };
    as_all_are(&mut body)?;
    nothing_else(&body, GROUPS.properties, GROUPS.type_name)?;
    Ok(command)
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let asked = asked_with(&call, &GROUPS, GROUPS.properties, &of_groups())?;
    let found = list_groups(call.app(), &call.actor, asked.list.clone(), asked.counted).await?;
    let mut value: Vec<Value> =
        found.items.iter().map(|group| wire(group, asked.selected.as_deref())).collect();
    let ids = found.items.iter().map(|group| group.id).collect();
    fill(&call, &asked.expanded, ids, &mut value).await?;
    asked.reply(&call, "groups", value, found.count, found.next.as_ref())
}

pub(super) async fn get(call: Call) -> Answer {
    let picked = picked(&call, &GROUPS, &of_groups())?;
    let group = get_group(call.app(), &call.actor, call.object(0)?).await?;
    let (body, tag) = match &group {
        DirectoryObject::Group(group) => (wire(group, picked.0.as_deref()), Some(etag::tag(group.revision))),
        // To whoever sees the id alone a tag would tell of changes.
        unseen => (any(unseen, picked.0.as_deref()), None),
    };
    Ok(Reply::ok(whole(&call, "groups", &picked, group.id(), body).await?).tagged(tag))
}

pub(super) async fn create(call: Call) -> Answer {
    let command = read(call.json()?)?;
    let group = create_group(call.app(), &call.actor, command).await?;
    Ok(created(&call, "groups", group.id, wire(&group, None)).tagged(Some(etag::tag(group.revision))))
}

pub(super) async fn update(call: Call) -> Answer {
    let edit = edit(call.changes(call.key(0))?)?;
    let only_if = etag::if_match(&call.headers)?;
    let revision = update_group(call.app(), &call.actor, call.object(0)?, edit, only_if).await?;
    // RFC 5789 section 2.1: so that the next change needs no reading before it.
    Ok(Reply::no_content().tagged(Some(etag::tag(revision))))
}

pub(super) async fn delete(call: Call) -> Answer {
    let only_if = etag::if_match(&call.headers)?;
    delete_group(call.app(), &call.actor, call.object(0)?, only_if).await?;
    Ok(Reply::no_content())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn body(text: &str) -> Result<CreateGroup, String> {
        read(Fields::read(text.as_bytes()).unwrap()).map_err(|refusal| match refusal {
            Refusal::Invalid(invalid) => invalid.field,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn what_command_lines_send_is_read() {
        let azure = r##"{"displayName":"g","mailNickname":"g","mailEnabled":false,"securityEnabled":true,"@odata.type":"#microsoft.graph.group",
            "groupTypes":[],"members@odata.bind":["https://graph.microsoft.com/v1.0/users/84d9e4b5-1f6c-4d3a-9d2e-0a1b2c3d4e5f"]}"##;
        let command = body(azure).unwrap();
        assert_eq!(
            (command.display_name.as_str(), command.members.len(), command.role_assignable),
            ("g", 1, false)
        );
    }

    #[test]
    fn other_kinds_of_groups_and_unknown_names_are_refused() {
        for (text, field) in [
            (r#""mailEnabled":true,"securityEnabled":true"#, "mailEnabled"),
            (r#""mailEnabled":false,"securityEnabled":false"#, "securityEnabled"),
            (r#""mailEnabled":false,"securityEnabled":true,"groupTypes":["Unified"]"#, "groupTypes"),
            (r#""mailEnabled":false,"securityEnabled":true,"id":"1""#, "id"),
            (r#""mailEnabled":false,"securityEnabled":true,"tenant":"1""#, "tenant"),
            (
                r#""mailEnabled":false,"securityEnabled":true,"members@odata.bind":["x"]"#,
                "members@odata.bind",
            ),
        ] {
            let text = format!(r#"{{"displayName":"g","mailNickname":"g",{text}}}"#);
            assert_eq!(body(&text).unwrap_err(), field, "{text}");
        }
    }
}
