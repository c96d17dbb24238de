/* SPDX-License-Identifier: Apache-2.0 */
/* What a user reads on standard error, and exit codes for statuses. See command.h. */
#include "command.h"

#include <errno.h>
#include <stdarg.h>

void complain(const char *format, ...)
{
    va_list args;

    fputs("assay: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
}

static int code_for(enum assay_status status)
{
    static const struct {
        enum assay_status status;
        int code;
    } rows[] = {
        {ASSAY_OK, EXIT_AS_EXPECTED},        {ASSAY_ERR_ARG, EXIT_USAGE},
        {ASSAY_ERR_MALFORMED, EXIT_USAGE},   {ASSAY_ERR_NOT_FOUND, EXIT_USAGE},
        {ASSAY_ERR_EXISTS, EXIT_USAGE},      {ASSAY_ERR_SCRIPT, EXIT_USAGE},
        {ASSAY_ERR_BUSY, EXIT_BUSY},         {ASSAY_ERR_INTERRUPTED, EXIT_INTERRUPTED},
        {ASSAY_ERR_UNSUPPORTED, EXIT_USAGE},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].status == status)
            return rows[i].code;
    return EXIT_BENCH;
}

int complain_error(enum assay_status status, const struct assay_error *err)
{
    complain("%s", err->text[0] != '\0' ? err->text : assay_status_text(status));
    return code_for(status);
}

int print_buffer(const struct buf *text)
{
    if (fwrite(buf_text(text), 1, text->len, stdout) == text->len && fflush(stdout) == 0)
        return EXIT_AS_EXPECTED;
    if (errno == EPIPE)
        return EXIT_AS_EXPECTED;
    complain("cannot write to standard output");
    return EXIT_BENCH;
}
