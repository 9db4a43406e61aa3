//! The bound L on the curvature that lengths of gradient steps follow from.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::experiment::{Experiment, Overrides};
use logitbench::record::Verdict;
use logitbench::run::{self, Options};

/// With many columns no step rule forms a Hessian, steps of 1/L never raise the objective, and fits end at proved optima.
#[test]
fn many_columns_form_no_hessian_and_never_go_uphill() {
    for (rows, features) in [(80, 300), (400, 260)] {
        let text = format!(
            "seed = 2\n[[dataset]]\nsimulate = \"gaussian\"\nrows = {rows}\nfeatures = {features}\n[split]\nrepeats = 2\n[model]\n\
             penalty = \"l2\"\nstrength = 2.0\nscaling = \"standardize\"\n[stop]\ngradient_norm = 1e-5\nmax_iterations = 5000\n\
             [[solver]]\nmethod = \"gradient-ascent\"\nname = \"step\"\nstep = [\"fixed\", \"backtracking\", \"barzilai-borwein\", \"nesterov\"]\n"
        );
        let experiment = Experiment::parse(&text, "t.toml", Path::new(""), Overrides::default()).unwrap();
        let options = Options { threads: 1, ..Options::default() };
        let results = run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).unwrap();
        for cell in &results.cells {
            let (name, records) = (&experiment.solvers[cell.solver].name, &cell.records);
            assert_eq!(records.count_verdict(Verdict::Optimal), 2, "{name}");
            for calls in &records.calls {
                assert_eq!(calls.hessian, 0, "{name}");
                assert!((1..=60).contains(&calls.hessian_product), "{name}: {calls:?}");
            }
            if name.contains("fixed") {
                for trace in &records.traces {
                    let rises =
                        trace.points.windows(2).find(|pair| pair[1].0.objective > pair[0].0.objective * (1.0 + 1e-14));
                    assert!(rises.is_none(), "{rises:?}");
                }
            }
        }
    }
}
