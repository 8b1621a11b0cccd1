"""Anchor CUR as published (Yadav et al. 2022, 2023), written plainly: the rival of NumpyRival.

Usage: anchor_cur.py DIRECTORY ANCHORS DOCUMENTS QUERIES TOP BUDGET REPEATS
The directory holds float32 matrices, row by row: anchors.f32 (ANCHORS x DOCUMENTS), queries.f32
(QUERIES x DOCUMENTS, exact scores), first.f32 (the same, of a first stage), and int32 documents.i32,
the fixed anchor documents. Prints one JSON object: milliseconds a query, and recall of the top
documents against the exact ones.
"""

import json
import sys
import time

import numpy as np

ROUNDS = 6


def top(scores, n):
    """The n best columns of every row, best first."""
    best = np.argpartition(-scores, n - 1, axis=-1)[..., :n]
    order = np.argsort(-np.take_along_axis(scores, best, -1), axis=-1)
    return np.take_along_axis(best, order, -1)


def milliseconds(work, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - start))
    return float(np.median(times))


def adaptive(anchors, exact, first, budget, n):
    """Rounds of fitting by pseudo-inverse, estimating all, and scoring the best unseen."""
    scored = first
    step = (budget - len(first)) // ROUNDS
    for _ in range(ROUNDS + 1):
        u = exact[scored] @ np.linalg.pinv(anchors[:, scored])
        estimates = u @ anchors
        estimates[scored] = -np.inf
        if len(scored) + step > budget:
            break
        scored = np.concatenate([scored, top(estimates, step)])
    estimates[scored] = exact[scored]
    return top(estimates, n)


def main():
    directory = sys.argv[1]
    k, documents, queries, n, budget, repeats = map(int, sys.argv[2:])
    anchors = np.fromfile(directory + "/anchors.f32", np.float32).reshape(k, documents)
    exact = np.fromfile(directory + "/queries.f32", np.float32).reshape(queries, documents)
    fixed = np.fromfile(directory + "/documents.i32", np.int32)
    first = np.fromfile(directory + "/first.f32", np.float32).reshape(queries, documents)

    start = time.perf_counter()
    items = np.linalg.pinv(anchors[:, fixed]) @ anchors  # fixed documents x documents
    prepared = time.perf_counter() - start
    known = exact[:, fixed]

    turn = iter(range(10**9))

    def one():
        return top(known[next(turn) % queries] @ items, n)

    def one_adaptive():
        query = next(turn) % queries
        return adaptive(anchors, exact[query], top(first[query], budget // 4), budget, n)

    one(), one_adaptive()
    wanted = top(exact, n)
    found = top(known @ items, n)
    lists = top(first[:60], budget // 4)
    adapted = [adaptive(anchors, exact[q], lists[q], budget, n) for q in range(60)]
    print(
        json.dumps(
            {
                "prepareSeconds": prepared,
                "fixedMs": milliseconds(one, repeats * queries),
                "batchMs": milliseconds(lambda: top(known @ items, n), repeats) / queries,
                "adaptiveMs": milliseconds(one_adaptive, 30),
                "fixedRecall": recall(found, wanted),
                "adaptiveRecall": recall(adapted, wanted[:60]),
            }
        )
    )


def recall(found, wanted):
    return float(np.mean([len(np.intersect1d(f, w)) / len(w) for f, w in zip(found, wanted, strict=True)]))


main()
