/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox.h"

#include "lua_value.h"
#include "sandbox_library.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    HOOK_INSTRUCTIONS = 1000, /* between two looks at the budget */
    LINE_UNITS = 8,           /* what keeping track of the line costs */
    BYTES_PER_UNIT = 32,      /* memory that is touched in the time of one instruction */
};

/* Positions in Lua's messages read "@:12: text"; '@' stands for the file's real name, because Lua
 * shortens names to 60 bytes. */
#define CHUNK_NAME "=@"
#define CHUNK_MARK "@:"

struct sandbox {
    lua_State *L;
    char *file;
    void *host;
    int line;
    size_t memory_left;
    uint64_t work_left;
    int64_t cpu_start_ms;
    const char *over; /* what ran out, or NULL */
};

static struct sandbox *sandbox_of(lua_State *L)
{
    return *(struct sandbox **)lua_getextraspace(L);
}

void *sandbox_host(lua_State *L)
{
    return sandbox_of(L)->host;
}

int sandbox_line(lua_State *L)
{
    return sandbox_of(L)->line;
}

static int64_t thread_cpu_ms(void)
{
    struct timespec spent = {0};

    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent); /* cannot fail with this clock */
    return (int64_t)spent.tv_sec * 1000 + spent.tv_nsec / 1000000;
}

static void take_work(struct sandbox *box, uint64_t units)
{
    if (units <= box->work_left) {
        box->work_left -= units;
        return;
    }
    box->work_left = 0;
    box->over = "the script does too much work (an endless loop?)";
}

static void stop_if_over(lua_State *L)
{
    struct sandbox *box = sandbox_of(L);

    if (box->over == NULL)
        return;
    lua_pushfstring(L, CHUNK_MARK "%d: %s", box->line, box->over);
    lua_error(L);
}

void sandbox_spend(lua_State *L, uint64_t units)
{
    take_work(sandbox_of(L), units);
    stop_if_over(L);
}

static void on_hook(lua_State *L, lua_Debug *ar)
{
    struct sandbox *box = sandbox_of(L);

    if (ar->event == LUA_HOOKLINE) {
        box->line = ar->currentline;
        take_work(box, LINE_UNITS);
    } else {
        take_work(box, HOOK_INSTRUCTIONS);
        if (thread_cpu_ms() - box->cpu_start_ms > SANDBOX_CPU_MS)
            box->over = "the script takes too long";
    }
    stop_if_over(L);
}

/* Lua's allocator (lua_Alloc): fails past the limit, which Lua answers with a memory error. */
static void *allocate(void *ctx, void *block, size_t old_size, size_t new_size)
{
    struct sandbox *box = ctx;
    void *moved = NULL;

    if (block == NULL)
        old_size = 0; /* Lua passes the kind of object here */
    if (new_size == 0) {
        free(block);
        box->memory_left += old_size;
        return NULL;
    }
    if (new_size > old_size && new_size - old_size > box->memory_left)
        return NULL;
    moved = realloc(block, new_size);
    if (moved == NULL)
        return NULL;
    box->memory_left = box->memory_left + old_size - new_size;
    take_work(box, new_size / BYTES_PER_UNIT);
    return moved;
}

static int open_library(lua_State *L)
{
    sandbox_library_open(L, lua_touserdata(L, 1));
    return 0;
}

struct sandbox *sandbox_new(const char *file, const struct sandbox_word *words, void *host)
{
    struct sandbox *box = calloc(1, sizeof(*box));

    if (box == NULL)
        return NULL;
    box->host = host;
    box->memory_left = SANDBOX_MEMORY;
    box->work_left = SANDBOX_WORK;
    box->file = strdup(file);
    box->L = lua_newstate(allocate, box);
    if (box->file == NULL || box->L == NULL)
        goto fail;
    *(struct sandbox **)lua_getextraspace(box->L) = box;
    lua_pushcfunction(box->L, open_library);
    lua_pushlightuserdata(box->L, (void *)(uintptr_t)words);
    if (lua_pcall(box->L, 1, 0, 0) != LUA_OK)
        goto fail;
    return box;
fail:
    sandbox_free(box);
    return NULL;
}

