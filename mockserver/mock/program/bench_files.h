/* SPDX-License-Identifier: Apache-2.0 */
/* The files of assay-mock: the store of keys, the root for clients, the description. */
#ifndef BENCH_FILES_H
#define BENCH_FILES_H

#include "base/buf.h"
#include "base/status.h"
#include "base/value.h"
#include "pki/pki.h"

/* Append a file's contents to out; out->max bounds it. */
ASSAY_RESULT bench_file_read(const char *path, struct buf *out, struct assay_error *err);

/* Replace a file as a whole: it has the old contents or the new ones, whatever happens. What is no
 * file, such as /dev/null, is written to and stays what it is. */
ASSAY_RESULT bench_file_write(const char *path, unsigned mode, const struct buf *contents,
                              struct assay_error *err);

/* Import the store from a file; one that does not exist yet is no error. */
ASSAY_RESULT bench_store_load(struct pki_store *store, const char *path, struct assay_error *err);
ASSAY_RESULT bench_store_save(struct pki_store *store, const char *path, struct assay_error *err);

/* The root certificates that the description's chains end in, as PEM. */
ASSAY_RESULT bench_roots_save(struct pki_store *store, const struct value *description,
                              const char *path, struct assay_error *err);
/* Does a description have a chain under the RSA root? It is made only where it is needed. */
bool bench_needs_rsa_root(const struct value *description);
/* ... the one root that all have, and with `rsa` the other one as well. */
ASSAY_RESULT bench_root_files_save(struct pki_store *store, bool rsa, const char *path,
                                   struct assay_error *err);

#endif
