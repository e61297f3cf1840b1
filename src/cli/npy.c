/*
 * The header of a .npy file is a Python dictionary as text. numpy.save() writes it in one way, with
 * the keys in order of the alphabet; a reader of that is enough, and knows nothing it could be
 * tricked with. All sizes are checked against limits, and the file's size against them, before
 * anything is allocated.
 */
#include "lookalike/cli/npy.h"

#include "lookalike/base/quote.h"
#include "lookalike/cluster/kmeans.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC      "\x93NUMPY"
#define MAGIC_LEN  6
#define HEADER_MAX 4096

static enum status refuse(const char *path, struct error *err, const char *why)
{
	char *quoted = quote_new(path);

	error_set(err, ERR_INPUT,
		  "%s %s: write it with numpy.save(FILE, numpy.ascontiguousarray(x, '<f4')), x of "
		  "two dimensions",
		  quoted, why);
	free(quoted);
	return ERR_INPUT;
}

/* Skip blanks and then this text, if it is there. */
static bool skip(const char **at, const char *text)
{
	size_t len = strlen(text);

	*at += strspn(*at, " ");
	if (strncmp(*at, text, len))
		return false;
	*at += len;
	return true;
}

/* A number of at most nine digits. */
static bool number(const char **at, long *out)
{
	size_t digits;

	*at += strspn(*at, " ");
	digits = strspn(*at, "0123456789");
	if (digits < 1 || digits > 9)
		return false;
	*out = strtol(*at, NULL, 10);
	*at += digits;
	return true;
}

/* What is wrong with the dictionary, or NULL. */
static const char *parse_header(const char *at, long *n, long *d)
{
	if (!skip(&at, "{") || !skip(&at, "'descr'") || !skip(&at, ":"))
		return "has a header that numpy.save() does not write";
	if (!skip(&at, "'<f4'") || !skip(&at, ","))
		return "is not float32";
	if (!skip(&at, "'fortran_order'") || !skip(&at, ":"))
		return "has a header that numpy.save() does not write";
	if (!skip(&at, "False") || !skip(&at, ","))
		return "is not in C order";
	if (!skip(&at, "'shape'") || !skip(&at, ":") || !skip(&at, "("))
		return "has a header that numpy.save() does not write";
	if (!number(&at, n) || !skip(&at, ",") || !number(&at, d) || !skip(&at, ")"))
		return "does not have two dimensions";
	skip(&at, ",");
	if (!skip(&at, "}") || at[strspn(at, " \n")])
		return "has a header that numpy.save() does not write";
	if (*n < 1 || *d < 1)
		return "is empty";
	if (*n > NPY_ROWS_MAX || *d > NPY_COLUMNS_MAX)
		return "has more than 1,000,000 rows or 512 columns";
	return NULL;
}

/* Up to the numbers: their shape, and where they begin. */
static const char *read_header(FILE *file, long *n, long *d, long *begin)
{
	unsigned char start[MAGIC_LEN + 6];
	char header[HEADER_MAX + 1];
	size_t len, length_bytes;

	if (fread(start, 1, MAGIC_LEN + 4, file) != MAGIC_LEN + 4 ||
	    memcmp(start, MAGIC, MAGIC_LEN))
		return "is not a .npy file";
	if (start[MAGIC_LEN] < 1 || start[MAGIC_LEN] > 3)
		return "is of a later version of the format";
	length_bytes = start[MAGIC_LEN] == 1 ? 2 : 4;
	len = start[MAGIC_LEN + 2] | (size_t)start[MAGIC_LEN + 3] << 8;
	if (length_bytes == 4) {
		if (fread(start + MAGIC_LEN + 4, 1, 2, file) != 2)
			return "is cut short";
		len |= (size_t)start[MAGIC_LEN + 4] << 16 | (size_t)start[MAGIC_LEN + 5] << 24;
	}
	if (len > HEADER_MAX)
		return "has a header that numpy.save() does not write";
	if (fread(header, 1, len, file) != len)
		return "is cut short";
	header[len] = '\0';
	if (strlen(header) != len)
		return "has a header that numpy.save() does not write";
	*begin = (long)(MAGIC_LEN + 2 + length_bytes + len);
	return parse_header(header, n, d);
}

static enum status read_values(FILE *file, const char *path, long n, long d, float **out,
			       struct error *err)
{
	size_t count = (size_t)n * (size_t)d;
	float *values = malloc(count * sizeof(*values));
	enum status status = OK;

	if (!values)
		return error_set(err, ERR_NOMEM, "not enough memory for %ld rows of %ld", n, d);
	if (fread(values, sizeof(*values), count, file) != count)
		status = refuse(path, err, "is cut short");
	for (size_t i = 0; i < count && !status; i++)
		if (!(fabsf(values[i]) <= VALUE_MAX)) {
			char why[128];

			snprintf(why, sizeof(why),
				 "has a number in row %zu, column %zu (from 0) that is not finite",
				 i / (size_t)d, i % (size_t)d);
			status = refuse(path, err, why);
		}
	if (status)
		free(values);
	else
		*out = values;
	return status;
}

/* A FIFO must not be waited for, and a folder not read. */
static enum status open_regular(const char *path, FILE **out, long long *size, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *quoted;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		*size = st.st_size;
		*out = fdopen(fd, "rb");
		if (*out)
			return OK;
	}
	quoted = quote_new(path);
	error_set(err, ERR_MISSING, "cannot read %s: %s", quoted,
		  fd < 0 ? strerror(errno) : "not a regular file");
	free(quoted);
	if (fd >= 0)
		close(fd);
	return ERR_MISSING;
}

enum status npy_read(const char *path, float **values, int *n, int *d, struct error *err)
{
	long rows = 0, columns = 0, begin = 0;
	long long size, wanted;
	const char *wrong;
	enum status status;
	FILE *file;

	status = open_regular(path, &file, &size, err);
	if (status)
		return status;
	wrong = read_header(file, &rows, &columns, &begin);
	wanted = begin + (long long)rows * columns * (long long)sizeof(float);
	if (!wrong && size != wanted)
		wrong = size < wanted ? "is cut short" : "has more in it than its header says";
	if (wrong)
		status = refuse(path, err, wrong);
	else
		status = read_values(file, path, rows, columns, values, err);
	fclose(file);
	if (!status) {
		*n = (int)rows;
		*d = (int)columns;
	}
	return status;
}
