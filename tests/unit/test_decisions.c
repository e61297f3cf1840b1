/*
 * Random sequences of everything that can happen to decisions, beside a model that knows nothing of
 * logs, ids or rows: a face is a photo, which of two versions of the photo, and a position; a state
 * is who is where; undo and redo are stacks of whole states.
 *
 * N=3000 runs so many sequences, SEED=7 begins with that one.
 */
#include "store_fixture.h"

#include "lookalike/base/rng.h"
#include "lookalike/review/grouping.h"
#include "lookalike/store/decisions.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

#define PHOTOS   5
#define FACES    (PHOTOS * 4) /* two versions, two positions */
#define GROUPS   64
#define NAMES    5
#define STEPS    25
#define OPEN     0
#define ASIDE    (-1)
#define NO_IMAGE (-1)

struct model_state {
	int group[FACES];     /* OPEN, ASIDE, or 1.. */
	char name[GROUPS][8]; /* "" for one that there is not */
	bool refused[FACES][GROUPS];
	int side[STEPS][FACES]; /* who is told apart by each statement; 0: not in it */
	int statements;
};

struct model {
	struct model_state now, undo[STEPS], redo[STEPS];
	int undo_count, redo_count;
	int next_group;
};

static int version[PHOTOS]; /* that is shown, or NO_IMAGE */
static char path_of[PHOTOS][24];
static int path_number;

static int model_face(int photo, int position)
{
	return photo * 4 + version[photo] * 2 + position;
}

/* ---- the model ---- */

static int model_find(const struct model_state *s, const char *name)
{
	for (int g = 1; g < GROUPS; g++)
		if (!strcmp(s->name[g], name))
			return g;
	return 0;
}

static void model_end_empty(struct model_state *s)
{
	for (int g = 1; g < GROUPS; g++) {
		bool used = false;

		for (int f = 0; f < FACES; f++)
			used = used || s->group[f] == g;
		if (!used)
			s->name[g][0] = '\0';
	}
}

/* Who joins one that he was told apart from leaves what said so. */
static void model_join(struct model_state *s, int f, int g)
{
	for (int a = 0; a < s->statements; a++) {
		bool joins = false;

		for (int o = 0; o < FACES; o++)
			joins = joins || (s->side[a][f] && s->side[a][o] &&
					  s->side[a][o] != s->side[a][f] && s->group[o] == g);
		if (joins)
			s->side[a][f] = 0;
	}
}

/* Whether two faces are told apart by one statement. */
static bool model_says(const struct model_state *s, int a, int f, int o)
{
	return s->side[a][f] && s->side[a][o] && s->side[a][f] != s->side[a][o];
}

/* Every second face is somebody else. Returns whether there are two. */
static bool model_apart(struct model_state *s, const int *faces, int count)
{
	for (int a = 0; a < s->statements; a++) {
		bool said = count > 1;

		for (int i = 0; i < count; i++)
			for (int j = 0; j < i; j++)
				said = said &&
				       ((i - j) % 2 == 0 || model_says(s, a, faces[i], faces[j]));
		for (int i = 0; i < count; i++)
			said = said && s->side[a][faces[i]];
		if (said)
			return true;
	}
	for (int i = 0; i < count && count > 1; i++)
		s->side[s->statements][faces[i]] = 1 + i % 2;
	s->statements += count > 1;
	return count > 1;
}

