/* The filter language: a parser by hand, and one function that asks a face or a photo. */
#include "lookalike/review/filter.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/review/findings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define VERDICT_FAILED VERDICT_COUNT /* in a term: every verdict that is a failure */

enum kind {
	KIND_NUMBER,
	KIND_ANGLE, /* without its sign, unless the value has one */
	KIND_WORD,  /* one of a list */
	KIND_NAME,  /* the whole of it, letters of ASCII compared without case */
	KIND_PART,  /* a part of it, the same */
};

/* name, kind, whether it is asked of a face */
#define FIELD_LIST(X)                                        \
	X(FIELD_PATH, "path", KIND_PART, false)              \
	X(FIELD_VERDICT, "verdict", KIND_WORD, false)        \
	X(FIELD_FORMAT, "format", KIND_WORD, false)          \
	X(FIELD_WIDTH, "width", KIND_NUMBER, false)          \
	X(FIELD_HEIGHT, "height", KIND_NUMBER, false)        \
	X(FIELD_FACES, "faces", KIND_NUMBER, false)          \
	X(FIELD_SEEN, "seen", KIND_NUMBER, false)            \
	X(FIELD_SIZE, "size", KIND_NUMBER, true)             \
	X(FIELD_SCORE, "score", KIND_NUMBER, true)           \
	X(FIELD_SHARPNESS, "sharpness", KIND_NUMBER, true)   \
	X(FIELD_BRIGHTNESS, "brightness", KIND_NUMBER, true) \
	X(FIELD_YAW, "yaw", KIND_ANGLE, true)                \
	X(FIELD_ROLL, "roll", KIND_ANGLE, true)              \
	X(FIELD_GROUP, "group", KIND_NAME, true)             \
	X(FIELD_FINDING, "finding", KIND_WORD, true)         \
	X(FIELD_LABEL, "label", KIND_NAME, false)            \
	X(FIELD_DOUBT, "doubt", KIND_NUMBER, true)

enum field {
#define X(field, name, kind, of_face) field,
	FIELD_LIST(X)
#undef X
	FIELD_COUNT
};

static const struct {
	const char *name;
	enum kind kind;
	bool of_face;
} fields[] = {
#define X(field, name, kind, of_face) [field] = {name, kind, of_face},
	FIELD_LIST(X)
#undef X
};

enum comparison {
	EQUAL,
	LESS,
	LESS_EQUAL,
	MORE,
	MORE_EQUAL,
};

struct value {
	char *text;
	double number;
	bool with_sign; /* of an angle */
	int word;       /* its place in the list */
};

struct term {
	enum field field;
	enum comparison comparison;
	bool negated;
	struct value *values;
	int count;
};

struct filter {
	struct term *terms;
	int count;
	bool of_faces; /* one of them is */
};

const char *filter_fields(void)
{
	static const char names[] =
#define X(field, name, kind, of_face) name " "
		FIELD_LIST(X)
#undef X
		;

	return names;
}

/* ---- reading ---- */

struct parser {
	const char *text, *at;
	bool labelled;
	size_t *error_at;
	struct error *err;
};

/* An error at a place in the text; word is what was found there, or NULL. */
static enum status refuse(const struct parser *p, const char *at, const char *why, const char *word,
			  size_t word_len)
{
	char quoted[64] = "";

	*p->error_at = (size_t)(at - p->text);
	if (word)
		quote_bytes(quoted, sizeof(quoted), word, word_len);
	if (word)
		return error_set(p->err, ERR_USAGE, "'%s': %s", quoted, why);
	return error_set(p->err, ERR_USAGE, "%s", why);
}

/* The word of a list that a value names, or -1. */
static int word_find(enum field field, const char *text)
{
	if (field == FIELD_VERDICT && !strcasecmp(text, "failed"))
		return VERDICT_FAILED;
	for (int i = 0; field == FIELD_VERDICT && i < VERDICT_COUNT; i++)
		if (!strcasecmp(text, verdict_name((enum verdict)i)))
			return i;
	for (int i = 0; field == FIELD_FORMAT && i < FORMAT_COUNT; i++)
		if (!strcasecmp(text, format_name((enum format)i)))
			return i;
	for (int i = 0; field == FIELD_FINDING && i < FINDING_COUNT; i++)
		if (!strcasecmp(text, finding_name((enum finding)i)))
			return i;
	return -1;
}

