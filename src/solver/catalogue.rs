//! Every method that can be named in a file, with its parameters.

use super::{
    Backtracking, BarzilaiBorwein, Combine, Composed, Direction, Factorization, Fixed, FixedHessian, Gradient, Halving,
    Irls, IrlsQr, Lbfgs, ManyRows, Nesterov, Newton, Solver, StopRules, SufficientDecrease, Tolerances, Unit, irls_qr,
};
use crate::model::Sigmoid;
use crate::parameter::{Interval, Kind, Parameter, Setting, Settings, Value};

/// A method that can be named in a file.
pub struct Method {
    /// The name: `method = "newton"`.
    pub name: &'static str,
    /// One line for `logitbench list solvers`.
    pub about: &'static str,
    /// Its own parameters, beside those every solver has.
    pub parameters: &'static [Parameter],
    /// Why the method with these parameters cannot fit a model with Firth's penalty and what to do instead, if it cannot.
    /// A method that asks the oracle for everything, and needs no bound on the curvature, can.
    pub not_with_firth: fn(&Settings) -> Option<&'static str>,
    build: fn(&mut Settings) -> Result<Built, BuildError>,
}

/// A solver made from checked parameters.
pub struct Built {
    /// The solver.
    pub solver: Box<dyn Solver>,
    /// The stopping rules that belong to the method, before which those of the file give way.
    pub stop: Option<StopRules>,
    /// The threshold that belongs to the method.
    pub threshold: f64,
    /// How the method computes probabilities, of test rows too.
    pub sigmoid: Sigmoid,
}

/// Why a solver cannot be made from parameters that are each allowed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// This build of the program lacks what the solver needs; the experiment goes on without it.
    #[error("{0}")]
    Unavailable(&'static str),
    /// Two parameters contradict each other.
    #[error("{0}")]
    Conflict(&'static str),
}

/// All methods, in the order of `logitbench list solvers`.
pub const METHODS: &[Method] = &[
    Method {
        name: "newton",
        about: "Newton-Raphson: H d = -g",
        parameters: &[
            Parameter {
                name: "factorization",
                kind: Kind::Choice(&["cholesky", "inverse", "lapack"]),
                default: Some(Value::Text("cholesky")),
                about: "how the Newton system is solved (lapack: Cholesky by LAPACK, needs the feature of that name)",
            },
            NEWTON_STEP,
            Parameter {
                name: "sigmoid",
                kind: Kind::Choice(&["stable", "naive"]),
                default: Some(Value::Text("stable")),
                about: "stable, or exp(z)/(1 + exp(z)) as the article writes it",
            },
            Parameter {
                name: "start",
                kind: Kind::Choice(&["zero", "subsample"]),
                default: None,
                about: "coefficients 0 (default), or the optimum of one row in 8, itself found from one in 64, where rows are many",
            },
            Parameter {
                name: "hessian",
                kind: Kind::Choice(&["fresh", "kept"]),
                default: None,
                about: "at every point (default), or kept while each step divides the Newton decrement by four",
            },
        ],
        not_with_firth: newton_not_with_firth,
        build: newton,
    },
    Method {
        name: "article",
        about: "Newton-Raphson as the article has it: explicit inverse, naive sigmoid, full steps, its stopping rule and threshold 0.05",
        parameters: &[Parameter {
            name: "factorization",
            kind: Kind::Choice(&["inverse", "lapack"]),
            default: Some(Value::Text("inverse")),
            about: "the explicit inverse by our own LU, or LAPACK's",
        }],
        not_with_firth: |_| None,
        build: article,
    },
    Method {
        name: "irls",
        about: "iteratively reweighted least squares",
        parameters: &[
            Parameter {
                name: "factorization",
                kind: Kind::Choice(&["cholesky", "qr", "lapack"]),
                default: Some(Value::Text("cholesky")),
                about: "normal equations by Cholesky, or QR of the weighted design as R's glm.fit (lapack: QR by LAPACK)",
            },
            Parameter {
                name: "step",
                kind: Kind::Choice(&["halving", "unit"]),
                default: None,
                about: "with Cholesky: halving (default) or unit; QR has glm.fit's own rule",
            },
            Parameter {
                name: "start",
                kind: Kind::Choice(&["glm", "zero"]),
                default: None,
                about: "with QR: probabilities (y + 1/2)/2 as glm.fit (default), or coefficients 0; Cholesky starts at 0",
            },
        ],
        not_with_firth: irls_not_with_firth,
        build: irls,
    },
    Method {
        name: "gradient-ascent",
        about: "gradient ascent on the log-likelihood: d = -g",
        parameters: &[
            Parameter {
                name: "step",
                kind: Kind::Choice(&["fixed", "backtracking", "barzilai-borwein", "nesterov"]),
                default: Some(Value::Text("fixed")),
                about: "fixed 1/L; backtracking (Armijo); Barzilai-Borwein with a nonmonotone search; Nesterov acceleration",
            },
            Parameter {
                name: "length",
                kind: Kind::Number(Interval::POSITIVE),
                default: None,
                about: "with step = \"fixed\": the length, instead of 1/L",
            },
            Parameter {
                name: "restart",
                kind: Kind::Flag,
                default: None,
                about: "with step = \"nesterov\": drop momentum that points uphill (default true)",
            },
        ],
        not_with_firth: gradient_ascent_not_with_firth,
        build: gradient_ascent,
    },
    Method {
        name: "fixed-hessian",
        about: "Newton-Raphson with the Hessian of the start throughout: X'X/4 d = -g (Boehning & Lindsay)",
        parameters: &[],
        not_with_firth: |_| Some("X'X/4 bounds the curvature of the likelihood alone; take method = \"newton\""),
        build: |_| Ok(Built::new(Composed { direction: FixedHessian, step_rule: Unit, sigmoid: Sigmoid::Stable })),
    },
    Method {
        name: "l-bfgs",
        about: "limited-memory BFGS, full steps halved to a sufficient decrease",
        parameters: &[Parameter {
            name: "pairs",
            kind: Kind::Whole(1, 100),
            default: Some(Value::Whole(5)),
            about: "steps and changes of the gradient that are remembered",
        }],
        not_with_firth: |_| None,
        build: lbfgs,
    },
];

const NEWTON_STEP: Parameter = Parameter {
    name: "step",
    kind: Kind::Choice(&["halving", "unit", "backtracking"]),
    default: Some(Value::Text("halving")),
    about: "full steps halved until the objective does not rise; always full; or halved to a sufficient decrease",
};

impl Method {
    /// The method of this name.
    pub fn named(name: &str) -> Option<&'static Method> {
        METHODS.iter().find(|method| method.name == name)
    }

    /// Makes the solver, and completes `settings` with defaults that depend on other settings.
    ///
    /// # Errors
    /// When the build lacks what the solver needs, or parameters contradict each other.
    pub fn build(&self, settings: &mut Settings) -> Result<Built, BuildError> {
        (self.build)(settings)
    }
}

