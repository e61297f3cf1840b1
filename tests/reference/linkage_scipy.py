# The labels that tests/unit/test_linkage.c expects: scipy's average linkage of squared distances.
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

n, d = 60, 3
rows = np.array([[(i * 7919 + j * 104729 + i * i * 31) % 1000 / 1000 for j in range(d)] for i in range(n)])
for threshold in (0.1, 0.3, 0.5):
    found = fcluster(linkage(pdist(rows) ** 2, "average"), threshold ** 2, "distance")
    first = {}
    for i, label in enumerate(found):
        first.setdefault(label, i)
    order = sorted(first, key=lambda l: (-(found == l).sum(), first[l]))
    print(threshold, len(order), ", ".join(str(order.index(l)) for l in found))
