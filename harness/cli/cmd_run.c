/* SPDX-License-Identifier: Apache-2.0 */
/* assay run */
#include "command.h"

#include "board/board.h"
#include "clock/scenario_clock.h"
#include "expect/expect.h"
#include "forecast.h"
#include "progress.h"
#include "reports/capture.h"
#include "reports/evidence.h"
#include "reports/report.h"
#include "run/run.h"
#include "store/store.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct run_command {
    struct option_list boards, selectors;
    const char *run_dir, *profile, *time, *bench_dir, *address, *network, *broker;
    struct option_number jobs, repeat, shuffle, seed, timeout_ms;
    const char *soak;
    unsigned soak_ms;
    bool resume, no_flash, dry_run;
    const char *waive_file, *expect_file;
    struct expect_list *waivers, *expected;
};

/* "5" (minutes), "90s", "30m", "24h"; from one second to a day. */
static bool parse_soak(const char *text, unsigned *ret_ms)
{
    static const struct {
        const char *unit;
        unsigned long ms;
    } units[] = {{"", 60000}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};
    enum { LEAST_MS = 1000, MOST_MS = 86400000 };
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 10);

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(end, units[i].unit) != 0 || end == text || text[0] == '-' ||
            number > MOST_MS / units[i].ms || number * units[i].ms < LEAST_MS)
            continue;
        *ret_ms = (unsigned)(number * units[i].ms);
        return true;
    }
    return false;
}

/* What options_parse() cannot know. */
static int check(struct run_command *c, const struct option_list *rest)
{
    if (rest->count > 0) {
        complain("run: \"%s\" is no option; boards follow -b, scenarios -s", rest->items[0]);
        return EXIT_USAGE;
    }
    if (c->soak != NULL && !parse_soak(c->soak, &c->soak_ms)) {
        complain("run: --soak %s: from one second to a day: 5 (minutes), 90s, 24h", c->soak);
        return EXIT_USAGE;
    }
    if (c->shuffle.given && c->seed.given) {
        complain("run: --shuffle and --seed are the same seed; --shuffle is enough for both");
        return EXIT_USAGE;
    }
    if (c->resume && c->run_dir == NULL) {
        complain("run: --resume needs -o DIR, the folder of the run to go on with");
        return EXIT_USAGE;
    }
    if (!c->resume && c->boards.count == 0) {
        complain("run: which board? -b BOARD; `assay list boards` shows them, virtual/bearssl "
                 "needs no hardware");
        return EXIT_USAGE;
    }
    return -1;
}

static int parse(struct context *context, struct run_command *c, int argc, char **argv)
{
    const struct command_option options[] = {
        {"board", 'b', OPTION_LIST, &c->boards, "BOARD...", "board ids or files"},
        {"scenario", 's', OPTION_LIST, &c->selectors, "SCENARIO...",
         "ids, globs (PATH-*) or @suites; default @core, of servers @server"},
        {"output", 'o', OPTION_TEXT, &c->run_dir, "DIR", "the run's folder; default runs/<time>"},
        {"jobs", 'j', OPTION_NUMBER, &c->jobs, "N", "boards at once; default 1"},
        {"repeat", 0, OPTION_NUMBER, &c->repeat, "N", "run each case N times"},
        {"shuffle", 0, OPTION_NUMBER, &c->shuffle, "SEED", "order the cases by chance"},
        {"seed", 0, OPTION_NUMBER, &c->seed, "SEED", "of what @soak draws by chance"},
        {"soak", 0, OPTION_TEXT, &c->soak, "TIME",
         "how long each scenario of @soak takes, in minutes, or with a unit (90s, 24h); default "
         "what it says, hours"},
        {"time", 0, OPTION_TEXT, &c->time, "WHEN",
         "scenario time: RFC 3339, or relative to now (+30d); default now"},
        {"profile", 0, OPTION_TEXT, &c->profile, "NAME",
         "whose rules weigh the cases: a profile or its file; default iot"},
        {"expect", 0, OPTION_TEXT, &c->expect_file, "FILE",
         "verdicts that are known: exit 0 exactly when nothing differs from them"},
        {"waive", 0, OPTION_TEXT, &c->waive_file, "FILE",
         "deviations that are accepted until a date: shown, not scored"},
        {"timeout-ms", 0, OPTION_NUMBER, &c->timeout_ms, "N", "give an attempt up after this"},
        {"network", 0, OPTION_TEXT, &c->network, "KIND",
         "isolated (a network of the board's own), loopback, or lan:INTERFACE; default auto: "
         "isolated where this machine allows it, else loopback"},
        {"broker", 0, OPTION_TEXT, &c->broker, "NAME",
         "who answers MQTT: mock, the bench's own (default), or mosquitto, a real one behind it"},
        {"listen", 0, OPTION_TEXT, &c->address, "ADDR",
         "address of this machine that the servers listen on, on any port, instead of a network"},
        {"bench-dir", 0, OPTION_TEXT, &c->bench_dir, "DIR",
         "where the bench keeps its roots, keys and locks"},
        {"dry-run", 0, OPTION_FLAG, &c->dry_run, NULL,
         "say what would be run, in which order and for how long, and end"},
        {"resume", 0, OPTION_FLAG, &c->resume, NULL, "go on with the run in -o DIR"},
        {"no-flash", 0, OPTION_FLAG, &c->no_flash, NULL, "use the firmware that is on the board"},
        {NULL, 0, OPTION_FLAG, NULL, NULL, NULL},
    };
    struct option_list rest = {.count = 0};
    int code = options_parse(context, &command_run, options, argc, argv, &rest);

    if (code >= 0)
        return code;
    return check(c, &rest);
}

