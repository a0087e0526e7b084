//! Commands about groups, their members and owners; groups stand in groups, in circles where that is let.

use serde_json::json;

use super::walk::{Walk, remember};

impl Walk {
    pub async fn change_a_group(&mut self) {
        match self.dice.below(10) {
            0 | 1 => self.add_a_group().await,
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

    fn member(&mut self) -> String {
        if self.dice.one_in(4) { self.group() } else { self.user() }
    }
}
