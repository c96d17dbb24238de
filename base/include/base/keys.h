/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tables of keys: how a room reads its part of a server description (a map of values) into a
 * struct. The same table gives the room's format document its rows.
 *
 *     static const struct key_spec keys[] = {
 *         {"silent", key_read_bool, offsetof(struct s, silent), 0, 0, "false", "never answer"},
 *         {"ttl", key_read_int, offsetof(struct s, ttl), 0, INT32_MAX, "60", "seconds"},
 *         {NULL, NULL, 0, 0, 0, NULL, NULL},
 *     };
 */
#ifndef BASE_KEYS_H
#define BASE_KEYS_H

#include "base/status.h"
#include "base/value.h"

#include <stddef.h>
#include <stdint.h>

struct key_spec {
    const char *name;
    /*
     * Check value and store it at target (the struct's member). Errors name path, what stands
     * there and what would be right.
     */
    enum assay_status (*read)(const struct key_spec *spec, const struct value *value,
                              const char *path, void *target, struct assay_error *err);
    size_t offset;        /* of the member */
    int64_t min, max;     /* of an integer; of a text max is the size of the member */
    const char *fallback; /* the default in words of the format, for people */
    const char *help;     /* one line, for people */
};

/*
 * Read map into the struct at target, which holds the defaults; keys that are not there leave
 * their members alone.
 * @param keys  ends with a NULL name
 * @param map   NULL or a null: nothing is read
 * @param path  of the map, "dns"
 * @retval ASSAY_ERR_MALFORMED  an unknown key (err names its path and what exists), or
 *                              what a reader refused
 */
ASSAY_RESULT keys_read(const struct key_spec *keys, const struct value *map, const char *path,
                       void *target, struct assay_error *err);

/* Readers. The member is a bool, an int64_t, or a char array of spec->max bytes. */
enum assay_status key_read_bool(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);
enum assay_status key_read_int(const struct key_spec *spec, const struct value *value,
                               const char *path, void *target, struct assay_error *err);
enum assay_status key_read_text(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);

#endif