impl Built {
    fn new(solver: impl Solver + 'static) -> Built {
        Built { solver: Box::new(solver), stop: None, threshold: 0.5, sigmoid: Sigmoid::Stable }
    }
}

fn newton(settings: &mut Settings) -> Result<Built, BuildError> {
    let factorization = match settings.text("factorization") {
        "inverse" => Factorization::Inverse,
        "lapack" => lapack_cholesky()?,
        _ => Factorization::Cholesky,
    };
    let sigmoid = if settings.text("sigmoid") == "naive" { Sigmoid::Naive } else { Sigmoid::Stable };
    let many_rows =
        ManyRows { subsample: settings.text("start") == "subsample", keep: settings.text("hessian") == "kept" };
    if many_rows.subsample || many_rows.keep {
        let usual = [("factorization", "cholesky"), ("step", "halving"), ("sigmoid", "stable")];
        if usual.iter().any(|(name, value)| settings.text(name) != *value) {
            return Err(BuildError::Conflict(
                "start = \"subsample\" and hessian = \"kept\" need factorization = \"cholesky\", step = \"halving\" and sigmoid = \"stable\"",
            ));
        }
        return Ok(Built::new(many_rows));
    }
    Ok(second_order(Newton { factorization }, settings.text("step"), sigmoid))
}

fn second_order(direction: impl Direction + 'static, step: &str, sigmoid: Sigmoid) -> Built {
    let built = match step {
        "unit" => Built::new(Composed { direction, step_rule: Unit, sigmoid }),
        "backtracking" => Built::new(Composed { direction, step_rule: SufficientDecrease, sigmoid }),
        _ => Built::new(Composed { direction, step_rule: Halving, sigmoid }),
    };
    Built { sigmoid, ..built }
}

fn newton_not_with_firth(settings: &Settings) -> Option<&'static str> {
    (settings.text("start") == "subsample" || settings.text("hessian") == "kept").then_some(
        "Firth's penalty belongs to all rows and every Hessian; take start = \"zero\" and hessian = \"fresh\"",
    )
}

fn article(settings: &mut Settings) -> Result<Built, BuildError> {
    let factorization = match settings.text("factorization") {
        "lapack" => lapack_inverse()?,
        _ => Factorization::Inverse,
    };
    let newton = Newton { factorization };
    let mut built = second_order(newton, "unit", Sigmoid::Naive);
    // Its loop runs while the change is above 1e-5 and ends after "more than 50" iterations.
    built.stop = Some(StopRules {
        tolerances: Tolerances { coefficient_change: Some(1e-5), ..Tolerances::default() },
        combine: Combine::Any,
        max_iterations: 51,
        time_limit: None,
        separated: false,
    });
    built.threshold = 0.05;
    Ok(built)
}

