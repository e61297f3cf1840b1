/*
 * quality MODELS LANDMARKS PHOTO...: what looking at sharpness, light and hash adds to measuring.
 *
 * Each photo is measured as a worker does it, without embeddings, and then the same looks at it are
 * taken apart, on as many pixels as the worker had. Prints the processor's time for both; ends with
 * 1 when the looks take more than a tenth.
 */
#include "lookalike/extractor/quality.h"
#include "lookalike/base/memory.h"
#include "lookalike/extractor/decode.h"
#include "lookalike/extractor/extract.h"
#include "lookalike/extractor/vision.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PART_MAX 0.1
#define TURNS    3

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint8_t *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0) {
		fprintf(stderr, "bench: cannot read %s\n", path);
		exit(1);
	}
	rewind(file);
	bytes = memory_new((size_t)size + 1);
	*len = fread(bytes, 1, (size_t)size, file);
	fclose(file);
	return bytes;
}

/* The faces of a reply, whose thumbnails are looked at again. */
static int look(const uint8_t *payload, const struct image *img)
{
	const struct photo_head *head = (const struct photo_head *)(const void *)payload;
	struct photo_quality photo;
	struct face_quality quality;
	struct face_record *face = memory_new(sizeof(*face));

	quality_of_photo(img, 1, &photo, NULL);
	for (uint32_t i = 0; i < head->face_count; i++) {
		struct image thumb = {THUMB_PX, THUMB_PX, 3, face->thumb};

		memcpy(face, payload + sizeof(*head) + i * sizeof(*face), sizeof(*face));
		quality_of_thumb(&thumb, &quality);
		quality_cut(&face->box, face->landmarks, head->width_px, head->height_px);
	}
	free(face);
	return (int)head->face_count;
}

int main(int argc, char **argv)
{
	struct extract_request request = {.min_face_percent = MIN_FACE_DEFAULT_PERCENT};
	double measuring = 0, looking = 0, began;
	struct models models;
	struct error err, no_embedding;
	int faces = 0, photos = argc - 3;

	if (argc < 4)
		return 2;
	vision_init();
	if (models_open(argv[2], argv[1], "", &models, &no_embedding, &err)) {
		fprintf(stderr, "bench: %s\n", err.msg);
		return 1;
	}
	for (int i = 0; i < photos * TURNS; i++) {
		struct decoded decoded = {0};
		uint8_t *payload = NULL, *bytes;
		size_t payload_len, len;
		char detail[128];

		bytes = read_file(argv[3 + i % photos], &len);
		request.format = format_sniff(bytes, len);
		began = now_s();
		if (extract_photo(&models, bytes, len, &request, &payload, &payload_len, &err))
			return 1;
		measuring += now_s() - began;
		if (!verdict_failed(decode_image(bytes, len, request.format,
						 detect_long_side_px(models.detector, &request),
						 &decoded, detail, sizeof(detail)))) {
			began = now_s();
			faces += look(payload, &decoded.image);
			looking += now_s() - began;
		}
		image_done(&decoded.image);
		free(payload);
		free(bytes);
	}
	printf("quality: %.2f ms of the %.2f ms in which a photo is measured, %.1f %%: %d photos, "
	       "%d faces\n",
	       looking * 1000 / photos / TURNS, measuring * 1000 / photos / TURNS,
	       looking / measuring * 100, photos, faces / TURNS);
	models_close(&models);
	return looking <= PART_MAX * measuring ? 0 : 1;
}
