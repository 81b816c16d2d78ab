#![no_main]

use libfuzzer_sys::fuzz_target;
use peerwarden_fuzz::snapshot::{Input, run};

fuzz_target!(|input: Input| run(input));
