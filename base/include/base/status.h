/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Status codes: what a call says of itself. A status is never a verdict (a board that accepts an
 * expired certificate is a verdict; a serial port that vanished is a status).
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

#include <stdarg.h>
#include <stddef.h>

#define ASSAY_STATUS_MAP(X)                                                                        \
    X(ASSAY_OK, "ok")                                                                              \
    X(ASSAY_ERR_ARG, "the caller passed an invalid argument")                                      \
    X(ASSAY_ERR_NOMEM, "out of memory")                                                            \
    X(ASSAY_ERR_TIMEOUT, "the deadline passed")                                                    \
    X(ASSAY_ERR_TRUNCATED, "the input ended early")                                                \
    X(ASSAY_ERR_MALFORMED, "the input violates its format")                                        \
    X(ASSAY_ERR_LIMIT, "a limit was reached")                                                      \
    X(ASSAY_ERR_NOT_FOUND, "no such thing")                                                        \
    X(ASSAY_ERR_EXISTS, "it exists already")                                                       \
    X(ASSAY_ERR_BUSY, "somebody else holds it")                                                    \
    X(ASSAY_ERR_IO, "the operating system said no")                                                \
    X(ASSAY_ERR_UNSUPPORTED, "not supported")                                                      \
    X(ASSAY_ERR_STATE, "not possible in this state")                                               \
    X(ASSAY_ERR_CLOSED, "the other side is gone")                                                  \
    X(ASSAY_ERR_CRYPTO, "the crypto library said no")                                              \
    X(ASSAY_ERR_SCRIPT, "the script failed")                                                       \
    X(ASSAY_ERR_INTERRUPTED, "interrupted")

enum assay_status {
#define X(id, text) id,
    ASSAY_STATUS_MAP(X)
#undef X
        ASSAY_STATUS_COUNT
};

/* Every fallible function is declared with this, so that its result cannot be dropped. */
#define ASSAY_RESULT __attribute__((warn_unused_result)) enum assay_status

/* The one macro that hides control flow; only where nothing is owned yet. */
#define ASSAY_TRY(call)                                                                            \
    do {                                                                                           \
        enum assay_status try_status_ = (call);                                                    \
        if (try_status_ != ASSAY_OK)                                                               \
            return try_status_;                                                                    \
    } while (0)

/* Static text for a status; never NULL. */
const char *assay_status_text(enum assay_status status);

/*
 * What went wrong in words that a user can act on. Optional last parameter of functions at a
 * boundary (file, port, socket, library); NULL is allowed everywhere.
 */
struct assay_error {
    enum assay_status status;
    int sys_errno; /* 0 where the operating system was not involved */
    char text[768];
};

/* Fill err (if not NULL) and return status, so that a function can end with it. */
enum assay_status assay_error_set(struct assay_error *err, enum assay_status status,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As above for a failed system call: appends strerror(sys_errno). */
enum assay_status assay_error_sys(struct assay_error *err, int sys_errno, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Put "prefix: " before the text already there; returns err->status. */
enum assay_status assay_error_prefix(struct assay_error *err, enum assay_status status,
                                     const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
