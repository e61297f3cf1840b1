/*
 * One byte at a time, so that it does not matter how the terminal's bytes were split on the way.
 * The grammar is ECMA-48 (control sequences, control strings) and xterm's for the keys, with the
 * variants of the Linux console, rxvt and the keypad. Answers to questions of long ago come at
 * any time, which is why everything well formed is swallowed whole, known or not.
 */
#include "lookalike/ui/input.h"

#include <string.h>

enum state {
	GROUND,
	UTF8,
	UTF8_WITH_ALT, /* the character behind an ESC */
	ESCAPE,
	ESCAPE_INTERMEDIATE, /* ESC ( B and the like */
	SS3,
	CSI,
	CSI_SUBPARAM, /* behind a colon, up to the next semicolon */
	LINUX_FUNCTION,
	MOUSE_BYTES, /* the three behind CSI M */
	DCS,
	STRING,
	STRING_ESCAPE,
	PASTE,
};

enum {
	BEL = 0x07,
	CAN = 0x18,
	SUB = 0x1a,
	ESC = 0x1b,
	C1_ST = 0x9c,
	PARAM_MAX = 0xffffff,
};

#define ESCAPE_MS 25   /* as nnn waits */
#define PASTE_MS  3000 /* a line may stall for as long, and what comes then are no commands */

static const char paste_end[] = "\033[201~";

void input_init(struct input *in)
{
	memset(in, 0, sizeof(*in));
}

static bool key_event(struct input_event *out, uint32_t key)
{
	out->kind = INPUT_KEY;
	out->key = key;
	return true;
}

static bool sequence_event(struct input *in, struct input_event *out)
{
	out->kind = INPUT_SEQUENCE;
	in->sequence.text[in->text_len] = '\0';
	out->sequence = in->sequence;
	return true;
}

static void sequence_start(struct input *in, char type, enum state state)
{
	memset(&in->sequence, 0, sizeof(in->sequence));
	in->sequence.type = type;
	in->text_len = 0;
	in->continuation = 0;
	in->state = state;
}

/* How many bytes follow this first one of a UTF-8 character; -1 if it is none. */
static int utf8_follow(uint8_t byte)
{
	if (byte >= 0xc2 && byte <= 0xdf)
		return 1;
	if (byte >= 0xe0 && byte <= 0xef)
		return 2;
	if (byte >= 0xf0 && byte <= 0xf4)
		return 3;
	return -1;
}

/* A character that was typed, or pasted. */
static bool character_event(const struct input *in, uint32_t cp, struct input_event *out)
{
	out->kind = in->pasting ? INPUT_PASTED : INPUT_KEY;
	out->key = cp;
	return true;
}

static void utf8_start(struct input *in, uint8_t byte, enum state state)
{
	static const uint32_t minimum[] = {0, 0x80, 0x800, 0x10000};
	int follow = utf8_follow(byte);

	in->state = in->pasting ? PASTE : GROUND;
	if (follow < 0)
		return;
	in->state = state;
	in->continuation = follow;
	in->minimum = minimum[follow];
	in->code_point = byte & (0x3fu >> follow);
}

static bool ground(struct input *in, uint8_t byte, struct input_event *out)
{
	in->state = GROUND;
	if (byte == ESC) {
		in->state = ESCAPE;
		return false;
	}
	if (byte >= 0x80) {
		utf8_start(in, byte, UTF8);
		return false;
	}
	if (byte == 0)
		return false;
	return key_event(out, byte == 8 ? K_BACKSPACE : byte);
}

static bool paste(struct input *in, uint8_t byte, struct input_event *out)
{
	in->state = PASTE;
	if (byte != (uint8_t)paste_end[in->text_len])
		in->text_len = 0;
	if (byte == (uint8_t)paste_end[in->text_len])
		in->text_len++;
	if (in->text_len == (int)strlen(paste_end)) {
		in->state = GROUND;
		in->pasting = false;
	} else if (in->text_len == 0 && byte >= 0x80) {
		utf8_start(in, byte, UTF8);
	} else if (in->text_len == 0 && byte >= ' ' && byte != K_BACKSPACE) {
		return character_event(in, byte, out);
	}
	return false;
}

static bool utf8_continue(struct input *in, uint8_t byte, struct input_event *out)
{
	bool with_alt = in->state == UTF8_WITH_ALT;
	uint32_t cp;

	if ((byte & 0xc0) != 0x80)
		return in->pasting ? paste(in, byte, out) : ground(in, byte, out);
	cp = in->code_point = in->code_point << 6 | (byte & 0x3f);
	if (--in->continuation > 0)
		return false;
	in->state = in->pasting ? PASTE : GROUND;
	if (with_alt || cp < in->minimum || cp < 0xa0 || (cp >= 0xd800 && cp <= 0xdfff) ||
	    cp > 0x10ffff)
		return false;
	return character_event(in, cp, out);
}

