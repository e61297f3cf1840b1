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
	size_t k = (size_t)starts->k, d = (size_t)data->d, restarts = (size_t)options->restarts;
	int *rows = malloc(restarts * k * sizeof(*rows));
	struct seeds *seeds = malloc(restarts * sizeof(*seeds));
	enum status status = OK;

	starts->centers = malloc((size_t)starts->count * k * d * sizeof(*starts->centers));
	if ((restarts && (!rows || !seeds)) || !starts->centers) {
		status = error_set(err, ERR_NOMEM, "not enough memory for %d groups", starts->k);
		goto out;
	}
	for (size_t i = 0; i < restarts; i++) {
		seeds[i] = (struct seeds){
			.tries = seed_tries(starts->k),
			.count = starts->k,
			.rows = rows + i * k,
		};
		rng_seed(&seeds[i].rng, options->seed, i);
	}
	status = seed_rows(search->points, search->team, seeds, options->restarts,
			   search->cancelled, err);
	for (size_t c = 0; c < restarts * k && status == OK; c++)
		memcpy(starts->centers + c * d, data->values + (size_t)rows[c] * d,
		       d * sizeof(*starts->centers));
	if (options->start && status == OK)
		memcpy(starts->centers + restarts * k * d, options->start,
		       k * d * sizeof(*starts->centers));
out:
	free(rows);
	free(seeds);
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
