/*
 * lookalike scan: measure what is new, from first to last, without a screen.
 * The main thread owns the database here; whatever results are waiting are
 * committed together.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/scan/scan.h"
#include "lookalike/store/forget.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_MS   200
#define ROOM_CHECK_MS 1000

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* The first signal ends the scan in good order; a second one of its kind ends the program. */
static void catch_signals(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND};

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

struct scanning {
	struct store *store;
	struct queue *events;
	struct scan *scan;
	bool live; /* progress is rewritten in place on a terminal */
	bool finished, first_scan;
	bool trying; /* files were noted, and the scan is to hear of it when that is safe */
	uint64_t removed, folders_unreadable;
	struct scan_event **batch; /* to be stored together */
	size_t batch_count;
};

static void show_progress(const struct scanning *s)
{
	struct scan_progress p;
	double rate;

	if (!s->live)
		return;
	scan_progress(s->scan, &p);
	if (p.embedding_seconds > 0) {
		rate = p.embedding_seconds > 0.2 ? (double)p.embedded / p.embedding_seconds : 0;
		fprintf(stderr, "\rembedding: %llu of %llu  %.0f photos/s ",
			(unsigned long long)p.embedded, (unsigned long long)p.lacking, rate);
		if (rate > 0)
			fprintf(stderr, " %.0f s left ", (double)(p.lacking - p.embedded) / rate);
		fputs("\033[K", stderr);
		return;
	}
	rate = p.seconds > 0.2 ? (double)p.done / p.seconds : 0;
	fprintf(stderr, "\r%llu of %llu%s  %.0f photos/s  %llu failed ",
		(unsigned long long)(p.done + p.unchanged), (unsigned long long)p.found,
		p.walking ? "+" : "", rate, (unsigned long long)p.failed);
	if (!p.walking && rate > 0)
		fprintf(stderr, " %.0f s left ", (double)(p.found - p.done - p.unchanged) / rate);
}

static void end_progress(const struct scanning *s)
{
	if (s->live)
		fputs("\r\033[K", stderr);
}

/* What an event says to the user, once. */
static void tell_event(struct scanning *s, const struct scan_event *event)
{
	switch (event->item.kind) {
	case SCAN_PHOTO:
		if (s->first_scan)
			fputs("lookalike: " LANDMARKS_NOTE "\n", stderr);
		s->first_scan = false;
		break;
	case SCAN_TRYING:
		s->trying = true;
		break;
	case SCAN_NOTE:
		s->folders_unreadable++;
		/* fall through */
	case SCAN_WARNING:
		end_progress(s);
		fprintf(stderr, "lookalike: %s\n", event->text);
		break;
	case SCAN_FINISHED:
		s->finished = true;
		s->removed = event->gone_count;
		break;
	}
}

static enum status store_event(struct scanning *s, struct scan_event *event, struct error *err)
{
	enum status status = OK;

	switch (event->item.kind) {
	case SCAN_PHOTO:
		return store_put(s->store, event->photo, err);
	case SCAN_MOVED:
		return store_move(s->store, event->photo, err);
	case SCAN_TRYING:
		return store_try(s->store, event->paths, event->path_count, err);
	case SCAN_FINISHED:
		status = store_remove(s->store, event->gone, event->gone_count, err);
		return status ? status : store_try(s->store, NULL, 0, err);
	}
	return OK;
}

/* In one transaction. */
static enum status store_batch(struct scanning *s, struct error *err)
{
	enum status status = store_begin(s->store, err);

	for (size_t i = 0; i < s->batch_count && !status; i++)
		status = store_event(s, s->batch[i], err);
	if (status) {
		store_rollback(s->store);
		return status;
	}
	return store_commit(s->store, err);
}

/*
 * Nothing is lost on a full disk: what is measured waits here, and the scan for it, until there is
 * room or somebody has had enough.
 */
static enum status store_when_room(struct scanning *s, struct error *err)
{
	enum status status = store_batch(s, err);
	bool told = false;

	while (status == ERR_FULL && !interrupted) {
		if (!told) {
			end_progress(s);
			fprintf(stderr, "lookalike: %s; the scan waits for it\n", err->msg);
		}
		told = true;
		usleep(ROOM_CHECK_MS * 1000);
		status = store_batch(s, err);
	}
	return status;
}

/* Everything that is waiting. */
static enum status take_events(struct scanning *s, struct error *err)
{
	struct queue_item *item;
	enum status status, outcome = OK;
	struct error ignored;

