"""Writes metrics.json: metrics of fixed log-odds z and outcomes y, by scikit-learn, statsmodels and numpy.

A row is put into class 1 if its probability is above 0.5. `average_precision`, `calibration_slope`, `calibration_intercept` and
`calibration_error` do not depend on that. The calibration error is written out here, because no package has it. `chosen` are the
thresholds midway between neighbouring probabilities that are best by counts of `roc_curve`, of equally good ones the nearest to 0.5,
with the value of scikit-learn's metric there.
"""
import json
import warnings
from fractions import Fraction

import numpy as np
import sklearn
import statsmodels
import statsmodels.api as sm
from sklearn import metrics


def calibration_error(z, y, most_bins=10, rows_of_a_bin=10):
    """Squared calibration error without its bias (Kumar, Liang & Ma 2019), in bins of equally many rows that do not part ties."""
    order = np.argsort(z, kind="stable")
    z, y = z[order], y[order]
    n = len(z)
    bins = max(1, min(most_bins, n // rows_of_a_bin))
    least = n // bins
    starts, k = [0], 1
    for i in range(1, n):
        if i * bins >= k * n and z[i] != z[i - 1] and i - starts[-1] >= least and n - i >= least:
            starts.append(i)
            while i * bins >= k * n:
                k += 1
    error = 0.0
    for start, end in zip(starts, starts[1:] + [n]):
        count, share = end - start, y[start:end].mean()
        mean = (1 / (1 + np.exp(-z[start:end]))).mean()
        error += count / n * ((mean - share) ** 2 - share * (1 - share) / (count - 1))
    return error


def chosen(z, y):
    p = 1 / (1 + np.exp(-z))
    falses, trues, at = metrics.roc_curve(y, p, drop_intermediate=False)
    a, b = int(y.sum()), int((1 - y).sum())
    criteria = {
        "youden": lambda t1, t0: Fraction(t1, a) + Fraction(t0, b),
        "accuracy": lambda t1, t0: Fraction(t1 + t0, a + b),
        "f1": lambda t1, t0: Fraction(2 * t1, t1 + a + b - t0),
    }
    scores = {
        "youden": lambda predicted: 2 * metrics.balanced_accuracy_score(y, predicted),
        "accuracy": lambda predicted: metrics.accuracy_score(y, predicted),
        "f1": lambda predicted: metrics.f1_score(y, predicted),
    }
    found = {}
    for name, criterion in criteria.items():
        # roc_curve puts rows with a probability of at[k] or more into class 1; at[0] is infinite.
        highs = [1.0] + [float(v) for v in at[1:]]
        lows = [float(v) for v in at[1:]] + [0.0]
        values = [criterion(round(t * a), b - round(f * b)) for f, t in zip(falses, trues)]
        best = max(values)
        middles = [(low + high) / 2 for low, high, value in zip(lows, highs, values) if value == best]
        threshold = min(middles, key=lambda middle: (round(abs(middle - 0.5), 12), middle))
        found[name] = {"threshold": threshold, "value": float(scores[name]((p > threshold).astype(int)))}
    return found


def case(name, z, y):
    z, y = np.asarray(z, float), np.asarray(y, int)
    predicted = (z > 0).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values = {
            "balanced_accuracy": metrics.balanced_accuracy_score(y, predicted),
            "f1": metrics.f1_score(y, predicted),
            "matthews_correlation": metrics.matthews_corrcoef(y, predicted),
            "average_precision": metrics.average_precision_score(y, z),
            "calibration_error": calibration_error(z, y),
        }
    options = {"tol": 1e-15, "maxiter": 200}
    intercept = sm.GLM(y, np.ones((len(y), 1)), family=sm.families.Binomial(), offset=z).fit(**options)
    values["calibration_intercept"] = intercept.params[0]
    separated = z[y == 0].max() <= z[y == 1].min() or z[y == 1].max() <= z[y == 0].min()
    if not separated:
        slope = sm.GLM(y, sm.add_constant(z), family=sm.families.Binomial()).fit(**options)
        values["calibration_slope"] = slope.params[1]
    return {
        "name": name,
        "z": z.tolist(),
        "y": y.tolist(),
        "values": {k: float(v) for k, v in values.items()},
        "chosen": chosen(z, y),
    }


random = np.random.default_rng(20)


def drawn(n, scale=1.0, shift=0.0):
    """Outcomes drawn from the log-odds shift + scale * z."""
    z = np.round(random.normal(0, 1.5, n), 3)
    return z, (random.random(n) < 1 / (1 + np.exp(-shift - scale * z))).astype(int)


cases = [
    case("calibrated", *drawn(200)),
    case("too extreme", *drawn(150, scale=0.4)),
    case("too low, few positives", *drawn(300, shift=-2.0)),
    case("against the outcome", *drawn(80, scale=-1.0)),
    case("few rows", *drawn(25)),
    case("ties", *(lambda z, y: (np.round(z), y))(*drawn(120))),
    case("one prediction, all above the threshold", [0.5] * 6 + [0.7] * 5, [0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0]),
    case("all below the threshold", [-0.5, -0.7, -0.1, -3.0, -1.0], [0, 1, 0, 1, 0]),
    case("separated", [-2.0, -1.0, 0.5, 3.0], [0, 0, 1, 1]),
    case("ordered the wrong way", [-2.0, -1.0, 0.5, 3.0], [1, 1, 0, 0]),
]
text = {
    "source": f"tests/reference/metrics.py: scikit-learn {sklearn.__version__}, statsmodels {statsmodels.__version__}, "
    f"numpy {np.__version__}",
    "cases": cases,
}
with open(__file__.replace(".py", ".json"), "w") as file:
    json.dump(text, file)
    file.write("\n")
