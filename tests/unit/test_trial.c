/*
 * The plan of a blind test and what is made of its answers. Whether a trial is as it should be is
 * looked up in the faces' own numbers, from which the session here is made; judges are scripted.
 */
#include "lookalike/base/memory.h"
#include "lookalike/review/trial.h"
#include "lookalike/review/trial_result.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CLUMPS 5
#define EACH   16 /* photos of a clump */
#define RUNS   200

static const struct grouping_options options = {
	.scale = SCALE_NONE, .k = CLUMPS, .kmax = CLUMPS, .restarts = 3, .seed = 1};

/* Clump c by measures at 10^c, so that the nearest is the one before; by embedding four others. */
static void put(struct session *s, int clump, int i, int faces, bool embedded)
{
	struct photo *photo;
	char path[32];

	snprintf(path, sizeof(path), "/p/%c%02d.jpg", 'a' + clump, i);
	photo = photo_new(path);
	photo->id = 100 * clump + i + 1;
	photo->model = embedded ? text_copy("model") : NULL;
	photo->face_count = faces;
	photo->faces = memory_new((size_t)faces * sizeof(*photo->faces));
	for (int f = 0; f < faces; f++) {
		struct face *face = &photo->faces[f];

		face->id = 10 * photo->id + f;
		face->crops = embedded ? 1 : 0;
		face->embedding[0] = (float)(i % 4);
		face->embedding[1] = (float)(clump * EACH + i) * 0.01F + (float)f * 0.001F;
		face->embedding[2] = (float)i * 0.11F; /* else pictures would be alike */
		face->embedding[3] = (float)clump * 0.11F;
		for (int m = 0; m < MEASURE_COUNT; m++)
			face->measures[m] = pow(10, clump) + i * 0.03 + f * 0.001 * m;
	}
	session_put(s, photo);
	photo_free(photo);
}

static int clump_of(const struct session_face *face)
{
	return face->image->path[3] - 'a';
}

struct fixture {
	struct session *s;
	struct grouping *g;
	struct trial_groups current, other;
};

static struct fixture fixture_new(bool embedded, int faces)
{
	struct fixture f = {.s = session_new()};
	struct trial_job *job;

	for (int clump = 0; clump < CLUMPS; clump++)
		for (int i = 0; i < EACH; i++)
			put(f.s, clump, i, faces, embedded);
	f.g = grouping_new(f.s, &options);
	assert_int_equal(grouping_compute(f.g, NULL), OK);
	trial_groups_of(f.g, &f.current);
	job = trial_job_new(f.g);
	assert_int_equal(job != NULL, embedded);
	if (job) {
		job->job.run(&job->job);
		trial_job_groups(job, &f.other);
		trial_job_free(job);
	}
	return f;
}

static void fixture_done(struct fixture *f)
{
	trial_groups_done(&f->current);
	trial_groups_done(&f->other);
	grouping_free(f->g);
	session_free(f->s);
}

static struct trial_plan plan_of(const struct fixture *f, enum trial_kind kind, int trials,
				 uint64_t seed)
{
	const struct trial_request request = {.kind = kind, .trials = trials, .seed = seed};
	struct trial_plan plan;

	assert_int_equal(trial_plan_make(&f->current, &f->other, &request, &plan, NULL), OK);
	return plan;
}

/* ---- the plan ---- */

static int count_of(const struct trial_plan *plan, enum trial_arm arm, enum trial_part part)
{
	int n = 0;

	for (int i = 0; i < plan->run.planned; i++)
		n += plan->trials[i].row.arm == arm && plan->trials[i].row.part == part;
	return n;
}

/* The place of the face that is alone in its clump, or -1. */
static int lonely(const struct trial *t)
{
	int found = -1;

	for (int i = 0; i < t->row.face_count; i++) {
		int alike = 0;

		for (int j = 0; j < t->row.face_count; j++)
			alike += clump_of(t->faces[j]) == clump_of(t->faces[i]);
		if (alike == 1)
			found = found < 0 ? i : -2;
	}
	return found;
}

static void check_faces(const struct trial *t)
{
	for (int i = 0; i < t->row.face_count; i++) {
		assert_int_equal(t->row.face_ids[i], t->faces[i]->id);
		for (int j = 0; j < i; j++)
			assert_ptr_not_equal(t->faces[i]->image, t->faces[j]->image);
	}
}

