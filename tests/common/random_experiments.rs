//! Random small experiments: any method with any of its parameters, any model, any split, on data that no method likes.

use std::fmt::Write;

use logitbench::experiment::keys;
use logitbench::metric::METRICS;
use logitbench::parameter::{Parameter, ValueKind};
use logitbench::solver::catalogue::METHODS;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

/// An experiment file, and the data file that it may name.
pub struct RandomExperiment {
    pub text: String,
    pub data: String,
}

impl RandomExperiment {
    /// Number `seed`.
    pub fn new(seed: u64) -> RandomExperiment {
        let random = &mut ChaCha8Rng::seed_from_u64(seed);
        let mut text = format!("title = \"number {seed}\"\nseed = {seed}\n");
        // Writing to a String cannot fail.
        let mut line = |line: &str| writeln!(text, "{line}").unwrap();
        let simulated = random.random_bool(0.3);
        if simulated {
            simulation(random).iter().for_each(|text| line(text));
        } else {
            line("[[dataset]]\nfile = \"d.csv\"\ntarget = \"y\"");
        }
        let redrawn = simulated && random.random_bool(0.4);
        if redrawn {
            line("redraw = true");
        }
        line("[split]");
        if redrawn && random.random_bool(0.3) {
            line("scheme = \"all-rows\"");
        } else {
            line(&format!("scheme = \"{}\"", one_of(random, &["shuffle", "shuffle", "stratified-shuffle"])));
            line(&format!("test_fraction = {:?}", random.random_range(0.02..0.6)));
            if random.random_bool(0.3) {
                line(&format!("generator = \"numpy\"\nfirst_random_state = {}", random.random_range(0..u32::MAX - 99)));
            }
        }
        line(&format!("repeats = {}", random.random_range(1..=12)));
        for place in 0..random.random_range(1..=2) {
            line(&format!("[[model]]\nname = \"model {place}\"\nintercept = {}", random.random_bool(0.8)));
            line(&format!("scaling = \"{}\"", one_of(random, &["none", "standardize"])));
            match random.random_range(0..10) {
                0..3 => line(&format!("penalty = \"l2\"\nstrength = {:?}", magnitude(random))),
                3 => line("penalty = \"firth\""),
                _ => {}
            }
        }
        for place in 0..random.random_range(2..=4) {
            let method = &METHODS[random.random_range(0..METHODS.len())];
            line(&format!("[[solver]]\nmethod = \"{}\"\nname = \"solver {place}\"", method.name));
            line(&format!("max_iterations = {}", random.random_range(1..=80)));
            // A limit of time is the machine's doing: results would differ from run to run.
            let of_all = keys::SOLVER[2..].iter().chain(keys::STOP);
            let of_all = of_all.filter(|key| !matches!(key.name, "max_iterations" | "time_limit"));
            for (parameter, share) in method.parameters.iter().map(|p| (p, 0.5)).chain(of_all.map(|p| (p, 0.1))) {
                if random.random_bool(share)
                    && let Some(value) = value(parameter, random)
                {
                    line(&format!("{} = {value}", parameter.name));
                }
            }
        }
        line(&format!("[trace]\nbands = {}\nwhole = {}", random.random_bool(0.5), random.random_range(0..3)));
        line("[[claim]]\nname = \"a claim\"\nsolver = \"solver 0\"");
        let metrics = || METRICS.iter().map(|metric| metric.name).chain(["gap", "separated", "iterations"]);
        let metric = metrics().nth(random.random_range(0..metrics().count())).unwrap();
        line(&format!("metric = \"{metric}\"\nat_least = {:?}", random.random_range(0.0..1.0)));
        line(&format!("on_share = {:?}", random.random_range(0.0..1.0)));
        RandomExperiment { text, data: data(random) }
    }
}

fn one_of<'a>(random: &mut ChaCha8Rng, texts: &[&'a str]) -> &'a str {
    texts[random.random_range(0..texts.len())]
}

/// A positive number, usually ordinary, sometimes near the ends of binary64.
fn magnitude(random: &mut ChaCha8Rng) -> f64 {
    match random.random_range(0..10) {
        0 => 10f64.powf(random.random_range(-320.0..308.0)),
        1 | 2 => 10f64.powf(random.random_range(-12.0..12.0)),
        _ => 10f64.powf(random.random_range(-2.0..2.0)),
    }
}

