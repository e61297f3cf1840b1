/*
 * view.h: what the views share: the state of the interface, and the table of
 * functions that each view fills at the end of its file.
 *
 * Views draw from the state into the grid and change the state on actions; they know
 * neither the terminal nor other threads.
 *
 * Owns     struct app belongs to app.c.
 * Threads  the interface thread.
 * Errors   shown with app_message().
 */
#ifndef LOOKALIKE_UI_VIEW_H
#define LOOKALIKE_UI_VIEW_H

#include "lookalike/review/nearest.h"
#include "lookalike/review/questions.h"
#include "lookalike/review/roster.h"
#include "lookalike/review/summary.h"
#include "lookalike/ui/app.h"
#include "lookalike/ui/grid.h"
#include "lookalike/ui/keys.h"
#include "lookalike/ui/log.h"
#include "lookalike/ui/probe.h"
#include "lookalike/ui/prompt.h"
#include "lookalike/ui/strip.h"

#include <stdbool.h>

#define RECENT_MAX 9 /* groups that a digit names */
#define NEAR_MAX   8 /* faces that the face view shows as nearest, in each mode */

enum view_id {
	VIEW_IMAGES,
	VIEW_ELBOW,
	VIEW_CLUSTERS,
	VIEW_FACES,
	VIEW_COUNT, /* the ones Tab goes round */
	VIEW_FACE = VIEW_COUNT,
	VIEW_MEASURES,
	VIEW_SUGGEST,
	VIEW_PHOTO,
	VIEW_SUMMARY,
	VIEWS_IN_ALL,
};

/* A cursor in a list, and the first item on the screen. */
struct list {
	int cursor, top;
	int pictures;      /* the first row that is a picture, where not all can be; */
	bool few_pictures; /* whether it is so: list_pictures() */
};

/* The images that pass the filter; see app_images(). */
struct passing {
	struct session_image **images;
	int count, faces;
	const struct filter *filter; /* for which this was found, only to compare with */
	uint64_t session_version;
};

/* How many faces of the opened group lie elsewhere in the other mode; of which state of things. */
struct strays {
	const struct group *group;
	uint64_t session_version, grouping_version;
	int count, compared;
};

/* What the summary view shows, and where its lines have led. */
struct overview {
	struct summary summary;
	uint64_t findings_version; /* that it is of, 0 for none yet, or when labels changed */
	struct list lines;
	char at[40];          /* the filter of the line under the cursor, or "" */
	enum view_id from;    /* where it was opened */
	bool left_for_images; /* by one of its lines; and the filters of then and before: */
	char opened[40], before[PROMPT_BYTES_MAX];
};

/* What lies where on the screen, for the mouse: a place for a cursor, a key, or else a view. */
struct hit {
	struct rect rect;
	int *cursor; /* NULL for none */
	int index;   /* of the place, or the view */
	uint32_t key;
};

#define HITS_MAX 512

/* Of computing before a bar tells of it; and then keys no longer wait for groups. */
#define BAR_MS 500

/* How a measure lies over the faces of the collection. */
struct spread {
	double mean, sd, least, median, most;
	const struct session_face *faces[EXTREMES]; /* with these three */
};

/* What the photo view shows; see photo.h. */
struct photo_view {
	const struct session_image *image;
	const struct session_face *face; /* the one that is marked, or NULL */
	int zoom;                        /* each step shows half as much of the sides */
	enum view_id below;              /* where it was opened */
	struct large *large;
};

struct trial_view; /* of trial.h */
struct exporting;  /* an export on its way, of exporting.h */
struct large;      /* pixels of photos, of large.h */

