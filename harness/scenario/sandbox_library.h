/* SPDX-License-Identifier: Apache-2.0 */
/* What of Lua's standard library a script sees, and what it is told about the rest. */
#ifndef SCENARIO_SANDBOX_LIBRARY_H
#define SCENARIO_SANDBOX_LIBRARY_H

#include "sandbox.h"

/* Set up the globals of L: the allowed library and `words`. May raise a Lua error. */
void sandbox_library_open(lua_State *L, const struct sandbox_word *words);

#endif
