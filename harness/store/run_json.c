/* SPDX-License-Identifier: Apache-2.0 */
/* run.json, written and read through the same tables of members. See store/store.h. */
#include "store/store.h"

#include "store_json.h"

#include <jansson.h>
#include <stddef.h>
#include <string.h>

/* Reaching a member of a record by its offset. */
#define TEXT_AT(record, offset) ((char **)(void *)((char *)(record) + (offset)))
#define LIST_AT(record, offset) ((struct record_list *)(void *)((char *)(record) + (offset)))

struct member {
    const char *key;
    size_t offset;
};

#define C(key, name)                                                                               \
    {                                                                                              \
        key, offsetof(struct case_record, name)                                                    \
    }
static const struct member case_texts[] = {C("board", board),
                                           C("id", id),
                                           C("title", title),
                                           C("server", server),
                                           C("group", group),
                                           C("expected", expected),
                                           C("reason", reason),
                                           C("why", why),
                                           C("good", good),
                                           C("bad", bad),
                                           C("waiver", waiver_reason),
                                           {NULL, 0}};
static const struct member case_lists[] = {C("spec", spec), C("repeats", repeats), {NULL, 0}};
static const struct member observed_texts[] = {C("stage", observed.stage),
                                               C("close", observed.close),
                                               C("close_by", observed.close_by),
                                               C("serial_error", observed.serial_error),
                                               {NULL, 0}};
static const struct member alert_texts[] = {C("level", observed.alert.level),
                                            C("name", observed.alert.name),
                                            C("from", observed.alert.from),
                                            {NULL, 0}};
static const struct member hello_texts[] = {C("version", observed.client_hello.version),
                                            C("server_name", observed.client_hello.server_name),
                                            C("ja3", observed.client_hello.ja3),
                                            {NULL, 0}};
static const struct member hello_lists[] = {
    C("versions", observed.client_hello.versions),
    C("ciphers", observed.client_hello.ciphers),
    C("groups", observed.client_hello.groups),
    C("signature_algorithms", observed.client_hello.signature_algorithms),
    C("alpn", observed.client_hello.alpn),
    C("extensions", observed.client_hello.extensions),
    {NULL, 0}};
static const struct member mqtt_texts[] = {
    C("client_id", observed.mqtt.client_id), C("username", observed.mqtt.username), {NULL, 0}};
static const struct member backoff_texts[] = {C("kind", observed.backoff.kind), {NULL, 0}};
static const struct member ladder_texts[] = {C("unit", observed.ladder.unit), {NULL, 0}};
static const struct member bracket_texts[] = {
    C("before", bracket_before), C("after", bracket_after), {NULL, 0}};
static const struct member artifact_texts[] = {
    C("transcript", transcript), C("capture", capture), C("serial", serial), {NULL, 0}};
#undef C

#define B(key, name)                                                                               \
    {                                                                                              \
        key, offsetof(struct board_record, name)                                                   \
    }
static const struct member board_texts[] = {B("id", id),         B("name", name),
                                            B("driver", driver), B("stack", stack),
                                            B("grade", grade),   {NULL, 0}};
static const struct member firmware_texts[] = {
    B("name", firmware_name), B("sha256", firmware_sha256), {NULL, 0}};
static const struct member flash_texts[] = {B("result", flash_result),
                                            B("detail", flash_detail),
                                            B("transcript", flash_transcript),
                                            {NULL, 0}};
#undef B

#define R(key, name)                                                                               \
    {                                                                                              \
        key, offsetof(struct run_record, name)                                                     \
    }
static const struct member run_texts[] = {R("started", started),
                                          R("finished", finished),
                                          R("scenario_time", scenario_time),
                                          R("profile", profile),
                                          {NULL, 0}};
#undef R

