/* SPDX-License-Identifier: Apache-2.0 */
#include "lua_value.h"

#include <lauxlib.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PATH = 256, MAX_MEMBERS = 4096 };

struct reading {
    lua_State *L;
    const char *except;
    struct assay_error *err;
    unsigned depth;
    char path[MAX_PATH]; /* of what is being read */
    size_t path_len;
};

static enum assay_status read_at(struct reading *r, int index, struct value **ret);

static enum assay_status refuse(struct reading *r, const char *what)
{
    if (r->path_len == 0)
        return assay_error_set(r->err, ASSAY_ERR_MALFORMED, "%s", what);
    return assay_error_set(r->err, ASSAY_ERR_MALFORMED, "%s: %s", r->path, what);
}

static enum assay_status path_push(struct reading *r, const char *key, size_t *ret_before)
{
    size_t len = strlen(key);
    size_t dot = r->path_len > 0 ? 1 : 0;

    if (r->path_len + dot + len >= sizeof(r->path))
        return refuse(r, "a path this long cannot be right");
    *ret_before = r->path_len;
    if (dot != 0)
        r->path[r->path_len] = '.';
    memcpy(r->path + r->path_len + dot, key, len + 1);
    r->path_len += dot + len;
    return ASSAY_OK;
}

static void path_pop(struct reading *r, size_t before)
{
    r->path[before] = '\0';
    r->path_len = before;
}

/* The value on top of the stack, which is popped, under `key`. */
static enum assay_status read_member(struct reading *r, const char *key, struct value **ret)
{
    size_t before = 0;
    enum assay_status status = path_push(r, key, &before);

    if (status == ASSAY_OK) {
        status = read_at(r, lua_gettop(r->L), ret);
        path_pop(r, before);
    }
    lua_pop(r->L, 1);
    return status;
}

static enum assay_status read_list(struct reading *r, int index, struct value *list)
{
    lua_Unsigned count = lua_rawlen(r->L, index);

    if (count > MAX_MEMBERS)
        return refuse(r, "a list this long cannot be right (the limit is 4096 members)");
    for (lua_Unsigned i = 1; i <= count; i++) {
        struct value *child = NULL;
        char key[24];

        lua_rawgeti(r->L, index, (lua_Integer)i);
        snprintf(key, sizeof(key), "%llu", (unsigned long long)i);
        ASSAY_TRY(read_member(r, key, &child));
        ASSAY_TRY(value_add(list, child));
    }
    return ASSAY_OK;
}

static bool is_plain_key(const char *key, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)key[i]) && key[i] != '_' && key[i] != '-')
            return false;
    return len > 0;
}

struct member {
    const char *key; /* borrowed from Lua, which holds it as long as the table is on the stack */
    struct value *child;
};

