/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_lines.h"

#include <string.h>

static ASSAY_RESULT read_wait(const char *digits, size_t len, unsigned *ret)
{
    unsigned wait_ms = 0;

    if (len == 0 || len > 5 || strspn(digits, "0123456789") < len)
        return ASSAY_ERR_MALFORMED;
    for (size_t i = 0; i < len; i++)
        wait_ms = 10 * wait_ms + (unsigned)(digits[i] - '0');
    if (wait_ms > FLASH_LINES_WAIT_MAX)
        return ASSAY_ERR_MALFORMED;
    *ret = wait_ms;
    return ASSAY_OK;
}

static ASSAY_RESULT read_step(const char *word, size_t len, struct flash_lines_step *step)
{
    bool is_level = len == 2 && (word[1] == '0' || word[1] == '1');

    if (word[0] == 'W')
        return read_wait(word + 1, len - 1, &step->wait_ms);
    if (!is_level || (word[0] != 'D' && word[0] != 'R'))
        return ASSAY_ERR_MALFORMED;
    if (word[0] == 'D')
        step->dtr = word[1] == '1';
    else
        step->rts = word[1] == '1';
    return ASSAY_OK;
}

ASSAY_RESULT flash_lines_next(const char **text, struct flash_lines_step *step)
{
    struct flash_lines_step made = *step;
    const char *at = *text;
    bool is_wait = false;

    if (*at == '\0')
        return ASSAY_ERR_NOT_FOUND;
    made.wait_ms = 0;
    while (*at != '\0' && !is_wait) {
        size_t len = strcspn(at, "|");

        if (len == 0)
            return ASSAY_ERR_MALFORMED;
        ASSAY_TRY(read_step(at, len, &made));
        is_wait = *at == 'W';
        at += len;
        if (at[0] == '|' && at[1] == '\0')
            return ASSAY_ERR_MALFORMED;
        at += *at == '|';
    }
    *text = at;
    *step = made;
    return ASSAY_OK;
}

ASSAY_RESULT flash_lines_check(const char *text, struct assay_error *err)
{
    struct flash_lines_step step = {.dtr = false};
    enum assay_status status = ASSAY_OK;

    while (status == ASSAY_OK)
        status = flash_lines_next(&text, &step);
    if (status == ASSAY_ERR_NOT_FOUND)
        return ASSAY_OK;
    return assay_error_set(err, status,
                           "\"%.32s\" is no step; there are D0 D1 (DTR), R0 R1 (RTS) and W with "
                           "milliseconds, as in \"D1|R0|W50|D0\"",
                           text);
}
