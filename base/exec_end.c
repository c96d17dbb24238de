/* SPDX-License-Identifier: Apache-2.0 */
/* Ending and collecting a child, and running one from start to end. */
#include "base/exec.h"

#include "exec_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    /* A process that hangs inside a driver cannot be killed; it is given up after this. */
    KILL_WAIT_MS = 5000,
    RUN_GRACE_MS = 300,
    /* Per round of poll(), so that a child that never stops writing cannot hold up the deadline. */
    DRAIN_MAX = 256 * 1024
};

/* Wait for the end of the child; false when the deadline passed first. */
static bool await_end(const struct exec_child *child, struct deadline deadline)
{
    struct pollfd fd = {.fd = child->pid_fd, .events = POLLIN};
    int ready = 0;

    do
        ready = poll(&fd, 1, deadline_left_ms(&deadline));
    while (ready < 0 && errno == EINTR);
    return ready > 0;
}

static void close_child(struct exec_child *child)
{
    exec_close_fd(&child->pid_fd);
    exec_close_fd(&child->stdout_fd);
    exec_close_fd(&child->stderr_fd);
    child->pid = 0;
}

enum assay_status exec_reap(struct exec_child *child, struct exec_outcome *ret)
{
    siginfo_t info = {.si_pid = 0};
    int result = 0;

    if (child->pid <= 0)
        return ASSAY_ERR_ARG;
    do
        result = waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT);
    while (result != 0 && errno == EINTR);
    if (result != 0) {
        close_child(child);
        return ASSAY_ERR_IO;
    }
    if (info.si_pid == 0)
        return ASSAY_ERR_STATE;
    /* While the child is not collected its group's number cannot belong to anybody else. */
    (void)kill(-child->pid, SIGKILL);
    while (waitid(P_PID, (id_t)child->pid, &info, WEXITED) != 0 && errno == EINTR)
        continue;
    close_child(child);
    *ret = (struct exec_outcome){.signalled = info.si_code != CLD_EXITED, .code = info.si_status};
    return ASSAY_OK;
}

void exec_kill(struct exec_child *child, unsigned grace_ms)
{
    struct exec_outcome outcome;

    if (child->pid <= 0)
        return;
    (void)kill(-child->pid, SIGTERM); /* it may have ended already */
    (void)kill(-child->pid, SIGCONT); /* a stopped process would not see the line above */
    if (!await_end(child, deadline_in_ms(grace_ms))) {
        (void)kill(-child->pid, SIGKILL);
        (void)await_end(child, deadline_in_ms(KILL_WAIT_MS)); /* see below */
    }
    if (exec_reap(child, &outcome) != ASSAY_OK)
        close_child(child); /* unkillable: it is left to the system */
}

/* Move what has arrived into output; false once the stream has ended. */
static bool drain(int fd, struct buf *output)
{
    char chunk[4096];
    size_t total = 0;

    while (total < DRAIN_MAX) {
        ssize_t got = read(fd, chunk, sizeof(chunk));
        size_t room = output != NULL ? output->max - output->len : 0;

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got < 0 && errno == EAGAIN;
        total += (size_t)got;
        if (room > 0 && buf_add(output, chunk, (size_t)got < room ? (size_t)got : room) != ASSAY_OK)
            continue; /* out of memory: what a program printed is not worth a failure */
    }
    return true;
}

/* Collect output until the child ends; false when the deadline passed first. */
static bool collect(const struct exec_child *child, int output_fd, struct deadline deadline,
                    struct buf *output)
{
    struct pollfd fds[2] = {{.fd = child->pid_fd, .events = POLLIN},
                            {.fd = output_fd, .events = POLLIN}};

    while ((fds[0].revents & POLLIN) == 0) {
        if (poll(fds, 2, deadline_left_ms(&deadline)) < 0 && errno != EINTR)
            return false;
        if (fds[1].revents != 0 && !drain(output_fd, output))
            fds[1].fd = -1; /* closed by the child, which may run on */
        if ((fds[0].revents & POLLIN) == 0 && deadline_passed(&deadline))
            return false;
    }
    return true;
}

enum assay_status exec_run(const struct exec_spec *spec, struct deadline deadline,
                           struct buf *output, struct exec_outcome *ret, struct assay_error *err)
{
    struct exec_spec own = *spec;
    struct exec_child child = {.pid = 0};
    int ends[2] = {-1, -1};
    enum assay_status status = ASSAY_OK;

    if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
        status = assay_error_sys(err, errno, "cannot make a pipe");
        goto out;
    }
    /* One pipe for both streams keeps their order. */
    own.stdout_fd = spec->stdout_fd >= 0 ? spec->stdout_fd : ends[1];
    own.stderr_fd = spec->stderr_fd >= 0 ? spec->stderr_fd : ends[1];
    status = exec_start(&own, &child, err);
    exec_close_fd(&ends[1]);
    if (status != ASSAY_OK)
        goto out;
    if (!collect(&child, ends[0], deadline, output)) {
        exec_kill(&child, RUN_GRACE_MS);
        status = assay_error_set(err, ASSAY_ERR_TIMEOUT,
                                 "\"%s\" did not end in time and was killed", spec->argv[0]);
    } else {
        status = exec_reap(&child, ret);
        if (status != ASSAY_OK)
            (void)assay_error_set(err, status, "\"%s\" was collected by somebody else",
                                  spec->argv[0]);
    }
    drain(ends[0], output);
out:
    exec_close_fd(&ends[0]);
    exec_close_fd(&ends[1]);
    return status;
}
