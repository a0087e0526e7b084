//! What is measured, as a list: each operation with its requests, the minimal handler it is compared with, and its
//! goals. Refuses to compare with another kind of work: the limit sends and answers as many bytes, and a limit of
//! commits writes the same rows.

use std::net::SocketAddr;
use std::sync::Arc;

use hospes_actions::bench::{CALLBACK, OPENID_SCOPE, SCOPE, VERIFIER};

use super::error::BenchError;
use super::figures::Goal;
use super::load::{Cell, Chain, Source, Supply, once};
use super::requests::{bare, form, get, grant, json, page};
use super::stage::{Client, Directory, Inputs};

/// The numbers of clients everything is measured with.
pub const CLIENTS: [usize; 3] = [1, 16, 64];
/// With how many the latency at half the rate is measured.
pub const PACED: usize = 16;

/// An operation.
pub struct Measure {
    /// Its name in the figures.
    pub name: &'static str,
    /// Its requests.
    pub cell: Cell,
    /// How much of the limit's work one of it does: a code exchange signs twice.
    pub parts: f64,
    /// What its throughput should be, by the number of clients.
    pub throughput: fn(usize) -> Goal,
    /// Whether its latency is measured at half the rate.
    pub paced: bool,
    /// What its 99th percentile should be, paced, in milliseconds.
    pub p99: Goal,
    /// What half of its answers to a single client should take at most, in microseconds.
    pub alone: Goal,
}

/// Operations with the limit they share.
pub struct Group {
    /// The minimal handler.
    pub limit: Option<Cell>,
    /// The operations.
    pub measures: Vec<Measure>,
}

/// Both servers.
#[derive(Clone, Copy)]
pub struct Servers {
    /// The product.
    pub hospes: SocketAddr,
    /// The minimal handlers.
    pub limits: SocketAddr,
}

const NONE: fn(usize) -> Goal = |_| Goal::None;

fn at_64(clients: usize, part: f64) -> Goal {
    if clients == 64 { Goal::OfLimit(part) } else { Goal::None }
}

