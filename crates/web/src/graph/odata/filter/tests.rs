#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::query::{ElementMatch, ElementTest, Part, RoleAssignmentField, UserField};
use hospes_domain::time::Time;

use super::super::role_assignment_fields::ROLE_ASSIGNMENTS;
use super::super::user_fields::USERS;
use super::*;

mod bounds;

const ID: &str = "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0";

fn plain(text: &str) -> Result<Filter<UserField>, QueryError> {
    parse_filter(text, &USERS, Mode::Default)
}

fn advanced(text: &str) -> Result<Filter<UserField>, QueryError> {
    parse_filter(text, &USERS, Mode::Advanced)
}

fn equal(field: UserField, text: &str) -> Filter<UserField> {
    Filter::equal(field, Value::Text(text.into()))
}

fn any(field: UserField, tests: &[(Part, ElementMatch)]) -> Filter<UserField> {
    let tests =
        tests.iter().map(|(part, matches)| ElementTest { part: *part, matches: matches.clone() }).collect();
    Filter::Any { field, tests }
}

#[test]
fn plain_filters_are_read() {
    let table = [
        ("mail eq 'a@x.example'", equal(UserField::Mail, "a@x.example")),
        ("MAIL EQ 'a@x.example'", equal(UserField::Mail, "a@x.example")),
        ("(((mail eq 'a')))", equal(UserField::Mail, "a")),
        ("displayName eq 'O''Brien'", equal(UserField::DisplayName, "O'Brien")),
        ("displayName eq ''", equal(UserField::DisplayName, "")),
        ("displayName eq ''' or 1 eq 1 --'", equal(UserField::DisplayName, "' or 1 eq 1 --")),
        ("displayName eq '字 (and) or'", equal(UserField::DisplayName, "字 (and) or")),
        (
            "startswith(displayName, 'w')",
            Filter::StartsWith { field: UserField::DisplayName, value: "w".into() },
        ),
        ("StartsWith(mail,'w') eq true", Filter::StartsWith { field: UserField::Mail, value: "w".into() }),
        ("accountEnabled eq True", Filter::equal(UserField::AccountEnabled, Value::Flag(true))),
        (
            "createdDateTime ge 2026-01-31T12:00:00Z",
            Filter::Compare {
                field: UserField::CreatedDateTime,
                op: Comparison::AtLeast,
                value: Value::Time(Time(1_769_860_800_000_000)),
            },
        ),
        (
            "createdDateTime ge 2026-01-31",
            Filter::Compare {
                field: UserField::CreatedDateTime,
                op: Comparison::AtLeast,
                value: Value::Time(Time(1_769_817_600_000_000)),
            },
        ),
        (
            "id eq '6EA91A8D-e32e-41a1-b7bd-d2d185eed0e0'",
            Filter::equal(UserField::Id, Value::Id(ID.parse().unwrap())),
        ),
        (
            "userType in ('Guest','Member')",
            Filter::In {
                field: UserField::UserType,
                values: vec![Value::Text("Guest".into()), Value::Text("Member".into())],
            },
        ),
        (
            "userType eq 'Guest' and externalUserState eq 'PendingAcceptance'",
            equal(UserField::UserType, "Guest").and(equal(UserField::ExternalUserState, "PendingAcceptance")),
        ),
        (
            "mail eq 'a' or mail eq 'b' and city eq 'c'",
            equal(UserField::Mail, "a").or(equal(UserField::Mail, "b").and(equal(UserField::City, "c"))),
        ),
        (
            "(mail eq 'a' or mail eq 'b') and city eq 'c'",
            equal(UserField::Mail, "a").or(equal(UserField::Mail, "b")).and(equal(UserField::City, "c")),
        ),
    ];
    for (text, filter) in table {
        assert_eq!(plain(text), Ok(filter), "{text}");
    }
}

#[test]
fn collections_are_tested_by_any() {
    let eq = |text: &str| ElementMatch::Equal(text.into());
    let starts = |text: &str| ElementMatch::StartsWith(text.into());
    let other = |text| any(UserField::OtherMails, &[(Part::Whole, eq(text))]);
    let table = [
        ("otherMails/any(x:x eq 'a@x.example')", other("a@x.example")),
        ("otherMails/any(x : x eq 'a' or x eq 'b')", other("a").or(other("b"))),
        (
            "proxyAddresses/any(p:startswith(p,'smtp:a'))",
            any(UserField::ProxyAddresses, &[(Part::Whole, starts("smtp:a"))]),
        ),
        (
            "identities/any(c:c/issuerAssignedId eq 'a@x' and c/issuer eq 'mail')",
            any(UserField::Identities, &[(Part::IssuerAssignedId, eq("a@x")), (Part::Issuer, eq("mail"))]),
        ),
        ("identities/Any(c:c/Issuer eq 'mail')", any(UserField::Identities, &[(Part::Issuer, eq("mail"))])),
    ];
    for (text, filter) in table {
        assert_eq!(plain(text), Ok(filter), "{text}");
    }
}

