//! One directory from its beginning to its end: which command comes next, who gives it, and what is known by then.

use hospes_domain::access::Scope;
use hospes_domain::ids::ObjectId;
use hospes_domain::time::Clock;
use serde_json::Value;

use super::pair::{Ask, Pair};
use super::texts;
use super::visitors::Visitor;
use crate::harness::{Dice, Reply};

const VISITORS: usize = 5;
/// A token is used up to five minutes before its end.
const TOKEN_SECONDS: i64 = 3300;

/// What commands have brought to light, to be spoken of by later ones.
#[derive(Default)]
pub struct Known {
    pub users: Vec<String>,
    /// Guests with an address of theirs.
    pub guests: Vec<(String, String)>,
    pub groups: Vec<String>,
    pub names: Vec<String>,
    pub addresses: Vec<String>,
    /// Links of invitations, with the address each was sent to.
    pub links: Vec<(String, String)>,
    /// Passcodes, with the address each was sent to.
    pub passcodes: Vec<(String, String)>,
    /// Paths of app role assignments and of role assignments.
    pub assignments: Vec<String>,
    pub authorization_codes: Vec<String>,
    pub refresh_tokens: Vec<String>,
    pub access_tokens: Vec<String>,
}

/// Puts `new` in, and lets the oldest go when there are many.
pub fn remember<T: PartialEq>(list: &mut Vec<T>, new: T) {
    if !list.contains(&new) {
        list.push(new);
        if list.len() > 200 {
            list.remove(20);
        }
    }
}

/// The walk.
pub struct Walk {
    pub pair: Pair,
    pub dice: Dice,
    pub known: Known,
    pub visitors: Vec<Visitor>,
    /// Tokens with the second they were made in, by who has them.
    tokens: Vec<(String, i64)>,
}

impl Walk {
    pub async fn begin(seed: u64) -> Self {
        let pair = Pair::new(seed).await;
        let server = pair.one();
        let people = [&server.admin, &server.user_admin, &server.helpdesk, &server.inviter, &server.member];
        let known = Known {
            users: people.iter().map(|person| person.id.to_string()).collect(),
            addresses: people.iter().map(|person| person.upn.clone()).collect(),
            groups: vec![server.group.to_string()],
            ..Known::default()
        };
        let visitors = (0..VISITORS).map(|_| Visitor::default()).collect();
        Self { pair, dice: Dice::new(seed), known, visitors, tokens: vec![(String::new(), i64::MIN); 16] }
    }

    /// So many commands, with a look at the whole directory now and then; the last command may need a few more to
    /// come to its end.
    pub async fn walk(&mut self, commands: usize, between_looks: usize) {
        let mut look_at = between_looks;
        while self.pair.asked < commands {
            self.let_time_pass();
            self.step().await;
            if self.pair.asked >= look_at {
                self.pair.assert_same_directory();
                look_at = self.pair.asked + between_looks;
            }
        }
    }

    /// The last look, and how many commands there were and how many were carried out.
    pub async fn end(self) -> (usize, usize) {
        self.pair.assert_same_directory();
        self.pair.close().await;
        (self.pair.asked, self.pair.carried_out)
    }

    /// Limits are there to be reached now and then, not to answer everything.
    fn let_time_pass(&mut self) {
        match self.dice.below(900) {
            0 => self.pair.move_clock(3600 * 24),
            1 => self.pair.move_clock(3600 * 24 * 31),
            2..=6 => self.pair.move_clock(3600),
            7..=370 => self.pair.move_clock(1 + i64::try_from(self.dice.below(40)).unwrap()),
            _ => {}
        }
    }

    async fn step(&mut self) {
        match self.dice.below(100) {
            0..=24 => self.read_a_list().await,
            25..=37 => self.read_one().await,
            38..=52 => self.change_somebody().await,
            53..=54 => self.add_somebody().await,
            55 => self.remove_somebody().await,
            56 => self.after_a_removal().await,
            57..=63 => self.invite_somebody().await,
            64..=71 => self.change_a_group().await,
            72..=78 => self.change_access().await,
            79..=93 => self.visit().await,
            94..=97 => self.ask_for_tokens().await,
            _ => self.send_mails().await,
        }
    }

    /// A call of the directory API by somebody.
    pub async fn graph(&mut self, method: &'static str, path: &str, body: Option<&Value>) -> Reply {
        let token = self.token().await;
        self.graph_as(&token, method, path, body).await
    }

