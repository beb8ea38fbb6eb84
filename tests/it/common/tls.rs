//! A TLS host with a given certificate, and a proxy. Each records what it receives.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, clippy::panic, clippy::missing_panics_doc)]

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use base64::Engine;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

/// Bytes received.
pub type Received = Arc<Mutex<Vec<u8>>>;

/// A certificate authority. A client trusts it if it is given a file with the authority's own certificate.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub fn write(&self, path: &Path) {
        let text = base64::engine::general_purpose::STANDARD.encode(self.0.der());
        let text = format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        std::fs::write(path, text).unwrap();
    }

    /// Returns a server configuration whose certificate names `name` and expires at the end of year `until`.
    fn shows(&self, name: &str, until: i32) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(until, 12, 31));
        let certificate = params.signed_by(&key, &self.0).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        config.unwrap().with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap()
    }
}

/// A TLS host.
pub struct Host {
    pub port: u16,
    /// Received bytes, decrypted.
    pub received: Received,
}

impl Host {
    /// Starts a host that forwards everything to an unencrypted server.
    pub async fn start(authority: &Authority, name: &str, until: i32, before: &str) -> Self {
        let acceptor = TlsAcceptor::from(Arc::new(authority.shows(name, until)));
        let before = server_of(before).to_owned();
        let received = Received::default();
        let port = serve(received.clone(), move |stream, received| {
            let (acceptor, before) = (acceptor.clone(), before.clone());
            async move {
                // A client that doesn't trust the certificate stops here.
                let Ok(stream) = acceptor.accept(stream).await else { return };
                join(stream, &before, received).await;
            }
        });
        Self { port: port.await, received }
    }
}

/// A proxy that connects every request to one host.
pub struct Proxy {
    pub port: u16,
    pub received: Received,
}

impl Proxy {
    pub async fn start(to: &Host) -> Self {
        let to = format!("127.0.0.1:{}", to.port);
        let received = Received::default();
        let port = serve(received.clone(), move |mut stream, received| {
            let to = to.clone();
            async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(stream.read_u8().await.unwrap());
                }
                received.lock().unwrap().extend_from_slice(&head);
                stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
                join(stream, &to, received).await;
            }
        });
        Self { port: port.await, received }
    }
}

/// Returns `127.0.0.1:8080` for `http://127.0.0.1:8080/api/v1/`.
fn server_of(url: &str) -> &str {
    url.trim_start_matches("http://").split('/').next().unwrap()
}

async fn serve<F: Future<Output = ()> + Send + 'static>(
    received: Received,
    connection: impl Fn(TcpStream, Received) -> F + Send + 'static,
) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(connection(stream, received.clone()));
        }
    });
    port
}

/// Forwards everything in both directions, and records what the client sends.
async fn join(client: impl AsyncRead + AsyncWrite, before: &str, received: Received) {
    let mut server = TcpStream::connect(before).await.unwrap();
    let (mut from_client, mut to_client) = tokio::io::split(client);
    let (mut from_server, mut to_server) = server.split();
    let requests = async {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = from_client.read(&mut buffer).await {
            let bytes = buffer.get(..count).unwrap();
            received.lock().unwrap().extend_from_slice(bytes);
            if to_server.write_all(bytes).await.is_err() {
                return;
            }
        }
        let _ = to_server.shutdown().await;
    };
    let answers = async {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
        let _ = to_client.shutdown().await;
    };
    tokio::join!(requests, answers);
}