/* Read the files of --waive and --expect before a board is touched. */
static int load_expectations(struct run_command *c)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;

    if (c->waive_file != NULL)
        status = expect_load_waivers(c->waive_file, &c->waivers, &err);
    if (status == ASSAY_OK && c->expect_file != NULL)
        status = expect_load_verdicts(c->expect_file, &c->expected, &err);
    return status == ASSAY_OK ? -1 : complain_error(status, &err);
}

/* "runs/2026-11-21T10-00-00Z", with a number behind it when that is taken. */
static enum assay_status new_run_dir(char **ret)
{
    char stamp[SCENARIO_TIME_TEXT];
    struct timespec now;
    struct buf path;
    enum assay_status status = ASSAY_OK;

    clock_gettime(CLOCK_REALTIME, &now);
    scenario_time_format(now.tv_sec, stamp);
    for (char *c = stamp; *c != '\0'; c++)
        if (*c == ':')
            *c = '-';
    buf_init(&path, 4096);
    status = buf_printf(&path, "runs/%s", stamp);
    for (unsigned i = 2; status == ASSAY_OK && access(buf_text(&path), F_OK) == 0; i++) {
        buf_clear(&path);
        status = buf_printf(&path, "runs/%s-%u", stamp, i);
    }
    if (status == ASSAY_OK)
        status = buf_take(&path, ret);
    buf_done(&path);
    return status;
}

static enum assay_status write_report(const struct report_format *format,
                                      const struct run_record *run, const char *run_dir,
                                      const struct report_evidence *evidence,
                                      struct assay_error *err)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, 1U << 30);
    if (strcmp(format->name, "html") == 0)
        status = report_html_prepared(run, run_dir, evidence, &text, err);
    else
        status = format->write(run, run_dir, &text, err);
    if (status == ASSAY_OK)
        status = store_write_evidence(run_dir, format->file_name, &text, 0644, err);
    buf_done(&text);
    return status;
}

static enum assay_status write_reports(const struct run_record *run, const char *run_dir,
                                       const struct report_evidence *evidence,
                                       struct assay_error *err)
{
    for (const struct report_format *f = report_formats; f->name != NULL; f++)
        if (f->file_name != NULL && strcmp(f->name, "json") != 0) /* run.json is there already */
            ASSAY_TRY(write_report(f, run, run_dir, evidence, err));
    return ASSAY_OK;
}

static int print_result(const struct context *context, const struct run_record *run,
                        const char *run_dir)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;
    int code = EXIT_BENCH;

    buf_init(&text, 64U << 20);
    if (!context->quiet)
        status = report_terminal(run, context->color_out, &text);
    if (status == ASSAY_OK)
        status =
            buf_printf(&text, "%sreport: %s/report.html\n", context->quiet ? "" : "\n", run_dir);
    if (status == ASSAY_OK)
        code = print_buffer(&text);
    buf_done(&text);
    return code;
}

static int finish(const struct context *context, const struct run_record *run, const char *run_dir,
                  const struct report_evidence *evidence)
{
    struct assay_error err = {.text = ""};
    enum assay_status status = write_reports(run, run_dir, evidence, &err);
    int printed = 0;

    if (status != ASSAY_OK)
        return complain_error(status, &err);
    printed = print_result(context, run, run_dir);
    return printed != EXIT_AS_EXPECTED ? printed : run->exit_code;
}

static enum assay_status print_forecast(void *ctx, const struct run_forecast *f)
{
    const struct context *context = ctx;
    struct buf text;
    enum assay_status status = ASSAY_OK;

    if (context->quiet)
        return ASSAY_OK;
    buf_init(&text, 4096);
    status = forecast_line(&text, f);
    if (status == ASSAY_OK)
        fputs(buf_text(&text), stderr);
    buf_done(&text);
    return status;
}

/* Do all of these boards serve? A file that cannot be read is complained of by the run. */
static bool are_servers(const struct context *context, const struct run_command *c)
{
    bool serve = c->boards.count > 0;

    for (size_t i = 0; serve && i < c->boards.count; i++) {
        struct board_file *file = NULL;

        serve =
            board_file_load(context->paths.boards, c->boards.items[i], &file, NULL) == ASSAY_OK &&
            board_file_is_server(file);
        board_file_free(file);
    }
    return serve;
}

static enum assay_status fill_options(const struct context *context, const struct run_command *c,
                                      const char *run_dir, struct run_options *ret,
                                      struct assay_error *err)
{
    static const char *const suites[] = {"@core", "@server"};
    const char *const *usual = &suites[are_servers(context, c) ? 1 : 0];

