/*
 * convert.c: the published 8-bit weights of the face embedding to dlib's own file.
 *
 * face-api.js keeps dlib's network as a list of tensors with names and shapes (the manifest) and
 * their values one behind the other (the .bin): float32, or bytes q that stand for
 * q · scale + min. Every name, shape and count has to be the expected one, and the network that
 * comes out has to see a drawn face as it should, before its file takes its place.
 *
 * Usage: convert FOLDER, where the two files are and the third is to be.
 */
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/extractor/embed.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANIFEST_FILE "face_recognition_model-weights_manifest.json"
#define VALUES_FILE   "face_recognition_model.bin"

/* Tensors and values that are still to be read. */
struct source {
	struct json_object *tensors;
	size_t next;
	uint8_t *at, *end;
};

static enum status refuse(const char *why, struct error *err)
{
	return error_set(err, ERR_MODEL,
			 "the weights of the face embedding are not as published: %s; remove "
			 "models/face_recognition_model* and run models/fetch again",
			 why);
}

static const char *text_of(struct json_object *object, const char *key)
{
	const char *text = json_object_get_string(json_object_object_get(object, key));

	return text ? text : "";
}

static double number_of(struct json_object *object, const char *key)
{
	return json_object_get_double(json_object_object_get(object, key));
}

static enum status check_shape(struct json_object *tensor, const char *name, const int *shape,
			       int dims, struct error *err)
{
	struct json_object *found = json_object_object_get(tensor, "shape");
	bool right = json_object_is_type(found, json_type_array) &&
		     json_object_array_length(found) == (size_t)dims;

	if (strcmp(text_of(tensor, "name"), name))
		right = false;
	for (int i = 0; i < dims && right; i++)
		right = json_object_get_int(json_object_array_get_idx(found, (size_t)i)) ==
			shape[i];
	if (right)
		return OK;
	return error_set(err, ERR_MODEL,
			 "the weights of the face embedding have no %s of its shape", name);
}

/* The values of the next tensor, which has to be the named one; count of them. */
static enum status next_values(struct source *s, const char *name, const int *shape, int dims,
			       float *out, struct error *err)
{
	struct json_object *tensor = json_object_array_get_idx(s->tensors, s->next++);
	struct json_object *coded = json_object_object_get(tensor, "quantization");
	double scale = number_of(coded, "scale"), min = number_of(coded, "min");
	size_t count = 1, size = coded ? 1 : sizeof(*out);
	enum status status = check_shape(tensor, name, shape, dims, err);

	if (status)
		return status;
	for (int i = 0; i < dims; i++)
		count *= (size_t)shape[i];
	if ((size_t)(s->end - s->at) < count * size)
		return refuse("cut short", err);
	if (coded && strcmp(text_of(coded, "dtype"), "uint8"))
		return refuse("values that are not bytes", err);
	for (size_t i = 0; i < count; i++) {
		if (coded)
			out[i] = (float)(s->at[i] * scale + min);
		else
			memcpy(&out[i], s->at + i * sizeof(*out), sizeof(*out));
	}
	s->at += count * size;
	return OK;
}

static enum status next_vector(struct source *s, const char *layer, const char *part, int count,
			       float *out, struct error *err)
{
	char *name = text_format("%s/%s", layer, part);
	enum status status = next_values(s, name, &count, 1, out, err);

	free(name);
	return status;
}

/* [row][column][in][out] in the file, [out][in][row][column] in dlib. */
static enum status next_layer(struct source *s, const char *layer, int index, struct weights *w,
			      struct error *err)
{
	struct layer_shape shape = weights_shape(index);
	const int dims[4] = {shape.side, shape.side, shape.in, shape.out};
	const int taps = shape.side * shape.side;
	struct layer_weights *to = &w->layers[index];
	float *values = memory_new(weights_filter_count(index) * sizeof(*values));
	char *name = text_format("%s/conv/filters", layer);
	enum status status = next_values(s, name, dims, 4, values, err);

	for (int tap = 0; tap < taps && !status; tap++)
		for (int in = 0; in < shape.in; in++)
			for (int out = 0; out < shape.out; out++)
				to->filters[(out * shape.in + in) * taps + tap] =
					values[(tap * shape.in + in) * shape.out + out];
	if (!status)
		status = next_vector(s, layer, "conv/bias", shape.out, to->bias, err);
	if (!status)
		status = next_vector(s, layer, "scale/weights", shape.out, to->factor, err);
	if (!status)
		status = next_vector(s, layer, "scale/biases", shape.out, to->shift, err);
	free(name);
	free(values);
	return status;
}

