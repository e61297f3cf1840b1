/* The walk over a temporary tree with every odd kind of entry. */
#include "lookalike/scan/nodes.h"
#include "lookalike/scan/scan.h"
#include "lookalike/scan/walk.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#define JPEG_HEAD "\xff\xd8\xff\xe0 and so on"

static char root[PATH_MAX];

static int make_root(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/test_walk.XXXXXX");
	return mkdtemp(root) && !chmod(root, 0755) && !chdir(root) ? 0 : -1;
}

static int remove_root(void **state)
{
	char command[PATH_MAX + 16];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", root);
	return chdir("/") || system(command);
}

static void make_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void make_folder(const char *name)
{
	assert_int_equal(mkdir(name, 0755), 0);
}

static void make_socket(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

/* One line an entry, paths without the root. */
static char *walk_text(char *const *paths, size_t count, bool follow)
{
	static const char *const kinds[] = {"file", "same", "verdict", "folder"};
	size_t skip = strlen(root) + 1, size;
	struct walk_entry entry;
	struct walk *walk;
	char *text;
	FILE *out = open_memstream(&text, &size);

	assert_int_equal(walk_open(paths, count, follow, &walk, NULL), OK);
	while (walk_next(walk, &entry)) {
		fprintf(out, "%s %s", kinds[entry.kind],
			strlen(entry.path) >= skip ? entry.path + skip : ".");
		if (entry.kind == WALK_SAME)
			fprintf(out, " = %s", entry.same_as + skip);
		if (entry.kind == WALK_VERDICT)
			fprintf(out, " %s", verdict_name(entry.verdict));
		if (entry.problem)
			fprintf(out, " (%s)", entry.problem);
		fputc('\n', out);
	}
	assert_false(walk_next(walk, &entry));
	walk_close(walk);
	fclose(out);
	return text;
}

static void expect(bool follow, const char *expected)
{
	char *const paths[] = {root};
	char *text = walk_text(paths, 1, follow);

	assert_string_equal(text, expected);
	free(text);
}

static void test_empty(void **state)
{
	char *text = walk_text(NULL, 0, false);

	(void)state;
	assert_string_equal(text, "");
	free(text);
	expect(false, "");
}

static void test_missing(void **state)
{
	char path[] = "/nonexistent/fo\no", *const paths[] = {path};
	struct walk *walk = NULL;
	struct error err;

	(void)state;
	assert_int_equal(walk_open(paths, 1, false, &walk, &err), ERR_MISSING);
	assert_string_equal(err.msg, "$'/nonexistent/fo\\no': no such file");
	assert_null(walk);
}

static void test_candidates(void **state)
{
	static const char *const extensions[] = {
		"jpg", "jpeg", "jpe", "png", "webp", "tif",  "tiff", "bmp", "pbm",
		"pgm", "ppm",  "pnm", "gif", "heic", "heif", "avif", "jp2",
	};
	char name[32], expected[1024] = "file signature\n";

	(void)state;
	make_file("signature", JPEG_HEAD);
	make_file("text", "no image");
	make_file("empty", "");
	make_file("x.txt", "no image");
	make_file(".jpg", "no stem, no image");
	make_file("jpg", "no dot");
	make_file("x.jpg.txt", "no image");
	make_file("y.JpG", "an image by name");
	make_file("z.jpg", "");
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		snprintf(name, sizeof(name), "s%02zu.%s", i, extensions[i]);
		make_file(name, "an image by name");
		strcat(strcat(strcat(expected, "file "), name), "\n");
	}
	/* "s" sorts before "si" only by its digits. */
	memmove(expected, expected + 15, strlen(expected + 15) + 1);
	strcat(expected, "file signature\nfile y.JpG\nverdict z.jpg corrupt (empty file)\n");
	expect(false, expected);
}

static void test_odd_kinds(void **state)
{
	(void)state;
	make_folder("a.jpg");
	make_file("a.jpg/inner.png", "x");
	assert_int_equal(mkfifo("fifo.jpg", 0644), 0);
	assert_int_equal(mkfifo("fifo", 0644), 0);
	make_socket("socket.png");
	assert_int_equal(symlink("/dev/zero", "zero.jpg"), 0);
	assert_int_equal(symlink("nowhere", "dangling.jpg"), 0);
	assert_int_equal(symlink("nowhere", "dangling"), 0);
	assert_int_equal(symlink("loop.gif", "loop.gif"), 0);
	expect(false, "verdict a.jpg unreadable (a folder)\n"
		      "file a.jpg/inner.png\n"
		      "verdict dangling.jpg unreadable (a dangling link)\n"
		      "verdict fifo.jpg unreadable (a FIFO)\n"
		      "verdict loop.gif unreadable (a loop of links)\n"
		      "verdict socket.png unreadable (a socket)\n"
		      "verdict zero.jpg unreadable (a device)\n");
}

