//! The steps of "Invite external user": what is wrong with each before anything is done, and how each looks. Refuses to
//! decide: rules are the verbs', and are asked here as early as they can be.

use hospes_actions::invite::foresee;
use hospes_actions::portal::{AppChoice, GroupChoice, Inviting};
use hospes_domain::invitation::Plan;
use hospes_domain::refusal::Refusal;
use hospes_domain::user::User;

use super::error::sentence;
use super::form::Problem;
use super::invite_form::{Needs, PROPERTIES, Typed, properties};
use super::seat::Seat;
use super::user::permission;
use super::view::{Assignable, Basics, Chooser, Details, Fact, Field, Review, Section, Step, StepBody, Told};
use crate::pages::view::Link;

/// Groups and roles at once (reference/portal.md section 2).
const MOST_ASSIGNMENTS: usize = 20;

/// What the invitation would come to, and for whom.
pub(super) type Foreseen = Option<(Plan, Option<User>)>;

/// What is wrong, and with which user it has to do.
pub(super) struct Wrong {
    pub problem: Problem,
    pub about: Option<Link>,
}

impl Wrong {
    fn at(field: &str, words: impl Into<String>) -> Self {
        Self { problem: Problem { field: field.to_owned(), words: words.into() }, about: None }
    }

    /// What a refusal says about the form; what is about the address stands beside the address.
    pub fn of(seat: &Seat, refusal: &Refusal) -> Self {
        let mut problem = Problem::of(refusal);
        let last = problem.field.rsplit('.').next().unwrap_or_default();
        problem.field = match (refusal, last) {
            (
                Refusal::UserExists { .. }
                | Refusal::DomainDenied { .. }
                | Refusal::Blocked
                | Refusal::AddressNotOnUser
                | Refusal::ConvertedBack
                | Refusal::Conflict { .. },
                _,
            ) => "invitedUserEmailAddress",
            (_, "address" | "name") => "ccRecipients",
            (_, "invitedUserSponsors") => "sponsors",
            (_, field) => field,
        }
        .to_owned();
        if label_of(&problem.field).is_none() {
            problem.field = String::new();
        }
        let about = match refusal {
            Refusal::UserExists { id } => {
                Some(Link { label: "Open the user".into(), url: seat.path(&format!("/users/{id}")) })
            }
            _ => None,
        };
        Self { problem, about }
    }
}

/// Labels of what is not in the list of properties.
const LABELS: [(&str, &str); 10] = [
    ("invitedUserEmailAddress", "Email"),
    ("invitedUserDisplayName", "Display name"),
    ("customizedMessageBody", "Message"),
    ("ccRecipients", "Cc recipient"),
    ("inviteRedirectUrl", "Invite redirect URL"),
    ("messageLanguage", "Language of the message"),
    ("sponsors", "Sponsors"),
    ("userType", "User type"),
    ("groups", "Groups"),
    ("applications", "Applications"),
];

/// Anchor and label of a field.
pub(super) fn label_of(field: &str) -> Option<(&'static str, &'static str)> {
    let others = LABELS.into_iter();
    others.chain(properties().map(|line| (line.name, line.label))).find(|(name, _)| *name == field)
}

/// Whether the first step can be left, and what would come of it.
pub(super) async fn basics(seat: &Seat, desk: &Inviting, typed: &Typed) -> Result<Foreseen, Wrong> {
    // Sponsors and the user type belong to the next step.
    let without = Inviting { sponsors: Vec::new(), ..desk.clone() };
    let mut typed = typed.clone();
    typed.as_member = false;
    let command = typed.invitation(&without).map_err(|refusal| Wrong::of(seat, &refusal))?;
    foresee(&seat.web.app, &seat.actor(), command).await.map_err(|refusal| Wrong::of(seat, &refusal))
}

/// What is wrong with the second step.
pub(super) fn details(seat: &Seat, desk: &Inviting, typed: &Typed) -> Result<(), Wrong> {
    let refused = |refusal: &Refusal| Wrong::of(seat, refusal);
    if typed.as_member
        && let Err(refusal) = &desk.may.as_member
    {
        return Err(Wrong::at("userType", sentence(refusal)));
    }
    if let Some(edit) = typed.edit(&desk.may).map_err(|no| refused(&no))? {
        edit.profile.check().map_err(|no| refused(&no))?;
    }
    if let Some(nobody) = desk.sponsors.iter().find(|sponsor| sponsor.meant.is_none()) {
        let words = format!(
            "Nobody here is called {}. Give the e‑mail address, user principal name or object id of a user.",
            nobody.typed
        );
        return Err(Wrong::at("sponsors", words));
    }
    if typed.sponsors.is_empty() {
        return Ok(());
    }
    // How many there may be is the invitation's to say.
    match typed.invitation(desk) {
        Err(Refusal::Invalid(invalid)) if invalid.field == "invitedUserSponsors" => {
            Err(refused(&Refusal::Invalid(invalid)))
        }
        _ => Ok(()),
    }
}

