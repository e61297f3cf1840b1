/*
 * tty.h: the terminal. The only file that includes curses, and the only
 * writer to the screen while the interface runs.
 *
 * ncurses' terminfo layer knows the terminal's sequences; the cells are compared and
 * sent here and not by the curses screen, because curses knows nothing of the pictures
 * that lie on the screen: it scrolls and erases through them (measured), and has no
 * 24-bit colours outside -direct terminals. Here, only changed cells are ever written,
 * no line is ever scrolled, inserted or erased through a picture.
 *
 * Owns     one terminal at a time: tty_open()/tty_close(). Whatever ends the
 *          program, the terminal is put back: a fatal signal runs the same restore, and after
 *          SIGKILL the guardian does it (guardian.h).
 * Units    cells and pixels.
 * Threads  the interface thread; the signal handlers use only what is prepared.
 * Errors   ERR_IO when there is no terminal, ERR_INPUT when TERM names none that can be used.
 */
#ifndef LOOKALIKE_UI_TTY_H
#define LOOKALIKE_UI_TTY_H

#include "lookalike/base/error.h"
#include "lookalike/ui/grid.h"
#include "lookalike/ui/probe.h"

#include <stdbool.h>
#include <stddef.h>

struct tty;

enum color_choice {
	COLOR_AUTO, /* colours unless NO_COLOR is set */
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/* Opens /dev/tty, enters the alternate screen and raw mode. Signals: see tty_signals(). */
enum status tty_open(enum color_choice color, struct tty **out, struct error *err);
void tty_close(struct tty *tty); /* drains late answers, restores everything */

int tty_fd(const struct tty *tty);

/* Fill rows, cols, pixels, colours, locale and environment; called again after a resize. */
void tty_environment(const struct tty *tty, struct probe_environment *out);

/* Write bytes as they are (the probe's questions). */
void tty_write(struct tty *tty, const char *bytes, size_t len);

/* Hear of the mouse, as sequences "CSI < button ; column ; row M". Off again with all else. */
void tty_use_mouse(struct tty *tty);

/* The terminal gets pictures by kitty's protocol: giving it back deletes them. */
void tty_use_kitty(struct tty *tty);

/* What the probe found out. */
void tty_set_synchronized(struct tty *tty, bool synchronized);
void tty_set_tmux(struct tty *tty, bool tmux);
void tty_set_direct_color(struct tty *tty, bool direct_color);

/* Whether colours may be used at all. */
bool tty_has_color(const struct tty *tty);

/* A style as this terminal is told it. */
struct style tty_reduce(const struct tty *tty, struct style style);

/*
 * Make the screen show the grid, but for its pictures: write the cells that differ from the last
 * one, and return how many bytes that took. An unchanged grid sends nothing.
 */
size_t tty_present(struct tty *tty, const struct grid *grid);

/* As frame.h has them, of the grid that was presented last: its next picture is sent in pieces. */
const char *tty_picture(struct tty *tty, const struct grid *grid, size_t *len, size_t *head);
bool tty_has_picture(const struct tty *tty, const struct grid *grid);
bool tty_wants_picture(const struct tty *tty, const struct grid *grid);
const char *tty_picture_broken(struct tty *tty, size_t *len);

/* Whether a write of some kilobytes will not block. */
bool tty_is_writable(const struct tty *tty);

/* Forget what is on the screen: the next grid is sent whole, pictures too. */
void tty_invalidate(struct tty *tty);

/*
 * Give the terminal back, stop this process group as Ctrl-Z does, and take it again when
 * continued. The size may have changed meanwhile without a signal: ask tty_environment().
 */
void tty_suspend(struct tty *tty);

/*
 * After SIGCONT: take the terminal again if it was given back while the process was stopped by
 * SIGSTOP, which it cannot see coming; true if so.
 */
bool tty_resume(struct tty *tty);

/*
 * A descriptor that is readable when one of SIGWINCH, SIGTSTP, SIGCONT, SIGINT, SIGTERM, SIGHUP
 * or SIGQUIT has come (Ctrl-C and Ctrl-Z come as keys too); they are blocked in all threads. Call
 * before any thread is started; tty_next_signal() returns one of them, or 0.
 */
int tty_signals(void);
int tty_next_signal(int signals_fd);

#endif