/* Returns whether the program is to accept it. */
static bool model_edit(struct model *m, enum decision_kind kind, const char *name,
		       const char *other, const int *faces, int count)
{
	struct model_state s = m->now;
	int g = name ? model_find(&s, name) : 0;

	if ((kind == DECISION_REFUSE || kind == DECISION_RENAME) && !g)
		return false;
	if (kind == DECISION_RENAME) {
		if (model_find(&s, other) && model_find(&s, other) != g)
			return false;
		strcpy(s.name[g], other);
	}
	if (kind == DECISION_APART && !model_apart(&s, faces, count))
		return false;
	if (kind == DECISION_ASSIGN && !g) {
		g = m->next_group++;
		assert_true(g < GROUPS);
		strcpy(s.name[g], name);
	}
	for (int i = 0; i < count && kind != DECISION_RENAME && kind != DECISION_APART; i++) {
		int f = faces[i];

		if (kind == DECISION_REFUSE) {
			s.group[f] = s.group[f] == g ? OPEN : s.group[f];
			s.refused[f][g] = true;
		} else {
			s.group[f] = kind == DECISION_ASSIGN  ? g
				     : kind == DECISION_ASIDE ? ASIDE
							      : OPEN;
			if (kind == DECISION_ASSIGN)
				s.refused[f][g] = false;
			if (kind == DECISION_ASSIGN)
				model_join(&s, f, g);
		}
	}
	model_end_empty(&s);
	if (!memcmp(&s, &m->now, sizeof(s)))
		return true;
	m->undo[m->undo_count++] = m->now;
	m->redo_count = 0;
	m->now = s;
	return true;
}

static bool model_undo(struct model *m, bool redo)
{
	int *from = redo ? &m->redo_count : &m->undo_count;
	int *to = redo ? &m->undo_count : &m->redo_count;

	if (!*from)
		return false;
	(redo ? m->undo : m->redo)[(*to)++] = m->now;
	m->now = (redo ? m->redo : m->undo)[--*from];
	return true;
}

/* ---- photos whose faces can be told apart ---- */

static struct photo *make_photo(int number, struct rng *rng)
{
	struct photo *photo = photo_new(path_of[number]);

	photo->size_bytes = 1000 + number;
	photo->hashed = true;
	photo->hash[0] = (uint8_t)number;
	photo->hash[1] = (uint8_t)version[number];
	photo->width_px = photo->height_px = 1000;
	photo->face_count = 2;
	photo->faces = memory_new(2 * sizeof(struct face));
	for (int i = 0; i < 2; i++) {
		struct face *face = &photo->faces[i];

		face->box = (struct box){100.0F + 400.0F * (float)i + (float)rng_below(rng, 9), 100,
					 200, 200};
		for (int m = 0; m < MEASURE_COUNT; m++)
			face->measures[m] = version[number] + 0.0001 * (double)rng_below(rng, 9);
	}
	return photo;
}

static int64_t image_ids[PHOTOS];

static void put(struct store *store, struct session *s, int number, struct rng *rng)
{
	struct photo *photo = make_photo(number, rng);
	struct error err;

	if (store_put(store, photo, &err))
		fail_msg("%s", err.msg);
	image_ids[number] = photo->id;
	session_put(s, photo);
	photo_free(photo);
}

/* ---- comparing ---- */

static int photo_number(const char *path)
{
	for (int i = 0; i < PHOTOS; i++)
		if (version[i] != NO_IMAGE && !strcmp(path_of[i], path))
			return i;
	fail_msg("an image that is not: %s", path);
	return 0;
}

static bool matches(const struct session *s, const struct model_state *m)
{
	bool same = true;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < 2; j++) {
			const struct session_face *face = &s->images[i]->faces[j];
			int f = model_face(photo_number(s->images[i]->path), j),
			    group = m->group[f];

			if (group > 0)
				same = same && face->assigned >= 0 &&
				       !strcmp(s->named[face->assigned].name, m->name[group]);
			else
				same = same &&
				       face->assigned == (group == ASIDE ? FACE_ASIDE : FACE_OPEN);
		}
	for (int g = 1; g < GROUPS; g++) {
		bool found = !m->name[g][0];

		for (int i = 0; i < s->named_count && !found; i++)
			found = !strcmp(s->named[i].name, m->name[g]);
		same = same && found;
	}
	for (int i = 0; i < s->named_count; i++)
		same = same && model_find(m, s->named[i].name);
	return same;
}

struct refusal_check {
	const struct session *session;
	const struct model_state *model;
	int seen;
	bool same;
};

