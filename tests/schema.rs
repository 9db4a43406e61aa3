//! The JSON Schemas: the committed files are current, and tell right from wrong as the program does.

mod common;
#[allow(dead_code, reason = "the data are for runs, and nothing runs here")]
#[path = "common/random_experiments.rs"]
mod random_experiments;

use boon::{Compiler, SchemaIndex, Schemas};
use common::{Folder, logitbench, root};
use logitbench::claim::{self, KINDS};
use logitbench::data::formats::FORMATS;
use logitbench::experiment::{Experiment, Overrides, keys};
use logitbench::parameter::{Interval, Parameter, ValueKind};
use logitbench::solver::catalogue::METHODS;
use serde_json::{Map, Number, Value, json};
use toml::de::{DeTable, DeValue};

const FILES: [(&str, &str); 2] =
    [("experiment", "experiments/experiment.schema.json"), ("report", "results/report.schema.json")];

/// A committed schema, compiled.
struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    fn of(what: &str) -> Schema {
        let (_, file) = FILES.iter().find(|(name, _)| *name == what).unwrap();
        let schema = serde_json::from_slice(&std::fs::read(root().join(file)).unwrap()).unwrap();
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource("schema.json", schema).unwrap();
        let index = compiler.compile("schema.json", &mut schemas).unwrap();
        Schema { schemas, index }
    }

    /// Why a value is refused, if it is.
    fn refusal(&self, value: &Value) -> Option<String> {
        self.schemas.validate(value, self.index).err().map(|error| format!("{error:#}"))
    }

    fn refusal_of_toml(&self, text: &str) -> Option<String> {
        self.refusal(&object(DeTable::parse(text).unwrap().get_ref()))
    }
}

fn object(table: &DeTable<'_>) -> Value {
    let member = |(key, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &toml::Spanned<DeValue<'_>>)| {
        (key.get_ref().to_string(), value_of(value.get_ref()))
    };
    Value::Object(table.iter().map(member).collect::<Map<_, _>>())
}

/// A TOML value as JSON; numbers that JSON does not have are null.
fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => text.as_ref().into(),
        DeValue::Integer(integer) => i128::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .and_then(Number::from_i128)
            .map_or(Value::Null, Value::Number),
        DeValue::Float(float) => json!(float.as_str().parse::<f64>().unwrap()),
        DeValue::Boolean(flag) => (*flag).into(),
        DeValue::Datetime(time) => time.to_string().into(),
        DeValue::Array(array) => array.iter().map(|item| value_of(item.get_ref())).collect(),
        DeValue::Table(table) => object(table),
    }
}

#[test]
fn the_committed_files_are_current() {
    for (what, file) in FILES {
        let (code, stdout, _) = logitbench(&root(), &["schema", what]);
        assert_eq!(code, 0);
        let committed = std::fs::read_to_string(root().join(file)).unwrap();
        assert!(committed == stdout, "{file} is not current: cargo run -- schema {what} > {file}");
    }
}

/// Every file that the program takes: those that ship, those of the fuzzer, and a thousand random ones.
#[test]
fn good_experiments_are_accepted() {
    let schema = Schema::of("experiment");
    let mut accepted = 0;
    for folder in ["experiments", "experiments/peers", "tests/hostile/experiment_file"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let (code, ..) = logitbench(&root(), &["check", path.to_str().unwrap()]);
            let text = std::fs::read_to_string(&path).unwrap();
            let ours = folder.starts_with("experiments");
            if code == 0 || ours {
                assert_eq!(schema.refusal_of_toml(&text), None, "{path:?}");
                accepted += 1;
            }
        }
    }
    assert!(accepted >= 10, "{accepted}");
    for seed in 0..1000 {
        let text = random_experiments::RandomExperiment::new(seed).text;
        assert_eq!(schema.refusal_of_toml(&text), None, "{text}");
    }
}

const GOOD: &str = r#"title = "t"
[[dataset]]
name = "iris"
classes = ["setosa", "versicolor"]
[split]
repeats = 10
[[model]]
penalty = "l2"
strength = [0.1, 1]
[[solver]]
method = "newton"
[[claim]]
name = "c"
solver = "newton"
metric = "test_accuracy"
at_least = 0.5
on_share = 0.9
"#;

