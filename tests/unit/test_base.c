/* Random numbers against published values, scaling by hand, queues and workers, frames. */
#include "lookalike/base/arena.h"
#include "lookalike/base/image.h"
#include "lookalike/base/memory.h"
#include "lookalike/base/photo.h"
#include "lookalike/base/responsive.h"
#include "lookalike/base/rng.h"
#include "lookalike/base/sha256.h"
#include "lookalike/base/worker.h"

#include <math.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

/* The first outputs of xoshiro256** from the state 1, 2, 3, 4, by its definition. */
static void random_numbers_are_xoshiro(void **state)
{
	struct rng rng = {{1, 2, 3, 4}};
	static const uint64_t expected[] = {11520, 0, 1509978240, 1215971899390074240u,
					    1216172134540287360u};

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(rng_next(&rng) == expected[i]);
}

static void random_numbers_stay_in_range(void **state)
{
	struct rng rng;
	int seen[7] = {0};

	(void)state;
	rng_seed(&rng, 42, 3);
	for (int i = 0; i < 7000; i++) {
		double u = rng_uniform(&rng);

		assert_true(u >= 0 && u < 1);
		seen[rng_below(&rng, 7)]++;
	}
	for (int i = 0; i < 7; i++)
		assert_in_range(seen[i], 850, 1150);
}

static void scaling_averages(void **state)
{
	uint8_t pixels[] = {0, 100, 200, 40, 60, 255};
	struct image src = {3, 2, 1, pixels}, out;

	(void)state;
	/* 3 × 2 → 1 × 1: the mean of all six, 655 / 6. */
	assert_int_equal(image_scale(&src, 1, 1, &out, NULL), OK);
	assert_int_equal(out.pixels[0], 109);
	image_done(&out);
	/* 3 → 2 columns, each 1.5 wide: (0 + 50) / 1.5 and (50 + 200) / 1.5. */
	assert_int_equal(image_scale(&src, 2, 2, &out, NULL), OK);
	assert_int_equal(out.pixels[0], 33);
	assert_int_equal(out.pixels[1], 167);
	image_done(&out);
	/* The same size is the same picture. */
	assert_int_equal(image_scale(&src, 3, 2, &out, NULL), OK);
	assert_memory_equal(out.pixels, pixels, sizeof(pixels));
	image_done(&out);
	/* 3 → 6: bilinear at quarter positions, the border repeated. */
	assert_int_equal(image_scale(&src, 6, 2, &out, NULL), OK);
	assert_int_equal(out.pixels[0], 0);
	assert_int_equal(out.pixels[1], 25);
	assert_int_equal(out.pixels[2], 75);
	assert_int_equal(out.pixels[5], 200);
	image_done(&out);
}

static void impossible_images_are_refused(void **state)
{
	struct image img = {0};

	(void)state;
	assert_int_equal(image_alloc(&img, 0, 5, 3, NULL), ERR_INPUT);
	assert_int_equal(image_alloc(&img, 5, 5, 4, NULL), ERR_INPUT);
	assert_int_equal(image_alloc(&img, 100000, 100000, 3, NULL), ERR_NOMEM);
	assert_int_equal(image_from_jpeg((const uint8_t *)"no jpeg", 7, &img, NULL), ERR_INPUT);
	assert_null(img.pixels);
}

static void jpeg_comes_back_nearly(void **state)
{
	struct image img = {0}, back = {0};
	uint8_t *bytes;
	size_t len;
	int worst = 0;

	(void)state;
	assert_int_equal(image_alloc(&img, 32, 16, 3, NULL), OK);
	for (int i = 0; i < 32 * 16 * 3; i++)
		img.pixels[i] = (uint8_t)(i / 96 * 8 + 40);
	assert_int_equal(image_to_jpeg(&img, 90, &bytes, &len, NULL), OK);
	assert_int_equal(image_from_jpeg(bytes, len, &back, NULL), OK);
	assert_int_equal(back.width_px, 32);
	assert_int_equal(back.height_px, 16);
	for (int i = 0; i < 32 * 16 * 3; i++)
		if (abs(img.pixels[i] - back.pixels[i]) > worst)
			worst = abs(img.pixels[i] - back.pixels[i]);
	assert_in_range(worst, 0, 6);
	free(bytes);
	image_done(&img);
	image_done(&back);
}

struct square_job {
	struct job job;
	int value;
};

static void square(struct job *job)
{
	struct square_job *j = (struct square_job *)job;

	j->value *= j->value;
}

