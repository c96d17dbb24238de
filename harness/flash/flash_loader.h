/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A boot loader, spoken with: from the first byte to the start of the application. The stages are
 * the same for all; what is said in them is a row of functions per protocol. Sans-I/O: bytes in,
 * bytes and news out, time is an input.
 *
 * The beginning of the image, its vector table, is written last: a flash that breaks leaves no
 * application that could be started, so that the board stays in its boot loader.
 */
#ifndef FLASH_FLASH_LOADER_H
#define FLASH_FLASH_LOADER_H

#include "flash_image.h"
#include "flash_loader_exchange.h"

#include <stdarg.h>

enum flash_loader_stage {
    FLASH_LOADER_SYNC,     /* is there a boot loader? */
    FLASH_LOADER_IDENTIFY, /* of the board that is meant? */
    FLASH_LOADER_COMPARE,  /* is the image there already? */
    FLASH_LOADER_ERASE,
    FLASH_LOADER_WRITE,
    FLASH_LOADER_VERIFY,
    FLASH_LOADER_START, /* the application */
    FLASH_LOADER_STAGES
};

enum flash_loader_end {
    FLASH_LOADER_WRITTEN,
    FLASH_LOADER_SAME,
    FLASH_LOADER_DIFFERS,
    /* Failures. */
    FLASH_LOADER_NO_SYNC, /* nobody answers: a reset into the boot loader may help */
    FLASH_LOADER_BROKEN,  /* it went wrong on the way: worth another attempt */
    FLASH_LOADER_REFUSED  /* the wrong board, or one that cannot: not worth another one */
};

enum { FLASH_LOADER_TEXT = 320 }; /* of why it failed */

struct flash_loader_task {
    const struct flash_chip *chip;
    const struct flash_image *image;
    const char *persona; /* samba: what its version has to hold; NULL: anything */
    bool is_usb;         /* samba: raw data as over USB, else XMODEM as over a UART */
    bool force, verify_only;
    bool start;       /* the application in the end */
    bool careful;     /* one request at a time, whatever the chip's window says */
    unsigned sync_ms; /* how long to look for a boot loader */
};

struct flash_loader;

struct flash_loader_calls {
    void (*send)(void *ctx, const void *bytes, size_t len);
    void (*found)(void *ctx, int64_t chip_id, const char *version); /* -1, NULL: not told */
    void (*progress)(void *ctx, enum flash_loader_stage stage, uint32_t done, uint32_t total);
    void (*verified)(void *ctx, bool ok, const char *method);
    /* Once. text: what went wrong, a sentence without its end; "" where nothing did. */
    void (*ended)(void *ctx, enum flash_loader_end end, const char *text);
};

struct flash_loader_protocol {
    const char *name;
    /*
     * Send the stage's next request; false when it has no more. Called while fewer requests than
     * the window are under way.
     */
    bool (*next[FLASH_LOADER_STAGES])(struct flash_loader *l);
    struct flash_loader_exchange_calls heard; /* answer, wrong, silence; ctx is the loader */
};

/* What the protocols keep; all zero at the beginning. */
struct flash_loader_stm32 {
    uint8_t commands[32]; /* bits of what Get told */
    unsigned tries;       /* to find the boot loader */
    unsigned doubts;      /* that it is the right one: a wrong byte on the line may look so */
    unsigned part;        /* of a command that is sent in parts */
    unsigned repeats;     /* of a block */
};

struct flash_loader_samba {
    char version[96];
    unsigned tries, repeats, doubts;
    bool has_buffer;  /* Y knows where the bytes lie */
    unsigned part;    /* of a block */
    uint32_t packets; /* of XMODEM, sent and taken of this block */
    uint32_t packets_taken;
};

struct flash_loader {
    const struct flash_loader_protocol *protocol;
    struct flash_loader_task task;
    const struct flash_loader_calls *calls;
    void *ctx;
    struct flash_loader_exchange exchange;
    enum flash_loader_stage stage;
    bool is_planning, is_ended;
    uint64_t begun_ms;
    uint32_t step; /* of the stage: what is planned next */
    uint32_t done; /* blocks of the stage that are answered */
    bool is_compared, is_same, has_written;
    union {
        struct flash_loader_stm32 stm32;
        struct flash_loader_samba samba;
    } of;
};

extern const struct flash_loader_protocol flash_loader_protocol_stm32, flash_loader_protocol_samba;

void flash_loader_init(struct flash_loader *l, const struct flash_loader_protocol *protocol,
                       const struct flash_loader_task *task, const struct flash_loader_calls *calls,
                       void *ctx);
void flash_loader_done(struct flash_loader *l);

void flash_loader_begin(struct flash_loader *l, uint64_t now_ms);
void flash_loader_feed(struct flash_loader *l, const uint8_t *bytes, size_t len, uint64_t now_ms);
void flash_loader_tick(struct flash_loader *l, uint64_t now_ms);
uint64_t flash_loader_deadline_ms(const struct flash_loader *l); /* UINT64_MAX: none */

/* How it would end if the stages that are left did nothing. */
enum flash_loader_end flash_loader_outcome(const struct flash_loader *l);

/* ---- for the protocols ---- */

void flash_loader_fail(struct flash_loader *l, enum flash_loader_end end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Go back to the beginning of the present stage, or to another one; what was due is forgotten. */
void flash_loader_go(struct flash_loader *l, enum flash_loader_stage stage);

/* Blocks of the image in the order of writing: the second to the last, then the first. */
uint32_t flash_loader_block_count(const struct flash_loader *l, uint32_t size);
void flash_loader_block(const struct flash_loader *l, uint32_t size, uint32_t index,
                        uint32_t *ret_offset, uint32_t *ret_len);
void flash_loader_progress(struct flash_loader *l, uint32_t done, uint32_t total);

/* The outcome of comparing the image with what is there. */
void flash_loader_compared(struct flash_loader *l, bool is_same, const char *method);

const char *flash_loader_stage_name(enum flash_loader_stage stage);

#endif