/// Changes to a good file, that make it wrong: `check` and the schema refuse each.
#[test]
fn mistakes_are_refused() {
    let schema = Schema::of("experiment");
    assert_eq!(schema.refusal_of_toml(GOOD), None);
    let folder = Folder::new("schema");
    let simulated = "simulate = \"gaussian\"\nrows = 20\nfeatures = 2\nlabel = \"iris\"";
    let data = "name = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]";
    let good = GOOD.replace(data, simulated);
    assert_eq!(schema.refusal_of_toml(&good), None);
    for (from, to) in [
        // Names.
        ("title = ", "titel = "),
        ("[split]", "[splits]"),
        ("repeats = 10", "repeat = 10"),
        ("method = \"newton\"", "method = \"newton\"\nmax_iteration = 5"),
        ("\"newton\"\n[[claim]]", "\"newtn\"\n[[claim]]"),
        ("name = \"iris\"", "name = \"irs\""),
        ("\"versicolor\"", "\"versicolour\""),
        (", \"versicolor\"", ""),
        ("\"versicolor\"", "\"setosa\""),
        ("repeats = 10", "scheme = \"stratified-shufle\""),
        ("method = \"newton\"", "method = \"newton\"\nstep = \"halfing\""),
        ("\"test_accuracy\"", "\"accuracy\""),
        // A parameter of another method.
        ("method = \"newton\"", "method = \"newton\"\npairs = 5"),
        // Types.
        ("method = \"newton\"", "method = 3"),
        ("repeats = 10", "repeats = \"ten\""),
        ("repeats = 10", "repeats = [10, 20]"),
        ("repeats = 10", "repeats = 10.5"),
        ("method = \"newton\"", "method = \"newton\"\nseparated = 1"),
        ("method = \"newton\"", "method = [\"newton\", \"irls\"]"),
        ("[split]\nrepeats", "[[split]]\nrepeats = 3\n[[split]]\nrepeats"),
        ("strength = [0.1, 1]", "strength = []"),
        // Ranges.
        ("repeats = 10", "repeats = 0"),
        ("repeats = 10", "repeats = -3"),
        ("repeats = 10", "test_fraction = 1.0"),
        ("method = \"newton\"", "method = \"newton\"\ncoefficient_change = -1e-9"),
        ("method = \"newton\"", "method = \"newton\"\ngradient_norm = nan"),
        ("[0.1, 1]", "[0.1, 0.0]"),
        ("[[solver]]", "[verdict]\ntolerance = 1.5\n[[solver]]"),
        ("[[solver]]", "[rope]\ntest_accuracy = 1.0\n[[solver]]"),
        ("[[solver]]", "[rope]\ntrain_accuracy = 0.1\n[[solver]]"),
        ("title = \"t\"", "title = \"a\\nb\""),
        ("title = \"t\"", "seed = 99999999999999999999"),
        // What is missing, and what contradicts.
        ("solver = \"newton\"\nm", "m"),
        ("at_least = 0.5\n", ""),
        ("at_least = 0.5", "at_least = 0.5\nabove = 0.4"),
        ("on_share = 0.9", "share = 0.9"),
        ("on_share = 0.9", "on_share = 0.9\nwithin = 0.1"),
        ("strength = [0.1, 1]\n", ""),
        ("penalty = \"l2\"\n", ""),
        ("penalty = \"l2\"", "penalty = \"firth\""),
        ("repeats = 10", "first_random_state = 1"),
        ("name = \"iris\"", "name = \"iris\"\nfile = \"x.csv\""),
        (data, "file = \"x.csv\""),
        (data, "simulate = \"gaussian\"\nrows = 20"),
        (data, "simulate = \"gaussian\"\nrows = 20\nfeatures = 2\ncorrelation = 0.1\ncondition_number = 3.0"),
        (data, "simulate = \"gaussian\"\nrows = 20\nfeatures = 2\nclasses = [\"a\", \"b\"]"),
        ("[[solver]]\nmethod = \"newton\"\n", ""),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let wrong = GOOD.replacen(from, to, 1);
        folder.write("wrong.toml", &wrong);
        let (code, _, stderr) = logitbench(&folder.0, &["check", "wrong.toml"]);
        assert_eq!(code, 3, "the program takes {to}: {stderr}");
        assert!(schema.refusal_of_toml(&wrong).is_some(), "the schema takes {to} for {from}");
    }
}