/* "verdict is one of ok, partial, ..." */
static void words_of(enum field field, char *out, size_t size)
{
	int count = field == FIELD_VERDICT  ? VERDICT_COUNT
		    : field == FIELD_FORMAT ? FORMAT_COUNT
					    : FINDING_COUNT;
	int len = snprintf(out, size, "%s is one of ", fields[field].name);

	for (int i = 0; i < count && (size_t)len < size; i++)
		len += snprintf(out + len, size - (size_t)len, "%s%s", i ? ", " : "",
				field == FIELD_VERDICT  ? verdict_name((enum verdict)i)
				: field == FIELD_FORMAT ? format_name((enum format)i)
							: finding_name((enum finding)i));
	if (field == FIELD_VERDICT && (size_t)len < size)
		snprintf(out + len, size - (size_t)len, ", failed (all but ok and partial)");
}

/* Whether text is a number as people write it: no hexadecimal, no infinity. */
static bool number_read(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return *text && !*end && !text[strspn(text, "+-.0123456789")] && isfinite(*out);
}

/* What the text of a value means to its field. */
static enum status value_settle(const struct parser *p, enum field field, struct value *value,
				const char *from)
{
	char why[400];

	switch (fields[field].kind) {
	case KIND_NUMBER:
	case KIND_ANGLE:
		value->with_sign = *value->text == '+' || *value->text == '-';
		if (number_read(value->text, &value->number))
			return OK;
		snprintf(why, sizeof(why), "%s is compared with a number", fields[field].name);
		return refuse(p, from, why, value->text, strlen(value->text));
	case KIND_WORD:
		value->word = word_find(field, value->text);
		if (value->word >= 0)
			return OK;
		words_of(field, why, sizeof(why));
		return refuse(p, from, why, value->text, strlen(value->text));
	default:
		return OK;
	}
}

static bool ends_value(char c)
{
	return !c || c == ' ' || c == '\t' || c == ',' || c == '"';
}

/* The characters of a value, malloc'd; quoted or not. */
static enum status value_text(struct parser *p, char **out)
{
	const char *from = p->at;
	char *text = memory_new(strlen(from) + 1), *to = text;

	if (*p->at != '"') {
		while (!ends_value(*p->at))
			*to++ = *p->at++;
		*out = text;
		return OK;
	}
	for (p->at++; *p->at && *p->at != '"'; p->at++) {
		if (*p->at == '\\' && (p->at[1] == '"' || p->at[1] == '\\'))
			p->at++;
		*to++ = *p->at;
	}
	if (!*p->at) {
		free(text);
		return refuse(p, from, "the quote that begins here does not end", NULL, 0);
	}
	p->at++;
	*out = text;
	return OK;
}

static enum status values_read(struct parser *p, struct term *term)
{
	enum status status;

	for (;;) {
		const char *from = p->at;
		struct value *value;

		if (ends_value(*from) && *from != '"')
			return refuse(p, from, "a value is missing here; \"\" is an empty one",
				      NULL, 0);
		term->values = memory_resize(term->values, (size_t)term->count + 1,
					     sizeof(*term->values));
		value = &term->values[term->count];
		*value = (struct value){0};
		status = value_text(p, &value->text);
		if (status)
			return status;
		term->count++;
		status = value_settle(p, term->field, value, from);
		if (status)
			return status;
		if (*p->at == '"' || (*from == '"' && !ends_value(*p->at)))
			return refuse(p, p->at,
				      "a blank or a comma is wanted here; a value with quotes "
				      "in it is written \"\\\"\"",
				      NULL, 0);
		if (*p->at != ',')
			return OK;
		if (term->comparison != EQUAL)
			return refuse(p, p->at, "only : takes several values", NULL, 0);
		p->at++;
	}
}

