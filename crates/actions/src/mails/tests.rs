//! Sending a mail once more: what may be sent again, and what a refusal leaves alone.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Actor, Role, Scope, UserType};
use hospes_domain::address::Address;
use hospes_domain::ids::ObjectId;
use hospes_domain::invitation::{MAILS_PER_ADDRESS, Message};
use hospes_domain::mail::{MailState, QueuedMail};
use hospes_domain::precondition::Precondition;
use hospes_domain::query::{Filter, List, MailField, Value};
use hospes_domain::refusal::Refusal;

use super::{get, list, retry};
use crate::invite::{Invite, invite};
use crate::jobs::{self, End, kinds};
use crate::testing::{Bench, everything};

const SCOPES: &[Scope] = &[Scope::UserReadWriteAll, Scope::UserInviteAll, Scope::UserReadAll];

async fn administrator(bench: &Bench) -> Actor {
    let id = bench.member("admin", &[Role::UserAdministrator]).await;
    bench.person(id, SCOPES)
}

async fn send(bench: &Bench, admin: &Actor, named: Option<ObjectId>) -> ObjectId {
    let command = Invite {
        address: Address::parse("ana@contoso.example").unwrap(),
        named,
        reset: false,
        as_type: UserType::Guest,
        display_name: None,
        redirect_url: "https://myapps.microsoft.com".to_owned(),
        message: Message { send: true, ..Message::default() },
        sponsors: Vec::new(),
        client_request_id: None,
        only_if: Precondition::default(),
    };
    invite(&bench.app, admin, command).await.unwrap().user.id()
}

/// The worker's turn, in which every mail ends so.
async fn work(bench: &Bench, end: End) -> usize {
    let leased = jobs::lease(&bench.app, 9).await.unwrap();
    let count = leased.len();
    for job in leased {
        assert!(jobs::finish(&bench.app, job, end.clone()).await.unwrap());
    }
    count
}

async fn mails(bench: &Bench, admin: &Actor) -> Vec<QueuedMail> {
    list(&bench.app, admin, everything(), false).await.unwrap().items
}

#[tokio::test]
async fn i7_a_dead_letter_is_seen_and_sent_again_on_record() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let guest = send(&bench, &admin, None).await;
    assert_eq!(work(&bench, End::Abandoned("the mail server refused the mail (550)".into())).await, 1);
    let dead = &mails(&bench, &admin).await[0];
    assert_eq!((dead.state, dead.attempts, dead.user), (MailState::Abandoned, 1, Some(guest)));
    assert_eq!(dead.last_error.as_deref(), Some("the mail server refused the mail (550)"));
    retry(&bench.app, &admin, dead.id).await.unwrap();
    let recorded = bench.audit().await;
    let retried: Vec<_> = recorded.iter().filter(|record| record.activity == "Send mail again").collect();
    assert_eq!((retried.len(), retried[0].target, retried[0].success), (1, Some(guest), true));
    assert_eq!(work(&bench, End::Done).await, 1);
    let sent = get(&bench.app, &admin, dead.id).await.unwrap();
    assert_eq!((sent.state, sent.attempts, sent.last_error), (MailState::Sent, 2, None));
    let again = retry(&bench.app, &admin, dead.id).await.unwrap_err();
    assert!(
        matches!(&again, Refusal::Invalid(why) if why.remedy.contains("Invite the guest again")),
        "{again}"
    );
}