/// Editors show what a key is about, its default, and what it may be.
#[test]
fn keys_have_descriptions_and_defaults() {
    let (_, file) = FILES[0];
    let schema: Value = serde_json::from_slice(&std::fs::read(root().join(file)).unwrap()).unwrap();
    let key = &schema["$defs"]["split"]["properties"]["test_fraction"];
    assert_eq!(
        (&key["default"], &key["exclusiveMinimum"], &key["exclusiveMaximum"]),
        (&json!(0.25), &json!(0.0), &json!(1.0))
    );
    assert!(key["description"].as_str().unwrap().contains("share of rows in the test set"));
    let methods: Vec<&Value> = schema["$defs"]["solver"]["oneOf"]
        .as_array()
        .unwrap()
        .iter()
        .map(|method| &method["properties"]["method"]["const"])
        .collect();
    assert!(methods.contains(&&json!("l-bfgs")), "{methods:?}");
}

#[test]
fn reports_are_accepted_and_damaged_ones_refused() {
    let schema = Schema::of("report");
    let folder = Folder::new("schema-report");
    let two = format!("{GOOD}[[solver]]\nmethod = \"gradient-ascent\"\n[trace]\nwhole = 1\n");
    folder.write("two.toml", two);
    assert_eq!(logitbench(&folder.0, &["experiment", "two.toml", "--out", "two.json", "--fits", "--quiet"]).0, 0);
    let read = |path: std::path::PathBuf| serde_json::from_slice::<Value>(&std::fs::read(path).unwrap()).unwrap();
    let report = read(folder.0.join("two.json"));
    assert_eq!(schema.refusal(&report), None);
    assert_eq!(schema.refusal(&read(root().join("results/iris-reference.json"))), None);
    for (place, value) in [
        ("/schema", json!("logitbench/report/0")),
        ("/claims/0/verdict", json!("proved")),
        ("/datasets/0/separation", json!("partial")),
        ("/cells/0/fits", json!(-1)),
        ("/cells/0/metrics", json!([])),
        ("/experiment/seed", Value::Null),
    ] {
        let mut wrong = report.clone();
        *wrong.pointer_mut(place).unwrap_or_else(|| panic!("{place}")) = value;
        assert!(schema.refusal(&wrong).is_some(), "{place}");
    }
    // Reports of older versions have neither, nor has one of a single model comparisons of models.
    let may_be_absent = ["answer", "model_comparisons"];
    for member in report.as_object().unwrap().keys().filter(|member| !may_be_absent.contains(&member.as_str())) {
        let mut wrong = report.clone();
        wrong.as_object_mut().unwrap().remove(member);
        assert!(schema.refusal(&wrong).is_some(), "without {member}");
    }
}

