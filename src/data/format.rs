//! A file format: its names, its keys, and how the bytes of a file become a data set.

use std::path::Path;

use super::columns::{self, FileColumn};
use super::file::{Input, PACKED, machine_memory};
use super::table::Keys;
use super::{DataError, DataSet, content};
use crate::linear_algebra::StoredRows;
use crate::parameter::{Parameter, Setting, Settings};

/// From a file and the keys that are written to its columns.
pub type ColumnsOf = fn(Input<'_>, &Settings) -> Result<Vec<FileColumn>, DataError>;

/// A format of data files. Each is declared once, beside the code that reads it, and listed in
/// [`FORMATS`](super::formats::FORMATS).
#[derive(Debug)]
pub struct Format {
    /// The name in lists and messages.
    pub name: &'static str,
    /// The ends of file names that belong to this format, in lower case and without the dot; those of [`PACKED`] may follow.
    pub extensions: &'static [&'static str],
    /// One line for `logitbench list formats`, the help and the JSON Schema.
    pub about: &'static str,
    /// The keys that a `[[dataset]]` with such a file has beside `file` and `label`; `fit` and `init` set a key that is named as one of
    /// their options.
    pub keys: &'static [Parameter],
    /// Lists of keys; one of each list must be written.
    pub required: &'static [&'static [&'static str]],
    /// What the columns have in them, by the keys that are written. The text names the file in messages.
    pub columns: ColumnsOf,
    /// The data set, from a file and its checked keys.
    pub parse: fn(Input<'_>, &Settings) -> Result<DataSet, DataError>,
}

impl Format {
    /// Whether a file belongs to this format by the end of its name, in upper or lower case.
    pub fn claims(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let without = |end: &str| name.strip_suffix(end).and_then(|stem| stem.strip_suffix('.'));
        let plain = PACKED.iter().find_map(|packed| without(packed)).unwrap_or(&name);
        self.extensions.iter().any(|extension| {
            plain.strip_suffix(extension).and_then(|stem| stem.strip_suffix('.')).is_some_and(|stem| !stem.is_empty())
        })
    }

    /// The declaration of one of the keys.
    pub fn key(&self, name: &str) -> Option<&'static Parameter> {
        self.keys.iter().find(|key| key.name == name)
    }

    /// The first required key that is not written, and no key in its place.
    pub fn missing(&self, written: &Settings) -> Option<&'static Parameter> {
        let is_open = |keys: &&&[&str]| !keys.iter().any(|key| written.get(key).is_some());
        self.required.iter().find(is_open).and_then(|keys| self.key(keys.first()?))
    }

    /// The data set in a file; keys that are not written have their defaults.
    ///
    /// # Errors
    /// When the file cannot be read, is not of this format, or holds no data set; the message names the place.
    pub fn read(&self, input: Input<'_>, written: &Settings) -> Result<DataSet, DataError> {
        let mut settings = Settings::defaults(self.keys);
        written.iter().for_each(|(name, setting)| settings.set(name, setting.clone()));
        content::check(input, self.name)?;
        let data = (self.parse)(input, &settings)?;
        refuse_what_no_fit_can_hold(input, data.rows() as u64, data.features.ncols() as u64, is_sparse(&data))?;
        Ok(data)
    }

    /// Writes `target` and `positive`, where the format has these keys and they are not written, from the columns of the file:
    /// see [`columns::target`] and [`columns::positive`]. Returns why it chose the target, if it did.
    ///
    /// # Errors
    /// When the file is not of this format, or no column can be the target.
    pub fn work_out(&self, input: Input<'_>, written: &mut Settings) -> Result<Option<&'static str>, DataError> {
        let path = input.shown();
        content::check(input, self.name)?;
        let columns = (self.columns)(input, written)?;
        let named = written.text("target").to_owned();
        let (column, because) = if self.key("target").is_none() || Keys::of(written).has_counts() {
            (None, None)
        } else if written.get("target").is_some() {
            (columns.iter().find(|column| column.name == named), None)
        } else {
            let chosen = columns::target(&columns, &path)?;
            (Some(chosen.column), Some(chosen.because))
        };
        let found =
            [("target", column.map(|column| column.name.clone())), ("positive", column.and_then(columns::positive))];
        for (name, value) in found {
            if let (Some(key), Some(value), None) = (self.key(name), value, written.get(name)) {
                written.set(key.name, Setting::Text(value));
            }
        }
        Ok(because)
    }
}

fn is_sparse(data: &DataSet) -> bool {
    matches!(data.features, StoredRows::Sparse(_))
}

/// Refuses rows that take more memory than there is for them, or of which a fit takes more than the machine has: training and test rows
/// with their zeros, and the lower triangle of X'X.
pub(super) fn refuse_what_no_fit_can_hold(
    input: Input<'_>,
    rows: u64,
    features: u64,
    without_zeros: bool,
) -> Result<(), DataError> {
    let Some(memory) = machine_memory() else { return Ok(()) };
    let columns = features.saturating_add(1);
    let bytes = |numbers: u64| numbers.saturating_mul(size_of::<f64>() as u64);
    let of_data = bytes(rows.saturating_mul(columns));
    let of_fit = bytes((2 * rows).saturating_mul(columns).saturating_add(columns.saturating_mul(columns) / 2));
    let path = input.shown();
    match input.memory {
        Some(limit) if !without_zeros && of_data > limit => {
            Err(DataError::TooLargeForLimit { path, rows, features, needed: of_data, limit })
        }
        _ if of_fit > memory && without_zeros => {
            Err(DataError::TooLargeForFits { path, rows, features, needed: of_fit, memory })
        }
        _ if of_fit > memory => Err(DataError::TooWideForFits { path, rows, features, needed: of_fit, memory }),
        _ => Ok(()),
    }
}
