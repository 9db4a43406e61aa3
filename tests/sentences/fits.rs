//! Single fits: verdict, intervals, tests.

use std::sync::atomic::AtomicBool;

use logitbench::data::{Counts, DataSet, Groups, Reading, Roles, Storage};
use logitbench::linear_algebra::StoredRows;
use logitbench::model::certificate::Refusal;
use logitbench::model::{Penalty, Scaling};
use logitbench::parameter::Settings;
use logitbench::record::{LikelihoodRatio, NoEnd, ProfileEnd, Separation, SingleFit, Verdict};
use logitbench::report::single::{IntervalMethod, Question, ScaledColumns, SingleFitReport};
use logitbench::run::single;
use logitbench::solver::catalogue::Method;
use logitbench::solver::{Stop, StopRules};

use super::Said;

fn data(values: &[[f64; 2]], labels: &[u8]) -> DataSet {
    DataSet {
        name: "home".to_owned(),
        feature_names: vec!["x1".to_owned(), "x2".to_owned()],
        features: StoredRows::from_fn(Storage::Double, (values.len(), 2), |(i, j)| values[i][j]),
        labels: labels.to_vec(),
        classes: vec!["no".to_owned(), "yes".to_owned()],
        ..DataSet::default()
    }
}

/// A change of a fit, with the penalty and the solver that the question names.
type Case<'a> = (Box<dyn Fn(&mut SingleFit) + 'a>, Penalty, &'static str);

