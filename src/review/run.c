/*
 * One clustering of the faces of one moment: their vectors, and what the job makes of them.
 */
#include "internal.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/linkage.h"
#include "lookalike/cluster/reliability.h"

#include <math.h>
#include <stdlib.h>

static void linked_free(struct linked *linked)
{
	if (!linked)
		return;
	free(linked->labels);
	free(linked->centers);
	free(linked);
}

void run_free(struct grouping_run *run)
{
	if (!run)
		return;
	survey_free(run->survey);
	sweep_free(run->sweep);
	linked_free(run->linked);
	free(run->values);
	free(run->faces);
	free(run);
}

/* Groups by distance, and their centres. */
static void link_faces(struct grouping_run *run)
{
	const struct matrix data = {run->n, run->d, run->values};
	struct linked *linked = memory_new(sizeof(*linked));
	int *sizes;

	linked->labels = memory_new((size_t)run->n * sizeof(*linked->labels));
	run->status = linkage_groups(&data, run->options.distance, &run->job.cancelled,
				     linked->labels, &linked->k, &run->err);
	if (run->status) {
		linked_free(linked);
		return;
	}
	linked->centers = memory_new((size_t)linked->k * (size_t)run->d * sizeof(float));
	sizes = memory_new((size_t)linked->k * sizeof(*sizes));
	for (int i = 0; i < run->n; i++)
		sizes[linked->labels[i]]++;
	for (int i = 0; i < run->n; i++) {
		int label = linked->labels[i];

		for (int v = 0; v < run->d; v++)
			linked->centers[(size_t)label * (size_t)run->d + (size_t)v] +=
				run->values[(size_t)i * (size_t)run->d + (size_t)v] /
				(float)sizes[label];
	}
	free(sizes);
	run->linked = linked;
}

void run_job(struct job *job)
{
	struct grouping_run *run = (struct grouping_run *)job;

	if (run->sweep)
		run->status = sweep_run(run->sweep, &job->cancelled, &run->err);
	else
		link_faces(run);
	atomic_store(&run->swept, true);
	if (!run->status && run->sweep && run->criteria)
		run->status = survey_run(run->survey, &job->cancelled, &run->err);
}

void run_add_job(struct job *job)
{
	struct grouping_run *run = (struct grouping_run *)job;

	run->status = sweep_add(run->sweep, run->added_k, &job->cancelled, &run->err);
}

bool is_grouped(const struct grouping *g, const struct session_face *face)
{
	if (face->assigned != FACE_OPEN)
		return false;
	if (g->options.features == FEATURES_NEURAL && !face->embedding)
		return false;
	return !g->options.max_yaw_deg || fabsf(face->yaw_deg) <= (float)g->options.max_yaw_deg;
}

int count_grouped(const struct grouping *g)
{
	const struct session *s = g->session;
	int n = 0;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			n += is_grouped(g, &s->images[i]->faces[j]);
	return n;
}

int run_columns(const struct grouping_options *options)
{
	return options->features == FEATURES_NEURAL ? features_count(options->features)
						    : emphasis_count(&options->emphasis);
}

bool run_vector(const struct grouping_options *options, const struct session_face *face, float *out)
{
	float measures[MEASURE_COUNT];

	if (options->features == FEATURES_NEURAL)
		return features_of(options->features, face, out);
	features_of(options->features, face, measures);
	for (int m = 0; m < MEASURE_COUNT; m++)
		if (emphasis_factor(&options->emphasis, (enum measure)m) > 0)
			*out++ = measures[m];
	return true;
}

void run_scale(const struct grouping *g, float *values, int n, double *shift, double *factor)
{
	double weights[MEASURE_COUNT];
	int d = run_columns(&g->options), column = 0;

	scale_fit(g->options.scale, values, n, d, shift, factor);
	reliability_weights(g->session->reliability, weights);
	for (int m = 0; m < MEASURE_COUNT; m++) {
		double by = emphasis_factor(&g->options.emphasis, (enum measure)m);

		if (by > 0)
			factor[column++] *= g->options.scale == SCALE_RELIABILITY ? by * weights[m]
										  : by;
	}
	scale_apply(values, n, d, shift, factor);
}

