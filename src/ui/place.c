/* Where somebody was: a text with a line for each thing; see place.h. */
#include "lookalike/ui/place.h"

#include "lookalike/base/memory.h"
#include "lookalike/ui/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISTANCE_PARTS 10000 /* a distance is noted in whole parts of one */

enum field {
	FIELD_VIEW,
	FIELD_BELOW,
	FIELD_GROUP,
	FIELD_OPENED,
	FIELD_FACE,
	FIELD_IMAGE,
	FIELD_MEASURE,
	FIELD_FEATURES,
	FIELD_SCALE,
	FIELD_K,
	FIELD_OTHER_K,
	FIELD_DISTANCE,
	FIELD_SEED,
	FIELD_EMPHASIS, /* and the next ones: a step for each measure */
	FIELD_COUNT = FIELD_EMPHASIS + MEASURE_COUNT,
};

/* What a line may say; the names of the emphasis are those of the measures. */
static const struct {
	const char *name;
	int64_t least, most;
} fields[FIELD_EMPHASIS] = {
	[FIELD_VIEW] = {"view", 0, VIEW_PHOTO - 1},
	[FIELD_BELOW] = {"below", 0, VIEW_COUNT - 1},
	[FIELD_GROUP] = {"group", 0, INT64_MAX},
	[FIELD_OPENED] = {"opened", 0, INT64_MAX},
	[FIELD_FACE] = {"face", 0, INT64_MAX},
	[FIELD_IMAGE] = {"image", 0, INT64_MAX},
	[FIELD_MEASURE] = {"measure", 0, MEASURE_COUNT - 1},
	[FIELD_FEATURES] = {"features", FEATURES_GEOMETRY, FEATURES_NEURAL},
	[FIELD_SCALE] = {"scale", 0, SCALE_COUNT - 1},
	[FIELD_K] = {"k", 0, COUNT_MAX},
	[FIELD_OTHER_K] = {"other_k", -1, COUNT_MAX},
	[FIELD_DISTANCE] = {"distance", 0, (int64_t)(DISTANCE_MAX *DISTANCE_PARTS)},
	[FIELD_SEED] = {"seed", 0, INT64_MAX},
};

static const char *field_name(int field)
{
	return field < FIELD_EMPHASIS ? fields[field].name
				      : measure_name((enum measure)(field - FIELD_EMPHASIS));
}

static void to_values(const struct place *p, int64_t values[FIELD_COUNT])
{
	values[FIELD_VIEW] = p->view;
	values[FIELD_BELOW] = p->below;
	values[FIELD_GROUP] = p->group;
	values[FIELD_OPENED] = p->opened;
	values[FIELD_FACE] = p->face;
	values[FIELD_IMAGE] = p->image;
	values[FIELD_MEASURE] = p->measure;
	values[FIELD_FEATURES] = p->features;
	values[FIELD_SCALE] = p->scale;
	values[FIELD_K] = p->k;
	values[FIELD_OTHER_K] = p->other_k;
	values[FIELD_DISTANCE] = (int64_t)(p->distance * DISTANCE_PARTS + 0.5);
	values[FIELD_SEED] = (int64_t)p->seed;
	for (int m = 0; m < MEASURE_COUNT; m++)
		values[FIELD_EMPHASIS + m] = p->emphasis.steps[m];
}

static void from_values(const int64_t values[FIELD_COUNT], struct place *p)
{
	p->view = (int)values[FIELD_VIEW];
	p->below = (int)values[FIELD_BELOW];
	p->group = values[FIELD_GROUP];
	p->opened = values[FIELD_OPENED];
	p->face = values[FIELD_FACE];
	p->image = values[FIELD_IMAGE];
	p->measure = (int)values[FIELD_MEASURE];
	p->features = (enum features)values[FIELD_FEATURES];
	p->scale = (enum scale)values[FIELD_SCALE];
	p->k = (int)values[FIELD_K];
	p->other_k = (int)values[FIELD_OTHER_K];
	p->distance = (double)values[FIELD_DISTANCE] / DISTANCE_PARTS;
	p->seed = (uint64_t)values[FIELD_SEED];
	for (int m = 0; m < MEASURE_COUNT; m++)
		p->emphasis.steps[m] = (int8_t)values[FIELD_EMPHASIS + m];
}

void place_default(const struct grouping_options *grouping, struct place *out)
{
	*out = (struct place){
		.view = VIEW_CLUSTERS,
		.below = VIEW_FACES,
		.features = grouping->features,
		.scale = grouping->scale,
		.emphasis = grouping->emphasis,
		.k = grouping->k,
		.other_k = -1,
		.distance = grouping->distance,
		.seed = grouping->seed,
	};
}

