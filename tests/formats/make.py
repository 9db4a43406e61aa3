"""Writes versicolor and virginica of iris in the formats that other programs write: numpy, pyarrow, scikit-learn.

python tests/formats/make.py, from the root, with numpy 2, pandas 2, pyarrow and scikit-learn.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import dump_svmlight_file, load_iris

FOLDER = "tests/formats/"
NAMES = ["sepal_length", "sepal_width", "petal_length", "petal_width"]

iris = load_iris()
rows = iris.target > 0
X = np.round(iris.data[rows], 1)
y = iris.target[rows] - 1
species = np.array(["versicolor", "virginica"])[y]

dump_svmlight_file(X, np.where(y == 1, 1, -1), FOLDER + "ones.svm", zero_based=False)
dump_svmlight_file(X, y, FOLDER + "zero-based.libsvm", zero_based=True, comment="made by scikit-learn")

np.save(FOLDER + "c-order.npy", np.column_stack([X, y]))
np.save(FOLDER + "fortran.npy", np.asfortranarray(np.column_stack([X, y])))
np.save(FOLDER + "big-endian.npy", np.column_stack([X, y]).astype(">f8"))
np.savez(FOLDER + "plain.npz", X=X, y=y)
np.savez_compressed(FOLDER + "deflated.npz", X=X, y=species)
np.savez(FOLDER + "bool.npz", X=np.asfortranarray(X), y=y == 1)
structured = np.zeros(3, dtype=[("a", "f8"), ("b", "i4")])
np.save(FOLDER + "structured.npy", structured)
np.save(FOLDER + "objects.npy", np.array([[1, "a"]], dtype=object))
for dtype in ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "?", ">i4", ">f2", ">u8"]:
    small = np.array([[0, 1], [1, 0], [1, 1], [0, 0], [1, 1]]).astype(dtype)
    np.save(FOLDER + "dtype-" + dtype.replace(">", "big-").replace("?", "bool") + ".npy", small)

frame = pd.DataFrame(X, columns=NAMES)
frame["species"] = species
for compression in ["none", "snappy", "zstd", "gzip"]:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), FOLDER + compression + ".parquet", compression=compression)
groups = pa.Table.from_pandas(frame, preserve_index=False)
pq.write_table(groups, FOLDER + "groups-v2.parquet", compression="zstd", row_group_size=30, data_page_version="2.0", use_dictionary=False)
pq.write_table(groups, FOLDER + "brotli.parquet", compression="brotli")
shuffled = frame.sample(frac=1, random_state=0)
shuffled.to_parquet(FOLDER + "pandas-index.parquet")

kinds = pa.table(
    {
        "whole": pa.array([1, None, 3, 4, 5, 6], pa.int64()),
        "large": pa.array([2**63 + 5, 1, 2, 3, 4, 5], pa.uint64()),
        "day": pa.array([0, 19000, -1, 1, 2, 3], pa.date32()),
        "time": pa.array([0, 1500, -1, 86400000, 1, 2], pa.timestamp("ms")),
        "decimal": pa.array(["1.25", "-3.50", None, "0.01", "2.00", "7.75"]).cast(pa.decimal128(9, 2)),
        "flag": pa.array([True, False, True, None, True, False]),
        "half": pa.array(np.array([0.5, -2, 1, 3, 0.25, 8], dtype=np.float16)),
        "y": pa.array([0, 1, 0, 1, 1, 0], pa.int32()),
    }
)
pq.write_table(kinds, FOLDER + "kinds.parquet")
pq.write_table(pa.table({"x": [[1, 2], [3]], "y": [0, 1]}), FOLDER + "nested.parquet")

with open(FOLDER + "dense.arff", "w") as file:
    file.write("% Two flowers.\n@RELATION 'iris, two classes'\n\n")
    for name in NAMES:
        file.write(f"@ATTRIBUTE '{name.replace('_', ' ')}' REAL\n")
    file.write("@ATTRIBUTE class {versicolor, 'virginica'}\n@DATA\n")
    for x, label in zip(X, species):
        file.write(", ".join(map(repr, x.tolist())) + f", '{label}'\n")
with open(FOLDER + "sparse.arff", "w") as file:
    file.write("@relation iris\n")
    for name in NAMES:
        file.write(f"@attribute {name} numeric\n")
    file.write("@attribute class {versicolor,virginica}\n@data\n")
    for x, label in zip(X, species):
        pairs = [f"{j} {value!r}" for j, value in enumerate(x.tolist())]
        pairs += ["4 virginica"] if label == "virginica" else []
        file.write("{" + ", ".join(pairs) + "}\n")
