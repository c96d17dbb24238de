/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The boot loader of the emulated boards: bytes in, bytes and wishes out. It speaks the protocol of
 * the STM32's system memory (AN3155) and that of the SAMD21 with Arduino's extension (SAM-BA); the
 * first byte decides. No malloc, nothing of libc but string.h.
 *
 *     loader_init(&loader, &port, flash, size, base);
 *     loader_begin(&loader, boot0_is_held, now);
 *     for (;;) {
 *         loader_feed(&loader, what came over the serial line, now);
 *         if (loader_step(&loader, now) != LOADER_STAY) ...
 *     }
 *
 * Byte x of the flash is what the one protocol calls 0x08000000 + x and the other 0x2000 + x, so
 * one image goes over either. Both know the flash as what it is: erased bytes are 0xFF, and
 * programming clears bits only.
 */
#ifndef LOADER_LOADER_H
#define LOADER_LOADER_H

#include "loader/loader_image.h"

#include <stddef.h>
#include <stdint.h>

enum {
    LOADER_RAM_SIZE = 32768,        /* what the protocols see at 0x20000000 */
    LOADER_WAIT_MS = 150,           /* for a tool, before a good image is started */
    LOADER_QUIET_MS = 1000,         /* of silence: a new tool may begin with its own protocol */
    LOADER_FRAME_TIMEOUT_MS = 2000, /* of silence inside of a message: it was given up */
    LOADER_FRAME_MAX = 260,
    LOADER_XMODEM_BLOCK = 128
};

struct loader_port {
    void *ctx;
    void (*send)(void *ctx, const void *data, size_t len); /* queues all of it */
};

/* What is to be done with the processor. */
enum loader_wish { LOADER_STAY, LOADER_START, LOADER_RESET };

enum loader_protocol { LOADER_UNDECIDED, LOADER_AN3155, LOADER_SAMBA };

/* A block protocol within SAM-BA: Christensen's, with CRC and blocks of 128. */
struct loader_xmodem {
    uint32_t addr;
    uint32_t left;
    uint8_t number;  /* of the block that is next, or under way */
    uint8_t is_done; /* all is sent but the end is not confirmed */
    uint8_t starts;  /* how often the peer was asked to begin; or that it did */
    uint32_t asked_ms;
};

struct loader {
    struct loader_port port;
    uint8_t *flash; /* borrowed */
    uint32_t flash_size;
    uint32_t base; /* where the application sees byte 0 of the flash */
    uint8_t ram[LOADER_RAM_SIZE];
    uint32_t began_ms;
    uint32_t heard_ms;  /* when the last byte came */
    uint8_t protocol;   /* enum loader_protocol */
    uint8_t wish;       /* enum loader_wish */
    uint8_t is_held;    /* stays although the image may be good */
    uint8_t is_in_text; /* a line that is none of ours is passing by */
    uint8_t state;      /* of the protocol */
    uint8_t command;    /* of AN3155, the one under way */
    uint32_t addr;      /* of AN3155, what the command is about */
    uint32_t source;    /* of SAM-BA, what Y copies from */
    size_t need;
    size_t have;
    uint8_t frame[LOADER_FRAME_MAX];
    struct loader_xmodem xmodem;
    struct loader_image image;
    enum loader_image_verdict verdict; /* of the image, when it was last looked at */
};

/* flash is borrowed for the life of the loader; base is its address on the board. */
void loader_init(struct loader *loader, const struct loader_port *port, uint8_t *flash,
                 uint32_t flash_size, uint32_t base);

/* The processor came out of reset. is_held: it was told to stay (BOOT0, a touch, a marker). */
void loader_begin(struct loader *loader, int is_held, uint32_t now_ms);

/* Told to stay after all. */
void loader_hold(struct loader *loader);

/* Bytes from the serial line; anything may be in them. now_ms may wrap. */
void loader_feed(struct loader *loader, const uint8_t *data, size_t len, uint32_t now_ms);

/* Let time pass. Other than LOADER_STAY it is the last word: send what is queued, then do it. */
enum loader_wish loader_step(struct loader *loader, uint32_t now_ms);

/*
 * One line to the port: "assay-loader 1 waiting|staying|starting image=... length=... crc32=...".
 * Said when a good image is started after the wait, and when '?' or a line of the probe protocol
 * finds the loader instead of an application.
 */
void loader_tell(struct loader *loader);

#endif
