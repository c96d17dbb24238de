/* SPDX-License-Identifier: Apache-2.0 */
#include "sntp/sntp.h"

#include "base/event_kinds.h"
#include "base/reader.h"
#include "base/writer.h"

#include <string.h>

/* RFC 5905 section 7.3. */
enum {
    MODE_SYMMETRIC_ACTIVE = 1,
    MODE_SYMMETRIC_PASSIVE = 2,
    MODE_CLIENT = 3,
    MODE_SERVER = 4,
    LEAP_UNSYNCHRONISED = 3,
    VERSION_MIN = 1,
    VERSION_MAX = 4,
    PRECISION = 0xec,             /* 2^-20 s, signed */
    ROOT_DISPERSION = 0x00000010, /* 16 / 65536 s */
    REFERENCE_AGE_MS = 16000
};

static const int64_t seconds_1900_to_1970 = 2208988800;

/* The answer's mode by the request's (RFC 4330 section 6); 0: no answer. */
static const uint8_t reply_modes[8] = {
    [MODE_SYMMETRIC_ACTIVE] = MODE_SYMMETRIC_PASSIVE,
    [MODE_CLIENT] = MODE_SERVER,
};

struct request {
    unsigned version;
    unsigned mode;
    uint8_t poll;
    uint32_t transmit[2];
};

uint64_t sntp_timestamp(int64_t unix_ms)
{
    int64_t seconds = unix_ms / 1000;
    int64_t ms = unix_ms % 1000;

    if (ms < 0) {
        ms += 1000;
        seconds--;
    }
    /* Rounded up, so that a reader who cuts off gets the millisecond that was meant. */
    return ((uint64_t)(seconds + seconds_1900_to_1970) << 32) |
           ((((uint64_t)ms << 32) + 999) / 1000);
}

static enum assay_status read_request(struct reader *r, struct request *ret, const char **why)
{
    uint8_t first = 0;
    uint8_t stratum = 0;

    *why = "the datagram is shorter than 48 bytes";
    if (reader_left(r) < SNTP_PACKET)
        return ASSAY_ERR_MALFORMED;
    ASSAY_TRY(reader_u8(r, &first));
    ASSAY_TRY(reader_u8(r, &stratum));
    ASSAY_TRY(reader_u8(r, &ret->poll));
    ASSAY_TRY(reader_skip(r, SNTP_PACKET - 3 - 8));
    ASSAY_TRY(reader_u32(r, &ret->transmit[0]));
    ASSAY_TRY(reader_u32(r, &ret->transmit[1]));
    ret->version = (first >> 3) & 7U;
    ret->mode = first & 7U;
    *why = "the version is not 1 to 4";
    if (ret->version < VERSION_MIN || ret->version > VERSION_MAX)
        return ASSAY_ERR_MALFORMED;
    *why = "the mode is not that of a client";
    return reply_modes[ret->mode] != 0 ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}

static enum assay_status write_stamp(struct writer *w, uint64_t stamp)
{
    ASSAY_TRY(writer_u32(w, (uint32_t)(stamp >> 32)));
    return writer_u32(w, (uint32_t)stamp);
}

static enum assay_status write_originate(struct writer *w, const struct sntp_settings *settings,
                                         const struct request *request)
{
    uint64_t stamp = ((uint64_t)request->transmit[0] << 32) | request->transmit[1];

    if (settings->originate == SNTP_ORIGINATE_ZERO)
        stamp = 0;
    else if (settings->originate == SNTP_ORIGINATE_WRONG)
        stamp = ~stamp;
    return write_stamp(w, stamp);
}

/* Stratum 1 names its source, stratum 2 and up the address of its server (RFC 5905 section 7.3). */
static enum assay_status write_reference(struct writer *w, const struct sntp_settings *settings,
                                         int64_t stratum)
{
    if (settings->kod[0] != '\0')
        return writer_bytes(w, settings->kod, 4);
    return writer_bytes(w, stratum > 1 ? "\x7f\x00\x00\x01" : "LOCL", 4);
}

