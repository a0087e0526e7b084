//! What the verbs on users do to the directory, and what they refuse.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hospes_domain::access::{Actor, Role, Scope, UserType};
use hospes_domain::edit::Edit;
use hospes_domain::guest::Binding;
use hospes_domain::invitation::Message;
use hospes_domain::precondition::Precondition;
use hospes_domain::time::Time;
use hospes_store::sign_in_addresses::{AddressState, SignInAddress};
use hospes_store::{bindings, jobs, sign_in_addresses};
use uuid::Uuid;

use super::*;
use crate::invite::{Invite, invite};
use crate::testing::{Bench, everything};

const WRITE: &[Scope] = &[Scope::UserReadWriteAll];

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn new_user(upn: &str) -> NewUser {
    NewUser {
        manager: None,
        sponsors: Vec::new(),
        upn: upn.to_owned(),
        display_name: "Cy".to_owned(),
        mail_nickname: "cy".to_owned(),
        user_type: UserType::Member,
        enabled: true,
        mail: None,
        other_mails: Vec::new(),
        show_in_address_list: true,
        profile: ProfileEdit::default(),
        password: "tiny purple trains".to_owned().into(),
        change_password: false,
    }
}

async fn administrator(bench: &Bench) -> Actor {
    let id = bench.member("admin", &[Role::UserAdministrator]).await;
    bench.person(id, &[Scope::UserReadWriteAll, Scope::UserInviteAll])
}

async fn guest(bench: &Bench, admin: &Actor, mail: &str) -> ObjectId {
    let command = Invite {
        address: address(mail),
        named: None,
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

/// A guest as after a redemption with a passcode.
async fn redeemed(bench: &Bench, admin: &Actor, mail: &'static str) -> ObjectId {
    let (id, tenant) = (guest(bench, admin, mail).await, bench.tenant());
    bench
        .app
        .write(move |tx| {
            let binding = Binding {
                id: Uuid::from_u128(1),
                issuer: "mail".into(),
                subject: "s".into(),
                sign_in_name: address(mail),
                proof: "passcode".into(),
                bound_at: Time(0),
            };
            tx.execute("UPDATE users SET external_user_state = 'Accepted' WHERE id = $1", &[id.into()])?;
            bindings::insert(tx, tenant, id, &binding)?;
            let entry = SignInAddress {
                address: address(mail),
                user: id,
                binding: binding.id,
                state: AddressState::Active,
                added_at: tx.now(),
            };
            sign_in_addresses::insert(tx, tenant, &entry)?;
            Ok(())
        })
        .await
        .unwrap();
    id
}

async fn sign_in_addresses_of(bench: &Bench, id: ObjectId) -> Vec<(String, AddressState)> {
    let tenant = bench.tenant();
    let found = bench.app.read(move |tx| Ok(sign_in_addresses::of_user(tx, tenant, id)?)).await.unwrap();
    found.into_iter().map(|entry| (entry.address.to_string(), entry.state)).collect()
}

async fn change(bench: &Bench, actor: &Actor, id: ObjectId, edit: UserEdit) -> Result<User, Refusal> {
    update(&bench.app, actor, id.to_string(), edit, Precondition::None).await?;
    let tenant = bench.tenant();
    bench.app.read(move |tx| Ok(users::by_id(tx, tenant, id)?.unwrap())).await
}

fn other_mails(mails: &[&str]) -> UserEdit {
    UserEdit { other_mails: Some(mails.iter().map(|m| address(m)).collect()), ..UserEdit::default() }
}

#[tokio::test]
async fn b17_a_new_mail_changes_no_sign_in_and_frees_the_old_address() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let id = redeemed(&bench, &admin, "old@x.example").await;
    let edit = UserEdit { mail: Edit::Set(address("new@y.example")), ..UserEdit::default() };
    let user = change(&bench, &admin, id, edit).await.unwrap();
    assert_eq!(user.proxy_addresses, ["SMTP:new@y.example"]);
    assert_eq!(user.guest.binding().unwrap().sign_in_name, address("old@x.example"));
    assert_eq!(sign_in_addresses_of(&bench, id).await, [("old@x.example".to_owned(), AddressState::Active)]);
}

#[tokio::test]
async fn b17_another_mail_waits_for_its_proof_and_the_known_addresses_are_told() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let id = redeemed(&bench, &admin, "old@x.example").await;
    let active = ("old@x.example".to_owned(), AddressState::Active);
    change(&bench, &admin, id, other_mails(&["second@x.example", "Second@X.example"])).await.unwrap();
    let waiting = ("second@x.example".to_owned(), AddressState::Waiting);
    assert_eq!(sign_in_addresses_of(&bench, id).await, [active.clone(), waiting]);
    let mails = bench.app.write(|tx| Ok(jobs::lease(tx, 9, 60)?)).await.unwrap();
    let told: Vec<_> =
        mails.iter().filter(|job| job.kind == "address-added").map(|job| job.recipient.as_str()).collect();
    assert_eq!(told, ["old@x.example"]);
    change(&bench, &admin, id, other_mails(&[])).await.unwrap();
    assert_eq!(sign_in_addresses_of(&bench, id).await, [active]);
}

