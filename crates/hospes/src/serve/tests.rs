#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Drained>,
}

async fn start(router: Router, limits: Limits) -> Running {
    let listeners = Listeners::on("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let server = Server::new(listeners, Transport::Plain, limits);
    let address = SocketAddr::from(([127, 0, 0, 1], server.port()));
    let (stop, stopped) = oneshot::channel::<()>();
    let ended = tokio::spawn(server.run(router, async move {
        let _ = stopped.await;
    }));
    Running { address, stop, ended }
}

impl Running {
    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(self) -> Drained {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap()
    }
}

fn hello() -> Router {
    Router::new()
        .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }))
        .route("/", post(|body: bytes::Bytes| async move { body.len().to_string() }))
}

/// Sends the bytes and reads until the server closes.
async fn talk(mut stream: TcpStream, bytes: &str) -> String {
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // A reset is as good an end as any.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

const GET: &str = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_knows_its_peer_and_its_answer_its_length() {
    let server = start(hello(), Limits::default()).await;
    let stream = server.connect().await;
    let peer = stream.local_addr().unwrap().to_string();
    let answer = talk(stream, GET).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(&peer), "{answer}");
    assert!(answer.contains(&format!("content-length: {}\r\n", peer.len())), "{answer}");
    assert_eq!(server.stop().await, Drained { cut_off: 0 });
}

#[tokio::test]
async fn localhost_leads_here_by_both_addresses() {
    let listeners = Listeners::loopback(0).await.unwrap();
    let port = listeners.port();
    let server = Server::new(listeners, Transport::Plain, Limits::default());
    tokio::spawn(server.run(hello(), std::future::pending()));
    let (mut reached, addresses) = (0, ["127.0.0.1", "::1"]);
    for address in addresses {
        if let Ok(stream) = TcpStream::connect((address, port)).await {
            assert!(talk(stream, GET).await.starts_with("HTTP/1.1 200"));
            reached += 1;
        }
    }
    assert!(reached >= 1, "IPv4 at least");
    assert_eq!(Listeners::loopback(port).await.unwrap_err().kind(), io::ErrorKind::AddrInUse);
}

/// threats.md J7: two readings of where a request ends never become two requests.
#[tokio::test]
async fn j7_a_body_with_two_lengths_smuggles_nothing() {
    let server = start(hello(), Limits::default()).await;
    let hidden = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    for head in [
        "Content-Length: 6\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
    ] {
        let request = format!("POST / HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n0\r\n\r\n{hidden}");
        let answer = talk(server.connect().await, &request).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{head}: {answer}");
    }
}

/// A router that reads no body.
fn refusing() -> Router {
    hello().route("/refused", post(|| async { (StatusCode::UNAUTHORIZED, "no") }))
}

