//! One SMTP conversation (RFC 5321), received.
//!
//! Refuses what lets two mail servers disagree about where a mail ends (lone CR or LF, threats.md I3), over-long
//! lines, mails over 10 MiB and logins. Nothing in a mail is obeyed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

/// RFC 5321 section 4.5.3.1.6, with its line end; commands may be as long.
const LINE_LIMIT: usize = 1000;
/// The largest mail taken.
const MAIL_LIMIT: usize = 10 * 1024 * 1024;
/// RFC 5321 section 4.5.3.1.8.
const RECIPIENT_LIMIT: usize = 100;
/// RFC 5321 section 4.5.3.2.7.
const PATIENCE: Duration = Duration::from_mins(5);

/// How the catcher treats mails; everything but accepting is for trying out failures.
#[derive(Clone, Default)]
pub enum Behaviour {
    /// Takes every mail, without encryption.
    #[default]
    Accept,
    /// Offers STARTTLS and takes mails with or without it.
    StartTls(Arc<rustls::ServerConfig>),
    /// Offers STARTTLS, but puts this behind its reply, as somebody on the wire could.
    InjectAfterStartTls(&'static str, Arc<rustls::ServerConfig>),
    /// Answers every recipient with 451: try again later.
    Defer,
    /// Answers every recipient with 550: never.
    Reject,
    /// Receives the mail, keeps it and says nothing more.
    HangAfterData,
}

/// What follows a conversation on one stream.
enum Next<S> {
    Over,
    Encrypt(S),
}

/// Talks until the client leaves; `deliver` gets the recipients and the bytes of each mail.
pub(super) async fn serve(
    stream: TcpStream,
    behaviour: &Behaviour,
    deliver: impl Fn(Vec<String>, Vec<u8>),
) -> io::Result<()> {
    let config = match behaviour {
        Behaviour::StartTls(config) | Behaviour::InjectAfterStartTls(_, config) => Some(config),
        _ => None,
    };
    let mut plain = Session::new(stream, behaviour, config.is_some());
    plain.reply("220 localhost ESMTP mail catcher").await?;
    if let (Next::Encrypt(stream), Some(config)) = (plain.run(&deliver).await?, config) {
        let secured = TlsAcceptor::from(Arc::clone(config)).accept(stream).await?;
        Session::new(secured, behaviour, false).run(&deliver).await?;
    }
    Ok(())
}

struct Session<'a, S> {
    stream: BufReader<S>,
    behaviour: &'a Behaviour,
    offers_encryption: bool,
    sender_given: bool,
    recipients: Vec<String>,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Session<'a, S> {
    fn new(stream: S, behaviour: &'a Behaviour, offers_encryption: bool) -> Self {
        let (stream, recipients) = (BufReader::new(stream), Vec::new());
        Self { stream, behaviour, offers_encryption, sender_given: false, recipients }
    }

