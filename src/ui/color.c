/*
 * Colours are reduced by the squared distance in RGB to the palette that nearly all terminals
 * start with. The first sixteen are left out for the 256-colour ones: users change those.
 */
#include "lookalike/ui/color.h"

#include "lookalike/ui/grid.h"

#define KIND(color) ((color) >> 24)

static const uint32_t basic[16] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

static const int cube_level[6] = {0, 95, 135, 175, 215, 255};

static int channel(uint32_t rgb, int i)
{
	return (int)(rgb >> (16 - 8 * i) & 0xff);
}

static uint32_t pack(int r, int g, int b)
{
	return (uint32_t)r << 16 | (uint32_t)g << 8 | (uint32_t)b;
}

static int distance(uint32_t a, uint32_t b)
{
	int sum = 0;

	for (int i = 0; i < 3; i++)
		sum += (channel(a, i) - channel(b, i)) * (channel(a, i) - channel(b, i));
	return sum;
}

static uint32_t rgb_of_index(uint32_t index)
{
	int grey;

	if (index < 16)
		return basic[index];
	if (index < 232) {
		index -= 16;
		return pack(cube_level[index / 36], cube_level[index / 6 % 6],
			    cube_level[index % 6]);
	}
	grey = 8 + 10 * ((int)index - 232);
	return pack(grey, grey, grey);
}

static int nearest_level(int value)
{
	if (value < 48)
		return 0;
	return value < 115 ? 1 : (value - 35) / 40;
}

static uint32_t nearest_of_256(uint32_t rgb)
{
	int r = nearest_level(channel(rgb, 0)), g = nearest_level(channel(rgb, 1)),
	    b = nearest_level(channel(rgb, 2));
	int mean = (channel(rgb, 0) + channel(rgb, 1) + channel(rgb, 2)) / 3;
	int step = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
	uint32_t cube = (uint32_t)(16 + 36 * r + 6 * g + b), grey = (uint32_t)(232 + step);

	return distance(rgb, rgb_of_index(grey)) < distance(rgb, rgb_of_index(cube)) ? grey : cube;
}

static uint32_t nearest_of_basic(uint32_t rgb, int count)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < (uint32_t)count; i++)
		if (distance(rgb, basic[i]) < distance(rgb, basic[best]))
			best = i;
	return best;
}

uint32_t color_reduce(uint32_t color, int colors, bool direct)
{
	uint32_t rgb;

	if (colors <= 0 || color == COLOR_TERMINAL)
		return COLOR_TERMINAL;
	if (KIND(color) == KIND(COLOR_TEXT(0))) {
		if (colors < 256 && !direct)
			return COLOR_TERMINAL;
		color = COLOR_INDEX(color & 0xff);
	}
	if (KIND(color) == KIND(COLOR_INDEX(0))) {
		uint32_t index = color & 0xff;

		if (index < 8 || (int)index < colors)
			return color;
		rgb = rgb_of_index(index);
	} else {
		rgb = color & 0xffffff;
	}
	if (direct)
		return COLOR_RGB(channel(rgb, 0), channel(rgb, 1), channel(rgb, 2));
	if (colors >= 256)
		return COLOR_INDEX(nearest_of_256(rgb));
	return COLOR_INDEX(nearest_of_basic(rgb, colors >= 16 ? 16 : 8));
}

bool color_is_light(const uint8_t rgb[3])
{
	return 299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] > 127500;
}
