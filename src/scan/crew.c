/*
 * The extractor and its workers, polled together: the pool's thread never waits for one of
 * them alone. A worker has seen hostile bytes and may stop anywhere, in the middle of a
 * message too; its deadline then ends it.
 */
#include "internal.h"

#include "lookalike/base/clock.h"
#include "lookalike/base/quote.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ANSWER_LIMIT_MS  60000 /* for HELLO, which loads the models, and for SPAWNED */
#define EXITED_LIMIT_MS  1000  /* from a worker's end of file to the word how it ended */
#define SPAWN_RETRY_MS   100   /* when there was no socket for a worker */
#define CPU_LOOK_MS      20    /* at least, between two looks at a worker's processor time */
#define EXTRACTOR_DEATHS 3     /* without a reply between them, then it is hopeless */

/* Forget a worker, whatever becomes of its process. Its job is the caller's. */
static struct pool_job *worker_drop(struct worker *w)
{
	struct pool_job *job = w->job;

	close(w->socket);
	inbox_done(&w->inbox);
	*w = (struct worker){.phase = WORKER_NONE, .socket = -1};
	return job;
}

static struct pool_job *worker_kill(struct pool *pool, struct worker *w)
{
	struct worker_state whom = {.pid = w->pid};

	/* If this cannot be sent, the extractor is gone and its workers end with it. */
	message_send(pool->launched.socket, MESSAGE_KILL, &whom, sizeof(whom), -1, NULL);
	return worker_drop(w);
}

/* End the extractor and drop its workers; returns how it ended. Their jobs go to jobs. */
static int extractor_end(struct pool *pool, struct job_list *jobs)
{
	struct pool_job *job;

	list_init(jobs);
	for (int i = 0; i < pool->worker_count; i++) {
		if (pool->workers[i].phase == WORKER_NONE)
			continue;
		job = worker_drop(&pool->workers[i]);
		if (job)
			list_append(jobs, job);
	}
	inbox_done(&pool->control);
	pool->phase = EXTRACTOR_NONE;
	pool->answer_deadline_ms = NEVER;
	return launch_end(&pool->launched);
}

/*
 * The extractor died, talks nonsense or does not answer: its jobs get one more chance, each of
 * them alone, so that the one that is to blame takes no other with it.
 */
static void extractor_lost(struct pool *pool, const char *how)
{
	char ending[64], words[128], name[256];
	struct job_list jobs;
	struct pool_job *job;
	struct error error;

	launch_status_words(extractor_end(pool, &jobs), ending, sizeof(ending));
	snprintf(words, sizeof(words), "the extractor %s", how ? how : ending);
	while ((job = list_take(&jobs))) {
		if (job->retried) {
			job_finish(pool, job, POOL_CRASHED, words);
		} else {
			job->retried = true;
			pool->retries++;
			job_return(pool, job);
		}
	}
	if (++pool->extractor_deaths < EXTRACTOR_DEATHS)
		return;
	quote_bytes(name, sizeof(name), pool->extractor, strlen(pool->extractor));
	error_set(&error, ERR_PROTOCOL, "%s does not stay alive (%s)", name, how ? how : ending);
	pool_give_up(pool, &error);
}

/* A worker ended or was ended that had nothing to do: no photo is to blame. */
static void worker_wasted(struct pool *pool)
{
	struct job_list jobs;
	struct error error;

	if (++pool->idle_deaths <= 3 * pool->worker_count)
		return;
	error_set(&error, ERR_PROTOCOL, "the extractor's workers end before they have worked");
	extractor_end(pool, &jobs);
	job_finish_all(pool, &jobs, POOL_UNAVAILABLE);
	pool_give_up(pool, &error);
}

static void extractor_start(struct pool *pool)
{
	struct launch_config config = {pool->extractor, pool->landmarks, pool->models,
				       pool->max_megapixels, pool->embedding};
	struct error error;

	if (launch_extractor(&config, &pool->launched, &error)) {
		pool_give_up(pool, &error);
		return;
	}
	inbox_init(&pool->control);
	pool->phase = EXTRACTOR_LOADING;
	pool->answer_deadline_ms = clock_ms() + ANSWER_LIMIT_MS;
}

