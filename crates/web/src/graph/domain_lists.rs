//! `/policies/b2bManagementPolicies`: which domains may be invited (reference/roles-and-policies.md section 3). Refuses a
//! policy that is not the organisation's default: there is one, and it is in force.

use hospes_actions::policies::change_domain_list::{DomainListEdit, change_domain_list};
use hospes_actions::policies::create_domain_list::{NewDomainPolicy, create_domain_list};
use hospes_actions::policies::delete_domain_list::delete_domain_list;
use hospes_actions::policies::{DOMAIN_LIST, domain_list};
use hospes_domain::edit::Edit;
use hospes_domain::policy::{DomainList, DomainPolicy};
use hospes_domain::refusal::Refusal;
use hospes_domain::text::{Lines, has_hidden};
use serde_json::{Value, json};

use super::asked::{created, entity, nothing_else, object, selected_of, whole_list};
use super::dispatch::Answer;
use super::reply::Reply;
use super::request::{Call, Fields};

// Wire

const SET: &str = "policies/b2bManagementPolicies";
const TYPE_NAME: &str = "microsoft.graph.b2bManagementPolicy";
pub(super) const PROPERTIES: &[&str] =
    &["id", "deletedDateTime", "definition", "description", "displayName", "isOrganizationDefault"];
/// `type` of the policy where policies of all kinds stand together; taken, and never answered.
const POLICY_TYPE: &str = "B2BManagementPolicy";
/// The longest name and description, in characters.
const LONGEST: usize = 1024;

fn wire(policy: &DomainPolicy, selected: Option<&[&'static str]>) -> Value {
    object(selected.unwrap_or(PROPERTIES), |name| match name {
        "id" => policy.id.to_string().into(),
        "definition" => json!([policy.list.definition()]),
        "description" => policy.description.clone().into(),
        "displayName" => policy.display_name.clone().into(),
        "isOrganizationDefault" => true.into(),
        _ => Value::Null,
    })
}

fn new_policy(mut body: Fields) -> Result<NewDomainPolicy, Refusal> {
    let list = list_of(&mut body)?.ok_or_else(|| {
        Refusal::invalid("definition", "The value is missing.", "The property is required.")
    })?;
    let display_name = name_of(&mut body)?.unwrap_or_else(|| DOMAIN_LIST.to_owned());
    let description = description_of(&mut body)?.value();
    nothing_more(&mut body)?;
    Ok(NewDomainPolicy { display_name, description, list })
}

fn edit(mut body: Fields) -> Result<DomainListEdit, Refusal> {
    let edit = DomainListEdit {
        display_name: name_of(&mut body)?,
        description: description_of(&mut body)?,
        list: list_of(&mut body)?,
    };
    nothing_more(&mut body)?;
    Ok(edit)
}

fn list_of(body: &mut Fields) -> Result<Option<DomainList>, Refusal> {
    match body.edit_texts("definition")? {
        Edit::Keep => Ok(None),
        Edit::Clear => DomainList::parse(&[]).map(Some),
        Edit::Set(texts) => DomainList::parse(&texts).map(Some),
    }
}

fn name_of(body: &mut Fields) -> Result<Option<String>, Refusal> {
    match body.edit_text("displayName")? {
        Edit::Keep => Ok(None),
        Edit::Set(text) if !text.trim().is_empty() => plain("displayName", text).map(Some),
        _ => Err(Refusal::invalid("displayName", "The property cannot be emptied.", "Give a name.")),
    }
}

fn description_of(body: &mut Fields) -> Result<Edit<String>, Refusal> {
    body.edit_text("description")?.try_map(|text| plain("description", text))
}

fn plain(field: &str, text: String) -> Result<String, Refusal> {
    if text.chars().count() > LONGEST || has_hidden(&text, Lines::One) {
        let cause = "The text is longer than 1024 characters or holds some that are not seen.";
        return Err(Refusal::invalid(field, cause, "Give one line of plain text."));
    }
    Ok(text)
}

fn nothing_more(body: &mut Fields) -> Result<(), Refusal> {
    if body.flag("isOrganizationDefault")? == Some(false) {
        return Err(Refusal::invalid(
            "isOrganizationDefault",
            "The one policy there is is in force for the whole organisation.",
            "Send true; to lift every restriction, empty both lists or delete the policy.",
        ));
    }
    // Scripts for the original's older policies say what kind they mean (reference/roles-and-policies.md section 3).
    if body.text("type")?.is_some_and(|kind| kind != POLICY_TYPE) {
        let cause = "The policies kept here are of the type B2BManagementPolicy.";
        return Err(Refusal::invalid("type", cause, "Send B2BManagementPolicy, or leave the property out."));
    }
    nothing_else(body, PROPERTIES, TYPE_NAME)
}

// Handlers

pub(super) async fn list(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let policy = domain_list(call.app(), &call.actor).await?;
    let value = policy.iter().map(|policy| wire(policy, selected.as_deref())).collect();
    whole_list(&call, SET, &selected, value)
}

pub(super) async fn get(call: Call) -> Answer {
    let selected = selected_of(&call, PROPERTIES, TYPE_NAME)?;
    let policy = domain_list(call.app(), &call.actor)
        .await?
        .filter(|policy| policy.id.to_string() == call.key(0).to_ascii_lowercase());
    let policy = policy.ok_or_else(|| Refusal::not_found(call.key(0)))?;
    Ok(entity(&call, SET, &selected, wire(&policy, selected.as_deref())))
}

pub(super) async fn create(call: Call) -> Answer {
    let policy = create_domain_list(call.app(), &call.actor, new_policy(call.json()?)?).await?;
    Ok(created(&call, SET, policy.id, wire(&policy, None)))
}

pub(super) async fn change(call: Call) -> Answer {
    let edit = edit(call.json()?)?;
    change_domain_list(call.app(), &call.actor, call.record(0)?.0, edit).await?;
    Ok(Reply::no_content())
}

pub(super) async fn delete(call: Call) -> Answer {
    delete_domain_list(call.app(), &call.actor, call.record(0)?.0).await?;
    Ok(Reply::no_content())
}
