//! The JSON Schemas: the committed files are current, and tell right from wrong as the program does.

mod common;
#[allow(dead_code, reason = "the data are for runs, and nothing runs here")]
#[path = "common/random_experiments.rs"]
mod random_experiments;

use boon::{Compiler, SchemaIndex, Schemas};
use common::{Folder, logitbench, root};
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
    for member in report.as_object().unwrap().keys() {
        let mut wrong = report.clone();
        wrong.as_object_mut().unwrap().remove(member);
        assert!(schema.refusal(&wrong).is_some(), "without {member}");
    }
}
