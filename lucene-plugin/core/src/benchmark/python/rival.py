"""SciPy and scikit-learn on the matrices that SpeedReport wrote: times and errors, as JSON lines.

Usage: rival.py FOLDER RANK. Needs Debian's python3-scipy, python3-sklearn and libopenblas0-pthread;
OPENBLAS_CORETYPE chooses another BLAS kernel than the one that OpenBLAS finds.
"""
import json
import pathlib
import sys
import time

import numpy
import scipy
import sklearn
import threadpoolctl
from scipy.linalg import interpolative
from sklearn.utils.extmath import randomized_svd

REPEATS = 15
SEEDS = 5


def median_ms(run):
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        run()
        times.append(1e3 * (time.perf_counter() - start))
    return sorted(times)[REPEATS // 2]


def errors(matrix, approximation):
    """Relative errors in the Frobenius and the 2-norm."""
    error = matrix - approximation
    spectral = numpy.sqrt(numpy.linalg.eigvalsh(error.T @ error)[-1])
    norm = numpy.sqrt(numpy.linalg.eigvalsh(matrix.T @ matrix)[-1])
    return numpy.linalg.norm(error) / numpy.linalg.norm(matrix), spectral / norm


def report(name, matrix, run, approximate, seeds):
    all_errors = []
    for seed in range(seeds):
        interpolative.seed(seed)
        all_errors.append(errors(matrix, approximate(run(seed))))
    frobenius, spectral = numpy.mean(all_errors, axis=0)
    print(json.dumps({"name": name, "ms": median_ms(lambda: run(0)),
                      "frobenius": frobenius, "spectral": spectral}), flush=True)


def skeleton(matrix, rank, result):
    columns, projection = result
    approximation = numpy.empty_like(matrix)
    approximation[:, columns[:rank]] = matrix[:, columns[:rank]]
    approximation[:, columns[rank:]] = matrix[:, columns[:rank]] @ projection
    return approximation


def main(folder, rank):
    blas = [f"{p['internal_api']} {p['version']} {p.get('architecture')} {p['num_threads']} threads"
            for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"]
    print(json.dumps({"versions": f"Python {sys.version.split()[0]}, NumPy {numpy.__version__}, "
                                  f"SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}",
                      "blas": blas}), flush=True)
    for path in sorted(pathlib.Path(folder).glob("*.f64")):
        name, rows, columns = path.stem.split("_")
        matrix = numpy.fromfile(path).reshape(int(rows), int(columns))
        label = f"{name} {rows}x{columns}"
        report(f"sketched id, {label}", matrix,
               lambda seed: interpolative.interp_decomp(matrix, rank, rand=True),
               lambda result: skeleton(matrix, rank, result), SEEDS)
        if rows == columns:
            report(f"pivoted qr id, {label}", matrix,
                   lambda seed: interpolative.interp_decomp(matrix, rank, rand=False),
                   lambda result: skeleton(matrix, rank, result), 1)
            report(f"randomized svd, {label}", matrix,
                   lambda seed: randomized_svd(matrix, rank, random_state=seed),
                   lambda result: (result[0] * result[1]) @ result[2], SEEDS)


main(sys.argv[1], int(sys.argv[2]))
