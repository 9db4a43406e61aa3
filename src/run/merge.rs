//! Joining the shards of one experiment.

use super::{Shard, schedule};
use crate::experiment::Experiment;
use crate::record::UnitRecords;

/// The records of one shard.
#[derive(Debug)]
pub struct ShardRecords {
    /// Its file.
    pub path: String,
    /// Which part of the experiment it is.
    pub shard: Shard,
    /// Its records, in the order of the splits.
    pub units: Vec<UnitRecords>,
}

/// Why shards cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// The shards are not parts of the same whole.
    #[error("{path} is one of {of} shards, and {other} one of {other_of}: join shards of one number")]
    OtherNumber {
        /// A shard.
        path: String,
        /// Its number of shards.
        of: u64,
        /// Another.
        other: String,
        /// The other's number.
        other_of: u64,
    },
    /// Two shards are the same part.
    #[error("{path} and {other} are both shard {number}/{of}: give each shard once")]
    Doubled {
        /// A shard.
        path: String,
        /// Another.
        other: String,
        /// The part that both are.
        number: u64,
        /// The number of shards.
        of: u64,
    },
    /// Some shards are missing.
    #[error("of {of} shards, {missing} {}: run with --shard K/{of} and give all of them",
        if missing.contains(' ') { "are missing" } else { "is missing" })]
    Missing {
        /// The missing parts.
        missing: String,
        /// The number of shards.
        of: u64,
    },
    /// A shard has not run to its end.
    #[error("{path} is not finished, with {done} of {splits} splits: give its command again, which goes on from there")]
    Unfinished {
        /// The shard.
        path: String,
        /// Splits it has.
        done: u64,
        /// Splits it should have.
        splits: u64,
    },
}

/// Joins the records of all parts of an experiment, in the order of the splits.
///
/// # Errors
/// When a part is missing, doubled or unfinished.
pub fn join(experiment: &Experiment, mut parts: Vec<ShardRecords>) -> Result<Vec<UnitRecords>, MergeError> {
    parts.sort_by_key(|part| part.shard);
    let Some(of) = parts.first().map(|part| part.shard.of) else {
        return Err(MergeError::Missing { missing: "1".to_owned(), of: 1 });
    };
    for (one, other) in parts.iter().zip(parts.iter().skip(1)) {
        let (path, other_path) = (one.path.clone(), other.path.clone());
        if one.shard.of != other.shard.of {
            let (of, other_of) = (one.shard.of, other.shard.of);
            return Err(MergeError::OtherNumber { path, of, other: other_path, other_of });
        }
        if one.shard == other.shard {
            return Err(MergeError::Doubled { path, other: other_path, number: one.shard.number, of });
        }
    }
    let missing: Vec<String> = (1..=of)
        .filter(|&number| parts.binary_search_by_key(&number, |part| part.shard.number).is_err())
        .map(|number| number.to_string())
        .take(21)
        .collect();
    if !missing.is_empty() {
        let more = if missing.len() > 20 { ", …" } else { "" };
        let missing = missing[..missing.len().min(20)].join(", ") + more;
        return Err(MergeError::Missing { missing, of });
    }
    for ShardRecords { path, shard, units } in &parts {
        let range = shard.splits(experiment);
        let (splits, number) = (range.end - range.start, |unit| schedule::number_of(experiment, unit));
        let ranges = units.iter().map(|unit| number(unit)..number(unit) + schedule::length_of(experiment, unit));
        let gaps = schedule::missing(range, ranges);
        let open: u64 = gaps.iter().map(|gap| gap.end - gap.start).sum();
        if open > 0 {
            return Err(MergeError::Unfinished { path: path.clone(), done: splits - open, splits });
        }
    }
    Ok(parts.into_iter().flat_map(|part| part.units).collect())
}