static void test_order(void **state)
{
	(void)state;
	make_folder("b");
	make_file("b/2.jpg", "x");
	make_file("b/1.jpg", "x");
	make_file("b.jpg", "x");
	make_file("a.jpg", "x");
	make_file("B.jpg", "x");
	make_file("\xff\xfe.jpg", "x");
	make_file("new\nline\x1b.jpg", "x");
	expect(false, "file B.jpg\nfile a.jpg\nfile b/1.jpg\nfile b/2.jpg\nfile b.jpg\n"
		      "file new\nline\x1b.jpg\nfile \xff\xfe.jpg\n");
}

static void test_links(void **state)
{
	(void)state;
	make_folder("folder");
	make_file("folder/photo.jpg", "x");
	assert_int_equal(symlink("..", "folder/up"), 0);
	assert_int_equal(symlink("folder/photo.jpg", "early.jpg"), 0);
	assert_int_equal(symlink("folder/photo.jpg", "plain"), 0);
	assert_int_equal(link("folder/photo.jpg", "hard.jpg"), 0);
	make_folder("outside");
	make_file("outside/other.jpg", "x");
	assert_int_equal(symlink("outside", "a"), 0);
	assert_int_equal(symlink("outside", "b.png"), 0);
	expect(false, "verdict b.png unreadable (a folder)\n"
		      "file early.jpg\n"
		      "same folder/photo.jpg = early.jpg\n"
		      "same hard.jpg = early.jpg\n"
		      "file outside/other.jpg\n");
	expect(true, "file a/other.jpg\n"
		     "verdict b.png unreadable (a folder)\n"
		     "file early.jpg\n"
		     "same folder/photo.jpg = early.jpg\n"
		     "same hard.jpg = early.jpg\n");
}

static void test_roots(void **state)
{
	char folder[PATH_MAX + 8], file[PATH_MAX + 8], other[PATH_MAX + 8];
	char *const paths[] = {folder, file, other};
	char *text;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/f", root);
	snprintf(file, sizeof(file), "%s/g.jpg", root);
	snprintf(other, sizeof(other), "%s/h", root);
	make_folder("f");
	make_file("f/1.jpg", "x");
	assert_int_equal(link("f/1.jpg", "g.jpg"), 0);
	make_file("never.jpg", "x");
	assert_int_equal(symlink("f", "h"), 0);
	text = walk_text(paths, 3, false);
	assert_string_equal(text, "file f/1.jpg\nsame g.jpg = f/1.jpg\n");
	free(text);
	/* A link to a folder that is named itself is meant. */
	text = walk_text(paths + 2, 1, false);
	assert_string_equal(text, "file h/1.jpg\n");
	free(text);
}

static void test_permission(void **state)
{
	(void)state;
	make_folder("closed");
	make_file("closed/1.jpg", "x");
	make_file("no.jpg", "x");
	make_file("no", JPEG_HEAD);
	make_folder("unsearchable");
	make_file("unsearchable/1.jpg", "x");
	make_file("unsearchable/2", JPEG_HEAD);
	make_file("unsearchable/3", JPEG_HEAD);
	assert_int_equal(chmod("unsearchable", 0744), 0);
	assert_int_equal(chmod("closed", 0700), 0);
	assert_int_equal(chmod("no.jpg", 0600), 0);
	assert_int_equal(chmod("no", 0600), 0);
	if (geteuid() == 0) {
		assert_int_equal(seteuid(65534), 0);
	} else {
		chmod("unsearchable", 0644);
		chmod("closed", 0);
		chmod("no.jpg", 0);
		chmod("no", 0);
	}
	expect(false, "folder closed (permission denied)\n"
		      "verdict no.jpg unreadable (permission denied)\n"
		      "verdict unsearchable/1.jpg unreadable (permission denied)\n"
		      "folder unsearchable (permission denied)\n");
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	chmod("unsearchable", 0755);
	chmod("closed", 0755);
}

static void test_deep_and_long(void **state)
{
	char name[256], expected[600];
	char *const paths[] = {root};
	char *text;

	(void)state;
	memset(name, 'n', 251);
	strcpy(name + 251, ".jpg");
	make_file(name, "x");
	snprintf(expected, sizeof(expected), "file %s\n", name);
	expect(false, expected);
	assert_int_equal(unlink(name), 0);

	for (int i = 0; i < 2000; i++) {
		assert_int_equal(mkdir(i % 2 ? "d" : "dd.dd", 0755), 0);
		assert_int_equal(chdir(i % 2 ? "d" : "dd.dd"), 0);
	}
	make_file("end.jpg", "x");
	make_file("end", JPEG_HEAD);
	text = walk_text(paths, 1, false);
	/* The path is over the system's limit somewhere on the way: said once, and no crash. */
	assert_non_null(strstr(text, "(path too long)"));
	assert_ptr_equal(strstr(text, "folder "), text);
	free(text);
	assert_int_equal(chdir(root), 0);

	make_folder("s");
	assert_int_equal(chdir("s"), 0);
	for (int i = 0; i < 900; i++) {
		assert_int_equal(mkdir("d", 0755), 0);
		assert_int_equal(chdir("d"), 0);
	}
	make_file("deep.jpg", "x");
	assert_int_equal(chdir(root), 0);
	text = walk_text(paths, 1, false);
	assert_non_null(strstr(text, "/d/deep.jpg\n"));
	free(text);
}

