//! What lists of users give, on a real SQLite file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use hospes_domain::access::{InvitePolicy, UserType};
use hospes_domain::address::Address;
use hospes_domain::guest::{Binding, Guest, GuestRecord, State};
use hospes_domain::ids::ObjectId;
use hospes_domain::policy::GuestPolicy;
use hospes_domain::query::{Comparison, Order, Page};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_domain::time::{Clock, Time};
use hospes_domain::user::Profile;
use uuid::Uuid;

use super::*;
use crate::engine::{Db, Scratch, Verdict, WriteTx};
use crate::sign_in_addresses::{AddressState, SignInAddress};
use crate::{bindings, sign_in_addresses, tenants, users};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const OTHER_TENANT: TenantId = TenantId(Uuid::from_u128(2));

struct Still;

impl Clock for Still {
    fn now(&self) -> Time {
        Time(5_000_000)
    }
}

async fn done<T: Send + 'static>(
    db: &Db,
    mut f: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    let verdict: Verdict<T> = db.write(move |tx| f(tx).map(Verdict::Done)).await.unwrap();
    let result: Result<T, Refusal> = verdict.into_result();
    result.unwrap()
}

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn id(n: u128) -> ObjectId {
    ObjectId(Uuid::from_u128(n))
}

/// Users 1 to 5: Ana (guest, accepted), Bo (guest, pending), bob (member), Ärger (member, blocked), Zoe (no mail).
fn people() -> Vec<User> {
    let user = |n: u128, name: &str, mail: Option<&str>, user_type: UserType, state: State, enabled: bool| {
        let binding = (state == State::Accepted).then(|| Binding {
            id: Uuid::from_u128(100 + n),
            issuer: "mail".into(),
            subject: n.to_string(),
            sign_in_name: address(mail.unwrap()),
            proof: "passcode".into(),
            bound_at: Time(1),
        });
        let record = GuestRecord {
            tenant: TENANT,
            id: id(n),
            state,
            state_changed_at: None,
            enabled,
            deleted_at: None,
            generation: 1,
            sessions_valid_from: Time(0),
            binding,
        };
        User {
            guest: Guest::from_record(record).unwrap(),
            revision: 1,
            user_type,
            creation_type: (user_type == UserType::Guest).then(|| "Invitation".to_owned()),
            upn: format!("{name}@host.example"),
            mail_nickname: name.to_owned(),
            mail: mail.map(address),
            other_mails: if n == 2 { vec![address("second@x.example")] } else { Vec::new() },
            proxy_addresses: mail.map(|m| format!("SMTP:{m}")).into_iter().collect(),
            profile: Profile {
                display_name: name.to_owned(),
                department: (n == 3).then(|| "Sales".to_owned()),
                ..Profile::default()
            },
            show_in_address_list: true,
            invited_by: None,
            created_at: Time(i64::try_from(n).unwrap()),
        }
    };
    vec![
        user(1, "Ana", Some("Ana@x.example"), UserType::Guest, State::Accepted, true),
        user(2, "Bo", Some("bo@x.example"), UserType::Guest, State::PendingAcceptance, true),
        user(3, "bob", Some("bob@y.example"), UserType::Member, State::Internal, true),
        user(4, "Ärger", Some("a@y.example"), UserType::Member, State::Internal, false),
        user(5, "Zoe", None, UserType::Member, State::Internal, true),
    ]
}

