//! Back from the tenant a person belongs to: signed in as the bound guest, led to the consent of a pending invitation,
//! or refused. Refuses to take an address for an identity: an account that was made anew is another one (threats B5);
//! and what was begun before a reset (threats I3, D5).

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::invitation::Invitation;
use hospes_domain::proof::{HomeIdentity, Limit, home_of};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::HOME;
use hospes_domain::sign_in::{Flow, Step};
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::sign_in_addresses::AddressState;
use hospes_store::{bindings, invitations, sign_in_addresses, sign_in_flows, users};
use uuid::Uuid;

use super::first::{Entered, Next, Proven, first_proven};
use super::{Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::invite::take;
use crate::redeem;
use crate::sessions::{self, NewSession};
use crate::sign_ins::{self, Towards};
use crate::upstream::{Arrival, Between};

/// Records of one account that came with a guest's address.
const CHANGES_NOTED: Limit = Limit { most: 1, seconds: 24 * 3600 };

#[derive(Clone)]
struct Drawn {
    session: NewSession,
    next: Uuid,
    audit: Uuid,
    redemption: Uuid,
}

/// What the transaction came to.
enum Outcome {
    SignedIn,
    Owing(Uuid),
    Pending,
    /// Noted for the administrator, which has to be kept, so it is no refusal yet.
    Changed,
}

/// Goes on with a flow whose person signed in at home.
pub async fn arrive(
    app: &App,
    place: &Place,
    arrival: Arrival,
    identity: HomeIdentity,
) -> Result<Proven, Refusal> {
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let drawn = Drawn { session, next: app.new_id(), audit: app.new_id(), redemption: app.new_id() };
    let redemption = drawn.redemption;
    let scene = Scene::new(app, place);
    let outcome = app.write(move |tx| {
        let outcome = run(tx, &scene, arrival, &identity, &drawn);
        if let Err(Stop::Refused(refusal)) = &outcome {
            note(tx, &scene, &identity, drawn.audit, refusal)?;
        }
        outcome
    });
    match outcome.await? {
        Outcome::SignedIn => Ok(Proven::SignedIn(Entered::unknown(cookie))),
        Outcome::Owing(flow) => Ok(Proven::Owing { flow }),
        Outcome::Pending => {
            match redeem::accept_unasked(app, place.tenant, redemption, place.session.as_deref()).await? {
                Some(redeemed) => Ok(Proven::SignedIn(Entered {
                    frames: redeemed.frames,
                    ..Entered::unknown(redeemed.session)
                })),
                None => Ok(Proven::PendingRedemption { redemption }),
            }
        }
        Outcome::Changed => Err(Refusal::SignIn(SignInRefusal::IdentityChanged)),
    }
}

fn run(
    tx: &WriteTx<'_>,
    scene: &Scene,
    arrival: Arrival,
    identity: &HomeIdentity,
    drawn: &Drawn,
) -> Result<Outcome, Stop> {
    let known = scene.load(tx, tx.now())?;
    if known.step(tx.now()) != Step::SignInAtHome(identity.home()) {
        return Err(lost());
    }
    let towards = known.towards();
    let flow = Flow { signed_in_at: Some(identity.auth_time()), ..known.flow };
    let tenant = scene.tenant;
    let admitted = Between::load(tx, tenant, identity.home())?.must_admit();
    let holder = bindings::holder(tx, tenant, &identity.issuer(), &identity.subject())?;
    // Who is a guest already gets as far as to leave; no other door opens for that session.
    if holder.is_none() || !flow.is_to_leave(tenant) {
        admitted?;
    }
    if let Some(id) = holder {
        let user = users::by_id(tx, tenant, id)?.filter(|user| user.guest.is_active());
        let user = user.ok_or(Refusal::SignIn(SignInRefusal::Disabled))?;
        return sign_in(tx, scene, (flow, &towards), &user, identity, drawn);
    }
    if let Some((user, invitation)) = pending(tx, scene, identity)? {
        begun_since_the_reset(tx, arrival.guest, &user)?;
        // First, since it may still refuse.
        redeem::open_home(tx, tenant, (&invitation, &user), drawn.redemption, identity)?;
        sign_in_flows::save(tx, tenant, &flow)?;
        return Ok(Outcome::Pending);
    }
    match changed(tx, scene, identity)? {
        Some(user) => {
            note_change(tx, &user, identity, drawn.audit)?;
            let refusal = Refusal::SignIn(SignInRefusal::IdentityChanged);
            sign_ins::refused(tx, &scene.entry, &user, &towards, Some(HOME), &refusal)?;
            Ok(Outcome::Changed)
        }
        None => Err(Refusal::SignIn(SignInRefusal::NotAGuest).into()),
    }
}

fn sign_in(
    tx: &WriteTx<'_>,
    scene: &Scene,
    towards: (Flow, &Towards),
    user: &User,
    identity: &HomeIdentity,
    drawn: &Drawn,
) -> Result<Outcome, Stop> {
    let at = (HOME, identity.auth_time());
    if let Next::Owing(flow) = first_proven(tx, scene, towards, user, at, &drawn.session, drawn.next)? {
        return Ok(Outcome::Owing(flow));
    }
    let details = vec![("method".to_owned(), HOME.to_owned())];
    audit::by_guest(tx, user, drawn.audit, Activity::SignIn, Ok(()), details)?;
    Ok(Outcome::SignedIn)
}

/// The guest whom a typed address means, with the sign-in generation: kept while the person is at home.
pub(super) fn meant(
    tx: &impl Read,
    tenant: TenantId,
    address: &Address,
) -> Result<Option<(ObjectId, i64)>, StoreError> {
    let user = match sign_in_addresses::find(tx, tenant, address)? {
        Some(entry) => Some(entry.user),
        None => invitations::open_to(tx, tenant, address)?.map(|invitation| invitation.user),
    };
    let Some(user) = user else { return Ok(None) };
    Ok(users::by_id(tx, tenant, user)?.map(|user| (user.id(), user.guest.generation())))
}

/// Refuses a sign-in that was begun before the last reset of a pending guest. Where the typed address meant somebody else,
/// that is only known of a guest who was never bound: the others type the invited address.
fn begun_since_the_reset(tx: &impl Read, meant: Option<(ObjectId, i64)>, user: &User) -> Result<(), Stop> {
    match meant {
        Some((id, generation)) if id == user.id() => {
            if generation == user.guest.generation() {
                Ok(())
            } else {
                Err(lost())
            }
        }
        _ if bindings::history(tx, user.guest.record().tenant, user.id())?.is_empty() => Ok(()),
        _ => Err(Refusal::SignIn(SignInRefusal::InvitationWaits).into()),
    }
}

/// Who waits for this very address, which must also be the guest's `mail` (design section 5).
fn pending(
    tx: &impl Read,
    scene: &Scene,
    identity: &HomeIdentity,
) -> Result<Option<(User, Invitation)>, StoreError> {
    for address in identity.addresses() {
        let Some(invitation) = invitations::open_to(tx, scene.tenant, address)? else { continue };
        if invitation.state.usable(invitation.expires_at, tx.now()).is_err() {
            continue;
        }
        let user = users::by_id(tx, scene.tenant, invitation.user)?.filter(|user| {
            user.guest.is_active()
                && user.guest.state() == State::PendingAcceptance
                && user.mail.as_ref().is_some_and(|mail| mail.same(&invitation.address))
        });
        if let Some(user) = user {
            return Ok(Some((user, invitation)));
        }
    }
    Ok(None)
}

/// The guest for whom a tenant vouched under one of these addresses, by another key. It may have been another tenant: the
/// addresses of an identity are those on domains that its tenant owns now.
fn changed(tx: &impl Read, scene: &Scene, identity: &HomeIdentity) -> Result<Option<User>, StoreError> {
    for address in identity.addresses() {
        // An address that was only added for a guest may well be a colleague's.
        let entry = sign_in_addresses::find(tx, scene.tenant, address)?;
        let Some(entry) = entry.filter(|entry| entry.state == AddressState::Active) else { continue };
        let from_home =
            |user: &User| user.guest.binding().is_some_and(|binding| home_of(&binding.issuer).is_some());
        if let Some(user) = users::by_id(tx, scene.tenant, entry.user)?.filter(from_home) {
            return Ok(Some(user));
        }
    }
    Ok(None)
}

fn said_by(identity: &HomeIdentity) -> Vec<(String, String)> {
    vec![("issuer".to_owned(), identity.issuer()), ("subject".to_owned(), identity.subject())]
}

/// Records a refusal to somebody who proved at home who that is (design section 5), so many in a day: whoever has an
/// account there can repeat it.
fn note(
    tx: &WriteTx<'_>,
    scene: &Scene,
    identity: &HomeIdentity,
    id: Uuid,
    refusal: &Refusal,
) -> Result<(), Stop> {
    let (tenant, issuer, subject) = (scene.tenant, identity.issuer(), identity.subject());
    let bound = match bindings::holder(tx, tenant, &issuer, &subject)? {
        Some(user) => users::by_id(tx, tenant, user)?,
        None => pending(tx, scene, identity)?.map(|(user, _)| user),
    };
    if let (Some(user), Some(towards)) = (&bound, scene.towards(tx)?) {
        sign_ins::refused(tx, &scene.entry, user, &towards, Some(HOME), refusal)?;
    }
    match take(tx, tenant, &format!("refusals-noted:{issuer}:{subject}"), redeem::NOTED) {
        Err(Stop::Refused(_)) => return Ok(()),
        other => other?,
    }
    let details = said_by(identity);
    match bound {
        Some(user) => audit::by_guest(tx, &user, id, Activity::SignIn, Err(refusal), details)?,
        None => audit::of_an_outsider(tx, tenant, id, Activity::SignIn, refusal, details)?,
    }
    Ok(())
}

/// Flags the binding for the administrator and records the account that came, once a day: anybody with such an account
/// can repeat it.
fn note_change(tx: &WriteTx<'_>, user: &User, identity: &HomeIdentity, id: Uuid) -> Result<(), Stop> {
    let tenant = user.guest.record().tenant;
    if let Some(binding) = user.guest.binding() {
        bindings::note_change(tx, tenant, binding.id)?;
    }
    match take(tx, tenant, &format!("change-noted:{}:{}", user.id(), identity.subject()), CHANGES_NOTED) {
        Err(Stop::Refused(_)) => return Ok(()),
        other => other?,
    }
    let refusal = Refusal::SignIn(SignInRefusal::IdentityChanged);
    audit::by_guest(tx, user, id, Activity::SignIn, Err(&refusal), said_by(identity))?;
    Ok(())
}
