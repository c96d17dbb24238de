/* SPDX-License-Identifier: Apache-2.0 */
/* See worker.h. */
#include "worker.h"

#include "base/deadline.h"
#include "case.h"
#include "flash_phase.h"
#include "remove_tree.h"
#include "run/bench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    /* The same control has failed this often: what is left of its cases is not run. */
    HOPELESS_AFTER = 2
};

struct worker {
    const struct worker_task *task;
    int report_fd;
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct bench *bench;
    struct pki_store *pki;
    struct store *store;
    struct board *board;
    size_t keys_saved;
    char *work_dir;
    struct network network;
    struct credentials credentials;
    struct attempt_bed attempts;
    struct kept_control kept;
    struct flash_phase_bed flash;
    struct flash_phase_result flashed;
    struct evidence *evidence;
    struct remote_trust *remote;
    /* How the board is doing. */
    const struct scenario *failed_control;
    unsigned failed_times;
    unsigned absent_times;
    char failed_reason[JUDGE_REASON];
    enum cause failed_cause;
    size_t done;
};

/* ---- telling the parent ---- */

static void clean(char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '\t' || *text == '\n' || *text == '\r')
            *text = ' ';
}

static void report(struct worker *w, const char *head, const char *const *fields, size_t count)
{
    struct buf line;
    size_t done = 0;

    buf_init(&line, 64 * 1024);
    if (buf_add_text(&line, head) != ASSAY_OK)
        goto out;
    for (size_t i = 0; i < count; i++) {
        char field[2048];

        snprintf(field, sizeof(field), "%s", fields[i]);
        clean(field);
        if (buf_printf(&line, "\t%s", field) != ASSAY_OK)
            goto out;
    }
    if (buf_add_char(&line, '\n') != ASSAY_OK)
        goto out;
    while (done < line.len) {
        ssize_t n = write(w->report_fd, line.data + done, line.len - done);

        if (n < 0 && errno != EINTR)
            break; /* the parent is gone, and we end with it */
        done += n > 0 ? (size_t)n : 0;
    }
out:
    buf_done(&line);
}

static void report_case(struct worker *w, const struct case_record *c)
{
    char done[24];
    char total[24];
    const char *fields[] = {done, total, c->id, verdict_name(c->verdict), c->title, c->reason};

    snprintf(done, sizeof(done), "%zu", w->done);
    snprintf(total, sizeof(total), "%zu", w->task->plan->count);
    report(w, "case", fields, 6);
}

static void report_error(struct worker *w, enum assay_status status, const char *text)
{
    char number[16];
    const char *fields[] = {number, text};

    snprintf(number, sizeof(number), "%d", (int)status);
    report(w, "error", fields, 2);
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct worker *w = handle->data;

    (void)number;
    w->attempts.interrupted = true;
    w->flash.interrupted = true;
    if (w->flash.cancel != NULL)
        w->flash.cancel(&w->flash);
    if (w->attempts.cancel != NULL)
        w->attempts.cancel(&w->attempts);
}

static enum assay_status watch_signals(struct worker *w)
{
    static const int numbers[] = {SIGINT, SIGTERM};

    for (size_t i = 0; i < 2; i++) {
        if (uv_signal_init(&w->loop, &w->signals[i]) != 0)
            return ASSAY_ERR_IO;
        w->signals[i].data = w;
        if (uv_signal_start(&w->signals[i], on_signal, numbers[i]) != 0)
            return ASSAY_ERR_IO;
        /* They must not keep uv_run() alive by themselves. */
        uv_unref((uv_handle_t *)&w->signals[i]);
    }
    return ASSAY_OK;
}

/* ---- the bench's keys ---- */

