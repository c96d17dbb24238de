/* SPDX-License-Identifier: Apache-2.0 */
#include "board_schema.h"

#include "board_internal.h"
#include "placeholder.h"

#include <stdio.h>
#include <string.h>

enum { MAX_ITEMS = 64, MAX_TEXT = 1024 };

/* What libcyaml fills; NULL where the file does not set a key. */
struct raw_optional {
    char *when;
    char **args;
    unsigned args_count;
};

struct raw_process {
    char **command, **session, **env, *listening;
    unsigned command_count, session_count, env_count;
    struct raw_optional **optional;
    unsigned optional_count;
    uint32_t *timeout_ms;
};

struct raw_virtual {
    char *program;
    char **args;
    unsigned args_count;
};

struct raw_emulated {
    char *machine, *loader;
    char **args;
    unsigned args_count;
};

struct raw_remote {
    char *address, *name, *ca, *pin, *client_ca, *client_ca_key, *client_cert, *client_key;
    uint32_t *port;
    char **start;
    unsigned start_count;
};

struct raw_stack {
    char *name, *version;
};

struct raw_supports {
    char **tls, **key_types, **mqtt, **cloud, **services;
    unsigned tls_count, key_types_count, mqtt_count, cloud_count, services_count;
    uint32_t *client_auth, *psk, *alpn, *ocsp, *session, *redirects;
};

struct raw_timeouts {
    uint32_t *ready_ms, *connect_ms, *phase_ms, *silence_ms, *quiet_ms, *session_factor;
};

struct raw_flash {
    char *driver, *chip, *image, *port, *entry, *link, *persona, *lines_enter, *lines_leave;
    char *package;
    uint32_t *baud, *sync_ms, *timeout_ms;
    char **command, **progress, **failed_if;
    unsigned command_count, progress_count, failed_if_count;
};

struct raw_board {
    char *id, *name, *driver, *parent, *clock, *notes, *service, *role;
    struct raw_process *process;
    struct raw_virtual *virtual;
    struct raw_emulated *emulated;
    struct raw_remote *remote;
    struct raw_flash *flash;
    struct raw_stack *stack;
    struct raw_supports *supports;
    struct raw_timeouts *timeouts;
};

#define SET (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)

#define TEXT(key, owner)   CYAML_FIELD_STRING_PTR(#key, SET, struct owner, key, 1, MAX_TEXT)
#define NUMBER(key, owner) CYAML_FIELD_UINT_PTR(#key, SET, struct owner, key)
#define FLAG(key, owner)                                                                           \
    CYAML_FIELD_ENUM_PTR(#key, SET | CYAML_FLAG_STRICT, struct owner, key, flags, 2)
#define TEXTS(key, owner)                                                                          \
    CYAML_FIELD_SEQUENCE(#key, SET, struct owner, key, &text_entry, 0, MAX_ITEMS)
#define MAP(key, owner, fields) CYAML_FIELD_MAPPING_PTR(#key, SET, struct owner, key, fields)

static const cyaml_strval_t flags[] = {{"false", 0}, {"true", 1}};

static const cyaml_schema_value_t text_entry = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, MAX_TEXT)};

/* clang-format off */
static const cyaml_schema_field_t optional_fields[] = {
    TEXT(when, raw_optional), TEXTS(args, raw_optional), CYAML_FIELD_END};

static const cyaml_schema_value_t optional_entry = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_optional, optional_fields)};

static const cyaml_schema_field_t process_fields[] = {
    TEXTS(command, raw_process), TEXTS(session, raw_process), TEXTS(env, raw_process),
    NUMBER(timeout_ms, raw_process), TEXT(listening, raw_process),
    CYAML_FIELD_SEQUENCE("optional", SET, struct raw_process, optional, &optional_entry, 0,
                         MAX_ITEMS),
    CYAML_FIELD_END};

static const cyaml_schema_field_t virtual_fields[] = {
    TEXT(program, raw_virtual), TEXTS(args, raw_virtual), CYAML_FIELD_END};

