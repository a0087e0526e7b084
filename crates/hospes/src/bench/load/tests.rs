#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::float_cmp, reason = "rounded values")]

use std::io::{Read as _, Write as _};

use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// A client with so many answers in time, the last of them so long after the beginning.
fn part(answers: usize, last: Instant, gave_up: bool) -> Part {
    Part { latencies: vec![1; answers], answers, inside: answers, last: Some(last), gave_up }
}

fn ten_seconds() -> Times {
    let count_from = now();
    Times { count_from, end: count_from + 10 * SECOND, give_up: count_from + 15 * SECOND }
}

#[test]
fn a_rate_is_of_the_time_until_the_inputs_ran_out_but_not_until_the_answers_stopped() {
    let times = ten_seconds();
    let early = times.count_from + SECOND;
    let rate = |parts: Vec<Part>| reached(parts, times).unwrap().rate.round();
    assert_eq!(rate(vec![part(60, early, false), part(40, early, false)]), 100.0, "nothing left to ask");
    assert_eq!(rate(vec![part(60, early, false), part(40, early, true)]), 10.0, "a stall is time, too");
    // Only one answer came, and after the end.
    let late = Part { inside: 0, ..part(1, times.end + 10 * SECOND, false) };
    assert!((reached(vec![late], times).unwrap().rate - 0.05).abs() < 0.001);
    assert_eq!(rate(vec![Part { gave_up: true, ..Part::default() }]), 0.0, "none came");
}

#[test]
fn nothing_to_ask_is_no_figure() {
    assert!(reached(vec![Part::default()], ten_seconds()).unwrap_err().contains("used up"));
    let server = "127.0.0.1:9".parse().unwrap();
    let source = Arc::new(Source::Supply(Supply::new(Vec::new(), 1)));
    assert!(!Source::Same(Vec::new()).can_run_out() && source.can_run_out());
    // Without clients nobody connects.
    let cell = Cell { server, source, status: 200 };
    assert!(open(&cell, 0, 10.0, Duration::from_millis(1)).unwrap_err().contains("used up"));
}

/// A server that answers so many connections at once.
fn quick(connections: usize) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let server = listener.local_addr().unwrap();
    let answer = |mut stream: std::net::TcpStream| {
        let mut request = [0; 1024];
        while stream.read(&mut request).is_ok_and(|length| length > 0) {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        }
    };
    std::thread::spawn(move || {
        for stream in listener.incoming().take(connections).flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    server
}

/// They would be gone before anything was counted.
#[test]
fn what_is_good_for_one_use_is_not_spent_on_warming_up() {
    let requests = vec![b"GET / HTTP/1.1\r\n\r\n".to_vec(); 4];
    let cell =
        Cell { server: quick(2), source: Arc::new(Source::Supply(Supply::new(requests, 1))), status: 200 };
    // It ends when the inputs do, not after the minute.
    let reached = closed(&cell, 2, 60 * SECOND).unwrap();
    assert_eq!(reached.latencies.len(), 4);
}

/// A server that takes connections and never says a word; gone when it is dropped.
async fn silent() -> (TcpListener, Cell) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    (
        listener,
        Cell { server, source: Arc::new(Source::Same(b"GET / HTTP/1.1\r\n\r\n".to_vec())), status: 200 },
    )
}

#[tokio::test]
async fn answers_that_never_come_count_with_the_time_they_were_waited_for() {
    let (_listener, cell) = silent().await;
    let begin = now();
    let times = Times { count_from: begin, end: begin, give_up: begin + Duration::from_millis(50) };
    let part = clients::closed(cell.clone(), 0, times).await.unwrap();
    assert!(part.gave_up && part.answers == 0);

    // Three were due and one of them was asked: the others waited as well.
    let (sender, ticks) = mpsc::unbounded_channel();
    (0..3).for_each(|_| sender.send(begin).unwrap());
    drop(sender);
    let give_up = now() + Duration::from_millis(50);
    let part = clients::open(cell, 0, ticks, give_up).await.unwrap();
    assert!(part.gave_up && part.latencies.len() == 3);
    let waited = u64::try_from((give_up - begin).as_nanos()).unwrap();
    assert!(part.latencies.iter().all(|latency| *latency >= waited), "{:?}", part.latencies);
}
