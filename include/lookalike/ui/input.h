/*
 * input.h: bytes from the terminal → keys and answers.
 *
 * One state machine takes every byte. Keys come out as events; answers to the
 * probe (CSI, DCS, OSC, APC) come out as sequences, whenever they arrive and
 * however they are split; what is unknown is swallowed whole, so that no byte
 * of it is ever taken for a key.
 *
 * Owns     struct input is the caller's; no allocation.
 * Threads  one thread.
 * Errors   none. Invalid UTF-8 is dropped, and so are keys with Alt. Pasted text comes apart from
 *          keys, so that it is not taken for commands, and without its control characters.
 */
#ifndef LOOKALIKE_UI_INPUT_H
#define LOOKALIKE_UI_INPUT_H

#include <stdbool.h>
#include <stdint.h>

/* A key is a Unicode code point (controls as they come: Enter '\r', Tab '\t', Ctrl-D 4), or: */
enum key {
	K_ESC = 27,
	K_BACKSPACE = 127, /* for 8 too */
	K_UP = 0x110000,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PAGE_UP,
	K_PAGE_DOWN,
	K_BACKTAB,
	K_INSERT,
	K_DELETE,
	K_F1, /* K_F1 + n - 1 is Fn, n = 1..12 */
	K_F12 = K_F1 + 11,
};

#define SEQUENCE_PARAMS_MAX 32
#define SEQUENCE_TEXT_MAX   256

struct sequence {
	char type;         /* '[' CSI, 'P' DCS, ']' OSC, '_' APC */
	char prefix;       /* '?', '>', '=', '<' or 0 */
	char intermediate; /* '$', ' ', ... or 0 */
	char final;        /* 'c', 'S', ...; 0 for OSC and APC */
	int params[SEQUENCE_PARAMS_MAX];
	int param_count;
	char text[SEQUENCE_TEXT_MAX]; /* of DCS, OSC, APC; cut if longer; terminated */
};

enum input_kind {
	INPUT_KEY,
	INPUT_PASTED, /* key is a character of pasted text */
	INPUT_SEQUENCE,
};

struct input_event {
	enum input_kind kind;
	uint32_t key;
	struct sequence sequence;
};

struct input {
	int state;
	struct sequence sequence;
	int text_len; /* of sequence.text; in a paste, how much of its end was seen */
	bool pasting;
	uint32_t code_point, minimum; /* minimum: the least that this many bytes may encode */
	int continuation;             /* bytes still to come */
};

void input_init(struct input *in);

/* Take one byte; true when it completed an event. */
bool input_feed(struct input *in, uint8_t byte, struct input_event *out);

/*
 * After a silence of so many milliseconds call input_timeout(), 0: no need. A lone ESC may be the
 * key or begin a sequence; and a paste whose end never comes must not swallow all keys.
 */
int input_wait_ms(const struct input *in);

/* The waiting ESC was the key; true and the event, or false. */
bool input_timeout(struct input *in, struct input_event *out);

#endif
