/* SPDX-License-Identifier: Apache-2.0 */
/* The parent of a run: plans, locks, workers and the record. See run/run.h. */
#include "run/run.h"

#include "base/deadline.h"
#include "board/board.h"
#include "clock/scenario_clock.h"
#include "grade/grade.h"
#include "mock/mock.h"
#include "run/bench.h"
#include "case.h"
#include "flash_phase.h"
#include "run_record_file.h"
#include "run_settings.h"
#include "store/store.h"
#include "workers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One board of the run, from its file to its worker. */
struct run_board {
    struct board_file *file;
    struct board_lock *lock;
    struct plan plan;
    struct record_list done_ids;
};

struct run {
    struct run_options options;
    struct network_wish network;
    struct run_settings settings; /* of a resumed run: owns what options points to */
    struct profile *profile;
    struct scenario_set *set;
    const struct scenario **scenarios;
    size_t scenario_count;
    struct bench *bench;
    struct store *store;
    struct run_board *boards;
    size_t board_count;
};

/* ---- what is to be run ---- */

static bool is_selected(const struct run *run, const struct scenario *s)
{
    for (size_t i = 0; i < run->scenario_count; i++)
        if (run->scenarios[i] == s)
            return true;
    return false;
}

static enum assay_status add_selected(struct run *run, const struct scenario **found, size_t count)
{
    const struct scenario **grown =
        realloc(run->scenarios, (run->scenario_count + count) * sizeof(struct scenario *));

    if (grown == NULL)
        return ASSAY_ERR_NOMEM;
    run->scenarios = grown;
    for (size_t i = 0; i < count; i++)
        if (!is_selected(run, found[i]))
            run->scenarios[run->scenario_count++] = found[i];
    return ASSAY_OK;
}

static enum assay_status select_scenarios(struct run *run, struct assay_error *err)
{
    ASSAY_TRY(scenario_set_load_selected(run->options.scenario_dir, run->options.selectors,
                                         run->options.selector_count, &run->set, err));
    for (size_t i = 0; i < run->options.selector_count; i++) {
        const struct scenario **found = NULL;
        size_t count = 0;
        enum assay_status status =
            scenario_set_select(run->set, run->options.selectors[i], &found, &count, err);

        if (status == ASSAY_OK)
            status = add_selected(run, found, count);
        free(found);
        if (status != ASSAY_OK)
            return status;
    }
    return ASSAY_OK;
}

/* Its service, and those that it can be told to be a client of. */
static enum assay_status list_services(const struct value *said, struct value *services)
{
    const struct value *more = value_get(said, "services");

    for (size_t i = 0; i < value_count(more); i++)
        ASSAY_TRY(value_add(services, value_copy(value_at(more, i))));
    return ASSAY_OK;
}

/* What a case can need of a board: what its file says under `supports`, its clock, its driver. */
static enum assay_status make_abilities(const struct board_file *file, struct value **ret)
{
    const char *const words[][2] = {{"clock", board_file_clock(file)},
                                    {"driver", board_file_driver(file)},
                                    {"service", board_file_service(file)}};
    const struct value *said = board_file_supports(file);
    struct value *made = value_kind(said) == VALUE_MAP ? value_copy(said) : value_new_map();
    enum assay_status status = made != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = 0; status == ASSAY_OK && i < 3; i++) {
        struct value *list = value_new_list();

        status = list != NULL ? value_add(list, value_new_text(words[i][1])) : ASSAY_ERR_NOMEM;
        if (status == ASSAY_OK && strcmp(words[i][0], "service") == 0)
            status = list_services(said, list);
        if (status == ASSAY_OK)
            status = value_set(made, words[i][0], list);
        else
            value_free(list);
    }
    if (status == ASSAY_OK)
        *ret = made;
    else
        value_free(made);
    return status;
}

/* What this run and the place of the board add to that. */
static enum assay_status add_abilities(const struct run *run, const struct board_file *file,
                                       const struct board_remote *remote, struct value *abilities)
{
    bool is_isolated = run->network.kind == NETWORK_ISOLATED && remote == NULL;
    const char *service = board_file_service(file);

    ASSAY_TRY(value_set(abilities, PLAN_ISOLATED, value_new_bool(is_isolated)));
    if (strcmp(service, "wwep") == 0 || strcmp(service, "http") == 0)
        ASSAY_TRY(value_set(abilities, PLAN_TLS, value_new_bool(false)));
    if (remote == NULL)
        return ASSAY_OK;
    return value_set(abilities, PLAN_IDENTITY,
                     value_new_bool(remote->ca != NULL || remote->pin[0] != '\0'));
}

