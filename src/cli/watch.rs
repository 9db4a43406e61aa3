//! `logitbench report RESULT.json --watch`: what a run that is under way has found so far, from its journal.

use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

use super::experiment::journal_path;
use super::{Failure, layout, print};
use crate::experiment::{Experiment, Overrides};
use crate::metric::{HEADLINE, METRICS};
use crate::record::{UnitRecords, Verdict};
use crate::report::document::{Block, Table, TableColumn};
use crate::report::phrases::quoted;
use crate::report::terminal;
use crate::run::Shard;
use crate::run::journal::follow::Follower;
use crate::run::journal::format::Header;
use crate::statistics::words::counted;

/// Most rows of the table; of more cells the solvers are told, over all data sets and models.
const MOST_ROWS: usize = 30;

/// How watching ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// The run has ended, and its report is there.
    Ended,
    /// No run is writing the journal, which has not all fits.
    Interrupted,
}

/// Shows what a run has found so far, until it ends.
pub fn watch(report: &Path, every: Duration) -> Result<Watched, Failure> {
    let path = journal_path(report);
    let Some(mut journal) = Follower::open(&path)? else {
        if report.exists() {
            return Ok(Watched::Ended);
        }
        let shown = quoted(&report.to_string_lossy());
        return Err(Failure::Usage(format!("no run is writing {shown}: neither it nor its journal is there")));
    };
    let Header { seed, repeats, path: file, text, .. } = journal.header.clone();
    let overrides = Overrides { repeats: Some(repeats), seed: Some(seed), memory_limit: None };
    let folder = Path::new(&file).parent().unwrap_or(Path::new(""));
    let experiment = Experiment::parse(&text, &file, folder, overrides)?;
    journal.check(&Header::new(&experiment, Shard::WHOLE))?;
    let mut found = SoFar::new(&experiment);
    loop {
        // Asked first, so that what is written until then is read after it.
        let (is_there, is_written) = (path.exists(), journal.is_being_written());
        let units = journal.next(&experiment)?;
        if !is_there && report.exists() {
            return Ok(Watched::Ended);
        }
        let is_new = !units.is_empty() || found.done == 0;
        units.iter().for_each(|unit| found.add(&experiment, unit));
        if is_new || !is_written {
            show(&found.blocks(&experiment))?;
        }
        if !is_written || !is_there {
            print("\nno run is under way: give the command that began it again, and it goes on from here\n")?;
            return Ok(Watched::Interrupted);
        }
        std::thread::sleep(every);
    }
}

/// Shows blocks in the place of the earlier ones, where a terminal can.
fn show(blocks: &[Block]) -> Result<(), Failure> {
    if std::io::stdout().is_terminal() {
        console::Term::stdout().clear_screen()?;
    }
    print(&terminal::document(blocks, layout()))
}

/// What the fits of a cell, or of a solver, have shown so far.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    fits: u64,
    verdicts: [u64; Verdict::ALL.len()],
    iterations: u64,
    /// Sum of the defined accuracies on test rows, and their number.
    accuracy: (f64, u64),
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.fits += other.fits;
        self.verdicts.iter_mut().zip(other.verdicts).for_each(|(sum, count)| *sum += count);
        self.iterations += other.iterations;
        self.accuracy = (self.accuracy.0 + other.accuracy.0, self.accuracy.1 + other.accuracy.1);
    }
}

/// What a run has found so far.
struct SoFar {
    since: Instant,
    /// Fits that were there when watching began.
    before: Option<u64>,
    done: u64,
    /// A tally per source, model and solver that is run under it, in that order.
    cells: Vec<Tally>,
}

impl SoFar {
    fn new(experiment: &Experiment) -> SoFar {
        let cells = experiment.sources.len() * experiment.layout().pairs();
        SoFar { since: Instant::now(), before: None, done: 0, cells: vec![Tally::default(); cells] }
    }

