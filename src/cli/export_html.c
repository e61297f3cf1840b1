/*
 * The collection as one page that can be sent to somebody: figures, the curve, the groups.
 *
 * Nothing in it can act. There is no script, and the page's own policy forbids any, as it forbids
 * to load anything; names are quoted by quote_new(), so that each is one harmless line from which
 * its bytes can be told, and then escaped for HTML. A thumbnail is decoded and encoded anew:
 * pixels go in, and nothing that came with them.
 */
#include "lookalike/cli/export.h"

#include "lookalike/base/image.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/base/version.h"
#include "lookalike/cli/chart_svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FACES_SHOWN  24 /* of a group at once; the rest can be unfolded */
#define JPEG_QUALITY 80
#define BAR_FULL_SD  2.5 /* the longest bar of a trait, in standard deviations */

struct page {
	const struct export *from;
	struct output *to;
	FILE *file; /* to's */
	int shown;  /* faces of the present list so far */
};

/* Bytes from a file as text of HTML, in an element or in an attribute in double quotes. */
static void put_text(FILE *file, const char *bytes)
{
	char *quoted = quote_new(bytes);

	for (const char *c = quoted; *c; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", file);
			break;
		case '<':
			fputs("&lt;", file);
			break;
		case '>':
			fputs("&gt;", file);
			break;
		case '"':
			fputs("&quot;", file);
			break;
		case '\'':
			fputs("&#39;", file);
			break;
		default:
			putc(*c, file);
		}
	}
	free(quoted);
}

/* A path; <bdi> keeps its direction from reaching the text around it. */
static void put_path(FILE *file, const char *path)
{
	fputs("<bdi class=\"path\">", file);
	put_text(file, path);
	fputs("</bdi>", file);
}

static const char *plural(int count)
{
	return count == 1 ? "" : "s";
}

/* ---- thumbnails ---- */

/* The picture's pixels in a JPEG of our own, of the size that we make; false when it has none. */
static bool clean_thumb(const struct face *stored, uint8_t **bytes, size_t *len)
{
	struct image picture = {0}, scaled = {0};
	bool ok = stored->thumb &&
		  !image_from_jpeg(stored->thumb, stored->thumb_len, &picture, NULL);

	if (ok && (picture.width_px != THUMB_PX || picture.height_px != THUMB_PX)) {
		ok = !image_scale(&picture, THUMB_PX, THUMB_PX, &scaled, NULL);
		image_done(&picture);
		picture = scaled;
	}
	ok = ok && !image_to_jpeg(&picture, JPEG_QUALITY, bytes, len, NULL);
	image_done(&picture);
	return ok;
}

static void put_picture(FILE *file, const struct face *stored)
{
	uint8_t *jpeg = NULL;
	size_t len = 0;
	char *base64;

	if (!clean_thumb(stored, &jpeg, &len)) {
		fputs("<span class=\"none\">no picture</span>", file);
		return;
	}
	base64 = base64_new(jpeg, len);
	fprintf(file, "<img alt=\"\" width=\"%d\" height=\"%d\" src=\"data:image/jpeg;base64,%s\">",
		THUMB_PX, THUMB_PX, base64);
	free(base64);
	free(jpeg);
}

static void faces_begin(struct page *page)
{
	page->shown = 0;
	fputs("<div class=\"faces\">\n", page->file);
}

static void faces_end(struct page *page)
{
	fputs(page->shown > FACES_SHOWN ? "</div></details>" : "</div>", page->file);
}

static enum status put_face(struct page *page, const struct session_face *face, int count,
			    struct error *err)
{
	FILE *file = page->file;
	enum status status;
	struct face stored;

