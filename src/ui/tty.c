/*
 * The terminal device, and the one file that includes curses (its terminfo half: what to send
 * is in frame.c). Putting the terminal back is prepared as one string and one termios when
 * it is taken, so that a signal handler needs nothing but write() and tcsetattr().
 *
 * The descriptor stays blocking: O_NONBLOCK belongs to the open file, which a shell may share.
 */
#include "lookalike/ui/tty.h"

#include "restore.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/quote.h"
#include "lookalike/ui/color.h"
#include "lookalike/ui/frame.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define DRAIN_MS 300

/* ST first: the program may have died within a control string. */
#define MODES_OFF "\033\\\033[?2026l\033[?1006l\033[?1000l\033[?2004l\033[?8452l\033[m"
/* Where there is no other screen to go back to (GNU screen by itself), the prompt comes last. */
#define LAST_LINE "\033[9999H\033[K"
/* Buttons and wheel, with decimal places: SGR 1006. The shift key still selects text. */
#define MOUSE_ON "\033[?1000h\033[?1006h"
/* Pasted text is marked; the cursor stays beside a sixel, so that it never scrolls. */
#define MODES_ON "\033[?2004h\033[?8452h\033[m"

struct tty {
	int fd;
	bool asked; /* answers may still be under way */
	bool color;
	struct termios cooked, raw;
	char enter[256];
	char clear[64];
	struct frame_terminal terminal;
	struct frame *frame;
};

/* Copy a capability without its padding, "$<5>": no terminal of today waits for it. */
static size_t append_capability(char *out, size_t size, size_t len, const char *text)
{
	while (text && *text && len + 1 < size) {
		const char *end = strncmp(text, "$<", 2) == 0 ? strchr(text, '>') : NULL;

		if (end)
			text = end + 1;
		else
			out[len++] = *text++;
	}
	out[len] = '\0';
	return len;
}

static const char *capability(const char *name)
{
	const char *text = tigetstr(name);

	return text && text != (const char *)-1 ? text : NULL;
}

static size_t move_cursor(char *out, size_t size, int row, int col)
{
	return append_capability(out, size, 0, tparm(cursor_address, (long)row, (long)col));
}

static void prepare_leave(struct tty *tty, const char *first)
{
	char leave[256];
	size_t len, size = sizeof(leave);

	len = append_capability(leave, size, 0, first);
	len = append_capability(leave, size, len, MODES_OFF LAST_LINE);
	len = append_capability(leave, size, len, capability("rmkx"));
	len = append_capability(leave, size, len, capability("cnorm"));
	len = append_capability(leave, size, len,
				capability("rmcup") ? capability("rmcup") : capability("clear"));
	restore_prepare(tty->fd, &tty->cooked, leave, len);
}

static void prepare_enter(struct tty *tty)
{
	size_t len, size = sizeof(tty->enter);

	append_capability(tty->clear, sizeof(tty->clear), 0, capability("clear"));
	len = append_capability(tty->enter, size, 0, capability("smcup"));
	len = append_capability(tty->enter, size, len, capability("smkx"));
	len = append_capability(tty->enter, size, len, capability("civis"));
	append_capability(tty->enter, size, len, MODES_ON);
}

static void take(struct tty *tty)
{
	restore_taken();
	tcsetattr(tty->fd, TCSANOW, &tty->raw);
	restore_write(tty->fd, tty->enter, strlen(tty->enter));
	frame_invalidate(tty->frame);
}

static enum status check_terminal_type(int fd, struct error *err)
{
	const char *term = getenv("TERM"), *move;
	char name[64];
	int found = 0;

