/* SPDX-License-Identifier: Apache-2.0 */
#include "stack_openssl.h"

#include <openssl/bio.h>

#include <string.h>

enum { WRITE_MAX = 20000 }; /* libssl's largest write: a record, or a flight of a handshake */

/* What BIO calls return for an operation that did not go through. */
static int not_done(BIO *bio, enum probe_io io)
{
    if (io == PROBE_IO_WAIT_READ)
        BIO_set_retry_read(bio);
    if (io == PROBE_IO_WAIT_WRITE)
        BIO_set_retry_write(bio);
    if (io == PROBE_IO_CLOSED)
        BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    return 0;
}

/*
 * Flaws that write records of their own. What a board sends is small: a socket that takes a part of
 * it is taken for a network that failed.
 */
static int write_bent(BIO *bio, struct openssl_board *board, const char *data, size_t len)
{
    uint8_t records[WRITE_MAX];
    size_t out = len;
    size_t sent = 0;
    enum probe_io io = PROBE_IO_DONE;

    if (len > sizeof(records))
        return 0;
    memcpy(records, data, len);
    if (stack_openssl_has_flaw(board, FLAW_SSL3_RECORD))
        stack_openssl_reseal_version(records, len);
    if (stack_openssl_has_flaw(board, FLAW_RECORD_NONCE) &&
        !stack_openssl_reseal_nonce(&board->reseal, board->ssl, records, len))
        return 0;
    if (stack_openssl_has_flaw(board, FLAW_SSL2_HELLO))
        out = stack_openssl_reseal_ssl2(records, len);
    io = virtual_net_send(board->net, records, out, &sent);
    if (io != PROBE_IO_DONE)
        return not_done(bio, io);
    return sent == out;
}

static int on_write(BIO *bio, const char *data, size_t len, size_t *ret)
{
    struct openssl_board *board = BIO_get_data(bio);
    enum probe_io io = PROBE_IO_DONE;

    BIO_clear_retry_flags(bio);
    *ret = len;
    board->answered = 0;
    if (board->is_ended ||
        (board->refused.code != 0 && stack_openssl_has_flaw(board, FLAW_NO_ALERT)))
        return 1;
    if (stack_openssl_has_flaw(board, FLAW_SSL3_RECORD) ||
        stack_openssl_has_flaw(board, FLAW_SSL2_HELLO) ||
        stack_openssl_has_flaw(board, FLAW_RECORD_NONCE))
        return write_bent(bio, board, data, len);
    io = virtual_net_send(board->net, data, len, ret);
    return io == PROBE_IO_DONE ? 1 : not_done(bio, io);
}

/*
 * FLAW_FRAGMENTS: a record has to end where what arrived ends, and to have come in one segment. The
 * kernel puts segments together that arrive before it is asked; where they were cut follows from
 * their size, counted from the first byte of an answer.
 */
static bool is_whole(struct openssl_board *board, const uint8_t *data, size_t len)
{
    size_t segment = virtual_net_segment(board->net);
    size_t at = board->record_left;
    bool is_cut = false;

    while (at + 5 <= len) {
        size_t end = at + 5 + ((size_t)data[at + 3] << 8 | data[at + 4]);

        is_cut =
            is_cut || (board->answered + at) / segment != (board->answered + end - 1) / segment;
        at = end;
    }
    board->answered += len;
    board->record_left = at > len ? at - len : 0;
    return at == len && !is_cut;
}

static int on_read(BIO *bio, char *data, size_t cap, size_t *ret)
{
    struct openssl_board *board = BIO_get_data(bio);
    enum probe_io io = virtual_net_receive(board->net, data, cap, ret);

    BIO_clear_retry_flags(bio);
    if (io != PROBE_IO_DONE)
        return not_done(bio, io);
    if (stack_openssl_has_flaw(board, FLAW_FRAGMENTS) && *ret < cap &&
        !is_whole(board, (const uint8_t *)data, *ret)) {
        virtual_failure_set(&board->refused, PROBE_CODE_MALFORMED, "%s", "half a record");
        board->is_ended = true;
        return 0;
    }
    return 1;
}

static long on_control(BIO *bio, int command, long number, void *pointer)
{
    (void)number;
    (void)pointer;
    if (command == BIO_CTRL_EOF)
        return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
    return command == BIO_CTRL_FLUSH; /* nothing is buffered; there is nothing else to control */
}

BIO_METHOD *stack_openssl_bio_method(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "virtual net");

    if (method == NULL)
        return NULL;
    if (BIO_meth_set_write_ex(method, on_write) == 1 &&
        BIO_meth_set_read_ex(method, on_read) == 1 && BIO_meth_set_ctrl(method, on_control) == 1)
        return method;
    BIO_meth_free(method);
    return NULL;
}

bool stack_openssl_bio_attach(struct openssl_board *board)
{
    BIO *bio = BIO_new(board->bio_method);

    if (bio == NULL)
        return false;
    BIO_set_data(bio, board);
    BIO_set_init(bio, 1);
    SSL_set_bio(board->ssl, bio, bio);
    return true;
}