	for (s->batch_count = 0; (item = queue_pop(s->events)); s->batch_count++) {
		struct scan_event *event = (struct scan_event *)item;

		s->batch = memory_resize(s->batch, s->batch_count + 1, sizeof(*s->batch));
		s->batch[s->batch_count] = event;
		tell_event(s, event);
		/* A scan that ended early still keeps what it has measured. */
		if (event->item.kind == SCAN_FINISHED && event->status)
			outcome = error_set(err, event->status, "%s", event->text);
	}
	if (!s->batch_count)
		return OK;
	status = store_when_room(s, outcome ? &ignored : err);
	for (size_t i = 0; i < s->batch_count; i++)
		scan_event_free(s->batch[i]);
	if (!status && s->trying)
		scan_tried(s->scan);
	s->trying = false;
	return outcome ? outcome : status;
}

static enum status run(struct scanning *s, struct error *err)
{
	struct pollfd fd = {.fd = queue_fd(s->events), .events = POLLIN};
	enum status status = OK;

	while (!s->finished && !status) {
		poll(&fd, 1, PROGRESS_MS);
		if (interrupted)
			scan_stop(s->scan);
		status = take_events(s, err);
		show_progress(s);
	}
	end_progress(s);
	return status;
}

/* scan --features geometry means the measures and nothing else. */
static bool embeds(const struct options *options)
{
	return options->command != COMMAND_SCAN || !options->features_given ||
	       options->grouping.features == FEATURES_NEURAL;
}

void scan_configure(const struct options *options, const struct collection *collection,
		    const struct places *places, struct pool_config *pool, struct scan_config *scan)
{
	*pool = (struct pool_config){
		.extractor = places->extractor,
		.models = places->models,
		.landmarks = places->landmarks,
		.workers = options->workers,
		.cpu_deadline_ms = options->cpu_deadline_ms,
		.wall_deadline_ms = options->wall_deadline_ms,
		.max_megapixels = options->max_megapixels,
		.embedding = embeds(options) ? places->embedding : NULL,
	};
	*scan = (struct scan_config){
		.paths = collection->paths,
		.path_count = collection->path_count,
		.follow_links = options->follow_links,
		.detector = options->detector,
		.min_face_percent = options->min_face_percent,
		.file_bytes_max = (int64_t)options->max_file_mib << 20,
		.embedding_key = embeds(options) ? places->embedding_key : NULL,
		.crops = options->crops,
	};
}

static enum status scan_into(struct store *store, const struct collection *collection,
			     const struct options *options, struct scan_summary *out,
			     struct error *err)
{
	struct scan_config config = {0};
	struct scanning s = {.store = store, .live = isatty(STDERR_FILENO)};
	struct pool_config pool_config = {0};
	struct scan_progress progress = {0};
	struct places places;
	struct pool *pool;
	struct queue_item *item;
	enum status status = places_find(&places, err);

	if (!status) {
		status = embedding_find(options, &places, err);
		if (status)
			places_done(&places);
	}
	if (status)
		return status;
	scan_configure(options, collection, &places, &pool_config, &config);
	status = scan_recall(store, &places, options, &config, err);
	if (status)
		goto out;
	pool = pool_new(&pool_config);
	s.events = queue_new();
	catch_signals();
	s.first_scan = !config.known_count;
	status = scan_start(&config, pool, s.events, &s.scan, err);
	if (!status) {
		status = run(&s, err);
		scan_progress(s.scan, &progress);
		scan_free(s.scan);
	}
	free(s.batch);
	pool_free(pool);
	while ((item = queue_pop(s.events)))
		scan_event_free((struct scan_event *)item);
	queue_free(s.events);
	if (status == ERR_CANCELLED)
		error_set(
			err, ERR_CANCELLED,
			"interrupted after %llu photos: what is measured is kept, run it again to "
			"go on",
			(unsigned long long)progress.done);
	out->new_images = progress.done - progress.moved - progress.embedded;
	out->moved = progress.moved;
	out->unchanged = progress.unchanged + progress.embedded;
	out->removed = s.removed;
	out->folders_unreadable = s.folders_unreadable;
	out->seconds = progress.seconds;
out:
	scan_recall_done(&config);
	places_done(&places);
	return status;
}

enum status scan_collection(const struct options *options, struct scan_summary *out,
			    struct error *err)
{
	struct session *session = session_new();
	struct collection collection;
	struct forgotten pruned;
	struct store *store = NULL;
	enum status status = collection_open(options, &collection, err);

	if (status) {
		session_free(session);
		return status;
	}
	memset(out, 0, sizeof(*out));
	status = store_open(collection.db, STORE_WRITE, &store, err);
	if (!status && store_warning(store))
		fprintf(stderr, "lookalike: %s\n", store_warning(store));
	if (!status)
		status = collection_adopt(&collection, store, err);
	if (!status)
		status = scan_into(store, &collection, options, out, err);
	if (!status && options->prune)
		status = store_forget(store, FORGET_REMOVED, NULL, &pruned, err);
	if (!status)
		status = session_load(session, store, collection.paths, collection.path_count, err);
	if (!status) {
		out->totals = session->totals;
		out->db = text_copy(collection.db);
	}
	store_close(store);
	collection_done(&collection);
	session_free(session);
	return status;
}