static void worker_spawn(struct pool *pool, struct worker *w)
{
	int sockets[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		return; /* out of descriptors: tried again soon */
	/* A failure is noticed as the end of the control socket. */
	message_send(pool->launched.socket, MESSAGE_SPAWN, NULL, 0, sockets[1], NULL);
	close(sockets[1]);
	*w = (struct worker){
		.phase = WORKER_STARTING,
		.socket = sockets[0],
		.turn = pool->turns++,
	};
	inbox_init(&w->inbox);
	pool->answer_deadline_ms = clock_ms() + ANSWER_LIMIT_MS;
}

/* An idle worker must be silent; what it says unasked would be taken for the next answer. */
static bool worker_is_silent(struct worker *w)
{
	struct message msg;
	enum inbox_state state = inbox_read(&w->inbox, w->socket, &msg);

	if (state == INBOX_MESSAGE)
		message_done(&msg);
	return state == INBOX_PARTIAL && w->inbox.received == 0;
}

/* What the worker has used of a processor, as the kernel counts it; 0 once it is gone. */
static int64_t cpu_time_ms(const struct worker *w)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(w->pid, &clock) || clock_gettime(clock, &t))
		return 0;
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What is sent for a job beside the file, and what comes back. */
struct job_shape {
	enum message_kind kind, reply;
	size_t request_size;
};

static const struct job_shape *job_shape(enum message_kind kind)
{
	static const struct job_shape shapes[] = {
		{MESSAGE_EXTRACT, MESSAGE_PHOTO, sizeof(struct extract_request)},
		{MESSAGE_EMBED, MESSAGE_EMBEDDINGS, sizeof(struct embed_request)},
		{MESSAGE_REMEASURE, MESSAGE_REMEASURED, sizeof(struct remeasure_request)},
		{MESSAGE_RENDER, MESSAGE_PIXELS, sizeof(struct render_request)},
	};
	const struct job_shape *shape = shapes;

	while (shape->kind != kind)
		shape++;
	return shape;
}

static void worker_give(struct pool *pool, struct worker *w, struct pool_job *job)
{
	size_t length = job_shape(job->kind)->request_size;

	if (!worker_is_silent(w) ||
	    message_send(w->socket, job->kind, &job->request, length, job->fd, NULL)) {
		worker_kill(pool, w);
		job_return(pool, job);
		worker_wasted(pool);
		return;
	}
	w->phase = WORKER_BUSY;
	w->job = job;
	w->photos++;
	w->deadline_ms = clock_ms() + pool->wall_deadline_ms;
	w->cpu_limit_ms = cpu_time_ms(w) + pool->cpu_deadline_ms;
	w->cpu_look_ms = clock_ms() + pool->cpu_deadline_ms;
}

/* The reply is whole: is it one to this job? */
static void worker_replied(struct pool *pool, struct worker *w, struct message *msg)
{
	enum message_kind expected = job_shape(w->job->kind)->reply;
	struct pool_job *job;

	if (msg->kind != expected) {
		message_done(msg);
		job_finish(pool, worker_kill(pool, w), POOL_CRASHED, "sent garbage");
		return;
	}
	job = w->job;
	w->job = NULL;
	w->phase = WORKER_IDLE;
	pool->extractor_deaths = 0;
	pool->idle_deaths = 0;
	job->reply = *msg;
	job_finish(pool, job, POOL_REPLIED, "");
	if (w->photos >= POOL_PHOTOS_PER_WORKER)
		worker_drop(w); /* it ends when its socket is closed */
}

/* Something came from a busy worker. */
static void worker_read(struct pool *pool, struct worker *w)
{
	struct message msg;

	switch (inbox_read(&w->inbox, w->socket, &msg)) {
	case INBOX_PARTIAL:
		break;
	case INBOX_MESSAGE:
		worker_replied(pool, w, &msg);
		break;
	case INBOX_GARBAGE:
		job_finish(pool, worker_kill(pool, w), POOL_CRASHED, "sent garbage");
		break;
	case INBOX_CLOSED:
		w->phase = WORKER_ENDED;
		w->deadline_ms = clock_ms() + EXITED_LIMIT_MS;
		break;
	}
}

