/* SPDX-License-Identifier: Apache-2.0 */
/* Readers of the key tables in pki_spec.c: each checks one value and stores it at its member. */
#ifndef PKI_READERS_H
#define PKI_READERS_H

#include "pki_spec.h"

/* struct pki_text; any bytes. */
enum assay_status pki_read_bytes(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err);

/* struct pki_text without NUL bytes. */
enum assay_status pki_read_word(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);

/* struct pki_text of hexadecimal digits. */
enum assay_status pki_read_hex(const struct key_spec *spec, const struct value *value,
                               const char *path, void *target, struct assay_error *err);

/* struct pki_text: "auto" or a type of pki_key_types. */
enum assay_status pki_read_key_type(const struct key_spec *spec, const struct value *value,
                                    const char *path, void *target, struct assay_error *err);

/* struct pki_text, one of a few words. */
enum assay_status pki_read_hash(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);
enum assay_status pki_read_time_form(const struct key_spec *spec, const struct value *value,
                                     const char *path, void *target, struct assay_error *err);

/* struct pki_when. */
enum assay_status pki_read_when(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);

/* struct pki_text: a label of a key. */
enum assay_status pki_read_label(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err);

/* struct pki_list. */
enum assay_status pki_read_list(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);
enum assay_status pki_read_forge(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err);
enum assay_status pki_read_place(const struct key_spec *spec, const struct value *value,
                                 const char *path, void *target, struct assay_error *err);

/* struct pki_list, of a few words. */
enum assay_status pki_read_omit(const struct key_spec *spec, const struct value *value,
                                const char *path, void *target, struct assay_error *err);
enum assay_status pki_read_damage(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err);

/* struct pki_identifier: true, false or hexadecimal digits. */
enum assay_status pki_read_identifier(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err);

/* Tables. To give one at all is to want the extension: `present` only says no. */
enum assay_status pki_read_basic_constraints(const struct key_spec *spec, const struct value *value,
                                             const char *path, void *target,
                                             struct assay_error *err);
enum assay_status pki_read_usages(const struct key_spec *spec, const struct value *value,
                                  const char *path, void *target, struct assay_error *err);
enum assay_status pki_read_name_constraints(const struct key_spec *spec, const struct value *value,
                                            const char *path, void *target,
                                            struct assay_error *err);

/* const struct value *: a list of tables, checked. */
enum assay_status pki_read_extensions(const struct key_spec *spec, const struct value *value,
                                      const char *path, void *target, struct assay_error *err);

/* "path is a text; it has to be a list". Returns ASSAY_ERR_MALFORMED. */
enum assay_status pki_refuse_kind(const struct value *value, const char *path, const char *want,
                                  struct assay_error *err);

#endif
