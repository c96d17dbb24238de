/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: one job execution of the settings' making, asked for and reported over topics. */
#include "document.h"
#include "inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DETAILS_MAX = 32768 };

struct jobs {
    char id[FACE_NAME_TEXT]; /* "": there is no job */
    json_t *document;
    const char *status; /* NULL: not created yet */
    json_t *details;
    int64_t version;
    int64_t queued_s, started_s, updated_s;
};

static const char queued[] = "QUEUED";
static const char in_progress[] = "IN_PROGRESS";
/* What a device may say, and whether the execution ends with it. */
static const struct status_row {
    const char *name;
    bool is_end;
} status_rows[] = {
    {"IN_PROGRESS", false}, {"SUCCEEDED", true}, {"FAILED", true}, {"REJECTED", true}};

struct request {
    struct face_conn *conn;
    struct jobs *jobs;
    const char *thing;
    const char *rest;   /* "jobs/start-next" */
    const char *action; /* "get", "start-next", "describe", "update" */
    json_t *body;
};

enum assay_status jobs_new(const struct face_settings *settings, struct jobs **ret,
                           struct assay_error *err)
{
    struct jobs *jobs = calloc(1, sizeof(*jobs));

    if (jobs == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    snprintf(jobs->id, sizeof(jobs->id), "%s", settings->job);
    jobs->details = json_object();
    jobs->document = settings->job_document[0] != '\0'
                         ? document_parse(mqtt_view_text(settings->job_document))
                         : json_object();
    if (jobs->document == NULL) {
        jobs_free(jobs);
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "face.job_document has to be JSON");
    }
    *ret = jobs;
    return ASSAY_OK;
}

void jobs_free(struct jobs *jobs)
{
    if (jobs == NULL)
        return;
    json_decref(jobs->document);
    json_decref(jobs->details);
    free(jobs);
}

static bool is_end(const char *status)
{
    for (size_t i = 0; i < sizeof(status_rows) / sizeof(status_rows[0]); i++)
        if (strcmp(status_rows[i].name, status) == 0)
            return status_rows[i].is_end;
    return false;
}

static bool is_pending(const struct jobs *jobs)
{
    return jobs->status != NULL && !is_end(jobs->status);
}

static void note(struct face_conn *conn, const char *operation, int64_t code, const char *text)
{
    const struct jobs *jobs = conn->face->jobs;

    face_note_service(conn, &(struct service_note){.service = "jobs",
                                                   .operation = operation,
                                                   .item = jobs->id,
                                                   .status = jobs->status,
                                                   .version = jobs->version,
                                                   .code = code,
                                                   .text = text});
}

/* body is taken over. Answers come whether somebody subscribed or not, notices do not. */
static void tell(struct face_conn *conn, bool is_direct, const char *thing, const char *rest,
                 json_t *body)
{
    char topic[FACE_TOPIC_TEXT];
    char *text = body != NULL ? document_text(body) : NULL;

    snprintf(topic, sizeof(topic), "$aws/things/%s/%s", thing, rest);
    if (text != NULL)
        face_say(conn->face, is_direct ? conn : NULL, topic, text, strlen(text));
    free(text);
    json_decref(body);
}

static void answer(const struct request *r, const char *outcome, json_t *body)
{
    const json_t *token = json_object_get(r->body, "clientToken");
    char rest[FACE_TOPIC_TEXT];

    if (body != NULL && token != NULL)
        (void)json_object_set_new(body, "clientToken", json_deep_copy(token));
    if (body != NULL)
        (void)json_object_set_new(body, "timestamp", json_integer(face_time(r->conn->face)));
    snprintf(rest, sizeof(rest), "%s/%s", r->rest, outcome);
    tell(r->conn, true, r->thing, rest, body);
}

/* JobExecutionState */
static json_t *state_of(const struct jobs *jobs)
{
    return json_pack("{s:s,s:O,s:I}", "status", jobs->status, "statusDetails", jobs->details,
                     "versionNumber", (json_int_t)jobs->version);
}

static void reject(const struct request *r, const char *code, const char *message, bool with_state)
{
    json_t *body = json_pack("{s:s,s:s}", "code", code, "message", message);

    if (body != NULL && with_state)
        (void)json_object_set_new(body, "executionState", state_of(r->jobs));
    answer(r, "rejected", body);
    note(r->conn, r->action, 400, message);
}

