#include "lookalike/review/trial_result.h"

#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Of the catch trials a judge must have so many right, 4 of 5, for the run to count. */
#define CATCHES_OF 5
#define CATCHES    4

static void add(struct trial_tally *tally, bool hit)
{
	tally->answered++;
	tally->hits += hit;
}

static struct trial_tally *group_tally(struct trial_result *r, int group)
{
	int at = 0;

	while (at < r->group_count && r->groups[at].group < group)
		at++;
	if (at < r->group_count && r->groups[at].group == group)
		return &r->groups[at].tally;
	r->groups = memory_resize(r->groups, (size_t)r->group_count + 1, sizeof(*r->groups));
	memmove(r->groups + at + 1, r->groups + at,
		(size_t)(r->group_count - at) * sizeof(*r->groups));
	r->groups[at] = (struct trial_group_tally){.group = group};
	r->group_count++;
	return &r->groups[at].tally;
}

/* What was answered: a face, or of a pair the answer itself. */
static int64_t answered(enum trial_kind kind, const struct trial_row *row)
{
	return kind == TRIAL_PAIR ? row->answer : row->face_ids[row->answer];
}

static void add_repeat(struct trial_result *r, const struct trial_row *rows, int count,
		       const struct trial_row *row)
{
	for (int i = 0; i < count; i++) {
		if (rows[i].number != row->of || rows[i].answer == TRIAL_SKIPPED)
			continue;
		r->repeats++;
		r->repeats_same += answered(r->kind, &rows[i]) == answered(r->kind, row);
	}
}

static void add_scored(struct trial_result *r, const struct trial_row *row)
{
	bool pair = r->kind == TRIAL_PAIR;
	bool hit = row->answer == row->expected;

	if (pair && !row->expected) {
		add(&r->merges, row->answer == 1);
		return;
	}
	add(&r->arms[row->arm], hit);
	if (row->arm != TRIAL_CURRENT)
		return;
	add(row->near ? &r->near : &r->far, hit);
	add(group_tally(r, row->group), hit);
}

void trial_count(enum trial_kind kind, int planned, const struct trial_row *rows, int count,
		 struct trial_result *out)
{
	*out = (struct trial_result){.kind = kind, .planned = planned, .seen = count};
	for (int i = 0; i < count; i++) {
		const struct trial_row *row = &rows[i];

		if (row->answer == TRIAL_SKIPPED)
			out->skipped++;
		else if (row->part == TRIAL_CATCH)
			add(&out->catches, row->answer == row->expected);
		else if (row->part == TRIAL_REPEAT)
			add_repeat(out, rows, count, row);
		else
			add_scored(out, row);
		/* Who passes over what nobody can miss was not looking. */
		if (row->answer == TRIAL_SKIPPED && row->part == TRIAL_CATCH)
			add(&out->catches, false);
	}
}

void trial_result_done(struct trial_result *result)
{
	free(result->groups);
	memset(result, 0, sizeof(*result));
}

bool trial_at_end(const struct trial_result *result)
{
	return result->seen >= result->planned;
}

bool trial_is_reliable(const struct trial_result *result)
{
	return result->catches.hits * CATCHES_OF >= result->catches.answered * CATCHES;
}

double trial_p(enum trial_kind kind, const struct trial_tally *tally)
{
	return binomial_tail(tally->hits, tally->answered, 1.0 / trial_ways(kind));
}

enum trial_verdict trial_verdict(const struct trial_result *result)
{
	const struct trial_tally *current = &result->arms[TRIAL_CURRENT];

	if (!result->seen)
		return TRIAL_NO_ANSWERS;
	if (!trial_at_end(result))
		return TRIAL_NOT_ENDED;
	if (!current->answered)
		return TRIAL_NO_ANSWERS;
	if (!trial_is_reliable(result))
		return TRIAL_UNRELIABLE;
	if (result->kind == TRIAL_PAIR)
		return TRIAL_NO_CHANCE_LINE;
	return trial_p(result->kind, current) <= ALPHA ? TRIAL_BETTER : TRIAL_NOT_SHOWN;
}

