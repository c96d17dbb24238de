/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a board that is a server answers: WWEP and the head of an HTTP response. Bytes in, a
 * judgement of their form out; no sockets.
 */
#ifndef PROBER_ANSWER_H
#define PROBER_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

enum prober_answer_kind {
    PROBER_ANSWER_MORE,     /* the beginning of an answer, or nothing yet */
    PROBER_ANSWER_GOOD,     /* what was asked for */
    PROBER_ANSWER_WRONG,    /* an answer, but to something else */
    PROBER_ANSWER_REFUSED,  /* the protocol's way to say no */
    PROBER_ANSWER_MALFORMED /* no answer of this protocol */
};

struct prober_answer {
    enum prober_answer_kind kind;
    bool has_contents; /* what only a good client may read: a register's value, a page */
    char text[80];     /* what it says, printable; "" for nothing */
};

enum {
    PROBER_ANSWER_MOST = 16 * 1024, /* of an HTTP head; more is malformed */
    PROBER_WWEP_ANSWER = 11,
    PROBER_WWEP_MOST = 128 /* of a WWEP answer with its text */
};

/*
 * A WWEP answer (docs/formats/http-settings.md): `A` and ten hex digits in capitals, or `X` and a
 * text, which ends with the connection.
 * @param expected  the right answer, "A0FAC051234"; NULL: none is, all that is well-formed is good
 * @param has_ended nothing more comes
 */
void prober_answer_wwep(const void *data, size_t len, bool has_ended, const char *expected,
                        struct prober_answer *ret);

/* The head of an HTTP response (RFC 9112): 2xx and 3xx are good, 4xx and 501 are refusals. */
void prober_answer_http(const void *data, size_t len, bool has_ended, const char *expected,
                        struct prober_answer *ret);

#endif
