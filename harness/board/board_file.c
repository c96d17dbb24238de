/* SPDX-License-Identifier: Apache-2.0 */
#include "board_file.h"

#include "board_internal.h"
#include "board_remote.h"
#include "board_schema.h"

#include "flash/flash.h"

#include "base/nearest.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_ANCESTORS = 8, MAX_STACK_NAME = 256 };

struct board_file {
    struct value *root; /* after inheritance; "supports" is always there */
    char stack[MAX_STACK_NAME];
    char command_dir[PATH_MAX]; /* of the file that says process.command; "": none does */
    char start_dir[PATH_MAX];   /* ... remote.start */
    const struct board_driver *driver;
};

/* A board file and its ancestors, the child first. */
struct lineage {
    struct yaml_file files[MAX_ANCESTORS];
    char paths[MAX_ANCESTORS][PATH_MAX]; /* real ones, to tell a circle */
    size_t count;
};

static bool is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* ---- where a board file is --------------------------------------------------------------------
 */

static enum assay_status refuse_id(const char *directory, const char *id, struct assay_error *err)
{
    struct nearest nearest = {.wanted = id};
    struct value *all = NULL;
    struct buf text;
    enum assay_status status = ASSAY_OK;

    buf_init(&text, 512);
    if (board_files_list(directory, &all, NULL) == ASSAY_OK) {
        for (size_t i = 0; i < value_count(all); i++)
            nearest_offer(&nearest, value_text(value_at(all, i)));
    }
    if (nearest.count == 0)
        status =
            buf_printf(&text, "; \"assay list boards\" shows the %zu that exist", value_count(all));
    else
        status = nearest_describe(&nearest, &text);
    status = assay_error_set(err, ASSAY_ERR_NOT_FOUND, "no board \"%.128s\" in %s%s", id, directory,
                             status == ASSAY_OK ? buf_text(&text) : "");
    buf_done(&text);
    value_free(all);
    return status;
}

static ASSAY_RESULT locate(const char *directory, const char *id_or_path, char ret[PATH_MAX],
                           struct assay_error *err)
{
    int len = 0;

    if (is_file(id_or_path))
        len = snprintf(ret, PATH_MAX, "%s", id_or_path);
    else if (board_id_is_valid(id_or_path))
        len = snprintf(ret, PATH_MAX, "%s/%s.yaml", directory, id_or_path);
    else
        return refuse_id(directory, id_or_path, err);
    if (len >= PATH_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "the path of board \"%.64s\" is too long",
                               id_or_path);
    return is_file(ret) ? ASSAY_OK : refuse_id(directory, id_or_path, err);
}

/* A parent is an id, or a path ("./mine.yaml") as seen from the child's directory. */
static ASSAY_RESULT locate_parent(const char *directory, const struct yaml_file *child,
                                  const char *parent, char ret[PATH_MAX], struct assay_error *err)
{
    size_t len = strlen(parent);
    const char *name = child->name != NULL ? child->name : "";
    const char *slash = strrchr(name, '/');
    int wrote = 0;
    struct assay_error why;

    if (len > 5 && strcmp(parent + len - 5, ".yaml") == 0) {
        wrote =
            snprintf(ret, PATH_MAX, "%.*s%s",
                     parent[0] != '/' && slash != NULL ? (int)(slash - name + 1) : 0, name, parent);
        if (wrote < PATH_MAX && is_file(ret))
            return ASSAY_OK;
        return yaml_file_error(child, "parent", err, "parent: there is no file %.128s", parent);
    }
    if (!board_id_is_valid(parent))
        return yaml_file_error(child, "parent", err, "parent: \"%.64s\" is not vendor/board",
                               parent);
    if (locate(directory, parent, ret, &why) != ASSAY_OK)
        return yaml_file_error(child, "parent", err, "parent: %s", why.text);
    return ASSAY_OK;
}

