//! Writing the splits of data sets as lists.

use std::io::{self, Write};

use super::super::{Split, Splitter};
use super::FORMAT;
use crate::data::DataSet;

/// The format of the file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListsFormat {
    /// JSON.
    Json,
    /// CSV, a line per row of a split.
    Csv,
}

/// A data set, its splitter, and the number of its splits.
pub type Dealt<'d> = (&'d DataSet, &'d Splitter, u64);

/// Writes the splits of data sets as JSON.
///
/// # Errors
/// When `into` cannot be written.
pub fn write_json(datasets: &[Dealt<'_>], into: &mut dyn Write) -> io::Result<()> {
    write!(into, "{{\"format\":\"{FORMAT}\",\"datasets\":[")?;
    let mut split = Split::default();
    for (place, (data, splitter, count)) in datasets.iter().enumerate() {
        let name = serde_json::to_string(&data.name).map_err(io::Error::other)?;
        let comma = if place > 0 { "," } else { "" };
        write!(
            into,
            "{comma}\n{{\"name\":{name},\"rows\":{},\"digest\":\"{}\",\"splits\":[",
            data.rows() + data.left_out.len(),
            data.digest()
        )?;
        let in_file: Vec<u32> = data.rows_in_file().collect();
        for index in 0..*count {
            splitter.split(index, &data.labels, &mut split);
            number_as_in_file(&mut split, &in_file);
            write!(into, "{}\n{{\"train\":", if index > 0 { "," } else { "" })?;
            serde_json::to_writer(&mut *into, &split.train)?;
            write!(into, ",\"test\":")?;
            serde_json::to_writer(&mut *into, &split.test)?;
            write!(into, "}}")?;
        }
        write!(into, "]}}")?;
    }
    writeln!(into, "]}}")
}

/// Gives rows their numbers in the file.
fn number_as_in_file(split: &mut Split, in_file: &[u32]) {
    split.train.iter_mut().chain(&mut split.test).for_each(|row| *row = in_file[*row as usize]);
}

/// Writes the splits of data sets as CSV with the columns `dataset`, `split`, `set` and `row`.
///
/// # Errors
/// When `into` cannot be written, or a data set's name has a comma, a quote or a line's end.
pub fn write_csv(datasets: &[Dealt<'_>], into: &mut dyn Write) -> io::Result<()> {
    writeln!(into, "dataset,split,set,row")?;
    let mut split = Split::default();
    for (data, splitter, count) in datasets {
        if data.name.contains([',', '"', '\'', '\n', '\r']) || data.name.trim() != data.name {
            let reason =
                format!("the name {:?} cannot stand in CSV: write JSON, or give the data set a label", data.name);
            return Err(io::Error::other(reason));
        }
        let in_file: Vec<u32> = data.rows_in_file().collect();
        for index in 0..*count {
            splitter.split(index, &data.labels, &mut split);
            number_as_in_file(&mut split, &in_file);
            for (set, rows) in [("train", &split.train), ("test", &split.test)] {
                for row in rows {
                    writeln!(into, "{},{index},{set},{row}", data.name)?;
                }
            }
        }
    }
    Ok(())
}
