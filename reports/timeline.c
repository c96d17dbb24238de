/* SPDX-License-Identifier: Apache-2.0 */
#include "timeline.h"

#include "base/event_kinds.h"
#include "base/transcript.h"
#include "store/store.h"
#include "xml.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_MARKS = 600, TEXT = 160 };

enum lane { LANE_FLASH, LANE_SERIAL, LANE_NAME, LANE_TIME, LANE_TLS, LANE_MQTT, LANE_COUNT };

static const char *const lane_names[LANE_COUNT] = {"flash",       "serial log", "DNS server",
                                                   "SNTP server", "TLS server", "MQTT broker"};

struct mark {
    uint64_t t_ns;
    enum lane lane;
    bool is_bad;
    char text[TEXT];
};

struct timeline {
    struct mark marks[MAX_MARKS];
    size_t count, left_out;
};

static void add(struct timeline *l, const struct event *e, enum lane lane, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void add(struct timeline *l, const struct event *e, enum lane lane, const char *format, ...)
{
    struct mark *m = NULL;
    va_list args;

    if (l->count == MAX_MARKS) {
        l->left_out++;
        return;
    }
    m = &l->marks[l->count++];
    *m = (struct mark){.t_ns = e->t_ns, .lane = lane};
    va_start(args, format);
    vsnprintf(m->text, sizeof(m->text), format, args);
    va_end(args);
}

/* ---- the flash ------------------------------------------------------------------------------- */

static void on_flash_begin(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_FLASH, "%.60s, %" PRId64 " bytes, driver %.20s", event_get_text(e, "image"),
        event_get_int(e, "bytes", 0), event_get_text(e, "driver"));
}

static void on_flash_entry(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_FLASH, "into the boot loader: %.40s", event_get_text(e, "method"));
}

static void on_flash_loader(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_FLASH, "the boot loader answers (chip 0x%" PRIx64 ")",
        event_get_int(e, "chip_id", 0));
}

/* Of each step, its first and its last report. */
static void on_flash_progress(struct timeline *l, const struct event *e)
{
    char head[24];
    int64_t done = event_get_int(e, "done", 0);
    int64_t total = event_get_int(e, "total", 0);
    const struct mark *last = l->count > 0 ? &l->marks[l->count - 1] : NULL;

    snprintf(head, sizeof(head), "%.16s ", event_get_text(e, "phase"));
    if (done < total && last != NULL && strncmp(last->text, head, strlen(head)) == 0)
        return;
    add(l, e, LANE_FLASH, "%s%" PRId64 " of %" PRId64, head, done, total);
}

static void on_flash_verify(struct timeline *l, const struct event *e)
{
    bool ok = event_get_bool(e, "ok");

    add(l, e, LANE_FLASH, "verified by %.20s: %s", event_get_text(e, "method"),
        ok ? "the same" : "it differs");
    l->marks[l->count - 1].is_bad = !ok;
}

static void on_flash_error(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_FLASH, "%.140s", event_get_text(e, "text"));
    l->marks[l->count - 1].is_bad = true;
}

static void on_flash_end(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_FLASH, "%.20s, %" PRId64 " bytes sent, %" PRId64 " received",
        event_get_text(e, "result"), event_get_int(e, "tx_bytes", 0),
        event_get_int(e, "rx_bytes", 0));
}

/* ---- the board ------------------------------------------------------------------------------- */

static void on_serial_open(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_SERIAL, "port opened at %" PRId64 " baud", event_get_int(e, "baud", 0));
}

static void on_serial_close(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_SERIAL, "port closed by the %.10s", event_get_text(e, "by"));
}

static void on_line(struct timeline *l, const struct event *e)
{
    bool is_serial = strcmp(event_get_text(e, "stream"), "serial") == 0;

    add(l, e, LANE_SERIAL, "%s %.140s", is_serial ? "<" : "board:", event_get_text(e, "text"));
}

static void on_command(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_SERIAL, "> %.140s", event_get_text(e, "text"));
}

/* ---- the servers ----------------------------------------------------------------------------- */

static void on_query(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_NAME, "%.80s %.8s? from %.40s", event_get_text(e, "name"),
        event_get_text(e, "type"), event_get_text(e, "peer"));
}

static void on_answer(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_NAME, "%.20s %.40s", event_get_text(e, "rcode"), event_get_text(e, "address"));
}

static void on_time_request(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_TIME, "request from %.40s", event_get_text(e, "peer"));
}

