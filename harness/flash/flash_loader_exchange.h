/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to a boot loader and the answers that are due, in order. Sans-I/O: bytes in, bytes out,
 * time is an input. How many requests may be under way at once is the user's business.
 */
#ifndef FLASH_FLASH_LOADER_EXCHANGE_H
#define FLASH_FLASH_LOADER_EXCHANGE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum { FLASH_LOADER_DUE_MAX = 64, FLASH_LOADER_ANSWER_MAX = 8192 };

/*
 * Does what came in begin with the answer that is due?
 * @param arg       of the request
 * @param ret_used  ASSAY_OK: how many bytes are the answer
 * @retval ASSAY_ERR_TRUNCATED  not all of it is there yet
 * @retval ASSAY_ERR_MALFORMED  it is another one (a NACK); *ret_used bytes of it are taken
 */
typedef enum assay_status (*flash_loader_match_fn)(const uint8_t *bytes, size_t len, size_t arg,
                                                   size_t *ret_used);

/* An answer that is due. */
struct flash_loader_due {
    int tag; /* what was asked, for the user */
    flash_loader_match_fn match;
    size_t arg;
    unsigned timeout_ms;
};

struct flash_loader_exchange_calls {
    void (*send)(void *ctx, const void *bytes, size_t len);
    void (*answer)(void *ctx, int tag, const uint8_t *bytes, size_t len);
    void (*wrong)(void *ctx, int tag, const uint8_t *bytes, size_t len);
    void (*silence)(void *ctx, int tag); /* no answer in time */
};

struct flash_loader_exchange {
    const struct flash_loader_exchange_calls *calls;
    void *ctx;
    struct flash_loader_due due[FLASH_LOADER_DUE_MAX]; /* a ring */
    size_t first, count;
    struct buf in;
    uint64_t deadline_ms; /* UINT64_MAX: nothing is due */
    uint64_t now_ms;      /* of the last call */
};

void flash_loader_exchange_init(struct flash_loader_exchange *x,
                                const struct flash_loader_exchange_calls *calls, void *ctx);
void flash_loader_exchange_done(struct flash_loader_exchange *x);

/* Send bytes, or only wait (len 0); the answer, if one is due, comes later. There must be room:
 * count < DUE_MAX. */
void flash_loader_exchange_send(struct flash_loader_exchange *x, const void *bytes, size_t len,
                                const struct flash_loader_due *due);

/* Nothing is due any more, and what came in is thrown away. */
void flash_loader_exchange_forget(struct flash_loader_exchange *x);

void flash_loader_exchange_feed(struct flash_loader_exchange *x, const uint8_t *bytes, size_t len,
                                uint64_t now_ms);
void flash_loader_exchange_tick(struct flash_loader_exchange *x, uint64_t now_ms);

#endif