static bool check_refusal(int64_t face_id, int64_t group_id, void *user)
{
	struct refusal_check *c = user;
	const struct session *s = c->session;

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < 2; j++) {
			int f, g = 0;

			if (s->images[i]->faces[j].id != face_id)
				continue;
			f = model_face(photo_number(s->images[i]->path), j);
			for (int n = 0; n < s->named_count; n++)
				if (s->named[n].id == group_id)
					g = model_find(c->model, s->named[n].name);
			c->seen++;
			c->same = c->same && g && c->model->refused[f][g];
		}
	return true;
}

static bool refusals_match(struct store *store, const struct session *s,
			   const struct model_state *m)
{
	struct refusal_check c = {s, m, 0, true};
	int expected = 0;

	for (int p = 0; p < PHOTOS; p++)
		for (int j = 0; version[p] != NO_IMAGE && j < 2; j++)
			for (int g = 1; g < GROUPS; g++)
				expected += m->refused[model_face(p, j)][g] && m->name[g][0];
	assert_int_equal(store_refusals(store, check_refusal, &c, NULL), OK);
	return c.same && c.seen == expected;
}

static int side_of(const struct session_noes *noes, int64_t face_id, int64_t statement)
{
	for (int i = session_no_find(noes, face_id); i < noes->count; i++)
		if (noes->items[i].face_id == face_id && noes->items[i].of == statement)
			return (int)noes->items[i].side;
	return 0;
}

/* Whether the session tells two faces apart. */
static bool session_says(const struct session *s, int64_t face_id, int64_t other_id)
{
	const struct session_noes *noes = &s->apart;

	for (int i = session_no_find(noes, face_id); i < noes->count; i++) {
		int other;

		if (noes->items[i].face_id != face_id)
			break;
		other = side_of(noes, other_id, noes->items[i].of);
		if (other && other != (int)noes->items[i].side)
			return true;
	}
	return false;
}

static bool apart_matches(const struct session *s, const struct model_state *m)
{
	int64_t ids[FACES] = {0};

	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < 2; j++)
			ids[model_face(photo_number(s->images[i]->path), j)] =
				s->images[i]->faces[j].id;
	for (int f = 0; f < FACES; f++)
		for (int o = 0; o < FACES; o++) {
			bool said = false;

			for (int a = 0; a < m->statements; a++)
				said = said || model_says(m, a, f, o);
			if (ids[f] && ids[o] && said != session_says(s, ids[f], ids[o]))
				return false;
		}
	return true;
}

static struct session *load(struct store *store)
{
	struct session *s = session_new();
	struct error err;

	if (session_load(s, store, NULL, 0, &err))
		fail_msg("%s", err.msg);
	return s;
}

static void check(struct store *store, const struct session *s, const struct model_state *m)
{
	struct session *fresh = load(store);

	assert_true(matches(s, m));
	assert_true(matches(fresh, m));
	assert_true(refusals_match(store, fresh, m));
	assert_true(apart_matches(fresh, m));
	assert_true(apart_matches(s, m));
	assert_int_equal(s->totals.decided, fresh->totals.decided);
	for (int i = 0; i < s->named_count; i++)
		assert_int_equal(s->named[i].face_count, fresh->named[i].face_count);
	session_free(fresh);
}

/* ---- the steps of a sequence ---- */

struct edit {
	enum decision_kind kind;
	char name[8], other[8];
	int faces[FACES], count; /* the model's */
	int64_t ids[FACES];
};

static void random_edit(const struct session *s, struct rng *rng, struct edit *e)
{
	static const enum decision_kind kinds[] = {DECISION_ASSIGN, DECISION_ASSIGN,
						   DECISION_ASIDE,  DECISION_OPEN,
						   DECISION_RENAME, DECISION_REFUSE,
						   DECISION_UNDO,   DECISION_UNDO,
						   DECISION_REDO,   DECISION_APART};

	memset(e, 0, sizeof(*e));
	e->kind = kinds[rng_below(rng, sizeof(kinds) / sizeof(kinds[0]))];
	snprintf(e->name, sizeof(e->name), "name %d", (int)rng_below(rng, NAMES));
	snprintf(e->other, sizeof(e->other), "name %d", (int)rng_below(rng, NAMES));
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < 2; j++) {
			if (rng_below(rng, 3))
				continue;
			e->ids[e->count] = s->images[i]->faces[j].id;
			e->faces[e->count++] = model_face(photo_number(s->images[i]->path), j);
		}
	/* Without faces there is nothing to assign. */
	if (!e->count && (e->kind < DECISION_RENAME || e->kind == DECISION_APART))
		e->kind = DECISION_UNDO;
}

