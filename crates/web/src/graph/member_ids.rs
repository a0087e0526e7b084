//! `getMemberGroups`, `getMemberObjects`, `checkMemberGroups` and `checkMemberObjects` of a user, of the person who calls, of a group, of
//! a service principal, and of any object: ids only. Where a token has no room for all groups, `_claim_sources` leads here.

use hospes_actions::groups::member_ids::{What, Whose, check_member_ids, member_ids};
use hospes_domain::application::PrincipalKind;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;

use super::asked::nothing_else;
use super::dispatch::Answer;
use super::error::Fault;
use super::members::me;
use super::odata::select::Shape;
use super::reply::Reply;
use super::request::Call;

fn of_user(call: &Call) -> Whose {
    Whose::User(call.key(0).to_owned())
}

fn of_group(call: &Call) -> Result<Whose, Fault> {
    Ok(Whose::One(PrincipalKind::Group, call.object(0)?))
}

fn of_principal(call: &Call) -> Result<Whose, Fault> {
    Ok(Whose::One(PrincipalKind::ServicePrincipal, call.object(0)?))
}

// Handlers

pub(super) async fn groups_of_user(call: Call) -> Answer {
    let whose = of_user(&call);
    get(&call, whose, What::Groups).await
}

pub(super) async fn objects_of_user(call: Call) -> Answer {
    let whose = of_user(&call);
    get(&call, whose, What::Objects).await
}

pub(super) async fn groups_of_me(call: Call) -> Answer {
    let whose = Whose::User(me(&call)?);
    get(&call, whose, What::Groups).await
}

pub(super) async fn objects_of_me(call: Call) -> Answer {
    let whose = Whose::User(me(&call)?);
    get(&call, whose, What::Objects).await
}

pub(super) async fn groups_of_object(call: Call) -> Answer {
    let whose = Whose::Object(call.object(0)?);
    get(&call, whose, What::Groups).await
}

pub(super) async fn objects_of_object(call: Call) -> Answer {
    let whose = Whose::Object(call.object(0)?);
    get(&call, whose, What::Objects).await
}

pub(super) async fn check_groups_of_user(call: Call) -> Answer {
    let whose = of_user(&call);
    check(&call, whose, What::Groups).await
}

pub(super) async fn check_objects_of_user(call: Call) -> Answer {
    let whose = of_user(&call);
    check(&call, whose, What::Objects).await
}

pub(super) async fn check_groups_of_me(call: Call) -> Answer {
    let whose = Whose::User(me(&call)?);
    check(&call, whose, What::Groups).await
}

pub(super) async fn check_objects_of_me(call: Call) -> Answer {
    let whose = Whose::User(me(&call)?);
    check(&call, whose, What::Objects).await
}

pub(super) async fn check_groups_of_object(call: Call) -> Answer {
    let whose = Whose::Object(call.object(0)?);
    check(&call, whose, What::Groups).await
}

pub(super) async fn check_objects_of_object(call: Call) -> Answer {
    let whose = Whose::Object(call.object(0)?);
    check(&call, whose, What::Objects).await
}

pub(super) async fn groups_of_group(call: Call) -> Answer {
    let whose = of_group(&call)?;
    get(&call, whose, What::Groups).await
}

pub(super) async fn objects_of_group(call: Call) -> Answer {
    let whose = of_group(&call)?;
    get(&call, whose, What::Objects).await
}

pub(super) async fn check_groups_of_group(call: Call) -> Answer {
    let whose = of_group(&call)?;
    check(&call, whose, What::Groups).await
}

pub(super) async fn check_objects_of_group(call: Call) -> Answer {
    let whose = of_group(&call)?;
    check(&call, whose, What::Objects).await
}

pub(super) async fn groups_of_principal(call: Call) -> Answer {
    let whose = of_principal(&call)?;
    get(&call, whose, What::Groups).await
}

pub(super) async fn objects_of_principal(call: Call) -> Answer {
    let whose = of_principal(&call)?;
    get(&call, whose, What::Objects).await
}

pub(super) async fn check_groups_of_principal(call: Call) -> Answer {
    let whose = of_principal(&call)?;
    check(&call, whose, What::Groups).await
}

pub(super) async fn check_objects_of_principal(call: Call) -> Answer {
    let whose = of_principal(&call)?;
    check(&call, whose, What::Objects).await
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
    let asked = body.texts(name)?.into_iter().map(|text| {
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
