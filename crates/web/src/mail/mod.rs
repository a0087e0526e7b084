//! The mails Hospes sends, as pure views: a struct per mail, rendered to subject, text and HTML.
//! Refuses to send, to choose recipients and to load anything from elsewhere; mails are escaped
//! (threats I1) and their subject is one line (I2).

mod invitation;
mod notices;
mod passcode;
mod plain;
mod render;
#[cfg(test)]
mod tests;

pub use invitation::{CcCopyMail, InvitationMail, InvitationNoticeMail, Message};
pub use notices::{AccountNoticeMail, AddressAddedMail, ResetNoticeMail, SecurityNoticeMail};
pub use passcode::PasscodeMail;
pub use plain::{one_line, quoted};
pub use render::{Letter, render};

/// A mail ready to be put into MIME. No `Debug`: it may hold a link or a code.
#[derive(Clone, PartialEq, Eq)]
pub struct RenderedMail {
    /// One line, no control characters; not yet encoded.
    pub subject: String,
    /// `text/plain; charset=utf-8`, lines end in `\n`.
    pub text: String,
    /// `text/html; charset=utf-8`, complete document.
    pub html: String,
}

/// Renders the three templates of a mail and makes the subject one line.
fn rendered(
    subject: &impl askama::Template,
    text: &impl askama::Template,
    html: &impl askama::Template,
) -> askama::Result<RenderedMail> {
    Ok(RenderedMail {
        subject: one_line(subject.render()?.trim()),
        text: format!("{}\n", text.render()?.trim_end()),
        html: html.render()?,
    })
}