/// "All are so" is "none is otherwise"; a number of elements is "at least so many" and its opposite.
#[test]
fn all_and_count_are_turned_into_any_and_has() {
    let not = |filter| Filter::Not(Box::new(filter));
    let unlike = |text: &str| (Part::Whole, ElementMatch::Not(Box::new(ElementMatch::Equal(text.into()))));
    let none = |tests: &[(Part, ElementMatch)]| not(any(UserField::OtherMails, tests));
    let has = |at_least| Filter::Has { field: UserField::OtherMails, at_least };
    for (text, filter) in [
        ("otherMails/all(x:x eq 'a')", none(&[unlike("a")])),
        ("otherMails/all(x:x eq 'a' or x eq 'b')", none(&[unlike("a"), unlike("b")])),
        ("otherMails/all(x:x in ('a','b'))", none(&[unlike("a"), unlike("b")])),
        ("otherMails/all(x:x eq 'a' and x eq 'b')", none(&[unlike("a")]).and(none(&[unlike("b")]))),
        ("otherMails/$count eq 1", has(1).and(not(has(2)))),
        ("otherMails/$Count NE 0", not(has(0)).or(has(1))),
        ("otherMails/$count gt 1", has(2)),
        ("otherMails/$count lt 1", not(has(1))),
    ] {
        assert_eq!(advanced(text), Ok(filter), "{text}");
    }
}

#[test]
fn advanced_operators_need_an_advanced_query() {
    for text in [
        "userType ne 'Guest'",
        "not (displayName eq 'a')",
        "not startsWith(displayName,'a')",
        "startsWith(displayName,'a') eq false",
        "companyName eq 'Contoso'",
        "companyName ne null",
        "userType eq null",
        "country in ('NL', null)",
        "not (mail eq 'a')",
        "endsWith(mail,'@x.example')",
        "endswith(userPrincipalName,'x')",
        "otherMails/any(x:endsWith(x,'x'))",
        "proxyAddresses/any(x:endsWith(x,'x'))",
        "not otherMails/any(x:x eq 'a')",
        "otherMails/all(x:x eq 'a')",
        "otherMails/$count eq 0",
        "otherMails/$count ne 0",
        "otherMails/$count ge 2",
        "assignedLicenses/$count eq 0",
        "mobilePhone eq '+49'",
        "createdDateTime in (2026-01-31T12:00:00Z)",
        "mail eq null",
        "accountEnabled ge true",
        "employeeId ge 'a'",
        "otherMails/any(x:x ne 'a')",
    ] {
        let refused = plain(text).unwrap_err();
        assert_eq!(refused.code, "Request_UnsupportedQuery", "{text}");
        assert!(refused.message.contains("ConsistencyLevel:eventual header"), "{text}: {}", refused.message);
        assert!(advanced(text).is_ok(), "{text}: {:?}", advanced(text));
    }
}

#[test]
fn queries_that_are_not_offered_are_refused_in_either_mode() {
    for text in [
        "mail gt 'a'",
        "contains(displayName,'x')",
        "passwordProfile eq 'x'",
        "signInActivity eq 'x'",
        "otherMails eq 'a'",
        "startsWith(otherMails,'a')",
        "otherMails/any(x:x/issuer eq 'a')",
        "otherMails/any(x:(x eq 'a' or x eq 'b') and x eq 'c')",
        "otherMails/any(x:otherMails/any(y:y eq 'a'))",
        "mail/any(x:x eq 'a')",
        "mail/part eq 'a'",
        "identities/any(c:c/issuerAssignedId eq 'a')",
        "identities/any(c:c/issuerAssignedId eq 'a' or c/issuer eq 'b')",
        "identities/any(c:c/signInType eq 'federated')",
        "identities/any(c:c eq 'a')",
        "identities/any(c:startsWith(c/issuer,'a'))",
        "identities/all(c:c/issuer eq 'mail')",
        "identities/$count eq 0",
        "createdDateTime gt 2026-01-31T12:00:00Z",
        "createdDateTime lt 2026-01-31T12:00:00Z",
        "endsWith(displayName,'x')",
        "endsWith(givenName,'x')",
        "contains(mail,'x')",
        "otherMails/all(x:(x eq 'a' and x eq 'b') or x eq 'c')",
        "otherMails/any(x:not (x eq 'a'))",
        "otherMails/any(x:contains(x,'a'))",
        "businessPhones/any(x:endsWith(x,'1'))",
        "mail/$count eq 0",
        "otherMails/$count/x eq 0",
        "signInActivity/$count eq 0",
        "assignedLicenses/any(l:l/disabledPlans eq 'x')",
    ] {
        let refused = advanced(text).unwrap_err();
        assert_eq!(refused.code, "Request_UnsupportedQuery", "{text}: {}", refused.message);
        assert!(plain(text).is_err(), "{text}");
    }
}

