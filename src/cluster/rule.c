/*
 * The rule that suggests a k. Two criteria that know nothing of each other must agree, because
 * each of them has an answer for any data; and data without groups must not do as well, because
 * two criteria can agree by chance.
 */
#include "lookalike/cluster/rule.h"

#include "lookalike/cluster/criteria.h"
#include "lookalike/cluster/subset.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define AGREE_SHARE   0.2  /* of k, between the peaks */
#define AGREE_HEIGHT  0.85 /* of the silhouette's peak, at BIC's */
#define BEAT_SHARE    0.1  /* of what the copies leave to a silhouette of 1 */
#define COPIES        3    /* of each kind */
#define COPY_RESTARTS 3

/* The silhouette of k groups made of these values (malloc'd, freed here). */
static enum status silhouette_of(float *values, int n, int d, int k, uint64_t seed,
				 const atomic_bool *cancelled, double *out, struct error *err)
{
	struct kmeans_options options = {.restarts = COPY_RESTARTS,
					 .seed = seed,
					 .cancelled = cancelled};
	struct matrix data = {.n = n, .d = d, .values = values};
	int32_t *labels = malloc((size_t)n * sizeof(*labels));
	float *centers = malloc((size_t)k * (size_t)d * sizeof(*centers));
	struct silhouette silhouette = {0};
	enum status status;
	double cost;

	if (!values || !labels || !centers)
		status = error_set(err, ERR_NOMEM, "not enough memory for a copy of the data");
	else
		status = kmeans_run(&data, k, &options, labels, centers, &cost, err);
	if (!status) {
		struct labelling by = {.k = k, .labels = labels};

		status = silhouette_means(&data, &by, 1, cancelled, &silhouette, err);
	}
	if (!status)
		*out = silhouette.mean;
	free(values);
	free(labels);
	free(centers);
	return status;
}

/* The highest silhouette at k of the copies without groups, and that of the rows they copy. */
static enum status measure_copies(const struct matrix *data, int k, uint64_t seed,
				  const atomic_bool *cancelled, double *own, double *copies,
				  struct error *err)
{
	int n = data->n < EXACT_ROWS_MAX ? data->n : EXACT_ROWS_MAX, d = data->d;
	int *order = subset_new(data->n, n, seed);
	float *rows = order ? subset_rows(data, order, n) : NULL;
	struct matrix part = {.n = n, .d = d, .values = rows};
	enum status status = OK;

	*copies = -1;
	if (rows)
		status = silhouette_of(subset_rows(data, order, n), n, d, k, seed, cancelled, own,
				       err);
	else
		status = error_set(err, ERR_NOMEM, "not enough memory for a copy of the data");
	for (int i = 0; i < 2 * COPIES && !status; i++) {
		uint64_t copy_seed = seed + (uint64_t)i + 1;
		double copy = -1;

		/* One column shuffled is the same data. */
		if (i % 2 == 0 && d == 1)
			continue;
		status = silhouette_of(i % 2 ? copy_gaussian(&part, copy_seed)
					     : copy_shuffled(&part, copy_seed),
				       n, d, k, copy_seed, cancelled, &copy, err);
		*copies = fmax(*copies, copy);
	}
	free(order);
	free(rows);
	return status;
}

static bool is_borne_out(const struct curve *curve)
{
	const struct curve_point *at_bic = curve_at(curve, curve->bic_k);
	const struct curve_point *peak = curve_at(curve, curve->silhouette_k);

	return abs(curve->silhouette_k - curve->bic_k) <= AGREE_SHARE * curve->bic_k ||
	       at_bic->silhouette >= AGREE_HEIGHT * peak->silhouette;
}

/* Whether there is a BIC beyond its peak. */
static bool falls_after(const struct curve *curve, int bic_k)
{
	for (int i = curve->count - 1; i >= 0 && curve->points[i].k > bic_k; i--)
		if (!isnan(curve->points[i].bic))
			return true;
	return false;
}

enum status rule_decide(struct curve *curve, const struct matrix *data, uint64_t seed,
			const atomic_bool *cancelled, struct error *err)
{
	int silhouette_k = curve->silhouette_k, bic_k = curve->bic_k;
	const struct curve_point *one = curve_at(curve, 1);
	size_t size = sizeof(curve->reason);
	double own = 0, copies = 0;
	enum status status;

	curve->suggested = 0;
	if (data->n > 1 && curve_is_flat(curve)) {
		snprintf(curve->reason, size, "no clear k: all rows are the same");
	} else if (!silhouette_k || !bic_k) {
		snprintf(curve->reason, size, "no clear k: too little to tell");
	} else if (one && one->bic >= curve_at(curve, bic_k)->bic) {
		snprintf(curve->reason, size,
			 "no clear k: silhouette says %d, BIC says %d but prefers a single group",
			 silhouette_k, bic_k);
	} else if (!is_borne_out(curve)) {
		snprintf(curve->reason, size, "no clear k: silhouette says %d, BIC says %d",
			 silhouette_k, bic_k);
	} else if (!falls_after(curve, bic_k)) {
		snprintf(curve->reason, size, "no clear k: BIC still rises at %d, its last k",
			 bic_k);
	} else {
		status = measure_copies(data, bic_k, seed, cancelled, &own, &copies, err);
		if (status)
			return status;
		if (own >= copies + BEAT_SHARE * (1 - copies))
			curve->suggested = bic_k;
		snprintf(curve->reason, size,
			 "%ssilhouette says %d, BIC says %d; data without groups %s "
			 "(silhouette %.2f, these %.2f)",
			 curve->suggested ? "" : "no clear k: ", silhouette_k, bic_k,
			 curve->suggested ? "do worse" : "do as well", copies, own);
	}
	curve->decided = true;
	return OK;
}

int rule_auto(const struct curve *curve)
{
	if (curve->decided && curve->suggested)
		return curve->suggested;
	return curve->decided && !curve->bic_k ? 1 : curve->bic_k;
}

void rule_words(const struct curve *curve, char *out, size_t out_size)
{
	if (!out_size)
		return;
	*out = '\0';
	if (!curve->decided)
		return;
	if (curve->suggested)
		snprintf(out, out_size, "suggested %d", curve->suggested);
	else if (curve->silhouette_k && curve->bic_k)
		snprintf(out, out_size, "no clear k: silh %d, bic %d", curve->silhouette_k,
			 curve->bic_k);
	else
		snprintf(out, out_size, "no clear k");
}
