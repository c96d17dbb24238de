/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

const char emulator_help[] =
    "usage: assay-emulator --loader FILE --flash FILE [OPTION...]\n"
    "An emulated microcontroller whose serial port is a pty; its name is the first line printed.\n"
    "\n"
    "  --loader FILE     boot loader that is in its ROM (ELF)\n"
    "  --flash FILE      what is in its flash memory, made when missing, kept without power\n"
    "  --machine NAME    of QEMU; default mps2-an385\n"
    "  --qemu PROGRAM    default qemu-system-arm\n"
    "  --network KIND    user (behind a router of its own; default) or none\n"
    "  --nice N          added to its niceness; default 10\n"
    "  --link PATH       make this a symbolic link to the port\n"
    "  --off             begin without power\n"
    "  --hold            begin in the boot loader\n"
    "  --fault WHAT@WHERE  once: power-cut, unplug or corrupt, after so many bytes towards the\n"
    "                    board, or when a text passes on the line (unplug@ready)\n"
    "\n"
    "Setting 1200 baud resets it into its boot loader. Commands, a line each on standard input:\n"
    "on, on loader, off, reset, reset loader, unplug, quit. The end of input is the end of all.\n";

enum { OPTION_HOLD = 256, OPTION_OFF, OPTION_HELP };

/* Letters are offsets into a table of texts; the three above are flags. */
static const struct option words[] = {
    {"loader", required_argument, NULL, 'l'},  {"flash", required_argument, NULL, 'f'},
    {"machine", required_argument, NULL, 'm'}, {"qemu", required_argument, NULL, 'q'},
    {"network", required_argument, NULL, 'n'}, {"nice", required_argument, NULL, 'p'},
    {"link", required_argument, NULL, 'k'},    {"fault", required_argument, NULL, 'x'},
    {"off", no_argument, NULL, OPTION_OFF},    {"hold", no_argument, NULL, OPTION_HOLD},
    {"help", no_argument, NULL, OPTION_HELP},  {NULL, 0, NULL, 0}};

static const char **text_of(struct emulator_options *o, int letter)
{
    const struct {
        int letter;
        const char **target;
    } rows[] = {{'l', &o->machine.loader}, {'f', &o->machine.flash},   {'m', &o->machine.model},
                {'q', &o->machine.qemu},   {'n', &o->machine.network}, {'k', &o->link}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (rows[i].letter == letter)
            return rows[i].target;
    return NULL;
}

static enum assay_status read_nice(const char *text, int *ret, struct assay_error *err)
{
    char *end = NULL;
    long value = strtol(text, &end, 10);

    if (end == text || *end != '\0' || value < 0 || value > 19)
        return assay_error_set(err, ASSAY_ERR_ARG, "--nice %s: expected 0 to 19", text);
    *ret = (int)value;
    return ASSAY_OK;
}

static enum assay_status take(struct emulator_options *o, int letter, struct assay_error *err)
{
    const char **target = text_of(o, letter);

    if (target != NULL) {
        *target = optarg;
        return ASSAY_OK;
    }
    switch (letter) {
    case 'p':
        return read_nice(optarg, &o->machine.nice, err);
    case 'x':
        return line_fault_parse(optarg, &o->fault, err);
    case OPTION_OFF:
        o->is_off = true;
        return ASSAY_OK;
    case OPTION_HOLD:
        o->is_held = true;
        return ASSAY_OK;
    case OPTION_HELP:
        o->wants_help = true;
        return ASSAY_OK;
    default:
        return assay_error_set(err, ASSAY_ERR_ARG, "unknown option; --help names them");
    }
}

enum assay_status emulator_options_parse(int argc, char **argv, struct emulator_options *ret,
                                         struct assay_error *err)
{
    enum { POLITE = 10 };
    struct emulator_options o = {
        .machine = {
            .qemu = "qemu-system-arm", .model = "mps2-an385", .network = "user", .nice = POLITE}};
    int letter = 0;

    opterr = 0;
    while ((letter = getopt_long(argc, argv, "", words, NULL)) != -1)
        ASSAY_TRY(take(&o, letter, err));
    if (!o.wants_help && (o.machine.loader == NULL || o.machine.flash == NULL || optind < argc))
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "--loader FILE and --flash FILE are needed; --help says more");
    *ret = o;
    return ASSAY_OK;
}
