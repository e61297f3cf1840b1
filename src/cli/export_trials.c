/* The blind tests in the report: a line for each, and one for its groups. */
#include "lookalike/cli/export.h"

#include "lookalike/review/trial_result.h"

#include <stdlib.h>

static void put_rate(FILE *file, const struct trial_tally *t)
{
	struct interval in = wilson_interval(t->hits, t->answered);

	if (t->answered)
		fprintf(file, "<td>%d of %d: %.0f&nbsp;%% (%.0f&ndash;%.0f)</td>", t->hits,
			t->answered, 100.0 * t->hits / t->answered, 100 * in.low, 100 * in.high);
	else
		fputs("<td>&ndash;</td>", file);
}

/* A line below the run's own: each of its groups. */
static void put_groups(FILE *file, const struct trial_result *r)
{
	fputs("<tr><td class=\"soft\" colspan=\"7\">", file);
	for (int i = 0; i < r->group_count; i++) {
		const struct trial_tally *t = &r->groups[i].tally;

		fprintf(file, "%sgroup&nbsp;%d: %d&nbsp;of&nbsp;%d", i ? ", " : "",
			r->groups[i].group, t->hits, t->answered);
	}
	fputs("</td></tr>\n", file);
}

static void put_run(FILE *file, const struct trial_run *run, const struct trial_result *r)
{
	const struct trial_tally none = {0};
	bool end = trial_at_end(r);
	const struct trial_tally *rates[] = {&r->arms[TRIAL_CURRENT], &r->near, &r->far,
					     &r->arms[TRIAL_OTHER], &r->arms[TRIAL_RANDOM]};

	fprintf(file, "<tr><td>%d %s, %d faces</td><td>%s</td>", run->k,
		features_name((enum features)run->features), trial_faces(run->kind),
		trial_verdict_text(trial_verdict(r)));
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		put_rate(file, end ? rates[i] : &none);
	fputs("</tr>\n", file);
	if (end && r->group_count)
		put_groups(file, r);
}

void export_trials(const struct session *session, FILE *file)
{
	int count;

	if (!session->trial_count)
		return;
	fputs("<h2>Blind tests</h2>\n<p class=\"soft\">Which face does not belong? Hits of all "
	      "answers with their 95&nbsp;% intervals; guessing is right once in six, with three "
	      "faces once in three. With two faces, the share called one person. By lot has to be "
	      "as guessing.</p>\n<table class=\"failed\">\n<thead><tr><th>Groups</th>"
	      "<th>Result</th><th>These groups</th><th>The other face of the nearest group</th>"
	      "<th>Of any other</th><th>The other mode</th><th>By lot</th></tr></thead>\n<tbody>\n",
	      file);
	for (int first = 0; first < session->trial_count; first += count) {
		const struct trial_run *run = &session->trials[first].run;
		struct trial_row *rows = trial_rows_of_run(session, first, &count);
		struct trial_result r;

		trial_count(run->kind, run->planned, rows, count, &r);
		put_run(file, run, &r);
		trial_result_done(&r);
		free(rows);
	}
	fputs("</tbody>\n</table>\n", file);
}
