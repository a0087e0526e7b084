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
    /// What was saved when the form was drawn, by field; what differs from it has been typed.
    was: Vec<(&'static str, String)>,
}

/// The list as one text; no address has a space in it.
const LIST: &str = "otherMails";

impl Draft {
    /// What is saved.
    fn saved(profile: &Profile) -> Self {
        Self {
            values: fields().map(|line| (line.name, saved(profile, line.name))).collect(),
            other_mails: saved_mails(profile),
            was: all_saved(profile),
        }
    }

    /// The same draft on what is saved by now: what was not typed is as somebody else has left it.
    fn on_top_of(&self, profile: &Profile) -> Self {
        let of = |name: &'static str| {
            if self.value(name) == self.was(name) {
                saved(profile, name)
            } else {
                self.value(name).to_owned()
            }
        };
        let untouched = self.other_mails.join(" ") == self.was(LIST);
        Self {
            values: fields().map(|line| (line.name, of(line.name))).collect(),
            other_mails: if untouched { saved_mails(profile) } else { self.other_mails.clone() },
            was: all_saved(profile),
        }
    }

    /// The first field that was typed here and changed by somebody else meanwhile, to something else.
    fn conflict(&self, profile: &Profile) -> Option<Problem> {
        all_saved(profile).into_iter().find_map(|(name, now)| {
            let typed = if name == LIST { self.other_mails.join(" ") } else { self.value(name).to_owned() };
            let was = self.was(name);
            let theirs = if now.is_empty() { "nothing".to_owned() } else { format!("\u{201c}{now}\u{201d}") };
            (typed != was && now != was && now != typed).then(|| Problem {
                field: name.to_owned(),
                words: format!(
                    "Somebody has changed this to {theirs} since the form was drawn; nothing was saved. Save again to \
                     keep what stands here, or type theirs."
                ),
            })
        })
    }

    /// What was typed; the list stands under `list` in the form.
    pub fn typed(form: &PostedForm, list: &str) -> Self {
        Self {
            values: fields().map(|line| (line.name, form.get(line.name).trim().to_owned())).collect(),
            other_mails: other_emails::read(form, list),
            was: fields()
                .map(|line| line.name)
                .chain([LIST])
                .map(|name| (name, form.get(&format!("was.{name}")).to_owned()))
                .collect(),
        }
    }

    /// Everything but the list, as hidden fields.
    pub fn kept(&self) -> Vec<(String, String)> {
        let mut kept: Vec<(String, String)> =
            self.values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        kept.extend(self.was_fields());
        kept
    }

    fn was_fields(&self) -> Vec<(String, String)> {
        self.was.iter().map(|(name, value)| (format!("was.{name}"), value.clone())).collect()
    }

    fn was(&self, name: &str) -> &str {
        self.was.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
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

/// Everything the form can change, as it is saved.
fn all_saved(profile: &Profile) -> Vec<(&'static str, String)> {
    let texts = fields().map(|line| (line.name, saved(profile, line.name)));
    texts.chain([(LIST, saved_mails(profile).join(" "))]).collect()
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

async fn save(seat: &Seat, profile: &Profile, typed: &Draft) -> Reply {
    let draft = typed.on_top_of(profile);
    let refused = |problem: &Problem| seat.page_again(&page(seat, profile, &draft, problem));
    if let Some(problem) = typed.conflict(profile).or_else(|| out_of_reach(profile, &draft)) {
        return Ok(refused(&problem));
    }
    let body = draft.body(profile);
    let url = head(seat, profile).url;
    if body.is_empty() {
        return Ok(seat.visit.go(&url));
    }
    let again = |refusal: &Refusal| -> Response {
        let mut problem = Problem::of(refusal);
        if !fields().any(|line| line.name == problem.field) && problem.field != LIST {
            problem.field = String::new();
        }
        refused(&problem)
    };
    let edit = match user_edit(Fields::of(body)) {
        Ok(edit) => edit,
        Err(refusal) => return Ok(again(&refusal)),
    };
    let only_if = Precondition::OneOf(vec![profile.user.revision]);
    match update(&seat.web.app, &seat.actor(), profile.user.id().to_string(), edit, only_if).await {
        Ok(_) => Ok(seat.visit.go(&format!("{url}?done=saved"))),
        // Changed between this look and the update: the form is still good, and the next Save looks anew.
        Err(refusal) => Ok(again(&refusal)),
    }
}

/// Rights may have gone since the form was drawn; what was typed there is not passed over in silence.
fn out_of_reach(profile: &Profile, draft: &Draft) -> Option<Problem> {
    fields().filter(|line| draft.value(line.name) != saved(profile, line.name)).find_map(|line| {
        let refusal = may(&profile.may, line.needs).as_ref().err()?;
        Some(Problem { field: line.name.to_owned(), ..Problem::of(refusal) })
    })
}

/// A reason that stands above in the same category is not said again: what may be changed would be lost among reasons.
fn say_reasons_once(fields: &mut [Field]) {
    let mut said: Vec<String> = Vec::new();
    for reason in fields.iter_mut().filter_map(|field| field.read_only.as_mut()) {
        if said.contains(reason) {
            reason.clear();
        } else {
            said.push(reason.clone());
        }
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
    let section = |(anchor, heading, lines): &(&'static str, &'static str, &'static [Line])| {
        let mut fields: Vec<Field> = lines.iter().map(field).collect();
        say_reasons_once(&mut fields);
        Section { anchor, heading, fields }
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
        was: draft.was_fields(),
        form: seat.form(&url),
    }
}
