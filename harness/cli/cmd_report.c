/* SPDX-License-Identifier: Apache-2.0 */
/* assay report */
#include "command.h"

#include "reports/report.h"
#include "store/store.h"

#include <errno.h>
#include <string.h>

static int unknown_format(const char *name)
{
    struct buf known;

    buf_init(&known, 4096);
    for (const struct report_format *f = report_formats; f->name != NULL; f++)
        if (buf_printf(&known, "%s%s", known.len > 0 ? ", " : "", f->name) != ASSAY_OK)
            break;
    complain("report: there is no format \"%s\"; there are: %s", name, buf_text(&known));
    buf_done(&known);
    return EXIT_USAGE;
}

static enum assay_status write_to(const char *path, const struct buf *text, struct assay_error *err)
{
    const char *slash = strrchr(path, '/');
    char folder[4096] = ".";

    if (slash == NULL)
        return store_write_file(folder, path, text, 0644, err);
    if ((size_t)(slash - path) >= sizeof(folder))
        return ASSAY_ERR_LIMIT;
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = '\0';
    return store_write_file(folder, slash + 1, text, 0644, err);
}

static int report(const struct report_format *format, const char *run_dir, const char *output)
{
    struct run_record record;
    struct assay_error err = {.text = ""};
    struct buf text;
    enum assay_status status = run_json_read(run_dir, &record, &err);
    int code = EXIT_AS_EXPECTED;

    if (status != ASSAY_OK)
        return complain_error(status, &err);
    buf_init(&text, 1U << 30);
    status = format->write(&record, run_dir, &text, &err);
    if (status == ASSAY_OK && output != NULL)
        status = write_to(output, &text, &err);
    if (status != ASSAY_OK)
        code = complain_error(status, &err);
    else if (output == NULL)
        code = print_buffer(&text);
    buf_done(&text);
    run_record_done(&record);
    return code;
}

static int run(struct context *context, int argc, char **argv)
{
    const char *format_name = "markdown";
    const char *output = NULL;
    const struct command_option options[] = {
        {"format", 'f', OPTION_TEXT, &format_name, "NAME",
         "html, junit, json, markdown, tap, sarif or device-advisor; default markdown"},
        {"output", 'o', OPTION_TEXT, &output, "FILE", "default: standard output"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list words = {.count = 0};
    const struct report_format *format = NULL;
    int code = options_parse(context, &command_report, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count != 1) {
        complain("report: of which run? assay report RUN-DIR --format FORMAT");
        return EXIT_USAGE;
    }
    format = report_format_find(format_name);
    return format != NULL ? report(format, words.items[0], output) : unknown_format(format_name);
}

const struct command command_report = {
    .name = "report",
    .arguments = "RUN-DIR --format FORMAT [-o FILE]",
    .summary = "a run's results in another format",
    .run = run,
};
