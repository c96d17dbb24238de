/* SPDX-License-Identifier: Apache-2.0 */
/* Device shadows, classic and named: documents with versions, what was asked and what is told. */
#include "document.h"
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHADOWS_MAX = 64, SHADOW_NAME = 65, DOCUMENT_MAX = 8192, TOKEN_MAX = 64, LEVELS_MAX = 8 };

struct shadow {
    char thing[FACE_NAME_TEXT];
    char name[SHADOW_NAME]; /* "": classic */
    bool exists;
    int64_t version; /* goes on after a deletion */
    json_t *state;   /* {"desired": {...}, "reported": {...}} as far as they exist */
    json_t *stamps;  /* the same shape */
};

struct shadows {
    struct shadow all[SHADOWS_MAX];
    size_t count;
    json_t *desired; /* what an application is to want; NULL: nothing, or said already */
};

/* A request under way. */
struct request {
    struct face *face;
    const struct face_conn *conn; /* NULL: the thing is away */
    struct shadow *shadow;
    const char *operation; /* "get", "update", "delete" */
    json_t *body;          /* NULL: none, or no JSON */
    const json_t *token;
    bool is_app; /* the bench's own, in the place of an application */
};

static const char *const sections[] = {"desired", "reported"};

enum assay_status shadows_new(const struct face_settings *settings, struct shadows **ret,
                              struct assay_error *err)
{
    struct shadows *shadows = calloc(1, sizeof(*shadows));

    if (shadows == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    if (settings->desired[0] != '\0') {
        shadows->desired = document_parse(mqtt_view_text(settings->desired));
        if (!json_is_object(shadows->desired)) {
            shadows_free(shadows);
            return assay_error_set(err, ASSAY_ERR_MALFORMED,
                                   "face.desired has to be a JSON object");
        }
    }
    *ret = shadows;
    return ASSAY_OK;
}

void shadows_free(struct shadows *shadows)
{
    if (shadows == NULL)
        return;
    for (size_t i = 0; i < shadows->count; i++) {
        json_decref(shadows->all[i].state);
        json_decref(shadows->all[i].stamps);
    }
    json_decref(shadows->desired);
    free(shadows);
}

static struct shadow *find_or_make(struct shadows *s, const char *thing, const char *name)
{
    struct shadow *shadow = NULL;

    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->all[i].thing, thing) == 0 && strcmp(s->all[i].name, name) == 0)
            return &s->all[i];
    if (s->count == SHADOWS_MAX)
        return NULL;
    shadow = &s->all[s->count++];
    snprintf(shadow->thing, sizeof(shadow->thing), "%s", thing);
    snprintf(shadow->name, sizeof(shadow->name), "%s", name);
    shadow->state = json_object();
    shadow->stamps = json_object();
    return shadow;
}

static void note(const struct request *r, const char *operation, int64_t code, const char *text)
{
    face_note_device(r->face, r->conn != NULL ? r->conn->id : 0, r->shadow->thing,
                     &(struct service_note){.service = "shadow",
                                            .operation = operation,
                                            .item = r->shadow->name,
                                            .status = r->is_app ? "application" : NULL,
                                            .version = r->shadow->version,
                                            .code = code,
                                            .text = text});
}

/* Publish to the shadow's topic; body is taken over. */
static void tell(const struct request *r, const char *rest, json_t *body)
{
    const struct shadow *s = r->shadow;
    char topic[FACE_TOPIC_TEXT];
    char *text = NULL;

    if (r->token != NULL && body != NULL)
        (void)json_object_set_new(body, "clientToken", json_deep_copy(r->token));
    text = body != NULL ? document_text(body) : NULL;
    snprintf(topic, sizeof(topic), "$aws/things/%s/shadow/%s%s%s%s%s", s->thing,
             s->name[0] != '\0' ? "name/" : "", s->name, s->name[0] != '\0' ? "/" : "",
             r->operation, rest);
    if (text != NULL)
        face_say(r->face, NULL, topic, text, strlen(text));
    free(text);
    json_decref(body);
}

static void reject(const struct request *r, int code, const char *message)
{
    tell(r, "/rejected",
         json_pack("{s:i,s:s,s:I}", "code", code, "message", message, "timestamp",
                   (json_int_t)face_time(r->face)));
    note(r, r->operation, code, message);
}

static json_t *delta_of(const struct shadow *s)
{
    return document_delta(json_object_get(s->state, "desired"),
                          json_object_get(s->state, "reported"));
}

