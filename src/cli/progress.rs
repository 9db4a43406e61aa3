//! The progress of a run on standard error, fed by its events: bars at a terminal, else a line a minute.

mod tally;

use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::tell;
use crate::experiment::Experiment;
use crate::run::{Event, Shard};
use tally::ProgressTally;

/// Time between two lines where standard error is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(60);

/// Shows the progress of a run.
pub struct Progress {
    tally: Arc<Mutex<ProgressTally>>,
    shown: Display,
}

enum Display {
    Nothing,
    Bar(ProgressBar),
    Lines(Lines),
}

impl Progress {
    /// For a shard of an experiment; shows nothing with `quiet`.
    pub fn new(experiment: &Experiment, part: Shard, quiet: bool) -> Progress {
        let tally = Arc::new(Mutex::new(ProgressTally::new(experiment, part)));
        let shown = match quiet {
            true => Display::Nothing,
            false if std::io::stderr().is_terminal() => Display::Bar(bar()),
            false => Display::Lines(Lines::start(&tally, BETWEEN_LINES, Box::new(|line| tell(&line)))),
        };
        Progress { tally, shown }
    }

    /// Shows an event. The cost is negligible, because events come once per unit of hundreds of fits.
    pub fn observe(&self, event: Event<'_>) {
        if matches!(self.shown, Display::Nothing) {
            return;
        }
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.observe(event);
        if let Display::Bar(bar) = &self.shown {
            match event {
                Event::Started { fits, done } => {
                    bar.set_length(fits);
                    bar.set_position(done);
                    bar.reset_eta();
                    bar.enable_steady_tick(Duration::from_millis(200));
                }
                Event::Progress { done, .. } => {
                    bar.set_position(done);
                    bar.set_message(tally.detail());
                }
                Event::UnitDone(_) | Event::Records(_) | Event::Finished => {}
            }
        }
    }

    /// Removes the bar, or ends the lines.
    pub fn finish(self) {
        match self.shown {
            Display::Nothing => {}
            Display::Bar(bar) => bar.finish_and_clear(),
            Display::Lines(lines) => lines.end(),
        }
    }
}

/// A bar of all fits above a line about the data set at work.
fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = "{wide_bar} {pos}/{len} fits, {rate}, {left}\n{wide_msg}";
    if let Ok(style) = ProgressStyle::with_template(template) {
        let rate = |state: &ProgressState, text: &mut dyn Write| {
            // Ignores errors, because the terminal may be closed.
            let _ = write!(text, "{:.0} fits/s", state.per_sec());
        };
        let left = |state: &ProgressState, text: &mut dyn Write| {
            let _ = match state.pos() {
                0 => write!(text, "time left not known yet"),
                _ => write!(text, "{:#} left", HumanDuration(state.eta())),
            };
        };
        bar.set_style(style.with_key("rate", rate).with_key("left", left));
    }
    bar
}

/// Prints a line at regular intervals, even without progress, so that a program busy with a long fit does not look dead.
struct Lines {
    /// Dropping it ends the thread.
    ending: mpsc::Sender<()>,
    thread: JoinHandle<()>,
}

impl Lines {
    /// The first line comes after one interval.
    fn start(tally: &Arc<Mutex<ProgressTally>>, between: Duration, print: Box<dyn Fn(String) + Send>) -> Lines {
        let (ending, ended) = mpsc::channel();
        let (tally, started) = (Arc::clone(tally), Instant::now());
        let thread = std::thread::spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(between) {
                let line = tally.lock().unwrap_or_else(PoisonError::into_inner).line(started.elapsed());
                print(line);
            }
        });
        Lines { ending, thread }
    }

    fn end(self) {
        drop(self.ending);
        // The thread's panic message is already on standard error.
        let _ = self.thread.join();
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::experiment::Overrides;

    #[test]
    fn lines_come_at_intervals_until_the_end() {
        let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]\n[split]\nrepeats = 9\n[[solver]]\n\
                    method = \"newton\"\n";
        let experiment = Experiment::parse(text, "t.toml", Path::new(""), Overrides::default()).unwrap();
        let tally = Arc::new(Mutex::new(ProgressTally::new(&experiment, Shard::WHOLE)));
        let (printed, lines) = mpsc::channel();
        let print = Box::new(move |line| drop(printed.send(line)));
        let shown = Lines::start(&tally, Duration::from_millis(5), print);
        tally.lock().unwrap().observe(Event::Started { fits: 9, done: 0 });
        // On a busy machine many may come before the event.
        let next = || lines.recv_timeout(Duration::from_secs(600)).unwrap();
        assert!((0..100_000).any(|_| next().contains("0 of 9 fits")));
        next();
        shown.end();
        lines.try_iter().for_each(drop);
        assert_eq!(lines.try_recv(), Err(mpsc::TryRecvError::Disconnected), "none after the end");
    }
}
