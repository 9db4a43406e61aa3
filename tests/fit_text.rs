//! What `logitbench fit DATA` prints, digit by digit: against the reference values, and against R.

mod common;

use common::logitbench;
use serde_json::Value;

fn page(data: &str, arguments: &[&str]) -> String {
    let all = [&["fit", data], arguments].concat();
    let (code, stdout, stderr) = logitbench(&common::root(), &all);
    assert_eq!((code, stderr.as_str()), (0, ""), "{data} {arguments:?}");
    stdout
}

fn file(name: &str) -> String {
    format!("tests/reference/datasets/{name}.csv")
}

/// The words of the line that begins with `name`, without it.
fn row<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let line = page.lines().find_map(|line| line.strip_prefix(name).filter(|rest| rest.starts_with(' ')));
    line.unwrap_or_else(|| panic!("{name} is not in\n{page}")).split_whitespace().collect()
}

/// Whether a printed number is `expected` rounded to the digits printed, of which there are at least `least`.
///
/// Both are decimal texts, and the comparison is one of decimal digits.
fn same_digits(printed: &str, expected: &str, least: usize) {
    let (printed_digits, printed_exponent) = decimal(printed);
    assert!(printed_digits.len() >= least, "{printed} has fewer than {least} digits");
    let (expected_digits, exponent) = decimal(expected);
    let (rounded, carried) = rounded(&expected_digits, printed_digits.len());
    assert_eq!((printed_digits, printed_exponent), (rounded, exponent + carried), "{printed} for {expected}");
    assert_eq!(printed.starts_with('-'), expected.starts_with('-'), "{printed} for {expected}");
}

