//! Progress of a run, in numbers and in words.

use std::time::Duration;

use crate::experiment::{Experiment, Model};
use crate::record::{UnitLayout, UnitRecords};
use crate::run::{Event, Shard};
use crate::solver::Stop;

/// Counts of a run in progress.
pub struct ProgressTally {
    /// Number of fits in all, including fits done before this run began.
    pub fits: u64,
    /// Number of fits done.
    pub done: u64,
    /// Number of fits done before this run began.
    before: u64,
    /// Whether the run may end early, because its claims are decided.
    at_most: bool,
    /// The data sets.
    datasets: Vec<Progressing>,
    /// The data set whose fits came last.
    current: usize,
    layout: UnitLayout,
    /// The model, if there are several, and the solver of each pair that is run.
    pairs: Vec<(Option<String>, String)>,
    /// Breakdowns by data set and pair, the pair varying fastest.
    breakdowns: Vec<Breakdowns>,
}

struct Progressing {
    name: String,
    fits: u64,
    done: u64,
}

#[derive(Clone, Copy, Default)]
struct Breakdowns {
    /// Fits that broke down.
    all: u64,
    /// Fits among them that failed.
    failed: u64,
}

impl ProgressTally {
    /// For a shard of an experiment, before it begins.
    pub fn new(experiment: &Experiment, part: Shard) -> ProgressTally {
        let splits = part.splits(experiment);
        let dataset = |(place, source): (usize, &crate::data::Source)| {
            let first = experiment.first_split(place);
            let own = splits.end.min(first + experiment.split_counts[place]).saturating_sub(splits.start.max(first));
            Progressing { name: source.name().to_owned(), fits: own * experiment.fits_per_split(), done: 0 }
        };
        let several = experiment.models.len() > 1;
        let pairs_under = |(place, model): (usize, &Model)| {
            let model = several.then(|| model.name.clone());
            experiment
                .runnable_under(place)
                .map(move |(solver, _)| (model.clone(), experiment.solvers[solver].name.clone()))
        };
        let pairs: Vec<_> = experiment.models.iter().enumerate().flat_map(pairs_under).collect();
        ProgressTally {
            fits: 0,
            done: 0,
            before: 0,
            at_most: experiment.until_decided,
            breakdowns: vec![Breakdowns::default(); experiment.sources.len() * pairs.len()],
            datasets: experiment.sources.iter().enumerate().map(dataset).collect(),
            current: 0,
            layout: experiment.layout(),
            pairs,
        }
    }

