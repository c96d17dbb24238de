/* SPDX-License-Identifier: Apache-2.0 */
/* RUN/run.db: settings and results, committed one by one. See store/store.h. */
#include "store/store.h"

#include "store_json.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUSY_TIMEOUT_MS = 10000, MAX_PATH = 8192 };

struct store {
    char *directory;
    char *db_path;
    sqlite3 *db;
};

/* Until the tables are there nothing can be lost that is worth waiting for the disk. */
static const char schema_sql[] =
    "PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL; BEGIN;"
    "CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS cases (seq INTEGER PRIMARY KEY AUTOINCREMENT, board TEXT NOT NULL,"
    " id TEXT NOT NULL, record TEXT NOT NULL, UNIQUE (board, id));"
    "COMMIT; PRAGMA synchronous=NORMAL;";

static enum assay_status db_error(struct store *s, struct assay_error *err, const char *doing)
{
    int code = sqlite3_errcode(s->db);
    const char *hint = code == SQLITE_FULL ? " (the disk is full; results so far are kept)" : "";

    return assay_error_set(err, ASSAY_ERR_IO, "%s: %s: %s%s", s->db_path, doing,
                           sqlite3_errmsg(s->db), hint);
}

static enum assay_status make_directories(const char *path, struct assay_error *err)
{
    char *copy = strdup(path);
    enum assay_status status = ASSAY_OK;

    if (copy == NULL)
        return ASSAY_ERR_NOMEM;
    for (char *at = copy + 1; status == ASSAY_OK; at++) {
        char kept = *at;

        if (kept != '/' && kept != '\0')
            continue;
        *at = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            status = assay_error_sys(err, errno, "cannot make the folder %s", copy);
        *at = kept;
        if (kept == '\0')
            break;
    }
    free(copy);
    return status;
}

static enum assay_status open_db(struct store *s, struct assay_error *err)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    char *message = NULL;

    if (sqlite3_open_v2(s->db_path, &s->db, flags, NULL) != SQLITE_OK)
        return db_error(s, err, "cannot open");
    sqlite3_busy_timeout(s->db, BUSY_TIMEOUT_MS);
    /* With a write-ahead log, NORMAL keeps every commit when the process is killed; a power cut may
     * take the last ones, and the file stays whole (sqlite.org/pragma.html#pragma_synchronous). */
    if (sqlite3_exec(s->db, schema_sql, NULL, NULL, &message) != SQLITE_OK) {
        sqlite3_free(message);
        return db_error(s, err, "cannot write");
    }
    return ASSAY_OK;
}

static enum assay_status new_store(const char *run_dir, struct store **ret)
{
    struct store *s = calloc(1, sizeof(*s));
    struct buf path;

    if (s == NULL)
        return ASSAY_ERR_NOMEM;
    buf_init(&path, MAX_PATH);
    s->directory = strdup(run_dir);
    if (s->directory == NULL || buf_printf(&path, "%s/run.db", run_dir) != ASSAY_OK ||
        buf_take(&path, &s->db_path) != ASSAY_OK) {
        buf_done(&path);
        store_close(s);
        return ASSAY_ERR_NOMEM;
    }
    *ret = s;
    return ASSAY_OK;
}

enum assay_status store_create(const char *run_dir, struct store **ret, struct assay_error *err)
{
    struct store *s = NULL;
    enum assay_status status = new_store(run_dir, &s);

    if (status != ASSAY_OK)
        return status;
    if (access(s->db_path, F_OK) == 0)
        status = assay_error_set(err, ASSAY_ERR_EXISTS,
                                 "%s already holds a run: go on with it by --resume, or name "
                                 "another folder with -o",
                                 run_dir);
    if (status == ASSAY_OK)
        status = make_directories(run_dir, err);
    if (status == ASSAY_OK)
        status = open_db(s, err);
    if (status != ASSAY_OK) {
        store_close(s);
        return status;
    }
    *ret = s;
    return ASSAY_OK;
}

enum assay_status store_resume(const char *run_dir, struct store **ret, struct assay_error *err)
{
    struct store *s = NULL;
    enum assay_status status = new_store(run_dir, &s);

    if (status != ASSAY_OK)
        return status;
    if (access(s->db_path, F_OK) != 0)
        status = assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                                 "%s holds no run to go on with (no run.db there)", run_dir);
    if (status == ASSAY_OK)
        status = open_db(s, err);
    if (status != ASSAY_OK) {
        store_close(s);
        return status;
    }
    *ret = s;
    return ASSAY_OK;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    sqlite3_close(store->db);
    free(store->db_path);
    free(store->directory);
    free(store);
}

