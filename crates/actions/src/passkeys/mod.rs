//! Passkeys: added and removed on a page of their own, used in a sign-in, alone by members ([`crate::sign_in::check_passkey`])
//! and as the second factor by guests ([`crate::sign_in::show_passkey`]).
//! What is verified, and how, is the business of `webauthn-rs`; it draws its own challenges. Refuses to let the state of
//! a ceremony leave the server, and to take an answer twice: replays find nothing to be compared with.

mod add;
mod list;
mod remove;

pub use add::{Added, Kept, add, ask_to_add};
pub use list::{Look, look};
pub use remove::remove;

use hospes_domain::ids::{ObjectId, TenantId};
use hospes_domain::passkey;
use hospes_domain::refusal::Refusal;
use hospes_domain::session::Session;
use hospes_domain::user::User;
use hospes_store::engine::Read;
use url::Url;
use webauthn_rs::{Webauthn, WebauthnBuilder};

use crate::app::{App, Stop};
use crate::sessions;

impl App {
    /// Whether this server can have passkeys: they belong to a name, and an address of numbers has none.
    pub fn has_passkeys(&self) -> bool {
        self.webauthn().is_some()
    }
}

/// The library, for the host of the public address; `None` for an address of numbers.
pub(crate) fn library(public_url: &str) -> Option<Webauthn> {
    let origin = Url::parse(public_url).ok()?;
    let host = origin.domain()?.to_owned();
    WebauthnBuilder::new(&host, &origin).ok()?.rp_name("Hospes").build().ok()
}

/// The library, or the refusal of a server without passkeys.
pub(crate) fn possible(app: &App) -> Result<&Webauthn, Refusal> {
    app.webauthn().ok_or_else(|| Refusal::not_found("passkeys"))
}

/// A browser's session, and the person whom the page was about.
#[derive(Clone)]
struct Seat {
    tenant: TenantId,
    hash: [u8; 32],
    who: Option<ObjectId>,
}

/// What a page may do for whoever is signed in.
enum Seated {
    /// The person, who has signed in a short while ago.
    Here(Session, Box<User>),
    /// Nobody, somebody else than the page was about, or a sign-in that is too old.
    SignInFirst,
}

impl Seat {
    fn load(&self, tx: &impl Read) -> Result<Seated, Stop> {
        let found = sessions::good(tx, self.tenant, self.hash, tx.now())?;
        let Some((session, user)) = found.filter(|(_, user)| Some(user.id()) == self.who) else {
            return Ok(Seated::SignInFirst);
        };
        if !passkey::is_fresh(&session, tx.now()) {
            return Ok(Seated::SignInFirst);
        }
        Ok(Seated::Here(session, Box::new(user)))
    }
}