static void worker_exited(struct pool *pool, const struct worker_state *ended)
{
	struct worker *w = NULL;
	char words[64];

	for (int i = 0; i < pool->worker_count && !w; i++)
		if (pool->workers[i].phase > WORKER_STARTING && pool->workers[i].pid == ended->pid)
			w = &pool->workers[i];
	if (!w)
		return; /* one that was killed */
	if (w->phase == WORKER_BUSY)
		worker_read(pool, w); /* its last words may be a whole reply */
	if (w->phase == WORKER_BUSY || w->phase == WORKER_ENDED) {
		launch_status_words(ended->wait_status, words, sizeof(words));
		job_finish(pool, worker_drop(w), POOL_CRASHED, words);
	} else if (w->phase == WORKER_IDLE) {
		worker_drop(w);
		worker_wasted(pool);
	}
}

/* The oldest worker that was asked for has its process, or none if pid is not one. */
static void worker_spawned(struct pool *pool, pid_t pid)
{
	struct worker *first = NULL, *w;
	bool more = false;

	for (int i = 0; i < pool->worker_count; i++) {
		w = &pool->workers[i];
		if (w->phase != WORKER_STARTING)
			continue;
		more = more || first;
		if (!first || w->turn < first->turn)
			first = w;
	}
	if (!more)
		pool->answer_deadline_ms = NEVER;
	if (!first)
		return;
	first->pid = pid;
	first->phase = WORKER_IDLE;
	if (pid <= 0) {
		worker_drop(first);
		worker_wasted(pool);
	}
}

static void extractor_hello(struct pool *pool, const struct hello *hello)
{
	struct error error;
	int text_len = (int)strnlen(hello->message, sizeof(hello->message));

	if (hello->status != OK) {
		error_set(&error, hello->status <= ERR_CANCELLED ? hello->status : ERR_PROTOCOL,
			  "%.*s", text_len, hello->message);
		pool_give_up(pool, &error);
		crew_end(pool);
		return;
	}
	pool->phase = EXTRACTOR_READY;
	pool->answer_deadline_ms = NEVER;
	pthread_mutex_lock(&pool->lock);
	snprintf(pool->versions, sizeof(pool->versions), "%.*s", text_len, hello->message);
	snprintf(pool->no_embedding, sizeof(pool->no_embedding), "%.*s",
		 (int)strnlen(hello->no_embedding, sizeof(hello->no_embedding)),
		 hello->no_embedding);
	pool->isolation = hello->isolation;
	pool->greeted = true;
	pthread_mutex_unlock(&pool->lock);
}

/* False when the message is none that an extractor sends now. */
static bool control_take(struct pool *pool, const struct message *msg)
{
	struct worker_state state;

	if (pool->phase == EXTRACTOR_LOADING) {
		if (msg->kind != MESSAGE_HELLO || msg->length != sizeof(struct hello))
			return false;
		extractor_hello(pool, (const struct hello *)(const void *)msg->payload);
		return true;
	}
	if (msg->length != sizeof(state))
		return false;
	memcpy(&state, msg->payload, sizeof(state));
	if (msg->kind == MESSAGE_SPAWNED)
		worker_spawned(pool, state.pid);
	else if (msg->kind == MESSAGE_EXITED)
		worker_exited(pool, &state);
	else
		return false;
	return true;
}

static void control_read(struct pool *pool)
{
	struct message msg;
	bool sane;

	while (pool->phase != EXTRACTOR_NONE) {
		switch (inbox_read(&pool->control, pool->launched.socket, &msg)) {
		case INBOX_PARTIAL:
			return;
		case INBOX_CLOSED:
			extractor_lost(pool, NULL);
			return;
		case INBOX_GARBAGE:
			extractor_lost(pool, "sent garbage");
			return;
		case INBOX_MESSAGE:
			sane = control_take(pool, &msg);
			message_done(&msg);
			if (!sane)
				extractor_lost(pool, "sent garbage");
			break;
		}
	}
}

/* While there are jobs on which the extractor may have died, one job runs at a time. */
static bool may_give(const struct pool *pool)
{
	bool alone = true;

	for (int i = 0; i < pool->worker_count; i++)
		alone = alone && !pool->workers[i].job;
	return alone || pool->retries == 0;
}

void crew_advance(struct pool *pool)
{
	struct pool_job *job;
	struct worker *w;

	if (pool->phase == EXTRACTOR_NONE && jobs_waiting(pool))
		extractor_start(pool);
	for (int i = 0; i < pool->worker_count && pool->phase == EXTRACTOR_READY; i++) {
		w = &pool->workers[i];
		if (w->phase == WORKER_NONE)
			worker_spawn(pool, w);
		else if (w->phase == WORKER_IDLE && may_give(pool) && (job = job_next(pool)))
			worker_give(pool, w, job);
	}
}

