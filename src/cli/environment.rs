//! The machine and build of a run.

use std::time::SystemTime;

use crate::linear_algebra::lanes::InstructionSet;
use crate::record::Results;
use crate::report::schema::Environment;

/// Describes the run that gave `results`.
pub fn describe(started: SystemTime, results: &Results) -> Environment {
    Environment {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started: humantime::format_rfc3339_seconds(started).to_string(),
        elapsed_seconds: results.elapsed.as_secs_f64(),
        threads: results.threads,
        cpu: cpu(),
        simd: InstructionSet::widest().name().to_owned(),
        back_end: if cfg!(feature = "lapack") { "built-in, lapack (OpenBLAS)" } else { "built-in" }.to_owned(),
    }
}

/// The processor's name if the system reports it, else its architecture.
fn cpu() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = information.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}
