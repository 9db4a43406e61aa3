"""Reference values of preprocessing on training rows: scikit-learn pipelines.

Run from this folder: python preprocessing.py > preprocessing.json

Each entry: a data set of datasets/, the keys of a [model], and, for train_test_split(test_size=0.25, random_state=0), the
coefficients of LogisticRegression(C=1) behind the transformers, by the name of the feature, and the log loss of the test rows.
LogisticRegression is followed by Newton steps in longdouble, so that its tolerance does not show.
"""

import json
import sys

import numpy as np
import pandas as pd
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)

SCALERS = {"standardize": StandardScaler, "min-max": MinMaxScaler, "robust": RobustScaler}


def terms(names, train, test, degree, interactions):
    poly = PolynomialFeatures(degree, interaction_only=interactions, include_bias=False)
    train, test = poly.fit_transform(train), poly.transform(test)
    named = [
        "*".join(name if power == 1 else f"{name}^{power}" for name, power in zip(names, powers) if power)
        for powers in poly.powers_
    ]
    return named, train, test


def bins(names, train, test, count):
    """None where a feature has few values on the training rows: there the program has a rule of its own."""
    if any(len(np.unique(column)) <= count for column in train.T):
        return None
    cut = KBinsDiscretizer(count, encode="onehot-dense", strategy="quantile", quantile_method="linear")
    train, test = cut.fit_transform(train), cut.transform(test)
    if min(cut.n_bins_) < 2:
        return None
    named, kept, place = [], [], 0
    for name, n in zip(names, cut.n_bins_):
        named += [f"{name}=bin {b + 1}" for b in range(1, n)]
        kept += range(place + 1, place + n)
        place += n
    return named, train[:, kept], test[:, kept]


def fit(x, y):
    start = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-10, max_iter=1000).fit(x, y)
    b = np.concatenate([start.intercept_, start.coef_[0]]).astype(np.longdouble)
    x = np.hstack([np.ones((len(x), 1)), x]).astype(np.longdouble)
    ridge = np.diag([0.0] + [1.0] * (x.shape[1] - 1))
    for _ in range(6):
        p = 1 / (1 + np.exp(-(x @ b)))
        gradient = x.T @ (p - y) + ridge @ b
        hessian = (x.T * (p * (1 - p))) @ x + ridge
        b = b - np.linalg.solve(hessian.astype(float), gradient.astype(float))
    return b


MODELS = [{"scaling": s} for s in ["none", *SCALERS]]
MODELS += [
    {"degree": d, "interactions": i, "scaling": s}
    for (d, i) in [(2, False), (2, True), (3, False)]
    for s in ["standardize", "robust"]
]
MODELS += [{"bins": b, "scaling": s} for b in [2, 3, 5] for s in ["none", "standardize", "min-max"]]

entries = []
for dataset in ["pima_tr", "urine", "vaso", "biopsy", "birthwt"]:
    table = pd.read_csv(f"datasets/{dataset}.csv")
    y = table.pop("y").to_numpy()
    names = list(table.columns)
    x_train, x_test, y_train, y_test = train_test_split(
        table.to_numpy(float), y, test_size=0.25, random_state=0
    )
    for model in MODELS:
        if model.get("degree") == 3 and len(names) > 3:
            continue
        made = (names, x_train, x_test)
        if "degree" in model:
            made = terms(*made, model["degree"], model["interactions"])
        if "bins" in model:
            made = bins(*made, model["bins"])
        if made is None:
            continue
        features, train, test = made
        entry = {"dataset": dataset, "model": model}
        if model["scaling"] != "none":
            scaler = SCALERS[model["scaling"]]()
            train, test = scaler.fit_transform(train), scaler.transform(test)
            if len(model) == 1:
                center = {"standardize": "mean_", "min-max": "data_min_", "robust": "center_"}[model["scaling"]]
                scale = scaler.data_range_ if model["scaling"] == "min-max" else scaler.scale_
                entry |= {"centers": getattr(scaler, center).tolist(), "scales": scale.tolist()}
        b = fit(train, y_train)
        z = np.hstack([np.ones((len(test), 1)), test]) @ b.astype(float)
        signed = np.where(y_test == 1, z, -z)
        entry["coefficients"] = {name: float(v) for name, v in zip(["(intercept)", *features], b)}
        entry["test_log_loss"] = float(np.mean(np.logaddexp(0, -signed)))
        entries.append(entry)

versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
print(json.dumps({"versions": versions, "fits": entries}, indent=1))
