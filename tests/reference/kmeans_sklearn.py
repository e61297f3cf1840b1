#!/usr/bin/python3
"""Values that tests/unit/test_kmeans.c and test_sweep.c compare with.

Needs Debian's python3-sklearn; the tests hold what this printed with 1.2.1.
"""
import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler


def rows(n, d):
    """The same numbers as fill_rows() in the tests: whole, so exact as floats."""
    i, j = np.meshgrid(np.arange(n), np.arange(d), indexing="ij")
    h = ((i * d + j) * 2654435761) % 2**32
    h ^= h >> 15
    return ((h % 500) + (i % 6) * (j + 1) * 389 % 1500).astype(np.float64)


def main():
    x = rows(500, 4)
    print("sum", x.sum())
    for k in range(1, 11):
        fit = KMeans(n_clusters=k, init="k-means++", n_init=50, max_iter=300, tol=0,
                     random_state=1, algorithm="lloyd").fit(x)
        print(f"{fit.inertia_:.6f},")
    x = rows(5, 4)
    x[:, 2] = 7
    for row in StandardScaler().fit_transform(x):
        print(", ".join(f"{v:.9f}" for v in row) + ",")


main()
