/*
 * One file's bytes, taken from a folder that may be hostile: opened without blocking,
 * checked on the descriptor and copied, because a file that is cut short under a decoder
 * that maps it kills the decoder.
 */
#include "lookalike/scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#define COPY_BLOCK_BYTES ((size_t)256 << 10)

const char *scan_kind_words(unsigned mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a folder";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	default:
		return "not a file";
	}
}

const char *scan_errno_words(int number)
{
	switch (number) {
	case EACCES:
	case EPERM:
		return "permission denied";
	case ENAMETOOLONG:
		return "path too long";
	case ELOOP:
		return "a loop of links";
	case ENOENT:
		return "no such file";
	case EIO:
		return "input/output error";
	case EMFILE:
	case ENFILE:
		return "too many open files";
	default:
		return strerrordesc_np(number) ? strerrordesc_np(number) : "unknown error";
	}
}

static int64_t mtime_of(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static enum verdict refuse(char *detail, enum verdict verdict, const char *words)
{
	snprintf(detail, SCAN_DETAIL_BYTES, "%s", words);
	return verdict;
}

static enum verdict refuse_large(char *detail, int64_t bytes_max)
{
	snprintf(detail, SCAN_DETAIL_BYTES, "file over %lld MiB", (long long)bytes_max >> 20);
	return VERDICT_TOO_LARGE;
}

static bool write_whole(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, bytes, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

/* Copies at most size bytes; fewer means that the file became shorter meanwhile. */
static enum verdict copy_bytes(int from, int to, int64_t size, XXH3_state_t *sum, char *detail)
{
	char *block = malloc(COPY_BLOCK_BYTES);
	enum verdict verdict = VERDICT_OK;
	int64_t left = size;
	ssize_t n;

	if (!block)
		return refuse(detail, VERDICT_TOO_LARGE, "not enough memory");
	while (left > 0 && verdict == VERDICT_OK) {
		n = read(from, block,
			 (int64_t)COPY_BLOCK_BYTES < left ? COPY_BLOCK_BYTES : (size_t)left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			verdict = refuse(detail, VERDICT_UNREADABLE, scan_errno_words(errno));
		else if (n == 0)
			verdict = refuse(detail, VERDICT_CHANGED, "cut short while it was read");
		else if (!write_whole(to, block, (size_t)n))
			verdict = refuse(detail, VERDICT_TOO_LARGE, "not enough memory");
		else
			XXH3_128bits_update(sum, block, (size_t)n);
		left -= n;
	}
	free(block);
	return verdict;
}

/* Copy the file and give the hash of what was copied. */
static enum verdict copy_and_hash(int from, int to, int64_t size, uint8_t *hash, char *detail)
{
	XXH3_state_t *sum = XXH3_createState();
	XXH128_canonical_t canonical;
	enum verdict verdict;

	if (!sum)
		return refuse(detail, VERDICT_TOO_LARGE, "not enough memory");
	XXH3_128bits_reset(sum);
	verdict = copy_bytes(from, to, size, sum, detail);
	XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(sum));
	memcpy(hash, canonical.digest, FILE_HASH_BYTES);
	XXH3_freeState(sum);
	return verdict;
}

static enum verdict copy_open_file(int fd, const struct stat *before, int memfd, uint8_t *hash,
				   char *detail)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	enum verdict verdict = copy_and_hash(fd, memfd, before->st_size, hash, detail);
	struct stat after;

	if (verdict != VERDICT_OK)
		return verdict;
	if (fstat(fd, &after))
		return refuse(detail, VERDICT_UNREADABLE, scan_errno_words(errno));
	if (after.st_size != before->st_size || mtime_of(&after) != mtime_of(before))
		return refuse(detail, VERDICT_CHANGED, "written to while it was read");
	if (fcntl(memfd, F_ADD_SEALS, seals) || lseek(memfd, 0, SEEK_SET))
		return refuse(detail, VERDICT_UNREADABLE, scan_errno_words(errno));
	return VERDICT_OK;
}

enum verdict scan_read_file(const char *path, int64_t bytes_max, int *memfd,
			    struct file_facts *facts, char *detail)
{
	enum verdict verdict;
	struct stat st;
	int fd, copy = -1;

	detail[0] = '\0';
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return refuse(detail, VERDICT_UNREADABLE, scan_errno_words(errno));
	if (fstat(fd, &st)) {
		verdict = refuse(detail, VERDICT_UNREADABLE, scan_errno_words(errno));
		goto out;
	}
	facts->size_bytes = st.st_size;
	facts->mtime_ns = mtime_of(&st);
	if (!S_ISREG(st.st_mode))
		verdict = refuse(detail, VERDICT_UNREADABLE, scan_kind_words(st.st_mode));
	else if (st.st_size == 0)
		verdict = refuse(detail, VERDICT_CORRUPT, "empty file");
	else if (st.st_size > bytes_max)
		verdict = refuse_large(detail, bytes_max);
	else if ((copy = memfd_create("photo", MFD_CLOEXEC | MFD_ALLOW_SEALING)) < 0)
		verdict = refuse(detail, VERDICT_UNREADABLE, scan_errno_words(errno));
	else
		verdict = copy_open_file(fd, &st, copy, facts->hash, detail);
out:
	close(fd);
	if (verdict == VERDICT_OK)
		*memfd = copy;
	else if (copy >= 0)
		close(copy);
	return verdict;
}
