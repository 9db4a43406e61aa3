use super::*;
use crate::data::Storage;
use crate::linear_algebra::StoredRows;

const NA: f64 = f64::NAN;

fn raw(rows: &[&[f64]]) -> DataSet {
    DataSet {
        features: StoredRows::from_fn(Storage::Double, (rows.len(), rows[0].len()), |(i, j)| rows[i][j]),
        labels: (0..rows.len()).map(|row| (row % 2) as u8).collect(),
        ..DataSet::default()
    }
}

fn number(missing: u64) -> Column {
    Column { name: "x".to_owned(), kind: Kind::Number, missing }
}

fn colour(reference: Reference, missing: u64) -> Column {
    let levels = ["blue", "green", "red"].map(str::to_owned).to_vec();
    Column { name: "colour".to_owned(), kind: Kind::Categories { levels, reference }, missing }
}

fn coding(column: Column) -> Coding {
    Coding { columns: vec![column], fill: Fill::Mean, levels: LevelsOf::AllRows, unseen: Unseen::Reference }
}

fn coded(coding: &Coding, values: &[f64], train: &[u32]) -> Vec<Vec<f64>> {
    let rows: Vec<&[f64]> = values.chunks(1).collect();
    let data = coding.apply(&raw(&rows), train).unwrap();
    assert_eq!(data.feature_names, coding.names());
    assert_eq!((data.features.ncols(), data.rows()), (coding.count(), values.len()));
    data.features.rows().map(std::borrow::Cow::into_owned).collect()
}

#[test]
fn missing_numbers_are_replaced_by_what_the_training_rows_say() {
    let values = [1.0, NA, 4.0, 4.0, 9.0, 1e9];
    for (fill, expected) in [(Fill::Mean, 4.5), (Fill::Median, 4.0), (Fill::MostFrequent, 4.0), (Fill::Indicator, 4.5)]
    {
        let coding = Coding { fill, ..coding(number(1)) };
        let rows = coded(&coding, &values, &[0, 1, 2, 3, 4]);
        assert_eq!(rows[1][0], expected, "{fill:?}");
        assert_eq!((rows[0][0], rows[5][0]), (1.0, 1e9));
        let tells: Vec<f64> = rows.iter().filter_map(|row| row.get(1).copied()).collect();
        assert_eq!(tells, if fill == Fill::Indicator { vec![0.0, 1.0, 0.0, 0.0, 0.0, 0.0] } else { Vec::new() });
        assert_eq!(coded(&coding, &values, &[1])[1][0], 0.0, "no training row has a number");
    }
    let coding = Coding { fill: Fill::Indicator, ..coding(number(1)) };
    assert_eq!(coding.names(), ["x", "x is missing"]);
}

#[test]
fn weights_count_as_repeated_rows() {
    for fill in [Fill::Mean, Fill::Median, Fill::MostFrequent] {
        let (values, weights) = ([5.0, 1.0, 2.0, NA, 8.0], [1.0, 2.0, 3.0, 1.0, 0.0]);
        let coding = Coding { fill, ..coding(number(1)) };
        let rows: Vec<&[f64]> = values.chunks(1).collect();
        let mut weighted = raw(&rows);
        weighted.roles.weights = Some(weights.to_vec());
        let found = coding.apply(&weighted, &[0, 1, 2, 3, 4]).unwrap().features.at(3, 0);
        let repeated = [5.0, 1.0, 1.0, 2.0, 2.0, 2.0, NA];
        assert_eq!(found, coded(&coding, &repeated, &[0, 1, 2, 3, 4, 5, 6])[6][0], "{fill:?}");
    }
}

#[test]
fn categories_have_an_indicator_for_each_level_but_the_reference() {
    let values = [2.0, 0.0, 1.0, 1.0];
    let all = [0, 1, 2, 3];
    let first = coding(colour(Reference::First, 0));
    assert_eq!(first.names(), ["colour=green", "colour=red"]);
    assert_eq!(coded(&first, &values, &all), [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]]);
    assert!(!first.needs_training_rows());
    let red = coding(colour(Reference::Level(2), 0));
    assert_eq!(red.names(), ["colour=blue", "colour=green"]);
    assert_eq!(coded(&red, &values, &[3]), [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]]);
}

#[test]
fn levels_of_training_rows_leave_the_others_to_the_policy() {
    let values = [2.0, 2.0, 1.0, 0.0];
    let train = [0, 1, 2];
    let of = |reference, unseen| Coding { levels: LevelsOf::TrainingRows, unseen, ..coding(colour(reference, 0)) };
    let rows = |reference, unseen| coded(&of(reference, unseen), &values, &train);
    assert_eq!(of(Reference::First, Unseen::Reference).names(), ["colour=blue", "colour=green", "colour=red"]);
    let (none, green, red) = (vec![0.0; 3], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]);
    assert_eq!(rows(Reference::First, Unseen::Reference), [&red, &red, &none, &none].map(Clone::clone));
    assert_eq!(rows(Reference::First, Unseen::MostFrequent), [&red, &red, &none, &red].map(Clone::clone));
    assert_eq!(rows(Reference::MostFrequent, Unseen::Reference), [&none, &none, &green, &none].map(Clone::clone));
    assert_eq!(rows(Reference::Level(0), Unseen::Reference), rows(Reference::First, Unseen::Reference));
    let refused = of(Reference::First, Unseen::Refuse).apply(&raw(&[&[2.0], &[2.0], &[1.0], &[0.0]]), &train);
    let said = refused.unwrap_err().to_string();
    assert!(said.contains("row 4") && said.contains("colour = \"blue\""), "{said}");
    assert!(of(Reference::First, Unseen::Refuse).apply(&raw(&[&[2.0], &[1.0]]), &[0, 1]).is_ok());
}

#[test]
fn missing_categories_are_the_most_frequent_level_or_one_of_their_own() {
    let values = [0.0, 1.0, 1.0, NA];
    let (train, green) = ([0, 1, 2], vec![1.0, 0.0]);
    for fill in [Fill::Mean, Fill::Median, Fill::MostFrequent] {
        assert_eq!(coded(&Coding { fill, ..coding(colour(Reference::First, 1)) }, &values, &train)[3], green);
    }
    for levels in [LevelsOf::AllRows, LevelsOf::TrainingRows] {
        let own = Coding { fill: Fill::Indicator, levels, ..coding(colour(Reference::First, 1)) };
        let row = coded(&own, &values, &train).swap_remove(3);
        assert_eq!(own.names().last().unwrap(), "colour is missing");
        assert_eq!((row.iter().sum::<f64>(), *row.last().unwrap()), (1.0, 1.0));
    }
}

/// Nothing is between true and false, so a missing one is neither their mean nor their median.
#[test]
fn a_missing_truth_is_the_most_frequent_one() {
    let values = [1.0, 0.0, NA, 1.0, 0.0, 1.0];
    for fill in [Fill::Mean, Fill::Median, Fill::MostFrequent, Fill::Indicator] {
        let truth = Column { kind: Kind::Truth, ..number(1) };
        let coding = Coding { fill, ..coding(truth) };
        assert!(!coding.is_trivial() && coding.needs_training_rows());
        assert_eq!(coded(&coding, &values, &[0, 1, 2, 3, 4, 5])[2][0], 1.0, "{fill:?}");
        assert_eq!(coded(&coding, &values, &[0, 1, 4])[2][0], 0.0, "{fill:?}");
        assert_eq!(coding.count(), 1 + usize::from(fill == Fill::Indicator));
    }
    assert!(coding(Column { kind: Kind::Truth, ..number(0) }).is_trivial());
}
