//! Which organisation a request to a shared address (`common`, `organizations`) means, as one pure function. Refuses to
//! look at who is known where: it decides from where the application is registered, what the request says, and this
//! browser's own sessions (threats E5, F12).

use crate::ids::TenantId;

/// An organisation in which the application may send somebody to the address it named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The organisation.
    pub tenant: TenantId,
    /// Whether this browser is signed in there.
    pub signed_in: bool,
    /// Whether it is so as the person that `login_hint` names.
    pub named: bool,
}

/// What a request says about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Who issued its `id_token_hint`.
    pub id_token: Option<TenantId>,
    /// Whose domain its `domain_hint` is.
    pub domain: Option<TenantId>,
    /// Whose domain the address in its `login_hint` has.
    pub address: Option<TenantId>,
    /// Whether it has a `login_hint`.
    pub login: bool,
    /// Whether the person is to choose the account (`prompt=select_account`).
    pub choosing: bool,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// That organisation.
    One(TenantId),
    /// Not certain, and the browser is signed in at several that it could be.
    Several,
    /// Not certain.
    Unknown,
}

/// Decides. A hint that fits none of the organisations says nothing; a person stands in the session before the domain of
/// a name, because guests have names in other organisations' domains.
pub fn organisation_meant(candidates: &[Candidate], hints: Hints) -> Meant {
    if let [one] = candidates {
        return Meant::One(one.tenant);
    }
    let fits = |hint: Option<TenantId>| {
        candidates.iter().map(|candidate| candidate.tenant).find(|tenant| Some(*tenant) == hint)
    };
    let only = |holds: fn(&Candidate) -> bool| {
        let mut found = candidates.iter().filter(|candidate| holds(candidate));
        found.next().filter(|_| found.next().is_none()).map(|candidate| candidate.tenant)
    };
    let by_session = || only(|candidate| candidate.signed_in).filter(|_| !hints.login && !hints.choosing);
    let meant = fits(hints.id_token)
        .or_else(|| fits(hints.domain))
        .or_else(|| only(|candidate| candidate.named))
        .or_else(|| fits(hints.address))
        .or_else(by_session);
    let several = !hints.login && candidates.iter().filter(|candidate| candidate.signed_in).count() > 1;
    match meant {
        Some(tenant) => Meant::One(tenant),
        None if several => Meant::Several,
        None => Meant::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn tenant(last: u128) -> TenantId {
        TenantId(uuid::Uuid::from_u128(last))
    }

    const A: TenantId = tenant(1);
    const B: TenantId = tenant(2);
    const C: TenantId = tenant(3);

    /// Candidates A and B: not signed in, signed in, or signed in as who is named.
    fn at(a: u8, b: u8) -> [Candidate; 2] {
        [(A, a), (B, b)].map(|(tenant, level)| Candidate { tenant, signed_in: level > 0, named: level > 1 })
    }

    #[test]
    fn e5_f12_what_the_request_and_the_browser_say_and_nothing_else() {
        let none = Hints::default();
        let login = Hints { login: true, ..none };
        for (candidates, hints, meant) in [
            (at(0, 0), none, Meant::Unknown),
            (at(0, 1), none, Meant::One(B)),
            (at(1, 1), none, Meant::Several),
            (at(0, 1), Hints { choosing: true, ..none }, Meant::Unknown),
            // Somebody else than who is signed in is named.
            (at(0, 1), login, Meant::Unknown),
            (at(1, 1), login, Meant::Unknown),
            (at(1, 2), login, Meant::One(B)),
            (at(2, 2), login, Meant::Unknown),
            // A guest at B with a name of A's domain is signed in at B.
            (at(0, 2), Hints { address: Some(A), ..login }, Meant::One(B)),
            (at(0, 1), Hints { address: Some(A), ..login }, Meant::One(A)),
            (at(0, 0), Hints { address: Some(C), ..login }, Meant::Unknown),
            (at(0, 2), Hints { domain: Some(A), ..login }, Meant::One(A)),
            (at(0, 2), Hints { domain: Some(C), ..login }, Meant::One(B)),
            (at(1, 1), Hints { id_token: Some(B), domain: Some(A), ..none }, Meant::One(B)),
            (at(0, 0), Hints { id_token: Some(C), ..none }, Meant::Unknown),
        ] {
            assert_eq!(organisation_meant(&candidates, hints), meant, "{candidates:?} {hints:?}");
        }
    }

    #[test]
    fn where_only_one_knows_the_application_nothing_is_asked() {
        assert_eq!(
            organisation_meant(&at(0, 0)[..1], Hints { domain: Some(B), ..Hints::default() }),
            Meant::One(A)
        );
        assert_eq!(organisation_meant(&[], Hints::default()), Meant::Unknown);
    }
}