/// Sends a head and then the body piece by piece, as a client does that looks for an answer only afterwards.
async fn send(stream: &mut TcpStream, path: &str, bytes: usize) -> io::Result<()> {
    let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let piece = vec![b'a'; 16 * 1024];
    for start in (0..bytes).step_by(piece.len()) {
        stream.write_all(&piece[..piece.len().min(bytes - start)]).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

#[tokio::test]
async fn j6_whoever_is_refused_before_the_body_is_read_hears_of_it() {
    let server = start(refusing(), Limits::default()).await;
    for bytes in [1, 20 * 1024, 2 * 1024 * 1024] {
        let mut stream = server.connect().await;
        send(&mut stream, "/refused", bytes).await.unwrap();
        // The next request on the same connection is answered, too.
        let both = talk(stream, GET).await;
        assert!(both.starts_with("HTTP/1.1 401") && both.contains("HTTP/1.1 200 OK"), "{bytes}: {both}");
    }
    server.stop().await;
}

#[tokio::test]
async fn j6_whoever_waits_for_the_refusal_before_it_sends_hears_it_first() {
    let server = start(refusing(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n").await.unwrap();
    let mut heard = String::new();
    while !heard.ends_with("\r\n\r\nno") {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.unwrap();
        assert!(length > 0, "closed before the answer was there: {heard}");
        heard.push_str(std::str::from_utf8(&piece[..length]).unwrap());
    }
    // The connection goes on with the body that was announced, and what comes behind it.
    let next = talk(stream, &format!("12345{GET}")).await;
    assert!(next.starts_with("HTTP/1.1 200 OK"), "{next}");
    server.stop().await;
}

#[tokio::test]
async fn j6_a_body_without_an_end_is_not_read_for_nothing() {
    let server = start(refusing(), Limits::default()).await;
    let mut stream = server.connect().await;
    // More than anybody reads; the client may be cut off while it still sends.
    if send(&mut stream, "/refused", 64 * 1024 * 1024).await.is_ok() {
        let answer = talk(stream, "").await;
        assert!(answer.is_empty() || answer.contains("connection: close"), "{answer}");
    }
    // Nobody who asks is told to send what is not read, however much it is.
    for bytes in [5, 9_000_000] {
        let asked = format!(
            "POST /refused HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes}\r\nExpect: 100-continue\r\n\r\n"
        );
        let answer = talk(server.connect().await, &asked).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    }
    server.stop().await;
}

/// threats.md J8: each of these clients wants to hold its place for ever.
#[tokio::test]
async fn j8_slow_and_silent_clients_are_shown_out() {
    let short = Duration::from_millis(60);
    let limits = Limits {
        header_read: short,
        request_body: short,
        idle: Duration::from_millis(120),
        ..Limits::default()
    };
    let server = start(hello(), limits).await;
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let silent = tokio::join!(
        talk(server.connect().await, ""),
        talk(server.connect().await, "PRI"),
        talk(server.connect().await, "GET / HTTP/1.1\r\nHost:"),
        talk(server.connect().await, &preface[..20]),
    );
    assert_eq!((silent.0.as_str(), silent.1.as_str()), ("", ""));
    let body =
        talk(server.connect().await, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc").await;
    assert!(!body.contains(" 200 "), "{body}");
    let kept_alive = talk(server.connect().await, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(kept_alive.starts_with("HTTP/1.1 200"), "{kept_alive}");
}

/// threats.md J8: idle connections cannot keep others out.
#[tokio::test]
async fn j8_a_full_server_makes_room() {
    let limits = Limits { connections: 3, spare: Duration::ZERO, ..Limits::default() };
    let server = start(hello(), limits).await;
    let mut idle = Vec::new();
    for _ in 0..3 {
        idle.push(server.connect().await);
    }
    assert!(talk(server.connect().await, GET).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn http_2_limits_are_announced() {
    let server = start(hello(), Limits::default()).await;
    let mut stream = server.connect().await;
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    assert_eq!(head[3], 4, "the first frame is SETTINGS (RFC 9113 section 3.4)");
    let mut settings = vec![0; usize::from(head[2])];
    stream.read_exact(&mut settings).await.unwrap();
    let value = |id: u8| {
        let found = settings.chunks(6).find(|setting| setting[1] == id).unwrap();
        u32::from_be_bytes(found[2..6].try_into().unwrap())
    };
    assert_eq!(value(3), 128, "SETTINGS_MAX_CONCURRENT_STREAMS");
    assert_eq!(value(6), 32 * 1024, "SETTINGS_MAX_HEADER_LIST_SIZE");
}

/// threats.md K15.
#[tokio::test]
async fn k15_a_stop_lets_running_requests_finish_and_takes_no_new_ones() {
    let (entered, mut entries) = tokio::sync::mpsc::unbounded_channel();
    let release = Arc::new(Notify::new());
    let gate = Arc::clone(&release);
    let slow = Router::new().route(
        "/",
        get(move || {
            let (entered, gate) = (entered.clone(), Arc::clone(&gate));
            async move {
                entered.send(()).unwrap();
                gate.notified().await;
                "finished"
            }
        }),
    );
    let server = start(slow, Limits::default()).await;
    let address = server.address;
    let idle = server.connect().await;
    let request = tokio::spawn(talk(server.connect().await, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
    entries.recv().await.unwrap();
    server.stop.send(()).unwrap();
    assert_eq!(talk(idle, "").await, "", "an idle connection is closed at once");
    assert!(TcpStream::connect(address).await.is_err(), "nobody new is let in");
    release.notify_one();
    assert!(request.await.unwrap().ends_with("finished"));
    assert_eq!(server.ended.await.unwrap(), Drained { cut_off: 0 });
}

/// threats.md K15: a stop does not wait for ever.
#[tokio::test]
async fn k15_requests_that_do_not_finish_are_cut_off() {
    let (entered, mut entries) = tokio::sync::mpsc::unbounded_channel();
    let endless = Router::new().route(
        "/",
        get(move || {
            entered.send(()).unwrap();
            std::future::pending::<&'static str>()
        }),
    );
    let server = start(endless, Limits { drain: Duration::from_millis(50), ..Limits::default() }).await;
    let request = tokio::spawn(talk(server.connect().await, GET));
    entries.recv().await.unwrap();
    assert_eq!(server.stop().await, Drained { cut_off: 1 });
    assert_eq!(request.await.unwrap(), "");
}
