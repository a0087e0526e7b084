//! "Edit properties": one form for everything, saved at once. Refuses to save over somebody else's change, and shows what
//! the person's role does not reach as read-only, with the reason.

use axum::extract::Path;
use axum::response::Response;
use axum::routing::{get, post};
use hospes_actions::portal::{Permitted, Profile};
use hospes_actions::users::update;
use hospes_domain::precondition::Precondition;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;
use serde_json::{Map, Value, json};

use super::error::sentence;
use super::form::Problem;
use super::other_emails::{self, Lines};
use super::seat::Seat;
use super::tessera::head;
use super::user::{UserPath, load};
use super::view::{self, Field, Place, Section};
use super::{Reply, posted, shown};
use crate::graph::{Fields, user_edit};
use crate::http::Route;
use crate::pages::csrf::PostedForm;

/// The form.
pub(super) const ROUTES: &[Route] = &[
    shown("/portal/{tenant}/users/{user}/edit", || get(ask)),
    posted("/portal/{tenant}/users/{user}/edit", || post(typed)),
];

/// Which permission a field needs.
#[derive(Clone, Copy)]
enum Needs {
    Basic,
    Mail,
    Phones,
    Language,
}

struct Line {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    needs: Needs,
}

const fn line(name: &'static str, label: &'static str, hint: &'static str, needs: Needs) -> Line {
    Line { name, label, hint, needs }
}

/// Anchor, heading and fields of each category (reference/portal.md section 3).
const FORM: &[(&str, &str, &[Line])] = &[
    (
        "identity",
        "Identity",
        &[
            line("displayName", "Display name", "", Needs::Basic),
            line("givenName", "First name", "", Needs::Basic),
            line("surname", "Last name", "", Needs::Basic),
        ],
    ),
    (
        "job",
        "Job information",
        &[
            line("jobTitle", "Job title", "", Needs::Basic),
            line("companyName", "Company name", "", Needs::Basic),
            line("department", "Department", "", Needs::Basic),
            line("employeeId", "Employee id", "", Needs::Basic),
            line("employeeType", "Employee type", "", Needs::Basic),
            line("officeLocation", "Office location", "", Needs::Basic),
        ],
    ),
    (
        "contact",
        "Contact information",
        &[
            line(
                "mail",
                "Email",
                "For a guest: where a new invitation goes. It signs nobody in before a reset and a redemption.",
                Needs::Mail,
            ),
            line("streetAddress", "Street address", "", Needs::Basic),
            line("city", "City", "", Needs::Basic),
            line("state", "State or province", "", Needs::Basic),
            line("postalCode", "Postal code", "", Needs::Basic),
            line("country", "Country or region", "", Needs::Basic),
            line("businessPhones", "Business phone", "", Needs::Phones),
            line("mobilePhone", "Mobile phone", "", Needs::Phones),
        ],
    ),
    (
        "settings",
        "Settings",
        &[
            line("usageLocation", "Usage location", "Two letters, such as AT.", Needs::Basic),
            line(
                "preferredLanguage",
                "Preferred language",
                "Such as en-US. Mails to the user are in it.",
                Needs::Language,
            ),
        ],
    ),
];

/// The form as somebody filled it in.
pub(super) struct Draft {
    /// Values that differ from what is saved may stand here, by field.
    values: Vec<(&'static str, String)>,
    /// Other e-mail addresses.
    pub other_mails: Vec<String>,
    /// Revision of the user the form was filled from.
    revision: i64,
}

impl Draft {
    /// What is saved.
    fn saved(profile: &Profile) -> Self {
        Self {
            values: fields().map(|line| (line.name, saved(profile, line.name))).collect(),
            other_mails: saved_mails(profile),
            revision: profile.user.revision,
        }
    }

    /// What was typed; the list stands under `list` in the form.
    pub fn typed(form: &PostedForm, list: &str) -> Self {
        Self {
            values: fields().map(|line| (line.name, form.get(line.name).trim().to_owned())).collect(),
            other_mails: other_emails::read(form, list),
            revision: form.get("revision").parse().unwrap_or(0),
        }
    }

    /// Everything but the list, as hidden fields.
    pub fn kept(&self) -> Vec<(String, String)> {
        let mut kept: Vec<(String, String)> =
            self.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        kept.push(("revision".to_owned(), self.revision.to_string()));
        kept
    }