/* Texts that arrived from a board may hold bytes that are no UTF-8; they are shown as U+FFFD. */
static json_t *text_json(const char *text)
{
    json_t *plain = json_string(text);
    struct buf clean;

    if (plain != NULL)
        return plain;
    buf_init(&clean, 1U << 20);
    for (const char *at = text; *at != '\0'; at++) {
        bool ascii = (unsigned char)*at < 0x80;

        if (buf_add(&clean, ascii ? at : "\xef\xbf\xbd", ascii ? 1 : 3) != ASSAY_OK)
            break;
    }
    plain = json_string(buf_text(&clean));
    buf_done(&clean);
    return plain;
}

static void put_texts(json_t *object, const struct member *m, const void *record)
{
    for (; m->key != NULL; m++) {
        const char *text = *TEXT_AT((char *)(uintptr_t)record, m->offset);

        json_object_set_new(object, m->key, text_json(text != NULL ? text : ""));
    }
}

static void put_lists(json_t *object, const struct member *m, const void *record)
{
    for (; m->key != NULL; m++) {
        const struct record_list *list = LIST_AT((char *)(uintptr_t)record, m->offset);
        json_t *array = json_array();

        for (size_t i = 0; i < list->count; i++)
            json_array_append_new(array, text_json(list->items[i]));
        json_object_set_new(object, m->key, array);
    }
}

static json_t *backoff_json(const struct case_record *c)
{
    const struct record_backoff *b = &c->observed.backoff;
    json_t *object = json_object();
    json_t *waits = json_array();

    put_texts(object, backoff_texts, c);
    json_object_set_new(object, "jitter", json_boolean(b->jitter));
    for (size_t i = 0; i < b->count; i++)
        json_array_append_new(waits, json_integer(b->waits_ms[i]));
    json_object_set_new(object, "waits_ms", waits);
    return object;
}

/* A number that was not found is not there. */
static json_t *ladder_json(const struct case_record *c)
{
    const struct record_ladder *l = &c->observed.ladder;
    json_t *object = json_object();

    put_texts(object, ladder_texts, c);
    json_object_set_new(object, "least", json_integer(l->least));
    if (l->taken >= 0)
        json_object_set_new(object, "taken", json_integer(l->taken));
    if (l->refused >= 0)
        json_object_set_new(object, "refused", json_integer(l->refused));
    return object;
}

static json_t *observed_json(const struct case_record *c)
{
    const struct record_observed *o = &c->observed;
    json_t *object = json_object();

    put_texts(object, observed_texts, c);
    json_object_set_new(object, "serial_code", json_integer(o->serial_code));
    json_object_set_new(object, "connections", json_integer(o->connections));
    if (o->alert.present) {
        json_t *alert = json_object();

        put_texts(alert, alert_texts, c);
        json_object_set_new(alert, "code", json_integer(o->alert.code));
        json_object_set_new(object, "alert", alert);
    }
    if (o->client_hello.present) {
        json_t *hello = json_object();

        put_texts(hello, hello_texts, c);
        put_lists(hello, hello_lists, c);
        json_object_set_new(object, "client_hello", hello);
    }
    if (o->mqtt.present) {
        json_t *mqtt = json_object();

        put_texts(mqtt, mqtt_texts, c);
        json_object_set_new(mqtt, "version", json_integer(o->mqtt.version));
        json_object_set_new(mqtt, "has_password", json_boolean(o->mqtt.has_password));
        json_object_set_new(mqtt, "keep_alive_s", json_integer(o->mqtt.keep_alive_s));
        json_object_set_new(object, "mqtt", mqtt);
    }
    if (o->ladder.present)
        json_object_set_new(object, "ladder", ladder_json(c));
    if (o->backoff.present)
        json_object_set_new(object, "backoff", backoff_json(c));
    return object;
}

static json_t *nested_texts(const struct member *m, const void *record)
{
    json_t *object = json_object();

    put_texts(object, m, record);
    return object;
}

