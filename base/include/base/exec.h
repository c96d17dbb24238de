/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Child processes: argv only (never a shell), a process group of their own, a deadline, and an end
 * together with us (PR_SET_PDEATHSIG), also when we are killed.
 */
#ifndef BASE_EXEC_H
#define BASE_EXEC_H

#include "base/buf.h"
#include "base/deadline.h"
#include "base/status.h"

#include <sys/types.h>

struct exec_spec {
    const char *const *argv; /* NULL terminated; argv[0] without a slash is looked up in our PATH */
    const char *const
        *env; /* "NAME=value" adds or replaces, "NAME" removes; NULL terminated or NULL */
    const char *directory;  /* working directory; NULL: ours */
    int stdin_fd;           /* -1: /dev/null */
    int stdout_fd;          /* -1: a pipe of ours is made, see child.stdout_fd */
    int stderr_fd;          /* -1: a pipe of ours is made; may equal stdout_fd */
    int controlling_tty_fd; /* -1: none; else the slave of a pty that becomes its terminal */
    int nice;               /* added to its niceness */
    const int *kept_fds;    /* descriptors above 2 that it gets under their own numbers */
    size_t kept_fd_count;
};

/* Everything unset: nothing redirected, no terminal. */
struct exec_spec exec_spec_default(void);

struct exec_child {
    pid_t pid;     /* also its process group; 0: none */
    int pid_fd;    /* becomes readable when the child ends (pidfd_open(2)) */
    int stdout_fd; /* our end of the pipe, non-blocking, or -1 */
    int stderr_fd;
};

struct exec_outcome {
    bool signalled;
    int code; /* exit status, or the signal's number */
};

/*
 * Start a child; returns when its program runs. It has no signals blocked or ignored and no
 * descriptors of ours but the three streams and those that are to be kept. It is killed when the
 * thread that started it ends: start children from a thread that lives as long as the bench.
 * @param ret  Set on success; end with exec_reap() or exec_kill().
 * @retval ASSAY_ERR_NOT_FOUND  no such program (err names it)
 */
ASSAY_RESULT exec_start(const struct exec_spec *spec, struct exec_child *ret,
                        struct assay_error *err);

/*
 * Collect an ended child without waiting; what is left of its process group is killed. Closes the
 * descriptors, so read the pipes first.
 * @retval ASSAY_ERR_STATE  it still runs, and nothing was done
 * @retval ASSAY_ERR_IO     somebody else collected it; its outcome is lost
 */
ASSAY_RESULT exec_reap(struct exec_child *child, struct exec_outcome *ret);

/*
 * SIGTERM to the group, SIGKILL after grace_ms, then reap. Waits up to grace_ms, and some seconds
 * more for a process that hangs in a device driver. Does nothing for a child with pid 0.
 */
void exec_kill(struct exec_child *child, unsigned grace_ms);

/*
 * Run to the end and collect what it printed (both streams, in order of arrival, up to
 * output->max; more is dropped). Streams that the spec redirects are left alone. output may be
 * NULL.
 * @retval ASSAY_ERR_TIMEOUT  the deadline passed and the group was killed
 */
ASSAY_RESULT exec_run(const struct exec_spec *spec, struct deadline deadline, struct buf *output,
                      struct exec_outcome *ret, struct assay_error *err);

#endif
