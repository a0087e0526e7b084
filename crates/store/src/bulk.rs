//! Many guests at once, with what belongs to them: rows of one table go into statements of many rows, in the order of
//! their keys, so that a directory of a million is filled in a minute. Refuses to decide anything, as everything here;
//! and to leave one out: a row that is there already rolls the whole batch back.

use hospes_domain::address::Address;
use hospes_domain::changes::{Changed, Kind};
use hospes_domain::guest::Binding;
use hospes_domain::ids::TenantId;
use hospes_domain::invitation::{Invitation, InvitationState};
use hospes_domain::user::User;

use crate::changes;
use crate::engine::{StoreError, Value, WriteTx};
use crate::users::{OTHER, PROXY, fold, proxy_key};
use crate::{user_row, words};

/// Rows of one statement: the cost of a statement is spread, and its text stays small enough to be kept prepared.
const ROWS: usize = 16;

/// A guest with the invitation it came by.
#[derive(Clone)]
pub struct Newcomer {
    /// The guest, as the lifecycle left it; an open binding is saved with it.
    pub user: User,
    /// The invitation, open or used.
    pub invitation: Invitation,
}

/// Saves guests nobody knows yet, with addresses, bindings and invitations.
pub fn insert(tx: &WriteTx<'_>, tenant: TenantId, newcomers: &[Newcomer]) -> Result<(), StoreError> {
    // In the order of the primary key a batch touches each page of the table once.
    let mut sorted: Vec<&Newcomer> = newcomers.iter().collect();
    sorted.sort_unstable_by_key(|newcomer| newcomer.user.id());
    for newcomer in &sorted {
        changes::note(tx, tenant, Kind::User, newcomer.user.id(), Changed::CREATED);
    }
    rows(tx, USERS, sorted.iter().map(|newcomer| user_row::values(&newcomer.user, None)).collect())?;
    rows(tx, ADDRESSES, sorted.iter().flat_map(|newcomer| addresses(tx, &newcomer.user)).collect())?;
    rows(tx, WORDS, sorted.iter().flat_map(|newcomer| names(tenant, &newcomer.user)).collect())?;
    let bound =
        |newcomer: &&Newcomer| newcomer.user.guest.binding().cloned().map(|b| (newcomer.user.id(), b));
    let mut bindings: Vec<_> = sorted.iter().filter_map(bound).collect();
    bindings.sort_unstable_by_key(|(_, binding)| binding.id);
    rows(tx, BINDINGS, bindings.iter().map(|(id, b)| binding(tenant, (*id).into(), b)).collect())?;
    bindings.sort_unstable_by_key(|(_, binding)| binding.sign_in_name.key());
    rows(tx, SIGN_INS, bindings.iter().map(|(id, b)| sign_in(tenant, (*id).into(), b)).collect())?;
    sorted.sort_unstable_by_key(|newcomer| newcomer.invitation.id.0);
    rows(
        tx,
        INVITATIONS,
        sorted.iter().map(|newcomer| invitation(tx, tenant, &newcomer.invitation)).collect(),
    )
}

/// A table with the columns that are filled, in the order of the values.
type Table = (&'static str, &'static str);

const USERS: Table = ("users", user_row::COLUMNS);

const ADDRESSES: Table =
    ("user_addresses", "tenant_id, user_id, kind, position, address, address_key, added_at");

fn addresses(tx: &WriteTx<'_>, user: &User) -> Vec<Vec<Value>> {
    let other = user.other_mails.iter().map(|a| (OTHER, a.as_str(), a.key()));
    let proxy = user.proxy_addresses.iter().map(|p| (PROXY, p.as_str(), proxy_key(p)));
    let tenant = user.guest.record().tenant;
    let row = |(position, (kind, text, key)): (i64, (&str, &str, String))| {
        vec![
            tenant.into(),
            user.id().into(),
            kind.into(),
            position.into(),
            text.into(),
            key.into(),
            tx.now().into(),
        ]
    };
    (0_i64..).zip(other.chain(proxy)).map(row).collect()
}