static bool model_apply(struct model *m, const struct edit *e)
{
	if (e->kind == DECISION_UNDO || e->kind == DECISION_REDO)
		return model_undo(m, e->kind == DECISION_REDO);
	return model_edit(m, e->kind, e->name, e->other, e->faces, e->count);
}

static enum status store_apply_edit(struct store *store, const struct edit *e, struct decision *d)
{
	int sides[FACES];

	for (int i = 0; i < e->count; i++)
		sides[i] = 1 + i % 2;
	return store_decide(store,
			    &(struct decision_request){.kind = e->kind,
						       .name = e->name,
						       .new_name = e->other,
						       .face_ids = e->ids,
						       .face_count = (size_t)e->count,
						       .sides = sides},
			    d, NULL);
}

static void step_edit(struct store *store, struct session *s, struct model *m, struct rng *rng)
{
	struct decision d = {0};
	struct edit e;

	random_edit(s, rng, &e);
	assert_int_equal(store_apply_edit(store, &e, &d) == OK, model_apply(m, &e));
	session_decide(s, &d);
	decision_done(&d);
}

/* The same in a process that is killed meanwhile: it happened, or it did not. */
static void step_killed(const char *db, struct store **store, struct session **s, struct model *m,
			struct rng *rng)
{
	struct timespec wait = {0, (long)rng_below(rng, 4000000)};
	struct model after = *m;
	struct edit e;
	int acks[2], status, steps;
	bool accepted, acked, happened;
	char byte;
	pid_t pid;

