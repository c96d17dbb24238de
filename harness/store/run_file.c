/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are whole or not there. See store/store.h. */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

static enum assay_status write_file(const char *run_dir, const char *name,
                                    const struct buf *content, unsigned mode, bool durable,
                                    struct assay_error *err)
{
    struct buf path;
    struct buf temporary;
    enum assay_status status = ASSAY_OK;
    int fd = -1;

    buf_init(&path, 8192);
    buf_init(&temporary, 8192);
    status = buf_printf(&path, "%s/%s", run_dir, name);
    if (status == ASSAY_OK)
        status = buf_printf(&temporary, "%s.%ld.tmp", buf_text(&path), (long)getpid());
    if (status != ASSAY_OK)
        goto out;
    fd = open(buf_text(&temporary), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    if (fd < 0) {
        status = assay_error_sys(err, errno, "cannot write %s", buf_text(&path));
        goto out;
    }
    status = write_all(fd, content, durable);
    if (status != ASSAY_OK)
        status = assay_error_sys(err, errno, "cannot write %s", buf_text(&path));
    if (close(fd) != 0 && status == ASSAY_OK)
        status = assay_error_sys(err, errno, "cannot write %s", buf_text(&path));
    if (status == ASSAY_OK && rename(buf_text(&temporary), buf_text(&path)) != 0)
        status = assay_error_sys(err, errno, "cannot write %s", buf_text(&path));
    if (status != ASSAY_OK)
        unlink(buf_text(&temporary));
out:
    buf_done(&path);
    buf_done(&temporary);
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
