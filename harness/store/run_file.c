/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are whole or not there. See store/store.h. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum assay_status write_all(int fd, const struct buf *content, bool durable)
{
    size_t done = 0;

    while (done < content->len) {
        ssize_t n = write(fd, content->data + done, content->len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ASSAY_ERR_IO;
        done += (size_t)n;
    }
    return !durable || fsync(fd) == 0 || errno == EINVAL ? ASSAY_OK : ASSAY_ERR_IO;
}

/* Write to `path` as it is; what is wrong is said of `name`. */
static enum assay_status write_to(const char *path, int flags, const struct buf *content,
                                  unsigned mode, bool durable, const char *name,
                                  struct assay_error *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | flags, (mode_t)mode);
    enum assay_status status = ASSAY_OK;

    if (fd < 0)
        return assay_error_sys(err, errno, "cannot write %s", name);
    status = write_all(fd, content, durable);
    if (status != ASSAY_OK)
        status = assay_error_sys(err, errno, "cannot write %s", name);
    if (close(fd) != 0 && status == ASSAY_OK)
        status = assay_error_sys(err, errno, "cannot write %s", name);
    return status;
}

static enum assay_status replace(const char *path, const struct buf *content, unsigned mode,
                                 bool durable, struct assay_error *err)
{
    struct buf temporary;
    enum assay_status status = ASSAY_OK;

    buf_init(&temporary, 8192);
    status = buf_printf(&temporary, "%s.%ld.tmp", path, (long)getpid());
    if (status == ASSAY_OK)
        status =
            write_to(buf_text(&temporary), O_CREAT | O_TRUNC, content, mode, durable, path, err);
    if (status == ASSAY_OK && rename(buf_text(&temporary), path) != 0)
        status = assay_error_sys(err, errno, "cannot write %s", path);
    if (status != ASSAY_OK && temporary.len > 0)
        unlink(buf_text(&temporary));
    buf_done(&temporary);
    return status;
}

/* A device or a pipe: a file in its place would take it away from everybody. */
static bool is_no_file(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && !S_ISREG(found.st_mode);
}

static enum assay_status write_file(const char *run_dir, const char *name,
                                    const struct buf *content, unsigned mode, bool durable,
                                    struct assay_error *err)
{
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, 8192);
    status = buf_printf(&path, "%s/%s", run_dir, name);
    if (status == ASSAY_OK && is_no_file(buf_text(&path)))
        status = write_to(buf_text(&path), 0, content, mode, durable, buf_text(&path), err);
    else if (status == ASSAY_OK)
        status = replace(buf_text(&path), content, mode, durable, err);
    buf_done(&path);
    return status;
}

enum assay_status store_write_file(const char *run_dir, const char *name, const struct buf *content,
                                   unsigned mode, struct assay_error *err)
{
    return write_file(run_dir, name, content, mode, true, err);
}

enum assay_status store_write_evidence(const char *run_dir, const char *name,
                                       const struct buf *content, unsigned mode,
                                       struct assay_error *err)
{
    return write_file(run_dir, name, content, mode, false, err);
}
