//! The journal: the records of finished units, written to disk as each unit ends, so that an interrupted run can be resumed.
//!
//! An append-only file of records ([`mod@format`]). Each unit is written by one system call when it ends, so a killed program
//! loses only the units in progress. The file is synced to disk every few seconds; a failing machine loses the units written
//! since the last sync. A torn or damaged record is dropped, with all records after it.
//!
//! An embedded store (SQLite and redb: see `benches/README.md`) is not needed, because no record is ever changed or looked
//! up, and no two processes read the file at once.

pub mod follow;
pub mod format;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use format::{Beginning, Elapsed, Header, MAGIC, Payloads};

use super::{Shard, schedule};
use crate::experiment::Experiment;
use crate::record::UnitRecords;

/// Time between two syncs of the file to disk.
const SYNC: Duration = Duration::from_secs(5);

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It cannot be read or written.
    #[error("cannot use the journal {path}: {source}; {remedy}")]
    Io {
        /// The journal.
        path: String,
        /// Why.
        source: io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// Another run is writing it.
    #[error("{path} belongs to a run that is under way: wait for its end, or choose another place with --out")]
    InUse {
        /// The journal.
        path: String,
    },
    /// The file is not a journal.
    #[error("{path} is not a journal of logitbench: move it away, or choose another place with --out")]
    NotAJournal {
        /// The file.
        path: String,
    },
    /// It is in the format of another version.
    #[error("{path} is a journal made by another version of logitbench: {remedy}")]
    OtherFormat {
        /// The journal.
        path: String,
        /// What to do.
        remedy: &'static str,
    },
    /// It belongs to another experiment.
    #[error("{path} is the journal of another run: {difference}; {remedy}")]
    Foreign {
        /// The journal.
        path: String,
        /// The first difference between the two.
        difference: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Its records contradict each other.
    #[error("{path} has split {split} of \"{source_name}\" twice, so its records are not of one run: remove it")]
    Twice {
        /// The journal.
        path: String,
        /// The split.
        split: u64,
        /// The data set.
        source_name: String,
    },
}

const APPEND_REMEDY: &str = "its records are kept: make room on the disk, then give the same command again";
const OPEN_REMEDY: &str = "choose another place with --out";
const FORMAT_REMEDY: &str = "finish it with that version, or remove it";
const FOREIGN_REMEDY: &str = "give --fresh to discard it, or choose another place with --out";

/// The contents of a journal that a run goes on from.
#[derive(Debug, Default)]
pub struct Recovered {
    /// The units in it, in the order of the splits.
    pub units: Vec<UnitRecords>,
    /// Bytes of an incomplete record at its end.
    pub torn: u64,
    /// The time that was spent on them, to within a few seconds if the program was killed.
    pub elapsed: Duration,
}

impl Recovered {
    /// Number of fits in the units.
    pub fn fits(&self) -> u64 {
        self.units.iter().map(|records| records.fits.len() as u64).sum()
    }
}

/// A journal open for writing. A lock keeps other processes from opening it.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Bytes up to the end of the last record known to be written.
    whole: u64,
    /// Whether any of these records is a unit.
    holds_units: bool,
    /// Whether this run has added any of them.
    has_added: bool,
    synced: Instant,
    framed: Vec<u8>,
    opened: Instant,
    /// The time of earlier parts of the run.
    before: Duration,
}

