/* SPDX-License-Identifier: Apache-2.0 */
/* Rungs of a ladder, and the two ways to draw them. See reports/ladder.h. */
#include "reports/ladder.h"

#include "base/event_kinds.h"
#include "xml.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAX_RUNGS = 200, LABEL = 96 };

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_DATA };

struct rung {
    uint64_t t_ns;
    uint32_t conn;
    bool from_board;
    enum tone tone;
    char label[LABEL];
};

struct ladder {
    struct rung rungs[MAX_RUNGS];
    size_t count;
    size_t left_out;
    uint64_t start_ns;
};

static struct rung *add_rung(struct ladder *l, const struct event *e, bool from_board,
                             enum tone tone)
{
    struct rung *r = NULL;

    if (l->count == MAX_RUNGS) {
        l->left_out++;
        return NULL;
    }
    r = &l->rungs[l->count++];
    *r = (struct rung){.t_ns = e->t_ns, .conn = e->conn, .from_board = from_board, .tone = tone};
    return r;
}

static bool from_board(const struct event *e)
{
    return strcmp(event_get_text(e, "dir"), "rx") == 0;
}

static void on_open(struct ladder *l, const struct event *e)
{
    bool by_bench = strcmp(event_get_text(e, "by"), "bench") == 0;
    struct rung *r = add_rung(l, e, !by_bench, TONE_PLAIN);

    if (r != NULL)
        snprintf(r->label, LABEL, "TCP connect to port %" PRId64,
                 event_get_int(e, by_bench ? "peer_port" : "local_port", 0));
}

static void on_visit(struct ladder *l, const struct event *e)
{
    struct rung *r = add_rung(l, e, false, TONE_DATA);

    if (r != NULL)
        snprintf(r->label, LABEL, "request: %s", event_get_text(e, "kind"));
}

static void on_answer(struct ladder *l, const struct event *e)
{
    struct rung *r = add_rung(l, e, true, TONE_DATA);

    if (r != NULL)
        snprintf(r->label, LABEL, "answer: %.60s", event_get_text(e, "text"));
}

static void on_message(struct ladder *l, const struct event *e)
{
    struct rung *r = add_rung(l, e, from_board(e), TONE_PLAIN);

    if (r != NULL)
        snprintf(r->label, LABEL, "%s (%" PRId64 " bytes)", event_get_text(e, "name"),
                 event_get_int(e, "length", 0));
}

static void on_alert(struct ladder *l, const struct event *e)
{
    bool fatal = strcmp(event_get_text(e, "level"), "fatal") == 0;
    struct rung *r = add_rung(l, e, from_board(e), fatal ? TONE_BAD : TONE_PLAIN);

    if (r != NULL)
        snprintf(r->label, LABEL, "Alert %s: %s", event_get_text(e, "level"),
                 event_get_text(e, "name"));
}

static void on_established(struct ladder *l, const struct event *e)
{
    struct rung *r = add_rung(l, e, true, TONE_GOOD);

    if (r != NULL)
        snprintf(r->label, LABEL, "handshake complete: %s, %s", event_get_text(e, "version"),
                 event_get_text(e, "cipher"));
}

static void on_packet(struct ladder *l, const struct event *e)
{
    struct rung *r = add_rung(l, e, from_board(e), TONE_DATA);
    const char *topic = event_get_text(e, "topic");

    if (r != NULL)
        snprintf(r->label, LABEL, "MQTT %s%s%.60s", event_get_text(e, "type"),
                 topic[0] != '\0' ? " " : "", topic);
}

static void on_close(struct ladder *l, const struct event *e)
{
    bool by_board = strcmp(event_get_text(e, "by"), "board") == 0;
    bool reset = strcmp(event_get_text(e, "how"), "rst") == 0;
    struct rung *r = add_rung(l, e, by_board, reset ? TONE_BAD : TONE_PLAIN);

    if (r != NULL)
        snprintf(r->label, LABEL, "TCP %s", reset ? "reset" : "close");
}

static const struct {
    const char *kind;
    void (*add)(struct ladder *l, const struct event *e);
} adders[] = {
    {EV_NET_OPEN, on_open},        {EV_TLS_MESSAGE, on_message},
    {EV_TLS_ALERT, on_alert},      {EV_TLS_ESTABLISHED, on_established},
    {EV_MQTT_PACKET, on_packet},   {EV_NET_CLOSE, on_close},
    {EV_PROBER_REQUEST, on_visit}, {EV_PROBER_ANSWER, on_answer},
};