/// All of these.
pub fn say(said: &mut Said) {
    let overlapping = data(
        &[[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [4.0, 2.0], [5.0, 1.0], [6.0, 0.0], [7.0, 2.0], [8.0, 1.0]],
        &[0, 1, 0, 0, 1, 1, 0, 1],
    );
    let apart = data(
        &[[1.0, 0.0], [2.0, 1.0], [3.0, 0.0], [3.0, 2.0], [3.0, 3.0], [3.0, 1.0], [3.0, 2.5], [4.0, 0.0], [5.0, 1.0]],
        &[0, 0, 0, 0, 1, 1, 0, 1, 1],
    );
    let newton = Method::named("newton").unwrap();
    let fit = |data: &DataSet, penalty| {
        let built = newton.build(&mut Settings::defaults(newton.parameters)).unwrap();
        let never = AtomicBool::new(false);
        let rules = StopRules::default();
        let task = single::Task { profile_level: Some(0.95), ..single::Task::new(penalty, &*built.solver, &rules) };
        single::fit(data, &task, &never).unwrap()
    };
    let (none, firth, l2) = (Penalty::NONE, Penalty::FIRTH, Penalty::named("l2", Some(1.0)).unwrap().unwrap());
    let told = said.entry("A single fit").or_default();
    let mut tell = |data: &DataSet, fit: &SingleFit, penalty, solver, interval| {
        let (call, firth_call) = (String::new(), String::new());
        let question = Question {
            data,
            penalty,
            solver,
            interval,
            level: 0.95,
            call,
            firth_call,
            class_weight: None,
            scaled: None,
        };
        told.extend(SingleFitReport::new(fit, &question).remarks);
    };
    let base = fit(&overlapping, none);
    let gap = |verdict: Verdict, refusal: Option<Refusal>, least: f64, most: f64| {
        move |fit: &mut SingleFit| {
            (fit.verdict, fit.refusal, fit.gap_at_least, fit.gap) = (verdict, refusal, least, most);
            (fit.coefficient_errors, fit.no_bound) = (None, refusal);
        }
    };
    let (missed, open) = (Verdict::Suboptimal, Verdict::Undecided);
    let ends = |first: ProfileEnd, second: ProfileEnd| {
        move |fit: &mut SingleFit| fit.profile = Some(vec![Some([first, second]); 3])
    };
    let ratio = |found: Result<LikelihoodRatio, NoEnd>| {
        move |fit: &mut SingleFit| fit.likelihood_ratios = Some(vec![Some(found); 3])
    };
    let missing = |reason| ProfileEnd::Missing(reason);
    let cases: Vec<Case<'_>> = vec![
        (Box::new(|_| ()), none, "newton"),
        (Box::new(gap(missed, None, 1e-3, 2e-3)), none, "newton"),
        (Box::new(gap(missed, None, 1e-3, f64::INFINITY)), none, "l-bfgs"),
        (Box::new(gap(missed, None, f64::INFINITY, f64::INFINITY)), l2, "l-bfgs"),
        (
            Box::new(|fit| (fit.verdict, fit.gap_at_least, fit.gap, fit.is_refined) = (missed, 1e-6, 1e-6, true)),
            none,
            "newton",
        ),
        (Box::new(gap(open, Some(Refusal::Between), 1e-9, 1e-7)), none, "newton"),
        (Box::new(gap(open, Some(Refusal::TooFar), 0.0, 1e-7)), none, "newton"),
        (Box::new(gap(open, Some(Refusal::TooFar), 0.0, f64::INFINITY)), l2, "l-bfgs"),
        (Box::new(gap(open, Some(Refusal::Singular), 0.0, f64::INFINITY)), none, "newton"),
        (
            Box::new(|fit| {
                gap(open, Some(Refusal::TooFar), 0.0, 1e-7)(fit);
                fit.stop = Stop::MaxIterations;
            }),
            none,
            "newton",
        ),
        (
            Box::new(|fit| {
                gap(missed, None, 1e-3, 2e-3)(fit);
                fit.stop = Stop::MaxIterations;
            }),
            none,
            "newton",
        ),
        (Box::new(|fit| (fit.verdict, fit.refusal) = (open, Some(Refusal::Between))), none, "newton"),
        (
            Box::new(|fit| {
                gap(open, Some(Refusal::NotFinite), 0.0, f64::INFINITY)(fit);
                fit.coefficient_errors = Some(vec![Some(1.0); 3]);
                fit.optimum = Some(vec![Some([1.0, 1e-12]); 3]);
            }),
            none,
            "newton",
        ),
        (Box::new(|fit| (fit.coefficient_errors, fit.no_bound) = (None, Some(Refusal::NotTried))), none, "newton"),
        (Box::new(|fit| fit.separation = Some(Separation::Complete)), l2, "newton"),
        (Box::new(|fit| fit.dropped = vec![2]), none, "newton"),
        (
            Box::new(|fit| {
                gap(open, Some(Refusal::NotConcave), 0.0, f64::INFINITY)(fit);
                ends(missing(NoEnd::Higher), ProfileEnd::At(0.2))(fit);
            }),
            firth,
            "newton",
        ),
        (Box::new(|fit| fit.coefficients = None), none, "newton"),
        (Box::new(|fit| fit.standard_errors = None), none, "newton"),
        (Box::new(|fit| fit.profile = None), none, "newton"),
        (Box::new(ends(ProfileEnd::Infinite, missing(NoEnd::Higher))), none, "newton"),
        (Box::new(ends(missing(NoEnd::Search), missing(NoEnd::Unproved))), none, "newton"),
        (Box::new(ends(ProfileEnd::At(0.1), ProfileEnd::At(0.2))), firth, "newton"),
        (Box::new(|fit| fit.likelihood_ratios = None), none, "newton"),
        (Box::new(ratio(Err(NoEnd::Unproved))), none, "newton"),
        (Box::new(ratio(Err(NoEnd::Search))), none, "newton"),
        (Box::new(ratio(Err(NoEnd::Higher))), firth, "newton"),
        (Box::new(ratio(Ok(LikelihoodRatio { statistic: 50.0, error: None }))), none, "newton"),
        (Box::new(|fit| fit.hauck_donner = vec![1]), none, "newton"),
    ];
    for (change, penalty, solver) in cases {
        let mut changed = base.clone();
        change(&mut changed);
        tell(&overlapping, &changed, penalty, solver, IntervalMethod::Profile);
    }
    let sums =
        data(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0].map(|x: f64| [x, 0.1 * x + 0.7]), &[0, 1, 0, 0, 1, 1, 0, 1]);
    let mut near = base.clone();
    gap(open, Some(Refusal::Singular), 0.0, f64::INFINITY)(&mut near);
    tell(&sums, &near, none, "newton", IntervalMethod::Wald);
    let of_roles = |weights: Option<Vec<f64>>, offset: Option<Vec<f64>>| DataSet {
        roles: Roles { weights, offset, ..Roles::default() },
        ..overlapping.clone()
    };
    for (weights, offset) in [(Some(vec![2.0; 8]), None), (Some(vec![1.5; 8]), Some(vec![0.5; 8]))] {
        let data = of_roles(weights, offset);
        tell(&data, &fit(&data, none), none, "newton", IntervalMethod::Wald);
    }
    let groups = Groups { codes: vec![0, 0, 0, 1, 1, 1, 2, 2], names: ["a", "b", "c"].map(str::to_owned).to_vec() };
    let grouped = DataSet { roles: Roles { groups: Some(groups), ..Roles::default() }, ..overlapping.clone() };
    tell(&grouped, &fit(&grouped, none), none, "newton", IntervalMethod::Wald);
    let counts = Counts {
        successes: "ok".to_owned(),
        failures: Some("fail".to_owned()),
        trials: None,
        rows: 4,
        trial_count: 8,
        success_count: 4,
        saturated_log_likelihood: -5.0,
    };
    let reading = Some(Box::new(Reading { counts: Some(counts), ..Reading::default() }));
    let data_of_counts = DataSet { reading, ..of_roles(Some(vec![1.0; 8]), None) };
    tell(&data_of_counts, &fit(&data_of_counts, none), none, "newton", IntervalMethod::Wald);
    let mut quasi = fit(&apart, none);
    let by_class = |fit: &SingleFit, data: &DataSet| {
        let (penalty, solver, interval, class_weight) =
            (none, "newton", IntervalMethod::Wald, Some("balanced".to_owned()));
        let (call, firth_call) = (String::new(), String::new());
        let question =
            Question { data, penalty, solver, interval, level: 0.95, call, firth_call, class_weight, scaled: None };
        SingleFitReport::new(fit, &question).remarks
    };
    let mut without_limit = quasi.clone();
    without_limit.limit = None;
    let of_scales = [Scaling::Standardize, Scaling::MinMax, Scaling::Robust].map(|scaling| {
        let (penalty, solver, interval, class_weight) = (none, "newton", IntervalMethod::Wald, None);
        let (data, call, firth_call) = (&overlapping, String::new(), String::new());
        let scaled = Some(ScaledColumns { scaling, centers: &[0.0; 2], scales: &[1.0; 2] });
        let question =
            Question { data, penalty, solver, interval, level: 0.95, call, firth_call, class_weight, scaled };
        SingleFitReport::new(&base, &question).remarks
    });
    let of_class_weights = [by_class(&base, &overlapping), by_class(&without_limit, &apart)].concat();
    tell(&apart, &quasi, none, "newton", IntervalMethod::Profile);
    quasi.limit = None;
    tell(&apart, &quasi, none, "newton", IntervalMethod::Wald);
    (quasi.separation, quasi.separating_columns) = (Some(Separation::Complete), vec![1]);
    tell(&apart, &quasi, none, "newton", IntervalMethod::Wald);
    quasi.separating_columns = vec![1, 2];
    quasi.separation = None;
    tell(&apart, &quasi, none, "newton", IntervalMethod::Wald);
    quasi.separation = Some(Separation::Overlap);
    tell(&apart, &quasi, none, "newton", IntervalMethod::Wald);
    told.extend(of_class_weights);
    told.extend(of_scales.concat());
}
