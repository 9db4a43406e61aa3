"""What speed.py and shapes.py share: options, cores, processes, and the interval of a median. Imports no numpy, see use_threads."""

import math
import multiprocessing
import os
import warnings
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent.parent / "target/debug/logitbench"


def parse_options(parser, rounds):
    """The command line of `parser`, with the options that both scripts have; `rounds` by default."""
    parser.add_argument("--quick", action="store_true", help="few rounds of small work, to check that everything runs")
    parser.add_argument("--rounds", type=int, help=f"turns of each contestant [default: {rounds}; quick: 2]")
    parser.add_argument("--logitbench", type=Path, default=PROGRAM, metavar="PATH")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all numbers to this file")
    chosen = parser.parse_args()
    if not chosen.logitbench.exists():
        parser.error(f"{chosen.logitbench} does not exist: run `cargo build`, or name the program with --logitbench")
    chosen.rounds = chosen.rounds or (2 if chosen.quick else rounds)
    return chosen


def use_threads(threads):
    """Gives this process and all that it starts so many cores and threads of BLAS and OpenMP. Called before numpy is imported, because
    its libraries read the variables then."""
    for variable in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"]:
        os.environ[variable] = str(threads)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
    os.environ["PYTHONWARNINGS"] = "ignore"
    warnings.simplefilter("ignore")  # most peers warn on separable rows, where they reach their iteration limits


def apart(run):
    """A contestant with a new process for every turn (as our program and R have), because in one process the idle threads
    of one library spin on the cores that another one needs."""
    context = multiprocessing.get_context("fork")

    def turn(number):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=lambda: sender.send(run(number)))
        process.start()
        sender.close()
        result = receiver.recv()
        process.join()
        return result

    return turn


def median_interval(values, level=0.95):
    """The narrowest symmetric interval of the median between order statistics that reaches the level, or the range of the
    values if none does; and its exact level, from the binomial distribution of the number of values below the median."""
    ordered, n = sorted(values), len(values)
    levels = [1 - 2 * sum(math.comb(n, i) for i in range(d)) / 2**n for d in range(1, n // 2 + 1)] or [0.0]
    d = max((d for d, reached in enumerate(levels) if reached >= level), default=0)
    return ordered[d], ordered[n - 1 - d], levels[d]
