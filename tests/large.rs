//! Large fits: few passes over many rows, by any number of threads.

mod common;

use std::path::Path;
use std::sync::atomic::AtomicBool;

use logitbench::data::Source;
use logitbench::experiment::{Experiment, Overrides};
use logitbench::linear_algebra::Matrix;
use logitbench::model::certificate::{CertificateWorkspace, certify};
use logitbench::model::design::Transformation;
use logitbench::model::{Design, DesignMatrix, Evaluation, Evaluator, Order, PenaltyTerm, Scaling, Serial};
use logitbench::record::{Results, Verdict};
use logitbench::run::{self, Options};
use logitbench::solver::{Calls, ManyRows, Oracle, Solver, Stop};

/// The numbers of a dense design as they are stored.
fn numbers(design: &Design) -> Matrix<'_> {
    match design.matrix() {
        DesignMatrix::Dense(dense) => dense.numbers(),
    }
}

fn run(text: &str, threads: usize) -> Results {
    let experiment = Experiment::parse(text, "large.toml", Path::new(""), Overrides::default()).expect("a good file");
    run::run(&experiment, Options { threads, ..Options::default() }, &AtomicBool::new(false), &mut |_| ())
        .expect("not interrupted")
}

fn file(data: &str) -> String {
    format!(
        "[[dataset]]\nsimulate = \"gaussian\"\n{data}\n[split]\nscheme = \"all-rows\"\nrepeats = 1\n\
         [[solver]]\nmethod = \"newton\"\nstart = [\"zero\", \"subsample\"]\nhessian = [\"fresh\", \"kept\"]\n\
         [stop]\nobjective_change = 1e-11\n[verdict]\ntolerance = 1e-10\n"
    )
}

#[test]
fn a_subsample_and_a_kept_factor_lead_to_the_same_optimum_with_fewer_passes() {
    let results = run(&file("rows = 60_000\nfeatures = 9\npositives = 0.2\nsignal = 2"), 1);
    let of = |k: usize| {
        let records = &results.cells[k].records;
        assert_eq!((records.stops[0], records.verdicts[0]), (Stop::Converged, Verdict::Optimal), "{k}");
        (records.objectives[0], records.calls[0])
    };
    let (expected, usual) = of(0);
    let [(_, kept), (_, subsample), (_, both)] = [1, 2, 3].map(|k| {
        let found = of(k);
        assert!((found.0 / expected - 1.0).abs() < 1e-10, "{k}: {found:?}");
        found
    });
    assert!(kept.hessian < usual.hessian, "{kept:?} {usual:?}");
    assert!(subsample.hessian < usual.hessian, "{subsample:?}");
    // One pass for the subsamples together, whose Hessian is kept.
    assert!(both.hessian <= 1 && both.gradient <= 7, "{both:?}");
}

/// The strength of the proof under a penalty does not fall with the number of columns, wide designs included.
#[test]
fn penalised_fits_of_many_columns_are_proved() {
    for (shape, scaling) in [("rows = 500\nfeatures = 250", "standardize"), ("rows = 90\nfeatures = 300", "none")] {
        for strength in [0.01, 1.0, 100.0] {
            let results = run(
                &format!(
                    "[[dataset]]\nsimulate = \"gaussian\"\n{shape}\n[split]\nrepeats = 1\n[model]\npenalty = \"l2\"\n\
                     strength = {strength}\nscaling = \"{scaling}\"\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"l-bfgs\"\n\
                     [stop]\nmax_iterations = 2000\n"
                ),
                1,
            );
            for cell in &results.cells {
                let records = &cell.records;
                assert_eq!(
                    (records.stops[0], records.verdicts[0]),
                    (Stop::Converged, Verdict::Optimal),
                    "{shape} {strength}"
                );
                assert!(records.gaps[0] <= 1e-10 * records.objectives[0], "{shape} {strength}: {}", records.gaps[0]);
            }
        }
    }
}

#[test]
fn data_too_small_for_a_subsample_start_at_zero() {
    let results = run(&file("rows = 200\nfeatures = 3"), 1);
    let calls = |k: usize| results.cells[k].records.calls[0];
    assert_eq!(calls(0), calls(2));
    assert_eq!(calls(0), Calls { hessian: calls(0).total(), ..Calls::default() });
}

#[test]
fn separable_rows_are_found_so_whatever_the_start() {
    let results = run(&file("rows = 20_000\nfeatures = 3\nmargin = 0.1"), 2);
    for cell in &results.cells {
        assert_eq!(cell.records.verdicts, [Verdict::Separated]);
    }
}