json_t *case_to_json(const struct case_record *c)
{
    json_t *object = json_object();

    put_texts(object, case_texts, c);
    put_lists(object, case_lists, c);
    json_object_set_new(object, "category", json_string(category_name(c->category)));
    json_object_set_new(object, "severity", json_string(severity_name(c->severity)));
    json_object_set_new(object, "verdict", json_string(verdict_name(c->verdict)));
    json_object_set_new(object, "verdict_before_waiver",
                        json_string(verdict_name(c->verdict_before_waiver)));
    json_object_set_new(object, "cause", json_string(cause_name(c->cause)));
    json_object_set_new(object, "leak", json_integer(c->leak));
    json_object_set_new(object, "duration_ms", json_real(c->duration_ms));
    json_object_set_new(object, "connect_ms", json_real(c->connect_ms));
    json_object_set_new(object, "observed", observed_json(c));
    json_object_set_new(object, "bracket", nested_texts(bracket_texts, c));
    json_object_set_new(object, "artifacts", nested_texts(artifact_texts, c));
    return object;
}

static json_t *board_json(const struct board_record *b)
{
    json_t *object = json_object();
    json_t *caps = json_array();
    json_t *categories = json_object();

    put_texts(object, board_texts, b);
    json_object_set_new(object, "firmware", nested_texts(firmware_texts, b));
    if (b->flash_result[0] != '\0')
        json_object_set_new(object, "flash", nested_texts(flash_texts, b));
    json_object_set_new(object, "score", json_real(b->score));
    for (size_t i = 0; i < b->cap_count; i++)
        json_array_append_new(caps, json_pack("{s:s, s:s, s:s}", "limit", b->caps[i].limit, "case",
                                              b->caps[i].case_id, "reason", b->caps[i].reason));
    json_object_set_new(object, "caps", caps);
    for (size_t i = 0; i < CATEGORY_COUNT; i++)
        if (b->categories[i].present)
            json_object_set_new(categories, category_name((enum category)i),
                                json_real(b->categories[i].score));
    json_object_set_new(object, "categories", categories);
    return object;
}

static json_t *run_json(const struct run_record *run)
{
    json_t *object = json_object();
    json_t *boards = json_array();
    json_t *cases = json_array();

    json_object_set_new(object, "schema", json_string("assay.run/1"));
    json_object_set_new(object, "tool",
                        json_pack("{s:s, s:s}", "name", "assay", "version", run->tool_version));
    put_texts(object, run_texts, run);
    json_object_set_new(object, "seed", json_integer(run->seed));
    json_object_set_new(object, "exit_code", json_integer(run->exit_code));
    json_object_set_new(object, "interrupted", json_boolean(run->interrupted));
    for (size_t i = 0; i < run->board_count; i++)
        json_array_append_new(boards, board_json(&run->boards[i]));
    for (size_t i = 0; i < run->case_count; i++)
        json_array_append_new(cases, case_to_json(&run->cases[i]));
    json_object_set_new(object, "boards", boards);
    json_object_set_new(object, "cases", cases);
    return object;
}

static int add_piece(const char *piece, size_t len, void *out)
{
    return buf_add(out, piece, len) == ASSAY_OK ? 0 : -1;
}

enum assay_status run_json_write(const struct run_record *run, struct buf *out)
{
    json_t *object = run_json(run);
    int failed = object == NULL || json_dump_callback(object, add_piece, out,
                                                      JSON_INDENT(2) | JSON_REAL_PRECISION(9));

    json_decref(object);
    if (failed)
        return ASSAY_ERR_NOMEM;
    return buf_add_char(out, '\n');
}

/* ---- reading ---- */

static enum assay_status get_texts(const json_t *object, const struct member *m, void *record)
{
    for (; m->key != NULL; m++) {
        const char *text = json_string_value(json_object_get(object, m->key));

        if (text != NULL)
            ASSAY_TRY(record_set(TEXT_AT(record, m->offset), text));
    }
    return ASSAY_OK;
}

