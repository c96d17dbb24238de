/* SPDX-License-Identifier: Apache-2.0 */
/* See workers.h. */
#include "workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_REPORT = 1 << 20 };

struct child {
    pid_t pid; /* 0: not started or ended */
    int fd;    /* its reports; -1 when closed */
    struct buf pending;
    const struct worker_task *task;
};

struct crew {
    struct child *children;
    size_t count, started, running;
    const struct run_options *options;
    int signal_fd;
    sigset_t watched, before;
    bool interrupted;
    struct assay_error first; /* status ASSAY_OK: none */
};

/* ---- reports ---- */

enum { MAX_FIELDS = 8 };

static size_t split(char *line, char **fields)
{
    size_t count = 0;

    while (line != NULL && count < MAX_FIELDS) {
        fields[count++] = line;
        line = strchr(line, '\t');
        if (line != NULL)
            *line++ = '\0';
    }
    return count;
}

static void note_error(struct crew *crew, enum assay_status status, const char *text)
{
    if (crew->first.status == ASSAY_OK)
        assay_error_set(&crew->first, status, "%s", text);
}

static void on_case(struct crew *crew, struct child *child, char **fields)
{
    struct run_progress p = {.board = board_file_id(child->task->board),
                             .done = strtoul(fields[1], NULL, 10),
                             .total = strtoul(fields[2], NULL, 10),
                             .case_id = fields[3],
                             .title = fields[5],
                             .text = fields[6]};

    if (verdict_parse(fields[4], &p.verdict) == ASSAY_OK && crew->options->progress != NULL)
        crew->options->progress(crew->options->progress_ctx, &p);
}

static void on_error(struct crew *crew, struct child *child, char **fields)
{
    unsigned long status = strtoul(fields[1], NULL, 10);
    char text[sizeof(crew->first.text)];
    struct assay_error err = {.text = ""};

    if (status == 0 || status >= ASSAY_STATUS_COUNT)
        status = ASSAY_ERR_IO;
    if (status == ASSAY_ERR_INTERRUPTED) {
        crew->interrupted = true;
        return;
    }
    assay_error_set(&err, (enum assay_status)status, "%s: %s", board_file_id(child->task->board),
                    fields[2]);
    memcpy(text, err.text, sizeof(text));
    note_error(crew, (enum assay_status)status, text);
}

static const struct {
    const char *head;
    size_t fields; /* with the head */
    void (*take)(struct crew *crew, struct child *child, char **fields);
} reports[] = {{"case", 7, on_case}, {"error", 3, on_error}};

static void take_line(struct crew *crew, struct child *child, char *line)
{
    char *fields[MAX_FIELDS] = {NULL};
    size_t count = split(line, fields);

    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
        if (strcmp(fields[0], reports[i].head) == 0 && count == reports[i].fields)
            reports[i].take(crew, child, fields);
}

static void take_lines(struct crew *crew, struct child *child)
{
    char *start = (char *)child->pending.data;
    char *end = NULL;

    while (start != NULL && (end = strchr(start, '\n')) != NULL) {
        *end = '\0';
        take_line(crew, child, start);
        start = end + 1;
    }
    if (start != NULL)
        buf_consume(&child->pending, (size_t)(start - (char *)child->pending.data));
}

static void read_reports(struct crew *crew, struct child *child)
{
    char piece[4096];
    ssize_t n = read(child->fd, piece, sizeof(piece));

    if (n < 0 && errno == EINTR)
        return;
    if (n > 0 && buf_add(&child->pending, piece, (size_t)n) == ASSAY_OK) {
        take_lines(crew, child);
        return;
    }
    close(child->fd);
    child->fd = -1;
}

/* ---- processes ---- */

