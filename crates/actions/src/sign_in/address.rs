//! The typed address. It only finds the way to prove who one is; it selects nobody (design section 5).
//! Refuses to say who is known: what follows depends on the domain, or on a binding (threats E5).

use hospes_domain::address::{Address, AddressError};
use hospes_domain::ids::TenantId;
use hospes_domain::refusal::Refusal;
use hospes_domain::second_factor::Need;
use hospes_domain::sign_in::{Flow, Step};
use hospes_store::engine::{Read, StoreError};
use hospes_store::upstream_sign_ins::Purpose;
use hospes_store::{sign_in_flows, tenants};

use super::{Known, Place, Scene, finish, hint, home};
use crate::app::App;
use crate::logout;
use crate::upstream::{self, Asking};

/// Notes the address. Who is signed in already and was asked to choose an account chooses by naming it. The answer is
/// where the browser goes, on this server, if the person is to sign in at home.
pub async fn name_address(app: &App, place: &Place, typed: &str) -> Result<Option<String>, Refusal> {
    let address = Address::parse_name(typed.trim()).map_err(unreadable)?;
    let scene = Scene::new(app, place);
    let drawn = upstream::Drawn::new(app, place.tenant)?;
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        // Elsewhere than here it is nobody's name, and no code could be sent to it.
        if address.is_name_only() && !is_ours(tx, scene.tenant, &address)? {
            return Err(unreadable(AddressError::Local).into());
        }
        let chosen = chosen_session(&known, &address);
        // Whoever owes a second factor has a line once it is shown.
        if chosen.is_some() && known.need == Need::Nothing {
            finish::note_sign_in(tx, &scene, &known)?;
        }
        let signed_in_at = chosen.or(known.flow.signed_in_at);
        let flow = Flow { address: Some(address.clone()), signed_in_at, first: None, ..known.flow };
        sign_in_flows::save(tx, scene.tenant, &flow)?;
        let known = scene.around(tx, flow, tx.now())?;
        let Step::SignInAtHome(at) = known.step(tx.now()) else { return Ok(None) };
        let theirs = upstream::owner_of(tx, scene.tenant, &address)?.is_some_and(|owner| owner.id == at);
        let asking = Asking {
            purpose: Purpose::SignIn,
            flow: known.flow.id,
            guest: home::meant(tx, scene.tenant, &address)?,
            hint: theirs.then_some(&address),
            login: known.flow.prompt.login,
            fresh_from: known.flow.fresh_from,
        };
        Ok(Some(drawn.send(tx, scene.tenant, at, &asking)?))
    })
    .await
}

fn unreadable(error: AddressError) -> Refusal {
    let cause = format!("{}.", capitalised(&error.to_string()));
    Refusal::invalid("address", cause, "Type the whole address, such as name@example.com.")
}

fn is_ours(tx: &impl Read, tenant: TenantId, address: &Address) -> Result<bool, StoreError> {
    let tenant = tenants::by_id(tx, tenant)?;
    Ok(tenant.is_some_and(|tenant| tenant.domains.iter().any(|own| own == address.domain())))
}

/// Forgets the address and what was proven with it ("Use another account"). A session that only lacks its second factor
/// ends, and apps hear of it: nothing else takes it, and it would be asked for again. One that only lacks an administrator's approval goes on;
/// this flow asks for somebody else from now on.
pub async fn use_another_account(app: &App, place: &Place) -> Result<(), Refusal> {
    let scene = Scene::new(app, place);
    app.write(move |tx| {
        let known = scene.load(tx, tx.now())?;
        let lacking = known.session.as_ref().filter(|_| known.first.is_none() && known.need != Need::Nothing);
        if let (Some(hash), Some((session, _))) = (scene.session, lacking) {
            hospes_store::sessions::end(tx, scene.tenant, hash)?;
            logout::end_unseen(tx, scene.tenant, session.id)?;
        }
        let needs_admin = known.step(tx.now()) == Step::NeedAdmin;
        let mut flow = Flow { address: None, first: None, ..known.flow };
        if needs_admin {
            (flow.prompt.login, flow.signed_in_at) = (true, None);
        }
        sign_in_flows::save(tx, scene.tenant, &flow)?;
        Ok(())
    })
    .await
}

fn chosen_session(known: &Known, address: &Address) -> Option<hospes_domain::time::Time> {
    let (session, user) = known.session.as_ref()?;
    let prompt = known.flow.prompt;
    let chosen = prompt.select_account && !prompt.login && hint::names(address.as_str(), user);
    chosen.then_some(session.created_at)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}