/* A file below the directory is found by its id, so both must agree. */
static ASSAY_RESULT check_place(const char *directory, const struct yaml_file *file,
                                const char *real_path, struct assay_error *err)
{
    char root[PATH_MAX];
    const char *id = value_text(value_get(file->root, "id"));
    size_t len = 0;
    size_t id_len = id != NULL ? strlen(id) : 0;

    if (id_len == 0 || realpath(directory, root) == NULL)
        return ASSAY_OK; /* no such directory: the file came by its path */
    len = strlen(root);
    if (strncmp(real_path, root, len) != 0 || real_path[len] != '/')
        return ASSAY_OK;
    real_path += len + 1;
    if (strncmp(real_path, id, id_len) == 0 && strcmp(real_path + id_len, ".yaml") == 0)
        return ASSAY_OK;
    return yaml_file_error(file, "id", err, "id: \"%s\" belongs into %s/%s.yaml", id, directory,
                           id);
}

/* ---- inheritance ------------------------------------------------------------------------------
 */

static ASSAY_RESULT refuse_circle(const struct lineage *l, size_t first, struct assay_error *err)
{
    struct buf chain;
    enum assay_status status = ASSAY_OK;

    buf_init(&chain, 1024);
    for (size_t i = first; i < l->count && status == ASSAY_OK; i++)
        status = buf_printf(&chain, "%s -> ", value_text(value_get(l->files[i].root, "id")));
    status = yaml_file_error(&l->files[l->count - 1], "parent", err,
                             "parent: the files inherit in a circle: %s%s", buf_text(&chain),
                             value_text(value_get(l->files[first].root, "id")));
    buf_done(&chain);
    return status;
}

static ASSAY_RESULT add_ancestor(struct lineage *l, const char *directory, const char *path,
                                 struct assay_error *err)
{
    char real_path[PATH_MAX];
    struct yaml_file *file = NULL;

    if (realpath(path, real_path) == NULL)
        return assay_error_set(err, ASSAY_ERR_NOT_FOUND, "there is no file %s", path);
    for (size_t i = 0; i < l->count; i++) {
        if (strcmp(l->paths[i], real_path) == 0)
            return refuse_circle(l, i, err);
    }
    if (l->count == MAX_ANCESTORS)
        return yaml_file_error(&l->files[l->count - 1], "parent", err,
                               "parent: more than %d generations", MAX_ANCESTORS);
    file = &l->files[l->count];
    ASSAY_TRY(yaml_file_load(path, &board_schema, file, err));
    memcpy(l->paths[l->count++], real_path, sizeof(real_path));
    ASSAY_TRY(board_schema_check(file, err));
    return check_place(directory, file, real_path, err);
}

static ASSAY_RESULT collect_lineage(struct lineage *l, const char *directory, const char *path,
                                    struct assay_error *err)
{
    char next[PATH_MAX];
    const char *parent = NULL;

    snprintf(next, sizeof(next), "%s", path);
    do {
        ASSAY_TRY(add_ancestor(l, directory, next, err));
        parent = value_text(value_get(l->files[l->count - 1].root, "parent"));
        if (parent != NULL)
            ASSAY_TRY(locate_parent(directory, &l->files[l->count - 1], parent, next, err));
    } while (parent != NULL);
    return ASSAY_OK;
}

/* The oldest first, each younger one laid over it. Names are not inherited. */
static ASSAY_RESULT merge_lineage(const struct lineage *l, struct value *root)
{
    const struct value *child = l->files[0].root;
    const struct value *name = value_get(child, "name");

    for (size_t i = l->count; i-- > 0;)
        ASSAY_TRY(value_merge(root, l->files[i].root));
    ASSAY_TRY(value_set(root, "name", value_copy(name != NULL ? name : value_get(child, "id"))));
    if (value_get(root, "supports") == NULL)
        ASSAY_TRY(value_set(root, "supports", value_new_map()));
    return ASSAY_OK;
}

/* What a board that is a server has to say of itself. */
static ASSAY_RESULT check_role(const struct board_file *made, const struct yaml_file *file,
                               struct assay_error *err)
{
    const char *service = board_file_service(made);
    bool has_no_tls = strcmp(service, "wwep") == 0 || strcmp(service, "http") == 0;

    if (!board_file_is_server(made) && has_no_tls)
        return yaml_file_error(
            file, "service", err,
            "service: %s is what a server may serve; a client says %s, and meets "
            "servers without TLS where the scenario has none",
            service, strcmp(service, "wwep") == 0 ? "wwep-tls" : "https");
    if (!board_file_is_server(made))
        return ASSAY_OK;
    if (made->driver->stop == NULL)
        return yaml_file_error(file, "role", err,
                               "role: the driver %s knows no boards that are servers",
                               board_file_driver(made));
    if (strcmp(board_file_service(made), "mqtts") == 0 ||
        strcmp(board_file_service(made), "wss") == 0)
        return yaml_file_error(
            file, "service", err,
            "service: a board that is a server serves wwep-tls, wwep, https or http");
    return ASSAY_OK;
}

