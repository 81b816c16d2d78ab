//! Debian's `nats-server`, unpacked and never installed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The server's program: the one that `PEERWARDEN_NATS_SERVER` names, the one on the path, or Debian's. Says
/// that the test is skipped if there is none.
pub(crate) fn nats_server() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let named = std::env::var_os("PEERWARDEN_NATS_SERVER").map(PathBuf::from);
        named.or_else(on_path).or_else(unpacked)
    });
    if found.is_none() {
        // Past the capture of tests that pass.
        let told = "SKIPPED: there is no nats-server and Debian has none for us: no fleet was tried on one";
        let _closed = writeln!(std::io::stderr(), "{told}");
    }
    found.as_deref()
}

fn on_path() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let all = std::env::split_paths(&paths).map(|path| path.join("nats-server"));
    all.into_iter().find(|path| path.is_file())
}

fn unpacked() -> Option<PathBuf> {
    let tools = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let program = tools.join("nats-server");
    if program.is_file() {
        return Some(program);
    }
    // Several test programs may be at it at once: what is moved into place is whole.
    let place = tempfile::tempdir_in(tools).ok()?;
    let run = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(place.path());
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success()).then_some(())
    };
    run("apt-get", &["download", "nats-server"])?;
    let package = fs::read_dir(place.path()).ok()?.next()?.ok()?.path();
    run("dpkg-deb", &["-x", package.to_str()?, "root"])?;
    fs::rename(place.path().join("root/usr/sbin/nats-server"), &program).ok()?;
    Some(program)
}
