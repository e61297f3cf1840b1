/*
 * launch.h: starting and ending the extractor's process.
 *
 * Owns     struct launched is the caller's; launch_end() closes and reaps.
 * Threads  any; one launched process belongs to one thread.
 * Errors   ERR_MISSING when the program cannot be started, ERR_IO without descriptors.
 */
#ifndef LOOKALIKE_SCAN_LAUNCH_H
#define LOOKALIKE_SCAN_LAUNCH_H

#include "lookalike/base/error.h"

#include <stddef.h>
#include <sys/types.h>

struct launched {
	pid_t pid;  /* also of its process group */
	int socket; /* the control socket */
};

struct launch_config {
	const char *extractor; /* path of the program */
	const char *landmarks; /* path of the landmark model; NULL for a start without models */
	const char *models;    /* folder of the fetched models */
	int max_megapixels;    /* of an image that is decoded */
	const char *embedding; /* path of the embedding's network; NULL for none */
};

/*
 * Start the extractor, silent, with the control socket as descriptor 3. Without models it says
 * HELLO, with its versions and the isolation of its workers, and ends.
 */
enum status launch_extractor(const struct launch_config *config, struct launched *out,
			     struct error *err);

/* Close the socket, kill what is left of the process group, reap; returns as from waitpid(). */
int launch_end(struct launched *launched);

/* "killed by signal 11 (Segmentation fault)", "exit status 3". */
void launch_status_words(int wait_status, char *out, size_t out_size);

#endif