const char *store_directory(const struct store *store)
{
    return store->directory;
}

/* Run one statement with up to three text parameters. */
static enum assay_status execute(struct store *s, const char *sql, const char *const *texts,
                                 size_t count, struct assay_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum assay_status status = ASSAY_OK;

    if (sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return db_error(s, err, "cannot write");
    for (size_t i = 0; i < count; i++)
        if (sqlite3_bind_text(statement, (int)i + 1, texts[i], -1, SQLITE_STATIC) != SQLITE_OK)
            status = db_error(s, err, "cannot write");
    if (status == ASSAY_OK && sqlite3_step(statement) != SQLITE_DONE)
        status = db_error(s, err, "cannot write");
    sqlite3_finalize(statement);
    return status;
}

enum assay_status store_begin(struct store *store, struct assay_error *err)
{
    return execute(store, "BEGIN IMMEDIATE", NULL, 0, err);
}

enum assay_status store_commit(struct store *store, struct assay_error *err)
{
    return execute(store, "COMMIT", NULL, 0, err);
}

enum assay_status store_put_setting(struct store *store, const char *key, const char *value,
                                    struct assay_error *err)
{
    const char *texts[] = {key, value};

    return execute(store, "INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", texts, 2,
                   err);
}

enum assay_status store_get_setting(struct store *store, const char *key, char **ret,
                                    struct assay_error *err)
{
    sqlite3_stmt *statement = NULL;
    char *value = NULL;
    int step = 0;

    if (sqlite3_prepare_v2(store->db, "SELECT value FROM settings WHERE key = ?", -1, &statement,
                           NULL) != SQLITE_OK ||
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC) != SQLITE_OK) {
        sqlite3_finalize(statement);
        return db_error(store, err, "cannot read");
    }
    step = sqlite3_step(statement);
    if (step == SQLITE_ROW) {
        value = strdup((const char *)sqlite3_column_text(statement, 0));
        if (value == NULL) {
            sqlite3_finalize(statement);
            return ASSAY_ERR_NOMEM;
        }
    }
    sqlite3_finalize(statement);
    if (step != SQLITE_ROW && step != SQLITE_DONE)
        return db_error(store, err, "cannot read");
    *ret = value;
    return ASSAY_OK;
}

enum assay_status store_commit_case(struct store *store, const struct case_record *c,
                                    struct assay_error *err)
{
    json_t *object = case_to_json(c);
    char *text = object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
    const char *texts[] = {c->board, c->id, text};
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (text != NULL)
        status = execute(store, "INSERT OR REPLACE INTO cases (board, id, record) VALUES (?, ?, ?)",
                         texts, 3, err);
    free(text);
    json_decref(object);
    return status;
}

static enum assay_status load_case(struct run_record *run, const char *text)
{
    struct case_record *c = NULL;
    json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    enum assay_status status = ASSAY_ERR_MALFORMED;

    if (object != NULL)
        status = run_record_add_case(run, &c);
    if (status == ASSAY_OK)
        status = case_from_json(object, c);
    json_decref(object);
    return status;
}

enum assay_status store_load_cases(struct store *store, struct run_record *run,
                                   struct assay_error *err)
{
    sqlite3_stmt *statement = NULL;
    enum assay_status status = ASSAY_OK;
    int step = SQLITE_ROW;

    if (sqlite3_prepare_v2(store->db, "SELECT record FROM cases ORDER BY seq", -1, &statement,
                           NULL) != SQLITE_OK)
        return db_error(store, err, "cannot read");
    while (status == ASSAY_OK && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        status = load_case(run, (const char *)sqlite3_column_text(statement, 0));
        if (status != ASSAY_OK)
            assay_error_set(err, status, "%s holds a damaged result", store->db_path);
    }
    sqlite3_finalize(statement);
    if (status == ASSAY_OK && step != SQLITE_DONE)
        return db_error(store, err, "cannot read");
    return status;
}

enum assay_status store_case_path(struct store *store, const char *board, const char *case_id,
                                  char **ret_relative, struct assay_error *err)
{
    struct buf relative;
    struct buf whole;
    enum assay_status status = ASSAY_OK;

    buf_init(&relative, MAX_PATH);
    buf_init(&whole, MAX_PATH);
    status = buf_printf(&relative, "cases/%s/%s", board, case_id);
    if (status == ASSAY_OK)
        status = buf_printf(&whole, "%s/%s", store->directory, buf_text(&relative));
    if (status == ASSAY_OK)
        status = make_directories(buf_text(&whole), err);
    if (status == ASSAY_OK)
        status = buf_take(&relative, ret_relative);
    buf_done(&relative);
    buf_done(&whole);
    return status;
}
