//! `hospes mail`: which mails wait, went out or were given up, and sending one once more. Refuses to show what a mail
//! says: the server does not tell either.

use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;

use super::exit::{self, Exit};
use super::failure::{Failure, Outcome};
use super::graph::{query, quoted, segment};
use super::screen::{Column, column, note, whole};
use super::session::{Common, Session};
use super::value::{id, text, time};

/// Shown if neither --top nor --all says otherwise.
const USUAL: usize = 50;
/// The largest page that is asked for.
const PAGE: usize = 999;

/// Options of `hospes mail`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct MailOptions {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Clone, Debug, Subcommand)]
enum Verb {
    /// List mails, newest first
    List(ListOptions),
    /// Show where a mail stands, and why
    Show {
        /// Its id
        id: String,
    },
    /// Try to send a mail once more, now
    Retry {
        /// Its id
        id: String,
    },
}

/// Options of `mail list`.
#[derive(Clone, Debug, Args)]
struct ListOptions {
    /// Only mails in this state
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only mails to this address
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
    /// At most this many; 50 if not given
    #[arg(long, value_name = "N", conflicts_with = "all", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// All of them
    #[arg(long)]
    all: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// Is tried as soon as it is due
    Waiting,
    /// A mail server took it
    Sent,
    /// Was given up
    Abandoned,
    /// Lost its point before it was sent
    Dropped,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Abandoned => "abandoned",
            Self::Dropped => "dropped",
        }
    }
}

const COLUMNS: &[Column] = &[
    column("Made (UTC)", |mail| time(mail, "createdDateTime")),
    column("Kind", |mail| text(mail, "kind")),
    column("To", |mail| text(mail, "recipient")),
    column("State", |mail| text(mail, "state")),
    column("Why", |mail| text(mail, "lastError")),
    whole("Id", id),
];

/// Does what was asked.
pub async fn run(options: MailOptions) -> Outcome<()> {
    let session = Session::open(&options.common).await?;
    match options.verb {
        Verb::List(options) => list(&session, &options).await,
        Verb::Show { id } => show(&session, &id).await,
        Verb::Retry { id } => retry(&session, &id).await,
    }
}

async fn list(session: &Session, options: &ListOptions) -> Outcome<()> {
    let most = match options.top {
        _ if options.all => None,
        Some(top) => Some(top as usize),
        None => Some(USUAL),
    };
    let mut parts = Vec::new();
    parts.extend(options.state.map(|state| format!("state eq {}", quoted(state.word()))));
    parts.extend(options.to.as_ref().map(|to| format!("recipient eq {}", quoted(to))));
    let page = most.unwrap_or(PAGE).min(PAGE).to_string();
    let path = query("/hospes.mails", &[("$filter", &parts.join(" and ")), ("$top", &page)]);
    let (mails, more) = session.graph.list(&path, most).await?;
    session.screen.list("mails", &mails, COLUMNS);
    if more {
        note(&format!("There are more than these {}: --all shows them.", mails.len()));
    }
    Ok(())
}

async fn read(session: &Session, id: &str) -> Outcome<Value> {
    const REMEDY: &str = "`hospes mail list` shows the mails with their ids.";
    if uuid::Uuid::try_parse(id).is_err() {
        return Err(Failure::usage(format!("{id} is not the id of a mail.")).remedy(REMEDY));
    }
    let read = session.graph.get(&format!("/hospes.mails/{}", segment(id))).await;
    read.map_err(|failure| match failure.exit() {
        Exit::NotFound => failure.remedy(REMEDY),
        _ => failure,
    })
}

async fn show(session: &Session, id: &str) -> Outcome<()> {
    let mail = read(session, id).await?;
    let waiting = text(&mail, "state") == "waiting";
    let lines = [
        ("Id", self::id(&mail)),
        ("Kind", text(&mail, "kind")),
        ("To", text(&mail, "recipient")),
        ("About", text(&mail, "userDisplayName")),
        ("Language", text(&mail, "language")),
        ("State", text(&mail, "state")),
        ("Tries", mail["attempts"].as_u64().map(|count| count.to_string()).unwrap_or_default()),
        ("Why", text(&mail, "lastError")),
        ("Made (UTC)", time(&mail, "createdDateTime")),
        ("Next try (UTC)", if waiting { time(&mail, "nextTryDateTime") } else { String::new() }),
        ("Ended (UTC)", time(&mail, "endedDateTime")),
        ("Pointless after (UTC)", time(&mail, "expiresDateTime")),
    ];
    session.screen.card(&mail, &lines);
    Ok(())
}

async fn retry(session: &Session, id: &str) -> Outcome<()> {
    let mail = read(session, id).await?;
    session.graph.act(&format!("/hospes.mails/{}/retry", segment(id))).await?;
    let after = read(session, id).await?;
    let done = format!(
        "The mail to {} is tried again now. `hospes mail show {id}` tells what came of it.",
        text(&mail, "recipient")
    );
    session.screen.done(&after, &done);
    Ok(())
}