static bool escape(struct input *in, uint8_t byte, struct input_event *out)
{
	switch (byte) {
	case ESC:
		return key_event(out, K_ESC);
	case '[':
		sequence_start(in, '[', CSI);
		return false;
	case 'O':
		in->state = SS3;
		return false;
	case 'P':
		sequence_start(in, 'P', DCS);
		return false;
	case ']':
	case '_':
	case '^':
	case 'X':
		sequence_start(in, (char)byte, STRING);
		return false;
	default:
		if (byte >= 0x80)
			utf8_start(in, byte, UTF8_WITH_ALT);
		else
			in->state = byte >= 0x20 && byte <= 0x2f ? ESCAPE_INTERMEDIATE : GROUND;
		return false;
	}
}

/* Cursor keys and F1 to F4 end alike behind CSI and SS3. */
static uint32_t cursor_key(uint8_t final)
{
	switch (final) {
	case 'A':
		return K_UP;
	case 'B':
		return K_DOWN;
	case 'C':
		return K_RIGHT;
	case 'D':
		return K_LEFT;
	case 'F':
		return K_END;
	case 'H':
		return K_HOME;
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return (uint32_t)K_F1 + final - 'P';
	default:
		return 0;
	}
}

static bool ss3(struct input *in, uint8_t byte, struct input_event *out)
{
	uint32_t key;

	if (byte == ESC || byte >= 0x80)
		return ground(in, byte, out);
	if ((byte >= '0' && byte <= '9') || byte == ';')
		return false;
	in->state = GROUND;
	key = cursor_key(byte);
	if (byte == 'M')
		key = '\r';
	else if (byte == 'X')
		key = '=';
	else if (byte >= 'j' && byte <= 'y') /* the keypad: * + , - . / 0 to 9 */
		key = (uint32_t)byte - 'j' + '*';
	return key ? key_event(out, key) : false;
}

static uint32_t tilde_key(int number)
{
	static const uint32_t keys[] = {
		[1] = K_HOME,    [2] = K_INSERT,    [3] = K_DELETE,   [4] = K_END,
		[5] = K_PAGE_UP, [6] = K_PAGE_DOWN, [7] = K_HOME,     [8] = K_END,
		[11] = K_F1,     [12] = K_F1 + 1,   [13] = K_F1 + 2,  [14] = K_F1 + 3,
		[15] = K_F1 + 4, [17] = K_F1 + 5,   [18] = K_F1 + 6,  [19] = K_F1 + 7,
		[20] = K_F1 + 8, [21] = K_F1 + 9,   [23] = K_F1 + 10, [24] = K_F12,
	};

	return number < (int)(sizeof(keys) / sizeof(keys[0])) ? keys[number] : 0;
}

/* A key sent with its code point: only Ctrl changes what it is to us. */
static uint32_t coded_key(int code_point, int modifiers)
{
	if (code_point <= 0 || code_point > 0x10ffff)
		return 0;
	if (modifiers > 1 && ((modifiers - 1) & 4) && code_point >= 'a' && code_point <= 'z')
		return (uint32_t)code_point & 0x1f;
	return code_point == 8 ? K_BACKSPACE : (uint32_t)code_point;
}

static uint32_t csi_key(const struct sequence *s)
{
	if (s->prefix || s->intermediate)
		return 0;
	switch (s->final) {
	case 'Z':
		return K_BACKTAB;
	case 'u':
		return coded_key(s->params[0], s->params[1]);
	case '~':
		if (s->params[0] == 27)
			return coded_key(s->params[2], s->params[1]);
		return tilde_key(s->params[0]);
	default:
		return cursor_key((uint8_t)s->final);
	}
}

static bool csi_end(struct input *in, struct input_event *out)
{
	const struct sequence *s = &in->sequence;
	uint32_t key;

	in->state = GROUND;
	if (s->param_count == 0 && !s->prefix && !s->intermediate) {
		if (s->final == '[')
			in->state = LINUX_FUNCTION;
		if (s->final == 'M') {
			in->state = MOUSE_BYTES;
			in->continuation = 3;
		}
		if (in->state != GROUND)
			return false;
	}
	if (s->final == '~' && s->params[0] == 200 && !s->prefix) {
		in->state = PASTE;
		in->pasting = true;
		in->text_len = 0;
		return false;
	}
	key = csi_key(s);
	return key ? key_event(out, key) : sequence_event(in, out);
}

