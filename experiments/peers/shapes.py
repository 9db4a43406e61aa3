#!/usr/bin/env python3
"""Times a random split of data of many shapes, with everything that belongs to it, in logitbench, scikit-learn, glum and R, in turns.

README.md defines what is timed. A cell is rows x columns of training rows without the column of ones, under a penalty or without.
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

import timing

HERE = Path(__file__).resolve().parent
PENALISED = ["100x2", "200x10", "1000x50", "5000x100", "20000x200", "100000x20", "1000000x10", "2000x500", "400x1000", "1000x4000"]
FREE = ["200x10", "1000x50", "5000x100", "100000x20"]
QUICK = ["100x2", "400x50", "50x100"]

# Our methods, with the keys that a reader of the table would choose for speed.
METHODS = {
    "newton": 'method = "newton"',
    "newton, kept": 'method = "newton"\nstart = "subsample"\nhessian = "kept"',
    "l-bfgs": 'method = "l-bfgs"\nmax_iterations = 1000',
}
EXPERIMENT = """
[[dataset]]
file = "cell.npz"
[split]
scheme = "stratified-shuffle"
test_fraction = 0.2
repeats = 1
[model]
scaling = "standardize"
{model}
[[solver]]
{solver}
{stop}
[trace]
bands = false
whole = 0
"""


def arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", nargs="+", metavar="ROWSxCOLUMNS", default=PENALISED, help="with an L2 penalty of strength 1")
    parser.add_argument("--free", nargs="*", metavar="ROWSxCOLUMNS", default=FREE, help="without a penalty")
    parser.add_argument("--seconds", type=float, help="time of a turn, about [default: 1; quick: 0.2]")
    parser.add_argument("--gap", default="1e-8", help="relative gap at which our methods stop [default: 1e-8, that of verdicts]")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw the times (needs matplotlib)")
    chosen = timing.parse_options(parser, rounds=5)
    if chosen.quick:
        chosen.cells, chosen.free = QUICK, QUICK[:1]
    chosen.seconds = chosen.seconds or (0.2 if chosen.quick else 1.0)
    return chosen


ARGUMENTS = arguments()
timing.use_threads(1)

import numpy as np  # noqa: E402

import peers  # noqa: E402

FOLDER = tempfile.TemporaryDirectory()
SCRATCH = Path(FOLDER.name)


def simulated(rows, columns):
    """Gaussian features and labels of a logistic model, for `rows` training rows beside a fifth of all for tests."""
    rows += rows // 4
    random = np.random.default_rng([2, rows, columns])
    X = random.standard_normal((rows, columns))
    beta = 2 * random.standard_normal(columns) / np.sqrt(columns)
    return X, (random.random(rows) < 1 / (1 + np.exp(-X @ beta))).astype(float)


# Contestants: functions from the number of splits to (seconds for all of them, share of fits proved or None).


def ours(solver, strength):
    """One of our methods. The time of a run with one split is taken off, because each describes the data set as a whole."""
    model = f'penalty = "l2"\nstrength = {strength}' if strength else ""
    file = SCRATCH / "cell.toml"

    def run(count):
        file.write_text(EXPERIMENT.format(model=model, solver=solver, stop=f"[stop]\ngap = {ARGUMENTS.gap}"))
        seconds = []
        for repeats in [1, 1 + count]:
            report, elapsed, _ = peers.logitbench(ARGUMENTS.logitbench, file, 1, SCRATCH, 0, repeats)
            seconds.append(elapsed)
        verdicts = report["cells"][0]["verdicts"]
        return seconds[1] - seconds[0], verdicts["optimal"] / (1 + count)

    return run


def validation(model, X, y):
    """scikit-learn's cross_validate of a model: splits, fits and the accuracy on test rows."""

    def run(count):
        from sklearn.model_selection import StratifiedShuffleSplit, cross_validate

        def accuracy(model, X, y):
            return np.mean((model.predict(X) > 0.5) == (y == 1))

        splits = StratifiedShuffleSplit(count, test_size=0.2, random_state=0)
        started = time.perf_counter()
        cross_validate(model, X, y, cv=splits, scoring=accuracy)
        return time.perf_counter() - started, None

    return timing.apart(run)


