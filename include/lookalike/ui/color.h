/*
 * color.h: a colour as the terminal at hand can show it.
 *
 * Units    colours as in grid.h.
 * Threads  pure functions.
 * Errors   none.
 */
#ifndef LOOKALIKE_UI_COLOR_H
#define LOOKALIKE_UI_COLOR_H

#include "lookalike/ui/grid.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Blue and reddish brown, which all kinds of colour vision tell apart, each with a contrast of 4.5
 * on black and on white (WCAG 2.1, 1.4.3). A letter or a shape always says the same.
 */
#define COLOR_CURRENT COLOR_TEXT(63)
#define COLOR_PEAK    COLOR_TEXT(131)

/*
 * The nearest colour for a terminal of so many colours (0 or less: none, so COLOR_TERMINAL);
 * with direct, 24-bit colours and all 256 indices may be sent as 24 bits.
 */
uint32_t color_reduce(uint32_t color, int colors, bool direct);

/* Whether a background is one for dark text. */
bool color_is_light(const uint8_t rgb[3]);

#endif
