//! People and questions by chance: names of many scripts with everything in them that a quoting could get wrong, questions
//! made of what the people have, so that they find some of them.

use serde_json::{Value, json};

use super::condition::{Condition, Literal};
use super::search::Search;
use crate::harness::Dice;

/// Everything that is asked about.
pub const PROPERTIES: &str = "id,displayName,mail,userPrincipalName,givenName,surname,userType,creationType,accountEnabled,\
    companyName,department,jobTitle,employeeId,country,city,state,streetAddress,officeLocation,mobilePhone,\
    preferredLanguage,businessPhones,otherMails,proxyAddresses,createdDateTime,showInAddressList,externalUserState";

const NAMES: &[&str] = &[
    "Ana",
    "ana",
    "Ärger",
    "ÄRGER",
    "O'Brien",
    "McDonald",
    "Li",
    "李四",
    "David)",
    "(Zoë",
    "50%",
    "a_b",
    "Bo",
    "Οδυσσέας",
    "ΟΔΥΣΣΕΥΣ",
    "παπασ",
    "Παπάς",
    "ß",
    "Rene\u{301}",
    "René",
    "team-42",
    "x.y",
    "\\",
    "“q”",
    "STRASSE",
    "İlker",
    "Anna-Maria",
    "anders",
];
const TEXTS: &[&str] =
    &["Sales", "sales", "R&D", "50%", "a_b", "Ärzte", "NL", "de", "'", "\"", "Ünïcode", "!", "0"];
const OF_TEXT: &[&str] = &[
    "givenName",
    "surname",
    "department",
    "jobTitle",
    "companyName",
    "country",
    "city",
    "state",
    "streetAddress",
    "officeLocation",
    "mobilePhone",
    "preferredLanguage",
    "mail",
    "displayName",
    "userPrincipalName",
    "employeeId",
];
/// They are found by their end.
const ENDING: &[&str] = &["mail", "userPrincipalName"];

pub struct Chance(pub Dice);

