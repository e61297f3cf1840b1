/*
 * doctor_models.c: the model files and their checksums, which are those of models/SHA256SUMS,
 * of Debian 12's libdlib-data, and of what models/convert.c makes of the published weights.
 */
#include "lookalike/cli/doctor.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/sha256.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct model {
	const char *file; /* NULL: the landmark model, wherever it is */
	const char *purpose, *sum;
} models[] = {
	{NULL, "68 landmarks", "fbdc2cb80eb9aa7a758672cbfdda32ba6300efe9b6e6c7a299ff7e736b11b92f"},
	{"fr_detect.onnx", "face proposals",
	 "6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854"},
	{"dlib_face_recognition_resnet.dat", "face embedding",
	 "5aea712105fe1a3554c687d2ec079a71680a95b1c21f977c509459fddfe9e8ca"},
};

static struct json_object *look_at(const struct model *model, const char *path)
{
	struct json_object *object = json_object_new_object();
	char *quoted = quote_new(path);
	char sum[SHA256_HEX_SIZE];
	struct error err;
	const char *problem = NULL;

	if (access(path, F_OK))
		problem = model->file ? "missing: run models/fetch"
				      : "missing: install libdlib-data";
	else if (sha256_file(path, sum, &err))
		problem = err.msg;
	else if (strcmp(sum, model->sum))
		problem = "not the file that was pinned";
	json_object_object_add(object, "purpose", json_object_new_string(model->purpose));
	json_object_object_add(object, "path", json_object_new_string(quoted));
	json_object_object_add(object, "ok", json_object_new_boolean(!problem));
	json_object_object_add(object, "problem", problem ? json_object_new_string(problem) : NULL);
	free(quoted);
	return object;
}

struct json_object *doctor_models(const struct places *places)
{
	struct json_object *list = json_object_new_array();
	char *path;

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		path = models[i].file ? text_format("%s/%s", places->models, models[i].file)
				      : text_copy(places->landmarks ? places->landmarks : "(none)");
		json_object_array_add(list, look_at(&models[i], path));
		free(path);
	}
	return list;
}
