/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML files with a schema, as value trees. libcyaml reads the values; a pass over libyaml's events
 * before it refuses what a configuration file has no business to hold (anchors, deep nesting, huge
 * lists, keys that are unknown or stand twice) and remembers the line of everything, so that each
 * complaint, now or later, says "file:line: what".
 */
#ifndef YAML_FILE_YAML_FILE_H
#define YAML_FILE_YAML_FILE_H

#include "base/status.h"
#include "base/value.h"

#include <cyaml/cyaml.h>

enum {
    YAML_FILE_MAX_BYTES = 64 * 1024,
    YAML_FILE_MAX_DEPTH = 8,
    YAML_FILE_MAX_NODES = 1024,
    YAML_FILE_MAX_TEXT = 4096
};

/* A file that was read. Start with all zero; end with yaml_file_done(). */
struct yaml_file {
    char *name;          /* as it appears in messages */
    struct value *root;  /* map with the keys that the file sets */
    struct value *lines; /* map: path ("process.command.2") -> line */
};

/*
 * Read text of a file. In the schema every field must be an optional pointer; strings, unsigned
 * integers, enumerations (whose value 0 or 1 becomes a bool), mappings and sequences are known.
 *
 * @param name  For messages.
 * @retval ASSAY_ERR_MALFORMED  err: "name:line: what"
 * @retval ASSAY_ERR_LIMIT      likewise
 */
ASSAY_RESULT yaml_file_parse(const char *name, const void *text, size_t len,
                             const struct cyaml_schema_value *schema, struct yaml_file *ret,
                             struct assay_error *err);

/* As above from a path, at most YAML_FILE_MAX_BYTES. */
ASSAY_RESULT yaml_file_load(const char *path, const struct cyaml_schema_value *schema,
                            struct yaml_file *ret, struct assay_error *err);
void yaml_file_done(struct yaml_file *file);

/* Fill err with "name:line: text" for what stands at path (or at its nearest parent). */
enum assay_status yaml_file_error(const struct yaml_file *file, const char *path,
                                  struct assay_error *err, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The first pass alone. ret_lines is set on success. */
ASSAY_RESULT yaml_outline(const char *name, const void *text, size_t len,
                          const struct cyaml_schema_value *schema, struct value **ret_lines,
                          struct assay_error *err);

#endif
