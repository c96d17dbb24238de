/* SPDX-License-Identifier: Apache-2.0 */
#include "base/event_kinds.h"

#include <stddef.h>

#define DEFINE_CONSTANT(constant, text, fields) const char constant[] = text;
EVENT_KIND_MAP(DEFINE_CONSTANT)

const struct event_kind_row event_kinds[] = {
#define ROW(constant, text, fields) {text, fields},
    EVENT_KIND_MAP(ROW)
#undef ROW
        {NULL, NULL},
};