	if (output_failed(page->to))
		return OK;
	status = store_face(page->from->store, face->id, true, &stored, err);
	if (status)
		return status;
	if (page->shown++ == FACES_SHOWN)
		fprintf(file,
			"</div><details><summary>and %d more</summary><div class=\"faces\">\n",
			count - FACES_SHOWN);
	fputs("<figure title=\"", file);
	put_text(file, face->image->path);
	fputs("\">", file);
	put_picture(file, &stored);
	fputs("<figcaption><bdi>", file);
	put_text(file, face->image->name);
	fputs("</bdi></figcaption></figure>\n", file);
	free(stored.thumb);
	export_wrote(page->from);
	return OK;
}

/* ---- sections ---- */

static bool is_neural(const struct page *page)
{
	return page->from->options->grouping.features == FEATURES_NEURAL;
}

static enum status put_head(struct page *page, struct error *err)
{
	const struct options *options = page->from->options;
	const char *title = is_neural(page) ? "Faces by person" : "Faces of similar shape";
	FILE *file = page->file;
	char **roots = NULL;
	size_t count = 0;
	enum status status = store_roots(page->from->store, &roots, &count, err);

	if (status)
		return status;
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	      "img-src data:; style-src 'unsafe-inline'\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n"
	      "<title>",
	      file);
	fputs(title, file);
	fputs("</title>\n<style>\n", file);
	fputs(export_style, file);
	fprintf(file, "</style>\n</head>\n<body>\n<header>\n<h1>%s</h1>\n", title);
	for (size_t i = 0; i < (options->path_count ? options->path_count : count); i++) {
		const char *given = options->path_count ? options->paths[i] : roots[i];
		char *path = options->path_count ? realpath(given, NULL) : NULL;

		fputs("<p>", file);
		put_path(file, path ? path : given);
		fputs("</p>\n", file);
		free(path);
	}
	fputs("</header>\n<main>\n", file);
	free(roots);
	return OK;
}

static void put_figure(FILE *file, const char *class, int value, const char *what)
{
	fprintf(file, "<div%s><dt>%s</dt><dd>%d</dd></div>\n", class, what, value);
}

/* Those of another part of the database have no faces here. */
static int count_named(const struct session *session)
{
	int count = 0;

	for (int i = 0; i < session->named_count; i++)
		count += session->named[i].face_count > 0;
	return count;
}

static void put_figures(struct page *page)
{
	const struct session_totals *t = &page->from->session->totals;
	FILE *file = page->file;

	fputs("<dl class=\"figures\">\n", file);
	put_figure(file, "", t->images, "images");
	put_figure(file, "", t->with_faces, "with faces");
	put_figure(file, "", t->without_faces, "without");
	if (t->same_file)
		put_figure(file, "", t->same_file, "other names of the same file");
	put_figure(file, t->failed ? " class=\"bad\"" : "", t->failed, "failed");
	put_figure(file, "", t->faces, "faces measured");
	put_figure(file, "", t->seen_not_measured, "seen, not measured");
	put_figure(file, "", page->from->grouping->k + count_named(page->from->session), "groups");
	fputs("</dl>\n", file);
}

/* What the rest of the page is restricted to. */
static void put_filter(struct page *page)
{
	if (!page->from->filter)
		return;
	fputs("<p>Below are only the faces and photos that pass the filter <code><bdi>",
	      page->file);
	put_text(page->file, page->from->options->filter);
	fputs("</bdi></code>.</p>\n", page->file);
}

static void put_curve(struct page *page)
{
	const struct grouping *g = page->from->grouping;
	FILE *file = page->file;
	struct curve curve;

	grouping_curve(g, &curve);
	if (curve.count > 1) {
		char *weights = weights_text(&g->options);

		fputs("<h2>How many groups?</h2>\n<figure class=\"curve\">", file);
		chart_svg(file, &curve, g->k);
		fputs("<figcaption>The cost, the sum of squared distances to the groups' centres, "
		      "for every number of groups",
		      file);
		if (curve.suggested)
			fprintf(file, "; suggested: %d (%s)", curve.suggested, curve.reason);
		else if (curve.decided)
			fprintf(file, "; %s", curve.reason);
		fprintf(file, "; shown here: %d. Scale %s%s, seed %llu.</figcaption></figure>\n",
			g->k, grouping_scale_name(g), weights, (unsigned long long)g->options.seed);
		free(weights);
	}
	curve_done(&curve);
}