static enum status comparison_read(struct parser *p, struct term *term)
{
	bool number = fields[term->field].kind <= KIND_ANGLE, less = *p->at == '<';
	char why[128];

	if (*p->at == ':' || *p->at == '=') {
		p->at++;
		term->comparison = EQUAL;
		return OK;
	}
	snprintf(why, sizeof(why),
		 number ? "%s wants : < <= > or >= and a number here"
			: "%s wants : and a value here",
		 fields[term->field].name);
	if ((!less && *p->at != '>') || !number)
		return refuse(p, p->at, why, NULL, 0);
	p->at++;
	term->comparison = less ? LESS : MORE;
	if (*p->at == '=') {
		p->at++;
		term->comparison = less ? LESS_EQUAL : MORE_EQUAL;
	}
	return OK;
}

static enum status term_read(struct parser *p, struct term *term)
{
	enum status status;
	const char *name;
	size_t len;

	term->negated = *p->at == '-';
	p->at += term->negated;
	name = p->at;
	len = strcspn(name, " \t:=<>,\"-");
	for (term->field = 0; term->field < FIELD_COUNT; term->field++)
		if (strlen(fields[term->field].name) == len &&
		    !strncasecmp(fields[term->field].name, name, len))
			break;
	if (term->field == FIELD_COUNT) {
		char why[256];

		snprintf(why, sizeof(why), "a term begins with one of %.*s",
			 (int)strlen(filter_fields()) - 1, filter_fields());
		return refuse(p, name, why, name, len);
	}
	if ((term->field == FIELD_LABEL || term->field == FIELD_DOUBT) && !p->labelled)
		return refuse(p, name, "there are no labels without --labels", name, len);
	p->at += len;
	status = comparison_read(p, term);
	return status ? status : values_read(p, term);
}

enum status filter_parse(const char *text, bool labelled, struct filter **out, size_t *at,
			 struct error *err)
{
	struct parser p = {
		.text = text, .at = text, .labelled = labelled, .error_at = at, .err = err};
	struct filter *filter = memory_new(sizeof(*filter));
	enum status status = OK;

	while (!status && *(p.at += strspn(p.at, " \t"))) {
		struct term *term;

		filter->terms = memory_resize(filter->terms, (size_t)filter->count + 1,
					      sizeof(*filter->terms));
		term = &filter->terms[filter->count++];
		*term = (struct term){0};
		status = term_read(&p, term);
		filter->of_faces |= !status && fields[term->field].of_face;
	}
	if (status || !filter->count) {
		filter_free(filter);
		filter = NULL;
	}
	if (!status)
		*out = filter;
	return status;
}

void filter_free(struct filter *filter)
{
	if (!filter)
		return;
	for (int i = 0; i < filter->count; i++) {
		for (int j = 0; j < filter->terms[i].count; j++)
			free(filter->terms[i].values[j].text);
		free(filter->terms[i].values);
	}
	free(filter->terms);
	free(filter);
}

/* ---- asking ---- */

static bool number_holds(const struct term *term, const struct value *value, double number)
{
	if (fields[term->field].kind == KIND_ANGLE && !value->with_sign)
		number = fabs(number);
	switch (term->comparison) {
	case LESS:
		return number < value->number;
	case LESS_EQUAL:
		return number <= value->number;
	case MORE:
		return number > value->number;
	case MORE_EQUAL:
		return number >= value->number;
	default:
		return number == value->number;
	}
}

static bool contains(const char *text, const char *part)
{
	size_t len = strlen(part);

	for (; *text; text++)
		if (!strncasecmp(text, part, len))
			return true;
	return len == 0;
}

