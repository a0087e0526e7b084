//! What `hospes serve` says in the terminal when it is ready. It is the only place that ever shows the code of the
//! set-up page; nothing of this goes to the log.

use std::net::SocketAddr;

use crate::serve::Transport;
use crate::settings::Settings;
use crate::terminal::{Ink, Terminal};

/// What there is to say.
pub(super) struct Banner<'a> {
    pub settings: &'a Settings,
    /// Where it listens, with the port in use.
    pub address: SocketAddr,
    pub key_is_new: bool,
    /// The code of the set-up page, when the directory is empty.
    pub code: Option<&'a str>,
}

impl Banner<'_> {
    /// The lines, in order.
    pub fn lines(&self) -> Vec<String> {
        let terminal = Terminal::stdout();
        let strong = |text: &str| terminal.set(Ink::Strong, text);
        let settings = self.settings;
        let plain = matches!(settings.transport, Transport::Plain);
        let how = if plain { "plain HTTP, for a proxy in front" } else { "HTTPS" };
        let mut lines = vec![
            String::new(),
            format!("  Hospes serves {}", strong(&settings.public_url)),
            String::new(),
            format!("  Listening     {} ({how})", self.address),
            format!("  Database      {}", settings.database_shown),
            match &settings.mail {
                Some(mail) => format!("  Mail          from {}", mail.sender),
                None => {
                    "  Mail          no mail server is set (smtp_host): mails wait in the outbox".to_owned()
                }
            },
        ];
        if plain && settings.trusted_proxies.is_empty() {
            lines.push(
                "  Proxy         none is named (trusted_proxies): limits for single visitors do not work behind one"
                    .to_owned(),
            );
        }
        if self.key_is_new {
            lines.push(format!("  Master key    made now: {}", settings.master.path.display()));
            lines.push(
                "                Keep a copy elsewhere: without it nobody can open this database.".to_owned(),
            );
        }
        lines.push(String::new());
        if let Some(code) = self.code {
            lines.extend([
                "  The directory is empty. Set it up in a browser:".to_owned(),
                format!("    Page        {}/setup", strong(&settings.public_url)),
                format!("    Code        {}", strong(code)),
                "  The code works once, until this server stops. Without a browser: hospes setup --help"
                    .to_owned(),
                String::new(),
            ]);
        }
        lines
    }
}