/* What a million files would cost is the same per file. */
static void test_nodes(void **state)
{
	struct nodes *nodes = nodes_new();
	struct stat st = {.st_dev = 7};
	uint32_t folder;
	char name[32], *path;

	(void)state;
	assert_int_equal(nodes_find(nodes, &st), NODE_NONE);
	st.st_ino = 1;
	folder = nodes_add(nodes, &st, NODE_NONE, "/");
	st.st_ino = 2;
	folder = nodes_add(nodes, &st, folder, "etc");
	for (uint32_t i = 0; i < 100000; i++) {
		st.st_ino = 1000 + i;
		snprintf(name, sizeof(name), "%u", i);
		assert_int_equal(nodes_add(nodes, &st, folder, name), i + 2);
	}
	st.st_ino = 1000 + 54321;
	assert_int_equal(nodes_find(nodes, &st), 54321 + 2);
	path = nodes_path(nodes, nodes_find(nodes, &st));
	assert_string_equal(path, "/etc/54321");
	free(path);
	path = nodes_path(nodes, 0);
	assert_string_equal(path, "/");
	free(path);
	st.st_dev = 8;
	assert_int_equal(nodes_find(nodes, &st), NODE_NONE);
	nodes_free(nodes);
}

/* printf 'twelve bytes' | xxh128sum */
static const uint8_t xxh128sum[FILE_HASH_BYTES] = {0x09, 0x27, 0x69, 0x21, 0xde, 0xdb, 0x8f, 0xaf,
						   0xc7, 0x7b, 0xd8, 0x9c, 0xae, 0x94, 0xcf, 0x89};

static void test_read_file(void **state)
{
	const int64_t limit = 512 << 20;
	char detail[SCAN_DETAIL_BYTES], text[16] = "";
	struct file_facts facts;
	struct stat st;
	int fd = -1;

	(void)state;
	make_file("x", "twelve bytes");
	assert_int_equal(scan_read_file("x", limit, &fd, &facts, detail), VERDICT_OK);
	assert_int_equal(facts.size_bytes, 12);
	assert_int_equal(stat("x", &st), 0);
	assert_int_equal(facts.mtime_ns, st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec);
	assert_int_equal(read(fd, text, sizeof(text)), 12);
	assert_string_equal(text, "twelve bytes");
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_int_equal(write(fd, "x", 1), -1);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_memory_equal(facts.hash, xxh128sum, sizeof(xxh128sum));
	assert_int_equal(scan_read_file(".", limit, &fd, &facts, detail), VERDICT_UNREADABLE);
	assert_string_equal(detail, "a folder");
	assert_int_equal(scan_read_file("/dev/zero", limit, &fd, &facts, detail),
			 VERDICT_UNREADABLE);
	assert_string_equal(detail, "a device");
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(scan_read_file("fifo", limit, &fd, &facts, detail), VERDICT_UNREADABLE);
	assert_string_equal(detail, "a FIFO");
	assert_int_equal(scan_read_file("none", limit, &fd, &facts, detail), VERDICT_UNREADABLE);
	assert_string_equal(detail, "no such file");
	make_file("empty", "");
	assert_int_equal(scan_read_file("empty", limit, &fd, &facts, detail), VERDICT_CORRUPT);
	assert_string_equal(detail, "empty file");
	assert_int_equal(truncate("empty", ((off_t)512 << 20) + 1), 0); /* sparse */
	assert_int_equal(scan_read_file("empty", limit, &fd, &facts, detail), VERDICT_TOO_LARGE);
}

#define IN_A_ROOT(f) cmocka_unit_test_setup_teardown(f, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_ROOT(test_empty),         IN_A_ROOT(test_missing),
		IN_A_ROOT(test_candidates),    IN_A_ROOT(test_odd_kinds),
		IN_A_ROOT(test_order),         IN_A_ROOT(test_links),
		IN_A_ROOT(test_roots),         IN_A_ROOT(test_permission),
		IN_A_ROOT(test_deep_and_long), IN_A_ROOT(test_read_file),
		cmocka_unit_test(test_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
