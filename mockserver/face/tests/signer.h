/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of tests: made on the spot, and what devices make with them. */
#ifndef SIGNER_H
#define SIGNER_H

#include <stddef.h>
#include <stdint.h>

struct signer;

enum { SIGNATURE_MAX = 1024 };

/* group: "P-256", "P-384", "RSA". A failure ends the process. */
struct signer *signer_new(const char *group);
void signer_free(struct signer *s);
/* PEM, kept until the test ends. */
const char *signer_public_pem(const struct signer *s);
const char *signer_private_pem(const struct signer *s);
/* A signature over SHA-256, as OpenSSL writes it. */
size_t signer_sign(const struct signer *s, const void *data, size_t len,
                   uint8_t out[static SIGNATURE_MAX]);
/* r then s out of a signature of P-256. */
size_t signer_pair(const uint8_t *der, size_t der_len, uint8_t out[static 64]);

/* base64url without padding, and base64; kept until the test ends. */
const char *base64url_of(const void *data, size_t len);
const char *base64_of(const void *data, size_t len);
/* header.claims.signature of JSON texts. */
const char *jwt_of(const struct signer *s, const char *header, const char *claims);
/* The same, signed with an HMAC whose key is the text `secret`. */
const char *jwt_with_hmac(const char *secret, const char *header, const char *claims);
/* SharedAccessSignature sr=...&sig=...&se=... with a key in base64. */
const char *sas_of(const char *key, const char *encoded_resource, int64_t expiry_s);

#endif
