"""Writes versicolor and virginica of iris in the formats that other programs write: numpy, pyarrow, scikit-learn; and damaged Arrow files.

python tests/formats/make.py, from the root, with numpy 2, pandas 2, pyarrow and scikit-learn.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
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
for name, encoding, page in [("deltas", "DELTA_BYTE_ARRAY", "1.0"), ("lengths", "DELTA_LENGTH_BYTE_ARRAY", "2.0")]:
    encodings = {column: encoding if column == groups.column_names[-1] else "PLAIN" for column in groups.column_names}
    pq.write_table(groups, FOLDER + name + ".parquet", use_dictionary=False, column_encoding=encodings, data_page_version=page)
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

frame.to_feather(FOLDER + "pandas.feather")
for compression in ["uncompressed", "zstd"]:
    feather.write_feather(frame, FOLDER + compression + ".arrow", compression=compression)
# Batches of 30 rows; species as a dictionary that grows by a delta in the second.
with pa.OSFile(FOLDER + "batches.arrows", "wb") as sink, pa.ipc.new_stream(sink, groups.schema) as writer:
    writer.write_table(groups, max_chunksize=30)
coded = pa.schema(list(groups.schema)[:4] + [("species", pa.dictionary(pa.int8(), pa.string()))])
options = pa.ipc.IpcWriteOptions(compression="lz4", emit_dictionary_deltas=True)
with pa.OSFile(FOLDER + "deltas.arrow", "wb") as sink, pa.ipc.new_file(sink, coded, options=options) as writer:
    for place in range(0, 100, 30):
        batch = groups.slice(place, 30).combine_chunks().to_batches()[0]
        known = ["versicolor"] if place == 0 else ["versicolor", "virginica"]
        codes = pa.array([known.index(name.as_py()) for name in batch["species"]], pa.int8())
        columns = batch.columns[:4] + [pa.DictionaryArray.from_arrays(codes, pa.array(known))]
        writer.write_batch(pa.record_batch(columns, schema=coded))

more = {
    "long": pa.array(["1000000000000000000000000000001", "1", "2", "3", "4", "5"]).cast(pa.decimal128(38, 0)),
    "small": pa.array(["1000000000000000", "1", None, "3", "4", "5"]).cast(pa.decimal128(38, 0)),
    "fine": pa.array(["12345678901234567.875", "-0.5", "2", "3", "4", "5"]).cast(pa.decimal128(38, 3)),
}
pq.write_table(pa.table({**more, "y": kinds["y"]}), FOLDER + "decimals.parquet")
for name, array in more.items():
    kinds = kinds.append_column(name, array)
kinds = kinds.append_column("none", pa.nulls(6))
kinds = kinds.append_column("clock", pa.array([1, 2, 3, 4, 5, 6], pa.time32("s")))
kinds = kinds.append_column("lists", pa.array([[1], [2], [], None, [3, 4], [5]]))
kinds = kinds.append_column("view", pa.array(["a", "b", "a", "b", "b", "a"], pa.string_view()))
kinds = kinds.append_column("codes", pa.array([7, 8, None, 8, 7, 9], pa.int64()).dictionary_encode())
kinds = kinds.append_column("zoned", pa.array([0, 1, 2, 3, 4, 10**9], pa.timestamp("us", "Europe/Berlin")))
feather.write_feather(kinds, FOLDER + "kinds.arrow", compression="uncompressed")


MALFORMED = "tests/malformed/"
whole = open(FOLDER + "uncompressed.arrow", "rb").read()
stream = open(FOLDER + "batches.arrows", "rb").read()
with open(MALFORMED + "cut-off.arrow", "wb") as file:
    file.write(whole[:3000])
with open(MALFORMED + "no-end.arrows", "wb") as file:
    file.write(stream[:-8])
with open(MALFORMED + "footer-length.arrow", "wb") as file:
    file.write(whole[:-10] + (2**30).to_bytes(4, "little") + b"ARROW1")
with open(MALFORMED + "message-length.arrows", "wb") as file:
    file.write(stream[:4] + (2**30).to_bytes(4, "little") + stream[8:])
small = pa.table({"x": [0.5, 1.5, 2.5, 0.25], "y": [0, 1, 1, 0]})
for name, column in [
    ("large", pa.array([2**53 + 1, 1, 2, 3])),
    ("missing", pa.array([1.5, None, 2, 3])),
    ("nested", pa.array([[1], [2, 3], [], [4]])),
    ("bytes", pa.array([b"a", b"b", b"c", b"d"])),
]:
    feather.write_feather(small.append_column(name, column), MALFORMED + name + ".arrow", compression="uncompressed")
feather.write_feather(small, MALFORMED + "packed-by-zstd.arrow", compression="zstd")
feather.write_feather(small.slice(1, 2), MALFORMED + "one-class.arrow", compression="uncompressed")
feather.write_feather(small.slice(0, 0), MALFORMED + "no-rows.arrow", compression="uncompressed")

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
