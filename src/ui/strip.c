/*
 * The cache behind the views. Two tables: faces as the store has them (JPEG
 * thumbnail and landmarks, by id), and pictures (by a hash of everything that
 * makes them). Both forget what was used longest ago when they grow too large.
 */
#include "strip_job.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"

#include <stdlib.h>
#include <string.h>

#define FACE_BUCKETS 4096

/* A group's new picture waits for those of the others as long as this. */
#define TOGETHER_MS 1000

/* A face that was asked for; face is NULL until it comes. */
struct stored_face {
	struct stored_face *next;
	int64_t id;
	bool answered;
	bool by_itself;    /* asked for by strips_stored() */
	struct face *face; /* NULL too when it could not be had */
	uint64_t frame;
};

struct cached_picture {
	struct cached_picture *next;
	uint64_t key, shape;
	int owner;
	bool started, made, shown;
	int64_t made_ms;
	struct picture *picture;     /* NULL too when it failed */
	struct strip_source *source; /* what another like it is made of, or NULL */
	bool fine_started, fine_done, fine_shown;
	struct picture *fine; /* with more colours, shown in its place; NULL too when it failed */
	uint64_t frame;
};

struct strip_source {
	struct picture_options options;
	int places, count;
	int64_t ids[];
};

struct strips {
	struct workers *workers;
	struct keeper *keeper;
	struct stored_face *faces[FACE_BUCKETS];
	struct cached_picture *pictures;
	const struct session_image *seen_of; /* the photo that was asked for last */
	struct seen_face *seen;
	int seen_count;
	size_t bytes;
	uint64_t frame;
	int64_t due_ms; /* see strips_due_ms() */
	bool hold;
};

struct strips *strips_new(struct workers *workers, struct keeper *keeper)
{
	struct strips *s = memory_new(sizeof(*s));

	s->workers = workers;
	s->keeper = keeper;
	s->due_ms = INT64_MAX;
	return s;
}

static void face_done(struct face *face)
{
	if (face)
		free(face->thumb);
	free(face);
}

static size_t picture_bytes(const struct picture *p)
{
	size_t cells = p->cells ? (size_t)p->rows * (size_t)p->cols * sizeof(struct cell) : 0;

	return sizeof(*p) + p->sixel_len + p->png64_len + cells;
}

static void cached_done(struct cached_picture *p)
{
	picture_free(p->picture);
	picture_free(p->fine);
	free(p->source);
	free(p);
}

void strips_free(struct strips *s)
{
	if (!s)
		return;
	for (int i = 0; i < FACE_BUCKETS; i++) {
		for (struct stored_face *f = s->faces[i], *next; f; f = next) {
			next = f->next;
			face_done(f->face);
			free(f);
		}
	}
	for (struct cached_picture *p = s->pictures, *next; p; p = next) {
		next = p->next;
		cached_done(p);
	}
	free(s->seen);
	free(s);
}

/* Drop pictures and faces that no frame since `oldest` has used. */
static void forget_before(struct strips *s, uint64_t oldest)
{
	struct cached_picture **p = &s->pictures;

	while (*p) {
		struct cached_picture *old = *p;

		if (old->frame >= oldest || (old->started && !old->made)) {
			p = &old->next;
			continue;
		}
		*p = old->next;
		if (old->picture)
			s->bytes -= picture_bytes(old->picture);
		if (old->fine)
			s->bytes -= picture_bytes(old->fine);
		cached_done(old);
	}
	for (int i = 0; i < FACE_BUCKETS; i++) {
		struct stored_face **f = &s->faces[i];

		while (*f) {
			struct stored_face *old = *f;

			if (old->frame >= oldest || !old->answered) {
				f = &old->next;
				continue;
			}
			*f = old->next;
			if (old->face)
				s->bytes -= old->face->thumb_len;
			face_done(old->face);
			free(old);
		}
	}
}