static void get(const struct request *r)
{
    const struct shadow *s = r->shadow;
    json_t *state = NULL;
    json_t *delta = NULL;
    char message[96 + SHADOW_NAME];

    if (!s->exists) {
        snprintf(message, sizeof(message), "No shadow exists with name: '%s'",
                 s->name[0] != '\0' ? s->name : s->thing);
        reject(r, 404, message);
        return;
    }
    state = json_deep_copy(s->state);
    delta = delta_of(s);
    if (json_object_size(delta) > 0)
        (void)json_object_set(state, "delta", delta);
    json_decref(delta);
    tell(r, "/accepted",
         json_pack("{s:o,s:O,s:I,s:I}", "state", state, "metadata", s->stamps, "version",
                   (json_int_t)s->version, "timestamp", (json_int_t)face_time(r->face)));
    note(r, "get", 0, NULL);
}

static void delete_shadow(const struct request *r)
{
    struct shadow *s = r->shadow;

    if (!s->exists) {
        reject(r, 404, "No shadow exists with name");
        return;
    }
    (void)json_object_clear(s->state);
    (void)json_object_clear(s->stamps);
    s->exists = false;
    tell(r, "/accepted",
         json_pack("{s:I,s:I}", "version", (json_int_t)s->version, "timestamp",
                   (json_int_t)face_time(r->face)));
    note(r, "delete", 0, NULL);
}

/* NULL: the request can be carried out; the words are those of the service's page of errors. */
static const char *flaw_of(const struct request *r, size_t payload_len, int *ret_code)
{
    json_t *state = json_object_get(r->body, "state");
    const json_t *version = json_object_get(r->body, "version");

    *ret_code = 400;
    if (payload_len > DOCUMENT_MAX) {
        *ret_code = 413;
        return "The payload exceeds the maximum size allowed";
    }
    if (!json_is_object(r->body))
        return "Invalid JSON";
    if (r->token != NULL && (!json_is_string(r->token) || json_string_length(r->token) > TOKEN_MAX))
        return "Invalid clientToken";
    if (state == NULL)
        return "Missing required node: state";
    if (!json_is_object(state))
        return "State node must be an object";
    if (version != NULL && !json_is_integer(version))
        return "Invalid version";
    if (document_depth(state) > LEVELS_MAX + 1) /* of a section, without the state around it */
        return "JSON contains too many levels of nesting; maximum is 8";
    if (version != NULL && json_integer_value(version) != r->shadow->version) {
        *ret_code = 409;
        return "Version conflict";
    }
    return NULL;
}

static const char *flaw_of_state(json_t *state)
{
    const char *key = NULL;
    json_t *value = NULL;

    json_object_foreach(state, key, value)
    {
        bool is_desired = strcmp(key, "desired") == 0;

        if (!is_desired && strcmp(key, "reported") != 0)
            return "State contains an invalid node";
        if (!json_is_object(value) && !json_is_null(value))
            return is_desired ? "Desired node must be an object"
                              : "Reported node must be an object";
    }
    return NULL;
}

/* {"state": ..., "metadata": ..., "version": ...} */
static json_t *snapshot(const struct shadow *s)
{
    return json_pack("{s:o,s:o,s:I}", "state", json_deep_copy(s->state), "metadata",
                     json_deep_copy(s->stamps), "version", (json_int_t)s->version);
}

/* Lay a request over the shadow; the stamps that belong to it. */
static json_t *apply(struct shadow *s, json_t *state, int64_t now_s)
{
    json_t *stamped = json_object();

    for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
        json_t *over = json_object_get(state, sections[i]);
        json_t *stamps = NULL;

        if (over == NULL)
            continue;
        if (json_is_null(over)) { /* the whole section goes */
            (void)json_object_del(s->state, sections[i]);
            (void)json_object_del(s->stamps, sections[i]);
            continue;
        }
        if (json_object_get(s->state, sections[i]) == NULL) {
            (void)json_object_set_new(s->state, sections[i], json_object());
            (void)json_object_set_new(s->stamps, sections[i], json_object());
        }
        document_merge(json_object_get(s->state, sections[i]), over);
        stamps = document_stamp(over, now_s);
        document_merge(json_object_get(s->stamps, sections[i]), stamps);
        (void)json_object_set_new(stamped, sections[i], json_object());
        document_merge(json_object_get(stamped, sections[i]), stamps);
        json_decref(stamps);
    }
    s->exists = true;
    s->version++;
    return stamped;
}

static void tell_delta(const struct request *r)
{
    const struct shadow *s = r->shadow;
    json_t *delta = delta_of(s);
    json_t *stamps = NULL;

    if (json_object_size(delta) == 0) {
        json_decref(delta);
        return;
    }
    stamps = document_select(json_object_get(s->stamps, "desired"), delta);
    tell(r, "/delta",
         json_pack("{s:I,s:I,s:o,s:o}", "version", (json_int_t)s->version, "timestamp",
                   (json_int_t)face_time(r->face), "state", delta, "metadata", stamps));
    note(r, "delta", 0, NULL);
}