impl Journal {
    /// Opens the journal of a shard and reads its units, or creates the journal if it is missing; with `fresh`, discards the
    /// units.
    ///
    /// # Errors
    /// If another run has it open, if it belongs to another experiment, or if it cannot be read or written.
    pub fn open(
        path: &Path,
        experiment: &Experiment,
        header: &Header,
        fresh: bool,
    ) -> Result<(Journal, Recovered), JournalError> {
        let failed = |source| JournalError::Io { path: shown(path), source, remedy: OPEN_REMEDY };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        lock(path, file.try_lock())?;
        // An earlier run may have finished and removed the file between opening and locking.
        if !path.exists() {
            return Err(JournalError::InUse { path: shown(path) });
        }
        let mut journal = Journal {
            file,
            path: path.to_owned(),
            whole: 0,
            holds_units: false,
            has_added: false,
            synced: Instant::now(),
            framed: Vec::new(),
            opened: Instant::now(),
            before: Duration::ZERO,
        };
        let length = journal.file.metadata().map_err(failed)?.len();
        let (mut payloads, beginning) = Payloads::new(BufReader::new(&journal.file)).map_err(failed)?;
        let found = match beginning {
            Beginning::NotAJournal => return Err(JournalError::NotAJournal { path: shown(path) }),
            _ if fresh => Recovered::default(),
            Beginning::OtherFormat => {
                return Err(JournalError::OtherFormat { path: shown(path), remedy: FORMAT_REMEDY });
            }
            Beginning::Torn => Recovered { torn: length, ..Recovered::default() },
            Beginning::Header(found) => {
                check(path, &found, header, FOREIGN_REMEDY)?;
                if found.shard != header.shard {
                    let [[number, of], [k, n]] = [found.shard, header.shard];
                    let difference = format!("it is of shard {number}/{of}, not {k}/{n}");
                    return Err(JournalError::Foreign { path: shown(path), difference, remedy: FOREIGN_REMEDY });
                }
                let Units { units, whole, elapsed } = units(path, &mut payloads, experiment)?;
                journal.whole = whole;
                journal.holds_units = !units.is_empty();
                journal.before = elapsed;
                Recovered { units, torn: length - whole, elapsed }
            }
        };
        drop(payloads);
        journal.file.set_len(journal.whole).map_err(failed)?;
        journal.file.seek(SeekFrom::Start(journal.whole)).map_err(failed)?;
        if journal.whole == 0 {
            journal.framed.extend_from_slice(MAGIC);
            let json = serde_json::to_vec(header).map_err(|error| failed(error.into()))?;
            format::frame(&json, &mut journal.framed);
            journal.write().map_err(failed)?;
        }
        Ok((journal, found))
    }

    /// Appends the records of a unit.
    ///
    /// # Errors
    /// If it cannot be written. Earlier records stay whole.
    pub fn append(&mut self, records: &UnitRecords) -> Result<(), JournalError> {
        let attempt = |journal: &mut Journal| {
            let payload = format::encode(records).map_err(io::Error::other)?;
            format::frame(&payload, &mut journal.framed);
            journal.write()?;
            (journal.holds_units, journal.has_added) = (true, true);
            if journal.synced.elapsed() >= SYNC {
                journal.write_elapsed()?;
                journal.file.sync_data()?;
                journal.synced = Instant::now();
            }
            Ok(())
        };
        attempt(self).map_err(|source| JournalError::Io { path: shown(&self.path), source, remedy: APPEND_REMEDY })
    }

    /// Appends the time that the run has taken so far.
    fn write_elapsed(&mut self) -> io::Result<()> {
        let elapsed = Elapsed { elapsed_seconds: (self.before + self.opened.elapsed()).as_secs_f64() };
        format::frame(&serde_json::to_vec(&elapsed)?, &mut self.framed);
        self.write()
    }

    /// Writes the framed bytes, or none of them.
    fn write(&mut self) -> io::Result<()> {
        let framed = std::mem::take(&mut self.framed);
        let result = self.file.write_all(&framed);
        match result {
            Ok(()) => self.whole += framed.len() as u64,
            // Nothing more to do if this fails too, because a reader drops the torn record.
            Err(_) => {
                let _ = self.file.set_len(self.whole);
                let _ = self.file.seek(SeekFrom::Start(self.whole));
            }
        }
        self.framed = framed;
        self.framed.clear();
        result
    }

    /// Syncs the file to disk.
    ///
    /// # Errors
    /// If the sync fails.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: APPEND_REMEDY };
        self.file.sync_data().map_err(failed)
    }

    /// Syncs the journal for a later run, or removes it if it holds no units.
    ///
    /// # Errors
    /// If it cannot be synced or removed.
    pub fn leave(mut self) -> Result<(), JournalError> {
        if !self.holds_units {
            return self.remove();
        }
        // A run that has added nothing leaves the journal as it was.
        let written = if self.has_added { self.write_elapsed() } else { Ok(()) };
        written.map_err(|source| JournalError::Io { path: shown(&self.path), source, remedy: APPEND_REMEDY })?;
        self.sync()
    }

    /// Removes the journal, and only then releases its lock.
    ///
    /// # Errors
    /// If it cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: "remove it by hand" };
        fs::remove_file(&self.path).map_err(failed)
    }
}

