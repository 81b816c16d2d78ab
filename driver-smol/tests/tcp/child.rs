//! A test that runs in a process of its own.

use std::env;
use std::process::Command;

/// Whether this is the process that was started for `test`.
pub(crate) fn is_it(test: &str) -> bool {
    env::var(CHILD).is_ok_and(|it| it == test)
}

/// Runs `test` alone, by a shell that first does `setup`, and fails as it does.
pub(crate) fn run(test: &str, shell: &[&str], setup: &str) {
    let (program, args) = shell.split_first().unwrap();
    let mut command = Command::new(program);
    command.args(args).arg("-c").arg(format!("{setup}; exec \"$0\" \"$@\""));
    command.arg(env::current_exe().unwrap()).args(["--exact", test, "--nocapture"]);
    let output = command.env(CHILD, test).output().unwrap();
    let [said, failed] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "{said}\n{failed}");
    assert!(said.contains("1 passed"), "{said}");
}

const CHILD: &str = "PEERWARDEN_TEST_CHILD";
