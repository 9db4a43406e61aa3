//! `logitbench open RESULT.json`

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clap::Args;

use super::conclude::{page_path, write_page};
use super::{Failure, Success, print, report, tell};
use crate::report::{file, page};

/// Arguments of `open`.
#[derive(Debug, Args)]
#[command(after_help = HOW)]
pub struct Arguments {
    /// A report that `experiment` wrote, or its page
    report: PathBuf,
    /// Print where the page is, and open nothing
    #[arg(long)]
    print: bool,
}

const HOW: &str = "\
The page beside the report is opened. Where there is none, or one that is older than the report, it is written first: beside the report, or \
in a temporary place where that cannot be written to.

The environment variable BROWSER names the program that opens it, or several to be tried, with colons between them; %s stands for the \
page. Without it the desktop chooses. Where there is no desktop the page's path is printed.";

/// Opens the page of a report.
pub fn run(arguments: &Arguments) -> Result<Success, Failure> {
    let page = std::path::absolute(page_of(&arguments.report)?)?;
    let is_opened = !arguments.print && openers().into_iter().any(|opener| opens(&opener, &page));
    if !is_opened && !arguments.print {
        tell("no program to open it with: open it by hand, or name one in the environment variable BROWSER");
    }
    print(&format!("{}{}\n", if is_opened { "opened " } else { "" }, page.display()))?;
    Ok(Success::Done)
}

/// The page of a report, made anew where it is missing or older than the report.
fn page_of(path: &Path) -> Result<PathBuf, Failure> {
    let is_page = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("html"));
    if is_page && path.exists() {
        return Ok(path.to_owned());
    }
    let beside = page_path(path);
    let changed = |path: &Path| path.metadata().and_then(|data| data.modified()).ok();
    if changed(&beside).zip(changed(path)).is_some_and(|(page, report)| page >= report) {
        return Ok(beside);
    }
    let report = report::read(path)?;
    let place = match file::check_writable(&beside, page::BEGINNING) {
        Ok(()) => beside,
        Err(_) => {
            // Reports of one name from two folders have two pages.
            let digest: String = report.experiment.digest.chars().take(12).collect();
            let folder = std::env::temp_dir().join(format!("logitbench-{digest}"));
            let place = folder.join(beside.file_name().unwrap_or_default());
            file::check_writable(&place, page::BEGINNING)?;
            place
        }
    };
    write_page(&report, &place)?;
    Ok(place)
}

/// The commands that may open a page, the first choice first.
fn openers() -> Vec<Vec<String>> {
    let words = |command: &str| command.split_whitespace().map(str::to_owned).collect::<Vec<String>>();
    let named = std::env::var("BROWSER").unwrap_or_default();
    let named = std::env::split_paths(&named).map(|command| words(&command.to_string_lossy()));
    let of_desktop: &[&str] = if cfg!(windows) {
        &["explorer"]
    } else if cfg!(target_os = "macos") {
        &["open"]
    } else if ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|at| !at.is_empty()))
    {
        &["xdg-open", "gio open"]
    } else {
        &[]
    };
    named.chain(of_desktop.iter().map(|command| words(command))).filter(|words| !words.is_empty()).collect()
}

/// How long a program may take to say that it cannot open a page; a browser goes on longer, and is left alone.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether a program opens a page: whether it starts, and does not fail at once.
fn opens(opener: &[String], page: &Path) -> bool {
    let shown = page.to_string_lossy();
    let mut words: Vec<String> = opener.iter().map(|word| word.replace("%s", &shown)).collect();
    if words == opener {
        words.push(shown.into_owned());
    }
    let Some((program, rest)) = words.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(rest).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return false };
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        match child.try_wait() {
            // Explorer's code says nothing.
            Ok(Some(status)) => return status.success() || cfg!(windows),
            Ok(None) => std::thread::sleep(Duration::from_millis(10)),
            Err(_) => return false,
        }
    }
    true
}