	if (!term || !*term)
		return error_set(err, ERR_INPUT,
				 "TERM is not set; set it to your terminal's name, or use "
				 "'lookalike scan' and 'lookalike cluster'");
	quote_bytes(name, sizeof(name), term, strlen(term));
	if (setupterm(term, fd, &found) != OK)
		return error_set(
			err, ERR_INPUT,
			"the terminal type TERM=%s is not known here; try TERM=xterm, or use "
			"'lookalike scan' and 'lookalike cluster'",
			name);
	move = capability("cup");
	if (!move || strncmp(move, "\033[", 2) != 0 || !capability("clear"))
		return error_set(
			err, ERR_INPUT,
			"the terminal TERM=%s cannot place the cursor; use 'lookalike scan' "
			"and 'lookalike cluster'",
			name);
	return OK;
}

static bool color_wanted(enum color_choice choice)
{
	const char *no_color = getenv("NO_COLOR");

	if (choice == COLOR_AUTO)
		return !no_color || !*no_color;
	return choice == COLOR_ALWAYS;
}

static void prepare_terminal(struct tty *tty, enum color_choice color)
{
	int colors = tigetnum("colors");

	tty->color = color_wanted(color) && (colors > 0 || color == COLOR_ALWAYS);
	tty->terminal = (struct frame_terminal){
		.colors = !tty->color  ? 0
			  : colors > 0 ? colors
				       : 8,
		.last_cell_scrolls = tigetflag("am") > 0 && tigetflag("xenl") <= 0,
		.clear = tty->clear,
		.move = move_cursor,
	};
}

enum status tty_open(enum color_choice color, struct tty **out, struct error *err)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	struct termios cooked;
	enum status status;
	struct tty *tty;

	if (fd < 0)
		return error_set(err, ERR_IO,
				 "there is no terminal (/dev/tty: %s); use 'lookalike scan' and "
				 "'lookalike cluster'",
				 strerror(errno));
	status = check_terminal_type(fd, err);
	if (status == OK && tcgetattr(fd, &cooked) < 0)
		status = error_set(err, ERR_IO, "cannot read the terminal's settings: %s",
				   strerror(errno));
	if (status != OK) {
		close(fd);
		return status;
	}
	tty = memory_new(sizeof(*tty));
	tty->fd = fd;
	tty->frame = frame_new();
	tty->cooked = tty->raw = cooked;
	cfmakeraw(&tty->raw);
	tty->raw.c_cc[VMIN] = 1;
	tty->raw.c_cc[VTIME] = 0;
	prepare_terminal(tty, color);
	prepare_enter(tty);
	prepare_leave(tty, "");
	restore_catch_faults();
	signal(SIGPIPE, SIG_IGN);
	take(tty);
	*out = tty;
	return OK;
}

/*
 * Late answers would end up in the shell's command line. Terminals answer in order, so ask one
 * more thing that all of them know and read until its answer has come.
 */
static void drain_answers(struct tty *tty)
{
	static const char question[] = "\033\\\033[5n", answer[] = "\033[0n";
	long limit = clock_ms() + DRAIN_MS, left;
	size_t matched = 0;
	char byte;

	restore_write(tty->fd, question, strlen(question));
	while (matched < strlen(answer) && (left = limit - clock_ms()) > 0) {
		struct pollfd readable = {.fd = tty->fd, .events = POLLIN};

		if (poll(&readable, 1, (int)left) <= 0 || read(tty->fd, &byte, 1) != 1)
			break;
		if (byte != answer[matched])
			matched = 0;
		if (byte == answer[matched])
			matched++;
	}
	tcflush(tty->fd, TCIFLUSH);
}

void tty_close(struct tty *tty)
{
	if (!tty)
		return;
	if (tty->asked)
		drain_answers(tty);
	restore_now();
	restore_release_faults();
	del_curterm(cur_term);
	close(tty->fd);
	frame_free(tty->frame);
	free(tty);
}

int tty_fd(const struct tty *tty)
{
	return tty->fd;
}

