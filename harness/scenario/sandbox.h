/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One Lua 5.4 state for one script file: no files, no processes, no clock, no chance, no way to
 * catch the end of its budget. Whatever goes wrong comes back as "file:line: what".
 */
#ifndef SCENARIO_SANDBOX_H
#define SCENARIO_SANDBOX_H

#include "base/status.h"
#include "base/value.h"

#include <lua.h>
#include <lauxlib.h>

struct sandbox;

/* A global that a script finds beside the library: a function, or a text. */
struct sandbox_word {
    const char *name;
    lua_CFunction function;
    const char *text;
};

enum {
    SANDBOX_MEMORY = 8 * 1024 * 1024, /* bytes that a script may hold */
    SANDBOX_WORK = 20 * 1000 * 1000,  /* instructions, or what takes about as long */
    SANDBOX_CPU_MS = 10000,           /* a net below the work limit */
    SANDBOX_MAX_SOURCE = 1024 * 1024, /* bytes of a script */
};

/*
 * @param file   How errors call the script; copied.
 * @param words  What the script may call beside the allowed parts of the standard library; ends
 *               with a NULL name. May be NULL.
 * @param host   For the words: sandbox_host(). Borrowed.
 * @return NULL: no memory
 */
struct sandbox *sandbox_new(const char *file, const struct sandbox_word *words, void *host);
void sandbox_free(struct sandbox *box); /* NULL is allowed */

/* Run a script's text; bytecode is refused. ASSAY_ERR_SCRIPT with "file:line: what". */
ASSAY_RESULT sandbox_run(struct sandbox *box, const char *text, size_t len,
                         struct assay_error *err);

/*
 * Call the function that luaL_ref() put at `ref` with a copy of `argument`, and read what it
 * returns. The budget goes on where the script left it.
 * @param second  a second argument, or NULL for none
 * @param ret  Set on success; the caller owns it.
 */
ASSAY_RESULT sandbox_call(struct sandbox *box, int ref, const struct value *argument,
                          const struct value *second, struct value **ret, struct assay_error *err);

/* For words, which are called by Lua. */
void *sandbox_host(lua_State *L);
int sandbox_line(lua_State *L); /* line of the script that is being executed */

/*
 * Take `units` from the budget, for work that the instruction count does not see. Does not return
 * when the budget is used up.
 */
void sandbox_spend(lua_State *L, uint64_t units);

#endif