#[test]
fn malformed_filters_are_refused() {
    for text in [
        "",
        " ",
        "mail",
        "mail eq",
        "eq 'a'",
        "mail eq 'a",
        "mail eq 'a' or",
        "mail eq 'a' mail eq 'b'",
        "mail eq 'a')",
        "(mail eq 'a'",
        "' or 1 eq 1",
        "1 eq 1",
        "'a' eq mail",
        "mail eq 'a'; drop table users --",
        "mail eq 'a' -- x",
        "mail eq a@x.example",
        "mail eq \"a\"",
        "mail = 'a'",
        "mail eq 'a\0'",
        "mail\0 eq 'a'",
        "mail eq mail",
        "mail like 'a%'",
        "mail in ()",
        "mail in ('a',)",
        "mail in 'a'",
        "not",
        "nothing eq 'a'",
        "tolower(mail) eq 'a'",
        "startsWith(mail)",
        "startsWith(mail,'a','b')",
        "startsWith(mail,null)",
        "startsWith(mail,'a') eq 1",
        "accountEnabled eq 'true'",
        "accountEnabled eq 1",
        "createdDateTime ge '2026-01-31T12:00:00Z'",
        "createdDateTime ge 2026-13-31T12:00:00Z",
        "createdDateTime ge 2026-02-30",
        "createdDateTime ge 20260131",
        "createdDateTime ge 2026-01-31T12:00:00",
        "createdDateTime ge null",
        "id eq 'x'",
        "id eq '6ea91a8de32e41a1b7bdd2d185eed0e0'",
        "otherMails/any()",
        "otherMails/any(x)",
        "otherMails/any(x:)",
        "otherMails/any(x:y eq 'a')",
        "otherMails/any(x:mail eq 'a')",
        "otherMails/any(x:x eq 'a'",
        "otherMails/any(x:x eq 1)",
        "otherMails/$count eq -1",
        "otherMails/$count eq '0'",
        "otherMails/$count",
        "secret/any(x:x eq 'a')",
    ] {
        let refused = advanced(text).unwrap_err();
        assert_eq!(refused.code, "BadRequest", "{text}: {}", refused.message);
        assert!(refused.message.starts_with("Invalid filter clause: "), "{text}: {}", refused.message);
    }
}

/// Word for word what the original says, then the property (graph-docs: concepts/aad-advanced-queries.md, "Error handling").
#[test]
fn what_is_not_offered_is_refused_in_the_originals_words() {
    for (text, message) in [
        (
            "endsWith(userPrincipalName,'x')",
            "Operator 'endsWith' is not supported because the required parameters might be missing. Try adding $count=true \
             query parameter and ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for \
             more information (property 'userPrincipalName')",
        ),
        (
            "endsWith(displayName,'x')",
            "Unsupported or invalid query filter clause specified for property 'displayName' of resource 'User'.",
        ),
        ("contains(mail,'x')", "Filter operator 'Contains' is not supported. (property 'mail')"),
    ] {
        let refused = plain(text).unwrap_err();
        assert_eq!((refused.code, refused.message.as_str()), ("Request_UnsupportedQuery", message));
    }
}

#[test]
fn messages_say_what_and_where() {
    let refused = plain("mail eq 'a' and nickname eq 'b'").unwrap_err();
    assert_eq!(
        refused.message,
        "Invalid filter clause: Could not find a property named 'nickname' on type 'microsoft.graph.user'."
    );
    assert_eq!(refused.position, Some(16));
    assert_eq!(plain("displayName eq '字' and mail like 'b'").unwrap_err().position, Some(28));
}

#[test]
fn messages_repeat_little_and_nothing_that_controls() {
    let long = "x".repeat(5000);
    let turned = "mail eq \u{202e}";
    for text in
        [format!("{long} eq 'a'"), format!("mail {long} 'a'"), format!("{long}(a,'b')"), turned.into()]
    {
        let message = plain(&text).unwrap_err().message;
        assert!(message.chars().count() < 300, "{message}");
        assert!(!message.contains('\u{202e}') && !message.chars().any(char::is_control), "{message:?}");
    }
    let message = plain(&format!("id eq '{long}'")).unwrap_err().message;
    assert_eq!(message.matches('x').count(), 99, "{message}");
}

#[test]
fn ids_may_be_written_bare() {
    let expected = Filter::equal(RoleAssignmentField::PrincipalId, Value::Id(ID.parse().unwrap()));
    for text in
        [format!("principalId eq '{ID}'"), format!("principalId eq {ID}"), format!("PrincipalId eq {ID}")]
    {
        assert_eq!(parse_filter(&text, &ROLE_ASSIGNMENTS, Mode::Default), Ok(expected.clone()));
    }
    let letters = "fea91a8d-e32e-41a1-b7bd-d2d185eed0e0";
    assert!(parse_filter(&format!("principalId eq {letters}"), &ROLE_ASSIGNMENTS, Mode::Default).is_ok());
}
