/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the chain of each scenario, as OpenSSL says it. */
#ifndef CHAIN_ERRORS_H
#define CHAIN_ERRORS_H

/* Beside the X509_V_ERR_... of OpenSSL: what its verification does not look at. */
enum { CHAIN_LEAF_MAY_NOT_SIGN = -1 };

enum { CHAIN_ERRORS_MAX = 8 };

/*
 * What OpenSSL finds under its strictest rules when it goes on after every error: the flaw of the
 * scenario and nothing beside it.
 */
struct chain_errors {
    const char *id;
    int errors[CHAIN_ERRORS_MAX]; /* ends with 0 */
};

/* Every case that has to be refused, and those that boards may refuse; ends with a NULL id. */
extern const struct chain_errors chain_errors[];

#endif
