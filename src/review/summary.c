/* One pass over the session; medians by selection in a copy of the values. */
#include "lookalike/review/summary.h"

#include "lookalike/base/memory.h"
#include "lookalike/review/labelling.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *unit;
	double from, to;
	bool factor;
} spreads[] = {
#define X(kind, name, unit, from, to, factor) [kind] = {name, unit, from, to, factor},
	SPREAD_LIST(X)
#undef X
};

const char *spread_name(enum spread_kind kind)
{
	return spreads[kind].name;
}

double spread_edge(enum spread_kind kind, int bin)
{
	double share = (double)bin / SUMMARY_BINS, from = spreads[kind].from, to = spreads[kind].to;

	return spreads[kind].factor ? from * pow(to / from, share) : from + share * (to - from);
}

static int bin_of(enum spread_kind kind, double value)
{
	double from = spreads[kind].from, to = spreads[kind].to;
	double share = spreads[kind].factor ? log(fmax(value, from) / from) / log(to / from)
					    : (value - from) / (to - from);
	int bin = (int)floor(share * SUMMARY_BINS);

	return bin < 0 ? 0 : bin >= SUMMARY_BINS ? SUMMARY_BINS - 1 : bin;
}

void spread_text(const struct spread_of *spread, bool ascii, char out[SPREAD_TEXT_SIZE])
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	static const char letters[] = " .:-=+*%#";
	int most = 0;

	for (int i = 0; i < SUMMARY_BINS; i++)
		if (spread->bins[i] > most)
			most = spread->bins[i];
	for (int i = 0; i < SUMMARY_BINS; i++) {
		/* Anything at all is seen. */
		int height = spread->bins[i] ? 1 + (int)(7.0 * spread->bins[i] / most) : 0;

		if (ascii)
			*out++ = letters[height];
		else
			out = stpcpy(out, blocks[height]);
	}
	*out = '\0';
}

/* A value as text, and where that ends. */
static char *put_value(char *out, const char *before, double value)
{
	return out + sprintf(out, fabs(value) < 100 ? "%s%.3g" : "%s%.0f", before, value);
}

void spread_range(const struct spread_of *spread, enum spread_kind kind,
		  char out[SPREAD_RANGE_SIZE])
{
	if (!spread->count) {
		strcpy(out, "not known");
		return;
	}
	out = put_value(out, "", spread->least);
	out = put_value(out, " to ", spread->most);
	out = put_value(out, ", median ", spread->median);
	sprintf(out, " %s", spreads[kind].unit);
}

/* ---- values ---- */

struct values {
	float *items;
	int count;
};

/* The k-th smallest, by partition (Hoare's FIND): a sort would take most of the time there is. */
static float select_kth(float *v, int n, int k)
{
	int low = 0, high = n - 1;

	while (low < high) {
		float pivot = v[low + (high - low) / 2];
		int i = low, j = high;

		while (i <= j) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i <= j) {
				float swap = v[i];

				v[i++] = v[j];
				v[j--] = swap;
			}
		}
		if (k <= j)
			high = j;
		else if (k >= i)
			low = i;
		else
			break;
	}
	return v[k];
}

static void spread_fill(enum spread_kind kind, struct values *v, struct spread_of *out)
{
	out->count = v->count;
	out->least = out->median = out->most = NAN;
	for (int i = 0; i < v->count; i++) {
		double x = (double)v->items[i];

		out->bins[bin_of(kind, x)]++;
		out->least = fmin(out->least, x);
		out->most = fmax(out->most, x);
	}
	if (v->count)
		out->median = (double)select_kth(v->items, v->count, (v->count - 1) / 2);
}

static void add(struct values *v, float value)
{
	if (!isnan(value))
		v->items[v->count++] = value;
}

/* ---- folders ---- */

static int folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash > path ? (int)(slash - path) : 1;
}

static int compare_folders(const void *pa, const void *pb)
{
	const struct summary_folder *a = pa, *b = pb;
	int shorter = a->path_len < b->path_len ? a->path_len : b->path_len;
	int order = memcmp(a->path, b->path, (size_t)shorter);

	return order ? order : a->path_len - b->path_len;
}

/* Images come by path; those of one folder may have those of folders in it between them. */
static void folders_join(struct summary *s)
{
	int kept = 0;

	if (s->folder_count)
		qsort(s->folders, (size_t)s->folder_count, sizeof(*s->folders), compare_folders);
	for (int i = 0; i < s->folder_count; i++) {
		struct summary_folder *last = kept ? &s->folders[kept - 1] : NULL;

		if (last && !compare_folders(last, &s->folders[i])) {
			last->images += s->folders[i].images;
			last->faces += s->folders[i].faces;
			last->failed += s->folders[i].failed;
			last->found += s->folders[i].found;
		} else {
			s->folders[kept++] = s->folders[i];
		}
	}
	s->folder_count = kept;
}

