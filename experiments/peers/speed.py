#!/usr/bin/env python3
"""Times logitbench beside scikit-learn, statsmodels, glum and R's glm: the same work, in turns, on the same cores.

README.md defines what is timed. A contestant is a function from the number of the round to its rows of the table,
{label: (seconds per unit of work, quality)}; the quality, {name: number}, shows that the work was done.
"""

import argparse
import json
import math
import statistics
import tempfile
import time
from pathlib import Path

import timing

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def arguments():
    """The command line, with the defaults that depend on --quick."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    workloads = ["iris", "breast-cancer", "large"]
    parser.add_argument("--workloads", nargs="+", choices=workloads, default=workloads, metavar="NAME",
                        help="some of %(choices)s [default: all]")
    parser.add_argument("--splits", type=int, help="splits per round of peers [default: 40; quick: 8]")
    parser.add_argument("--our-splits", type=int, help="splits per round of ours [default: the file's; quick: 1000]")
    parser.add_argument("--sizes", nargs="+", metavar="ROWSxCOLUMNS", help="sizes of large; one column is the intercept "
                        "[default: 200000x50 500000x100; quick: 20000x20]")
    parser.add_argument("--threads", type=int, default=1, help="threads and cores per program [default: 1]")
    parser.add_argument("--cache", type=Path, metavar="FOLDER", help="keep the data of large here [default: not kept]")
    chosen = timing.parse_options(parser, rounds=9)
    chosen.splits = chosen.splits or (8 if chosen.quick else 40)
    chosen.our_splits = chosen.our_splits or (1000 if chosen.quick else None)
    sizes = chosen.sizes or (["20000x20"] if chosen.quick else ["200000x50", "500000x100"])
    chosen.sizes = [[int(number) for number in size.split("x")] for size in sizes]
    return chosen


ARGUMENTS = arguments()
timing.use_threads(ARGUMENTS.threads)

import numpy as np  # noqa: E402

import peers  # noqa: E402

FOLDER = tempfile.TemporaryDirectory()
SCRATCH = Path(FOLDER.name)


def ours(file, seed=0, repeats=None):
    """Runs an experiment with logitbench."""
    return peers.logitbench(ARGUMENTS.logitbench, file, ARGUMENTS.threads, SCRATCH, seed, repeats)


# Workloads: the contestants of each.


def splits_of(rows, count, seed):
    """Training and test rows as scikit-learn's ShuffleSplit(count, test_size=0.25, random_state=seed) draws them."""
    random, tests = np.random.RandomState(seed), math.ceil(rows / 4)
    orders = [random.permutation(rows) for _ in range(count)]
    return [(order[tests:], order[:tests]) for order in orders]