/// Significant digits and the power of ten of the first.
fn decimal(text: &str) -> (Vec<u8>, i32) {
    let (mantissa, exponent) =
        text.trim_start_matches('-').split_once('e').unwrap_or((text.trim_start_matches('-'), "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0').collect();
    let zeros = digits.iter().take_while(|digit| **digit == 0).count();
    assert!(digits.iter().all(|digit| *digit < 10) && zeros < digits.len(), "{text} is no number but 0");
    (digits[zeros..].to_vec(), exponent.parse::<i32>().unwrap() + whole.len() as i32 - 1 - zeros as i32)
}

/// The first `count` digits, rounded half up, and 1 if a digit was carried to the front.
fn rounded(digits: &[u8], count: usize) -> (Vec<u8>, i32) {
    assert!(digits.len() > count);
    let mut kept = digits[..count].to_vec();
    let mut carry = digits[count] >= 5;
    for digit in kept.iter_mut().rev() {
        if !carry {
            break;
        }
        carry = *digit == 9;
        *digit = if carry { 0 } else { *digit + 1 };
    }
    if carry {
        kept.insert(0, 1);
        kept.pop();
    }
    (kept, i32::from(carry))
}

fn terms(reference: &Value) -> Vec<String> {
    let features = reference["features"].as_array().unwrap().iter();
    std::iter::once("(intercept)").chain(features.map(|name| name.as_str().unwrap())).map(str::to_owned).collect()
}

fn texts(values: &Value) -> Vec<&str> {
    values.as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn the_table_has_the_reference_values_digit_by_digit() {
    let mut estimates = 0;
    for name in common::DATA_SETS {
        let reference = common::json(&format!("datasets/{name}.json"));
        let (mle, page) = (&reference["mle"], page(&file(name), &["--target", "y"]));
        same_digits(row(&page, "null deviance")[0], reference["null_model"]["deviance"].as_str().unwrap(), 7);
        if mle["exists"] == false {
            for absent in ["p", "z", "AIC", "log-likelihood"] {
                assert!(!page.lines().any(|line| line.split_whitespace().next() == Some(absent)), "{name}: {page}");
            }
            continue;
        }
        for (line, key) in [
            ("residual deviance", "deviance"),
            ("log-likelihood", "log_likelihood"),
            ("AIC", "aic"),
            ("BIC", "bic"),
            ("McFadden's R²", "mcfadden_r2"),
        ] {
            same_digits(row(&page, line)[0], mle[key].as_str().unwrap(), 7);
        }
        let (coefficients, errors) = (texts(&mle["coefficients"]), texts(&mle["standard_errors"]));
        for ((term, coefficient), error) in terms(&reference).iter().zip(coefficients).zip(errors) {
            let row = row(&page, term);
            same_digits(row[0], coefficient, 6);
            same_digits(row[1], error, 6);
            estimates += 1;
        }
        let freedom = reference["n"].as_u64().unwrap() - reference["p"].as_u64().unwrap() - 1;
        assert!(row(&page, "residual deviance").join(" ").ends_with(&format!("on {freedom} degrees of freedom")));
        assert!(page.contains("Verdict: optimal. The log-likelihood has a unique maximum"), "{page}");
    }
    assert!(estimates > 50, "{estimates}");
}

/// `coef(summary(glm(y ~ ., family = binomial, data = d, control = glm.control(epsilon = 1e-14, maxit = 100))))` and
/// `confint.default` of R 4.2.2: z, p, and Wald intervals.
#[test]
fn z_p_and_wald_intervals_are_those_of_r() {
    for (name, values) in [
        (
            "vaso",
            &[
                ("(intercept)", "-2.177041465", "0.029477473777", "-5.46412895", "-0.28671448"),
                ("log_volume", "2.777341392", "0.005480558102", "1.52428594", "8.83436210"),
                ("log_rate", "2.481881160", "0.013069085349", "0.95927908", "8.16407148"),
            ][..],
        ),
        (
            "pima_tr",
            &[
                ("(intercept)", "-5.52029752813", "3.384261432e-8", "-13.242956", "-6.303167288"),
                ("glu", "4.73189851069", "2.224296227e-6", "0.018813956", "0.045419690"),
                ("bmi", "1.95260254313", "0.05086670959", "-0.00031526771", "0.167563092"),
                ("age", "1.86426876921", "0.06228397028", "-0.0021140013", "0.084481059"),
            ],
        ),
    ] {
        let page = page(&file(name), &["--target", "y"]);
        for (term, z, p, low, high) in values {
            let row = row(&page, term);
            for ((place, expected), least) in [2, 3, 5, 6].into_iter().zip([z, p, low, high]).zip([4, 4, 6, 6]) {
                same_digits(row[place], expected, least);
            }
        }
    }
    assert_eq!(row(&page(&file("biopsy"), &["--target", "y"]), "(intercept)")[3], "<2e-16");
}

/// Ends of profile-likelihood intervals: in R 4.2.2, `uniroot` with `tol = 1e-13` standard errors on the deviance of
/// `glm.fit` without the column and with its multiple as the offset. (`confint` interpolates, to about three digits.)
#[test]
fn profile_likelihood_intervals_are_those_of_r() {
    for (name, level, values) in [
        (
            "vaso",
            "0.95",
            &[
                ("(intercept)", "-6.046433213", "-0.8177197858"),
                ("log_volume", "2.292705393", "9.852741129"),
                ("log_rate", "1.709008708", "9.035233176"),
            ][..],
        ),
        ("vaso", "0.9", &[("(intercept)", "-5.452783542", "-1.080775093"), ("log_rate", "2.071511351", "8.186285864")]),
        (
            "birthwt",
            "0.95",
            &[
                ("(intercept)", "-1.841202454", "2.877357374"),
                ("lwt", "-0.02978398438", "-0.002464749877"),
                ("race_other", "0.02661085683", "1.765079456"),
                ("ht", "0.5324184088", "3.32107606"),
                ("ftv", "-0.283068699", "0.3988121138"),
            ],
        ),
    ] {
        let page = page(&file(name), &["--target", "y", "--interval", "profile", "--level", level]);
        for (term, low, high) in values {
            let row = row(&page, term);
            same_digits(row[5], low, 6);
            same_digits(row[6], high, 6);
        }
    }
}

/// The penalised profile likelihood, its determinant that of the whole information matrix, maximised in R 4.2.2 by
/// modified scoring to 1e-12 and inverted by `uniroot`; the interval of NV is that of Heinze & Schemper (2002): 0.61 to 7.85.
#[test]
fn firths_profile_intervals() {
    let page = page(&file("endometrial"), &["--target", "y", "--penalty", "firth", "--interval", "profile"]);
    for (term, low, high) in [
        ("(intercept)", "1.082537108", "7.209280498"),
        ("nv", "0.6097244363", "7.854631714"),
        ("pi", "-0.1244587209", "0.04045547318"),
        ("eh", "-4.365183247", "-1.232721057"),
    ] {
        let row = row(&page, term);
        same_digits(row[5], low, 6);
        same_digits(row[6], high, 6);
    }
    assert!(page.contains("Verdict: undecided") && page.contains("quasi-complete separation"), "{page}");
}

/// Under quasi-complete separation: the coefficients that have a limit, and those that have none.
#[test]
fn limits_of_quasi_complete_separation() {
    for name in ["endometrial", "snails"] {
        let reference = common::json(&format!("datasets/{name}.json"));
        let (limit, page) = (&reference["mle_limit"], page(&file(name), &["--target", "y"]));
        let supremum = limit["supremum_log_likelihood"].as_str().unwrap();
        same_digits(row(&page, "supremum of the log-likelihood")[0], supremum, 7);
        let mut blamed = Vec::new();
        for coefficient in limit["coefficients"].as_array().unwrap() {
            let (term, value) = (coefficient["name"].as_str().unwrap(), coefficient["limit"].as_str().unwrap());
            let row = row(&page, term);
            if value.ends_with("inf") {
                assert_eq!((row[0].starts_with('-'), &row[1..3]), (value.starts_with('-'), &["-", "-"][..]), "{term}");
                blamed.extend((term != "(intercept)").then_some(term));
            } else {
                assert_eq!(row[0], "0", "{name}: {term}");
                same_digits(row[1], value, 6);
                same_digits(row[2], coefficient["standard_error"].as_str().unwrap(), 6);
            }
        }
        let blame = format!("because the separating direction moves them: {}.", blamed.join(", "));
        assert!(page.contains(&blame), "{blame} is not in\n{page}");
    }
}

#[test]
fn separated_data_get_a_reason_and_a_command_instead_of_numbers() {
    let page = page("iris", &["--classes", "setosa,versicolor", "--solver", "gradient-ascent"]);
    for text in [
        "Verdict: separated. No maximum-likelihood estimate exists",
        "complete separation",
        "Each of these columns alone separates the classes: petal_length, petal_width.",
    ] {
        assert!(page.contains(text), "{text} is not in\n{page}");
    }
    assert!(!page.contains("std. error"), "{page}");
    // The solver of the call cannot fit Firth's penalty, so it is not in the command, which works as it stands.
    let command = page.lines().last().unwrap().trim();
    assert_eq!(command, "logitbench fit iris --classes setosa,versicolor --penalty firth");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    let (code, stdout, _) = logitbench(&common::root(), &words);
    assert!(code == 0 && row(&stdout, "petal_width").len() == 7, "{stdout}");
}

/// Two columns that differ by rounding: the solver gives up, and the page says what to do instead of letting its zeros stand. The
/// maximum is known unless a penalty stands in the way, which combinations of the columns would change.
#[test]
fn an_unreached_maximum_comes_with_advice() {
    let folder = common::Folder::new("advice");
    let page = |arguments: &[&str]| {
        let (_, page, _) = logitbench(&folder.0, arguments);
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for tiny in [1e-14, 1e-15] {
        let mut csv = "a,b,y\n".to_owned();
        for i in 0..60u32 {
            let a = f64::from(i * 37 % 60) / 7.0;
            let b = a + tiny * f64::from(i * 53 % 60);
            csv.push_str(&format!("{a:?},{b:?},{}\n", (i * 29 % 60 + i * 7 % 13) % 2));
        }
        folder.write("near.csv", csv);
        let page = page(&["fit", "near.csv", "--target", "y", "--set", "step=halving"]);
        for text in ["Verdict: suboptimal", "Do not use these numbers", "it is the column named so"] {
            assert!(page.contains(text), "{text} is not in\n{page}");
        }
    }
    let near = common::root().join("tests/cases/near14.csv");
    let near = ["fit", near.to_str().unwrap(), "--target", "y"];
    let weak = page(&[&near[..], &["--penalty", "l2", "--strength", "1e-28"]].concat());
    for text in [
        "Verdict: undecided",
        "Do not use these estimates. Columns that are nearly linear combinations of others",
        "No error bound is known",
    ] {
        assert!(weak.contains(text), "{text} is not in\n{weak}");
    }
    // Firth's objective is infinite at the zeros where the solver gave up.
    let firth = page(&[&near[..], &["--penalty", "firth"]].concat());
    assert!(firth.contains("Verdict: undecided"), "{firth}");
}

/// What double precision leaves open, twice the precision decides: an optimum far from 0, and a solver that gave up.
#[test]
fn hard_cases_are_decided() {
    let fit_by = |name: &str, how: &[&str]| {
        let file = format!("tests/cases/{name}.csv");
        let (code, json, _) = logitbench(&common::root(), &[&["fit", &file, "--target", "y", "--json"], how].concat());
        assert_eq!(code, 0);
        serde_json::from_str::<Value>(&json).unwrap()
    };
    let fit = |name: &str| fit_by(name, &[]);
    for name in ["off9", "off12"] {
        let found = fit(name);
        assert_eq!((&found["verdict"], &found["separation"]), (&"optimal".into(), &"overlap".into()), "{name}");
        let number = |key: &str| found[key][1].as_f64().unwrap();
        assert!((number("coefficients") / 0.037_402_042_3 - 1.0).abs() < 1e-8, "{name}");
        assert!((number("standard_errors") / 0.031_000_71 - 1.0).abs() < 1e-7, "{name}");
    }
    // The differences are 1e-14 of the columns, so that doubles beside each other miss the maximum by 7e-6.
    let found = fit("near14");
    assert_eq!(found["verdict"], "suboptimal");
    assert!((found["gap"].as_f64().unwrap() / found["gap_at_least"].as_f64().unwrap() - 1.0).abs() < 0.01, "{found}");
    let number = |k: usize| found["optimum"]["coefficients"][k].as_f64().unwrap();
    assert!((number(1) / 2.0414e13 - 1.0).abs() < 1e-5 && (number(1) + number(2) - 0.354_421).abs() < 0.01, "{found}");
    assert!((found["log_likelihood"].as_f64().unwrap() + 39.341_437_809_053).abs() < 1e-11);
    // An option that is not reached changes nothing.
    let limited = fit_by("near14", &["--max-iterations", "300"]);
    assert_eq!(limited["coefficients"], found["coefficients"]);
    let (found, of_the_solver) = (fit("near8"), fit_by("near8", &["--set", "step=halving"]));
    assert_eq!((&found["verdict"], &found["separation"]), (&"optimal".into(), &"overlap".into()));
    assert_eq!((&found["refined"], &found["stop"]), (&true.into(), &"singular".into()));
    assert!((found["log_likelihood"].as_f64().unwrap() + 39.341_572_233_848).abs() < 1e-11);
    assert_eq!((&of_the_solver["verdict"], &of_the_solver["refined"]), (&"suboptimal".into(), &false.into()));
    for list in [&found["coefficients"], &of_the_solver["optimum"]["coefficients"]] {
        let right = [-0.427_822_117, 20_390_427.635_5, -20_390_427.281_3];
        for (found, right) in list.as_array().unwrap().iter().zip(right) {
            assert!((found.as_f64().unwrap() / right - 1.0).abs() < 2e-9, "{found} {right}");
        }
    }
}

/// Of as many rows of either class at x = 0 the intercept is 0, of which rounding leaves no digit.
#[test]
fn an_intercept_of_0_has_no_second_column() {
    let folder = common::Folder::new("intercept-0");
    folder.write("d.csv", "x,y\n".to_owned() + &"1,1\n1,0\n1,1\n0,0\n0,1\n".repeat(4));
    let page = page(&folder.0.join("d.csv").display().to_string(), &["--target", "y"]);
    let header: Vec<&str> = page.lines().find(|line| line.contains("estimate")).unwrap().split_whitespace().collect();
    assert_eq!(header[..2], ["estimate", "std."], "{page}");
    assert_eq!((row(&page, "(intercept)")[0], row(&page, "x")[0]), ("0", "0.693147"));
}

/// Two columns that differ by δ times a third: the fit is that of the first and the third, as far as the stored sums are exact.
#[test]
fn nearly_equal_columns_have_their_maximum() {
    let folder = common::Folder::new("near");
    let csv = |name: &str, second: &dyn Fn(f64, f64) -> f64| {
        let line = |i: u32| {
            let (x, noise) = (f64::from(i * 37 % 60) / 7.0, f64::from(i * 23 % 31) / 9.0 - 1.0);
            format!("{x:?},{:?},{}\n", second(x, noise), i * i % 7 % 2)
        };
        folder.write(name, "x,other,y\n".to_owned() + &(0..60).map(line).collect::<String>());
        let (_, json, _) = logitbench(&folder.0, &["fit", name, "--target", "y", "--json"]);
        serde_json::from_str::<Value>(&json).unwrap()
    };
    let apart = csv("apart.csv", &|_, noise| noise);
    let number = |found: &Value, key: &str, k: usize| found[key][k].as_f64().unwrap();
    for digits in 2..=10 {
        let delta = 10f64.powi(-digits);
        let near = csv("near.csv", &|x, noise| x + delta * noise);
        assert_eq!(near["verdict"], "optimal", "{delta}");
        let rounding = 1e-14 / delta;
        for key in ["log_likelihood", "deviance"] {
            let (near, apart) = (near[key].as_f64().unwrap(), apart[key].as_f64().unwrap());
            assert!((near - apart).abs() < rounding + 1e-12, "{delta}: {key} {near} {apart}");
        }
        let near_enough = |what: &str, near: f64, apart: f64| {
            let share = (delta * near / apart - 1.0).abs();
            assert!(share < 100.0 * rounding + 1e-9, "{delta}: {what} {} {apart}", delta * near);
        };
        let maximum = number(&near["optimum"], "coefficients", 2);
        near_enough("maximum", maximum, number(&apart, "coefficients", 2));
        near_enough("standard error", number(&near, "standard_errors", 2), number(&apart, "standard_errors", 2));
        // Where the likelihood is flat to rounding the estimate is as near as its bound says.
        let (estimate, error) = (number(&near, "coefficients", 2), number(&near, "coefficient_errors", 2));
        assert!(
            (estimate - maximum).abs() <= error && error < 1e-3 * maximum.abs(),
            "{delta}: {estimate} ± {error} {maximum}"
        );
    }
}

/// Columns far from 0, or tiny: no certificate on the data's own scale, or squares that overflow, and yet numbers that are proved.
#[test]
fn hard_scales_have_proved_numbers() {
    let folder = common::Folder::new("scales");
    let csv = |scale: f64, origin: f64| {
        let line = |i: u32| format!("{:?},{}\n", scale * (origin + f64::from(i * 37 % 60)), i * i % 7 % 2);
        "x,y\n".to_owned() + &(0..60).map(line).collect::<String>()
    };
    let fit = |text: String| {
        folder.write("x.csv", text);
        let (_, page, _) = logitbench(&folder.0, &["fit", "x.csv", "--target", "y"]);
        (row(&page, "x")[..4].join(" "), page.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let ((plain, _), (far, page)) = (fit(csv(1.0, 0.0)), fit(csv(1.0, 1e12)));
    assert_eq!(plain, far);
    assert!(page.contains("Verdict: optimal") && !page.contains("Do not use"), "{page}");
    let (tiny, _) = fit(csv(1e-155, 0.0));
    let (plain, tiny): (Vec<&str>, Vec<&str>) = (plain.split(' ').collect(), tiny.split(' ').collect());
    assert!(tiny[0].ends_with("e153") || tiny[0].ends_with("e152"), "{tiny:?}");
    assert_eq!(plain[2..], tiny[2..], "z and p have no scale");
    // Firth's penalty has no proof in twice the precision.
    let firth = |scale: f64| {
        folder.write("x.csv", csv(scale, 0.0));
        let (_, page, _) = logitbench(&folder.0, &["fit", "x.csv", "--target", "y", "--penalty", "firth"]);
        row(&page, "x")[2..4].join(" ")
    };
    for scale in [1e-155, 1e-200, 1e155, 1e200] {
        assert_eq!(firth(scale), firth(1.0), "{scale}");
    }
}

#[test]
fn what_does_not_exist_is_null_and_told() {
    let data = file("vaso");
    let l2 = ["--target", "y", "--penalty", "l2", "--strength", "1"];
    let text = page(&data, &l2);
    assert!(text.contains("No standard errors, z, p, intervals, AIC or BIC: the l2 penalty"), "{text}");
    assert!(
        text.starts_with("logitbench fit tests/reference/datasets/vaso.csv --target y --penalty l2 --strength 1\n")
    );
    let json: Value = serde_json::from_str(&page(&data, &[&l2[..], &["--json"]].concat())).unwrap();
    for key in ["standard_errors", "z", "p", "intervals", "aic", "bic", "degrees_of_freedom", "limit", "suggested_call"]
    {
        assert!(json[key].is_null(), "{key}");
    }
    let json: Value = serde_json::from_str(&page(&data, &["--target", "y", "--json"])).unwrap();
    let bounds = json["intervals"][1].as_array().unwrap();
    assert!((bounds[0].as_f64().unwrap() - 1.52428594).abs() < 1e-7 && json["level"] == 0.95, "{json}");
    assert_eq!((&json["terms"][1], &json["interval_method"]), (&"log_volume".into(), &"wald".into()));
    assert_eq!((json["rows"].as_u64(), json["degrees_of_freedom"].as_u64()), (Some(39), Some(36)));

    let folder = common::Folder::new("dropped");
    folder.write("my data.csv", "a,b,c,y\n1,2,3,0\n2,4,3,1\n3,6,3,0\n4,8,3,1\n5,10,3,1\n");
    let (_, text, _) = logitbench(&folder.0, &["fit", "my data.csv", "--target", "y"]);
    assert!(text.starts_with("logitbench fit 'my data.csv' --target y\n"), "{text}");
    assert!(text.contains("linear combinations of earlier columns: b, c. The design has rank 2"), "{text}");
    assert_eq!(row(&text, "b"), ["-"; 7]);
}

/// Firth's penalised likelihood has several maxima on these rows, and newton ends at a lower one (l-bfgs at a higher): the searches of
/// tests and intervals find that out, and the verdict says it.
#[test]
fn a_firth_estimate_with_a_higher_likelihood_elsewhere_is_said_to_be_no_maximum() {
    let text = std::fs::read_to_string(common::root().join(file("breast_cancer"))).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let place = |name: &str| header.iter().position(|other| *other == name).unwrap();
    let columns = [
        "worst_radius",
        "worst_fractal_dimension",
        "worst_area",
        "worst_symmetry",
        "mean_smoothness",
        "mean_compactness",
        "texture_error",
        "worst_concavity",
        "y",
    ];
    let mut csv = columns.join(",") + "\n";
    for row in lines.skip(1).step_by(4) {
        csv.push_str(&(columns.map(|name| row[place(name)]).join(",") + "\n"));
    }
    let folder = common::Folder::new("local");
    folder.write("local.csv", csv);
    let fit = |more: &[&str]| {
        let arguments = [&["fit", "local.csv", "--target", "y", "--penalty", "firth"], more].concat();
        let (_, page, _) = logitbench(&folder.0, &arguments);
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for method in ["wald", "profile"] {
        let page = fit(&["--interval", method]);
        assert!(page.contains("as computed this fit is not the maximum of the penalised log-likelihood"), "{page}");
        assert!(page.contains("The estimate is a local maximum only. Do not use these numbers"), "{page}");
        assert!(!page.contains("nor not to be"), "{page}");
    }
    let page = fit(&["--solver", "l-bfgs"]);
    assert!(page.contains("nor not to be") && !page.contains("local maximum"), "{page}");
}

/// Error bounds are left out, and said to be, where they would take minutes; the verdict stays.
#[test]
fn a_fit_of_many_columns_is_proved_without_error_bounds() {
    let folder = common::Folder::new("many");
    let (n, p) = (60usize, 1_300usize);
    let number = |i: usize, j: usize| ((i * 7_919 + j * 104_729 + i * j * 31) % 1_009) as f64 / 1_009.0 - 0.5;
    let names: String = (0..p).map(|j| format!("x{j},")).collect();
    let line = |i: usize| (0..p).map(|j| format!("{},", number(i, j))).collect::<String>() + &format!("{}\n", i % 2);
    folder.write("many.csv", format!("{names}y\n{}", (0..n).map(line).collect::<String>()));
    let fit = ["fit", "many.csv", "--target", "y", "--penalty", "l2", "--strength", "1", "--solver", "l-bfgs"];
    let (code, page, stderr) = logitbench(&folder.0, &fit);
    assert_eq!(code, 0, "{stderr}");
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(page.contains("Verdict: optimal") && page.contains("would take too long"), "{page}");
}

/// Amounts in cents and their sum: dependent but for rounding. The columns are named, and words that contradict each other are not said.
#[test]
fn nearly_dependent_columns_are_named() {
    let folder = common::Folder::new("nearly-dependent");
    let line = |i: usize| {
        let (a, b) = ((i * 3_719) % 9_901 + 100, (i * 5_003) % 8_887 + 100);
        let y = usize::from((a + (i * 7_919) % 6_007) > (b + (i * 104_729) % 5_003));
        let cents = |amount: usize| format!("{}.{:02}", amount / 100, amount % 100);
        format!("{},{},{},{},{y}\n", cents(a), i % 13, cents(b), cents(a + b))
    };
    folder.write("cents.csv", format!("a,visits,b,total,y\n{}", (0..200).map(line).collect::<String>()));
    let fit = |more: &[&str]| {
        let (code, page, stderr) = logitbench(&folder.0, &[&["fit", "cents.csv", "--target", "y"], more].concat());
        assert_eq!((code, stderr.as_str()), (0, ""));
        page.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let page = fit(&[]);
    let named = "Nearly dependent columns: a, b, total. But for rounding";
    assert!(page.contains(named) && page.contains("--exclude total"), "{page}");
    let contradicts = page.contains("Do not use these") && page.contains("The estimates are those of the maximum");
    assert!(!contradicts, "{page}");
    let page = fit(&["--exclude", "total"]);
    assert!(page.contains("Verdict: optimal") && !page.contains("Nearly dependent"), "{page}");
}
