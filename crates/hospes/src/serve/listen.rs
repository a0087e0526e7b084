//! The sockets a server listens on. Refuses to guess an address: loopback, or exactly the one given.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};

/// Tries to find a port that is free for IPv4 and IPv6 alike.
const ATTEMPTS: usize = 16;

/// One or two bound sockets with the same port.
#[derive(Debug)]
pub struct Listeners {
    sockets: Vec<TcpListener>,
    port: u16,
}

impl Listeners {
    /// Binds 127.0.0.1 and, where the machine has it, ::1, so that `localhost` leads here whichever way a
    /// client resolves it. Port 0 picks a free one.
    ///
    /// # Errors
    /// The port is taken: on either address, since otherwise `localhost` would reach somebody else's server.
    pub async fn loopback(port: u16) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for _ in 0..ATTEMPTS {
            let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
            let chosen = v4.local_addr()?.port();
            match TcpListener::bind((Ipv6Addr::LOCALHOST, chosen)).await {
                Ok(v6) => return Ok(Self { sockets: vec![v4, v6], port: chosen }),
                Err(error) if error.kind() != io::ErrorKind::AddrInUse => {
                    return Ok(Self { sockets: vec![v4], port: chosen }); // This machine has no IPv6.
                }
                Err(error) if port != 0 => return Err(error),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Binds exactly this address.
    ///
    /// # Errors
    /// The address is not of this machine, or its port is taken.
    pub async fn on(address: SocketAddr) -> io::Result<Self> {
        let socket = TcpListener::bind(address).await?;
        let port = socket.local_addr()?.port();
        Ok(Self { sockets: vec![socket], port })
    }

    /// The port, also when 0 was asked for.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The next connection on any of the sockets. May be cancelled without losing one.
    pub(super) async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        std::future::poll_fn(|context| {
            for socket in &self.sockets {
                if let Poll::Ready(accepted) = socket.poll_accept(context) {
                    return Poll::Ready(accepted);
                }
            }
            Poll::Pending
        })
        .await
    }
}
