/*
 * loop.h: the interface thread's own state, for the files that share it: app.c (the loop), typing.c
 * (what the person does), regroup.c (other groups) and results.c (what other threads send).
 *
 * Owns     app_run() owns the one struct loop.
 * Threads  the interface thread.
 * Errors   shown with app_message().
 */
#ifndef LOOKALIKE_UI_LOOP_H
#define LOOKALIKE_UI_LOOP_H

#include "lookalike/ui/input.h"
#include "lookalike/ui/pump.h"
#include "lookalike/ui/view.h"

#define WAITING_MAX   64

#define JOB_LABELLING 350 /* struct labelling_job */

/* The rest of the interface's state: what the views need not know. */
struct loop {
	struct app app; /* first */
	struct tty *tty;
	struct pump pump;
	struct input input;
	struct probe probe;
	struct probe_environment environment;
	bool asking_tmux; /* a job for that is with the encoders */
	struct keys keys;
	struct queue *events;
	struct workers *encoders, *workers; /* of pictures, of all else */
	struct keeper *keeper;
	struct pool *pool;
	struct scan *scan;
	bool scanning, ending;
	struct error failure;   /* to be told when the screen is gone; code OK: none */
	bool keyed;             /* a key came: it is answered at once */
	bool measured;          /* the line's speed is, or is being */
	int unsaved;            /* photos with the keeper */
	bool photos_came;       /* or went, since the last sweep began */
	bool photos_came_other; /* the same of the other mode's grouping */
	bool decided; /* since then too; what is left is clustered when scan and keys are over */
	uint32_t waiting[WAITING_MAX]; /* keys that mean what will be when the store has answered */
	int waiting_count;
	bool checking_labels;
	int signals;
	int jobs_back, answers_back; /* of the workers and the keeper, that were taken */
	int frame_ms;                /* between two frames */
	struct script *script;       /* or NULL */
	int64_t clustering_since_ms; /* 0: nothing is computed */
	bool refined;                /* the pictures of the frame have all the colours they get */
	int64_t began_ms;
	int64_t asked_ms; /* when the last key or click came */
	int64_t drawn_ms, followed_ms, message_ms;
	int64_t silence_ms; /* until then the rest of what was typed should have come, or 0 */
};

/* Cluster what is open, now. */
void loop_sweep(struct loop *l);

/* Cluster what decisions have left, for the next change of k or mode; and when that is due. */
void loop_prepare_rest(struct loop *l);
int64_t loop_rest_due_ms(const struct loop *l);

/* Compare the labels of photos, where they have some, with their faces, on another thread. */
void loop_check_labels(struct loop *l);

/* Keys that group anew; true if the action was one of them. */
bool loop_regroup(struct loop *l, enum action action, int count);

/* What has come from the terminal, and what its silence means. */
void loop_read_input(struct loop *l);
void loop_take_silence(struct loop *l);

/* More colours when nobody has asked for anything for a while; how long until then, -1 for ever. */
void loop_refine(struct loop *l, int64_t now);
int loop_refine_wait_ms(const struct loop *l, int64_t now);

/* A key; what it means may have to wait for the store. */
void loop_take_key(struct loop *l, uint32_t key);

/* The keys that waited, in order; one that decides makes the rest wait again. */
void loop_take_waiting(struct loop *l);

/* Whether there are no groups, but will be in a moment: a key typed ahead is about those. */
bool loop_groups_are_due(const struct loop *l);

void loop_forget_message(struct loop *l);

/* What the terminal is and can, as far as it has answered; after a change of its size, anew. */
void loop_decide_graphics(struct loop *l);
void loop_window_changed(struct loop *l);
void loop_ask_tmux(struct loop *l); /* if it is one, and there is something to ask */
void loop_suspend(struct loop *l);

/* Whether the terminal was asked what it can: not without graphics in pixels. */
bool loop_asks_terminal(const struct loop *l);

/* All results that have come; one of them, at the end. */
void loop_take_events(struct loop *l);
void loop_take_event(struct loop *l, struct queue_item *item);

#endif
