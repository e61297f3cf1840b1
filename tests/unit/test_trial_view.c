/* The blind test by its keys: what the screen shows of a trial, scripted judges, what is stored. */
#include "review_fixture.h"

#define MORE 8 /* photos in each clump, beside those of the fixture */

/* Groups that are large enough, and a group with a name. */
static int trial_setup(void **state)
{
	struct review *r;

	if (review_setup(state))
		return -1;
	r = *state;
	for (int i = 0; i < CLUMPS * MORE; i++) {
		char path[48];
		struct photo *photo;

		snprintf(path, sizeof(path), "/p/secret%c%d.jpg", "xyz"[i / MORE], i % MORE);
		photo = photo_new(path);
		photo->verdict = VERDICT_OK;
		photo->face_count = 1;
		photo->faces = memory_new(sizeof(struct face));
		for (int m = 0; m < MEASURE_COUNT; m++)
			photo->faces[0].measures[m] = i / MORE * 100 + (i % MORE + PER_CLUMP) * 0.1;
		assert_int_equal(store_put(r->store, photo, NULL), OK);
		session_put(r->session, photo);
		photo_free(photo);
	}
	assert_int_equal(grouping_compute(r->app.grouping, NULL), OK);
	return 0;
}

/* Without pictures the rest of the screen is the same; only to begin needs them. */
static void begin(const char *keys)
{
	now->app.caps.graphics = GRAPHICS_BLOCKS;
	press("t");
	now->app.caps.graphics = GRAPHICS_NONE;
	assert_non_null(now->app.trial);
	press(keys);
	screen();
}

static void press_place(int place)
{
	char key[] = {(char)('1' + place), '\0'};

	press(key);
}

/* ---- what is shown ---- */

/* The screen without the number of the trial. */
static char *screen_of_any(void)
{
	char *text = text_copy(screen()), *count = strstr(text, " of 1");

	assert_non_null(count);
	while (count > text && count[-1] != ' ')
		*--count = ' ';
	return text;
}

/* Of 1,000 trials the screens are one and the same, but for the faces and the number. */
static void test_nothing_tells(void **state)
{
	static const char *const tells[] = {"/p/",  ".jpg", "secret",  "choir", "group", "k ",
					    "near", "0.",   "current", "jaw",   "lot",   "sd"};
	char *first;

	(void)state;
	now->app.config = &now->config;
	now->config.trials = 1300; /* there are no embeddings: no trials of the other mode */
	press("\ra choir\r");
	if (now->app.deciding)
		answer();
	press("q");
	begin("\r");
	first = screen_of_any();
	for (size_t i = 0; i < sizeof(tells) / sizeof(tells[0]); i++)
		if (strstr(first, tells[i]))
			fail_screen("told", tells[i]);
	for (int i = 0; i < now->app.trial->plan.run.planned - 1; i++) {
		char *text = screen_of_any();

		assert_string_equal(text, first);
		free(text);
		press_place(i % 6);
	}
	free(first);
	assert_in_range(now->session->trial_count, 1000, 1300);
	assert_int_equal(now->session->trial_count, now->app.trial->plan.run.planned - 1);
}

/* Keys that lead elsewhere do nothing, and the groups stay. */
static void test_keys_stay(void **state)
{
	char *before;
	int k = now->app.grouping->k;

	(void)state;
	begin("\r");
	before = text_copy(screen());
	press("\tf+-/=cLFwzrduaxMSv?]'nN0789t");
	assert_string_equal(screen(), before);
	assert_int_equal(now->app.grouping->k, k);
	assert_int_equal(now->app.trial->at, 0);
	free(before);
}

/* ---- judges ---- */

static void test_perfect_judge(void **state)
{
	(void)state;
	begin("\r");
	while (now->app.trial->stage == TRIAL_STAGE_ASK) {
		press_place(now->app.trial->plan.trials[now->app.trial->at].row.expected);
		screen();
	}
	sees("\n better than chance");
	sees("18 of 18 right");
	sees("18/18");
	sees("100 % (82-100)");
	sees("You: 5/5 right where nobody can miss; the same answer to 5/5 repeats");
	sees("group 3");
	sees("the other mode has no groups that are large enough");
	assert_int_equal(now->session->trial_count, 38);
	press("q");
	sees("[clusters]");
	assert_null(now->app.trial);
}

