//! Reading along in the journal of a run that is under way.

use std::fs::{File, TryLockError};
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::format::{self, Beginning, Header, Payloads};
use super::{JournalError, check, shown};
use crate::experiment::Experiment;
use crate::record::UnitRecords;

/// A journal that a run may be writing. Records are only ever added to it, so what has been read stays as it is.
pub struct Follower {
    path: PathBuf,
    file: File,
    /// Bytes up to the end of the last record that was read.
    whole: u64,
    /// The run.
    pub header: Header,
}

impl Follower {
    /// Opens a journal; `None` if there is none, or none with a header yet.
    ///
    /// # Errors
    /// If it cannot be read, or is not a journal of this version.
    pub fn open(path: &Path) -> Result<Option<Follower>, JournalError> {
        let failed = |source| JournalError::Io { path: shown(path), source, remedy: "check its name" };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let (payloads, beginning) = Payloads::new(BufReader::new(&file)).map_err(failed)?;
        let whole = payloads.whole;
        match beginning {
            Beginning::Header(header) => {
                drop(payloads);
                Ok(Some(Follower { path: path.to_owned(), file, whole, header: *header }))
            }
            Beginning::Torn => Ok(None),
            Beginning::OtherFormat => {
                Err(JournalError::OtherFormat { path: shown(path), remedy: "watch it with that version" })
            }
            Beginning::NotAJournal => Err(JournalError::NotAJournal { path: shown(path) }),
        }
    }

    /// Checks that the journal is of this experiment.
    ///
    /// # Errors
    /// If it is of another one.
    pub fn check(&self, wanted: &Header) -> Result<(), JournalError> {
        check(&self.path, &self.header, wanted, "watch it where its file and data are as they were")
    }

    /// Whether a run is writing it. The lock of an instant that tells is let go at once.
    pub fn is_being_written(&self) -> bool {
        match self.file.try_lock_shared() {
            Ok(()) => {
                // The lock ends with the program at the latest.
                let _ = self.file.unlock();
                false
            }
            Err(TryLockError::WouldBlock) => true,
            // A file system without locks tells nothing; the journal is there.
            Err(TryLockError::Error(_)) => true,
        }
    }

    /// The units that were written since the last call.
    ///
    /// # Errors
    /// If they cannot be read.
    pub fn next(&mut self, experiment: &Experiment) -> Result<Vec<UnitRecords>, JournalError> {
        let failed = |source| JournalError::Io { path: shown(&self.path), source, remedy: "check the disk" };
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.whole)).map_err(failed)?;
        let mut payloads = Payloads::from_place(BufReader::new(file), self.whole);
        let mut units = Vec::new();
        while let Some(payload) = payloads.read().map_err(failed)? {
            units.extend(format::decode(&payload, experiment));
        }
        self.whole = payloads.whole;
        Ok(units)
    }
}