static void on_time_reply(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_TIME, "it is %" PRId64, event_get_int(e, "unix_s", 0));
}

static void on_open(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_TLS, "connection to port %" PRId64, event_get_int(e, "local_port", 0));
}

static void on_message(struct timeline *l, const struct event *e)
{
    bool is_rx = strcmp(event_get_text(e, "dir"), "rx") == 0;

    add(l, e, LANE_TLS, "%s %.40s", is_rx ? "<" : ">", event_get_text(e, "name"));
}

static void on_alert(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_TLS, "alert %.10s: %.40s", event_get_text(e, "level"),
        event_get_text(e, "name"));
    l->marks[l->count - 1].is_bad = true;
}

static void on_packet(struct timeline *l, const struct event *e)
{
    bool is_rx = strcmp(event_get_text(e, "dir"), "rx") == 0;

    add(l, e, LANE_MQTT, "%s %.20s", is_rx ? "<" : ">", event_get_text(e, "type"));
}

static void on_close(struct timeline *l, const struct event *e)
{
    add(l, e, LANE_TLS, "closed by the %.10s", event_get_text(e, "by"));
}

static const struct {
    const char *kind;
    void (*add)(struct timeline *l, const struct event *e);
} adders[] = {
    {EV_FLASH_BEGIN, on_flash_begin},   {EV_FLASH_ENTRY, on_flash_entry},
    {EV_FLASH_LOADER, on_flash_loader}, {EV_FLASH_PROGRESS, on_flash_progress},
    {EV_FLASH_VERIFY, on_flash_verify}, {EV_FLASH_ERROR, on_flash_error},
    {EV_FLASH_END, on_flash_end},       {EV_SERIAL_OPEN, on_serial_open},
    {EV_SERIAL_CLOSE, on_serial_close}, {EV_BOARD_LINE, on_line},
    {EV_BOARD_COMMAND, on_command},     {EV_DNS_QUERY, on_query},
    {EV_DNS_ANSWER, on_answer},         {EV_SNTP_REQUEST, on_time_request},
    {EV_SNTP_REPLY, on_time_reply},     {EV_NET_OPEN, on_open},
    {EV_TLS_MESSAGE, on_message},       {EV_TLS_ALERT, on_alert},
    {EV_MQTT_PACKET, on_packet},        {EV_NET_CLOSE, on_close},
};

/* ---- gathering ------------------------------------------------------------------------------- */

static void add_event(struct timeline *l, const struct event *e)
{
    for (size_t k = 0; k < sizeof(adders) / sizeof(adders[0]); k++)
        if (event_is(e, adders[k].kind))
            adders[k].add(l, e);
}

/* Up to the end of the first attempt, where there are any. */
static ASSAY_RESULT add_transcript(struct timeline *l, const char *run_dir, const char *name,
                                   struct assay_error *err)
{
    const char *const without[] = {EV_NET_DATA,      EV_NET_DATAGRAM,       EV_TLS_CLIENT_HELLO,
                                   EV_TLS_EXTENSION, EV_SERVER_DESCRIPTION, NULL};
    struct transcript *t = NULL;
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, 8192);
    status = buf_printf(&path, "%s/%s", run_dir, name);
    if (status == ASSAY_OK)
        status = transcript_read_without(buf_text(&path), without, &t, err);
    for (size_t i = 0; status == ASSAY_OK && i < transcript_count(t); i++) {
        add_event(l, transcript_at(t, i));
        if (event_is(transcript_at(t, i), EV_ATTEMPT_END))
            break;
    }
    transcript_free(t);
    buf_done(&path);
    return status == ASSAY_ERR_IO ? ASSAY_OK : status; /* the folder was moved without it */
}

/* ---- drawing --------------------------------------------------------------------------------- */

enum { WIDTH = 960, LEFT = 110, RIGHT = 950, TOP = 14, STEP = 24 };

static double x_of(const struct timeline *l, size_t i)
{
    double span = (double)(l->marks[l->count - 1].t_ns - l->marks[0].t_ns);

    return LEFT + (RIGHT - LEFT) * ((double)(l->marks[i].t_ns - l->marks[0].t_ns) / span);
}