static void test_random_judge(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 4, 0);
	begin("\r");
	while (now->app.trial->stage == TRIAL_STAGE_ASK) {
		press_place((int)rng_below(&rng, 6));
		screen();
	}
	sees("unreliable");
	sees_not("better than chance");
}

/* Picks the face that is alone in its group on the screen: in the trials by lot that is chance. */
static int by_label(const struct trial *t)
{
	int best = 0, least = 7;

	for (int i = 0; i < t->row.face_count; i++) {
		int alike = 0;

		for (int j = 0; j < t->row.face_count; j++)
			alike += t->faces[j]->group == t->faces[i]->group;
		if (alike < least) {
			least = alike;
			best = i;
		}
	}
	return best;
}

static void test_label_judge(void **state)
{
	struct trial_tally lot = {0};

	(void)state;
	now->config.trials = 960;
	begin("\r");
	while (now->app.trial->stage == TRIAL_STAGE_ASK) {
		press_place(by_label(&now->app.trial->plan.trials[now->app.trial->at]));
		screen();
	}
	sees("\n better than chance");
	sees("at chance, as it must");
	lot = now->app.trial->result.arms[TRIAL_RANDOM];
	assert_int_equal(lot.answered, 200);
	assert_true(binomial_tail(lot.hits, 200, 1.0 / 6) > 0.01);
	assert_true(binomial_tail(lot.hits + 1, 200, 1.0 / 6) < 0.99);
}

/* ---- ways out ---- */

static void test_skip_and_end(void **state)
{
	(void)state;
	begin("\r");
	press(" 3"); /* of a trial that was not shown yet */
	assert_int_equal(now->app.trial->at, 1);
	screen();
	press("3");
	screen();
	press("l\r");
	assert_int_equal(now->session->trials[0].row.answer, TRIAL_SKIPPED);
	assert_int_equal(now->session->trials[1].row.answer, 2);
	assert_int_equal(now->session->trials[2].row.answer, 1);
	press("q");
	sees("ended early: no verdict");
	sees("3 of 38 trials, 1 skipped");
	sees_not("better than chance");
	press("q");
	/* The next run is another one, and a number before the key is its seed. */
	begin("\r");
	assert_int_equal(now->app.trial->plan.run.seed, 2);
	press("q");
	assert_null(now->app.trial);
	now->app.caps.graphics = GRAPHICS_BLOCKS;
	press("7t");
	assert_int_equal(now->app.trial->request.seed, 7);
	press("q");
	now->app.caps.graphics = GRAPHICS_NONE;
}

static void test_no_trial(void **state)
{
	(void)state;
	press("t");
	assert_null(now->app.trial);
	assert_non_null(strstr(now->app.message, "no pictures here"));
	now->app.caps.graphics = GRAPHICS_BLOCKS;
	grouping_set_k(now->app.grouping, 1);
	press("t\r");
	assert_null(now->app.trial);
	assert_non_null(strstr(now->app.message, "one group only"));
	grouping_set_k(now->app.grouping, 3);
	now->app.caps.graphics = GRAPHICS_NONE;
	now->config.read_only = (char *)"somebody writes";
	begin("");
	sees("The database can only be read: the answers are not kept.");
	press("\r");
	screen();
	press("1");
	screen();
	press("2 ");
	assert_int_equal(now->session->trial_count, 0);
	assert_int_equal(now->app.trial->at, 3);
	now->config.read_only = NULL;
}

/* With two faces, as they are in neural mode. */
static void begin_pairs(void)
{
	now->app.grouping->options.features = FEATURES_NEURAL;
	begin("p");
	now->app.grouping->options.features = FEATURES_GEOMETRY;
	sees("Is this one person?");
}