/* JobExecution; details_too: with the document. */
static json_t *execution(const struct request *r, bool with_document)
{
    const struct jobs *j = r->jobs;
    json_t *json = json_pack("{s:s,s:s,s:s,s:O,s:I,s:I,s:I,s:i}", "jobId", j->id, "thingName",
                             r->thing, "status", j->status, "statusDetails", j->details, "queuedAt",
                             (json_int_t)j->queued_s, "lastUpdatedAt", (json_int_t)j->updated_s,
                             "versionNumber", (json_int_t)j->version, "executionNumber", 1);

    if (json != NULL && j->started_s > 0)
        (void)json_object_set_new(json, "startedAt", json_integer(j->started_s));
    if (json != NULL && with_document)
        (void)json_object_set(json, "jobDocument", j->document);
    return json;
}

/* JobExecutionSummary in a list; the list is empty unless it is so. */
static json_t *summary(const struct jobs *j, const char *status)
{
    json_t *list = json_array();

    if (list != NULL && j->status != NULL && strcmp(j->status, status) == 0)
        (void)json_array_append_new(
            list, json_pack("{s:s,s:I,s:I,s:i,s:I}", "jobId", j->id, "queuedAt",
                            (json_int_t)j->queued_s, "lastUpdatedAt", (json_int_t)j->updated_s,
                            "executionNumber", 1, "versionNumber", (json_int_t)j->version));
    return list;
}

/* The list of pending jobs has changed: jobs/notify and jobs/notify-next. */
static void give_notice(const struct request *r)
{
    int64_t now_s = face_time(r->conn->face);
    json_t *jobs = json_object();
    json_t *next = json_pack("{s:I}", "timestamp", (json_int_t)now_s);

    if (is_pending(r->jobs))
        (void)json_object_set_new(jobs, r->jobs->status, summary(r->jobs, r->jobs->status));
    if (next != NULL && is_pending(r->jobs))
        (void)json_object_set_new(next, "execution", execution(r, true));
    tell(r->conn, false, r->thing, "jobs/notify",
         json_pack("{s:I,s:o}", "timestamp", (json_int_t)now_s, "jobs", jobs));
    tell(r->conn, false, r->thing, "jobs/notify-next", next);
}

static void make(struct face_conn *conn)
{
    struct jobs *j = conn->face->jobs;

    j->status = queued;
    j->version = 1;
    j->queued_s = j->updated_s = face_time(conn->face);
    note(conn, "created", 0, NULL);
}

void jobs_create(struct face_conn *conn, const char *thing)
{
    const struct request r = {.conn = conn, .jobs = conn->face->jobs, .thing = thing};

    if (r.jobs->id[0] == '\0' || r.jobs->status != NULL)
        return;
    make(conn);
    give_notice(&r);
}

static void list_pending(const struct request *r)
{
    answer(r, "accepted",
           json_pack("{s:o,s:o}", "inProgressJobs", summary(r->jobs, in_progress), "queuedJobs",
                     summary(r->jobs, queued)));
    note(r->conn, "get", 0, NULL);
}

static void start_next(const struct request *r)
{
    struct jobs *j = r->jobs;
    json_t *details = json_object_get(r->body, "statusDetails");
    json_t *body = json_object();

    if (j->status == queued) {
        j->status = in_progress;
        j->version++;
        j->started_s = j->updated_s = face_time(r->conn->face);
        if (json_is_object(details))
            document_merge(j->details, details);
    }
    if (is_pending(j) && body != NULL)
        (void)json_object_set_new(body, "execution", execution(r, true));
    answer(r, "accepted", body);
    note(r->conn, "start-next", 0, NULL);
}

static void describe(const struct request *r)
{
    bool with_document = !json_is_false(json_object_get(r->body, "includeJobDocument"));
    bool is_next = strncmp(r->rest, "jobs/$next/", 11) == 0;
    json_t *body = json_object();

    if (body != NULL && (is_next ? is_pending(r->jobs) : r->jobs->status != NULL))
        (void)json_object_set_new(body, "execution", execution(r, with_document));
    answer(r, "accepted", body);
    note(r->conn, "describe", 0, NULL);
}

/* The row of a status that a device may say; NULL: none. */
static const char *status_named(const json_t *status)
{
    const char *text = json_string_value(status);

    for (size_t i = 0; text != NULL && i < sizeof(status_rows) / sizeof(status_rows[0]); i++)
        if (strcmp(status_rows[i].name, text) == 0)
            return status_rows[i].name;
    return NULL;
}

/* A version is a number, or one as a text: the service's page shows the latter. */
static bool is_version(const json_t *given, int64_t version)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)version);
    return json_is_string(given) ? strcmp(json_string_value(given), text) == 0
                                 : json_is_integer(given) && json_integer_value(given) == version;
}

