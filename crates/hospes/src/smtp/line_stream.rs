//! A TCP connection that is read one line at a time.
//!
//! The SMTP library reads ahead, and would take what a stranger on the wire put behind the reply to STARTTLS for
//! replies of the protected session (the class of CVE-2011-0411). Here nothing behind the end of a line is read
//! before it is asked for, so such bytes meet the TLS handshake, which fails. It refuses nothing else.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

const CHUNK: usize = 4096;

#[derive(Debug)]
pub(super) struct LineStream {
    tcp: TcpStream,
}

impl LineStream {
    pub(super) fn new(tcp: TcpStream) -> Self {
        Self { tcp }
    }
}

impl AsyncRead for LineStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut chunk = [0; CHUNK];
        let room = buffer.remaining().min(CHUNK);
        let mut ahead = ReadBuf::new(&mut chunk[..room]);
        ready!(self.tcp.poll_peek(context, &mut ahead))?;
        let seen = ahead.filled();
        let take = seen.iter().position(|byte| *byte == b'\n').map_or(seen.len(), |end| end + 1);
        let mut line = ReadBuf::new(&mut chunk[..take]);
        if take > 0 {
            ready!(Pin::new(&mut self.tcp).poll_read(context, &mut line))?;
        }
        buffer.put_slice(line.filled());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for LineStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.tcp).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}

impl AsyncTokioStream for LineStream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }
}