static int poll_timeout_ms(const struct pool *pool)
{
	int64_t first = pool->answer_deadline_ms, left;
	const struct worker *w;
	int retry = -1;

	for (int i = 0; i < pool->worker_count; i++) {
		w = &pool->workers[i];
		if (w->job && w->deadline_ms < first)
			first = w->deadline_ms;
		if (w->phase == WORKER_BUSY && w->cpu_look_ms < first)
			first = w->cpu_look_ms;
		if (w->phase == WORKER_NONE && pool->phase == EXTRACTOR_READY)
			retry = SPAWN_RETRY_MS;
	}
	if (retry >= 0 || first == NEVER)
		return retry;
	left = first - clock_ms();
	return left < 0 ? 0 : (left > INT_MAX ? INT_MAX : (int)left);
}

static void take_events(struct pool *pool)
{
	struct pollfd *polls = pool->polls;
	struct worker *w;
	uint64_t count;

	polls[0] = (struct pollfd){.fd = pool->wake_fd, .events = POLLIN};
	polls[1] = (struct pollfd){
		.fd = pool->phase == EXTRACTOR_NONE ? -1 : pool->launched.socket,
		.events = POLLIN,
	};
	for (int i = 0; i < pool->worker_count; i++) {
		w = &pool->workers[i];
		polls[2 + i] = (struct pollfd){
			.fd = w->phase == WORKER_BUSY || w->phase == WORKER_IDLE ? w->socket : -1,
			.events = POLLIN,
		};
	}
	if (poll(polls, 2 + (nfds_t)pool->worker_count, poll_timeout_ms(pool)) <= 0)
		return;
	if (polls[0].revents && read(pool->wake_fd, &count, sizeof(count)) < 0)
		abort();
	for (int i = 0; i < pool->worker_count; i++) {
		w = &pool->workers[i];
		if (!polls[2 + i].revents || w->socket != polls[2 + i].fd)
			continue;
		if (w->phase == WORKER_BUSY) {
			worker_read(pool, w);
		} else if (w->phase == WORKER_IDLE) {
			worker_kill(pool, w);
			worker_wasted(pool);
		}
	}
	if (polls[1].revents)
		control_read(pool);
}

/* One thread uses at most as much processor time as time goes by: the next look can wait. */
static bool is_over_cpu_limit(struct worker *w, int64_t now)
{
	int64_t left;

	if (now < w->cpu_look_ms)
		return false;
	left = w->cpu_limit_ms - cpu_time_ms(w);
	w->cpu_look_ms = now + (left > CPU_LOOK_MS ? left : CPU_LOOK_MS);
	return left <= 0;
}

static void worker_timeout(struct pool *pool, struct worker *w, int limit_ms, const char *what)
{
	char words[64];

	snprintf(words, sizeof(words), "over %g s%s", limit_ms / 1000.0, what);
	job_finish(pool, worker_kill(pool, w), POOL_TIMEOUT, words);
}

static void check_deadlines(struct pool *pool)
{
	int64_t now = clock_ms();
	struct worker *w;

	if (now >= pool->answer_deadline_ms)
		extractor_lost(pool, "does not answer");
	for (int i = 0; i < pool->worker_count; i++) {
		w = &pool->workers[i];
		if (w->phase == WORKER_BUSY && is_over_cpu_limit(w, now))
			worker_timeout(pool, w, pool->cpu_deadline_ms, " of processor time");
		else if (w->phase == WORKER_BUSY && now >= w->deadline_ms)
			worker_timeout(pool, w, pool->wall_deadline_ms, "");
		else if (w->phase == WORKER_ENDED && now >= w->deadline_ms)
			job_finish(pool, worker_kill(pool, w), POOL_CRASHED, "closed its socket");
	}
}

void crew_wait(struct pool *pool)
{
	take_events(pool);
	check_deadlines(pool);
}

void crew_interrupt(struct pool *pool, struct job_list *jobs)
{
	for (int i = 0; i < pool->worker_count; i++)
		if (pool->workers[i].job)
			list_append(jobs, worker_kill(pool, &pool->workers[i]));
}

void crew_end(struct pool *pool)
{
	struct job_list jobs;

	if (pool->phase == EXTRACTOR_NONE)
		return;
	extractor_end(pool, &jobs);
	job_finish_all(pool, &jobs, POOL_CANCELLED);
}
