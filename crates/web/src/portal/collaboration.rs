//! "External collaboration settings": what guests see, who may invite, whether guests may leave, which domains are invited
//! (reference/portal.md section 4). Refuses guests, and to save over somebody else's change.

use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::policies::DOMAIN_LIST;
use hospes_actions::policies::change_authorization::{AuthorizationEdit, change_authorization};
use hospes_actions::policies::change_domain_list::{DomainListEdit, change_domain_list};
use hospes_actions::policies::change_leaving::change_leaving;
use hospes_actions::policies::create_domain_list::{NewDomainPolicy, create_domain_list};
use hospes_actions::policies::delete_domain_list::delete_domain_list;
use hospes_actions::portal::{Collaboration, collaboration};
use hospes_domain::access::InvitePolicy;
use hospes_domain::policy::{DomainList, GuestAccess, ListKind};
use hospes_domain::refusal::Refusal;

use super::error::{sentence, spelled};
use super::seat::Seat;
use super::user::permission;
use super::view::{self, Choice, Domains, Permission, Place, Setting};
use super::{Reply, posted, shown};
use crate::http::Route;
use crate::pages::csrf::PostedForm;
use crate::pages::words::counted;

/// The page and its forms.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/collaboration", || get(ask)),
    posted("/portal/{tenant}/collaboration", || post(save)),
];

const ACCESS: &str = "access";
const INVITES: &str = "invites";
const LEAVING: &str = "leaving";
const DOMAINS: &str = "domains";

/// Values and the original's words (reference/roles-and-policies.md section 2, "Guest access levels").
const LEVELS: [(&str, &str); 3] = [
    ("same-as-members", "Guest users have the same access as members (most inclusive)"),
    ("limited", "Guest users have limited access to properties and memberships of directory objects"),
    (
        "restricted",
        "Guest user access is restricted to properties and memberships of their own directory objects (most restrictive)",
    ),
];

/// Section 2, "Portal texts for `allowInvitesFrom`".
const INVITERS: [(&str, &str); 4] = [
    (
        "everyone",
        "Anyone in the organization can invite guest users including guests and non-admins (most inclusive)",
    ),
    (
        "adminsGuestInvitersAndAllMembers",
        "Member users and users assigned to specific admin roles can invite guest users including guests with member permissions",
    ),
    ("adminsAndGuestInviters", "Only users assigned to specific admin roles can invite guest users"),
    ("none", "No one in the organization can invite guest users including admins (most restrictive)"),
];

const LEAVE: [(&str, &str); 2] = [("true", "Yes"), ("false", "No")];

/// Section 3, "Portal labels".
const LISTS: [(&str, &str); 3] = [
    ("any", "Allow invitations to be sent to any domain (most inclusive)"),
    ("block", "Deny invitations to the specified domains"),
    ("allow", "Allow invitations only to the specified domains (most restrictive)"),
];

fn words(values: &[(&'static str, &'static str)], value: &str) -> &'static str {
    values.iter().find(|(known, _)| *known == value).map_or("", |(_, words)| words)
}

/// What the last form said, and what came of it.
#[derive(Default)]
struct Last {
    part: String,
    value: String,
    domains: Option<String>,
    saved: Option<String>,
    problem: Option<String>,
    domains_problem: Option<String>,
}

async fn load(seat: &Seat) -> Result<Collaboration, Response> {
    collaboration(&seat.web.app, &seat.actor()).await.map_err(|no| seat.no(&no))
}

async fn ask(seat: Seat) -> Reply {
    let now = load(&seat).await?;
    Ok(seat.page(&page(&seat, &now, &Last::default())))
}