static enum assay_status load_board(struct run *run, const char *id, struct assay_error *err)
{
    const struct run_options *o = &run->options;
    struct run_board *board = &run->boards[run->board_count];
    struct value *abilities = NULL;
    struct board_remote remote = {.address = NULL};
    bool is_remote = false;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(board_file_load(o->board_dir, id, &board->file, err));
    run->board_count++;
    for (size_t i = 0; i + 1 < run->board_count; i++)
        if (strcmp(board_file_id(run->boards[i].file), board_file_id(board->file)) == 0)
            return assay_error_set(err, ASSAY_ERR_ARG, "the board %s is named twice",
                                   board_file_id(board->file));
    ASSAY_TRY(make_abilities(board->file, &abilities));
    is_remote = board_file_remote(board->file, &remote);
    status = add_abilities(run, board->file, is_remote ? &remote : NULL, abilities);
    if (status == ASSAY_OK) {
        const struct plan_options options = {.supports = abilities,
                                             .is_server = board_file_is_server(board->file),
                                             .has_one_client =
                                                 is_remote && remote.client_cert != NULL,
                                             .profile = run->profile,
                                             .shuffle = o->shuffle ? (uint64_t)o->seed | 1U : 0,
                                             .repeat = o->repeat};

        status =
            plan_make(run->set, run->scenarios, run->scenario_count, &options, &board->plan, err);
    }
    value_free(abilities);
    return status;
}

static enum assay_status load_boards(struct run *run, struct assay_error *err)
{
    run->boards = calloc(run->options.board_count, sizeof(*run->boards));
    if (run->boards == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < run->options.board_count; i++)
        ASSAY_TRY(load_board(run, run->options.boards[i], err));
    return ASSAY_OK;
}

static enum assay_status lock_boards(struct run *run, struct assay_error *err)
{
    ASSAY_TRY(bench_open(run->options.bench_dir, &run->bench, err));
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(board_lock_take(run->bench, board_file_id(run->boards[i].file),
                                  &run->boards[i].lock, err));
    return ASSAY_OK;
}

/* ---- the store ---- */

static void now_text(char text[SCENARIO_TIME_TEXT])
{
    struct timespec now;

    /* When people ran this, not what a board sees. */
    clock_gettime(CLOCK_REALTIME, &now);
    scenario_time_format(now.tv_sec, text);
}

static enum assay_status open_store(struct run *run, struct assay_error *err)
{
    char started[SCENARIO_TIME_TEXT];

    if (run->options.resume)
        return ASSAY_OK; /* run_settings_load() opened it */
    ASSAY_TRY(store_create(run->options.run_dir, &run->store, err));
    now_text(started);
    ASSAY_TRY(store_begin(run->store, err));
    ASSAY_TRY(store_put_setting(run->store, "started", started, err));
    ASSAY_TRY(run_settings_save(run->store, &run->options, err));
    return store_commit(run->store, err);
}

/* Which cases have their result already? */
static enum assay_status find_done(struct run *run, struct assay_error *err)
{
    struct run_record record;
    enum assay_status status = run_record_init(&record);

    if (status == ASSAY_OK)
        status = store_load_cases(run->store, &record, err);
    for (size_t i = 0; status == ASSAY_OK && i < record.case_count; i++)
        for (size_t b = 0; b < run->board_count; b++)
            if (strcmp(record.cases[i].board, board_file_id(run->boards[b].file)) == 0)
                status = record_list_add(&run->boards[b].done_ids, record.cases[i].id);
    run_record_done(&record);
    return status;
}

/* ---- workers ---- */

static enum assay_status run_workers(struct run *run, bool *ret_interrupted,
                                     struct assay_error *err)
{
    struct worker_task *tasks = calloc(run->board_count, sizeof(*tasks));
    enum assay_status status = ASSAY_OK;

    if (tasks == NULL)
        return ASSAY_ERR_NOMEM;
    for (size_t i = 0; i < run->board_count; i++)
        tasks[i] = (struct worker_task){.options = &run->options,
                                        .board = run->boards[i].file,
                                        .plan = &run->boards[i].plan,
                                        .network = &run->network,
                                        .done_ids = &run->boards[i].done_ids};
    status = workers_run(tasks, run->board_count, &run->options, ret_interrupted, err);
    free(tasks);
    return status;
}

/* ---- the record ---- */

static enum assay_status record_board(const struct run *run, const struct run_board *board,
                                      struct run_record *record, struct assay_error *err)
{
    struct board_record *b = NULL;

