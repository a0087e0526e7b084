//! Which addresses are a member's own, so that the organisation may speak for them: UPN, `mail`, `proxyAddresses`, and
//! those of `otherMails` that stand on a domain of the organisation. Refuses addresses elsewhere, addresses that anybody
//! else here holds in any way, and guests, whose `otherMails` are contact data (design section 5).

use hospes_domain::address::Address;
use hospes_domain::guest::State;
use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::refusal::Refusal;
use hospes_domain::tenant::Tenant;
use hospes_domain::user::User;
use hospes_store::engine::{Read, StoreError};
use hospes_store::{domains, groups, other_mails, users};

use super::must_be_free;
use crate::app::Stop;

/// As many are told to another organisation.
const MOST: usize = 20;

/// The addresses of a member.
pub(crate) fn of(tx: &impl Read, tenant: &Tenant, user: &User) -> Result<Vec<Address>, StoreError> {
    let mut own: Vec<Address> = Vec::new();
    for address in written(user).filter(|address| is_ours(tenant, address)) {
        let known = own.iter().any(|other| other.same(&address));
        if own.len() < MOST
            && !known
            && sole_holder(tx, tenant, &address)?.is_some_and(|u| u.id() == user.id())
        {
            own.push(address);
        }
    }
    Ok(own)
}

/// The member whose address that is.
pub(crate) fn holder(tx: &impl Read, tenant: &Tenant, address: &Address) -> Result<Option<User>, StoreError> {
    if is_ours(tenant, address) { sole_holder(tx, tenant, address) } else { Ok(None) }
}

/// Whether the address stands in the entry of a member, whoever else has it.
pub(crate) fn names(user: &User, address: &str) -> bool {
    written(user).any(|written| written.as_str().eq_ignore_ascii_case(address))
}

/// Whether an entry of `otherMails` is an alias, and no contact data.
pub(super) fn is_alias(tenant: &Tenant, user: &User, address: &Address) -> bool {
    user.guest.state() == State::Internal && is_ours(tenant, address)
}

/// Refuses an alias that anybody else holds in any way: other organisations believe it.
pub(super) fn must_be_nobody_elses(
    tx: &impl Read,
    tenant: TenantId,
    alias: &Address,
    user: ObjectId,
) -> Result<(), Stop> {
    must_be_free(tx, tenant, alias, user)?;
    if other_mails::holders(tx, tenant, alias)?.iter().any(|holder| holder.id() != user) {
        return Err(Refusal::Taken { property: "otherMails" }.into());
    }
    Ok(())
}

fn is_ours(tenant: &Tenant, address: &Address) -> bool {
    tenant.domains.iter().any(|domain| domain.eq_ignore_ascii_case(address.domain()))
}

fn written(user: &User) -> impl Iterator<Item = Address> + '_ {
    let internal = user.guest.state() == State::Internal;
    let proxies = user.proxy_addresses.iter().filter_map(|proxy| proxy.split_once(':')).map(|(_, text)| text);
    let texts =
        std::iter::once(user.upn.as_str()).chain(proxies).filter_map(|text| Address::parse(text).ok());
    texts.chain(user.mail.clone()).chain(user.other_mails.iter().cloned()).filter(move |_| internal)
}

/// The member who alone holds the address here.
fn sole_holder(tx: &impl Read, tenant: &Tenant, address: &Address) -> Result<Option<User>, StoreError> {
    let mut found = users::holders(tx, tenant.id, address)?;
    found.extend(other_mails::holders(tx, tenant.id, address)?);
    let Some(first) = found.pop() else { return Ok(None) };
    let sole =
        found.iter().all(|other| other.id() == first.id()) && !groups::has_address(tx, tenant.id, address)?;
    let own = sole && first.guest.state() == State::Internal && is_spoken_for(tx, tenant, &first, address)?;
    Ok(Some(first).filter(|_| own))
}

/// Whether the organisation speaks for the address: as UPN and `mail` it does. An entry of `otherMails` took the rank of
/// `mail` only if its domain was the organisation's own when it was written; one that was noted before the domain was
/// proven is contact data until somebody of that rank writes it again.
fn is_spoken_for(
    tx: &impl Read,
    tenant: &Tenant,
    user: &User,
    address: &Address,
) -> Result<bool, StoreError> {
    if !user.other_mails.iter().any(|other| other.same(address)) {
        return Ok(true);
    }
    let by_rank = user.upn.eq_ignore_ascii_case(address.as_str())
        || user.mail.as_ref().is_some_and(|mail| mail.same(address));
    if by_rank {
        return Ok(true);
    }
    let written = other_mails::since(tx, tenant.id, user.id(), address)?;
    let proven = domains::by_name(tx, tenant.id, address.domain())?.map(|domain| domain.since);
    Ok(written.zip(proven).is_some_and(|(written, proven)| written >= proven))
}
