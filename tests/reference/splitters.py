"""Splits of scikit-learn's splitters, for tests/splitters.rs.

python splitters.py > splitters.json

Small cases list the rows of every split; large ones have the SHA-256 of each split, written as "train rows;test rows" with a comma
between rows.
"""

import hashlib
import json

import numpy as np
import sklearn
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    KFold,
    LeaveOneGroupOut,
    LeaveOneOut,
    RepeatedKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    StratifiedShuffleSplit,
    TimeSeriesSplit,
)
from sklearn.utils import resample

LISTED = 40
rng = np.random.default_rng(20)
cases = []


def add(scheme, splitter, splits, labels=None, groups=None, **keys):
    n = keys["rows"]
    case = {"scheme": scheme, "splitter": splitter, **keys}
    if labels is not None:
        case["labels"] = "".join(map(str, labels))
    if groups is not None:
        case["groups"] = [str(group) for group in groups]
    splits = [([int(i) for i in train], [int(i) for i in test]) for train, test in splits]
    if n <= LISTED:
        case["splits"] = splits
    else:
        text = [",".join(map(str, train)) + ";" + ",".join(map(str, test)) for train, test in splits]
        case["digests"] = [hashlib.sha256(line.encode()).hexdigest()[:16] for line in text]
    cases.append(case)


def labels_of(n, classes, share=None):
    p = None if share is None else [1 - share, share]
    labels = rng.choice(classes, n, p=p)
    labels[: 2 * classes] = np.tile(np.arange(classes), 2)[: 2 * classes]
    return rng.permutation(labels)


for n, k in [(7, 2), (7, 7), (10, 3), (23, 5), (40, 4), (101, 10), (1000, 7)]:
    X = np.zeros(n)
    for state in (0, 1, 4294967295):
        name = f"KFold(n_splits={k}, shuffle=True, random_state={state})"
        add("k-fold", name, KFold(k, shuffle=True, random_state=state).split(X), rows=n, folds=k, first_random_state=state)
    add("k-fold", f"KFold(n_splits={k})", KFold(k).split(X), rows=n, folds=k, shuffle=False)
    name = f"RepeatedKFold(n_splits={k}, n_repeats=3, random_state=8)"
    add("k-fold", name, RepeatedKFold(n_splits=k, n_repeats=3, random_state=8).split(X), rows=n, folds=k, repeats=3, random_state=8)

for n, k, classes in [(9, 2, 2), (20, 3, 2), (33, 5, 3), (40, 4, 5), (150, 10, 3), (1000, 7, 2)]:
    for share in (None, 0.2):
        if share is not None and classes != 2:
            continue
        y = labels_of(n, classes, share)
        X = np.zeros(n)
        for state in (0, 77):
            name = f"StratifiedKFold(n_splits={k}, shuffle=True, random_state={state})"
            splits = StratifiedKFold(k, shuffle=True, random_state=state).split(X, y)
            add("stratified-k-fold", name, splits, y, rows=n, folds=k, first_random_state=state)
        name = f"StratifiedKFold(n_splits={k})"
        add("stratified-k-fold", name, StratifiedKFold(k).split(X, y), y, rows=n, folds=k, shuffle=False)
        name = f"RepeatedStratifiedKFold(n_splits={k}, n_repeats=3, random_state=5)"
        splits = RepeatedStratifiedKFold(n_splits=k, n_repeats=3, random_state=5).split(X, y)
        add("stratified-k-fold", name, splits, y, rows=n, folds=k, repeats=3, random_state=5)
        for test_size in (0.25, 0.4):
            name = f"StratifiedShuffleSplit(n_splits=6, test_size={test_size}, random_state=3)"
            splits = StratifiedShuffleSplit(6, test_size=test_size, random_state=3).split(X, y)
            add("stratified-shuffle", name, splits, y, rows=n, test_fraction=test_size, repeats=6, random_state=3)

for n in (7, 30, 133, 1000):
    for test_size in (0.1, 0.25, 0.5):
        name = f"ShuffleSplit(n_splits=6, test_size={test_size}, random_state=2)"
        splits = ShuffleSplit(6, test_size=test_size, random_state=2).split(np.zeros(n))
        add("shuffle", name, splits, rows=n, test_fraction=test_size, repeats=6, random_state=2)

for n, count, k in [(12, 4, 2), (25, 7, 3), (40, 25, 5), (200, 30, 10), (1000, 60, 7)]:
    X = np.zeros(n)
    numbers = rng.permutation(np.concatenate([np.arange(count), rng.integers(0, count, n - count)])) * 3 - 20
    texts = np.array([f"p{number}" for number in numbers])
    for groups in (numbers, texts):
        add("group-k-fold", f"GroupKFold(n_splits={k})", GroupKFold(k).split(X, None, groups), None, groups, rows=n, folds=k, shuffle=False)
        name = f"GroupKFold(n_splits={k}, shuffle=True, random_state=11)"
        splits = GroupKFold(k, shuffle=True, random_state=11).split(X, None, groups)
        add("group-k-fold", name, splits, None, groups, rows=n, folds=k, first_random_state=11)
        for test_size in (0.25, 0.5):
            name = f"GroupShuffleSplit(n_splits=4, test_size={test_size}, random_state=6)"
            splits = GroupShuffleSplit(4, test_size=test_size, random_state=6).split(X, None, groups)
            add("group-shuffle", name, splits, None, groups, rows=n, test_fraction=test_size, repeats=4, random_state=6)
        add("leave-one-group-out", "LeaveOneGroupOut()", LeaveOneGroupOut().split(X, None, groups), None, groups, rows=n)

for n, keys in [
    (7, {"folds": 2}),
    (12, {"folds": 5}),
    (30, {"folds": 3, "gap": 2}),
    (30, {"folds": 3, "test_rows": 4}),
    (30, {"folds": 4, "window": 7}),
    (40, {"folds": 3, "window": 5, "gap": 3, "test_rows": 6}),
    (1000, {"folds": 10}),
    (1000, {"folds": 10, "window": 100, "gap": 7}),
]:
    splitter = TimeSeriesSplit(keys["folds"], max_train_size=keys.get("window"), test_size=keys.get("test_rows"), gap=keys.get("gap", 0))
    add("time", str(splitter), splitter.split(np.zeros(n)), rows=n, **keys)

for n in (7, 30):
    add("leave-one-out", "LeaveOneOut()", LeaveOneOut().split(np.zeros(n)), rows=n)

for n in (7, 30, 257, 1000):
    for state in (0, 9):
        train = resample(np.arange(n), random_state=state)
        test = np.setdiff1d(np.arange(n), train)
        add("bootstrap", f"resample(random_state={state})", [(train, test)], rows=n, first_random_state=state)

source = f"scikit-learn {sklearn.__version__}, numpy {np.__version__}"
lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
print(f'{{"source": "{source}", "cases": [\n{lines}\n]}}')