/// A journal open for reading, which no run is writing.
pub struct ReadOnlyJournal {
    path: PathBuf,
    file: File,
    /// The experiment and shard whose records it holds.
    pub header: Header,
}

impl ReadOnlyJournal {
    /// Opens a journal for reading.
    ///
    /// # Errors
    /// If a run is writing it, or if the file is not a journal.
    pub fn open(path: &Path) -> Result<ReadOnlyJournal, JournalError> {
        let failed = |source| JournalError::Io { path: shown(path), source, remedy: "check its name" };
        let file = File::open(path).map_err(failed)?;
        lock(path, file.try_lock_shared())?;
        match Payloads::new(BufReader::new(&file)).map_err(failed)?.1 {
            Beginning::Header(header) => Ok(ReadOnlyJournal { path: path.to_owned(), file, header: *header }),
            Beginning::OtherFormat => {
                let remedy = "make the shards again, all with one version";
                Err(JournalError::OtherFormat { path: shown(path), remedy })
            }
            Beginning::Torn | Beginning::NotAJournal => Err(JournalError::NotAJournal { path: shown(path) }),
        }
    }

    /// The shard whose records it holds.
    ///
    /// # Errors
    /// If the shard's numbers in the header are invalid.
    pub fn shard(&self) -> Result<Shard, JournalError> {
        self.header.shard().ok_or_else(|| JournalError::NotAJournal { path: shown(&self.path) })
    }

    /// Reads the units in the order of the splits.
    ///
    /// # Errors
    /// If the journal belongs to another experiment than `wanted`, or cannot be read.
    pub fn units(&self, experiment: &Experiment, wanted: &Header) -> Result<Vec<UnitRecords>, JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: "check the disk" };
        check(&self.path, &self.header, wanted, "join only shards of one experiment")?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let (mut payloads, _) = Payloads::new(BufReader::new(file)).map_err(failed)?;
        Ok(units(&self.path, &mut payloads, experiment)?.units)
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn lock(path: &Path, locked: Result<(), TryLockError>) -> Result<(), JournalError> {
    match locked {
        // Some file systems have no locks; there the run goes on without one.
        Ok(()) => Ok(()),
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(()),
        Err(TryLockError::WouldBlock) => Err(JournalError::InUse { path: shown(path) }),
        Err(TryLockError::Error(source)) => Err(JournalError::Io { path: shown(path), source, remedy: OPEN_REMEDY }),
    }
}

fn check(path: &Path, found: &Header, wanted: &Header, remedy: &'static str) -> Result<(), JournalError> {
    match found.difference(wanted) {
        Some(difference) => Err(JournalError::Foreign { path: shown(path), difference, remedy }),
        None => Ok(()),
    }
}

/// What a journal holds behind its header.
struct Units {
    /// All whole units in the order of the splits.
    units: Vec<UnitRecords>,
    /// Bytes up to the end of the last whole record.
    whole: u64,
    /// The time that the run had taken when it was last written.
    elapsed: Duration,
}

/// All whole records.
fn units(path: &Path, payloads: &mut Payloads<impl io::Read>, experiment: &Experiment) -> Result<Units, JournalError> {
    let failed = |source| JournalError::Io { path: shown(path), source, remedy: "check the disk" };
    let (mut units, mut elapsed) = (Vec::new(), Duration::ZERO);
    let mut whole = payloads.whole;
    while let Some(payload) = payloads.read().map_err(failed)? {
        match (format::decode(&payload, experiment), Elapsed::of(&payload)) {
            (Some(records), _) => units.push(records),
            (None, Some(time)) => elapsed = time,
            (None, None) => break,
        }
        whole = payloads.whole;
    }
    units.sort_by_key(|records| schedule::number_of(experiment, records));
    let last = |records: &UnitRecords| records.first + schedule::length_of(experiment, records);
    let overlap = units.windows(2).find(|pair| pair[0].source == pair[1].source && last(&pair[0]) > pair[1].first);
    match overlap {
        Some(pair) => Err(JournalError::Twice {
            path: shown(path),
            split: pair[1].first,
            source_name: experiment.sources[pair[1].source].name().to_owned(),
        }),
        None => Ok(Units { units, whole, elapsed }),
    }
}
