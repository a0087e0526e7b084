//! Commands about users: added, changed in every property, removed.

use serde_json::{Map, Value, json};

use super::walk::{Walk, remember};

/// Properties that hold a line of text.
const LINES: &[&str] = &[
    "displayName",
    "givenName",
    "surname",
    "jobTitle",
    "companyName",
    "department",
    "employeeId",
    "employeeType",
    "city",
    "country",
    "officeLocation",
    "streetAddress",
    "state",
    "postalCode",
    "mobilePhone",
    "mailNickname",
];
const USAGE_LOCATIONS: &[&str] = &["DE", "de", "TR", "", "DEU", "ß"];
const LANGUAGES: &[&str] = &["en-US", "de", "", "tr-TR", "x"];

impl Walk {
    pub async fn change_somebody(&mut self) {
        let (user, mut edit) = (self.user(), Map::new());
        let mut addresses = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let (name, value) = self.property(&mut addresses);
            edit.insert(name.to_owned(), value);
        }
        let path = if self.dice.one_in(90) { "/me".to_owned() } else { format!("/users/{user}") };
        let reply = self.graph("PATCH", &path, Some(&Value::Object(edit))).await;
        if reply.status.is_success() {
            for address in addresses {
                remember(&mut self.known.guests, (user.clone(), address));
            }
        }
    }

    fn property(&mut self, addresses: &mut Vec<String>) -> (&'static str, Value) {
        match self.dice.below(40) {
            0..=3 => ("mail", self.theirs(addresses)),
            4..=9 => {
                let many = self.dice.below(4);
                ("otherMails", (0..many).map(|_| self.theirs(addresses)).collect())
            }
            10 => ("accountEnabled", json!(self.dice.below(4) > 0)),
            11 => ("userType", json!(self.dice.pick(&["Member", "Guest", "guest", "Owner"]))),
            12 => ("userPrincipalName", format!("{}@fabrikam.example", self.name()).into()),
            13 => ("showInAddressList", json!(self.dice.one_in(2))),
            14 => ("businessPhones", json!([self.name()])),
            15 => ("businessPhones", json!([])),
            16 => ("usageLocation", json!(self.dice.pick(USAGE_LOCATIONS))),
            17 => ("preferredLanguage", json!(self.dice.pick(LANGUAGES))),
            18 => ("passwordProfile", json!({ "password": "another good password" })),
            19 => (self.dice.pick(&["id", "creationType", "isAdmin", "faxNumber"]), json!("x")),
            20..=24 => (self.dice.pick(LINES), Value::Null),
            25..=28 => ("displayName", self.name().into()),
            _ => (self.dice.pick(LINES), self.name().into()),
        }
    }

    fn theirs(&mut self, addresses: &mut Vec<String>) -> Value {
        let address = self.address();
        addresses.push(address.clone());
        address.into()
    }

    pub async fn add_somebody(&mut self) {
        let (name, nickname) = (self.name(), format!("m{}", self.dice.below(500)));
        let mut new = json!({
            "accountEnabled": true, "displayName": name, "mailNickname": nickname,
            "userPrincipalName": format!("{nickname}@{}", self.dice.pick(&["fabrikam.example", "FABRIKAM.example", "adatum.example"])),
            "passwordProfile": { "password": "a long enough password" }, "userType": "Member",
        });
        if self.dice.one_in(2) {
            new["mail"] = self.address().into();
        }
        for _ in 0..self.dice.below(3) {
            let (name, value) = self.property(&mut Vec::new());
            new[name] = value;
        }
        let reply = self.graph("POST", "/users", Some(&new)).await;
        if let Some(id) = reply.json["id"].as_str() {
            remember(&mut self.known.users, id.to_owned());
            remember(&mut self.known.addresses, format!("{nickname}@fabrikam.example"));
        }
    }

    /// Never one of those who give the commands.
    pub async fn remove_somebody(&mut self) {
        let user = self.user();
        if !self.known.users[..5].contains(&user) {
            self.graph("DELETE", &format!("/users/{user}"), None).await;
        }
    }

    /// What comes after a removal, whether there was one or not.
    pub async fn after_a_removal(&mut self) {
        let (user, item) = (self.user(), "/directory/deletedItems");
        let giver = self.known.users[..5].contains(&user);
        match self.dice.below(9) {
            0..=3 => self.graph("POST", &format!("{item}/{user}/restore"), None).await,
            4 => self.graph("DELETE", &format!("{item}/{user}"), None).await,
            5 => self.graph("GET", &format!("{item}/{user}"), None).await,
            6 if !giver => self.graph("POST", &format!("/users/{user}/revokeSignInSessions"), None).await,
            _ => self.graph("GET", &format!("{item}/graph.user?$top=5"), None).await,
        };
    }
}
