/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_options.h"

#include "virtual_habits.h"
#include "virtual_server.h"

#include "probe/probe_encoding.h"

#include <getopt.h>
#include <string.h>

enum { COUNT_MAX = 1000000, UART_9600 = 960 };

#define FAULT(field) offsetof(struct virtual_faults, field)

const struct virtual_fault_row virtual_fault_rows[] = {
    {"never-ready", FAULT(never_ready), 1, 0, "says nothing and hears nothing"},
    {"crash-at-start", FAULT(crash_at_start), 1, 0, "dies by a signal before it says anything"},
    {"hang-on-connect", FAULT(hang_on_connect), 1, COUNT_MAX,
     "deaf and dumb from the Nth connect on"},
    {"exit-on-connect", FAULT(exit_on_connect), 1, COUNT_MAX, "exits with 3 at the Nth connect"},
    {"crash-on-connect", FAULT(crash_on_connect), 1, COUNT_MAX,
     "dies by a signal at the Nth connect"},
    {"reset-on-connect", FAULT(reset_on_connect), 1, COUNT_MAX,
     "restarts by itself at the Nth connect"},
    {"drop-link", FAULT(drop_link), 1, COUNT_MAX, "closes the serial line after N attempts"},
    {"cannot-resolve", FAULT(cannot_resolve), 1, 0, "no name ever resolves"},
    {"refuse-all", FAULT(refuse_all), 1, 0, "trusts nobody: every server is refused"},
    {"noise", FAULT(line.noise), 1, 0, "prints a line of noise before each line"},
    {"garble", FAULT(line.garble_permille), 1, 1000, "flips a bit in N of 1000 bytes, both ways"},
    {"slow-uart", FAULT(line.bytes_per_second), UART_9600, COUNT_MAX,
     "sends N bytes a second (960: 9600 baud)"},
    {NULL, 0, 0, 0, NULL},
};

static const char *const tls_versions[] = {"1.0", "1.1", "1.2", "1.3", NULL};

static enum assay_status add_fault(struct virtual_options *options, const char *text,
                                   struct assay_error *err)
{
    size_t len = strcspn(text, ":");
    const struct virtual_fault_row *row = virtual_fault_rows;
    int64_t value = 0;

    while (row->name != NULL && (strlen(row->name) != len || strncmp(row->name, text, len) != 0))
        row++;
    if (row->name == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "--fault %s: there is no such fault; --list-faults names them",
                               text);
    value = row->when_bare;
    if (text[len] == ':')
        value = probe_parse_decimal(text + len + 1, strlen(text + len + 1), row->max);
    if (value < 1 && row->max == 0)
        return assay_error_set(err, ASSAY_ERR_ARG, "--fault %s: %s takes no number", text,
                               row->name);
    if (value < 1)
        return assay_error_set(err, ASSAY_ERR_ARG, "--fault %s: %s takes a number from 1 to %u",
                               text, row->name, row->max);
    *(unsigned *)(void *)((char *)&options->faults + row->offset) = (unsigned)value;
    return ASSAY_OK;
}

static const struct virtual_flaw *find_flaw(const struct virtual_flaw *flaw, const char *name)
{
    while (flaw->name != NULL && strcmp(flaw->name, name) != 0)
        flaw++;
    return flaw->name != NULL ? flaw : NULL;
}

static enum assay_status add_flaw(struct virtual_options *options, const char *text,
                                  const struct virtual_stack *stack, struct assay_error *err)
{
    const struct virtual_flaw *flaw = find_flaw(stack->flaws, text);

    if (flaw == NULL)
        flaw = find_flaw(virtual_habits, text);
    if (flaw == NULL && stack->server != NULL)
        flaw = find_flaw(virtual_server_flaws, text);
    if (flaw != NULL) {
        options->stack.flaws.has[flaw->id] = true;
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_ARG,
                           "--flaw %s: %s has no such flaw; --list-flaws names them", text,
                           stack->name);
}

