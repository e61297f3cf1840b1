/*
 * doctor_terminal.c: the terminal as the interface would see it, by the interface's own way: the
 * same questions, the same reader of answers, the same decision.
 */
#include "lookalike/cli/doctor.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/input.h"
#include "lookalike/ui/link.h"
#include "lookalike/ui/probe.h"
#include "lookalike/ui/tmux.h"
#include "lookalike/ui/tty.h"

#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SILENCE_MS 1000 /* a terminal that has not answered by then does not */

/* The second is asked when the first is answered; the last three of one kind come in that order
 * too. */
static const struct question {
	const char *name;
	char type, prefix, intermediate, final;
	int first; /* the first parameter, or -1 for any */
} questions[] = {
	{"XTVERSION (name and version)", 'P', '>', 0, '|', -1},
	{"DECRQSS (24-bit colour)", 'P', 0, '$', 'r', -1},
	{"XTSMGRAPHICS (colour registers)", '[', '?', 0, 'S', 1},
	{"XTSMGRAPHICS (text area)", '[', '?', 0, 'S', 2},
	{"XTSMGRAPHICS (largest sixel)", '[', '?', 0, 'S', 2},
	{"CSI 16 t (cell)", '[', 0, 0, 't', 6},
	{"CSI 14 t (text area)", '[', 0, 0, 't', 4},
	{"DECRQM 2026 (synchronised output)", '[', '?', '$', 'y', 2026},
	{"OSC 11 (background)", ']', 0, 0, 0, -1},
	{"DA1 (attributes)", '[', '?', 0, 'c', -1},
};

#define QUESTION_COUNT (sizeof(questions) / sizeof(questions[0]))

struct answers {
	char *texts[QUESTION_COUNT]; /* quoted, or NULL */
	double ms[QUESTION_COUNT];   /* from the questions to the answer */
};

static bool matches(const struct question *q, const struct sequence *s)
{
	return q->type == s->type && q->prefix == s->prefix &&
	       (q->type == ']' || (q->intermediate == s->intermediate && q->final == s->final)) &&
	       (q->first < 0 || (s->param_count > 0 && s->params[0] == q->first));
}

static void keep_answer(struct answers *answers, const struct sequence *sequence, const char *bytes,
			size_t len, double ms)
{
	size_t size;

	for (size_t i = 0; i < QUESTION_COUNT; i++) {
		if (answers->texts[i] || !matches(&questions[i], sequence))
			continue;
		answers->ms[i] = ms;
		size = quote_bytes(NULL, 0, bytes, len) + 1;
		answers->texts[i] = malloc(size);
		if (answers->texts[i])
			quote_bytes(answers->texts[i], size, bytes, len);
		return;
	}
}

static void ask_color_if_due(struct tty *tty, struct probe *probe)
{
	const char *question = probe_color_question(probe);

	if (question)
		tty_write(tty, question, strlen(question));
}

static bool has_answered(const struct probe *probe)
{
	return probe->complete && probe->color_asked == probe->color_answered;
}

/* Until all that must come has come, or nothing comes any more. */
static void ask(struct tty *tty, struct probe *probe, struct answers *answers)
{
	struct pollfd fd = {.fd = tty_fd(tty), .events = POLLIN};
	struct input_event event;
	struct input input;
	char bytes[1024];
	size_t len = 0;
	double asked_ms;
	uint8_t byte;

	input_init(&input);
	asked_ms = clock_exact_ms();
	tty_write(tty, probe_questions(), strlen(probe_questions()));
	while (!has_answered(probe) && poll(&fd, 1, SILENCE_MS) > 0 && read(fd.fd, &byte, 1) == 1) {
		if (len < sizeof(bytes))
			bytes[len++] = (char)byte;
		if (!input_feed(&input, byte, &event))
			continue;
		if (event.kind == INPUT_SEQUENCE && probe_take(probe, &event.sequence))
			keep_answer(answers, &event.sequence, bytes, len,
				    clock_exact_ms() - asked_ms);
		ask_color_if_due(tty, probe);
		len = 0;
	}
}

static bool ask_if_due(struct tty *tty, struct link *link)
{
	const char *bytes;
	size_t len;

	if (link->measure_due) {
		bytes = link_measure(link, clock_exact_ms(), &len);
		tty_write(tty, bytes, len);
	}
	return link->measuring;
}