void sandbox_free(struct sandbox *box)
{
    if (box == NULL)
        return;
    if (box->L != NULL)
        lua_close(box->L);
    free(box->file);
    free(box);
}

/* The message handler: every error becomes a text, and a text keeps the position it has. */
static int describe_error(lua_State *L)
{
    if (lua_type(L, 1) != LUA_TSTRING)
        lua_pushfstring(L, CHUNK_MARK "%d: the script raised a %s instead of a text",
                        sandbox_line(L), luaL_typename(L, 1));
    return 1;
}

/* Turn the error on top of the stack, which is popped, into err. */
static enum assay_status report(struct sandbox *box, int code, struct assay_error *err)
{
    const char *text = lua_type(box->L, -1) == LUA_TSTRING ? lua_tostring(box->L, -1) : "";
    enum assay_status status = ASSAY_ERR_SCRIPT;

    if (code == LUA_ERRMEM)
        assay_error_set(err, status, "%s:%d: the script needs more than %d MiB of memory",
                        box->file, box->line, SANDBOX_MEMORY / (1024 * 1024));
    else if (strncmp(text, CHUNK_MARK, strlen(CHUNK_MARK)) == 0)
        assay_error_set(err, status, "%s:%s", box->file, text + strlen(CHUNK_MARK));
    else
        assay_error_set(err, status, "%s:%d: %s", box->file, box->line, text);
    lua_settop(box->L, 0);
    return status;
}

/* Call what stands on the stack below `arguments` values. Leaves its one result. */
static enum assay_status run_protected(struct sandbox *box, int arguments, struct assay_error *err)
{
    int code = LUA_OK;

    lua_pushcfunction(box->L, describe_error);
    lua_insert(box->L, 1);
    box->cpu_start_ms = thread_cpu_ms();
    lua_sethook(box->L, on_hook, LUA_MASKLINE | LUA_MASKCOUNT, HOOK_INSTRUCTIONS);
    code = lua_pcall(box->L, arguments, 1, 1);
    lua_sethook(box->L, NULL, 0, 0);
    return code == LUA_OK ? ASSAY_OK : report(box, code, err);
}

enum assay_status sandbox_run(struct sandbox *box, const char *text, size_t len,
                              struct assay_error *err)
{
    int code = LUA_OK;
    enum assay_status status = ASSAY_OK;

    box->line = 1;
    if (len > SANDBOX_MAX_SOURCE)
        return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s:1: a script has at most %d KiB",
                               box->file, SANDBOX_MAX_SOURCE / 1024);
    code = luaL_loadbufferx(box->L, text, len, CHUNK_NAME, "t");
    if (code != LUA_OK)
        return report(box, code, err);
    status = run_protected(box, 0, err);
    lua_settop(box->L, 0);
    return status;
}

struct call {
    int ref;
    const struct value *argument;
    const struct value *second; /* or NULL */
};

static int call_with_copy(lua_State *L)
{
    const struct call *call = lua_touserdata(L, 1);

    lua_rawgeti(L, LUA_REGISTRYINDEX, call->ref);
    lua_value_push(L, call->argument);
    if (call->second != NULL)
        lua_value_push(L, call->second);
    lua_call(L, call->second != NULL ? 2 : 1, 1);
    return 1;
}

enum assay_status sandbox_call(struct sandbox *box, int ref, const struct value *argument,
                               const struct value *second, struct value **ret,
                               struct assay_error *err)
{
    struct call call = {.ref = ref, .argument = argument, .second = second};
    struct assay_error reason = {0};
    enum assay_status status = ASSAY_OK;

    lua_pushcfunction(box->L, call_with_copy);
    lua_pushlightuserdata(box->L, &call);
    status = run_protected(box, 1, err);
    if (status != ASSAY_OK)
        return status;
    status = lua_value_read(box->L, -1, NULL, ret, &reason);
    lua_settop(box->L, 0);
    if (status == ASSAY_ERR_MALFORMED)
        return assay_error_set(err, ASSAY_ERR_SCRIPT, "%s:%d: the returned description: %s",
                               box->file, box->line, reason.text);
    return status;
}
