//! Mails as people read them: prepared, rendered and finished as the worker does.

use hospes_actions::jobs::{self, End};
use hospes_web::mail::{Letter, render};

use super::Server;

/// A rendered mail and where it went.
pub struct Sent {
    pub to: String,
    pub letter: Letter,
}

impl Sent {
    /// Subject, text and HTML in one, to look for what must not be there.
    pub fn all(&self) -> String {
        format!("{}\n{}\n{}", self.letter.mail.subject, self.letter.mail.text, self.letter.mail.html)
    }
}

impl Server {
    /// Runs every due job and returns the letters, oldest first.
    pub async fn letters(&self) -> Vec<Sent> {
        let mut sent = Vec::new();
        loop {
            let leased = jobs::lease(&self.app, 50).await.unwrap();
            if leased.is_empty() {
                return sent;
            }
            for job in leased {
                let end = match jobs::prepare(&self.app, &job).await.unwrap() {
                    Some(mail) => {
                        sent.push(Sent { to: mail.to.to_string(), letter: render(&mail).unwrap() });
                        End::Done
                    }
                    None => End::Pointless,
                };
                assert!(jobs::finish(&self.app, job, end).await.unwrap());
            }
        }
    }
}
