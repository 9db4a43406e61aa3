"""The error rate on new data by the bootstrap, for tests/bootstrap.rs: fits by scikit-learn, formulas of Efron & Tibshirani (1997).

python bootstrap.py > bootstrap.json

The formulas are written over the whole matrix of draws and rows, as in the article, and not over sums as in src/statistics.
"""

import json

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression


def wrong(X, y, rows, strength, threshold):
    model = LogisticRegression(C=1 / strength, solver="newton-cholesky", tol=1e-12, max_iter=1000)
    model.fit(X[rows], y[rows])
    return (model.predict_proba(X)[:, 1] > threshold) != (y == 1)


def influences(N, I, L):
    """D_i of the delta method after the bootstrap, equation 40."""
    B, n = N.shape
    E = (I * L).sum(axis=0) / I.sum(axis=0)
    q = (I * L).sum(axis=1) / n
    covariance = ((N - N.mean(axis=0)) * (q - q.mean())[:, None]).mean(axis=0)
    return (2 + 1 / (n - 1)) * (E - E.mean()) / n + (1 - 1 / n) ** -n * covariance


def case(name, X, y, strength, draws, threshold=0.5):
    n = len(y)
    drawn = [np.random.RandomState(draw).randint(0, n, n) for draw in range(draws)]
    N = np.array([np.bincount(rows, minlength=n) for rows in drawn])
    I = N == 0
    L = np.array([wrong(X, y, rows, strength, threshold) for rows in drawn])
    on_all = wrong(X, y, np.arange(n), strength, threshold)
    apparent, labels, predicted = on_all.mean(), y.mean(), ((y == 1) != on_all).mean()
    gamma = labels * (1 - predicted) + (1 - labels) * predicted
    left_out = ((I * L).sum(axis=0) / I.sum(axis=0)).mean()
    capped = min(left_out, gamma)
    R = (capped - apparent) / (gamma - apparent) if capped > apparent else 0.0
    estimate = 0.368 * apparent + 0.632 * left_out
    plus = estimate + (capped - apparent) * 0.368 * 0.632 * R / (1 - 0.368 * R) if R > 0 else estimate
    D = influences(N, I, L)
    without = np.array([influences(*(np.delete(M, draw, axis=0) for M in (N, I, L))) for draw in range(draws)])
    internal = ((without - without.mean(axis=0)) ** 2).sum() * (draws - 1) / draws
    E = (I * L).sum(axis=0) / I.sum(axis=0)
    error = max(np.sqrt(max((D**2).sum() - internal, 0)), E.std(ddof=1) / np.sqrt(n)) * plus / left_out
    return {
        "name": name,
        "draws": draws,
        "strength": strength,
        "threshold": threshold,
        "apparent": apparent,
        "no_information": gamma,
        "leave_one_out": left_out,
        "overfitting": R,
        "estimate": estimate,
        "estimate_plus": plus,
        "standard_error": error,
    }


iris = load_iris()
of_two = iris.target > 0
X, y = iris.data[of_two], (iris.target[of_two] == 2).astype(int)
cases = [
    case("iris", X, y, 1.0, 60),
    case("iris", X, y, 100.0, 60),
    case("iris", X, y, 1.0, 60, threshold=0.2),
    case("iris", X, y, 0.01, 300),
]
print(json.dumps({"scikit-learn": sklearn.__version__, "numpy": np.__version__, "cases": cases}, indent=1))