struct app {
	const struct app_config *config;
	struct session *session;
	struct grouping *grouping; /* the one that is shown */
	struct grouping *other;    /* that of the other mode, asleep; or NULL */
	struct strips *strips;
	struct large *large;
	struct terminal_caps caps;
	bool line_is_slow; /* strips have fewer colours then */
	struct grid grid;
	enum view_id view, below; /* below: where the face view was opened */
	struct list images, clusters, faces, measures;
	int elbow_cursor; /* k - 1, for the mouse */
	const struct session_image
		*image_at;    /* under the cursor of images: new ones may come before it */
	struct roster roster; /* every group */
	struct place place;   /* where to go with the first groups, while settling */
	bool settling;
	struct roster_key opened; /* the group that faces shows */
	struct roster_key left;   /* the one that was left last; id -1 for none */
	bool emptied;             /* a decision took the last faces of opened */
	int emptied_at;           /* where it was in the roster */
	int opened_most;          /* faces in opened since it was opened, at most */
	uint64_t opened_run;      /* the number of the clustering that it is of */
	int opened_k;
	int row_rows; /* height of a row of clusters, while row_* stay the same */
	struct rect row_area;
	int row_graphics, row_k;
	const struct session_face *face;  /* of the face view */
	int face_top;                     /* the first line beside it, where they are too many */
	struct nearest near[2][NEAR_MAX]; /* to near_of, by enum features */
	struct spread spreads[MEASURE_COUNT];
	uint64_t spreads_version; /* of the session that they are of, 0 for none */
	struct photo_view photo;
	int near_counts[2];
	const struct session_face *near_of;
	uint64_t near_session, near_grouping; /* the versions they are of */
	const struct session_face *range; /* where the range begins that is being marked, or NULL */
	bool marked;                      /* there may be marks */
	int mark_count;                   /* so many faces, -1: to be counted */
	uint64_t mark_version;            /* the session's that it is of */
	struct strays strays;
	struct prompt prompt;
	int64_t recent[RECENT_MAX];                    /* groups by their digit, 0 for none */
	uint64_t recent_used[RECENT_MAX], recent_uses; /* when each was, and how often any */
	struct roster all; /* without the filter: what the suggestions are about */
	struct questions questions;
	uint64_t questions_run; /* the number of the clustering that they are of */
	int questions_k;
	struct suggest_search *seeking; /* with the workers, or NULL */
	bool searched;                  /* what there is now, or it is on its way */
	bool search_stopped;            /* by the person; s searches again */
	bool answering;                 /* a decision on its way answers this one: */
	struct suggestion answer;
	enum view_id suggest_from;         /* where the queue was opened */
	int64_t *target_ids;               /* the faces that the prompt asks a name for */
	size_t target_count, target_aside; /* how many, and how many of them are set aside */
	int64_t target_whole;              /* the named group that they are all of, or 0 */
	char search[PROMPT_BYTES_MAX];
	struct filter *filter; /* of all views but elbow, or NULL */
	char filter_text[PROMPT_BYTES_MAX], filter_last[PROMPT_BYTES_MAX];
	char filter_error[512]; /* of what is in the prompt, and where */
	size_t filter_error_at;
	struct passing passing;
	struct overview overview;
	bool findings_due;         /* they are old, but it is not yet time for others */
	int64_t findings_next_ms;  /* when it is: they may take no more than a tenth of the time */
	uint64_t findings_version; /* of the images whose findings are known, 0 for none */
	int64_t clustering_ms;     /* for which the groups have been computed; 0: they are not */
	int deciding;              /* decisions that the store has not answered */
	bool looking;              /* for new photos: there may be faces that are not there yet */
	bool recalling; /* the store says what was scanned before; then the scan begins */
	struct exporting *exporting; /* NULL before the first */
	struct trial_view *trial;    /* the blind test, or NULL */
	struct log log;
	char message[256];
	bool message_new; /* the time it stays begins with the next frame */
	struct hit hits[HITS_MAX];
	int hit_count;
	struct rect beside; /* where the view has no pictures; no columns for none */
	int help_top, help_page;
	struct prompt help_search;
	bool help, dirty, quit;
	bool hurried; /* the frame answers a key: what takes more than a millisecond waits */
	bool later;   /* for the next one, that this asks for */
};

struct view {
	const char *name, *hints;
	void (*draw)(struct app *app, struct rect area);
	/* Whether the action meant something here. */
	bool (*act)(struct app *app, enum action action, int count);
};

extern const struct view view_images, view_elbow, view_clusters, view_faces, view_face,
	view_measures, view_suggest, view_photo, view_summary;
extern const struct view *const views[VIEWS_IN_ALL];

/* Styles: meaning is never in a colour alone. */
extern const struct style STYLE_PLAIN, STYLE_BOLD, STYLE_DIM, STYLE_CURSOR, STYLE_MARK;

/* Ask the store; the answer comes to decide_answered(). Not when reading only: then it says so. */
void app_decide(struct app *app, const struct decision_request *request);

/* Have a search run on the workers; it comes back to suggesting_take(). */
void app_search(struct app *app, struct suggest_search *search);