struct grouping_run *run_new(struct grouping *g, bool stability)
{
	const struct session *s = g->session;
	struct grouping_run *run = memory_new(sizeof(*run));
	int n = count_grouped(g), d = run_columns(&g->options), row = 0;
	float *values = memory_new((size_t)n * (size_t)d * sizeof(*values));

	run->number = ++g->session->runs;
	run->options = g->options;
	run->n = n;
	run->d = d;
	run->faces = memory_new((size_t)n * sizeof(struct session_face *));
	for (int i = 0; i < s->image_count; i++) {
		for (int j = 0; j < s->images[i]->face_count; j++) {
			struct session_face *face = &s->images[i]->faces[j];

			if (!is_grouped(g, face))
				continue;
			run_vector(&g->options, face, values + (size_t)row * (size_t)d);
			run->faces[row++] = face;
		}
	}
	if (g->options.features == FEATURES_GEOMETRY)
		run_scale(g, values, n, run->shift, run->factor);
	if (g->options.distance > 0) {
		run->values = values;
	} else {
		run->sweep = sweep_new(values, n, d, g->options.kmax, g->options.k,
				       g->options.restarts, g->options.seed);
		sweep_watch(run->sweep, g->watch);
		run->survey =
			survey_new(run->sweep,
				   &(struct survey_options){.kmax_is_wall = g->options.kmax_is_wall,
							    .stability = stability,
							    .watch = g->watch,
							    .seed = g->options.seed});
	}
	run->job.item.kind = JOB_SWEEP;
	run->job.run = run_job;
	return run;
}

const int32_t *run_labels(const struct grouping_run *run, int k)
{
	return run->linked ? run->linked->labels : sweep_labels(run->sweep, k);
}

const float *run_centers(const struct grouping_run *run, int k)
{
	return run->linked ? run->linked->centers : sweep_centers(run->sweep, k);
}

/* Squared, to the centre of a label. */
static double distance2_to(const struct grouping_run *run, int k, int label,
			   const struct session_face *face)
{
	const float *center = run_centers(run, k) + (size_t)label * (size_t)run->d;
	double sum = 0;

	if (run->options.features == FEATURES_NEURAL) {
		for (int i = 0; i < run->d; i++) {
			double by = (double)face->embedding[i] - (double)center[i];

			sum += by * by;
		}
		return sum;
	}
	for (int m = 0, i = 0; m < MEASURE_COUNT; m++) {
		double by;

		if (!(emphasis_factor(&run->options.emphasis, (enum measure)m) > 0))
			continue;
		by = (face->measures[m] - run->shift[i]) * run->factor[i] - (double)center[i];
		sum += by * by;
		i++;
	}
	return sum;
}

int run_nearest(const struct grouping_run *run, int k, const struct session_face *face)
{
	double best = INFINITY;
	int nearest = 0;

	for (int c = 0; c < k; c++) {
		double distance2 = distance2_to(run, k, c, face);

		if (distance2 < best) {
			best = distance2;
			nearest = c;
		}
	}
	return nearest;
}

float run_distance(const struct grouping_run *run, int k, int label,
		   const struct session_face *face)
{
	return (float)sqrt(distance2_to(run, k, label, face));
}

/* Freed now, or when its job comes back. */
void run_drop(struct grouping_run *run)
{
	if (run->finished) {
		run_free(run);
		return;
	}
	run->dropped = true;
	atomic_store(&run->job.cancelled, true);
}

/* Those that it has not keep none: the one they had may be gone, and another lie where it lay. */
void run_claim_faces(const struct grouping_run *run, const struct session *s)
{
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			s->images[i]->faces[j].run = NULL;
	for (int i = 0; i < run->n; i++) {
		run->faces[i]->run = run;
		run->faces[i]->row = i;
	}
}