fn save(tx: &WriteTx<'_>) -> Result<(), StoreError> {
    for (tenant, domain) in [(TENANT, "host.example"), (OTHER_TENANT, "other.example")] {
        let tenant = Tenant {
            id: tenant,
            display_name: "Host".into(),
            initial_domain: domain.into(),
            domains: vec![domain.into()],
            invites: InvitePolicy::Everyone,
            guests: GuestPolicy::default(),
            privacy_url: None,
            created_at: Time(0),
        };
        assert!(tenants::insert(tx, &tenant)?);
    }
    for user in people() {
        assert!(users::insert(tx, &user, None)?);
        if let Some(binding) = user.guest.binding() {
            assert!(bindings::insert(tx, TENANT, user.id(), binding)?);
            let entry = SignInAddress {
                address: binding.sign_in_name.clone(),
                user: user.id(),
                binding: binding.id,
                state: AddressState::Active,
                added_at: tx.now(),
            };
            assert!(sign_in_addresses::insert(tx, TENANT, &entry)?);
        }
    }
    let mut gone = people().remove(4);
    let mut guest = Guest::from_record(GuestRecord { id: id(6), ..gone.guest.record().clone() }).unwrap();
    guest.delete(Time(1)).unwrap();
    gone.upn = "gone@host.example".into();
    gone.guest = Guest::from_record(GuestRecord { deleted_at: None, ..guest.record().clone() }).unwrap();
    assert!(users::insert(tx, &gone, None)?);
    assert!(users::save_guest(tx, &guest, 1)?);
    Ok(())
}

async fn filled(name: &str) -> (Scratch, Db) {
    let scratch = Scratch::new(name).unwrap();
    let db = Db::open(scratch.options(Arc::new(Still))).unwrap();
    done(&db, |tx| save(tx)).await;
    (scratch, db)
}

fn everything(filter: Option<Filter<UserField>>) -> List<UserField> {
    List { filter, order: None, page: Page { top: 999, after: None } }
}

async fn names(db: &Db, filter: Filter<UserField>) -> String {
    db.read(move |tx| {
        let (users, after) = list(tx, TENANT, &everything(Some(filter.clone())), Whom::Present)?;
        assert_eq!(after, None);
        assert_eq!(count(tx, TENANT, Some(&filter), Whom::Present)?, i64::try_from(users.len()).unwrap());
        Ok(users.iter().map(|u| u.profile.display_name.as_str()).collect::<Vec<_>>().join(" "))
    })
    .await
    .unwrap()
}

fn text(field: UserField, op: Comparison, value: &str) -> Filter<UserField> {
    Filter::Compare { field, op, value: Wanted::Text(value.into()) }
}

fn begins(field: UserField, value: &str) -> Filter<UserField> {
    Filter::StartsWith { field, value: value.into() }
}

fn not(filter: Filter<UserField>) -> Filter<UserField> {
    Filter::Not(Box::new(filter))
}

fn null(field: UserField, op: Comparison) -> Filter<UserField> {
    Filter::Compare { field, op, value: Wanted::Null }
}

fn any(field: UserField, tests: &[(Part, ElementMatch)]) -> Filter<UserField> {
    let tests =
        tests.iter().map(|(part, matches)| ElementTest { part: *part, matches: matches.clone() }).collect();
    Filter::Any { field, tests }
}

