//! What a change of `mail` and `otherMails` does to the addresses that sign somebody in (design section 5, threats
//! B17). Refuses to touch the redeemed address, and an address that is somebody else's.

use hospes_domain::address::Address;
use hospes_domain::edit::Edit;
use hospes_domain::proof::{Limit, MAIL_ISSUER};
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError, WriteTx};
use hospes_store::jobs::NewJob;
use hospes_store::sign_in_addresses::{AddressState, SignInAddress};
use hospes_store::{jobs, sign_in_addresses, users};
use uuid::Uuid;

use super::UserEdit;
use crate::app::Stop;
use crate::invite::take;
use crate::jobs::kinds;
use crate::users::must_be_free;

/// Most entries of `otherMails`.
const MOST: usize = 50;
/// So many known addresses at most are told about a new one.
const MOST_TOLD: usize = 8;

/// Addresses that may be added to sign one guest in.
const ADDED_PER_USER: Limit = Limit { most: 20, seconds: 3600 };

/// How many mails a change can cause.
pub(super) fn most_notices(edit: &UserEdit) -> usize {
    edit.other_mails.as_ref().map_or(0, |mails| mails.len().min(MOST) * MOST_TOLD)
}

/// What is to be saved.
pub(in crate::users) struct Plan {
    /// `mail` afterwards, if it changes.
    mail: Edit<Address>,
    /// `otherMails` afterwards, if they change.
    other_mails: Option<Vec<Address>>,
    /// New entries that sign in once their mailbox is proven.
    waiting: Vec<Address>,
    /// Entries that sign in no more.
    ended: Vec<Address>,
    /// Who is told about the new ones.
    told: Vec<Address>,
}

/// Decides, writing nothing; `signs_in` says whether the caller's word is enough for a new way to sign in.
pub(in crate::users) fn plan(
    tx: &impl Read,
    user: &User,
    edit: &UserEdit,
    signs_in: bool,
) -> Result<Plan, Stop> {
    let tenant = user.guest.record().tenant;
    if let Edit::Set(mail) = &edit.mail {
        must_be_free(tx, tenant, mail, user.id())?;
    }
    let mut plan = Plan {
        mail: edit.mail.clone(),
        other_mails: edit.other_mails.clone().map(listed).transpose()?,
        waiting: Vec::new(),
        ended: Vec::new(),
        told: Vec::new(),
    };
    let Some(after) = &plan.other_mails else { return Ok(plan) };
    // Nobody signs in with an address before the redemption.
    let Some(binding) = user.guest.binding() else { return Ok(plan) };
    let now: Vec<Address> =
        sign_in_addresses::of_user(tx, tenant, user.id())?.into_iter().map(|a| a.address).collect();
    let has = |list: &[Address], address: &Address| list.iter().any(|other| other.same(address));
    // And only by a code: whose organisation vouches for the account signs in with what the account says there.
    let signs_in = signs_in && binding.issuer == MAIL_ISSUER;
    for added in after.iter().filter(|a| signs_in && !has(&user.other_mails, a) && !has(&now, a)) {
        must_be_free(tx, tenant, added, user.id())?;
        plan.waiting.push(added.clone());
    }
    let removed = user.other_mails.iter().filter(|a| !has(after, a) && !a.same(&binding.sign_in_name));
    plan.ended = removed.cloned().collect();
    if !plan.waiting.is_empty() {
        let known = std::iter::once(&binding.sign_in_name).chain(&now).chain(&user.mail).cloned().collect();
        plan.told = once_each(known);
        plan.told.truncate(MOST_TOLD);
    }
    Ok(plan)
}

/// `otherMails` as they are kept: each once, and not too many.
pub(in crate::users) fn listed(addresses: Vec<Address>) -> Result<Vec<Address>, Refusal> {
    // Counted first: telling them apart takes the square of the time.
    if addresses.len() > MOST {
        return Err(Refusal::invalid("otherMails", "There are too many addresses.", "Give at most 50."));
    }
    Ok(once_each(addresses))
}

fn once_each(addresses: Vec<Address>) -> Vec<Address> {
    let mut kept: Vec<Address> = Vec::with_capacity(addresses.len());
    for address in addresses {
        if !kept.iter().any(|other| other.same(&address)) {
            kept.push(address);
        }
    }
    kept
}

impl Plan {
    /// Counts the new addresses; each is announced, and announcements are mails, too (threats G6).
    pub(super) fn count(&self, tx: &WriteTx<'_>, user: &User) -> Result<(), Stop> {
        let counter = format!("sign-in-addresses-added:{}", user.id());
        self.waiting.iter().try_for_each(|_| take(tx, user.guest.record().tenant, &counter, ADDED_PER_USER))
    }

    /// Saves it; `ids` are fresh.
    pub(in crate::users) fn save(
        &self,
        tx: &WriteTx<'_>,
        user: &mut User,
        ids: &[Uuid],
    ) -> Result<(), StoreError> {
        let tenant = user.guest.record().tenant;
        set_mail(user, &self.mail);
        if let Some(other_mails) = &self.other_mails {
            user.other_mails.clone_from(other_mails);
        }
        users::save_addresses(tx, user)?;
        for address in &self.ended {
            sign_in_addresses::remove(tx, tenant, user.id(), address)?;
        }
        let mut ids = ids.iter();
        for address in &self.waiting {
            self.announce(tx, user, address, &mut ids)?;
        }
        Ok(())
    }

    fn announce<'a>(
        &self,
        tx: &WriteTx<'_>,
        user: &User,
        added: &Address,
        ids: &mut impl Iterator<Item = &'a Uuid>,
    ) -> Result<(), StoreError> {
        let tenant = user.guest.record().tenant;
        if let Some(binding) = user.guest.binding() {
            let entry = SignInAddress {
                address: added.clone(),
                user: user.id(),
                binding: binding.id,
                state: AddressState::Waiting,
                added_at: tx.now(),
            };
            sign_in_addresses::insert(tx, tenant, &entry)?;
        }
        // In this order: `zip` draws from its first side before it finds the other empty, and each id lost here would
        // be an announcement missing at the end.
        for (to, id) in self.told.iter().zip(ids) {
            let notice = kinds::notice(*id, kinds::ADDRESS_ADDED, to, user, tx.now());
            let data = serde_json::json!({ "address": added.as_str() }).to_string();
            jobs::insert(tx, tenant, &NewJob { data, ..notice })?;
        }
        Ok(())
    }
}

/// A new `mail` becomes the primary proxy address (reference/user-object.md section 5). The old one goes with it: it
/// may be the mailbox of a predecessor, who must stay invitable as somebody else.
fn set_mail(user: &mut User, mail: &Edit<Address>) {
    if !mail.is_given() {
        return;
    }
    let same = |proxy: &String, address: &Address| users::proxy_key(proxy) == address.key();
    let old = user.mail.take();
    user.proxy_addresses.retain(|proxy| !old.as_ref().is_some_and(|old| same(proxy, old)));
    if let Edit::Set(new) = mail {
        user.proxy_addresses.retain(|proxy| !same(proxy, new));
        user.proxy_addresses.insert(0, format!("SMTP:{new}"));
        user.mail = Some(new.clone());
    }
}
