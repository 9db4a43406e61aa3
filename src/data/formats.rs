//! The file formats. Experiment files, `fit`, `init`, `list` and the JSON Schema read this table.

use std::path::Path;

use super::file::Input;
use super::format::Format;
use super::{DataError, arff, arrow_file, content, csv_file, libsvm, npy, parquet_file};

/// All formats, in the order of `logitbench list formats`. The first reads every file that no other claims.
pub const FORMATS: &[Format] =
    &[csv_file::FORMAT, libsvm::FORMAT, arff::FORMAT, npy::NPY, npy::NPZ, parquet_file::FORMAT, arrow_file::FORMAT];

/// Their names, as the key `format` has them.
pub const NAMES: &[&str] = &{
    let mut names = [""; FORMATS.len()];
    let mut place = 0;
    while place < FORMATS.len() {
        names[place] = FORMATS[place].name;
        place += 1;
    }
    names
};

/// The format of a name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The format of a file at hand: the one that is named, else the one that claims the end of its name, else the one that its content
/// tells, else the first.
///
/// # Errors
/// When the file cannot be read or unpacked.
pub fn of_input(input: Input<'_>, name: Option<&str>) -> Result<&'static Format, DataError> {
    let told = name.and_then(named).or_else(|| FORMATS.iter().find(|format| format.claims(input.path)));
    match told {
        Some(format) => Ok(format),
        None => Ok(content::format_of(input)?.and_then(named).unwrap_or(&FORMATS[0])),
    }
}

/// The format of a file: the one that claims the end of its name, or the first.
pub fn of_file(path: &Path) -> &'static Format {
    FORMATS.iter().find(|format| format.claims(path)).unwrap_or(&FORMATS[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_are_in_lower_case_and_claimed_once() {
        let all: Vec<&str> = FORMATS.iter().flat_map(|format| format.extensions).copied().collect();
        for (place, extension) in all.iter().enumerate() {
            assert_eq!(*extension, extension.to_lowercase());
            assert!(!all[..place].contains(extension), "{extension} belongs to two formats");
        }
    }

    #[test]
    fn a_format_claims_whole_extensions_and_the_first_reads_the_rest() {
        const SPARSE: Format = Format { name: "sparse", extensions: &["svm"], ..csv_file::FORMAT };
        let claims = |name: &str| SPARSE.claims(Path::new(name));
        assert!(["a.svm", "folder.d/A.SVM", "a.b.svm.gz", "a.svm.ZST"].into_iter().all(claims));
        assert!(
            !["a.csv", "svm", ".svm", "asvm", "a.svm/b", "", "a.svm.bz2", "svm.gz", ".svm.gz", ".gz"]
                .into_iter()
                .any(claims)
        );
        for name in ["a.csv", "a.CSV", "a.txt", "a", "a.claimed-by-none"] {
            assert_eq!(of_file(Path::new(name)).name, "csv", "{name}");
        }
    }
}