def of_splits(file, data, strength):
    """Contestants that fit random splits of a data set. The unit is a split, the quality the mean accuracy on test rows."""
    table = np.loadtxt(ROOT / "tests/reference/datasets" / data, delimiter=",", skiprows=1)
    X, y = table[:, :-1], table[:, -1]

    def accuracy(predictors, splits):
        right = [np.mean((f(X[test]) > 0) == (y[test] == 1)) for f, (_, test) in zip(predictors, splits, strict=True)]
        return {"accuracy": np.mean(right)}

    def logitbench(number):
        report, elapsed, solver = ours(HERE / file, number, ARGUMENTS.our_splits)
        count = report["experiment"]["repeats"]
        quality = {"accuracy": report["cells"][0]["metrics"]["test_accuracy"]["mean"]}
        return {peers.OURS: (elapsed / count, quality), f"{peers.OURS}, solver alone": (solver / count, quality)}

    def fits(label, prepare):
        def run(number):
            splits = splits_of(len(y), ARGUMENTS.splits, number)
            parts = [(X[train], y[train]) for train, _ in splits]
            prepare(*parts[0])()  # warms up
            started = time.perf_counter()
            predictors = [prepare(*part)() for part in parts]
            seconds = time.perf_counter() - started
            return {label: (seconds / len(splits), accuracy(predictors, splits))}

        return timing.apart(run)

    def validation(label, scoring):
        def run(number):
            from joblib import parallel_config
            from joblib.externals.loky import get_reusable_executor
            from sklearn.model_selection import ShuffleSplit, cross_validate

            def validate(count):
                splits = ShuffleSplit(count, test_size=0.25, random_state=number)
                options = {"scoring": scoring, "return_train_score": len(scoring) > 1}
                return cross_validate(model, X, y, cv=splits, **options)["test_accuracy"]

            model = peers.logistic_regression("newton-cholesky", None, strength)
            with parallel_config("loky", n_jobs=ARGUMENTS.threads, inner_max_num_threads=1):
                validate(4)  # warms up, and starts the processes if there are several
                started = time.perf_counter()
                accuracies = validate(ARGUMENTS.splits)
                seconds = time.perf_counter() - started
            get_reusable_executor().shutdown()
            return {label: (seconds / len(accuracies), {"accuracy": np.mean(accuracies)})}

        return timing.apart(run)

    def r(number):
        splits = splits_of(len(y), ARGUMENTS.splits, number)
        seconds, predictors = peers.r_glm(X, y, [train for train, _ in splits], SCRATCH)
        return {"R glm.fit": (seconds / len(splits), accuracy(predictors, splits))}

    contestants = [logitbench]
    if peers.SKLEARN:
        metrics = ["accuracy", "neg_log_loss", "roc_auc", "neg_brier_score"]
        contestants.append(validation("scikit-learn cross_validate, 4 metrics, train and test", metrics))
        contestants.append(validation("scikit-learn cross_validate, test accuracy", metrics[:1]))
    libraries = peers.scikit_learn(["newton-cholesky"], None, strength) | peers.glum(None, strength)
    libraries |= {} if strength else peers.statsmodels(None)
    contestants += [fits(label, prepare) for label, prepare in libraries.items()]
    return contestants + ([r] if peers.R and not strength else [])


def simulated(rows, columns):
    """Gaussian features with four decimals, labels of a logistic model, and an experiment file with the same data."""
    random, features = np.random.default_rng([1, rows, columns]), columns - 1
    X = np.round(random.standard_normal((rows, features)), 4)
    beta = random.standard_normal(features)
    predictor = 1.5 * X @ (beta / np.linalg.norm(beta)) - 0.5
    y = (random.random(rows) < 1 / (1 + np.exp(-predictor))).astype(float)
    folder = ARGUMENTS.cache or SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / f"gaussian-{rows}x{columns}.csv"
    if not data.exists():
        with open(data.with_suffix(".part"), "w") as file:
            file.write(",".join([*(f"x{j}" for j in range(1, columns)), "y"]) + "\n")
            for first in range(0, rows, 10_000):
                part = slice(first, first + 10_000)
                np.savetxt(file, np.column_stack([X[part], y[part]]), ["%.4f"] * features + ["%d"], ",")
        data.with_suffix(".part").rename(data)
    text = (HERE / "large.toml").read_text().replace("gaussian.csv", data.name)
    data.with_suffix(".toml").write_text(text)
    return X, y, data.with_suffix(".toml")


def of_all_rows(rows, columns):
    """Contestants that fit a large problem once. The quality is the mean log loss and the relative gap to the optimum."""
    X, y, file = simulated(rows, columns)

    def quality(predictor):
        """The gap is half the Newton decrement, g'H⁻¹g / 2: a difference of objectives would be nothing but rounding."""
        z = predictor(X)
        loss, p = np.sum(np.logaddexp(0, (1 - 2 * y) * z)), 1 / (1 + np.exp(-z))
        design = np.column_stack([np.ones(rows), X])
        gradient = design.T @ (p - y)
        hessian = design.T @ (design * (p * (1 - p))[:, None])
        return {"log loss": loss / rows, "rel. gap": gradient @ np.linalg.solve(hessian, gradient) / 2 / loss}

    def logitbench(_):
        report, elapsed, solver = ours(file)
        cell = report["cells"][0]
        assert cell["verdicts"]["optimal"] == 1, "our own fit is not proved optimal"
        loss = cell["metrics"]["train_log_loss"]["mean"]
        reached = {"log loss": loss, "rel. gap": cell["gap"]["max"] / (loss * rows)}
        return {peers.OURS: (elapsed, reached), f"{peers.OURS}, solver alone": (solver, reached)}

    def fit(label, prepare):
        def run(_):
            prepare(X[:2000], y[:2000])()  # warms up
            solve = prepare(X, y)
            started = time.perf_counter()
            predictor = solve()
            return {label: (time.perf_counter() - started, quality(predictor))}

        return timing.apart(run)

    def r(_):
        seconds, predictors = peers.r_glm(X, y, [np.arange(rows)], SCRATCH, 1e-10)
        return {"R glm.fit": (seconds, quality(predictors[0]))}

    methods = ["newton-cholesky", "lbfgs", "newton-cg"]
    libraries = peers.scikit_learn(methods, 1e-9) | peers.glum(1e-9) | peers.statsmodels(1e-10)
    contestants = [logitbench, *(fit(label, prepare) for label, prepare in libraries.items())]
    # R takes part up to 200,000 x 50 only, to keep rounds short.
    return contestants + ([r] if peers.R and rows * columns <= 10_000_000 else [])