/// A table of an experiment file: its header and its lines, as key and value.
type Written = (&'static str, Vec<(String, String)>);

fn lines(text: &str) -> Vec<(String, String)> {
    let pair = |line: &str| line.split_once(" = ").map(|(key, value)| (key.to_owned(), value.to_owned())).unwrap();
    text.lines().map(pair).collect()
}

fn render(tables: &[Written]) -> String {
    let table = |(header, lines): &Written| {
        let lines: String = lines.iter().map(|(key, value)| format!("{key} = {value}\n")).collect();
        if header.is_empty() { lines } else { format!("{header}\n{lines}") }
    };
    tables.iter().map(table).collect()
}

/// A good file around one table, which replaces the file's own table of that header.
fn around(table: Written) -> String {
    let mut tables: Vec<Written> = vec![
        ("", lines("title = \"t\"")),
        ("[[dataset]]", lines("simulate = \"gaussian\"\nrows = 20\nfeatures = 2\nlabel = \"d\"")),
        ("[split]", lines("repeats = 10")),
        ("[[solver]]", lines("method = \"newton\"\nname = \"s\"")),
        ("[[solver]]", lines("method = \"irls\"\nname = \"t\"")),
    ];
    tables.retain(|(header, _)| *header != table.0);
    // What belongs to no table stands first.
    tables.insert(if table.0.is_empty() { 0 } else { tables.len() }, table);
    render(&tables)
}

/// `lines` with `key` set to `value`.
fn with(lines: &[(String, String)], key: &str, value: &str) -> Vec<(String, String)> {
    let mut lines: Vec<_> = lines.iter().filter(|(other, _)| other != key).cloned().collect();
    lines.push((key.to_owned(), value.to_owned()));
    lines
}

/// Values that a key of a kind must not have.
fn wrong_values(kind: ValueKind) -> Vec<String> {
    let whole = |low: u64, high: u64| {
        let mut wrong: Vec<String> = ["-1", "0.5", "true", "inf"].map(str::to_owned).to_vec();
        wrong.extend(low.checked_sub(1).map(|below| below.to_string()));
        wrong.extend((high < i64::MAX as u64).then(|| (high + 1).to_string()));
        wrong
    };
    let texts = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<String>>();
    match kind {
        ValueKind::Flag => texts(&["1", "\"true\"", "0.0"]),
        ValueKind::Whole(low, high) => [whole(low, high), texts(&["\"many\""])].concat(),
        ValueKind::WholeOr(low, high, _) => [whole(low, high), texts(&["\"no such word\""])].concat(),
        ValueKind::Number(interval) | ValueKind::NumberOr(interval, _) => {
            let Interval { low, low_included, high, high_included } = interval;
            let mut wrong = texts(&["\"much\"", "true", "nan", "inf"]);
            let end = |end: f64, included: bool, beyond: f64| if included { end + beyond } else { end };
            wrong.extend(low.is_finite().then(|| format!("{:?}", end(low, low_included, -1.0))));
            wrong.extend(high.is_finite().then(|| format!("{:?}", end(high, high_included, 1.0))));
            wrong
        }
        ValueKind::NumbersOr(..) => texts(&["\"no such word\"", "3", "true", "{}", "{ a = \"x\" }", "{ a = nan }"]),
        ValueKind::Text => texts(&["3", "true", "\"two\\nlines\"", &format!("\"{}\"", "x".repeat(1001))]),
        ValueKind::Choice(_) => texts(&["\"no such choice\"", "3", "true"]),
        ValueKind::Texts => texts(&["\"one\"", "[3]", "true"]),
        ValueKind::Choices(names) => texts(&["true", "[3]", "[\"no such choice\"]", &format!("{:?}", names[0])]),
        ValueKind::TextOrTexts => texts(&["3", "[3]", "true"]),
        ValueKind::Names(names) => {
            let wrong = |value: &str| format!("{{ {} = {value} }}", names[0]);
            [texts(&["\"one\"", "true", "{}", "{ no_such_name = \"x\" }"]), vec![wrong("3"), wrong("[\"x\"]")]].concat()
        }
    }
}

/// Whether the program and the schema take a file.
fn taken(schema: &Schema, folder: &Folder, text: &str) -> (bool, bool) {
    let parsed = Experiment::parse(text, "e.toml", &folder.0, Overrides::default());
    (parsed.is_ok(), schema.refusal_of_toml(text).is_none())
}

/// A table of the experiment file: its header, its keys, and good lines.
type GoodTable = (&'static str, Vec<Parameter>, Vec<(String, String)>);

/// A file in each format but CSV.
fn write_files(folder: &Folder) {
    let files = [
        ("ones.svm", "d.svm"),
        ("dense.arff", "d.arff"),
        ("c-order.npy", "d.npy"),
        ("plain.npz", "d.npz"),
        ("snappy.parquet", "d.parquet"),
        ("uncompressed.arrow", "d.arrow"),
    ];
    for (from, to) in files {
        folder.write(to, std::fs::read(root().join("tests/formats").join(from)).unwrap());
    }
}

/// Every table: an entry per kind of data set, of claim, and per method.
fn every_table() -> Vec<GoodTable> {
    let mut tables = vec![
        ("", keys::TOP.to_vec(), lines("title = \"t\"")),
        ("[[dataset]]", keys::EMBEDDED.to_vec(), lines("name = \"iris\"\nclasses = [\"setosa\", \"versicolor\"]")),
        ("[[dataset]]", keys::SIMULATED.to_vec(), lines("simulate = \"gaussian\"\nrows = 20\nfeatures = 2")),
        ("[split]", keys::SPLIT.to_vec(), lines("repeats = 10")),
        ("[[model]]", keys::MODEL.to_vec(), lines("penalty = \"l2\"\nstrength = 1.0")),
        ("[stop]", keys::STOP.to_vec(), Vec::new()),
        ("[verdict]", keys::VERDICT.to_vec(), Vec::new()),
        ("[trace]", keys::TRACE.to_vec(), Vec::new()),
        ("[rope]", keys::rope(), lines("test_log_loss = 0.02")),
    ];
    for format in FORMATS {
        let body = match format.name {
            "csv" => "file = \"d.csv\"\ntarget = \"y\"",
            "libsvm" => "file = \"d.svm\"",
            "arff" => "file = \"d.arff\"\npositive = \"virginica\"",
            "npy" => "file = \"d.npy\"",
            "npz" => "file = \"d.npz\"",
            "parquet" => "file = \"d.parquet\"\ntarget = \"species\"\npositive = \"virginica\"",
            "arrow" if cfg!(not(feature = "arrow")) => continue,
            "arrow" => "file = \"d.arrow\"\ntarget = \"species\"\npositive = \"virginica\"",
            other => panic!("a good [[dataset]] of {other}?"),
        };
        tables.push(("[[dataset]]", [keys::FILE, format.keys].concat(), lines(body)));
    }
    for method in METHODS {
        let keys = [keys::SOLVER, keys::STOP, method.parameters].concat();
        tables.push(("[[solver]]", keys, lines(&format!("method = \"{}\"", method.name))));
    }
    for kind in KINDS {
        tables.push(("[[claim]]", claim::keys(), good_claims(kind).remove(0)));
    }
    tables
}

/// Good claims of a kind, the first one without any key that could be left out. Together they have all keys of the kind.
fn good_claims(kind: &claim::ClaimKind) -> Vec<Vec<(String, String)>> {
    let bodies: &[&str] = match kind.name {
        "share" => &[
            "at_least = 0.5\non_share = 0.9",
            "at_most = 0.5\non_share = 1",
            "above = 0.5\nshare = 0.5\nwithin = 0.1\nlevel = 0.9",
            "below = 1\non_share = 0.0\non_average = false",
            "better_than = { solver = \"t\" }\non_share = 0.9",
            "better_than = { solver = \"t\", model = \"maximum likelihood\" }\nby = -0.01\non_share = 0.9",
        ],
        "mean" => &[
            "at_least = 0.5\non_average = true",
            "at_most = 0.5\non_average = true",
            "above = 0.5\non_average = true\nlevel = 0.9",
            "below = 1\non_average = true",
            "better_than = { solver = \"t\" }\nby = 0.01\non_average = true",
        ],
        "chance" => &[
            "permutations = 19",
            "permutations = 99\npermutation_splits = 4\nnegligible = 0.02\nlevel = 0.9\non_average = false",
        ],
        other => panic!("good claims of the kind {other} belong here"),
    };
    let subject = "name = \"c\"\nsolver = \"s\"\nmetric = \"test_accuracy\"\n";
    let mut claims: Vec<_> = bodies.iter().map(|body| lines(&format!("{subject}{body}"))).collect();
    claims.push(with(&with(&claims[0], "dataset", "\"d\""), "model", "\"maximum likelihood\""));
    for key in kind.keys {
        assert!(claims.iter().flatten().any(|(written, _)| written == key.name), "no good claim has {}", key.name);
    }
    claims
}

#[test]
fn good_claims_of_every_kind_are_taken() {
    let (schema, folder) = (Schema::of("experiment"), Folder::new("schema-claims"));
    for kind in KINDS {
        for claim in good_claims(kind) {
            let text = around(("[[claim]]", claim));
            assert_eq!(taken(&schema, &folder, &text), (true, true), "{text}\n{:?}", schema.refusal_of_toml(&text));
        }
    }
}

/// Each key of each table with values of a wrong type or out of its range: the program and the schema refuse them both.
#[test]
fn wrong_values_of_every_key_are_refused() {
    let (schema, folder) = (Schema::of("experiment"), Folder::new("schema-keys"));
    folder.write("d.csv", "x,y\n1,0\n2,1\n3,0\n4,1\n5,0\n6,1\n7,0\n8,1\n");
    write_files(&folder);
    let mut tried = 0;
    for (header, parameters, good) in every_table() {
        let text = around((header, good.clone()));
        assert_eq!(taken(&schema, &folder, &text), (true, true), "{text}\n{:?}", schema.refusal_of_toml(&text));
        for parameter in parameters {
            for value in wrong_values(parameter.kind) {
                let text = around((header, with(&good, parameter.name, &value)));
                let taken = taken(&schema, &folder, &text);
                assert_eq!(taken, (false, false), "{header} {} = {value}: (program, schema)\n{text}", parameter.name);
                tried += 1;
            }
        }
        let text = around((header, with(&good, "no_such_key", "1")));
        assert_eq!(taken(&schema, &folder, &text), (false, false), "{text}");
    }
    assert!(tried > 500, "{tried}");
}

/// Keys of another kind of claim, and claims without a key that they need.
#[test]
fn keys_that_do_not_belong_or_are_missing_are_refused() {
    let (schema, folder) = (Schema::of("experiment"), Folder::new("schema-mixed"));
    for kind in KINDS {
        let good = good_claims(kind).remove(0);
        for other in KINDS {
            for (key, value) in good_claims(other).concat() {
                let says_nothing = key == "on_average" && value == "false";
                if kind.may_have(&key) || other.mark.is_some_and(|mark| mark.key == key) || says_nothing {
                    continue;
                }
                let text = around(("[[claim]]", with(&good, &key, &value)));
                assert_eq!(
                    taken(&schema, &folder, &text),
                    (false, false),
                    "{key} in a claim of kind {}\n{text}",
                    kind.name
                );
            }
        }
        for (key, _) in &good {
            let without: Vec<_> = good.iter().filter(|(other, _)| other != key).cloned().collect();
            let text = around(("[[claim]]", without));
            // A claim without a name is called by its number.
            let is_good = key == "name";
            assert_eq!(taken(&schema, &folder, &text), (is_good, is_good), "without {key}\n{text}");
        }
    }
    // A mean, and a metric against chance, take fewer metrics than a share.
    for (kind, metric) in [
        ("mean", "test_log_loss"),
        ("mean", "iterations"),
        ("chance", "train_auc"),
        ("chance", "gap"),
        ("share", "accuracy"),
    ] {
        let claim = with(&good_claims(claim::ClaimKind::named(kind).unwrap())[0], "metric", &format!("\"{metric}\""));
        let text = around(("[[claim]]", claim));
        assert_eq!(taken(&schema, &folder, &text), (false, false), "{text}");
    }
    for kind in ["share", "mean"] {
        let text =
            around(("[[claim]]", with(&good_claims(claim::ClaimKind::named(kind).unwrap())[0], "at_least", "95")));
        assert_eq!(taken(&schema, &folder, &text), (false, false), "{text}");
    }
}

/// What the program refuses and JSON Schema cannot express, each with the reason. An entry that the schema learns to refuse must
/// leave the list.
#[test]
fn what_the_schema_cannot_see_is_known() {
    let (schema, folder) = (Schema::of("experiment"), Folder::new("schema-blind"));
    let claim = |changes: &[(&str, &str)], kind: &str| {
        let good = good_claims(claim::ClaimKind::named(kind).unwrap()).remove(0);
        around(("[[claim]]", changes.iter().fold(good, |lines, (key, value)| with(&lines, key, value))))
    };
    for (text, reason) in [
        (claim(&[("solver", "\"l-bfgs\"")], "share"), "a name must be that of another table's entry"),
        (claim(&[("dataset", "\"e\"")], "share"), "a name must be that of another table's entry"),
        (claim(&[("model", "\"m\"")], "share"), "a name must be that of another table's entry"),
        (claim(&[("permutations", "18")], "chance"), "the least number depends on the level, by arithmetic"),
        (claim(&[("permutation_splits", "11")], "chance"), "one number is compared with another, in another table"),
        (
            around(("[split]", lines("repeats = 10.0"))),
            "a schema's integers are numbers without a fraction, 10.0 among them",
        ),
        (around(("[[dataset]]", lines("file = \"missing.csv\"\ntarget = \"y\""))), "whether a file can be read"),
    ] {
        assert_eq!(taken(&schema, &folder, &text), (false, true), "{reason}:\n{text}");
    }
}
