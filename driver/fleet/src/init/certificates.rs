//! Certificates of a new fleet: an authority of its own, and the server's.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, KeyPair, KeyUsagePurpose};

use super::InitError;

/// Certificates and keys, in PEM.
pub(super) struct Certificates {
    pub(super) ca: String,
    pub(super) ca_key: String,
    pub(super) server: String,
    pub(super) server_key: String,
}

impl Certificates {
    pub(super) fn new(hosts: &[String]) -> Result<Self, InitError> {
        Self::made(hosts).map_err(|error| InitError::Certificate {
            hosts: hosts.join(", "),
            error: error.to_string(),
        })
    }

    fn made(hosts: &[String]) -> Result<Self, rcgen::Error> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "peerwarden fleet");
        let ca_key = KeyPair::generate()?;
        let ca = params.self_signed(&ca_key)?;
        let mut params = CertificateParams::new(hosts.to_vec())?;
        params.distinguished_name.push(DnType::CommonName, "peerwarden fleet's NATS server");
        let server_key = KeyPair::generate()?;
        let server = params.signed_by(&server_key, &ca, &ca_key)?;
        Ok(Self {
            ca: ca.pem(),
            ca_key: ca_key.serialize_pem(),
            server: server.pem(),
            server_key: server_key.serialize_pem(),
        })
    }
}