async fn save(seat: Seat, form: PostedForm) -> Reply {
    let before = load(&seat).await?;
    let mut last = Last {
        part: form.get("part").to_owned(),
        value: form.get("value").to_owned(),
        domains: form.has("domains").then(|| form.get("domains").to_owned()),
        ..Last::default()
    };
    let Some(held) = holds(&before, &last.part) else {
        let remedy = "Open the page again.";
        return Err(seat.no(&Refusal::invalid("part", "The form names no setting.", remedy)));
    };
    let came =
        if form.get("was") == held { change(&seat, &before, &last).await } else { Err(Refusal::Stale) };
    match came {
        Ok(saved) => {
            last = Last { part: last.part, saved: Some(saved), ..Last::default() };
            let now = load(&seat).await?;
            Ok(seat.page(&page(&seat, &now, &last)))
        }
        Err(refusal) => {
            let words = match &refusal {
                Refusal::Stale => STALE.to_owned(),
                other => sentence(other),
            };
            let of_domains = matches!(&refusal, Refusal::Invalid(invalid) if invalid.field == "definition");
            *(if of_domains { &mut last.domains_problem } else { &mut last.problem }) = Some(words);
            let (status, _) = spelled(&refusal);
            Ok(seat.visit.page(status, &page(&seat, &before, &last)))
        }
    }
}

const STALE: &str = "Somebody has changed this setting since the page was drawn, so nothing was saved. What you chose is kept: save again if it is still right.";

/// The value that holds, as a form sends it back.
fn holds(now: &Collaboration, part: &str) -> Option<String> {
    match part {
        ACCESS => Some(now.guests.access.name().to_owned()),
        INVITES => Some(now.invites.name().to_owned()),
        LEAVING => Some(now.guests.may_leave.to_string()),
        DOMAINS => {
            Some(now.domains.as_ref().map_or_else(|| "any".to_owned(), |policy| policy.list.definition()))
        }
        _ => None,
    }
}

/// Changes one setting and says what is different.
async fn change(seat: &Seat, before: &Collaboration, asked: &Last) -> Result<String, Refusal> {
    let (app, actor) = (&seat.web.app, seat.actor());
    let none = || Refusal::invalid("", "No value was chosen.", "Choose one of the list.");
    let told = |values, was: &str| {
        if was == asked.value {
            "Nothing was changed: it stood so already.".to_owned()
        } else {
            format!("Saved. Now: {}. Before: {}.", words(values, &asked.value), words(values, was))
        }
    };
    match asked.part.as_str() {
        ACCESS => {
            let level = GuestAccess::parse(&asked.value).ok_or_else(none)?;
            change_authorization(app, &actor, AuthorizationEdit { guest_access: Some(level), invites: None })
                .await?;
            Ok(told(&LEVELS, before.guests.access.name()))
        }
        INVITES => {
            let invites = InvitePolicy::parse(&asked.value).ok_or_else(none)?;
            change_authorization(
                app,
                &actor,
                AuthorizationEdit { invites: Some(invites), guest_access: None },
            )
            .await?;
            Ok(told(&INVITERS, before.invites.name()))
        }
        LEAVING => {
            let allowed = asked.value.parse::<bool>().map_err(|_| none())?;
            change_leaving(app, &actor, Some(allowed)).await?;
            Ok(told(&LEAVE, &before.guests.may_leave.to_string()))
        }
        _ => change_domains(seat, before, asked).await,
    }
}

async fn change_domains(seat: &Seat, before: &Collaboration, asked: &Last) -> Result<String, Refusal> {
    let (app, actor) = (&seat.web.app, seat.actor());
    let old = before.domains.as_ref();
    let Some(kind) = ListKind::parse(&asked.value) else {
        if asked.value != "any" {
            return Err(Refusal::invalid("", "No value was chosen.", "Choose one of the list."));
        }
        let Some(old) = old else {
            return Ok("Nothing was changed: every domain could be invited already.".to_owned());
        };
        delete_domain_list(app, &actor, old.id).await?;
        let taken = counted(i64::try_from(old.list.domains.len()).unwrap_or(i64::MAX), "domain");
        return Ok(format!("Saved. Every domain can be invited now. The list of {taken} was taken away."));
    };
    // Asked before the text is read: who may not change the list learns nothing about how it is written.
    before.may_domains.clone()?;
    let typed = asked.domains.as_deref().unwrap_or_default();
    let domains: Vec<String> =
        typed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    if domains.is_empty() {
        let remedy = "Give one domain a line, or allow invitations to any domain.";
        return Err(Refusal::invalid("definition", "No domain was named.", remedy));
    }
    let list = DomainList::new(kind, &domains)?;
    let told = difference(old.map(|policy| &policy.list), &list);
    match old {
        Some(old) => {
            let edit = DomainListEdit { list: Some(list), ..DomainListEdit::default() };
            change_domain_list(app, &actor, old.id, edit).await?;
        }
        None => {
            let new = NewDomainPolicy { display_name: DOMAIN_LIST.to_owned(), description: None, list };
            create_domain_list(app, &actor, new).await?;
        }
    }
    Ok(told)
}

