//! A new fleet: keys, certificates, the NATS server's configuration and the nodes' settings.

mod certificates;
mod files;
mod server;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use nkeys::KeyPair;
use peerwarden_host::OneLine;

use crate::name::{FleetName, MemberName};
use crate::roster::{Member, Roster, RosterError};
use crate::rules::Mode;
use crate::settings::inbox;
use crate::signing::{KeyError, PublicKey, SecretKey};
use certificates::Certificates;
use files::Files;

/// What a new fleet is to be.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct InitOptions {
    /// The name of the fleet.
    pub fleet: FleetName,
    /// Its members.
    pub members: Vec<NewMember>,
    /// How many of them have to ban a subject.
    pub quorum: usize,
    /// What nodes do with what the fleet believes.
    pub mode: Mode,
    /// Where the NATS server listens.
    pub listen: SocketAddr,
    /// Under which names or addresses nodes reach it: the first stands in their settings, and all in its
    /// certificate.
    pub hosts: Vec<String>,
    /// Whether connections are encrypted.
    pub tls: bool,
}

/// A member that is to be.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Its name.
    pub name: MemberName,
    /// What it is likely to be wrong together with.
    pub group: Option<String>,
}

impl InitOptions {
    /// Returns options for a fleet whose server is on this machine alone, with TLS. The quorum is 3, or as many
    /// as there are members, and 2 at least.
    #[must_use]
    pub fn new(fleet: FleetName, members: Vec<NewMember>) -> Self {
        Self {
            fleet,
            quorum: members.len().clamp(2, 3),
            members,
            mode: Mode::Observe,
            listen: SocketAddr::from(([127, 0, 0, 1], 4222)),
            hosts: vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
            tls: true,
        }
    }
}

/// What was written.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Initialized {
    /// The configuration of the NATS server: `nats-server -c` and this file.
    pub server_config: PathBuf,
    /// For each member its name and its directory, with `fleet.toml`, which is the part of the node's settings,
    /// and the files that it names. To be moved to the node.
    pub members: Vec<(MemberName, PathBuf)>,
    /// The directory of the operator, with keys that order and pardon for the whole fleet. To be kept elsewhere.
    pub operator: PathBuf,
    /// The operator's public key.
    pub operator_key: PublicKey,
}

/// Why a fleet was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// A certificate cannot be made.
    #[error("no certificate can be made for {}: {error}", OneLine(.hosts))]
    Certificate {
        /// The names that it was to be for.
        hosts: String,
        /// Why not.
        error: String,
    },
    /// A file is there already: another fleet's keys would be lost.
    #[error("{}: is there already: give an empty directory", OneLine(.path.display()))]
    Exists {
        /// The file or directory.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("{}: cannot be written: {error}", OneLine(.path.display()))]
    Io {
        /// The file.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// No key can be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// There is no host that nodes could reach the server under.
    #[error("give a name or an address under which the nodes reach the NATS server")]
    NoHost,
    /// The members make no fleet.
    #[error(transparent)]
    Roster(#[from] RosterError),
    /// There are too few members for one to be wrong.
    #[error("a fleet has 2 members or more, not {members}")]
    TooFew {
        /// How many there are.
        members: usize,
    },
    /// The quorum makes no sense.
    #[error("the quorum is {quorum}, with {members} members: give 2 to {members}")]
    Quorum {
        /// The quorum.
        quorum: usize,
        /// How many members there are.
        members: usize,
    },
}

/// A client of the server: its nkey and what its inboxes are called.
struct Client {
    name: String,
    seed: String,
    nkey: String,
    inbox: String,
    /// What it may write.
    writes: Vec<String>,
    is_operator: bool,
}

/// Makes a fleet in a directory, which is made if it is not there and has to be empty.
///
/// Each member may write under its own name alone, and read everything; it may make the bucket if that is not
/// there. The operator may write everything. Secrets are for the owner of the files alone to read.
///
/// # Errors
///
/// [`InitError`], which says what is wrong. What was written until then stays.
pub fn init(options: &InitOptions, directory: impl AsRef<Path>) -> Result<Initialized, InitError> {
    let (members, quorum) = (options.members.len(), options.quorum);
    if members < 2 {
        return Err(InitError::TooFew { members });
    }
    if quorum < 2 || quorum > members {
        return Err(InitError::Quorum { quorum, members });
    }
    let host = options.hosts.first().ok_or(InitError::NoHost)?;
    let files = Files::new(directory.as_ref())?;
    let operator_key = SecretKey::generate()?;
    let mut keys = Vec::new();
    for _ in &options.members {
        keys.push(SecretKey::generate()?);
    }
    let roster = options.members.iter().zip(&keys).map(|(member, key)| Member {
        id: key.public(),
        name: member.name.clone(),
        group: member.group.clone(),
    });
    let roster = Roster::new(roster.collect())?;
    let certificates = if options.tls { Some(Certificates::new(&options.hosts)?) } else { None };

    let mut clients = vec![client(options, "operator", &operator_key.public(), None)];
    for (member, key) in options.members.iter().zip(&keys) {
        clients.push(client(options, member.name.as_str(), &key.public(), Some(&member.name)));
    }
    let config = server::config(options, files.root(), &clients);
    let server_config = files.write("nats-server.conf", &config)?;
    if let Some(certificates) = &certificates {
        files.write("server.pem", &certificates.server)?;
        files.write_secret("server.key", &certificates.server_key)?;
        files.write("ca.pem", &certificates.ca)?;
    }
    let address = server::address(options, host);
    let operator = files.directory("operator")?;
    let all = clients.iter().zip([&operator_key].into_iter().chain(&keys));
    let mut written = Vec::new();
    for (client, key) in all {
        let place =
            if client.is_operator { operator.clone() } else { files.directory(&client.name)? };
        let settings = server::settings(options, &address, &roster, &operator_key.public());
        let inside = |file: &str| format!("{}/{file}", client.name);
        files.write(&inside("fleet.toml"), &settings)?;
        files.write_secret(&inside("member.key"), &format!("{}\n", key.to_text()))?;
        files.write_secret(&inside("nkey.seed"), &format!("{}\n", client.seed))?;
        if let Some(certificates) = &certificates {
            files.write(&inside("ca.pem"), &certificates.ca)?;
        }
        if !client.is_operator {
            written.push(place);
        }
    }
    if let Some(certificates) = &certificates {
        files.write_secret("operator/ca.key", &certificates.ca_key)?;
    }
    let names = options.members.iter().map(|member| member.name.clone());
    Ok(Initialized {
        server_config,
        members: names.zip(written).collect(),
        operator,
        operator_key: operator_key.public(),
    })
}

fn client(
    options: &InitOptions,
    name: &str,
    key: &PublicKey,
    member: Option<&MemberName>,
) -> Client {
    let nkey = KeyPair::new_user();
    let bucket = options.fleet.bucket();
    let writes = match member {
        Some(member) => vec![format!("$KV.{bucket}.{member}.>")],
        None => vec![format!("$KV.{bucket}.>"), "$JS.API.>".to_owned()],
    };
    Client {
        name: name.to_owned(),
        // The seed of a pair that was just made is there.
        seed: nkey.seed().unwrap_or_default(),
        nkey: nkey.public_key(),
        inbox: inbox(key),
        writes,
        is_operator: member.is_none(),
    }
}