    /// Takes an event.
    pub fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::Started { fits, done } => (self.fits, self.done, self.before) = (fits, done, done),
            Event::Progress { done, .. } => self.done = done,
            Event::Records(records) => self.count(records),
            Event::UnitDone(_) | Event::Finished => {}
        }
    }

    fn count(&mut self, records: &UnitRecords) {
        let splits = records.splits.len() / self.layout.models();
        self.current = records.source;
        if let Some(dataset) = self.datasets.get_mut(records.source) {
            dataset.done += records.fits.len() as u64;
        }
        for (place, fit) in records.fits.iter().enumerate().filter(|(_, fit)| fit.stop.broke_down()) {
            let cell = records.source * self.pairs.len() + self.layout.pair_and_split(place, splits).0;
            if let Some(breakdowns) = self.breakdowns.get_mut(cell) {
                breakdowns.all += 1;
                breakdowns.failed += u64::from(fit.stop == Stop::Failed);
            }
        }
    }

    /// A line about the run, `elapsed` after it began.
    pub fn line(&self, elapsed: Duration) -> String {
        let seconds = elapsed.as_secs_f64();
        let rate = (self.done - self.before.min(self.done)) as f64 / seconds.max(1e-9);
        let left = (self.fits.saturating_sub(self.done)) as f64 / rate;
        let left = match Duration::try_from_secs_f64(left.ceil()) {
            Ok(left) if rate > 0.0 => {
                format!("{}{} left", if self.at_most { "at most " } else { "" }, humantime::format_duration(left))
            }
            _ => "time left not known yet".to_owned(),
        };
        let percent = 100.0 * self.done as f64 / self.fits.max(1) as f64;
        let elapsed = humantime::format_duration(Duration::from_secs(elapsed.as_secs()));
        let rate = if rate < 10.0 { format!("{rate:.2}") } else { format!("{rate:.0}") };
        format!(
            "{elapsed}: {} of {} fits ({percent:.1} %), {rate} fits/s, {left}; {}",
            self.done,
            self.fits,
            self.detail()
        )
    }

    /// The data set at work, and what broke down so far.
    pub fn detail(&self) -> String {
        let dataset = self.datasets.get(self.current).map_or_else(String::new, |dataset| {
            let (place, count) = (self.current + 1, self.datasets.len());
            let place = if count > 1 { format!("data set {place} of {count}, ") } else { String::new() };
            format!("{place}{}: {} of {}", dataset.name, dataset.done, dataset.fits)
        });
        format!("{dataset}; {}", self.breakdowns_in_words()).replace(char::is_control, " ")
    }

    fn breakdowns_in_words(&self) -> String {
        let (down, failed) =
            self.breakdowns.iter().fold((0, 0), |(down, failed), cell| (down + cell.all, failed + cell.failed));
        let worst = (0..self.breakdowns.len()).max_by_key(|&cell| (self.breakdowns[cell].all, std::cmp::Reverse(cell)));
        let Some(worst) = worst.filter(|_| down > 0) else { return "none broke down".to_owned() };
        let (model, solver) = &self.pairs[worst % self.pairs.len()];
        let model = model.as_ref().map_or_else(String::new, |model| format!(", {model}"));
        let dataset = &self.datasets[worst / self.pairs.len()].name;
        let failed = if failed > 0 { format!(", {failed} of them failed") } else { String::new() };
        let most = self.breakdowns[worst].all;
        format!("{down} broke down{failed} ({solver} on {dataset}{model}: {most})")
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::Overrides;
    use crate::record::{FitRecord, SplitRecord};
    use crate::split::SplitClasses;

    const TWO: &str = "[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[[dataset]]\nname = \"iris\"\n\
                       classes = [\"setosa\", \"virginica\"]\n[split]\nrepeats = 50\n[[model]]\n[[model]]\npenalty = \"l2\"\n\
                       strength = 1.0\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"irls\"\n";

    fn tally(text: &str) -> ProgressTally {
        let experiment = Experiment::parse(text, "t.toml", Path::new(""), Overrides::default()).unwrap();
        ProgressTally::new(&experiment, Shard::WHOLE)
    }

    /// Five splits of the second data set under two models by two solvers; one fit in each stop of `stops`, by place.
    fn unit(stops: &[(usize, Stop)]) -> UnitRecords {
        let mut fits = vec![FitRecord { stop: Stop::Converged, ..FitRecord::failed() }; 20];
        stops.iter().for_each(|&(place, stop)| fits[place].stop = stop);
        UnitRecords {
            source: 1,
            fits,
            splits: vec![
                SplitRecord { separation: None, rank: 5, classes: SplitClasses::default(), rows: [37, 13] };
                10
            ],
            ..UnitRecords::default()
        }
    }

    #[test]
    fn a_line_tells_how_far_how_fast_and_what_broke_down() {
        let mut tally = tally(TWO);
        tally.observe(Event::Started { fits: 400, done: 100 });
        let line = tally.line(Duration::from_secs(60));
        assert!(line.starts_with("1m: 100 of 400 fits (25.0 %), 0.00 fits/s, time left not known yet;"), "{line}");
        assert!(line.ends_with("none broke down"), "{line}");

        // Places 11 and 13 are of the second model, solver irls.
        tally.observe(Event::Records(&unit(&[(0, Stop::Stalled), (11, Stop::Failed), (13, Stop::NonFinite)])));
        tally.observe(Event::Progress { done: 220, broken: 3 });
        let line = tally.line(Duration::from_secs(60));
        // 120 fits in this run's minute; 180 are left.
        assert!(line.starts_with("1m: 220 of 400 fits (55.0 %), 2.00 fits/s, 1m 30s left;"), "{line}");
        assert!(line.contains("data set 2 of 2, iris: setosa / virginica: 20 of 200;"), "{line}");
        assert!(line.ends_with("3 broke down, 1 of them failed (irls on iris: setosa / virginica, l2 1: 2)"), "{line}");
    }

    #[test]
    fn a_part_has_its_own_data_sets_to_go() {
        let experiment = Experiment::parse(TWO, "t.toml", Path::new(""), Overrides::default()).unwrap();
        let tally = ProgressTally::new(&experiment, Shard { number: 2, of: 4 });
        assert_eq!(tally.datasets.iter().map(|dataset| dataset.fits).collect::<Vec<_>>(), [100, 0]);
    }
}
