/* SPDX-License-Identifier: Apache-2.0 */
/* See reports/evidence.h. */
#include "html_evidence.h"

#include "base/event_kinds.h"
#include "html_case.h"
#include "judge/explain.h"
#include "reports/ladder.h"
#include "store/store.h"
#include "xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVIDENCE_MAX = 256 << 20, PATH_LIMIT = 8192 };

struct prepared {
    char *transcript; /* path below the run's folder */
    struct buf html;
};

struct report_evidence {
    const char *run_dir;
    struct prepared *items;
    size_t count;
};

/* What of a transcript a page shows, and what it only names. */
struct shown {
    const char *case_id;
    char before_of[128]; /* the case whose control after is this one's before; "": it has its own */
    unsigned evidence;   /* connections that an observation looked at */
};

/*
 * A control that two cases share stands with the first of them. Of what an observation looked at,
 * hundreds of connections, one is enough to show what they are like.
 */
static bool is_shown(void *ctx, const struct event *begin)
{
    struct shown *shown = ctx;
    const struct event_field *serves = event_field(begin, "serves");
    const char *role = event_get_text(begin, "role");
    const char *first = serves != NULL && serves->kind == EVENT_TEXTS && serves->count > 0
                            ? serves->texts[0]
                            : shown->case_id;

    if (strcmp(role, "evidence") == 0)
        return shown->evidence++ == 0;
    if (strcmp(role, "before") != 0 || strcmp(first, shown->case_id) == 0)
        return true;
    snprintf(shown->before_of, sizeof(shown->before_of), "%s", first);
    return false;
}

static enum assay_status add_words(struct buf *out, const struct transcript *t, const char *board,
                                   const struct shown *shown)
{
    struct buf text;
    enum assay_status status = ASSAY_OK;

    ASSAY_TRY(buf_printf(out, "<details><summary>In words%s</summary>",
                         shown->evidence > 0 ? "" : ", with both controls"));
    if (shown->before_of[0] != '\0') {
        ASSAY_TRY(buf_add_text(out, "<p>The control before is the control after "));
        ASSAY_TRY(html_case_link(out, board, shown->before_of));
        ASSAY_TRY(buf_add_text(out, ".</p>"));
    }
    ASSAY_TRY(buf_add_text(out, "<pre>"));
    buf_init(&text, 64U << 20);
    status = explain_attempt(t, 0, &text);
    if (status == ASSAY_OK)
        status = xml_add(out, buf_text(&text));
    buf_done(&text);
    ASSAY_TRY(status);
    if (shown->evidence > 1)
        ASSAY_TRY(buf_printf(out,
                             "\nIt looked at %u more connections; \"assay explain\" and the "
                             "transcript have what it saw of them.\n",
                             shown->evidence - 1));
    return buf_add_text(out, "</pre></details>\n");
}

static enum assay_status add_evidence(struct buf *out, const struct transcript *t,
                                      const char *board, const struct shown *shown)
{
    for (size_t i = 0; i < transcript_count(t); i++) {
        const struct event *e = transcript_at(t, i);

        if (!event_is(e, EV_ATTEMPT_BEGIN) || strcmp(event_get_text(e, "role"), "case") != 0)
            continue;
        ASSAY_TRY(ladder_svg(t, (int)event_get_int(e, "attempt", 0), out));
        ASSAY_TRY(buf_add_char(out, '\n'));
    }
    return add_words(out, t, board, shown);
}

enum assay_status html_evidence(struct buf *out, const char *run_dir, const char *transcript,
                                const char *board, const char *case_id, struct assay_error *err)
{
    const char *const without[] = {
        EV_NET_DATA,   EV_NET_DATAGRAM,       EV_TLS_EXTENSION, EV_BOARD_COMMAND,
        EV_BOARD_LINE, EV_SERVER_DESCRIPTION, EV_NET_LISTEN,    NULL};
    struct shown shown = {.case_id = case_id};
    const struct transcript_wish wish = {.without = without, .wants = is_shown, .ctx = &shown};
    struct transcript *t = NULL;
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, PATH_LIMIT);
    status = buf_printf(&path, "%s/%s", run_dir, transcript);
    if (status == ASSAY_OK)
        status = transcript_read_wanted(buf_text(&path), &wish, &t, err);
    if (status == ASSAY_OK)
        status = add_evidence(out, t, board, &shown);
    transcript_free(t);
    buf_done(&path);
    return status;
}

struct report_evidence *report_evidence_new(const char *run_dir)
{
    struct report_evidence *evidence = calloc(1, sizeof(*evidence));

    if (evidence != NULL)
        evidence->run_dir = run_dir;
    return evidence;
}

void report_evidence_free(struct report_evidence *evidence)
{
    if (evidence == NULL)
        return;
    for (size_t i = 0; i < evidence->count; i++) {
        free(evidence->items[i].transcript);
        buf_done(&evidence->items[i].html);
    }
    free(evidence->items);
    free(evidence);
}

static enum assay_status prepare(const char *run_dir, const char *board, const char *case_id,
                                 struct prepared *item)
{
    struct buf path;
    enum assay_status status = ASSAY_OK;

    buf_init(&path, PATH_LIMIT);
    status = buf_printf(&path, "cases/%s/%s/transcript.jsonl", board, case_id);
    if (status == ASSAY_OK)
        status = buf_take(&path, &item->transcript);
    buf_done(&path);
    if (status != ASSAY_OK)
        return status;
    return html_evidence(&item->html, run_dir, item->transcript, board, case_id, NULL);
}

void report_evidence_prepare(struct report_evidence *evidence, const char *board,
                             const char *case_id)
{
    struct prepared *grown =
        realloc(evidence->items, (evidence->count + 1) * sizeof(*evidence->items));
    struct prepared item = {.transcript = NULL};

    if (grown == NULL)
        return;
    evidence->items = grown;
    buf_init(&item.html, EVIDENCE_MAX);
    if (prepare(evidence->run_dir, board, case_id, &item) == ASSAY_OK) {
        evidence->items[evidence->count++] = item;
        return;
    }
    free(item.transcript);
    buf_done(&item.html);
}

const struct buf *html_evidence_find(const struct report_evidence *evidence, const char *transcript)
{
    for (size_t i = 0; evidence != NULL && i < evidence->count; i++)
        if (strcmp(evidence->items[i].transcript, transcript) == 0)
            return &evidence->items[i].html;
    return NULL;
}