static void check_current(const struct trial *t)
{
	int odd = lonely(t), clump = clump_of(t->faces[t->row.expected == 0]);

	assert_int_equal(odd, t->row.expected);
	/* The one before is nearest, and of the first the next. */
	if (t->row.near)
		assert_int_equal(clump_of(t->faces[odd]), clump ? clump - 1 : 1);
}

static void check_repeat(const struct trial_plan *plan, int at)
{
	const struct trial *t = &plan->trials[at], *first = &plan->trials[t->row.of - 1];

	assert_int_equal(first->row.part, TRIAL_SCORED);
	assert_in_range(at + 1 - t->row.of, 4, plan->run.planned);
	assert_ptr_equal(t->faces[t->row.expected], first->faces[first->row.expected]);
	for (int i = 0; i < t->row.face_count; i++) {
		int found = 0;

		for (int j = 0; j < t->row.face_count; j++)
			found += first->faces[j] == t->faces[i];
		assert_int_equal(found, 1);
	}
}

static void check_catch(const struct trial *t)
{
	for (int i = 0; i < t->row.face_count; i++)
		for (int j = 0; j < i; j++)
			if (i != t->row.expected && j != t->row.expected)
				assert_ptr_equal(t->faces[i], t->faces[j]);
			else
				assert_ptr_not_equal(t->faces[i], t->faces[j]);
}

static void check_plan(const struct trial_plan *plan)
{
	for (int i = 0; i < plan->run.planned; i++) {
		const struct trial *t = &plan->trials[i];

		assert_int_equal(t->row.number, i + 1);
		assert_int_equal(t->row.answer, TRIAL_SKIPPED);
		if (t->row.part == TRIAL_CATCH) {
			check_catch(t);
			continue;
		}
		check_faces(t);
		if (t->row.arm == TRIAL_CURRENT)
			check_current(t);
		if (t->row.part == TRIAL_REPEAT)
			check_repeat(plan, i);
	}
}

static void test_plan(void **state)
{
	struct fixture f = fixture_new(true, 1);

	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		struct trial_plan plan = plan_of(&f, TRIAL_INTRUDER, 0, seed);
		int near = 0, groups[CLUMPS + 1] = {0};

		assert_int_equal(plan.run.planned, 48);
		assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_SCORED), 18);
		assert_int_equal(count_of(&plan, TRIAL_OTHER, TRIAL_SCORED), 10);
		assert_int_equal(count_of(&plan, TRIAL_RANDOM, TRIAL_SCORED), 10);
		assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_REPEAT), 5);
		assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_CATCH), 5);
		check_plan(&plan);
		for (int i = 0; i < 48; i++) {
			const struct trial_row *row = &plan.trials[i].row;

			if (row->arm == TRIAL_CURRENT && row->part == TRIAL_SCORED) {
				near += row->near;
				groups[row->group]++;
			}
		}
		assert_int_equal(near, 9);
		for (int c = 1; c <= CLUMPS; c++)
			assert_in_range(groups[c], 18 / CLUMPS, 18 / CLUMPS + 1);
		trial_plan_done(&plan);
	}
	fixture_done(&f);
}

static void test_longer_and_other_kinds(void **state)
{
	struct fixture f = fixture_new(true, 1);
	struct trial_plan plan = plan_of(&f, TRIAL_INTRUDER, 480, 3);

	(void)state;
	assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_SCORED), 180);
	assert_int_equal(count_of(&plan, TRIAL_RANDOM, TRIAL_SCORED), 100);
	assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_REPEAT), 50);
	check_plan(&plan);
	trial_plan_done(&plan);
	plan = plan_of(&f, TRIAL_INTRUDER, TRIALS_MIN, 3);
	assert_int_equal(plan.run.planned, TRIALS_MIN);
	assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_CATCH), 1);
	trial_plan_done(&plan);
	plan = plan_of(&f, TRIAL_ODD, 0, 4);
	/* 47 answers tell a rate of 0.6 from a third, in 9 of 10 runs. */
	assert_in_range(count_of(&plan, TRIAL_CURRENT, TRIAL_SCORED), 47, 60);
	assert_int_equal(plan.trials[0].row.face_count, 3);
	check_plan(&plan);
	trial_plan_done(&plan);
	plan = plan_of(&f, TRIAL_PAIR, 0, 4);
	for (int i = 0; i < plan.run.planned; i++) {
		const struct trial *t = &plan.trials[i];
		bool same = clump_of(t->faces[0]) == clump_of(t->faces[1]);

		assert_int_equal(t->row.face_count, 2);
		if (t->row.part != TRIAL_CATCH)
			assert_int_equal(same, t->row.expected);
		else
			assert_int_equal(t->faces[0] == t->faces[1], t->row.expected);
	}
	trial_plan_done(&plan);
	fixture_done(&f);
}

