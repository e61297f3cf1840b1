/*
 * The plan of a blind test.
 *
 * Everything is decided before the first trial is shown, from one seed: which groups, which faces,
 * in which places, in which order. Nothing depends on the answers, so that the number of trials,
 * after which it is judged, cannot be chosen by how it goes.
 */
#include "lookalike/review/trial.h"

#include "lookalike/base/memory.h"
#include "lookalike/review/duplicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * Without embeddings: copies of a photo at half the size, or cropped and compressed again, have
 * measures within 0.36; two photos of one person from 0.25 on (12 people of the Face Research Lab
 * London Set).
 */
#define SAME_PICTURE_MEASURES 0.25

#define TRIES                 64           /* at groups that have no trial to give just now */
#define STREAM                0x747269616c /* of the seed, so that other users of it draw other numbers */
#define APART                 4 /* a repeat comes so many trials after the first one, at least */
#define FAR_PAIRS             50

static const struct {
	int faces, ways, trials;
} kinds[TRIAL_KIND_COUNT] = {
	[TRIAL_INTRUDER] = {6, 6, 48},
	[TRIAL_ODD] = {3, 3, 128},
	[TRIAL_PAIR] = {2, 2, 60},
};

int trials_default(enum trial_kind kind)
{
	return kinds[kind].trials;
}

int trial_faces(enum trial_kind kind)
{
	return kinds[kind].faces;
}

int trial_ways(enum trial_kind kind)
{
	return kinds[kind].ways;
}

/* By embeddings, or by measures where one has none. */
static double far(const struct session_face *a, const struct session_face *b)
{
	double sum = 0;

	if (!a->embedding || !b->embedding)
		return measures_distance(a->measures, b->measures);
	for (int i = 0; i < EMBEDDING_COUNT; i++)
		sum += ((double)a->embedding[i] - (double)b->embedding[i]) *
		       ((double)a->embedding[i] - (double)b->embedding[i]);
	return sqrt(sum);
}

bool trial_is_duplicate(const struct session_face *a, const struct session_face *b)
{
	if (duplicates_original(a->image) == duplicates_original(b->image))
		return true;
	return far(a, b) <
	       (a->embedding && b->embedding ? NEAR_FACE_DISTANCE : SAME_PICTURE_MEASURES);
}

/* ---- faces for one trial ---- */

struct planning {
	const struct trial_groups *arms[TRIAL_ARM_COUNT];
	int *usable[TRIAL_ARM_COUNT]; /* groups with enough faces, in an order by lot */
	int usable_count[TRIAL_ARM_COUNT], next[TRIAL_ARM_COUNT];
	enum trial_kind kind;
	struct rng rng;
	struct trial *trials;
	int count;
};

static int below(struct planning *p, int n)
{
	return (int)rng_below(&p->rng, (uint64_t)n);
}

static int group_size(const struct trial_groups *g, int group)
{
	return g->start[group + 1] - g->start[group];
}

static bool fits(struct session_face *const *faces, int count, const struct session_face *face)
{
	for (int i = 0; i < count; i++)
		if (trial_is_duplicate(faces[i], face))
			return false;
	return true;
}

/* Faces of a group by lot, added to faces[], which has `count` already, until there are `wanted`.
 */
static bool draw_faces(struct planning *p, const struct trial_groups *g, int group,
		       struct session_face **faces, int count, int wanted)
{
	int size = group_size(g, group), left = size;
	int *order = memory_new((size_t)size * sizeof(*order) + 1);

	for (int i = 0; i < size; i++)
		order[i] = i;
	while (left && count < wanted) {
		int at = below(p, left--), place = order[at];
		struct session_face *face = g->faces[g->start[group] + place];

		order[at] = order[left];
		if (fits(faces, count, face))
			faces[count++] = face;
	}
	free(order);
	return count == wanted;
}

static void find_usable(struct planning *p, enum trial_arm arm)
{
	const struct trial_groups *g = p->arms[arm];
	int wanted = trial_faces(p->kind) - (p->kind != TRIAL_PAIR), used = 0;

	if (!g || g->k < 2)
		return;
	p->usable[arm] = memory_new((size_t)g->k * sizeof(int));
	for (int c = 0; c < g->k; c++) {
		struct session_face *faces[TRIAL_FACES_MAX];

		if (draw_faces(p, g, c, faces, 0, wanted))
			p->usable[arm][used++] = c;
	}
	for (int i = used - 1; i > 0; i--) {
		int j = below(p, i + 1), group = p->usable[arm][i];

		p->usable[arm][i] = p->usable[arm][j];
		p->usable[arm][j] = group;
	}
	p->usable_count[arm] = used;
}

/* Groups take turns, so that each has as many trials as any other. */
static int next_group(struct planning *p, enum trial_arm arm)
{
	return p->usable[arm][p->next[arm]++ % p->usable_count[arm]];
}