    *ret = (struct run_options){
        .boards = c->boards.items,
        .board_count = c->boards.count,
        .selectors = c->selectors.count > 0 ? c->selectors.items : usual,
        .selector_count = c->selectors.count > 0 ? c->selectors.count : 1,
        .scenario_dir = context->paths.scenarios,
        .board_dir = context->paths.boards,
        .program_dir = context->paths.programs,
        .firmware_dir = context->paths.firmware,
        .bench_dir = c->bench_dir,
        .run_dir = run_dir,
        .address = c->address,
        .network = c->network,
        .broker = c->broker,
        .profile = c->profile,
        .repeat = (unsigned)c->repeat.value,
        .jobs = (unsigned)c->jobs.value,
        .timeout_ms = (unsigned)c->timeout_ms.value,
        .seed = c->shuffle.given ? c->shuffle.value : c->seed.value,
        .soak_ms = c->soak_ms,
        .shuffle = c->shuffle.given,
        .resume = c->resume,
        .no_flash = c->no_flash,
        .waivers = c->waivers,
        .expected = c->expected,
        .today_s = (int64_t)time(NULL),
        .write_capture = capture_write,
    };
    return scenario_time_parse(c->time, (int64_t)time(NULL), &ret->base_unix_s, err);
}

/* Who looks on while a run goes on. */
struct follower {
    struct progress progress;
    struct report_evidence *evidence;
};

/* The board is busy with its next case, and this process is not. */
static void follow(void *ctx, const struct run_progress *p)
{
    struct follower *follower = ctx;

    progress_show(&follower->progress, p);
    if (follower->evidence != NULL && p->case_id != NULL)
        report_evidence_prepare(follower->evidence, p->board, p->case_id);
}

static int execute(struct context *context, const struct run_command *c, const char *run_dir)
{
    struct assay_error err = {.text = ""};
    struct run_record run;
    struct follower follower = {.progress = progress_begin(context)};
    struct buf notes;
    struct run_options options;
    enum assay_status status = fill_options(context, c, run_dir, &options, &err);
    int code = EXIT_BENCH;

    if (status != ASSAY_OK)
        return complain_error(status, &err);
    if (run_record_init(&run) != ASSAY_OK)
        return EXIT_BENCH;
    buf_init(&notes, 1U << 20);
    options.notes = &notes;
    options.forecast = print_forecast;
    options.forecast_ctx = context;
    options.progress = follow;
    options.progress_ctx = &follower;
    follower.evidence =
        report_evidence_new(run_dir); /* without memory for it: the page reads all */
    status = run_execute(&options, &run, &err);
    progress_end(&follower.progress);
    if (run.case_count > 0)
        code = finish(context, &run, run_dir, follower.evidence);
    fputs(buf_text(&notes), stderr);
    if (status != ASSAY_OK)
        code = complain_error(status, &err);
    report_evidence_free(follower.evidence);
    run_record_done(&run);
    buf_done(&notes);
    return code;
}

static int dry_run(const struct context *context, const struct run_command *c)
{
    struct assay_error err = {.text = ""};
    struct run_options options;
    struct buf text;
    enum assay_status status = fill_options(context, c, "", &options, &err);
    int code = EXIT_BENCH;

    buf_init(&text, 64U << 20);
    if (status == ASSAY_OK)
        status = run_forecast(&options, forecast_plan, &text, &err);
    code = status == ASSAY_OK ? print_buffer(&text) : complain_error(status, &err);
    buf_done(&text);
    return code;
}

static int run(struct context *context, int argc, char **argv)
{
    struct run_command c = {.time = "now",
                            .profile = PROFILE_DEFAULT,
                            .address = "",
                            .network = "auto",
                            .broker = "mock",
                            .jobs = {.value = 1, .least = 1, .most = 256},
                            .repeat = {.value = 1, .least = 1, .most = 50},
                            .shuffle = {.least = 0, .most = 0x7fffffff},
                            .seed = {.least = 0, .most = 0x7fffffff},
                            .timeout_ms = {.least = 100, .most = 3600000}};
    char *made = NULL;
    int code = parse(context, &c, argc, argv);

    if (code >= 0)
        return code;
    if (c.dry_run)
        return dry_run(context, &c);
    if (c.run_dir == NULL && new_run_dir(&made) != ASSAY_OK)
        return EXIT_BENCH;
    code = load_expectations(&c);
    if (code < 0)
        code = execute(context, &c, made != NULL ? made : c.run_dir);
    expect_free(c.waivers);
    expect_free(c.expected);
    free(made);
    return code;
}

const struct command command_run = {
    .name = "run",
    .arguments = "-b BOARD... [-s SCENARIO|@SUITE...] [-o DIR] [OPTION...]",
    .summary = "run boards through scenarios and grade them",
    .text = "Every case stands between two runs of its positive control. The run's folder holds\n"
            "report.html, junit.xml, summary.md, run.json and, per case, the transcript, the\n"
            "decrypted capture and the serial log.\n",
    .run = run,
};
