/* SPDX-License-Identifier: Apache-2.0 */
/* Options by table; see command.h. */
#include "command.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OPTIONS = 40, FIRST_VALUE = 1000 };

/* Options of every command. */
struct shared {
    bool help;
    const char *color;
};

struct option_set {
    struct command_option rows[MAX_OPTIONS];
    struct option longs[MAX_OPTIONS + 1];
    char shorts[2 * MAX_OPTIONS + 2];
    size_t count;
};

static void add_row(struct option_set *set, const struct command_option *row)
{
    size_t used = strlen(set->shorts);
    int has_argument = row->kind == OPTION_FLAG ? no_argument : required_argument;

    if (set->count >= MAX_OPTIONS)
        return;
    set->rows[set->count] = *row;
    set->longs[set->count] = (struct option){
        .name = row->name, .has_arg = has_argument, .val = FIRST_VALUE + (int)set->count};
    if (row->letter != 0) {
        set->shorts[used++] = row->letter;
        if (row->kind != OPTION_FLAG)
            set->shorts[used++] = ':';
        set->shorts[used] = '\0';
    }
    set->count++;
}

static void build(struct option_set *set, struct context *context, struct shared *shared,
                  const struct command_option *options)
{
    const struct command_option common[] = {
        {"quiet", 'q', OPTION_FLAG, &context->quiet, NULL, "print only what was asked for"},
        {"verbose", 'v', OPTION_FLAG, &context->verbose, NULL, "print more"},
        {"color", 0, OPTION_TEXT, &shared->color, "WHEN", "auto, always or never"},
        {"help", 'h', OPTION_FLAG, &shared->help, NULL, "this text"},
    };

    memset(set, 0, sizeof(*set));
    set->shorts[0] = ':'; /* a missing argument is told apart from an unknown option */
    for (; options->name != NULL; options++)
        add_row(set, options);
    for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++)
        add_row(set, &common[i]);
}

static int print_help(const struct command *command, const struct option_set *set)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;
    int code = EXIT_BENCH;

    buf_init(&text, 64 * 1024);
    status = buf_printf(&text, "%s\n\nusage: assay %s %s\n\n%s%s", command->summary, command->name,
                        command->arguments, command->text != NULL ? command->text : "",
                        command->text != NULL ? "\n" : "");
    for (size_t i = 0; status == ASSAY_OK && i < set->count; i++) {
        const struct command_option *row = &set->rows[i];
        char letter[8] = "    ";
        char name[48];

        if (row->letter != 0)
            snprintf(letter, sizeof(letter), "-%c, ", row->letter);
        snprintf(name, sizeof(name), "--%s%s%s", row->name, row->argument != NULL ? " " : "",
                 row->argument != NULL ? row->argument : "");
        status = buf_printf(&text, "  %s%-22s %s\n", letter, name, row->help);
    }
    if (status == ASSAY_OK)
        code = print_buffer(&text);
    buf_done(&text);
    return code;
}

static bool take_number(const struct command_option *row, const char *argument)
{
    struct option_number *number = row->target;
    char *end = NULL;

    errno = 0;
    number->value = strtol(argument, &end, 10);
    number->given = true;
    if (errno == 0 && *end == '\0' && end != argument && number->value >= number->least &&
        number->value <= number->most)
        return true;
    complain("--%s takes a whole number from %ld to %ld, not \"%s\"", row->name, number->least,
             number->most, argument);
    return false;
}

static bool take_word(const struct command_option *row, const char *word)
{
    struct option_list *list = row->target;

    if (list->count < sizeof(list->items) / sizeof(list->items[0])) {
        list->items[list->count++] = word;
        return true;
    }
    complain("--%s was given too often", row->name);
    return false;
}

/* "-b ONE TWO": a list takes the following words up to the next option. */
static bool take_following(const struct command_option *row, int argc, char **argv)
{
    while (optind < argc && argv[optind][0] != '-') {
        if (!take_word(row, argv[optind]))
            return false;
        optind++;
    }
    return true;
}

static bool take(const struct command_option *row, const char *argument, int argc, char **argv)
{
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)row->target = true;
        return true;
    case OPTION_TEXT:
        *(const char **)row->target = argument;
        return true;
    case OPTION_NUMBER:
        return take_number(row, argument);
    case OPTION_LIST:
        return take_word(row, argument) && take_following(row, argc, argv);
    }
    return false;
}

static const struct command_option *find_row(const struct option_set *set, int found)
{
    for (size_t i = 0; i < set->count; i++)
        if (found == FIRST_VALUE + (int)i ||
            (set->rows[i].letter != 0 && found == set->rows[i].letter))
            return &set->rows[i];
    return NULL;
}

static int bad_option(const struct command *command, int argc, char **argv, bool missing)
{
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";

    if (missing)
        complain("%s: %s needs an argument", command->name, word);
    else if (optopt != 0 && optopt < FIRST_VALUE && isprint(optopt))
        complain("%s: there is no option -%c", command->name, optopt);
    else
        complain("%s: there is no option %s", command->name, word);
    complain("usage: assay %s %s", command->name, command->arguments);
    return EXIT_USAGE;
}

static int apply_shared(struct context *context, const struct shared *shared)
{
    if (shared->color == NULL || strcmp(shared->color, "auto") == 0)
        return -1;
    if (strcmp(shared->color, "always") == 0 || strcmp(shared->color, "never") == 0) {
        context->color_out = strcmp(shared->color, "always") == 0;
        return -1;
    }
    complain("--color is auto, always or never, not \"%s\"", shared->color);
    return EXIT_USAGE;
}

int options_parse(struct context *context, const struct command *command,
                  const struct command_option *options, int argc, char **argv,
                  struct option_list *rest)
{
    struct option_set set;
    struct shared shared = {.help = false};
    const struct command_option words = {.name = "words", .kind = OPTION_LIST, .target = rest};
    int found = 0;

    build(&set, context, &shared, options);
    optind = 1;
    opterr = 0;
    while ((found = getopt_long(argc, argv, set.shorts, set.longs, NULL)) != -1) {
        const struct command_option *row = find_row(&set, found);

        if (row == NULL)
            return bad_option(command, argc, argv, found == ':');
        if (!take(row, optarg, argc, argv))
            return EXIT_USAGE;
    }
    if (shared.help)
        return print_help(command, &set);
    for (; optind < argc; optind++)
        if (!take_word(&words, argv[optind]))
            return EXIT_USAGE;
    return apply_shared(context, &shared);
}