static const cyaml_schema_field_t emulated_fields[] = {
    TEXT(machine, raw_emulated), TEXT(loader, raw_emulated), TEXTS(args, raw_emulated),
    CYAML_FIELD_END};

static const cyaml_schema_field_t remote_fields[] = {
    TEXT(address, raw_remote), NUMBER(port, raw_remote), TEXT(name, raw_remote),
    TEXT(ca, raw_remote), TEXT(pin, raw_remote), TEXT(client_ca, raw_remote),
    TEXT(client_ca_key, raw_remote), TEXT(client_cert, raw_remote), TEXT(client_key, raw_remote),
    TEXTS(start, raw_remote), CYAML_FIELD_END};

static const cyaml_schema_field_t stack_fields[] = {
    TEXT(name, raw_stack), TEXT(version, raw_stack), CYAML_FIELD_END};

static const cyaml_schema_field_t supports_fields[] = {
    TEXTS(tls, raw_supports), TEXTS(key_types, raw_supports), TEXTS(mqtt, raw_supports),
    TEXTS(cloud, raw_supports), TEXTS(services, raw_supports),
    FLAG(client_auth, raw_supports), FLAG(psk, raw_supports), FLAG(alpn, raw_supports),
    FLAG(ocsp, raw_supports), FLAG(session, raw_supports), FLAG(redirects, raw_supports),
    CYAML_FIELD_END};

static const cyaml_schema_field_t timeouts_fields[] = {
    NUMBER(ready_ms, raw_timeouts), NUMBER(connect_ms, raw_timeouts),
    NUMBER(phase_ms, raw_timeouts), NUMBER(silence_ms, raw_timeouts),
    NUMBER(quiet_ms, raw_timeouts), NUMBER(session_factor, raw_timeouts), CYAML_FIELD_END};

static const cyaml_schema_field_t flash_fields[] = {
    TEXT(driver, raw_flash), TEXT(chip, raw_flash), TEXT(image, raw_flash), TEXT(port, raw_flash),
    TEXT(entry, raw_flash), TEXT(link, raw_flash), TEXT(persona, raw_flash),
    TEXT(lines_enter, raw_flash), TEXT(lines_leave, raw_flash), TEXT(package, raw_flash),
    NUMBER(baud, raw_flash), NUMBER(sync_ms, raw_flash), NUMBER(timeout_ms, raw_flash),
    TEXTS(command, raw_flash), TEXTS(progress, raw_flash), TEXTS(failed_if, raw_flash),
    CYAML_FIELD_END};

static const cyaml_schema_field_t board_fields[] = {
    TEXT(id, raw_board), TEXT(name, raw_board), TEXT(driver, raw_board), TEXT(parent, raw_board),
    TEXT(clock, raw_board), TEXT(notes, raw_board), TEXT(service, raw_board),
    TEXT(role, raw_board),
    MAP(process, raw_board, process_fields), MAP(virtual, raw_board, virtual_fields),
    MAP(emulated, raw_board, emulated_fields), MAP(remote, raw_board, remote_fields),
    MAP(flash, raw_board, flash_fields),
    MAP(stack, raw_board, stack_fields), MAP(supports, raw_board, supports_fields),
    MAP(timeouts, raw_board, timeouts_fields),
    CYAML_FIELD_END};
/* clang-format on */

const struct cyaml_schema_value board_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_board, board_fields)};

/* ---- what a type cannot say ------------------------------------------------------------------ */

struct number_row {
    const char *path;
    int64_t min, max;
};

static const struct number_row numbers[] = {
    {"timeouts.session_factor", 1, 100}, {"process.timeout_ms", 1, 600000},
    {"timeouts.ready_ms", 1, 600000},    {"timeouts.connect_ms", 1, 600000},
    {"timeouts.phase_ms", 1, 600000},    {"timeouts.silence_ms", 1, 600000},
    {"timeouts.quiet_ms", 1, 600000},    {"remote.port", 1, 65535},
};

enum { MAX_WORDS = 8 };

