//! `getMemberGroups`, `getMemberObjects`, `checkMemberGroups` and `checkMemberObjects` of a user, of the person who calls, of a
//! group or service principal, and of any object: ids only. Where a token has no room for all groups, `_claim_sources` leads
//! here.

use hospes_actions::groups::member_ids::{What, Whose, check_member_ids, member_ids};
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;

use super::asked::nothing_else;
use super::dispatch::Answer;
use super::error::Fault;
use super::members::whose;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;

fn of_user(call: &Call) -> Result<Whose, Fault> {
    Ok(Whose::User(whose(call)?))
}

fn of_object(call: &Call) -> Result<Whose, Fault> {
    Ok(Whose::Object(call.object(0)?))
}

fn of_group(call: &Call) -> Result<Whose, Fault> {
    Ok(Whose::Group(call.object(0)?))
}

fn of_principal(call: &Call) -> Result<Whose, Fault> {
    Ok(Whose::Principal(call.application()?))
}

// Handlers

pub(super) async fn groups_of_user(call: Call) -> Answer {
    get(&call, of_user(&call)?, What::Groups).await
}

pub(super) async fn objects_of_user(call: Call) -> Answer {
    get(&call, of_user(&call)?, What::Objects).await
}

pub(super) async fn groups_of_object(call: Call) -> Answer {
    get(&call, of_object(&call)?, What::Groups).await
}

pub(super) async fn objects_of_object(call: Call) -> Answer {
    get(&call, of_object(&call)?, What::Objects).await
}

pub(super) async fn groups_of_group(call: Call) -> Answer {
    get(&call, of_group(&call)?, What::Groups).await
}

pub(super) async fn objects_of_group(call: Call) -> Answer {
    get(&call, of_group(&call)?, What::Objects).await
}

pub(super) async fn groups_of_principal(call: Call) -> Answer {
    get(&call, of_principal(&call)?, What::Groups).await
}

pub(super) async fn objects_of_principal(call: Call) -> Answer {
    get(&call, of_principal(&call)?, What::Objects).await
}

pub(super) async fn check_groups_of_user(call: Call) -> Answer {
    check(&call, of_user(&call)?, What::Groups).await
}

pub(super) async fn check_objects_of_user(call: Call) -> Answer {
    check(&call, of_user(&call)?, What::Objects).await
}

pub(super) async fn check_groups_of_object(call: Call) -> Answer {
    check(&call, of_object(&call)?, What::Groups).await
}

pub(super) async fn check_objects_of_object(call: Call) -> Answer {
    check(&call, of_object(&call)?, What::Objects).await
}

pub(super) async fn check_groups_of_group(call: Call) -> Answer {
    check(&call, of_group(&call)?, What::Groups).await
}

pub(super) async fn check_objects_of_group(call: Call) -> Answer {
    check(&call, of_group(&call)?, What::Objects).await
}

pub(super) async fn check_groups_of_principal(call: Call) -> Answer {
    check(&call, of_principal(&call)?, What::Groups).await
}

pub(super) async fn check_objects_of_principal(call: Call) -> Answer {
    check(&call, of_principal(&call)?, What::Objects).await
}

async fn get(call: &Call, whose: Whose, what: What) -> Answer {
    let mut body = call.json()?;
    let Some(security_only) = body.flag("securityEnabledOnly")? else {
        let remedy = "Send true for security groups only, false for everything.";
        return Err(Refusal::invalid("securityEnabledOnly", "The value is missing.", remedy).into());
    };
    nothing_else(&body, &[], "getMemberObjects")?;
    let ids = member_ids(call.app(), &call.actor, whose, what, security_only).await?;
    Ok(reply(call, &ids))
}

async fn check(call: &Call, whose: Whose, what: What) -> Answer {
    let mut body = call.json()?;
    let name = if what == What::Groups { "groupIds" } else { "ids" };
    let missing = || Refusal::invalid(name, "The value is missing.", "Send a list of object ids.");
    let asked = body.edit_texts(name)?.value().ok_or_else(missing)?.into_iter().map(|text| {
        let wrong = || Refusal::invalid(name, "An entry is no GUID.", "Give object ids.");
        ObjectId::parse(&text).ok_or_else(wrong)
    });
    let asked = asked.collect::<Result<Vec<_>, Refusal>>()?;
    nothing_else(&body, &[], "checkMemberGroups")?;
    let ids = check_member_ids(call.app(), &call.actor, whose, what, asked).await?;
    Ok(reply(call, &ids))
}

fn reply(call: &Call, ids: &[ObjectId]) -> Reply {
    let value = ids.iter().map(|id| id.to_string().into()).collect();
    Reply::list(&call.context("Collection(Edm.String)", None, Shape::List), value, None, None)
}
