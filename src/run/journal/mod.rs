//! The journal: what a run has finished, on disk as it ends, so that nothing is lost when the run is.
//!
//! A file of records that is only ever appended to ([`mod@format`]). Every unit is handed to the system with one call when it
//! ends: a killed program loses the units under way and no more. The disk is told to keep them every few seconds, which a
//! failing machine may lose. A record that is torn or damaged is dropped, with all behind it.
//!
//! An embedded store would do the same with more: see `benches/README.md` for SQLite and redb beside this file. Nothing here
//! is ever changed, looked up or read by two at once, which is what they are for.

pub mod format;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use format::{Beginning, Header, MAGIC, Payloads};

use super::{Shard, schedule};
use crate::experiment::Experiment;
use crate::record::UnitRecords;

/// Time after which the disk is told again to keep what was written.
const SYNC: Duration = Duration::from_secs(5);

/// What is wrong with a journal.
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
    /// It is a file of another kind.
    #[error("{path} is not a journal of logitbench: move it away, or choose another place with --out")]
    NotAJournal {
        /// The file.
        path: String,
    },
    /// It is of another experiment.
    #[error("{path} is the journal of another run: {difference}; {remedy}")]
    Foreign {
        /// The journal.
        path: String,
        /// What tells the two apart.
        difference: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Its records contradict each other.
    #[error("{path} has split {split} of \"{source_name}\" twice: it is no journal of one run; remove it")]
    Twice {
        /// The journal.
        path: String,
        /// The split.
        split: u64,
        /// The data set.
        source_name: String,
    },
}

const APPEND_REMEDY: &str = "what it holds is kept: make room, then give the same command again";
const OPEN_REMEDY: &str = "choose another place with --out";
const FOREIGN_REMEDY: &str = "give --fresh to discard it, or choose another place with --out";

/// What was found in a journal.
#[derive(Debug, Default)]
pub struct Found {
    /// The units in it, in the order of the splits.
    pub units: Vec<UnitRecords>,
    /// Bytes at its end that are no whole record.
    pub torn: u64,
}

impl Found {
    /// Fits in it.
    pub fn fits(&self) -> u64 {
        self.units.iter().map(|records| records.fits.len() as u64).sum()
    }
}

/// A journal that is being written. Nobody else can open it meanwhile.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Bytes that are known to be written whole.
    whole: u64,
    /// Whether any unit is among them.
    holds_units: bool,
    synced: Instant,
    framed: Vec<u8>,
}

impl Journal {
    /// Opens the journal of an experiment's part, makes it if it is missing, and reads what it holds; with `fresh`, that is
    /// thrown away.
    ///
    /// # Errors
    /// When another run has it, when it is of another experiment, or when the disk says no.
    pub fn open(
        path: &Path,
        experiment: &Experiment,
        header: &Header,
        fresh: bool,
    ) -> Result<(Journal, Found), JournalError> {
        let failed = |source| JournalError::Io { path: shown(path), source, remedy: OPEN_REMEDY };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(failed)?;
        lock(path, file.try_lock())?;
        // Between opening and locking, the run before may have finished and removed it.
        if !path.exists() {
            return Err(JournalError::InUse { path: shown(path) });
        }
        let mut journal = Journal {
            file,
            path: path.to_owned(),
            whole: 0,
            holds_units: false,
            synced: Instant::now(),
            framed: Vec::new(),
        };
        let length = journal.file.metadata().map_err(failed)?.len();
        let (mut payloads, beginning) = Payloads::new(BufReader::new(&journal.file)).map_err(failed)?;
        let found = match beginning {
            Beginning::NotAJournal => return Err(JournalError::NotAJournal { path: shown(path) }),
            _ if fresh => Found::default(),
            Beginning::Torn => Found { units: Vec::new(), torn: length },
            Beginning::Header(found) => {
                check(path, &found, header, FOREIGN_REMEDY)?;
                if found.shard != header.shard {
                    let [[number, of], [k, n]] = [found.shard, header.shard];
                    let difference = format!("it is of shard {number}/{of}, not {k}/{n}");
                    return Err(JournalError::Foreign { path: shown(path), difference, remedy: FOREIGN_REMEDY });
                }
                let (units, whole) = units(path, &mut payloads, experiment)?;
                journal.whole = whole;
                journal.holds_units = !units.is_empty();
                Found { units, torn: length - whole }
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
    /// When the disk says no. What was there before is kept whole.
    pub fn append(&mut self, records: &UnitRecords) -> Result<(), JournalError> {
        let attempt = |journal: &mut Journal| {
            let payload = format::encode(records).map_err(io::Error::other)?;
            format::frame(&payload, &mut journal.framed);
            journal.write()?;
            journal.holds_units = true;
            if journal.synced.elapsed() >= SYNC {
                journal.file.sync_data()?;
                journal.synced = Instant::now();
            }
            Ok(())
        };
        attempt(self).map_err(|source| JournalError::Io { path: shown(&self.path), source, remedy: APPEND_REMEDY })
    }

    /// Writes what is framed, or nothing of it.
    fn write(&mut self) -> io::Result<()> {
        let framed = std::mem::take(&mut self.framed);
        let result = self.file.write_all(&framed);
        match result {
            Ok(()) => self.whole += framed.len() as u64,
            // The reader would drop the torn record as well; so there is nothing more to do if this fails too.
            Err(_) => {
                let _ = self.file.set_len(self.whole);
                let _ = self.file.seek(SeekFrom::Start(self.whole));
            }
        }
        self.framed = framed;
        self.framed.clear();
        result
    }

    /// Tells the disk to keep everything.
    ///
    /// # Errors
    /// When it says no.
    pub fn sync(&mut self) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: APPEND_REMEDY };
        self.file.sync_data().map_err(failed)
    }

    /// Leaves it to a later run, with everything on the disk; one that holds no units is removed.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn leave(mut self) -> Result<(), JournalError> {
        if self.holds_units { self.sync() } else { self.remove() }
    }

