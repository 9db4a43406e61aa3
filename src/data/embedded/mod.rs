//! Data sets that ship in the binary, each with a clear permissive licence and its attribution.

use super::{DataError, DataSet, Storage, csv_file};
use crate::parameter::nearest;

/// A data set in the binary: a CSV text whose last column names the class.
pub struct Embedded {
    /// The name in a file: `name = "iris"`.
    pub name: &'static str,
    /// Where the data come from and under which licence.
    pub provenance: &'static str,
    text: &'static str,
}

/// All embedded data sets.
pub const ALL: &[Embedded] = &[Embedded {
    name: "iris",
    provenance: "Fisher (1936), Annals of Eugenics 7, 179-188; data collected by E. Anderson. UCI Machine Learning \
                 Repository, \"Iris\", CC BY 4.0; the copy of scikit-learn's load_iris (150 rows, 3 classes, in cm)",
    text: include_str!("iris.csv"),
}];

/// The class name that stands for "all rows of any other class".
pub const REST: &str = "rest";

impl Embedded {
    /// The embedded data set of this name.
    pub fn named(name: &str) -> Option<&'static Embedded> {
        ALL.iter().find(|embedded| embedded.name == name)
    }

    /// The classes in the order of their first rows.
    pub fn classes(&self) -> Vec<&'static str> {
        let mut classes = Vec::new();
        for class in self.text.lines().skip(1).filter_map(|line| line.rsplit(',').next()) {
            if !classes.contains(&class) {
                classes.push(class);
            }
        }
        classes
    }

    /// The rows of two classes as a binary problem, coded 0 and 1 in the order given, in the data set's order.
    ///
    /// One class may be [`REST`], all rows of the other classes.
    ///
    /// # Errors
    /// When a class is not in the data, or both are the same.
    pub fn load(&self, classes: [&str; 2]) -> Result<DataSet, DataError> {
        let known = self.classes();
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
        let target = csv_file::Target { column: None, code: &code, classes: &classes };
        csv_file::parse(self.text, self.name, &target, Storage::Double)
    }
}
