//! The typed code of a sign-in. A right one signs the bound guest in, proves a waiting sign-in address,
//! or leads a pending guest to the consent of the redemption. Refuses to bind anything itself: only a
//! redemption does.

use hospes_domain::ids::TenantId;
use hospes_domain::proof::{Answer, Purpose};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_domain::session::PASSCODE;
use hospes_domain::sign_in::{Flow, Step};
use hospes_domain::user::User;
use hospes_store::engine::WriteTx;
use hospes_store::sign_in_addresses::{self, AddressState, SignInAddress};
use hospes_store::sign_in_flows;
use uuid::Uuid;

use super::first::{Next, Proven, first_proven};
use super::recipient::{Recipient, recipient};
use super::{Place, Scene, lost};
use crate::app::{App, Stop};
use crate::audit::{self, Activity};
use crate::redeem;
use crate::sessions::{self, NewSession};
use crate::sign_ins::{self, Towards};

#[derive(Clone)]
struct Drawn {
    key: [u8; 32],
    session: NewSession,
    next: Uuid,
    audit: Uuid,
    audit_address: Uuid,
    redemption: Uuid,
    subject: Uuid,
}

/// Tries a code.
pub async fn check_passcode(app: &App, place: &Place, typed: &str) -> Result<Proven, Refusal> {
    let (session, cookie) = sessions::draw(app, place.tenant)?;
    let drawn = Drawn {
        key: redeem::digits_key(app, place.tenant)?,
        session,
        next: app.new_id(),
        audit: app.new_id(),
        audit_address: app.new_id(),
        redemption: app.new_id(),
        subject: app.new_id(),
    };
    let (scene, typed) = (Scene::new(app, place), typed.to_owned());
    let next = app
        .write(move |tx| {
            let outcome = check(tx, &scene, &drawn, &typed);
            if let Err(Stop::Refused(refusal)) = &outcome {
                record(tx, &scene, refusal)?;
            }
            outcome
        })
        .await?;
    Ok(next.with(cookie))
}

/// The line of the sign-in log about a code that was refused, if it was somebody's.
fn record(tx: &WriteTx<'_>, scene: &Scene, refusal: &Refusal) -> Result<(), Stop> {
    let known = match scene.load(tx, tx.now()) {
        Ok(known) => known,
        // A flow that is lost is nobody's.
        Err(Stop::Refused(_)) => return Ok(()),
        Err(failed) => return Err(failed),
    };
    let Some(address) = &known.flow.address else { return Ok(()) };
    match recipient(tx, scene.tenant, address)? {
        Some(found) => {
            sign_ins::refused(tx, &scene.entry, found.user(), &known.towards(), Some(PASSCODE), refusal)
        }
        None => sign_ins::refused_stranger(tx, scene.tenant),
    }
}

fn check(tx: &WriteTx<'_>, scene: &Scene, drawn: &Drawn, typed: &str) -> Result<Next, Stop> {
    let over = || Stop::Refused(Refusal::SignIn(SignInRefusal::PasscodeOver));
    let known = scene.load(tx, tx.now())?;
    match known.step(tx.now()) {
        Step::AskPasscode => {}
        Step::SendPasscode => return Err(over()),
        _ => return Err(lost()),
    }
    let proof = match redeem::try_code(tx, scene.tenant, &drawn.key, scene.flow, Purpose::SignIn, typed)? {
        Answer::Right(proof) => proof,
        Answer::No(refusal) => return Err(refusal.into()),
    };
    let found = recipient(tx, scene.tenant, proof.address())?.ok_or_else(over)?;
    let towards = known.towards();
    match found {
        Recipient::Bound(user, entry) => sign_in(tx, scene, drawn, (known.flow, &towards), &user, &entry),
        Recipient::Pending(user, invitation) => {
            let flow = Flow { signed_in_at: Some(tx.now()), ..known.flow };
            sign_in_flows::save(tx, scene.tenant, &flow)?;
            redeem::open_proven(
                tx,
                scene.tenant,
                &invitation,
                &user,
                drawn.redemption,
                proof,
                drawn.subject,
            )?;
            Ok(Next::Redemption(drawn.redemption))
        }
    }
}

fn sign_in(
    tx: &WriteTx<'_>,
    scene: &Scene,
    drawn: &Drawn,
    towards: (Flow, &Towards),
    user: &User,
    entry: &SignInAddress,
) -> Result<Next, Stop> {
    if entry.state == AddressState::Waiting {
        confirm(tx, scene.tenant, drawn, user, entry)?;
    }
    let next = first_proven(tx, scene, towards, user, (PASSCODE, tx.now()), &drawn.session, drawn.next)?;
    if next == Next::SignedIn {
        let details = vec![
            ("method".to_owned(), PASSCODE.to_owned()),
            ("address".to_owned(), entry.address.to_string()),
        ];
        audit::by_guest(tx, user, drawn.audit, Activity::SignIn, Ok(()), details)?;
    }
    Ok(next)
}

/// The mailbox of a waiting address is proven: it signs in from now on. The known ones were told when it
/// was added.
fn confirm(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    drawn: &Drawn,
    user: &User,
    entry: &SignInAddress,
) -> Result<(), Stop> {
    sign_in_addresses::activate(tx, tenant, &entry.address)?;
    let details = vec![("address".to_owned(), entry.address.to_string())];
    audit::by_guest(tx, user, drawn.audit_address, Activity::ConfirmSignInAddress, Ok(()), details)?;
    Ok(())
}
