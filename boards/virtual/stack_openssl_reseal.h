/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What flaws make of the board's records on their way out: FLAW_SSL3_RECORD, FLAW_SSL2_HELLO,
 * FLAW_RECORD_NONCE.
 * libssl makes them right, and here they are made wrong.
 */
#ifndef STACK_OPENSSL_RESEAL_H
#define STACK_OPENSSL_RESEAL_H

#include <openssl/ssl.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RESEAL_NONCE = 8, RESEAL_KEY_MAX = 32, RESEAL_SALT = 4 };

/* One connection's. Zero before its first record. */
struct stack_openssl_reseal {
    bool is_sealed; /* ChangeCipherSpec is out */
    bool has_key;
    uint64_t sequence;
    const EVP_CIPHER *cipher;
    uint8_t key[RESEAL_KEY_MAX];
    uint8_t salt[RESEAL_SALT];
    uint8_t nonce[RESEAL_NONCE]; /* the first one, which is used for all */
};

/* The record of a ClientHello says version 0x0300. Whole records, changed in place. */
void stack_openssl_reseal_version(uint8_t *records, size_t len);

/*
 * A ClientHello in the form of SSL 2.0 (RFC 5246 appendix E.2): its suites and its random, and no
 * extensions. Other records stay as they are.
 * @param len  of whole records
 * @return the new length, at most the old one
 */
size_t stack_openssl_reseal_ssl2(uint8_t *records, size_t len);

/*
 * RFC 5288 section 3: all records of AES-GCM under TLS 1.2 get the nonce of the first. Others stay
 * as they are. Whole records, changed in place.
 * @return false: the library does not do it
 */
bool stack_openssl_reseal_nonce(struct stack_openssl_reseal *r, SSL *ssl, uint8_t *records,
                                size_t len);

#endif
