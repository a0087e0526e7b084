//! One user's overview and properties. Refuses people who may not list users.

use axum::extract::{Path, RawQuery};
use axum::routing::get;
use hospes_actions::portal::{Profile, profile};
use hospes_domain::authentication_method::AuthenticationMethod;
use hospes_domain::proof::BY_HOME_AND_PASSCODE;
use hospes_domain::refusal::Refusal;
use hospes_domain::time::Time;

use super::audit;
use super::authentication_methods::called;
use super::error::sentence;
use super::seat::Seat;
use super::tessera::{halves, head, signs_in_with, way};
use super::view::{self, Fact, FactorLine, Group, PastIdentity, Permission, Place};
use super::{Reply, shown};
use crate::http::Route;
use crate::pages::words::Moment;

/// A user's pages.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}", || get(overview)),
    shown("/portal/{tenant}/users/{user}/properties", || get(properties)),
];

/// Organisation and user of a path.
pub(super) type UserPath = Path<(String, String)>;

/// The user of a path.
pub(super) async fn load(seat: &Seat, user: &str) -> Result<Profile, axum::response::Response> {
    profile(&seat.web.app, &seat.actor(), user).await.map_err(|no| seat.no(&no))
}

/// Whether something may be done, as a button needs to know it.
pub(super) fn permission(may: &Result<(), Refusal>) -> Permission {
    Permission { refused: may.as_ref().err().map(sentence) }
}

/// Editing is possible when any part of the form is.
pub(super) fn may_edit(profile: &Profile) -> Permission {
    let may = &profile.may;
    let any = [&may.basic, &may.mail, &may.other_mails].into_iter().find(|part| part.is_ok());
    permission(any.unwrap_or(&may.other_mails))
}

/// What was just done, by its word in the address; a closed list, so that an address cannot say anything else.
const DONE: &[(&str, &str)] = &[
    ("done=saved", "The properties were saved."),
    ("done=blocked", "Sign-in is blocked. Every session, token and code of before has ended."),
    ("done=unblocked", "Sign-in is possible again. Sessions of before the block stay ended."),
    ("done=registered", "Every second factor was removed, and every session was revoked."),
    ("done=revoked", "Every session was revoked: signed out everywhere."),
    (
        "done=restored",
        "The user was restored, with groups, applications and sign-in. Sessions and links of before stay dead.",
    ),
];

