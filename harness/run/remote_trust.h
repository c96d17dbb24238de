/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the user of a board at a fixed address gives of certificates and keys, in place of those
 * that the bench issues: read from files once, laid over the description of each attempt.
 */
#ifndef RUN_REMOTE_TRUST_H
#define RUN_REMOTE_TRUST_H

#include "base/buf.h"
#include "base/status.h"
#include "base/value.h"
#include "board/board.h"
#include "pki/pki.h"
#include "scenario/scenario.h"

struct remote_trust;

/*
 * @param ret  NULL where the board is not at a fixed address
 * @retval ASSAY_ERR_NOT_FOUND, ASSAY_ERR_IO  a file; err names it and its key in the board file
 * @retval ASSAY_ERR_MALFORMED, ASSAY_ERR_UNSUPPORTED  what is in it
 */
ASSAY_RESULT remote_trust_load(const struct board_file *file, struct pki_store *store,
                               struct remote_trust **ret, struct assay_error *err);
void remote_trust_free(struct remote_trust *trust); /* NULL is allowed */

/* DER of what the board's certificate has to end at, borrowed; empty: nobody said. */
const struct buf *remote_trust_root(const struct remote_trust *trust);
/* SHA-256 of the board's certificate; "": not given. */
const char *remote_trust_pin(const struct remote_trust *trust);

/*
 * Make a scenario's description fit this board: its name, nothing that it would have to be issued,
 * and the client certificate that it takes wherever the control shows the good one.
 */
ASSAY_RESULT remote_trust_apply(const struct remote_trust *trust, const struct scenario *control,
                                struct value *description);

/*
 * Does this scenario show a certificate of the clients' CA that its control does not? Then a board
 * whose CA signs nothing for the bench cannot be asked.
 */
bool remote_trust_needs_ca(const struct scenario *scenario, const struct scenario *control);

#endif