#[tokio::test]
async fn i3_no_mail_with_an_older_link_comes_back() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let guest = send(&bench, &admin, None).await;
    work(&bench, End::Abandoned("550".into())).await;
    let old = mails(&bench, &admin).await[0].id;
    bench.clock.forward(10);
    send(&bench, &admin, Some(guest)).await;
    let refused = retry(&bench.app, &admin, old).await.unwrap_err();
    assert_eq!(refused.name(), "invalid");
    assert_eq!(get(&bench.app, &admin, old).await.unwrap().state, MailState::Abandoned);
    let recorded = bench.audit().await;
    let refused = recorded.iter().any(|record| !record.success && record.activity == "Send mail again");
    assert!(refused, "refused attempts are on record, too");
    // The new one waits; once its guest is blocked or gone, it is not sent again either.
    let new = mails(&bench, &admin).await[0].id;
    retry(&bench.app, &admin, new).await.unwrap();
    crate::users::delete(&bench.app, &admin, guest.to_string(), Precondition::default()).await.unwrap();
    assert_eq!(retry(&bench.app, &admin, new).await.unwrap_err().name(), "invalid");
    bench.clock.forward(40 * 24 * 3600);
    assert_eq!(retry(&bench.app, &admin, new).await.unwrap_err().name(), "invalid");
}

#[tokio::test]
async fn g6_sending_again_takes_from_what_the_address_gets_in_an_hour() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    send(&bench, &admin, None).await;
    let id = mails(&bench, &admin).await[0].id;
    // One was the invitation itself.
    for _ in 1..MAILS_PER_ADDRESS.most {
        work(&bench, End::Abandoned("550".into())).await;
        retry(&bench.app, &admin, id).await.unwrap();
    }
    work(&bench, End::Abandoned("550".into())).await;
    let refused = retry(&bench.app, &admin, id).await.unwrap_err();
    assert!(matches!(refused, Refusal::TooMany { .. }), "{refused}");
    assert_eq!(get(&bench.app, &admin, id).await.unwrap().state, MailState::Abandoned);
    bench.clock.forward(3600);
    retry(&bench.app, &admin, id).await.unwrap();
}

#[tokio::test]
async fn who_only_invites_sees_and_sends_again_invitations_alone() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let guest = send(&bench, &admin, None).await;
    let app = &bench.app;
    let tenant = bench.tenant();
    let notice = app.new_id();
    app.write(move |tx| {
        let user = hospes_store::users::by_id(tx, tenant, guest)?.unwrap();
        let to = Address::parse("ana@old.example").unwrap();
        let job = kinds::notice(notice, kinds::RESET_NOTICE, &to, &user, tx.now());
        Ok(hospes_store::jobs::insert(tx, tenant, &job)?)
    })
    .await
    .unwrap();
    for (role, count) in [
        (Role::GuestInviter, 1),
        (Role::DirectoryWriters, 1),
        (Role::HelpdeskAdministrator, 2),
        (Role::GlobalReader, 2),
    ] {
        let who = bench.person(bench.member(&role.name().replace(' ', ""), &[role]).await, SCOPES);
        let found = list(app, &who, everything(), true).await.unwrap();
        assert_eq!((found.items.len(), found.count), (count, i64::try_from(count).ok()), "{}", role.name());
        let kind = Some(Filter::equal(MailField::Kind, Value::Text(kinds::RESET_NOTICE.to_owned())));
        let asked = List { filter: kind, ..everything() };
        assert_eq!(list(app, &who, asked, false).await.unwrap().items.len(), count - 1, "{}", role.name());
        assert_eq!(get(app, &who, notice).await.is_ok(), count == 2, "{}", role.name());
    }
    let inviter = bench.person(bench.member("gina", &[Role::GuestInviter]).await, SCOPES);
    assert_eq!(retry(app, &inviter, notice).await.unwrap_err().name(), "not_found");
    retry(app, &admin, notice).await.unwrap();
}

#[tokio::test]
async fn states_are_asked_for_by_the_word_that_is_shown() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    send(&bench, &admin, None).await;
    work(&bench, End::Done).await;
    for (word, count) in [("sent", 1), ("Sent", 1), ("waiting", 0), ("nothing", 0)] {
        let filter = Some(Filter::equal(MailField::State, Value::Text(word.to_owned())));
        let asked = List { filter, ..everything() };
        assert_eq!(list(&bench.app, &admin, asked, false).await.unwrap().items.len(), count, "{word}");
    }
}
