//! The program `logitbench`; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    logitbench::cli::main()
}