static void build(struct ladder *l, const struct transcript *t, int attempt)
{
    bool inside = false;

    l->count = 0;
    l->left_out = 0;
    l->start_ns = 0;
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (event_is(e, EV_ATTEMPT_BEGIN)) {
            inside = event_get_int(e, "attempt", -1) == attempt;
            if (inside)
                l->start_ns = e->t_ns;
        }
        for (size_t k = 0; inside && k < sizeof(adders) / sizeof(adders[0]); k++)
            if (event_is(e, adders[k].kind))
                adders[k].add(l, e);
        if (event_is(e, EV_ATTEMPT_END))
            inside = false;
    }
}

static double since_start_ms(const struct ladder *l, const struct rung *r)
{
    return ((double)r->t_ns - (double)l->start_ns) / 1e6;
}

enum assay_status ladder_text(const struct transcript *t, int attempt, struct buf *out)
{
    struct ladder l;

    build(&l, t, attempt);
    ASSAY_TRY(buf_printf(out, "%9s  %-5s %s\n", "ms", "board", "                    bench"));
    for (size_t i = 0; i < l.count; i++) {
        const struct rung *r = &l.rungs[i];

        ASSAY_TRY(buf_printf(out, "%9.2f    |%s %s\n", since_start_ms(&l, r),
                             r->from_board ? "---->" : "<----", r->label));
    }
    if (l.count == 0)
        return buf_add_text(out, "             (nothing was exchanged)\n");
    if (l.left_out > 0)
        return buf_printf(out, "             (%zu more)\n", l.left_out);
    return ASSAY_OK;
}

enum { WIDTH = 640, LEFT = 110, RIGHT = 560, TOP = 46, STEP = 26 };

static enum assay_status svg_rung(const struct ladder *l, size_t i, struct buf *out)
{
    static const char *const classes[] = {
        [TONE_PLAIN] = "plain", [TONE_GOOD] = "good", [TONE_BAD] = "bad", [TONE_DATA] = "data"};
    const struct rung *r = &l->rungs[i];
    int y = TOP + 22 + (int)i * STEP;
    int tip = r->from_board ? RIGHT : LEFT;
    int back = r->from_board ? -8 : 8;

    ASSAY_TRY(buf_printf(out, "<g class=\"rung %s\"><path d=\"M%d %dH%dM%d %dl%d-4v8z\"/>",
                         classes[r->tone], LEFT, y, RIGHT, tip, y, back));
    ASSAY_TRY(buf_printf(out, "<text class=\"time\" x=\"%d\" y=\"%d\">%.2f ms</text>", LEFT - 12,
                         y + 4, since_start_ms(l, r)));
    ASSAY_TRY(buf_printf(out, "<text x=\"%d\" y=\"%d\">", (LEFT + RIGHT) / 2, y - 5));
    ASSAY_TRY(xml_add(out, r->label));
    return buf_add_text(out, "</text></g>");
}

enum assay_status ladder_svg(const struct transcript *t, int attempt, struct buf *out)
{
    struct ladder l;
    int height = 0;

    build(&l, t, attempt);
    height = TOP + 30 + (int)l.count * STEP;
    ASSAY_TRY(buf_printf(out,
                         "<svg class=\"ladder\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" "
                         "viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">"
                         "<text class=\"end\" x=\"%d\" y=\"24\">board</text>"
                         "<text class=\"end\" x=\"%d\" y=\"24\">bench</text>"
                         "<line class=\"pole\" x1=\"%d\" y1=\"34\" x2=\"%d\" y2=\"%d\"/>"
                         "<line class=\"pole\" x1=\"%d\" y1=\"34\" x2=\"%d\" y2=\"%d\"/>",
                         WIDTH, height, WIDTH, height, LEFT, RIGHT, LEFT, LEFT, height - 6, RIGHT,
                         RIGHT, height - 6));
    for (size_t i = 0; i < l.count; i++)
        ASSAY_TRY(svg_rung(&l, i, out));
    return buf_add_text(out, "</svg>");
}
