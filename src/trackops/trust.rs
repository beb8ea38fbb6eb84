//! Certificates that the client trusts: the system's, and those of a file.

use std::path::Path;

use reqwest::{Certificate, ClientBuilder};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::account::Account;
use super::account_error::AccountError;
use super::fault::Fault;
use crate::home::{expand_path, read_small};
use crate::io_reason::io_reason;

/// Maximum size of the file. All certificates of a system take a quarter of it.
const MAX_BYTES: usize = 1 << 20;

/// Lets a client trust the system's certificates and those of the account's file.
pub(super) fn with_trust(builder: ClientBuilder, account: &Account) -> Result<ClientBuilder, AccountError> {
    // Nothing is encrypted there, so a machine without certificates can still try the sandbox.
    if !account.url.is_encrypted() {
        return Ok(builder.tls_certs_only([]));
    }
    let Some(path) = &account.ca_file else { return Ok(builder) };
    let fail = |reason: String| AccountError::CaFile { path: path.display().to_string(), reason };
    Ok(builder.tls_certs_merge(read(&expand_path(path)).map_err(fail)?))
}

/// Reads the certificates of a file.
fn read(path: &Path) -> Result<Vec<Certificate>, String> {
    let bytes = read_small(path, MAX_BYTES).map_err(|error| io_reason(&error))?;
    let mut store = RootCertStore::empty();
    let mut found = Vec::new();
    for (at, certificate) in CertificateDer::pem_slice_iter(&bytes).enumerate() {
        let damaged = || format!("certificate {} in it is damaged", at + 1);
        let certificate = certificate.map_err(|_| damaged())?;
        // Tested here, where the error can still name the file.
        store.add(certificate.clone()).map_err(|_| damaged())?;
        found.push(Certificate::from_der(&certificate).map_err(|_| damaged())?);
    }
    if found.is_empty() {
        return Err("it has no certificate between BEGIN CERTIFICATE and END CERTIFICATE".to_owned());
    }
    Ok(found)
}

/// Returns the fault for a host that isn't trusted, with advice.
pub(super) fn tls_fault(host: String, error: &rustls::Error) -> Fault {
    use rustls::CertificateError as Why;
    let (reason, advice) = match error {
        rustls::Error::InvalidCertificate(why) => match why {
            Why::UnknownIssuer => (
                "no authority that this machine trusts signed its certificate".to_owned(),
                "If your company's network inspects traffic, set ca_file in the config file to the company's certificate. \
                 Otherwise check the address; something may be intercepting the connection",
            ),
            Why::Expired | Why::ExpiredContext { .. } => (
                "its certificate has expired".to_owned(),
                "Check this machine's clock, and tell whoever runs the host",
            ),
            Why::NotValidYet | Why::NotValidYetContext { .. } => {
                ("its certificate isn't valid yet".to_owned(), "Check this machine's clock")
            }
            Why::NotValidForName | Why::NotValidForNameContext { .. } => (
                "its certificate is for another host".to_owned(),
                "Check the address; another server may be answering in its place",
            ),
            other => (other.to_string(), GENERAL_ADVICE),
        },
        rustls::Error::InvalidMessage(_) => (
            "the server there doesn't encrypt".to_owned(),
            "Check the address. For a server on this machine that doesn't encrypt, begin it with http://",
        ),
        other => (other.to_string(), GENERAL_ADVICE),
    };
    Fault::Tls { host, reason, advice }
}

const GENERAL_ADVICE: &str =
    "Check the address and this machine's clock; something may be intercepting the connection";

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_file_that_is_no_certificate_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("firm-ca.pem");
        let mut account = Account::new("acme".parse().unwrap(), "imports");
        account.ca_file = Some(path.clone());
        let assert_error = |text: &str| {
            let error = with_trust(reqwest::Client::builder(), &account).unwrap_err().to_string();
            let named = error.contains(&path.display().to_string()) && error.contains("PEM file");
            assert!(named && error.contains(text), "{error}");
        };
        assert_error("it doesn't exist");
        fs::write(&path, "").unwrap();
        assert_error("no certificate");
        fs::write(&path, [0x30, 0x82, 0, 0xff]).unwrap();
        assert_error("no certificate");
        fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        assert_error("certificate 1 in it is damaged");
        fs::write(&path, "-----BEGIN CERTIFICATE-----\nAA*A\n-----END CERTIFICATE-----\n").unwrap();
        assert_error("certificate 1 in it is damaged");
        fs::write(&path, "x".repeat(MAX_BYTES + 1)).unwrap();
        assert_error("larger than 1024 KiB");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_error("it is a folder");
    }
}