static void put_size(struct page *page, int size)
{
	fprintf(page->file,
		"<td class=\"size\">%d face%s<br> <span class=\"soft\">%.0f %%</span></td>\n", size,
		plural(size), 100.0 * size / page->from->session->totals.faces);
}

static void put_traits(FILE *file, const struct group *group)
{
	fputs("<td class=\"why\">", file);
	if (!group->trait_count)
		fputs("<span class=\"soft\">nothing sets it apart</span>", file);
	else
		fputs("<ul>", file);
	for (int i = 0; i < group->trait_count; i++) {
		const struct trait *trait = &group->traits[i];
		double share = fmin(1, fabs(trait->z) / BAR_FULL_SD);

		fprintf(file,
			"<li>%s <span class=\"soft\">%s%.1f</span><i "
			"style=\"width:%.0f%%\"></i></li>",
			trait_words(trait->measure, trait->z), trait->z < 0 ? "−" : "+",
			fabs(trait->z), 100 * share);
	}
	fputs(group->trait_count ? "</ul></td>\n" : "</td>\n", file);
}

static enum status put_cluster(struct page *page, const struct group *group, struct error *err)
{
	enum status status = OK;

	fprintf(page->file, "<tr><th scope=\"row\">%d</th>\n", group->number);
	put_size(page, group->size);
	put_traits(page->file, group);
	fputs("<td class=\"shown\">", page->file);
	faces_begin(page);
	for (int i = 0; i < group->size && !status; i++)
		status = put_face(page, group->faces[i], group->size, err);
	faces_end(page);
	fputs("</td></tr>\n", page->file);
	return status;
}

/* The faces that a person decided about: of a named group, or set aside. */
struct assigned_faces {
	struct page *page;
	int assigned, count;
};

static enum status put_assigned(const struct session_face *face, void *user, struct error *err)
{
	const struct assigned_faces *faces = user;

	return face->assigned == faces->assigned ? put_face(faces->page, face, faces->count, err)
						 : OK;
}

static enum status put_named(struct page *page, int index, struct error *err)
{
	const struct session_group *named = &page->from->session->named[index];
	struct assigned_faces faces = {page, index, named->face_count};
	enum status status;

	fputs("<tr class=\"named\"><th scope=\"row\"><span class=\"star\">★</span> <bdi>",
	      page->file);
	put_text(page->file, named->name);
	fputs("</bdi></th>\n", page->file);
	put_size(page, named->face_count);
	fputs("<td class=\"why soft\">named by hand</td>\n<td class=\"shown\">", page->file);
	faces_begin(page);
	status = export_each(page->from, put_assigned, &faces, err);
	faces_end(page);
	fputs("</td></tr>\n", page->file);
	return status;
}

static enum status put_groups(struct page *page, struct error *err)
{
	const struct export *from = page->from;
	enum status status = OK;

	if (!from->grouping->k && !count_named(from->session))
		return OK;
	fputs("<h2>Groups</h2>\n"
	      "<p class=\"soft\">Each says what sets it apart: how far the mean of a measure lies "
	      "from that of all other faces, in standard deviations of the collection. The faces "
	      "most like their group come first. ",
	      page->file);
	fputs(is_neural(page) ? "Groups are by a network that compares who people are."
			      : "Similar shape is not the same person.",
	      page->file);
	fputs("</p>\n"
	      "<table class=\"groups\">\n<thead><tr><th scope=\"col\">Group</th>"
	      "<th scope=\"col\">Size</th><th scope=\"col\">Why</th>"
	      "<th scope=\"col\">Faces</th></tr></thead>\n<tbody>\n",
	      page->file);
	for (int i = 0; i < from->session->named_count && !status; i++)
		if (from->session->named[i].face_count)
			status = put_named(page, i, err);
	for (int c = 0; c < from->grouping->k && !status; c++)
		if (from->grouping->groups[c].size)
			status = put_cluster(page, &from->grouping->groups[c], err);
	fputs("</tbody>\n</table>\n", page->file);
	return status;
}