def workloads():
    """Titles, units of work and contestants of the chosen workloads."""
    if "iris" in ARGUMENTS.workloads:
        contestants = of_splits("versicolor-virginica.toml", "iris_versicolor_virginica.csv", 0.0)
        yield "iris, versicolor / virginica, no penalty", "split", contestants
    if "breast-cancer" in ARGUMENTS.workloads:
        contestants = of_splits("breast-cancer.toml", "breast_cancer.csv", 1.0)
        yield "breast cancer, L2 of strength 1, standardised", "split", contestants
    if "large" in ARGUMENTS.workloads:
        for rows, columns in ARGUMENTS.sizes:
            yield f"large, {rows} x {columns}, no penalty", "fit", of_all_rows(rows, columns)


# The race and its table.


def race(contestants):
    """Runs every contestant in turn, round by round: {label: [(seconds, quality) of each round]}."""
    results = {}
    for number in range(ARGUMENTS.rounds):
        for run in contestants:
            for label, result in run(number).items():
                results.setdefault(label, []).append(result)
    return results


def summary(results):
    """For each row of the table: medians, ratios to our time and their interval, and the mean quality."""
    rows = {}
    for label, rounds in results.items():
        seconds = [second for second, _ in rounds]
        ratios = [second / ours for second, (ours, _) in zip(seconds, results[peers.OURS], strict=True)]
        low, high, level = timing.median_interval(ratios)
        quality = {name: statistics.fmean(each[name] for _, each in rounds) for name in rounds[0][1]}
        rows[label] = {"median_seconds": statistics.median(seconds), "median_ratio": statistics.median(ratios),
                       "interval": [low, high], "level": level, "quality": quality, "seconds": seconds}
    return rows


def show(title, unit, rows):
    """Prints a table."""
    level, names = 100 * rows[peers.OURS]["level"], rows[peers.OURS]["quality"]
    print(f"\n{title}; {ARGUMENTS.threads} thread(s), {ARGUMENTS.rounds} rounds")
    print(f"{'':55}{'per ' + unit:>12}{'/ ours':>8}{f'{level:.0f} % interval':>18}", *(f"{name:>9}" for name in names))
    for label, row in rows.items():
        seconds, (low, high) = row["median_seconds"], row["interval"]
        factor, prefix = (1, "s ") if seconds >= 1 else (1e3, "ms") if seconds >= 1e-3 else (1e6, "µs")
        interval, qualities = f"[{low:.3g}, {high:.3g}]", (f"{number:9.3g}" for number in row["quality"].values())
        print(f"{label:55}{seconds * factor:9.3g} {prefix}{row['median_ratio']:8.3g}{interval:>18}", *qualities, flush=True)


def main():
    """Runs the chosen workloads."""
    tables = {}
    for title, unit, contestants in workloads():
        tables[title] = {"unit": unit, "rows": summary(race(contestants))}
        show(title, **tables[title])
    print("\n" + ", ".join(f"{name} {version}" for name, version in peers.VERSIONS.items()))
    if ARGUMENTS.json:
        run = {"threads": ARGUMENTS.threads, "rounds": ARGUMENTS.rounds, "splits": ARGUMENTS.splits}
        text = json.dumps(run | {"versions": peers.VERSIONS, "workloads": tables}, indent=1)
        ARGUMENTS.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
