/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assay-board-<stack>: a board made of the probe core and a TLS stack of this machine. It speaks
 * the probe protocol (docs/formats/probe-protocol.md) on its standard input and output.
 */
#include "virtual_board.h"

#include "virtual_habits.h"
#include "virtual_server.h"

#include <signal.h>
#include <stdio.h>

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_BENCH = 3 };

static void print_help(const struct virtual_stack *stack)
{
    printf("usage: assay-board-%s [OPTION]...\n"
           "A virtual board with %s, speaking the probe protocol on standard input and output.\n\n"
           "  --board ID         what it answers to hello (default virtual/%s)\n"
           "  --port PATH        speak on this serial port instead\n"
           "  --flaw NAME        use the stack wrongly; may be repeated\n"
           "  --fault NAME[:N]   misbehave, to test the harness; may be repeated\n"
           "  --tls-min VERSION  1.0, 1.1, 1.2 or 1.3, as far as the stack goes\n"
           "  --tls-max VERSION\n",
           stack->name, stack->version(), stack->name);
    if (stack->plain_summary != NULL)
        printf("  --plain            %s\n", stack->plain_summary);
    if (stack->server != NULL)
        printf("  --no-tls           serves without TLS\n");
    printf("  --list-flaws, --list-faults, --version, --help\n");
}

static void print_flaws(const struct virtual_flaw *flaw)
{
    for (; flaw->name != NULL; flaw++)
        printf("%-34s %s\n", flaw->name, flaw->summary);
}

static void print_faults(void)
{
    for (const struct virtual_fault_row *row = virtual_fault_rows; row->name != NULL; row++)
        printf("%-18s %s%s\n", row->name, row->max > 0 ? "[:N] " : "", row->summary);
}

static int run(const struct virtual_options *options, struct assay_error *err)
{
    char name[64];
    struct virtual_net net;
    struct virtual_server server = {.fd = -1};
    struct probe_tls *tls = NULL;
    struct virtual_stack_options stack = options->stack;
    int code = EXIT_BENCH;

    virtual_net_init(&net);
    snprintf(name, sizeof(name), "virtual/%s", virtual_stack.name);
    stack.trusts_nobody = options->faults.refuse_all > 0;
    if (virtual_stack.make(&stack, &net, &tls) != ASSAY_OK ||
        (virtual_stack.server != NULL &&
         virtual_server_init(&server, &virtual_stack, &stack) != ASSAY_OK))
        (void)assay_error_set(err, ASSAY_ERR_CRYPTO, "%s cannot be set up", virtual_stack.name);
    else if (virtual_board_run(options, options->board != NULL ? options->board : name, tls, &net,
                               &server, &code, err) != ASSAY_OK)
        code = EXIT_BENCH;
    virtual_server_done(&server);
    virtual_stack.free(tls);
    virtual_net_done(&net);
    return code;
}

int main(int argc, char **argv)
{
    struct virtual_options options;
    struct assay_error err = {0};
    int code = EXIT_OK;

    /* The end of the line is seen by reading it, not by the signal of a lost terminal. */
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
    if (virtual_options_parse(argc, argv, &virtual_stack, &options, &err) != ASSAY_OK) {
        fprintf(stderr, "assay-board-%s: %s\n", virtual_stack.name, err.text);
        return EXIT_USAGE;
    }
    switch (options.action) {
    case VIRTUAL_RUN:
        code = run(&options, &err);
        break;
    case VIRTUAL_HELP:
        print_help(&virtual_stack);
        break;
    case VIRTUAL_VERSION:
        printf("assay-board-%s, %s\n", virtual_stack.name, virtual_stack.version());
        break;
    case VIRTUAL_LIST_FLAWS:
        print_flaws(virtual_stack.flaws);
        print_flaws(virtual_habits);
        if (virtual_stack.server != NULL)
            print_flaws(virtual_server_flaws);
        break;
    case VIRTUAL_LIST_FAULTS:
        print_faults();
        break;
    }
    if (err.text[0] != '\0')
        fprintf(stderr, "assay-board-%s: %s\n", virtual_stack.name, err.text);
    return code;
}