static void test_same_seed(void **state)
{
	struct fixture f = fixture_new(true, 1);
	struct trial_plan a = plan_of(&f, TRIAL_INTRUDER, 0, 9),
			  b = plan_of(&f, TRIAL_INTRUDER, 0, 9),
			  c = plan_of(&f, TRIAL_INTRUDER, 0, 10);
	int other = 0;

	(void)state;
	for (int i = 0; i < 48; i++) {
		assert_memory_equal(a.trials[i].row.face_ids, b.trials[i].row.face_ids,
				    sizeof(a.trials[i].row.face_ids));
		assert_int_equal(a.trials[i].row.expected, b.trials[i].row.expected);
		other += memcmp(a.trials[i].row.face_ids, c.trials[i].row.face_ids,
				sizeof(a.trials[i].row.face_ids)) != 0;
	}
	assert_in_range(other, 40, 48);
	trial_plan_done(&a);
	trial_plan_done(&b);
	trial_plan_done(&c);
	fixture_done(&f);
}

/* The odd face is everywhere equally often: chi-squared with 5 degrees of freedom. */
static void test_places(void **state)
{
	struct fixture f = fixture_new(true, 1);
	int counts[6] = {0}, n = 0;
	double chi2 = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		struct trial_plan plan = plan_of(&f, TRIAL_INTRUDER, 0, seed);

		for (int i = 0; i < plan.run.planned; i++, n++)
			counts[plan.trials[i].row.expected]++;
		trial_plan_done(&plan);
	}
	for (int i = 0; i < 6; i++)
		chi2 += pow(counts[i] - n / 6.0, 2) / (n / 6.0);
	assert_true(chi2 < 20.5); /* 0.1 % */
	fixture_done(&f);
}

/* Two faces of one photo, and one photo under two names, never meet. */
static void test_no_duplicates(void **state)
{
	struct fixture f = fixture_new(true, 2);
	struct session_face copy;

	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct trial_plan plan = plan_of(&f, TRIAL_INTRUDER, 0, seed);

		check_plan(&plan);
		trial_plan_done(&plan);
	}
	copy = f.s->images[3]->faces[0];
	copy.image = f.s->images[4];
	assert_true(trial_is_duplicate(&copy, &f.s->images[3]->faces[0]));
	assert_false(trial_is_duplicate(&copy, &f.s->images[4 + EACH]->faces[0]));
	/* Photos that show one picture, whatever their faces are. */
	f.s->images[4 + EACH]->near_duplicate_of = f.s->images[4];
	assert_true(trial_is_duplicate(&copy, &f.s->images[4 + EACH]->faces[0]));
	f.s->images[4 + EACH]->near_duplicate_of = NULL;
	copy.embedding = NULL;
	assert_true(trial_is_duplicate(&copy, &f.s->images[3]->faces[0]));
	assert_false(trial_is_duplicate(&copy, &f.s->images[4 + EACH]->faces[0]));
	fixture_done(&f);
}

static void test_without_other_mode(void **state)
{
	struct fixture f = fixture_new(false, 1);
	struct trial_plan plan = plan_of(&f, TRIAL_INTRUDER, 0, 1);

	(void)state;
	assert_true(plan.without_other);
	assert_int_equal(plan.run.planned, 38);
	assert_int_equal(count_of(&plan, TRIAL_CURRENT, TRIAL_SCORED), 18);
	check_plan(&plan);
	trial_plan_done(&plan);
	fixture_done(&f);
}

