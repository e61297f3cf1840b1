/*
 * landmark_model.c: reading dlib's file of a shape predictor.
 *
 * dlib writes a number as one byte, sign and count, and so many bytes, lowest first; a float as
 * mantissa and exponent; a vector as its length and its items; a matrix as minus its rows, minus
 * its columns and its items (dlib/serialize.h, dlib/image_processing/shape_predictor.h). Reading
 * that here takes a quarter of the time that dlib needs, and never holds the trees twice, so
 * that no prepared copy of the model has to be kept anywhere.
 */
#include "lookalike/extractor/landmark_model.h"

#include "lookalike/base/quote.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORESTS_MAX 100
#define TREES_MAX   10000
#define SPLITS_MAX  255

/* Bytes of the file; the first that is not as it should be ends the reading. */
struct reader {
	const uint8_t *at, *end;
	bool failed;
};

static int64_t read_integer(struct reader *r)
{
	uint64_t value = 0;
	uint8_t head, count;

	if (r->at == r->end) {
		r->failed = true;
		return 0;
	}
	head = *r->at++;
	count = head & 0x0f;
	if (count > 8 || r->end - r->at < count) {
		r->failed = true;
		return 0;
	}
	for (int i = 0; i < count; i++)
		value |= (uint64_t)r->at[i] << (8 * i);
	r->at += count;
	return head & 0x80 ? (int64_t)(0 - value) : (int64_t)value;
}

static float read_float(struct reader *r)
{
	int64_t mantissa = read_integer(r), exponent = read_integer(r);

	/* Larger exponents are dlib's infinities and no numbers. */
	if (exponent < -1000 || exponent > 1000) {
		r->failed = true;
		return 0;
	}
	return (float)ldexp((double)mantissa, (int)exponent);
}

/* A count from 1 to most; 0 when it is another, with the reading failed. */
static int read_count(struct reader *r, int most)
{
	int64_t count = read_integer(r);

	if (count < 1 || count > most)
		r->failed = true;
	return r->failed ? 0 : (int)count;
}

/* The same count as elsewhere, or the one that is to be the same from now on. */
static void read_same_count(struct reader *r, int *same, int most)
{
	int count = read_count(r, most);

	if (*same && count != *same)
		r->failed = true;
	*same = count;
}

/* The head of a column of all coordinates. */
static void read_column(struct reader *r)
{
	if (read_integer(r) != -LEAF_VALUES || read_integer(r) != -1)
		r->failed = true;
}

static void read_mean(struct reader *r, struct landmark_model *m)
{
	read_column(r);
	for (int i = 0; i < LANDMARK_COUNT; i++) {
		m->mean[i].x = read_float(r);
		m->mean[i].y = read_float(r);
	}
}

static uint16_t read_index(struct reader *r)
{
	int64_t index = read_integer(r);

	if (index < 0 || index >= FEATURES_MAX)
		r->failed = true;
	return r->failed ? 0 : (uint16_t)index;
}

/* Room for all forests, once the first tree has told its size. */
static void allocate_trees(struct reader *r, struct landmark_model *m)
{
	size_t trees = (size_t)m->forests * (size_t)m->trees;

	m->split = calloc(trees * (size_t)m->splits, sizeof(*m->split));
	m->leaf = calloc(trees * (size_t)(m->splits + 1) * LEAF_VALUES, sizeof(*m->leaf));
	m->leaf_scale = calloc((size_t)m->forests, sizeof(*m->leaf_scale));
	if (!m->split || !m->leaf || !m->leaf_scale)
		r->failed = true;
}

static void read_tree(struct reader *r, struct landmark_model *m, size_t tree, float **leaves)
{
	int leaf_count;

	read_same_count(r, &m->splits, SPLITS_MAX);
	leaf_count = m->splits + 1;
	if (!r->failed && !m->split)
		allocate_trees(r, m);
	if (!*leaves && !r->failed)
		*leaves = calloc((size_t)m->trees * (size_t)leaf_count * LEAF_VALUES,
				 sizeof(**leaves));
	if (!*leaves)
		r->failed = true;
	for (int i = 0; i < m->splits && !r->failed; i++) {
		struct landmark_split *split = &m->split[tree * (size_t)m->splits + (size_t)i];

		split->a = read_index(r);
		split->b = read_index(r);
		split->threshold = read_float(r);
	}
	/* A complete binary tree, so that going down needs no test for leaves. */
	if (leaf_count & (leaf_count - 1))
		r->failed = true;
	read_same_count(r, &leaf_count, SPLITS_MAX + 1);
	for (int i = 0; i < leaf_count && !r->failed; i++) {
		size_t leaf = tree % (size_t)m->trees * (size_t)leaf_count + (size_t)i;

		read_column(r);
		for (int v = 0; v < LEAF_VALUES; v++)
			(*leaves)[leaf * LEAF_VALUES + (size_t)v] = read_float(r);
	}
}

