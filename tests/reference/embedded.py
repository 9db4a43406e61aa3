"""Writes the data sets that ship in the binary, src/data/embedded/*.csv, from the copies in scikit-learn and statsmodels.

python tests/reference/embedded.py        (scikit-learn, statsmodels, pandas)
"""

from pathlib import Path

import statsmodels.api as sm
from sklearn import datasets

FOLDER = Path(__file__).resolve().parents[2] / "src/data/embedded"


def write(name, columns, rows, classes):
    def number(value):
        return repr(int(value)) if float(value).is_integer() else repr(float(value))

    lines = [",".join([*columns, "class"])]
    lines += [",".join([*map(number, row), label]) for row, label in zip(rows, classes)]
    (FOLDER / f"{name}.csv").write_text("\n".join(lines) + "\n")


def plain(name):
    return name.replace("/", " per ").replace("od280 per od315 of diluted wines", "od280/od315").replace(" ", "_")


for name, loaded in [("wine", datasets.load_wine()), ("breast-cancer", datasets.load_breast_cancer())]:
    classes = [str(loaded.target_names[label]) for label in loaded.target]
    write(name, map(plain, loaded.feature_names), loaded.data, classes)

digits = datasets.load_digits()
write("digits", digits.feature_names, digits.data, map(str, digits.target))

anes96 = sm.datasets.anes96.load_pandas().data
features = ["popul", "TVnews", "selfLR", "ClinLR", "DoleLR", "PID", "age", "educ", "income"]
write("anes96", features, anes96[features].to_numpy(), ["Dole" if vote == 1 else "Clinton" for vote in anes96["vote"]])
