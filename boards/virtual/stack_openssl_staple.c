/* SPDX-License-Identifier: Apache-2.0 */
/* The stapled OCSP response: asked for and checked by the strict board (RFC 6066 section 8). */
#include "stack_openssl.h"

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

/* RFC 7633: the server that has this certificate always staples. */
static bool needs_staple(const X509 *cert)
{
    enum { STATUS_REQUEST = 5 };
    TLS_FEATURE *features = X509_get_ext_d2i(cert, NID_tlsfeature, NULL, NULL);
    bool found = false;

    for (int i = 0; i < sk_ASN1_INTEGER_num(features); i++)
        found = found || ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == STATUS_REQUEST;
    sk_ASN1_INTEGER_pop_free(features, ASN1_INTEGER_free);
    return found;
}

static const char *judge_status(const struct openssl_board *board, OCSP_BASICRESP *basic,
                                X509 *leaf, X509 *issuer)
{
    OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), leaf, issuer);
    ASN1_GENERALIZEDTIME *from = NULL;
    ASN1_GENERALIZEDTIME *to = NULL;
    int status = V_OCSP_CERTSTATUS_UNKNOWN;
    int found = id != NULL ? OCSP_resp_find_status(basic, id, &status, NULL, NULL, &from, &to) : 0;
    time_t now = (time_t)board->unix_s;

    OCSP_CERTID_free(id);
    if (found != 1)
        return "the OCSP response is about another certificate";
    if (status != V_OCSP_CERTSTATUS_GOOD)
        return "the OCSP response does not say that the certificate is good";
    if (stack_openssl_has_flaw(board, FLAW_DATES))
        return NULL;
    if (ASN1_TIME_cmp_time_t(from, now) > 0)
        return "the OCSP response is not valid yet";
    return to != NULL && ASN1_TIME_cmp_time_t(to, now) < 0 ? "the OCSP response has expired" : NULL;
}

/* @return what is wrong with it; NULL: nothing */
static const char *judge_response(const struct openssl_board *board, OCSP_RESPONSE *response)
{
    STACK_OF(X509) *chain = SSL_get0_verified_chain(board->ssl);
    X509_STORE *store = NULL;
    OCSP_BASICRESP *basic = NULL;
    const char *wrong = NULL;

    if (response == NULL)
        return "the OCSP response cannot be read";
    if (sk_X509_num(chain) < 2)
        return "there is no issuer to verify the OCSP response with";
    basic = OCSP_response_get1_basic(response);
    if (basic == NULL)
        return "the OCSP responder does not say anything";
    if (SSL_get0_verify_cert_store(board->ssl, &store) == 1 && store != NULL)
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)board->unix_s);
    if (store == NULL || OCSP_basic_verify(basic, chain, store, 0) != 1)
        wrong = "the OCSP response is not the issuer's";
    else
        wrong = judge_status(board, basic, sk_X509_value(chain, 0), sk_X509_value(chain, 1));
    OCSP_BASICRESP_free(basic);
    return wrong;
}

static const char *judge_staple(const struct openssl_board *board)
{
    const unsigned char *der = NULL;
    X509 *leaf = SSL_get0_peer_certificate(board->ssl);
    long len = SSL_get_tlsext_status_ocsp_resp(board->ssl, &der);
    OCSP_RESPONSE *response = NULL;
    const char *wrong = NULL;

    if (len > 0 && der != NULL && stack_openssl_has_flaw(board, FLAW_NO_STAPLE))
        return "there is an OCSP response";
    if (stack_openssl_has_flaw(board, FLAW_STAPLE))
        return NULL;
    if (der == NULL)
        return leaf != NULL && needs_staple(leaf) ? "there is no OCSP response" : NULL;
    response = d2i_OCSP_RESPONSE(NULL, &der, len);
    wrong = judge_response(board, response);
    OCSP_RESPONSE_free(response);
    return wrong;
}

/* 0: libssl sends bad_certificate_status_response */
static int on_status(SSL *ssl, void *ctx)
{
    struct openssl_board *board = ctx;
    const char *wrong = NULL;

    if (SSL_get_verify_result(ssl) != X509_V_OK || SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE)
        return 1;
    wrong = judge_staple(board);
    if (wrong == NULL)
        return 1;
    virtual_failure_set(&board->refused, PROBE_CODE_MALFORMED, "%s", wrong);
    return 0;
}

bool stack_openssl_ask_for_staple(struct openssl_board *board)
{
    if (board->options.is_plain)
        return true;
    SSL_CTX_set_tlsext_status_cb(board->ctx, on_status);
    SSL_CTX_set_tlsext_status_arg(board->ctx, board);
    return SSL_CTX_set_tlsext_status_type(board->ctx, TLSEXT_STATUSTYPE_ocsp) == 1;
}

bool stack_openssl_names_responder(X509 *cert)
{
    STACK_OF(OPENSSL_STRING) *addresses = X509_get1_ocsp(cert);
    bool found = sk_OPENSSL_STRING_num(addresses) > 0;

    X509_email_free(addresses);
    return found;
}
