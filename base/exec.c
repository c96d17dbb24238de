/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a child. Between fork and exec only async-signal-safe calls are made, because the bench
 * may have threads; whatever needs memory (environment, PATH) is prepared before. A step that
 * fails in the child is told to us through a pipe that a successful exec closes.
 */
#include "base/exec.h"

#include "exec_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

extern char **environ;

/* X(constant, what could not be done) */
#define STEP_MAP(X)                                                                                \
    X(STEP_DEATH_SIGNAL, "it could not be tied to the life of this program")                       \
    X(STEP_GROUP, "it could not get a process group of its own")                                   \
    X(STEP_TERMINAL, "its controlling terminal could not be set")                                  \
    X(STEP_NICE, "its niceness could not be changed")                                              \
    X(STEP_DIRECTORY, "its working directory could not be entered")                                \
    X(STEP_STREAMS, "its standard streams could not be connected")                                 \
    X(STEP_EXEC, "the system refused to run it")

enum step {
#define X(id, text) id,
    STEP_MAP(X)
#undef X
        STEP_COUNT
};

static const char *const step_texts[STEP_COUNT] = {
#define X(id, text) [id] = text,
    STEP_MAP(X)
#undef X
};

/* What the child writes into the report pipe; far below PIPE_BUF, so it arrives in one piece. */
struct report {
    int step;
    int sys_errno;
};

/* Everything that the child needs, ready before fork(). */
struct plan {
    const struct exec_spec *spec;
    char path[PATH_MAX]; /* what is executed */
    const char **env;    /* the array is owned, the texts are borrowed */
    int streams[3];      /* the child's 0, 1 and 2 */
    int null_fd;         /* owned */
    int pipes[2][2];     /* of stdout and stderr: our end, the child's end; owned */
    int report_pipe[2];  /* owned */
    pid_t parent;
    rlim_t fd_limit;
};

struct exec_spec exec_spec_default(void)
{
    return (struct exec_spec){
        .stdin_fd = -1, .stdout_fd = -1, .stderr_fd = -1, .controlling_tty_fd = -1};
}

void exec_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* ---- before fork ---------------------------------------------------------------------------- */

static bool is_program(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/*
 * Look `name` up in PATH. Relative and empty entries are passed over: they would mean another
 * program after the child has changed its directory.
 */
static enum assay_status find_program(const char *name, char path[static PATH_MAX],
                                      struct assay_error *err)
{
    const char *entry = getenv("PATH");
    int len = 0;

    if (name[0] == '\0')
        return assay_error_set(err, ASSAY_ERR_ARG, "cannot start a program without a name");
    if (strchr(name, '/') != NULL) {
        len = snprintf(path, PATH_MAX, "%s", name);
        return len < PATH_MAX ? ASSAY_OK
                              : assay_error_set(err, ASSAY_ERR_ARG,
                                                "cannot start a program: its path is too long");
    }
    if (entry == NULL)
        entry = "/usr/local/bin:/usr/bin:/bin";
    while (*entry != '\0') {
        size_t entry_len = strcspn(entry, ":");

        len = snprintf(path, PATH_MAX, "%.*s/%s", (int)entry_len, entry, name);
        if (entry[0] == '/' && len < PATH_MAX && is_program(path))
            return ASSAY_OK;
        entry += entry_len + (entry[entry_len] == ':');
    }
    return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                           "cannot start \"%s\": no such program in PATH; is it installed?", name);
}

static bool same_name(const char *a, const char *b)
{
    size_t len = strcspn(a, "=");

    return strcspn(b, "=") == len && strncmp(a, b, len) == 0;
}

static bool is_overridden(const char *const *changes, const char *entry)
{
    for (; changes != NULL && *changes != NULL; changes++)
        if (same_name(*changes, entry))
            return true;
    return false;
}

static size_t list_length(const char *const *list)
{
    size_t count = 0;

    while (list != NULL && list[count] != NULL)
        count++;
    return count;
}

/* Our environment with the changes; NULL: no memory. */
static const char **make_environment(const char *const *changes)
{
    size_t room = list_length((const char *const *)environ) + list_length(changes) + 1;
    const char **env = calloc(room, sizeof(*env));
    size_t count = 0;

    if (env == NULL)
        return NULL;
    for (size_t i = 0; environ != NULL && environ[i] != NULL; i++)
        if (!is_overridden(changes, environ[i]))
            env[count++] = environ[i];
    for (size_t i = 0; changes != NULL && changes[i] != NULL; i++)
        if (strchr(changes[i], '=') != NULL && !is_overridden(changes + i + 1, changes[i]))
            env[count++] = changes[i];
    return env;
}

