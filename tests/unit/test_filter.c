/* The filter language: what passes, and where errors point. */
#include "store_fixture.h"

#include "lookalike/review/filter.h"
#include "lookalike/review/findings.h"

#include "lookalike/base/memory.h"

#include <math.h>
#include <string.h>

/* Two faces, the second small and turned to the left; a photo without; one that failed. */
static struct session *collection(void)
{
	static const struct {
		const char *path;
		enum verdict verdict;
		enum format format;
		int faces;
	} photos[] = {
		{"/p/Wedding, late/a.jpg", VERDICT_OK, FORMAT_JPEG, 2},
		{"/p/b.png", VERDICT_PARTIAL, FORMAT_PNG, 0},
		{"/p/c \"x\".jpg", VERDICT_CORRUPT, FORMAT_JPEG, 0},
	};
	struct session *s = session_new();

	for (int i = 0; i < 3; i++) {
		struct photo *photo = photo_new(photos[i].path);

		photo->id = i + 1;
		photo->verdict = photos[i].verdict;
		photo->format = photos[i].format;
		photo->width_px = 640;
		photo->height_px = 480;
		photo->face_count = photos[i].faces;
		photo->faces = memory_new((size_t)photos[i].faces * sizeof(struct face) + 1);
		for (int f = 0; f < photos[i].faces; f++) {
			photo->faces[f].id = 10 + f;
			photo->faces[f].box = (struct box){0, 0, f ? 60 : 200, f ? 50 : 210};
			photo->faces[f].yaw_deg = f ? -30 : 5;
			photo->faces[f].roll_deg = f ? 8.5F : 0;
			photo->faces[f].score = 1.5;
			photo->faces[f].quality = f ? (struct face_quality){NAN, NAN, NAN}
						    : (struct face_quality){0.5F, 0.5F, 0};
		}
		session_put(s, photo);
		photo_free(photo);
	}
	s->named = memory_new(sizeof(*s->named));
	s->named[0] = (struct session_group){.id = 1, .name = text_copy("Back \"row\"")};
	s->named_count = 1;
	for (int i = 0; i < s->image_count; i++)
		if (s->images[i]->face_count)
			session_assign(s, &s->images[i]->faces[0], 1);
	findings_compute(s);
	return s;
}

/* What passes: the photos by letter, then the faces by number; '-' for none. */
static const char *passing(const char *text)
{
	static char out[16];
	struct session *s = collection();
	struct filter *filter;
	struct error err;
	size_t at, len = 0;

	if (filter_parse(text, false, &filter, &at, &err))
		fail_msg("'%s': %s", text, err.msg);
	for (int i = 0; i < s->image_count; i++)
		if (filter_image(filter, s, s->images[i]))
			out[len++] = s->images[i]->name[0];
	for (int i = 0; i < s->image_count; i++)
		for (int f = 0; f < s->images[i]->face_count; f++)
			if (filter_face(filter, s, &s->images[i]->faces[f]))
				out[len++] = (char)('0' + f);
	if (!len)
		out[len++] = '-';
	out[len] = '\0';
	filter_free(filter);
	session_free(s);
	return out;
}

