//! The commands that call a server, from `hospes login` to `hospes api`: a client of the directory API like any other.
//! Refuses to open a database or to know a rule of the directory: the server decides, this asks and shows.

mod api;
mod app;
mod audit;
mod completions;
mod context;
mod contexts;
pub mod exit;
mod failure;
mod graph;
mod group;
mod guest;
mod login;
mod mail;
mod prompt;
mod refusal;
mod screen;
mod session;
mod table;
mod text;
mod token;
mod user;
mod value;
mod who;

use std::io::{self, Write};

use clap::Subcommand;

pub use completions::{CompletionsOptions, print as print_completions};

use exit::Exit;

/// The commands that call a server.
#[derive(Clone, Debug, Subcommand)]
pub enum ClientCommand {
    /// Sign in to a server and remember how
    ///
    /// Keeps a context: the server, the organisation, and the client secret or token, in a file that only you can read.
    /// The secret is typed unseen, or comes from a file, from standard input or from HOSPES_CLIENT_SECRET.
    Login(login::LoginOptions),
    /// Forget a sign-in, with its secret
    Logout(login::LogoutOptions),
    /// See and choose where commands go
    Context(context::ContextOptions),
    /// Invite guests, see them, reset, block, delete and restore them
    Guest(guest::GuestOptions),
    /// See how people sign in, and remove an authenticator app or a passkey
    User(user::UserOptions),
    /// See and make groups, and change who is in them
    Group(group::GroupOptions),
    /// See apps and who is assigned to them
    App(app::AppOptions),
    /// See who did what
    Audit(audit::AuditOptions),
    /// See which mails went out, and send one again
    Mail(mail::MailOptions),
    /// Send any request to the directory API
    Api(api::ApiOptions),
}

/// Does what was asked and says what went wrong; the exit code.
pub async fn run(command: ClientCommand) -> Exit {
    let result = match command {
        ClientCommand::Login(options) => login::login(options).await,
        ClientCommand::Logout(options) => login::logout(options),
        ClientCommand::Context(options) => context::run(options),
        ClientCommand::Guest(options) => guest::run(options).await,
        ClientCommand::User(options) => user::run(options).await,
        ClientCommand::Group(options) => group::run(options).await,
        ClientCommand::App(options) => app::run(options).await,
        ClientCommand::Audit(options) => audit::run(options).await,
        ClientCommand::Mail(options) => mail::run(options).await,
        ClientCommand::Api(options) => api::run(options).await,
    };
    match result {
        Ok(()) => Exit::Done,
        Err(failure) => {
            // Nobody can be told when standard error is closed.
            let _ = writeln!(io::stderr(), "hospes: {failure}");
            failure.exit()
        }
    }
}