static enum assay_status get_lists(const json_t *object, const struct member *m, void *record)
{
    for (; m->key != NULL; m++) {
        const json_t *array = json_object_get(object, m->key);

        for (size_t i = 0; i < json_array_size(array); i++) {
            const char *text = json_string_value(json_array_get(array, i));

            if (text != NULL)
                ASSAY_TRY(record_list_add(LIST_AT(record, m->offset), text));
        }
    }
    return ASSAY_OK;
}

static int get_int(const json_t *object, const char *key)
{
    return (int)json_integer_value(json_object_get(object, key));
}

static int64_t get_size(const json_t *object, const char *key)
{
    const json_t *number = json_object_get(object, key);

    return number != NULL ? json_integer_value(number) : -1;
}

static enum assay_status read_ladder(const json_t *object, struct case_record *c)
{
    struct record_ladder *l = &c->observed.ladder;

    l->present = object != NULL;
    l->least = json_integer_value(json_object_get(object, "least"));
    l->taken = get_size(object, "taken");
    l->refused = get_size(object, "refused");
    return get_texts(object, ladder_texts, c);
}

static enum assay_status read_backoff(const json_t *object, struct case_record *c)
{
    struct record_backoff *b = &c->observed.backoff;
    const json_t *waits = json_object_get(object, "waits_ms");

    b->present = object != NULL;
    b->jitter = json_is_true(json_object_get(object, "jitter"));
    for (size_t i = 0; i < json_array_size(waits) && i < RECORD_WAITS_MAX; i++)
        b->waits_ms[b->count++] = json_integer_value(json_array_get(waits, i));
    return get_texts(object, backoff_texts, c);
}

static enum assay_status read_observed(const json_t *object, struct case_record *c)
{
    struct record_observed *o = &c->observed;
    const json_t *alert = json_object_get(object, "alert");
    const json_t *hello = json_object_get(object, "client_hello");
    const json_t *mqtt = json_object_get(object, "mqtt");

    ASSAY_TRY(get_texts(object, observed_texts, c));
    o->serial_code = get_int(object, "serial_code");
    o->connections = (unsigned)get_int(object, "connections");
    o->alert.present = alert != NULL;
    o->alert.code = get_int(alert, "code");
    ASSAY_TRY(get_texts(alert, alert_texts, c));
    o->client_hello.present = hello != NULL;
    ASSAY_TRY(get_texts(hello, hello_texts, c));
    ASSAY_TRY(get_lists(hello, hello_lists, c));
    o->mqtt.present = mqtt != NULL;
    o->mqtt.version = get_int(mqtt, "version");
    o->mqtt.keep_alive_s = get_int(mqtt, "keep_alive_s");
    o->mqtt.has_password = json_is_true(json_object_get(mqtt, "has_password"));
    ASSAY_TRY(get_texts(mqtt, mqtt_texts, c));
    ASSAY_TRY(read_ladder(json_object_get(object, "ladder"), c));
    return read_backoff(json_object_get(object, "backoff"), c);
}

static const char *need_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));

    return text != NULL ? text : "";
}

enum assay_status case_from_json(const json_t *object, struct case_record *c)
{
    ASSAY_TRY(get_texts(object, case_texts, c));
    ASSAY_TRY(get_lists(object, case_lists, c));
    ASSAY_TRY(category_parse(need_text(object, "category"), &c->category));
    ASSAY_TRY(severity_parse(need_text(object, "severity"), &c->severity));
    ASSAY_TRY(verdict_parse(need_text(object, "verdict"), &c->verdict));
    ASSAY_TRY(verdict_parse(need_text(object, "verdict_before_waiver"), &c->verdict_before_waiver));
    ASSAY_TRY(cause_parse(need_text(object, "cause"), &c->cause));
    c->leak = get_int(object, "leak");
    c->duration_ms = json_number_value(json_object_get(object, "duration_ms"));
    c->connect_ms = json_number_value(json_object_get(object, "connect_ms"));
    ASSAY_TRY(get_texts(json_object_get(object, "bracket"), bracket_texts, c));
    ASSAY_TRY(get_texts(json_object_get(object, "artifacts"), artifact_texts, c));
    return read_observed(json_object_get(object, "observed"), c);
}

