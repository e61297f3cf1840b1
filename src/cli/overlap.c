/*
 * lookalike overlap A B: the people and the files that two collections share. People are groups by
 * distance, as --distance makes them, over the faces of both; files are the same when their bytes
 * are, pictures when their perceptual hashes nearly are.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/cluster/linkage.h"
#include "lookalike/review/duplicates.h"
#include "lookalike/review/hash_index.h"

#include <stdlib.h>
#include <string.h>

/* Something of one of the collections, and what it is together with: a person, or a content. */
struct item {
	int group;
	int of; /* 0: A, 1: B */
	const struct session_image *image;
	int face; /* its position, or -1 for the whole photo */
};

struct overlap {
	struct session *sessions[2];
	struct item *people, *files,
		*pictures; /* in groups that both have, group by group, A before B */
	int people_count, person_count, file_count, content_count, picture_count, shown_count;
	int compared; /* faces */
};

static int compare_items(const void *pa, const void *pb)
{
	const struct item *a = pa, *b = pb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	if (a->of != b->of)
		return a->of - b->of;
	if (a->image != b->image)
		return strcmp(a->image->path, b->image->path);
	return a->face - b->face;
}

/* Keep the groups that have items of both, numbered anew from 0; returns how many groups. */
static int keep_shared(struct item *items, int *count)
{
	int kept = 0, groups = 0;

	if (*count)
		qsort(items, (size_t)*count, sizeof(*items), compare_items);
	for (int i = 0, end; i < *count; i = end) {
		for (end = i; end < *count && items[end].group == items[i].group; end++)
			;
		if (items[i].of == items[end - 1].of)
			continue;
		for (int j = i; j < end; j++) {
			items[kept] = items[j];
			items[kept++].group = groups;
		}
		groups++;
	}
	*count = kept;
	return groups;
}

static enum status find_people(struct overlap *o, double distance, struct error *err)
{
	int most = o->sessions[0]->totals.embedded + o->sessions[1]->totals.embedded, n = 0, k;
	float *values = memory_new((size_t)most * EMBEDDING_COUNT * sizeof(*values) + 1);
	int32_t *groups = memory_new((size_t)most * sizeof(*groups) + 1);
	enum status status = OK;
	struct matrix data;

	o->people = memory_new((size_t)most * sizeof(*o->people) + 1);
	for (int of = 0; of < 2; of++) {
		const struct session *s = o->sessions[of];

		for (int i = 0; i < s->image_count; i++) {
			for (int j = 0; j < s->images[i]->face_count; j++) {
				const struct session_face *face = &s->images[i]->faces[j];

				if (!face->embedding || n == most)
					continue;
				memcpy(values + (size_t)n * EMBEDDING_COUNT, face->embedding,
				       EMBEDDING_COUNT * sizeof(*values));
				o->people[n++] = (struct item){0, of, s->images[i], face->position};
			}
		}
	}
	data = (struct matrix){n, EMBEDDING_COUNT, values};
	if (n)
		status = linkage_groups(&data, distance, NULL, groups, &k, err);
	for (int i = 0; i < n && !status; i++)
		o->people[i].group = groups[i];
	o->compared = o->people_count = n;
	if (!status)
		o->person_count = keep_shared(o->people, &o->people_count);
	free(groups);
	free(values);
	return status;
}

static int compare_hashes(const void *pa, const void *pb)
{
	const struct item *a = pa, *b = pb;

	return memcmp(a->image->hash, b->image->hash, FILE_HASH_BYTES);
}

static void find_files(struct overlap *o)
{
	static const uint8_t none[FILE_HASH_BYTES];
	int most = o->sessions[0]->image_count + o->sessions[1]->image_count, n = 0;

	o->files = memory_new((size_t)most * sizeof(*o->files) + 1);
	for (int of = 0; of < 2; of++)
		for (int i = 0; i < o->sessions[of]->image_count; i++)
			if (memcmp(o->sessions[of]->images[i]->hash, none, sizeof(none)))
				o->files[n++] = (struct item){0, of, o->sessions[of]->images[i],
							      -1};
	if (n)
		qsort(o->files, (size_t)n, sizeof(*o->files), compare_hashes);
	for (int i = 1; i < n; i++)
		o->files[i].group = o->files[i - 1].group +
				    (compare_hashes(&o->files[i - 1], &o->files[i]) != 0);
	o->file_count = n;
	o->content_count = keep_shared(o->files, &o->file_count);
}

/* Near photos join one group: the smallest number stands for it. */
static int root_of(const int *parents, int i)
{
	while (parents[i] != i)
		i = parents[i];
	return i;
}

static void join_near(struct hash_index *index, int *parents, int i)
{
	const int *found;
	int count = hash_index_near(index, i, NEAR_PHOTO_BITS, &found);

	for (int k = 0; k < count; k++) {
		int a = root_of(parents, i), b = root_of(parents, found[k]);

		if (a != b)
			parents[a > b ? a : b] = a < b ? a : b;
	}
}

/* Photos that show the same picture, those of the same bytes among them. */
static void find_pictures(struct overlap *o)
{
	size_t most = (size_t)o->sessions[0]->image_count + (size_t)o->sessions[1]->image_count;
	struct hash_code *codes = memory_new(most * sizeof(*codes) + 1);
	int *parents = memory_new(most * sizeof(*parents) + 1), n = 0;
	struct hash_index *index;

	o->pictures = memory_new(most * sizeof(*o->pictures) + 1);
	for (int of = 0; of < 2; of++) {
		for (int i = 0; i < o->sessions[of]->image_count; i++) {
			const struct session_image *image = o->sessions[of]->images[i];

			if (!perceptual_hash_known(image->quality.perceptual_hash))
				continue;
			memcpy(&codes[n], image->quality.perceptual_hash, sizeof(codes[n]));
			parents[n] = n;
			o->pictures[n++] = (struct item){0, of, image, -1};
		}
	}
	index = hash_index_new(codes, n);
	for (int i = 0; i < n; i++)
		join_near(index, parents, i);
	hash_index_free(index);
	for (int i = 0; i < n; i++)
		o->pictures[i].group = root_of(parents, i);
	o->picture_count = n;
	o->shown_count = keep_shared(o->pictures, &o->picture_count);
	free(parents);
	free(codes);
}

