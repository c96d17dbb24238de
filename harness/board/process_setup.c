/* SPDX-License-Identifier: Apache-2.0 */
#include "process_setup.h"

#include "board_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MAX_SHOWN = 32 * 1024, MAX_ENV = 2048 };

/* Texts that placeholder values point to. */
struct value_texts {
    char port[16];
    char plain_port[16];
    char time[32];
    char keep_alive[16];
    char stay[16];
    struct trust_files files;
};

static ASSAY_RESULT format_time(int64_t unix_s, char *ret, size_t cap, struct assay_error *err)
{
    time_t when = (time_t)unix_s;
    struct tm parts;

    if (gmtime_r(&when, &parts) == NULL || strftime(ret, cap, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return assay_error_set(err, ASSAY_ERR_ARG, "the scenario's time cannot be written");
    return ASSAY_OK;
}

static ASSAY_RESULT make_values(const struct board_file *file, const char *work_dir,
                                const struct board_request *r, struct value_texts *texts,
                                struct placeholder_values *ret, struct assay_error *err)
{
    static const struct board_stay none = {.filter = NULL};
    const struct board_stay *stay = r->stay != NULL ? r->stay : &none;
    bool has_identity = r->cert_der != NULL && r->key_der != NULL;

    ASSAY_TRY(trust_files_write(work_dir, r, &texts->files, err));
    ASSAY_TRY(format_time(r->unix_s, texts->time, sizeof(texts->time), err));
    snprintf(texts->port, sizeof(texts->port), "%u", r->port);
    snprintf(texts->plain_port, sizeof(texts->plain_port), "%u", r->plain_port);
    snprintf(texts->keep_alive, sizeof(texts->keep_alive), "%u", stay->keep_alive_s);
    snprintf(texts->stay, sizeof(texts->stay), "%u", (stay->stay_ms + 999) / 1000);
    *ret = (struct placeholder_values){
        .text = {[PLACEHOLDER_HOST] = r->host,
                 [PLACEHOLDER_IP] = r->ip,
                 [PLACEHOLDER_PORT] = texts->port,
                 [PLACEHOLDER_PLAIN_PORT] = r->plain_port != 0 ? texts->plain_port : NULL,
                 [PLACEHOLDER_CA_FILE] = texts->files.ca_file,
                 [PLACEHOLDER_CA_DIR] = texts->files.ca_dir,
                 [PLACEHOLDER_CERT_FILE] = has_identity ? texts->files.cert_file : NULL,
                 [PLACEHOLDER_KEY_FILE] = has_identity ? texts->files.key_file : NULL,
                 [PLACEHOLDER_PSK_IDENTITY] = r->psk_identity,
                 [PLACEHOLDER_PSK_HEX] = r->psk_hex,
                 [PLACEHOLDER_ALPN] = r->alpn,
                 [PLACEHOLDER_CLIENT_ID] = r->client_id,
                 [PLACEHOLDER_USERNAME] = r->username,
                 [PLACEHOLDER_PASSWORD] = r->password,
                 [PLACEHOLDER_TOPIC] = r->topic,
                 [PLACEHOLDER_PAYLOAD] = r->payload,
                 [PLACEHOLDER_FILTER] = stay->filter,
                 [PLACEHOLDER_KEEP_ALIVE] = r->stay != NULL ? texts->keep_alive : NULL,
                 [PLACEHOLDER_STAY] = r->stay != NULL ? texts->stay : NULL,
                 [PLACEHOLDER_PERSISTENT] = r->stay != NULL && !stay->is_clean ? "yes" : NULL,
                 [PLACEHOLDER_MQTT] = stay->version,
                 [PLACEHOLDER_TIME] = texts->time,
                 [PLACEHOLDER_WORK_DIR] = work_dir,
                 [PLACEHOLDER_COMMAND_DIR] = board_file_command_dir(file)}};
    return ASSAY_OK;
}

static ASSAY_RESULT add_env(struct text_list *env, struct assay_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static ASSAY_RESULT add_env(struct text_list *env, struct assay_error *err, const char *format, ...)
{
    char text[MAX_ENV];
    va_list args;
    int len = 0;

    va_start(args, format);
    len = vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (len < 0 || len >= (int)sizeof(text))
        return assay_error_set(err, ASSAY_ERR_LIMIT, "a path is too long for the environment");
    if (text_list_add(env, text) != ASSAY_OK)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    return ASSAY_OK;
}

/*
 * The program's clock is the machine's plus a constant, so that it runs on, also in programs that
 * it starts itself. An absolute FAKETIME would be read in the local time zone and start again in
 * each of them. This is the one place that looks at the machine's clock: to cancel it out.
 */
static int64_t clock_offset_s(int64_t unix_s)
{
    struct timespec now = {.tv_sec = 0};

    (void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail for this clock */
    return unix_s - (int64_t)now.tv_sec;
}

static ASSAY_RESULT add_clock(int64_t unix_s, struct text_list *env, struct assay_error *err)
{
    ASSAY_TRY(add_env(env, err, "FAKETIME=%+lld", (long long)clock_offset_s(unix_s)));
    /* Time-outs inside the program run on real, steady time. */
    ASSAY_TRY(add_env(env, err, "FAKETIME_DONT_FAKE_MONOTONIC=1"));
    return add_env(env, err, "NO_FAKE_STAT=1"); /* its files are from now */
}

static ASSAY_RESULT add_preload(const struct board_preload *preload, bool has_names, bool has_clock,
                                struct text_list *env, struct assay_error *err)
{
    return add_env(env, err, "LD_PRELOAD=%s%s%s", has_names ? preload->nss_wrapper : "",
                   has_names && has_clock ? ":" : "", has_clock ? preload->faketime : "");
}

/* What the machine's owner has set up for their own programs is none of a board's business. */
static const char *const neutral_env[] = {
    "LC_ALL=C",       "http_proxy=", "https_proxy=",
    "HTTPS_PROXY=",   "all_proxy=",  "ALL_PROXY=",
    "no_proxy=*",     "NO_PROXY=*",  "SSL_CERT_DIR=/nonexistent",
    "SSLKEYLOGFILE=",
};

static ASSAY_RESULT make_env(const struct board_file *file, const char *work_dir,
                             const struct board_request *request, const struct value_texts *texts,
                             struct text_list *env, struct assay_error *err)
{
    struct board_preload preload;
    bool has_clock = strcmp(board_file_clock(file), "host") == 0;

    ASSAY_TRY(board_preload_find(&preload, err));
    for (size_t i = 0; i < sizeof(neutral_env) / sizeof(*neutral_env); i++)
        ASSAY_TRY(add_env(env, err, "%s", neutral_env[i]));
    ASSAY_TRY(add_env(env, err, "HOME=%s", work_dir)); /* no .curlrc, no .config/mosquitto_pub */
    ASSAY_TRY(add_env(env, err, "XDG_CONFIG_HOME=%s", work_dir));
    if (!request->has_resolver)
        ASSAY_TRY(add_env(env, err, "NSS_WRAPPER_HOSTS=%s", texts->files.hosts_file));
    ASSAY_TRY(add_preload(&preload, !request->has_resolver, has_clock, env, err));
    return has_clock ? add_clock(request->unix_s, env, err) : ASSAY_OK;
}

static ASSAY_RESULT make_shown(const struct value *process, const char *command,
                               const struct placeholder_values *values, struct buf *out,
                               struct assay_error *err)
{
    struct text_list masked = {.items = NULL};

    ASSAY_TRY(command_line_make(process, command, values, true, &masked, err));
    if (command_line_show(&masked, out) != ASSAY_OK)
        buf_truncate(out, 0); /* too long to show: not a reason to give up */
    text_list_done(&masked);
    return ASSAY_OK;
}

ASSAY_RESULT process_setup_make(const struct board_file *file, const char *work_dir,
                                const struct board_request *request, struct process_setup *ret,
                                struct assay_error *err)
{
    const struct value *process = value_get(board_file_root(file), "process");
    const char *command = request->stay != NULL ? "session" : "command";
    struct process_setup made = {.argv = {.items = NULL}};
    struct placeholder_values values;
    struct value_texts texts;
    enum assay_status status = ASSAY_OK;

    if (strpbrk(request->host, " \t\r\n#") != NULL || strpbrk(request->ip, " \t\r\n#") != NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "\"%.64s\" is no host name", request->host);
    if (request->second_host != NULL && strpbrk(request->second_host, " \t\r\n#") != NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "\"%.64s\" is no host name",
                               request->second_host);
    buf_init(&made.shown, MAX_SHOWN);
    status = make_values(file, work_dir, request, &texts, &values, err);
    if (status == ASSAY_OK)
        status = command_line_make(process, command, &values, false, &made.argv, err);
    if (status == ASSAY_OK)
        status = make_shown(process, command, &values, &made.shown, err);
    if (status == ASSAY_OK)
        status = make_env(file, work_dir, request, &texts, &made.env, err);
    if (status == ASSAY_OK)
        status = command_line_env(process, &values, &made.env, err);
    if (status == ASSAY_OK)
        *ret = made;
    else
        process_setup_done(&made);
    return status;
}

void process_setup_done(struct process_setup *setup)
{
    text_list_done(&setup->argv);
    text_list_done(&setup->env);
    buf_done(&setup->shown);
}

void process_setup_clean_up(pid_t pid)
{
    char name[64];

    if (pid <= 0)
        return;
    snprintf(name, sizeof(name), "/faketime_shm_%ld", (long)pid);
    (void)shm_unlink(name); /* mostly gone already, or never there */
    snprintf(name, sizeof(name), "/sem.faketime_sem_%ld", (long)pid);
    (void)shm_unlink(name);
}

/* ---- is the machine ready? --------------------------------------------------------------------
 */

static bool is_in_path(const char *program)
{
    const char *entry = getenv("PATH");
    char path[PATH_MAX];

    for (entry = entry != NULL ? entry : "/usr/bin:/bin"; *entry != '\0';) {
        size_t len = strcspn(entry, ":");
        struct stat st;

        if (snprintf(path, sizeof(path), "%.*s/%s", (int)len, entry, program) < PATH_MAX &&
            stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0)
            return true;
        entry += len + (entry[len] == ':');
    }
    return false;
}

ASSAY_RESULT process_setup_check_machine(const struct board_file *file,
                                         const struct board_options *options,
                                         struct assay_error *err)
{
    const char *program =
        value_text(value_at(value_path(board_file_root(file), "process.command"), 0));
    struct board_preload preload;

    (void)options;
    if (strchr(program, '/') != NULL ? access(program, X_OK) != 0 : !is_in_path(program))
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                               "there is no program \"%s\"; is its package installed?", program);
    return board_preload_find(&preload, err);
}