impl Servers {
    fn ours(&self, name: &'static str, source: Source, status: u16) -> Measure {
        let cell = Cell { server: self.hospes, source: Arc::new(source), status };
        Measure { name, cell, parts: 1.0, throughput: NONE, paced: true, p99: Goal::None, alone: Goal::None }
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
        for (name, path) in [
            ("discovery", format!("/{tenant}/v2.0/.well-known/openid-configuration")),
            ("keys", format!("/{tenant}/discovery/v2.0/keys")),
        ] {
            let request = get(&path, None);
            let size = self.size(name, &request).await?;
            let limit = Some(self.limit(Source::Same(get(&format!("/plain/{size}"), None))));
            let throughput = |clients| at_64(clients, 0.7);
            groups.push(Group {
                limit,
                measures: vec![Measure { throughput, ..self.ours(name, Source::Same(request), 200) }],
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
        let (rs256_size, es256_size) =
            (self.size("grant RS256", &rs256).await?, self.size("grant ES256", &es256).await?);
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
        let chain =
            Chain::new(std::mem::take(&mut inputs.refresh), format!("{token} {about}"), |about, token| {
                let (path, about) = about.split_once(' ').unwrap_or_default();
                form(path, &format!("{about}&refresh_token={token}"))
            });
        let throughput = |clients| at_64(clients, 0.6);
        let two = |measure: Measure| Measure { parts: 2.0, throughput, ..measure };
        let people = [
            two(self.ours("refresh", Source::Chain(chain), 200)),
            two(self.ours("code exchange", Source::Supply(Supply::new(codes, measurements)), 200)),
        ];
        let mut measures = vec![Measure {
            throughput: |n| at_64(n, 0.8),
            ..self.ours("grant RS256", Source::Same(rs256.clone()), 200)
        }];
        measures.extend(people);
        let modern =
            Measure { throughput: |n| at_64(n, 0.5), ..self.ours("grant ES256", Source::Same(es256), 200) };
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
        let bearers: Arc<Vec<(String, String)>> = Arc::new(
            inputs.writers.iter().map(|writer| (writer.tenant.to_string(), writer.bearer.clone())).collect(),
        );
        let mut groups = Vec::new();
        for (name, prefix, mail) in [("invitation", "new", false), ("invitation with mail", "mailed", true)] {
            let bearers = Arc::clone(&bearers);
            let request = move |n: u64, prefix: &str| {
                let (_, bearer) = turn(&bearers, n);
                json(
                    "/v1.0/invitations",
                    bearer,
                    &invitation(&format!("{prefix}{n}@guests.test"), mail, None),
                )
            };
            let size = self.size(name, &request(0, "first")).await?;
            let like = request(1_000_000, prefix).len();
            groups.push(Group {
                limit: Some(self.limit(invitation_rows(
                    size,
                    like,
                    mail,
                    false,
                    inputs.writers[0].tenant.to_string(),
                ))),
                measures: vec![Measure {
                    throughput: |n| if n == 16 { Goal::None } else { Goal::OfLimit(0.6) },
                    ..self.ours(name, Source::each(move |n| request(n, prefix)), 201)
                }],
            });
            if !mail {
                let rows = invitation_rows(size, like, mail, true, inputs.writers[0].tenant.to_string());
                let alone = self.ours("limit: one commit each, rows of an invitation", rows, 200);
                let cell = Cell { server: self.limits, ..alone.cell };
                groups.push(Group { limit: None, measures: vec![Measure { cell, paced: false, ..alone }] });
            }
        }
        groups.push(self.redemptions(directory, &inputs, measurements));
        groups.push(self.resets(&bearers, &inputs, measurements).await?);
        Ok(groups)
    }

    fn redemptions(&self, directory: &Directory, inputs: &Inputs, measurements: usize) -> Group {
        let tenant = directory.tenant.id;
        let ours = inputs.redeemable.iter().map(|(_, cookies, form)| page("/redeem/consent", cookies, form));
        let bare_rows = inputs.redeemable.iter().map(|(ready, cookies, form)| {
            let guest = &ready.guest;
            let line = format!(
                "redemption {tenant} {} {} {} {}",
                guest.id, guest.invitation, ready.flow, guest.address
            );
            bare("/commit/0", &line, page("/redeem/consent", cookies, form).len())
        });
        Group {
            limit: Some(self.limit(Source::Supply(Supply::new(bare_rows.collect(), measurements)))),
            measures: vec![Measure {
                throughput: |n| at_64(n, 0.5),
                ..self.ours("redemption", Source::Supply(Supply::new(ours.collect(), measurements)), 303)
            }],
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
            let body = invitation(guest.address.as_str(), false, Some(&guest.id.to_string()));
            ours.push(json("/v1.0/invitations", &bearers[*writer].1, &body));
        }
        let size = match ours.pop() {
            Some(one) => self.size("reset", &one).await?,
            None => 0,
        };
        let bare_rows = inputs.resets.iter().zip(&ours).map(|((writer, guest), like)| {
            let line = format!("reset {} {} {}", bearers[*writer].0, guest.id, guest.address);
            bare(&format!("/commit/{size}"), &line, like.len())
        });
        Ok(Group {
            limit: Some(self.limit(Source::Supply(Supply::new(bare_rows.collect(), measurements)))),
            measures: vec![Measure {
                throughput: |n| at_64(n, 0.5),
                ..self.ours("reset", Source::Supply(Supply::new(ours, measurements)), 201)
            }],
        })
    }

    /// Reads with a bearer check, beside a handler that only reads the row.
    pub async fn reads(&self, directory: &Directory, bearer: &str) -> Result<Vec<Group>, BenchError> {
        let tenant = directory.tenant.id;
        let ids: Arc<Vec<String>> =
            Arc::new(directory.guests.iter().map(|guest| guest.id.to_string()).collect());
        let Some(first) = ids.first() else { return Ok(Vec::new()) };
        let size = self.size("user by id", &get(&format!("/v1.0/users/{first}"), Some(bearer))).await?;
        let (token, known) = (bearer.to_owned(), Arc::clone(&ids));
        let ours = move |n| get(&format!("/v1.0/users/{}", anywhere(&known, n)), Some(&token));
        let bare_row = move |n| get(&format!("/user/{tenant}/{}/{size}", anywhere(&ids, n)), None);
        let by_id = Measure {
            throughput: |n| at_64(n, 0.7),
            p99: Goal::Below(5.0),
            alone: Goal::Below(60.0),
            ..self.ours("user by id", Source::each(ours), 200)
        };
        // So long a prefix that a hundred guests have it; numbers are filled up with zeros.
        let width = directory.guests.len().saturating_sub(1).to_string().len().saturating_sub(2).max(1);
        let prefixes = u64::try_from(directory.guests.len() / 100).unwrap_or(1).max(1);
        let token = bearer.to_owned();
        let prefixed = move |n: u64| {
            let prefix = format!("{:0width$}", n % prefixes);
            let query = format!("$filter=startsWith(mail,%27guest{prefix}%27)&$top=100");
            get(&format!("/v1.0/users?{query}"), Some(&token))
        };
        let starts_with = Measure {
            p99: Goal::Below(10.0),
            ..self.ours("startsWith(mail), $top=100", Source::each(prefixed), 200)
        };
        let counted = Source::Same(get("/v1.0/users/$count", Some(bearer)));
        let count = Measure { p99: Goal::Below(20.0), ..self.ours("$count", counted, 200) };
        Ok(vec![
            Group { limit: Some(self.limit(Source::each(bare_row))), measures: vec![by_id] },
            Group { limit: None, measures: vec![starts_with, count] },
        ])
    }
}

fn turn<T>(all: &[T], n: u64) -> &T {
    &all[usize::try_from(n).unwrap_or(0) % all.len()]
}

/// One of all, in no order that a cache could like (SplitMix64).
fn anywhere<T>(all: &[T], n: u64) -> &T {
    let mut z = n.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    turn(all, (z ^ (z >> 27)) >> 1)
}

fn invitation_rows(size: usize, like: usize, mail: bool, alone: bool, tenant: String) -> Source {
    let path = format!("/{}/{size}", if alone { "commit-alone" } else { "commit" });
    let kind = if mail { "invitation+mail" } else { "invitation" };
    let who = if alone { "alone" } else { "bare" };
    Source::each(move |n| bare(&path, &format!("{kind} {tenant} {who}{mail}{n}@guests.test"), like))
}

fn invitation(address: &str, mail: bool, reset: Option<&str>) -> String {
    let mut body = serde_json::json!({
        "invitedUserEmailAddress": address,
        "inviteRedirectUrl": "https://myapps.microsoft.com",
        "sendInvitationMessage": mail,
    });
    if let Some(id) = reset {
        body["invitedUser"] = serde_json::json!({ "id": id });
        body["resetRedemption"] = true.into();
    }
    body.to_string()
}
