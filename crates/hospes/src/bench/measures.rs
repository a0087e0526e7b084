//! What is measured, as a list: each operation with its requests and those to the minimal handler it is compared with.
//! Refuses to compare with another kind of work: the limit sends and answers as many bytes, and a limit of commits
//! writes the same rows in the same tenants.

use std::net::SocketAddr;
use std::sync::Arc;

use hospes_actions::bench::{CALLBACK, OPENID_SCOPE, SCOPE, VERIFIER};
use hospes_domain::ids::TenantId;

use super::error::BenchError;
use super::load::{Cell, Chain, Source, Supply, once};
use super::operations::{self, Operation};
use super::requests::{bare, form, get, grant, json, page};
use super::stage::{Client, Directory, Inputs};

/// An operation and how it is asked for.
pub struct Measure {
    /// Which.
    pub operation: Operation,
    /// Its requests.
    pub cell: Cell,
}

/// Operations with the limit they share.
pub struct Group {
    /// The minimal handler.
    pub limit: Option<Cell>,
    /// The operations.
    pub measures: Vec<Measure>,
}

/// Each tenant that invites with a token of its automation.
type Bearers = Arc<Vec<(String, String)>>;

/// Both servers.
#[derive(Clone, Copy)]
pub struct Servers {
    /// The product.
    pub hospes: SocketAddr,
    /// The minimal handlers.
    pub limits: SocketAddr,
}

/// Whether an invitation is asked to send its mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mail {
    Asked,
    None,
}

/// Whether rows share a commit with what else is waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Commit {
    Shared,
    Alone,
}

impl Servers {
    pub(super) fn ours(&self, operation: Operation, source: Source, status: u16) -> Measure {
        Measure { operation, cell: Cell { server: self.hospes, source: Arc::new(source), status } }
    }

    fn limit(&self, source: Source) -> Cell {
        Cell { server: self.limits, source: Arc::new(source), status: 200 }
    }

    /// How many bytes an answer has.
    async fn size(&self, what: &str, request: &[u8]) -> Result<usize, BenchError> {
        let failed = |problem| BenchError::Load { what: what.to_owned(), problem };
        let (status, body) = once(self.hospes, request).await.map_err(failed)?;
        if status < 400 {
            Ok(body.len())
        } else {
            Err(failed(format!("{status}: {}", String::from_utf8_lossy(&body))))
        }
    }

    /// Documents that are the same for everybody, beside plain HTTP.
    pub async fn documents(&self, directory: &Directory) -> Result<Vec<Group>, BenchError> {
        let tenant = directory.tenant.id;
        let mut groups = Vec::new();
        for (operation, path) in [
            (operations::DISCOVERY, format!("/{tenant}/v2.0/.well-known/openid-configuration")),
            (operations::KEYS, format!("/{tenant}/discovery/v2.0/keys")),
        ] {
            let request = get(&path, None);
            let size = self.size(operation.name, &request).await?;
            groups.push(Group {
                limit: Some(self.limit(Source::Same(get(&format!("/plain/{size}"), None)))),
                measures: vec![self.ours(operation, Source::Same(request), 200)],
            });
        }
        Ok(groups)
    }

    /// Everything that signs, beside handlers that only sign.
    pub async fn grants(
        &self,
        directory: &Directory,
        inputs: &mut Inputs,
        measurements: usize,
    ) -> Result<Vec<Group>, BenchError> {
        let token = format!("/{}/oauth2/v2.0/token", directory.tenant.id);
        let credentials = |client: &Client| {
            let more = [("grant_type", "client_credentials"), ("scope", SCOPE)];
            form(&token, &grant(&client.id.to_string(), &client.secret, &more))
        };
        let (rs256, es256) = (credentials(&directory.automation), credentials(&directory.modern));
        let (rs256_size, es256_size) = (
            self.size(operations::GRANT_RS256.name, &rs256).await?,
            self.size(operations::GRANT_ES256.name, &es256).await?,
        );
        let sign = |algorithm: &str, size: usize| {
            let line = "x".repeat(200);
            self.limit(Source::Same(bare(&format!("/sign/{algorithm}/{size}"), &line, rs256.len())))
        };
        let exchange = |client: &Client, code: &str| {
            let more = [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", CALLBACK),
                ("code_verifier", VERIFIER),
                ("scope", OPENID_SCOPE),
            ];
            form(&token, &grant(&client.id.to_string(), &client.secret, &more))
        };
        let codes = inputs.codes.iter().map(|code| exchange(&directory.app, code)).collect();
        // Everything that does not change of a refresh, so that a request is two texts put together.
        let about = grant(
            &directory.app.id.to_string(),
            &directory.app.secret,
            &[("grant_type", "refresh_token"), ("scope", OPENID_SCOPE)],
        );
        let chain = Chain::of_tokens(
            std::mem::take(&mut inputs.refresh),
            format!("{token} {about}"),
            |about, token| {
                let (path, about) = about.split_once(' ').unwrap_or_default();
                form(path, &format!("{about}&refresh_token={token}"))
            },
        );
        let codes = Source::Supply(Supply::new(codes, measurements));
        let measures = vec![
            self.ours(operations::GRANT_RS256, Source::Same(rs256.clone()), 200),
            self.ours(operations::REFRESH, Source::Chain(chain), 200),
            self.ours(operations::CODE_EXCHANGE, codes, 200),
        ];
        let modern = self.ours(operations::GRANT_ES256, Source::Same(es256), 200);
        Ok(vec![
            Group { limit: Some(sign("rs256", rs256_size)), measures },
            Group { limit: Some(sign("es256", es256_size)), measures: vec![modern] },
        ])
    }

