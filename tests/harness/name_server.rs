//! A name server on loopback, over real UDP, that answers questions about TXT records as it is told to.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};

use hospes_actions::dns::{NameServers, Proofs};
use hospes_web::{WebOptions, router};

use super::Server;

/// What stands at a name.
#[derive(Clone)]
pub enum Zone {
    /// TXT records, each in one piece of at most 255 bytes or several.
    Txt(Vec<String>),
    /// An alias of a name that has a TXT record, both in one answer.
    Alias(String, String),
    /// The server does not want to say (`REFUSED`).
    Refused,
}

type Zones = Arc<Mutex<BTreeMap<String, Zone>>>;

/// The server; it answers until the tests end.
pub struct NameServer {
    address: SocketAddr,
    zones: Zones,
    asked: Arc<Mutex<Vec<String>>>,
}

impl NameServer {
    /// Starts one that knows no name.
    pub fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let server =
            Self { address: socket.local_addr().unwrap(), zones: Zones::default(), asked: Arc::default() };
        let (zones, asked) = (Arc::clone(&server.zones), Arc::clone(&server.asked));
        std::thread::spawn(move || {
            let mut question = [0; 4096];
            while let Ok((length, peer)) = socket.recv_from(&mut question) {
                let Some((name, end)) = name_in(&question[..length]) else { continue };
                asked.lock().unwrap().push(name.clone());
                let zone = zones.lock().unwrap().get(&name).cloned();
                let _ = socket.send_to(&answer(&question[..end], zone.as_ref()), peer);
            }
        });
        server
    }

    /// Says what stands at a name from now on.
    pub fn set(&self, name: &str, zone: Zone) {
        self.zones.lock().unwrap().insert(name.to_owned(), zone);
    }

    /// Publishes TXT records at a name, in place of what was there.
    pub fn publish(&self, name: &str, texts: &[&str]) {
        self.set(name, Zone::Txt(texts.iter().map(|text| (*text).to_owned()).collect()));
    }

    /// The names that were asked for, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Server {
    /// Looks for proofs of domains at that name server from now on.
    pub fn look_at(&mut self, names: &NameServer) {
        let proofs = Proofs::by(NameServers::at(names.address));
        self.router = router(self.app.clone(), WebOptions { proofs, ..WebOptions::default() });
    }
}

/// The name of the question (RFC 1035 section 4.1.2), in lower case without the last dot, and where the question ends.
fn name_in(message: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut place) = (Vec::new(), 12);
    loop {
        let length = usize::from(*message.get(place)?);
        let label = message.get(place + 1..place + 1 + length)?;
        place += 1 + length;
        if length == 0 {
            return Some((labels.join("."), place + 4)).filter(|(_, end)| *end <= message.len());
        }
        labels.push(String::from_utf8_lossy(label).to_lowercase());
    }
}

/// The answer: the question again, then records (RFC 1035 section 4.1).
fn answer(question: &[u8], zone: Option<&Zone>) -> Vec<u8> {
    let (code, records) = match zone {
        None => (3, Vec::new()),
        Some(Zone::Refused) => (5, Vec::new()),
        Some(Zone::Txt(texts)) => {
            (0, texts.iter().map(|text| record(&[0xC0, 12], 16, &pieces(text))).collect())
        }
        Some(Zone::Alias(target, text)) => {
            let target = labels(target);
            (0, vec![record(&[0xC0, 12], 5, &target), record(&target, 16, &pieces(text))])
        }
    };
    let count = u16::try_from(records.len()).unwrap().to_be_bytes();
    let mut message = question[..2].to_vec();
    message.extend([0x81, 0x80 | code, 0, 1, count[0], count[1], 0, 0, 0, 0]);
    message.extend(&question[12..]);
    message.extend(records.concat());
    message
}

fn record(name: &[u8], kind: u8, data: &[u8]) -> Vec<u8> {
    let mut record = name.to_vec();
    record.extend([0, kind, 0, 1, 0, 0, 0, 60]);
    record.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
    record.extend(data);
    record
}

/// A text in pieces of at most 20 bytes, as long ones have to come.
fn pieces(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(20)
        .flat_map(|piece| [&[u8::try_from(piece.len()).unwrap()], piece].concat())
        .collect()
}

fn labels(name: &str) -> Vec<u8> {
    let mut wire: Vec<u8> = name
        .split('.')
        .flat_map(|label| [&[u8::try_from(label.len()).unwrap()], label.as_bytes()].concat())
        .collect();
    wire.push(0);
    wire
}
