/* SPDX-License-Identifier: Apache-2.0 */
/* What a script calls: scenario{...}, suite{...}, missing{...}, and words for what it writes often.
 */
#include "lua_value.h"
#include "read_keys.h"
#include "set.h"

#include <string.h>

/* luaL_error() never returns, so nothing may be owned by the C stack when it is called. */
static int raise(lua_State *L, const char *name, const struct assay_error *err)
{
    return luaL_error(L, "%s%s%s", name != NULL ? name : "", name != NULL ? ": " : "", err->text);
}

static int line_of_caller(lua_State *L)
{
    lua_Debug caller = {0};

    if (lua_getstack(L, 1, &caller) == 0 || lua_getinfo(L, "l", &caller) == 0)
        return sandbox_line(L);
    return caller.currentline;
}

/* The description of a scenario may be a function; Lua keeps it for later. */
static int keep_function(lua_State *L, const char *key)
{
    lua_pushstring(L, key);
    if (lua_rawget(L, 1) == LUA_TFUNCTION)
        return luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pop(L, 1);
    return LUA_NOREF;
}

/* The name for messages: as soon as a table says what it is called, errors say it as well. */
static const char *name_in(const struct value *table, const char *key)
{
    const char *name = value_text(value_get(table, key));

    return name != NULL && strlen(name) < 64 ? name : NULL;
}

static int define_scenario(lua_State *L)
{
    struct source *source = sandbox_host(L);
    struct definition *d = NULL;
    struct assay_error err = {0};

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    d = set_add_case(source->set);
    if (d == NULL)
        return luaL_error(L, "out of memory");
    d->source = source;
    d->said.file = source->path;
    d->said.line = line_of_caller(L);
    d->change_ref = keep_function(L, "change");
    if (lua_value_read(L, 1, d->change_ref != LUA_NOREF ? "change" : NULL, &d->table, &err) !=
        ASSAY_OK)
        return raise(L, NULL, &err);
    if (definition_read(d, &err) != ASSAY_OK)
        return raise(L, name_in(d->table, "id"), &err);
    return 0;
}

static int define_suite(lua_State *L)
{
    struct source *source = sandbox_host(L);
    struct suite *s = NULL;
    struct assay_error err = {0};

    luaL_checktype(L, 1, LUA_TTABLE);
    s = set_add_suite(source->set);
    if (s == NULL)
        return luaL_error(L, "out of memory");
    s->source = source;
    s->line = line_of_caller(L);
    if (lua_value_read(L, 1, NULL, &s->table, &err) != ASSAY_OK)
        return raise(L, NULL, &err);
    if (suite_read(s, &err) != ASSAY_OK)
        return raise(L, name_in(s->table, "name"), &err);
    return 0;
}

static int define_missing(lua_State *L)
{
    struct source *source = sandbox_host(L);
    struct missing *m = NULL;
    struct assay_error err = {0};

    luaL_checktype(L, 1, LUA_TTABLE);
    m = set_add_missing(source->set);
    if (m == NULL)
        return luaL_error(L, "out of memory");
    m->said.file = source->path;
    m->said.line = line_of_caller(L);
    if (lua_value_read(L, 1, NULL, &m->table, &err) != ASSAY_OK)
        return raise(L, NULL, &err);
    if (missing_read(m, &err) != ASSAY_OK)
        return raise(L, name_in(m->table, "id"), &err);
    return 0;
}

static int prefixed(lua_State *L, const char *prefix)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_pushstring(L, prefix);
    lua_insert(L, 1);
    lua_concat(L, 2);
    return 1;
}

static int san_dns(lua_State *L)
{
    return prefixed(L, "dns:");
}

static int san_ip(lua_State *L)
{
    return prefixed(L, "ip:");
}

static int san_uri(lua_State *L)
{
    return prefixed(L, "uri:");
}

static int san_email(lua_State *L)
{
    return prefixed(L, "email:");
}

static int hex_of_bytes(lua_State *L)
{
    static const char digits[] = "0123456789abcdef";
    size_t len = 0;
    const char *bytes = luaL_checklstring(L, 1, &len);
    luaL_Buffer made;

    sandbox_spend(L, len);
    luaL_buffinit(L, &made);
    for (size_t i = 0; i < len; i++) {
        luaL_addchar(&made, digits[(unsigned char)bytes[i] >> 4]);
        luaL_addchar(&made, digits[(unsigned char)bytes[i] & 15]);
    }
    luaL_pushresult(&made);
    return 1;
}

const struct sandbox_word script_words[] = {
    {.name = "scenario", .function = define_scenario},
    {.name = "suite", .function = define_suite},
    {.name = "missing", .function = define_missing},
    {.name = "dns", .function = san_dns},
    {.name = "ip", .function = san_ip},
    {.name = "uri", .function = san_uri},
    {.name = "email", .function = san_email},
    {.name = "hex", .function = hex_of_bytes},
    {.name = "host", .text = "broker.bench.test"},
    {.name = "domain", .text = "bench.test"},
    {.name = NULL},
};
