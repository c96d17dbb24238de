/* SPDX-License-Identifier: Apache-2.0 */
#include "soak.h"

#include <stddef.h>

static int64_t scaled(const struct soak_wish *wish, int64_t number, int64_t least)
{
    int64_t made = number;

    if (wish->soak_ms != 0 && wish->lasts_ms != 0)
        made = number * (int64_t)wish->soak_ms / (int64_t)wish->lasts_ms;
    return made > least ? made : least;
}

/* A number, or a list of numbers. NULL: no memory. */
static struct value *scaled_value(const struct soak_wish *wish, const struct value *value,
                                  int64_t least)
{
    struct value *list = NULL;

    if (value_kind(value) == VALUE_INT)
        return value_new_int(scaled(wish, value_int(value), least));
    list = value_new_list();
    for (size_t i = 0; list != NULL && i < value_count(value); i++) {
        if (value_add(list, value_new_int(scaled(wish, value_int(value_at(value, i)), least))) ==
            ASSAY_OK)
            continue;
        value_free(list);
        return NULL;
    }
    return list;
}

struct row {
    const char *key;
    int64_t least;
    bool only_told;
};

static enum assay_status scale_rows(struct value *over, const struct value *table,
                                    const struct row *rows, const struct soak_wish *wish)
{
    for (; rows->key != NULL; rows++) {
        const struct value *value = value_get(table, rows->key);

        if (value != NULL && (!rows->only_told || wish->is_told))
            ASSAY_TRY(value_set(over, rows->key, scaled_value(wish, value, rows->least)));
    }
    return ASSAY_OK;
}

enum assay_status soak_scale(struct value *description, const struct soak_wish *wish)
{
    static const struct row of_outages[] = {
        {"up_ms", 1, false}, {"down_ms", 0, false}, {"for_ms", 1, false}, {NULL, 0, false}};
    static const struct row of_session[] = {{"every_ms", 0, false},
                                            {"keep_alive_s", 1, false},
                                            {"backoff_ms", 1, true},
                                            {NULL, 0, false}};
    const struct value *outages = value_get(description, "outages");
    struct value *over = value_new_map();
    struct value *outages_over = value_new_map();
    struct value *session_over = value_new_map();
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (outages == NULL)
        status = ASSAY_OK;
    if (outages == NULL || over == NULL || outages_over == NULL || session_over == NULL)
        goto out;
    status = scale_rows(outages_over, outages, of_outages, wish);
    if (status == ASSAY_OK)
        status = value_set(outages_over, "seed", value_new_int(wish->seed & INT32_MAX));
    if (status == ASSAY_OK)
        status = scale_rows(session_over, value_get(description, "session"), of_session, wish);
    if (status == ASSAY_OK)
        status = value_set(over, "outages", value_copy(outages_over));
    if (status == ASSAY_OK && value_count(session_over) > 0)
        status = value_set(over, "session", value_copy(session_over));
    if (status == ASSAY_OK)
        status = value_merge(description, over);
out:
    value_free(over);
    value_free(outages_over);
    value_free(session_over);
    return status;
}
