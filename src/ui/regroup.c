/* Ways to group anew that a person asks for: another k, scale, seed or distance, the other mode. */
#include "loop.h"

/* Clustering what is left begins when no key has come for so long: the next decision would make
 * it begin anew, and wait for the processors. */
#define PREPARE_MS 500

void loop_sweep(struct loop *l)
{
	struct grouping_options *o = &l->app.grouping->options;
	int faces = session_open_faces(l->app.session);

	l->photos_came = false;
	l->decided = false;
	if (o->k > faces && faces && !l->scanning) {
		app_message(&l->app, "k = %d is more than the %d faces there are: k is chosen anew",
			    o->k, faces);
		o->k = 0;
	}
	grouping_start(l->app.grouping, l->workers);
	l->app.dirty = true;
}

void loop_prepare_rest(struct loop *l)
{
	if (!l->decided || l->scanning || l->unsaved)
		return;
	grouping_prepare(l->app.grouping, l->workers);
	l->decided = false;
}

int64_t loop_rest_due_ms(const struct loop *l)
{
	if (!l->decided || l->scanning || l->unsaved)
		return INT64_MAX;
	return l->script ? 0 : l->asked_ms + PREPARE_MS;
}

void app_set_k(struct app *app, int k)
{
	struct loop *l = (struct loop *)app;
	int faces = session_open_faces(app->session);

	loop_prepare_rest(l);
	if (!faces) {
		app_message(app, app->session->totals.faces ? "every face is decided on"
							    : "there are no faces to group yet");
		return;
	}
	if (k > faces) {
		app_message(app, "k = %d is more than the %d face%s there %s", k, faces,
			    faces == 1 ? "" : "s", faces == 1 ? "is" : "are");
		return;
	}
	if (k < 0 || (k == 0 && app->grouping->k == 1)) {
		app_message(app, "k cannot be less than 1");
		k = 1;
	}
	if (app->grouping->options.distance > 0) {
		app->grouping->options.distance = 0;
		app->grouping->options.k = k;
		loop_sweep(l);
		return;
	}
	if (!app->grouping->shown && !grouping_busy(app->grouping)) {
		app->grouping->options.k = k;
		loop_sweep(l);
		return;
	}
	if (app->grouping->shown && !grouping_has(app->grouping, k))
		grouping_add_k(app->grouping, k, l->workers);
	else
		grouping_set_k(app->grouping, k);
	app->dirty = true;
}

void app_emphasize(struct app *app, const struct emphasis *emphasis)
{
	app->grouping->options.emphasis = *emphasis;
	loop_sweep((struct loop *)app);
}

static void change_seed(struct loop *l, int count)
{
	struct grouping_options *o = &l->app.grouping->options;

	o->seed = count ? (uint64_t)count : o->seed + 1;
	app_message(&l->app, "seed %llu", (unsigned long long)o->seed);
	loop_sweep(l);
}

static void change_scale(struct loop *l)
{
	static const char *const means[] = {
		[SCALE_ZSCORE] = "every measure has the same say",
		[SCALE_RELIABILITY] = "measures that repeat well have more say",
		[SCALE_NONE] = "measures as they are, the widest-ranging one decides",
	};
	struct grouping_options *o = &l->app.grouping->options;

	if (o->features == FEATURES_NEURAL) {
		app_message(&l->app, "embeddings are never scaled; f goes to geometry");
		return;
	}
	o->scale = (o->scale + 1) % SCALE_COUNT;
	app_message(&l->app, "scale %s: %s", scale_name(o->scale), means[o->scale]);
	loop_sweep(l);
}

/* The lists begin anew; a group that a person named stays open in both modes. */
static void forget_places(struct app *app)
{
	roster_done(&app->roster);
	app->clusters = app->faces = (struct list){0};
	if (app->opened.kind == ROSTER_OPEN)
		app->opened.id = 1;
	if (app->left.kind == ROSTER_OPEN)
		app->left.id = -1;
	app->emptied = false;
	app->range = NULL;
}