static enum status read_all(struct source *s, struct weights *w, struct error *err)
{
	static const char *const blocks[NETWORK_BLOCKS] = {
		"conv32_1",     "conv32_2",  "conv32_3",     "conv64_down",      "conv64_1",
		"conv64_2",     "conv64_3",  "conv128_down", "conv128_1",        "conv128_2",
		"conv256_down", "conv256_1", "conv256_2",    "conv256_down_out",
	};
	const int matrix[2] = {NETWORK_FEATURES, EMBEDDING_COUNT};
	enum status status = next_layer(s, "conv32_down", 0, w, err);

	for (int i = 1; i < NETWORK_LAYERS && !status; i++) {
		char *name = text_format("%s/conv%d", blocks[(i - 1) / 2], 2 - i % 2);

		status = next_layer(s, name, i, w, err);
		free(name);
	}
	if (!status)
		status = next_values(s, "fc", matrix, 2, w->matrix, err);
	if (!status && (s->at != s->end || s->next != json_object_array_length(s->tensors)))
		status = refuse("more than there should be", err);
	return status;
}

static enum status read_file(const char *path, uint8_t **bytes, size_t *len, struct error *err)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	char name[200];

	quote_bytes(name, sizeof(name), path, strlen(path));
	if (!file || fstat(fileno(file), &st)) {
		if (file)
			fclose(file);
		return error_set(err, ERR_MISSING, "cannot read %s: %s; run models/fetch", name,
				 strerror(errno));
	}
	*bytes = malloc((size_t)st.st_size + 1);
	*len = *bytes ? fread(*bytes, 1, (size_t)st.st_size, file) : 0;
	fclose(file);
	if (!*bytes)
		return error_set(err, ERR_NOMEM, "no memory for %s", name);
	(*bytes)[*len] = '\0';
	return OK;
}

static enum status convert(const char *folder, struct weights *w, struct error *err)
{
	char *manifest_path = text_format("%s/" MANIFEST_FILE, folder);
	char *values_path = text_format("%s/" VALUES_FILE, folder);
	struct json_object *manifest = NULL;
	uint8_t *text = NULL, *values = NULL;
	struct source source = {0};
	size_t len;
	enum status status = read_file(manifest_path, &text, &len, err);

	if (!status)
		status = read_file(values_path, &values, &len, err);
	if (!status) {
		manifest = json_tokener_parse((const char *)text);
		if (json_object_is_type(manifest, json_type_array))
			source.tensors = json_object_object_get(json_object_array_get_idx(manifest,
											  0),
								"weights");
		source.at = values;
		source.end = values + len;
		status = json_object_is_type(source.tensors, json_type_array)
				 ? read_all(&source, w, err)
				 : refuse("no list of tensors", err);
	}
	json_object_put(manifest);
	free(values);
	free(text);
	free(values_path);
	free(manifest_path);
	return status;
}

/* Whole and tried, or not at all. */
static enum status put_in_place(const struct weights *w, const char *folder, struct error *err)
{
	char *path = text_format("%s/" NETWORK_FILE, folder);
	char *temporary = text_format("%s/." NETWORK_FILE ".%d", folder, (int)getpid());
	FILE *file = fopen(temporary, "wb");
	struct network *network;
	enum status status = OK;

	if (!file)
		status = error_set(err, ERR_IO, "cannot write in the models' folder: %s",
				   strerror(errno));
	else
		status = weights_write(w, file, err);
	if (file && fclose(file) && !status)
		status = error_set(err, ERR_IO, "cannot write the network: %s", strerror(errno));
	if (!status)
		status = network_open(temporary, &network, err);
	if (!status) {
		status = embed_check(network, err);
		network_close(network);
	}
	if (!status && rename(temporary, path))
		status = error_set(err, ERR_IO, "cannot name the network: %s", strerror(errno));
	if (status)
		unlink(temporary);
	free(temporary);
	free(path);
	return status;
}

int main(int argc, char **argv)
{
	struct weights *weights = weights_new();
	struct error err;
	enum status status;

	if (argc != 2) {
		fprintf(stderr, "usage: convert FOLDER\n");
		return 2;
	}
	status = convert(argv[1], weights, &err);
	if (!status)
		status = put_in_place(weights, argv[1], &err);
	weights_free(weights);
	if (status) {
		fprintf(stderr, "convert: %s\n", err.msg);
		return 1;
	}
	return 0;
}
