//! What an attack must have left alone, read the ways an administrator could: the guest by the directory
//! API, the audit log, and the bytes of the database files.

use hospes_actions::audit;
use hospes_domain::audit::AuditRecord;
use hospes_domain::ids::ObjectId;
use serde_json::Value;

use super::Server;

/// The audited activities of an invitation's life.
pub const INVITED: &str = "Invite external user";
pub const REDEEMED: &str = "Redeem external user invite";

impl Server {
    /// Invites by the Guest Inviter with a mail that is thrown away: (object id, link).
    pub async fn pending(&self, address: &str) -> (String, String) {
        let invited = self.invite(&self.token_of(&self.inviter), address).await;
        self.mails().await;
        invited
    }

    /// Properties of a user as a Global Administrator reads them.
    pub async fn user(&self, id: &str, select: &str) -> Value {
        let token = self.token_of(&self.admin);
        self.get(&token, &format!("/v1.0/users/{id}?$select={select}")).await.expect(200).json
    }

    /// `externalUserState`.
    pub async fn state_of(&self, id: &str) -> String {
        self.user(id, "externalUserState").await["externalUserState"].as_str().unwrap_or("null").to_owned()
    }

    /// How many identities of passcodes are bound to the user (I2 allows one).
    pub async fn bound(&self, id: &str) -> usize {
        let user = self.user(id, "identities").await;
        user["identities"].as_array().unwrap().iter().filter(|identity| identity["issuer"] == "mail").count()
    }

    /// How many users the directory has.
    pub async fn head_count(&self) -> usize {
        let token = self.token_of(&self.admin);
        let users = self.get(&token, "/v1.0/users?$top=999&$select=id").await.expect(200);
        users.json["value"].as_array().unwrap().len()
    }

    /// The audit records about a user.
    pub async fn audit_of(&self, id: &str) -> Vec<AuditRecord> {
        audit::about(&self.app, self.tenant, ObjectId::parse(id).unwrap()).await.unwrap()
    }

    /// How often that activity succeeded on the user (I6: once for each change).
    pub async fn successes(&self, id: &str, activity: &str) -> usize {
        self.audit_of(id).await.iter().filter(|record| record.success && record.activity == activity).count()
    }

    /// Why redemptions of the user were refused, oldest first.
    pub async fn refusals(&self, id: &str) -> Vec<String> {
        let mut found = self.audit_of(id).await;
        found.retain(|record| !record.success && record.activity == REDEEMED);
        found.iter().rev().map(|record| record.reason.clone().unwrap()).collect()
    }

    /// The guest waits as before: not accepted, nothing bound, nothing audited as redeemed.
    pub async fn assert_still_pending(&self, id: &str) {
        assert_eq!(self.state_of(id).await, "PendingAcceptance");
        assert_eq!(self.bound(id).await, 0, "an identity was bound");
        assert_eq!(self.successes(id, REDEEMED).await, 0, "a redemption was audited");
    }

    /// The guest was redeemed exactly once (I2, I6).
    pub async fn assert_redeemed_once(&self, id: &str) {
        assert_eq!(self.state_of(id).await, "Accepted");
        assert_eq!(self.bound(id).await, 1);
        assert_eq!(self.successes(id, REDEEMED).await, 1, "one redemption, one audit record");
    }

    /// Every byte the server keeps: its files, write-ahead log included, or a dump of all rows of a database server.
    pub fn at_rest(&self) -> Vec<u8> {
        if self.scratch().is_on_server() {
            return self.look().dump().join("\n").into_bytes();
        }
        let files = std::fs::read_dir(self.scratch().folder()).unwrap().map(|entry| entry.unwrap().path());
        files.flat_map(|path| std::fs::read(path).unwrap()).collect()
    }

    /// Whether these bytes stand anywhere in the database, as they are or spelled in hexadecimal.
    pub fn is_at_rest(&self, bytes: &[u8]) -> bool {
        let spelled = super::look::in_hexadecimal(bytes);
        let kept = self.at_rest();
        [bytes, spelled.as_bytes()].iter().any(|form| kept.windows(form.len()).any(|window| window == *form))
    }
}
