/*
 * team.h: a few threads that share the parts of one job.
 *
 * Owns     team_new()/team_free().
 * Threads  team_run() from one thread at a time, and not from within a part.
 * Errors   if threads cannot be had, there are fewer; the caller always works itself.
 */
#ifndef CLUSTER_TEAM_H
#define CLUSTER_TEAM_H

struct team;

/* 0 threads: one for each processor. */
struct team *team_new(int threads);
void team_free(struct team *team);

/* How many parts run at the same time. */
int team_size(const struct team *team);

/* Call part(context, i) for all i below parts, in any order; NULL works alone. */
void team_run(struct team *team, int parts, void (*part)(void *context, int i), void *context);

#endif
