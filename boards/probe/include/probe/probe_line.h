/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of the probe protocol (docs/formats/probe-protocol.md): the codec that the board and the
 * harness share. C99, no malloc, nothing but string.h and stdint.h, so that it runs on any board.
 *
 *     <type><seq> <text>*<crc>\n
 */
#ifndef PROBE_PROBE_LINE_H
#define PROBE_PROBE_LINE_H

#include <stddef.h>
#include <stdint.h>

enum {
    PROBE_LINE_MAX = 63,      /* bytes of a line, its '\n' included */
    PROBE_LINE_TEXT_MAX = 52, /* bytes of a text, whatever the seq */
    PROBE_LINE_PUT_BYTES = 27 /* bytes that one put command can carry, whatever the offset */
};

enum probe_line_type { PROBE_LINE_COMMAND = '>', PROBE_LINE_ANSWER = '<', PROBE_LINE_EVENT = '!' };

/* Why bytes are no line. */
enum probe_line_status {
    PROBE_LINE_OK,
    PROBE_LINE_TOO_LONG,  /* more than PROBE_LINE_MAX bytes without '\n', or the text too long */
    PROBE_LINE_BAD_SHAPE, /* not <type><seq> <text>*<crc> */
    PROBE_LINE_BAD_CRC,
    PROBE_LINE_STATUS_COUNT
};

struct probe_line {
    enum probe_line_type type;
    uint8_t seq;
    size_t len;                         /* of text */
    char text[PROBE_LINE_TEXT_MAX + 1]; /* NUL terminated; printable ASCII only */
};

/* A few words on a status; never NULL. */
const char *probe_line_status_text(enum probe_line_status status);

/* CRC-16/CCITT-FALSE; "123456789" gives 0x29B1. */
uint16_t probe_crc16(const void *data, size_t len);

/* CRC-32 as in zlib, continued from crc (0 to start); "123456789" gives 0xCBF43926. */
uint32_t probe_crc32(uint32_t crc, const void *data, size_t len);

/*
 * Parse one line without its '\n' (a '\r' at the end is allowed).
 * @param ret  Untouched unless PROBE_LINE_OK is returned.
 */
enum probe_line_status probe_line_parse(const void *line, size_t len, struct probe_line *ret);

/*
 * Write a line with its '\n' (and a NUL behind it).
 * @return its length with the '\n', or 0 when the text is empty, too long or not printable ASCII
 */
size_t probe_line_format(enum probe_line_type type, uint8_t seq, const char *text,
                         char ret[PROBE_LINE_MAX + 1]);

/* Cuts a stream of bytes into lines. */
struct probe_line_reader {
    uint8_t bytes[PROBE_LINE_MAX]; /* the line so far; after PROBE_FEED_NOISE: the noise */
    size_t len;
    uint8_t is_noise;           /* the line so far overflowed */
    uint8_t is_finished;        /* bytes are the caller's to read until the next call */
    enum probe_line_status why; /* after PROBE_FEED_NOISE */
};

enum probe_feed {
    PROBE_FEED_MORE, /* nothing complete yet */
    PROBE_FEED_LINE, /* *ret is a line */
    PROBE_FEED_NOISE /* reader->bytes, ->len and ->why: no line. Long noise comes in pieces */
};

void probe_line_reader_init(struct probe_line_reader *reader);

/* Take in one byte. @param ret  Written only with PROBE_FEED_LINE. */
enum probe_feed probe_line_feed(struct probe_line_reader *reader, uint8_t byte,
                                struct probe_line *ret);

/* What is left of an unfinished line (the port closed) as noise; PROBE_FEED_MORE when nothing is.
 */
enum probe_feed probe_line_flush(struct probe_line_reader *reader);

#endif