void strips_frame(struct strips *s)
{
	s->frame++;
	s->due_ms = INT64_MAX;
	/* Halve the age that is kept until it fits: old things go first, in few passes. */
	for (uint64_t age = 1024; s->bytes > STRIPS_BYTES_MAX && age >= 2; age /= 2)
		if (s->frame > age)
			forget_before(s, s->frame - age);
}

static struct stored_face *stored_find(struct strips *s, int64_t id)
{
	struct stored_face *f = s->faces[(uint64_t)id % FACE_BUCKETS];

	while (f && f->id != id)
		f = f->next;
	return f;
}

/* The face's entry; asks the keeper for it the first time. */
static struct stored_face *stored_want(struct strips *s, int64_t id)
{
	struct stored_face *f = stored_find(s, id);

	if (!f) {
		f = memory_new(sizeof(*f));
		f->id = id;
		f->next = s->faces[(uint64_t)id % FACE_BUCKETS];
		s->faces[(uint64_t)id % FACE_BUCKETS] = f;
		keeper_ask_face(s->keeper, id);
	}
	f->frame = s->frame;
	return f;
}

const struct face *strips_stored(struct strips *s, const struct session_face *face)
{
	struct stored_face *f = stored_want(s, face->id);

	f->by_itself = true;
	return f->face;
}

const struct seen_face *strips_seen(struct strips *s, const struct session_image *image, int *count)
{
	if (s->seen_of != image && image->seen_count) {
		free(s->seen);
		s->seen = NULL;
		s->seen_count = 0;
		s->seen_of = image;
		keeper_ask_seen(s->keeper, image->id);
	}
	*count = s->seen_of == image ? s->seen_count : 0;
	return *count ? s->seen : NULL;
}

static bool take_seen(struct strips *s, struct keeper_answer *answer)
{
	bool wanted = s->seen_of && s->seen_of->id == answer->ids[0] && !answer->status;

	if (wanted) {
		free(s->seen);
		s->seen = answer->seen;
		s->seen_count = answer->seen_count;
		answer->seen = NULL;
	}
	keeper_answer_free(answer);
	return wanted;
}

/* FNV-1a, over everything that makes a picture what it is. */
static uint64_t hash_add(uint64_t hash, const void *data, size_t len)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	return hash;
}

static uint64_t options_hash(const struct picture_options *o)
{
	int values[] = {o->graphics,      o->thumb_cols,     o->thumb_rows,    o->gap_cols,
			o->cell_width_px, o->cell_height_px, o->colors,        o->whole_bands,
			o->background[0], o->background[1],  o->background[2], o->equalize};

	return hash_add(0xcbf29ce484222325u, values, sizeof(values));
}

static struct cached_picture *picture_want(struct strips *s, uint64_t key)
{
	struct cached_picture *p = s->pictures;

	while (p && p->key != key)
		p = p->next;
	if (!p) {
		p = memory_new(sizeof(*p));
		p->key = key;
		p->next = s->pictures;
		s->pictures = p;
	}
	p->frame = s->frame;
	return p;
}

static const struct picture *best_of(const struct cached_picture *p)
{
	return p->fine && p->fine_shown ? p->fine : p->picture;
}

/* The owner's picture of this shape that was shown last. */
static const struct picture *last_of(struct strips *s, int owner, uint64_t shape)
{
	struct cached_picture *last = NULL;

	for (struct cached_picture *p = s->pictures; p && owner; p = p->next)
		if (p->owner == owner && p->shape == shape && p->shown &&
		    (!last || p->frame > last->frame))
			last = p;
	if (last)
		last->frame = s->frame;
	return last ? best_of(last) : NULL;
}

/* Whether a group's row that such a frame asked for is still to come. */
static bool is_awaiting(const struct strips *s, uint64_t since)
{
	const struct cached_picture *p = s->pictures;

	while (p && (!p->owner || p->made || p->frame < since))
		p = p->next;
	return p;
}