static void take_line(const char *line, int64_t values[FIELD_COUNT])
{
	char name[32];
	int64_t value;
	int end = 0;

	if (sscanf(line, "%31s %" SCNd64 "%n", name, &value, &end) != 2 ||
	    (line[end] && line[end] != '\n'))
		return;
	for (int i = 0; i < FIELD_COUNT; i++) {
		int64_t least = i < FIELD_EMPHASIS ? fields[i].least : EMPHASIS_OFF;
		int64_t most = i < FIELD_EMPHASIS ? fields[i].most : EMPHASIS_STEPS_MAX;

		if (!strcmp(name, field_name(i)) && value >= least && value <= most)
			values[i] = value;
	}
}

void place_parse(const char *text, struct place *place)
{
	int64_t values[FIELD_COUNT];
	struct place read;

	to_values(place, values);
	while (*text) {
		take_line(text, values);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	from_values(values, &read);
	if (!emphasis_count(&read.emphasis))
		read.emphasis = place->emphasis;
	if (read.distance < DISTANCE_MIN || read.features != FEATURES_NEURAL)
		read.distance = 0;
	*place = read;
}

static int64_t first_face(const struct roster_entry *entry)
{
	return entry && entry->size ? entry->faces[0]->id : 0;
}

/* Decisions have emptied groups that the wanted k still counts. */
static int k_of(const struct grouping *g)
{
	return g->options.k && g->k ? g->k : g->options.k;
}

/* What the groups are made by, of both modes what is theirs. */
static void note_options(const struct app *app, struct place *p)
{
	const struct grouping_options *now = &app->grouping->options, *measures = now;

	if (now->features == FEATURES_NEURAL)
		measures = app->other ? &app->other->options : &app->config->grouping;
	place_default(now, p);
	p->k = k_of(app->grouping);
	p->other_k = app->other ? k_of(app->other) : app->config->place.other_k;
	p->scale = measures->scale;
	p->emphasis = measures->emphasis;
}

char *place_text(const struct app *app)
{
	const struct roster_entry *opened = app_opened(app);
	enum view_id view = app->view == VIEW_PHOTO ? app->photo.below : app->view;
	int64_t values[FIELD_COUNT];
	char *text = NULL;
	size_t len;
	struct place p;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		memory_out();
	note_options(app, &p);
	p.view = (int)view;
	p.below = app->below < VIEW_COUNT ? (int)app->below : VIEW_FACES;
	p.group = app->settling ? app->place.group : first_face(app_at(app));
	p.opened = app->settling ? app->place.opened : first_face(opened);
	p.face = app->place.face;
	if (view == VIEW_FACE && app->face)
		p.face = app->face->id;
	else if (!app->settling && opened && app->faces.cursor < opened->size)
		p.face = opened->faces[app->faces.cursor]->id;
	p.image = app->image_at ? app->image_at->id : 0;
	p.measure = app->measures.cursor;
	to_values(&p, values);
	for (int i = 0; i < FIELD_COUNT; i++)
		fprintf(out, "%s %" PRId64 "\n", field_name(i), values[i]);
	if (fclose(out))
		memory_out();
	return text;
}

static const struct session_face *find_face(const struct session *s, int64_t id)
{
	for (int i = 0; i < s->image_count && id; i++)
		for (int j = 0; j < s->images[i]->face_count; j++)
			if (s->images[i]->faces[j].id == id)
				return &s->images[i]->faces[j];
	return NULL;
}

void place_go(struct app *app, const struct place *place)
{
	app->view = (enum view_id)place->view;
	app->below = (enum view_id)place->below;
	app->measures.cursor = place->measure;
	app->place = *place;
	app->settling = true;
	for (int i = 0; i < app->session->image_count; i++)
		if (app->session->images[i]->id == place->image) {
			app->images.cursor = i;
			app->image_at = app->session->images[i];
		}
	if (app->view != VIEW_FACE)
		return;
	app->face = find_face(app->session, place->face);
	if (!app->face)
		app->view = app->below;
}

/* The group that has a face, and where. */
static const struct roster_entry *find_group(const struct app *app, int64_t id, int *at)
{
	const struct session_face *face = find_face(app->session, id);

	for (int i = 0; i < app->roster.count && face; i++) {
		*at = roster_find_face(&app->roster.entries[i], face);
		if (*at >= 0)
			return &app->roster.entries[i];
	}
	return NULL;
}

void place_settle(struct app *app)
{
	const struct roster_entry *entry;
	int at;

	if (!app->settling || !app->grouping->k)
		return;
	/* The first answers of a clustering can give way to better ones. */
	app->settling = app->grouping->shown && !app->grouping->shown->finished;
	entry = find_group(app, app->place.group, &at);
	if (entry)
		app->clusters.cursor = (int)(entry - app->roster.entries);
	entry = find_group(app, app->place.opened, &at);
	if (!entry)
		return;
	app->opened = entry->key;
	app->opened_most = entry->size;
	/* The face may be elsewhere by now. */
	if (find_group(app, app->place.face, &at) == entry)
		app->faces.cursor = at;
}
