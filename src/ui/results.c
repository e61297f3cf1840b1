/* What other threads send: photos from the scan, answers of the store, pictures, clusterings. */
#include "loop.h"

#include "lookalike/base/memory.h"
#include "lookalike/review/labelling.h"
#include "lookalike/ui/decide.h"
#include "lookalike/ui/large.h"
#include "lookalike/ui/suggesting.h"
#include "lookalike/ui/tmux.h"
#include "lookalike/ui/trial.h"

#include <stdlib.h>
#include <string.h>

/* The groups stay as they are, but for the faces that were decided on. */
static void take_decision(struct loop *l, struct keeper_answer *answer)
{
	l->app.deciding--;
	if (!answer->status) {
		session_decide(l->app.session, &answer->decision);
		grouping_rebuild(l->app.grouping);
		l->decided |= answer->decision.change_count > 0;
	}
	if (answer->status) {
		/* Typed ahead, and not by somebody who has read that; to leave least of all. */
		l->waiting_count = 0;
		if (l->ending && !l->failure.code)
			error_set(&l->failure, answer->status, "not saved: %s", answer->text);
	}
	decide_answered(&l->app, answer);
	if (!l->app.deciding && !l->ending)
		loop_take_waiting(l);
}

static void take_scan_event(struct loop *l, struct scan_event *event)
{
	switch (event->item.kind) {
	case SCAN_PHOTO:
		keeper_put(l->keeper, event->photo);
		event->photo = NULL;
		l->unsaved++;
		break;
	case SCAN_MOVED:
		keeper_move(l->keeper, event->photo);
		event->photo = NULL;
		l->unsaved++;
		break;
	case SCAN_TRYING:
		keeper_try(l->keeper, event->paths, event->path_count);
		event->paths = NULL;
		event->path_count = 0;
		break;
	case SCAN_WARNING:
	case SCAN_NOTE:
		app_message(&l->app, "%s", event->text);
		break;
	case SCAN_FINISHED:
		l->scanning = false;
		if (event->gone_count) {
			keeper_remove(l->keeper, event->gone, event->gone_count);
			event->gone = NULL;
		}
		keeper_try(l->keeper, NULL, 0);
		if (event->status && event->status != ERR_CANCELLED)
			app_message(&l->app, "%s", event->text);
		break;
	}
	scan_event_free(event);
}

/* What earlier scans left is known: look for what is new. */
static void take_recall(struct loop *l, const struct keeper_answer *answer)
{
	struct scan_config scan = l->app.config->scan;
	struct error err;

	l->app.recalling = false;
	if (l->ending)
		known_files_free(scan.known, scan.known_count);
	else if (answer->status)
		app_message(&l->app, "nothing is scanned: %s", answer->text);
	else if (scan_start(&scan, l->pool, l->events, &l->scan, &err))
		app_message(&l->app, "%s", err.msg);
	else
		l->scanning = true;
}

/* Embeddings alone change nothing in geometry. */
static void photos_came(struct loop *l, bool only_embeddings)
{
	bool neural = l->app.grouping->options.features == FEATURES_NEURAL;

	l->photos_came |= !only_embeddings || neural;
	l->photos_came_other |= !only_embeddings || !neural;
}

/* A photo is shown when it is safe in the database, not before. */
static void take_answer(struct loop *l, struct keeper_answer *answer)
{
	switch (answer->item.kind) {
	case KEEPER_FACE:
	case KEEPER_SEEN:
		l->app.dirty |= strips_take_answer(l->app.strips, answer);
		return;
	case KEEPER_STORED:
		l->unsaved--;
		if (answer->status)
			app_message(&l->app, "not saved: %s", answer->text);
		else
			session_put(l->app.session, answer->photo);
		photos_came(l, answer->photo && answer->photo->only_embeddings);
		break;
	case KEEPER_MOVED:
		l->unsaved--;
		if (answer->status)
			app_message(&l->app, "not saved: %s", answer->text);
		else
			session_move(l->app.session, answer->photo);
		photos_came(l, false);
		break;
	case KEEPER_TRIED:
		if (answer->status)
			app_message(&l->app, "not saved: %s", answer->text);
		if (l->scan)
			scan_tried(l->scan);
		break;
	case KEEPER_REMOVED:
		if (!answer->status)
			session_remove(l->app.session, answer->ids, answer->id_count);
		photos_came(l, false);
		break;
	case KEEPER_PLACED:
		break;
	case KEEPER_FULL:
		app_message(&l->app, "%s: what is measured waits for it", answer->text);
		break;
	case KEEPER_DECIDED:
		take_decision(l, answer);
		break;
	case KEEPER_TRIAL:
		if (answer->status)
			app_message(&l->app, "not saved: %s", answer->text);
		else
			session_add_trial(l->app.session, &answer->trial_run, &answer->trial);
		break;
	case KEEPER_CALLED:
		take_recall(l, answer);
		break;
	}
	l->app.dirty = true;
	keeper_answer_free(answer);
}

