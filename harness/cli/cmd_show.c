/* SPDX-License-Identifier: Apache-2.0 */
/* assay show */
#include "command.h"

#include "board/board.h"
#include "judge/rule.h"
#include "scenario/scenario.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = 88,
    MOST_CHANGES = 12, /* a chain of a hundred certificates has more */
    LONGEST_VALUE = 400,
};

/* A paragraph, broken at blanks, every line indented. */
static enum assay_status add_wrapped(struct buf *out, const char *indent, const char *text)
{
    size_t column = 0;

    while (*text != '\0') {
        size_t word = strcspn(text, " \n");

        if (column > 0 && column + 1 + word > WIDTH) {
            ASSAY_TRY(buf_add_char(out, '\n'));
            column = 0;
        }
        ASSAY_TRY(buf_add_text(out, column == 0 ? indent : " "));
        ASSAY_TRY(buf_add(out, text, word));
        column += word + (column == 0 ? strlen(indent) : 1);
        text += word;
        text += strspn(text, " \n");
    }
    return buf_add_char(out, '\n');
}

static enum assay_status add_section(struct buf *out, const char *heading, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return ASSAY_OK;
    ASSAY_TRY(buf_printf(out, "\n%s\n", heading));
    return add_wrapped(out, "  ", text);
}

static enum assay_status add_texts(struct buf *out, const char *heading, const struct value *list)
{
    if (value_count(list) == 0)
        return ASSAY_OK;
    ASSAY_TRY(buf_printf(out, "\n%s\n", heading));
    for (size_t i = 0; i < value_count(list); i++)
        ASSAY_TRY(buf_printf(out, "  %s\n", value_text(value_at(list, i))));
    return ASSAY_OK;
}

/* As JSON; a long one, such as a list of a thousand names, is cut. */
static enum assay_status add_value(struct buf *out, const struct value *v)
{
    size_t before = out->len;

    if (v == NULL)
        return buf_add_text(out, "(not set)");
    ASSAY_TRY(value_write_json(v, out));
    if (out->len - before <= LONGEST_VALUE)
        return ASSAY_OK;
    buf_truncate(out, before + LONGEST_VALUE);
    return value_kind(v) == VALUE_LIST ? buf_printf(out, " ... (%zu in all)", value_count(v))
                                       : buf_add_text(out, " ...");
}

static enum assay_status add_change(struct buf *out, const char *path, const struct value *from,
                                    const struct value *to)
{
    ASSAY_TRY(buf_printf(out, "    %s: ", path));
    ASSAY_TRY(add_value(out, value_path(from, path)));
    ASSAY_TRY(buf_add_text(out, " -> "));
    ASSAY_TRY(add_value(out, value_path(to, path)));
    return buf_add_char(out, '\n');
}

static enum assay_status add_pair(struct buf *out, const struct scenario *s,
                                  const struct scenario *control)
{
    if (s->expect == SCENARIO_OBSERVE)
        return add_section(out, "At no connection of its own",
                           "It reads what the other cases of the run have left behind; alone, it "
                           "runs its control.");
    if (control == NULL || control == s)
        return add_section(out, "Minimal pair", "It is a positive control: others differ from it.");
    ASSAY_TRY(buf_printf(out, "\nMinimal pair\n  %s (%s), with this changed:\n", control->id,
                         control->title));
    for (size_t i = 0; i < value_count(s->differs) && i < MOST_CHANGES; i++)
        ASSAY_TRY(add_change(out, value_text(value_at(s->differs, i)), control->description,
                             s->description));
    if (value_count(s->differs) <= MOST_CHANGES)
        return ASSAY_OK;
    return buf_printf(out, "    and %zu more\n", value_count(s->differs) - MOST_CHANGES);
}

