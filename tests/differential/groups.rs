//! Commands about groups, their members and owners; groups stand in groups, in circles where that is let.

use serde_json::json;

use super::walk::{Walk, remember};

impl Walk {
    pub async fn change_a_group(&mut self) {
        match self.dice.below(16) {
            0 | 1 => self.add_a_group().await,
            10 => self.rename_a_group().await,
            11 | 12 => self.remove_or_restore_a_group().await,
            13 | 14 => self.change_an_owner().await,
            15 => self.change_a_manager().await,
            2..=6 => {
                let (group, member) = (self.group(), self.member());
                let reference =
                    json!({ "@odata.id": format!("https://hospes.example/v1.0/directoryObjects/{member}") });
                self.graph("POST", &format!("/groups/{group}/members/$ref"), Some(&reference)).await;
            }
            _ => {
                let (group, member) = (self.group(), self.member());
                self.graph("DELETE", &format!("/groups/{group}/members/{member}/$ref"), None).await;
            }
        }
    }

    async fn add_a_group(&mut self) {
        let mut new = json!({
            "displayName": self.name(), "mailEnabled": false, "mailNickname": format!("g{}", self.dice.below(100)),
            "securityEnabled": true, "description": self.name(), "isAssignableToRole": self.dice.one_in(4),
        });
        let bound = |id: String| format!("https://hospes.example/v1.0/users/{id}");
        if self.dice.one_in(2) {
            new["members@odata.bind"] = json!([bound(self.user()), bound(self.user())]);
        }
        if self.dice.one_in(3) {
            new["owners@odata.bind"] = json!([bound(self.user())]);
        }
        let reply = self.graph("POST", "/groups", Some(&new)).await;
        if let Some(id) = reply.json["id"].as_str() {
            remember(&mut self.known.groups, id.to_owned());
        }
    }

    async fn rename_a_group(&mut self) {
        let path = format!("/groups/{}", self.group());
        let mut change = json!({ "displayName": self.name() });
        if self.dice.one_in(2) {
            let member = format!("https://hospes.example/v1.0/users/{}", self.user());
            change["members@odata.bind"] = json!([member]);
        }
        self.graph("PATCH", &path, Some(&change)).await;
    }

    async fn remove_or_restore_a_group(&mut self) {
        let group = self.group();
        match self.dice.below(5) {
            0 | 1 => self.graph("DELETE", &format!("/groups/{group}"), None).await,
            2 | 3 => self.graph("POST", &format!("/directory/deletedItems/{group}/restore"), None).await,
            _ => self.graph("GET", "/directory/deletedItems?$count=true&$orderby=displayName", None).await,
        };
    }

    async fn change_an_owner(&mut self) {
        let (group, owner) = (self.group(), self.user());
        if self.dice.one_in(3) {
            self.graph("DELETE", &format!("/groups/{group}/owners/{owner}/$ref"), None).await;
        } else {
            let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{owner}") });
            self.graph("POST", &format!("/groups/{group}/owners/$ref"), Some(&reference)).await;
        }
    }

    async fn change_a_manager(&mut self) {
        let path = format!("/users/{}/manager/$ref", self.user());
        let reference = json!({ "@odata.id": format!("https://hospes.example/v1.0/users/{}", self.user()) });
        if self.dice.one_in(4) {
            self.graph("DELETE", &path, None).await;
        } else {
            self.graph("PUT", &path, Some(&reference)).await;
        }
    }

    fn member(&mut self) -> String {
        if self.dice.one_in(4) { self.group() } else { self.user() }
    }
}
