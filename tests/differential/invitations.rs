//! Invitations of every kind: new, again, with a reset, of members, and wrong ones.

use serde_json::{Value, json};

use super::walk::{Walk, remember};

const LANDINGS: &[&str] = &[
    "https://myapps.microsoft.com?tenantId=",
    "https://myapps.microsoft.com",
    "https://portal.example/",
    "http://portal.example/x",
    "https://elsewhere.example/",
    "javascript:alert(1)",
    "",
];
const LANGUAGES: &[&str] = &["en-US", "de", "tr", "zz-ZZ", "not a language"];

impl Walk {
    pub async fn invite_somebody(&mut self) {
        let guest = Self::of(&mut self.dice, &self.known.guests);
        let (address, body) = match (self.dice.below(12), guest) {
            (0..=3, Some((id, address))) => (
                address.clone(),
                json!({ "invitedUserEmailAddress": address, "invitedUser": { "id": id }, "resetRedemption": true }),
            ),
            (4, Some((_, address))) => (address.clone(), json!({ "invitedUserEmailAddress": address })),
            (5, Some((id, _))) => {
                let address = self.address();
                (
                    address.clone(),
                    json!({ "invitedUserEmailAddress": address, "invitedUser": { "id": id }, "resetRedemption": self.dice.one_in(2) }),
                )
            }
            (6, _) => {
                let (id, address) = (self.user(), self.address());
                (address.clone(), json!({ "invitedUserEmailAddress": address, "invitedUser": { "id": id } }))
            }
            (7, _) => {
                (String::new(), json!({ "resetRedemption": true, "invitedUserEmailAddress": self.address() }))
            }
            _ => {
                let address = self.address();
                (address.clone(), json!({ "invitedUserEmailAddress": address }))
            }
        };
        let body = self.with_the_rest(body);
        let reply = self.graph("POST", "/invitations", Some(&body)).await;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let (Some(id), Some(link)) =
            (text(&reply.json["invitedUser"]["id"]), text(&reply.json["inviteRedeemUrl"]))
        {
            remember(&mut self.known.users, id.clone());
            remember(&mut self.known.guests, (id, address.clone()));
            remember(&mut self.known.links, (link, address));
        }
    }

    fn with_the_rest(&mut self, mut body: Value) -> Value {
        let landing = if self.dice.one_in(5) { self.dice.pick(LANDINGS) } else { LANDINGS[0] };
        body["inviteRedirectUrl"] = landing.into();
        body["sendInvitationMessage"] = (!self.dice.one_in(4)).into();
        if self.dice.one_in(3) {
            body["invitedUserDisplayName"] = self.name().into();
        }
        if self.dice.one_in(8) {
            body["invitedUserType"] = self.dice.pick(&["Guest", "Member", "member", "Owner"]).into();
        }
        if self.dice.one_in(4) {
            body["invitedUserMessageInfo"] = json!({
                "messageLanguage": self.dice.pick(LANGUAGES), "customizedMessageBody": self.name(),
                "ccRecipients": [{ "emailAddress": { "name": self.name(), "address": self.address() } }],
            });
        }
        if self.dice.one_in(6) {
            body["invitedUserSponsors"] = json!([{ "id": self.user() }, { "id": self.user() }]);
        }
        body
    }
}
