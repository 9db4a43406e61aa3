"""The peers of speed.py and shapes.py, and logitbench itself, as functions that fit.

The three Python libraries share one interface: library(tolerance, strength) gives {label: prepare}; prepare(X, y) gives solve();
and solve() fits and returns the function from features to linear predictors. A tolerance of None is the library's default; with
a strength there is an L2 penalty, on standardised features. Each library is imported when it is first used.
"""

import importlib.metadata
import importlib.util
import json
import math
import shutil
import subprocess
import warnings
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
OURS = "logitbench"
VERSIONS = {"numpy": np.__version__}


def output(*command):
    """The standard output of a command."""
    return subprocess.run([str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def installed(module, package):
    """Whether a library is installed; if not, prints how to install it."""
    if not importlib.util.find_spec(module):
        print(f"{package}: not installed: pip install {package}")
        return False
    VERSIONS[package] = importlib.metadata.version(package)
    return True


def installed_r():
    """Whether R is installed; if not, prints how to install it."""
    if not shutil.which("Rscript"):
        print("R: not installed: apt-get install r-base-core, or see r-project.org")
        return False
    VERSIONS["R"] = output("Rscript", "-e", "cat(as.character(getRversion()))")
    return True


SKLEARN = installed("sklearn", "scikit-learn")
GLUM = installed("glum", "glum")
STATSMODELS = installed("statsmodels", "statsmodels")
R = installed_r()


def linear(beta):
    """The linear predictor with these coefficients, the intercept first."""
    return lambda X: beta[0] + X @ beta[1:]


def logistic_regression(method, tolerance, strength):
    """scikit-learn's LogisticRegression; with a strength, a pipeline that standardises first."""
    from sklearn.linear_model import LogisticRegression

    recent = [int(part) for part in VERSIONS["scikit-learn"].split(".")[:2]] >= [1, 8]
    options = {"C": 1 / strength} if strength else {"C": math.inf} if recent else {"penalty": None}
    options |= {} if tolerance is None else {"tol": tolerance, "max_iter": 10_000}
    model = LogisticRegression(solver=method, **options)
    return standardised(model) if strength else model


def standardised(model):
    """A pipeline that standardises features first."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), model)


def scikit_learn(methods, tolerance, strength=0.0):
    """LogisticRegression by several methods."""

    def by(method):
        def prepare(X, y):
            model = logistic_regression(method, tolerance, strength)
            return lambda: model.fit(X, y).decision_function

        return prepare

    return {f"scikit-learn {method}, fit": by(method) for method in methods} if SKLEARN else {}


def glum(tolerance, strength=0.0):
    """GeneralizedLinearRegressor, whose objective is a mean."""
    options = {} if tolerance is None else {"gradient_tol": tolerance, "max_iter": 10_000}

    def prepare(X, y):
        from glum import GeneralizedLinearRegressor

        model = GeneralizedLinearRegressor(family="binomial", alpha=strength / len(y), **options)
        X = np.asfortranarray(X)  # glum would copy it itself

        def solve():
            if not strength:
                return linear(np.append(model.fit(X, y).intercept_, model.coef_))
            mean, deviation = X.mean(axis=0), X.std(axis=0)
            slopes = model.fit((X - mean) / deviation, y).coef_ / deviation
            return linear(np.append(model.intercept_ - slopes @ mean, slopes))

        return solve

    return {"glum, fit": prepare} if GLUM else {}


def statsmodels(tolerance):
    """GLM with the binomial family, by iteratively reweighted least squares. It has no L2 penalty."""
    # Relative, because rounding alone changes a deviance of 100,000 by more than an absolute tolerance.
    options = {} if tolerance is None else {"atol": 0.0, "rtol": tolerance}

    def prepare(X, y):
        import statsmodels.api as api

        warnings.simplefilter("ignore")  # the import switches its warnings on
        model = api.GLM(y, np.column_stack([np.ones(len(y)), X]), family=api.families.Binomial())
        return lambda: linear(model.fit(**options).params)

    return {"statsmodels GLM, fit": prepare} if STATSMODELS else {}


def r_glm(X, y, fits, scratch, tolerance=1e-8):
    """Seconds, timed within R, that glm.fit took for all fits, each on its own rows; and their linear predictors."""
    X.T.tofile(scratch / "x.bin")
    y.tofile(scratch / "y.bin")
    (np.array(fits) + 1).astype(np.int32).tofile(scratch / "rows.bin")
    printed = output("Rscript", HERE / "glm.R", scratch, *X.shape, len(fits[0]), len(fits), tolerance)
    seconds, *lines = printed.splitlines()
    return float(seconds), [linear(np.array(line.split(), dtype=float)) for line in lines]


def logitbench(program, file, threads, scratch, seed=0, repeats=None):
    """Runs an experiment with one cell; returns its report, the seconds of the run, and the seconds of the solver (with
    proofs, if the report has them)."""
    out = scratch / "report.json"
    options = ["--quiet", "--threads", threads, "--seed", seed, "--out", out]
    output(program, "experiment", file, *options, *(["--repeats", repeats] if repeats else []))
    report = json.loads(out.read_text())
    VERSIONS["logitbench"] = f"{report['environment']['version']} ({report['environment']['simd']})"
    solver = sum(seconds for name, seconds in report["timings"][0].items() if name.endswith("_seconds"))
    return report, report["environment"]["elapsed_seconds"], solver