/*
 * Whether a row that is there waits for those of the other groups: a terminal that runs out of
 * places for sixels starts from none each time that one changes.
 */
static bool must_wait(struct strips *s, const struct cached_picture *p, uint64_t since)
{
	int64_t until = p->made_ms + TOGETHER_MS;

	if (p->source->options.graphics != GRAPHICS_SIXEL || clock_ms() >= until ||
	    !is_awaiting(s, since))
		return false;
	s->due_ms = until < s->due_ms ? until : s->due_ms;
	return true;
}

/* Make it of thumbnails that are all here; false when some are still to come. */
static bool start_row(struct strips *s, struct cached_picture *p,
		      const struct picture_options *options, bool fine)
{
	const struct strip_source *source = p->source;
	struct strip_job *job;
	bool complete = true;

	for (int i = 0; i < source->count; i++)
		complete &= stored_want(s, source->ids[i])->answered;
	if (!complete)
		return false;
	job = strip_job_new(p->key, options, source->places);
	job->fine = fine;
	for (int i = 0; i < source->count; i++)
		strip_job_set_thumb(job, i, stored_want(s, source->ids[i])->face);
	workers_add(s->workers, &job->job);
	return true;
}

/* The rows of the last frame that wait for nothing any more. */
static void start_rows(struct strips *s)
{
	for (struct cached_picture *p = s->pictures; p; p = p->next)
		if (p->source && !p->started && p->frame == s->frame)
			p->started = start_row(s, p, &p->source->options, false);
}

bool strips_take_answer(struct strips *s, struct keeper_answer *answer)
{
	struct face *face = answer->face;
	struct stored_face *f;

	if (answer->item.kind == KEEPER_SEEN)
		return take_seen(s, answer);
	f = face ? stored_find(s, face->id) : NULL;
	if (f && f->answered)
		f = NULL;
	if (f) {
		f->answered = true;
		if (!answer->status) {
			f->face = face;
			s->bytes += face->thumb_len;
			answer->face = NULL;
		}
		start_rows(s);
	}
	keeper_answer_free(answer);
	return f && f->by_itself;
}

const struct picture *strips_row(struct strips *s, int owner, struct session_face *const *faces,
				 int count, int places, const struct picture_options *options)
{
	uint64_t shape = hash_add(options_hash(options), &places, sizeof(places)), key = shape;
	const struct picture *last;
	struct cached_picture *p;

	if (s->hold)
		return NULL;
	if (places > STRIP_FACES_MAX)
		places = STRIP_FACES_MAX;
	if (count > places)
		count = places;
	for (int i = 0; i < count; i++)
		key = hash_add(key, &faces[i]->id, sizeof(faces[i]->id));
	p = picture_want(s, key);
	p->owner = owner;
	p->shape = shape;
	if (p->shown)
		return best_of(p);
	if (!p->source) {
		p->source = memory_new(sizeof(*p->source) + (size_t)count * sizeof(int64_t));
		p->source->options = *options;
		p->source->places = places;
		p->source->count = count;
		for (int i = 0; i < count; i++)
			p->source->ids[i] = faces[i]->id;
	}
	if (!p->started)
		p->started = start_row(s, p, options, false);
	last = last_of(s, owner, shape);
	/* Others that the last frame asked for may yet be asked for in this one. */
	if (!p->picture || (last && must_wait(s, p, s->frame - 1)))
		return last;
	p->shown = true;
	return best_of(p);
}

void strips_hold(struct strips *s, bool hold)
{
	s->hold = hold;
}

int64_t strips_due_ms(const struct strips *s)
{
	/* Nobody asks any more for what was awaited. */
	if (s->due_ms != INT64_MAX && !is_awaiting(s, s->frame))
		return 0;
	return s->due_ms;
}