    /// Invitations, redemptions and resets, beside handlers that only commit their rows.
    pub async fn writes(
        &self,
        directory: &Directory,
        inputs: Inputs,
        measurements: usize,
    ) -> Result<Vec<Group>, BenchError> {
        let bearers: Bearers = Arc::new(
            inputs.writers.iter().map(|writer| (writer.tenant.to_string(), writer.bearer.clone())).collect(),
        );
        let mut groups = Vec::new();
        for (operation, prefix, mail) in [
            (operations::INVITATION, "new", Mail::None),
            (operations::INVITATION_WITH_MAIL, "mailed", Mail::Asked),
        ] {
            let whose = Arc::clone(&bearers);
            let request = move |n: u64, prefix: &str| {
                let (_, bearer) = turn(&whose, n);
                let address = format!("{prefix}{n}@guests.test");
                json("/v1.0/invitations", bearer, &invitation(&address, mail, None))
            };
            let size = self.size(operation.name, &request(0, "first")).await?;
            let like = request(1_000_000, prefix).len();
            let rows = |commit| invitation_rows(size, like, mail, commit, Arc::clone(&bearers));
            groups.push(Group {
                limit: Some(self.limit(rows(Commit::Shared))),
                measures: vec![self.ours(operation, Source::each(move |n| request(n, prefix)), 201)],
            });
            if mail == Mail::None {
                let cell = self.limit(rows(Commit::Alone));
                let alone = Measure { operation: operations::ONE_COMMIT_EACH, cell };
                groups.push(Group { limit: None, measures: vec![alone] });
            }
        }
        groups.push(self.redemptions(directory, &inputs, measurements));
        groups.push(self.resets(&bearers, &inputs, measurements).await?);
        Ok(groups)
    }

    fn redemptions(&self, directory: &Directory, inputs: &Inputs, measurements: usize) -> Group {
        let tenant = directory.tenant.id;
        let path = format!("/{tenant}/redeem/consent");
        let ours = inputs.redeemable.iter().map(|(_, cookies, form)| page(&path, cookies, form));
        let bare_rows = inputs.redeemable.iter().map(|(ready, cookies, form)| {
            let guest = &ready.guest;
            let line = format!(
                "redemption {tenant} {} {} {} {}",
                guest.id, guest.invitation, ready.flow, guest.address
            );
            bare("/commit/0", &line, page(&path, cookies, form).len())
        });
        Group {
            limit: Some(self.limit(Source::Supply(Supply::new(bare_rows.collect(), measurements)))),
            measures: vec![self.ours(
                operations::REDEMPTION,
                Source::Supply(Supply::new(ours.collect(), measurements)),
                303,
            )],
        }
    }

    async fn resets(
        &self,
        bearers: &[(String, String)],
        inputs: &Inputs,
        measurements: usize,
    ) -> Result<Group, BenchError> {
        let mut ours: Vec<Vec<u8>> = Vec::with_capacity(inputs.resets.len());
        for (writer, guest) in &inputs.resets {
            let body = invitation(guest.address.as_str(), Mail::None, Some(&guest.id.to_string()));
            ours.push(json("/v1.0/invitations", &bearers[*writer].1, &body));
        }
        let size = match ours.pop() {
            Some(one) => self.size(operations::RESET.name, &one).await?,
            None => 0,
        };
        let bare_rows = inputs.resets.iter().zip(&ours).map(|((writer, guest), like)| {
            let line = format!("reset {} {} {}", bearers[*writer].0, guest.id, guest.address);
            bare(&format!("/commit/{size}"), &line, like.len())
        });
        Ok(Group {
            limit: Some(self.limit(Source::Supply(Supply::new(bare_rows.collect(), measurements)))),
            measures: vec![self.ours(
                operations::RESET,
                Source::Supply(Supply::new(ours, measurements)),
                201,
            )],
        })
    }