/* One scale for all leaves of a forest: only their sum counts. */
static void quantise(const float *leaves, size_t count, int16_t *out, float *scale)
{
	float most = 0;

	for (size_t i = 0; i < count; i++)
		most = fmaxf(most, fabsf(leaves[i]));
	*scale = most > 0 ? most / INT16_MAX : 1;
	for (size_t i = 0; i < count; i++)
		out[i] = (int16_t)lrintf(leaves[i] / *scale);
}

static void read_forests(struct reader *r, struct landmark_model *m)
{
	float *leaves = NULL; /* of one forest */

	m->forests = read_count(r, FORESTS_MAX);
	for (int f = 0; f < m->forests && !r->failed; f++) {
		size_t values;

		read_same_count(r, &m->trees, TREES_MAX);
		for (int t = 0; t < m->trees && !r->failed; t++)
			read_tree(r, m, (size_t)f * (size_t)m->trees + (size_t)t, &leaves);
		if (r->failed)
			break;
		values = (size_t)m->trees * (size_t)(m->splits + 1) * LEAF_VALUES;
		quantise(leaves, values, m->leaf + (size_t)f * values, &m->leaf_scale[f]);
	}
	free(leaves);
}

static void read_features(struct reader *r, struct landmark_model *m)
{
	for (int pass = 0; pass < 2 && !r->failed; pass++) {
		int forests = m->forests;

		read_same_count(r, &forests, FORESTS_MAX);
		for (int f = 0; f < m->forests && !r->failed; f++) {
			read_same_count(r, &m->features, FEATURES_MAX);
			if (!r->failed && !m->feature)
				m->feature = calloc((size_t)m->forests * (size_t)m->features,
						    sizeof(*m->feature));
			if (!m->feature)
				r->failed = true;
			for (int i = 0; i < m->features && !r->failed; i++) {
				struct landmark_feature *feature =
					&m->feature[(size_t)f * (size_t)m->features + (size_t)i];

				if (pass == 0) {
					feature->point = read_index(r);
				} else {
					feature->offset.x = read_float(r);
					feature->offset.y = read_float(r);
				}
			}
		}
	}
}

/* Every index is in its range. */
static bool is_sound(const struct landmark_model *m)
{
	size_t splits = (size_t)m->forests * (size_t)m->trees * (size_t)m->splits;

	for (size_t i = 0; i < splits; i++)
		if (m->split[i].a >= m->features || m->split[i].b >= m->features)
			return false;
	for (size_t i = 0; i < (size_t)m->forests * (size_t)m->features; i++)
		if (m->feature[i].point >= LANDMARK_COUNT)
			return false;
	return true;
}

static bool read_model(const uint8_t *bytes, size_t len, struct landmark_model *m)
{
	struct reader r = {bytes, bytes + len, false};

	if (read_integer(&r) != 1) /* version */
		return false;
	read_mean(&r, m);
	if (!r.failed)
		read_forests(&r, m);
	if (!r.failed)
		read_features(&r, m);
	return !r.failed && is_sound(m);
}

static enum status unusable(const char *path, const char *why, struct error *err)
{
	char name[200];

	quote_bytes(name, sizeof(name), path, strlen(path));
	return error_set(err, ERR_MODEL, "landmark model %s: %s; install the package libdlib-data",
			 name, why);
}

enum status landmark_model_open(const char *path, struct landmark_model **out, struct error *err)
{
	struct landmark_model *model = NULL;
	void *bytes = MAP_FAILED;
	struct stat st = {0};
	enum status status = OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st)) {
		status = unusable(path, strerror(errno), err);
		goto out;
	}
	if (S_ISREG(st.st_mode) && st.st_size > 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	model = calloc(1, sizeof(*model));
	if (!model)
		status = error_set(err, ERR_NOMEM, "out of memory for the landmark model");
	else if (bytes == MAP_FAILED || !read_model(bytes, (size_t)st.st_size, model))
		status = unusable(path, "not a shape predictor of dlib with 68 points", err);
out:
	if (bytes != MAP_FAILED)
		munmap(bytes, (size_t)st.st_size);
	if (fd >= 0)
		close(fd);
	if (status == OK)
		*out = model;
	else
		landmark_model_close(model);
	return status;
}

void landmark_model_close(struct landmark_model *model)
{
	if (!model)
		return;
	free(model->split);
	free(model->leaf);
	free(model->leaf_scale);
	free(model->feature);
	free(model);
}
