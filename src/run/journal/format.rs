//! The journal's bytes, read and written without touching a disk.
//!
//! A line that names the format; then records, each made of the payload's length (4 bytes), the CRC-32 of length and payload
//! (4 bytes), and the payload. The first payload is the [`Header`] as JSON, the others are [`UnitRecords`] in postcard's encoding and, now and
//! then, [`Elapsed`] as JSON. Numbers are little-endian.

use std::io::{self, Read};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::claim::sequential;
use crate::experiment::Experiment;
use crate::record::{UnitRecords, WrongRows};
use crate::run::Shard;

/// The first line of a journal.
pub const MAGIC: &[u8] = b"logitbench/journal/10\n";

/// How the first line begins in every version of the format.
const ANY_VERSION: &[u8] = b"logitbench/journal/";

/// Bytes before a payload.
const FRAME: usize = 8;

/// The run that a journal belongs to. Journals without a [`Header::difference`] can be joined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of logitbench, because another version may compute other bits.
    pub version: String,
    /// The experiment file, as named on the command line.
    pub path: String,
    /// SHA-256 of the text of the experiment file.
    pub digest: String,
    /// The seed.
    pub seed: u64,
    /// Repetitions: splits, or partitions into folds.
    pub repeats: u64,
    /// SHA-256 of each data set, and of its lists of splits where it has some; null for data drawn afresh for each split.
    pub data: Vec<Option<String>>,
    /// The solvers that this build can run.
    pub solvers: Vec<String>,
    /// The shard: k, n.
    pub shard: [u64; 2],
    /// The text of the experiment file.
    pub text: String,
}

impl Header {
    /// The header of a shard of an experiment.
    pub fn new(experiment: &Experiment, shard: Shard) -> Header {
        Header {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            path: experiment.path.clone(),
            digest: experiment.digest.clone(),
            seed: experiment.seed,
            repeats: experiment.repeats,
            data: (0..experiment.sources.len()).map(|source| digest(experiment, source)).collect(),
            solvers: experiment.runnable().map(|(place, _)| experiment.solvers[place].name.clone()).collect(),
            shard: [shard.number, shard.of],
            text: experiment.text.clone(),
        }
    }

    /// The shard, if its numbers are valid.
    pub fn shard(&self) -> Option<Shard> {
        let [number, of] = self.shard;
        (1 <= number && number <= of).then_some(Shard { number, of })
    }

    /// The first difference from `wanted`, in words; `None` if there is none. Ignores the shard and the file's name, and compares the
    /// digest instead of the text.
    pub fn difference(&self, wanted: &Header) -> Option<String> {
        let Header { version, path: _, digest, seed, repeats, data, solvers, shard: _, text: _ } = self;
        if *version != wanted.version {
            return Some(format!("it was written by version {version}, and this is version {}", wanted.version));
        }
        if *digest != wanted.digest {
            return Some(format!("it is of an experiment file ({}) with another text", self.path));
        }
        if *seed != wanted.seed {
            return Some(format!("its seed is {seed}, not {}", wanted.seed));
        }
        if *repeats != wanted.repeats {
            return Some(format!("it has {repeats} repeats, not {}", wanted.repeats));
        }
        if *data != wanted.data {
            return Some("the data have changed since it was written".to_owned());
        }
        if *solvers != wanted.solvers {
            return Some(format!("it was written by a build that runs {}", solvers.join(", ")));
        }
        None
    }
}

/// The digest of a data set, and that of the lists by which its rows are dealt.
fn digest(experiment: &Experiment, source: usize) -> Option<String> {
    let data = experiment.data_digest(source)?;
    Some(match experiment.splitters[source].lists_digest() {
        Some(lists) => format!("{data} {lists}"),
        None => data,
    })
}

/// Appends a payload in its frame to `into`.
pub fn frame(payload: &[u8], into: &mut Vec<u8>) {
    let length = (payload.len() as u32).to_le_bytes();
    into.extend_from_slice(&length);
    into.extend_from_slice(&checksum(length, payload).to_le_bytes());
    into.extend_from_slice(payload);
}

fn checksum(length: [u8; 4], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&length);
    hasher.update(payload);
    hasher.finalize()
}

/// Encodes the records of a unit as a payload.
///
/// # Errors
/// If they cannot be encoded, which only a lack of memory can cause.
pub fn encode(records: &UnitRecords) -> postcard::Result<Vec<u8>> {
    // A fit takes about 160 bytes.
    postcard::to_extend(records, Vec::with_capacity(160 * records.fits.len() + 1024))
}

/// The time that a run has taken so far, a payload among those of its units.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Elapsed {
    /// Seconds, those of earlier parts included.
    pub elapsed_seconds: f64,
}

impl Elapsed {
    /// The time in a payload; `None` if it is another one.
    pub fn of(payload: &[u8]) -> Option<Duration> {
        let Elapsed { elapsed_seconds } = serde_json::from_slice(payload).ok()?;
        Duration::try_from_secs_f64(elapsed_seconds).ok()
    }
}

