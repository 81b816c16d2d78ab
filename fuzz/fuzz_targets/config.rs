#![no_main]

use libfuzzer_sys::fuzz_target;
use peerwarden_fuzz::config::{Input, run};

fuzz_target!(|input: Input| run(input));