static const char *const summary_fields[] = {
	"images",
	"with_faces",
	"without_faces",
	"failed",
	"same_file",
	"faces",
	"seen_not_measured",
	"new",
	"unchanged",
	"moved",
	"removed",
	"folders_unreadable",
	"without_embedding",
};

#define SUMMARY_FIELDS (sizeof(summary_fields) / sizeof(summary_fields[0]))

static void summary_values(const struct scan_summary *s, int64_t values[SUMMARY_FIELDS])
{
	const struct session_totals *t = &s->totals;
	const int64_t all[SUMMARY_FIELDS] = {
		t->images,
		t->with_faces,
		t->without_faces,
		t->failed,
		t->same_file,
		t->faces,
		t->seen_not_measured,
		(int64_t)s->new_images,
		(int64_t)s->unchanged,
		(int64_t)s->moved,
		(int64_t)s->removed,
		(int64_t)s->folders_unreadable,
		t->faces - t->embedded,
	};

	memcpy(values, all, sizeof(all));
}

static void summary_json(FILE *file, const struct scan_summary *s)
{
	struct json_object *object = json_object_new_object();
	struct json_object *r = s->remeasured ? json_object_new_object() : NULL;
	int64_t values[SUMMARY_FIELDS];

	summary_values(s, values);
	for (size_t i = 0; i < SUMMARY_FIELDS; i++)
		json_object_object_add(object, summary_fields[i], json_object_new_int64(values[i]));
	json_object_object_add(object, "seconds", json_number(s->seconds));
	json_object_object_add(object, "db", json_object_new_string(s->db));
	for (int m = 0; m < MEASURE_COUNT && s->remeasured; m++)
		json_object_object_add(r, measure_name(m), json_number(s->reliability[m]));
	json_object_object_add(object, "remeasured", json_object_new_int(s->remeasured));
	json_object_object_add(object, "reliability", r);
	json_write(file, object);
}

static void summary_csv(FILE *file, const struct scan_summary *s)
{
	int64_t values[SUMMARY_FIELDS];

	summary_values(s, values);
	for (size_t i = 0; i < SUMMARY_FIELDS; i++)
		fprintf(file, "%s,", summary_fields[i]);
	fputs("seconds,db\r\n", file);
	for (size_t i = 0; i < SUMMARY_FIELDS; i++)
		fprintf(file, "%lld,", (long long)values[i]);
	fprintf(file, "%.3f,", s->seconds);
	csv_text(file, s->db);
	fputs("\r\n", file);
}

static void summary_text(FILE *file, const struct scan_summary *s)
{
	const struct session_totals *t = &s->totals;
	char *db = quote_new(s->db);

	fprintf(file, "%d image%s: %d with faces, %d without, %d failed", t->images,
		t->images == 1 ? "" : "s", t->with_faces, t->without_faces, t->failed);
	if (t->same_file)
		fprintf(file, ", %d other name%s of the same file", t->same_file,
			t->same_file == 1 ? "" : "s");
	fprintf(file, "\n%d face%s measured, %d seen but not measured", t->faces,
		t->faces == 1 ? "" : "s", t->seen_not_measured);
	if (t->embedded < t->faces)
		fprintf(file, "; %d without an embedding", t->faces - t->embedded);
	putc('\n', file);
	fprintf(file, "%llu new or changed, %llu unchanged, ", (unsigned long long)s->new_images,
		(unsigned long long)s->unchanged);
	if (s->moved)
		fprintf(file, "%llu moved, ", (unsigned long long)s->moved);
	fprintf(file, "%llu removed; %.1f s\n%s\n", (unsigned long long)s->removed, s->seconds, db);
	free(db);
	if (s->remeasured)
		fprintf(file, "how well measures repeat, from %d faces measured again:\n",
			s->remeasured);
	for (int m = 0; m < MEASURE_COUNT && s->remeasured; m++)
		fprintf(file, "  %-21s %.4f\n", measure_name(m), s->reliability[m]);
}

int command_scan(const struct options *options)
{
	struct scan_summary summary;
	struct output output;
	struct error err;
	bool failed;

	if (output_open(options->output, &output, &err))
		return command_fail(&err);
	if (scan_collection(options, &summary, &err) ||
	    (options->remeasure >= 0 && scan_remeasure(options, &summary, &err))) {
		output_abandon(&output);
		return command_fail(&err);
	}
	if (options->format == FORMAT_JSON)
		summary_json(output.file, &summary);
	else if (options->format == FORMAT_CSV)
		summary_csv(output.file, &summary);
	else
		summary_text(output.file, &summary);
	failed = summary.totals.failed || summary.folders_unreadable;
	free(summary.db);
	if (output_commit(&output, &err))
		return command_fail(&err);
	return failed ? EXIT_UNREADABLE_FILES : 0;
}
