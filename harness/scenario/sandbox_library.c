/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox_library.h"

#include "base/nearest.h"

#include <lualib.h>

#include <string.h>

/*
 * Functions that loop in C are charged for before they run, because the instruction count does
 * not see them. Metatables, coroutines, pcall and load are missing on purpose: a description
 * needs none of them, and each is a way around a limit.
 */
enum cost {
    COST_NONE,
    COST_LENGTHS, /* the length of every text and table given */
    COST_COUNTS,  /* the same, and every number given: string.rep(s, n) */
    COST_SORT,    /* n log n */
    COST_PATTERN, /* a pattern that backs up over its subject */
};

struct entry {
    const char *library; /* NULL: a global */
    const char *name;
    enum cost cost;
};

/* clang-format off */
static const struct entry allowed[] = {
    {NULL,     "assert",      COST_NONE},
    {NULL,     "error",       COST_NONE},
    {NULL,     "ipairs",      COST_NONE},
    {NULL,     "select",      COST_NONE},
    {NULL,     "tonumber",    COST_LENGTHS},
    {NULL,     "tostring",    COST_NONE},
    {NULL,     "type",        COST_NONE},
    {"string", "byte",        COST_LENGTHS},
    {"string", "char",        COST_LENGTHS},
    {"string", "find",        COST_PATTERN},
    {"string", "format",      COST_LENGTHS},
    {"string", "gmatch",      COST_PATTERN},
    {"string", "gsub",        COST_PATTERN},
    {"string", "len",         COST_NONE},
    {"string", "lower",       COST_LENGTHS},
    {"string", "match",       COST_PATTERN},
    {"string", "pack",        COST_LENGTHS},
    {"string", "packsize",    COST_LENGTHS},
    {"string", "rep",         COST_COUNTS},
    {"string", "reverse",     COST_LENGTHS},
    {"string", "sub",         COST_LENGTHS},
    {"string", "unpack",      COST_LENGTHS},
    {"string", "upper",       COST_LENGTHS},
    {"table",  "concat",      COST_LENGTHS},
    {"table",  "insert",      COST_LENGTHS},
    {"table",  "pack",        COST_LENGTHS},
    {"table",  "remove",      COST_LENGTHS},
    {"table",  "sort",        COST_SORT},
    {"table",  "unpack",      COST_LENGTHS},
    {"math",   "abs",         COST_NONE},
    {"math",   "ceil",        COST_NONE},
    {"math",   "floor",       COST_NONE},
    {"math",   "fmod",        COST_NONE},
    {"math",   "max",         COST_NONE},
    {"math",   "min",         COST_NONE},
    {"math",   "modf",        COST_NONE},
    {"math",   "sqrt",        COST_NONE},
    {"math",   "tointeger",   COST_NONE},
    {"math",   "type",        COST_NONE},
    {"math",   "ult",         COST_NONE},
    {"utf8",   "char",        COST_LENGTHS},
    {"utf8",   "codepoint",   COST_LENGTHS},
    {"utf8",   "codes",       COST_LENGTHS},
    {"utf8",   "len",         COST_LENGTHS},
    {"utf8",   "offset",      COST_LENGTHS},
};

static const struct {
    const char *library, *name;
} constants[] = {
    {"math", "huge"}, {"math", "maxinteger"}, {"math", "mininteger"}, {"math", "pi"},
    {"utf8", "charpattern"},
};

/* What people reach for, and what to do instead. */
static const struct {
    const char *name, *hint;
} missing[] = {
    {"collectgarbage", "memory is the bench's business"},
    {"coroutine",      "a script only builds descriptions"},
    {"debug",          "it would open the sandbox"},
    {"dofile",         "a script has no files; define the cases of a family in one file"},
    {"dump",           "bytecode is not run here"},
    {"getmetatable",   "plain tables are all there is"},
    {"io",             "a script has no files"},
    {"load",           "a script cannot make code"},
    {"loadfile",       "a script has no files"},
    {"loadstring",     "a script cannot make code"},
    {"move",           "use a loop"},
    {"next",           "use pairs, whose order is fixed"},
    {"os",             "a script has no processes, no environment and no clock; times are written "
                       "relative to the scenario's (\"-1d\")"},
    {"package",        "a script has no files"},
    {"pcall",          "an error ends the loading of a script, so that it is seen"},
    {"print",          "error(text) shows a text and its line"},
    {"random",         "a scenario is the same in every run"},
    {"randomseed",     "a scenario is the same in every run"},
    {"rawequal",       "plain tables are all there is"},
    {"rawget",         "plain tables are all there is"},
    {"rawlen",         "plain tables are all there is"},
    {"rawset",         "plain tables are all there is"},
    {"require",        "a script has no files; define the cases of a family in one file"},
    {"setmetatable",   "plain tables are all there is"},
    {"xpcall",         "an error ends the loading of a script, so that it is seen"},
    {"_G",             "name the thing itself"},
};
/* clang-format on */