    ASSAY_TRY(run_record_add_board(record, &b));
    ASSAY_TRY(record_set(&b->id, board_file_id(board->file)));
    ASSAY_TRY(record_set(&b->name, board_file_name(board->file)));
    ASSAY_TRY(record_set(&b->driver, board_file_driver(board->file)));
    ASSAY_TRY(record_set(&b->stack, board_file_stack(board->file)));
    ASSAY_TRY(flash_phase_load(run->store, b, err));
    return grade_board(b, record->cases, record->case_count);
}

static enum assay_status fill_record(struct run *run, bool interrupted, struct run_record *record,
                                     struct assay_error *err)
{
    char text[SCENARIO_TIME_TEXT];
    char *started = NULL;

    ASSAY_TRY(store_load_cases(run->store, record, err));
    if (run->options.notes != NULL)
        ASSAY_TRY(expect_waive(run->options.waivers, record->cases, record->case_count,
                               run->options.today_s, run->options.notes));
    for (size_t i = 0; i < run->board_count; i++)
        ASSAY_TRY(record_board(run, &run->boards[i], record, err));
    ASSAY_TRY(store_get_setting(run->store, "started", &started, err));
    now_text(text);
    enum assay_status status = record_set(&record->started, started);
    free(started);
    ASSAY_TRY(status);
    ASSAY_TRY(record_set(&record->finished, text));
    scenario_time_format(run->options.base_unix_s, text);
    ASSAY_TRY(record_set(&record->scenario_time, text));
    ASSAY_TRY(record_set(&record->profile, profile_name(run->profile)));
    ASSAY_TRY(record_set(&record->tool_version, ASSAY_VERSION));
    record->seed = run->options.seed;
    record->interrupted = interrupted;
    record->exit_code = grade_exit_code(record);
    if (run->options.expected != NULL && run->options.notes != NULL)
        ASSAY_TRY(expect_exit_code(run->options.expected, record, &record->exit_code,
                                   run->options.notes));
    return run_record_write(run->options.run_dir, record, err);
}

static enum assay_status decide_network(struct run *run, struct assay_error *err)
{
    const char *text = run->options.network;

    ASSAY_TRY(
        network_wish_parse(text != NULL && text[0] != '\0' ? text : "auto", &run->network, err));
    return network_decide(&run->network, run->options.address, err);
}

static enum assay_status load_profile(struct run *run, struct assay_error *err)
{
    const struct run_options *o = &run->options;
    struct buf directory;
    enum assay_status status = ASSAY_OK;

    buf_init(&directory, 4096);
    status = buf_printf(&directory, "%s/profiles", o->scenario_dir);
    if (status == ASSAY_OK)
        status = profile_load(buf_text(&directory), o->profile, &run->profile, err);
    buf_done(&directory);
    return status;
}

/* Before a board is touched: is the broker there that is to answer? */
static enum assay_status decide_broker(struct run *run, struct assay_error *err)
{
    const char *text = run->options.broker;
    char version[MOCK_VERSION_TEXT];

    if (text == NULL || text[0] == '\0')
        text = "mock";
    run->options.broker = text;
    if (strcmp(text, "mock") == 0)
        return ASSAY_OK;
    if (strcmp(text, "mosquitto") != 0)
        return assay_error_set(err, ASSAY_ERR_ARG, "--broker %s: it has to be mock or mosquitto",
                               text);
    return mock_find_mosquitto(version, err);
}

/* Everything that is decided before anything is locked or written. */
static enum assay_status plan_boards(struct run *run, struct assay_error *err)
{
    ASSAY_TRY(decide_network(run, err));
    ASSAY_TRY(decide_broker(run, err));
    ASSAY_TRY(load_profile(run, err));
    ASSAY_TRY(select_scenarios(run, err));
    return load_boards(run, err);
}

/* Milliseconds of a connection of boards that were never seen here, by their driver. */
static double usual_pace(const char *driver)
{
    static const struct {
        const char *driver;
        double ms;
    } rows[] = {{"virtual", 20}, {"process", 100}, {"emulated", 300}};
    const double hardware_ms = 5000;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].driver, driver) == 0)
            return rows[i].ms;
    return hardware_ms;
}

/* Cases that are run only by their names, because they take so long: the run says how long. */
static double watch_ms(const struct plan *plan, const struct run_options *o)
{
    double sum = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct scenario *s = plan->cases[i].scenario;

        if (plan->cases[i].not_applicable == NULL && s->lasts_ms > SCENARIO_LONG_MS)
            sum += (double)(o->soak_ms != 0 ? o->soak_ms : s->lasts_ms) * o->repeat;
    }
    return sum;
}