/// What is wrong with the third step.
pub(super) fn assignments(desk: &Inviting, typed: &Typed) -> Result<(), Wrong> {
    if typed.assignments() > MOST_ASSIGNMENTS {
        let words = format!(
            "{} were chosen. Take some off: {MOST_ASSIGNMENTS} are the most at once.",
            typed.assignments()
        );
        return Err(Wrong::at("", words));
    }
    let refused = |group: &&GroupChoice| group.chosen && group.refused.is_some();
    if let Some(group) = desk.groups.items.iter().find(refused) {
        let why = group.refused.as_ref().map(sentence).unwrap_or_default();
        return Err(Wrong::at("groups", format!("Nobody can be put into {} by you. {why}", group.name)));
    }
    let gone = "One that was chosen is not there any more, or not yours to give. It has been taken off; go on without it.";
    if desk.groups.gone > 0 {
        return Err(Wrong::at("groups", gone));
    }
    if desk.apps.gone > 0 {
        return Err(Wrong::at("applications", gone));
    }
    Ok(())
}

/// The fields of a step.
pub(super) fn body(
    seat: &Seat,
    (desk, typed): (&Inviting, &Typed),
    step: Step,
    foreseen: &Foreseen,
    problem: &Problem,
) -> StepBody {
    match step {
        Step::Basics => StepBody::Basics(basics_body(typed, problem)),
        Step::Properties => StepBody::Properties(details_body(desk, typed, problem)),
        Step::Assignments => StepBody::Assignments(choosers(desk, problem), typed.search.clone()),
        Step::Review => StepBody::Review(review(seat, desk, typed, foreseen)),
    }
}

fn field(typed: &Typed, problem: &Problem, name: &'static str, hint: &'static str) -> Field {
    let label = label_of(name).map_or("", |(_, label)| label);
    Field {
        name,
        label,
        hint,
        value: typed.value(name).to_owned(),
        problem: problem.at(name),
        read_only: None,
    }
}

fn basics_body(typed: &Typed, problem: &Problem) -> Basics {
    let field = |name, hint| field(typed, problem, name, hint);
    Basics {
        who: vec![
            field("invitedUserEmailAddress", "Where the invitation goes. The guest proves to own it."),
            field("invitedUserDisplayName", "Left empty, it is the part of the address before the @."),
        ],
        send: typed.send,
        message: field("customizedMessageBody", "Stands in the mail in your name, as plain text."),
        mail: vec![
            field("ccRecipients", "One person who is told. The copy has no link."),
            field("messageLanguage", "Such as en-US, kept with the invitation. Mails are in English so far."),
            field("inviteRedirectUrl", "Where the guest lands after accepting."),
        ],
    }
}

fn details_body(desk: &Inviting, typed: &Typed, problem: &Problem) -> Details {
    let may = &desk.may;
    let reached = |needs: Needs| if needs == Needs::Basic { may.basic.is_ok() } else { may.phones.is_ok() };
    let sections = PROPERTIES.iter().map(|(anchor, heading, lines)| Section {
        anchor,
        heading,
        fields: lines
            .iter()
            .filter(|line| reached(line.needs))
            .map(|line| field(typed, problem, line.name, line.hint))
            .collect(),
    });
    let mut sponsors = field(
        typed,
        problem,
        "sponsors",
        "Who answers for the guest: e‑mail address, user principal name or object id, one a line, at most five. Left empty, it is you.",
    );
    sponsors.value.clone_from(&typed.sponsors);
    sponsors.read_only = may.people.as_ref().err().map(sentence);
    Details {
        // User type and sponsors stand in the first two, whoever looks.
        sections: sections
            .filter(|part| !part.fields.is_empty() || matches!(part.anchor, "identity" | "job"))
            .collect(),
        not_reached: may.basic.as_ref().err().or(may.phones.as_ref().err()).map(sentence),
        as_member: typed.as_member,
        member: permission(&may.as_member),
        sponsors,
    }
}

