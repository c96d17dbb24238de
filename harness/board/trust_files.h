/* SPDX-License-Identifier: Apache-2.0 */
/* What a process board is given as files: the root to trust, its identity, the hosts. */
#ifndef BOARD_TRUST_FILES_H
#define BOARD_TRUST_FILES_H

#include "board/board.h"

#include <limits.h>

struct trust_files {
    char ca_file[PATH_MAX];   /* PEM */
    char ca_dir[PATH_MAX];    /* the same under its hashed name, as OpenSSL looks it up */
    char cert_file[PATH_MAX]; /* PEM; "" without an identity */
    char key_file[PATH_MAX];  /* PEM, PKCS#8 */
    char hosts_file[PATH_MAX];
};

/*
 * Write them into directory, in the place of those of the attempt before; readable by us alone.
 * What does not belong to this attempt is removed.
 */
ASSAY_RESULT trust_files_write(const char *directory, const struct board_request *request,
                               struct trust_files *ret, struct assay_error *err);

/* Remove the private key. */
void trust_files_remove(const char *directory);

#endif