/// Reads payloads one after another, up to the first damaged or incomplete one.
pub struct Payloads<R> {
    from: R,
    /// Bytes up to the end of the last whole record.
    pub whole: u64,
}

/// How a file that should be a journal begins.
#[derive(Debug)]
pub enum Beginning {
    /// With a header.
    Header(Box<Header>),
    /// Cut off before the end of its header.
    Torn,
    /// With the first line of another version of the format.
    OtherFormat,
    /// With none of these.
    NotAJournal,
}

impl<R: Read> Payloads<R> {
    /// Reads the beginning of a journal.
    ///
    /// # Errors
    /// If the bytes cannot be read.
    pub fn new(mut from: R) -> io::Result<(Payloads<R>, Beginning)> {
        let mut magic = Vec::new();
        from.by_ref().take(MAGIC.len() as u64).read_to_end(&mut magic)?;
        let mut payloads = Payloads { from, whole: MAGIC.len() as u64 };
        if !MAGIC.starts_with(&magic) {
            let other = magic.starts_with(ANY_VERSION);
            return Ok((payloads, if other { Beginning::OtherFormat } else { Beginning::NotAJournal }));
        }
        let Some(header) = payloads.read()? else { return Ok((payloads, Beginning::Torn)) };
        let beginning = match serde_json::from_slice(&header) {
            Ok(header) => Beginning::Header(Box::new(header)),
            Err(_) => Beginning::NotAJournal,
        };
        Ok((payloads, beginning))
    }

    /// Reads on from the end of a record, `whole` bytes behind the beginning.
    pub fn from_place(from: R, whole: u64) -> Payloads<R> {
        Payloads { from, whole }
    }

    /// Reads the next payload, if there is a whole one.
    ///
    /// # Errors
    /// If the bytes cannot be read.
    pub fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut frame = Vec::with_capacity(FRAME);
        self.from.by_ref().take(FRAME as u64).read_to_end(&mut frame)?;
        let &[a, b, c, d, e, f, g, h] = &frame[..] else { return Ok(None) };
        let (length, expected) = ([a, b, c, d], u32::from_le_bytes([e, f, g, h]));
        // Memory grows with the bytes read, so that a damaged length cannot exhaust it.
        let mut payload = Vec::new();
        self.from.by_ref().take(u32::from_le_bytes(length).into()).read_to_end(&mut payload)?;
        if payload.len() as u64 != u64::from(u32::from_le_bytes(length)) || checksum(length, &payload) != expected {
            return Ok(None);
        }
        self.whole += (FRAME + payload.len()) as u64;
        Ok(Some(payload))
    }
}

/// Whether `length` splits from `first` on lie between two consecutive looks at the claims.
fn between_looks(first: u64, length: u64) -> bool {
    first / sequential::BATCH == (first + length - 1) / sequential::BATCH
}

/// Whether a unit has the wrongly classified rows of each of its fits, if the experiment keeps those of its source.
fn have_wrong_rows(records: &UnitRecords, experiment: &Experiment) -> bool {
    if !experiment.is_bootstrapped(records.source) {
        return records.wrong_rows.is_empty();
    }
    let rows = experiment.sources[records.source].shape().0;
    let is_valid = |wrong: &Option<WrongRows>| wrong.as_ref().is_none_or(|wrong| wrong.is_valid(rows));
    records.wrong_rows.len() == records.fits.len() && records.wrong_rows.iter().all(is_valid)
}

/// Decodes the records of a unit; `None` if the payload is not a unit of the experiment.
pub fn decode(payload: &[u8], experiment: &Experiment) -> Option<UnitRecords> {
    let (records, rest) = postcard::take_from_bytes::<UnitRecords>(payload).ok()?;
    let cells = experiment.layout().pairs();
    let models = experiment.models.len();
    let length = records.splits.len() / models;
    let bands = if experiment.trace.bands { cells } else { 0 };
    let reliability = if experiment.metrics.has_reliability() { cells } else { 0 };
    let possible = rest.is_empty()
        && records.source < experiment.sources.len()
        && length > 0
        && records.splits.len() == length * models
        && records.fits.len() == length * cells
        && records.first.checked_add(length as u64).is_some_and(|last| last <= experiment.split_counts[records.source])
        && (!experiment.until_decided || between_looks(records.first, length as u64))
        && records.traces.iter().all(|(fit, _)| *fit < records.fits.len())
        && records.failures.iter().all(|(fit, _)| *fit < records.fits.len())
        && records.bands.len() == bands
        && records.bands.iter().all(|bands| bands.is_valid(length))
        && records.reliability.len() == reliability
        && records.reliability.iter().all(|counts| counts.is_valid(length))
        && have_wrong_rows(&records, experiment);
    possible.then_some(records)
}