static ASSAY_RESULT draw_marks(const struct timeline *l, struct buf *out)
{
    for (size_t i = 0; i < l->count; i++) {
        int y = TOP + STEP * (int)l->marks[i].lane;

        ASSAY_TRY(
            buf_printf(out, "<line class=\"mark%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                       l->marks[i].is_bad ? " bad" : "", x_of(l, i), y - 8, x_of(l, i), y + 8));
    }
    return ASSAY_OK;
}

static ASSAY_RESULT draw(const struct timeline *l, struct buf *out)
{
    int bottom = TOP + STEP * LANE_COUNT;
    double span_ms = (double)(l->marks[l->count - 1].t_ns - l->marks[0].t_ns) / 1e6;

    ASSAY_TRY(buf_printf(out,
                         "<svg class=\"timeline\" xmlns=\"http://www.w3.org/2000/svg\" "
                         "role=\"img\" viewBox=\"0 0 %d %d\">",
                         WIDTH, bottom + 16));
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        int y = TOP + STEP * lane;

        ASSAY_TRY(buf_printf(out,
                             "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text><line "
                             "class=\"pole\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>",
                             LEFT - 10, y + 4, lane_names[lane], LEFT, y, RIGHT, y));
    }
    ASSAY_TRY(draw_marks(l, out));
    return buf_printf(out,
                      "<text x=\"%d\" y=\"%d\">0</text><text x=\"%d\" y=\"%d\" "
                      "text-anchor=\"end\">%.0f ms</text></svg>\n",
                      LEFT, bottom + 8, RIGHT, bottom + 8, span_ms);
}

static ASSAY_RESULT write_table(const struct timeline *l, struct buf *out)
{
    ASSAY_TRY(buf_add_text(out, "<details><summary>The same as a table</summary>\n<table "
                                "class=\"timeline\"><thead><tr><th scope=\"col\">ms</th><th "
                                "scope=\"col\">Where</th><th scope=\"col\">What</th></tr></thead>"
                                "<tbody>\n"));
    for (size_t i = 0; i < l->count; i++) {
        const struct mark *m = &l->marks[i];

        ASSAY_TRY(buf_printf(out, "<tr%s><td class=\"number\">%.2f</td><td>%s</td><td>",
                             m->is_bad ? " class=\"bad\"" : "",
                             (double)(m->t_ns - l->marks[0].t_ns) / 1e6, lane_names[m->lane]));
        ASSAY_TRY(xml_add(out, m->text));
        ASSAY_TRY(buf_add_text(out, "</td></tr>\n"));
    }
    if (l->left_out > 0)
        ASSAY_TRY(buf_printf(out, "<tr><td></td><td></td><td>(%zu more)</td></tr>\n", l->left_out));
    return buf_add_text(out, "</tbody></table></details>\n");
}

static ASSAY_RESULT write_head(const struct board_record *b, struct buf *out)
{
    ASSAY_TRY(buf_add_text(out, "<h3>Firmware</h3>\n<p>"));
    ASSAY_TRY(xml_add(out, b->flash_detail));
    ASSAY_TRY(buf_add_text(out, b->firmware_sha256[0] != '\0' ? ". SHA-256 <code>" : "."));
    ASSAY_TRY(xml_add(out, b->firmware_sha256));
    return buf_add_text(out, b->firmware_sha256[0] != '\0' ? "</code></p>\n" : "</p>\n");
}

static const char *first_transcript(const struct run_record *run, const char *board)
{
    for (size_t i = 0; i < run->case_count; i++)
        if (strcmp(run->cases[i].board, board) == 0 && run->cases[i].transcript[0] != '\0')
            return run->cases[i].transcript;
    return NULL;
}

enum assay_status html_timeline(struct buf *out, const struct run_record *run,
                                const struct board_record *board, const char *run_dir,
                                struct assay_error *err)
{
    const char *first = first_transcript(run, board->id);
    struct timeline l = {.count = 0};

    if (board->flash_result[0] == '\0')
        return ASSAY_OK;
    ASSAY_TRY(write_head(board, out));
    if (board->flash_transcript[0] == '\0')
        return ASSAY_OK;
    ASSAY_TRY(add_transcript(&l, run_dir, board->flash_transcript, err));
    if (first != NULL)
        ASSAY_TRY(add_transcript(&l, run_dir, first, err));
    if (l.count < 2 || l.marks[l.count - 1].t_ns <= l.marks[0].t_ns)
        return ASSAY_OK;
    ASSAY_TRY(buf_add_text(out, "<p>From the flash to the end of the first connection:</p>\n"));
    ASSAY_TRY(draw(&l, out));
    return write_table(&l, out);
}
