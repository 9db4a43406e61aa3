//! Weights of the classes: how much a training row counts in the objective, by its class.

/// Weights of the classes in the objective of the training rows. They change what is minimised, not what the data are: metrics,
/// log-likelihoods and the statistics of a data set know nothing of them.
///
/// With weights k₀ and k₁ the objective is Σ_i c_i k_(y_i) log(1 + exp(−m_i)) + P(β), c_i how many rows row i stands for. It is no
/// likelihood of the data, so the inverse of its Hessian gives no standard errors.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ClassWeight {
    /// Every row counts as it is.
    #[default]
    None,
    /// k = n/(2 n_class), n and n_class the training rows and those of the class: both classes count alike (scikit-learn's
    /// `class_weight="balanced"`).
    Balanced,
    /// By the name of the class; 1 for a class that is not named.
    Given(Vec<(String, f64)>),
}

impl ClassWeight {
    /// k₀ and k₁ on training rows of which so many are of each class; `None` if every row counts as it is.
    pub fn factors(&self, classes: &[String], rows_by_class: [f64; 2]) -> Option<[f64; 2]> {
        match self {
            ClassWeight::None => None,
            ClassWeight::Balanced => {
                let n: f64 = rows_by_class.iter().sum();
                // A class without rows has no row to weigh.
                Some(rows_by_class.map(|of_class| if of_class > 0.0 { n / (2.0 * of_class) } else { 1.0 }))
            }
            ClassWeight::Given(weights) => Some([0, 1].map(|class| {
                let named = |(name, _): &&(String, f64)| classes.get(class) == Some(name);
                weights.iter().find(named).map_or(1.0, |(_, weight)| *weight)
            })),
        }
    }

    /// The first name that is none of the classes.
    pub fn stranger(&self, classes: &[String]) -> Option<&str> {
        match self {
            ClassWeight::None | ClassWeight::Balanced => None,
            ClassWeight::Given(weights) => {
                weights.iter().map(|(name, _)| name).find(|name| !classes.contains(name)).map(String::as_str)
            }
        }
    }

    /// It as it is written, `balanced` or `no=1, yes=3`; `None` if every row counts as it is.
    pub fn words(&self) -> Option<String> {
        match self {
            ClassWeight::None => None,
            ClassWeight::Balanced => Some("balanced".to_owned()),
            ClassWeight::Given(weights) => {
                let each: Vec<String> = weights.iter().map(|(name, weight)| format!("{name}={weight}")).collect();
                Some(each.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_classes_count_alike() {
        let classes = ["no".to_owned(), "yes".to_owned()];
        assert_eq!(ClassWeight::Balanced.factors(&classes, [30.0, 10.0]), Some([40.0 / 60.0, 2.0]));
        assert_eq!(ClassWeight::Balanced.factors(&classes, [30.0, 0.0]), Some([0.5, 1.0]));
        assert_eq!(ClassWeight::None.factors(&classes, [30.0, 10.0]), None);
        let given = ClassWeight::Given(vec![("yes".to_owned(), 3.0)]);
        assert_eq!(given.factors(&classes, [30.0, 10.0]), Some([1.0, 3.0]));
        assert_eq!((given.stranger(&classes), given.words().as_deref()), (None, Some("yes=3")));
        assert_eq!(ClassWeight::Given(vec![("maybe".to_owned(), 3.0)]).stranger(&classes), Some("maybe"));
    }
}
