/* SPDX-License-Identifier: Apache-2.0 */
/* assay judge: the stored transcripts of a run, judged again. */
#include "command.h"

#include "reports/report.h"
#include "run/run.h"

static int print_verdicts(const struct context *context, const struct run_record *run)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;
    int code = EXIT_BENCH;

    buf_init(&text, 64 << 20);
    status = report_terminal(run, context->color_out, &text);
    if (status == ASSAY_OK)
        code = print_buffer(&text);
    buf_done(&text);
    return code;
}

static int run(struct context *context, int argc, char **argv)
{
    const struct command_option options[] = {{NULL, 0, OPTION_FLAG, NULL, NULL, NULL}};
    struct option_list words = {.count = 0};
    struct run_record record = {0}; /* run_judge_again() begins it */
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;
    int code = options_parse(context, &command_judge, options, argc, argv, &words);

    if (code >= 0)
        return code;
    if (words.count != 1) {
        complain("judge: which run? assay judge RUN-DIR");
        return EXIT_USAGE;
    }
    status = run_judge_again(words.items[0], &record, &err);
    code = status == ASSAY_OK ? print_verdicts(context, &record) : complain_error(status, &err);
    if (status == ASSAY_OK && code == EXIT_AS_EXPECTED)
        code = record.exit_code;
    run_record_done(&record);
    return code;
}

const struct command command_judge = {
    .name = "judge",
    .arguments = "RUN-DIR",
    .summary = "judge the stored transcripts of a run again",
    .text =
        "Verdicts, grades and run.json follow what the transcripts say under the rules of this\n"
        "version; no board is touched.\n",
    .run = run,
};
