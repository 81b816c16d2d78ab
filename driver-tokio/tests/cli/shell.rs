//! Completions and the man page.

use crate::node::{command, ran};

/// Every command that is not hidden.
const COMMANDS: [&str; 20] = [
    "ban",
    "bans",
    "check",
    "completions",
    "demo",
    "disconnect",
    "export",
    "import",
    "lists",
    "node",
    "peers",
    "policy",
    "protect",
    "protected",
    "status",
    "unban",
    "unprotect",
    "watch",
    "web",
    "why",
];

#[test]
fn completions_have_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = ran(&mut command(&format!("completions {shell}")));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        for name in COMMANDS.iter().chain(&["--json", "--socket", "--dry-run"]) {
            let name = name.trim_start_matches('-');
            assert!(ran.out.contains(name), "{shell} has no {name}");
        }
    }
    let none = ran(&mut command("completions tcsh"));
    assert_eq!(none.code, 2);
    assert!(
        none.err.starts_with(
            "error: invalid value 'tcsh' for '<SHELL>'\n  [possible values: bash, elvish, fish, powershell, zsh]\n"
        ),
        "{none:?}"
    );
}

#[test]
fn the_man_page_has_a_section_for_every_command() {
    let ran = ran(&mut command("man"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.contains(".TH peerwarden 1 "), "{}", ran.out);
    for name in COMMANDS.iter().map(|name| name.to_uppercase()) {
        assert!(ran.out.contains(&format!("\n.SH \"PEERWARDEN {name}\"\n")), "{name}");
    }
    assert!(ran.out.contains("\n.SH \"PEERWARDEN POLICY DIFF\"\n"));
    assert!(ran.out.contains("check: the connection would be refused"), "{}", ran.out);
    assert!(!ran.out.contains("PEERWARDEN HELP"));
}

#[test]
fn the_help_names_every_command_and_the_exit_codes() {
    let ran = ran(&mut command("--help"));
    assert_eq!(ran.code, 0);
    for name in COMMANDS {
        assert!(ran.out.contains(&format!("\n  {name} ")), "{name}: {}", ran.out);
    }
    assert!(ran.out.contains("\n  8    versions differ\n"), "{}", ran.out);
}
