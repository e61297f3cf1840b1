#!/usr/bin/python3
"""Values that tests/unit/test_binomial.c compares with.

Needs Debian's python3-scipy; the test holds what this printed with 1.10.1.
"""
from scipy import stats

CASES = [(0, 1, 6), (1, 1, 6), (3, 18, 6), (7, 18, 6), (8, 18, 6), (18, 18, 6), (0, 18, 6),
         (2, 10, 6), (6, 10, 6), (5, 30, 3), (17, 30, 3), (21, 40, 2), (37, 40, 2), (40, 40, 2),
         (90, 480, 6), (120, 480, 6), (1700, 5000, 3)]

for hits, n, ways in CASES:
    tail = stats.binom.sf(hits - 1, n, 1 / ways)
    interval = stats.binomtest(hits, n, 1 / ways).proportion_ci(0.95, "wilson")
    print(f"{{{hits}, {n}, {ways}, {tail:.12g}, {interval.low:.12g}, {interval.high:.12g}}},")
