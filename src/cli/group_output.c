/* Groups and the log of decisions as text, CSV and JSON. */
#include "lookalike/cli/group_output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/cli/output.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- the groups ---- */

/* Give each face that is assigned to this: an index in named, or FACE_ASIDE. */
static void each_face(const struct session *s, int assigned,
		      void (*each)(const struct session_face *face, void *user), void *user)
{
	for (int i = 0; i < s->image_count; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			if (s->images[i]->faces[j].assigned == assigned)
				each(&s->images[i]->faces[j], user);
}

static struct json_object *face_json(const char *path, int position)
{
	struct json_object *o = json_object_new_object();

	json_add_path(o, path);
	json_object_object_add(o, "face", position < 0 ? NULL : json_object_new_int(position));
	return o;
}

static void add_json(const struct session_face *face, void *user)
{
	json_object_array_add(user, face_json(face->image->path, face->position));
}

static struct json_object *faces_json(const struct session *s, int assigned)
{
	struct json_object *array = json_object_new_array();

	each_face(s, assigned, add_json, array);
	return array;
}

struct refusals {
	const struct session *session;
	struct store *store;
	struct json_object *array; /* or NULL: */
	FILE *csv;
	enum status status;
	struct error *err;
};

static const char *name_of(const struct session *s, int64_t group_id)
{
	for (int i = 0; i < s->named_count; i++)
		if (s->named[i].id == group_id)
			return s->named[i].name;
	return NULL;
}

static bool write_refusal(int64_t face_id, int64_t group_id, void *user)
{
	struct refusals *r = user;
	const char *name = name_of(r->session, group_id);
	struct face_place place;

	r->status = store_face_place(r->store, face_id, &place, r->err);
	if (r->status)
		return false;
	if (r->array && !place.removed) {
		struct json_object *o = face_json(place.path, place.position);

		json_object_object_add(o, "group", name ? json_object_new_string(name) : NULL);
		json_object_array_add(r->array, o);
	} else if (!place.removed && place.position >= 0) {
		fputs("not,", r->csv);
		csv_text(r->csv, name);
		putc(',', r->csv);
		csv_text(r->csv, place.path);
		fprintf(r->csv, ",%d\r\n", place.position);
	}
	free(place.path);
	return true;
}

/* Statements are in the table row by row; each becomes a list of sides. */
struct apart_writer {
	struct store *store;
	struct json_object *statements; /* number → side → faces; or NULL: */
	FILE *csv;
	enum status status;
	struct error *err;
};

/* The list of a side, which is made when it is not there yet. */
static struct json_object *side_json(struct json_object *statements, int64_t statement, int side)
{
	char key[32], number[16];
	struct json_object *sides, *faces;

	snprintf(key, sizeof(key), "%lld", (long long)statement);
	snprintf(number, sizeof(number), "%d", side);
	if (!json_object_object_get_ex(statements, key, &sides)) {
		sides = json_object_new_object();
		json_object_object_add(statements, key, sides);
	}
	if (!json_object_object_get_ex(sides, number, &faces)) {
		faces = json_object_new_array();
		json_object_object_add(sides, number, faces);
	}
	return faces;
}

static bool write_apart(int64_t face_id, int64_t statement, int side, void *user)
{
	struct apart_writer *w = user;
	struct face_place place;

	w->status = store_face_place(w->store, face_id, &place, w->err);
	if (w->status)
		return false;
	if (w->statements && !place.removed) {
		json_object_array_add(side_json(w->statements, statement, side),
				      face_json(place.path, place.position));
	} else if (!place.removed && place.position >= 0) {
		fprintf(w->csv, "apart,%lld/%d,", (long long)statement, side);
		csv_text(w->csv, place.path);
		fprintf(w->csv, ",%d\r\n", place.position);
	}
	free(place.path);
	return true;
}

/* [[[face, ...], [face, ...]], ...]: statements, their sides, the faces of each. */
static enum status apart_json(struct store *store, struct json_object **out, struct error *err)
{
	struct apart_writer w = {.store = store,
				 .statements = json_object_new_object(),
				 .err = err};
	enum status status = store_apart(store, write_apart, &w, err);

	*out = json_object_new_array();
	json_object_object_foreach(w.statements, statement, sides)
	{
		struct json_object *list = json_object_new_array();

		(void)statement;
		json_object_object_foreach(sides, side, faces)
		{
			(void)side;
			json_object_array_add(list, json_object_get(faces));
		}
		json_object_array_add(*out, list);
	}
	json_object_put(w.statements);
	return status ? status : w.status;
}

static enum status list_json(FILE *file, const struct session *s, struct store *store,
			     struct error *err)
{
	struct json_object *o = json_object_new_object(), *groups = json_object_new_array();
	struct refusals refusals = {.session = s,
				    .store = store,
				    .array = json_object_new_array(),
				    .err = err};
	enum status status = store_refusals(store, write_refusal, &refusals, err);
	struct json_object *apart = NULL;

	if (!status)
		status = apart_json(store, &apart, err);
	for (int i = 0; i < s->named_count; i++) {
		struct json_object *group = json_object_new_object();

		json_object_object_add(group, "id", json_object_new_int64(s->named[i].id));
		json_object_object_add(group, "name", json_object_new_string(s->named[i].name));
		json_object_object_add(group, "size", json_object_new_int(s->named[i].face_count));
		json_object_object_add(group, "faces", faces_json(s, i));
		json_object_array_add(groups, group);
	}
	json_object_object_add(o, "groups", groups);
	json_object_object_add(o, "set_aside", faces_json(s, FACE_ASIDE));
	json_object_object_add(o, "not", refusals.array);
	json_object_object_add(o, "apart", apart);
	json_object_object_add(o, "open", json_object_new_int(session_open_faces(s)));
	json_write(file, o);
	return status ? status : refusals.status;
}

struct csv_rows {
	FILE *file;
	const char *kind, *group;
};

static void write_csv_row(const struct session_face *face, void *user)
{
	const struct csv_rows *rows = user;

	fprintf(rows->file, "%s,", rows->kind);
	csv_text(rows->file, rows->group);
	putc(',', rows->file);
	csv_text(rows->file, face->image->path);
	fprintf(rows->file, ",%d\r\n", face->position);
}

static enum status list_csv(FILE *file, const struct session *s, struct store *store,
			    struct error *err)
{
	struct refusals refusals = {.session = s, .store = store, .csv = file, .err = err};
	struct apart_writer apart = {.store = store, .csv = file, .err = err};
	enum status status;

	fputs("kind,group,path,face\r\n", file);
	for (int i = 0; i < s->named_count; i++)
		each_face(s, i, write_csv_row, &(struct csv_rows){file, "group", s->named[i].name});
	each_face(s, FACE_ASIDE, write_csv_row, &(struct csv_rows){file, "aside", NULL});
	status = store_refusals(store, write_refusal, &refusals, err);
	if (!status)
		status = store_apart(store, write_apart, &apart, err);
	return status ? status : refusals.status ? refusals.status : apart.status;
}

static void write_text_face(const struct session_face *face, void *user)
{
	char *path = quote_new(face->image->path);

	fprintf(user, "    %s#%d\n", path, face->position);
	free(path);
}

static void count_face(const struct session_face *face, void *user)
{
	(void)face;
	*(int *)user += 1;
}

static void list_text(FILE *file, const struct session *s)
{
	int aside = 0;

	for (int i = 0; i < s->named_count; i++) {
		char *name = quote_new(s->named[i].name);

		fprintf(file, "%s: %d face%s\n", name, s->named[i].face_count,
			s->named[i].face_count == 1 ? "" : "s");
		free(name);
		each_face(s, i, write_text_face, file);
	}
	each_face(s, FACE_ASIDE, count_face, &aside);
	if (aside)
		fprintf(file, "set aside: %d face%s\n", aside, aside == 1 ? "" : "s");
	each_face(s, FACE_ASIDE, write_text_face, file);
	fprintf(file, "open: %d of %d faces\n", session_open_faces(s), s->totals.faces);
}

enum status group_write_list(FILE *file, enum output_format format, const struct session *s,
			     struct store *store, struct error *err)
{
	if (format == FORMAT_JSON)
		return list_json(file, s, store, err);
	if (format == FORMAT_CSV)
		return list_csv(file, s, store, err);
	list_text(file, s);
	return OK;
}

/* ---- the log ---- */

struct log_writer {
	FILE *file;
	struct store *store;
	enum output_format format;
	int count;
	enum status status;
	struct error *err;
};

static const char *const change_names[] = {[CHANGE_FACE] = "face",
					   [CHANGE_NAME] = "name",
					   [CHANGE_REFUSAL] = "not",
					   [CHANGE_APART] = "apart"};

static enum status change_json(struct log_writer *w, const struct decision_change *c,
			       struct json_object *array)
{
	struct json_object *o;
	struct face_place place = {0};
	enum status status = OK;

	if (c->kind == CHANGE_NAME) {
		o = json_object_new_object();
		json_object_object_add(o, "name_before",
				       c->before_name ? json_object_new_string(c->before_name)
						      : NULL);
		json_object_object_add(o, "name",
				       c->after_name ? json_object_new_string(c->after_name)
						     : NULL);
	} else {
		status = store_face_place(w->store, c->face_id, &place, w->err);
		if (status)
			return status;
		o = face_json(place.path, place.position);
		json_object_object_add(o, "before", json_object_new_int64(c->before_id));
		json_object_object_add(o, "after", json_object_new_int64(c->after_id));
		free(place.path);
	}
	if (c->kind != CHANGE_FACE)
		json_object_object_add(o, "group_id", json_object_new_int64(c->group_id));
	json_object_object_add(o, "kind", json_object_new_string(change_names[c->kind]));
	json_object_array_add(array, o);
	return OK;
}

static enum status step_json(struct log_writer *w, const struct decision *d)
{
	struct json_object *o = json_object_new_object(), *changes = json_object_new_array();
	enum status status = OK;

	for (size_t i = 0; i < d->change_count && !status; i++)
		status = change_json(w, &d->changes[i], changes);
	json_object_object_add(o, "step", d->id ? json_object_new_int64(d->id) : NULL);
	json_object_object_add(o, "decision", json_object_new_string(decision_name(d->kind)));
	json_object_object_add(o, "of_step", d->of_step ? json_object_new_int64(d->of_step) : NULL);
	json_object_object_add(o, "time", json_object_new_int64(d->made_s));
	json_object_object_add(o, "changes", changes);
	fputs(w->count++ ? "," : "", w->file);
	json_write(w->file, o);
	return status;
}

static enum status step_csv(struct log_writer *w, const struct decision *d)
{
	enum status status = OK;

	for (size_t i = 0; i < d->change_count && !status; i++) {
		const struct decision_change *c = &d->changes[i];
		struct face_place place = {0};

		fprintf(w->file, "%lld,%s,%lld,%lld,%s,", (long long)d->id, decision_name(d->kind),
			(long long)d->of_step, (long long)d->made_s, change_names[c->kind]);
		if (c->face_id)
			status = store_face_place(w->store, c->face_id, &place, w->err);
		csv_text(w->file, place.path);
		if (place.path && place.position >= 0)
			fprintf(w->file, ",%d,", place.position);
		else
			fputs(",,", w->file);
		if (c->kind != CHANGE_FACE)
			fprintf(w->file, "%lld", (long long)c->group_id);
		putc(',', w->file);
		if (c->kind == CHANGE_NAME) {
			csv_text(w->file, c->before_name);
			putc(',', w->file);
			csv_text(w->file, c->after_name);
		} else {
			fprintf(w->file, "%lld,%lld", (long long)c->before_id,
				(long long)c->after_id);
		}
		fputs("\r\n", w->file);
		free(place.path);
	}
	return status;
}

static void step_text(struct log_writer *w, const struct decision *d)
{
	int moved = 0, refused = 0, faces;
	char date[32] = "";
	time_t made = (time_t)d->made_s;
	struct tm tm;

	if (!d->id) {
		fputs("nothing to do: it is so already\n", w->file);
		return;
	}
	if (localtime_r(&made, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	fprintf(w->file, "%6lld  %s  %s", (long long)d->id, date, decision_name(d->kind));
	if (d->of_step)
		fprintf(w->file, " of %lld", (long long)d->of_step);
	for (size_t i = 0; i < d->change_count; i++) {
		moved += d->changes[i].kind == CHANGE_FACE;
		refused += d->changes[i].kind == CHANGE_REFUSAL;
		refused += d->changes[i].kind == CHANGE_APART;
	}
	faces = moved > refused ? moved : refused;
	if (faces)
		fprintf(w->file, ": %d face%s", faces, faces == 1 ? "" : "s");
	for (size_t i = 0; i < d->change_count; i++) {
		const struct decision_change *c = &d->changes[i];
		char *before = quote_new(c->before_name ? c->before_name : "");
		char *after = quote_new(c->after_name ? c->after_name : "");

		if (c->kind == CHANGE_NAME && !c->before_name)
			fprintf(w->file, "; %s begins", after);
		else if (c->kind == CHANGE_NAME && !c->after_name)
			fprintf(w->file, "; %s ends", before);
		else if (c->kind == CHANGE_NAME)
			fprintf(w->file, "; %s is %s", before, after);
		free(before);
		free(after);
	}
	putc('\n', w->file);
}

static enum status write_step(struct log_writer *w, const struct decision *d)
{
	if (w->format == FORMAT_JSON)
		return step_json(w, d);
	if (w->format == FORMAT_CSV)
		return step_csv(w, d);
	step_text(w, d);
	return OK;
}

static bool log_step(const struct decision *d, void *user)
{
	struct log_writer *w = user;

	w->status = write_step(w, d);
	return !w->status;
}

static void write_head(FILE *file, enum output_format format)
{
	if (format == FORMAT_CSV)
		fputs("step,decision,of_step,time,kind,path,face,group_id,before,after\r\n", file);
}

enum status group_write_log(FILE *file, enum output_format format, struct store *store,
			    struct error *err)
{
	struct log_writer w = {.file = file, .store = store, .format = format, .err = err};
	enum status status;

	write_head(file, format);
	if (format == FORMAT_JSON)
		fputs("[\n", file);
	status = store_log(store, log_step, &w, err);
	if (format == FORMAT_JSON)
		fputs("]\n", file);
	return status ? status : w.status;
}

enum status group_write_decision(FILE *file, enum output_format format, const struct decision *d,
				 struct store *store, struct error *err)
{
	struct log_writer w = {.file = file, .store = store, .format = format, .err = err};

	write_head(file, format);
	return write_step(&w, d);
}
