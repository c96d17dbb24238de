/* SPDX-License-Identifier: Apache-2.0 */
#include "tls_internal.h"

#include "tls_library.h"

#include <openssl/err.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum assay_status tls_crypto_error(struct assay_error *err, enum assay_status status,
                                   const char *format, ...)
{
    char text[512];
    char reason[200] = "no reason given";
    unsigned long code = ERR_peek_last_error();
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    if (code != 0 && ERR_reason_error_string(code) != NULL)
        snprintf(reason, sizeof(reason), "%s", ERR_reason_error_string(code));
    ERR_clear_error();
    return assay_error_set(err, status, "%s: OpenSSL says \"%s\"", text, reason);
}

static enum assay_status context_init(struct tls_context *context,
                                      const struct tls_settings *settings, struct assay_error *err)
{
    ASSAY_TRY(tls_config_read(settings->description, &context->config, err));
    context->now_s = settings->now_s;
    context->now_ctx = settings->now_ctx;
    context->library = settings->library;
    context->ctx = SSL_CTX_new_ex(tls_library_ctx(context->library), NULL, TLS_server_method());
    context->bio_method = tls_bio_method_new();
    context->bio = tls_bio_new(context->bio_method, context);
    if (context->ctx == NULL || context->bio == NULL)
        return tls_crypto_error(err, ASSAY_ERR_CRYPTO, "tls: no context");
    SSL_CTX_set_app_data(context->ctx, context);
    SSL_CTX_set_msg_callback(context->ctx, tls_on_message);
    if (context->config.key_log && context->library == NULL)
        SSL_CTX_set_keylog_callback(context->ctx, tls_on_key_log);
    ASSAY_TRY(tls_protocol_apply(context, err));
    ASSAY_TRY(tls_credentials_apply(context, settings, err));
    ASSAY_TRY(tls_client_auth_apply(context, settings->store, err));
    return tls_answers_apply(context, settings, err);
}

enum assay_status tls_context_new(const struct tls_settings *settings, struct tls_context **ret,
                                  struct assay_error *err)
{
    struct tls_context *context = calloc(1, sizeof(*context));
    enum assay_status status = ASSAY_OK;

    if (context == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    ERR_clear_error();
    status = context_init(context, settings, err);
    if (status != ASSAY_OK) {
        tls_context_free(context);
        return status;
    }
    *ret = context;
    return ASSAY_OK;
}

void tls_context_free(struct tls_context *context)
{
    if (context == NULL)
        return;
    SSL_CTX_free(context->ctx);
    BIO_free(context->bio);
    BIO_meth_free(context->bio_method);
    tls_config_done(&context->config);
    for (size_t i = 0; i < context->subject_count; i++)
        free(context->subjects[i]);
    free(context->subjects);
    free(context->host);
    free(context->key_note);
    free(context);
}
