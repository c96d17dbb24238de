/* SPDX-License-Identifier: Apache-2.0 */
/* The field's own tools: how they say how far they are, and where they come from. */
#ifndef FLASH_FLASH_TOOL_H
#define FLASH_FLASH_TOOL_H

#include "base/status.h"
#include "base/value.h"

#include <regex.h>
#include <stdbool.h>
#include <stdint.h>

enum { FLASH_PATTERNS_MAX = 16 };

struct flash_patterns {
    regex_t compiled[FLASH_PATTERNS_MAX];
    size_t count;
};

/*
 * Compile a list of POSIX extended regular expressions; NULL is an empty list.
 * @param ret  End with flash_patterns_done().
 * @retval ASSAY_ERR_MALFORMED  err names the pattern
 */
ASSAY_RESULT flash_patterns_compile(const struct value *list, struct flash_patterns *ret,
                                    struct assay_error *err);
void flash_patterns_done(struct flash_patterns *patterns);
bool flash_patterns_match(const struct flash_patterns *patterns, const char *line);

/*
 * How far a line says that the tool is: one group is a percentage, two are done and total. The
 * phase is told by the words of the line ("erase", "verif", "read"), else it is "write".
 */
bool flash_patterns_progress(const struct flash_patterns *patterns, const char *line,
                             const char **ret_phase, int64_t *ret_done, int64_t *ret_total);

/* What is known of a tool by its name. */
struct flash_tool {
    const char *name;
    const char *package; /* a Debian package, or where to get it */
    const char *progress;
};

extern const struct flash_tool flash_tools[]; /* ends with a NULL name */

/* The patterns that are known of it. */
ASSAY_RESULT flash_patterns_known(const struct flash_tool *tool, struct flash_patterns *ret,
                                  struct assay_error *err);

/* program may be a path. NULL: an unknown one. */
const struct flash_tool *flash_tool_find(const char *program);

#endif