static int lock_keys(struct worker *w)
{
    char path[4096];
    int fd = -1;

    snprintf(path, sizeof(path), "%s/bench.lock", bench_directory(w->bench));
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0 && flock(fd, LOCK_EX) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static bool has(const struct value *list, const char *word)
{
    for (size_t i = 0; i < value_count(list); i++) {
        const char *text = value_text(value_at(list, i));

        if (text != NULL && strcmp(text, word) == 0)
            return true;
    }
    return false;
}

/* Roots exist once per bench, whoever needs them first; two workers must not make two. */
static enum assay_status load_keys(struct worker *w, struct assay_error *err)
{
    const struct value *key_types = value_get(board_file_supports(w->task->board), "key_types");
    bool rsa_only = key_types != NULL && !has(key_types, "ecdsa") && has(key_types, "rsa");
    struct buf der;
    int lock = lock_keys(w);
    enum assay_status status = ASSAY_OK;

    if (lock < 0)
        return assay_error_sys(err, errno, "cannot lock the bench's keys in %s",
                               bench_directory(w->bench));
    buf_init(&der, 64 * 1024);
    status = bench_load_store(w->bench, &w->pki, err);
    if (status == ASSAY_OK)
        status = pki_store_set_default_key(w->pki, rsa_only ? "rsa2048" : "p256", err);
    if (status == ASSAY_OK)
        status = pki_store_root(w->pki, "p256", &der, err);
    buf_clear(&der);
    if (status == ASSAY_OK)
        status = pki_store_root(w->pki, "rsa2048", &der, err);
    if (status == ASSAY_OK && pki_store_keys_made(w->pki) > 0)
        status = bench_save_store(w->bench, w->pki, err);
    w->keys_saved = pki_store_keys_made(w->pki);
    buf_done(&der);
    close(lock);
    return status;
}

/* Keys that this run had to make (RSA is slow) are kept for the next, unless another was faster. */
static enum assay_status keep_keys(struct worker *w, struct assay_error *err)
{
    int lock = -1;
    enum assay_status status = ASSAY_OK;

    if (pki_store_keys_made(w->pki) == w->keys_saved)
        return ASSAY_OK;
    lock = lock_keys(w);
    if (lock < 0)
        return assay_error_sys(err, errno, "cannot lock the bench's keys");
    if (bench_is_unchanged(w->bench))
        status = bench_save_store(w->bench, w->pki, err);
    close(lock);
    return status;
}

/* ---- setting up ---- */

/* Before anything is started here: children stay in the network of their parent. */
static enum assay_status enter_network(struct worker *w, struct assay_error *err)
{
    const struct run_options *o = w->task->options;
    struct network_wish wish = *w->task->network;
    struct board_remote remote;

    if (board_file_remote(w->task->board, &remote) && wish.kind == NETWORK_ISOLATED) {
        if (o->network != NULL && strcmp(o->network, "isolated") == 0)
            return assay_error_set(
                err, ASSAY_ERR_ARG,
                "%s is at %s, which cannot be reached from a network of its own: "
                "use --network loopback, or lan:INTERFACE",
                board_file_id(w->task->board), remote.address);
        wish.kind = NETWORK_LOOPBACK;
    }
    ASSAY_TRY(
        network_plan(&wish, o->address, board_file_has_router(w->task->board), &w->network, err));
    if (w->network.kind != NETWORK_ISOLATED)
        return ASSAY_OK;
    return network_isolate(err);
}

static enum assay_status make_work_dir(struct worker *w, struct assay_error *err)
{
    struct buf path;
    const char *base = getenv("TMPDIR");
    enum assay_status status = ASSAY_OK;

    buf_init(&path, 4096);
    status = buf_printf(&path, "%s/assay-board-XXXXXX", base != NULL ? base : "/tmp");
    if (status == ASSAY_OK)
        status = buf_take(&path, &w->work_dir);
    if (status == ASSAY_OK && mkdtemp(w->work_dir) == NULL)
        status = assay_error_sys(err, errno, "cannot make a work folder %s", w->work_dir);
    buf_done(&path);
    return status;
}

static enum assay_status set_up(struct worker *w, struct assay_error *err)
{
    const struct run_options *o = w->task->options;
    struct board_options board_options = {
        .loop = &w->loop, .program_dir = o->program_dir, .firmware_dir = o->firmware_dir};

    ASSAY_TRY(watch_signals(w));
    ASSAY_TRY(bench_open(o->bench_dir, &w->bench, err));
    ASSAY_TRY(load_keys(w, err));
    ASSAY_TRY(store_resume(o->run_dir, &w->store, err));
    ASSAY_TRY(make_work_dir(w, err));
    ASSAY_TRY(credentials_make(&w->credentials));
    w->evidence = evidence_new();
    if (w->evidence == NULL)
        return ASSAY_ERR_NOMEM;
    ASSAY_TRY(remote_trust_load(w->task->board, w->pki, &w->remote, err));
    board_options.work_dir = w->work_dir;
    board_options.state_dir = bench_directory(w->bench);
    ASSAY_TRY(board_open(w->task->board, &board_options, &w->board, err));
    w->attempts = (struct attempt_bed){
        .loop = &w->loop,
        .store = w->pki,
        .board = w->board,
        .credentials = &w->credentials,
        .network = &w->network,
        .remote = w->remote,
        .service = board_file_service(w->task->board),
        .is_told = strcmp(board_file_driver(w->task->board), "process") != 0,
        .soak_ms = o->soak_ms,
        .seed = o->seed,
        .session_factor = board_file_session_factor(w->task->board),
        .behind = strcmp(o->broker, "mosquitto") == 0,
        .base_unix_s = o->base_unix_s,
        .start_ns = monotonic_ns(),
        .timeout_ms = o->timeout_ms,
        .file_ms = board_file_timeout_ms(w->task->board, BOARD_TIMEOUT_READY) +
                   board_file_timeout_ms(w->task->board, BOARD_TIMEOUT_CONNECT),
    };
    return ASSAY_OK;
}

/* ---- the cases ---- */

static bool is_done(const struct worker *w, const char *id)
{
    const struct record_list *ids = w->task->done_ids;

    for (size_t i = 0; i < ids->count; i++)
        if (strcmp(ids->items[i], id) == 0)
            return true;
    return false;
}

/* After a case: is the board there at all, does this control ever work? */
static void take_stock(struct worker *w, const struct plan_case *c, const struct case_record *r)
{
    bool failed = r->verdict == VERDICT_INCONCLUSIVE && strcmp(r->bracket_before, "accepted") != 0;
    bool absent = failed && strcmp(r->bracket_before, "refused") != 0;

    if (!failed) {
        w->failed_control = NULL;
        w->failed_times = 0;
        w->absent_times = 0;
        return;
    }
    w->failed_times = w->failed_control == c->control ? w->failed_times + 1 : 1;
    w->failed_control = c->control;
    w->absent_times = absent ? w->absent_times + 1 : 0;
    w->failed_cause = r->cause;
    snprintf(w->failed_reason, sizeof(w->failed_reason), "%s", r->reason);
}

static bool is_hopeless(const struct worker *w, const struct plan_case *c)
{
    return w->absent_times >= HOPELESS_AFTER ||
           (c->scenario->expect != SCENARIO_OBSERVE && w->failed_control == c->control &&
            w->failed_times >= HOPELESS_AFTER);
}

static enum assay_status run_case(struct worker *w, struct case_bed *bed, size_t index,
                                  struct case_record *r, struct assay_error *err)
{
    const struct plan *plan = w->task->plan;
    const struct plan_case *c = &plan->cases[index];
    const struct plan_case *next = NULL;
    char reason[2 * JUDGE_REASON];

    if (c->not_applicable != NULL)
        return case_not_run(bed, c, VERDICT_NOT_APPLICABLE, CAUSE_NONE, c->not_applicable, r);
    if (w->flashed.cause != CAUSE_NONE)
        return case_not_run(bed, c, VERDICT_INCONCLUSIVE, w->flashed.cause, w->flashed.reason, r);
    if (is_hopeless(w, c)) {
        snprintf(reason, sizeof(reason),
                 "Not run, because the control %s failed %u times in a row. %s",
                 w->failed_control->id,
                 w->failed_times > w->absent_times ? w->failed_times : w->absent_times,
                 w->failed_reason);
        return case_not_run(bed, c, VERDICT_INCONCLUSIVE, w->failed_cause, reason, r);
    }
    for (size_t i = index + 1; i < plan->count && next == NULL; i++)
        if (plan->cases[i].not_applicable == NULL &&
            plan->cases[i].scenario->expect != SCENARIO_OBSERVE)
            next = &plan->cases[i];
    ASSAY_TRY(case_run(bed, c, next, &w->kept, r, err));
    if (c->scenario->expect != SCENARIO_OBSERVE)
        take_stock(w, c, r);
    return ASSAY_OK;
}

static enum assay_status run_cases(struct worker *w, struct assay_error *err)
{
    const struct run_options *o = w->task->options;
    struct case_bed bed = {.attempts = &w->attempts,
                           .store = w->store,
                           .board_id = board_file_id(w->task->board),
                           .repeat = o->repeat,
                           .evidence = w->evidence,
                           .write_capture = o->write_capture};

    for (size_t i = 0; i < w->task->plan->count; i++) {
        struct case_record r;
        enum assay_status status = ASSAY_OK;

        if (is_done(w, w->task->plan->cases[i].scenario->id)) {
            w->done++;
            kept_control_done(&w->kept);
            continue;
        }
        status = case_record_init(&r);
        if (status == ASSAY_OK)
            status = run_case(w, &bed, i, &r, err);
        if (status == ASSAY_OK)
            status = store_commit_case(w->store, &r, err);
        w->done++;
        if (status == ASSAY_OK)
            report_case(w, &r);
        case_record_done(&r);
        if (status != ASSAY_OK)
            return status;
    }
    return ASSAY_OK;
}

static enum assay_status flash_board(struct worker *w, struct assay_error *err)
{
    w->flash = (struct flash_phase_bed){.loop = &w->loop,
                                        .store = w->store,
                                        .board = w->board,
                                        .file = w->task->board,
                                        .options = w->task->options,
                                        .interrupted = w->attempts.interrupted};
    return flash_phase_run(&w->flash, &w->flashed, err);
}

/* ---- the end ---- */

static void close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void tear_down(struct worker *w)
{
    board_close(w->board);
    kept_control_done(&w->kept);
    evidence_free(w->evidence);
    remote_trust_free(w->remote);
    prepared_servers_free(w->attempts.prepared);
    uv_walk(&w->loop, close_handle, NULL);
    uv_run(&w->loop, UV_RUN_DEFAULT);
    uv_loop_close(&w->loop);
    store_close(w->store);
    pki_store_free(w->pki);
    bench_close(w->bench);
    if (w->work_dir != NULL)
        remove_tree(w->work_dir);
    free(w->work_dir);
}

int worker_main(const struct worker_task *task, int report_fd)
{
    enum { EXIT_DONE = 0, EXIT_FAILED = 3 };
    struct worker w = {.task = task, .report_fd = report_fd};
    struct assay_error err = {.text = ""};
    enum assay_status status = ASSAY_OK;

    status = enter_network(&w, &err);
    if (uv_loop_init(&w.loop) != 0)
        return EXIT_FAILED;
    if (status == ASSAY_OK)
        status = set_up(&w, &err);
    if (status == ASSAY_OK)
        status = flash_board(&w, &err);
    if (status == ASSAY_OK)
        status = run_cases(&w, &err);
    if (status == ASSAY_OK)
        status = keep_keys(&w, &err);
    if (status != ASSAY_OK)
        report_error(&w, status, err.text[0] != '\0' ? err.text : assay_status_text(status));
    tear_down(&w);
    return status == ASSAY_OK ? EXIT_DONE : EXIT_FAILED;
}
