/*
 * labels.h: the known labels that score compares groups with, and that list checks.
 *
 * A label is a text; photos with the same text are of one class. It comes from the photo's folder
 * ("parent"), from its file name up to the first _, - or . ("stem"), or from a CSV file of
 * path,label, where a path is absolute or starts from the CSV's folder. With vectors it is a file
 * with one label a line.
 *
 * Owns     labels_open()/labels_done().
 * Threads  one.
 * Errors   ERR_MISSING for a file that cannot be read; ERR_INPUT for one that is no such list,
 *          with the line.
 */
#ifndef LOOKALIKE_REVIEW_LABELS_H
#define LOOKALIKE_REVIEW_LABELS_H

#include "lookalike/base/error.h"

#include <stdint.h>

struct labels;

/* source is "parent", "stem" or a CSV file's name. */
enum status labels_open(const char *source, struct labels **out, struct error *err);
void labels_done(struct labels *labels);

/* The class of a photo, from 0; -1 when it has no label. */
int32_t labels_class(struct labels *labels, const char *path);

/* How many classes there are so far; the label of one, a folder's without what is before it. */
int32_t labels_count(const struct labels *labels);
const char *labels_name(const struct labels *labels, int32_t class);

/* A label a line: exactly n of them, as classes from 0. */
enum status labels_read_lines(const char *file, int n, int32_t *classes, struct error *err);

#endif