static void folder_add(struct summary *s, int *room, const struct session_image *image)
{
	struct summary_folder of = {
		.path = image->path,
		.path_len = folder_len(image->path),
		.images = 1,
		.faces = image->face_count,
		.failed = verdict_failed(image->verdict),
		.found = (image->findings & ~(UINT32_C(1) << FINDING_SEVERAL_FACES)) != 0,
	};
	struct summary_folder *last = s->folder_count ? &s->folders[s->folder_count - 1] : NULL;

	if (last && !compare_folders(last, &of)) {
		last->images++;
		last->faces += of.faces;
		last->failed += of.failed;
		last->found += of.found;
		return;
	}
	if (s->folder_count == *room) {
		*room = *room ? 2 * *room : 64;
		s->folders = memory_resize(s->folders, (size_t)*room, sizeof(*s->folders));
	}
	s->folders[s->folder_count++] = of;
}

void summary_make(const struct session *s, struct summary *out)
{
	struct values values[SPREAD_COUNT] = {0};
	int room = 0;

	*out = (struct summary){.totals = s->totals};
	for (int k = 0; k < SPREAD_COUNT; k++)
		values[k].items = memory_new(
			((size_t)(k == SPREAD_IMAGE_SIZE ? s->image_count : s->totals.faces) + 1) *
			sizeof(float));
	for (int i = 0; i < s->image_count; i++) {
		const struct session_image *image = s->images[i];
		const struct session_face *doubted;
		int faces = image->face_count;

		if (image->same_as)
			continue;
		out->without_face += !faces;
		out->doubtful += image_doubt(image, &doubted) > 0;
		out->verdicts[image->verdict]++;
		out->formats[image->format]++;
		if (!verdict_failed(image->verdict))
			out->with_faces[faces < SUMMARY_FACES_MAX ? faces : SUMMARY_FACES_MAX]++;
		for (int f = 0; f < FINDING_COUNT; f++)
			out->findings[f] += finding_in(image->findings, (enum finding)f);
		if (image->width_px)
			add(&values[SPREAD_IMAGE_SIZE],
			    (float)(image->width_px > image->height_px ? image->width_px
								       : image->height_px));
		for (int j = 0; j < faces; j++) {
			const struct session_face *face = &image->faces[j];

			add(&values[SPREAD_FACE_SIZE], fminf(face->box.width, face->box.height));
			add(&values[SPREAD_SHARPNESS], face->quality.sharpness);
			add(&values[SPREAD_BRIGHTNESS], face->quality.brightness);
			add(&values[SPREAD_YAW], face->yaw_deg);
			add(&values[SPREAD_ROLL], face->roll_deg);
		}
		folder_add(out, &room, image);
	}
	for (int k = 0; k < SPREAD_COUNT; k++) {
		spread_fill((enum spread_kind)k, &values[k], &out->spreads[k]);
		free(values[k].items);
	}
	folders_join(out);
}

/* ---- lines with their filter ---- */

static int line_add(struct summary_line *out, int at, int count, const char *about,
		    const char *field, const char *value)
{
	if (!count)
		return at;
	out[at].count = count;
	out[at].about = about;
	snprintf(out[at].filter, sizeof(out[at].filter), "%s%s", field, value);
	return at + 1;
}

int summary_looks(const struct summary *s, struct summary_line out[SUMMARY_LOOKS_MAX])
{
	int n = line_add(out, 0, s->without_face, "no measured face, for whatever reason",
			 "faces:0", "");

	n = line_add(out, n, s->doubtful, "its face contradicts its label", "doubt>0", "");
	for (int f = 0; f < FINDING_COUNT; f++)
		n = line_add(out, n, s->findings[f], finding_about((enum finding)f),
			     "finding:", finding_name((enum finding)f));
	return n;
}

int summary_kinds(const struct summary *s, struct summary_line out[SUMMARY_KINDS_MAX])
{
	int n = 0;

	for (int v = 0; v < VERDICT_COUNT; v++)
		n = line_add(out, n, s->verdicts[v], "", "verdict:", verdict_name((enum verdict)v));
	for (int f = 0; f < FORMAT_COUNT; f++)
		n = line_add(out, n, s->formats[f], "", "format:", format_name((enum format)f));
	for (int faces = 0; faces <= SUMMARY_FACES_MAX; faces++) {
		char value[16];

		snprintf(value, sizeof(value), "%d", faces);
		/* The filter counts photos that could not be read as well. */
		n = line_add(out, n, faces ? s->with_faces[faces] : s->without_face, "",
			     faces == SUMMARY_FACES_MAX ? "faces>=" : "faces:", value);
	}
	return n;
}

void summary_done(struct summary *summary)
{
	free(summary->folders);
	memset(summary, 0, sizeof(*summary));
}
