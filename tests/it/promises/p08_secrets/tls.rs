//! Encryption: the token is sent only to the intended host, and can't be read on the way.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use crate::common;
use crate::tls_server as tls;

use common::{Finished, World, counts, csv, finish};
use tls::{Authority, Host, Proxy, Received};

/// Basic credentials of the user `sandbox` with the token `sandbox`.
const SECRET: &str = "c2FuZGJveC90b2tlbjpzYW5kYm94";

/// A sandbox behind a TLS host.
struct Encrypted {
    world: World,
    host: Host,
}

impl Encrypted {
    /// If `trusted`, the account's `ca_file` is the authority that signed the certificate.
    async fn new(name: &str, until: i32, trusted: bool) -> Self {
        let world = World::new().await;
        let authority = Authority::new();
        authority.write(&world.home.path().join("firm-ca.pem"));
        let host = Host::start(&authority, name, until, &world.sandbox.url()).await;
        let server = Self { world, host };
        server
            .address(&server.world.sandbox.url(), &format!("https://localhost:{}/api/v1/", server.host.port));
        if trusted {
            let path = server.world.path("firm-ca.pem");
            server.world.change_config(|text| format!("{text}ca_file = '{path}'\n"));
        }
        server
    }

    fn address(&self, before: &str, now: &str) {
        self.world.change_config(|text| text.replace(before, now));
    }

    fn doctor(&self) -> Finished {
        self.world.run(&["doctor"])
    }
}

fn text_of(received: &Received) -> String {
    String::from_utf8_lossy(&received.lock().unwrap()).into_owned()
}

/// Asserts that the host is refused with a message and receives no request.
async fn assert_refused(name: &str, until: i32, trusted: bool, sentence: &str) {
    let server = Encrypted::new(name, until, trusted).await;
    let doctor = server.doctor();
    assert!(doctor.status == 1 && doctor.stdout.contains(sentence), "{doctor:?}");
    let run = server.world.run_file(&csv(1, &[], &[]), &[]);
    assert!(run.status == 2 && run.stderr.contains(sentence), "{run:?}");
    assert_eq!(text_of(&server.host.received), "", "the host receives no request");
    assert_eq!(server.world.sandbox.stats().connections, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    assert_refused("localhost", 2099, false, "no authority that this machine trusts signed its certificate")
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_host_is_refused() {
    assert_refused("acme.viewcases.com", 2099, true, "its certificate is for another host").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_has_expired_is_refused() {
    assert_refused("localhost", 2021, true, "its certificate has expired").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_firms_own_certificate_is_trusted_if_configured() {
    let server = Encrypted::new("localhost", 2099, true).await;
    let doctor = server.doctor();
    assert_eq!(doctor.status, 0, "{doctor:?}");
    assert!(doctor.stdout.contains("has a certificate that this machine trusts"), "{}", doctor.stdout);
    let run = server.world.run_file(&csv(3, &[], &[]), &["--json"]);
    assert_eq!(counts(&run.json()), [3, 3, 0, 0, 0, 0], "{run:?}");
    assert_eq!(server.world.references().len(), 3);
    let text = text_of(&server.host.received);
    assert!(text.contains(SECRET), "the host receives the credentials");
    let agent = format!("user-agent: caseload/{}\r\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(text.matches(&agent).count(), text.matches(" HTTP/1.1\r\n").count(), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unusable_certificate_file_stops_the_run() {
    let server = Encrypted::new("localhost", 2099, true).await;
    std::fs::remove_file(server.world.path("firm-ca.pem")).unwrap();
    let run = server.world.run_file(&csv(1, &[], &[]), &[]);
    assert!(run.status == 2 && run.stderr.contains("firm-ca.pem can't be used: it doesn't exist"), "{run:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_is_used_and_cannot_read_the_traffic() {
    let server = Encrypted::new("acme.viewcases.com", 2099, true).await;
    server.address(&format!("localhost:{}", server.host.port), "acme.viewcases.com");
    let proxy = Proxy::start(&server.host).await;
    server.world.file("cases.csv", &csv(2, &[], &[]));
    let (file, recipe) = (server.world.path("cases.csv"), server.world.path("recipe.toml"));
    let mut command = server.world.command(&["run", &file, "--recipe", &recipe, "--json"]);
    command.env("HTTPS_PROXY", format!("http://127.0.0.1:{}", proxy.port));
    let run = finish(command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap());
    assert_eq!(counts(&run.json()), [2, 2, 0, 0, 0, 0], "{run:?}");
    let text = text_of(&proxy.received);
    assert!(text.starts_with("CONNECT acme.viewcases.com:443 HTTP/1.1\r\n"), "{text}");
    for secret in [SECRET, "uthorization", "Doe"] {
        assert!(!text.contains(secret), "the proxy saw {secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_is_named_without_its_password() {
    let server = Encrypted::new("acme.viewcases.com", 2099, true).await;
    server.address(&format!("localhost:{}", server.host.port), "acme.viewcases.com");
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = proxy.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in proxy.incoming() {
            let mut stream = stream.unwrap();
            let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
            while request.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
            let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(refusal.as_bytes());
        }
    });
    let mut command = server.world.command(&["doctor"]);
    command.env("HTTPS_PROXY", format!("http://jo:hush@{place}/"));
    let doctor = finish(command.env_remove("NO_PROXY").env_remove("no_proxy").output().unwrap());
    let said = doctor.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let named = format!("the proxy {place} in HTTPS_PROXY refused the connection");
    assert!(said.contains(&named) && !said.contains("hush"), "{doctor:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn loopback_addresses_bypass_the_proxy() {
    let server = Encrypted::new("localhost", 2099, true).await;
    let proxy = Proxy::start(&server.host).await;
    let mut command = server.world.command(&["doctor"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, format!("http://127.0.0.1:{}", proxy.port));
    }
    let doctor = finish(command.output().unwrap());
    assert_eq!(doctor.status, 0, "{doctor:?}");
    assert_eq!(text_of(&proxy.received), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_practice_server_needs_no_certificates() {
    let world = World::new().await;
    world.file("cases.csv", &csv(1, &[], &[]));
    let (file, recipe) = (world.path("cases.csv"), world.path("recipe.toml"));
    let mut command = world.command(&["run", &file, "--recipe", &recipe]);
    command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent");
    let run = finish(command.output().unwrap());
    assert_eq!(run.status, 0, "{run:?}");
    let mut command = world.command(&["doctor", "--url", "acme", "--username", "u"]);
    command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent");
    let doctor = finish(command.output().unwrap());
    assert!(doctor.status == 2 && doctor.stderr.contains("or set ca_file in the config file"), "{doctor:?}");
}