static ASSAY_RESULT check_complete(struct board_file *made, const struct yaml_file *file,
                                   struct assay_error *err)
{
    const char *driver = value_text(value_get(made->root, "driver"));
    struct assay_error why;

    if (driver == NULL)
        return yaml_file_error(file, "", err, "\"driver:\" is missing");
    made->driver = board_driver_find(driver);
    if (made->driver->check(made->root, &why) != ASSAY_OK)
        return yaml_file_error(file, "driver", err, "%s (driver %s)", why.text, driver);
    ASSAY_TRY(check_role(made, file, err));
    if (value_get(made->root, "flash") != NULL &&
        flash_settings_check(value_get(made->root, "flash"), "flash", &why) != ASSAY_OK)
        return yaml_file_error(file, "flash", err, "%s", why.text);
    return ASSAY_OK;
}

/* The directory of the youngest file that says what is at path; "": none does. */
static void note_dir(const struct lineage *l, const char *path, char ret[PATH_MAX])
{
    for (size_t i = 0; i < l->count; i++) {
        const char *slash = strrchr(l->paths[i], '/');

        if (value_path(l->files[i].root, path) == NULL)
            continue;
        if (slash != NULL)
            snprintf(ret, PATH_MAX, "%.*s", (int)(slash - l->paths[i]), l->paths[i]);
        return;
    }
}

/* Certificates and keys are named as seen from the board file that names them. */
static ASSAY_RESULT place_files(struct board_file *made, const struct lineage *l)
{
    const struct value *said = value_get(made->root, "remote");
    struct value *placed = said != NULL ? value_copy(said) : NULL;

    if (said == NULL)
        return ASSAY_OK;
    if (placed == NULL)
        return ASSAY_ERR_NOMEM;
    ASSAY_TRY(value_set(made->root, "remote", placed)); /* said is gone from here on */
    for (size_t i = 0; board_remote_files[i] != NULL; i++) {
        const char *name = value_text(value_get(placed, board_remote_files[i]));
        char key[64];
        char dir[PATH_MAX] = "";
        char path[2 * PATH_MAX];

        if (name == NULL || name[0] == '/')
            continue;
        snprintf(key, sizeof(key), "remote.%s", board_remote_files[i]);
        note_dir(l, key, dir);
        snprintf(path, sizeof(path), "%s%s%s", dir, dir[0] != '\0' ? "/" : "", name);
        ASSAY_TRY(value_set(placed, board_remote_files[i], value_new_text(path)));
    }
    return ASSAY_OK;
}

static void describe_stack(struct board_file *made)
{
    const char *name = value_text(value_path(made->root, "stack.name"));
    const char *version = value_text(value_path(made->root, "stack.version"));

    snprintf(made->stack, sizeof(made->stack), "%.120s%s%.120s", name != NULL ? name : "unknown",
             version != NULL ? " " : "", version != NULL ? version : "");
}

static ASSAY_RESULT make_file(const struct lineage *l, struct board_file **ret,
                              struct assay_error *err)
{
    struct board_file *made = calloc(1, sizeof(*made));
    enum assay_status status = ASSAY_ERR_NOMEM;

    if (made != NULL)
        made->root = value_new_map();
    if (made != NULL && made->root != NULL)
        status = merge_lineage(l, made->root);
    if (status != ASSAY_OK)
        (void)assay_error_set(err, status, "%s: %s", l->files[0].name, assay_status_text(status));
    else
        status = check_complete(made, &l->files[0], err);
    if (status == ASSAY_OK)
        status = place_files(made, l);
    if (status == ASSAY_OK) {
        describe_stack(made);
        note_dir(l, "process.command", made->command_dir);
        note_dir(l, "remote.start", made->start_dir);
        *ret = made;
        made = NULL;
    }
    board_file_free(made);
    return status;
}