/// A value that the parameter takes, as it is written.
fn value(parameter: &Parameter, random: &mut ChaCha8Rng) -> Option<String> {
    match parameter.kind {
        ValueKind::Flag => Some(random.random_bool(0.5).to_string()),
        ValueKind::Whole(low, high) | ValueKind::WholeOr(low, high, _) => {
            Some(random.random_range(low..=high.min(low + 20)).to_string())
        }
        ValueKind::NumberOr(_, names) if random.random_bool(0.5) => Some(format!("\"{}\"", one_of(random, names))),
        ValueKind::Number(interval) | ValueKind::NumberOr(interval, _) => {
            let number = [0.0, 1.0, magnitude(random), 1e-9][random.random_range(0..4)];
            interval.contains(number).then(|| format!("{number:?}"))
        }
        ValueKind::NumbersOr(_, names) => Some(format!("\"{}\"", one_of(random, names))),
        ValueKind::Choice(names) => Some(format!("\"{}\"", one_of(random, names))),
        ValueKind::Choices(names) => Some(format!("[\"{}\"]", one_of(random, names))),
        ValueKind::Text | ValueKind::Texts | ValueKind::TextOrTexts | ValueKind::Names(_) => None,
    }
}

fn simulation(random: &mut ChaCha8Rng) -> Vec<String> {
    let mut lines = vec![
        "[[dataset]]\nsimulate = \"gaussian\"".to_owned(),
        format!("rows = {}\nfeatures = {}", random.random_range(4..30), random.random_range(1..9)),
        format!("signal = {:?}", magnitude(random)),
        format!("positives = {:?}", random.random_range(0.05..0.95)),
    ];
    lines.push(match random.random_range(0..3) {
        0 => format!("correlation = {:?}", random.random_range(-1.0..1.0)),
        1 => format!("condition_number = {:?}", 1.0 + magnitude(random)),
        _ => format!("margin = {:?}", magnitude(random)),
    });
    lines
}

/// A data file: columns that are constant, copies, sums or indicators, at both ends of binary64; classes of one row,
/// separable or not; more columns than rows.
fn data(random: &mut ChaCha8Rng) -> String {
    let n = random.random_range(2..=26);
    let p = if random.random_bool(0.05) { random.random_range(38..44) } else { random.random_range(1..=8) };
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let extreme = random.random_bool(0.3);
    for _ in 0..p {
        let kind = random.random_range(0..9);
        let copied = columns.get(random.random_range(0..columns.len().max(1))).cloned();
        let mut column: Vec<f64> = match (kind, copied) {
            (0, _) => vec![magnitude(random); n],
            (1, _) => {
                let row = random.random_range(0..n);
                (0..n).map(|i| f64::from(u8::from(i == row))).collect()
            }
            (2, Some(copy)) => copy,
            (3, Some(copy)) => copy.iter().map(|x| 3.0 * x + 1.0).collect(),
            (4, _) => (0..n).map(|_| f64::from(random.random_range(-2..=2))).collect(),
            (5, _) => (0..n).map(|i| 1e6 + i as f64 * 0.1).collect(),
            _ => (0..n).map(|_| StandardNormal.sample(random)).collect(),
        };
        if extreme {
            match random.random_range(0..4) {
                0 => {
                    let scale = magnitude(random);
                    column.iter_mut().for_each(|x| *x *= scale);
                }
                1 => column.iter_mut().for_each(|x| *x *= magnitude(random)),
                2 => column[random.random_range(0..n)] = [1e300, -1e300, 1e-300, 5e-324][random.random_range(0..4)],
                _ => {}
            }
        }
        column.iter_mut().for_each(|x| *x = x.clamp(-f64::MAX, f64::MAX));
        columns.push(column);
    }
    let (rare, labels) = (random.random_range(0..n), random.random_range(0..4));
    let first = &columns[0];
    let mut positive: Vec<bool> = (0..n)
        .map(|i| match labels {
            0 => i == rare,
            1 => first[i] > first[rare],
            _ => random.random_bool(0.5),
        })
        .collect();
    // Both classes, or there is no problem.
    positive[rare] = true;
    positive[(rare + 1) % n] = false;
    let mut text = (0..p).map(|j| format!("x{j},")).collect::<String>() + "y\n";
    for i in 0..n {
        columns.iter().for_each(|column| write!(text, "{:?},", column[i]).unwrap());
        writeln!(text, "{}", u8::from(positive[i])).unwrap();
    }
    text
}
