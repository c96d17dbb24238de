/* SPDX-License-Identifier: Apache-2.0 */
/* The library has no texts; these follow the comments of bearssl_ssl.h and bearssl_x509.h. */
#include "stack_bearssl_errors.h"

#include "virtual_stack.h"

#include <bearssl.h>

#include <string.h>

#define ROW(name, text)                                                                            \
    {                                                                                              \
        BR_ERR_##name, #name, text                                                                 \
    }

static const struct {
    int error;
    const char *name;
    const char *text;
} rows[] = {
    ROW(OK, "no error"),
    ROW(BAD_PARAM, "the caller passed a wrong parameter"),
    ROW(BAD_STATE, "not possible in this state"),
    ROW(UNSUPPORTED_VERSION, "the server's protocol version is not supported"),
    ROW(BAD_VERSION, "a record's version does not match"),
    ROW(BAD_LENGTH, "a record's length is invalid"),
    ROW(TOO_LARGE, "a record or a handshake message is too large for the buffer"),
    ROW(BAD_MAC, "wrong padding or MAC of a record"),
    ROW(NO_RANDOM, "no entropy"),
    ROW(UNKNOWN_TYPE, "unknown record type"),
    ROW(UNEXPECTED, "unexpected record or message"),
    ROW(BAD_CCS, "malformed ChangeCipherSpec"),
    ROW(BAD_ALERT, "malformed alert"),
    ROW(BAD_HANDSHAKE, "malformed handshake message"),
    ROW(OVERSIZED_ID, "session id longer than 32 bytes"),
    ROW(BAD_CIPHER_SUITE, "the server selected a suite that was not offered"),
    ROW(BAD_COMPRESSION, "the server selected compression"),
    ROW(BAD_FRAGLEN, "the server's maximum fragment length differs from ours"),
    ROW(BAD_SECRENEG, "secure renegotiation failed"),
    ROW(EXTRA_EXTENSION, "an extension that was not offered, or twice the same"),
    ROW(BAD_SNI, "malformed server name in ServerHello"),
    ROW(BAD_HELLO_DONE, "ServerHelloDone is not empty"),
    ROW(LIMIT_EXCEEDED, "a limit of the library, such as the size of a key"),
    ROW(BAD_FINISHED, "the server's Finished is wrong"),
    ROW(RESUME_MISMATCH, "resumption with another version or suite"),
    ROW(INVALID_ALGORITHM, "unsupported curve, signature algorithm or hash"),
    ROW(BAD_SIGNATURE, "wrong signature in ServerKeyExchange"),
    ROW(WRONG_KEY_USAGE, "the server's key does not fit the suite or must not be used so"),
    ROW(NO_CLIENT_AUTH, "no client certificate, or a wrong one"),
    ROW(IO, "the connection broke"),
    ROW(X509_INVALID_VALUE, "invalid value in a certificate"),
    ROW(X509_TRUNCATED, "truncated certificate"),
    ROW(X509_EMPTY_CHAIN, "no certificate at all"),
    ROW(X509_INNER_TRUNC, "an element of a certificate extends beyond its outer one"),
    ROW(X509_BAD_TAG_CLASS, "unsupported tag class in a certificate"),
    ROW(X509_BAD_TAG_VALUE, "unsupported tag in a certificate"),
    ROW(X509_INDEFINITE_LENGTH, "indefinite length in a certificate"),
    ROW(X509_EXTRA_ELEMENT, "an element too many in a certificate"),
    ROW(X509_UNEXPECTED, "unexpected element in a certificate"),
    ROW(X509_NOT_CONSTRUCTED, "an element of a certificate should be constructed"),
    ROW(X509_NOT_PRIMITIVE, "an element of a certificate should be primitive"),
    ROW(X509_PARTIAL_BYTE, "a bit string of a certificate is not a whole number of bytes"),
    ROW(X509_BAD_BOOLEAN, "malformed boolean in a certificate"),
    ROW(X509_OVERFLOW, "a value in a certificate is off limits"),
    ROW(X509_BAD_DN, "invalid distinguished name"),
    ROW(X509_BAD_TIME, "invalid date in a certificate"),
    ROW(X509_UNSUPPORTED, "a certificate has unsupported features"),
    ROW(X509_LIMIT_EXCEEDED, "a key or signature is too large"),
    ROW(X509_WRONG_KEY_TYPE, "the key is of an unexpected type"),
    ROW(X509_BAD_SIGNATURE, "a certificate's signature is wrong"),
    ROW(X509_TIME_UNKNOWN, "the time is not known"),
    ROW(X509_EXPIRED, "a certificate is expired or not yet valid"),
    ROW(X509_DN_MISMATCH, "issuer and subject of the chain do not match"),
    ROW(X509_BAD_SERVER_NAME, "the certificate is not for this host"),
    ROW(X509_CRITICAL_EXTENSION, "unknown critical extension in a certificate"),
    ROW(X509_NOT_CA, "a certificate of the chain is no CA, or the path is too long"),
    ROW(X509_FORBIDDEN_KEY_USAGE, "key usage forbids this use"),
    ROW(X509_WEAK_PUBLIC_KEY, "a public key is too small"),
    ROW(X509_NOT_TRUSTED, "the chain does not lead to a trusted root"),
};

void stack_bearssl_explain(int error, struct probe_failure *ret)
{
    if (error >= BR_ERR_RECV_FATAL_ALERT && error < BR_ERR_RECV_FATAL_ALERT + 256) {
        virtual_failure_set(ret, error, "%d: the server sent fatal alert %d", error,
                            error - BR_ERR_RECV_FATAL_ALERT);
        return;
    }
    if (error >= BR_ERR_SEND_FATAL_ALERT && error < BR_ERR_SEND_FATAL_ALERT + 256) {
        virtual_failure_set(ret, error, "%d: fatal alert %d was sent", error,
                            error - BR_ERR_SEND_FATAL_ALERT);
        return;
    }
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].error == error) {
            virtual_failure_set(ret, error, "%d (%s): %s", error, rows[i].name, rows[i].text);
            return;
        }
    }
    virtual_failure_set(ret, error, "%d: unknown error", error);
}
