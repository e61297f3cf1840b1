/* lookalike list --summary: what is in a collection, and what needs a look. */
#include "lookalike/cli/summary.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/cli/values.h"
#include "lookalike/review/summary.h"
#include "lookalike/ui/grid.h"

#include <math.h>
#include <stdlib.h>

#define FOLDERS_SHOWN 20
#define DOUBTS_SHOWN  20

static const char *plural(int count)
{
	return count == 1 ? "" : "s";
}

static void write_counts(FILE *file, const struct summary *s)
{
	const struct session_totals *t = &s->totals;

	fprintf(file, "%d image%s: %d with faces, %d without, %d failed\n", t->images,
		plural(t->images), t->with_faces, t->without_faces, t->failed);
	fprintf(file, "%d face%s measured, %d seen, not measured\n\n", t->faces, plural(t->faces),
		t->seen_not_measured);
	fputs("verdicts    ", file);
	for (int v = 0; v < VERDICT_COUNT; v++)
		if (s->verdicts[v])
			fprintf(file, "  %s %d", verdict_name((enum verdict)v), s->verdicts[v]);
	fputs("\nformats     ", file);
	for (int f = 0; f < FORMAT_COUNT; f++)
		if (s->formats[f])
			fprintf(file, "  %s %d", format_name((enum format)f), s->formats[f]);
	fputs("\nfaces       ", file);
	for (int n = 0; n <= SUMMARY_FACES_MAX; n++)
		if (s->with_faces[n])
			fprintf(file, "  %d%s in %d", n, n == SUMMARY_FACES_MAX ? " or more" : "",
				s->with_faces[n]);
	fputs("\n\n", file);
}

static void write_spreads(FILE *file, const struct summary *s)
{
	char bars[SPREAD_TEXT_SIZE], range[SPREAD_RANGE_SIZE];

	for (int k = 0; k < SPREAD_COUNT; k++) {
		const struct spread_of *spread = &s->spreads[k];

		spread_text(spread, grid_is_ascii(), bars);
		spread_range(spread, (enum spread_kind)k, range);
		fprintf(file, "%-10s  |%s|  %s\n", spread_name((enum spread_kind)k), bars, range);
	}
	putc('\n', file);
}

static void write_findings(FILE *file, const struct summary *s)
{
	struct summary_line looks[SUMMARY_LOOKS_MAX];
	int count = summary_looks(s, looks);

	fputs(count ? "needs a look, most important first       list --filter ...\n"
		    : "nothing needs a look\n",
	      file);
	for (int i = 0; i < count; i++)
		fprintf(file, "%8d  %-30s %s\n", looks[i].count, looks[i].filter, looks[i].about);
	putc('\n', file);
}

static void write_folders(FILE *file, const struct summary *s)
{
	fputs("  images   faces  failed    look  folder\n", file);
	for (int i = 0; i < s->folder_count && i < FOLDERS_SHOWN; i++) {
		const struct summary_folder *of = &s->folders[i];
		char *path = text_format("%.*s", of->path_len, of->path), *quoted = quote_new(path);

		fprintf(file, "%8d%8d%8d%8d  %s\n", of->images, of->faces, of->failed, of->found,
			quoted);
		free(quoted);
		free(path);
	}
	if (s->folder_count > FOLDERS_SHOWN)
		fprintf(file, "and %d more: --format csv has all\n",
			s->folder_count - FOLDERS_SHOWN);
}

static void write_labels(FILE *file, const struct session *session, const struct labelling *l)
{
	fprintf(file, "\n%d classes, %d photos without a label; %d doubt%s about labels%s\n",
		l->class_count, l->unlabelled, l->doubt_count, plural(l->doubt_count),
		l->doubt_count ? "       list --filter 'doubt>0'" : "");
	for (int i = 0; i < l->doubt_count && i < DOUBTS_SHOWN; i++) {
		const struct label_doubt *d = &l->doubts[i];
		char *label = quote_new(labels_name(session->labels, d->class));
		char *like = d->other < 0 ? NULL
					  : quote_new(labels_name(session->labels, d->other));
		char *path = quote_new(l->faces[d->face]->image->path);

		fprintf(file, "    %.2f  %-11s  %s%s%s, %d photo%s: %s\n", (double)d->confidence,
			doubt_name(d->doubt), label, like ? " looks like " : "", like ? like : "",
			d->count, plural(d->count), path);
		free(path);
		free(like);
		free(label);
	}
}

static void write_csv(FILE *file, const struct session *session, const struct summary *s,
		      const struct labelling *l)
{
	fputs("what,name,count,filter\r\n", file);
	for (int v = 0; v < VERDICT_COUNT; v++)
		fprintf(file, "verdict,%s,%d,verdict:%s\r\n", verdict_name((enum verdict)v),
			s->verdicts[v], verdict_name((enum verdict)v));
	for (int f = 0; f < FORMAT_COUNT; f++)
		fprintf(file, "format,%s,%d,format:%s\r\n", format_name((enum format)f),
			s->formats[f], format_name((enum format)f));
	for (int n = 0; n <= SUMMARY_FACES_MAX; n++)
		fprintf(file, "faces,%d,%d,faces%s%d\r\n", n, s->with_faces[n],
			n == SUMMARY_FACES_MAX ? ">=" : ":", n);
	for (int f = 0; f < FINDING_COUNT; f++)
		fprintf(file, "finding,%s,%d,finding:%s\r\n", finding_name((enum finding)f),
			s->findings[f], finding_name((enum finding)f));
	for (int i = 0; i < s->folder_count; i++) {
		char *path = text_format("%.*s", s->folders[i].path_len, s->folders[i].path);

		fputs("folder,", file);
		csv_text(file, path);
		fprintf(file, ",%d,\r\n", s->folders[i].images);
		free(path);
	}
	for (int32_t c = 0; l && c < l->class_count; c++) {
		fputs("class,", file);
		csv_text(file, labels_name(session->labels, c));
		fprintf(file, ",%d,\r\n", l->classes[c].photos);
	}
}

