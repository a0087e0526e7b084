//! Every combination of what two tenants can say about each other.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use uuid::Uuid;

use super::*;

const HOST: TenantId = TenantId(Uuid::from_u128(1));
const HOME: TenantId = TenantId(Uuid::from_u128(2));
const OTHER: TenantId = TenantId(Uuid::from_u128(3));

const PASSAGES: [Passage; 2] = [Passage::Allowed, Passage::Blocked];
const SAID: [Option<Passage>; 3] = [None, Some(Passage::Allowed), Some(Passage::Blocked)];
const CONSENT: [Option<bool>; 3] = [None, Some(false), Some(true)];

/// Every default, with no settings and with every setting about `tenant`.
fn everything_about(tenant: TenantId) -> Vec<(Defaults, Option<Partner>)> {
    let mut all = Vec::new();
    for inbound in PASSAGES {
        for outbound in PASSAGES {
            let defaults = Defaults { inbound, outbound };
            all.push((defaults, None));
            for inbound in SAID {
                for outbound in SAID {
                    for consent_in in CONSENT {
                        for consent_out in CONSENT {
                            let partner = Partner { tenant, inbound, outbound, consent_in, consent_out };
                            all.push((defaults, Some(partner)));
                        }
                    }
                }
            }
        }
    }
    all
}

#[test]
fn a_partners_setting_wins_over_the_default_in_each_direction() {
    for (defaults, partner) in everything_about(HOME) {
        let host = Policy::new(HOST, HOME, defaults, partner);
        let inbound = partner.and_then(|p| p.inbound).unwrap_or(defaults.inbound);
        assert_eq!(may_come_in(&host, HOME), inbound == Passage::Allowed, "{defaults:?} {partner:?}");
        let outbound = partner.and_then(|p| p.outbound).unwrap_or(defaults.outbound);
        assert_eq!(may_go_out(&host, HOME), outbound == Passage::Allowed, "{defaults:?} {partner:?}");
    }
}

#[test]
fn guests_redeem_without_a_question_only_where_both_sides_said_so_and_guests_pass() {
    let mut automatic = 0;
    for (defaults, partner) in everything_about(HOME) {
        let host = Policy::new(HOST, HOME, defaults, partner);
        let host_says = may_come_in(&host, HOME) && partner.is_some_and(|p| p.consent_in == Some(true));
        for (defaults, partner) in everything_about(HOST) {
            let home = Policy::new(HOME, HOST, defaults, partner);
            let home_says = may_go_out(&home, HOST) && partner.is_some_and(|p| p.consent_out == Some(true));
            assert_eq!(redeems_automatically(&host, &home), host_says && home_says, "{host:?} {home:?}");
            automatic += usize::from(host_says && home_says);
        }
    }
    assert!(automatic > 0);
}

#[test]
fn b11_a_policy_about_somebody_else_opens_nothing() {
    let open = Partner { consent_in: Some(true), consent_out: Some(true), ..Partner::new(HOME) };
    let toward = |of, toward, partner| Policy::new(of, toward, Defaults::default(), partner);
    let host = toward(HOST, HOME, Some(open));
    assert!(may_come_in(&host, HOME) && may_go_out(&host, HOME));
    for foreign in [OTHER, HOST] {
        assert!(!may_come_in(&host, foreign) && !may_go_out(&host, foreign), "{foreign:?}");
    }
    // Settings of another partner, taken by mistake.
    let mistaken = toward(HOST, HOME, Some(Partner { tenant: OTHER, ..open }));
    assert!(!may_come_in(&mistaken, HOME) && !may_go_out(&mistaken, HOME));
    // A tenant is no guest of its own, whatever it says.
    let own = toward(HOST, HOST, Some(Partner { tenant: HOST, ..open }));
    assert!(!may_come_in(&own, HOST) && !may_go_out(&own, HOST));
    let home = toward(HOME, HOST, Some(Partner { tenant: HOST, ..open }));
    assert!(redeems_automatically(&host, &home));
    let elsewhere = toward(HOME, OTHER, Some(Partner { tenant: OTHER, ..open }));
    for (host, home) in [(host, elsewhere), (mistaken, home), (host, host), (home, home), (own, own)] {
        assert!(!redeems_automatically(&host, &home), "{host:?} {home:?}");
    }
}

#[test]
fn nobody_said_anything_means_guests_pass_and_are_asked() {
    let host = Policy::new(HOST, HOME, Defaults::default(), None);
    let home = Policy::new(HOME, HOST, Defaults::default(), None);
    assert!(may_come_in(&host, HOME) && may_go_out(&home, HOST) && !redeems_automatically(&host, &home));
}

#[test]
fn the_default_always_has_a_value_and_never_consents() {
    let blocked = Defaults { inbound: Passage::Blocked, outbound: Passage::Allowed };
    let edit = |inbound, outbound, consent| DefaultsEdit { inbound, outbound, consent };
    let set = Edit::Set;
    for (edit, outcome) in [
        (edit(Edit::Keep, Edit::Keep, false), Ok(blocked)),
        (edit(set(Passage::Allowed), Edit::Keep, false), Ok(Defaults::default())),
        (
            edit(Edit::Keep, set(Passage::Blocked), false),
            Ok(Defaults { outbound: Passage::Blocked, ..blocked }),
        ),
        (edit(Edit::Clear, Edit::Keep, false), Err("b2bCollaborationInbound")),
        (edit(Edit::Keep, Edit::Clear, false), Err("b2bCollaborationOutbound")),
        (edit(Edit::Keep, Edit::Keep, true), Err("automaticUserConsentSettings")),
    ] {
        let found = edit.clone().apply(blocked).map_err(|refusal| match refusal {
            Refusal::Invalid(invalid) => invalid.field,
            other => panic!("{other:?}"),
        });
        assert_eq!(found, outcome.map_err(str::to_owned), "{edit:?}");
    }
}

#[test]
fn a_partners_change_leaves_what_it_does_not_mention() {
    let before = Partner {
        tenant: HOME,
        inbound: Some(Passage::Blocked),
        outbound: Some(Passage::Allowed),
        consent_in: Some(true),
        consent_out: None,
    };
    let edit = PartnerEdit { inbound: Edit::Clear, consent_out: Edit::Set(false), ..PartnerEdit::default() };
    let after = edit.apply(before);
    assert_eq!(after, Partner { inbound: None, consent_out: Some(false), ..before });
    assert_eq!(PartnerEdit::default().apply(after), after);
    for passage in PASSAGES {
        assert_eq!(Passage::parse(passage.name()).unwrap(), passage);
    }
    assert_eq!(Passage::parse("Allowed"), None);
}
