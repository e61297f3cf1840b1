/* The collection as CSV: a row for each face, to be read by a spreadsheet or a script. */
#include "lookalike/cli/export.h"

#define EMBEDDING_COUNT 128

struct csv_writer {
	const struct export *from;
	struct output *to;
};

static void write_header(const struct options *options, FILE *file)
{
	fputs("path,face,x,y,width,height,score,roll,yaw", file);
	for (int m = 0; m < MEASURE_COUNT; m++)
		fprintf(file, ",%s", measure_name((enum measure)m));
	fputs(",cluster,distance,group,set_aside", file);
	for (int i = 0; options->with_landmarks && i < LANDMARK_COUNT; i++)
		fprintf(file, ",x%d,y%d", i, i);
	for (int i = 0; options->with_embedding && i < EMBEDDING_COUNT; i++)
		fprintf(file, ",e%d", i);
	fputs(",sharpness,brightness,cut,findings", file);
	fputs("\r\n", file);
}

static void write_landmarks(FILE *file, const struct point landmarks[LANDMARK_COUNT])
{
	for (int i = 0; i < LANDMARK_COUNT; i++)
		fprintf(file, ",%.9g,%.9g", (double)landmarks[i].x, (double)landmarks[i].y);
}

static void write_quality(FILE *file, const struct session_face *face)
{
	putc(',', file);
	csv_measured(file, face->quality.sharpness);
	putc(',', file);
	csv_measured(file, face->quality.brightness);
	putc(',', file);
	csv_measured(file, face->quality.cut);
	putc(',', file);
	csv_findings(file, face->findings);
}

static enum status write_row(const struct session_face *face, void *user, struct error *err)
{
	struct csv_writer *w = user;
	const struct options *options = w->from->options;
	const struct group *cluster = export_cluster_of(w->from, face);
	void (*text)(FILE *, const char *) = options->raw ? csv_raw : csv_text;
	FILE *file = w->to->file;
	struct face stored;
	enum status status;

	if (output_failed(w->to))
		return OK;
	if (options->with_landmarks &&
	    (status = store_face(w->from->store, face->id, false, &stored, err)))
		return status;
	text(file, face->image->path);
	fprintf(file, ",%d,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g,%.9g", face->position, (double)face->box.x,
		(double)face->box.y, (double)face->box.width, (double)face->box.height, face->score,
		(double)face->roll_deg, (double)face->yaw_deg);
	for (int m = 0; m < MEASURE_COUNT; m++) {
		putc(',', file);
		csv_number(file, face->measures[m]);
	}
	if (cluster)
		fprintf(file, ",%d,%.9g,", cluster->number, (double)face->distance);
	else
		fputs(",,,", file);
	text(file, export_group_of(w->from, face));
	fprintf(file, ",%d", face->assigned == FACE_ASIDE);
	if (options->with_landmarks)
		write_landmarks(file, stored.landmarks);
	for (int i = 0; options->with_embedding && i < EMBEDDING_COUNT; i++)
		if (face->embedding)
			fprintf(file, ",%.9g", (double)face->embedding[i]);
		else
			putc(',', file);
	write_quality(file, face);
	fputs("\r\n", file);
	export_wrote(w->from);
	return OK;
}

enum status export_csv(const struct export *from, struct output *to, struct error *err)
{
	struct csv_writer writer = {.from = from, .to = to};

	write_header(from->options, to->file);
	return export_each(from, write_row, &writer, err);
}
