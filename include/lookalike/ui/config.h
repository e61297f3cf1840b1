/*
 * config.h: the configuration file, $XDG_CONFIG_HOME/lookalike/config: other keys.
 *
 *     # an action, an equals sign, its keys with blanks between
 *     open  = Enter o
 *     first = gg Home
 *
 * A line that is wrong, or gives an action another one's key, is told with its number, and the
 * action keeps its own keys.
 *
 * Owns     the path is the caller's to free; what is read goes to keys_bind().
 * Threads  the interface thread.
 * Errors   told to the callback, one line each, quoted; a file that is not there is none.
 */
#ifndef LOOKALIKE_UI_CONFIG_H
#define LOOKALIKE_UI_CONFIG_H

/* NULL where neither XDG_CONFIG_HOME nor HOME says where. */
char *config_path(void);

void config_read(const char *path, void (*problem)(const char *text, void *user), void *user);

#endif
