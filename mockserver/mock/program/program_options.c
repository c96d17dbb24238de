/* SPDX-License-Identifier: Apache-2.0 */
#include "program_options.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CODE = 256, MAX_ROWS = 24 };

struct option_row {
    const char *name;
    const char *argument; /* NULL: takes none */
    enum assay_status (*parse)(const struct option_row *row, const char *text,
                               struct program_options *options, struct assay_error *err);
    size_t offset;
    const char *help;
};

static void *member(struct program_options *options, const struct option_row *row)
{
    return (char *)options + row->offset;
}

static enum assay_status parse_text(const struct option_row *row, const char *text,
                                    struct program_options *options, struct assay_error *err)
{
    (void)err;
    memcpy(member(options, row), &text, sizeof(text));
    return ASSAY_OK;
}

static enum assay_status parse_number(const struct option_row *row, const char *text, long max,
                                      long *ret, struct assay_error *err)
{
    char *end = NULL;
    long number = 0;

    errno = 0;
    number = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < 0 || number > max)
        return assay_error_set(err, ASSAY_ERR_ARG, "--%s %s: expected a number from 0 to %ld",
                               row->name, text, max);
    *ret = number;
    return ASSAY_OK;
}

static enum assay_status parse_port(const struct option_row *row, const char *text,
                                    struct program_options *options, struct assay_error *err)
{
    long number = 0;
    unsigned port = 0;

    ASSAY_TRY(parse_number(row, text, UINT16_MAX, &number, err));
    port = (unsigned)number;
    memcpy(member(options, row), &port, sizeof(port));
    return ASSAY_OK;
}

static enum assay_status parse_dns_port(const struct option_row *row, const char *text,
                                        struct program_options *options, struct assay_error *err)
{
    options->dns = true;
    return parse_port(row, text, options, err);
}

static enum assay_status parse_sntp_port(const struct option_row *row, const char *text,
                                         struct program_options *options, struct assay_error *err)
{
    options->sntp = true;
    return parse_port(row, text, options, err);
}

static enum assay_status parse_fd(const struct option_row *row, const char *text,
                                  struct program_options *options, struct assay_error *err)
{
    long number = 0;
    int fd = 0;

    ASSAY_TRY(parse_number(row, text, INT_MAX, &number, err));
    fd = (int)number;
    memcpy(member(options, row), &fd, sizeof(fd));
    return ASSAY_OK;
}

static enum assay_status parse_drain(const struct option_row *row, const char *text,
                                     struct program_options *options, struct assay_error *err)
{
    long number = 0;

    ASSAY_TRY(parse_number(row, text, 3600000, &number, err));
    options->drain_ms = (unsigned)number;
    return ASSAY_OK;
}

static enum assay_status parse_flag(const struct option_row *row, const char *text,
                                    struct program_options *options, struct assay_error *err)
{
    bool flag = true;

    (void)text;
    (void)err;
    memcpy(member(options, row), &flag, sizeof(flag));
    return ASSAY_OK;
}

#define AT(field) offsetof(struct program_options, field)

/* clang-format off */
static const struct option_row rows[] = {
    {"listen", "ADDR", parse_text, AT(listen),
     "numeric address to listen on (default 127.0.0.1)"},
    {"port", "N", parse_port, AT(port),
     "port of the broker; 0, the default: any free one"},
    {"dns-port", "N", parse_dns_port, AT(dns_port),
     "answer DNS, too, on this port (0: any)"},
    {"sntp-port", "N", parse_sntp_port, AT(sntp_port),
     "answer SNTP, too, on this port (0: any)"},
    {"time", "WHEN", parse_text, AT(time),
     "start of the run, that `time` of a description is relative to:\n"
     "2027-03-01T12:00:00Z, +30d, now (default)"},
    {"config", "FILE", parse_text, AT(config),
     "server description in JSON, or a list of listeners with one each\n"
     "(default: a good broker); read again on SIGHUP"},
    {"root-out", "FILE", parse_text, AT(root_out),
     "write the bench's root certificates (PEM) there"},
    {"store", "FILE", parse_text, AT(store),
     "keep the bench root and the keys in this file (mode 0600)"},
    {"events", "FILE", parse_text, AT(events),
     "where events go, one line of JSON each: a file, - for standard\n"
     "output (default), none"},
    {"control", "PATH", parse_text, AT(control),
     "take commands at this UNIX socket (mode 0600)"},
    {"tell", "PATH", parse_text, AT(tell),
     "send the command that follows to the assay-mock that listens at\n"
     "this socket, print its reply and end; see --tell PATH help"},
    {"drain", "MS", parse_drain, AT(drain_ms),
     "on SIGTERM connections may go on for so long (default 1000)"},
    {"ready-fd", "N", parse_fd, AT(ready_fd),
     "descriptor for the line that says the ports (default 1)"},
    {"help", NULL, parse_flag, AT(wants_help), "this text"},
    {"version", NULL, parse_flag, AT(wants_version), "the version"},
};
/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