/* The part between the introducer and the final byte, the same for CSI and DCS. */
static void take_param(struct input *in, uint8_t byte)
{
	struct sequence *s = &in->sequence;
	int *param;

	if (byte >= '<' && byte <= '?') {
		s->prefix = (char)byte;
		return;
	}
	if (byte >= 0x20 && byte <= 0x2f) {
		s->intermediate = (char)byte;
		return;
	}
	if (s->param_count == 0)
		s->param_count = 1;
	if (byte == ';') {
		if (s->param_count < SEQUENCE_PARAMS_MAX)
			s->param_count++;
		return;
	}
	param = &s->params[s->param_count - 1];
	if (*param < PARAM_MAX)
		*param = *param * 10 + byte - '0';
}

static bool csi_or_dcs(struct input *in, uint8_t byte, struct input_event *out)
{
	bool is_dcs = in->sequence.type == 'P';

	if (byte == ESC || byte >= 0x80)
		return ground(in, byte, out);
	if (byte == CAN || byte == SUB) {
		in->state = GROUND;
	} else if (byte == ':') {
		in->state = is_dcs ? DCS : CSI_SUBPARAM;
	} else if (byte >= 0x20 && byte <= 0x3f) {
		if (in->state == CSI_SUBPARAM && byte >= '0' && byte <= '9')
			return false;
		in->state = is_dcs ? DCS : CSI;
		take_param(in, byte);
	} else if (byte >= 0x40 && byte <= 0x7e) {
		in->sequence.final = (char)byte;
		if (!is_dcs)
			return csi_end(in, out);
		in->state = STRING;
	}
	return false;
}

static bool string(struct input *in, uint8_t byte, struct input_event *out)
{
	bool in_char = in->continuation > 0 && (byte & 0xc0) == 0x80;

	if ((byte == BEL && in->sequence.type == ']') || (byte == C1_ST && !in_char)) {
		in->state = GROUND;
		return sequence_event(in, out);
	}
	if (byte == CAN || byte == SUB) {
		in->state = GROUND;
		return false;
	}
	if (byte == ESC) {
		in->state = STRING_ESCAPE;
		return false;
	}
	if (in_char)
		in->continuation--;
	else
		in->continuation = byte >= 0x80 && utf8_follow(byte) > 0 ? utf8_follow(byte) : 0;
	if (in->text_len < SEQUENCE_TEXT_MAX - 1)
		in->sequence.text[in->text_len++] = (char)byte;
	return false;
}

static bool string_escape(struct input *in, uint8_t byte, struct input_event *out)
{
	if (byte == '\\') {
		in->state = GROUND;
		return sequence_event(in, out);
	}
	/* Not the end but the start of something else: the string was cut off. */
	in->state = ESCAPE;
	return byte == ESC ? false : escape(in, byte, out);
}

bool input_feed(struct input *in, uint8_t byte, struct input_event *out)
{
	switch ((enum state)in->state) {
	case GROUND:
		return ground(in, byte, out);
	case UTF8:
	case UTF8_WITH_ALT:
		return utf8_continue(in, byte, out);
	case ESCAPE:
		return escape(in, byte, out);
	case ESCAPE_INTERMEDIATE:
		if (byte == ESC || byte >= 0x80)
			return ground(in, byte, out);
		if (byte < 0x20 || byte > 0x2f)
			in->state = GROUND;
		return false;
	case SS3:
		return ss3(in, byte, out);
	case CSI:
	case CSI_SUBPARAM:
	case DCS:
		return csi_or_dcs(in, byte, out);
	case LINUX_FUNCTION:
		in->state = GROUND;
		return byte >= 'A' && byte <= 'E' ? key_event(out, (uint32_t)K_F1 + byte - 'A')
						  : false;
	case MOUSE_BYTES:
		if (--in->continuation == 0)
			in->state = GROUND;
		return false;
	case STRING:
		return string(in, byte, out);
	case STRING_ESCAPE:
		return string_escape(in, byte, out);
	case PASTE:
		return paste(in, byte, out);
	}
	return false;
}

int input_wait_ms(const struct input *in)
{
	return in->state == ESCAPE ? ESCAPE_MS : in->pasting ? PASTE_MS : 0;
}

bool input_timeout(struct input *in, struct input_event *out)
{
	bool escaped = in->state == ESCAPE;

	if (escaped || in->pasting)
		in->state = GROUND;
	in->pasting = false;
	return escaped && key_event(out, K_ESC);
}