static void plan_done(struct plan *p)
{
    free(p->env);
    exec_close_fd(&p->null_fd);
    for (size_t i = 0; i < 2; i++) {
        exec_close_fd(&p->pipes[i][0]);
        exec_close_fd(&p->pipes[i][1]);
        exec_close_fd(&p->report_pipe[i]);
    }
}

static enum assay_status plan_streams(struct plan *p, struct assay_error *err)
{
    const struct exec_spec *spec = p->spec;
    int given[2] = {spec->stdout_fd, spec->stderr_fd};

    p->streams[0] = spec->stdin_fd;
    if (spec->stdin_fd < 0) {
        p->null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (p->null_fd < 0)
            return assay_error_sys(err, errno, "cannot open /dev/null");
        p->streams[0] = p->null_fd;
    }
    for (size_t i = 0; i < 2; i++) {
        p->streams[i + 1] = given[i];
        if (given[i] >= 0)
            continue;
        if (pipe2(p->pipes[i], O_CLOEXEC) != 0 || fcntl(p->pipes[i][0], F_SETFL, O_NONBLOCK) != 0)
            return assay_error_sys(err, errno, "cannot make a pipe for \"%s\"", spec->argv[0]);
        p->streams[i + 1] = p->pipes[i][1];
    }
    if (pipe2(p->report_pipe, O_CLOEXEC) != 0)
        return assay_error_sys(err, errno, "cannot make a pipe for \"%s\"", spec->argv[0]);
    return ASSAY_OK;
}

static enum assay_status plan_init(struct plan *p, const struct exec_spec *spec,
                                   struct assay_error *err)
{
    struct rlimit files = {.rlim_cur = 1024};

    *p = (struct plan){.spec = spec,
                       .null_fd = -1,
                       .pipes = {{-1, -1}, {-1, -1}},
                       .report_pipe = {-1, -1},
                       .parent = getpid()};
    if (spec->argv == NULL || spec->argv[0] == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "cannot start a program without a name");
    ASSAY_TRY(find_program(spec->argv[0], p->path, err));
    (void)getrlimit(RLIMIT_NOFILE, &files); /* the default above will do */
    p->fd_limit = files.rlim_cur;
    p->env = make_environment(spec->env);
    if (p->env == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "cannot start \"%s\": out of memory",
                               spec->argv[0]);
    return plan_streams(p, err);
}

/* ---- in the child: async-signal-safe calls only --------------------------------------------- */

static void child_fail(const struct plan *p, enum step step) __attribute__((noreturn));

static void child_fail(const struct plan *p, enum step step)
{
    struct report report = {.step = (int)step, .sys_errno = errno};
    ssize_t written = write(p->report_pipe[1], &report, sizeof(report));

    _exit(written == (ssize_t)sizeof(report) ? 126 : 127);
}

static void child_default_signals(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};

    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, &standard, NULL); /* refused for SIGKILL, SIGSTOP and libc's own */
}

static void child_session(const struct plan *p)
{
    int tty = p->spec->controlling_tty_fd;

    if (tty < 0 && setpgid(0, 0) != 0)
        child_fail(p, STEP_GROUP);
    if (tty >= 0 && setsid() < 0)
        child_fail(p, STEP_GROUP);
    if (tty >= 0 && ioctl(tty, TIOCSCTTY, 0) != 0)
        child_fail(p, STEP_TERMINAL);
}

/* Nothing but 0, 1, 2 and what is to be kept survives exec. */
static void child_close_others(const struct plan *p)
{
    if (syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) != 0)
        for (int fd = 3; (rlim_t)fd < p->fd_limit && fd < INT_MAX; fd++)
            (void)fcntl(fd, F_SETFD, FD_CLOEXEC); /* most of them are not open */
    for (size_t i = 0; i < p->spec->kept_fd_count; i++)
        if (fcntl(p->spec->kept_fds[i], F_SETFD, 0) != 0)
            child_fail(p, STEP_STREAMS);
}