impl Chance {
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        self.0.pick(from)
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.0.one_in(n)
    }

    pub fn name(&mut self) -> String {
        let words = 1 + self.0.below(3);
        (0..words).map(|_| self.pick(NAMES)).collect::<Vec<_>>().join(" ")
    }

    pub fn person(&mut self) -> Value {
        let mut person = json!({
            "displayName": self.name(),
            "accountEnabled": !self.one_in(4),
            "showInAddressList": self.one_in(2),
            "userType": self.pick(&["Member", "Guest"]),
        });
        for name in [
            "givenName",
            "surname",
            "department",
            "jobTitle",
            "companyName",
            "country",
            "city",
            "state",
            "streetAddress",
            "officeLocation",
            "mobilePhone",
            "employeeId",
        ] {
            if self.one_in(2) {
                person[name] = self.pick(if name.ends_with("ame") { NAMES } else { TEXTS }).into();
            }
        }
        if self.one_in(3) {
            person["businessPhones"] = json!([self.pick(&["+49 30 1", "+31 20 2", "+49 89 3"])]);
        }
        let others = self.0.below(4).saturating_sub(1);
        let mails =
            (0..others).map(|n| format!("{}{n}@x{}.example", self.pick(&["a", "B", "bo"]), self.0.below(5)));
        person["otherMails"] = mails.collect::<Vec<_>>().into();
        if self.one_in(2) {
            person["mail"] =
                format!("{}.{}@y.example", self.pick(&["ana", "Bo", "li"]), self.0.next()).into();
        }
        person
    }

    /// A value of that property that somebody has, or a part of one.
    fn text(&mut self, name: &str, people: &[Value]) -> String {
        let person = &people[self.0.below(people.len())][name];
        let own = person.as_str().or_else(|| person[0].as_str()).unwrap_or("a");
        let letters: Vec<char> = own.chars().collect();
        let (begin, end) = match self.0.below(4) {
            0 => (0, letters.len()),
            1 => (0, 1 + self.0.below(letters.len())),
            2 => (self.0.below(letters.len() + 1), letters.len()),
            _ => return self.pick(TEXTS).to_owned(),
        };
        let text: String = letters[begin..end.min(letters.len())].iter().collect();
        if self.one_in(3) { text.to_uppercase() } else { text }
    }

    pub fn condition(&mut self, depth: usize, people: &[Value]) -> Condition {
        if depth > 0 && self.one_in(2) {
            let mut inner = || Box::new(self.condition(depth - 1, people));
            let (one, other) = (inner(), inner());
            return match self.0.below(3) {
                0 => Condition::And(one, other),
                1 => Condition::Or(one, other),
                _ => Condition::Not(one),
            };
        }
        match self.0.below(9) {
            0 => Condition::Compare(
                self.pick(&["accountEnabled", "showInAddressList"]),
                self.pick(&["eq", "ne", "ge", "le"]),
                Literal::Flag(self.one_in(2)),
            ),
            1 => {
                let id = people[self.0.below(people.len())]["id"].as_str().unwrap().to_owned();
                Condition::Compare("id", self.pick(&["eq", "ne"]), Literal::Id(id))
            }
            2 => {
                let time = people[self.0.below(people.len())]["createdDateTime"].as_str().unwrap().to_owned();
                Condition::Compare(
                    "createdDateTime",
                    self.pick(&["eq", "ge", "le", "ne"]),
                    Literal::Time(time),
                )
            }
            3 => self.word(),
            4 => self.lambda(people),
            5 => Condition::Count(
                self.pick(&["otherMails", "proxyAddresses", "businessPhones"]),
                self.pick(&["eq", "ne", "ge", "le"]),
                self.0.below(3),
            ),
            _ => self.about_text(people),
        }
    }

    /// A property with few values, which it has exactly so or null.
    fn word(&mut self) -> Condition {
        let (name, values): (_, &[&str]) = self.pick(&[
            ("userType", &["guest", "MEMBER", "x"][..]),
            ("creationType", &["Invitation", "invitation", "x"][..]),
            ("externalUserState", &["PendingAcceptance", "accepted"][..]),
        ]);
        let operator = self.pick(&["eq", "ne"]);
        if name != "creationType" && self.one_in(4) {
            return Condition::Compare(name, operator, Literal::Null);
        }
        Condition::Compare(name, operator, Literal::Text(self.pick(values).to_owned()))
    }

    fn lambda(&mut self, people: &[Value]) -> Condition {
        let name = self.pick(&["otherMails", "proxyAddresses", "businessPhones"]);
        let operators: &[_] = match name {
            "businessPhones" => &["eq", "startsWith", "ge", "le"],
            _ => &["eq", "ne", "startsWith", "endsWith", "ge", "le"],
        };
        let operator = self.pick(operators);
        let texts = (0..=self.0.below(2)).map(|_| self.text(name, people)).collect();
        Condition::Lambda(name, self.one_in(3), operator, texts)
    }

    fn about_text(&mut self, people: &[Value]) -> Condition {
        let name = self.pick(OF_TEXT);
        let text = self.text(name, people);
        match self.0.below(6) {
            0 => Condition::Compare(name, self.pick(&["eq", "ne"]), Literal::Text(text)),
            1 => Condition::Compare(name, self.pick(&["ge", "le"]), Literal::Text(text)),
            2 if name != "userPrincipalName" => {
                Condition::Compare(name, self.pick(&["eq", "ne"]), Literal::Null)
            }
            3 => Condition::In(name, vec![Literal::Text(text), Literal::Text(self.text(name, people))]),
            4 if ENDING.contains(&name) => Condition::Call("endsWith", name, text),
            _ => Condition::Call("startsWith", name, text),
        }
    }

    pub fn search(&mut self, depth: usize, people: &[Value]) -> Search {
        if depth > 0 && self.one_in(3) {
            let (one, other) = (self.search(depth - 1, people), self.search(depth - 1, people));
            let (one, other) = (Box::new(one), Box::new(other));
            return if self.one_in(2) { Search::And(one, other) } else { Search::Or(one, other) };
        }
        let name = self.pick(&[
            "displayName",
            "displayName",
            "displayName",
            "mail",
            "userPrincipalName",
            "otherMails",
        ]);
        let text = self.text(name, people);
        if text.trim().is_empty() { Search::Clause(name, "a".to_owned()) } else { Search::Clause(name, text) }
    }
}
