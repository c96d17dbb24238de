/* SPDX-License-Identifier: Apache-2.0 */
/* The program assay: finds the sub-command and hands over. */
#include "command.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int print_help(void)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;
    int code = EXIT_BENCH;

    buf_init(&text, 64 * 1024);
    status = buf_add_text(&text, "Assay grades how a board validates TLS servers and authenticates "
                                 "itself.\n\nusage: assay COMMAND [OPTION...]\n\n");
    for (size_t i = 0; status == ASSAY_OK && commands[i] != NULL; i++)
        status = buf_printf(&text, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
    if (status == ASSAY_OK)
        status = buf_add_text(
            &text, "\nassay COMMAND --help tells more. A first run without any hardware:\n\n"
                   "  assay run -b virtual/bearssl -s @core\n\n"
                   "Exit codes: 0 as expected, 1 the board deviates, 2 usage or a file is wrong,\n"
                   "3 the bench failed or the evidence is inconclusive, 4 the board is busy,\n"
                   "130 interrupted.\n");
    if (status == ASSAY_OK)
        code = print_buffer(&text);
    buf_done(&text);
    return code;
}

static const struct command *find_command(const char *name)
{
    for (size_t i = 0; commands[i] != NULL; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    struct buf known;

    buf_init(&known, 4096);
    for (size_t i = 0; commands[i] != NULL; i++)
        if (buf_printf(&known, "%s%s", i > 0 ? ", " : "", commands[i]->name) != ASSAY_OK)
            break;
    complain("there is no command \"%s\"; there are: %s", name, buf_text(&known));
    buf_done(&known);
    return EXIT_USAGE;
}

static void set_up_terminal(struct context *context)
{
    const char *no_color = getenv("NO_COLOR");

    context->terminal = isatty(STDERR_FILENO) != 0;
    context->color_out = isatty(STDOUT_FILENO) != 0 && (no_color == NULL || no_color[0] == '\0');
}

int main(int argc, char **argv)
{
    struct context context = {.quiet = false};
    struct assay_error err = {.text = ""};
    const struct command *command = NULL;
    enum assay_status status = ASSAY_OK;
    int code = 0;

    signal(SIGPIPE, SIG_IGN);
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return argc < 2 ? (print_help(), EXIT_USAGE) : print_help();
    if (strcmp(argv[1], "--version") == 0) {
        printf("assay %s\n", ASSAY_VERSION);
        return EXIT_AS_EXPECTED;
    }
    command = find_command(argv[1]);
    if (command == NULL)
        return unknown_command(argv[1]);
    set_up_terminal(&context);
    status = paths_find(&context.paths, &err);
    code = status == ASSAY_OK ? command->run(&context, argc - 1, argv + 1)
                              : complain_error(status, &err);
    paths_done(&context.paths);
    return code;
}
