//! One NATS server and the files of its fleet, as `init` writes them.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use peerwarden_fleet::{FleetSettings, InitOptions, Initialized, Mode, NewMember, init};

use crate::tool::nats_server;

/// A server that runs, and ends with this.
pub(crate) struct Server {
    program: &'static Path,
    child: Option<Child>,
    listen: SocketAddr,
    pub(crate) files: Initialized,
    pub(crate) place: tempfile::TempDir,
}

impl Server {
    /// A server for the fleet `trial` of so many members, `n0` and on, with a quorum of three, enforcing. None
    /// where there is no NATS server.
    pub(crate) fn start(members: usize) -> Option<Self> {
        let program = nats_server()?;
        // For the clients that tests make: a whole workspace has several providers of cryptography.
        let _ = async_nats::rustls::crypto::ring::default_provider().install_default();
        let place = tempfile::tempdir().unwrap();
        let members = (0..members)
            .map(|number| NewMember { name: format!("n{number}").parse().unwrap(), group: None });
        let mut options = InitOptions::new("trial".parse().unwrap(), members.collect());
        options.listen = free_address();
        options.mode = Mode::Enforce;
        let files = init(&options, place.path().join("fleet")).unwrap();
        let mut server = Self { program, child: None, listen: options.listen, files, place };
        server.run();
        Some(server)
    }

    /// Starts the program, and waits until it takes connections.
    pub(crate) fn run(&mut self) {
        let log = fs::File::create(self.place.path().join("server.log")).unwrap();
        let mut command = Command::new(self.program);
        command.arg("-c").arg(&self.files.server_config);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().unwrap());
        let start = Instant::now();
        while TcpStream::connect(self.listen).is_err() {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().unwrap());
            let log = || fs::read_to_string(self.place.path().join("server.log")).unwrap();
            assert!(ended.is_none() && start.elapsed() < Duration::from_secs(20), "{}", log());
            std::thread::yield_now();
        }
    }

    /// Ends the program as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.place.path().join("server.log")).unwrap()
    }

    pub(crate) fn directory(&self, member: usize) -> PathBuf {
        self.files.members.get(member).unwrap().1.clone()
    }

    pub(crate) fn settings(&self, member: usize) -> FleetSettings {
        settings(&self.directory(member))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What the file in a directory of `init` says.
pub(crate) fn settings(directory: &Path) -> FleetSettings {
    let text = fs::read_to_string(directory.join("fleet.toml")).unwrap();
    FleetSettings::from_toml(&text).unwrap().unwrap().in_directory(directory)
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
