/*
 * color.h: a colour as the terminal at hand can show it.
 *
 * Units    colours as in grid.h.
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_COLOR_H
#define LOOKALIKE_UI_COLOR_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The nearest colour for a terminal of so many colours (0 or less: none, so COLOR_TERMINAL);
 * with direct, 24-bit colours and all 256 indices may be sent as 24 bits.
 */
uint32_t color_reduce(uint32_t color, int colors, bool direct);

#endif