/// What a new list changes.
fn difference(old: Option<&DomainList>, new: &DomainList) -> String {
    let same_kind = old.filter(|old| old.kind == new.kind);
    let had = |domain: &String| same_kind.is_some_and(|old| old.domains.contains(domain));
    let added: Vec<&str> = new.domains.iter().filter(|domain| !had(domain)).map(String::as_str).collect();
    let gone: Vec<&str> = same_kind
        .iter()
        .flat_map(|old| &old.domains)
        .filter(|domain| !new.domains.contains(domain))
        .map(String::as_str)
        .collect();
    if same_kind.is_some() && added.is_empty() && gone.is_empty() {
        return "Nothing was changed: the list stood so already.".to_owned();
    }
    let mut told = format!("Saved. Now: {}.", words(&LISTS, new.kind.name()));
    for (label, domains) in [("Added", &added), ("Taken off", &gone)] {
        if !domains.is_empty() {
            told.push_str(&format!(" {label}: {}.", listed(domains)));
        }
    }
    told
}

/// The first few by name.
fn listed(domains: &[&str]) -> String {
    const SHOWN: usize = 5;
    let shown = domains[..domains.len().min(SHOWN)].join(", ");
    match domains.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn page(seat: &Seat, now: &Collaboration, last: &Last) -> view::Collaboration {
    let setting = |part,
                   heading,
                   about,
                   values: &[(&'static str, &'static str)],
                   held: &str,
                   may: &Result<(), Refusal>| {
        let mine = last.part == part;
        let chosen = if mine && !last.value.is_empty() { last.value.as_str() } else { held };
        let choice =
            |(value, label): &(&'static str, &'static str)| Choice { value, label, chosen: *value == chosen };
        Setting {
            part,
            heading,
            about,
            choices: values.iter().map(choice).collect(),
            was: holds(now, part).unwrap_or_default(),
            permission: permission(may),
            saved: last.saved.clone().filter(|_| mine),
            problem: last.problem.clone().filter(|_| mine),
        }
    };
    let leaving = if now.privacy_url.is_some() {
        "Allow external users to remove themselves from your organization (recommended)."
    } else {
        "Allow external users to remove themselves from your organization (recommended). This organisation shows guests no privacy statement so far."
    };
    let list = now.domains.as_ref().map(|policy| &policy.list);
    let kind = list.filter(|list| !list.domains.is_empty()).map_or("any", |list| list.kind.name());
    let listed = list.map(|list| list.domains.clone()).unwrap_or_default();
    view::Collaboration {
        frame: seat.frame(Place::Collaboration),
        settings: vec![
            setting(
                ACCESS,
                "Guest user access",
                "What guests see of this directory. It holds from their next request on; roles given to a guest work fully.",
                &LEVELS,
                now.guests.access.name(),
                &now.may_access,
            ),
            setting(
                INVITES,
                "Guest invite settings",
                "Who in this organisation may invite guests. It holds at once.",
                &INVITERS,
                now.invites.name(),
                &now.may_invites,
            ),
            setting(
                LEAVING,
                "External user leave settings",
                leaving,
                &LEAVE,
                &now.guests.may_leave.to_string(),
                &now.may_leaving,
            ),
        ],
        domains: Domains {
            setting: setting(
                DOMAINS,
                "Collaboration restrictions",
                "Asked when somebody is invited, and again when they redeem. Guests who have redeemed are not touched.",
                &LISTS,
                kind,
                &now.may_domains,
            ),
            domains: last.domains.clone().unwrap_or_else(|| listed.join("\n")),
            listed,
            problem: last.domains_problem.clone(),
        },
        form: seat.form("/collaboration"),
    }
}

impl Setting {
    /// Whether a form is shown.
    pub fn is_open(&self) -> bool {
        let Permission { refused } = &self.permission;
        refused.is_none()
    }
}