/* Keys whose value, or each member of whose list, is one of a few words. */
struct word_row {
    const char *path;
    const char *words[MAX_WORDS];
};

static const struct word_row words[] = {
    {"service", {"mqtts", "https", "http", "wss", "wwep-tls", "wwep"}},
    {"role", {"client", "server"}},
    {"clock", {"none", "serial", "sntp", "host"}},
    {"supports.tls", {"1.0", "1.1", "1.2", "1.3"}},
    {"supports.key_types", {"ecdsa", "rsa", "ed25519", "ed448"}},
    {"supports.mqtt", {"3.1", "3.1.1", "5.0"}},
    {"supports.cloud", {"aws"}},
    {"supports.services", {"mqtts", "https", "wss", "wwep-tls"}},
};

static enum assay_status check_word(const struct yaml_file *file, const struct word_row *row,
                                    const char *path, const char *word, struct assay_error *err)
{
    struct buf known;
    enum assay_status status = ASSAY_OK;

    buf_init(&known, 256);
    for (size_t i = 0; i < MAX_WORDS && row->words[i] != NULL; i++) {
        if (strcmp(row->words[i], word) == 0)
            goto out;
        if (buf_printf(&known, "%s%s", i > 0 ? ", " : "", row->words[i]) != ASSAY_OK)
            break;
    }
    status = yaml_file_error(file, path, err, "%s: \"%.64s\" is none of %s", row->path, word,
                             buf_text(&known));
out:
    buf_done(&known);
    return status;
}

static ASSAY_RESULT check_words(const struct yaml_file *file, const struct word_row *row,
                                struct assay_error *err)
{
    const struct value *v = value_path(file->root, row->path);
    char path[64];

    if (value_kind(v) == VALUE_TEXT)
        return check_word(file, row, row->path, value_text(v), err);
    for (size_t i = 0; i < value_count(v); i++) {
        snprintf(path, sizeof(path), "%s.%zu", row->path, i + 1);
        ASSAY_TRY(check_word(file, row, path, value_text(value_at(v, i)), err));
    }
    return ASSAY_OK;
}

static ASSAY_RESULT check_number(const struct yaml_file *file, const struct number_row *row,
                                 struct assay_error *err)
{
    const struct value *v = value_path(file->root, row->path);

    if (v == NULL || (value_int(v) >= row->min && value_int(v) <= row->max))
        return ASSAY_OK;
    return yaml_file_error(file, row->path, err, "%s: %lld is not from %lld to %lld", row->path,
                           (long long)value_int(v), (long long)row->min, (long long)row->max);
}

static bool id_part_is_valid(const char *part, size_t len)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.+";

    if (len == 0 || part[0] == '.')
        return false;
    for (size_t i = 0; i < len; i++) {
        if (part[i] == '\0' || strchr(allowed, part[i]) == NULL)
            return false;
    }
    return true;
}

bool board_id_is_valid(const char *id)
{
    size_t vendor = strcspn(id, "/");

    return id[vendor] == '/' && strlen(id) < 128 && id_part_is_valid(id, vendor) &&
           id_part_is_valid(id + vendor + 1, strlen(id + vendor + 1));
}

static ASSAY_RESULT check_driver(const struct yaml_file *file, struct assay_error *err)
{
    const char *name = value_text(value_get(file->root, "driver"));
    const struct board_driver_info *known = board_driver_infos();
    struct buf text;
    enum assay_status status = ASSAY_OK;

    if (name == NULL || board_driver_find(name) != NULL)
        return ASSAY_OK;
    buf_init(&text, 512);
    for (; known->name != NULL; known++) {
        if (buf_printf(&text, "%s%s", text.len > 0 ? ", " : "", known->name) != ASSAY_OK)
            break;
    }
    status = yaml_file_error(file, "driver", err, "unknown driver \"%.64s\"; known: %s", name,
                             buf_text(&text));
    buf_done(&text);
    return status;
}