    fn add(&mut self, experiment: &Experiment, unit: &UnitRecords) {
        let layout = experiment.layout();
        let splits = unit.splits.len() / layout.models().max(1);
        for (place, fit) in unit.fits.iter().enumerate() {
            let (pair, _) = layout.pair_and_split(place, splits);
            let accuracy = fit.metrics[HEADLINE];
            let verdicts = Verdict::ALL.map(|verdict| u64::from(fit.verdict == verdict));
            let accuracy = if accuracy.is_finite() { (accuracy, 1) } else { (0.0, 0) };
            let one = Tally { fits: 1, verdicts, iterations: fit.iterations.into(), accuracy };
            self.cells[unit.source * layout.pairs() + pair].add(&one);
        }
        self.done += unit.fits.len() as u64;
    }

    fn blocks(&mut self, experiment: &Experiment) -> Vec<Block> {
        let before = *self.before.get_or_insert(self.done);
        let planned = experiment.fits();
        let most = if experiment.until_decided { "at most " } else { "" };
        let (made, seconds) = ((self.done - before) as f64, self.since.elapsed().as_secs_f64());
        let left = if made > 0.0 && !experiment.until_decided {
            let seconds = seconds * (planned.saturating_sub(self.done)) as f64 / made;
            format!(", about {} left", humantime::format_duration(Duration::from_secs(seconds.min(3e10).ceil() as u64)))
        } else {
            String::new()
        };
        let words = format!(
            "{} of {most}{} so far{left}. The report, with intervals and claims, comes when the run ends.",
            self.done,
            counted(planned, "fit")
        );
        let title = if experiment.title.is_empty() { &experiment.file } else { &experiment.title };
        vec![Block::Title(title.clone()), Block::Paragraph(words), Block::Table(self.table(experiment))]
    }

    fn table(&self, experiment: &Experiment) -> Table {
        let mut rows: Vec<(String, Tally)> = Vec::new();
        let pairs = (0..experiment.models.len())
            .flat_map(|model| experiment.runnable_under(model).map(move |(solver, _)| (model, solver)));
        let pairs: Vec<(usize, usize)> = pairs.collect();
        let by_solver = self.cells.len() > MOST_ROWS;
        for (place, tally) in self.cells.iter().enumerate() {
            let (source, (model, solver)) = (place / pairs.len(), pairs[place % pairs.len()]);
            let mut name = experiment.solvers[solver].name.clone();
            if !by_solver && experiment.sources.len() > 1 {
                name = format!("{name} on {}", experiment.sources[source].name());
            }
            if !by_solver && experiment.models.len() > 1 {
                name = format!("{name}, {}", experiment.models[model].name);
            }
            match rows.iter_mut().find(|(other, _)| *other == name) {
                Some((_, sum)) => sum.add(tally),
                None => rows.push((name, *tally)),
            }
        }
        let mut columns =
            vec![TableColumn::left(if by_solver { "solver" } else { "cell" }), TableColumn::right("fits")];
        columns.extend(Verdict::ALL.map(|verdict| TableColumn::right(verdict.name())));
        columns.push(TableColumn::right(&format!("mean {}", METRICS[HEADLINE].name.replace('_', " "))));
        columns.push(TableColumn::right("mean iterations"));
        let mean = |sum: f64, of: u64, decimals: usize| match of {
            0 => "–".to_owned(),
            of => format!("{:.decimals$}", sum / of as f64),
        };
        let row = |(name, tally): (String, Tally)| {
            let mut entries = vec![name, tally.fits.to_string()];
            entries.extend(tally.verdicts.map(|count| count.to_string()));
            entries.push(mean(tally.accuracy.0, tally.accuracy.1, 4));
            entries.push(mean(tally.iterations as f64, tally.fits, 1));
            entries.into_iter().map(Into::into).collect()
        };
        Table { caption: "So far".to_owned(), columns, rows: rows.into_iter().map(row).collect() }
    }
}
