//! Two servers alike but for their engine. Every command goes to both, and their answers must be equal.

use std::fmt;
use std::time::Duration;

use axum::body::Body;
use hospes_actions::jobs::{self, End};
use hospes_domain::time::Clock;
use hospes_web::mail::render;
use http::{HeaderMap, Request};

use crate::harness::{Browser, Caught, Page, Reply, Server, difference};

/// Differences shown at most.
const SHOWN: usize = 40;

/// How long the notes may differ, in steps, until that is a difference.
const SETTLING_PAUSE: Duration = Duration::from_millis(20);
const SETTLING_TRIES: u32 = 100;
const LAST_USES: &str = "SELECT max(used_at) FROM sessions";

/// A request that can be sent more than once, and shown.
#[derive(Clone, Default)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl Ask {
    pub fn request(&self) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        request.body(Body::from(self.body.clone())).unwrap_or_else(|error| panic!("{error}: {self}"))
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)?;
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {value}")?;
        }
        write!(f, "\n\n{}", self.body)
    }
}

/// The two of them.
pub struct Pair {
    twins: [Server; 2],
    seed: u64,
    /// Commands so far.
    pub asked: usize,
    /// Those that were not refused.
    pub carried_out: usize,
    last: String,
}

impl Pair {
    pub async fn new(seed: u64) -> Self {
        Self {
            twins: Server::twins(seed).await,
            seed,
            asked: 0,
            carried_out: 0,
            last: "nothing yet".to_owned(),
        }
    }

    /// Either of them, for what both have in common.
    pub fn one(&self) -> &Server {
        &self.twins[0]
    }

    /// A call of an API.
    pub async fn call(&mut self, ask: &Ask) -> Reply {
        self.begin(ask.to_string());
        let [file, server] = &self.twins;
        let (one, other) = tokio::join!(file.raw(ask.request()), server.raw(ask.request()));
        self.same(
            (one.status.as_u16(), &one.headers, &one.text),
            (other.status.as_u16(), &other.headers, &other.text),
        );
        one
    }

    /// A request of somebody's browser, which has a life at either server.
    pub async fn browse(&mut self, browsers: &mut [Browser; 2], ask: &Ask) -> Page {
        self.begin(ask.to_string());
        let ([file, server], [here, there]) = (&self.twins, browsers);
        let (one, other) = tokio::join!(here.send(file, ask.request()), there.send(server, ask.request()));
        self.same(
            (one.status.as_u16(), &one.headers, &one.html),
            (other.status.as_u16(), &other.headers, &other.html),
        );
        self.settle().await;
        one
    }

    /// The worker's turn: every mail that is due, ended in the way `end` chooses for each.
    pub async fn mails(&mut self, mut end: impl FnMut(usize) -> usize) -> Vec<Caught> {
        self.begin("the worker sends what is due".to_owned());
        let ends: Vec<usize> = (0..64).map(|_| end(20)).collect();
        let (one, other) = tokio::join!(sent(&self.twins[0], &ends), sent(&self.twins[1], &ends));
        let spelled = |mails: &[(Caught, String)]| {
            mails.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n---\n")
        };
        let none = HeaderMap::new();
        self.same((200, &none, &spelled(&one)), (200, &none, &spelled(&other)));
        one.into_iter().map(|(mail, _)| mail).collect()
    }

    pub fn move_clock(&self, seconds: i64) {
        for twin in &self.twins {
            twin.clock.advance(seconds);
        }
    }

    /// Every row of every table is the same.
    pub fn assert_same_directory(&self) {
        let [one, other] = [0, 1].map(|n| self.twins[n].look().directory());
        if one != other {
            let rows = difference(&one, &other);
            let rows: Vec<&str> = rows.lines().take(SHOWN).collect();
            self.fail(&format!("the directories differ (- SQLite, + PostgreSQL):\n{}", rows.join("\n")));
        }
    }

    /// Waits for what no answer waits for: the note of when a session was last used.
    async fn settle(&self) {
        for _ in 0..SETTLING_TRIES {
            let [one, other] = [0, 1].map(|n| self.twins[n].look().rows(LAST_USES));
            if one == other {
                return;
            }
            tokio::time::sleep(SETTLING_PAUSE).await;
        }
    }

    pub async fn close(&self) {
        for twin in &self.twins {
            twin.app.close().await;
        }
    }

    fn begin(&mut self, shown: String) {
        self.asked += 1;
        self.last = shown;
    }

    fn same(&mut self, one: (u16, &HeaderMap, &str), other: (u16, &HeaderMap, &str)) {
        if one != other {
            let told = [one, other].map(|(status, headers, text)| format!("{status} {headers:?}\n{text}"));
            self.fail(&format!(
                "SQLite answers\n{}\n\nPostgreSQL answers\n{}\n\n{}",
                told[0],
                told[1],
                first_difference(&told)
            ));
        }
        assert!(
            one.0 < 500 || one.0 == 501,
            "seed {} command {}: {} {}\n{}",
            self.seed,
            self.asked,
            one.0,
            one.2,
            self.last
        );
        self.carried_out += usize::from(one.0 < 400);
    }

    fn fail(&self, what: &str) -> ! {
        panic!(
            "\nseed {} (set HOSPES_DIFFERENTIAL_SEED to repeat it), command {}:\n{}\n\n{what}\n",
            self.seed, self.asked, self.last
        )
    }
}

/// The place where two long texts part.
fn first_difference([one, other]: &[String; 2]) -> String {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(80)).take(200).collect::<String>();
    format!("They part here:\n- {}\n+ {}", around(one), around(other))
}

/// What a worker sends just now, each with its text. Some mails fail, for a while or for good.
async fn sent(server: &Server, ends: &[usize]) -> Vec<(Caught, String)> {
    let mut mails = Vec::new();
    for (job, end) in jobs::lease(&server.app, 64).await.unwrap().into_iter().zip(ends) {
        let mail = jobs::prepare(&server.app, &job).await.unwrap();
        let end = match (end, &mail) {
            (0, Some(_)) => End::Again(server.clock.now().plus_seconds(60), "451 later".to_owned()),
            (1, Some(_)) => End::Abandoned("550 nobody".to_owned()),
            (_, Some(_)) => End::Done,
            (_, None) => End::Pointless,
        };
        if let Some(mail) = mail {
            let letter = render(&mail).unwrap().mail;
            let text = format!("{}\n{}\n{}\n{}", mail.to, letter.subject, letter.text, letter.html);
            mails.push((Caught { to: mail.to.to_string(), content: mail.content }, text));
        }
        assert!(jobs::finish(&server.app, job, end).await.unwrap());
    }
    mails
}
