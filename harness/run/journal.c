/* SPDX-License-Identifier: Apache-2.0 */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_LINE = 16 * 1024 * 1024 };

static void journal_emit(void *ctx, const struct event *event)
{
    struct journal *journal = ctx;
    size_t done = 0;

    buf_clear(&journal->line);
    if (journal->sys_errno != 0)
        return;
    if (event_write_json(event, &journal->line) != ASSAY_OK ||
        buf_add_char(&journal->line, '\n') != ASSAY_OK) {
        journal->sys_errno = ENOMEM;
        return;
    }
    while (done < journal->line.len) {
        ssize_t n = write(journal->fd, journal->line.data + done, journal->line.len - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            journal->sys_errno = errno;
            return;
        }
        done += (size_t)n;
    }
}

enum assay_status journal_open(struct journal *journal, const char *run_dir, const char *case_path,
                               struct assay_error *err)
{
    struct buf path;
    enum assay_status status = ASSAY_OK;

    *journal = (struct journal){.fd = -1};
    journal->sink = (struct event_sink){.emit = journal_emit, .ctx = journal};
    buf_init(&journal->line, MAX_LINE);
    buf_init(&path, 8192);
    status = buf_printf(&path, "%s/%s/transcript.jsonl", run_dir, case_path);
    if (status == ASSAY_OK)
        status = buf_take(&path, &journal->path);
    buf_done(&path);
    if (status != ASSAY_OK)
        return status;
    journal->fd = open(journal->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    if (journal->fd < 0)
        return assay_error_sys(err, errno, "cannot write %s", journal->path);
    return ASSAY_OK;
}

enum assay_status journal_close(struct journal *journal, struct assay_error *err)
{
    enum assay_status status = ASSAY_OK;

    if (journal->sys_errno != 0)
        status = assay_error_sys(err, journal->sys_errno, "cannot write %s", journal->path);
    if (journal->fd >= 0)
        close(journal->fd);
    buf_done(&journal->line);
    free(journal->path);
    return status;
}
