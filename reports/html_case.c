/* SPDX-License-Identifier: Apache-2.0 */
#include "html_case.h"

#include "html_evidence.h"
#include "xml.h"

#include <ctype.h>
#include <string.h>

const char *html_verdict_class(enum verdict v)
{
    if (verdict_is_fail(v))
        return "v-bad";
    if (v == VERDICT_PASS || v == VERDICT_PASS_SOFT)
        return "v-good";
    return v == VERDICT_NOT_APPLICABLE || v == VERDICT_WAIVED ? "v-dim" : "v-warn";
}

/* An element id: letters and digits stay, everything else becomes '-'. */
static enum assay_status add_anchor(struct buf *out, const char *board, const char *case_id)
{
    const char *parts[] = {board, "--", case_id};

    for (size_t i = 0; i < 3; i++)
        for (const char *c = parts[i]; *c != '\0'; c++)
            ASSAY_TRY(buf_add_char(out, isalnum((unsigned char)*c) ? *c : '-'));
    return ASSAY_OK;
}

enum assay_status html_case_link(struct buf *out, const char *board, const char *case_id)
{
    ASSAY_TRY(buf_add_text(out, "<a href=\"#"));
    ASSAY_TRY(add_anchor(out, board, case_id));
    ASSAY_TRY(buf_add_text(out, "\">"));
    ASSAY_TRY(xml_add(out, case_id));
    return buf_add_text(out, "</a>");
}

static enum assay_status add_fact(struct buf *out, const char *name, const char *value)
{
    if (value[0] == '\0')
        return ASSAY_OK;
    ASSAY_TRY(buf_printf(out, "<dt>%s</dt><dd>", name));
    ASSAY_TRY(xml_add(out, value));
    return buf_add_text(out, "</dd>\n");
}

static enum assay_status add_list(struct buf *out, const char *name, const struct record_list *list)
{
    if (list->count == 0)
        return ASSAY_OK;
    ASSAY_TRY(buf_printf(out, "<dt>%s</dt><dd>", name));
    for (size_t i = 0; i < list->count; i++) {
        ASSAY_TRY(buf_add_text(out, i > 0 ? ", " : ""));
        ASSAY_TRY(xml_add(out, list->items[i]));
    }
    return buf_add_text(out, "</dd>\n");
}

static enum assay_status add_facts(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "<dl>\n"));
    ASSAY_TRY(add_fact(out, "What it meets", c->server));
    ASSAY_TRY(add_fact(out, "Why it matters", c->why));
    ASSAY_TRY(add_fact(out, "A good board", c->good));
    ASSAY_TRY(add_fact(out, "A bad board", c->bad));
    ASSAY_TRY(add_list(out, "Rules", &c->spec));
    ASSAY_TRY(add_fact(out, "Control before", c->bracket_before));
    ASSAY_TRY(add_fact(out, "Control after", c->bracket_after));
    ASSAY_TRY(add_fact(out, "The board's own words", c->observed.serial_error));
    ASSAY_TRY(add_list(out, "Repeats", &c->repeats));
    ASSAY_TRY(add_fact(out, "Waived", c->waiver_reason));
    return buf_add_text(out, "</dl>\n");
}

static bool same_list(const struct record_list *a, const struct record_list *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->items[i], b->items[i]) == 0;
    return same;
}

static bool same_offer(const struct record_hello *a, const struct record_hello *b)
{
    return a->present && b->present && strcmp(a->ja3, b->ja3) == 0 &&
           strcmp(a->server_name, b->server_name) == 0 && same_list(&a->alpn, &b->alpn) &&
           same_list(&a->versions, &b->versions) && same_list(&a->ciphers, &b->ciphers) &&
           same_list(&a->groups, &b->groups) && same_list(&a->extensions, &b->extensions) &&
           same_list(&a->signature_algorithms, &b->signature_algorithms);
}

/* The first case of the board with this ClientHello, where it stands in full. */
static const struct case_record *first_with_offer(const struct run_record *run,
                                                  const struct case_record *c)
{
    const struct case_record *first = run->cases;

    while (first != c && (strcmp(first->board, c->board) != 0 ||
                          !same_offer(&first->observed.client_hello, &c->observed.client_hello)))
        first++;
    return first;
}