const WORDS: Table = ("search_words", "tenant_id, object_id, place, word, sort_key");

fn names(tenant: TenantId, user: &User) -> Vec<Vec<Value>> {
    let name = fold(&user.profile.display_name);
    let row = |word: String| {
        vec![tenant.into(), user.id().into(), words::USER.into(), word.into(), name.as_str().into()]
    };
    words::of(Some(&user.profile.display_name)).into_iter().map(row).collect()
}

const BINDINGS: Table =
    ("bindings", "tenant_id, id, user_id, issuer, subject, sign_in_name, proof, bound_at");

fn binding(tenant: TenantId, user: Value, binding: &Binding) -> Vec<Value> {
    vec![
        tenant.into(),
        binding.id.into(),
        user,
        binding.issuer.as_str().into(),
        binding.subject.as_str().into(),
        binding.sign_in_name.as_str().into(),
        binding.proof.as_str().into(),
        binding.bound_at.into(),
    ]
}

const SIGN_INS: Table =
    ("sign_in_addresses", "tenant_id, address_key, address, user_id, binding_id, state, added_at");

fn sign_in(tenant: TenantId, user: Value, binding: &Binding) -> Vec<Value> {
    vec![
        tenant.into(),
        binding.sign_in_name.key().into(),
        binding.sign_in_name.as_str().into(),
        user,
        binding.id.into(),
        "active".into(),
        binding.bound_at.into(),
    ]
}

const INVITATIONS: Table = (
    "invitations",
    "tenant_id, id, user_id, ticket, link_version, kind, state, address, address_key, redirect_url, send_message, \
     message_language, message_body, cc_name, cc_address, inviter_kind, inviter_id, inviter_name, inviter_mail, \
     client_request_id, created_at, expires_at, used_at",
);

fn invitation(tx: &WriteTx<'_>, tenant: TenantId, i: &Invitation) -> Vec<Value> {
    vec![
        tenant.into(),
        i.id.into(),
        i.user.into(),
        i.ticket.into(),
        i.link_version.into(),
        i.kind.name().into(),
        i.state.name().into(),
        i.address.as_str().into(),
        i.address.key().into(),
        i.redirect_url.as_str().into(),
        i.message.send.into(),
        i.message.language.clone().into(),
        i.message.body.clone().into(),
        i.message.cc_name.clone().into(),
        i.message.cc_address.as_ref().map(Address::as_str).into(),
        if i.inviter.is_app { "app" } else { "user" }.into(),
        i.inviter.id.into(),
        i.inviter.name.as_str().into(),
        i.inviter.mail.clone().into(),
        i.client_request_id.clone().into(),
        i.created_at.into(),
        i.expires_at.into(),
        (i.state == InvitationState::Used).then(|| tx.now()).into(),
    ]
}

/// Inserts all of the rows; two texts a table, one for many rows and one for a single one.
fn rows(tx: &WriteTx<'_>, (table, columns): Table, all: Vec<Vec<Value>>) -> Result<(), StoreError> {
    let width = columns.split(',').count();
    let text = |rows: usize| {
        let mut text = format!("INSERT INTO {table} ({columns}) VALUES ");
        for row in 0..rows {
            let marks: Vec<String> = (1..=width).map(|n| format!("${}", row * width + n)).collect();
            text.extend([if row == 0 { "(" } else { ", (" }, &marks.join(", "), ")"]);
        }
        text
    };
    let (many, one) = (text(ROWS), text(1));
    let mut rest = all.into_iter().peekable();
    let mut params = Vec::with_capacity(ROWS * width);
    while rest.peek().is_some() {
        let take = if rest.len() >= ROWS { ROWS } else { 1 };
        params.clear();
        params.extend(rest.by_ref().take(take).flatten());
        tx.execute(if take == ROWS { &many } else { &one }, &params)?;
    }
    Ok(())
}
