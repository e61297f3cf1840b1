/*
 * linkage.h: groups of rows that lie nearer to each other than a threshold, for those who do not
 * know how many groups there are.
 *
 * Average linkage (UPGMA: Sokal and Michener, Univ. Kansas Sci. Bull. 38, 1958): the two groups
 * whose rows are nearest on average are joined, until no two are nearer than the threshold. The
 * average is that of squared distances, which centres and spreads give without looking at pairs
 * (Lance and Williams, Computer J. 9, 1967). A chain of likenesses does not join strangers, as it
 * does in graphs of near pairs: chinese whispers (Biemann, TextGraphs 2006) at thresholds that
 * find the same pairs of a person joined two to five of a hundred people where this joined none.
 *
 * Only groups between which there is a pair among each other's nearest rows can be joined; what
 * is near on average has one but for groups of more than NEIGHBORS_MAX twins.
 *
 * Owns     results go to the caller's arrays.
 * Units    threshold is a distance, not squared.
 * Shapes   as in kmeans.h; labels n.
 * Threads  as neighbors.h; the same rows give the same answer everywhere.
 * Errors   ERR_INPUT without rows, ERR_CANCELLED.
 */
#ifndef LOOKALIKE_CLUSTER_LINKAGE_H
#define LOOKALIKE_CLUSTER_LINKAGE_H

#include "lookalike/cluster/kmeans.h"

/* labels are 0..*k-1, numbered by size, largest first, equal ones by first row. */
enum status linkage_groups(const struct matrix *data, double threshold,
			   const atomic_bool *cancelled, int32_t *labels, int *k,
			   struct error *err);

#endif