struct reply_head {
    int64_t leap;
    int64_t stratum;
};

static struct reply_head head_of(const struct sntp_settings *settings)
{
    bool kiss = settings->kod[0] != '\0';
    struct reply_head head = {.leap = settings->leap, .stratum = settings->stratum};

    if (kiss)
        head.stratum = 0;
    if (head.leap < 0)
        head.leap = kiss ? LEAP_UNSYNCHRONISED : 0;
    return head;
}

static enum assay_status write_reply(const struct sntp_settings *settings,
                                     const struct request *request, struct reply_head head,
                                     int64_t unix_ms, struct writer *w)
{
    uint64_t now = sntp_timestamp(unix_ms);
    unsigned first = (unsigned)head.leap << 6 | request->version << 3 | reply_modes[request->mode];

    ASSAY_TRY(writer_u8(w, (uint8_t)first));
    ASSAY_TRY(writer_u8(w, (uint8_t)head.stratum));
    ASSAY_TRY(writer_u8(w, request->poll));
    ASSAY_TRY(writer_u8(w, PRECISION));
    ASSAY_TRY(writer_u32(w, 0)); /* root delay */
    ASSAY_TRY(writer_u32(w, ROOT_DISPERSION));
    ASSAY_TRY(write_reference(w, settings, head.stratum));
    ASSAY_TRY(write_stamp(w, sntp_timestamp(unix_ms - REFERENCE_AGE_MS)));
    ASSAY_TRY(write_originate(w, settings, request));
    ASSAY_TRY(write_stamp(w, now)); /* receive */
    return write_stamp(w, settings->transmit_zero ? 0 : now);
}

static void emit_request(const struct event_sink *sink, const struct request *request,
                         const char *peer)
{
    struct event_builder e;

    event_begin(&e, sink, "sntp", EV_SNTP_REQUEST, 0);
    event_int(&e, "version", request->version);
    event_int(&e, "mode", request->mode);
    event_text(&e, "peer", peer);
    event_emit(&e);
}

static void emit_reply(const struct event_sink *sink, int64_t unix_ms, struct reply_head head,
                       const char *peer)
{
    struct event_builder e;

    event_begin(&e, sink, "sntp", EV_SNTP_REPLY, 0);
    event_int(&e, "unix_s", unix_ms / 1000 - (unix_ms % 1000 < 0));
    event_int(&e, "stratum", head.stratum);
    event_int(&e, "leap", head.leap);
    event_text(&e, "peer", peer);
    event_emit(&e);
}

static void emit_error(const struct event_sink *sink, const char *why)
{
    struct event_builder e;

    event_begin(&e, sink, "sntp", EV_SERVICE_ERROR, 0);
    event_text(&e, "service", "sntp");
    event_text(&e, "text", why);
    event_emit(&e);
}

enum assay_status sntp_respond(const struct sntp_settings *settings, const struct event_sink *sink,
                               const char *peer, int64_t unix_ms, const uint8_t *data, size_t len,
                               struct buf *reply)
{
    struct reader r = reader_over(data, len);
    struct request request = {0};
    struct reply_head head = head_of(settings);
    int64_t told = unix_ms + settings->offset_ms;
    uint8_t bytes[SNTP_PACKET];
    struct writer w = writer_over(bytes, sizeof(bytes));
    const char *why = NULL;

    if (read_request(&r, &request, &why) != ASSAY_OK) {
        emit_error(sink, why);
        return ASSAY_ERR_MALFORMED;
    }
    emit_request(sink, &request, peer);
    if (settings->silent)
        return ASSAY_OK;
    ASSAY_TRY(write_reply(settings, &request, head, told, &w));
    ASSAY_TRY(buf_add(reply, bytes, w.len));
    emit_reply(sink, told, head, peer);
    return ASSAY_OK;
}
