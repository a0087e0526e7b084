//! One keep-alive connection that speaks just enough HTTP/1.1: requests are ready-made bytes, answers have a length.
//! Cheap, so that the load does not compete with what is measured. Refuses chunked answers: nothing measured sends one.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// The longest head of an answer.
const MOST_HEAD: usize = 64 * 1024;

pub(super) struct Connection {
    stream: TcpStream,
    /// The answer being read; its body stays until the next one.
    buffer: Vec<u8>,
}

/// Where an answer stands in the buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    body_from: usize,
    length: usize,
}

impl Connection {
    pub(super) async fn open(server: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(server).await.map_err(|error| format!("no connection: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { stream, buffer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer: status and body.
    pub(super) async fn ask(&mut self, request: &[u8]) -> Result<(u16, &[u8]), String> {
        let failed = |error: std::io::Error| format!("the connection failed: {error}");
        self.buffer.clear();
        self.stream.write_all(request).await.map_err(failed)?;
        let head = loop {
            if self.stream.read_buf(&mut self.buffer).await.map_err(failed)? == 0 {
                return Err("the server closed the connection".to_owned());
            }
            match head(&self.buffer)? {
                Some(head) => break head,
                None if self.buffer.len() > MOST_HEAD => return Err("an answer without an end".to_owned()),
                None => {}
            }
        };
        let end = head.body_from + head.length;
        while self.buffer.len() < end {
            if self.stream.read_buf(&mut self.buffer).await.map_err(failed)? == 0 {
                return Err("the server closed the connection inside an answer".to_owned());
            }
        }
        Ok((head.status, &self.buffer[head.body_from..end]))
    }
}

/// The head of an answer, once it is complete.
fn head(buffer: &[u8]) -> Result<Option<Head>, String> {
    let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = std::str::from_utf8(&buffer[..end]).map_err(|_| "an answer that is no HTTP".to_owned())?;
    let status = text.get(9..12).and_then(|digits| digits.parse().ok());
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    match (status, length) {
        (Some(status), Some(length)) => Ok(Some(Head { status, body_from: end + 4, length })),
        _ => Err("an answer without status or length".to_owned()),
    }
}

/// One request on a connection of its own: status and body.
///
/// # Errors
/// No connection, or no answer in time.
pub async fn once(server: SocketAddr, request: &[u8]) -> Result<(u16, Vec<u8>), String> {
    let asked = async {
        let mut connection = Connection::open(server).await?;
        connection.ask(request).await.map(|(status, body)| (status, body.to_vec()))
    };
    tokio::time::timeout(Duration::from_secs(30), asked).await.map_err(|_| "no answer".to_owned())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_when_its_head_is_complete() {
        let answer = b"HTTP/1.1 303 See Other\r\nlocation: /x\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(head(&answer[..20]), Ok(None));
        let found =
            head(answer).ok().flatten().map(|head| (head.status, &answer[head.body_from..], head.length));
        assert_eq!(found, Some((303, b"hello".as_slice(), 5)));
        assert!(head(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