/* What changes from the control in each step before the case. */
static enum assay_status add_steps(struct buf *out, const struct scenario *s,
                                   const struct scenario *control)
{
    if (s->step_count == 0)
        return ASSAY_OK;
    ASSAY_TRY(buf_add_text(out, "\nBefore it, one connection each\n"));
    for (size_t i = 0; i < s->step_count; i++) {
        const struct scenario *step = &s->steps[i];
        struct value *paths = NULL;
        enum assay_status status = buf_printf(out, "  %zu. %s%s (the board must %s)\n", i + 1,
                                              step->reset ? "switched off and on; " : "",
                                              step->title, scenario_expect_duty(step->expect));

        if (status == ASSAY_OK && control != NULL)
            status = value_diff(control->description, step->description, &paths);
        for (size_t k = 0; status == ASSAY_OK && k < value_count(paths); k++) {
            const char *path = value_text(value_at(paths, k));

            status = buf_printf(out, "       %s -> ", path);
            if (status == ASSAY_OK)
                status = add_value(out, value_path(step->description, path));
            if (status == ASSAY_OK)
                status = buf_add_char(out, '\n');
        }
        value_free(paths);
        ASSAY_TRY(status);
    }
    return s->reset ? buf_add_text(out, "  Then it is switched off and on.\n") : ASSAY_OK;
}

static enum assay_status add_rules(struct buf *out, const struct value *rules)
{
    if (value_count(rules) == 0)
        return ASSAY_OK;
    ASSAY_TRY(buf_add_text(out, "\nWhat is looked at as well\n"));
    for (size_t i = 0; i < value_count(rules); i++) {
        const char *name = value_text(value_at(rules, i));
        enum rule rule = RULE_COUNT;

        if (rule_parse(name, &rule) == ASSAY_OK)
            ASSAY_TRY(buf_printf(out, "  %s: %s\n", name, rule_help(rule)));
    }
    return ASSAY_OK;
}

static enum assay_status show_scenario(struct buf *out, const struct scenario_set *set,
                                       const struct scenario *s)
{
    ASSAY_TRY(buf_printf(out, "%s  %s\n", s->id, s->title));
    ASSAY_TRY(buf_printf(out, "severity %s, category %s, the board must %s\n",
                         severity_name(s->severity), category_name(s->category),
                         scenario_expect_duty(s->expect)));
    ASSAY_TRY(add_section(out, "What the server does", s->server));
    ASSAY_TRY(add_section(out, "Why it matters", s->why));
    ASSAY_TRY(add_section(out, "A good board", s->good));
    ASSAY_TRY(add_section(out, "A bad board", s->bad));
    ASSAY_TRY(add_texts(out, "Rules", s->spec));
    ASSAY_TRY(add_texts(out, "Alerts that say why", s->alerts));
    ASSAY_TRY(add_rules(out, s->rules));
    ASSAY_TRY(add_steps(out, s, scenario_set_find(set, s->control)));
    ASSAY_TRY(add_texts(out, "Flaws that it finds", s->flaws));
    ASSAY_TRY(add_pair(out, s, scenario_set_find(set, s->control)));
    if (s->expect == SCENARIO_OBSERVE)
        return buf_printf(out, "\nDefined in %s:%d\n", s->file, s->line);
    return buf_printf(out, "\nDefined in %s:%d\nTry it: assay serve %s --port 8883\n", s->file,
                      s->line, s->id);
}

static enum assay_status show_board(struct buf *out, const struct board_file *file)
{
    ASSAY_TRY(buf_printf(out,
                         "%s  %s\n\n  driver    %s\n  stack     %s\n  clock     %s\n  supports  ",
                         board_file_id(file), board_file_name(file), board_file_driver(file),
                         board_file_stack(file), board_file_clock(file)));
    ASSAY_TRY(value_write_json(board_file_supports(file), out));
    return buf_printf(out, "\n\nTry it: assay run -b %s -s @core\n", board_file_id(file));
}

