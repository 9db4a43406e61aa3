//! A file on the disk, whatever its format.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::linear_algebra::{Serial, Workers};

/// What is in a file, to be read as often as needed.
#[derive(Clone, Debug)]
pub enum Contents {
    /// On the disk.
    Disk {
        /// Where.
        path: PathBuf,
        /// How many bytes.
        size: u64,
    },
    /// At hand.
    Memory(Vec<u8>),
}

impl Contents {
    /// What is in the file of this path; nothing is read yet.
    ///
    /// # Errors
    /// When it cannot be read, or is a device: `/dev/zero` has no end.
    pub fn of(path: &Path) -> io::Result<Contents> {
        if path == Path::new(STANDARD_INPUT) {
            return standard_input();
        }
        let file = File::open(path)?;
        let data = file.metadata()?;
        if data.is_dir() {
            return Err(io::Error::other("it is a folder, not a file"));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::FileTypeExt;
            if data.file_type().is_char_device() {
                return Err(io::Error::other("it is a device, not a file"));
            }
            // What a pipe has said it does not say again.
            if data.file_type().is_fifo() {
                let mut bytes = Vec::new();
                (&file).read_to_end(&mut bytes)?;
                return Ok(Contents::Memory(bytes));
            }
        }
        Ok(Contents::Disk { path: path.to_owned(), size: data.len() })
    }

    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Contents::Disk { size, .. } => *size,
            Contents::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// The bytes from the first on.
    ///
    /// # Errors
    /// When the file is not there any more.
    pub fn open(&self) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(match self {
            Contents::Disk { path, .. } => Box::new(File::open(path)?),
            Contents::Memory(bytes) => Box::new(&bytes[..]),
        })
    }

    /// All bytes.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn bytes(&self) -> io::Result<Cow<'_, [u8]>> {
        match self {
            Contents::Disk { path, .. } => Ok(Cow::Owned(std::fs::read(path)?)),
            Contents::Memory(bytes) => Ok(Cow::Borrowed(bytes)),
        }
    }
}

/// A file that is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// What is in it.
    pub contents: &'a Contents,
    /// Its path as written: it names the data set and the place of a mistake.
    pub path: &'a Path,
    /// Who shares the work.
    pub workers: &'a dyn Workers,
    /// Most bytes that its features may take; `None` for the memory of the machine.
    pub memory: Option<u64>,
}

impl<'a> Input<'a> {
    /// Contents that the calling thread reads alone.
    pub fn new(contents: &'a Contents, path: &'a Path) -> Input<'a> {
        Input { contents, path, workers: &Serial, memory: None }
    }

    /// The path in messages.
    pub fn shown(&self) -> String {
        self.path.display().to_string()
    }
}

/// The memory that this machine, or the container around the program, has; `None` where it does not tell.
pub fn machine_memory() -> Option<u64> {
    let of_machine = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = of_machine.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let total = line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.saturating_mul(1024);
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let limit = limits.iter().find_map(|path| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok());
    Some(total.min(limit.unwrap_or(u64::MAX)))
}

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// All of standard input, which is read once and remembered.
fn standard_input() -> io::Result<Contents> {
    static READ: Mutex<Option<Vec<u8>>> = Mutex::new(None);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    if read.is_none() {
        if io::stdin().is_terminal() {
            return Err(io::Error::other("- is standard input, and that is the keyboard: pipe a file into it"));
        }
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes)?;
        *read = Some(bytes);
    }
    Ok(Contents::Memory(read.clone().unwrap_or_default()))
}

/// What the name of a packed file has behind the end of its format.
pub const PACKED: &[&str] = &["gz", "zst"];

/// The name of a data set from a file: the file's own without its extension.
pub fn name_of(path: &Path) -> String {
    if path == Path::new(STANDARD_INPUT) {
        return "standard input".to_owned();
    }
    let is_packed = path.extension().is_some_and(|end| PACKED.iter().any(|packed| end.eq_ignore_ascii_case(packed)));
    let whole = path.file_stem().filter(|_| is_packed).map_or(path, Path::new);
    whole.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
