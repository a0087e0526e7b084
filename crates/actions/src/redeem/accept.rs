//! The last step: the guest agrees, the proven identity is bound, the invitation is consumed, and the
//! guest is signed in. Exactly one of many attempts wins (threats A8). Refuses identities that belong
//! to somebody else of the tenant.

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::invitation::Invitation;
use hospes_domain::proof::{FlowRecord, home_of};
use hospes_domain::redirect;
use hospes_domain::refusal::{RedemptionRefusal, Refusal};
use hospes_domain::session;
use hospes_store::engine::{StoreError, WriteTx};
use hospes_store::sign_in_addresses::{self, AddressState, SignInAddress};
use hospes_store::{bindings, invitations, passkeys, redemption_flows, users};
use uuid::Uuid;

pub use hospes_domain::redirect::Landing;

use super::{Noting, going, invitation_of, may_be_bound, no, note_refusal};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::invite::save_guest;
use crate::sessions::{self, NewSession};
use crate::sign_in::session_hash;
use crate::sign_ins::{self, Towards};
use crate::upstream::{Between, owner_of};

/// The guest is in. No `Debug`: it holds a session.
#[derive(Clone)]
pub struct Redeemed {
    /// The session cookie's value.
    pub session: String,
    /// Where the browser goes.
    pub landing: Landing,
    /// The guest.
    pub user: ObjectId,
    /// The name the guest signs in with from now on.
    pub sign_in_name: Address,
    /// How: a word of [`hospes_domain::session`].
    pub method: &'static str,
    /// Addresses that applications of whoever was signed in here before want opened in frames.
    pub frames: Vec<String>,
}

/// Who agrees to the redemption.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agrees {
    /// The guest, on the page that asks.
    Guest,
    /// Both organisations, in advance.
    Organisations,
}

#[derive(Clone)]
struct Drawn {
    binding: Uuid,
    audit: Uuid,
    refused: Noting,
    session: NewSession,
    cookie: String,
    /// The session the browser has so far.
    before: Option<[u8; 32]>,
    public_url: String,
}

/// Accepts the invitation of a proven flow. `session` is the browser's session cookie: whoever that is is signed out.
pub async fn accept(
    app: &App,
    tenant: TenantId,
    flow: Uuid,
    session: Option<&str>,
) -> Result<Redeemed, Refusal> {
    attempt(app, tenant, flow, session, Agrees::Guest).await?.ok_or(Refusal::Internal)
}

/// The same without a question, if both organisations have agreed for their people; `None` when the guest has to be
/// asked.
pub async fn accept_unasked(
    app: &App,
    tenant: TenantId,
    flow: Uuid,
    session: Option<&str>,
) -> Result<Option<Redeemed>, Refusal> {
    attempt(app, tenant, flow, session, Agrees::Organisations).await
}

async fn attempt(
    app: &App,
    tenant: TenantId,
    flow: Uuid,
    before: Option<&str>,
    agrees: Agrees,
) -> Result<Option<Redeemed>, Refusal> {
    let (session, cookie) = sessions::draw(app, tenant)?;
    let drawn = Drawn {
        binding: app.new_id(),
        audit: app.new_id(),
        refused: Noting::draw(app),
        session,
        cookie,
        before: session_hash(app, tenant, before),
        public_url: app.public_url().to_owned(),
    };
    app.write(move |tx| {
        let outcome = run(tx, tenant, flow, agrees, &drawn);
        if let Err(Stop::Refused(refusal)) = &outcome {
            note_refusal(tx, tenant, invitation_of(tx, tenant, flow)?, &drawn.refused, refusal)?;
        }
        outcome
    })
    .await
}

