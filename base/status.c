/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

#include <stdio.h>
#include <string.h>

static const char *const status_texts[] = {
#define X(id, text) [id] = text,
    ASSAY_STATUS_MAP(X)
#undef X
};

const char *assay_status_text(enum assay_status status)
{
    return (unsigned)status < ASSAY_STATUS_COUNT ? status_texts[status] : "unknown status";
}

enum assay_status assay_error_set(struct assay_error *err, enum assay_status status,
                                  const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return status;
    err->status = status;
    err->sys_errno = 0;
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return status;
}

enum assay_status assay_error_sys(struct assay_error *err, int sys_errno, const char *format, ...)
{
    va_list args;
    size_t used = 0;

    if (err == NULL)
        return ASSAY_ERR_IO;
    err->status = ASSAY_ERR_IO;
    err->sys_errno = sys_errno;
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    used = strlen(err->text);
    snprintf(err->text + used, sizeof(err->text) - used, ": %s", strerror(sys_errno));
    return ASSAY_ERR_IO;
}

enum assay_status assay_error_prefix(struct assay_error *err, enum assay_status status,
                                     const char *format, ...)
{
    char prefix[256];
    size_t prefix_len = 0;
    size_t rest_len = 0;
    va_list args;

    if (err == NULL)
        return status;
    va_start(args, format);
    vsnprintf(prefix, sizeof(prefix), format, args);
    va_end(args);
    prefix_len = strlen(prefix);
    rest_len = strnlen(err->text, sizeof(err->text) - prefix_len - 3);
    memmove(err->text + prefix_len + 2, err->text, rest_len);
    memcpy(err->text, prefix, prefix_len);
    memcpy(err->text + prefix_len, ": ", 2);
    err->text[prefix_len + 2 + rest_len] = '\0';
    err->status = status;
    return status;
}
