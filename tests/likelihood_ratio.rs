//! Likelihood-ratio tests of `logitbench fit`, beside Wald's, and where the two disagree.

mod common;

use std::fmt::Write;

use common::logitbench;
use serde_json::Value;

fn fit(folder: &std::path::Path, data: &str, arguments: &[&str]) -> (Value, String) {
    let all = [&["fit", data, "--target", "y"], arguments].concat();
    let (code, page, stderr) = logitbench(folder, &all);
    assert_eq!((code, stderr.as_str()), (0, ""), "{data} {arguments:?}");
    let (_, json, _) = logitbench(folder, &[&all[..], &["--json"]].concat());
    (serde_json::from_str(&json).unwrap(), page)
}

fn reference(name: &str, arguments: &[&str]) -> (Value, String) {
    fit(&common::root(), &format!("tests/reference/datasets/{name}.csv"), arguments)
}

/// Asserts the statistic and p of a coefficient, to a share of each.
fn has(json: &Value, term: &str, statistic: f64, p: f64, share: f64) {
    let place = json["terms"].as_array().unwrap().iter().position(|name| name == term).unwrap();
    let test = &json["likelihood_ratio"][place];
    for (key, expected) in [("statistic", statistic), ("p", p)] {
        let found = test[key].as_f64().unwrap();
        assert!((found / expected - 1.0).abs() < share, "{term}: {key} {found} instead of {expected}");
    }
}

/// `glm` of R 4 with `epsilon = 1e-14`, with the column and without it: the difference of the deviances, and `pchisq`.
#[test]
fn tests_are_those_of_r() {
    for (name, values) in [
        (
            "vaso",
            &[
                ("(intercept)", 9.923_742_201_62, 0.001_631_603_087),
                ("log_volume", 19.630_082_682_9, 9.397_783_172e-6),
                ("log_rate", 17.832_223_929_1, 2.412_625_738e-5),
            ][..],
        ),
        (
            "birthwt",
            &[
                ("(intercept)", 0.162_260_026_049, 0.687_084_232_5),
                ("age", 0.645_019_320_053, 0.421_899_051_5),
                ("ht", 7.520_528_310_34, 0.006_099_978_738),
                ("ftv", 0.142_156_147_931, 0.706_146_849_1),
            ],
        ),
    ] {
        let (json, page) = reference(name, &[]);
        for &(term, statistic, p) in values {
            has(&json, term, statistic, p, 1e-8);
        }
        let errors = json["likelihood_ratio"].as_array().unwrap().iter().map(|test| test["p_error"].as_f64().unwrap());
        assert!(errors.fold(0.0, f64::max) < 1e-9, "{json}");
        assert!(page.contains("  LR p  "), "{page}");
    }
}

/// The penalised likelihood with the determinant of the whole information matrix, maximised by `optim` and `nlm` of R 4 with the
/// coefficient held at 0; `logistf` defines the test so (Heinze & Schemper 2002).
#[test]
fn firths_tests_are_penalised() {
    let (json, page) = reference("endometrial", &["--penalty", "firth", "--interval", "profile"]);
    for (term, statistic, p) in [
        ("(intercept)", 8.198_013_58, 0.004_193_627_9),
        ("nv", 6.798_457_25, 0.009_123_667_5),
        ("pi", 0.746_828_513, 0.387_482_2),
        ("eh", 17.759_317_5, 2.506_867_2e-5),
    ] {
        has(&json, term, statistic, p, 1e-5);
    }
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    for text in [
        "z and p are Wald's",
        "LR p is that of the penalised likelihood-ratio test, as computed",
        "are those of the likelihood without the penalty, at the penalised estimate",
    ] {
        assert!(page.contains(text), "{text} is not in\n{page}");
    }
}

/// Without an estimate there is a test all the same: the supremum of the likelihood serves as its maximum.
#[test]
fn separated_data_have_tests() {
    let (json, page) = fit(&common::root(), "tests/cases/rare_level.csv", &[]);
    assert!(json["coefficients"].is_null() && json["z"].is_null());
    let p = json["likelihood_ratio"][2]["p"].as_f64().unwrap();
    assert!(p > 0.0 && p < 0.05, "{json}");
    assert!(page.contains("LR p"), "{page}");
}

/// Two groups of 100, with 25 positives in the first, as in Hauck & Donner (1977): z is largest for about 92 in the second.
#[test]
fn the_hauck_donner_effect_is_told() {
    let folder = common::Folder::new("hauck-donner");
    let z = |positives: usize| {
        let mut csv = "group,y\n".to_owned();
        for i in 0..200 {
            let y = i < 25 || (100..100 + positives).contains(&i);
            writeln!(csv, "{},{}", 5 + i / 100, u8::from(y)).unwrap();
        }
        folder.write("groups.csv", csv);
        let (json, page) = fit(&folder.0, "groups.csv", &[]);
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = page.contains("Hauck-Donner effect: z falls as the coefficient moves away from 0");
        assert_eq!(told, json["hauck_donner"].as_array().unwrap().contains(&"group".into()), "{page}");
        (json["z"][1].as_f64().unwrap(), told)
    };
    let (few, many, most) = (z(60), z(90), z(99));
    assert!(few.0 < many.0 && many.0 > most.0, "{few:?} {many:?} {most:?}");
    assert_eq!((few.1, most.1), (false, true));
}

/// Wald's p of a coefficient of rare events is above 0.05 and the likelihood-ratio p below.
#[test]
fn tests_that_disagree_are_named() {
    let folder = common::Folder::new("disagree");
    let mut csv = "x,y\n".to_owned();
    for i in 0..40 {
        writeln!(csv, "{},{}", i % 20, u8::from([18, 19, 38].contains(&i))).unwrap();
    }
    folder.write("rare.csv", csv);
    let (json, page) = fit(&folder.0, "rare.csv", &[]);
    let (wald, ratio) = (json["p"][1].as_f64().unwrap(), json["likelihood_ratio"][1]["p"].as_f64().unwrap());
    assert!(wald > 0.05 && ratio < 0.05, "{wald} {ratio}");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains("lie on different sides of 0.05 for"), "{page}");
}

#[test]
fn many_rows_are_tested_on_request() {
    let folder = common::Folder::new("many");
    let mut csv = "a,b,c,y\n".to_owned();
    for i in 0u32..70_000 {
        let mixed = i.wrapping_mul(2_654_435_761);
        writeln!(csv, "{},{},{},{}", mixed >> 24, i % 7, i % 11, mixed >> 13 & 1).unwrap();
    }
    folder.write("many.csv", csv);
    let (json, page) = fit(&folder.0, "many.csv", &[]);
    assert!(json["likelihood_ratio"].is_null() && json["verdict"] == "optimal", "{json}");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains("they are made with --interval profile"), "{page}");
}
