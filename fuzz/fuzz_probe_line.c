/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe protocol's codec: every byte of a stream becomes a line, noise or the end of a line;
 * every line can be written again as what it was; its text survives escaping and base64.
 */
#include "probe/probe_encoding.h"
#include "probe/probe_line.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
    if (!ok)
        abort();
}

static void check_encodings(const struct probe_line *line)
{
    char text[3 * PROBE_LINE_TEXT_MAX];
    char back[PROBE_LINE_TEXT_MAX];
    size_t used = 0;
    size_t len = probe_escape(line->text, line->len, text, sizeof(text), &used);
    ptrdiff_t count = probe_unescape(text, len, back, sizeof(back));

    require(used == line->len && count == (ptrdiff_t)line->len);
    require(memcmp(back, line->text, line->len) == 0);
    count = probe_base64_decode(line->text, line->len, back, sizeof(back));
    if (count >= 0) {
        require(probe_base64_encode(back, (size_t)count, text, sizeof(text)) ==
                (ptrdiff_t)line->len);
        require(memcmp(text, line->text, line->len) == 0);
    }
    (void)probe_unescape(line->text, line->len, back, sizeof(back));
    (void)probe_parse_decimal(line->text, line->len, INT64_MAX);
    (void)probe_parse_hex(line->text, line->len, 8);
}

static void check_line(const struct probe_line *line)
{
    char bytes[PROBE_LINE_MAX + 1];
    struct probe_line again;
    size_t len = probe_line_format(line->type, line->seq, line->text, bytes);

    require(len > 0 && len <= PROBE_LINE_MAX && strlen(line->text) == line->len);
    require(probe_line_parse(bytes, len - 1, &again) == PROBE_LINE_OK);
    require(again.type == line->type && again.seq == line->seq && again.len == line->len);
    check_encodings(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct probe_line_reader reader;
    struct probe_line line;
    size_t noise = 0;

    probe_line_reader_init(&reader);
    for (size_t i = 0; i < size; i++) {
        enum probe_feed feed = probe_line_feed(&reader, data[i], &line);

        if (feed == PROBE_FEED_LINE)
            check_line(&line);
        if (feed == PROBE_FEED_NOISE) {
            require(reader.len > 0 && reader.len <= PROBE_LINE_MAX);
            require(reader.why != PROBE_LINE_OK);
            noise += reader.len;
        }
    }
    if (probe_line_flush(&reader) == PROBE_FEED_NOISE)
        noise += reader.len;
    require(noise <= size);
    return 0;
}