static int compare_members(const void *a, const void *b)
{
    return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

/* The key of a pair that lua_next() pushed, which stays where it is. */
static enum assay_status check_key(struct reading *r, const char **ret)
{
    const char *key = NULL;
    size_t len = 0;

    if (lua_type(r->L, -2) == LUA_TSTRING)
        key = lua_tolstring(r->L, -2, &len);
    if (key == NULL)
        return refuse(r, "a table is either a list (members 1 to n, no gaps) or has names as "
                         "keys, not both");
    if (!is_plain_key(key, len))
        return refuse(r, "a key is made of letters, digits, '_' and '-'");
    *ret = key;
    return ASSAY_OK;
}

/* What was read stays in `members` on failure as well. */
static enum assay_status read_members(struct reading *r, int index, struct member *members,
                                      size_t *count)
{
    lua_pushnil(r->L);
    while (lua_next(r->L, index) != 0) {
        const char *key = NULL;

        if (*count == MAX_MEMBERS)
            return refuse(r, "a table this large cannot be right (the limit is 4096 keys)");
        ASSAY_TRY(check_key(r, &key));
        if (r->depth == 1 && r->except != NULL && strcmp(key, r->except) == 0) {
            lua_pop(r->L, 1);
            continue;
        }
        members[*count].key = key;
        ASSAY_TRY(read_member(r, key, &members[*count].child));
        (*count)++;
    }
    return ASSAY_OK;
}

static enum assay_status read_map(struct reading *r, int index, struct value *map)
{
    struct member *members = calloc(MAX_MEMBERS, sizeof(*members));
    enum assay_status status = ASSAY_ERR_NOMEM;
    size_t count = 0;

    if (members == NULL)
        return status;
    status = read_members(r, index, members, &count);
    if (count > 0)
        qsort(members, count, sizeof(*members), compare_members);
    for (size_t i = 0; i < count; i++) {
        if (status == ASSAY_OK)
            status = value_set(map, members[i].key, members[i].child);
        else
            value_free(members[i].child);
    }
    free(members);
    return status;
}

/* Every key is one of 1 to n, and none is missing; an empty table counts as a list. */
static bool is_list(lua_State *L, int index)
{
    lua_Unsigned length = lua_rawlen(L, index);
    lua_Unsigned keys = 0;

    lua_pushnil(L);
    while (lua_next(L, index) != 0) {
        lua_pop(L, 1);
        keys++;
        if (lua_isinteger(L, -1) == 0 || keys > length) {
            lua_pop(L, 1);
            return false;
        }
    }
    return keys == length;
}

static enum assay_status read_table(struct reading *r, int index, struct value **ret)
{
    struct value *made = NULL;
    enum assay_status status = ASSAY_ERR_NOMEM;
    bool list = is_list(r->L, index);

    /* A table that holds itself ends here as well. */
    if (r->depth == LUA_VALUE_DEPTH || lua_checkstack(r->L, 8) == 0)
        return refuse(r, "tables are nested too deeply (the limit is 16 levels)");
    r->depth++;
    made = list ? value_new_list() : value_new_map();
    if (made != NULL)
        status = list ? read_list(r, index, made) : read_map(r, index, made);
    r->depth--;
    if (status != ASSAY_OK) {
        value_free(made);
        return status;
    }
    *ret = made;
    return ASSAY_OK;
}

static enum assay_status read_number(struct reading *r, int index, struct value **ret)
{
    int whole = 0;
    lua_Integer number = lua_tointegerx(r->L, index, &whole);

    if (!whole)
        return refuse(r, "only whole numbers can stand here");
    *ret = value_new_int(number);
    return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

static enum assay_status read_text(struct reading *r, int index, struct value **ret)
{
    size_t len = 0;
    const char *text = lua_tolstring(r->L, index, &len);

    *ret = value_new_bytes(text, len);
    return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

static enum assay_status read_at(struct reading *r, int index, struct value **ret)
{
    char what[96];

    switch (lua_type(r->L, index)) {
    case LUA_TTABLE:
        return read_table(r, index, ret);
    case LUA_TNUMBER:
        return read_number(r, index, ret);
    case LUA_TSTRING:
        return read_text(r, index, ret);
    case LUA_TBOOLEAN:
        *ret = value_new_bool(lua_toboolean(r->L, index));
        return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    case LUA_TLIGHTUSERDATA:
        *ret = value_new_null();
        return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
    default:
        snprintf(what, sizeof(what), "a %s cannot stand in a description",
                 lua_typename(r->L, lua_type(r->L, index)));
        return refuse(r, what);
    }
}

enum assay_status lua_value_read(lua_State *L, int index, const char *except, struct value **ret,
                                 struct assay_error *err)
{
    struct reading r = {.L = L, .except = except, .err = err};
    struct value *made = NULL;
    int top = lua_gettop(L);
    enum assay_status status = read_at(&r, lua_absindex(L, index), &made);

    lua_settop(L, top);
    if (status == ASSAY_ERR_NOMEM)
        return assay_error_set(err, status, "out of memory");
    if (status == ASSAY_OK)
        *ret = made;
    return status;
}

static void push_members(lua_State *L, const struct value *v)
{
    bool map = value_kind(v) == VALUE_MAP;

    luaL_checkstack(L, 4, "tables are nested too deeply");
    lua_createtable(L, 0, 0);
    for (size_t i = 0; i < value_count(v); i++) {
        lua_value_push(L, value_at(v, i));
        if (map)
            lua_setfield(L, -2, value_key_at(v, i));
        else
            lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

void lua_value_push(lua_State *L, const struct value *v)
{
    switch (value_kind(v)) {
    case VALUE_NULL:
        lua_pushlightuserdata(L, NULL);
        return;
    case VALUE_BOOL:
        lua_pushboolean(L, value_bool(v));
        return;
    case VALUE_INT:
        lua_pushinteger(L, value_int(v));
        return;
    case VALUE_TEXT:
        lua_pushlstring(L, value_text(v), value_text_len(v));
        return;
    case VALUE_LIST:
    case VALUE_MAP:
        push_members(L, v);
        return;
    }
}
