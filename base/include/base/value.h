/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tree of plain values: what a scenario says about its servers, and what crosses a room's border
 * without either side knowing the other's structs. Maps keep the order in which keys were set.
 *
 * A room that takes such a tree reads it through a table of its keys and refuses what it does not
 * know, naming the path.
 */
#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/buf.h"
#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum value_kind { VALUE_NULL, VALUE_BOOL, VALUE_INT, VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value;

/* Constructors: heap objects that the caller owns until they are set or added; NULL: no memory. */
struct value *value_new_null(void);
struct value *value_new_bool(bool flag);
struct value *value_new_int(int64_t number);
struct value *value_new_text(const char *text);
struct value *value_new_bytes(const void *data, size_t len); /* a text that may hold NUL bytes */
struct value *value_new_list(void);
struct value *value_new_map(void);
void value_free(struct value *v); /* with everything below it; NULL is allowed */

/* Accessors: NULL or the wrong kind gives the neutral answer (NULL kind, false, 0, NULL, 0). */
enum value_kind value_kind(const struct value *v);
const char *value_kind_name(enum value_kind kind);
bool value_bool(const struct value *v);
int64_t value_int(const struct value *v);
const char *value_text(const struct value *v); /* NUL terminated; borrowed */
size_t value_text_len(const struct value *v);

size_t value_count(const struct value *v); /* members of a list or map */
const struct value *value_at(const struct value *v, size_t index);
const char *value_key_at(const struct value *map, size_t index);
const struct value *value_get(const struct value *map, const char *key);

/* "a.b.c" down through maps; a list member is its index from 1 ("certs.chain.2"). */
const struct value *value_path(const struct value *v, const char *path);

/* Ownership of child passes on success and on failure. Setting a key again replaces its value. */
ASSAY_RESULT value_set(struct value *map, const char *key, struct value *child);
ASSAY_RESULT value_add(struct value *list, struct value *child);

struct value *value_copy(const struct value *v); /* deep; NULL: no memory */
bool value_equal(const struct value *a, const struct value *b);

/*
 * Lay `over` on `base`: maps merge key by key, everything else replaces what stood there, and a
 * null removes the key. A null below a map that stands nowhere in `base` stays, so that whoever
 * reads the result can say that there was nothing to remove. `over` is copied.
 */
ASSAY_RESULT value_merge(struct value *base, const struct value *over);

/*
 * The paths at which a and b differ, as a list of texts in the order of a's keys and then of b's
 * new ones. Maps are compared key by key, lists as a whole.
 * @param ret  Set on success; the caller owns it.
 */
ASSAY_RESULT value_diff(const struct value *a, const struct value *b, struct value **ret);

/* Append v as JSON. Bytes that are not UTF-8 are written as \u00XX. */
ASSAY_RESULT value_write_json(const struct value *v, struct buf *out);

/* Append a JSON string, quotes and escapes included. */
ASSAY_RESULT json_add_string(struct buf *out, const void *text, size_t len);

#endif