/* Bytes a second, 0 without an answer. */
static double measure_line(struct tty *tty, bool *slow)
{
	struct pollfd fd = {.fd = tty_fd(tty), .events = POLLIN};
	struct input_event event;
	struct input input;
	struct link link;
	uint8_t byte;

	input_init(&input);
	link_init(&link);
	link.measure_due = true;
	while (ask_if_due(tty, &link) && poll(&fd, 1, SILENCE_MS) > 0 && read(fd.fd, &byte, 1) == 1)
		if (input_feed(&input, byte, &event) && event.kind == INPUT_SEQUENCE &&
		    event.sequence.type == '[' && event.sequence.final == 'n')
			link_answered(&link, clock_exact_ms());
	*slow = link_is_slow(&link);
	return link.measuring ? 0 : link.rate * 1000;
}

static struct json_object *text_or_null(const char *text)
{
	struct json_object *object;
	char *quoted;

	if (!text)
		return NULL;
	quoted = quote_new(text);
	object = json_object_new_string(quoted);
	free(quoted);
	return object;
}

static struct json_object *answers_json(struct answers *answers)
{
	struct json_object *list = json_object_new_array(), *row;

	for (size_t i = 0; i < QUESTION_COUNT; i++) {
		const char *text = answers->texts[i];

		row = json_object_new_object();
		json_object_object_add(row, "question", json_object_new_string(questions[i].name));
		json_object_object_add(row, "answer", text ? json_object_new_string(text) : NULL);
		json_object_object_add(row, "ms",
				       text ? json_object_new_double(answers->ms[i]) : NULL);
		json_object_array_add(list, row);
		free(answers->texts[i]);
	}
	return list;
}

static void add_decision(struct json_object *object, const struct terminal_caps *caps)
{
	json_object_object_add(object, "graphics",
			       json_object_new_string(graphics_name(caps->graphics)));
	json_object_object_add(object, "reason", json_object_new_string(caps->reason));
	json_object_object_add(object, "direct_color", json_object_new_boolean(caps->direct_color));
	json_object_object_add(object, "synchronized", json_object_new_boolean(caps->synchronized));
	json_object_object_add(object, "cell_width_px", json_object_new_int(caps->cell_width_px));
	json_object_object_add(object, "cell_height_px", json_object_new_int(caps->cell_height_px));
}

static void add_environment(struct json_object *object, const struct probe_environment *env)
{
	json_object_object_add(object, "term", text_or_null(env->term));
	json_object_object_add(object, "colorterm", text_or_null(env->colorterm));
	json_object_object_add(object, "utf8", json_object_new_boolean(env->utf8));
	json_object_object_add(object, "multiplexer", json_object_new_boolean(env->multiplexer));
	json_object_object_add(object, "colors", json_object_new_int(env->colors));
	json_object_object_add(object, "rows", json_object_new_int(env->rows));
	json_object_object_add(object, "cols", json_object_new_int(env->cols));
}

struct json_object *doctor_terminal(void)
{
	struct json_object *object = json_object_new_object();
	struct probe_environment env = {
		.term = getenv("TERM"),
		.colorterm = getenv("COLORTERM"),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.multiplexer = getenv("TMUX") || getenv("STY"),
	};
	struct answers answers = {0};
	struct terminal_caps caps;
	struct probe probe;
	struct tty *tty = NULL;
	struct error err = {.msg = "stdin or stdout is not a terminal"};
	double line = 0;
	bool slow = false;
	bool there = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
		     tty_open(COLOR_AUTO, &tty, &err) == OK;

	probe_init(&probe);
	if (there) {
		tty_environment(tty, &env);
		ask(tty, &probe, &answers);
		if (probe_is_tmux_with_sixel(&probe))
			probe.outer = tmux_outer_sixel();
		line = measure_line(tty, &slow);
		tty_close(tty);
	}
	json_object_object_add(object, "terminal", json_object_new_boolean(there));
	json_object_object_add(object, "problem", there ? NULL : json_object_new_string(err.msg));
	add_environment(object, &env);
	json_object_object_add(object, "answers", there ? answers_json(&answers) : NULL);
	if (there) {
		probe_decide(&probe, &env, -1, &caps);
		add_decision(object, &caps);
		json_object_object_add(object, "line_bytes_per_second",
				       line > 0 ? json_object_new_double(line) : NULL);
		json_object_object_add(object, "line_is_slow", json_object_new_boolean(slow));
	}
	return object;
}