static void carry_out(const struct request *r, const char *status)
{
    struct jobs *j = r->jobs;
    json_t *details = json_object_get(r->body, "statusDetails");
    json_t *body = json_object();

    j->version++;
    j->updated_s = face_time(r->conn->face);
    if (j->started_s == 0)
        j->started_s = j->updated_s;
    j->status = status;
    if (json_is_object(details))
        document_merge(j->details, details);
    if (body != NULL && json_is_true(json_object_get(r->body, "includeJobExecutionState")))
        (void)json_object_set_new(body, "executionState", state_of(j));
    if (body != NULL && json_is_true(json_object_get(r->body, "includeJobDocument")))
        (void)json_object_set(body, "jobDocument", j->document);
    answer(r, "accepted", body);
    note(r->conn, "update", 0, NULL);
    if (is_end(status))
        give_notice(r);
}

static void update(const struct request *r)
{
    const json_t *expected = json_object_get(r->body, "expectedVersion");
    const char *status = status_named(json_object_get(r->body, "status"));

    if (r->jobs->status == NULL)
        reject(r, "ResourceNotFound", "The job execution does not exist", false);
    else if (status == NULL)
        reject(r, "InvalidRequest", "status has to be IN_PROGRESS, SUCCEEDED, FAILED or REJECTED",
               true);
    else if (is_end(r->jobs->status))
        reject(r, "InvalidStateTransition", "The job execution is in a terminal state", true);
    else if (expected != NULL && !is_version(expected, r->jobs->version))
        reject(r, "VersionMismatch", "expectedVersion is not the version of the job execution",
               true);
    else
        carry_out(r, status);
}

/* Which request it is; NULL: none of the service's. */
static const char *action_of(const struct jobs *jobs, const char *rest, bool *ret_known)
{
    const char *at = strncmp(rest, "jobs/", 5) == 0 ? rest + 5 : NULL;
    const char *slash = at != NULL ? strchr(at, '/') : NULL;
    size_t len = slash != NULL ? (size_t)(slash - at) : 0;

    *ret_known = true;
    if (at == NULL)
        return NULL;
    if (strcmp(at, "get") == 0)
        return "get";
    if (strcmp(at, "start-next") == 0)
        return "start-next";
    if (slash == NULL)
        return NULL;
    *ret_known = (len == strlen(jobs->id) && strncmp(at, jobs->id, len) == 0) ||
                 (strncmp(at, "$next", len) == 0 && len == 5);
    if (strcmp(slash, "/get") == 0)
        return "describe";
    return strcmp(slash, "/update") == 0 ? "update" : NULL;
}

static void serve(const struct request *r)
{
    static const struct {
        const char *action;
        void (*serve)(const struct request *r);
    } rows[] = {{"get", list_pending},
                {"start-next", start_next},
                {"describe", describe},
                {"update", update}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].action, r->action) == 0)
            rows[i].serve(r);
}

bool jobs_request(struct face_conn *conn, const char *thing, const char *rest,
                  struct mqtt_view payload)
{
    struct request r = {.conn = conn, .jobs = conn->face->jobs, .thing = thing, .rest = rest};
    bool is_known = false;

    r.action = action_of(r.jobs, rest, &is_known);
    if (r.action == NULL)
        return false;
    if (r.jobs->id[0] != '\0' && r.jobs->status == NULL)
        make(conn); /* whoever asks finds it there */
    r.body = payload.len > 0 && payload.len <= DETAILS_MAX ? document_parse(payload) : NULL;
    if (payload.len > 0 && !json_is_object(r.body))
        reject(&r, "InvalidJson", "The request is no JSON object", false);
    else if (!is_known)
        reject(&r, "ResourceNotFound", "There is no such job", false);
    else
        serve(&r);
    json_decref(r.body);
    return true;
}

enum assay_status jobs_order(struct face *face, const char *thing, const char *id,
                             const char *document, struct assay_error *err)
{
    struct jobs *jobs = face->jobs;
    struct face_conn *conn = face_conn_of(face, thing);
    json_t *json = document[0] != '\0' ? document_parse(mqtt_view_text(document)) : json_object();

    if (json == NULL)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "job: the document has to be JSON");
    if (is_pending(jobs) || strlen(id) >= sizeof(jobs->id)) {
        json_decref(json);
        return assay_error_set(err, ASSAY_ERR_STATE,
                               is_pending(jobs)
                                   ? "job: \"%s\" has not ended yet, and the bench has "
                                     "one job at a time"
                                   : "job: the id is too long%.0s",
                               jobs->id);
    }
    snprintf(jobs->id, sizeof(jobs->id), "%s", id);
    json_decref(jobs->document);
    jobs->document = json;
    jobs->status = NULL; /* it is created when the board asks, or at once */
    (void)json_object_clear(jobs->details);
    jobs->started_s = 0;
    if (conn != NULL)
        jobs_create(conn, thing);
    return ASSAY_OK;
}