    async fn run(mut self, deliver: &impl Fn(Vec<String>, Vec<u8>)) -> io::Result<Next<S>> {
        while let Some(line) = self.line().await? {
            let Some(line) = line.strip_suffix(b"\r\n").and_then(|line| str::from_utf8(line).ok()) else {
                self.reply("500 5.5.2 Lines end with CR LF and are UTF-8").await?;
                continue;
            };
            let (verb, argument) = line.split_once(' ').unwrap_or((line, ""));
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "HELO" => self.reset("250 localhost").await?,
                "MAIL" => self.mail(argument).await?,
                "RCPT" => self.recipient(argument).await?,
                "DATA" if self.recipients.is_empty() => self.reply("503 5.5.1 RCPT comes first").await?,
                "DATA" => self.data(deliver).await?,
                "RSET" => self.reset("250 2.0.0 Forgotten").await?,
                "NOOP" => self.reply("250 2.0.0 Still here").await?,
                "VRFY" => self.reply("252 2.1.5 Send it and see").await?,
                "STARTTLS" if self.offers_encryption => {
                    let injected = match self.behaviour {
                        Behaviour::InjectAfterStartTls(injected, _) => injected,
                        _ => "",
                    };
                    self.reply(&format!("220 2.0.0 Go ahead{injected}")).await?;
                    return Ok(Next::Encrypt(self.stream.into_inner()));
                }
                "QUIT" => {
                    self.reply("221 2.0.0 Goodbye").await?;
                    return Ok(Next::Over);
                }
                _ => self.reply("502 5.5.1 Not spoken here").await?,
            }
        }
        Ok(Next::Over)
    }

    async fn hello(&mut self) -> io::Result<()> {
        let encryption = if self.offers_encryption { "250-STARTTLS\r\n" } else { "" };
        self.reset(&format!(
            "250-localhost\r\n{encryption}250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {MAIL_LIMIT}"
        ))
        .await
    }

    async fn mail(&mut self, argument: &str) -> io::Result<()> {
        let Some((_, parameters)) = path(argument, "FROM:") else {
            return self.reply("501 5.1.7 MAIL FROM:<address>").await;
        };
        let size = parameters.split(' ').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.eq_ignore_ascii_case("SIZE").then(|| value.parse().unwrap_or(usize::MAX))
        });
        if size.is_some_and(|size| size > MAIL_LIMIT) {
            return self.reply("552 5.3.4 Larger than 10 MiB").await;
        }
        self.recipients.clear();
        self.sender_given = true;
        self.reply("250 2.1.0 Sender noted").await
    }

    async fn recipient(&mut self, argument: &str) -> io::Result<()> {
        let address =
            path(argument, "TO:").map(|(address, _)| address).filter(|address| address.contains('@'));
        let answer = match (address, self.behaviour) {
            _ if !self.sender_given => "503 5.5.1 MAIL comes first",
            (None, _) => "501 5.1.3 RCPT TO:<address>",
            (_, Behaviour::Defer) => "451 4.3.0 Try again later",
            (_, Behaviour::Reject) => "550 5.1.1 Never heard of them",
            _ if self.recipients.len() >= RECIPIENT_LIMIT => "452 4.5.3 Too many recipients",
            (Some(address), _) => {
                self.recipients.push(address.to_owned());
                "250 2.1.5 Recipient noted"
            }
        };
        self.reply(answer).await
    }

    async fn data(&mut self, deliver: &impl Fn(Vec<String>, Vec<u8>)) -> io::Result<()> {
        self.reply("354 End with a dot on a line of its own").await?;
        let received = self.content().await?;
        let recipients = std::mem::take(&mut self.recipients);
        self.sender_given = false;
        let raw = match received {
            Ok(raw) => raw,
            Err(refusal) => return self.reply(refusal).await,
        };
        deliver(recipients, raw);
        if matches!(self.behaviour, Behaviour::HangAfterData) {
            // Until the client has had enough.
            while self.line().await?.is_some() {}
            return Ok(());
        }
        self.reply("250 2.0.0 Caught").await
    }

    /// The mail up to the lone dot, dots restored (RFC 5321 section 4.5.2); or why it is not taken, after all of
    /// it was read.
    async fn content(&mut self) -> io::Result<Result<Vec<u8>, &'static str>> {
        let mut mail = Vec::new();
        let mut refusal = None;
        let (mut at_line_start, mut cr_waits) = (true, false);
        loop {
            let Some(line) = self.line().await? else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            if at_line_start && line == b".\r\n" {
                return Ok(refusal.map_or(Ok(mail), Err));
            }
            let whole = line.strip_suffix(b"\r\n");
            if whole.unwrap_or(&line).iter().any(|byte| matches!(byte, b'\r' | b'\n')) {
                refusal = refusal.or(Some("554 5.6.11 Lone CR or LF"));
            } else if whole.is_none() {
                refusal = refusal.or(Some("554 5.6.0 Line over 998 octets"));
            } else if mail.len() + line.len() > MAIL_LIMIT {
                refusal = refusal.or(Some("552 5.3.4 Larger than 10 MiB"));
            }
            if refusal.is_none() {
                let stuffed = at_line_start && line.first() == Some(&b'.');
                mail.extend_from_slice(&line[usize::from(stuffed)..]);
            }
            // The end of an over-long line may itself come in two pieces.
            at_line_start = whole.is_some() || (cr_waits && line == b"\n");
            cr_waits = line.last() == Some(&b'\r');
        }
    }

    async fn reset(&mut self, answer: &str) -> io::Result<()> {
        self.sender_given = false;
        self.recipients.clear();
        self.reply(answer).await
    }

    async fn reply(&mut self, text: &str) -> io::Result<()> {
        let stream = self.stream.get_mut();
        stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        stream.flush().await
    }

    /// The next line with its end; a longer one comes in pieces, of which only the last has an end. `None` when
    /// the client is gone.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut limited = (&mut self.stream).take(LINE_LIMIT as u64);
        let read = tokio::time::timeout(PATIENCE, limited.read_until(b'\n', &mut line)).await;
        Ok((read?? > 0).then_some(line))
    }
}

/// Splits `FROM:<address> parameters`.
fn path<'a>(argument: &'a str, keyword: &str) -> Option<(&'a str, &'a str)> {
    let rest = argument
        .get(..keyword.len())
        .filter(|start| start.eq_ignore_ascii_case(keyword))
        .and_then(|_| argument.get(keyword.len()..))?;
    let (address, parameters) = rest.trim_start().strip_prefix('<')?.split_once('>')?;
    Some((address, parameters.trim()))
}