/* Every text of the list at path may hold placeholders. */
static ASSAY_RESULT check_templates(const struct yaml_file *file, const char *path,
                                    struct assay_error *err)
{
    const struct value *list = value_path(file->root, path);
    struct assay_error why;
    char place[96];

    for (size_t i = 0; i < value_count(list); i++) {
        snprintf(place, sizeof(place), "%s.%zu", path, i + 1);
        if (placeholder_check(value_text(value_at(list, i)), &why) != ASSAY_OK)
            return yaml_file_error(file, place, err, "%s: %s", place, why.text);
    }
    return ASSAY_OK;
}

static ASSAY_RESULT check_optional(const struct yaml_file *file, struct assay_error *err)
{
    const struct value *list = value_path(file->root, "process.optional");
    char path[96];

    for (size_t i = 0; i < value_count(list); i++) {
        const char *when = value_text(value_get(value_at(list, i), "when"));

        snprintf(path, sizeof(path), "process.optional.%zu", i + 1);
        if (when == NULL || value_count(value_get(value_at(list, i), "args")) == 0)
            return yaml_file_error(file, path, err, "%s: needs \"when\" and \"args\"", path);
        if (placeholder_find(when, strlen(when)) == PLACEHOLDER_COUNT)
            return yaml_file_error(file, path, err,
                                   "%s: when: \"%.32s\" is no placeholder (written without {})",
                                   path, when);
        snprintf(path, sizeof(path), "process.optional.%zu.args", i + 1);
        ASSAY_TRY(check_templates(file, path, err));
    }
    return ASSAY_OK;
}

/* What the process driver sets itself; a file that sets them as well would be silently ignored. */
static const char *const reserved_names[] = {"LD_PRELOAD=", "NSS_WRAPPER_", "FAKETIME"};

static ASSAY_RESULT check_env(const struct yaml_file *file, struct assay_error *err)
{
    const struct value *list = value_path(file->root, "process.env");
    char path[64];

    for (size_t i = 0; i < value_count(list); i++) {
        const char *entry = value_text(value_at(list, i));

        snprintf(path, sizeof(path), "process.env.%zu", i + 1);
        if (strchr(entry, '=') == NULL || entry[0] == '=')
            return yaml_file_error(file, path, err, "%s: expected NAME=value", path);
        for (size_t k = 0; k < sizeof(reserved_names) / sizeof(*reserved_names); k++) {
            if (strncmp(entry, reserved_names[k], strlen(reserved_names[k])) == 0)
                return yaml_file_error(file, path, err, "%s: the bench sets %.*s itself", path,
                                       (int)strcspn(entry, "="), entry);
        }
    }
    return check_templates(file, "process.env", err);
}

/* A program is a name inside the directory of the virtual boards, never a path out of it. */
static ASSAY_RESULT check_program(const struct yaml_file *file, struct assay_error *err)
{
    const char *program = value_text(value_path(file->root, "virtual.program"));

    if (program == NULL || (strchr(program, '/') == NULL && program[0] != '.'))
        return ASSAY_OK;
    return yaml_file_error(file, "virtual.program", err,
                           "virtual.program: a name without a directory is expected");
}

ASSAY_RESULT board_schema_check(const struct yaml_file *file, struct assay_error *err)
{
    const char *id = value_text(value_get(file->root, "id"));

    if (id == NULL)
        return yaml_file_error(file, "", err, "\"id: vendor/board\" is missing");
    if (!board_id_is_valid(id))
        return yaml_file_error(file, "id", err,
                               "id: \"%.64s\" is not vendor/board (a-z, 0-9, - _ . +)", id);
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        ASSAY_TRY(check_number(file, &numbers[i], err));
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
        ASSAY_TRY(check_words(file, &words[i], err));
    ASSAY_TRY(check_driver(file, err));
    ASSAY_TRY(check_templates(file, "process.command", err));
    ASSAY_TRY(check_templates(file, "process.session", err));
    ASSAY_TRY(check_optional(file, err));
    ASSAY_TRY(check_env(file, err));
    return check_program(file, err);
}