static void child_streams(struct plan *p)
{
    int moved[3];

    /* Sources may themselves be 0, 1 or 2, in any order: out of the way first. */
    p->report_pipe[1] = fcntl(p->report_pipe[1], F_DUPFD_CLOEXEC, 3);
    for (int i = 0; i < 3; i++) {
        moved[i] = fcntl(p->streams[i], F_DUPFD_CLOEXEC, 3);
        if (moved[i] < 0)
            child_fail(p, STEP_STREAMS);
    }
    for (int i = 0; i < 3; i++)
        if (dup2(moved[i], i) < 0)
            child_fail(p, STEP_STREAMS);
    child_close_others(p);
}

static void child_main(struct plan *p) __attribute__((noreturn));

static void child_main(struct plan *p)
{
    sigset_t none;

    child_default_signals();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
        child_fail(p, STEP_DEATH_SIGNAL);
    if (getppid() != p->parent)
        _exit(127); /* we were orphaned before the line above: nobody is left to report to */
    child_session(p);
    errno = 0;
    if (p->spec->nice != 0 && nice(p->spec->nice) == -1 && errno != 0)
        child_fail(p, STEP_NICE);
    if (p->spec->directory != NULL && chdir(p->spec->directory) != 0)
        child_fail(p, STEP_DIRECTORY);
    child_streams(p);
    sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL); /* cannot fail with a valid first argument */
    execve(p->path, (char *const *)(uintptr_t)p->spec->argv, (char *const *)(uintptr_t)p->env);
    child_fail(p, STEP_EXEC);
}

/* ---- back in the parent --------------------------------------------------------------------- */

static pid_t fork_child(struct plan *p)
{
    sigset_t all;
    sigset_t before;
    pid_t pid = 0;

    /* No handler of ours may run in the child. */
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* cannot fail with these arguments */
    pid = fork();
    if (pid == 0)
        child_main(p);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return pid;
}

static enum assay_status explain_report(const struct plan *p, const struct report *report,
                                        struct assay_error *err)
{
    const char *name = p->spec->argv[0];
    const char *why = report->step >= 0 && report->step < STEP_COUNT ? step_texts[report->step]
                                                                     : "it ended too early";

    if (report->step == STEP_EXEC && (report->sys_errno == ENOENT || report->sys_errno == ENOTDIR))
        return assay_error_set(
            err, ASSAY_ERR_NOT_FOUND,
            "cannot start \"%s\": no such program, or its interpreter is missing", name);
    if (report->step == STEP_EXEC && report->sys_errno == EACCES)
        return assay_error_sys(err, EACCES, "cannot start \"%s\": is it executable?", name);
    if (report->step == STEP_DIRECTORY)
        return assay_error_sys(err, report->sys_errno, "cannot start \"%s\" in \"%s\"", name,
                               p->spec->directory);
    return assay_error_sys(err, report->sys_errno, "cannot start \"%s\": %s", name, why);
}

/* Wait until the child has executed its program, or has said why not. */
static enum assay_status await_exec(struct plan *p, struct assay_error *err)
{
    struct report report = {.step = STEP_COUNT};
    ssize_t got = 0;

    exec_close_fd(&p->report_pipe[1]);
    do
        got = read(p->report_pipe[0], &report, sizeof(report));
    while (got < 0 && errno == EINTR);
    return got == 0 ? ASSAY_OK : explain_report(p, &report, err);
}

static void end_at_once(pid_t pid)
{
    (void)kill(pid, SIGKILL); /* it may have ended already */
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

enum assay_status exec_start(const struct exec_spec *spec, struct exec_child *ret,
                             struct assay_error *err)
{
    struct plan plan;
    struct exec_child child = {.pid_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    enum assay_status status = plan_init(&plan, spec, err);

    if (status != ASSAY_OK)
        goto out;
    child.pid = fork_child(&plan);
    if (child.pid < 0) {
        status = assay_error_sys(err, errno, "cannot start \"%s\"", spec->argv[0]);
        goto out;
    }
    status = await_exec(&plan, err);
    if (status == ASSAY_OK) {
        child.pid_fd = (int)syscall(SYS_pidfd_open, child.pid, 0);
        if (child.pid_fd < 0)
            status = assay_error_sys(err, errno, "cannot watch \"%s\" (Linux 5.3 or newer needed)",
                                     spec->argv[0]);
    }
    if (status != ASSAY_OK) {
        end_at_once(child.pid);
        goto out;
    }
    child.stdout_fd = plan.pipes[0][0];
    child.stderr_fd = plan.pipes[1][0];
    plan.pipes[0][0] = -1;
    plan.pipes[1][0] = -1;
    *ret = child;
out:
    plan_done(&plan);
    return status;
}
