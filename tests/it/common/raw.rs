//! A server that sends exactly the bytes it is given.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc)]

use std::{
    io::{self, Read},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicU64, Ordering},
    thread,
};

/// A server that runs until the test ends.
pub struct Server {
    address: SocketAddr,
}

impl Server {
    /// Answers every request with what `respond` writes. A connection ends with the first failed write.
    pub fn start(respond: impl Fn(&mut TcpStream) -> io::Result<()> + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let respond = respond.clone();
                thread::spawn(move || serve(stream, &respond));
            }
        });
        Self { address }
    }

    pub fn url(&self) -> String {
        format!("http://{}/api/v1/", self.address)
    }
}

fn serve(mut stream: TcpStream, respond: &impl Fn(&mut TcpStream) -> io::Result<()>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte)?;
            head.extend_from_slice(&byte);
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        io::copy(&mut stream.try_clone()?.take(length.unwrap_or(0)), &mut io::sink())?;
        respond(&mut stream)?;
    }
}

/// Returns a number that is never returned again.
pub fn next() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}