    pub async fn graph_as(
        &mut self,
        token: &str,
        method: &'static str,
        path: &str,
        body: Option<&Value>,
    ) -> Reply {
        let version = if self.dice.one_in(12) { "/beta" } else { "/v1.0" };
        let path = if path.starts_with('/') { format!("{version}{path}") } else { below_origin(path) };
        let mut headers = vec![("authorization", format!("Bearer {token}"))];
        if self.dice.below(10) < 9 {
            headers.push(("consistencylevel", "eventual".to_owned()));
        }
        if matches!(method, "PATCH" | "DELETE") && self.dice.one_in(6) {
            let tag = self.dice.pick(&["*", "W/\"1\"", "W/\"2\"", "W/\"3\", W/\"4\"", "\"x\"", "x"]);
            headers.push(("if-match", tag.to_owned()));
        }
        let body = body.map_or_else(String::new, |body| {
            headers.push(("content-type", "application/json".to_owned()));
            body.to_string()
        });
        self.pair.call(&Ask { method, path, headers, body }).await
    }

    /// The worker's turn. Keeps what mails tell.
    pub async fn send_mails(&mut self) {
        let dice = &mut self.dice;
        for mail in self.pair.mails(|n| dice.below(n)).await {
            if let Some(code) = mail.code() {
                remember(&mut self.known.passcodes, (mail.to.clone(), code));
            }
            if let Some(link) = mail.link() {
                remember(&mut self.known.links, (link, mail.to));
            }
        }
    }

    /// A token of somebody: mostly of those who may do much.
    pub async fn token(&mut self) -> String {
        let who = match self.dice.below(100) {
            0..=24 => 1,
            25..=36 => 2,
            37..=46 => 3,
            47..=54 => 4,
            55..=59 => 5,
            60..=63 => return self.token_of_a_guest(),
            64..=65 => 6 + self.dice.below(8),
            66 => return self.known.access_tokens.last().cloned().unwrap_or_default(),
            67 => return "nonsense".to_owned(),
            _ => 0,
        };
        let now = self.pair.one().clock.now().seconds();
        if self.tokens[who].1.saturating_add(TOKEN_SECONDS) < now {
            let token = if who == 0 { self.application_token().await } else { self.signed(who) };
            self.tokens[who] = (token, now);
        }
        self.tokens[who].0.clone()
    }

    fn signed(&mut self, who: usize) -> String {
        let server = self.pair.one();
        let people = [&server.admin, &server.user_admin, &server.helpdesk, &server.inviter, &server.member];
        if let Some(person) = people.get(who - 1) {
            return server.token_of(person);
        }
        // The administrator by way of an application that was granted little.
        let few: Vec<Scope> = Scope::ALL.iter().copied().filter(|_| self.dice.one_in(4)).collect();
        server.token_with(server.tenant, server.admin.id, 1, &few)
    }

    fn token_of_a_guest(&mut self) -> String {
        let guest = self.user();
        let generation = 1 + i64::try_from(self.dice.below(4)).unwrap();
        let server = self.pair.one();
        let id = ObjectId::parse(&guest).unwrap_or(server.member.id);
        server.token_with(server.tenant, id, generation, Scope::ALL)
    }

    /// One of a list, mostly one of the newest.
    pub fn of<T: Clone>(dice: &mut Dice, list: &[T]) -> Option<T> {
        let newest = list.len().saturating_sub(12);
        let from = if dice.below(3) == 0 { list } else { &list[newest..] };
        (!from.is_empty()).then(|| from[dice.below(from.len())].clone())
    }

    /// The id of a user, or rarely what is none.
    pub fn user(&mut self) -> String {
        if self.dice.one_in(40) {
            return self
                .dice
                .pick(&["00000000-0000-0000-0000-000000000404", "nobody", "mia@FABRIKAM.example", "%C3%A4"])
                .to_owned();
        }
        Self::of(&mut self.dice, &self.known.users).unwrap_or_default()
    }

    pub fn group(&mut self) -> String {
        if self.dice.one_in(40) {
            return "00000000-0000-0000-0000-000000000405".to_owned();
        }
        Self::of(&mut self.dice, &self.known.groups).unwrap_or_default()
    }

    /// A name, mostly a new one; it is remembered.
    pub fn name(&mut self) -> String {
        let name = match Self::of(&mut self.dice, &self.known.names) {
            Some(name) if self.dice.one_in(4) => name,
            _ => texts::name(&mut self.dice),
        };
        remember(&mut self.known.names, name.clone());
        name
    }

    /// An address, often one that somebody has.
    pub fn address(&mut self) -> String {
        let address = match Self::of(&mut self.dice, &self.known.addresses) {
            Some(address) if self.dice.one_in(3) => address,
            _ => texts::address(&mut self.dice),
        };
        remember(&mut self.known.addresses, address.clone());
        address
    }
}

/// The path of one of our own links.
fn below_origin(url: &str) -> String {
    url.strip_prefix("https://hospes.example").unwrap_or(url).to_owned()
}