    /// Reads with a bearer check, beside a handler that only reads the row.
    pub async fn reads(&self, directory: &Directory, bearer: &str) -> Result<Vec<Group>, BenchError> {
        let tenant = directory.tenant.id;
        let ids: Arc<Vec<String>> =
            Arc::new(directory.guests.iter().map(|guest| guest.id.to_string()).collect());
        let Some(first) = ids.first() else { return Ok(Vec::new()) };
        let size = self
            .size(operations::USER_BY_ID.name, &get(&format!("/v1.0/users/{first}"), Some(bearer)))
            .await?;
        let point_read = point_read(tenant, Arc::clone(&ids), size, bearer.to_owned());
        let token = bearer.to_owned();
        let ours = move |n| get(&format!("/v1.0/users/{}", anywhere(&ids, n)), Some(&token));
        let by_id = self.ours(operations::USER_BY_ID, Source::each(ours), 200);
        let lists = self.lists(directory, bearer);
        Ok(vec![
            Group { limit: Some(self.limit(point_read)), measures: vec![by_id] },
            Group { limit: None, measures: lists },
        ])
    }
}

fn turn<T>(all: &[T], n: u64) -> &T {
    &all[usize::try_from(n).unwrap_or(0) % all.len()]
}

/// One of all, in no order that a cache could like (SplitMix64).
pub(super) fn anywhere<T>(all: &[T], n: u64) -> &T {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    turn(all, (z ^ (z >> 27)) >> 1)
}

/// The rows of invitations, in the same tenants in the same turn: on one tenant they would wait for each other's
/// counters, and have their pages nearer.
fn invitation_rows(size: usize, like: usize, mail: Mail, commit: Commit, whose: Bearers) -> Source {
    let (path, who) = match commit {
        Commit::Shared => ("commit", "bare"),
        Commit::Alone => ("commit-alone", "alone"),
    };
    let (kind, what) = match mail {
        Mail::Asked => ("invitation+mail", "mailed"),
        Mail::None => ("invitation", "new"),
    };
    Source::each(move |n| {
        let (tenant, _) = turn(&whose, n);
        bare(&format!("/{path}/{size}"), &format!("{kind} {tenant} {who}{what}{n}@guests.test"), like)
    })
}

/// Reads of users' rows. The token is sent and not looked at: carrying its bytes is no work of the directory.
fn point_read(tenant: TenantId, ids: Arc<Vec<String>>, size: usize, bearer: String) -> Source {
    Source::each(move |n| get(&format!("/user/{tenant}/{}/{size}", anywhere(&ids, n)), Some(&bearer)))
}

fn invitation(address: &str, mail: Mail, reset: Option<&str>) -> String {
    let mut body = serde_json::json!({
        "invitedUserEmailAddress": address,
        "inviteRedirectUrl": "https://myapps.microsoft.com",
        "sendInvitationMessage": mail == Mail::Asked,
    });
    if let Some(id) = reset {
        body["invitedUser"] = serde_json::json!({ "id": id });
        body["resetRedemption"] = true.into();
    }
    body.to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn next(source: &Source) -> String {
        String::from_utf8(source.next(0).unwrap().into_owned()).unwrap()
    }

    #[test]
    fn the_limit_of_invitations_writes_in_the_tenants_that_invite() {
        let whose: Bearers = Arc::new(["one", "two"].map(|tenant| (tenant.to_owned(), String::new())).into());
        for (commit, path) in [(Commit::Shared, "/commit/7 "), (Commit::Alone, "/commit-alone/7 ")] {
            let rows = invitation_rows(7, 300, Mail::Asked, commit, Arc::clone(&whose));
            for tenant in ["one", "two", "one"] {
                let request = next(&rows);
                assert!(request.starts_with(&format!("POST {path}")), "{request}");
                assert!(request.contains(&format!("invitation+mail {tenant} ")), "{request}");
            }
        }
    }

    #[test]
    fn the_limit_of_reads_is_sent_the_same_token() {
        let tenant: TenantId = "11111111-2222-4333-8444-555555555555".parse().unwrap();
        let source = point_read(tenant, Arc::new(vec!["x".to_owned()]), 5, "secret".to_owned());
        let request = next(&source);
        assert!(request.starts_with(&format!("GET /user/{tenant}/x/5 ")), "{request}");
        assert!(request.contains("Authorization: Bearer secret\r\n"), "{request}");
    }
}
