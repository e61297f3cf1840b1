/*
 * lookalike score: how well the groups agree with known labels.
 *
 * A label is of a photo, and counts for its largest face: the others are nobody's in particular
 * and are left out, after they took part in the grouping. A labelled photo without a face in a
 * group is not left out, or a program that finds only the easy faces would score best: it counts
 * as a group of one.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"
#include "lookalike/cli/vectors.h"
#include "lookalike/review/labels.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/cluster/agreement.h"

#include <math.h>
#include <stdlib.h>

/* What was scored. */
struct scored {
	const char *features, *scale, *chosen_by;
	int items, k;
	int missed;     /* of the items: photos without a measured face */
	int set_aside;  /* of the items: their face is in no group */
	int left_out;   /* faces that are not the largest of their photo */
	int unlabelled; /* photos with a face, without a label */
	struct agreement agreement;
};

static const struct session_face *largest_face(const struct session_image *image)
{
	const struct session_face *largest = NULL;

	for (int i = 0; i < image->face_count; i++) {
		const struct session_face *face = &image->faces[i];

		if (!largest ||
		    face->box.width * face->box.height > largest->box.width * largest->box.height)
			largest = face;
	}
	return largest;
}

/* The group of a face: those that a person made come after the k open ones; -1 for none. */
static int32_t group_of(const struct session_face *face, int k)
{
	if (face && face->assigned >= 0)
		return k + face->assigned;
	return face && face->assigned == FACE_OPEN ? face->group : -1;
}

/* The labels of photos, and the groups of their largest faces; negative for a group of one. */
static void collect(const struct session *s, int k, struct labels *labels, int32_t *classes,
		    int32_t *clusters, struct scored *out)
{
	for (int i = 0; i < s->image_count; i++) {
		const struct session_image *image = s->images[i];
		const struct session_face *face = largest_face(image);
		int32_t class = image->same_as ? -1 : labels_class(labels, image->path);
		int32_t group = group_of(face, k);

		if (class < 0) {
			out->unlabelled += face && !image->same_as;
			continue;
		}
		classes[out->items] = class;
		clusters[out->items] = group >= 0 ? group : -1 - out->items;
		out->missed += !face;
		out->set_aside += face && group < 0;
		out->left_out += face ? image->face_count - 1 : 0;
		out->items++;
	}
}

static enum status score_session(const struct options *options, const struct session *session,
				 struct scored *out, struct error *err)
{
	struct grouping *grouping = grouping_new((struct session *)session, &options->grouping);
	int32_t *classes = memory_new((size_t)session->image_count * sizeof(*classes) + 1);
	int32_t *clusters = memory_new((size_t)session->image_count * sizeof(*clusters) + 1);
	struct labels *labels = NULL;
	enum status status = labels_open(options->labels, &labels, err);

	/* Where a person has decided on every face, those are the groups. */
	if (!status && (session_open_faces(session) || !session->named_count))
		status = grouping_compute(grouping, err);
	if (!status) {
		collect(session, grouping->k, labels, classes, clusters, out);
		out->features = features_name(options->grouping.features);
		out->scale = grouping_scale_name(grouping);
		out->k = grouping->k + session->named_count;
		out->chosen_by = grouping->k ? grouping_chosen_by(grouping) : "user";
		if (!out->items)
			status = error_set(err, ERR_INPUT,
					   "none of the labels is of a photo of this collection: "
					   "paths are absolute, or start from the folder of the "
					   "labels");
	}
	if (!status)
		status = agreement_measure(classes, clusters, out->items, &out->agreement, err);
	labels_done(labels);
	grouping_free(grouping);
	free(clusters);
	free(classes);
	return status;
}

static enum status score_faces(const struct options *options, struct scored *out, struct error *err)
{
	struct session *session;
	enum status status = command_load(options, &session, err);

	if (status)
		return status;
	status = score_session(options, session, out, err);
	session_free(session);
	return status;
}

static enum status score_vectors(const struct options *options, struct scored *out,
				 struct error *err)
{
	struct vectors vectors;
	enum status status = vectors_compute(options, false, &vectors, err);
	int32_t *classes;

	if (status)
		return status;
	classes = memory_new((size_t)vectors.n * sizeof(*classes));
	status = labels_read_lines(options->labels, vectors.n, classes, err);
	if (!status)
		status = agreement_measure(classes, sweep_labels(vectors.sweep, vectors.k),
					   vectors.n, &out->agreement, err);
	out->features = "vectors";
	out->scale = scale_name(options->grouping.scale);
	out->items = vectors.n;
	out->k = vectors.k;
	out->chosen_by = vectors.chosen_by;
	free(classes);
	vectors_done(&vectors);
	return status;
}