static int other_group(struct planning *p, const struct trial_groups *g, int group, bool near)
{
	int other;

	if (near && g->nearest && g->nearest[group] >= 0)
		return g->nearest[group];
	other = below(p, g->k - 1);
	return other + (other >= group);
}

/* The odd face is the last one: places come later. */
static bool draw_intruder(struct planning *p, struct trial *t)
{
	const struct trial_groups *g = p->arms[t->row.arm];
	int group = next_group(p, t->row.arm), count = t->row.face_count;

	t->row.group = g->number[group];
	if (!draw_faces(p, g, group, t->faces, 0, count - 1))
		return false;
	for (int i = 0; i < TRIES; i++)
		if (draw_faces(p, g, other_group(p, g, group, t->row.near), t->faces, count - 1,
			       count))
			return true;
	return false;
}

/* The face that is most like its group, and another one: of it, or of the nearest group. */
static bool draw_pair(struct planning *p, struct trial *t)
{
	const struct trial_groups *g = p->arms[t->row.arm];
	int group = next_group(p, t->row.arm), nearest = g->nearest ? g->nearest[group] : -1;

	t->row.group = g->number[group];
	t->row.near = true;
	t->faces[0] = g->faces[g->start[group]];
	if (!t->row.expected && nearest >= 0)
		return draw_faces(p, g, nearest, t->faces, 1, 2);
	t->row.expected = 1;
	return draw_faces(p, g, group, t->faces, 1, 2);
}

/* One face several times, and one that is as unlike it as can be found quickly. */
static bool draw_catch(struct planning *p, struct trial *t)
{
	const struct trial_groups *g = p->arms[TRIAL_CURRENT];
	int last = t->row.face_count - 1;
	double most = -1;

	for (int i = 0; i < FAR_PAIRS; i++) {
		struct session_face *a = g->faces[below(p, g->n)], *b = g->faces[below(p, g->n)];

		if (trial_is_duplicate(a, b) || far(a, b) <= most)
			continue;
		most = far(a, b);
		for (int at = 0; at < last; at++)
			t->faces[at] = a;
		t->faces[last] = b;
	}
	if (p->kind == TRIAL_PAIR && t->row.expected)
		t->faces[1] = t->faces[0];
	return most >= 0;
}

/* ---- the order ---- */

static void place_faces(struct planning *p, struct trial *t)
{
	int last = t->row.face_count - 1, odd = last;

	for (int i = last; i > 0; i--) {
		int j = below(p, i + 1);
		struct session_face *face = t->faces[i];

		t->faces[i] = t->faces[j];
		t->faces[j] = face;
		odd = odd == i ? j : odd == j ? i : odd;
	}
	if (p->kind != TRIAL_PAIR)
		t->row.expected = odd;
	for (int i = 0; i <= last; i++)
		t->row.face_ids[i] = t->faces[i]->id;
}

static void add_trials(struct planning *p, enum trial_arm arm, enum trial_part part, int wanted)
{
	for (int i = 0, tries = 0; i < wanted && tries < wanted + TRIES; tries++) {
		struct trial t = {
			.row = {.arm = arm,
				.part = part,
				.near = part == TRIAL_SCORED && arm != TRIAL_RANDOM && i % 2 == 0,
				.face_count = trial_faces(p->kind),
				.answer = TRIAL_SKIPPED,
				/* pairs: of catches every other one is of one face */
				.expected = part == TRIAL_CATCH ? i % 2 : i % 4 < 3}};
		bool drawn = part == TRIAL_CATCH     ? draw_catch(p, &t)
			     : p->kind == TRIAL_PAIR ? draw_pair(p, &t)
						     : draw_intruder(p, &t);

		if (!drawn)
			continue;
		place_faces(p, &t);
		p->trials[p->count++] = t;
		i++;
	}
}

static void shuffle(struct planning *p)
{
	for (int i = p->count - 1; i > 0; i--) {
		int j = below(p, i + 1);
		struct trial t = p->trials[i];

		p->trials[i] = p->trials[j];
		p->trials[j] = t;
	}
	for (int i = 0; i < p->count; i++)
		p->trials[i].row.number = i + 1; /* until repeats move them */
}

static bool is_repeated(const struct planning *p, int number)
{
	for (int i = 0; i < p->count; i++)
		if (p->trials[i].row.of == number)
			return true;
	return false;
}

