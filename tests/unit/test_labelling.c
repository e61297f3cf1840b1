/* Doubts about labels, on embeddings whose distances are set by hand. */
#include "store_fixture.h"

#include "lookalike/review/labelling.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <string.h>

/* A photo of the person `who`, in the folder of a label; the faces of a person are 0.2 apart, those
 * of two people 0.82 or more. */
struct photo_of {
	const char *path;
	int who;
};

static const struct session_face *the_face(const struct session *s, const char *path)
{
	for (int i = 0; i < s->image_count; i++)
		if (!strcmp(s->images[i]->path, path))
			return &s->images[i]->faces[0];
	fail_msg("no %s", path);
	return NULL;
}

static struct session *session_of(const struct photo_of *photos, int count)
{
	struct session *s = session_new();
	struct error err;

	assert_int_equal(labels_open("parent", &s->labels, &err), OK);
	for (int i = 0; i < count; i++) {
		struct photo *photo = photo_new(photos[i].path);

		photo->id = i + 1;
		photo->verdict = VERDICT_OK;
		photo->model = text_copy("model");
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(struct face));
		photo->faces[0].id = i + 1;
		photo->faces[0].crops = 1;
		photo->faces[0].box = (struct box){0, 0, 50, 50};
		photo->faces[0].embedding[photos[i].who] = 0.564F;
		photo->faces[0].embedding[64 + i] = (float)(0.2 / sqrt(2));
		session_put(s, photo);
		photo_free(photo);
	}
	return s;
}

static struct labelling *check(struct session *s)
{
	struct labelling *l = labelling_collect(s);
	struct error err;

	assert_int_equal(labelling_find(l, NULL, &err), OK);
	labelling_apply(l, s);
	return l;
}

static void done(struct labelling *l, struct session *s)
{
	labelling_free(l);
	session_free(s);
}

static double p(double distance)
{
	return 1 / (1 + exp((distance - 0.52) / 0.035));
}

static void a_face_in_the_class_of_another(void **state)
{
	static const struct photo_of photos[] = {
		{"/anna/1", 0},  {"/anna/2", 0},  {"/anna/3", 0},  {"/anna/4", 1},
		{"/berta/1", 1}, {"/berta/2", 1}, {"/berta/3", 0},
	};
	struct session *s = session_of(photos, 7);
	struct labelling *l = check(s);
	const struct session_face *face = the_face(s, "/anna/4");

	(void)state;
	assert_int_equal(l->class_count, 2);
	assert_int_equal(l->classes[0].photos, 4);
	assert_int_equal(l->classes[1].faces, 3);
	assert_int_equal(l->doubt_count, 2);
	assert_int_equal(face->doubt, DOUBT_WRONG_LABEL);
	assert_string_equal(labels_name(s->labels, face->doubt_class), "berta");
	/* Two neighbours there, none here. */
	assert_true(fabs((double)face->doubt_confidence - 2 * p(0.2) / (2 * p(0.2) + 1)) < 0.001);
	/* Three of Anna: the surer one comes first. */
	assert_ptr_equal(l->faces[l->doubts[0].face], the_face(s, "/berta/3"));
	assert_true(fabs((double)l->doubts[0].confidence - 0.75) < 0.001);
	assert_int_equal(the_face(s, "/anna/1")->doubt, DOUBT_NONE);
	done(l, s);
}

static void two_photos_swapped_of_two_classes_are_told_though_nobody_can_say_which(void **state)
{
	static const struct photo_of photos[] = {{"/anna/1", 0},
						 {"/anna/2", 1},
						 {"/berta/1", 1},
						 {"/berta/2", 0}};
	struct session *s = session_of(photos, 4);
	struct labelling *l = check(s);

	(void)state;
	assert_int_equal(l->doubt_count, 4);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(l->doubts[i].doubt, DOUBT_WRONG_LABEL);
		assert_true(fabs((double)l->doubts[i].confidence - 0.5) < 0.001);
	}
	done(l, s);
}

static void somebody_whom_nobody_knows(void **state)
{
	static const struct photo_of photos[] = {
		{"/anna/1", 0}, {"/anna/2", 0}, {"/anna/3", 0}, {"/anna/4", 5}, {"/berta/1", 1}};
	struct session *s = session_of(photos, 5);
	struct labelling *l = check(s);
	const struct session_face *face = the_face(s, "/anna/4");

	(void)state;
	assert_int_equal(l->doubt_count, 1);
	assert_int_equal(face->doubt, DOUBT_WRONG_LABEL);
	assert_int_equal(face->doubt_class, -1);
	assert_true(fabs((double)face->doubt_confidence - 2.0 / 3) < 0.001); /* rest is 2 */
	done(l, s);
}

static void a_person_in_two_classes(void **state)
{
	static const struct photo_of photos[] = {
		{"/anna/1", 0},  {"/anna/2", 0},  {"/anna/3", 0},  {"/hanna/1", 0},
		{"/hanna/2", 0}, {"/berta/1", 1}, {"/berta/2", 1},
	};
	struct session *s = session_of(photos, 7);
	struct labelling *l = check(s);

	(void)state;
	assert_int_equal(l->doubt_count, 1);
	assert_int_equal(l->doubts[0].doubt, DOUBT_SPLIT_CLASS);
	assert_string_equal(labels_name(s->labels, l->doubts[0].class), "hanna");
	assert_string_equal(labels_name(s->labels, l->doubts[0].other), "anna");
	assert_int_equal(l->doubts[0].count, 2);
	assert_true(fabs((double)l->doubts[0].confidence - 2.0 / 3 * p(0.2)) < 0.001);
	assert_int_equal(the_face(s, "/hanna/2")->doubt, DOUBT_SPLIT_CLASS);
	assert_int_equal(the_face(s, "/anna/1")->doubt, DOUBT_NONE);
	done(l, s);
}

static void two_people_in_a_class(void **state)
{
	static const struct photo_of photos[] = {
		{"/anna/1", 0}, {"/anna/2", 0}, {"/anna/3", 0}, {"/anna/4", 3}, {"/anna/5", 3}};
	struct session *s = session_of(photos, 5);
	struct labelling *l = check(s);

	(void)state;
	assert_int_equal(l->doubt_count, 1);
	assert_int_equal(l->doubts[0].doubt, DOUBT_MIXED_CLASS);
	assert_int_equal(l->doubts[0].count, 2);
	assert_true(fabs((double)l->doubts[0].confidence - 2.0 / 3) < 0.001);
	assert_int_equal(the_face(s, "/anna/5")->doubt, DOUBT_MIXED_CLASS);
	assert_int_equal(the_face(s, "/anna/1")->doubt, DOUBT_NONE);
	done(l, s);
}

static void nothing_to_compare(void **state)
{
	struct session *s = session_of(NULL, 0);
	struct labelling *l = check(s);

	(void)state;
	assert_int_equal(l->doubt_count + l->class_count + l->n, 0);
	done(l, s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_face_in_the_class_of_another),
		cmocka_unit_test(
			two_photos_swapped_of_two_classes_are_told_though_nobody_can_say_which),
		cmocka_unit_test(somebody_whom_nobody_knows),
		cmocka_unit_test(a_person_in_two_classes),
		cmocka_unit_test(two_people_in_a_class),
		cmocka_unit_test(nothing_to_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