/* Grouped by embeddings, the other mode is the measures, less those that are off. */
static void test_other_of_neural(void **state)
{
	struct fixture f = fixture_new(true, 1);
	struct grouping_options neural = options;

	(void)state;
	neural.features = FEATURES_NEURAL;
	for (int off = 0; off < 2; off++) {
		struct trial_groups other;
		struct trial_job *job;
		struct grouping *g;

		neural.emphasis.steps[MEASURE_COUNT - 1] = off ? EMPHASIS_OFF : 0;
		g = grouping_new(f.s, &neural);
		assert_int_equal(grouping_compute(g, NULL), OK);
		job = trial_job_new(g);
		assert_non_null(job);
		assert_int_equal(job->d, MEASURE_COUNT - off);
		job->job.run(&job->job);
		trial_job_groups(job, &other);
		assert_int_equal(other.k, CLUMPS);
		for (int c = 0; c < CLUMPS; c++) {
			assert_int_equal(other.start[c + 1] - other.start[c], EACH);
			for (int i = other.start[c]; i < other.start[c + 1]; i++)
				assert_int_equal(clump_of(other.faces[i]),
						 clump_of(other.faces[other.start[c]]));
		}
		trial_groups_done(&other);
		trial_job_free(job);
		grouping_free(g);
	}
	fixture_done(&f);
}

static void refused(const struct trial_groups *groups, const char *words)
{
	const struct trial_request request = {.kind = TRIAL_INTRUDER, .seed = 1};
	struct trial_plan plan;
	struct error err;

	assert_int_equal(trial_plan_make(groups, NULL, &request, &plan, &err), ERR_INPUT);
	if (!strstr(err.msg, words))
		fail_msg("'%s' does not say '%s'", err.msg, words);
}

static void test_refusals(void **state)
{
	struct fixture f = fixture_new(false, 1);
	struct trial_groups none = {.start = (int[]){0}};
	struct trial_groups one = {.n = 20,
				   .k = 1,
				   .faces = f.current.faces,
				   .start = (int[]){0, 20},
				   .number = (int[]){1}};
	struct trial_groups small = {.n = 8,
				     .k = 2,
				     .faces = f.current.faces,
				     .start = (int[]){0, 4, 8},
				     .number = (int[]){1, 2}};
	struct session_face *same[12], twins[12];
	struct trial_groups photo = {.n = 12,
				     .k = 2,
				     .faces = same,
				     .start = (int[]){0, 6, 12},
				     .number = (int[]){1, 2}};

	(void)state;
	for (int i = 0; i < 12; i++) {
		twins[i] = f.s->images[0]->faces[0];
		same[i] = &twins[i];
	}
	refused(&none, "no faces");
	refused(&one, "one group");
	refused(&small, "too small");
	refused(&photo, "too small");
	/* Five of one group, and of the other none that could stand beside them. */
	for (int i = 0; i < 5; i++)
		same[i] = f.current.faces[i];
	same[5] = same[0];
	for (int i = 6; i < 12; i++)
		same[i] = same[1];
	refused(&photo, "no trial can be made");
	fixture_done(&f);
}

/* ---- judges ---- */

typedef int judge_fn(const struct trial *t, struct rng *rng);

static int perfect(const struct trial *t, struct rng *rng)
{
	(void)rng;
	return t->row.expected;
}

static int at_random(const struct trial *t, struct rng *rng)
{
	return (int)rng_below(rng, (uint64_t)t->row.face_count);
}

/* Knows the groups on the screen, and picks a face of the rarest one. */
static int by_label(const struct trial *t, struct rng *rng)
{
	int rarest[TRIAL_FACES_MAX], count = 0, least = TRIAL_FACES_MAX + 1;

	for (int i = 0; i < t->row.face_count; i++) {
		int alike = 0;

		for (int j = 0; j < t->row.face_count; j++)
			alike += clump_of(t->faces[j]) == clump_of(t->faces[i]);
		if (alike < least) {
			least = alike;
			count = 0;
		}
		if (alike == least)
			rarest[count++] = i;
	}
	return rarest[rng_below(rng, (uint64_t)count)];
}

static void judge(const struct fixture *f, judge_fn *answer, uint64_t seed,
		  struct trial_result *out)
{
	struct trial_plan plan = plan_of(f, TRIAL_INTRUDER, 0, seed);
	struct trial_row rows[48];
	struct rng rng;

	assert_int_equal(plan.run.planned, 48);
	rng_seed(&rng, seed, 77);
	for (int i = 0; i < 48; i++) {
		rows[i] = plan.trials[i].row;
		rows[i].answer = answer(&plan.trials[i], &rng);
	}
	trial_count(TRIAL_INTRUDER, 48, rows, 48, out);
	trial_plan_done(&plan);
}

