/*
 * Lists of boxes: overlaps, merging, and the proposer's outputs decoded against priors worked out
 * by hand.
 */
#include "lookalike/extractor/detection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOLERANCE 1e-4

static void assert_box(const struct box *box, double x, double y, double width, double height)
{
	assert_true(fabs(box->x - x) < TOLERANCE);
	assert_true(fabs(box->y - y) < TOLERANCE);
	assert_true(fabs(box->width - width) < TOLERANCE);
	assert_true(fabs(box->height - height) < TOLERANCE);
}

static void test_overlap(void **state)
{
	struct box a = {0, 0, 10, 10}, half = {5, 0, 10, 10}, inside = {2, 2, 5, 5};
	struct box beside = {10, 0, 10, 10}, none = {0, 0, 0, 0};

	(void)state;
	assert_true(fabsf(box_overlap(&a, &a) - 1) < 1e-6f);
	assert_true(fabsf(box_overlap(&a, &half) - 50.0f / 150) < 1e-6f);
	assert_true(fabsf(box_overlap(&half, &a) - 50.0f / 150) < 1e-6f);
	assert_true(fabsf(box_overlap(&a, &inside) - 0.25f) < 1e-6f);
	assert_true(box_overlap(&a, &beside) == 0);
	assert_true(box_overlap(&a, &none) == 0);
}

static void add(struct detection_list *list, float x, float score, bool confirmed)
{
	struct detection d = {.box = {x, 0, 10, 10}, .score = score, .confirmed = confirmed};

	assert_int_equal(detections_add(list, &d, NULL), OK);
}

static void test_merge(void **state)
{
	struct detection_list list = {0};

	(void)state;
	detections_merge(&list, 0.3f);
	assert_int_equal(list.count, 0);
	add(&list, 0, 0.6f, false);
	add(&list, 100, 0.9f, false);
	add(&list, 2, 0.8f, false);   /* covers the first */
	add(&list, 102, 0.1f, true);  /* confirmed: covers the surer one */
	add(&list, 8, 0.7f, false);   /* overlaps by 4/16 only */
	add(&list, 200, -0.5f, true); /* alone */
	detections_merge(&list, 0.3f);
	assert_int_equal(list.count, 4);
	assert_true(list.items[0].box.x == 102 && list.items[0].confirmed);
	assert_true(list.items[1].box.x == 200);
	assert_true(list.items[2].box.x == 2);
	assert_true(list.items[3].box.x == 8);
	detections_done(&list);
}

static void test_growth(void **state)
{
	struct detection_list list = {0};

	(void)state;
	for (int i = 0; i < 1000; i++)
		add(&list, (float)(20 * i), 1, false);
	assert_int_equal(list.count, 1000);
	detections_merge(&list, 0.3f);
	assert_int_equal(list.count, 1000);
	for (int i = 0; i < 1000; i++)
		assert_true(list.items[i].box.x == (float)(20 * i));
	detections_done(&list);
}

/*
 * 320 x 240: 40 x 30 cells of 3 priors, 20 x 15 of 2, 10 x 8 of 2 (240 is no multiple of 32), 5 x
 * 4 of 3: 3600 + 600 + 160 + 60 = 4420, the number of the published model.
 */
static void test_priors(void **state)
{
	(void)state;
	assert_int_equal(detections_priors(320, 240), 4420);
	assert_int_equal(detections_priors(240, 320), 4420);
	assert_int_equal(detections_priors(160, 120),
			 20 * 15 * 3 + 10 * 8 * 2 + 5 * 4 * 2 + 3 * 2 * 3);
}

struct outputs {
	float scores[4420][2], offsets[4420][4];
};

static struct outputs *outputs_new(void)
{
	struct outputs *o = calloc(1, sizeof(*o));

	assert_non_null(o);
	for (int i = 0; i < 4420; i++)
		o->scores[i][0] = 1;
	return o;
}

static void test_decode(void **state)
{
	struct outputs *o = outputs_new();
	struct detection_list list = {0};

	(void)state;
	/* Stride 8, cell (2, 1), second prior: 16 px round (20, 12), exactly as it is. */
	o->scores[3 * (1 * 40 + 2) + 1][1] = 3;
	/* Stride 32, cell (9, 7), first prior: 64 px round (304, 240), moved by a tenth of
	 * half and of minus its size, twice as wide, half as high. */
	o->scores[3600 + 600 + 2 * (7 * 10 + 9)][1] = 1.5f;
	memcpy(o->offsets[3600 + 600 + 2 * (7 * 10 + 9)],
	       ((float[]){0.5f, -1, logf(2) / 0.2f, -logf(2) / 0.2f}), 4 * sizeof(float));
	/* Stride 64, the last cell (4, 3), third prior: 256 px round (288, 224). */
	o->scores[4419][1] = 11;
	/* As likely as not is not enough, nor is what is no number. */
	o->scores[17][1] = 1;
	o->scores[18][1] = NAN;
	assert_int_equal(detections_decode(o->scores[0], o->offsets[0], 320, 240, &list, NULL), OK);
	assert_int_equal(list.count, 3);
	assert_box(&list.items[0].box, 12, 4, 16, 16);
	assert_true(fabs(list.items[0].score - 1 / (1 + exp(-2))) < 1e-6);
	assert_false(list.items[0].confirmed);
	assert_box(&list.items[1].box, 304 + 3.2 - 64, 240 - 6.4 - 16, 128, 32);
	assert_true(fabs(list.items[1].score - 1 / (1 + exp(-0.5))) < 1e-6);
	assert_box(&list.items[2].box, 288 - 128, 224 - 128, 256, 256);
	assert_true(list.items[2].score > 0.9999f);
	detections_done(&list);
	free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlap), cmocka_unit_test(test_merge),
		cmocka_unit_test(test_growth),  cmocka_unit_test(test_priors),
		cmocka_unit_test(test_decode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