    /// Removes the journal, whose records are no longer needed, and only then lets others have the place.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: "remove it by hand" };
        fs::remove_file(&self.path).map_err(failed)
    }
}

/// A journal that is only read.
pub struct Closed {
    path: PathBuf,
    file: File,
    /// What it is of.
    pub header: Header,
}

impl Closed {
    /// Opens a journal that no run is writing.
    ///
    /// # Errors
    /// When a run is, or when it is not a journal.
    pub fn open(path: &Path) -> Result<Closed, JournalError> {
        let failed = |source| JournalError::Io { path: shown(path), source, remedy: "check its name" };
        let file = File::open(path).map_err(failed)?;
        lock(path, file.try_lock_shared())?;
        match Payloads::new(BufReader::new(&file)).map_err(failed)?.1 {
            Beginning::Header(header) => Ok(Closed { path: path.to_owned(), file, header: *header }),
            _ => Err(JournalError::NotAJournal { path: shown(path) }),
        }
    }

    /// The part of the experiment that it is of.
    ///
    /// # Errors
    /// When its numbers make no sense.
    pub fn shard(&self) -> Result<Shard, JournalError> {
        self.header.shard().ok_or_else(|| JournalError::NotAJournal { path: shown(&self.path) })
    }

    /// Reads the units, in the order of the splits; the journal must be of the experiment that `wanted` tells of.
    ///
    /// # Errors
    /// When it is of another experiment, or cannot be read.
    pub fn units(&self, experiment: &Experiment, wanted: &Header) -> Result<Vec<UnitRecords>, JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: "check the disk" };
        check(&self.path, &self.header, wanted, "join only shards of one experiment")?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let (mut payloads, _) = Payloads::new(BufReader::new(file)).map_err(failed)?;
        Ok(units(&self.path, &mut payloads, experiment)?.0)
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn lock(path: &Path, locked: Result<(), TryLockError>) -> Result<(), JournalError> {
    match locked {
        // Some file systems have no locks; a run there is as safe as it can be.
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

/// All whole units, in the order of the splits, and the bytes up to the end of the last.
fn units(
    path: &Path,
    payloads: &mut Payloads<impl io::Read>,
    experiment: &Experiment,
) -> Result<(Vec<UnitRecords>, u64), JournalError> {
    let failed = |source| JournalError::Io { path: shown(path), source, remedy: "check the disk" };
    let mut units = Vec::new();
    let mut whole = payloads.whole;
    while let Some(payload) = payloads.read().map_err(failed)? {
        let Some(records) = format::decode(&payload, experiment) else { break };
        units.push(records);
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
        None => Ok((units, whole)),
    }
}
