"""Writes mixed.csv, a made-up table with categories and missing values, and categories.json: fits of it by pandas and scikit-learn.

Run from this folder: python categories.py

Each entry: the keys of a [[dataset]] with mixed.csv, and, for train_test_split(test_size=0.25, random_state=0) of the rows that these keys
keep, the coefficients of LogisticRegression(C=1) on features made by pandas.get_dummies, SimpleImputer and OneHotEncoder, by the name of
the feature, and the log loss of the test rows. Newton steps follow the fit, as in preprocessing.py.
"""

import json
import sys

import numpy as np
import pandas as pd
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import OneHotEncoder

NUMBERS = ["age", "income"]
COLOURS = ["blue", "green", "red", "white"]
ZIPS = [8001, 8002, 10115]


def table():
    random = np.random.default_rng(19)
    n = 160
    data = pd.DataFrame(
        {
            "age": random.integers(18, 80, n).astype(float),
            "income": np.round(random.lognormal(3, 0.6, n), 2),
            "colour": random.choice(COLOURS, n, p=[0.3, 0.4, 0.2, 0.1]),
            "smoker": random.choice(["no", "yes"], n, p=[0.7, 0.3]),
            "zip": random.choice(ZIPS, n),
        }
    )
    z = 0.04 * (data.age - 45) + 0.8 * (data.smoker == "yes") - 0.7 * (data.colour == "green") + random.normal(0, 0.7, n)
    data["y"] = (z > 0).astype(int)
    for column, share in [("age", 0.12), ("income", 0.2), ("colour", 0.1)]:
        data.loc[random.random(n) < share, column] = None
    # Levels that a split may leave to the test rows alone.
    data.loc[[7], "colour"] = "amber"
    data.loc[[90], "colour"] = "teal"
    return data


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


def entry(keys, names, train, test, y_train, y_test):
    b = fit(train, y_train)
    z = np.hstack([np.ones((len(test), 1)), test]) @ b.astype(float)
    return {
        "keys": keys,
        "coefficients": {name: float(v) for name, v in zip(["(intercept)", *names], b)},
        "test_log_loss": float(np.mean(np.logaddexp(0, -np.where(y_test == 1, z, -z)))),
    }


def dropped_rows(data):
    """pandas.get_dummies of the complete rows."""
    data = data.dropna()
    y = data.pop("y").to_numpy()
    data = data.assign(smoker=(data.smoker == "yes").astype(float))
    features = pd.get_dummies(data, columns=["colour", "zip"], prefix_sep="=", drop_first=True, dtype=float)
    x = features.to_numpy()
    train, test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=0)
    keys = {"missing": "drop-rows", "categorical": ["zip"]}
    return entry(keys, list(features.columns), train, test, y_train, y_test)


def one_hot(column, train, test, levels, reference):
    """Indicators; a level that the encoder does not know has none."""
    drop = {"first": "first", "most-frequent": [pd.Series(train).mode()[0]]}.get(reference, [reference])
    known = "auto" if levels is None else [levels]
    encoder = OneHotEncoder(categories=known, drop=drop, handle_unknown="ignore", sparse_output=False)
    with np.errstate(all="ignore"):
        train = encoder.fit_transform(train.reshape(-1, 1))
        test = encoder.transform(test.reshape(-1, 1))
    names = [name.replace("x0_", f"{column}=", 1) for name in encoder.get_feature_names_out()]
    return names, train, test


def imputed(data, missing, levels, reference):
    y = data.pop("y").to_numpy()
    smoker = (data.smoker == "yes").to_numpy(float).reshape(-1, 1)
    train, test, smoker_train, smoker_test, y_train, y_test = train_test_split(
        data, smoker, y, test_size=0.25, random_state=0
    )
    strategy = {"indicator": "mean", "most-frequent": "most_frequent"}.get(missing, missing)
    indicator = missing == "indicator"
    names, parts = [], ([], [])
    for column in NUMBERS:
        imputer = SimpleImputer(strategy=strategy, add_indicator=indicator)
        parts[0].append(imputer.fit_transform(train[[column]].to_numpy()))
        parts[1].append(imputer.transform(test[[column]].to_numpy()))
        names += [column] + [f"{column} is missing"] * indicator
    colours = [part.colour.to_numpy(object) for part in (train, test)]
    absent = [pd.isna(colour) for colour in colours]
    most = pd.Series(colours[0]).mode()[0]
    filled = [np.where(gone, most, colour) for gone, colour in zip(absent, colours)]
    # With an indicator a missing colour is a level of its own: it counts neither as another nor as the most frequent.
    known = sorted(set(data.colour.dropna())) if levels == "all-rows" else sorted(set(colours[0][~absent[0]]))
    if reference == "most-frequent":
        all_known = data.colour.dropna() if levels == "all-rows" else pd.Series(colours[0]).dropna()
        reference = all_known.mode()[0]
    made, a, b = one_hot("colour", filled[0], filled[1], known, reference)
    if indicator:
        a, b = a * ~absent[0][:, None], b * ~absent[1][:, None]
        made, a, b = made + ["colour is missing"], np.column_stack([a, absent[0]]), np.column_stack([b, absent[1]])
    names += made + ["smoker"]
    parts[0].extend([a, smoker_train])
    parts[1].extend([b, smoker_test])
    made, a, b = one_hot("zip", train.zip.to_numpy(), test.zip.to_numpy(), ZIPS, "first")
    names += made
    parts[0].append(a)
    parts[1].append(b)
    keys = {"missing": missing, "categorical": ["zip"], "levels": levels}
    keys["reference"] = [reference_key, ] if (reference_key := REFERENCES.get(reference)) else ["first"]
    return entry(keys, names, np.hstack(parts[0]).astype(float), np.hstack(parts[1]).astype(float), y_train, y_test)


REFERENCES = {"green": "colour=green", "red": "colour=red"}

data = table()
data.to_csv("mixed.csv", index=False)
entries = [dropped_rows(data.copy())]
for missing in ["mean", "median", "most-frequent", "indicator"]:
    for levels in ["all-rows", "training-rows"]:
        for reference in ["first", "red"]:
            entries.append(imputed(data.copy(), missing, levels, reference))
        most = imputed(data.copy(), missing, levels, "most-frequent")
        most["keys"]["reference"] = ["most-frequent", "zip=8001"]
        entries.append(most)

versions = {
    "pandas": pd.__version__,
    "scikit-learn": sklearn.__version__,
    "numpy": np.__version__,
    "python": sys.version.split()[0],
}
with open("categories.json", "w") as file:
    json.dump({"versions": versions, "fits": entries}, file, indent=1)
    file.write("\n")
