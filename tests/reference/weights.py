"""Reference values of fits with row weights, offsets and class weights: weights.json.

    python tests/reference/weights.py > tests/reference/weights.json

Newton's method in numbers of 50 digits (mpmath); beside each fit the largest relative difference of statsmodels' GLM with
freq_weights and offset, or of scikit-learn's LogisticRegression with sample_weight and class_weight. Weighted metrics are
scikit-learn's with sample_weight. Rows are numbered from 0; their weights and offsets follow from the number (`weights`, `offset`).
"""

import json
import pathlib

import mpmath
import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn import metrics
from sklearn.linear_model import LogisticRegression

mpmath.mp.dps = 50
HERE = pathlib.Path(__file__).parent
NAMES = ["anes96", "biopsy", "birthwt", "pima_tr", "vaso"]


def weights(n, whole):
    return np.array([1.0 + i * 7 % 5 if whole else 0.25 + 0.5 * (i * 5 % 7) for i in range(n)])


def offset(n):
    return np.array([(i * 13 % 17 - 8) / 8 for i in range(n)])


def exact(x, y, c, o, strength, start):
    """Coefficients, standard errors without a penalty, log-likelihood with the weights c."""
    n, p = x.shape
    rows = [[mpmath.mpf(v) for v in row] for row in x]
    c, o = [mpmath.mpf(v) for v in c], [mpmath.mpf(v) for v in o]
    b = mpmath.matrix([mpmath.mpf(v) for v in start])
    for _ in range(60):
        g, h = mpmath.zeros(p, 1), mpmath.zeros(p, p)
        likelihood = mpmath.mpf(0)
        for row, label, ci, oi in zip(rows, y, c, o):
            z = oi + mpmath.fsum(v * w for v, w in zip(row, b))
            q = 1 / (1 + mpmath.exp(-z))
            likelihood += ci * (mpmath.log(q) if label else mpmath.log(1 - q))
            for j in range(p):
                g[j] += ci * (label - q) * row[j]
                for k in range(j + 1):
                    h[j, k] += ci * q * (1 - q) * row[j] * row[k]
        for j in range(p):
            for k in range(j):
                h[k, j] = h[j, k]
            if j > 0:
                h[j, j] += strength
                g[j] -= strength * b[j]
        step = mpmath.lu_solve(h, g)
        if mpmath.norm(step) < mpmath.mpf(10) ** -40:
            inverse = h**-1
            return list(b), [mpmath.sqrt(inverse[j, j]) for j in range(p)], likelihood
        b += step
    raise SystemExit("no convergence")


def text(value):
    return mpmath.nstr(value, 20, strip_zeros=False)


def difference(found, truth):
    return max(float(abs(mpmath.mpf(a) - b) / abs(b)) for a, b in zip(found, truth))


def statsmodels_fit(x, y, c, o):
    fit = sm.GLM(y, x, family=sm.families.Binomial(), freq_weights=c, offset=o).fit(tol=1e-14, maxiter=100)
    return fit.params, fit.bse, fit.llf, fit.llnull


def scikit_fit(x, y, c, strength, class_weight):
    model = LogisticRegression(
        C=1 / strength, solver="newton-cholesky", tol=1e-14, max_iter=1000, class_weight=class_weight
    ).fit(x[:, 1:], y, sample_weight=c)
    return np.concatenate([model.intercept_, model.coef_[0]])


def data_set(name):
    table = np.loadtxt(HERE / "datasets" / f"{name}.csv", delimiter=",", skiprows=1)
    y = table[:, -1].astype(int)
    x = np.column_stack([np.ones(len(y)), table[:, :-1]])
    return x, y


def fits(name):
    x, y = data_set(name)
    n = len(y)
    ones, zeros = np.ones(n), np.zeros(n)
    found = []
    for whole, with_weights, with_offset in [(True, True, False), (False, True, False), (True, False, True), (False, True, True)]:
        c = weights(n, whole) if with_weights else ones
        o = offset(n) if with_offset else zeros
        params, errors, likelihood, null = statsmodels_fit(x, y, c, o)
        b, s, l = exact(x, y, c, o, 0, params)
        _, _, of_null = exact(x[:, :1], y, c, o, 0, [0.0])
        found.append({
            "weights": ("whole" if whole else "parts") if with_weights else None,
            "offset": with_offset,
            "strength": 0.0,
            "class_weight": None,
            "coefficients": [text(v) for v in b],
            "standard_errors": [text(v) for v in s],
            "log_likelihood": text(l),
            "null_log_likelihood": text(of_null),
            "statsmodels": {
                "coefficients": difference(params, b),
                "standard_errors": difference(errors, s),
                "log_likelihood": difference([likelihood], [l]),
                "null_log_likelihood": difference([null], [of_null]),
            },
        })
    for with_weights, class_weight in [(True, None), (False, "balanced"), (True, "balanced"), (False, {0: 1.0, 1: 3.0})]:
        c = weights(n, True) if with_weights else ones
        strength = 1.5
        factors = np.ones(n)
        if class_weight == "balanced":
            # By the sums of the weights, as scikit-learn has it.
            k = [c.sum() / (2 * c[y == label].sum()) for label in (0, 1)]
            factors = np.array([k[label] for label in y])
        elif class_weight:
            factors = np.array([class_weight[label] for label in y])
        known = scikit_fit(x, y, c * factors, strength, None)
        b, _, _ = exact(x, y, c * factors, zeros, strength, known)
        entry = {
            "weights": "whole" if with_weights else None,
            "offset": False,
            "strength": strength,
            "class_weight": class_weight if class_weight != {0: 1.0, 1: 3.0} else {"0": 1.0, "1": 3.0},
            "coefficients": [text(v) for v in b],
        }
        if not (with_weights and class_weight == "balanced"):
            entry["scikit_learn"] = {"coefficients": difference(scikit_fit(x, y, c, strength, class_weight), b)}
        found.append(entry)
    return found


def of_metrics(name):
    """Metrics of the weighted fit that is listed second, on its own rows."""
    x, y = data_set(name)
    c = weights(len(y), False)
    b = np.array([float(v) for v in RESULTS[name][1]["coefficients"]])
    z = x @ b
    p = 1 / (1 + np.exp(-z))
    right = (p > 0.5).astype(int)
    return {
        "accuracy": metrics.accuracy_score(y, right, sample_weight=c),
        "balanced_accuracy": metrics.balanced_accuracy_score(y, right, sample_weight=c),
        "f1": metrics.f1_score(y, right, sample_weight=c),
        "matthews_correlation": metrics.matthews_corrcoef(y, right, sample_weight=c),
        "log_loss": metrics.log_loss(y, p, sample_weight=c),
        "auc": metrics.roc_auc_score(y, z, sample_weight=c),
        "average_precision": metrics.average_precision_score(y, z, sample_weight=c),
        "brier_score": metrics.brier_score_loss(y, p, sample_weight=c),
    }


RESULTS = {name: fits(name) for name in NAMES}
print(json.dumps({
    "versions": {"mpmath": mpmath.__version__, "scikit-learn": sklearn.__version__, "statsmodels": statsmodels.__version__},
    "fits": RESULTS,
    "metrics": {name: of_metrics(name) for name in NAMES},
}, indent=1))