void tty_environment(const struct tty *tty, struct probe_environment *out)
{
	struct winsize size = {0};

	ioctl(tty->fd, TIOCGWINSZ, &size);
	*out = (struct probe_environment){
		.term = getenv("TERM"),
		.colorterm = getenv("COLORTERM"),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.multiplexer = getenv("TMUX") || getenv("STY"),
		.colors = tty->terminal.colors,
		.rows = size.ws_row > 0 ? size.ws_row : 24,
		.cols = size.ws_col > 0 ? size.ws_col : 80,
		.width_px = size.ws_xpixel,
		.height_px = size.ws_ypixel,
	};
}

void tty_write(struct tty *tty, const char *bytes, size_t len)
{
	tty->asked = true;
	restore_write(tty->fd, bytes, len);
}

void tty_use_mouse(struct tty *tty)
{
	append_capability(tty->enter, sizeof(tty->enter), strlen(tty->enter), MOUSE_ON);
	restore_write(tty->fd, MOUSE_ON, strlen(MOUSE_ON));
}

void tty_use_kitty(struct tty *tty)
{
	prepare_leave(tty, "\033\\" FRAME_KITTY_END);
}

void tty_set_synchronized(struct tty *tty, bool synchronized)
{
	tty->terminal.synchronized = synchronized;
}

void tty_set_tmux(struct tty *tty, bool tmux)
{
	tty->terminal.tmux = tmux;
}

void tty_set_direct_color(struct tty *tty, bool direct_color)
{
	if (tty->terminal.direct_color != direct_color)
		frame_recolor(tty->frame);
	tty->terminal.direct_color = direct_color;
}

bool tty_has_color(const struct tty *tty)
{
	return tty->color;
}

struct style tty_reduce(const struct tty *tty, struct style style)
{
	const struct frame_terminal *t = &tty->terminal;

	style.fg = color_reduce(style.fg, t->colors, t->direct_color);
	style.bg = color_reduce(style.bg, t->colors, t->direct_color);
	return style;
}

size_t tty_present(struct tty *tty, const struct grid *grid)
{
	size_t len;
	const char *bytes = frame_compose(tty->frame, &tty->terminal, grid, &len);

	restore_write(tty->fd, bytes, len);
	return len;
}

const char *tty_picture(struct tty *tty, const struct grid *grid, size_t *len, size_t *head)
{
	return frame_picture(tty->frame, &tty->terminal, grid, len, head);
}

bool tty_wants_picture(const struct tty *tty, const struct grid *grid)
{
	return frame_wants_picture(tty->frame, grid);
}

bool tty_has_picture(const struct tty *tty, const struct grid *grid)
{
	return frame_has_picture(tty->frame, grid);
}

const char *tty_picture_broken(struct tty *tty, size_t *len)
{
	return frame_picture_broken(tty->frame, len);
}

bool tty_is_writable(const struct tty *tty)
{
	struct pollfd writable = {.fd = tty->fd, .events = POLLOUT};

	return poll(&writable, 1, 0) > 0;
}

void tty_invalidate(struct tty *tty)
{
	frame_invalidate(tty->frame);
}

void tty_suspend(struct tty *tty)
{
	sigset_t stop, resumed;

	restore_now();
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigemptyset(&resumed);
	sigaddset(&resumed, SIGCONT);
	/* The whole group, as Ctrl-Z would: a make or a shell script above us must stop too. */
	pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
	kill(0, SIGTSTP);
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	sigtimedwait(&resumed, NULL, &(struct timespec){0, 0}); /* this answers it */
	take(tty);
}

bool tty_resume(struct tty *tty)
{
	struct termios now;

	if (restore_is_taken() && tcgetattr(tty->fd, &now) == 0 &&
	    now.c_lflag == tty->raw.c_lflag && now.c_iflag == tty->raw.c_iflag)
		return false;
	take(tty);
	return true;
}

int tty_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGWINCH);
	sigaddset(&set, SIGTSTP);
	sigaddset(&set, SIGCONT);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int tty_next_signal(int signals_fd)
{
	struct signalfd_siginfo info;

	if (read(signals_fd, &info, sizeof(info)) != sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
