//! Questions to a person. Refuses to ask where nobody is: standard input and standard error must both be terminals, so
//! that a script never waits for an answer.

use std::io::{self, IsTerminal, Write};

use tokio::sync::oneshot;

use super::exit::Exit;
use super::failure::{Failure, Outcome};
use super::text::plain;

/// Whether somebody can be asked.
pub fn somebody_is_there() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Goes on with `--yes` or the word of a person.
pub async fn confirm(yes: bool, question: &str) -> Outcome<()> {
    if yes {
        return Ok(());
    }
    if !somebody_is_there() {
        return Err(Failure::usage("This needs a yes, and nobody is at a terminal to give it.")
            .remedy("Say --yes if you mean it."));
    }
    let answer = asked(&format!("{} [y/N] ", plain(question))).await?;
    if ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()) {
        return Ok(());
    }
    Err(Failure::new(Exit::Failed, "Nothing was changed."))
}

/// Asks for a secret without showing what is typed.
#[cfg(unix)]
pub async fn secret(label: &str) -> Outcome<String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    /// Shows typing again, whatever happens.
    struct Hidden(rustix::termios::Termios);
    impl Drop for Hidden {
        fn drop(&mut self) {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
            let _ = writeln!(io::stderr());
        }
    }

    let failed = |error: rustix::io::Errno| {
        Failure::new(Exit::Failed, "The terminal cannot hide what is typed.")
            .caused_by(error.to_string())
            .remedy("Use --secret-file or --secret-stdin.")
    };
    let before = tcgetattr(io::stdin()).map_err(failed)?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(LocalModes::ECHO);
    tcsetattr(io::stdin(), OptionalActions::Now, &quiet).map_err(failed)?;
    let _hidden = Hidden(before);
    asked(&format!("{label} (not shown): ")).await
}

/// Asks for a secret: not where typing cannot be hidden.
#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "the same as where a person can be asked")]
pub async fn secret(_label: &str) -> Outcome<String> {
    Err(Failure::usage("A secret cannot be typed here unseen.")
        .remedy("Use --secret-file or --secret-stdin."))
}

/// Asks and waits for a line, or for Ctrl-C.
async fn asked(question: &str) -> Outcome<String> {
    let mut out = io::stderr();
    let _ = write!(out, "{question}");
    let _ = out.flush();
    let (sender, line) = oneshot::channel();
    // A thread of its own and not one of the runtime, which would wait for it at the end.
    std::thread::spawn(move || {
        let mut text = String::new();
        let _ = sender.send(io::stdin().read_line(&mut text).map(|_| text));
    });
    tokio::select! {
        line = line => match line {
            Ok(Ok(text)) => Ok(text.trim_end_matches(['\r', '\n']).to_owned()),
            _ => Err(Failure::new(Exit::Failed, "The answer cannot be read. Nothing was changed.")),
        },
        _ = tokio::signal::ctrl_c() => {
            let _ = writeln!(out);
            Err(Failure::new(Exit::Failed, "Nothing was changed."))
        }
    }
}