static void update(const struct request *r, size_t payload_len)
{
    struct shadow *s = r->shadow;
    json_t *state = json_object_get(r->body, "state");
    int64_t now_s = face_time(r->face);
    int code = 0;
    const char *flaw = flaw_of(r, payload_len, &code);
    json_t *before = NULL;
    json_t *stamps = NULL;

    if (flaw == NULL)
        flaw = flaw_of_state(state);
    if (flaw != NULL) {
        reject(r, code, flaw);
        return;
    }
    before = snapshot(s);
    stamps = apply(s, state, now_s);
    tell(r, "/accepted",
         json_pack("{s:o,s:o,s:I,s:I}", "state", json_deep_copy(state), "metadata", stamps,
                   "version", (json_int_t)s->version, "timestamp", (json_int_t)now_s));
    note(r, json_object_get(state, "reported") != NULL ? "report" : "update", 0, NULL);
    tell(r, "/documents",
         json_pack("{s:o,s:o,s:I}", "previous", before, "current", snapshot(s), "timestamp",
                   (json_int_t)now_s));
    tell_delta(r);
}

/* "shadow/update" and "shadow/name/NAME/update" taken apart; NULL: no request. */
static const char *read_rest(const char *rest, char name[static SHADOW_NAME])
{
    static const char *const operations[] = {"get", "update", "delete"};
    const char *at = strncmp(rest, "shadow/", 7) == 0 ? rest + 7 : "";
    size_t len = 0;

    name[0] = '\0';
    if (strncmp(at, "name/", 5) == 0) {
        at += 5;
        len = strcspn(at, "/");
        if (len == 0 || len >= SHADOW_NAME || at[len] != '/')
            return NULL;
        memcpy(name, at, len);
        name[len] = '\0';
        at += len + 1;
    }
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (strcmp(at, operations[i]) == 0)
            return operations[i];
    return NULL;
}

bool shadows_request(struct face_conn *conn, const char *thing, const char *rest,
                     struct mqtt_view payload)
{
    char name[SHADOW_NAME];
    struct request r = {.face = conn->face, .conn = conn, .operation = read_rest(rest, name)};

    if (r.operation == NULL)
        return false;
    r.shadow = find_or_make(conn->face->shadows, thing, name);
    if (r.shadow == NULL)
        return true; /* more names than anybody has: no answer comes */
    r.body = document_parse(payload);
    r.token = json_object_get(r.body, "clientToken");
    if (strcmp(r.operation, "get") == 0)
        get(&r);
    else if (strcmp(r.operation, "delete") == 0)
        delete_shadow(&r);
    else
        update(&r, payload.len);
    json_decref(r.body);
    return true;
}

void shadows_desire(struct face_conn *conn, const char *thing)
{
    struct shadows *s = conn->face->shadows;
    struct request r = {.face = conn->face, .conn = conn, .operation = "update", .is_app = true};
    /* The words of AWS IoT Core Device Advisor's test of the shadow. */
    json_t *token = json_string("DeviceAdvisorShadowTestCaseSetup");

    r.shadow = s->desired != NULL ? find_or_make(s, thing, "") : NULL;
    r.token = token;
    if (r.shadow != NULL) {
        r.body = json_pack("{s:{s:O}}", "state", "desired", s->desired);
        if (r.body != NULL)
            update(&r, 0);
        json_decref(r.body);
        json_decref(s->desired);
        s->desired = NULL; /* once */
    }
    json_decref(token);
}

enum assay_status shadows_order(struct face *face, const char *thing, const char *shadow,
                                const char *desired, struct assay_error *err)
{
    struct request r = {
        .face = face, .conn = face_conn_of(face, thing), .operation = "update", .is_app = true};
    json_t *state = document_parse(mqtt_view_text(desired));

    if (!json_is_object(state) && !json_is_null(state)) {
        json_decref(state);
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "desired: the payload has to be a JSON object, or null");
    }
    if (strlen(shadow) < SHADOW_NAME && strlen(thing) < FACE_NAME_TEXT)
        r.shadow = find_or_make(face->shadows, thing, shadow);
    r.body = json_pack("{s:{s:o}}", "state", "desired", state);
    if (r.shadow == NULL || r.body == NULL) {
        json_decref(r.body);
        return assay_error_set(err, ASSAY_ERR_LIMIT,
                               "desired: the bench keeps %d shadows, with "
                               "names of 64 letters at most",
                               SHADOWS_MAX);
    }
    update(&r, strlen(desired));
    json_decref(r.body);
    return ASSAY_OK;
}
