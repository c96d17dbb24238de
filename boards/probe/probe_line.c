/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/probe_line.h"

#include "probe/probe_encoding.h"

#include <string.h>

enum { CRC_DIGITS = 4, TAIL = CRC_DIGITS + 1, SEQ_MAX = 255, SEQ_DIGITS_MAX = 3 };

const char *probe_line_status_text(enum probe_line_status status)
{
    static const char *const texts[PROBE_LINE_STATUS_COUNT] = {
        [PROBE_LINE_OK] = "a line",
        [PROBE_LINE_TOO_LONG] = "too long for a line",
        [PROBE_LINE_BAD_SHAPE] = "not of a line's form",
        [PROBE_LINE_BAD_CRC] = "wrong checksum",
    };

    return (unsigned)status < PROBE_LINE_STATUS_COUNT ? texts[status] : "unknown";
}

uint16_t probe_crc16(const void *data, size_t len)
{
    const uint8_t *bytes = data;
    uint16_t crc = 0xFFFF;

    for (size_t i = 0; i < len; i++) {
        crc = (uint16_t)(crc ^ (uint16_t)(bytes[i] << 8));
        for (int bit = 0; bit < 8; bit++)
            crc = (uint16_t)((crc & 0x8000U) != 0 ? (crc << 1) ^ 0x1021 : crc << 1);
    }
    return crc;
}

uint32_t probe_crc32(uint32_t crc, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    crc = ~crc;
    for (size_t i = 0; i < len; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320U : crc >> 1;
    }
    return ~crc;
}

static int is_type(char c)
{
    return c == PROBE_LINE_COMMAND || c == PROBE_LINE_ANSWER || c == PROBE_LINE_EVENT;
}

static int is_printable(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] < 0x20 || text[i] > 0x7e)
            return 0;
    }
    return 1;
}

/* Length of the seq's digits at text, or 0; a leading zero is no seq but "0". */
static size_t seq_digits(const char *text, size_t len)
{
    size_t digits = 0;

    while (digits < len && text[digits] >= '0' && text[digits] <= '9')
        digits++;
    if (digits > SEQ_DIGITS_MAX || (digits > 1 && text[0] == '0'))
        return 0;
    return digits;
}

enum probe_line_status probe_line_parse(const void *bytes, size_t len, struct probe_line *ret)
{
    const char *line = bytes;
    size_t digits = 0;
    size_t text_at = 0;
    size_t text_len = 0;
    int64_t seq = 0;
    int64_t crc = 0;

    if (len > 0 && line[len - 1] == '\r')
        len--;
    if (len > PROBE_LINE_MAX - 1)
        return PROBE_LINE_TOO_LONG;
    if (len < TAIL + 1 || !is_type(line[0]) || !is_printable(line, len) || line[len - TAIL] != '*')
        return PROBE_LINE_BAD_SHAPE;
    digits = seq_digits(line + 1, len - TAIL - 1);
    text_at = 1 + digits + 1;
    seq = probe_parse_decimal(line + 1, digits, SEQ_MAX);
    crc = probe_parse_hex(line + len - CRC_DIGITS, CRC_DIGITS, CRC_DIGITS);
    if (seq < 0 || crc < 0 || text_at >= len - TAIL || line[text_at - 1] != ' ')
        return PROBE_LINE_BAD_SHAPE;
    text_len = len - TAIL - text_at;
    if (text_len > PROBE_LINE_TEXT_MAX)
        return PROBE_LINE_TOO_LONG;
    if (probe_crc16(line, len - TAIL) != (uint16_t)crc)
        return PROBE_LINE_BAD_CRC;
    ret->type = (enum probe_line_type)line[0];
    ret->seq = (uint8_t)seq;
    ret->len = text_len;
    memcpy(ret->text, line + text_at, text_len);
    ret->text[text_len] = '\0';
    return PROBE_LINE_OK;
}

size_t probe_line_format(enum probe_line_type type, uint8_t seq, const char *text,
                         char ret[PROBE_LINE_MAX + 1])
{
    size_t text_len = strlen(text);
    size_t len = 0;
    char digits[21];

    if (text_len == 0 || text_len > PROBE_LINE_TEXT_MAX || !is_printable(text, text_len))
        return 0;
    ret[len++] = (char)type;
    probe_format_decimal(seq, digits);
    memcpy(ret + len, digits, strlen(digits));
    len += strlen(digits);
    ret[len++] = ' ';
    memcpy(ret + len, text, text_len);
    len += text_len;
    probe_format_hex(probe_crc16(ret, len), CRC_DIGITS, ret + len + 1);
    ret[len] = '*';
    len += TAIL;
    ret[len++] = '\n';
    ret[len] = '\0';
    return len;
}

void probe_line_reader_init(struct probe_line_reader *reader)
{
    memset(reader, 0, sizeof(*reader));
}

static enum probe_feed noise(struct probe_line_reader *reader, enum probe_line_status why)
{
    reader->why = why;
    reader->is_finished = 1;
    return PROBE_FEED_NOISE;
}

static enum probe_feed end_of_line(struct probe_line_reader *reader, struct probe_line *ret)
{
    int was_noise = reader->is_noise;
    enum probe_line_status status = PROBE_LINE_OK;

    reader->is_noise = 0;
    if (reader->len == 0 || (reader->len == 1 && reader->bytes[0] == '\r')) {
        reader->len = 0;
        return PROBE_FEED_MORE;
    }
    if (was_noise)
        return noise(reader, PROBE_LINE_TOO_LONG);
    status = probe_line_parse(reader->bytes, reader->len, ret);
    if (status != PROBE_LINE_OK)
        return noise(reader, status);
    reader->is_finished = 1;
    return PROBE_FEED_LINE;
}

enum probe_feed probe_line_feed(struct probe_line_reader *reader, uint8_t byte,
                                struct probe_line *ret)
{
    if (reader->is_finished) {
        reader->is_finished = 0;
        reader->len = 0;
    }
    if (byte == '\n')
        return end_of_line(reader, ret);
    reader->bytes[reader->len++] = byte;
    if (reader->len < PROBE_LINE_MAX)
        return PROBE_FEED_MORE;
    /* A full line of 62 bytes may still be followed by '\r'; one byte more and it is noise. */
    if (byte == '\r' && !reader->is_noise) {
        reader->len--;
        return PROBE_FEED_MORE;
    }
    reader->is_noise = 1;
    return noise(reader, PROBE_LINE_TOO_LONG);
}

enum probe_feed probe_line_flush(struct probe_line_reader *reader)
{
    if (reader->is_finished || reader->len == 0)
        return PROBE_FEED_MORE;
    reader->is_noise = 0;
    return noise(reader, PROBE_LINE_BAD_SHAPE);
}
