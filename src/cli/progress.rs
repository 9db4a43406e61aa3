//! A progress bar on standard error, fed by the events of a run.

use std::fmt::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::run::Event;

/// The bar; silent where standard error is no terminal.
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// A bar, or none with `quiet`.
    pub fn new(quiet: bool) -> Progress {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = "{wide_bar} {pos}/{len} fits, {rate}, {eta} left{msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            let rate = |state: &ProgressState, text: &mut dyn Write| {
                // Nothing can be done about a terminal that is gone.
                let _ = write!(text, "{:.0} fits/s", state.per_sec());
            };
            bar.set_style(style.with_key("rate", rate));
        }
        Progress { bar }
    }

    /// Shows an event.
    pub fn observe(&self, event: Event<'_>) {
        match event {
            Event::Started { fits, done } => {
                self.bar.set_length(fits);
                self.bar.set_position(done);
                self.bar.reset_eta();
                self.bar.enable_steady_tick(Duration::from_millis(200));
            }
            Event::Progress { done, broken } => {
                self.bar.set_position(done);
                if broken > 0 {
                    self.bar.set_message(format!(", {broken} broke down"));
                }
            }
            Event::UnitDone(_) | Event::Records(_) => {}
            Event::Finished => self.finish(),
        }
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