static enum status count_aside(const struct session_face *face, void *user, struct error *err)
{
	(void)err;
	*(int *)user += face->assigned == FACE_ASIDE;
	return OK;
}

static enum status put_aside(struct page *page, struct error *err)
{
	struct assigned_faces faces = {page, FACE_ASIDE, 0};
	enum status status = export_each(page->from, count_aside, &faces.count, err);

	if (status || !faces.count)
		return status;
	fprintf(page->file,
		"<h2>Set aside</h2>\n<div class=\"card\"><p class=\"soft\">%d face%s in no "
		"group.</p>",
		faces.count, plural(faces.count));
	faces_begin(page);
	status = export_each(page->from, put_assigned, &faces, err);
	faces_end(page);
	fputs("</div>\n", page->file);
	return status;
}

static enum status put_turned_face(const struct session_face *face, void *user, struct error *err)
{
	struct page *page = user;

	if (face->assigned != FACE_OPEN || export_cluster_of(page->from, face))
		return OK;
	return put_face(page, face, page->from->grouping->left_out, err);
}

/* The faces that --max-yaw leaves out. */
static enum status put_turned(struct page *page, struct error *err)
{
	const struct grouping *g = page->from->grouping;
	enum status status;

	if (!g->left_out)
		return OK;
	fprintf(page->file,
		"<h2>Turned away</h2>\n<div class=\"card\"><p class=\"soft\">%d face%s turned by "
		"more than %d degrees, in no group.</p>",
		g->left_out, plural(g->left_out), g->options.max_yaw_deg);
	faces_begin(page);
	status = export_each(page->from, put_turned_face, page, err);
	faces_end(page);
	fputs("</div>\n", page->file);
	return status;
}

static void put_failed(struct page *page)
{
	const struct session *session = page->from->session;
	FILE *file = page->file;

	if (!session->totals.failed)
		return;
	fputs("<h2>Failed images</h2>\n<table class=\"failed\">\n<thead><tr>"
	      "<th scope=\"col\">Image</th><th scope=\"col\">Verdict</th>"
	      "<th scope=\"col\">Why</th></tr></thead>\n<tbody>\n",
	      file);
	for (int i = 0; i < session->image_count && !output_failed(page->to); i++) {
		const struct session_image *image = session->images[i];

		if (!verdict_failed(image->verdict) ||
		    !filter_image(page->from->filter, session, image))
			continue;
		fputs("<tr><td>", file);
		put_path(file, image->path);
		fprintf(file, "</td><td>%s</td><td>", verdict_name(image->verdict));
		if (image->detail)
			put_text(file, image->detail);
		fputs("</td></tr>\n", file);
	}
	fputs("</tbody>\n</table>\n", file);
}

enum status export_html(const struct export *from, struct output *to, struct error *err)
{
	struct page page = {.from = from, .to = to, .file = to->file};
	enum status status = put_head(&page, err);

	if (status)
		return status;
	put_figures(&page);
	put_filter(&page);
	put_curve(&page);
	export_trials(from->session, page.file);
	status = put_groups(&page, err);
	if (!status)
		status = put_aside(&page, err);
	if (!status)
		status = put_turned(&page, err);
	put_failed(&page);
	fprintf(page.file,
		"</main>\n<footer><p>Made by lookalike %s. This page holds pictures of faces and "
		"where they came from: give it only to those who may see them.</p></footer>\n"
		"</body>\n</html>\n",
		lookalike_version);
	return status;
}
