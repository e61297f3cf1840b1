/* The groups that a blind test is about, as they are when it begins. */
#include "internal.h"

#include "lookalike/base/memory.h"
#include "lookalike/cluster/kmeans.h"
#include "lookalike/review/trial.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RESTARTS 5

static void groups_alloc(struct trial_groups *out, int n, int k)
{
	out->n = n;
	out->k = k;
	out->faces = memory_new((size_t)n * sizeof(struct session_face *) + 1);
	out->start = memory_new((size_t)(k + 1) * sizeof(int));
	out->number = memory_new((size_t)k * sizeof(int) + 1);
	out->nearest = NULL;
}

void trial_groups_done(struct trial_groups *groups)
{
	free(groups->faces);
	free(groups->start);
	free(groups->number);
	free(groups->nearest);
	memset(groups, 0, sizeof(*groups));
}

void trial_groups_of(const struct grouping *g, struct trial_groups *out)
{
	int n = 0;

	for (int c = 0; c < g->k; c++)
		n += g->groups[c].size;
	groups_alloc(out, n, g->k);
	out->nearest = memory_new((size_t)g->k * sizeof(int) + 1);
	for (int c = 0; c < g->k; c++) {
		const struct group *group = &g->groups[c];
		double distance;
		int number = grouping_nearest(g, group, &distance);

		memcpy(out->faces + out->start[c], group->faces,
		       (size_t)group->size * sizeof(struct session_face *));
		out->start[c + 1] = out->start[c] + group->size;
		out->number[c] = group->number;
		out->nearest[c] = -1;
		for (int other = 0; other < g->k; other++)
			if (number && g->groups[other].number == number)
				out->nearest[c] = other;
	}
}

void trial_groups_random(const struct trial_groups *from, struct rng *rng, struct trial_groups *out)
{
	groups_alloc(out, from->n, from->k);
	if (!from->k)
		return;
	memcpy(out->faces, from->faces, (size_t)from->n * sizeof(struct session_face *));
	memcpy(out->start, from->start, (size_t)(from->k + 1) * sizeof(int));
	memcpy(out->number, from->number, (size_t)from->k * sizeof(int));
	for (int i = from->n - 1; i > 0; i--) {
		int j = (int)rng_below(rng, (uint64_t)i + 1);
		struct session_face *face = out->faces[i];

		out->faces[i] = out->faces[j];
		out->faces[j] = face;
	}
}

static void run_kmeans(struct job *base)
{
	struct trial_job *job = (struct trial_job *)base;
	const struct matrix data = {job->n, job->d, job->values};
	const struct kmeans_options options = {.restarts = RESTARTS,
					       .seed = job->seed,
					       .cancelled = &base->cancelled,
					       .threads = 1};
	double cost;

	job->status = kmeans_run(&data, job->k, &options, job->labels, job->centers, &cost, NULL);
}

struct trial_job *trial_job_new(const struct grouping *g)
{
	struct grouping other = {.session = g->session, .options = g->options};
	double shift[MEASURE_COUNT], factor[MEASURE_COUNT];
	struct trial_job *job = memory_new(sizeof(*job));
	size_t faces = 0;

	other.options.features = g->options.features == FEATURES_NEURAL ? FEATURES_GEOMETRY
									: FEATURES_NEURAL;
	for (int c = 0; c < g->k; c++)
		faces += (size_t)g->groups[c].size;
	job->d = run_columns(&other.options);
	job->values = memory_new(faces * (size_t)job->d * sizeof(float) + 1);
	job->faces = memory_new(faces * sizeof(struct session_face *) + 1);
	for (int c = 0; c < g->k; c++)
		for (int i = 0; i < g->groups[c].size; i++)
			if (run_vector(&other.options, g->groups[c].faces[i],
				       job->values + (size_t)job->n * (size_t)job->d))
				job->faces[job->n++] = g->groups[c].faces[i];
	if (!job->n) {
		trial_job_free(job);
		return NULL;
	}
	if (other.options.features == FEATURES_GEOMETRY)
		run_scale(&other, job->values, job->n, shift, factor);
	job->k = g->k < job->n ? g->k : job->n;
	job->labels = memory_new((size_t)job->n * sizeof(*job->labels));
	job->centers = memory_new((size_t)job->k * (size_t)job->d * sizeof(float));
	job->seed = g->options.seed;
	job->job.item.kind = JOB_TRIAL;
	job->job.priority = 1;
	job->job.run = run_kmeans;
	return job;
}

void trial_job_free(struct trial_job *job)
{
	if (!job)
		return;
	free(job->faces);
	free(job->values);
	free(job->centers);
	free(job->labels);
	free(job);
}

static int nearest_center(const struct trial_job *job, int to)
{
	double best = INFINITY;
	int nearest = -1;

	for (int c = 0; c < job->k; c++) {
		double sum = 0;

		for (int v = 0; v < job->d; v++) {
			double d = (double)job->centers[(size_t)c * (size_t)job->d + (size_t)v] -
				   (double)job->centers[(size_t)to * (size_t)job->d + (size_t)v];

			sum += d * d;
		}
		if (c != to && sum < best) {
			best = sum;
			nearest = c;
		}
	}
	return nearest;
}

void trial_job_groups(const struct trial_job *job, struct trial_groups *out)
{
	int *at;

	memset(out, 0, sizeof(*out));
	if (job->status)
		return;
	groups_alloc(out, job->n, job->k);
	out->nearest = memory_new((size_t)job->k * sizeof(int));
	for (int i = 0; i < job->n; i++)
		out->start[job->labels[i] + 1]++;
	for (int c = 0; c < job->k; c++) {
		out->start[c + 1] += out->start[c];
		out->number[c] = c + 1;
		out->nearest[c] = nearest_center(job, c);
	}
	at = memory_new((size_t)job->k * sizeof(int));
	memcpy(at, out->start, (size_t)job->k * sizeof(int));
	for (int i = 0; i < job->n; i++)
		out->faces[at[job->labels[i]]++] = job->faces[i];
	free(at);
}
