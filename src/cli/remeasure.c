/*
 * remeasure.c: how well each measure repeats in this collection.
 *
 * A sample of the faces that were measured is measured again on crops that are shifted, scaled and
 * turned a little. What varies between the crops of one face is noise; what varies between faces
 * is what groups are made of.
 */
#include "lookalike/cli/command.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/reliability.h"
#include "lookalike/cluster/subset.h"
#include "lookalike/scan/remeasure.h"

#include <stdlib.h>
#include <string.h>

#define SAMPLE_SEED 1

/* Up to so many faces, the same ones each time; returns how many. */
static int choose(const struct session *s, int wanted, struct remeasure_face *out)
{
	struct remeasure_face *all = memory_new((size_t)s->totals.faces * sizeof(*all) +
						sizeof(*all));
	int n = 0, count, *order;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++) {
			const struct session_face *face = &s->images[i]->faces[j];

			all[n++] = (struct remeasure_face){.path = s->images[i]->path,
							   .format = s->images[i]->format,
							   .box = face->box,
							   .roll_deg = face->roll_deg};
		}
	count = wanted < n ? wanted : n;
	order = subset_new(n, count, SAMPLE_SEED);
	for (int i = 0; i < count && order; i++)
		out[i] = all[order[i]];
	free(order);
	free(all);
	return order ? count : 0;
}

static enum status measure(struct store *store, const struct remeasure_face *faces, int count,
			   const struct options *options, const struct pool_config *config,
			   struct scan_summary *summary, struct error *err)
{
	double(*again)[REMEASURE_RUNS][MEASURE_COUNT] = memory_new((size_t)count * sizeof(*again) +
								   1);
	struct pool *pool = pool_new(config);
	int measured = 0;
	enum status status = remeasure_faces(pool, faces, count,
					     (int64_t)options->max_file_mib << 20, again, &measured,
					     err);

	pool_free(pool);
	if (!status && measured < REMEASURE_MIN)
		status = error_set(err, ERR_INPUT,
				   "only %d faces could be measured again, %d are needed", measured,
				   REMEASURE_MIN);
	if (!status) {
		reliability_estimate(&again[0][0][0], measured, REMEASURE_RUNS,
				     summary->reliability);
		status = store_set_reliability(store, summary->reliability, measured, err);
	}
	if (!status)
		summary->remeasured = measured;
	free(again);
	return status;
}

enum status scan_remeasure(const struct options *options, struct scan_summary *summary,
			   struct error *err)
{
	struct remeasure_face *faces = memory_new((size_t)options->remeasure * sizeof(*faces) + 1);
	struct session *session = session_new();
	struct collection collection;
	struct places places = {0};
	struct store *store = NULL;
	struct pool_config pool;
	struct scan_config scan;
	enum status status = collection_open(options, &collection, err);

	if (status)
		goto out;
	status = places_find(&places, err);
	if (!status)
		status = store_open(summary->db, STORE_WRITE, &store, err);
	if (!status)
		status = collection_adopt(&collection, store, err);
	if (!status)
		status = session_load(session, store, collection.paths, collection.path_count, err);
	if (!status && !options->remeasure) {
		status = store_set_reliability(store, session->reliability, 0, err);
	} else if (!status) {
		scan_configure(options, &collection, &places, &pool, &scan);
		status = measure(store, faces, choose(session, options->remeasure, faces), options,
				 &pool, summary, err);
	}
	store_close(store);
	places_done(&places);
	collection_done(&collection);
out:
	session_free(session);
	free(faces);
	return status;
}