/* The other mode's groups stay as they were, but for faces that came, went or were decided on. */
static void change_features(struct loop *l)
{
	struct app *app = &l->app;
	struct grouping *now = app->other, *before = app->grouping;
	bool photos_came = l->photos_came_other, decided;

	loop_prepare_rest(l);
	if (before->options.features == FEATURES_GEOMETRY && !app->session->totals.embedded) {
		if ((l->scanning || app->recalling) && app->config->scan.embedding_key)
			app_message(app, "no face is embedded yet: f goes to neural when the first "
					 "ones are");
		else if (!app->session->totals.faces)
			app_message(app, "%s", no_faces_text(app));
		else
			app_message(app, "no face has an embedding: get the model with "
					 "models/fetch models");
		return;
	}
	if (!now) {
		struct grouping_options options = app->config->grouping;

		options.features = before->options.features == FEATURES_NEURAL ? FEATURES_GEOMETRY
									       : FEATURES_NEURAL;
		options.k = before->options.distance > 0 ? 0 : before->options.k;
		if (app->config->place.other_k >= 0)
			options.k = app->config->place.other_k;
		options.distance = 0;
		now = grouping_new(app->session, &options);
		photos_came = true;
	}
	decided = now->session_version != app->session->version;
	app->other = before;
	app->grouping = now;
	l->photos_came_other = l->photos_came;
	grouping_wake(now, before);
	if (photos_came)
		loop_sweep(l);
	else if (decided && !l->scanning)
		grouping_prepare(now, l->workers);
	l->photos_came = false;
	l->clustering_since_ms = app->clustering_ms = 0;
	forget_places(app);
	app_message(app, "%s: %s", features_name(now->options.features),
		    now->options.features == FEATURES_NEURAL ? "groups by who it is"
							     : "groups by the shape of the face");
	app->dirty = true;
}

static void change_distance(struct loop *l, int count)
{
	struct grouping_options *o = &l->app.grouping->options;

	if (o->features != FEATURES_NEURAL) {
		app_message(&l->app, "groups by distance need embeddings: f goes to neural");
		return;
	}
	if (count && (count < DISTANCE_MIN * 100 || count > DISTANCE_MAX * 100)) {
		app_message(&l->app,
			    "a distance is typed in hundredths, from %.0f to %.0f: 45d is 0.45",
			    DISTANCE_MIN * 100, DISTANCE_MAX * 100);
		return;
	}
	if (count)
		o->distance = count / 100.0;
	else
		o->distance = o->distance > 0 ? 0 : DISTANCE_DEFAULT;
	if (o->distance > 0)
		app_message(&l->app, "groups of faces nearer than %.2f; d goes back to k",
			    o->distance);
	loop_sweep(l);
}

/* As suggested; where nothing is, BIC's peak, and why. */
static void choose_k(struct loop *l)
{
	struct grouping *g = l->app.grouping;
	struct curve curve;

	if (g->options.distance > 0) {
		g->options.distance = 0;
		g->options.k = 0;
		loop_sweep(l);
		return;
	}
	loop_prepare_rest(l);
	g->options.kmax = l->app.config->grouping.kmax;
	grouping_set_k(g, 0);
	grouping_curve(g, &curve);
	if (!curve.decided || g->next)
		app_message(&l->app, "k will be the suggested one as soon as that is computed");
	else if (curve.suggested)
		app_message(&l->app, "k = %d as suggested: %s", g->k, curve.reason);
	else
		app_message(&l->app, "%s; k = %d is the choice of BIC", curve.reason, g->k);
	curve_done(&curve);
}

bool loop_regroup(struct loop *l, enum action action, int count)
{
	switch (action) {
	case ACTION_K_MORE:
		app_set_k(&l->app, l->app.grouping->k + (count ? count : 1));
		return true;
	case ACTION_K_LESS:
		app_set_k(&l->app, l->app.grouping->k - (count ? count : 1));
		return true;
	case ACTION_K_SET:
		if (count)
			app_set_k(&l->app, count);
		else
			choose_k(l);
		return true;
	case ACTION_FEATURES:
		change_features(l);
		return true;
	case ACTION_DISTANCE:
		change_distance(l, count);
		return true;
	case ACTION_SCALE:
		change_scale(l);
		return true;
	case ACTION_SEED:
		change_seed(l, count);
		return true;
	default:
		return false;
	}
}