/* Not of the last ones: there is to be room behind the first time. */
static void add_repeats(struct planning *p, int wanted)
{
	int base = p->count, room = base > 2 * APART ? base - APART : base;

	for (int tries = 0; wanted && tries < base * TRIES; tries++) {
		int from = below(p, room), at = from;
		struct trial t;

		/* Repeats have moved the others along. */
		while (at < p->count && p->trials[at].row.number != from + 1)
			at++;
		t = p->trials[at];
		if (t.row.part != TRIAL_SCORED || t.row.arm != TRIAL_CURRENT ||
		    is_repeated(p, t.row.number))
			continue;
		t.row.part = TRIAL_REPEAT;
		t.row.of = t.row.number;
		t.row.number = 0;
		place_faces(p, &t);
		if (p->kind != TRIAL_PAIR) /* place_faces() took the last face for the odd one */
			for (int i = 0; i < t.row.face_count; i++)
				if (t.faces[i] == p->trials[at].faces[p->trials[at].row.expected])
					t.row.expected = i;
		at += APART + 1;
		at = at >= p->count ? p->count : at + below(p, p->count - at + 1);
		memmove(p->trials + at + 1, p->trials + at,
			(size_t)(p->count - at) * sizeof(*p->trials));
		p->trials[at] = t;
		p->count++;
		wanted--;
	}
}

/* Numbers by place; repeats follow their first ones. */
static void number_trials(struct planning *p)
{
	int *place = memory_new((size_t)(p->count + 1) * sizeof(*place));

	for (int i = 0; i < p->count; i++)
		if (!p->trials[i].row.of)
			place[p->trials[i].row.number] = i + 1;
	for (int i = 0; i < p->count; i++) {
		p->trials[i].row.number = i + 1;
		if (p->trials[i].row.of)
			p->trials[i].row.of = place[p->trials[i].row.of];
	}
	free(place);
}

/* ---- the whole ---- */

static enum status check(const struct planning *p, struct error *err)
{
	const struct trial_groups *g = p->arms[TRIAL_CURRENT];
	int wanted = trial_faces(p->kind) - (p->kind != TRIAL_PAIR);

	if (!g->n)
		return error_set(err, ERR_INPUT, "there are no groups to test: no faces are open");
	if (g->k < 2)
		return error_set(err, ERR_INPUT,
				 "there is one group only, so no face can be of another: + makes "
				 "more");
	if (!p->usable_count[TRIAL_CURRENT])
		return error_set(
			err, ERR_INPUT,
			"every group is too small: a trial needs %d faces of one group, of "
			"different photos",
			wanted);
	return OK;
}

enum status trial_plan_make(const struct trial_groups *current, const struct trial_groups *other,
			    const struct trial_request *request, struct trial_plan *out,
			    struct error *err)
{
	int trials = request->trials ? request->trials : trials_default(request->kind);
	int tenths = trials * 10 / 48, few = trials * 5 / 48;
	struct trial_groups random;
	struct planning p = {.kind = request->kind};
	enum status status;

	rng_seed(&p.rng, request->seed, STREAM);
	trial_groups_random(current, &p.rng, &random);
	p.arms[TRIAL_CURRENT] = current;
	p.arms[TRIAL_OTHER] = other;
	p.arms[TRIAL_RANDOM] = &random;
	for (int arm = 0; arm < TRIAL_ARM_COUNT; arm++)
		find_usable(&p, (enum trial_arm)arm);
	status = check(&p, err);
	p.trials = memory_new((size_t)trials * sizeof(*p.trials));
	if (!status && p.kind == TRIAL_PAIR) {
		add_trials(&p, TRIAL_CURRENT, TRIAL_SCORED, trials - 2 * few);
	} else if (!status) {
		add_trials(&p, TRIAL_CURRENT, TRIAL_SCORED, trials - 2 * tenths - 2 * few);
		if (p.usable_count[TRIAL_OTHER])
			add_trials(&p, TRIAL_OTHER, TRIAL_SCORED, tenths);
		if (p.usable_count[TRIAL_RANDOM])
			add_trials(&p, TRIAL_RANDOM, TRIAL_SCORED, tenths);
	}
	if (!status && !p.count)
		status = error_set(err, ERR_INPUT,
				   "no trial can be made: the faces are too few, or all of one "
				   "photo");
	if (!status) {
		add_trials(&p, TRIAL_CURRENT, TRIAL_CATCH, few);
		shuffle(&p);
		add_repeats(&p, few);
		number_trials(&p);
		*out = (struct trial_plan){
			.run = {.kind = p.kind, .planned = p.count, .seed = request->seed},
			.trials = p.trials,
			.without_other = p.kind != TRIAL_PAIR && !p.usable_count[TRIAL_OTHER],
		};
		p.trials = NULL;
	}
	for (int arm = 0; arm < TRIAL_ARM_COUNT; arm++)
		free(p.usable[arm]);
	free(p.trials);
	trial_groups_done(&random);
	return status;
}

void trial_plan_done(struct trial_plan *plan)
{
	free(plan->trials);
	memset(plan, 0, sizeof(*plan));
}
