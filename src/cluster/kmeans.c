/* k-means of one k: starts, then the best of what they lead to. */
#include "lookalike/cluster/kmeans.h"

#include "internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static enum status make_starts(const struct search *search, const struct kmeans_options *options,
			       struct starts *starts, struct error *err)
{
	const struct matrix *data = &search->points->data;
	size_t d = (size_t)data->d, size = (size_t)starts->k * d;
	int *rows = malloc((size_t)starts->k * sizeof(*rows));
	struct seeds seeds = {.tries = seed_tries(starts->k), .count = starts->k, .rows = rows};
	enum status status = OK;

	starts->centers = malloc((size_t)starts->count * size * sizeof(*starts->centers));
	if (!rows || !starts->centers)
		status = error_set(err, ERR_NOMEM, "not enough memory for %d groups", starts->k);
	for (int restart = 0; restart < options->restarts && status == OK; restart++) {
		float *out = starts->centers + (size_t)restart * size;
		struct rng rng;

		rng_seed(&rng, options->seed, (uint64_t)restart);
		status = seed_rows(search->points, search->team, &seeds, &rng, search->cancelled,
				   err);
		for (size_t c = 0; c < (size_t)starts->k && status == OK; c++)
			memcpy(out + c * d, data->values + (size_t)rows[c] * d, d * sizeof(*out));
	}
	if (options->start && status == OK)
		memcpy(starts->centers + (size_t)options->restarts * size, options->start,
		       size * sizeof(*starts->centers));
	free(rows);
	return status;
}

enum status kmeans_run(const struct matrix *data, int k, const struct kmeans_options *options,
		       int32_t *labels, float *centers, double *cost, struct error *err)
{
	struct starts starts = {.k = k, .count = options->restarts + (options->start != NULL)};
	struct team *team;
	struct points *points = NULL;
	struct answer *answer = NULL;
	struct search search;
	enum status status;

	assert(options->restarts > 0 || options->start);
	if (data->n >= 1 && (k < 1 || k > data->n))
		return error_set(err, ERR_INPUT,
				 "cannot make %d groups of %d rows: choose k from 1 to %d", k,
				 data->n, data->n);
	team = team_new(options->threads);
	status = points_new(data, team, options->cancelled, &points, err);
	search = (struct search){.points = points, .team = team, .cancelled = options->cancelled};
	if (status == OK)
		status = make_starts(&search, options, &starts, err);
	if (status == OK)
		status = search_run(&search, &starts, false, &answer, err);
	if (status == OK) {
		memcpy(labels, answer->labels, (size_t)data->n * sizeof(*labels));
		memcpy(centers, answer->centers, (size_t)k * (size_t)data->d * sizeof(*centers));
		*cost = answer->cost;
	}
	answer_free(answer);
	free(starts.centers);
	points_free(points);
	team_free(team);
	return status;
}