static enum assay_status read_board(const json_t *object, struct board_record *b)
{
    const json_t *caps = json_object_get(object, "caps");
    const json_t *categories = json_object_get(object, "categories");

    ASSAY_TRY(get_texts(object, board_texts, b));
    ASSAY_TRY(get_texts(json_object_get(object, "firmware"), firmware_texts, b));
    if (json_object_get(object, "flash") != NULL)
        ASSAY_TRY(get_texts(json_object_get(object, "flash"), flash_texts, b));
    b->score = json_number_value(json_object_get(object, "score"));
    for (size_t i = 0; i < json_array_size(caps); i++) {
        const json_t *cap = json_array_get(caps, i);

        ASSAY_TRY(board_record_add_cap(b, need_text(cap, "limit"), need_text(cap, "case"),
                                       need_text(cap, "reason")));
    }
    for (size_t i = 0; i < CATEGORY_COUNT; i++) {
        const json_t *score = json_object_get(categories, category_name((enum category)i));

        b->categories[i] = (struct record_category){.category = (enum category)i,
                                                    .present = score != NULL,
                                                    .score = json_number_value(score)};
    }
    return ASSAY_OK;
}

static enum assay_status read_run(const json_t *object, struct run_record *run)
{
    const json_t *boards = json_object_get(object, "boards");
    const json_t *cases = json_object_get(object, "cases");

    if (strcmp(need_text(object, "schema"), "assay.run/1") != 0)
        return ASSAY_ERR_UNSUPPORTED;
    ASSAY_TRY(get_texts(object, run_texts, run));
    ASSAY_TRY(
        record_set(&run->tool_version, need_text(json_object_get(object, "tool"), "version")));
    run->seed = json_integer_value(json_object_get(object, "seed"));
    run->exit_code = get_int(object, "exit_code");
    run->interrupted = json_is_true(json_object_get(object, "interrupted"));
    for (size_t i = 0; i < json_array_size(boards); i++) {
        struct board_record *b = NULL;

        ASSAY_TRY(run_record_add_board(run, &b));
        ASSAY_TRY(read_board(json_array_get(boards, i), b));
    }
    for (size_t i = 0; i < json_array_size(cases); i++) {
        struct case_record *c = NULL;

        ASSAY_TRY(run_record_add_case(run, &c));
        ASSAY_TRY(case_from_json(json_array_get(cases, i), c));
    }
    return ASSAY_OK;
}

enum assay_status run_json_read(const char *run_dir, struct run_record *ret,
                                struct assay_error *err)
{
    struct run_record run;
    struct buf path;
    json_error_t json_err;
    json_t *object = NULL;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, 8192);
    status = buf_printf(&path, "%s/run.json", run_dir);
    if (status == ASSAY_OK)
        status = run_record_init(&run);
    if (status != ASSAY_OK) {
        buf_done(&path);
        return status;
    }
    object = json_load_file(buf_text(&path), JSON_REJECT_DUPLICATES, &json_err);
    if (object == NULL)
        status = assay_error_set(err, json_err.line < 0 ? ASSAY_ERR_NOT_FOUND : ASSAY_ERR_MALFORMED,
                                 "%s:%d: %s", buf_text(&path), json_err.line, json_err.text);
    else
        status = read_run(object, &run);
    if (object != NULL && status != ASSAY_OK)
        assay_error_set(err, status, "%s is no run record of this version (assay.run/1)",
                        buf_text(&path));
    json_decref(object);
    buf_done(&path);
    if (status != ASSAY_OK) {
        run_record_done(&run);
        return status;
    }
    *ret = run;
    return ASSAY_OK;
}
