//! Bodies that real clients send, and bodies that must be refused.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::*;

fn read(extra: Value) -> Result<Invite, Refusal> {
    let mut body = json!({ "invitedUserEmailAddress": "ana@contoso.example", "inviteRedirectUrl": "https://myapps.microsoft.com" });
    for (name, value) in extra.as_object().unwrap() {
        body[name] = value.clone();
    }
    invite(Fields::read(body.to_string().as_bytes()).unwrap())
}

fn field(extra: Value) -> String {
    match read(extra.clone()) {
        Err(Refusal::Invalid(invalid)) => invalid.field,
        other => panic!("{extra}: {other:?}"),
    }
}

const ID: &str = "11111111-2222-3333-4444-555555555555";

#[test]
fn the_published_reset_request_is_understood() {
    let command = read(json!({
        "invitedUserMessageInfo": {
            "messageLanguage": "en-US",
            "ccRecipients": [{ "emailAddress": { "name": null, "address": null } }],
            "customizedMessageBody": "line one\r\nline two",
        },
        "sendInvitationMessage": true,
        "invitedUser": { "id": ID, "@odata.type": "#microsoft.graph.user", "displayName": "x", "manager": { "id": "y" } },
        "resetRedemption": true,
        "invitedToGroups": [{ "id": "z" }],
    }))
    .unwrap();
    assert_eq!(command.named, ObjectId::parse(ID));
    assert!(command.reset && command.message.send);
    assert_eq!(command.message.body.as_deref(), Some("line one\nline two"));
    assert_eq!((command.message.cc_address, command.as_type), (None, UserType::Guest));
}

#[test]
fn only_the_first_real_copy_counts_and_letter_case_does_not() {
    let to = |address: Value| json!({ "EmailAddress": { "Address": address, "Name": "Boss" } });
    let info = json!({ "CcRecipients": [null, to(Value::Null), to(json!("a@x.example")), to(json!("not an address"))] });
    let message = read(json!({ "invitedUserMessageInfo": info })).unwrap().message;
    assert_eq!(message.cc_address, Address::parse("a@x.example").ok());
    assert_eq!(message.cc_name.as_deref(), Some("Boss"));
}

#[test]
fn sponsors_come_as_objects_or_links() {
    let link = format!("https://graph.microsoft.com/v1.0/users/{ID}");
    for extra in [
        json!({ "invitedUserSponsors": [{ "id": ID }] }),
        json!({ "invitedUserSponsors": [{ "@odata.id": link }] }),
        json!({ "invitedUserSponsors@odata.bind": [link, link] }),
    ] {
        assert_eq!(read(extra).unwrap().sponsors, [ObjectId::parse(ID).unwrap()]);
    }
    let six: Vec<_> = (0..6).map(|n| json!({ "id": uuid::Uuid::from_u128(n).to_string() })).collect();
    assert_eq!(field(json!({ "invitedUserSponsors": six })), "invitedUserSponsors");
}

#[test]
fn what_does_not_fit_is_named() {
    let info = |name: &str, value: Value| json!({ "invitedUserMessageInfo": { name: value } });
    for (extra, name) in [
        (json!({ "invitedUserEmailAddress": null }), "invitedUserEmailAddress"),
        (json!({ "invitedUserEmailAddress": ["a@x.example", "b@x.example"] }), "invitedUserEmailAddress"),
        (json!({ "invitedUserEmailAddress": "a@b@c.example" }), "invitedUserEmailAddress"),
        (json!({ "inviteRedirectUrl": "" }), "inviteRedirectUrl"),
        (json!({ "inviteRedirectUrl": "javascript:alert(1)" }), "inviteRedirectUrl"),
        (json!({ "resetRedemption": "true" }), "resetRedemption"),
        (json!({ "resetRedemption": 1 }), "resetRedemption"),
        (json!({ "sendInvitationMessage": "yes" }), "sendInvitationMessage"),
        (json!({ "invitedUserType": "Owner" }), "invitedUserType"),
        (json!({ "invitedUserDisplayName": "a\r\nBcc: b" }), "invitedUserDisplayName"),
        (json!({ "invitedUser": "x" }), "invitedUser"),
        (json!({ "invitedUser": { "id": 1 } }), "invitedUser.id"),
        (info("messageLanguage", json!("en\r\nX: y")), "invitedUserMessageInfo.messageLanguage"),
        (
            info("customizedMessageBody", json!("x".repeat(2049))),
            "invitedUserMessageInfo.customizedMessageBody",
        ),
        (info("customizedMessageBody", json!("a\u{0}b")), "invitedUserMessageInfo.customizedMessageBody"),
        (
            info("ccRecipients", json!([{ "emailAddress": { "address": "x\r\n@y" } }])),
            "invitedUserMessageInfo.ccRecipients.emailAddress.address",
        ),
    ] {
        assert_eq!(field(extra), name);
    }
    assert!(matches!(read(json!({ "invitedUser": { "id": "nobody" } })), Err(Refusal::NotFound { .. })));
}