/// The words of a list like [`DONE`] that an address asks for.
pub(super) fn flash(done: &[(&str, &'static str)], query: Option<&str>) -> Option<&'static str> {
    done.iter().find(|(word, _)| query == Some(*word)).map(|(_, words)| *words)
}

async fn overview(seat: Seat, Path((_, user)): UserPath, RawQuery(query): RawQuery) -> Reply {
    let profile = load(&seat, &user).await?;
    let identity = vec![
        fact("User principal name", &profile.user.upn),
        exact("Object id", &profile.user.id().to_string()),
        fact("User type", kind_of(&profile)),
        fact("Email", &shown_address(&profile)),
        fact("Other emails", &other_emails(&profile)),
        fact("Signs in with", signs_in_with(&profile.user)),
    ];
    let page = view::Profile {
        frame: seat.frame(Place::Users),
        user: head(&seat, &profile),
        flash: flash(DONE, query.as_deref()),
        identity,
        account: if profile.user.guest.record().enabled { "Enabled" } else { "Blocked" },
        sponsors: profile.sponsors.join(", "),
        groups: profile.groups.iter().map(|group| group.name.clone()).collect(),
        apps: profile
            .apps
            .iter()
            .map(|app| {
                app.role.as_ref().map_or_else(|| app.name.clone(), |role| format!("{}, {role}", app.name))
            })
            .collect(),
        roles: profile.roles.iter().map(|role| role.name()).collect(),
        tessera: halves(&seat, &profile),
        identities_refused: profile.may.bindings.as_ref().err().map(sentence),
        identities: profile.bindings.iter().map(identity_of).collect(),
        factors: profile.factors.iter().map(factor_of).collect(),
        register: permission(&profile.may.register),
        reset: permission(&profile.may.reset),
        resend: permission(&profile.may.resend),
        edit: may_edit(&profile),
        newest: audit::newest(&seat, &profile).await,
    };
    Ok(seat.page(&page))
}

fn identity_of(known: &hospes_actions::users::KnownBinding) -> PastIdentity {
    let why = match known.ended.as_deref() {
        Some("reset") => "Ended by a reset",
        Some("deleted") => "Set aside when the user was deleted",
        _ => "Ended",
    };
    PastIdentity {
        address: known.binding.sign_in_name.to_string(),
        way: if known.binding.proof == BY_HOME_AND_PASSCODE {
            "Account at home, with a code to this mailbox"
        } else {
            way(&known.binding.issuer)
        },
        since: Moment(known.binding.bound_at),
        ended: known.ended_at.map(|at| (Moment(at), why)),
    }
}

fn factor_of(factor: &AuthenticationMethod) -> FactorLine {
    FactorLine {
        name: factor.name.clone().unwrap_or_default(),
        kind: called(factor.kind),
        added: Moment(factor.added_at.unwrap_or_default()),
        used: factor.used_at.map(Moment),
    }
}

async fn properties(seat: Seat, Path((_, user)): UserPath) -> Reply {
    let profile = load(&seat, &user).await?;
    let page = view::Properties {
        frame: seat.frame(Place::Users),
        user: head(&seat, &profile),
        groups: groups_of(&profile),
        edit: may_edit(&profile),
    };
    Ok(seat.page(&page))
}

fn fact(label: &'static str, value: &str) -> Fact {
    Fact { label, value: value.to_owned(), exact: false }
}

fn exact(label: &'static str, value: &str) -> Fact {
    Fact { label, value: value.to_owned(), exact: true }
}

fn kind_of(profile: &Profile) -> &'static str {
    match (profile.user.user_type.name(), profile.user.creation_type.is_some()) {
        ("Guest", true) => "Guest, created by invitation",
        ("Member", true) => "Member, created by invitation",
        (kind, _) => kind,
    }
}

fn shown_address(profile: &Profile) -> String {
    profile.user.mail.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn other_emails(profile: &Profile) -> String {
    profile.user.other_mails.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn when(at: Option<Time>) -> String {
    at.map(|at| format!("{} UTC", Moment(at).date_and_clock())).unwrap_or_default()
}

/// Categories and names of reference/portal.md section 3.
fn groups_of(profile: &Profile) -> Vec<Group> {
    let (user, person) = (&profile.user, &profile.user.profile);
    let record = user.guest.record();
    let text = |label, value: &Option<String>| fact(label, value.as_deref().unwrap_or_default());
    let invited = profile.invitation.as_ref();
    vec![
        Group {
            heading: "Identity",
            facts: vec![
                fact("Display name", &person.display_name),
                text("First name", &person.given_name),
                text("Last name", &person.surname),
                fact("User principal name", &user.upn),
                exact("Object id", &user.id().to_string()),
                fact("Identities", signs_in_with(user)),
                fact("User type", user.user_type.name()),
                fact("Creation type", user.creation_type.as_deref().unwrap_or_default()),
                fact("Created", &when(Some(user.created_at))),
                fact("External user state", record.state.name().unwrap_or_default()),
                fact("External user state changed", &when(record.state_changed_at)),
                fact("Invited by", invited.map_or("", |invitation| invitation.inviter.as_str())),
            ],
        },
        Group {
            heading: "Job information",
            facts: vec![
                text("Job title", &person.job_title),
                text("Company name", &person.company_name),
                text("Department", &person.department),
                text("Employee id", &person.employee_id),
                text("Employee type", &person.employee_type),
                text("Office location", &person.office_location),
                fact("Sponsors", &profile.sponsors.join(", ")),
            ],
        },
        Group {
            heading: "Contact information",
            facts: vec![
                fact("Email", &shown_address(profile)),
                fact("Other emails", &other_emails(profile)),
                text("Street address", &person.street_address),
                text("City", &person.city),
                text("State or province", &person.state),
                text("Postal code", &person.postal_code),
                text("Country or region", &person.country),
                text("Business phone", &person.business_phone),
                text("Mobile phone", &person.mobile_phone),
            ],
        },
        Group {
            heading: "Settings",
            facts: vec![
                fact("Account enabled", if record.enabled { "Yes" } else { "No, sign-in is blocked" }),
                text("Usage location", &person.usage_location),
                text("Preferred language", &person.preferred_language),
                fact("Sessions valid from", &when(Some(record.sessions_valid_from))),
            ],
        },
    ]
}
