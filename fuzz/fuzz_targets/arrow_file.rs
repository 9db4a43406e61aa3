#![no_main]

#[path = "../../tests/common/hostile.rs"]
mod hostile;

libfuzzer_sys::fuzz_target!(
    init: hostile::abort_unless_contained(),
    |bytes: &[u8]| {
        hostile::arrow_file(bytes);
    }
);
