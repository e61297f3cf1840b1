/*
 * lookalike export: everything that is known of every face, as JSON. Landmarks are read from the
 * database face by face, so that a large collection needs no more memory than its session.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/store/store.h"

static struct json_object *box_json(const struct box *box)
{
	struct json_object *array = json_object_new_array_ext(4);

	json_object_array_add(array, json_number((double)box->x));
	json_object_array_add(array, json_number((double)box->y));
	json_object_array_add(array, json_number((double)box->width));
	json_object_array_add(array, json_number((double)box->height));
	return array;
}

static struct json_object *landmarks_json(const struct point landmarks[LANDMARK_COUNT])
{
	struct json_object *array = json_object_new_array_ext(LANDMARK_COUNT);

	for (int i = 0; i < LANDMARK_COUNT; i++) {
		struct json_object *point = json_object_new_array_ext(2);

		json_object_array_add(point, json_number((double)landmarks[i].x));
		json_object_array_add(point, json_number((double)landmarks[i].y));
		json_object_array_add(array, point);
	}
	return array;
}

static struct json_object *face_json(const struct session_face *face, const struct face *stored,
				     const struct grouping *g)
{
	struct json_object *o = json_object_new_object(), *features = json_object_new_object();
	bool grouped = face->group >= 0 && face->group < g->k;

	for (int m = 0; m < MEASURE_COUNT; m++)
		json_object_object_add(features, measure_name((enum measure)m),
				       json_number(face->measures[m]));
	json_add_path(o, face->image->path);
	json_object_object_add(o, "face", json_object_new_int(face->position));
	json_object_object_add(o, "box", box_json(&face->box));
	json_object_object_add(o, "score", json_number(face->score));
	json_object_object_add(o, "roll", json_number((double)face->roll_deg));
	json_object_object_add(o, "yaw", json_number((double)face->yaw_deg));
	json_object_object_add(o, "landmarks", landmarks_json(stored->landmarks));
	json_object_object_add(o, "features", features);
	json_object_object_add(o, "cluster",
			       grouped ? json_object_new_int(g->groups[face->group].number) : NULL);
	json_object_object_add(o, "distance", grouped ? json_number((double)face->distance) : NULL);
	json_object_object_add(o, "group", NULL);
	return o;
}

/* Items of one array, one to a line. */
struct list_writer {
	FILE *file;
	const char *path;
	int count;
};

static void write_item(struct list_writer *w, struct json_object *item)
{
	fputs(w->count++ ? "," : " ", w->file);
	json_write(w->file, item);
}

static bool write_seen(const struct seen_face *seen, void *user)
{
	struct list_writer *w = user;
	struct json_object *o = json_object_new_object();

	json_add_path(o, w->path);
	json_object_object_add(o, "box", box_json(&seen->box));
	json_object_object_add(o, "score", json_number(seen->score));
	write_item(w, o);
	return true;
}

static enum status write_json(FILE *file, const struct session *session, struct store *store,
			      const struct grouping *g, struct error *err)
{
	struct list_writer faces = {.file = file}, seen = {.file = file};
	enum status status = OK;

	fputs("{\"faces\":[\n", file);
	for (int i = 0; i < session->image_count; i++) {
		const struct session_image *image = session->images[i];

		for (int j = 0; j < image->face_count && !status; j++) {
			struct face stored;

			status = store_face(store, image->faces[j].id, false, &stored, err);
			if (!status)
				write_item(&faces, face_json(&image->faces[j], &stored, g));
		}
	}
	fputs("],\"seen\":[\n", file);
	for (int i = 0; i < session->image_count && !status; i++) {
		seen.path = session->images[i]->path;
		if (session->images[i]->seen_count)
			status = store_seen(store, session->images[i]->id, write_seen, &seen, err);
	}
	fputs("]}\n", file);
	return status;
}

int command_export(const struct options *options)
{
	struct grouping *grouping = NULL;
	struct session *session;
	struct store *store;
	struct output output;
	struct error err;
	int code;

	if (command_open(options, &session, &store, &err))
		return command_fail(&err);
	grouping = grouping_new(session, &options->grouping);
	/* Without faces there are no groups, and the list is empty. */
	if ((session->totals.faces && grouping_compute(grouping, &err)) ||
	    output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	if (write_json(output.file, session, store, grouping, &err)) {
		output_abandon(&output);
		code = command_fail(&err);
	} else {
		code = output_commit(&output, &err) ? command_fail(&err) : 0;
	}
out:
	grouping_free(grouping);
	session_free(session);
	store_close(store);
	return code;
}
