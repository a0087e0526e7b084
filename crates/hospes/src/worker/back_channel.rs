//! Posts logout tokens to the servers of applications (OIDC Back-Channel Logout 1.0 section 2.5). Refuses what could reach
//! into the operator's own network (threats J9): anything but HTTPS, every address that is not public, redirects, and answers
//! that take longer than five seconds; the address that was looked at is the one that is asked. In development mode this
//! machine itself may be asked, also without TLS.

use std::time::Duration;

use hospes_actions::logout::Notice;
use reqwest::StatusCode;

use crate::outgoing::{Undelivered, pinned};

/// Patience with one application.
const PATIENCE: Duration = Duration::from_secs(5);

/// Posts one notice.
///
/// # Errors
/// [`Undelivered`], with words for the log.
pub async fn deliver(notice: &Notice, development: bool) -> Result<(), Undelivered> {
    let never = |why: &str| Undelivered::Never(why.to_owned());
    let (client, url) = pinned(&notice.url, "the application", development, PATIENCE).await?;
    let sent = client.post(url).form(&[("logout_token", notice.token.as_str())]).send().await;
    match sent.map(|answer| answer.status()) {
        // Section 2.8: 200, and some answer 204. 400 says that the token was not taken, which the same session will hear again.
        Ok(status) if status.is_success() => Ok(()),
        Ok(StatusCode::BAD_REQUEST) => Err(never("the application did not accept the logout token (400)")),
        Ok(status) => Err(Undelivered::Later(format!("the application answered {}", status.as_u16()))),
        Err(error) => {
            Err(Undelivered::Later(format!("the application did not answer: {}", error.without_url())))
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    /// An application on this machine that answers with that status; what it was sent.
    async fn application(status: &'static str) -> (String, tokio::task::JoinHandle<String>) {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/out", listener.local_addr().unwrap());
        let heard = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut heard = Vec::new();
            while !heard.ends_with(b"logout_token=a.b.c") {
                let mut part = [0; 1024];
                let read = stream.read(&mut part).await.unwrap();
                assert_ne!(read, 0);
                heard.extend_from_slice(&part[..read]);
            }
            let answer =
                format!("HTTP/1.1 {status}\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8(heard).unwrap()
        });
        (url, heard)
    }

    #[tokio::test]
    async fn an_application_is_told_by_a_form_and_its_answer_decides() {
        for (status, expected) in [
            ("200 OK", None),
            ("204 No Content", None),
            ("400 Bad Request", Some(false)),
            ("503 Service Unavailable", Some(true)),
            ("302 Found", Some(true)),
        ] {
            let (url, heard) = application(status).await;
            let notice = Notice { url, token: "a.b.c".to_owned() };
            let later = match deliver(&notice, true).await {
                Ok(()) => None,
                Err(Undelivered::Later(_)) => Some(true),
                Err(Undelivered::Never(_)) => Some(false),
            };
            assert_eq!(later, expected, "{status}");
            let heard = heard.await.unwrap().to_ascii_lowercase();
            assert!(
                heard.starts_with("post /out") && heard.contains("application/x-www-form-urlencoded"),
                "{heard}"
            );
        }
    }

    #[tokio::test]
    async fn j9_no_address_of_this_machine_or_without_tls_is_asked_in_production() {
        for url in [
            "https://127.0.0.1/out",
            "https://[::1]/out",
            "https://2130706433/out",
            "https://169.254.169.254/latest",
            "http://93.184.216.34/out",
            "file:///etc/passwd",
        ] {
            let notice = Notice { url: url.to_owned(), token: "t".to_owned() };
            let refused = deliver(&notice, false).await;
            assert!(matches!(refused, Err(Undelivered::Never(_))), "{url}: {refused:?}");
        }
    }
}
