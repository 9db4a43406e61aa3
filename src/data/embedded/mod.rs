//! Data sets that ship in the binary, each with a clear permissive licence and its attribution.

use super::{DataError, DataSet, csv_file};
use crate::parameter::nearest;

/// A data set in the binary: a CSV text whose last column names the class.
pub struct Embedded {
    /// The name in a file: `name = "iris"`.
    pub name: &'static str,
    /// What its rows, features and classes are.
    pub about: &'static str,
    /// Where the data come from and under which licence.
    pub provenance: &'static str,
    /// The classes; of two, the first is coded 0 where the file does not choose.
    pub classes: &'static [&'static str],
    text: &'static str,
}

/// All embedded data sets. `tests/reference/embedded.py` wrote all but iris.
pub const ALL: &[Embedded] = &[
    Embedded {
        name: "iris",
        about: "150 flowers, 4 lengths in cm, 3 species; setosa is separable from the others",
        provenance: "Fisher (1936), Annals of Eugenics 7, 179-188; data collected by E. Anderson. UCI Machine Learning \
                     Repository, \"Iris\", CC BY 4.0; the copy of scikit-learn's load_iris",
        classes: &["setosa", "versicolor", "virginica"],
        text: include_str!("iris.csv"),
    },
    Embedded {
        name: "wine",
        about: "178 wines of 3 cultivars, 13 chemical measurements; every pair of cultivars is separable",
        provenance: "Aeberhard & Forina (1992). UCI Machine Learning Repository, \"Wine\", CC BY 4.0; the copy of \
                     scikit-learn's load_wine",
        classes: &["class_0", "class_1", "class_2"],
        text: include_str!("wine.csv"),
    },
    Embedded {
        name: "breast-cancer",
        about: "569 tumours, 30 measurements of cell nuclei, malignant or benign; separable, and nearly collinear",
        provenance: "Wolberg, Mangasarian, Street & Street (1993). UCI Machine Learning Repository, \"Breast Cancer \
                     Wisconsin (Diagnostic)\", CC BY 4.0; the copy of scikit-learn's load_breast_cancer",
        classes: &["malignant", "benign"],
        text: include_str!("breast-cancer.csv"),
    },
    Embedded {
        name: "digits",
        about: "1797 handwritten digits of 8 x 8 pixels from 0 to 16; some pixels are constant",
        provenance: "Alpaydin & Kaynak (1998). UCI Machine Learning Repository, \"Optical Recognition of Handwritten \
                     Digits\" (its test set), CC BY 4.0; the copy of scikit-learn's load_digits",
        classes: &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        text: include_str!("digits.csv"),
    },
    Embedded {
        name: "anes96",
        about: "944 voters of 1996, 9 answers and facts, expected vote for Clinton or Dole; the classes overlap",
        provenance: "American National Election Studies, 1996 (electionstudies.org), public domain; the copy of \
                     statsmodels' anes96",
        classes: &["Clinton", "Dole"],
        text: include_str!("anes96.csv"),
    },
];

/// The class name that stands for "all rows of any other class".
pub const REST: &str = "rest";

impl Embedded {
    /// The embedded data set of this name.
    pub fn named(name: &str) -> Option<&'static Embedded> {
        ALL.iter().find(|embedded| embedded.name == name)
    }

    /// The rows of two classes as a binary problem, coded 0 and 1 in the order given, in the data set's order.
    ///
    /// One class may be [`REST`], all rows of the other classes.
    ///
    /// # Errors
    /// When a class is not in the data, or both are the same.
    pub fn load(&self, classes: [&str; 2]) -> Result<DataSet, DataError> {
        let known = self.classes;
        for class in classes {
            if class != REST && !known.contains(&class) {
                return Err(DataError::NoSuchClass {
                    class: class.to_owned(),
                    nearest: nearest(class, known.iter().copied()).map(str::to_owned),
                    dataset: self.name.to_owned(),
                    known: known.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "),
                });
            }
        }
        if classes[0] == classes[1] {
            return Err(DataError::SameClass { class: classes[0].to_owned() });
        }
        let code = |class: &str| {
            // A named class takes its rows before "rest" does, in either order.
            if class == classes[1] || (classes[1] == REST && class != classes[0]) {
                Some(1)
            } else {
                (class == classes[0] || classes[0] == REST).then_some(0)
            }
        };
        csv_file::parse(self.text, self.name, &classes, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_one_of_the_classes_and_every_class_a_row() {
        for embedded in ALL {
            let labels = || embedded.text.lines().skip(1).filter_map(|line| line.rsplit(',').next());
            assert!(labels().all(|label| embedded.classes.contains(&label)), "{}", embedded.name);
            assert!(embedded.classes.iter().all(|class| labels().any(|label| label == *class)), "{}", embedded.name);
            let data = embedded.load([embedded.classes[0], REST]).unwrap();
            assert_eq!(data.rows(), labels().count());
            let [rows, ..] = embedded.about.split(' ').collect::<Vec<_>>()[..] else { panic!("{}", embedded.about) };
            assert_eq!(rows, data.rows().to_string());
        }
    }
}
