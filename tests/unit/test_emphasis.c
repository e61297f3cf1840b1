/* The say of the measures: what it does to the groups, and the keys of the measures view. */
#include "review_fixture.h"

#include "lookalike/base/rng.h"

#include <math.h>

#define MANY 60

static const struct grouping_options two_groups = {
	.scale = SCALE_ZSCORE, .k = 2, .kmax = 3, .restarts = 10, .seed = 1};

/* Faces whose measures have nothing to do with each other. */
static struct session *random_session(void)
{
	struct session *s = session_new();
	struct rng rng;

	rng_seed(&rng, 7, 0);
	for (int i = 0; i < MANY; i++) {
		char path[32];
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/%02d.jpg", i);
		photo = photo_new(path);
		photo->id = i + 1;
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(struct face));
		photo->faces[0].id = i + 1;
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[0].measures[m] = (m + 1) * rng_uniform(&rng);
		session_put(s, photo);
		photo_free(photo);
	}
	return s;
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double squares(const double *x, int n)
{
	double mean = 0, sum = 0;

	for (int i = 0; i < n; i++)
		mean += x[i] / n;
	for (int i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sum;
}

/* In one dimension the best two groups are a cut of the sorted values: try every one. */
static int best_cut(const struct session *s, int m)
{
	double x[MANY], best = INFINITY;
	int cut = 0;

	for (int i = 0; i < MANY; i++)
		x[i] = s->images[i]->faces[0].measures[m];
	qsort(x, MANY, sizeof(*x), compare_doubles);
	for (int at = 1; at < MANY; at++) {
		double cost = squares(x, at) + squares(x + at, MANY - at);

		if (cost < best) {
			best = cost;
			cut = at;
		}
	}
	return cut;
}

static void one_measure_alone_is_the_best_cut_of_it(void **state)
{
	(void)state;
	for (int m = 0; m < MEASURE_COUNT; m++) {
		struct session *s = random_session();
		struct grouping *g = grouping_new(s, &two_groups);
		double most = -INFINITY, least = INFINITY;
		struct error err;
		int cut = best_cut(s, m), low;

		emphasis_alone(&g->options.emphasis, (enum measure)m);
		assert_int_equal(grouping_compute(g, &err), OK);
		low = g->groups[0].faces[0]->measures[m] > g->groups[1].faces[0]->measures[m];
		assert_int_equal(g->groups[low].size, cut);
		for (int i = 0; i < g->groups[low].size; i++)
			most = fmax(most, g->groups[low].faces[i]->measures[m]);
		for (int i = 0; i < g->groups[!low].size; i++)
			least = fmin(least, g->groups[!low].faces[i]->measures[m]);
		assert_true(most < least);
		grouping_free(g);
		session_free(s);
	}
}

/* The cost is that of the standardised measures, each times its factor, summed up here anew. */
static void weights_multiply_the_scaled_measures(void **state)
{
	static const double factors[MEASURE_COUNT] = {4, 0, 1, 0.5, 0, 8, 1, 0.125};
	struct session *s = random_session();
	struct grouping *g = grouping_new(s, &two_groups);
	struct error err;
	double cost = 0;

	(void)state;
	g->options.emphasis = (struct emphasis){
		{2, EMPHASIS_OFF, 0, -1, EMPHASIS_OFF, EMPHASIS_STEPS_MAX, 0, -EMPHASIS_STEPS_MAX}};
	assert_int_equal(grouping_compute(g, &err), OK);
	for (int m = 0; m < MEASURE_COUNT; m++) {
		double all[MANY], within = 0;
		int n = 0;

		for (int c = 0; c < 2; c++) {
			double *x = all + n;

			for (int i = 0; i < g->groups[c].size; i++)
				all[n++] = g->groups[c].faces[i]->measures[m];
			within += squares(x, g->groups[c].size);
		}
		/* squares / n is the variance that standardising divides by */
		cost += factors[m] * factors[m] * within / (squares(all, n) / n);
	}
	assert_true(fabs(grouping_cost(g) - cost) < 1e-4 * cost);
	grouping_free(g);
	session_free(s);
}

static void steps_stay_within_their_bounds(void **state)
{
	struct emphasis e = {{0}};

	(void)state;
	assert_true(emphasis_is_default(&e));
	emphasis_add(&e, 2, 100000);
	assert_true(emphasis_factor(&e, 2) == 8);
	emphasis_add(&e, 2, -100000);
	assert_true(emphasis_factor(&e, 2) == 0.125);
	assert_int_equal(emphasis_count(&e), MEASURE_COUNT);
	e.steps[2] = EMPHASIS_OFF;
	assert_true(emphasis_factor(&e, 2) == 0);
	assert_int_equal(emphasis_count(&e), MEASURE_COUNT - 1);
	emphasis_add(&e, 2, 1); /* on again first, as it was by default */
	assert_true(emphasis_is_default(&e));
}

static void keys_of_the_measures_view(void **state)
{
	(void)state;
	app_show(&now->app, VIEW_MEASURES);
	sees("3 groups: 4");
	sees("[x] jaw_ratio");
	sees_not("[ ]");
	press("jjj ");
	sees("[ ] nose_size              off");
	sees("7 of 8 measures");
	press("l");
	sees_not("of 8 measures");
	press("2l");
	sees("[x] nose_size              x 4");
	sees("own weights");
	press("3h");
	sees("nose_size              x 1/2");
	press("v");
	sees("nose_size alone");
	sees("[ ] jaw_ratio              off");
	assert_int_equal(now->app.grouping->shown->d, 1);
	press(" ");
	sees("one measure has to count");
	sees("nose_size alone");
	press("q");
	assert_int_equal(now->app.view, VIEW_CLUSTERS);
	sees("nose_size alone"); /* in the title of every view */
	app_show(&now->app, VIEW_MEASURES);
	press("U");
	sees_not("nose_size alone");
	sees_not("[ ]");
	assert_true(emphasis_is_default(&now->app.grouping->options.emphasis));
}

static void measures_say_nothing_in_neural_mode(void **state)
{
	(void)state;
	now->app.grouping->options.features = FEATURES_NEURAL;
	app_show(&now->app, VIEW_MEASURES);
	press("v");
	sees("neural mode compares embeddings");
	assert_true(emphasis_is_default(&now->app.grouping->options.emphasis));
	now->app.grouping->options.features = FEATURES_GEOMETRY;
}

static void the_title_says_most_where_there_is_room(void **state)
{
	static const int widths[] = {160, 120, 100, 80};

	(void)state;
	press("");
	emphasis_alone(&now->app.grouping->options.emphasis, 5);
	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		grid_done(&now->app.grid);
		grid_init(&now->app.grid, 24, widths[i]);
		sees("eye_size_differential alone");
		sees("k 3");
	}
	now->app.grouping->options.emphasis = (struct emphasis){{0}};
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, review_setup, review_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_measure_alone_is_the_best_cut_of_it),
		cmocka_unit_test(weights_multiply_the_scaled_measures),
		cmocka_unit_test(steps_stay_within_their_bounds),
		TEST(keys_of_the_measures_view),
		TEST(measures_say_nothing_in_neural_mode),
		TEST(the_title_says_most_where_there_is_room),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
