//! Whom the client believes: the certificates of the system, and those of a file.

use std::path::Path;

use reqwest::{Certificate, ClientBuilder};
use rustls::RootCertStore;
use rustls::pki_types::{CertificateDer, pem::PemObject};

use super::account::Account;
use super::account_error::AccountError;
use super::fault::Fault;
use crate::home::{expand_path, read_small};

/// A file of all certificates of a system is a quarter of it.
const LONGEST: usize = 1 << 20;

/// Lets a client believe the system, and the file that the account names.
pub(super) fn believing(builder: ClientBuilder, account: &Account) -> Result<ClientBuilder, AccountError> {
    // Nothing is encrypted there, and a machine without any certificate can still try the sandbox.
    if !account.url.is_encrypted() {
        return Ok(builder.tls_certs_only([]));
    }
    let Some(path) = &account.ca_file else { return Ok(builder) };
    let fail = |reason: String| AccountError::CaFile { path: path.display().to_string(), reason };
    Ok(builder.tls_certs_merge(read(&expand_path(path)).map_err(fail)?))
}

/// The certificates of a file.
fn read(path: &Path) -> Result<Vec<Certificate>, String> {
    let bytes = read_small(path, LONGEST).map_err(|error| error.to_string())?;
    let mut store = RootCertStore::empty();
    let mut found = Vec::new();
    for (at, certificate) in CertificateDer::pem_slice_iter(&bytes).enumerate() {
        let damaged = || format!("certificate {} in it is damaged", at + 1);
        let certificate = certificate.map_err(|_| damaged())?;
        // Tried here, where the file can still be named.
        store.add(certificate.clone()).map_err(|_| damaged())?;
        found.push(Certificate::from_der(&certificate).map_err(|_| damaged())?);
    }
    if found.is_empty() {
        return Err("it holds no certificate between BEGIN CERTIFICATE and END CERTIFICATE".to_owned());
    }
    Ok(found)
}

/// Why a host is not believed, and what to do about it.
pub(super) fn distrust(host: String, error: &rustls::Error) -> Fault {
    use rustls::CertificateError as Why;
    let (reason, advice) = match error {
        rustls::Error::InvalidCertificate(why) => match why {
            Why::UnknownIssuer => (
                "nobody that this machine trusts has signed its certificate".to_owned(),
                "if your firm's network reads along by right, name the firm's certificate as ca_file in the config file; \
                 otherwise check the address, and whether something on the way reads along",
            ),
            Why::Expired | Why::ExpiredContext { .. } => (
                "its certificate has expired".to_owned(),
                "check this machine's clock, and tell those who run the host",
            ),
            Why::NotValidYet | Why::NotValidYetContext { .. } => {
                ("its certificate is not valid yet".to_owned(), "check this machine's clock")
            }
            Why::NotValidForName | Why::NotValidForNameContext { .. } => (
                "its certificate is for another host".to_owned(),
                "check the address, and whether something on the way answers in its place",
            ),
            other => (other.to_string(), LOOK_ROUND),
        },
        rustls::Error::InvalidMessage(_) => (
            "what answers there does not encrypt".to_owned(),
            "check the address; one on this machine that does not encrypt begins with http://",
        ),
        other => (other.to_string(), LOOK_ROUND),
    };
    Fault::Tls { host, reason, advice }
}

const LOOK_ROUND: &str =
    "check the address, this machine's clock, and whether something on the way reads along";

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
        let says = |text: &str| {
            let error = believing(reqwest::Client::builder(), &account).unwrap_err().to_string();
            let named = error.contains(&path.display().to_string()) && error.contains("PEM file");
            assert!(named && error.contains(text), "{error}");
        };
        says("No such file");
        fs::write(&path, "").unwrap();
        says("no certificate");
        fs::write(&path, [0x30, 0x82, 0, 0xff]).unwrap();
        says("no certificate");
        fs::write(&path, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
        says("certificate 1 in it is damaged");
        fs::write(&path, "-----BEGIN CERTIFICATE-----\nAA*A\n-----END CERTIFICATE-----\n").unwrap();
        says("certificate 1 in it is damaged");
        fs::write(&path, "x".repeat(LONGEST + 1)).unwrap();
        says("longer than 1024 KiB");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        says("it is a folder");
    }
}