#[tokio::test]
async fn conditions_select_whom_they_describe_and_not_turns_them_round() {
    use Comparison::{AtLeast, AtMost, Equal, NotEqual};
    use UserField::{
        AccountEnabled, CreatedDateTime, Department, DisplayName, ExternalUserState, Id, Mail, UserType,
    };
    let (_scratch, db) = filled("conditions").await;
    let flag = |value| Filter::Compare { field: AccountEnabled, op: Equal, value: Wanted::Flag(value) };
    let among = |field, values: &[Wanted]| Filter::In { field, values: values.to_vec() };
    let word = |value: &str| Wanted::Text(value.into());
    for (filter, expected, opposite) in [
        (text(Mail, Equal, "ANA@X.example"), "Ana", "Bo bob Ärger Zoe"),
        (text(Mail, NotEqual, "ana@x.example"), "Bo bob Ärger Zoe", "Ana"),
        (text(Mail, AtLeast, "bo"), "Bo bob", "Ana Ärger Zoe"),
        (text(Mail, AtMost, "bo"), "Ana Ärger", "Bo bob Zoe"),
        (null(Mail, Equal), "Zoe", "Ana Bo bob Ärger"),
        (null(Mail, NotEqual), "Ana Bo bob Ärger", "Zoe"),
        (begins(DisplayName, "BO"), "Bo bob", "Ana Ärger Zoe"),
        (begins(DisplayName, "ä"), "Ärger", "Ana Bo bob Zoe"),
        (begins(Mail, ""), "Ana Bo bob Ärger", "Zoe"),
        (begins(Mail, "%"), "", "Ana Bo bob Ärger Zoe"),
        (text(Department, Equal, "sales"), "bob", "Ana Bo Ärger Zoe"),
        (text(UserType, Equal, "guest"), "Ana Bo", "bob Ärger Zoe"),
        (text(UserType, Equal, "nobody"), "", "Ana Bo bob Ärger Zoe"),
        (text(ExternalUserState, Equal, "PendingAcceptance"), "Bo", "Ana bob Ärger Zoe"),
        (flag(false), "Ärger", "Ana Bo bob Zoe"),
        (
            among(Id, &[Wanted::Id(Uuid::from_u128(5)), Wanted::Id(Uuid::from_u128(77))]),
            "Zoe",
            "Ana Bo bob Ärger",
        ),
        (among(Mail, &[word("bo@x.example"), Wanted::Null]), "Bo Zoe", "Ana bob Ärger"),
        (among(Mail, &[Wanted::Null]), "Zoe", "Ana Bo bob Ärger"),
        (
            Filter::Compare { field: CreatedDateTime, op: AtMost, value: Wanted::Time(Time(2)) },
            "Ana Bo",
            "bob Ärger Zoe",
        ),
        (text(Mail, Equal, "' OR 1=1 --"), "", "Ana Bo bob Ärger Zoe"),
        (begins(DisplayName, "b").and(text(UserType, Equal, "Member")), "bob", "Ana Bo Ärger Zoe"),
        (begins(DisplayName, "b").or(flag(false)), "Bo bob Ärger", "Ana Zoe"),
        (not(begins(DisplayName, "b").or(null(Mail, Equal))), "Ana Ärger", "Bo bob Zoe"),
    ] {
        assert_eq!(names(&db, filter.clone()).await, expected, "{filter:?}");
        assert_eq!(names(&db, not(filter.clone())).await, opposite, "not {filter:?}");
    }
}

