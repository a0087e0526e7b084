//! Just enough HTTP/1.1 to be a load balancer, a browser or a script, one connection a request: what a test holds back
//! or sends in pieces must not be hidden by a library.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::net::{SocketAddr, TcpStream};

use url::form_urlencoded::Serializer;

use super::process::{HOST, URL};
use crate::harness::{Form, forms};

/// What is sent.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: &'static str,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn get(path: &str) -> Self {
        Self { method: "GET", path: path.to_owned(), ..Self::default() }
    }

    /// A form.
    pub fn post(path: &str, fields: &[(&str, &str)]) -> Self {
        let body = Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = Self { method: "POST", path: path.to_owned(), body, headers: Vec::new() };
        request.with("content-type", "application/x-www-form-urlencoded")
    }

    /// A document.
    pub fn json(path: &str, document: &serde_json::Value) -> Self {
        let request =
            Self { method: "POST", path: path.to_owned(), body: document.to_string(), headers: Vec::new() };
        request.with("content-type", "application/json")
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The head as it is sent, with the empty line.
    pub fn head(&self) -> String {
        let mut head =
            format!("{} {} HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if self.method != "GET" {
            write!(head, "content-length: {}\r\n", self.body.len()).unwrap();
        }
        head + "\r\n"
    }
}

/// What comes back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// Reads a connection to its end.
    pub fn read(mut stream: TcpStream) -> Self {
        let mut text = String::new();
        // A reset is as good an end as any.
        let _ = stream.read_to_string(&mut text);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text.as_str(), ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix("location: "))
    }
}

/// A connection.
pub fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).unwrap()
}

/// Sends a request and waits for its answer.
pub fn ask(address: SocketAddr, request: &Request) -> Answer {
    let mut stream = connect(address);
    stream.write_all(request.head().as_bytes()).unwrap();
    stream.write_all(request.body.as_bytes()).unwrap();
    Answer::read(stream)
}

/// A browser with its cookies.
#[derive(Clone, Default)]
pub struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    /// Opens a page.
    pub fn open(&mut self, address: SocketAddr, path: &str) -> Answer {
        self.send(address, Request::get(path))
    }

    /// The form of a page.
    pub fn form(&mut self, address: SocketAddr, path: &str) -> Form {
        let page = self.open(address, path);
        forms(&page.body).pop().unwrap_or_else(|| panic!("no form: {page:?}"))
    }

    /// Posts a form with these fields.
    pub fn submit(&mut self, address: SocketAddr, form: &Form, fields: &[(&str, &str)]) -> Answer {
        let hidden = form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        let request =
            Request::post(&form.action, &all).with("origin", URL).with("sec-fetch-site", "same-origin");
        self.send(address, request)
    }

    /// Follows an answer to the page it leads to.
    pub fn follow(&mut self, address: SocketAddr, mut answer: Answer) -> Answer {
        while let Some(path) = answer.location().map(str::to_owned) {
            answer = self.open(address, &path);
        }
        answer
    }

    fn send(&mut self, address: SocketAddr, mut request: Request) -> Answer {
        if !self.cookies.is_empty() {
            let pairs: Vec<String> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.with("cookie", &pairs.join("; "));
        }
        let answer = ask(address, &request);
        let set = answer.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        for (name, value) in set.filter_map(|cookie| cookie.split(';').next()?.split_once('=')) {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}
