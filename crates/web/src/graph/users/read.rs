//! Reads the bodies of `POST` and `PATCH /users`. A typed allow-list: refuses read-only properties and names that
//! users do not have (threats E3); known properties that Hospes does not keep may be sent empty.

use hospes_actions::users::{AsInternal, NewUser, ProfileEdit, UserEdit};
use hospes_domain::access::UserType;
use hospes_domain::address::Address;
use hospes_domain::edit::Edit;
use hospes_domain::refusal::Refusal;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::graph::asked::unknown;
use crate::graph::directory_objects::{reference, references};
use crate::graph::odata::quote;
use crate::graph::odata::user_fields::USERS;
use crate::graph::request::Fields;

/// What nobody may write (reference/user-object.md section 5, threats E3).
const READ_ONLY: &[&str] = &[
    "id",
    "createdDateTime",
    "creationType",
    "deletedDateTime",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "identities",
    "lastPasswordChangeDateTime",
    "proxyAddresses",
    "signInActivity",
    "signInSessionsValidFromDateTime",
];

/// What a new user says, or the original does not make it (docs/decisions/0026-required-properties.md); the password, which
/// has words of its own, aside.
const DEMANDED: &[&str] = &["displayName", "userPrincipalName", "mailNickname", "accountEnabled"];

/// A strictly parsed address.
pub fn address(field: &str, text: &str) -> Result<Address, Refusal> {
    Address::parse(text).map_err(|error| {
        Refusal::invalid(
            field,
            format!("The value is not an e-mail address Hospes accepts: {error}."),
            "Give one address such as ana@contoso.example.",
        )
    })
}

/// The body of `POST /users`.
pub fn new_user(mut body: Fields) -> Result<NewUser, Refusal> {
    body.demand(DEMANDED, "User")?;
    let upn = body.required_text("userPrincipalName")?;
    let display_name = body.required_text("displayName")?;
    let mail_nickname = body.required_text("mailNickname")?;
    let edit = properties(&mut body)?;
    let password = edit.password.ok_or_else(|| {
        Refusal::invalid(
            "passwordProfile",
            "A password must be specified to create a new user.",
            "Send passwordProfile with a password, or invite the person with POST /invitations.",
        )
    })?;
    let manager = body.text("manager@odata.bind")?;
    let manager = manager.map(|text| reference("manager@odata.bind", &text)).transpose()?;
    let sponsors = references(&mut body, "sponsors@odata.bind")?;
    nothing_else(&body)?;
    Ok(NewUser {
        manager,
        sponsors,
        upn,
        display_name,
        mail_nickname,
        user_type: edit.user_type.unwrap_or(UserType::Member),
        enabled: edit.enabled.unwrap_or(true),
        mail: edit.mail.value(),
        other_mails: edit.other_mails.unwrap_or_default(),
        show_in_address_list: edit.show_in_address_list.unwrap_or(true),
        profile: edit.profile,
        password,
        // Whoever is given a password replaces it (the original's default).
        change_password: edit.change_password.unwrap_or(true),
    })
}

/// The body of `PATCH /users/{id}`.
pub fn edit(mut body: Fields) -> Result<UserEdit, Refusal> {
    let mut edit = properties(&mut body)?;
    edit.profile.display_name = required_if_given(&mut body, "displayName")?;
    edit.upn = required_if_given(&mut body, "userPrincipalName")?;
    edit.mail_nickname = required_if_given(&mut body, "mailNickname")?;
    nothing_else(&body)?;
    Ok(edit)
}

/// The body of `convertExternalToInternalMemberUser`.
pub fn as_internal(mut body: Fields) -> Result<AsInternal, Refusal> {
    let upn = body.required_text("userPrincipalName")?;
    let mail = body.text("mail")?.filter(|text| !text.is_empty());
    let mail = mail.map(|text| address("mail", &text)).transpose()?;
    let (password, change_password) = password_profile(&mut body)?;
    let password = password.ok_or_else(|| {
        let cause = "The user needs a password: nobody vouches for it from outside any more.";
        Refusal::invalid("passwordProfile.password", cause, "Give one.")
    })?;
    match body.left().next() {
        Some((name, _)) => Err(Refusal::invalid(
            quote(name),
            "The action takes no parameter of that name.",
            "Check its spelling.",
        )),
        None => Ok(AsInternal { upn, password, change_password, mail }),
    }
}

/// The body of `POST /me/changePassword`: the present password and the new one.
pub fn passwords(mut body: Fields) -> Result<(Zeroizing<String>, Zeroizing<String>), Refusal> {
    let both = (body.required_text("currentPassword")?.into(), body.required_text("newPassword")?.into());
    match body.left().next() {
        Some((name, _)) => Err(Refusal::invalid(
            quote(name),
            "The action takes no parameter of that name.",
            "Check its spelling.",
        )),
        None => Ok(both),
    }
}

/// What both have in common.
fn properties(body: &mut Fields) -> Result<UserEdit, Refusal> {
    let user_type =
        required_if_given(body, "userType")?.map(|text| user_type("userType", &text)).transpose()?;
    let mail = match body.edit_text("mail")? {
        Edit::Set(text) if text.is_empty() => Edit::Clear,
        edit => edit.try_map(|text| address("mail", &text))?,
    };
    let other_mails = match body.edit_texts("otherMails")? {
        Edit::Keep => None,
        Edit::Clear => Some(Vec::new()),
        Edit::Set(texts) => Some(texts.iter().map(|t| address("otherMails", t)).collect::<Result<_, _>>()?),
    };
    let (password, change_password) = password_profile(body)?;
    Ok(UserEdit {
        profile: profile(body)?,
        mail,
        other_mails,
        enabled: body.set_flag("accountEnabled")?,
        user_type,
        upn: None,
        mail_nickname: None,
        show_in_address_list: body.set_flag("showInAddressList")?,
        password,
        change_password,
    })
}