fn run(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    flow: Uuid,
    agrees: Agrees,
    drawn: &Drawn,
) -> Result<Option<Redeemed>, Stop> {
    let (mut flow, invitation, mut user) = going(tx, tenant, flow)?;
    let proven = flow.record().proven.as_ref();
    let account = flow.record().account.as_ref().map(|account| account.address.to_string());
    let (home, proven_at) =
        (proven.and_then(|proven| home_of(&proven.issuer)), proven.map_or(tx.now(), |proven| proven.at));
    still_stands(tx, tenant, &invitation, flow.record())?;
    if agrees == Agrees::Organisations && !agreed(tx, tenant, home)? {
        return Ok(None);
    }
    let identity = flow.finish(&invitation.address, user.guest.generation(), tx.now())?;
    let address = identity.address().clone();
    // Nobody who holds the address already, redeemed or not, inherits or loses anything (threats B10, D9).
    let taken = sign_in_addresses::find(tx, tenant, &address)?.is_some_and(|held| held.user != user.id());
    if taken {
        return Err(no(RedemptionRefusal::IdentityTaken));
    }
    let binding = user.guest.accept(identity, drawn.binding, tx.now())?;
    debug_assert_eq!(user.guest.state(), State::Accepted);
    // One account at home may prove several addresses, and was perhaps invited at another one before.
    if bindings::holder(tx, tenant, &binding.issuer, &binding.subject)?.is_some() {
        return Err(no(RedemptionRefusal::IdentityTaken));
    }
    // From here on everything or nothing: what fails now rolls back.
    save_guest(tx, &mut user)?;
    let won = invitations::consume(tx, tenant, invitation.id)?;
    if !won || !bindings::insert(tx, tenant, user.id(), &binding)? {
        return Err(StoreError::Conflict.into());
    }
    let entry = SignInAddress {
        address: address.clone(),
        user: user.id(),
        binding: binding.id,
        state: AddressState::Active,
        added_at: tx.now(),
    };
    if !sign_in_addresses::insert(tx, tenant, &entry)? {
        return Err(StoreError::Conflict.into());
    }
    redemption_flows::save(tx, tenant, &flow)?;
    users::consent(tx, tenant, user.id())?;
    // Whatever this invitation was: a conversion that was sent again is one like any other, and a password left
    // here would be good again after the next reset.
    users::end_password(tx, tenant, user.id())?;
    passkeys::remove_all(tx, tenant, user.id())?;
    let (method, since) =
        if home.is_some() { (session::HOME, proven_at) } else { (session::PASSCODE, tx.now()) };
    let frames = match drawn.before {
        Some(before) => sessions::left_behind(tx, tenant, before, &drawn.public_url)?,
        None => Vec::new(),
    };
    sessions::begin_since(tx, &user, method, since, &drawn.session)?;
    let proven = (method, &session::Amr::of(method));
    sign_ins::succeeded(tx, &drawn.refused.entry, &user, &Towards::redemption(), proven)?;
    let mut details = vec![
        ("invitation".to_owned(), invitation.id.to_string()),
        ("issuer".to_owned(), binding.issuer.clone()),
        ("subject".to_owned(), binding.subject.clone()),
        ("signInName".to_owned(), address.to_string()),
        ("proof".to_owned(), binding.proof.clone()),
    ];
    details.extend(account.map(|address| ("account".to_owned(), address)));
    audit::by_guest(tx, &user, drawn.audit, Activity::Redeem, Ok(()), details)?;
    Ok(Some(Redeemed {
        session: drawn.cookie.clone(),
        landing: redirect::landing(&invitation.redirect_url),
        user: user.id(),
        sign_in_name: address,
        method,
        frames,
    }))
}

/// Asked again in the transaction that binds: the domain may have got another owner since, who decides from then on, and
/// the door between the two organisations may be shut.
fn still_stands(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    invitation: &Invitation,
    flow: &FlowRecord,
) -> Result<(), Stop> {
    let Some(proven) = &flow.proven else { return Err(no(RedemptionRefusal::FlowLost)) };
    let stands = proven.stands(owner_of(tx, tenant, &invitation.address)?.map(|owner| owner.id));
    match home_of(&proven.issuer) {
        Some(_) if !stands => {
            Err(no(RedemptionRefusal::WrongIdentity { invited: invitation.address.masked() }))
        }
        Some(home) => may_be_bound(tx, tenant, home, flow.account.as_ref().map(|account| &account.address)),
        None if !stands => Err(no(RedemptionRefusal::FlowLost)),
        None => Ok(()),
    }
}

/// Whether host and home have agreed that their people are asked nothing.
fn agreed(tx: &WriteTx<'_>, tenant: TenantId, home: Option<TenantId>) -> Result<bool, StoreError> {
    home.map_or(Ok(false), |home| Ok(Between::load(tx, tenant, home)?.is_automatic()))
}