static struct json_object *spread_json(enum spread_kind kind, const struct spread_of *spread)
{
	struct json_object *o = json_object_new_object(), *edges = json_object_new_array();
	struct json_object *bins = json_object_new_array();

	for (int i = 0; i <= SUMMARY_BINS; i++)
		json_object_array_add(edges, json_number(spread_edge(kind, i)));
	for (int i = 0; i < SUMMARY_BINS; i++)
		json_object_array_add(bins, json_object_new_int(spread->bins[i]));
	json_object_object_add(o, "of", json_object_new_string(spread_name(kind)));
	json_object_object_add(o, "least", json_number(spread->least));
	json_object_object_add(o, "median", json_number(spread->median));
	json_object_object_add(o, "most", json_number(spread->most));
	json_object_object_add(o, "edges", edges);
	json_object_object_add(o, "counts", bins);
	return o;
}

static struct json_object *folder_json(const struct summary_folder *of)
{
	struct json_object *o = json_object_new_object();
	char *path = text_format("%.*s", of->path_len, of->path);

	json_add_path(o, path);
	json_object_object_add(o, "images", json_object_new_int(of->images));
	json_object_object_add(o, "faces", json_object_new_int(of->faces));
	json_object_object_add(o, "failed", json_object_new_int(of->failed));
	json_object_object_add(o, "with_findings", json_object_new_int(of->found));
	free(path);
	return o;
}

/* The classes of labels; null without any. */
static struct json_object *classes_json(const struct session *session, const struct labelling *l)
{
	struct json_object *list = l ? json_object_new_array() : NULL;

	for (int32_t c = 0; l && c < l->class_count; c++) {
		struct json_object *o = json_object_new_object();

		json_add_bytes(o, "label", "label_base64", labels_name(session->labels, c));
		json_object_object_add(o, "images", json_object_new_int(l->classes[c].photos));
		json_object_object_add(o, "faces", json_object_new_int(l->classes[c].faces));
		json_object_array_add(list, o);
	}
	return list;
}

static void write_json(FILE *file, const struct session *session, const struct summary *s,
		       const struct labelling *l)
{
	struct json_object *o = json_object_new_object(), *verdicts = json_object_new_object();
	struct json_object *formats = json_object_new_object(), *faces = json_object_new_array();
	struct json_object *spreads = json_object_new_array(), *found = json_object_new_array();
	struct json_object *folders = json_object_new_array();

	for (int v = 0; v < VERDICT_COUNT; v++)
		json_object_object_add(verdicts, verdict_name((enum verdict)v),
				       json_object_new_int(s->verdicts[v]));
	for (int f = 0; f < FORMAT_COUNT; f++)
		json_object_object_add(formats, format_name((enum format)f),
				       json_object_new_int(s->formats[f]));
	for (int n = 0; n <= SUMMARY_FACES_MAX; n++)
		json_object_array_add(faces, json_object_new_int(s->with_faces[n]));
	for (int k = 0; k < SPREAD_COUNT; k++)
		json_object_array_add(spreads, spread_json((enum spread_kind)k, &s->spreads[k]));
	for (int f = 0; f < FINDING_COUNT; f++) {
		struct json_object *item = json_object_new_object();

		json_object_object_add(item, "finding",
				       json_object_new_string(finding_name((enum finding)f)));
		json_object_object_add(item, "images", json_object_new_int(s->findings[f]));
		json_object_array_add(found, item);
	}
	for (int i = 0; i < s->folder_count; i++)
		json_object_array_add(folders, folder_json(&s->folders[i]));
	json_object_object_add(o, "images", json_object_new_int(s->totals.images));
	json_object_object_add(o, "faces", json_object_new_int(s->totals.faces));
	json_object_object_add(o, "seen_not_measured",
			       json_object_new_int(s->totals.seen_not_measured));
	json_object_object_add(o, "verdicts", verdicts);
	json_object_object_add(o, "formats", formats);
	json_object_object_add(o, "faces_per_image", faces);
	json_object_object_add(o, "distributions", spreads);
	json_object_object_add(o, "findings", found);
	json_object_object_add(o, "folders", folders);
	json_object_object_add(o, "classes", classes_json(session, l));
	json_write(file, o);
}

void summary_write(FILE *file, enum output_format format, const struct session *session,
		   const struct labelling *labelling)
{
	struct summary s;

	summary_make(session, &s);
	if (format == FORMAT_CSV) {
		write_csv(file, session, &s, labelling);
	} else if (format == FORMAT_JSON) {
		write_json(file, session, &s, labelling);
	} else {
		write_counts(file, &s);
		write_spreads(file, &s);
		write_findings(file, &s);
		write_folders(file, &s);
		if (labelling)
			write_labels(file, session, labelling);
	}
	summary_done(&s);
}
