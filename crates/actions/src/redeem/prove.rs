//! The typed code. Refuses more tries than the code and the address have, counted before the
//! comparison and kept even when the answer is no (threats G1, G2).

use hospes_domain::address::Address;
use hospes_domain::ids::TenantId;
use hospes_domain::proof::{Answer, Purpose};
use hospes_domain::refusal::{Refusal, SignInRefusal};
use hospes_store::engine::WriteTx;
use hospes_store::{counters, passcodes, redemption_flows};
use uuid::Uuid;

use super::{Noting, going, invitation_of, note_mistyped, note_refusal};
use crate::app::{App, Stop};

/// The mailbox is proven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The proven address, in full.
    pub address: Address,
}

/// The key the digits of a tenant's passcodes derive from.
pub(crate) fn digits_key(app: &App, tenant: TenantId) -> Result<[u8; 32], Refusal> {
    Ok(app.tenant_keys(tenant)?.keyed_hash("passcode", b"digits"))
}

/// Tries a code in a flow.
pub async fn prove(app: &App, tenant: TenantId, flow: Uuid, typed: String) -> Result<Proof, Refusal> {
    let key = digits_key(app, tenant)?;
    let (subject, refused) = (app.new_id(), Noting::draw(app));
    app.write(move |tx| {
        let outcome = run(tx, tenant, &key, flow, &typed, subject);
        match &outcome {
            // A mistyped digit is counted and stays out of the audit log; five of them are a refusal.
            Err(Stop::Refused(refusal @ Refusal::SignIn(SignInRefusal::WrongPasscode { .. }))) => {
                note_mistyped(tx, tenant, invitation_of(tx, tenant, flow)?, &refused, refusal)?;
            }
            Err(Stop::Refused(refusal)) => {
                note_refusal(tx, tenant, invitation_of(tx, tenant, flow)?, &refused, refusal)?;
            }
            _ => {}
        }
        outcome
    })
    .await
}

fn run(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    key: &[u8],
    flow: Uuid,
    typed: &str,
    subject: Uuid,
) -> Result<Proof, Stop> {
    let (mut going, _, _) = going(tx, tenant, flow)?;
    let proof = match try_code(tx, tenant, key, flow, Purpose::Redeem, typed)? {
        Answer::Right(proof) => proof,
        Answer::No(refusal) => return Err(refusal.into()),
    };
    let address = proof.address().clone();
    going.prove(proof, subject, tx.now());
    redemption_flows::save(tx, tenant, &going)?;
    Ok(Proof { address })
}

/// Tries the newest code of a flow and saves what the try changed, whatever the answer.
pub(crate) fn try_code(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    key: &[u8],
    flow: Uuid,
    purpose: Purpose,
    typed: &str,
) -> Result<Answer, Stop> {
    let Some(mut passcode) = passcodes::newest_in_flow(tx, tenant, flow)? else {
        return Ok(Answer::No(Refusal::SignIn(SignInRefusal::PasscodeOver)));
    };
    let counter = format!("passcode-fails:{}", passcode.record().address.key());
    let mut fails = counters::load(tx, tenant, &counter)?;
    let before = fails;
    let answer = passcode.try_code(key, typed, flow, purpose, &mut fails, tx.now());
    passcodes::save(tx, tenant, &passcode)?;
    if fails != before {
        counters::save(tx, tenant, &counter, fails)?;
    }
    Ok(answer)
}