static enum assay_status set_version(const char *option, const char *text,
                                     const struct virtual_stack *stack, unsigned *ret,
                                     struct assay_error *err)
{
    for (unsigned i = 0; tls_versions[i] != NULL; i++) {
        unsigned version = 0x0301 + i;

        if (strcmp(tls_versions[i], text) != 0)
            continue;
        if (version < stack->tls_lowest || version > stack->tls_highest)
            break;
        *ret = version;
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_ARG, "--%s %s: %s speaks %s to %s", option, text,
                           stack->name, virtual_tls_version_name(stack->tls_lowest),
                           virtual_tls_version_name(stack->tls_highest));
}

enum option_id {
    OPTION_BOARD = 1,
    OPTION_PORT,
    OPTION_FLAW,
    OPTION_FAULT,
    OPTION_TLS_MIN,
    OPTION_TLS_MAX,
    OPTION_PLAIN,
    OPTION_NO_TLS,
    OPTION_LIST_FLAWS,
    OPTION_LIST_FAULTS,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option long_options[] = {
    {"board", required_argument, NULL, OPTION_BOARD},
    {"port", required_argument, NULL, OPTION_PORT},
    {"flaw", required_argument, NULL, OPTION_FLAW},
    {"fault", required_argument, NULL, OPTION_FAULT},
    {"tls-min", required_argument, NULL, OPTION_TLS_MIN},
    {"tls-max", required_argument, NULL, OPTION_TLS_MAX},
    {"plain", no_argument, NULL, OPTION_PLAIN},
    {"no-tls", no_argument, NULL, OPTION_NO_TLS},
    {"list-flaws", no_argument, NULL, OPTION_LIST_FLAWS},
    {"list-faults", no_argument, NULL, OPTION_LIST_FAULTS},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static enum assay_status take_option(struct virtual_options *options, enum option_id id,
                                     const struct virtual_stack *stack, struct assay_error *err)
{
    switch (id) {
    case OPTION_BOARD:
        options->board = optarg;
        return ASSAY_OK;
    case OPTION_PORT:
        options->port = optarg;
        return ASSAY_OK;
    case OPTION_FLAW:
        return add_flaw(options, optarg, stack, err);
    case OPTION_FAULT:
        return add_fault(options, optarg, err);
    case OPTION_TLS_MIN:
        return set_version("tls-min", optarg, stack, &options->stack.tls_min, err);
    case OPTION_TLS_MAX:
        return set_version("tls-max", optarg, stack, &options->stack.tls_max, err);
    case OPTION_PLAIN:
        options->stack.is_plain = true;
        return ASSAY_OK;
    case OPTION_NO_TLS:
        options->stack.no_tls = true;
        return ASSAY_OK;
    case OPTION_LIST_FLAWS:
        options->action = VIRTUAL_LIST_FLAWS;
        return ASSAY_OK;
    case OPTION_LIST_FAULTS:
        options->action = VIRTUAL_LIST_FAULTS;
        return ASSAY_OK;
    case OPTION_HELP:
        options->action = VIRTUAL_HELP;
        return ASSAY_OK;
    case OPTION_VERSION:
        options->action = VIRTUAL_VERSION;
        return ASSAY_OK;
    }
    return assay_error_set(err, ASSAY_ERR_ARG, "see --help");
}

enum assay_status virtual_options_parse(int argc, char **argv, const struct virtual_stack *stack,
                                        struct virtual_options *ret, struct assay_error *err)
{
    struct virtual_options options = {.action = VIRTUAL_RUN};
    int id = 0;

    opterr = 0;
    optind = 0; /* glibc: forget an earlier command line altogether */
    while ((id = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
        if (id == ':')
            return assay_error_set(err, ASSAY_ERR_ARG, "%s needs a value", argv[optind - 1]);
        if (id == '?')
            return assay_error_set(err, ASSAY_ERR_ARG, "no such option: %s; see --help",
                                   argv[optind - 1]);
        ASSAY_TRY(take_option(&options, (enum option_id)id, stack, err));
    }
    if (optind < argc)
        return assay_error_set(err, ASSAY_ERR_ARG, "%s is no option; see --help", argv[optind]);
    if (options.stack.no_tls && stack->server == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "--no-tls: %s is no server", stack->name);
    if (options.stack.is_plain && stack->plain_summary == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "--plain: %s is used plainly anyway",
                               stack->name);
    *ret = options;
    return ASSAY_OK;
}
