#![no_main]

use libfuzzer_sys::fuzz_target;
use peerwarden_fuzz::recording::run;

fuzz_target!(|input: &[u8]| run(input));
