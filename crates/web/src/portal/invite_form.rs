//! The form "Invite external user" as somebody filled it in, and what it says to the directory: the same bodies as the API
//! takes, so that the checks are the API's. Refuses nothing itself.

use hospes_actions::invite::Invite;
use hospes_actions::portal::{Inviting, MayInvite, Wanted};
use hospes_actions::users::UserEdit;
use hospes_domain::ids::ObjectId;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::edit::value_of;
use super::seat::Seat;
use crate::graph::{Fields, invitation, user_edit};
use crate::pages::csrf::PostedForm;
use crate::pages::my_apps;

/// Groups and app roles one form takes: those that may be assigned, and some to take off again.
const MOST_CHOSEN: usize = 60;
/// Sponsors that are looked up; the invitation takes fewer.
const MOST_SPONSORS: usize = 10;

/// Which right a property needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    Basic,
    Phones,
}

/// A property of the step "Properties".
pub(super) struct Line {
    pub name: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub needs: Needs,
}

const fn basic(name: &'static str, label: &'static str) -> Line {
    Line { name, label, hint: "", needs: Needs::Basic }
}

const fn phone(name: &'static str, label: &'static str) -> Line {
    Line { name, label, hint: "", needs: Needs::Phones }
}

/// Anchor, heading and fields of each category (reference/portal.md section 2).
pub(super) const PROPERTIES: &[(&str, &str, &[Line])] = &[
    ("identity", "Identity", &[basic("givenName", "First name"), basic("surname", "Last name")]),
    (
        "job",
        "Job information",
        &[
            basic("jobTitle", "Job title"),
            basic("companyName", "Company name"),
            basic("department", "Department"),
            basic("employeeId", "Employee id"),
            basic("employeeType", "Employee type"),
            basic("officeLocation", "Office location"),
        ],
    ),
    (
        "contact",
        "Contact information",
        &[
            basic("streetAddress", "Street address"),
            basic("city", "City"),
            basic("state", "State or province"),
            basic("postalCode", "Postal code"),
            basic("country", "Country or region"),
            phone("businessPhones", "Business phone"),
            phone("mobilePhone", "Mobile phone"),
        ],
    ),
    (
        "settings",
        "Settings",
        &[Line { hint: "Two letters, such as AT.", ..basic("usageLocation", "Usage location") }],
    ),
];

/// Texts of the step "Basics", in the API's words.
const BASICS: [&str; 6] = [
    "invitedUserEmailAddress",
    "invitedUserDisplayName",
    "customizedMessageBody",
    "ccRecipients",
    "inviteRedirectUrl",
    "messageLanguage",
];

/// Everything that was filled in.
#[derive(Clone, Default)]
pub(super) struct Typed {
    values: Vec<(&'static str, String)>,
    /// "Send invite message".
    pub send: bool,
    /// User type Member.
    pub as_member: bool,
    /// Sponsors, one a line.
    pub sponsors: String,
    /// Groups that were chosen.
    pub groups: Vec<ObjectId>,
    /// App roles that were chosen, each with its service principal.
    pub apps: Vec<(ObjectId, Uuid)>,
    /// Part of the name of a group or application.
    pub search: String,
    /// Which of this person's invitations this is.
    pub once: String,
}

/// Every property, in the order of the form.
pub(super) fn properties() -> impl Iterator<Item = &'static Line> {
    PROPERTIES.iter().flat_map(|(_, _, lines)| lines.iter())
}

fn texts() -> impl Iterator<Item = &'static str> {
    BASICS.into_iter().chain(properties().map(|line| line.name))
}

impl Typed {
    /// What is filled in before anybody types: a mail is sent, and the guest lands in My Apps.
    pub fn first(seat: &Seat) -> Self {
        let my_apps = format!("{}{}", seat.web.app.public_url(), my_apps::path_of(seat.desk.tenant.id));
        Self {
            values: vec![("inviteRedirectUrl", my_apps)],
            send: true,
            once: seat.web.app.request_id().to_string(),
            ..Self::default()
        }
    }