ASSAY_RESULT board_file_load(const char *directory, const char *id_or_path, struct board_file **ret,
                             struct assay_error *err)
{
    char path[PATH_MAX];
    struct lineage *l = NULL;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(locate(directory, id_or_path, path, err));
    l = calloc(1, sizeof(*l));
    if (l == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", path);
    status = collect_lineage(l, directory, path, err);
    if (status == ASSAY_OK)
        status = make_file(l, ret, err);
    for (size_t i = 0; i < MAX_ANCESTORS; i++)
        yaml_file_done(&l->files[i]);
    free(l);
    return status;
}

ASSAY_RESULT board_file_load_text(const char *name, const void *text, size_t len,
                                  struct board_file **ret, struct assay_error *err)
{
    struct lineage *l = calloc(1, sizeof(*l));
    enum assay_status status = ASSAY_OK;

    if (l == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "%s: out of memory", name);
    status = yaml_file_parse(name, text, len, &board_schema, &l->files[0], err);
    if (status == ASSAY_OK)
        status = board_schema_check(&l->files[0], err);
    l->count = 1;
    if (status == ASSAY_OK)
        status = make_file(l, ret, err);
    yaml_file_done(&l->files[0]);
    free(l);
    return status;
}

void board_file_free(struct board_file *file)
{
    if (file == NULL)
        return;
    value_free(file->root);
    free(file);
}

/* ---- what others ask --------------------------------------------------------------------------
 */

const char *board_file_command_dir(const struct board_file *file)
{
    return file->command_dir[0] != '\0' ? file->command_dir : NULL;
}

const char *board_file_start_dir(const struct board_file *file)
{
    return file->start_dir[0] != '\0' ? file->start_dir : NULL;
}

const struct value *board_file_root(const struct board_file *file)
{
    return file->root;
}

const char *board_file_id(const struct board_file *file)
{
    return value_text(value_get(file->root, "id"));
}

const char *board_file_name(const struct board_file *file)
{
    return value_text(value_get(file->root, "name"));
}

const char *board_file_driver(const struct board_file *file)
{
    return value_text(value_get(file->root, "driver"));
}

const char *board_file_stack(const struct board_file *file)
{
    return file->stack;
}

const struct value *board_file_supports(const struct board_file *file)
{
    return value_get(file->root, "supports");
}

bool board_file_has_router(const struct board_file *file)
{
    return file->driver->has_router;
}

const char *board_file_clock(const struct board_file *file)
{
    const char *clock = value_text(value_get(file->root, "clock"));

    return clock != NULL ? clock : file->driver->default_clock;
}

unsigned board_file_session_factor(const struct board_file *file)
{
    const struct value *factor = value_path(file->root, "timeouts.session_factor");

    return factor != NULL ? (unsigned)value_int(factor) : 1;
}

const char *board_file_service(const struct board_file *file)
{
    const char *service = value_text(value_get(file->root, "service"));

    if (service != NULL)
        return service;
    return board_file_is_server(file) ? "wwep-tls" : "mqtts";
}

bool board_file_is_server(const struct board_file *file)
{
    const char *role = value_text(value_get(file->root, "role"));

    return role != NULL && strcmp(role, "server") == 0;
}

unsigned board_file_timeout_ms(const struct board_file *file, enum board_timeout which)
{
    static const struct {
        const char *key;
        unsigned otherwise;
    } rows[BOARD_TIMEOUT_COUNT] = {[BOARD_TIMEOUT_READY] = {"timeouts.ready_ms", 5000},
                                   [BOARD_TIMEOUT_CONNECT] = {"timeouts.connect_ms", 15000},
                                   [BOARD_TIMEOUT_PHASE] = {"timeouts.phase_ms", 0},
                                   [BOARD_TIMEOUT_SILENCE] = {"timeouts.silence_ms", 0},
                                   [BOARD_TIMEOUT_QUIET] = {"timeouts.quiet_ms", 0}};
    const struct value *v = value_path(file->root, rows[which].key);

    return v != NULL ? (unsigned)value_int(v) : rows[which].otherwise;
}

bool board_file_has_flash(const struct board_file *file)
{
    return value_get(file->root, "flash") != NULL;
}

ASSAY_RESULT board_file_check_machine(const struct board_file *file,
                                      const struct board_options *options, struct assay_error *err)
{
    struct assay_error why;
    enum assay_status status = file->driver->check_machine(file, options, &why);

    if (status == ASSAY_OK)
        return ASSAY_OK;
    return assay_error_set(err, status, "board %s: %s", board_file_id(file), why.text);
}