static void write_text_items(FILE *file, const struct item *items, int count)
{
	for (int i = 0; i < count; i++) {
		char *path = quote_new(items[i].image->path);

		fprintf(file, "%s    %s  %s", i && items[i].group != items[i - 1].group ? "\n" : "",
			items[i].of ? "B" : "A", path);
		if (items[i].face >= 0 && items[i].image->face_count > 1)
			fprintf(file, "  face %d of %d", items[i].face + 1,
				items[i].image->face_count);
		putc('\n', file);
		free(path);
	}
}

static void write_text(FILE *file, const struct overlap *o)
{
	fprintf(file, "A %d images, B %d images, %d faces compared\n", o->sessions[0]->image_count,
		o->sessions[1]->image_count, o->compared);
	fprintf(file, "\n%d file%s in both%s\n", o->content_count, o->content_count == 1 ? "" : "s",
		o->content_count ? ":" : "");
	write_text_items(file, o->files, o->file_count);
	fprintf(file, "\n%d picture%s in both%s\n", o->shown_count, o->shown_count == 1 ? "" : "s",
		o->shown_count ? ":" : "");
	write_text_items(file, o->pictures, o->picture_count);
	fprintf(file, "\n%d %s in both%s\n", o->person_count,
		o->person_count == 1 ? "person" : "people", o->person_count ? ":" : "");
	write_text_items(file, o->people, o->people_count);
}

static void write_csv_items(FILE *file, const char *what, const struct item *items, int count,
			    bool raw)
{
	for (int i = 0; i < count; i++) {
		fprintf(file, "%s,%d,%s,", what, items[i].group + 1, items[i].of ? "B" : "A");
		(raw ? csv_raw : csv_text)(file, items[i].image->path);
		if (items[i].face >= 0)
			fprintf(file, ",%d\r\n", items[i].face);
		else
			fputs(",\r\n", file);
	}
}

/* An array of groups, each with its items in "a" and in "b". */
static struct json_object *items_json(const struct item *items, int count)
{
	struct json_object *list = json_object_new_array(), *sides[2] = {NULL, NULL};

	for (int i = 0; i < count; i++) {
		struct json_object *o = json_object_new_object();

		if (!i || items[i].group != items[i - 1].group) {
			struct json_object *group = json_object_new_object();

			for (int of = 0; of < 2; of++) {
				sides[of] = json_object_new_array();
				json_object_object_add(group, of ? "b" : "a", sides[of]);
			}
			json_object_array_add(list, group);
		}
		json_add_path(o, items[i].image->path);
		if (items[i].face >= 0)
			json_object_object_add(o, "face", json_object_new_int(items[i].face));
		json_object_array_add(sides[items[i].of], o);
	}
	return list;
}

static void write_overlap(FILE *file, const struct options *options, const struct overlap *o)
{
	struct json_object *json;

	if (options->format == FORMAT_CSV) {
		fputs("what,number,collection,path,face\r\n", file);
		write_csv_items(file, "file", o->files, o->file_count, options->raw);
		write_csv_items(file, "picture", o->pictures, o->picture_count, options->raw);
		write_csv_items(file, "person", o->people, o->people_count, options->raw);
	} else if (options->format == FORMAT_JSON) {
		json = json_object_new_object();
		json_object_object_add(json, "compared", json_object_new_int(o->compared));
		json_object_object_add(json, "duplicates", items_json(o->files, o->file_count));
		json_object_object_add(json, "near_duplicates",
				       items_json(o->pictures, o->picture_count));
		json_object_object_add(json, "people", items_json(o->people, o->people_count));
		json_write(file, json);
	} else {
		write_text(file, o);
	}
}

/* The session of one of the two paths. */
static enum status load_one(const struct options *options, int of, struct session **out,
			    struct error *err)
{
	struct options one = *options;

	one.paths = options->paths + of;
	one.path_count = 1;
	return command_load(&one, out, err);
}

int command_overlap(const struct options *options)
{
	double distance = options->grouping.distance > 0 ? options->grouping.distance
							 : DISTANCE_DEFAULT;
	struct overlap o = {0};
	struct output output;
	struct error err;
	enum status status = OK;
	int code;

	for (int of = 0; of < 2 && !status; of++)
		status = load_one(options, of, &o.sessions[of], &err);
	if (!status && o.sessions[0]->model && o.sessions[1]->model &&
	    strcmp(o.sessions[0]->model, o.sessions[1]->model))
		status = error_set(&err, ERR_INPUT,
				   "the two were embedded by different networks: scan both anew");
	if (!status)
		status = find_people(&o, distance, &err);
	if (!status)
		status = output_open(options->output, &output, &err);
	if (status) {
		code = command_fail(&err);
	} else {
		find_files(&o);
		find_pictures(&o);
		write_overlap(output.file, options, &o);
		code = output_commit(&output, &err) ? command_fail(&err) : 0;
	}
	free(o.people);
	free(o.files);
	free(o.pictures);
	for (int of = 0; of < 2; of++)
		session_free(o.sessions[of]);
	return code;
}
