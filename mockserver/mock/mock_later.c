/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changes by itself between two connections: `later` of a description, a list of
 *     {after = 1, time = "+30d", change = {certs = {leaf = {not_after = "-1d"}}}}
 * Everything is made ready before the first connection comes: what is wrong is said then, and no
 * connection waits for a certificate.
 */
#include "mock_internal.h"

#include "base/deadline.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 32, CONNECTIONS_MAX = 1000000 };

struct row {
    int64_t after;             /* so many connections */
    char time[MOCK_TIME_TEXT]; /* "": the clock goes on */
    const struct value *change;
    struct mock *prepared; /* NULL: the description stays */
};

struct mock_later {
    size_t count;
    size_t next;
    struct row rows[];
};

static enum assay_status read_time(const struct key_spec *spec, const struct value *value,
                                   const char *path, void *target, struct assay_error *err)
{
    int64_t ignored = 0;

    ASSAY_TRY(key_read_text(spec, value, path, target, err));
    if (scenario_time_parse(value_text(value), 0, &ignored, err) != ASSAY_OK)
        return assay_error_prefix(err, ASSAY_ERR_MALFORMED, "%s", path);
    return ASSAY_OK;
}

static enum assay_status read_change(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err)
{
    const struct value **change = target;

    (void)spec;
    if (value_kind(value) != VALUE_MAP)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%s has to be a table", path);
    *change = value;
    return ASSAY_OK;
}

#define AT(member) offsetof(struct row, member)

/* clang-format off */
const struct key_spec mock_later_keys[] = {
    {"after", key_read_int, AT(after), 1, CONNECTIONS_MAX, "1",
     "when so many connections have been taken, before the next one"},
    {"time", read_time, AT(time), 0, MOCK_TIME_TEXT, "the clock goes on",
     "the scenario clock is set, or put on from where it is then"},
    {"change", read_change, AT(change), 0, 0, "nothing",
     "laid over the description as it was until then; `null` takes a key away"},
    {NULL, NULL, 0, 0, 0, NULL, NULL},
};
/* clang-format on */

static enum assay_status read_row(const struct value *list, size_t i, int64_t least,
                                  struct row *ret, struct assay_error *err)
{
    char path[32];

    snprintf(path, sizeof(path), "later.%zu", i + 1);
    *ret = (struct row){.after = 1};
    ASSAY_TRY(keys_read(mock_later_keys, value_at(list, i), path, ret, err));
    if (ret->after < least)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "%s.after is %d, less than in the row before; rows stand in the "
                               "order in which they take effect",
                               path, (int)ret->after);
    return ASSAY_OK;
}

/* The servers of a row, from `sum`, which becomes what is served from then on. */
static enum assay_status prepare_row(const struct mock *mock, const struct mock_options *options,
                                     struct value *sum, struct row *row, size_t i,
                                     struct assay_error *err)
{
    struct mock_options of_row = *options;
    enum assay_status status = ASSAY_OK;

    if (row->change == NULL)
        return ASSAY_OK;
    if (value_get(row->change, "later") != NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "later.%zu.change.later: write another row in its place", i + 1);
    if (value_merge(sum, row->change) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    of_row.description = sum;
    status = mock_prepare(&of_row, &row->prepared, err);
    if (status == ASSAY_OK)
        status = mock_check_change(mock, row->prepared, err);
    return status == ASSAY_OK ? ASSAY_OK
                              : assay_error_prefix(err, status, "later.%zu.change", i + 1);
}

/* The given description without `later`; the caller owns it. */
static struct value *begin_with(const struct value *description)
{
    struct value *sum = value_copy(description);
    struct value *over = value_new_map();
    enum assay_status status = value_set(over, "later", value_new_null());

    if (status == ASSAY_OK)
        status = value_merge(sum, over);
    value_free(over);
    if (status == ASSAY_OK)
        return sum;
    value_free(sum);
    return NULL;
}

static enum assay_status fill(struct mock *mock, const struct mock_options *options,
                              const struct value *list, struct mock_later *later,
                              struct assay_error *err)
{
    struct value *sum = begin_with(options->description);
    enum assay_status status =
        sum != NULL ? ASSAY_OK : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    int64_t least = 1;

    for (size_t i = 0; status == ASSAY_OK && i < value_count(list); i++) {
        struct row *row = &later->rows[i];

        later->count = i + 1;
        status = read_row(list, i, least, row, err);
        least = row->after;
        if (status == ASSAY_OK)
            status = prepare_row(mock, options, sum, row, i, err);
        row->change = NULL; /* borrowed from a description that may change */
    }
    value_free(sum);
    return status;
}

enum assay_status mock_later_prepare(struct mock *mock, const struct mock_options *options,
                                     struct assay_error *err)
{
    const struct value *list = mock->settings.later;
    size_t count = value_count(list);
    struct mock_later *later = NULL;
    enum assay_status status = ASSAY_OK;

    if (count == 0)
        return ASSAY_OK;
    if (count > ROWS_MAX)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "later has %zu rows; %d at most", count,
                               ROWS_MAX);
    later = calloc(1, sizeof(*later) + count * sizeof(later->rows[0]));
    if (later == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    status = fill(mock, options, list, later, err);
    if (status == ASSAY_OK)
        mock->later = later;
    else
        mock_later_free(later);
    return status;
}

void mock_later_skip(struct mock_later *later, size_t taken)
{
    for (size_t i = 0; i < later->count; i++)
        if ((size_t)later->rows[i].after < taken)
            later->rows[i].time[0] = '\0';
}

void mock_later_free(struct mock_later *later)
{
    if (later == NULL)
        return;
    for (size_t i = 0; i < later->count; i++)
        mock_stop(later->rows[i].prepared);
    free(later);
}

static void set_clock(struct mock *mock, const char *when)
{
    int64_t unix_s = 0;

    /* read_time() has read it */
    if (scenario_time_parse(when, mock_now_s(mock), &unix_s, NULL) == ASSAY_OK)
        mock_set_clock(mock, unix_s * 1000, "later");
}

void mock_later_check(struct mock *mock)
{
    struct mock_later *later = mock->later;
    size_t taken = net_total_count(mock->net);

    while (later != NULL && later->next < later->count &&
           (size_t)later->rows[later->next].after <= taken) {
        struct row *row = &later->rows[later->next++];
        struct mock *prepared = row->prepared;

        row->prepared = NULL;
        if (row->time[0] != '\0')
            set_clock(mock, row->time);
        if (prepared == NULL)
            continue;
        prepared->later = later; /* the rest of the list stays, whoever carries it */
        mock->later = NULL;
        mock_change(mock, prepared, false, "later");
    }
}