static void workers_hand_everything_back(void **state)
{
	struct queue *results = queue_new();
	struct workers *workers = workers_start(3, 0, results);
	struct queue_item *item;
	long sum = 0;
	int count = 0;

	(void)state;
	for (int i = 1; i <= 100; i++) {
		struct square_job *j = memory_new(sizeof(*j));

		j->job.run = square;
		j->value = i;
		workers_add(workers, &j->job);
	}
	while (count < 100 && (item = queue_wait(results))) {
		sum += ((struct square_job *)item)->value;
		free(item);
		count++;
	}
	assert_int_equal(sum, 100 * 101 * 201 / 6);
	workers_stop(workers);
	workers_add(workers, memory_new(sizeof(struct square_job)));
	item = queue_pop(results);
	assert_non_null(item);
	assert_true(atomic_load(&((struct job *)item)->cancelled));
	free(item);
	workers_free(workers);
	assert_null(queue_pop(results));
	queue_close(results);
	assert_null(queue_wait(results));
	queue_free(results);
}

#define WRITERS  4
#define MESSAGES 5000

struct message_item {
	struct queue_item item;
	int number;
};

struct writer {
	pthread_t thread;
	struct queue *queue;
	int kind;
};

static void *push_messages(void *arg)
{
	const struct writer *w = arg;

	for (int i = 0; i < MESSAGES; i++) {
		struct message_item *m = memory_new(sizeof(*m));

		m->item.kind = w->kind;
		m->number = i;
		queue_push(w->queue, &m->item);
	}
	return NULL;
}

/* Each writer's messages come once, in its order; the descriptor tells of all of them. */
static void queue_of_many_writers(void **state)
{
	struct queue *queue = queue_new();
	struct pollfd fd = {.fd = queue_fd(queue), .events = POLLIN};
	struct writer writers[WRITERS];
	int next[WRITERS] = {0}, count = 0;

	(void)state;
	assert_int_equal(poll(&fd, 1, 0), 0);
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){.queue = queue, .kind = i};
		pthread_create(&writers[i].thread, NULL, push_messages, &writers[i]);
	}
	while (count < WRITERS * MESSAGES) {
		struct message_item *m;

		assert_int_equal(poll(&fd, 1, 10000), 1);
		for (; (m = (struct message_item *)queue_pop(queue)); count++) {
			assert_int_equal(m->number, next[m->item.kind]++);
			free(m);
		}
	}
	/* Nobody is inside of it when all have come, though the writers may not have ended. */
	assert_null(queue_pop(queue));
	assert_int_equal(poll(&fd, 1, 0), 0);
	queue_free(queue);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(writers[i].thread, NULL);
}

static void *wait_to_the_end(void *arg)
{
	struct queue_item *item = queue_wait(arg);

	return item ? item : arg;
}

/* Whoever waits when the queue is closed wakes, whenever that is. */
static void queue_closed_beside_a_reader(void **state)
{
	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct queue *queue = queue_new();
		pthread_t reader;
		void *end;

		pthread_create(&reader, NULL, wait_to_the_end, queue);
		for (volatile int j = 0; j < i % 500 * 20; j++)
			;
		queue_close(queue);
		pthread_join(reader, &end);
		assert_ptr_equal(end, queue);
		queue_free(queue);
	}
}