static void write_retrieval(FILE *file, const char *name, const struct retrieval *r)
{
	fprintf(file, "%-9s precision %.4f  recall %.4f  F %.4f\n", name, r->precision, r->recall,
		r->f);
}

static void write_text(FILE *file, const struct options *options, const struct scored *scored)
{
	const struct agreement *a = &scored->agreement;
	char *labels = quote_new(options->labels), *weights = weights_text(&options->grouping);

	fprintf(file, "%d %s of %d classes by %s, in %d groups (k chosen by: %s); %s, scale %s%s\n",
		scored->items, options->vectors ? "rows" : "photos", a->class_count, labels,
		scored->k, scored->chosen_by, scored->features, scored->scale, weights);
	free(weights);
	if (!options->vectors)
		fprintf(file,
			"%d missed and %d in no group count as groups of one; left out: %d other "
			"faces of these photos, %d photos without a label\n",
			scored->missed, scored->set_aside, scored->left_out, scored->unlabelled);
	fprintf(file, "adjusted Rand index %.4f  NMI %.4f\n", a->ari, a->nmi);
	write_retrieval(file, "BCubed", &a->bcubed);
	write_retrieval(file, "pairwise", &a->pairwise);
	free(labels);
}

static void write_csv(FILE *file, const struct options *options, const struct scored *scored)
{
	const struct agreement *a = &scored->agreement;
	const double values[] = {a->ari,
				 a->nmi,
				 a->bcubed.precision,
				 a->bcubed.recall,
				 a->bcubed.f,
				 a->pairwise.precision,
				 a->pairwise.recall,
				 a->pairwise.f};

	fputs("labels,faces,classes,k,ari,nmi,bcubed_precision,bcubed_recall,bcubed_f,"
	      "pairwise_precision,pairwise_recall,pairwise_f\r\n",
	      file);
	csv_text(file, options->labels);
	fprintf(file, ",%d,%d,%d", scored->items, a->class_count, scored->k);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (isfinite(values[i]))
			fprintf(file, ",%.9g", values[i]);
		else
			putc(',', file);
	fputs("\r\n", file);
}

static struct json_object *retrieval_json(const struct retrieval *r)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "precision", json_number(r->precision));
	json_object_object_add(o, "recall", json_number(r->recall));
	json_object_object_add(o, "f", json_number(r->f));
	return o;
}

static void write_json(FILE *file, const struct options *options, const struct scored *scored)
{
	const struct agreement *a = &scored->agreement;
	struct json_object *o = json_object_new_object();
	char *labels = quote_new(options->labels);

	json_object_object_add(o, "labels", json_object_new_string(labels));
	json_object_object_add(o, options->vectors ? "rows" : "faces",
			       json_object_new_int(scored->items));
	json_object_object_add(o, "classes", json_object_new_int(a->class_count));
	json_object_object_add(o, "k", json_object_new_int(scored->k));
	json_object_object_add(o, "chosen_by", json_object_new_string(scored->chosen_by));
	json_object_object_add(o, "features", json_object_new_string(scored->features));
	json_object_object_add(o, "scale", json_object_new_string(scored->scale));
	json_object_object_add(o, "weights",
			       options->vectors ? NULL : json_weights(&options->grouping));
	json_object_object_add(o, "ari", json_number(a->ari));
	json_object_object_add(o, "nmi", json_number(a->nmi));
	json_object_object_add(o, "bcubed", retrieval_json(&a->bcubed));
	json_object_object_add(o, "pairwise", retrieval_json(&a->pairwise));
	if (!options->vectors) {
		json_object_object_add(o, "missed", json_object_new_int(scored->missed));
		json_object_object_add(o, "set_aside", json_object_new_int(scored->set_aside));
		json_object_object_add(o, "left_out", json_object_new_int(scored->left_out));
		json_object_object_add(o, "unlabelled", json_object_new_int(scored->unlabelled));
	}
	json_write(file, o);
	free(labels);
}

int command_score(const struct options *options)
{
	struct scored scored = {0};
	struct output output;
	struct error err;
	enum status status = options->vectors ? score_vectors(options, &scored, &err)
					      : score_faces(options, &scored, &err);

	if (status || output_open(options->output, &output, &err))
		return command_fail(&err);
	if (options->format == FORMAT_JSON)
		write_json(output.file, options, &scored);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, options, &scored);
	else
		write_text(output.file, options, &scored);
	return output_commit(&output, &err) ? command_fail(&err) : 0;
}