/* The next pair of two faces that are open. */
static const struct trial *open_pair(void)
{
	const struct trial *t = &now->app.trial->plan.trials[now->app.trial->at];

	while (t->faces[0] == t->faces[1] || t->faces[0]->assigned >= 0 ||
	       t->faces[1]->assigned >= 0) {
		press("1");
		screen();
		t = &now->app.trial->plan.trials[now->app.trial->at];
	}
	return t;
}

/* Whose faces they are is not what geometry claims. */
static void test_no_pairs_in_geometry(void **state)
{
	(void)state;
	begin("p");
	assert_int_equal(now->app.trial->stage, TRIAL_STAGE_INTRO);
	sees("two faces: only in neural mode");
	sees_not("p      two faces");
}

static void test_decide_same(void **state)
{
	struct trial t, other; /* copies: the plan goes with the test */
	int before;

	(void)state;
	begin_pairs();
	sees("S one: decide so too");
	/* Nobody has a name: it is asked for, and leaving that leaves the pair as it was. */
	t = *open_pair();
	before = now->app.trial->at;
	press("S");
	sees("2 faces to:");
	press("choir\x1b");
	assert_int_equal(now->app.trial->at, before);
	sees("S one: decide so too");
	press("Schoir");
	sees("2 faces to: choir");
	press("\r");
	assert_int_equal(now->app.trial->at, before + 1);
	assert_int_equal(now->request.kind, DECISION_ASSIGN);
	assert_string_equal(now->request.name, "choir");
	assert_int_equal(now->request.face_count, 2);
	answer();
	assert_int_equal(now->session->trials[now->session->trial_count - 1].row.answer, 1);
	sees_not("choir");
	assert_int_equal(now->session->named_count, 1);
	assert_int_equal(t.faces[0]->assigned, 0);
	assert_int_equal(t.faces[1]->assigned, 0);
	/* One has a name by now: the other one joins without a question. */
	other = *open_pair();
	other.faces[0]->assigned = 0;
	press("S");
	assert_int_equal(now->app.prompt.kind, PROMPT_NONE);
	assert_string_equal(now->request.name, "choir");
	assert_int_equal(now->request.face_count, 1);
	assert_int_equal(now->request.face_ids[0], other.faces[1]->id);
	answer();
	assert_int_equal(other.faces[1]->assigned, 0);
	press("qqu");
	answer();
	assert_int_equal(other.faces[1]->assigned, FACE_OPEN);
	press("u");
	answer();
	assert_int_equal(t.faces[0]->assigned, FACE_OPEN);
	assert_int_equal(now->session->named_count, 0);
}

/* With two faces an answer can be a decision. */
static void test_decide_apart(void **state)
{
	const struct trial *t;

	(void)state;
	begin_pairs();
	t = open_pair();
	press("D");
	assert_int_equal(now->request.kind, DECISION_APART);
	assert_int_equal(now->request.face_count, 2);
	assert_int_equal(now->request.face_ids[0], t->faces[0]->id);
	assert_int_equal(now->request.face_ids[1], t->faces[1]->id);
	assert_int_equal(now->session->trials[now->session->trial_count - 1].row.answer, 0);
	answer();
	assert_int_equal(count_rows(now->scratch->db, "SELECT count(*) FROM steps"), 1);
}

static void test_small_screens(void **state)
{
	(void)state;
	grid_done(&now->app.grid);
	grid_init(&now->app.grid, 24, 80);
	begin("\r");
	sees("Which one does not belong?");
	sees("Space skip  q end");
	while (now->app.trial->stage == TRIAL_STAGE_ASK) {
		press("1");
		screen();
	}
	sees("Seed 1; 38 of 38 trials, 0 skipped");
	press("q");
	grid_done(&now->app.grid);
	grid_init(&now->app.grid, 5, 20);
	begin("\r");
	sees("the terminal is t");
	press("1");
	assert_int_equal(now->app.trial->at, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, trial_setup, review_teardown)
		T(test_nothing_tells),
		T(test_keys_stay),
		T(test_perfect_judge),
		T(test_random_judge),
		T(test_label_judge),
		T(test_skip_and_end),
		T(test_no_trial),
		T(test_small_screens),
		T(test_decide_apart),
		T(test_decide_same),
		T(test_no_pairs_in_geometry),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