static void formats_by_their_first_bytes(void **state)
{
	static const struct {
		const char *head;
		size_t len;
		enum format format;
	} cases[] = {
		{"\xff\xd8\xff\xe0", 4, FORMAT_JPEG},
		{"\x89PNG\r\n\x1a\n....", 12, FORMAT_PNG},
		{"RIFF\x10\0\0\0WEBPVP8 ", 16, FORMAT_WEBP},
		{"RIFF\x10\0\0\0WAVEfmt ", 16, FORMAT_UNKNOWN},
		{"II*\0\x08\0\0\0", 8, FORMAT_TIFF},
		{"MM\0*\0\0\0\x08", 8, FORMAT_TIFF},
		{"BM\x36\0\0\0\0\0\0\0\x36", 11, FORMAT_BMP},
		{"BMW is a car", 12, FORMAT_UNKNOWN},
		{"P6\n1 1", 6, FORMAT_PNM},
		{"P7\n", 3, FORMAT_UNKNOWN},
		{"P5", 2, FORMAT_UNKNOWN},
		{"GIF89a", 6, FORMAT_GIF},
		{"\0\0\0\x18"
		 "ftypheic",
		 12, FORMAT_HEIF},
		{"\0\0\0\x18"
		 "ftypavif",
		 12, FORMAT_AVIF},
		{"", 0, FORMAT_UNKNOWN},
		{"\xff\xd8", 2, FORMAT_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(format_sniff((const uint8_t *)cases[i].head, cases[i].len),
				 cases[i].format);
}

/* A face whose eyes lie on a line of slope 1: turned by 45°, points at known places. */
static void frames_turn_by_the_eyes(void **state)
{
	struct point lm[LANDMARK_COUNT], p;
	struct frame frame;

	(void)state;
	for (int i = 0; i < LANDMARK_COUNT; i++)
		lm[i] = (struct point){100, 100};
	for (int i = 36; i < 42; i++)
		lm[i] = (struct point){90, 90};
	for (int i = 42; i < 48; i++)
		lm[i] = (struct point){110, 110};
	frame_of_face(lm, &frame);
	assert_float_equal(frame.angle_rad, M_PI / 4, 1e-5);
	/* Extent along the eyes: 20·√2; across: 0. Padding 0.4 on each side. */
	assert_float_equal(frame.side, 1.8 * 20 * sqrt(2), 1e-3);
	p = frame_map(&frame, lm[36]);
	assert_float_equal(p.x, 0.5 - 0.5 / 1.8, 1e-4);
	p = frame_map(&frame, lm[42]);
	assert_float_equal(p.x, 0.5 + 0.5 / 1.8, 1e-4);
	/* The centre is a tenth of the extent above the points. */
	assert_float_equal(p.y, 0.5 + 0.1 / 1.8, 1e-4);
}

/* FIPS 180-4's examples (one block, two blocks), and lengths around the padding's border. */
static void checksums_are_sha256(void **state)
{
	static const struct {
		const char *text, *hex;
		int times;
	} cases[] = {
		{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1},
		{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1},
		{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 1},
		{"aaaaaaaaaa", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		 100000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char hex[SHA256_HEX_SIZE];
		struct sha256 sum;

		sha256_init(&sum);
		for (int j = 0; j < cases[i].times; j++)
			sha256_add(&sum, cases[i].text, strlen(cases[i].text));
		sha256_end(&sum, hex);
		assert_string_equal(hex, cases[i].hex);
	}
	assert_int_equal(sha256_file("/nonexistent", (char[SHA256_HEX_SIZE]){0}, NULL), ERR_IO);
	assert_int_equal(sha256_file("/", (char[SHA256_HEX_SIZE]){0}, NULL), ERR_IO);
}

/* Sizes from nothing to more than any piece; each its own, aligned and zeroed. */
static void test_arena(void **state)
{
	enum {
		COUNT = 3000
	};
	static unsigned char *taken[COUNT];
	struct arena arena;

	(void)state;
	arena_init(&arena);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < COUNT; i++) {
			size_t size = i == 1500 ? (size_t)20 << 20 : i * i % 5000;

			taken[i] = arena_take(&arena, size);
			assert_int_equal((uintptr_t)taken[i] % _Alignof(max_align_t), 0);
			for (size_t j = 0; j < size; j += 97)
				assert_int_equal(taken[i][j], 0);
			memset(taken[i], (int)(i % 251), size);
		}
		for (size_t i = 0; i < COUNT; i++)
			if (i * i % 5000)
				assert_int_equal(taken[i][i * i % 5000 - 1], i % 251);
		arena_done(&arena);
	}
}

/* Nanoseconds of a turn that the thread asked for, 0 for the kernel's own; see sched_setattr(2). */
static uint64_t slice_ns(void)
{
	uint64_t words[6] = {0};

	assert_int_equal(syscall(SYS_sched_getattr, 0, words, sizeof(words), 0), 0);
	return words[3];
}

static void *slice_of_thread(void *out)
{
	*(uint64_t *)out = slice_ns();
	return NULL;
}

/* A kernel that knows no such thing answers 0, and so do all threads. */
static void responsive_is_one_thread(void **state)
{
	int nice_before = getpriority(PRIO_PROCESS, 0);
	uint64_t before = slice_ns(), after;
	pthread_t thread;

	(void)state;
	thread_be_responsive();
	assert_int_equal(getpriority(PRIO_PROCESS, 0), nice_before);
	assert_true(slice_ns() <= 100000 || slice_ns() == before);
	assert_int_equal(pthread_create(&thread, NULL, slice_of_thread, &after), 0);
	pthread_join(thread, NULL);
	assert_true(after == before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_numbers_are_xoshiro),
		cmocka_unit_test(random_numbers_stay_in_range),
		cmocka_unit_test(scaling_averages),
		cmocka_unit_test(impossible_images_are_refused),
		cmocka_unit_test(jpeg_comes_back_nearly),
		cmocka_unit_test(workers_hand_everything_back),
		cmocka_unit_test(queue_of_many_writers),
		cmocka_unit_test(queue_closed_beside_a_reader),
		cmocka_unit_test(formats_by_their_first_bytes),
		cmocka_unit_test(frames_turn_by_the_eyes),
		cmocka_unit_test(checksums_are_sha256),
		cmocka_unit_test(responsive_is_one_thread),
		cmocka_unit_test(test_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
