//! `hospes api METHOD PATH`: whatever else the directory API can do. Refuses other servers: the token is for one.

use std::io::{self, Read};

use clap::Args;
use http::{HeaderName, HeaderValue, Method, header};

use super::exit::{self, Exit};
use super::failure::{Failure, Outcome};
use super::graph::Answer;
use super::refusal;
use super::session::{Common, Session};
use super::text::json;
use crate::terminal::{say, write};

/// A larger body is no request to a directory.
const LARGEST_BODY: u64 = 4 * 1024 * 1024;

/// Options of `hospes api`.
#[derive(Clone, Debug, Args)]
#[command(after_help = exit::HELP)]
pub struct ApiOptions {
    /// GET, POST, PATCH, PUT or DELETE
    #[arg(value_name = "METHOD", value_parser = method)]
    method: Method,
    /// Path below /v1.0, such as '/users?$top=5'; one that begins with /beta or /v1.0 is taken as it is
    #[arg(value_name = "PATH", value_parser = path)]
    path: String,
    /// Send this file as the body; - is standard input
    #[arg(long, value_name = "FILE")]
    body: Option<String>,
    /// Send this header, too, such as 'ConsistencyLevel: eventual'; may be repeated
    #[arg(long, short = 'H', value_name = "HEADER", value_parser = header)]
    header: Vec<(HeaderName, HeaderValue)>,
    #[command(flatten)]
    common: Common,
}

/// Calls, prints the answer, and ends as its status says.
pub async fn run(options: ApiOptions) -> Outcome<()> {
    let body = options.body.as_deref().map(body).transpose()?;
    let session = Session::open(&options.common).await?;
    let headers = options.header.into_iter().collect();
    let answer = session.graph.raw(options.method, &options.path, headers, body).await?;
    print(&answer);
    match Exit::of(answer.status) {
        Exit::Done => Ok(()),
        // An address that the directory API does not know is a 400 with this code.
        exit if exit == Exit::NotFound || answer.body["error"]["code"] == "BadRequest" => Err(refusal::of_graph(&answer).remedy(
            "Check the path and the ids in it: docs/reference/routes.md lists every path, and a collection such as \
             /users what is there.",
        )),
        _ => Err(refusal::of_graph(&answer)),
    }
}

fn print(answer: &Answer) {
    if answer.body.is_null() {
        // Such as a number as text; whatever it is, it is passed on as it came.
        write(&answer.bytes);
        if !answer.bytes.is_empty() && !answer.bytes.ends_with(b"\n") {
            write(b"\n");
        }
        return;
    }
    say(json(&answer.body));
}

fn method(text: &str) -> Result<Method, String> {
    let known = [Method::GET, Method::POST, Method::PATCH, Method::PUT, Method::DELETE];
    let found = known.into_iter().find(|method| method.as_str().eq_ignore_ascii_case(text));
    found.ok_or_else(|| "it is none of GET, POST, PATCH, PUT and DELETE".to_owned())
}

/// A header that a caller may choose: who calls, and where, is chosen already.
fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let parsed = text.split_once(':').and_then(|(name, value)| {
        Some((name.trim().parse::<HeaderName>().ok()?, HeaderValue::from_str(value.trim()).ok()?))
    });
    match parsed {
        None => Err("write it as 'Name: value'".to_owned()),
        Some((name, _)) if name == header::AUTHORIZATION || name == header::HOST => {
            Err("who calls, and where, is the context's choice: see `hospes context`".to_owned())
        }
        Some(header) => Ok(header),
    }
}

/// The path with its version. `#` would begin a fragment, and stands in names of guests.
fn path(text: &str) -> Result<String, String> {
    if text.contains("://") && !text.contains('?') {
        return Err("give a path of the server you are signed in to, such as /users".to_owned());
    }
    let path = format!("/{}", text.trim_start_matches('/')).replace('#', "%23");
    let versioned = |version: &str| {
        path.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    };
    Ok(if versioned("/v1.0") || versioned("/beta") { path } else { format!("/v1.0{path}") })
}

fn body(file: &str) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if file == "-" {
        io::stdin().take(LARGEST_BODY + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(file).and_then(|file| file.take(LARGEST_BODY + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| {
        Failure::usage(format!("The body {file} cannot be read.")).caused_by(error.to_string())
    })?;
    if bytes.len() as u64 > LARGEST_BODY {
        return Err(Failure::usage("The body is larger than any request."));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    #[test]
    fn paths_get_a_version_unless_they_have_one() {
        for (given, sent) in [
            ("/users?$top=5", "/v1.0/users?$top=5"),
            ("users", "/v1.0/users"),
            ("/beta/invitations", "/beta/invitations"),
            ("/v1.0/me", "/v1.0/me"),
            ("/betas", "/v1.0/betas"),
            ("/users/ana#EXT#@x", "/v1.0/users/ana%23EXT%23@x"),
            ("//evil.example/x", "/v1.0/evil.example/x"),
        ] {
            assert_eq!(path(given).unwrap(), sent);
        }
        assert!(path("https://graph.microsoft.com/v1.0/users").is_err());
        assert!(path("/users?$filter=mail eq 'x://y'").is_ok());
    }

    #[test]
    fn methods_are_taken_in_any_case() {
        assert_eq!(method("patch").unwrap(), Method::PATCH);
        assert!(method("BREW").is_err());
    }

    #[test]
    fn headers_do_not_say_who_calls() {
        assert_eq!(header("ConsistencyLevel: eventual").unwrap().1, "eventual");
        for wrong in ["eventual", "Authorization: Bearer x", "Host: evil.example", "a b: c", "A: b\r\nC: d"] {
            assert!(header(wrong).is_err(), "{wrong}");
        }
    }
}