static void become_worker(const struct crew *crew, const struct worker_task *task, int fd,
                          pid_t parent)
{
    int code = 3;

    sigprocmask(SIG_SETMASK, &crew->before, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* The parent may have died before that call. */
    if (getppid() == parent)
        code = worker_main(task, fd);
    _exit(code);
}

static enum assay_status start_child(struct crew *crew, struct assay_error *err)
{
    struct child *child = &crew->children[crew->started];
    pid_t parent = getpid();
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return assay_error_sys(err, errno, "cannot make a pipe");
    child->pid = fork();
    if (child->pid < 0) {
        close(ends[0]);
        close(ends[1]);
        child->pid = 0;
        return assay_error_sys(err, errno, "cannot start a worker");
    }
    if (child->pid == 0) {
        close(ends[0]);
        become_worker(crew, child->task, ends[1], parent);
    }
    close(ends[1]);
    child->fd = ends[0];
    crew->started++;
    crew->running++;
    return ASSAY_OK;
}

/* A worker has ended: its last words are read before its end is looked at. */
static void finish_child(struct crew *crew, struct child *child)
{
    int outcome = 0;

    if (waitpid(child->pid, &outcome, 0) == child->pid && WIFSIGNALED(outcome) &&
        !crew->interrupted) {
        struct assay_error err = {.text = ""};

        assay_error_set(&err, ASSAY_ERR_STATE,
                        "%s: the worker was ended by signal %d; its results so far are kept",
                        board_file_id(child->task->board), WTERMSIG(outcome));
        note_error(crew, ASSAY_ERR_STATE, err.text);
    }
    child->pid = 0;
    crew->running--;
}

static void pass_on_signal(struct crew *crew)
{
    struct signalfd_siginfo info;

    if (read(crew->signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    crew->interrupted = true;
    for (size_t i = 0; i < crew->count; i++)
        if (crew->children[i].pid > 0)
            kill(crew->children[i].pid, SIGTERM);
}

static enum assay_status wait_for_reports(struct crew *crew, struct assay_error *err)
{
    struct pollfd *fds = calloc(crew->count + 1, sizeof(*fds));

    if (fds == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < crew->count; i++)
        fds[i] = (struct pollfd){.fd = crew->children[i].fd, .events = POLLIN};
    fds[crew->count] = (struct pollfd){.fd = crew->signal_fd, .events = POLLIN};
    if (poll(fds, crew->count + 1, -1) < 0 && errno != EINTR) {
        int sys_errno = errno;

        free(fds);
        return assay_error_sys(err, sys_errno, "cannot wait for the workers");
    }
    if (fds[crew->count].revents != 0)
        pass_on_signal(crew);
    for (size_t i = 0; i < crew->count; i++) {
        struct child *child = &crew->children[i];

        if (child->fd >= 0 && fds[i].revents != 0)
            read_reports(crew, child);
        if (child->fd < 0 && child->pid > 0)
            finish_child(crew, child);
    }
    free(fds);
    return ASSAY_OK;
}

static enum assay_status crew_open(struct crew *crew, const struct worker_task *tasks, size_t count,
                                   struct assay_error *err)
{
    sigemptyset(&crew->watched);
    sigaddset(&crew->watched, SIGINT);
    sigaddset(&crew->watched, SIGTERM);
    crew->children = calloc(count, sizeof(*crew->children));
    if (crew->children == NULL)
        return ASSAY_ERR_NOMEM;
    crew->count = count;
    for (size_t i = 0; i < count; i++) {
        crew->children[i] = (struct child){.fd = -1, .task = &tasks[i]};
        buf_init(&crew->children[i].pending, MAX_REPORT);
    }
    sigprocmask(SIG_BLOCK, &crew->watched, &crew->before);
    crew->signal_fd = signalfd(-1, &crew->watched, SFD_CLOEXEC);
    return crew->signal_fd >= 0 ? ASSAY_OK : assay_error_sys(err, errno, "cannot watch signals");
}

static void crew_close(struct crew *crew)
{
    if (crew->signal_fd >= 0)
        close(crew->signal_fd);
    sigprocmask(SIG_SETMASK, &crew->before, NULL);
    for (size_t i = 0; i < crew->count; i++)
        buf_done(&crew->children[i].pending);
    free(crew->children);
}

enum assay_status workers_run(const struct worker_task *tasks, size_t count,
                              const struct run_options *options, bool *ret_interrupted,
                              struct assay_error *err)
{
    struct crew crew = {.options = options, .signal_fd = -1};
    enum assay_status status = crew_open(&crew, tasks, count, err);

    while (status == ASSAY_OK &&
           (crew.running > 0 || (crew.started < crew.count && !crew.interrupted))) {
        if (crew.started < crew.count && crew.running < options->jobs && !crew.interrupted)
            status = start_child(&crew, err);
        else
            status = wait_for_reports(&crew, err);
    }
    *ret_interrupted = crew.interrupted;
    if (status == ASSAY_OK && crew.first.status != ASSAY_OK)
        status = assay_error_set(err, crew.first.status, "%s", crew.first.text);
    crew_close(&crew);
    return status;
}
