/* SPDX-License-Identifier: Apache-2.0 */
#include "record/record.h"

#include <stdlib.h>
#include <string.h>

enum assay_status record_set(char **text, const char *value)
{
    char *copy = strdup(value != NULL ? value : "");

    if (copy == NULL)
        return ASSAY_ERR_NOMEM;
    free(*text);
    *text = copy;
    return ASSAY_OK;
}

enum assay_status record_list_add(struct record_list *list, const char *text)
{
    char **items = realloc(list->items, (list->count + 1) * sizeof(*items));
    char *copy = strdup(text);

    if (items != NULL)
        list->items = items;
    if (items == NULL || copy == NULL) {
        free(copy);
        return ASSAY_ERR_NOMEM;
    }
    items[list->count++] = copy;
    return ASSAY_OK;
}

void record_list_done(struct record_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct record_list){.items = NULL};
}

/* The owned texts and lists of each struct, so that init and done cannot disagree. */
/* clang-format off */
#define CASE_TEXTS(X)                                                                              \
    X(board) X(id) X(title) X(server) X(group) X(expected) X(reason) X(why) X(good) X(bad)         \
    X(waiver_reason) X(observed.stage) X(observed.close) X(observed.close_by)                      \
    X(observed.serial_error) X(observed.alert.level) X(observed.alert.name)                        \
    X(observed.alert.from) X(observed.client_hello.version) X(observed.client_hello.server_name)   \
    X(observed.client_hello.ja3) X(observed.mqtt.client_id) X(observed.mqtt.username)              \
    X(observed.ladder.unit) X(observed.backoff.kind)                                                                        \
    X(bracket_before) X(bracket_after) X(transcript) X(capture) X(serial)

#define CASE_LISTS(X)                                                                              \
    X(spec) X(repeats) X(observed.client_hello.versions) X(observed.client_hello.ciphers)          \
    X(observed.client_hello.groups) X(observed.client_hello.signature_algorithms)                  \
    X(observed.client_hello.alpn) X(observed.client_hello.extensions)
/* clang-format on */

/* clang-format off */
#define BOARD_TEXTS(X)                                                                             \
    X(id) X(name) X(driver) X(stack) X(firmware_name) X(firmware_sha256) X(flash_result)           \
    X(flash_detail) X(flash_transcript) X(grade)
/* clang-format on */

#define RUN_TEXTS(X) X(tool_version) X(started) X(finished) X(scenario_time) X(profile)

enum assay_status case_record_init(struct case_record *c)
{
    *c = (struct case_record){.board = NULL};
#define INIT(member) ASSAY_TRY(record_set(&c->member, ""));
    CASE_TEXTS(INIT)
#undef INIT
    return ASSAY_OK;
}

void case_record_done(struct case_record *c)
{
#define FREE(member) free(c->member);
    CASE_TEXTS(FREE)
#undef FREE
#define FREE(member) record_list_done(&c->member);
    CASE_LISTS(FREE)
#undef FREE
    *c = (struct case_record){.board = NULL};
}

enum assay_status board_record_init(struct board_record *b)
{
    *b = (struct board_record){.id = NULL};
#define INIT(member) ASSAY_TRY(record_set(&b->member, ""));
    BOARD_TEXTS(INIT)
#undef INIT
    return ASSAY_OK;
}

void board_record_clear_caps(struct board_record *b)
{
    for (size_t i = 0; i < b->cap_count; i++) {
        free(b->caps[i].limit);
        free(b->caps[i].case_id);
        free(b->caps[i].reason);
    }
    free(b->caps);
    b->caps = NULL;
    b->cap_count = 0;
}

void board_record_done(struct board_record *b)
{
#define FREE(member) free(b->member);
    BOARD_TEXTS(FREE)
#undef FREE
    board_record_clear_caps(b);
    *b = (struct board_record){.id = NULL};
}

enum assay_status run_record_init(struct run_record *r)
{
    *r = (struct run_record){.tool_version = NULL};
#define INIT(member) ASSAY_TRY(record_set(&r->member, ""));
    RUN_TEXTS(INIT)
#undef INIT
    return ASSAY_OK;
}

void run_record_done(struct run_record *r)
{
#define FREE(member) free(r->member);
    RUN_TEXTS(FREE)
#undef FREE
    for (size_t i = 0; i < r->board_count; i++)
        board_record_done(&r->boards[i]);
    for (size_t i = 0; i < r->case_count; i++)
        case_record_done(&r->cases[i]);
    free(r->boards);
    free(r->cases);
    *r = (struct run_record){.tool_version = NULL};
}

enum assay_status run_record_add_board(struct run_record *r, struct board_record **ret)
{
    struct board_record *grown = realloc(r->boards, (r->board_count + 1) * sizeof(*grown));

    if (grown == NULL)
        return ASSAY_ERR_NOMEM;
    r->boards = grown;
    if (board_record_init(&grown[r->board_count]) != ASSAY_OK) {
        board_record_done(&grown[r->board_count]);
        return ASSAY_ERR_NOMEM;
    }
    *ret = &grown[r->board_count++];
    return ASSAY_OK;
}

enum assay_status run_record_add_case(struct run_record *r, struct case_record **ret)
{
    struct case_record *grown = realloc(r->cases, (r->case_count + 1) * sizeof(*grown));

    if (grown == NULL)
        return ASSAY_ERR_NOMEM;
    r->cases = grown;
    if (case_record_init(&grown[r->case_count]) != ASSAY_OK) {
        case_record_done(&grown[r->case_count]);
        return ASSAY_ERR_NOMEM;
    }
    *ret = &grown[r->case_count++];
    return ASSAY_OK;
}

enum assay_status board_record_add_cap(struct board_record *b, const char *limit,
                                       const char *case_id, const char *reason)
{
    struct record_cap cap = {.limit = NULL};
    struct record_cap *grown = realloc(b->caps, (b->cap_count + 1) * sizeof(*grown));

    if (grown == NULL)
        return ASSAY_ERR_NOMEM;
    b->caps = grown;
    if (record_set(&cap.limit, limit) != ASSAY_OK ||
        record_set(&cap.case_id, case_id) != ASSAY_OK ||
        record_set(&cap.reason, reason) != ASSAY_OK) {
        free(cap.limit);
        free(cap.case_id);
        return ASSAY_ERR_NOMEM;
    }
    grown[b->cap_count++] = cap;
    return ASSAY_OK;
}