static enum assay_status add_offer(struct buf *out, const struct run_record *run,
                                   const struct case_record *c)
{
    const struct record_hello *h = &c->observed.client_hello;
    const struct case_record *first = NULL;

    if (!h->present)
        return ASSAY_OK;
    first = first_with_offer(run, c);
    if (first != c) {
        ASSAY_TRY(buf_add_text(out, "<p>Its ClientHello offered the same as in "));
        ASSAY_TRY(html_case_link(out, first->board, first->id));
        return buf_add_text(out, ".</p>\n");
    }
    ASSAY_TRY(buf_add_text(out, "<details><summary>What its ClientHello offered</summary><dl>\n"));
    ASSAY_TRY(add_list(out, "TLS versions", &h->versions));
    ASSAY_TRY(add_list(out, "Cipher suites", &h->ciphers));
    ASSAY_TRY(add_list(out, "Groups", &h->groups));
    ASSAY_TRY(add_list(out, "Signatures", &h->signature_algorithms));
    ASSAY_TRY(add_list(out, "Extensions", &h->extensions));
    ASSAY_TRY(add_fact(out, "Server name", h->server_name));
    ASSAY_TRY(add_list(out, "ALPN", &h->alpn));
    ASSAY_TRY(add_fact(out, "JA3", h->ja3));
    return buf_add_text(out, "</dl></details>\n");
}

static enum assay_status add_file(struct buf *out, const char *text, const char *path)
{
    if (path[0] == '\0')
        return ASSAY_OK;
    ASSAY_TRY(buf_add_text(out, " <a href=\""));
    ASSAY_TRY(xml_add(out, path));
    return buf_printf(out, "\">%s</a>", text);
}

static enum assay_status add_files(struct buf *out, const struct case_record *c)
{
    ASSAY_TRY(buf_add_text(out, "<p>Files:"));
    ASSAY_TRY(add_file(out, "transcript", c->transcript));
    ASSAY_TRY(add_file(out, "capture (decrypted in Wireshark)", c->capture));
    ASSAY_TRY(add_file(out, "serial log", c->serial));
    return buf_add_text(out, "</p>\n");
}

static enum assay_status add_transcript(struct buf *out, const struct case_record *c,
                                        const char *run_dir, const struct report_evidence *evidence,
                                        struct assay_error *err)
{
    const struct buf *prepared = html_evidence_find(evidence, c->transcript);
    enum assay_status status = ASSAY_OK;

    if (c->transcript[0] == '\0')
        return ASSAY_OK;
    if (prepared != NULL)
        return buf_add(out, prepared->data, prepared->len);
    status = html_evidence(out, run_dir, c->transcript, c->board, c->id, err);
    if (status == ASSAY_ERR_IO) /* the folder was moved without its transcripts: the rest stands */
        return buf_add_text(out, "<p>The transcript is no longer in the run's folder.</p>\n");
    return status;
}

enum assay_status html_case(struct buf *out, const struct run_record *run, size_t index,
                            const char *run_dir, const struct report_evidence *evidence,
                            struct assay_error *err)
{
    const struct case_record *c = &run->cases[index];

    ASSAY_TRY(buf_add_text(out, "<details><summary>"));
    ASSAY_TRY(xml_add(out, c->id));
    ASSAY_TRY(buf_printf(out, " <span class=\"verdict %s\">%s</span> ",
                         html_verdict_class(c->verdict), verdict_name(c->verdict)));
    ASSAY_TRY(xml_add(out, c->title));
    /* The anchor is inside: a browser that jumps to it opens the element. */
    ASSAY_TRY(buf_add_text(out, "</summary>\n<p id=\""));
    ASSAY_TRY(add_anchor(out, c->board, c->id));
    ASSAY_TRY(buf_add_text(out, "\">"));
    ASSAY_TRY(xml_add(out, c->reason));
    ASSAY_TRY(buf_add_text(out, "</p>\n"));
    ASSAY_TRY(add_facts(out, c));
    ASSAY_TRY(add_transcript(out, c, run_dir, evidence, err));
    ASSAY_TRY(add_offer(out, run, c));
    ASSAY_TRY(add_files(out, c));
    return buf_add_text(out, "</details>\n");
}