/// What is found, as text in which a NaN equals itself; but for the time and the digest of the data.
fn found(results: &Results) -> String {
    let mut cells: Vec<_> = results.cells.iter().map(|cell| cell.records.clone()).collect();
    cells.iter_mut().for_each(|records| records.seconds = 0.0);
    let mut datasets = results.datasets.clone();
    datasets.iter_mut().for_each(|dataset| dataset.digest = None);
    format!("{cells:?} {datasets:?}")
}

/// Features of 6,000 rows whose last digits f32 has no room for, labels that depend on them, as two files: with these features
/// and with what f32 makes of them.
fn files_of_rows(folder: &common::Folder) {
    let next = |x: &u64| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    let random = std::iter::successors(Some(5), next).map(|x| (x >> 11) as f64 / 2f64.powi(52) - 1.0);
    let numbers: Vec<f64> = random.take(6_000 * 7).collect();
    let (mut exact, mut rounded) = ("a,b,c,d,e,f,y\n".to_owned(), "a,b,c,d,e,f,y\n".to_owned());
    for row in numbers.chunks(7) {
        let y = usize::from(row[6] < row[0] - 0.5 * row[1]);
        for x in &row[..6] {
            exact += &format!("{x},");
            rounded += &format!("{},", f64::from(*x as f32));
        }
        exact += &format!("{y}\n");
        rounded += &format!("{y}\n");
    }
    folder.write("exact.csv", exact);
    folder.write("rounded.csv", rounded);
}

#[test]
fn data_in_single_precision_are_the_rounded_data() {
    let folder = common::Folder::new("single");
    files_of_rows(&folder);
    let of = |file: &str, storage: &str, rest: &str| {
        let text = format!(
            "[[dataset]]\nfile = \"{file}\"\nlabel = \"data\"\ntarget = \"y\"\nstorage = \"{storage}\"\n{rest}\n\
             [[solver]]\nmethod = \"newton\"\nstart = [\"zero\", \"subsample\"]\nhessian = [\"fresh\", \"kept\"]\n\
             [[solver]]\nmethod = \"l-bfgs\"\n[[solver]]\nmethod = \"article\"\n\
             [[solver]]\nmethod = \"irls\"\nfactorization = \"qr\"\n"
        );
        let experiment = Experiment::parse(&text, "single.toml", &folder.0, Overrides::default()).expect("a good file");
        let options = Options { threads: 2, ..Options::default() };
        run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).expect("not interrupted")
    };
    let all_rows = "[split]\nscheme = \"all-rows\"\nrepeats = 1";
    for rest in [
        all_rows.to_owned(),
        format!("{all_rows}\n[model]\nscaling = \"standardize\"\npenalty = \"l2\"\nstrength = 1"),
        format!("{all_rows}\n[model]\nintercept = false"),
        "[split]\nrepeats = 3".to_owned(),
    ] {
        let single = of("exact.csv", "single", &rest);
        assert_eq!(single.cells[0].records.verdicts[0], Verdict::Optimal);
        let double = of("exact.csv", "double", &rest);
        assert_ne!(single.datasets[0].digest, double.datasets[0].digest);
        assert_ne!(found(&single), found(&double), "rounding is seen");
        assert_eq!(found(&single), found(&of("rounded.csv", "double", &rest)), "{rest}");
    }
    for penalty in [&[][..], &["--penalty", "firth"], &["--penalty", "l2", "--strength", "1"]] {
        let fit = |file, storage| {
            let arguments = [&["fit", file, "--target", "y", "--storage", storage, "--json"], penalty].concat();
            let (code, stdout, stderr) = common::logitbench(&folder.0, &arguments);
            assert_eq!(code, 0, "{stderr}");
            let mut fit: serde_json::Value = serde_json::from_str(&stdout).expect("an object");
            // The command has the file's name.
            fit["call"].take();
            fit.to_string()
        };
        assert_eq!(fit("exact.csv", "single"), fit("rounded.csv", "double"), "{penalty:?}");
        assert_ne!(fit("exact.csv", "single"), fit("exact.csv", "double"));
    }
}

