/* The blind tests in the report: a line for each. */
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

void export_trials(const struct session *session, FILE *file)
{
	int count;

	if (!session->trial_count)
		return;
	fputs("<h2>Blind tests</h2>\n<p class=\"soft\">Which face does not belong? Hits of all "
	      "answers with their 95&nbsp;% intervals; guessing is right once in six, with three "
	      "faces once in three. With two faces, the share called one person.</p>\n"
	      "<table class=\"failed\">\n<thead><tr><th>Groups</th><th>Result</th>"
	      "<th>These groups</th><th>The other mode</th><th>By lot</th></tr></thead>\n<tbody>\n",
	      file);
	for (int first = 0; first < session->trial_count; first += count) {
		const struct trial_run *run = &session->trials[first].run;
		struct trial_row *rows = trial_rows_of_run(session, first, &count);
		struct trial_result r;

		trial_count(run->kind, run->planned, rows, count, &r);
		fprintf(file, "<tr><td>%d %s, %d faces</td><td>%s</td>", run->k,
			features_name((enum features)run->features), trial_faces(run->kind),
			trial_verdict_text(trial_verdict(&r)));
		for (int arm = 0; arm < TRIAL_ARM_COUNT; arm++)
			put_rate(file, &r.arms[arm]);
		fputs("</tr>\n", file);
		trial_result_done(&r);
		free(rows);
	}
	fputs("</tbody>\n</table>\n", file);
}
