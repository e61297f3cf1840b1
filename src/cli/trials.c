/* lookalike trials: the answers of the blind tests, as they were given and for the groups of now.
 */
#include "lookalike/cli/command.h"
#include "lookalike/cli/output.h"

#include "lookalike/base/quote.h"
#include "lookalike/review/trial_result.h"

#include <stdlib.h>
#include <time.h>

static struct trial_result result_of(const struct trial_run *run, const struct trial_row *rows,
				     int count)
{
	struct trial_result r;

	trial_count(run->kind, run->planned, rows, count, &r);
	return r;
}

/* The answers of all runs of a kind that fit the groups of now. */
static struct trial_tally recount(const struct session *s, const struct trial_index *index,
				  enum trial_kind kind)
{
	struct trial_tally tally = {0};

	for (int i = 0; i < s->trial_count; i++) {
		struct trial_row row = s->trials[i].row;

		if (s->trials[i].run.kind != kind || row.answer == TRIAL_SKIPPED ||
		    !trial_recount(index, kind, &row))
			continue;
		tally.answered++;
		tally.hits += row.answer == row.expected;
	}
	return tally;
}

static void time_text(int64_t begun_ms, char *out, size_t size)
{
	time_t seconds = (time_t)(begun_ms / 1000);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* ---- text ---- */

static void write_tally(FILE *file, const char *label, const struct trial_tally *t)
{
	struct interval in = wilson_interval(t->hits, t->answered);

	if (t->answered)
		fprintf(file, "  %-18s %4d of %-4d %3.0f %% (%.0f-%.0f)\n", label, t->hits,
			t->answered, 100.0 * t->hits / t->answered, 100 * in.low, 100 * in.high);
}

static void write_run(FILE *file, const struct trial_run *run, const struct trial_result *r)
{
	char when[32];

	time_text(run->begun_ms, when, sizeof(when));
	fprintf(file, "%s  %s, %d %s groups, seed %llu: %d of %d trials\n", when,
		trial_kind_name(run->kind), run->k, features_name((enum features)run->features),
		(unsigned long long)run->seed, r->seen, run->planned);
	fprintf(file, "  %s", trial_verdict_text(trial_verdict(r)));
	if (trial_verdict(r) == TRIAL_BETTER || trial_verdict(r) == TRIAL_NOT_SHOWN)
		fprintf(file, ", p = %.2g", trial_p(run->kind, &r->arms[TRIAL_CURRENT]));
	putc('\n', file);
	/* Rates on the way would tempt to stop when they please. */
	if (!trial_at_end(r))
		return;
	write_tally(file, run->kind == TRIAL_PAIR ? "pure" : "these groups",
		    &r->arms[TRIAL_CURRENT]);
	if (run->kind != TRIAL_PAIR) {
		write_tally(file, "  nearest", &r->near);
		write_tally(file, "  any other", &r->far);
	}
	write_tally(file, "missed merges", &r->merges);
	write_tally(file, "the other mode", &r->arms[TRIAL_OTHER]);
	write_tally(file, "by lot", &r->arms[TRIAL_RANDOM]);
	write_tally(file, "nobody can miss", &r->catches);
	if (r->repeats)
		fprintf(file, "  %-18s %4d of %d\n", "same when repeated", r->repeats_same,
			r->repeats);
	for (int i = 0; i < r->group_count; i++) {
		char label[32];

		snprintf(label, sizeof(label), "  group %d", r->groups[i].group);
		write_tally(file, label, &r->groups[i].tally);
	}
}

static void write_text(FILE *file, const struct grouping *g, const struct trial_index *index)
{
	const struct session *s = g->session;
	int count;

	if (!s->trial_count)
		fputs("no blind test yet: t in the interface begins one\n", file);
	for (int first = 0; first < s->trial_count; first += count) {
		struct trial_row *rows = trial_rows_of_run(s, first, &count);
		struct trial_result r = result_of(&s->trials[first].run, rows, count);

		write_run(file, &s->trials[first].run, &r);
		trial_result_done(&r);
		free(rows);
	}
	for (int kind = 0; kind < TRIAL_KIND_COUNT; kind++) {
		struct trial_tally t = recount(s, index, (enum trial_kind)kind);

		if (!t.answered)
			continue;
		fprintf(file, "%s answers that fit the %d %s groups of now\n",
			trial_kind_name((enum trial_kind)kind), g->k,
			features_name(g->options.features));
		write_tally(file, "right", &t);
	}
}

/* ---- csv: a line for each trial ---- */

static void write_csv(FILE *file, const struct session *s, const struct trial_index *index)
{
	fputs("begun,kind,features,k,seed,number,arm,part,near,group,faces,expected,answer,"
	      "expected_now,took_ms\r\n",
	      file);
	for (int i = 0; i < s->trial_count; i++) {
		const struct trial_run *run = &s->trials[i].run;
		const struct trial_row *row = &s->trials[i].row;
		struct trial_row now = *row;
		char when[32];

		time_text(run->begun_ms, when, sizeof(when));
		fprintf(file, "%s,%s,%s,%d,%llu,%d,%s,%s,%d,%d,", when, trial_kind_name(run->kind),
			features_name((enum features)run->features), run->k,
			(unsigned long long)run->seed, row->number, trial_arm_name(row->arm),
			trial_part_name(row->part), row->near, row->group);
		for (int f = 0; f < row->face_count; f++)
			fprintf(file, "%s%lld", f ? " " : "", (long long)row->face_ids[f]);
		fprintf(file, ",%d,", row->expected);
		if (row->answer != TRIAL_SKIPPED)
			fprintf(file, "%d", row->answer);
		putc(',', file);
		if (trial_recount(index, run->kind, &now))
			fprintf(file, "%d", now.expected);
		fprintf(file, ",%d\r\n", row->took_ms);
	}
}

/* ---- json ---- */

static struct json_object *tally_json(const struct trial_tally *t)
{
	struct interval in = wilson_interval(t->hits, t->answered);
	struct json_object *o = json_object_new_object();

	json_object_object_add(o, "answered", json_object_new_int(t->answered));
	json_object_object_add(o, "hits", json_object_new_int(t->hits));
	json_object_object_add(o, "low", json_number(in.low));
	json_object_object_add(o, "high", json_number(in.high));
	return o;
}

static struct json_object *trial_json(const struct trial_index *index, enum trial_kind kind,
				      const struct trial_row *row)
{
	struct json_object *o = json_object_new_object(), *faces = json_object_new_array();
	struct trial_row now = *row;
	bool fits = trial_recount(index, kind, &now);

	for (int f = 0; f < row->face_count; f++)
		json_object_array_add(faces, json_object_new_int64(row->face_ids[f]));
	json_object_object_add(o, "number", json_object_new_int(row->number));
	json_object_object_add(o, "arm", json_object_new_string(trial_arm_name(row->arm)));
	json_object_object_add(o, "part", json_object_new_string(trial_part_name(row->part)));
	json_object_object_add(o, "near", json_object_new_boolean(row->near));
	json_object_object_add(o, "group", json_object_new_int(row->group));
	json_object_object_add(o, "faces", faces);
	json_object_object_add(o, "expected", json_object_new_int(row->expected));
	json_object_object_add(o, "answer",
			       row->answer == TRIAL_SKIPPED ? NULL
							    : json_object_new_int(row->answer));
	json_object_object_add(o, "expected_now", fits ? json_object_new_int(now.expected) : NULL);
	json_object_object_add(o, "answered_s", json_object_new_int64(row->answered_s));
	json_object_object_add(o, "took_ms", json_object_new_int(row->took_ms));
	return o;
}

static struct json_object *run_json(const struct trial_index *index, const struct trial_run *run,
				    const struct trial_row *rows, int count)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	struct trial_result r = result_of(run, rows, count);
	char when[32];

	time_text(run->begun_ms, when, sizeof(when));
	json_object_object_add(o, "begun", json_object_new_string(when));
	json_object_object_add(o, "kind", json_object_new_string(trial_kind_name(run->kind)));
	json_object_object_add(o, "features",
			       json_object_new_string(features_name((enum features)run->features)));
	json_object_object_add(o, "k", json_object_new_int(run->k));
	json_object_object_add(o, "seed", json_object_new_int64((int64_t)run->seed));
	json_object_object_add(o, "planned", json_object_new_int(run->planned));
	json_object_object_add(o, "verdict",
			       json_object_new_string(trial_verdict_text(trial_verdict(&r))));
	json_object_object_add(o, "reliable", json_object_new_boolean(trial_is_reliable(&r)));
	json_object_object_add(o, "chance", json_number(1.0 / trial_ways(run->kind)));
	json_object_object_add(o, "p",
			       trial_at_end(&r) && run->kind != TRIAL_PAIR
				       ? json_number(trial_p(run->kind, &r.arms[TRIAL_CURRENT]))
				       : NULL);
	for (int arm = 0; arm < TRIAL_ARM_COUNT; arm++)
		json_object_object_add(o, trial_arm_name((enum trial_arm)arm),
				       tally_json(&r.arms[arm]));
	json_object_object_add(o, "near", tally_json(&r.near));
	json_object_object_add(o, "far", tally_json(&r.far));
	json_object_object_add(o, "merges", tally_json(&r.merges));
	json_object_object_add(o, "catches", tally_json(&r.catches));
	json_object_object_add(o, "repeats", json_object_new_int(r.repeats));
	json_object_object_add(o, "repeats_same", json_object_new_int(r.repeats_same));
	for (int i = 0; i < count; i++)
		json_object_array_add(list, trial_json(index, run->kind, &rows[i]));
	json_object_object_add(o, "trials", list);
	trial_result_done(&r);
	return o;
}