bool strips_refine(struct strips *s, const struct picture *shown, int colors)
{
	struct cached_picture *p = s->pictures;
	struct picture_options options;

	while (p && p->picture != shown)
		p = p->next;
	if (!p || !p->source || p->fine_done || p->source->options.colors >= colors)
		return false;
	options = p->source->options;
	options.colors = colors;
	if (!p->fine_started)
		p->fine_started = start_row(s, p, &options, true);
	return true;
}

bool strips_show_refined(struct strips *s)
{
	bool news = false;

	for (struct cached_picture *p = s->pictures; p; p = p->next) {
		news |= p->fine && !p->fine_shown;
		p->fine_shown = p->fine;
	}
	return news;
}

const struct picture *strips_face(struct strips *s, const struct session_face *face,
				  const struct image *large, const struct picture_options *options)
{
	const char *kind = large ? "large" : "small";
	uint64_t key = hash_add(options_hash(options), kind, strlen(kind));
	const struct face *stored = strips_stored(s, face);
	struct cached_picture *p;
	struct strip_job *job;
	struct frame frame;

	p = picture_want(s, hash_add(key, &face->id, sizeof(face->id)));
	if (p->picture || p->started || !stored || s->hold)
		return p->picture;
	job = strip_job_new(p->key, options, 1);
	job->with_points = true;
	frame_of_face(stored->landmarks, &frame);
	for (int i = 0; i < LANDMARK_COUNT; i++)
		job->points[i] = frame_map(&frame, stored->landmarks[i]);
	if (large)
		strip_job_set_image(job, large, 0, 0, large->width_px, large->height_px);
	else
		strip_job_set_thumb(job, 0, stored);
	p->started = true;
	workers_add(s->workers, &job->job);
	return NULL;
}

const struct picture *strips_photo(struct strips *s, const struct image *square,
				   const struct photo_part *part,
				   const struct picture_options *options)
{
	int place[] = {square->width_px, part->left_px, part->top_px, part->width_px,
		       part->height_px};
	uint64_t key = hash_add(options_hash(options), place, sizeof(place));
	struct cached_picture *p;
	struct strip_job *job;

	key = hash_add(key, part->hash, sizeof(part->hash));
	for (int i = 0; i < part->box_count; i++) {
		key = hash_add(key, &part->boxes[i].box, sizeof(part->boxes[i].box));
		key = hash_add(key, &part->boxes[i].kind, sizeof(part->boxes[i].kind));
	}
	p = picture_want(s, key);
	if (p->picture || p->started || s->hold)
		return p->picture;
	job = strip_job_new(p->key, options, 1);
	memcpy(job->boxes, part->boxes, sizeof(job->boxes));
	job->box_count = part->box_count;
	strip_job_set_image(job, square, part->left_px, part->top_px, part->width_px,
			    part->height_px);
	p->started = true;
	workers_add(s->workers, &job->job);
	return NULL;
}

/* Whether a frame would show it. */
static bool is_news(struct strips *s, const struct cached_picture *p)
{
	if (p->frame != s->frame)
		return false;
	return !p->picture || !last_of(s, p->owner, p->shape) || !must_wait(s, p, s->frame);
}

bool strips_take_job(struct strips *s, struct job *base)
{
	struct strip_job *job = (struct strip_job *)base;
	struct cached_picture *p = s->pictures;
	bool news = false;

	while (p && p->key != job->key)
		p = p->next;
	if (p && job->fine && !p->fine_done) {
		p->fine = job->picture;
		p->fine_done = true;
		if (p->fine)
			s->bytes += picture_bytes(p->fine);
	} else if (p && !job->fine && !p->made) {
		p->picture = job->picture;
		p->made = true;
		p->made_ms = clock_ms();
		if (p->picture)
			s->bytes += picture_bytes(p->picture);
		news = is_news(s, p);
	} else {
		picture_free(job->picture);
	}
	strip_job_free(job);
	return news;
}
