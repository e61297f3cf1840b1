/*
 * command.h: the commands, one file each.
 *
 * Each returns the program's exit code, and has said on stderr what went wrong.
 *
 * Owns     nothing.
 * Threads  called on the main thread.
 * Errors   printed as one line; nothing partial on stdout.
 */
#ifndef LOOKALIKE_CLI_COMMAND_H
#define LOOKALIKE_CLI_COMMAND_H

#include "lookalike/cli/collection.h"
#include "lookalike/cli/options.h"
#include "lookalike/review/filter.h"
#include "lookalike/review/grouping.h"
#include "lookalike/review/session.h"
#include "lookalike/scan/scan.h"

#include <stdio.h>

#define EXIT_UNREADABLE_FILES 3

/* Said once, when a collection is measured for the first time. */
#define LANDMARKS_NOTE \
	"note: the 68-point landmark model was trained on data that excludes commercial use"

int command_view(const struct options *options);
int command_scan(const struct options *options);
int command_elbow(const struct options *options);
int command_cluster(const struct options *options);
int command_list(const struct options *options);
int command_overlap(const struct options *options);
int command_trials(const struct options *options);
int command_suggest(const struct options *options);
int command_export(const struct options *options);
int command_group(const struct options *options);
int command_forget(const struct options *options);
int command_score(const struct options *options);
int command_doctor(const struct options *options);
int command_version(void);

/* "lookalike: message" on stderr; returns the exit code. */
int command_fail(const struct error *err);

/* Open the collection's database for reading and load it; command_open() leaves it open. */
enum status command_open(const struct options *options, struct session **out,
			 struct store **out_store, struct error *err);
/* Read --filter, NULL when there is none; the exit code, when it has said on stderr what is wrong
 * with it and where. */
int command_filter(const struct options *options, struct filter **out);

enum status command_load(const struct options *options, struct session **out, struct error *err);

/* What a scan did, beside the session's totals. */
struct scan_summary {
	struct session_totals totals;
	uint64_t new_images, unchanged, moved, removed, folders_unreadable;
	double seconds;
	char *db;       /* for the caller to free */
	int remeasured; /* faces, for the next; 0: none */
	double reliability[MEASURE_COUNT];
};

/*
 * Find out which embedding there is: --embedding, or what was fetched. ERR_MODEL when none is there
 * and the options ask for one.
 */
enum status embedding_find(const struct options *options, struct places *places, struct error *err);

/* What the options say about the pool and the scan; strings are borrowed. */
void scan_configure(const struct options *options, const struct collection *collection,
		    const struct places *places, struct pool_config *pool,
		    struct scan_config *scan);

/* What the store remembers of earlier scans; scan_start() takes the known files, the rest is
 * freed by scan_recall_done(). */
enum status scan_recall(struct store *store, const struct places *places,
			const struct options *options, struct scan_config *scan, struct error *err);
void scan_recall_done(struct scan_config *scan);

/* Measure a sample of the collection's faces again and keep how well each measure repeats. */
enum status scan_remeasure(const struct options *options, struct scan_summary *summary,
			   struct error *err);

/* Scan the collection from first to last, with progress on stderr. */
enum status scan_collection(const struct options *options, struct scan_summary *out,
			    struct error *err);

/* The text forms, which the plain report shows too. */
void elbow_write_text(FILE *file, const struct grouping *grouping);
void cluster_write_text(FILE *file, const struct grouping *grouping);

#endif