enum { MAX_COST = 1 << 30 };

static uint64_t argument_length(lua_State *L, int index, bool numbers)
{
    lua_Integer number = 0;

    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        return lua_rawlen(L, index) / 16;
    case LUA_TTABLE:
        return lua_rawlen(L, index);
    case LUA_TNUMBER:
        number = numbers ? lua_tointeger(L, index) : 0;
        return number > 0 ? (uint64_t)number : 0;
    default:
        return 0;
    }
}

static uint64_t lengths(lua_State *L, bool numbers)
{
    uint64_t cost = 1;

    for (int i = 1; i <= lua_gettop(L) && cost < MAX_COST; i++)
        cost += argument_length(L, i, numbers);
    return cost;
}

/* Each repetition in a pattern may try every length, from every place: n to the power of them. */
static uint64_t pattern_cost(lua_State *L)
{
    size_t len = 0;
    size_t pattern_len = 0;
    const char *pattern = lua_tolstring(L, 2, &pattern_len);
    uint64_t cost = 1;

    if (lua_tolstring(L, 1, &len) == NULL || pattern == NULL)
        return 1; /* the function itself says what is wrong */
    cost += len + pattern_len;
    for (size_t i = 0; i < pattern_len && cost < MAX_COST; i++) {
        if (pattern[i] == '%') {
            i++; /* an escaped sign, a class, or %b, which walks */
            cost *= i < pattern_len && pattern[i] == 'b' ? len + 1 : 1;
        } else if (pattern[i] == '*' || pattern[i] == '+' || pattern[i] == '-') {
            cost *= len + 1;
        } else if (pattern[i] == '?') {
            cost *= 2;
        }
    }
    return cost;
}

static int call_charged(lua_State *L)
{
    lua_CFunction function = lua_tocfunction(L, lua_upvalueindex(1));
    uint64_t cost = 0;

    switch ((enum cost)lua_tointeger(L, lua_upvalueindex(2))) {
    case COST_NONE:
        break;
    case COST_LENGTHS:
        cost = lengths(L, false);
        break;
    case COST_COUNTS:
        cost = lengths(L, true);
        break;
    case COST_SORT:
        cost = 32 * lengths(L, false);
        break;
    case COST_PATTERN:
        cost = pattern_cost(L);
        break;
    }
    sandbox_spend(L, cost);
    return function(L);
}

static int compare_keys(lua_State *L)
{
    int a = lua_type(L, 1);
    int b = lua_type(L, 2);

    /* Numbers before texts, so that mixed tables have an order as well. */
    lua_pushboolean(L, a == b ? lua_compare(L, 1, 2, LUA_OPLT) : a == LUA_TNUMBER);
    return 1;
}

/* upvalues: keys, how many are done; arguments: the table */
static int next_sorted(lua_State *L)
{
    lua_Integer done = lua_tointeger(L, lua_upvalueindex(2));

    for (;;) {
        done++;
        lua_settop(L, 1);
        if (lua_rawgeti(L, lua_upvalueindex(1), done) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, 1) != LUA_TNIL)
            break;
    }
    lua_pushinteger(L, done);
    lua_replace(L, lua_upvalueindex(2));
    return 2;
}

/* pairs() in the order of the keys: Lua's own order changes from run to run. */
static int pairs_sorted(lua_State *L)
{
    lua_Integer count = 0;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_newtable(L);
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) != LUA_TNUMBER && lua_type(L, -1) != LUA_TSTRING)
            return luaL_error(L, "pairs: a key is a text or a number, not a %s",
                              luaL_typename(L, -1));
        lua_pushvalue(L, -1);
        lua_rawseti(L, 3, ++count);
    }
    sandbox_spend(L, 32 * (uint64_t)count);
    lua_pushvalue(L, 3);
    lua_insert(L, 2); /* keys, sort, keys, less */
    lua_pushcfunction(L, compare_keys);
    lua_call(L, 2, 0);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_sorted, 2);
    lua_pushvalue(L, 1);
    return 2;
}

