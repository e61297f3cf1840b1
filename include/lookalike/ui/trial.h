/*
 * trial.h: the blind test on the screen: an explanation, one trial after the other, the result.
 *
 * While it is there it has the screen and the keys for itself: a name, a number of a group or a
 * path beside the faces would be the answer. Answers go to the store one by one.
 *
 * Owns     app->trial, from the key that begins it to the one that leaves the result.
 * Threads  the interface thread.
 * Errors   why there can be no trial is shown with app_message().
 */
#ifndef LOOKALIKE_UI_TRIAL_H
#define LOOKALIKE_UI_TRIAL_H

#include "lookalike/review/trial_result.h"
#include "lookalike/ui/view.h"

enum trial_stage {
	TRIAL_STAGE_INTRO,
	TRIAL_STAGE_GROUPS, /* those of the other mode are being made */
	TRIAL_STAGE_ASK,
	TRIAL_STAGE_RESULT,
};

struct trial_view {
	enum trial_stage stage;
	struct trial_request request;
	struct trial_groups current;
	struct trial_job *job; /* with the workers, or NULL */
	int64_t job_ms;        /* since when */
	struct trial_plan plan;
	struct trial_row *rows; /* as answered, `at` of them */
	int at;                 /* the trial that is shown */
	int cursor, columns;    /* a place in it, and how many are side by side */
	int64_t shown_ms;       /* since when its pictures are all there; 0: not yet */
	struct trial_result result;
	int top; /* of the result's lines */
	bool narrow,
		missing; /* what the last frame could not show: all faces, all their pictures */
};

/* True if the action was the blind test's: begin one, the count is its seed. */
bool trial_act(struct app *app, enum action action, int count);

/* A key while there is one; false for a key that it leaves to others (redraw, suspend). */
bool trial_key(struct app *app, uint32_t key);

/* Instead of everything else. */
void trial_draw(struct app *app);
void trial_result_draw(struct app *app, struct rect area);

/* Whether there is a test with two faces: whose they are is what neural groups claim, and no other.
 */
bool trial_may_pair(const struct app *app);

/* The other mode's groups are made: takes the job. */
void trial_take_job(struct app *app, struct trial_job *job);

void trial_done(struct app *app);

#endif