/* A job for the workers, and an answer for the store. */
void app_add_job(struct app *app, struct job *job);
void app_put_trial(struct app *app, const struct trial_run *run, const struct trial_row *row);

void app_message(struct app *app, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void app_show(struct app *app, enum view_id view);

/* Bring the roster up to date; the cursors stay on what they are on. After every change. */
void app_refresh(struct app *app);

/* The group that faces shows, and that under the cursor of clusters; NULL when there is none. */
const struct roster_entry *app_opened(const struct app *app);
const struct roster_entry *app_at(const struct app *app);

/* Show a group's faces; go to a group in the present view, and note the one that is left. */
void app_open(struct app *app, const struct roster_entry *entry);
void app_go(struct app *app, const struct roster_entry *entry);

/* "★ choir", "group 3", "set aside". */
void entry_title(const struct roster_entry *entry, char *out, size_t size);

/* "26 faces", "3 of 26 faces" with a filter. */
void entry_sizes(const struct roster_entry *entry, char *out, size_t size);

/* What a view says that has no groups to show. */
const char *no_groups_text(const struct app *app);

/* The same where there is no face at all. */
const char *no_faces_text(const struct app *app);

/* What a view says when it is empty because of the filter. */
#define FILTERED_ALL "nothing passes the filter: F Enter shows all"
#define FINDINGS_DUE "looking for what needs a look ..."

/* "◆", or "*" in ASCII. */
const char *mark_sign(void);

/* Bring the findings up to date, for the filter. */
void filtering_refresh(struct app *app);

/* What images lists, by path: all, or those that pass the filter. Valid until the session changes.
 */
struct session_image *const *app_images(struct app *app, int *count);

/* How the groups of a mode are made, or would be. */
struct grouping_options app_options(const struct app *app, enum features features);

/* The path under the cursor, or NULL where there is none. */
const char *app_path(struct app *app);

/* Choose k (0: auto), kept between 1 and the number of faces; says so when it was not. */
void app_set_k(struct app *app, int k);

/* Give the measures another say, and group anew. */
void app_emphasize(struct app *app, const struct emphasis *emphasis);

/* What the status line and the header need: drawn round every view. */
void screen_draw(struct app *app, const struct scan_progress *progress, bool scanning);

/* Nothing but that is shown then, and a key decides about nothing. */
bool screen_is_too_small(const struct grid *g);

/*
 * While drawing: what a click on the rect means; later ones lie above. It puts the cursor to the
 * index, and where it is already it opens; without a cursor the index is a view.
 */
void app_hit(struct app *app, struct rect rect, int *cursor, int index);

/* The same for a line of hints: a click on a key presses it, and one on its words where only one
 * key is before them. */
void app_hit_hints(struct app *app, struct rect line, const char *hints);

/*
 * What the mouse did: the action that it stands for, or ACTION_NONE and the key; or neither when
 * all is done.
 */
enum action mouse_take(struct app *app, const struct sequence *sequence, int *count, uint32_t *key);

/* A box with a line round it, everything under it cut away. */
void draw_box(struct grid *g, struct rect box, const char *title);

/* A name that may be cut: its end tells more than its beginning. */
void draw_tail(struct grid *g, struct rect place, const char *name, struct style style);

/* The help over the view, made from the key table; help_key() takes a key while it is there. */
void help_draw(struct app *app);
void help_key(struct app *app, uint32_t key);

/* Move a list's cursor; true if the action was a movement. columns is 1 for a plain list. */
bool list_act(struct list *list, enum action action, int count, int length, int columns, int page);

/* Scroll so that the cursor is among `shown` items; top stays a multiple of columns. */
void list_scroll(struct list *list, int length, int shown, int columns);

/*
 * Which of `shown` rows, of so many items each, are pictures: those nearest to the cursor, or the
 * same as before while it is on one of them, so that a step of the cursor sends no pictures.
 */
void list_pictures(const struct app *app, struct list *list, int columns, int shown);

/* How thumbnails of so many rows look on this terminal. */
void picture_options_for(const struct app *app, int thumb_rows, struct picture_options *out);

/* A row of a list as strips_row() makes it: as the options say, or in blocks. */
const struct picture *list_row(const struct app *app, const struct list *list, int row, int owner,
			       struct session_face *const *faces, int count, int places,
			       const struct picture_options *options);

/* A path as it is shown: relative to the collection's only folder, quoted. Free it. */
char *path_for_screen(const struct app *app, const char *path);

#endif