/* Of many runs: hits in each arm, and how many of the runs say "better than chance". */
struct many {
	struct trial_tally arms[TRIAL_ARM_COUNT];
	int better, unreliable;
};

static struct many judge_many(judge_fn *answer)
{
	struct fixture f = fixture_new(true, 1);
	struct many many = {.better = 0};

	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct trial_result r;

		judge(&f, answer, seed, &r);
		for (int arm = 0; arm < TRIAL_ARM_COUNT; arm++) {
			many.arms[arm].answered += r.arms[arm].answered;
			many.arms[arm].hits += r.arms[arm].hits;
		}
		many.better += trial_verdict(&r) == TRIAL_BETTER;
		many.unreliable += trial_verdict(&r) == TRIAL_UNRELIABLE;
		trial_result_done(&r);
	}
	fixture_done(&f);
	return many;
}

/* Neither more nor less than chance, with 1 of 1000 on either side. */
static void assert_chance(const struct trial_tally *t)
{
	assert_true(binomial_tail(t->hits, t->answered, 1.0 / 6) > 0.001);
	assert_true(binomial_tail(t->hits + 1, t->answered, 1.0 / 6) < 0.999);
}

static void test_perfect_judge(void **state)
{
	struct fixture f = fixture_new(true, 1);
	struct trial_result r;

	(void)state;
	judge(&f, perfect, 5, &r);
	assert_int_equal(r.arms[TRIAL_CURRENT].answered, 18);
	assert_int_equal(r.arms[TRIAL_CURRENT].hits, 18);
	assert_true(wilson_interval(18, 18).high == 1);
	assert_int_equal(trial_verdict(&r), TRIAL_BETTER);
	assert_int_equal(r.near.answered, 9);
	assert_int_equal(r.far.hits, 9);
	assert_int_equal(r.catches.hits, 5);
	assert_int_equal(r.repeats, 5);
	assert_int_equal(r.repeats_same, 5);
	assert_int_equal(r.group_count, CLUMPS);
	trial_result_done(&r);
	fixture_done(&f);
}

static void test_random_judge(void **state)
{
	struct many many = judge_many(at_random);

	(void)state;
	for (int arm = 0; arm < TRIAL_ARM_COUNT; arm++)
		assert_chance(&many.arms[arm]);
	assert_int_equal(many.better, 0); /* who misses the catch trials has no say */
	assert_in_range(many.unreliable, RUNS * 95 / 100, RUNS);
}

static void test_label_judge(void **state)
{
	struct many many = judge_many(by_label);

	(void)state;
	assert_int_equal(many.arms[TRIAL_CURRENT].hits, RUNS * 18);
	assert_int_equal(many.arms[TRIAL_RANDOM].answered, RUNS * 10);
	assert_chance(&many.arms[TRIAL_RANDOM]);
	assert_true(trial_is_at_chance(TRIAL_INTRUDER, &many.arms[TRIAL_RANDOM]));
	assert_false(trial_is_at_chance(TRIAL_INTRUDER, &many.arms[TRIAL_CURRENT]));
}

/* ---- what is made of answers ---- */

static struct trial_row row_of(int number, enum trial_part part, int answer)
{
	return (struct trial_row){.number = number,
				  .part = part,
				  .group = 1 + number % 2,
				  .near = number % 2,
				  .face_count = 6,
				  .face_ids = {10, 11, 12, 13, 14, 15},
				  .expected = 2,
				  .answer = answer};
}

static enum trial_verdict verdict_of(const struct trial_row *rows, int count, int planned)
{
	struct trial_result r;
	enum trial_verdict verdict;

	trial_count(TRIAL_INTRUDER, planned, rows, count, &r);
	verdict = trial_verdict(&r);
	trial_result_done(&r);
	return verdict;
}

