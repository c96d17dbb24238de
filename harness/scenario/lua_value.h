/* SPDX-License-Identifier: Apache-2.0 */
/* Lua tables to value trees and back. */
#ifndef SCENARIO_LUA_VALUE_H
#define SCENARIO_LUA_VALUE_H

#include "base/status.h"
#include "base/value.h"

#include <lua.h>

enum { LUA_VALUE_DEPTH = 16 };

/*
 * Read what stands at `index`. A table with the keys 1 to n is a list, one with texts as keys is a
 * map (keys sorted, so that the result does not depend on Lua's hash), an empty one is an empty
 * list. The constant `null` (a NULL light userdata) is VALUE_NULL. Never raises a Lua error.
 * @param except  A key of the outermost table that is left out, or NULL.
 * @retval ASSAY_ERR_MALFORMED  err: "certs.leaf.san: a function cannot stand in a description"
 */
ASSAY_RESULT lua_value_read(lua_State *L, int index, const char *except, struct value **ret,
                            struct assay_error *err);

/* Push a fresh copy. May raise a Lua error (memory). */
void lua_value_push(lua_State *L, const struct value *v);

#endif