	random_edit(*s, rng, &e);
	accepted = model_apply(&after, &e);
	steps = count_rows(db, "SELECT count(*) FROM steps");
	store_close(*store);
	assert_int_equal(pipe(acks), 0);
	pid = fork();
	if (pid == 0) {
		struct decision d;
		struct store *child;

		if (store_open(db, STORE_WRITE, &child, NULL))
			_exit(1);
		if ((store_apply_edit(child, &e, &d) == OK) != accepted ||
		    write(acks[1], "x", 1) != 1)
			_exit(2);
		for (;;)
			pause();
	}
	close(acks[1]);
	nanosleep(&wait, NULL);
	kill(pid, SIGKILL);
	acked = read(acks[0], &byte, 1) == 1;
	close(acks[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	session_free(*s);
	*store = open_ok(db, STORE_WRITE);
	*s = load(*store);
	happened = count_rows(db, "SELECT count(*) FROM steps") > steps;
	if (acked)
		assert_int_equal(happened, memcmp(&after, m, sizeof(after)) != 0);
	if (happened)
		*m = after;
}

static void step_rescan(struct store *store, struct session *s, struct rng *rng)
{
	int p = (int)rng_below(rng, PHOTOS);
	struct photo *photo;

	switch (rng_below(rng, 4)) {
	case 0: /* measured again, with slightly other numbers */
		if (version[p] == NO_IMAGE)
			version[p] = 0;
		put(store, s, p, rng);
		break;
	case 1: /* another photo in its place, or the first one back */
		version[p] = version[p] == NO_IMAGE ? 1 : 1 - version[p];
		put(store, s, p, rng);
		break;
	case 2: /* gone */
		if (version[p] == NO_IMAGE)
			break;
		assert_int_equal(store_remove(store, &image_ids[p], 1, NULL), OK);
		session_remove(s, &image_ids[p], 1);
		version[p] = NO_IMAGE;
		break;
	default: /* renamed */
		if (version[p] == NO_IMAGE)
			break;
		snprintf(path_of[p], sizeof(path_of[p]), "/moved%d", path_number++);
		photo = photo_new(path_of[p]);
		photo->id = image_ids[p];
		assert_int_equal(store_move(store, photo, NULL), OK);
		session_move(s, photo);
		photo_free(photo);
	}
}

static void step_recluster(struct session *s, struct rng *rng)
{
	struct grouping_options options = {.scale = SCALE_ZSCORE,
					   .k = 1 + (int)rng_below(rng, 3),
					   .kmax = 4,
					   .restarts = 2,
					   .seed = rng_next(rng)};
	struct grouping *g = grouping_new(s, &options);
	int open = s->totals.faces - s->totals.decided, grouped = 0;

	assert_int_equal(grouping_compute(g, NULL) == OK, open >= options.k && open > 0);
	for (int c = 0; c < g->k; c++)
		for (int i = 0; i < g->groups[c].size; i++) {
			assert_int_equal(g->groups[c].faces[i]->assigned, FACE_OPEN);
			grouped++;
		}
	assert_int_equal(grouped, g->k ? open : 0);
	grouping_free(g);
}

/* To the start of all things, and back again. */
static void undo_all(struct store *store, struct session *s, struct model *m)
{
	struct model_state end = m->now;
	struct edit undo = {.kind = DECISION_UNDO}, redo = {.kind = DECISION_REDO};
	struct decision d;
	int steps = 0;

	while (store_apply_edit(store, &undo, &d) == OK) {
		assert_true(model_undo(m, false));
		session_decide(s, &d);
		decision_done(&d);
		steps++;
	}
	assert_int_equal(m->undo_count, 0);
	check(store, s, &m->now);
	assert_int_equal(s->totals.decided, 0);
	assert_int_equal(s->named_count, 0);
	while (steps-- > 0) {
		assert_int_equal(store_apply_edit(store, &redo, &d), OK);
		session_decide(s, &d);
		decision_done(&d);
	}
	m->now = end;
	check(store, s, &m->now);
}

static void run_sequence(const char *db, uint64_t seed)
{
	static struct model model;
	struct session *s = session_new();
	struct store *store = open_ok(db, STORE_WRITE);
	struct rng rng;

	rng_seed(&rng, seed, 0);
	memset(&model, 0, sizeof(model));
	model.next_group = 1;
	for (int i = 0; i < PHOTOS; i++) {
		snprintf(path_of[i], sizeof(path_of[i]), "/photo%d", i);
		version[i] = 0;
		put(store, s, i, &rng);
	}
	for (int i = 0; i < STEPS - 1; i++) {
		switch (rng_below(&rng, 10)) {
		case 0:
			step_killed(db, &store, &s, &model, &rng);
			break;
		case 1:
		case 2:
			step_rescan(store, s, &rng);
			break;
		case 3:
			step_recluster(s, &rng);
			break;
		default:
			step_edit(store, s, &model, &rng);
		}
		check(store, s, &model.now);
	}
	undo_all(store, s, &model);
	store_close(store);
	session_free(s);
	assert_int_equal(count_rows(db, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

static void test_sequences(void **state)
{
	struct scratch *s = *state;
	bool slow = getenv("SANITIZED") && *getenv("SANITIZED");
	int count = getenv("N") ? atoi(getenv("N")) : slow ? 60 : 300;
	uint64_t first = getenv("SEED") ? strtoull(getenv("SEED"), NULL, 10) : 1;

	for (int i = 0; i < count; i++) {
		char *db = text_format("%s/%d.db", s->folder, i);
		char *wal = text_format("%s-wal", db), *shm = text_format("%s-shm", db);

		print_message("sequence %llu\n", (unsigned long long)first + (unsigned)i);
		run_sequence(db, first + (uint64_t)i);
		unlink(db);
		unlink(wal);
		unlink(shm);
		free(db);
		free(wal);
		free(shm);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sequences, scratch_setup, scratch_teardown),
	};
	struct stat st;

	/* Synced after each decision: not on a slow disk, where there is another place. */
	if (!stat("/dev/shm", &st) && !access("/dev/shm", W_OK))
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