    fn value(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// The body of the update: what differs from what is saved, and may be changed.
    fn body(&self, profile: &Profile) -> Map<String, Value> {
        let mut body = Map::new();
        for line in fields().filter(|line| may(&profile.may, line.needs).is_ok()) {
            let value = self.value(line.name);
            if value != saved(profile, line.name) {
                let value = match (line.name, value) {
                    ("businessPhones", "") => json!([]),
                    ("businessPhones", number) => json!([number]),
                    (_, "") => Value::Null,
                    (_, text) => text.into(),
                };
                body.insert(line.name.to_owned(), value);
            }
        }
        if self.other_mails != saved_mails(profile) {
            body.insert("otherMails".to_owned(), json!(self.other_mails));
        }
        body
    }
}

fn fields() -> impl Iterator<Item = &'static Line> {
    FORM.iter().flat_map(|(_, _, lines)| lines.iter())
}

fn may(may: &Permitted, needs: Needs) -> &Result<(), Refusal> {
    match needs {
        Needs::Basic => &may.basic,
        Needs::Mail => &may.mail,
        Needs::Phones => &may.phones,
        Needs::Language => &may.language,
    }
}

fn saved_mails(profile: &Profile) -> Vec<String> {
    profile.user.other_mails.iter().map(ToString::to_string).collect()
}

fn saved(profile: &Profile, name: &str) -> String {
    value_of(&profile.user, name)
}

/// The value of a property, empty where there is none.
pub(super) fn value_of(user: &User, name: &str) -> String {
    let person = &user.profile;
    let text = match name {
        "displayName" => return person.display_name.clone(),
        "mail" => return user.mail.as_ref().map(ToString::to_string).unwrap_or_default(),
        "givenName" => &person.given_name,
        "surname" => &person.surname,
        "jobTitle" => &person.job_title,
        "companyName" => &person.company_name,
        "department" => &person.department,
        "employeeId" => &person.employee_id,
        "employeeType" => &person.employee_type,
        "officeLocation" => &person.office_location,
        "streetAddress" => &person.street_address,
        "city" => &person.city,
        "state" => &person.state,
        "postalCode" => &person.postal_code,
        "country" => &person.country,
        "usageLocation" => &person.usage_location,
        "preferredLanguage" => &person.preferred_language,
        "mobilePhone" => &person.mobile_phone,
        "businessPhones" => &person.business_phone,
        _ => &None,
    };
    text.clone().unwrap_or_default()
}

/// Refuses whoever could change nothing in the form.
fn must_reach(seat: &Seat, profile: &Profile) -> Result<(), Response> {
    let may = &profile.may;
    match (&may.basic, &may.mail, &may.other_mails) {
        (Err(_), Err(_), Err(refusal)) => Err(seat.no(refusal)),
        _ => Ok(()),
    }
}

async fn ask(seat: Seat, Path((_, user)): UserPath) -> Reply {
    let profile = load(&seat, &user).await?;
    must_reach(&seat, &profile)?;
    Ok(seat.page(&page(&seat, &profile, &Draft::saved(&profile), &Problem::default())))
}

async fn typed(seat: Seat, Path((_, user)): UserPath, form: PostedForm) -> Reply {
    let profile = load(&seat, &user).await?;
    must_reach(&seat, &profile)?;
    match form.get("do") {
        "other-emails" => Ok(other_emails::shown(&seat, &profile, &Draft::typed(&form, "otherMails"))),
        "add-email" => Ok(other_emails::one_more(&seat, &profile, &form)),
        "keep-emails" => match other_emails::checked(&form) {
            Lines::Good(mails) => {
                let draft = Draft { other_mails: mails, ..Draft::typed(&form, "before") };
                Ok(seat.page(&page(&seat, &profile, &draft, &Problem::default())))
            }
            Lines::Bad(lines) => Ok(other_emails::refused(&seat, &profile, &form, lines)),
        },
        "drop-emails" => {
            Ok(seat.page(&page(&seat, &profile, &Draft::typed(&form, "before"), &Problem::default())))
        }
        _ => save(&seat, &profile, &Draft::typed(&form, "otherMails")).await,
    }
}

async fn save(seat: &Seat, profile: &Profile, draft: &Draft) -> Reply {
    let body = draft.body(profile);
    let url = head(seat, profile).url;
    // Rights may have gone since the form was drawn; what was typed there is not passed over in silence.
    let typed = |line: &&Line| draft.value(line.name) != saved(profile, line.name);
    let beyond =
        fields().filter(typed).find_map(|line| Some((line, may(&profile.may, line.needs).as_ref().err()?)));
    if let Some((line, refusal)) = beyond {
        let problem = Problem { field: line.name.to_owned(), ..Problem::of(refusal) };
        return Ok(seat.page_again(&page(seat, profile, draft, &problem)));
    }
    if body.is_empty() {
        return Ok(seat.visit.go(&url));
    }
    let again = |refusal: &Refusal| -> Response {
        let mut problem = Problem::of(refusal);
        if !fields().any(|line| line.name == problem.field) && problem.field != "otherMails" {
            problem.field = String::new();
        }
        seat.page_again(&page(seat, profile, draft, &problem))
    };
    let edit = match user_edit(Fields::of(body)) {
        Ok(edit) => edit,
        Err(refusal) => return Ok(again(&refusal)),
    };
    let only_if = Precondition::OneOf(vec![draft.revision]);
    match update(&seat.web.app, &seat.actor(), profile.user.id().to_string(), edit, only_if).await {
        Ok(_) => Ok(seat.visit.go(&format!("{url}?done=saved"))),
        Err(refusal) => Ok(again(&refusal)),
    }
}

fn page(seat: &Seat, profile: &Profile, draft: &Draft, problem: &Problem) -> view::Edit {
    let url = format!("/users/{}/edit", profile.user.id());
    let field = |line: &Line| Field {
        name: line.name,
        label: line.label,
        hint: line.hint,
        value: draft.value(line.name).to_owned(),
        problem: problem.at(line.name),
        read_only: may(&profile.may, line.needs).as_ref().err().map(sentence),
    };
    let section = |(anchor, heading, lines): &(&'static str, &'static str, &'static [Line])| Section {
        anchor,
        heading,
        fields: lines.iter().map(field).collect(),
    };
    view::Edit {
        frame: seat.frame(Place::Users),
        user: head(seat, profile),
        sections: FORM.iter().map(section).collect(),
        other_emails_changed: draft.other_mails != saved_mails(profile),
        other_emails: draft.other_mails.clone(),
        other_emails_read_only: profile.may.other_mails.as_ref().err().map(sentence),
        other_emails_problem: problem.at("otherMails"),
        problem: problem.at(""),
        revision: draft.revision,
        form: seat.form(&url),
    }
}
