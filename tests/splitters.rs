//! Every scheme that scikit-learn has, against its splitters, row for row.

mod common;

use logitbench::data::roles::{Groups, Roles};
use logitbench::split::{Dealing, Generator, Scheme, Split, Splitter};
use serde_json::Value;
use sha2::{Digest, Sha256};

fn dealing(case: &Value) -> Dealing {
    let scheme = Scheme::named(case["scheme"].as_str().unwrap()).unwrap();
    let usual = Dealing::of(scheme);
    let count = |key: &str| case[key].as_u64().map(|number| number as usize);
    Dealing {
        folds: count("folds").unwrap_or(usual.folds),
        test_fraction: case["test_fraction"].as_f64().unwrap_or(usual.test_fraction),
        shuffle: case["shuffle"].as_bool().unwrap_or(usual.shuffle),
        gap: count("gap").unwrap_or(usual.gap),
        window: count("window"),
        test_rows: count("test_rows"),
        ..usual
    }
}

fn generator(case: &Value) -> Generator {
    let state = |key: &str| case[key].as_u64().map(|state| state as u32);
    match (state("first_random_state"), state("random_state")) {
        (Some(first_random_state), _) => Generator::Numpy { first_random_state },
        (_, Some(random_state)) => Generator::NumpyOnce { random_state },
        _ => Generator::Native,
    }
}

/// Groups by name, in the order of their first rows.
fn groups(names: &[Value]) -> Groups {
    let mut groups = Groups::default();
    for name in names.iter().map(|name| name.as_str().unwrap()) {
        let place = groups.names.iter().position(|other| other == name).unwrap_or_else(|| {
            groups.names.push(name.to_owned());
            groups.names.len() - 1
        });
        groups.codes.push(place as u32);
    }
    groups
}

fn listed(rows: &[u32]) -> String {
    rows.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}

#[test]
fn every_split_is_scikit_learn_s() {
    let reference = common::json("splitters.json");
    let cases = reference["cases"].as_array().unwrap();
    let mut schemes: Vec<&str> = cases.iter().map(|case| case["scheme"].as_str().unwrap()).collect();
    schemes.dedup();
    schemes.sort_unstable();
    schemes.dedup();
    assert_eq!((schemes.len(), cases.len() > 150), (10, true), "{schemes:?}");
    for case in cases {
        let rows = case["rows"].as_u64().unwrap() as usize;
        let labels: Vec<u8> = match case["labels"].as_str() {
            Some(labels) => labels.bytes().map(|byte| byte - b'0').collect(),
            None => vec![0; rows],
        };
        let classes: Vec<String> = (0..10).map(|class| class.to_string()).collect();
        let classes = &classes[..usize::from(*labels.iter().max().unwrap()) + 1];
        let roles = Roles { groups: case["groups"].as_array().map(|names| groups(names)), ..Roles::default() };
        let mut splitter = Splitter::new(dealing(case), generator(case), 0, "");
        let repeats = case["repeats"].as_u64().unwrap_or(1);
        splitter.prepare(&labels, &roles, classes, repeats).unwrap();
        let count = repeats * splitter.splits_per_repetition();
        let name = &case["splitter"];
        let expected = case["splits"].as_array().or(case["digests"].as_array()).unwrap();
        assert_eq!(count as usize, expected.len(), "{name}");
        // Backwards, because a split may not depend on those that were dealt before.
        let mut split = Split::default();
        for index in (0..count).rev() {
            splitter.split(index, &labels, &mut split);
            let expected = &expected[index as usize];
            match expected.as_str() {
                Some(digest) => {
                    let text = format!("{};{}", listed(&split.train), listed(&split.test));
                    let found = logitbench::data::hexadecimal(&Sha256::digest(text));
                    assert_eq!(&found[..16], digest, "{name} of {rows} rows, split {index}");
                }
                None => {
                    let found = [&split.train, &split.test].map(|rows| serde_json::to_value(rows).unwrap());
                    assert_eq!(Value::from(found.to_vec()), *expected, "{name} of {rows} rows, split {index}");
                }
            }
        }
    }
}