#[test]
fn all_rows_are_not_copied_and_give_the_bits_of_a_copy() {
    let text = file("rows = 3_000\nfeatures = 5");
    let experiment = Experiment::parse(&text, "large.toml", Path::new(""), Overrides::default()).expect("a good file");
    let Source::Fixed(data) = &experiment.sources[0] else { panic!("drawn once") };
    let (mut transformation, mut design) = (Transformation::default(), Design::default());
    let all: Vec<u32> = (0..3_000).collect();
    transformation.fit(data, &all, Scaling::None);
    let place = |matrix: Matrix<'_>| match matrix {
        Matrix::Double(numbers) => numbers.as_ptr(),
        Matrix::Single(_) => panic!("not asked for"),
    };
    design.gather(data, &all, true, &transformation);
    assert_eq!(place(numbers(&design)), place(data.features.behind_ones().unwrap()));
    let copy = Design::new(numbers(&design).widened().into_owned(), design.columns, design.loss().signs().to_vec());
    let optimum = |design: &Design| {
        let problem = design.problem(PenaltyTerm::NONE);
        let method = ManyRows::default();
        let mut state = method.state();
        let mut oracle = Oracle::new(&problem);
        state.start(&mut oracle);
        for _ in 0..8 {
            state.step(&mut oracle);
        }
        let point = state.point().coefficients.clone();
        let certificate = certify(&problem, &point, None, &mut CertificateWorkspace::default());
        (point, certificate)
    };
    assert_eq!(optimum(&design), optimum(&copy));

    // Any other rows, or columns, are a copy.
    design.gather(data, &all, false, &transformation);
    assert_eq!((design.columns, design.matrix().stored()), (5, 15_000));
    let backwards: Vec<u32> = all.iter().rev().copied().collect();
    design.gather(data, &backwards, true, &transformation);
    assert_eq!(design.matrix().entry(0, 1), data.features.at(2_999, 0));
    design.gather(data, &all, true, &transformation);
    design.keep(&[0, 2]);
    assert_eq!((design.columns, design.matrix().stored()), (2, 6_000));
    assert_eq!(design.matrix().entry(1, 1), data.features.at(1, 1));
}

#[test]
fn threads_change_no_bit() {
    let text = file("rows = 50_000\nfeatures = 12\ncorrelation = 0.7");
    let (one, three) = (run(&text, 1), run(&text, 3));
    for (one, three) in one.cells.iter().zip(&three.cells) {
        let (mut one, mut three) = (one.records.clone(), three.records.clone());
        (one.seconds, three.seconds) = (0.0, 0.0);
        // As text, in which a NaN equals itself.
        assert_eq!(format!("{one:?}"), format!("{three:?}"));
    }
    assert_eq!(one.datasets, three.datasets);
}

/// What a share of the rows proves is above what all prove, and not far above; where it is not a small gap, all are looked at.
#[test]
fn the_hessian_of_a_share_of_the_rows_proves_a_little_less() {
    let (n, p) = (270_000, 4);
    let next = |x: &u64| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407));
    let mut random = std::iter::successors(Some(11), next).map(|x| (x >> 11) as f64 / 2f64.powi(52) - 1.0);
    let rows: Vec<f64> = random.by_ref().take(n * p).collect();
    let signs: Vec<f64> = random.zip(rows.chunks(p)).map(|(u, row)| if u < row[1] { 1.0 } else { -1.0 }).collect();
    let design = Design::new(rows, p, signs);
    // With all coefficients penalised the duality gap would be enough.
    for penalties in [[0.0; 4], [0.0, 300.0, 300.0, 300.0]] {
        let problem = design.problem(PenaltyTerm::l2(&penalties));
        let method = ManyRows::default();
        let mut state = method.state();
        let mut oracle = Oracle::new(&problem);
        state.start(&mut oracle);
        for _ in 0..8 {
            state.step(&mut oracle);
        }
        let optimum = state.point().coefficients.clone();
        let certified = |point: &[f64], order: Option<Order>| {
            let mut evaluation = Evaluation::default();
            let known = order.map(|order| {
                Evaluator::default().evaluate(&problem, point, order, &mut evaluation);
                &evaluation
            });
            certify(&problem, point, known, &mut CertificateWorkspace::default())
        };
        let lowest = certified(&optimum, Some(Order::Hessian)).objective;
        for (distance, by_share) in [(1e-6, true), (3e-5, false)] {
            let mut point = optimum.clone();
            point[0] += distance;
            let all = certified(&point, Some(Order::Hessian));
            let own = all.gap.expect("near the optimum");
            assert!(own >= all.objective - lowest - all.objective_error);
            let share = certified(&point, None);
            assert_eq!(
                share,
                certified(&point, Some(Order::Gradient)),
                "what a solver knows is what would be computed"
            );
            let gap = share.gap.expect("near the optimum");
            if by_share {
                assert!(gap > 4.0 * own && gap < 12.0 * own, "{gap} {own}");
                let mut exacting = CertificateWorkspace::within(0.5 * gap / share.objective, &Serial);
                assert_eq!(
                    certify(&problem, &point, None, &mut exacting),
                    all,
                    "less is asked for than the share proves"
                );
            } else {
                assert_eq!(share, all);
            }
        }
        // An evaluation of another point is not believed.
        let mut elsewhere = Evaluation::default();
        Evaluator::default().evaluate(&problem, &[0.1; 4], Order::Hessian, &mut elsewhere);
        let expected = certified(&optimum, None);
        assert_eq!(certify(&problem, &optimum, Some(&elsewhere), &mut CertificateWorkspace::default()), expected);
    }
}