/// The password, and whether it has to be replaced at the next sign-in. What the original calls "with multifactor
/// authentication" is the same here: whoever owes a second factor gives it before anything else.
fn password_profile(body: &mut Fields) -> Result<(Option<Zeroizing<String>>, Option<bool>), Refusal> {
    let Some(mut inner) = body.object("passwordProfile")? else { return Ok((None, None)) };
    let password = inner.text("password")?.map(Into::into);
    let change = inner.flag("forceChangePasswordNextSignIn")?;
    let with_factor = inner.flag("forceChangePasswordNextSignInWithMfa")?;
    if let Some((name, _)) = inner.left().next() {
        return Err(unknown(&inner.full_name(name), "microsoft.graph.passwordProfile"));
    }
    let known = change.or(with_factor).map(|_| change.unwrap_or(false) || with_factor.unwrap_or(false));
    Ok((password, known))
}

fn profile(body: &mut Fields) -> Result<ProfileEdit, Refusal> {
    let mut edit = ProfileEdit {
        mobile_phone: body.edit_text("mobilePhone")?,
        business_phone: business_phone(body)?,
        preferred_language: body.edit_text("preferredLanguage")?,
        ..ProfileEdit::default()
    };
    for name in ProfileEdit::TEXTS {
        edit.set(name, body.edit_text(name)?);
    }
    Ok(edit)
}

fn business_phone(body: &mut Fields) -> Result<Edit<String>, Refusal> {
    let mut numbers = match body.edit_texts("businessPhones")? {
        Edit::Keep => return Ok(Edit::Keep),
        Edit::Clear => return Ok(Edit::Clear),
        Edit::Set(numbers) => numbers,
    };
    if numbers.len() > 1 {
        return Err(Refusal::invalid(
            "businessPhones",
            "The collection holds several numbers.",
            "Give one number.",
        ));
    }
    Ok(numbers.pop().map_or(Edit::Clear, Edit::Set))
}

fn required_if_given(body: &mut Fields, name: &str) -> Result<Option<String>, Refusal> {
    match body.edit_text(name)? {
        Edit::Keep => Ok(None),
        Edit::Set(text) if !text.is_empty() => Ok(Some(text)),
        _ => Err(Refusal::invalid(name, "The property cannot be emptied.", "Give a value or leave it out.")),
    }
}

/// `Member` or `Guest`.
pub fn user_type(field: &str, text: &str) -> Result<UserType, Refusal> {
    UserType::parse(text).ok_or_else(|| {
        Refusal::invalid(field, "The value is neither 'Member' nor 'Guest'.", "Give one of them.")
    })
}

/// Refuses what was not taken out.
fn nothing_else(body: &Fields) -> Result<(), Refusal> {
    for (name, value) in body.left() {
        let known = USERS.properties.iter().find(|property| property.eq_ignore_ascii_case(name));
        let Some(known) = known else { return Err(unknown(name, USERS.type_name)) };
        if READ_ONLY.contains(known) {
            return Err(Refusal::invalid(*known, "The property is read-only.", "Leave it out."));
        }
        if !is_empty(value) {
            return Err(Refusal::invalid(
                *known,
                "The property is not kept by this directory.",
                "Leave it out.",
            ));
        }
    }
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn patch(text: &str) -> Result<UserEdit, String> {
        edit(Fields::read(text.as_bytes()).unwrap()).map_err(|refusal| match refusal {
            Refusal::Invalid(invalid) => invalid.field,
            other => panic!("{other:?}"),
        })
    }

    #[test]
    fn a_patch_says_what_changes_and_nothing_more() {
        let edit = patch(r#"{"mail":"new@y.example","companyName":"","businessPhones":[],"@odata.type":"x","faxNumber":null}"#).unwrap();
        assert_eq!(edit.mail, Edit::Set(Address::parse("new@y.example").unwrap()));
        assert_eq!(edit.profile.company_name, Edit::Set(String::new()));
        assert_eq!((edit.profile.business_phone, edit.profile.city), (Edit::Clear, Edit::Keep));
        assert_eq!((edit.enabled, edit.other_mails), (None, None));
    }

    #[test]
    fn e3_what_cannot_be_written_is_named() {
        for (body, field) in [
            (r#"{"id":"1"}"#, "id"),
            (r#"{"externalUserState":"Accepted"}"#, "externalUserState"),
            (r#"{"CreationType":null}"#, "creationType"),
            (r#"{"createdDateTime":"2020-01-01T00:00:00Z"}"#, "createdDateTime"),
            (r#"{"tenant":"x"}"#, "tenant"),
            (r#"{"isAdmin":true}"#, "isAdmin"),
            (r#"{"displayName":null}"#, "displayName"),
            (r#"{"userType":"Owner"}"#, "userType"),
            (r#"{"mail":["a@x.example","b@x.example"]}"#, "mail"),
            (r#"{"mail":"a@b@c.example"}"#, "mail"),
            (r#"{"otherMails":"a@x.example"}"#, "otherMails"),
            (r#"{"otherMails":["a"]}"#, "otherMails"),
            (r#"{"accountEnabled":"false"}"#, "accountEnabled"),
            (r#"{"accountEnabled":null}"#, "accountEnabled"),
            (r#"{"faxNumber":"1"}"#, "faxNumber"),
            (r#"{"passwordProfile":{"foo":1}}"#, "passwordProfile.foo"),
        ] {
            assert_eq!(patch(body).unwrap_err(), field, "{body}");
        }
    }
}
