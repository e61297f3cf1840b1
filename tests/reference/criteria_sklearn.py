#!/usr/bin/python3
"""Values that tests/unit/test_criteria.c and test_agreement.c compare with.

Needs Debian's python3-sklearn; the tests hold what this printed with 1.2.1. BIC is summed row by
row from the density that it is defined by, not from the closed form.
"""
import numpy as np
from sklearn import metrics


def hashed(i):
    h = (i * 2654435761) % 2**32
    return h ^ h >> 15


def rows(n, d):
    """The same numbers as rows_new() in tests/unit/rows.h."""
    i, j = np.meshgrid(np.arange(n), np.arange(d), indexing="ij")
    return (hashed(i * d + j) % 500 + (i % 6) * (j + 1) * 389 % 1500).astype(np.float64)


def bic(x, labels):
    n, d = x.shape
    k = len(set(labels))
    centers = np.array([x[labels == c].mean(axis=0) for c in range(k)])
    squared = ((x - centers[labels]) ** 2).sum(axis=1)
    variance = squared.sum() / (d * (n - k))
    share = np.bincount(labels) / n
    density = -d / 2 * np.log(2 * np.pi * variance) - squared / (2 * variance)
    parameters = k - 1 + k * d + 1
    return (density + np.log(share[labels])).sum() - parameters / 2 * np.log(n), squared.sum()


def criteria():
    x = rows(300, 4)
    for k in (2, 3, 6, 7):
        labels = np.arange(300) % k
        print(f"{{{k}, {metrics.silhouette_score(x, labels):.9f}, "
              f"{bic(x, labels)[0]:.6f}, {bic(x, labels)[1]:.3f}}},")
    labels = np.where(np.arange(300) == 7, 1, 0)
    labels[labels == 0] = np.where(np.arange(299) % 2, 2, 0)
    print(f"a group of one: {metrics.silhouette_score(x, labels):.9f}")


def agreement():
    i = np.arange(200)
    cases = {
        "noisy": (i % 10, np.where(hashed(i) % 4 == 0, hashed(i) % 7, i % 10)),
        "coarse": (i % 12, i % 4),
        "fine": (i % 4, i % 12),
        "apart": (i % 5, hashed(i) % 6),
        "single": (i % 5, i),
        "one": (i % 5, i * 0),
    }
    for name, (a, b) in cases.items():
        print(f'{{"{name}", {metrics.adjusted_rand_score(a, b):.9f}, '
              f"{metrics.normalized_mutual_info_score(a, b):.9f}}},")


criteria()
agreement()
