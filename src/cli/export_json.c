/* The collection as JSON: everything that is known, exactly. */
#include "lookalike/cli/export.h"

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

static struct json_object *embedding_json(const float *embedding)
{
	struct json_object *array = embedding ? json_object_new_array_ext(EMBEDDING_COUNT) : NULL;

	for (int i = 0; embedding && i < EMBEDDING_COUNT; i++)
		json_object_array_add(array, json_number((double)embedding[i]));
	return array;
}

static struct json_object *face_json(const struct export *from, const struct session_face *face,
				     const struct face *stored)
{
	struct json_object *o = json_object_new_object(), *features = json_object_new_object();
	const struct group *cluster = export_cluster_of(from, face);
	const struct session_face *same = face->near_duplicate_of;

	for (int m = 0; m < MEASURE_COUNT; m++)
		json_object_object_add(features, measure_name((enum measure)m),
				       json_exact(face->measures[m]));
	json_add_path(o, face->image->path);
	json_object_object_add(o, "face", json_object_new_int(face->position));
	json_object_object_add(o, "box", box_json(&face->box));
	json_object_object_add(o, "score", json_number(face->score));
	json_object_object_add(o, "roll", json_number((double)face->roll_deg));
	json_object_object_add(o, "yaw", json_number((double)face->yaw_deg));
	json_object_object_add(o, "landmarks", landmarks_json(stored->landmarks));
	json_object_object_add(o, "features", features);
	json_object_object_add(o, "cluster", cluster ? json_object_new_int(cluster->number) : NULL);
	json_object_object_add(o, "distance", cluster ? json_number((double)face->distance) : NULL);
	json_add_bytes(o, "group", "group_base64", export_group_of(from, face));
	json_object_object_add(o, "set_aside",
			       json_object_new_boolean(face->assigned == FACE_ASIDE));
	json_object_object_add(o, "sharpness", json_number((double)face->quality.sharpness));
	json_object_object_add(o, "brightness", json_number((double)face->quality.brightness));
	json_object_object_add(o, "cut", json_number((double)face->quality.cut));
	json_object_object_add(o, "findings", json_findings(face->findings));
	json_add_bytes(o, "near_duplicate_of", "near_duplicate_of_base64",
		       same ? same->image->path : NULL);
	json_object_object_add(o, "near_duplicate_face",
			       same ? json_object_new_int(same->position) : NULL);
	if (from->options->with_embedding)
		json_object_object_add(o, "embedding", embedding_json(face->embedding));
	return o;
}

/* Items of one array, one to a line. */
struct list_writer {
	const struct export *from;
	struct output *to;
	const char *path;
	int count;
};

static bool write_item(struct list_writer *w, struct json_object *item)
{
	fputs(w->count++ ? "," : " ", w->to->file);
	json_write(w->to->file, item);
	return !output_failed(w->to);
}

static enum status write_face(const struct session_face *face, void *user, struct error *err)
{
	struct list_writer *w = user;
	enum status status;
	struct face stored;

	if (output_failed(w->to))
		return OK;
	status = store_face(w->from->store, face->id, false, &stored, err);
	if (!status)
		write_item(w, face_json(w->from, face, &stored));
	export_wrote(w->from);
	return status;
}

static bool write_seen(const struct seen_face *seen, void *user)
{
	struct list_writer *w = user;
	struct json_object *o = json_object_new_object();

	json_add_path(o, w->path);
	json_object_object_add(o, "box", box_json(&seen->box));
	json_object_object_add(o, "score", json_number(seen->score));
	return write_item(w, o);
}

enum status export_json(const struct export *from, struct output *to, struct error *err)
{
	struct list_writer faces = {.from = from, .to = to}, seen = {.from = from, .to = to};
	const struct session *session = from->session;
	enum status status;

	fputs("{\"faces\":[\n", to->file);
	status = export_each(from, write_face, &faces, err);
	fputs("],\"seen\":[\n", to->file);
	for (int i = 0; i < session->image_count && !status && !output_failed(to); i++) {
		seen.path = session->images[i]->path;
		if (session->images[i]->seen_count &&
		    filter_image(from->filter, session, session->images[i]))
			status = store_seen(from->store, session->images[i]->id, write_seen, &seen,
					    err);
	}
	fputs("],\"weights\":", to->file);
	json_write(to->file, json_weights(&from->grouping->options));
	fputs("}\n", to->file);
	return status;
}