static enum assay_status tell_forecast(const struct run *run, run_forecast_fn tell, void *ctx)
{
    for (size_t i = 0; i < run->board_count; i++) {
        const struct board_file *file = run->boards[i].file;
        struct run_forecast f = {.board = board_file_id(file),
                                 .plan = &run->boards[i].plan,
                                 .ms_per_attempt = usual_pace(board_file_driver(file))};

        f.is_measured = bench_pace(run->bench, f.board, &f.ms_per_attempt);
        f.watch_ms = watch_ms(f.plan, &run->options);
        ASSAY_TRY(tell(ctx, &f));
    }
    return ASSAY_OK;
}

static enum assay_status prepare(struct run *run, struct assay_error *err)
{
    if (run->options.resume)
        ASSAY_TRY(run_settings_load(&run->options, &run->settings, &run->store, err));
    ASSAY_TRY(plan_boards(run, err));
    ASSAY_TRY(lock_boards(run, err));
    ASSAY_TRY(open_store(run, err));
    ASSAY_TRY(find_done(run, err));
    return run->options.forecast == NULL
               ? ASSAY_OK
               : tell_forecast(run, run->options.forecast, run->options.forecast_ctx);
}

static void run_done(struct run *run)
{
    for (size_t i = 0; i < run->board_count; i++) {
        plan_done(&run->boards[i].plan);
        record_list_done(&run->boards[i].done_ids);
        board_lock_release(run->boards[i].lock);
        board_file_free(run->boards[i].file);
    }
    free(run->boards);
    free(run->scenarios);
    scenario_set_free(run->set);
    profile_free(run->profile);
    store_close(run->store);
    bench_close(run->bench);
    run_settings_done(&run->settings);
}

static int compare_times(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

/*
 * What a connection of this board took in the middle, in milliseconds; 0: there was none. Cases
 * are timed and controls are not: those take as long as most cases, while a few cases wait for
 * servers that keep silent.
 */
static double pace_of(const struct run *run, const struct run_board *board,
                      const struct run_record *record, double *times)
{
    const char *id = board_file_id(board->file);
    size_t count = 0;
    double sum = 0;
    double usual = 0;

    for (size_t i = 0; i < record->case_count; i++) {
        const struct case_record *c = &record->cases[i];

        if (c->duration_ms > 0 && strcmp(c->board, id) == 0) {
            times[count++] = c->duration_ms / run->options.repeat;
            sum += c->duration_ms;
        }
    }
    if (count == 0)
        return 0;
    qsort(times, count, sizeof(times[0]), compare_times);
    usual = times[count / 2];
    if (board->plan.attempts > count * run->options.repeat)
        sum += usual * (double)(board->plan.attempts - count * run->options.repeat);
    return sum / (double)board->plan.attempts;
}

/* For the forecast of the next run: what a connection took in this one. */
static enum assay_status keep_paces(const struct run *run, const struct run_record *record,
                                    struct assay_error *err)
{
    double *times = calloc(record->case_count + 1, sizeof(*times));
    enum assay_status status = times != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t b = 0; status == ASSAY_OK && b < run->board_count; b++) {
        double ms = pace_of(run, &run->boards[b], record, times);

        if (ms > 0)
            status = bench_set_pace(run->bench, board_file_id(run->boards[b].file), ms, err);
    }
    free(times);
    return status;
}

enum assay_status run_execute(const struct run_options *options, struct run_record *ret,
                              struct assay_error *err)
{
    struct run run = {.options = *options};
    struct assay_error record_err = {.text = ""};
    bool interrupted = false;
    enum assay_status status = prepare(&run, err);
    enum assay_status recorded = ASSAY_OK;

    if (status != ASSAY_OK) {
        run_done(&run);
        return status;
    }
    status = run_workers(&run, &interrupted, err);
    /* Also after a failure: what was committed is the result so far. */
    recorded = fill_record(&run, interrupted, ret, &record_err);
    if (recorded == ASSAY_OK)
        recorded = keep_paces(&run, ret, &record_err);
    if (status == ASSAY_OK && recorded != ASSAY_OK)
        status = assay_error_set(err, recorded, "%s", record_err.text);
    if (status == ASSAY_OK && interrupted)
        status = assay_error_set(err, ASSAY_ERR_INTERRUPTED, "interrupted");
    run_done(&run);
    return status;
}

/* ---- what a run would do ---- */

enum assay_status run_forecast(const struct run_options *options, run_forecast_fn tell, void *ctx,
                               struct assay_error *err)
{
    struct run run = {.options = *options};
    enum assay_status status = plan_boards(&run, err);

    if (status == ASSAY_OK)
        status = bench_open(options->bench_dir, &run.bench, err);
    if (status == ASSAY_OK)
        status = tell_forecast(&run, tell, ctx);
    run_done(&run);
    return status;
}