static void test_verdicts(void **state)
{
	struct trial_row rows[23];
	struct trial_result r;

	(void)state;
	/* 8 of 18 and all catch trials. */
	for (int i = 0; i < 23; i++)
		rows[i] = row_of(i + 1, i < 18 ? TRIAL_SCORED : TRIAL_CATCH,
				 i < 8 || i >= 18 ? 2 : 3);
	assert_int_equal(verdict_of(rows, 23, 23), TRIAL_BETTER);
	assert_int_equal(verdict_of(rows, 22, 23), TRIAL_NOT_ENDED);
	assert_int_equal(verdict_of(rows, 0, 23), TRIAL_NO_ANSWERS);
	rows[22].answer = 0;
	assert_int_equal(verdict_of(rows, 23, 23), TRIAL_BETTER);
	rows[21].answer = TRIAL_SKIPPED;
	assert_int_equal(verdict_of(rows, 23, 23), TRIAL_UNRELIABLE);
	rows[21].answer = rows[22].answer = 2;
	rows[0].answer = 3;
	assert_int_equal(verdict_of(rows, 23, 23), TRIAL_NOT_SHOWN);
	/* 7 of 14 are enough again. */
	for (int i = 14; i < 18; i++)
		rows[i].answer = TRIAL_SKIPPED;
	assert_int_equal(verdict_of(rows, 23, 23), TRIAL_BETTER);
	trial_count(TRIAL_INTRUDER, 23, rows, 23, &r);
	assert_int_equal(r.skipped, 4);
	assert_int_equal(r.arms[TRIAL_CURRENT].answered, 14);
	assert_int_equal(r.near.answered + r.far.answered, 14);
	assert_int_equal(r.group_count, 2);
	assert_int_equal(r.groups[0].tally.answered + r.groups[1].tally.answered, 14);
	trial_result_done(&r);
}

/* A repeat asks for the face, wherever it stands. */
static void test_repeats(void **state)
{
	struct trial_row rows[] = {row_of(1, TRIAL_SCORED, 4), row_of(2, TRIAL_REPEAT, 0),
				   row_of(3, TRIAL_REPEAT, 4),
				   row_of(4, TRIAL_SCORED, TRIAL_SKIPPED),
				   row_of(5, TRIAL_REPEAT, 4)};
	struct trial_result r;

	(void)state;
	rows[1].of = rows[2].of = 1;
	rows[4].of = 4;
	rows[1].face_ids[0] = 14;
	rows[1].face_ids[4] = 10;
	trial_count(TRIAL_INTRUDER, 5, rows, 5, &r);
	assert_int_equal(r.repeats, 2);
	assert_int_equal(r.repeats_same, 2);
	assert_int_equal(r.arms[TRIAL_CURRENT].answered, 1);
	rows[2].answer = 5;
	trial_result_done(&r);
	trial_count(TRIAL_INTRUDER, 5, rows, 5, &r);
	assert_int_equal(r.repeats_same, 1);
	trial_result_done(&r);
}

static void test_recount(void **state)
{
	struct fixture f = fixture_new(true, 1);
	struct trial_index *index = trial_index_new(&f.current);
	struct trial_plan plan = plan_of(&f, TRIAL_INTRUDER, 0, 2);

	(void)state;
	for (int i = 0; i < 48; i++) {
		const struct trial *t = &plan.trials[i];
		struct trial_row row = t->row;
		int odd = lonely(t), pairs = 0;

		for (int a = 0; a < 6; a++)
			for (int b = 0; b < a; b++)
				pairs += clump_of(t->faces[a]) == clump_of(t->faces[b]);
		row.arm = TRIAL_OTHER;
		row.near = false;
		row.expected = 0;
		/* Five of one clump make ten pairs. */
		if (row.part == TRIAL_SCORED && odd >= 0 && pairs == 10) {
			assert_true(trial_recount(index, TRIAL_INTRUDER, &row));
			assert_int_equal(row.expected, odd);
			assert_int_equal(row.arm, TRIAL_CURRENT);
			if (t->row.arm == TRIAL_CURRENT)
				assert_int_equal(row.group, t->row.group);
			if (t->row.near)
				assert_true(row.near);
		} else {
			assert_false(trial_recount(index, TRIAL_INTRUDER, &row));
		}
	}
	plan.trials[0].row.part = TRIAL_SCORED;
	plan.trials[0].row.face_ids[3] = 99999;
	assert_false(trial_recount(index, TRIAL_INTRUDER, &plan.trials[0].row));
	trial_plan_done(&plan);
	trial_index_free(index);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_longer_and_other_kinds),
		cmocka_unit_test(test_same_seed),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_no_duplicates),
		cmocka_unit_test(test_without_other_mode),
		cmocka_unit_test(test_other_of_neural),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_perfect_judge),
		cmocka_unit_test(test_random_judge),
		cmocka_unit_test(test_label_judge),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_recount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