const char *trial_verdict_text(enum trial_verdict verdict)
{
	static const char *const texts[] = {
		[TRIAL_NO_ANSWERS] = "no answers",
		[TRIAL_NOT_ENDED] = "ended early: no verdict",
		[TRIAL_UNRELIABLE] = "unreliable: under 4 of 5 of the trials that nobody can miss",
		[TRIAL_BETTER] = "better than chance",
		[TRIAL_NOT_SHOWN] = "not shown to be better than chance",
		[TRIAL_NO_CHANCE_LINE] = "share of pairs that were called the same",
	};

	return texts[verdict];
}

struct trial_tally trial_pool_random(const struct session *s, enum trial_kind kind)
{
	struct trial_tally pool = {0};

	for (int i = 0; i < s->trial_count; i++) {
		const struct trial_row *row = &s->trials[i].row;

		if (s->trials[i].run.kind == kind && row->arm == TRIAL_RANDOM &&
		    row->part == TRIAL_SCORED && row->answer != TRIAL_SKIPPED)
			add(&pool, row->answer == row->expected);
	}
	return pool;
}

bool trial_is_at_chance(enum trial_kind kind, const struct trial_tally *tally)
{
	return trial_p(kind, tally) > ALPHA;
}

struct trial_row *trial_rows_of_run(const struct session *s, int first, int *count)
{
	int64_t begun_ms = s->trials[first].run.begun_ms;
	struct trial_row *rows;
	int n = 0;

	while (first + n < s->trial_count && s->trials[first + n].run.begun_ms == begun_ms)
		n++;
	rows = memory_new((size_t)n * sizeof(*rows));
	for (int i = 0; i < n; i++)
		rows[i] = s->trials[first + i].row;
	*count = n;
	return rows;
}

/* ---- for other groups ---- */

struct place {
	int64_t id;
	int group;
};

struct trial_index {
	const struct trial_groups *groups;
	struct place *places; /* by id */
};

static int compare_places(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	return (a->id > b->id) - (a->id < b->id);
}

struct trial_index *trial_index_new(const struct trial_groups *groups)
{
	struct trial_index *index = memory_new(sizeof(*index));

	index->groups = groups;
	index->places = memory_new((size_t)groups->n * sizeof(*index->places) + 1);
	for (int c = 0; c < groups->k; c++)
		for (int i = groups->start[c]; i < groups->start[c + 1]; i++)
			index->places[i] = (struct place){groups->faces[i]->id, c};
	qsort(index->places, (size_t)groups->n, sizeof(*index->places), compare_places);
	return index;
}

void trial_index_free(struct trial_index *index)
{
	if (!index)
		return;
	free(index->places);
	free(index);
}

/* The group of a face, or -1. */
static int find_group(const struct trial_index *index, int64_t id)
{
	const struct place wanted = {.id = id};
	const struct place *found = index->groups->n ? bsearch(&wanted, index->places,
							       (size_t)index->groups->n,
							       sizeof(wanted), compare_places)
						     : NULL;

	return found ? found->group : -1;
}

/* The place of the one face of another group than all others have; -1 when it is not so. */
static int find_odd(const int *groups, int count)
{
	int odd = -1;

	for (int i = 0; i < count; i++) {
		int alike = 0;

		for (int j = 0; j < count; j++)
			alike += groups[j] == groups[i];
		if (alike == count - 1)
			continue;
		if (alike > 1 || odd >= 0)
			return -1;
		odd = i;
	}
	return odd;
}

bool trial_recount(const struct trial_index *index, enum trial_kind kind, struct trial_row *row)
{
	int groups[TRIAL_FACES_MAX], odd = 0, majority;

	if (row->part != TRIAL_SCORED)
		return false;
	for (int i = 0; i < row->face_count; i++) {
		groups[i] = find_group(index, row->face_ids[i]);
		if (groups[i] < 0)
			return false;
	}
	if (kind != TRIAL_PAIR)
		odd = find_odd(groups, row->face_count);
	if (odd < 0)
		return false;
	majority = groups[odd == 0];
	row->expected = kind == TRIAL_PAIR ? groups[0] == groups[1] : odd;
	row->group = index->groups->number[majority];
	row->near = index->groups->nearest && index->groups->nearest[majority] == groups[odd];
	row->arm = TRIAL_CURRENT;
	return true;
}