static void test_what_passes(void **state)
{
	static const struct {
		const char *text, *passes;
	} cases[] = {
		{"", "abc01"},
		{" \t ", "abc01"},
		{"faces:0", "bc"},
		{"faces>0", "a01"},
		{"faces=0,2", "abc01"},
		{"faces>=2", "a01"},
		{"faces<2 verdict:partial", "b"},
		{"verdict:corrupt", "c"},
		{"verdict:failed", "c"},
		{"-verdict:failed", "ab01"},
		{"verdict:corrupt,partial", "bc"},
		{"format:PNG", "b"},
		{"-format:png", "ac01"},
		{"path:wedding", "a01"},
		{"path:\"ing, LATE\"", "a01"},
		{"path:\"c \\\"x\\\"\"", "c"},
		{"path:\"\"", "abc01"},
		{"width:640 height<=480", "abc01"},
		{"width>640", "-"},
		{"seen:0", "abc01"},
		/* Of faces: the photo of one that passes passes. */
		{"size<80", "a1"},
		{"size<50", "-"},
		{"size<=50", "a1"},
		{"yaw>20", "a1"},
		{"yaw<20", "a0"},
		{"yaw<-20", "a1"},
		{"yaw>+20", "-"},
		{"yaw>-20", "a0"},
		{"roll:8.5", "a1"},
		{"score>1", "a01"},
		{"group:\"back \\\"ROW\\\"\"", "a0"},
		{"group:\"\"", "a1"},
		{"group:back", "-"},
		/* One and the same face has to meet all terms. */
		{"yaw>20 group:\"Back \\\"row\\\"\"", "-"},
		{"size<80 -group:choir", "a1"},
		/* No term on faces holds without a face: every negated one does. */
		{"-size<80", "abc0"},
		{"-size<80 faces>0", "a0"},
		{"Verdict:OK", "a01"},
		{"finding:turned", "a1"},
		{"-finding:turned", "abc0"},
		{"finding:corrupt,partial", "bc"},
		{"finding:no_face", "b"},
		{"finding:several_faces", "a01"},
		{"finding:several_faces -finding:turned", "a0"},
		{"sharpness<5", "a0"}, /* of the other it is not known */
		{"brightness:0.5", "a0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (strcmp(passing(cases[i].text), cases[i].passes))
			fail_msg("'%s': %s passes, not %s", cases[i].text, passing(cases[i].text),
				 cases[i].passes);
}

static void test_errors_point(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *says;
	} cases[] = {
		{"faces:0 verdict:corupt", 16, "'corupt': verdict"},
		{"faces:0 label:anna", 8, "without --labels"},
		{"-doubt>0", 1, "without --labels"},
		{"finding:blured", 8, "'blured': finding is one of unreadable, "},
		{"fcaes:0", 0, "'fcaes': a term"},
		{"faces:0  -yawn>3", 10, "'yawn': a term"},
		{"faces", 5, "faces wants : < <="},
		{"faces 0", 5, "faces wants : < <="},
		{"path>x", 4, "path wants : and"},
		{"faces:", 6, "missing"},
		{"faces:,1", 6, "missing"},
		{"faces:1,", 8, "missing"},
		{"faces:many", 6, "'many': "},
		{"faces:0x10", 6, "'0x10': "},
		{"yaw>nan", 4, "'nan': "},
		{"yaw>1e3", 4, "'1e3': "},
		{"faces:\"\"", 6, "'': "},
		{"faces>1,2", 7, "only :"},
		{"group:\"choir", 6, "does not end"},
		{"group:\"a\"b", 9, "a blank or a comma"},
		{"group:a\"b\"", 7, "a blank or a comma"},
		{"format:gif,jpg", 11, "'jpg': format"},
		{"-", 1, "'': a term"},
		{"--faces:0", 1, "'': a term"},
		{"path:\x1b[31m fa\x1b", 11, "'$'fa"},
	};
	struct filter *filter;
	struct error err;
	size_t at;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		at = 999;
		assert_int_equal(filter_parse(cases[i].text, false, &filter, &at, &err), ERR_USAGE);
		if (at != cases[i].at || !strstr(err.msg, cases[i].says))
			fail_msg("'%s': at %zu, '%s'", cases[i].text, at, err.msg);
	}
}

/* Whatever is cut off or repeated, it is read or refused, at a place in the text. */
static void test_every_prefix(void **state)
{
	static const char text[] =
		"-path:\"a \\\" \\\\ b\",c yaw>=-1.5 verdict:ok,failed group:\"\"";
	struct filter *filter;
	struct error err;
	size_t at;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		char *part = text_format("%.*s", (int)len, text);

		if (filter_parse(part, false, &filter, &at, &err))
			assert_true(at <= len && *err.msg);
		else
			filter_free(filter);
		free(part);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_passes),
		cmocka_unit_test(test_errors_point),
		cmocka_unit_test(test_every_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