static int print(enum assay_status status, const struct buf *text)
{
    struct assay_error err = {.text = ""};

    return status == ASSAY_OK ? print_buffer(text) : complain_error(status, &err);
}

/* A board's id has a slash and is lower case ("virtual/bearssl"); a sweep's has one too. */
static bool looks_like_board(const char *id)
{
    return strchr(id, '/') != NULL && islower((unsigned char)id[0]);
}

static int show_one_board(struct context *context, const char *id)
{
    struct board_file *file = NULL;
    struct assay_error err = {.text = ""};
    struct buf text;
    enum assay_status status = board_file_load(context->paths.boards, id, &file, &err);
    int code = EXIT_BENCH;

    if (status != ASSAY_OK)
        return complain_error(status, &err);
    buf_init(&text, 1 << 20);
    status = show_board(&text, file);
    code = print(status, &text);
    buf_done(&text);
    board_file_free(file);
    return code;
}

/* One scenario's servers, for assay-mock. */
static enum assay_status add_server(struct buf *out, const struct scenario *s)
{
    if (s->description == NULL)
        return buf_add_text(out, "{}\n");
    ASSAY_TRY(value_write_json(s->description, out));
    return buf_add_char(out, '\n');
}

static int show_server(struct context *context, const char *id)
{
    struct scenario_set *set = NULL;
    const struct scenario **found = NULL;
    size_t count = 0;
    struct assay_error err = {.text = ""};
    struct buf text;
    enum assay_status status = scenario_set_load(context->paths.scenarios, &set, &err);
    int code = EXIT_BENCH;

    buf_init(&text, 64 << 20);
    if (status == ASSAY_OK)
        status = scenario_set_select(set, id, &found, &count, &err);
    if (status != ASSAY_OK) {
        code = complain_error(status, &err);
    } else if (count != 1) {
        complain("show: %s names %zu scenarios; --server is about one", id, count);
        code = EXIT_USAGE;
    } else {
        status = add_server(&text, found[0]);
        code = print(status, &text);
    }
    buf_done(&text);
    free(found);
    scenario_set_free(set);
    return code;
}

static int show_scenarios(struct context *context, const char *selector)
{
    struct scenario_set *set = NULL;
    const struct scenario **found = NULL;
    size_t count = 0;
    struct assay_error err = {.text = ""};
    struct buf text;
    enum assay_status status = scenario_set_load(context->paths.scenarios, &set, &err);
    int code = EXIT_BENCH;

    buf_init(&text, 64 << 20);
    if (status == ASSAY_OK)
        status = scenario_set_select(set, selector, &found, &count, &err);
    if (status != ASSAY_OK) {
        code = complain_error(status, &err);
    } else {
        for (size_t i = 0; status == ASSAY_OK && i < count; i++) {
            if (i > 0)
                status = buf_add_text(&text, "\n----\n\n");
            if (status == ASSAY_OK)
                status = show_scenario(&text, set, found[i]);
        }
        code = print(status, &text);
    }
    buf_done(&text);
    free(found);
    scenario_set_free(set);
    return code;
}

static int run(struct context *context, int argc, char **argv)
{
    bool server = false;
    const struct command_option options[] = {
        {"server", 0, OPTION_FLAG, &server, NULL,
         "only the description of a scenario's servers, in JSON: for assay-mock --config"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list words = {.count = 0};
    int code = options_parse(context, &command_show, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count != 1) {
        complain("show: which scenario or board? `assay list scenarios`, `assay list boards`");
        return EXIT_USAGE;
    }
    if (server)
        return show_server(context, words.items[0]);
    return looks_like_board(words.items[0]) ? show_one_board(context, words.items[0])
                                            : show_scenarios(context, words.items[0]);
}

const struct command command_show = {
    .name = "show",
    .arguments = "SCENARIO|BOARD [--server]",
    .summary = "what a scenario does, why, which rule, its minimal pair; what a board is",
    .run = run,
};