static bool image_holds(const struct term *term, const struct value *value, const struct session *s,
			const struct session_image *image)
{
	switch (term->field) {
	case FIELD_PATH:
		return contains(image->path, value->text);
	case FIELD_VERDICT:
		return value->word == VERDICT_FAILED ? verdict_failed(image->verdict)
						     : (int)image->verdict == value->word;
	case FIELD_FORMAT:
		return (int)image->format == value->word;
	case FIELD_WIDTH:
		return number_holds(term, value, image->width_px);
	case FIELD_HEIGHT:
		return number_holds(term, value, image->height_px);
	case FIELD_FACES:
		/* Another name of a file has no faces of its own, nor does it lack any. */
		return !image->same_as && number_holds(term, value, image->face_count);
	case FIELD_SEEN:
		return number_holds(term, value, image->seen_count);
	case FIELD_FINDING:
		return finding_in(image->findings, (enum finding)value->word);
	case FIELD_SHARPNESS: /* the photo's, where there is no face */
		return number_holds(term, value, (double)image->quality.sharpness);
	case FIELD_BRIGHTNESS:
		return number_holds(term, value, (double)image->quality.brightness);
	case FIELD_LABEL:
		return image->class >= 0
			       ? !strcasecmp(labels_name(s->labels, image->class), value->text)
			       : !*value->text;
	default:
		return false;
	}
}

/* Of the face itself, or of its photo and none of the faces there. */
static bool finding_holds(const struct session_face *face, enum finding finding)
{
	if (finding_in(face->findings, finding))
		return true;
	for (int i = 0; i < face->image->face_count; i++)
		if (finding_in(face->image->faces[i].findings, finding))
			return false;
	return finding_in(face->image->findings, finding);
}

static bool face_holds(const struct term *term, const struct value *value, const struct session *s,
		       const struct session_face *face)
{
	switch (term->field) {
	case FIELD_SIZE:
		return number_holds(term, value, (double)fminf(face->box.width, face->box.height));
	case FIELD_SCORE:
		return number_holds(term, value, face->score);
	case FIELD_YAW:
		return number_holds(term, value, (double)face->yaw_deg);
	case FIELD_ROLL:
		return number_holds(term, value, (double)face->roll_deg);
	case FIELD_GROUP:
		return face->assigned >= 0 ? !strcasecmp(s->named[face->assigned].name, value->text)
					   : !*value->text;
	case FIELD_SHARPNESS:
		return number_holds(term, value, (double)face->quality.sharpness);
	case FIELD_BRIGHTNESS:
		return number_holds(term, value, (double)face->quality.brightness);
	case FIELD_FINDING:
		return finding_holds(face, (enum finding)value->word);
	case FIELD_DOUBT:
		return number_holds(term, value, face->doubt ? (double)face->doubt_confidence : 0);
	default:
		return image_holds(term, value, s, face->image);
	}
}

/* face may be NULL: the image has none. */
static bool passes(const struct filter *filter, const struct session *s,
		   const struct session_image *image, const struct session_face *face)
{
	for (int i = 0; i < filter->count; i++) {
		const struct term *term = &filter->terms[i];
		bool holds = false;

		for (int j = 0; j < term->count && !holds; j++)
			holds = face ? face_holds(term, &term->values[j], s, face)
				     : image_holds(term, &term->values[j], s, image);
		if (holds == term->negated)
			return false;
	}
	return true;
}

static bool asks(const struct filter *filter, enum field field)
{
	for (int i = 0; filter && i < filter->count; i++)
		if (filter->terms[i].field == field)
			return true;
	return false;
}

bool filter_is_of_findings(const struct filter *filter)
{
	return asks(filter, FIELD_FINDING);
}

bool filter_is_of_doubts(const struct filter *filter)
{
	return asks(filter, FIELD_DOUBT);
}

bool filter_face(const struct filter *filter, const struct session *s,
		 const struct session_face *face)
{
	return !filter || passes(filter, s, face->image, face);
}

bool filter_image(const struct filter *filter, const struct session *s,
		  const struct session_image *image)
{
	if (!filter)
		return true;
	if (!filter->of_faces || !image->face_count)
		return passes(filter, s, image, NULL);
	for (int i = 0; i < image->face_count; i++)
		if (passes(filter, s, image, &image->faces[i]))
			return true;
	return false;
}