/// One row in 8 or 64 of data in the order of their classes, or with a period, is like the others.
#[test]
fn an_estimate_is_near_whatever_the_order_of_the_rows() {
    let (n, p) = (64_000, 3);
    for order in 0..2 {
        let row = |i: usize| {
            let x = if order == 0 { i as f64 / n as f64 } else { (i % 64) as f64 / 64.0 };
            [1.0, x, (i % 7) as f64 / 7.0]
        };
        let rows: Vec<f64> = (0..n).flat_map(row).collect();
        let signs: Vec<f64> = rows.chunks(p).map(|row| if row[1] < 0.5 { 1.0 } else { -1.0 }).collect();
        let design = Design::new(rows, p, signs);
        let problem = design.problem(PenaltyTerm::l2(&[0.0, 5.0, 5.0]));
        let (mut whole, mut estimate) = (Evaluation::default(), Evaluation::default());
        let point = [0.3, -1.0, 0.5];
        let mut evaluator = Evaluator::default();
        evaluator.evaluate(&problem, &point, Order::Hessian, &mut whole);
        for share in [8, 64] {
            evaluator.estimate(&problem, &point, share, &mut estimate);
            // Four standard errors of a mean of n/share terms whose spread is about their size.
            let near = 4.0 / (n as f64 / share as f64).sqrt();
            assert!((estimate.objective / whole.objective - 1.0).abs() < near);
            let of = |evaluation: &Evaluation| [evaluation.gradient.clone(), evaluation.hessian.clone()].concat();
            for (estimate, whole) in of(&estimate).iter().zip(of(&whole)) {
                assert!((estimate - whole).abs() < near * n as f64, "{order} {share}: {estimate} {whole}");
            }
        }
    }
}

/// A thread that waits in the middle of a unit takes up other work meanwhile; what it takes up must not wait for it.
#[test]
fn fewer_units_than_threads_always_end() {
    let text = "[[dataset]]\nname = \"iris\"\nclasses = [\"versicolor\", \"virginica\"]\n[split]\nrepeats = 2\n\
                [[solver]]\nmethod = \"article\"\n";
    let experiment = Experiment::parse(text, "few.toml", Path::new(""), Overrides::default()).expect("a good file");
    for round in 0..400 {
        let options = Options { threads: 3 + round % 3, ..Options::default() };
        let results = run::run(&experiment, options, &AtomicBool::new(false), &mut |_| ()).expect("not interrupted");
        assert_eq!(results.cells[0].records.verdicts.len(), 2);
    }
}

/// Where columns outnumber rows, saving passes over rows is worth nothing, and a Hessian of all columns costs far more than the fit.
#[test]
fn with_more_columns_than_rows_a_kept_hessian_and_a_subsample_are_newtons_method() {
    let results = run(
        "seed = 1\n[[dataset]]\nsimulate = \"gaussian\"\nrows = 60\nfeatures = 80\n[split]\nrepeats = 3\n[model]\npenalty = \"l2\"\n\
         strength = 1.0\nscaling = \"standardize\"\n[[solver]]\nmethod = \"newton\"\n[[solver]]\nmethod = \"newton\"\nname = \"kept\"\n\
         hessian = \"kept\"\nstart = \"subsample\"\n",
        1,
    );
    let [newton, kept] = &results.cells[..] else { panic!("two solvers") };
    assert!(newton.records.verdicts.iter().all(|verdict| *verdict == Verdict::Optimal));
    assert_eq!(newton.records.iterations, kept.records.iterations);
    assert_eq!(newton.records.objectives, kept.records.objectives);
}