_Static_assert(ROWS < (size_t)MAX_ROWS, "getopt's table has to hold every row");

static void fill(struct option *longs)
{
    for (size_t i = 0; i < ROWS; i++)
        longs[i] = (struct option){
            .name = rows[i].name,
            .has_arg = rows[i].argument != NULL ? required_argument : no_argument,
            .val = FIRST_CODE + (int)i,
        };
}

static enum assay_status refuse(int code, char **argv, struct assay_error *err)
{
    /* optopt is 0 for an unknown long option, its code where the argument is missing. */
    if (code == ':' && optopt >= FIRST_CODE)
        return assay_error_set(err, ASSAY_ERR_ARG, "--%s needs %s", rows[optopt - FIRST_CODE].name,
                               rows[optopt - FIRST_CODE].argument);
    return assay_error_set(err, ASSAY_ERR_ARG, "%s: no such option; see --help", argv[optind - 1]);
}

enum assay_status program_options_parse(int argc, char **argv, struct program_options *ret,
                                        struct assay_error *err)
{
    struct program_options options = {
        .listen = "127.0.0.1", .time = "now", .events = "-", .ready_fd = 1, .drain_ms = 1000};
    struct option longs[MAX_ROWS] = {0};
    int code = 0;

    fill(longs);
    optind = 0;
    while ((code = getopt_long(argc, argv, "+:", longs, NULL)) != -1) {
        const struct option_row *row = NULL;

        if (code < FIRST_CODE)
            return refuse(code, argv, err);
        row = &rows[code - FIRST_CODE];
        ASSAY_TRY(row->parse(row, optarg, &options, err));
    }
    options.words = argv + optind;
    options.word_count = (size_t)(argc - optind);
    if (options.tell != NULL && options.word_count == 0 && !options.wants_help)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "--tell %s: what? `--tell %s help` shows the commands", options.tell,
                               options.tell);
    if (optind < argc && options.tell == NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: unexpected argument; see --help",
                               argv[optind]);
    *ret = options;
    return ASSAY_OK;
}

static void print_row(FILE *out, const struct option_row *row)
{
    const char *rest = row->help;
    int width = fprintf(out, "  --%s%s%s", row->name, row->argument != NULL ? " " : "",
                        row->argument != NULL ? row->argument : "");

    for (const char *newline = NULL; (newline = strchr(rest, '\n')) != NULL; rest = newline + 1) {
        fprintf(out, "%*s%.*s\n", 20 - width, "", (int)(newline - rest), rest);
        width = 0;
    }
    fprintf(out, "%*s%s\n", 20 - width, "", rest);
}

void program_options_help(FILE *out)
{
    fputs("Usage: assay-mock [OPTION]...\n"
          "       assay-mock --tell PATH COMMAND\n"
          "The servers of one server description, or of several, for any client. Prints a line\n"
          "with the ports when ready, then what happens; ends on SIGTERM or SIGINT (a second one\n"
          "ends at once).\n\n",
          out);
    for (size_t i = 0; i < ROWS; i++)
        print_row(out, &rows[i]);
}