#[tokio::test]
async fn d9_an_address_of_somebody_else_is_refused_without_saying_whose() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let taken = guest(&bench, &admin, "taken@x.example").await;
    let id = redeemed(&bench, &admin, "old@x.example").await;
    let mail = UserEdit { mail: Edit::Set(address("TAKEN@x.example")), ..UserEdit::default() };
    for edit in [mail, other_mails(&["taken@x.example"])] {
        let refusal = change(&bench, &admin, id, edit).await.unwrap_err();
        assert_eq!(refusal.name(), "taken");
        assert!(!refusal.to_string().contains(&taken.to_string()));
    }
    assert_eq!(sign_in_addresses_of(&bench, id).await.len(), 1);
}

#[tokio::test]
async fn what_decides_on_sign_in_needs_the_rank_of_a_reset() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let id = guest(&bench, &admin, "g@x.example").await;
    let helpdesk = bench.person(bench.member("help", &[Role::HelpdeskAdministrator]).await, WRITE);
    let inviter = bench.person(bench.member("inviter", &[Role::GuestInviter]).await, WRITE);
    let mail = || UserEdit { mail: Edit::Set(address("n@y.example")), ..UserEdit::default() };
    assert!(change(&bench, &helpdesk, id, other_mails(&["n@y.example"])).await.is_ok());
    for (actor, edit) in [(&helpdesk, mail()), (&inviter, mail()), (&inviter, other_mails(&[]))] {
        assert_eq!(change(&bench, actor, id, edit).await.unwrap_err().name(), "not_allowed");
    }
    let chief = bench.member("chief", &[Role::GlobalAdministrator]).await;
    assert_eq!(change(&bench, &admin, chief, mail()).await.unwrap_err().name(), "not_allowed");
    let unknown =
        update(&bench.app, &inviter, NOBODY.to_string(), mail(), Precondition::None).await.unwrap_err();
    assert_eq!(unknown.name(), "not_allowed", "without the right, unknown and known look the same");
}

#[tokio::test]
async fn e8_blocking_and_deleting_end_what_was_issued() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let id = guest(&bench, &admin, "g@x.example").await;
    let off = UserEdit { enabled: Some(false), ..UserEdit::default() };
    let user = change(&bench, &admin, id, off).await.unwrap();
    assert_eq!((user.guest.is_active(), user.guest.generation()), (false, 2));
    delete(&bench.app, &admin, id.to_string(), Precondition::None).await.unwrap();
    assert_eq!(get(&bench.app, &admin, id.to_string()).await.unwrap_err().name(), "not_found");
    assert_eq!(
        delete(&bench.app, &admin, id.to_string(), Precondition::None).await.unwrap_err().name(),
        "not_found"
    );
    let mails = bench.app.write(|tx| Ok(jobs::lease(tx, 9, 60)?)).await.unwrap();
    assert!(mails.is_empty(), "the invitation mail died with its guest");
    let audit = bench.audit().await;
    assert!(audit.iter().any(|record| record.activity == "Delete user" && record.success));
}

#[tokio::test]
async fn members_are_created_on_the_tenants_domains_with_a_good_password() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let seen = create(&bench.app, &admin, new_user("cy@fabrikam.example")).await.unwrap();
    assert_eq!((seen.user.creation_type, seen.user.guest.state().name()), (None, None));
    let nobody = bench.person(bench.member("nobody", &[]).await, WRITE);
    let weak = NewUser { password: "short".to_owned().into(), ..new_user("d@fabrikam.example") };
    for (actor, new, name) in [
        (&admin, new_user("CY@fabrikam.example"), "taken"),
        (&admin, new_user("cy@elsewhere.example"), "invalid"),
        (&admin, new_user("c#EXT#@fabrikam.example"), "invalid"),
        (&admin, weak, "invalid"),
        (&nobody, new_user("d@fabrikam.example"), "not_allowed"),
    ] {
        assert_eq!(create(&bench.app, actor, new).await.unwrap_err().name(), name);
    }
}

#[tokio::test]
async fn e4_guests_list_nobody_and_see_little_of_one() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let id = redeemed(&bench, &admin, "g@x.example").await;
    let guest = bench.person(id, &[Scope::UserReadAll]);
    assert_eq!(list(&bench.app, &guest, everything(), true).await.unwrap_err().name(), "not_allowed");
    assert_eq!(count(&bench.app, &guest, None).await.unwrap_err().name(), "not_allowed");
    let other = get(&bench.app, &guest, "admin@fabrikam.example".to_owned()).await.unwrap();
    assert_eq!(other.view, View::Limited);
    assert_eq!(me(&bench.app, &guest).await.unwrap().view, View::Full);
    let all = list(&bench.app, &bench.person(admin.who.id(), &[Scope::UserReadAll]), everything(), true)
        .await
        .unwrap();
    assert_eq!((all.total, all.users.len(), all.next), (Some(2), 2, None));
}

#[tokio::test]
async fn a_password_change_ends_every_sign_in_and_guests_have_none() {
    let bench = Bench::new().await;
    let admin = administrator(&bench).await;
    let member = bench.member("m", &[]).await;
    let edit = || UserEdit { password: Some("another long one".to_owned().into()), ..UserEdit::default() };
    assert_eq!(change(&bench, &admin, member, edit()).await.unwrap().guest.generation(), 2);
    let id = guest(&bench, &admin, "g@x.example").await;
    assert_eq!(change(&bench, &admin, id, edit()).await.unwrap_err().name(), "invalid");
}
