/* SPDX-License-Identifier: Apache-2.0 */
/* A network namespace of our own, without being root. See network/network.h. */
#include "isolation.h"

#include "network/network.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Written to a file of /proc in one call, as the kernel wants it (user_namespaces(7)). */
static int put_text(const char *path, const char *text, int flags)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0644);
    size_t len = strlen(text);
    int sys_errno = 0;

    if (fd < 0)
        return errno;
    if (write(fd, text, len) != (ssize_t)len)
        sys_errno = errno;
    close(fd);
    return sys_errno;
}

/* We stay who we are, so that files keep their owners; nobody else exists in there. */
static int keep_identity(uid_t uid, gid_t gid)
{
    char line[64];
    int sys_errno = put_text("/proc/self/setgroups", "deny", 0);

    if (sys_errno != 0)
        return sys_errno;
    snprintf(line, sizeof(line), "%u %u 1", (unsigned)uid, (unsigned)uid);
    sys_errno = put_text("/proc/self/uid_map", line, 0);
    if (sys_errno != 0)
        return sys_errno;
    snprintf(line, sizeof(line), "%u %u 1", (unsigned)gid, (unsigned)gid);
    return put_text("/proc/self/gid_map", line, 0);
}

static enum assay_status unshare_all(struct assay_error *err)
{
    uid_t uid = geteuid();
    gid_t gid = getegid();
    int sys_errno = 0;

    /* Root needs no user namespace, in which it could not write other users' files. */
    if (uid == 0 && unshare(CLONE_NEWNET | CLONE_NEWNS) == 0)
        return ASSAY_OK;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0)
        return assay_error_sys(err, errno, "the kernel refuses a namespace");
    sys_errno = keep_identity(uid, gid);
    return sys_errno == 0 ? ASSAY_OK : assay_error_sys(err, sys_errno, "the user cannot be mapped");
}

/* ---- looking up names ------------------------------------------------------------------------ */

/*
 * All that sends a program's look-ups anywhere but to the resolver: a caching daemon, and modules
 * of NSS that ask one through a socket in the file system, which a network namespace does not hold
 * back.
 */
static const struct look_up_file {
    const char *path, *text;
} look_up_files[] = {
    {"/etc/resolv.conf", "nameserver " NETWORK_BENCH_ADDRESS "\n"},
    {"/etc/hosts", "127.0.0.1 localhost\n"},
    {"/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"
                           "networks: files\nprotocols: files\nservices: files\n"},
};

/* The place of the files while they are made; uncovered again before anybody else looks. */
#define SCAFFOLD "/tmp"

static enum assay_status cover_file(const struct look_up_file *file, size_t number,
                                    struct assay_error *err)
{
    char made[64];
    int sys_errno = 0;

    snprintf(made, sizeof(made), SCAFFOLD "/%zu", number);
    sys_errno = put_text(made, file->text, O_CREAT | O_EXCL);
    if (sys_errno == 0 && mount(made, file->path, NULL, MS_BIND, NULL) != 0)
        sys_errno = errno;
    /* A machine without the file uses the C library's default, which leads to us as well. */
    if (sys_errno != 0 && sys_errno != ENOENT)
        return assay_error_sys(err, sys_errno, "%s cannot be covered", file->path);
    return ASSAY_OK;
}

static enum assay_status cover_look_ups(struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;

    /* Nothing that is mounted in here shows outside. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return assay_error_sys(err, errno, "mounts cannot be made private");
    if (mount("none", "/run/nscd", "tmpfs", 0, "size=4k") != 0 && errno != ENOENT)
        return assay_error_sys(err, errno, "the name cache cannot be covered");
    if (mount("none", SCAFFOLD, "tmpfs", MS_NOSUID | MS_NODEV, "size=64k") != 0)
        return assay_error_sys(err, errno, "nothing can be mounted");
    for (size_t i = 0; status == ASSAY_OK && i < sizeof(look_up_files) / sizeof(*look_up_files);
         i++)
        status = cover_file(&look_up_files[i], i, err);
    if (umount2(SCAFFOLD, MNT_DETACH) != 0 && status == ASSAY_OK)
        status = assay_error_sys(err, errno, "%s cannot be uncovered", SCAFFOLD);
    return status;
}

/* ---- the whole ------------------------------------------------------------------------------- */

static enum assay_status enter(struct assay_error *err)
{
    ASSAY_TRY(unshare_all(err));
    ASSAY_TRY(local_route_add(err));
    return cover_look_ups(err);
}

enum assay_status network_isolate(struct assay_error *err)
{
    struct assay_error why = {.text = ""};
    struct buf advice;
    enum assay_status status = enter(&why);

    if (status == ASSAY_OK)
        return ASSAY_OK;
    buf_init(&advice, 2048);
    if (isolation_advice("", &advice) != ASSAY_OK)
        buf_clear(&advice);
    status = assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "no network of the bench's own: %s%s%s",
                             why.text, advice.len > 0 ? "; " : "", buf_text(&advice));
    buf_done(&advice);
    return status;
}

static void try_and_tell(int fd) __attribute__((noreturn));

static void try_and_tell(int fd)
{
    struct assay_error err = {.text = ""};
    bool is_told = network_isolate(&err) == ASSAY_OK ||
                   write(fd, err.text, strlen(err.text)) == (ssize_t)strlen(err.text);

    _exit(is_told ? 0 : 1);
}

enum assay_status network_isolation_check(struct assay_error *err)
{
    char text[sizeof(err->text)];
    size_t len = 0;
    ssize_t got = 0;
    int ends[2];
    int outcome = 0;
    pid_t pid = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return assay_error_sys(err, errno, "cannot make a pipe");
    pid = fork();
    if (pid == 0)
        try_and_tell(ends[1]);
    close(ends[1]);
    while (pid > 0 && len + 1 < sizeof(text) &&
           ((got = read(ends[0], text + len, sizeof(text) - 1 - len)) > 0 ||
            (got < 0 && errno == EINTR)))
        len += got > 0 ? (size_t)got : 0;
    close(ends[0]);
    if (pid < 0)
        return assay_error_sys(err, errno, "cannot start a process");
    text[len] = '\0';
    while (waitpid(pid, &outcome, 0) < 0 && errno == EINTR)
        continue;
    if (len == 0 && WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_UNSUPPORTED, "%s",
                           len > 0 ? text : "no network of the bench's own: the try was killed");
}
