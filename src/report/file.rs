//! Writes reports to disk, whole or not at all.

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}; choose another place with {option}")]
pub struct WriteError {
    /// The file.
    pub path: String,
    /// The cause.
    pub source: io::Error,
    /// The option that names the place.
    pub option: &'static str,
}

impl WriteError {
    /// The error of a file whose place `--out` names.
    pub fn new(path: &Path, source: io::Error) -> WriteError {
        WriteError { path: path.display().to_string(), source, option: "--out" }
    }
}

/// Writes a file through a temporary one beside it, so that neither a reader nor a crash ever leaves half a file. Makes the
/// folder if it is missing.
///
/// # Errors
/// When the disk refuses; the temporary file is then removed.
pub fn write(path: &Path, contents: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    let mut pending = Pending::new(path)?;
    contents(&mut pending).map_err(|source| pending.error(source))?;
    pending.finish()
}

/// A file that is being written under a temporary name. [`Pending::finish`] gives it its own name; else it is removed.
pub struct Pending {
    path: PathBuf,
    temporary: PathBuf,
    file: Option<io::BufWriter<File>>,
}

impl Pending {
    /// Begins a file.
    ///
    /// # Errors
    /// When the folder or the file cannot be made.
    pub fn new(path: &Path) -> Result<Pending, WriteError> {
        let mut pending = Pending { path: path.to_owned(), temporary: temporary(path), file: None };
        let attempt = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            File::create(&pending.temporary)
        };
        let file = attempt().map_err(|source| pending.error(source))?;
        pending.file = Some(io::BufWriter::with_capacity(1 << 16, file));
        Ok(pending)
    }

    /// The error of writing this file, with its cause.
    pub fn error(&self, source: io::Error) -> WriteError {
        WriteError::new(&self.path, source)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When the last bytes cannot be written.
    pub fn finish(mut self) -> Result<(), WriteError> {
        let file = self.file.take();
        let attempt = || {
            if let Some(file) = file {
                file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
            }
            fs::rename(&self.temporary, &self.path)
        };
        attempt().map_err(|source| self.error(source))
    }
}

/// Gives files of a folder their places in another, one after the other.
///
/// # Errors
/// At the first that cannot be moved; those before it have been.
pub fn move_all(from: &Path, to: &Path, names: &[String]) -> Result<(), WriteError> {
    names.iter().try_for_each(|name| {
        let to = to.join(name);
        fs::rename(from.join(name), &to).map_err(|source| WriteError::new(&to, source))
    })
}

/// Removes a folder of our own with all that is in it.
pub fn remove_folder(folder: &Path) {
    // What cannot be removed does no harm.
    let _ = fs::remove_dir_all(folder);
}

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Ok(0), |file| file.write(bytes))
    }
    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        // After a finish this file does not exist, so an error here says nothing.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Bytes that identify a file written by logitbench.
#[derive(Clone, Copy, Debug)]
pub struct FileMark {
    /// The first bytes of the file.
    pub beginning: &'static [u8],
    /// Bytes among the first or last 1024 of the file; empty if the first bytes identify it.
    pub signature: &'static [u8],
}

impl From<&'static str> for FileMark {
    /// The mark of a file whose first bytes identify it.
    fn from(beginning: &'static str) -> FileMark {
        FileMark { beginning: beginning.as_bytes(), signature: b"" }
    }
}

impl FileMark {
    /// Whether a file carries the mark, or is empty.
    fn is_on(self, mut file: &File) -> io::Result<bool> {
        const NEAR: u64 = 1024;
        let mut ends = [Vec::new(), Vec::new()];
        let length = file.seek(io::SeekFrom::End(0))?;
        for (start, end) in [0, length.saturating_sub(NEAR)].into_iter().zip(&mut ends) {
            file.seek(io::SeekFrom::Start(start))?;
            file.take(NEAR).read_to_end(end)?;
        }
        let signed = |end: &[u8]| end.windows(self.signature.len()).any(|bytes| bytes == self.signature);
        let signed = self.signature.is_empty() || ends.iter().any(|end| signed(end));
        Ok(length == 0 || (ends[0].starts_with(self.beginning) && signed))
    }
}

/// Checks that [`write()`] could write a file and would overwrite no other kind of file: makes and removes the temporary file,
/// and looks for the mark in a file that exists.
///
/// # Errors
/// When the file could not be written, or would overwrite a file without the mark.
pub fn check_writable(path: &Path, mark: impl Into<FileMark>) -> Result<(), WriteError> {
    let mark = mark.into();
    let attempt = || {
        if path.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        if path.is_file() && !mark.is_on(&File::open(path)?)? {
            return Err(io::Error::other("there is a file that logitbench has not written"));
        }
        try_temporary(path)
    };
    attempt().map_err(|source| WriteError::new(path, source))
}

/// Checks that files can be written into a folder. Makes the folder if it is missing.
///
/// # Errors
/// When they cannot be written.
pub fn check_folder(folder: &Path) -> Result<(), WriteError> {
    try_temporary(&folder.join("file")).map_err(|source| WriteError::new(folder, source))
}

/// Makes the temporary file of a file, and removes it.
fn try_temporary(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(temporary(path))?;
    fs::remove_file(temporary(path))
}

/// Removes the temporary files that killed programs left beside a file. Nobody may be writing the file meanwhile.
pub fn remove_abandoned(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let begins = format!("{}.", name.to_string_lossy());
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let other = entry.file_name();
        let process = other.to_str().and_then(|other| other.strip_prefix(&begins)?.strip_suffix(".tmp"));
        if process.is_some_and(|process| process.parse::<u32>().is_ok()) {
            // A temporary file that stays does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("logitbench-write-{}", std::process::id()));
        let path = folder.join("deep/report.json");
        write(&path, |file| file.write_all(b"old")).unwrap();
        let error = write(&path, |_| Err(io::Error::other("disk full"))).unwrap_err();
        assert!(error.to_string().contains("report.json") && error.to_string().contains("disk full"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }
}