def others(X, y, strength):
    """Peers that can do the same."""
    found, (rows, columns) = {}, X.shape
    if peers.SKLEARN:
        for method in ["lbfgs", "newton-cholesky"]:
            model = peers.logistic_regression(method, None, strength)
            if not strength:
                model = peers.standardised(model)
            model[-1].set_params(max_iter=1000)
            found[f"scikit-learn {method}"] = validation(model, X, y)
    if peers.SKLEARN and peers.GLUM:
        from glum import GeneralizedLinearRegressor

        model = GeneralizedLinearRegressor(family="binomial", alpha=strength / (0.8 * rows), max_iter=1000)
        found["glum"] = validation(peers.standardised(model), X, y)
    if peers.R and not strength and rows * columns <= 100_000:

        def r(count):
            random = np.random.default_rng(0)
            fits = [random.permutation(rows)[: 4 * rows // 5] for _ in range(count)]
            return peers.r_glm(X, y, fits, SCRATCH)[0], None

        found["R glm.fit, fit alone"] = r
    return found


def race(cell, strength):
    """Seconds per split of every contestant, round by round, and the share of fits that ours proved."""
    rows, columns = (int(number) for number in cell.split("x"))
    X, y = simulated(rows, columns)
    np.savez(SCRATCH / "cell.npz", X=X, y=y)
    methods = {f"{peers.OURS} {name}": ours(solver, strength) for name, solver in METHODS.items()}
    contestants = methods | others(X, y, strength)
    counts, seconds, proved = {}, {label: [] for label in contestants}, {}
    for label, run in contestants.items():
        run(1)  # warms up
        count = 1
        while (took := run(count)[0]) < ARGUMENTS.seconds / 4 and count < 20_000:
            count *= 2 if took > 0.01 * ARGUMENTS.seconds else 8
        counts[label] = max(1, round(count * ARGUMENTS.seconds / max(took, 1e-9)))
    for _ in range(ARGUMENTS.rounds):
        for label, run in contestants.items():
            took, share = run(counts[label])
            seconds[label].append(took / counts[label])
            if share is not None:
                proved[label] = min(share, proved.get(label, 1.0))
    return seconds, proved


def summary(seconds, proved):
    """Medians, and the ratio of the fastest peer to our fastest method with an interval; both fastest by their medians."""
    medians = {label: statistics.median(each) for label, each in seconds.items()}
    best = min((label for label in medians if label in proved), key=medians.get)
    rivals = [label for label in medians if label not in proved]
    found = {"seconds": seconds, "medians": medians, "proved": proved, "best": best}
    if rivals:
        rival = min(rivals, key=medians.get)
        ratios = [theirs / ours for theirs, ours in zip(seconds[rival], seconds[best], strict=True)]
        low, high, level = timing.median_interval(ratios)
        found |= {"rival": rival, "ratio": statistics.median(ratios), "interval": [low, high], "level": level}
    return found


def show(cell, strength, found):
    """Prints the table of a cell."""
    print(f"\n{cell}, {'L2 of strength 1' if strength else 'no penalty'}; {ARGUMENTS.rounds} rounds")
    for label, median in found["medians"].items():
        share = found["proved"].get(label)
        print(f"  {label:32}{1e3 * median:12.4g} ms", "" if share is None else f"{100 * share:8.4g} % proved")
    if "rival" in found:
        (low, high), level = found["interval"], 100 * found["level"]
        print(f"  {found['rival']} / {found['best']}: {found['ratio']:.3g} [{low:.3g}, {high:.3g}] ({level:.0f} %)", flush=True)


def exponents(results):
    """Exponents a and b of seconds ≈ c rows^a columns^b by least squares of logarithms, for ours and theirs at their best."""
    for side in ["best", "rival"]:
        points = [(*map(float, cell.split("x")), found["medians"][found[side]]) for cell, found in results if side in found]
        if len(points) >= 4:
            rows, columns, seconds = np.log(np.array(points)).T
            (_, a, b), *_ = np.linalg.lstsq(np.column_stack([np.ones(len(rows)), rows, columns]), seconds, rcond=None)
            print(f"{'ours' if side == 'best' else 'theirs'}, at best: rows^{a:.2f} columns^{b:.2f}")


def draw(results, file):
    """Times of the cells against rows x columns."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5))
    for side, marker, label in [("rival", "s", "fastest peer"), ("best", "o", "logitbench, fastest method")]:
        points = [(np.prod([float(n) for n in cell.split("x")]), 1e3 * found["medians"][found[side]], cell)
                  for cell, found in results if side in found]
        axes.loglog([x for x, _, _ in points], [t for _, t, _ in points], marker, label=label)
        if side == "best":
            # On both sides in turn, so that neighbours do not cover each other.
            for place, (x, t, cell) in enumerate(sorted(points)):
                offset, side = [((5, -9), "left"), ((-5, 4), "right")][place % 2]
                axes.annotate(cell.replace("x", " × "), (x, t), textcoords="offset points", xytext=offset, ha=side, fontsize=7)
    axes.set(xlabel="training rows × columns", ylabel="milliseconds per split, one core")
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(file, metadata={"Date": None})


def main():
    """Runs the cells."""
    results = {}
    for strength, cells in [(1.0, ARGUMENTS.cells), (0.0, ARGUMENTS.free)]:
        results[strength] = []
        for cell in cells:
            found = summary(*race(cell, strength))
            results[strength].append((cell, found))
            show(cell, strength, found)
    print()
    exponents(results[1.0])
    print(", ".join(f"{name} {version}" for name, version in peers.VERSIONS.items()))
    if ARGUMENTS.json:
        of_models = {"l2": dict(results[1.0]), "none": dict(results[0.0])}
        ARGUMENTS.json.write_text(json.dumps({"versions": peers.VERSIONS, "cells": of_models}, indent=1) + "\n")
    if ARGUMENTS.picture:
        draw(results[1.0], ARGUMENTS.picture)


if __name__ == "__main__":
    main()