/* Push "; did you mean ...?" for a name that the table at 1 does not hold. */
static void push_meant(lua_State *L, const char *prefix, const char *name)
{
    struct nearest nearest = {.wanted = name};

    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            nearest_offer(&nearest, lua_tostring(L, -1));
    }
    if (nearest.count > 0)
        lua_pushfstring(L, "; did you mean '%s%s'?", prefix, nearest.names[0]);
    else
        lua_pushliteral(L, "");
}

/* __index of the globals and of each library; upvalue: "string." or "". */
static int unknown_name(lua_State *L)
{
    const char *prefix = lua_tostring(L, lua_upvalueindex(1));
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);

    for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++)
        if (strcmp(missing[i].name, name) == 0)
            return luaL_error(L, "%s%s is not available in scenario scripts: %s", prefix, name,
                              missing[i].hint);
    push_meant(L, prefix, name);
    return luaL_error(L, "nothing is called '%s%s' here%s", prefix, name, lua_tostring(L, -1));
}

static int refuse_global(lua_State *L)
{
    return luaL_error(L, "'%s' is not declared; write: local %s = ...", luaL_tolstring(L, 2, NULL),
                      luaL_tolstring(L, 2, NULL));
}

/* Give the table on top of the stack its strictness. */
static void make_strict(lua_State *L, const char *prefix)
{
    lua_newtable(L);
    lua_pushstring(L, prefix);
    lua_pushcclosure(L, unknown_name, 1);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

/* Put allowed[i], found in the table `from`, into the table `to`. */
static void allow(lua_State *L, const struct entry *entry, int from, int to)
{
    lua_getfield(L, from, entry->name);
    if (entry->cost != COST_NONE) {
        lua_pushinteger(L, entry->cost);
        lua_pushcclosure(L, call_charged, 2);
    }
    lua_setfield(L, to, entry->name);
}

/* What a fresh state offers under `library` (NULL: global), cut down to what is allowed. */
static void push_cut_down(lua_State *L, const char *library, lua_CFunction open)
{
    int from = 0;
    int to = 0;

    lua_pushcfunction(L, open);
    lua_call(L, 0, 1);
    from = lua_gettop(L);
    lua_newtable(L);
    to = from + 1;
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        if ((library == NULL && allowed[i].library == NULL) ||
            (library != NULL && allowed[i].library != NULL &&
             strcmp(allowed[i].library, library) == 0))
            allow(L, &allowed[i], from, to);
    for (size_t i = 0; library != NULL && i < sizeof(constants) / sizeof(constants[0]); i++)
        if (strcmp(constants[i].library, library) == 0) {
            lua_getfield(L, from, constants[i].name);
            lua_setfield(L, to, constants[i].name);
        }
    lua_remove(L, from);
}

static void open_part(lua_State *L, int globals, const char *name, const char *prefix,
                      lua_CFunction open)
{
    push_cut_down(L, name, open);
    make_strict(L, prefix);
    lua_setfield(L, globals, name);
}

/* ("x"):upper() finds what string.upper finds, and no more. */
static void bind_text_methods(lua_State *L, int globals)
{
    lua_pushliteral(L, "");
    if (lua_getmetatable(L, -1) != 0) {
        lua_getfield(L, globals, "string");
        lua_setfield(L, -2, "__index");
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void sandbox_library_open(lua_State *L, const struct sandbox_word *words)
{
    int globals = 0;

    push_cut_down(L, NULL, luaopen_base);
    globals = lua_gettop(L);
    open_part(L, globals, "string", "string.", luaopen_string);
    open_part(L, globals, "table", "table.", luaopen_table);
    open_part(L, globals, "math", "math.", luaopen_math);
    open_part(L, globals, "utf8", "utf8.", luaopen_utf8);
    bind_text_methods(L, globals);
    lua_pushcfunction(L, luaopen_table);
    lua_call(L, 0, 1);
    lua_getfield(L, -1, "sort");
    lua_pushcclosure(L, pairs_sorted, 1);
    lua_setfield(L, globals, "pairs");
    lua_pop(L, 1);
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, globals, "null");
    for (const struct sandbox_word *word = words; word != NULL && word->name != NULL; word++) {
        if (word->function != NULL)
            lua_pushcfunction(L, word->function);
        else
            lua_pushstring(L, word->text);
        lua_setfield(L, globals, word->name);
    }
    make_strict(L, "");
    /* New chunks take this as their globals; nothing else leads back to the full library. */
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_settop(L, 0);
}
