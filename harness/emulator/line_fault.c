/* SPDX-License-Identifier: Apache-2.0 */
#include "line_fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[] = {[LINE_FAULT_NONE] = "none",
                                    [LINE_FAULT_POWER_CUT] = "power-cut",
                                    [LINE_FAULT_UNPLUG] = "unplug",
                                    [LINE_FAULT_CORRUPT] = "corrupt"};

const char *line_fault_name(enum line_fault_kind kind)
{
    return names[kind];
}

static enum line_fault_kind find_kind(const char *text, size_t len)
{
    for (enum line_fault_kind k = LINE_FAULT_POWER_CUT; k <= LINE_FAULT_CORRUPT; k++)
        if (strlen(names[k]) == len && strncmp(names[k], text, len) == 0)
            return k;
    return LINE_FAULT_NONE;
}

static bool read_number(const char *text, uint64_t *ret)
{
    char *end = NULL;

    errno = 0;
    *ret = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

enum assay_status line_fault_parse(const char *text, struct line_fault *ret,
                                   struct assay_error *err)
{
    size_t word = strcspn(text, "@");
    const char *where = text[word] == '@' ? text + word + 1 : "";
    struct line_fault fault = {.kind = find_kind(text, word)};
    bool is_number = read_number(where, &fault.at);

    if (fault.kind == LINE_FAULT_NONE || where[0] == '\0' || strlen(where) >= LINE_FAULT_TEXT)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "fault \"%.64s\": expected power-cut, unplug or corrupt, then @ and "
                               "a number of bytes or a text that passes on the line",
                               text);
    if (!is_number)
        snprintf(fault.text, sizeof(fault.text), "%s", where);
    *ret = fault;
    return ASSAY_OK;
}

/* After how many of the bytes is it so far? len: not in these. */
static size_t find_text(struct line_fault *f, bool to_board, const uint8_t *bytes, size_t len)
{
    size_t *matched = &f->matched[to_board];

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] != (uint8_t)f->text[*matched])
            *matched = 0;
        *matched += bytes[i] == (uint8_t)f->text[*matched];
        if (f->text[*matched] == '\0')
            return i + 1;
    }
    return len + 1;
}

static size_t find_count(const struct line_fault *f, bool to_board, size_t len)
{
    if (!to_board || f->at > f->passed + len)
        return len + 1;
    return (size_t)(f->at - f->passed);
}

enum line_fault_kind line_fault_pass(struct line_fault *fault, bool to_board, uint8_t *bytes,
                                     size_t len, size_t *ret_len)
{
    size_t place = 0;

    *ret_len = len;
    if (fault->kind == LINE_FAULT_NONE || fault->is_over)
        return LINE_FAULT_NONE;
    place = fault->text[0] != '\0' ? find_text(fault, to_board, bytes, len)
                                   : find_count(fault, to_board, len);
    if (to_board)
        fault->passed += len;
    /* The byte after the place is the one that suffers: it may be among those that come next. */
    if (fault->kind == LINE_FAULT_CORRUPT && place == len && fault->text[0] == '\0')
        return LINE_FAULT_NONE;
    if (place > len)
        return LINE_FAULT_NONE;
    fault->is_over = true;
    if (fault->kind == LINE_FAULT_CORRUPT) {
        if (place == len)
            place--; /* of a text: its last byte */
        bytes[place] ^= 0x10;
        return LINE_FAULT_CORRUPT;
    }
    *ret_len = place;
    return fault->kind;
}