fn choosers(desk: &Inviting, problem: &Problem) -> Vec<Chooser> {
    let group = |group: &GroupChoice| Assignable {
        key: format!("group.{}", group.id),
        name: group.name.clone(),
        detail: String::new(),
        chosen: group.chosen,
        refused: group.refused.as_ref().map(sentence),
    };
    let app = |app: &AppChoice| Assignable {
        key: format!("app.{}.{}", app.resource, app.role),
        name: app.app.clone(),
        detail: app.role_name.clone().unwrap_or_default(),
        chosen: app.chosen,
        refused: None,
    };
    let groups: Vec<Assignable> = desk.groups.items.iter().map(group).collect();
    let no_group = desk.may.groups.as_ref().err().filter(|_| groups.is_empty());
    vec![
        Chooser {
            heading: "Groups",
            permission: permission(&no_group.map_or(Ok(()), |refusal| Err(refusal.clone()))),
            items: groups,
            none: "No group has that in its name.",
            more: desk.groups.more,
            problem: problem.at("groups"),
        },
        Chooser {
            heading: "Applications",
            permission: permission(&desk.may.apps),
            items: desk.apps.items.iter().map(app).collect(),
            none: "No application has that in its name.",
            more: desk.apps.more,
            problem: problem.at("applications"),
        },
    ]
}

fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into(), exact: false }
}

fn review(seat: &Seat, desk: &Inviting, typed: &Typed, foreseen: &Foreseen) -> Review {
    let plan = foreseen.as_ref().map(|(plan, _)| *plan);
    let existing = foreseen.as_ref().and_then(|(_, user)| user.as_ref());
    let address = typed.value("invitedUserEmailAddress");
    let comes = match plan {
        Some(Plan::Again) => {
            "Has been invited already and has not accepted. The invitation goes out again with a new link; older links end. Properties and assignments of this form are left out: the user has some."
        }
        Some(Plan::Completed) => {
            "Has accepted an invitation already. Nothing would be sent, and nothing changed."
        }
        Some(_) => "A new guest is made in this directory, who waits until the invitation is accepted.",
        None => "A new guest is made in this directory, or the invitation goes out again to one who waits.",
    };
    let idle = plan == Some(Plan::Completed);
    let mut told = Vec::new();
    if typed.send && !idle {
        told.push(Told { who: address.to_owned(), what: "Invitation with a link that works for 30 days" });
        let copy = typed.value("ccRecipients");
        if !copy.is_empty() {
            told.push(Told { who: copy.to_owned(), what: "Copy without the link" });
        }
    } else if !idle {
        told.push(Told {
            who: address.to_owned(),
            what: "Nothing. You get the link once, to hand over yourself",
        });
    }
    Review {
        comes: comes.to_owned(),
        existing: existing.map(|user| Link {
            label: user.profile.display_name.clone(),
            url: seat.path(&format!("/users/{}", user.id())),
        }),
        idle,
        parts: parts(desk, typed),
        told,
    }
}

fn parts(desk: &Inviting, typed: &Typed) -> Vec<(Step, Vec<Fact>)> {
    let named = |name: &'static str| {
        let label = label_of(name).map_or("", |(_, label)| label);
        fact(label, typed.value(name))
    };
    let mut basics = vec![
        named("invitedUserEmailAddress"),
        named("invitedUserDisplayName"),
        fact("Send invite message", if typed.send { "Yes" } else { "No" }),
    ];
    let further = ["customizedMessageBody", "ccRecipients", "messageLanguage", "inviteRedirectUrl"];
    basics.extend(further.into_iter().map(named).filter(|fact| !fact.value.is_empty()));
    let filled = desk_properties(desk, typed);
    let mut details = vec![fact("User type", if typed.as_member { "Member" } else { "Guest" })];
    details.extend(filled);
    let sponsors: Vec<&str> =
        desk.sponsors.iter().filter_map(|sponsor| Some(sponsor.meant.as_ref()?.1.as_str())).collect();
    details.push(fact("Sponsors", if sponsors.is_empty() { "You".to_owned() } else { sponsors.join(", ") }));
    let groups: Vec<&str> =
        desk.groups.items.iter().filter(|group| group.chosen).map(|group| group.name.as_str()).collect();
    let apps: Vec<String> = desk.apps.items.iter().filter(|app| app.chosen).map(app_words).collect();
    vec![
        (Step::Basics, basics),
        (Step::Properties, details),
        (Step::Assignments, vec![fact("Groups", groups.join(", ")), fact("Applications", apps.join("; "))]),
    ]
}

fn desk_properties(desk: &Inviting, typed: &Typed) -> Vec<Fact> {
    let filled = typed.filled_in(&desk.may);
    let lines = properties().filter(|line| filled.contains(&line.label));
    lines.map(|line| fact(line.label, typed.value(line.name))).collect()
}

/// `Supplier Portal, Supplier`.
pub(super) fn app_words(app: &AppChoice) -> String {
    app.role_name.as_ref().map_or_else(|| app.app.clone(), |role| format!("{}, {role}", app.app))
}
