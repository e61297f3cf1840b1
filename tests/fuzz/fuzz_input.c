/*
 * Anything that a terminal may send, from keys to answers, through the reader and the probe.
 */
#include "lookalike/ui/input.h"
#include "lookalike/ui/probe.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_event(const struct input_event *event)
{
	const struct sequence *s = &event->sequence;

	if (event->kind == INPUT_KEY) {
		if (event->key > K_F12)
			abort();
		return;
	}
	if (s->param_count < 0 || s->param_count > SEQUENCE_PARAMS_MAX ||
	    !memchr(s->text, '\0', sizeof(s->text)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct probe_environment env = {
		.term = "xterm", .utf8 = true, .colors = 256, .rows = 24, .cols = 80};
	struct terminal_caps caps;
	struct input_event event;
	struct input input;
	struct probe probe;

	input_init(&input);
	probe_init(&probe);
	for (size_t i = 0; i < len; i++) {
		if (!input_feed(&input, bytes[i], &event))
			continue;
		check_event(&event);
		if (event.kind == INPUT_SEQUENCE)
			probe_take(&probe, &event.sequence);
	}
	if (input_pending(&input) && input_timeout(&input, &event))
		check_event(&event);
	probe_decide(&probe, &env, -1, &caps);
	if (caps.cell_width_px < 1 || caps.cell_height_px < 1 || !caps.reason)
		abort();
	return 0;
}