#[tokio::test]
async fn collections_are_searched_by_element() {
    use UserField::{Identities, OtherMails, ProxyAddresses};
    let (_scratch, db) = filled("collections").await;
    let is = |value: &str| ElementMatch::Equal(value.into());
    let from = |value: &str| ElementMatch::StartsWith(value.into());
    for (filter, expected) in [
        (any(OtherMails, &[(Part::Whole, is("SECOND@x.example"))]), "Bo"),
        (any(OtherMails, &[(Part::Whole, is("bo@x.example"))]), ""),
        (any(ProxyAddresses, &[(Part::Whole, is("smtp:bob@y.example"))]), "bob"),
        (any(ProxyAddresses, &[(Part::Whole, from("SMTP:bo"))]), "Bo bob"),
        (any(ProxyAddresses, &[(Part::Whole, from("sm"))]), "Ana Bo bob Ärger"),
        (any(ProxyAddresses, &[(Part::Whole, is("bob@y.example"))]), ""),
        (any(Identities, &[(Part::Issuer, is("mail"))]), "Ana"),
        (
            any(Identities, &[(Part::Issuer, is("mail")), (Part::IssuerAssignedId, is("ana@X.example"))]),
            "Ana",
        ),
        (any(Identities, &[(Part::Issuer, is("mail")), (Part::IssuerAssignedId, is("bo@x.example"))]), ""),
    ] {
        assert_eq!(names(&db, filter.clone()).await, expected, "{filter:?}");
        let all = ["Ana", "Bo", "bob", "Ärger", "Zoe"];
        let rest: Vec<_> = all.into_iter().filter(|n| !expected.split(' ').any(|e| e == *n)).collect();
        assert_eq!(names(&db, not(filter.clone())).await, rest.join(" "), "not {filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat_in_every_order() {
    let (_scratch, db) = filled("pages").await;
    let order = |field, descending| Some(Order { field, descending });
    for (order, expected) in [
        (None, "Ana Bo bob Ärger Zoe"),
        (order(UserField::DisplayName, false), "Ana Bo bob Zoe Ärger"),
        (order(UserField::DisplayName, true), "Ärger Zoe bob Bo Ana"),
        (order(UserField::UserPrincipalName, false), "Ana Bo bob Zoe Ärger"),
        (order(UserField::CreatedDateTime, true), "Zoe Ärger bob Bo Ana"),
    ] {
        for top in [1, 2, 3, 5, 999] {
            let mut found = Vec::new();
            let mut after = None;
            loop {
                let asked = List { filter: None, order, page: Page { top, after: after.clone() } };
                let (users, next) = db.read(move |tx| list(tx, TENANT, &asked, Whom::Present)).await.unwrap();
                assert!(users.len() <= usize::from(top));
                found.extend(users.into_iter().map(|u| u.profile.display_name));
                after = next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found.join(" "), expected, "{order:?} by {top}");
        }
    }
}

#[tokio::test]
async fn pages_of_a_beginning_follow_its_index_and_alternatives_come_once() {
    let (_scratch, db) = filled("alternatives").await;
    let either = text(UserField::Mail, Comparison::Equal, "bo@x.example")
        .or(begins(UserField::DisplayName, "zzz"))
        .or(text(UserField::UserPrincipalName, Comparison::Equal, "bo@host.example"))
        .or(any(UserField::OtherMails, &[(Part::Whole, ElementMatch::Equal("second@x.example".into()))]));
    assert_eq!(names(&db, either).await, "Bo");
    let both = text(UserField::Mail, Comparison::Equal, "bo@x.example")
        .or(text(UserField::UserPrincipalName, Comparison::Equal, "Zoe@host.example"))
        .or(text(UserField::Mail, Comparison::Equal, "BO@x.example"));
    assert_eq!(names(&db, both).await, "Bo Zoe");
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let filter = Some(
            begins(UserField::Mail, "b").or(begins(UserField::Mail, "a")).and(begins(UserField::Mail, "b")),
        );
        let asked = List { filter, order: None, page: Page { top: 1, after: after.take() } };
        let (users, next) = db.read(move |tx| list(tx, TENANT, &asked, Whom::Present)).await.unwrap();
        found.extend(users.into_iter().map(|u| u.profile.display_name));
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, ["Bo", "bob"]);
}

#[tokio::test]
async fn i8_a_tenant_sees_nothing_of_another_and_the_deleted_are_gone() {
    let (_scratch, db) = filled("tenants").await;
    let (users, total) = db
        .read(|tx| {
            let theirs = list(tx, OTHER_TENANT, &everything(None), Whom::Present)?.0.len();
            Ok((theirs, count(tx, TENANT, None, Whom::Present)?))
        })
        .await
        .unwrap();
    assert_eq!((users, total), (0, 5));
}

#[tokio::test]
async fn the_deleted_are_listed_by_themselves_while_they_can_be_restored() {
    let (_scratch, db) = filled("deleted").await;
    let asked = |filter, order| List { order, ..everything(filter) };
    let by_time = Some(Order { field: UserField::DeletedDateTime, descending: true });
    for (tenant, since, filter, order, expected) in [
        (TENANT, Time(0), None, None, 1),
        (TENANT, Time(0), None, by_time, 1),
        (TENANT, Time(0), Some(begins(UserField::DisplayName, "zo")), None, 1),
        (TENANT, Time(0), Some(text(UserField::Mail, Comparison::Equal, "bo@x.example")), None, 0),
        (TENANT, Time(1), None, None, 0),
        (OTHER_TENANT, Time(0), None, None, 0),
    ] {
        let (asked, whom) = (asked(filter, order), Whom::DeletedSince(since));
        let (found, total) = db
            .read(move |tx| {
                let total = count(tx, tenant, asked.filter.as_ref(), whom)?;
                Ok((list(tx, tenant, &asked, whom)?.0, total))
            })
            .await
            .unwrap();
        assert_eq!((found.len(), total), (expected, i64::try_from(expected).unwrap()));
        assert!(found.iter().all(|user| user.id() == id(6) && user.guest.record().deleted_at.is_some()));
    }
}