static void write_json(FILE *file, const struct grouping *g, const struct trial_index *index)
{
	struct json_object *o = json_object_new_object(), *runs = json_object_new_array();
	struct json_object *now = json_object_new_object();
	const struct session *s = g->session;
	int count;

	for (int first = 0; first < s->trial_count; first += count) {
		struct trial_row *rows = trial_rows_of_run(s, first, &count);

		json_object_array_add(runs, run_json(index, &s->trials[first].run, rows, count));
		free(rows);
	}
	for (int kind = 0; kind < TRIAL_KIND_COUNT; kind++) {
		struct trial_tally t = recount(s, index, (enum trial_kind)kind);

		json_object_object_add(now, trial_kind_name((enum trial_kind)kind), tally_json(&t));
	}
	json_object_object_add(o, "features",
			       json_object_new_string(features_name(g->options.features)));
	json_object_object_add(o, "k", json_object_new_int(g->k));
	json_object_object_add(o, "now", now);
	json_object_object_add(o, "runs", runs);
	json_write(file, o);
}

int command_trials(const struct options *options)
{
	struct trial_groups groups;
	struct trial_index *index;
	struct grouping *grouping;
	struct session *session;
	struct output output;
	struct error err;
	int code;

	if (command_load(options, &session, &err))
		return command_fail(&err);
	grouping = grouping_new(session, &options->grouping);
	/* Without groups there is nothing to count again; the answers are there all the same. */
	if (grouping_compute(grouping, &err) && err.code != ERR_INPUT) {
		code = command_fail(&err);
		goto out;
	}
	if (output_open(options->output, &output, &err)) {
		code = command_fail(&err);
		goto out;
	}
	trial_groups_of(grouping, &groups);
	index = trial_index_new(&groups);
	if (options->format == FORMAT_JSON)
		write_json(output.file, grouping, index);
	else if (options->format == FORMAT_CSV)
		write_csv(output.file, session, index);
	else
		write_text(output.file, grouping, index);
	trial_index_free(index);
	trial_groups_done(&groups);
	code = output_commit(&output, &err) ? command_fail(&err) : 0;
out:
	grouping_free(grouping);
	session_free(session);
	return code;
}