fn irls(settings: &mut Settings) -> Result<Built, BuildError> {
    let stable = Sigmoid::Stable;
    let text = |name: &str| settings.text(name).to_owned();
    let (factorization, step, start) = (text("factorization"), text("step"), text("start"));
    if factorization == "cholesky" {
        if start == "glm" {
            return Err(BuildError::Conflict("start = \"glm\" needs factorization = \"qr\": Cholesky starts at zero"));
        }
        let step = if step.is_empty() { "halving".to_owned() } else { step };
        let built = second_order(Irls { factorization: Factorization::Cholesky }, &step, stable);
        settings.set("step", Setting::Text(step));
        settings.set("start", Setting::Text("zero".to_owned()));
        return Ok(built);
    }
    if !step.is_empty() {
        return Err(BuildError::Conflict(
            "step needs factorization = \"cholesky\": QR shortens a step only if the deviance there is not finite, as glm.fit",
        ));
    }
    let lapack = factorization == "lapack";
    if lapack && cfg!(not(feature = "lapack")) {
        return Err(NO_LAPACK);
    }
    let start_at = if start == "zero" { irls_qr::Start::Zero } else { irls_qr::Start::Glm };
    settings.set("start", Setting::Text(if start == "zero" { "zero" } else { "glm" }.to_owned()));
    let mut built = Built::new(IrlsQr { start: start_at, lapack });
    built.stop = Some(StopRules {
        tolerances: Tolerances { deviance_change: Some(1e-8), ..Tolerances::default() },
        combine: Combine::Any,
        max_iterations: 25,
        time_limit: None,
        separated: true,
    });
    Ok(built)
}

fn lbfgs(settings: &mut Settings) -> Result<Built, BuildError> {
    let direction = Lbfgs { pairs: settings.whole("pairs").unwrap_or(5) as usize };
    Ok(Built::new(Composed { direction, step_rule: SufficientDecrease, sigmoid: Sigmoid::Stable }))
}

fn irls_not_with_firth(settings: &Settings) -> Option<&'static str> {
    match settings.text("factorization") {
        // The normal equations H β − g take their gradient from the oracle; the working responses know only the likelihood.
        "cholesky" => None,
        _ => Some("its QR fits working responses of the likelihood alone; take factorization = \"cholesky\""),
    }
}

fn gradient_ascent_not_with_firth(settings: &Settings) -> Option<&'static str> {
    match settings.text("step") {
        "fixed" if settings.get("length").is_none() => {
            Some("1/L bounds the curvature of the likelihood alone; give a length, or take step = \"backtracking\"")
        }
        "nesterov" => Some("its 1/L bounds the curvature of the likelihood alone; take step = \"backtracking\""),
        _ => None,
    }
}

fn gradient_ascent(settings: &mut Settings) -> Result<Built, BuildError> {
    let (direction, sigmoid) = (Gradient, Sigmoid::Stable);
    let step = settings.text("step").to_owned();
    if step != "fixed" && settings.get("length").is_some() {
        return Err(BuildError::Conflict("length needs step = \"fixed\": the other rules find their own"));
    }
    if step != "nesterov" && settings.get("restart").is_some() {
        return Err(BuildError::Conflict("restart needs step = \"nesterov\": the other rules have no momentum"));
    }
    Ok(match step.as_str() {
        "backtracking" => Built::new(Composed { direction, step_rule: Backtracking, sigmoid }),
        "barzilai-borwein" => Built::new(Composed { direction, step_rule: BarzilaiBorwein, sigmoid }),
        "nesterov" => {
            let restart = settings.get("restart").is_none() || settings.flag("restart");
            settings.set("restart", Setting::Flag(restart));
            Built::new(Composed { direction: Nesterov { restart }, step_rule: Unit, sigmoid })
        }
        _ => Built::new(Composed { direction, step_rule: Fixed { length: settings.number("length") }, sigmoid }),
    })
}

#[cfg(feature = "lapack")]
fn lapack_cholesky() -> Result<Factorization, BuildError> {
    Ok(Factorization::LapackCholesky)
}

#[cfg(feature = "lapack")]
fn lapack_inverse() -> Result<Factorization, BuildError> {
    Ok(Factorization::LapackInverse)
}

#[cfg(not(feature = "lapack"))]
fn lapack_cholesky() -> Result<Factorization, BuildError> {
    Err(NO_LAPACK)
}

#[cfg(not(feature = "lapack"))]
fn lapack_inverse() -> Result<Factorization, BuildError> {
    Err(NO_LAPACK)
}

const NO_LAPACK: BuildError =
    BuildError::Unavailable("this build has no LAPACK: install libopenblas-dev and build with --features lapack");
