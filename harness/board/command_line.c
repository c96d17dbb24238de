/* SPDX-License-Identifier: Apache-2.0 */
#include "command_line.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_ARGUMENT = 16 * 1024 };

void text_list_done(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        explicit_bzero(list->items[i], strlen(list->items[i])); /* it may hold a password */
        free(list->items[i]);
    }
    free(list->items);
    *list = (struct text_list){.items = NULL};
}

ASSAY_RESULT text_list_add(struct text_list *list, const char *text)
{
    char **grown = realloc(list->items, (list->count + 2) * sizeof(*grown));
    char *copy = NULL;

    if (grown == NULL)
        return ASSAY_ERR_NOMEM;
    list->items = grown;
    list->items[list->count] = NULL;
    copy = strdup(text);
    if (copy == NULL)
        return ASSAY_ERR_NOMEM;
    list->items[list->count++] = copy;
    list->items[list->count] = NULL;
    return ASSAY_OK;
}

static ASSAY_RESULT add_templates(const struct value *templates,
                                  const struct placeholder_values *values, bool masked,
                                  struct text_list *list, struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, MAX_ARGUMENT);
    for (size_t i = 0; status == ASSAY_OK && i < value_count(templates); i++) {
        buf_clear(&text);
        status = placeholder_expand(value_text(value_at(templates, i)), values, masked, &text, err);
        if (status == ASSAY_OK && text_list_add(list, buf_text(&text)) != ASSAY_OK)
            status = assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    }
    if (text.len > 0)
        explicit_bzero(text.data, text.len);
    buf_done(&text);
    return status;
}

static bool applies(const struct value *optional, const struct placeholder_values *values)
{
    const char *when = value_text(value_get(optional, "when"));
    enum placeholder p = placeholder_find(when, strlen(when));

    return values->text[p] != NULL && values->text[p][0] != '\0';
}

ASSAY_RESULT command_line_make(const struct value *process, const char *command,
                               const struct placeholder_values *values, bool masked,
                               struct text_list *ret, struct assay_error *err)
{
    const struct value *optional = value_get(process, "optional");
    struct text_list made = {.items = NULL};
    enum assay_status status =
        add_templates(value_get(process, command), values, masked, &made, err);

    for (size_t i = 0; status == ASSAY_OK && i < value_count(optional); i++) {
        if (applies(value_at(optional, i), values))
            status =
                add_templates(value_get(value_at(optional, i), "args"), values, masked, &made, err);
    }
    if (status == ASSAY_OK)
        *ret = made;
    else
        text_list_done(&made);
    return status;
}

ASSAY_RESULT command_line_env(const struct value *process, const struct placeholder_values *values,
                              struct text_list *env, struct assay_error *err)
{
    return add_templates(value_get(process, "env"), values, false, env, err);
}

static bool is_plain(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "-_./:=@%+,()";

    return text[0] != '\0' && text[strspn(text, allowed)] == '\0';
}

ASSAY_RESULT command_line_show(const struct text_list *argv, struct buf *out)
{
    for (size_t i = 0; i < argv->count; i++) {
        const char *at = argv->items[i];

        if (i > 0)
            ASSAY_TRY(buf_add_char(out, ' '));
        if (is_plain(at)) {
            ASSAY_TRY(buf_add_text(out, at));
            continue;
        }
        ASSAY_TRY(buf_add_char(out, '\''));
        for (; *at != '\0'; at++)
            ASSAY_TRY(*at == '\'' ? buf_add_text(out, "'\\''") : buf_add_char(out, *at));
        ASSAY_TRY(buf_add_char(out, '\''));
    }
    return ASSAY_OK;
}
