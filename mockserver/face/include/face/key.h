/* SPDX-License-Identifier: Apache-2.0 */
/* A public key that signatures are checked with. */
#ifndef FACE_KEY_H
#define FACE_KEY_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct face_key;

enum face_key_kind { FACE_KEY_P256, FACE_KEY_RSA };

/*
 * @param pem  a public key (SubjectPublicKeyInfo) or a certificate
 * @param path of the setting, for err
 * @retval ASSAY_ERR_MALFORMED  neither, a private key, or one that is neither P-256 nor RSA
 */
ASSAY_RESULT face_key_read(const char *pem, const char *path, struct face_key **ret,
                           struct assay_error *err);
void face_key_free(struct face_key *key); /* NULL is allowed */
enum face_key_kind face_key_kind(const struct face_key *key);

/*
 * Is it a signature over SHA-256 of data? Of P-256 in the form of JWS (RFC 7518 section 3.4: r then
 * s, 64 bytes), of RSA with PKCS#1 v1.5.
 */
bool face_key_verifies(const struct face_key *key, const void *data, size_t len,
                       const void *signature, size_t signature_len);

#endif