    pub fn of(form: &PostedForm) -> Self {
        let message = |name: &str| name == "customizedMessageBody";
        let text = |name: &'static str| {
            let typed = form.get(name);
            (name, if message(name) { typed.to_owned() } else { typed.trim().to_owned() })
        };
        let app = |key: &str| {
            let (resource, role) = key.split_once('.')?;
            Some((ObjectId::parse(resource)?, Uuid::try_parse(role).ok()?))
        };
        Self {
            values: texts().map(text).collect(),
            send: form.get("sendInvitationMessage") == "true",
            as_member: form.get("invitedUserType") == "Member",
            sponsors: form.get("sponsors").trim().to_owned(),
            groups: form.named("group.").filter_map(ObjectId::parse).take(MOST_CHOSEN).collect(),
            apps: form.named("app.").filter_map(app).take(MOST_CHOSEN).collect(),
            search: form.get("search").trim().chars().filter(|c| !c.is_control()).take(320).collect(),
            once: form.get("once").chars().take(64).collect(),
        }
    }

    pub fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// How many groups and app roles were chosen.
    pub fn assignments(&self) -> usize {
        self.groups.len() + self.apps.len()
    }

    /// What the directory is asked about.
    pub fn wanted(&self) -> Wanted {
        let sponsors = self.sponsors.lines().map(str::trim).filter(|line| !line.is_empty());
        let plain = |line: &str| line.chars().filter(|c| !c.is_control()).take(320).collect();
        Wanted {
            search: self.search.clone(),
            groups: self.groups.clone(),
            apps: self.apps.clone(),
            sponsors: sponsors.take(MOST_SPONSORS).map(plain).collect(),
        }
    }

    /// The values of the first step as hidden fields.
    pub fn kept_basics(&self) -> Vec<(String, String)> {
        let mut kept = self.texts_kept(|name| BASICS.contains(&name));
        if self.send {
            kept.push(("sendInvitationMessage".to_owned(), "true".to_owned()));
        }
        kept
    }

    /// Those of the second.
    pub fn kept_properties(&self) -> Vec<(String, String)> {
        let mut kept = self.texts_kept(|name| !BASICS.contains(&name));
        kept.push(("sponsors".to_owned(), self.sponsors.clone()));
        if self.as_member {
            kept.push(("invitedUserType".to_owned(), "Member".to_owned()));
        }
        kept
    }

    /// Those of the third.
    pub fn kept_assignments(&self) -> Vec<(String, String)> {
        let groups = self.groups.iter().map(|id| format!("group.{id}"));
        let apps = self.apps.iter().map(|(resource, role)| format!("app.{resource}.{role}"));
        groups.chain(apps).map(|name| (name, "on".to_owned())).collect()
    }

    fn texts_kept(&self, which: impl Fn(&str) -> bool) -> Vec<(String, String)> {
        let kept = self.values.iter().filter(|(name, value)| which(name) && !value.is_empty());
        kept.map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    /// The invitation, with the sponsors that are known.
    pub fn invitation(&self, desk: &Inviting) -> Result<Invite, Refusal> {
        let sponsors = desk.sponsors.iter().filter_map(|sponsor| sponsor.meant.as_ref());
        let sponsors: Vec<Value> = sponsors.map(|(id, _)| json!({ "id": id.to_string() })).collect();
        let copy = self.value("ccRecipients");
        let copy = if copy.is_empty() { json!([]) } else { json!([{ "emailAddress": { "address": copy } }]) };
        let body = json!({
            "invitedUserEmailAddress": self.value("invitedUserEmailAddress"),
            "invitedUserDisplayName": self.value("invitedUserDisplayName"),
            "inviteRedirectUrl": self.value("inviteRedirectUrl"),
            "sendInvitationMessage": self.send,
            "invitedUserType": if self.as_member { "Member" } else { "Guest" },
            "invitedUserMessageInfo": {
                "customizedMessageBody": self.value("customizedMessageBody"),
                "messageLanguage": self.value("messageLanguage"),
                "ccRecipients": copy,
            },
            "invitedUserSponsors": sponsors,
        });
        let Value::Object(body) = body else { return Err(Refusal::Internal) };
        let mut command = invitation(Fields::of(body))?;
        command.client_request_id = (!self.once.is_empty()).then(|| self.once.clone());
        Ok(command)
    }

    /// Labels of the properties that were filled in and may be set.
    pub fn filled_in(&self, may: &MayInvite) -> Vec<&'static str> {
        self.settable(may).map(|line| line.label).collect()
    }

    /// Whether the user has every property as it was filled in.
    pub fn stands(&self, may: &MayInvite, user: &User) -> bool {
        self.settable(may).all(|line| value_of(user, line.name) == self.value(line.name))
    }

    fn settable(&self, may: &MayInvite) -> impl Iterator<Item = &'static Line> {
        let (basic, phones) = (may.basic.is_ok(), may.phones.is_ok());
        let reached = move |line: &&Line| if line.needs == Needs::Basic { basic } else { phones };
        properties().filter(reached).filter(|line| !self.value(line.name).is_empty())
    }

    /// The update that sets the properties, if any was filled in.
    pub fn edit(&self, may: &MayInvite) -> Result<Option<UserEdit>, Refusal> {
        let mut body = Map::new();
        for line in self.settable(may) {
            let value = self.value(line.name);
            let value = if line.name == "businessPhones" { json!([value]) } else { value.into() };
            body.insert(line.name.to_owned(), value);
        }
        if body.is_empty() { Ok(None) } else { user_edit(Fields::of(body)).map(Some) }
    }
}
