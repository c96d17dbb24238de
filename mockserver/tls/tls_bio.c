/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The BIO between OpenSSL and the caller's bytes: it reads straight from the block that
 * tls_conn_receive() was given and writes straight into the output, without a copy between. All
 * connections of a context have the same one, which serves the connection that OpenSSL is called
 * for: with a lock in each, they were 200 bytes of an idle connection.
 */
#include "tls_internal.h"

#include <string.h>

static struct tls_conn *conn_of(BIO *bio)
{
    const struct tls_context *context = BIO_get_data(bio);

    return context->active;
}

static int bio_read(BIO *bio, char *data, size_t len, size_t *ret_len)
{
    struct tls_context *context = BIO_get_data(bio);
    size_t take = len < context->in_len ? len : context->in_len;

    BIO_clear_retry_flags(bio);
    if (take == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    memcpy(data, context->in, take);
    context->in += take;
    context->in_len -= take;
    *ret_len = take;
    return 1;
}

static int bio_write(BIO *bio, const char *data, size_t len, size_t *ret_len)
{
    struct tls_conn *conn = conn_of(bio);

    BIO_clear_retry_flags(bio);
    if (conn == NULL || buf_add(&conn->output, data, len) != ASSAY_OK)
        return 0;
    *ret_len = len;
    return 1;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
    const struct tls_context *context = BIO_get_data(bio);

    (void)number;
    (void)pointer;
    switch (command) {
    case BIO_CTRL_FLUSH:
    case BIO_CTRL_DUP:
        return 1;
    case BIO_CTRL_PENDING:
        return (long)context->in_len;
    default:
        return 0;
    }
}

static int bio_create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

BIO_METHOD *tls_bio_method_new(void)
{
    /* The type number is only for searching chains, so any will do. */
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | 0x7f, "assay connection");

    if (method == NULL || BIO_meth_set_read_ex(method, bio_read) != 1 ||
        BIO_meth_set_write_ex(method, bio_write) != 1 || BIO_meth_set_ctrl(method, bio_ctrl) != 1 ||
        BIO_meth_set_create(method, bio_create) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

BIO *tls_bio_new(const BIO_METHOD *method, struct tls_context *context)
{
    BIO *bio = method != NULL ? BIO_new(method) : NULL;

    if (bio != NULL)
        BIO_set_data(bio, context);
    return bio;
}
