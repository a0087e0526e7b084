//! What a reset keeps and ends, who is told, and the same as a command. Refuses to promise more than the reset saves
//! (`crates/domain/src/reset.rs`).

use hospes_actions::portal::Profile;
use hospes_domain::ids::ObjectId;

use super::tessera::{number, way};
use super::view::Fact;

pub(super) fn fact(label: &'static str, value: impl Into<String>) -> Fact {
    Fact { label, value: value.into(), exact: false }
}

/// What stays (I4).
pub(super) fn keeps(profile: &Profile) -> Vec<Fact> {
    let mut kept = vec![
        fact("Object id and user principal name", ""),
        fact("Groups", number(profile.groups.len(), "group")),
        fact("Applications", number(profile.apps.len(), "assignment")),
    ];
    if !profile.sponsors.is_empty() {
        kept.push(fact("Sponsors", profile.sponsors.join(", ")));
    }
    kept.push(fact("History of earlier sign-ins", ""));
    kept
}

/// What ends at once (I3).
pub(super) fn ends(profile: &Profile) -> Vec<Fact> {
    let mut ended = Vec::new();
    if let Some(binding) = profile.user.guest.binding() {
        ended.push(fact(way(&binding.issuer), binding.sign_in_name.to_string()));
    }
    ended.push(fact("Open sessions, tokens and codes", "all"));
    if !profile.factors.is_empty() {
        ended.push(fact("Second factors and recovery codes", number(profile.factors.len(), "factor")));
    }
    ended.push(fact("App consents and remembered devices", "all"));
    ended.push(fact("Older invitation links", "all"));
    ended
}

/// Who gets which mail.
pub(super) fn told(profile: &Profile, address: &str, send: bool) -> Vec<(String, String)> {
    let mut told = Vec::new();
    if send {
        told.push((address.to_owned(), "Invitation with a link that works for 30 days".to_owned()));
    } else {
        told.push((address.to_owned(), "Nothing. You get the link once, to hand over yourself".to_owned()));
    }
    if let Some(binding) = profile.user.guest.binding() {
        let old = binding.sign_in_name.to_string();
        if !old.eq_ignore_ascii_case(address) {
            told.push((old, "Notice that the sign-in ended. It does not name the new address".to_owned()));
        }
    }
    told
}

/// What the button would send.
pub(super) struct Wished<'a> {
    pub(super) id: ObjectId,
    pub(super) address: &'a str,
    pub(super) redirect: &'a str,
    pub(super) message: &'a str,
    pub(super) send: bool,
}

impl Wished<'_> {
    /// As a request to the API.
    pub(super) fn as_graph(&self, public_url: &str) -> String {
        let mut body = serde_json::json!({
            "invitedUserEmailAddress": self.address,
            "inviteRedirectUrl": self.redirect,
            "sendInvitationMessage": self.send,
            "invitedUser": { "id": self.id.to_string() },
            "resetRedemption": true,
        });
        if !self.message.is_empty() {
            body["invitedUserMessageInfo"] = serde_json::json!({ "customizedMessageBody": self.message });
        }
        let body = serde_json::to_string_pretty(&body).unwrap_or_default();
        format!("POST {public_url}/v1.0/invitations\n\n{body}")
    }

    /// In PowerShell, with quotation marks doubled.
    pub(super) fn as_powershell(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
        let mut lines = vec![
            "New-MgInvitation".to_owned(),
            format!("-InvitedUserEmailAddress {}", quoted(self.address)),
            format!("-InviteRedirectUrl {}", quoted(self.redirect)),
            "-ResetRedemption".to_owned(),
        ];
        if self.send {
            lines.push("-SendInvitationMessage".to_owned());
        }
        if !self.message.is_empty() {
            let message = quoted(self.message);
            lines.push(format!("-InvitedUserMessageInfo @{{ CustomizedMessageBody = {message} }}"));
        }
        lines.push(format!("-InvitedUser @{{ Id = '{}' }}", self.id));
        lines.join(" `\n    ")
    }

    /// At the command line of a shell.
    pub(super) fn as_command(&self) -> String {
        let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
        let mut words = vec![
            format!("hospes guest reset {}", self.id),
            format!("--email {}", quoted(self.address)),
            format!("--redirect {}", quoted(self.redirect)),
        ];
        if !self.message.is_empty() {
            words.push(format!("--message {}", quoted(self.message)));
        }
        if !self.send {
            words.push("--no-mail".to_owned());
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_copied_is_all_that_the_button_sends_whatever_was_typed() {
        let wished = Wished {
            id: ObjectId(Uuid::from_u128(7)),
            address: "o'brien@contoso.example",
            redirect: "https://x.example/?a='",
            message: "It's time",
            send: false,
        };
        let shell = wished.as_command();
        for word in [
            r"--email 'o'\''brien@contoso.example'",
            r"--redirect 'https://x.example/?a='\'''",
            r"--message 'It'\''s time' --no-mail",
        ] {
            assert!(shell.contains(word), "{word}: {shell}");
        }
        let powershell = wished.as_powershell();
        for word in [
            "'o''brien@contoso.example'",
            "'https://x.example/?a='''",
            "CustomizedMessageBody = 'It''s time'",
        ] {
            assert!(powershell.contains(word), "{word}: {powershell}");
        }
        assert!(!powershell.contains("-SendInvitationMessage"));
        let graph = wished.as_graph("https://h.example");
        let body: serde_json::Value = graph.split_once("\n\n").unwrap().1.parse().unwrap();
        assert_eq!(body["invitedUserMessageInfo"]["customizedMessageBody"], "It's time");
        assert_eq!(body["sendInvitationMessage"], false);
    }
}