/* Of either grouping: only one of them knows the run. */
static void take_run(struct loop *l, struct grouping_run *run)
{
	struct grouping *other = l->app.other;
	bool of_other = other && other->options.features == run->options.features;

	l->app.dirty |= grouping_finished(of_other ? other : l->app.grouping, run);
}

struct labelling_job {
	struct job job;
	struct labelling *labelling;
	enum status status;
};

static void check_labels(struct job *job)
{
	struct labelling_job *j = (struct labelling_job *)job;

	j->status = labelling_find(j->labelling, &job->cancelled, NULL);
}

void loop_check_labels(struct loop *l)
{
	struct labelling_job *j;

	if (!l->app.session->labels || !l->app.session->totals.embedded || l->checking_labels)
		return;
	j = memory_new(sizeof(*j));
	j->job.item.kind = JOB_LABELLING;
	j->job.run = check_labels;
	j->labelling = labelling_collect(l->app.session);
	l->checking_labels = true;
	workers_add(l->workers, &j->job);
}

static void take_labelling(struct loop *l, struct labelling_job *j)
{
	l->checking_labels = false;
	if (!atomic_load(&j->job.cancelled) && !j->status) {
		labelling_apply(j->labelling, l->app.session);
		l->app.overview.findings_version = 0;
		if (j->labelling->doubt_count)
			app_message(&l->app, "%d doubt%s about labels: F doubt>0 shows them",
				    j->labelling->doubt_count,
				    j->labelling->doubt_count == 1 ? "" : "s");
	}
	labelling_free(j->labelling);
	free(j);
}

/* What was asked for and has come, for the script. */
static void count_back(struct loop *l, int kind)
{
	if (kind >= KEEPER_STORED && kind <= KEEPER_CALLED)
		l->answers_back += kind != KEEPER_FULL;
	else if (kind >= JOB_SWEEP)
		l->jobs_back += kind != LARGE_RENDERED;
}

void loop_take_event(struct loop *l, struct queue_item *item)
{
	count_back(l, item->kind);
	switch (item->kind) {
	case SCAN_PHOTO:
	case SCAN_MOVED:
	case SCAN_TRYING:
	case SCAN_WARNING:
	case SCAN_NOTE:
	case SCAN_FINISHED:
		take_scan_event(l, (struct scan_event *)item);
		break;
	case KEEPER_STORED:
	case KEEPER_MOVED:
	case KEEPER_REMOVED:
	case KEEPER_TRIED:
	case KEEPER_FACE:
	case KEEPER_SEEN:
	case KEEPER_PLACED:
	case KEEPER_DECIDED:
	case KEEPER_TRIAL:
	case KEEPER_FULL:
	case KEEPER_CALLED:
		take_answer(l, (struct keeper_answer *)item);
		break;
	case JOB_SWEEP:
		take_run(l, (struct grouping_run *)item);
		break;
	case JOB_LABELLING:
		take_labelling(l, (struct labelling_job *)item);
		break;
	case JOB_TRIAL:
		trial_take_job(&l->app, (struct trial_job *)item);
		break;
	case JOB_PICTURE:
		l->app.dirty |= strips_take_job(l->app.strips, (struct job *)item);
		break;
	case JOB_SUGGEST:
		suggesting_take(&l->app, suggest_of((struct job *)item));
		break;
	case JOB_TMUX:
		l->probe.outer = tmux_ask_take((struct job *)item);
		l->asking_tmux = false;
		if (!l->ending)
			loop_decide_graphics(l);
		break;
	case LARGE_READ:
	case LARGE_RENDERED:
		l->app.dirty |= large_take(item);
		break;
	}
}

void loop_take_events(struct loop *l)
{
	struct queue_item *item;

	while ((item = queue_pop(l->events)))
		loop_take_event(l, item);
	/* The scan is over and everything is in the session: the clustering that stays. */
	if (l->scanning || l->unsaved)
		return;
	if (l->photos_came) {
		loop_sweep(l);
		loop_check_labels(l);
	}
}
