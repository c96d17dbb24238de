/* SPDX-License-Identifier: Apache-2.0 */
#include "explain_cloud.h"

#include "base/event_kinds.h"

#include <inttypes.h>
#include <string.h>

static enum assay_status say_accepted(const struct event *e, struct buf *out)
{
    return buf_printf(out, "The %s service knows it as \"%s\" (by its %s).\n",
                      event_get_text(e, "face"), event_get_text(e, "device"),
                      event_get_text(e, "by"));
}

static enum assay_status say_refused(const struct event *e, struct buf *out)
{
    static const struct {
        const char *answer, *words;
    } rows[] = {{"CONNACK", "answers with a CONNACK that refuses, and closes"},
                {"close", "closes the connection without a word"},
                {"SUBACK", "refuses the subscription"},
                {"no answer", "does not answer"},
                {"HTTP 403", "answers the request for a WebSocket with 403 Forbidden"},
                {"alert", "ends the handshake"}};
    const char *words = "";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].answer, event_get_text(e, "answer")) == 0)
            words = rows[i].words;
    return buf_printf(out, "Refused as %s does: %s. The service %s [%s; %s].\n",
                      event_get_text(e, "face"), event_get_text(e, "text"), words,
                      event_get_text(e, "rule"), event_get_text(e, "source"));
}

static enum assay_status say_remark(const struct event *e, struct buf *out)
{
    return buf_printf(out, "Remark: %s [%s].\n", event_get_text(e, "text"),
                      event_get_text(e, "rule"));
}

/* Sentences of single deeds; %i is the item, %s the status, %t the text, %v the version. */
static const struct deed {
    const char *service, *operation, *words;
} deeds[] = {
    {"method", "called", "The hub calls the method \"%i\"."},
    {"method", "answered", "The board answered the method \"%i\" with status %s: %t"},
    {"method", "timed-out", "The method \"%i\": %t."},
    {"message", "enqueued", "Message %i for the device is in the hub's queue. %t"},
    {"message", "sent", "Message %i is sent to the device."},
    {"message", "completed", "The board acknowledged message %i, and the hub forgets it."},
    {"message", "expired", "Message %i: %t."},
    {"telemetry", "received", "The service has the message. %t"},
    {"command", "sent", "An application sends a command."},
    {"config", "sent", "Version %v of the configuration is sent to the device."},
    {"twin", "desire", "A back end changes desired properties: version %v."},
    {"order", "failed", "The order \"%i\" was not carried out: %t."},
};

static const struct deed *find_deed(const struct event *e)
{
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
        if (strcmp(deeds[i].service, event_get_text(e, "service")) == 0 &&
            strcmp(deeds[i].operation, event_get_text(e, "operation")) == 0)
            return &deeds[i];
    return NULL;
}

static enum assay_status say_deed(const struct deed *deed, const struct event *e, struct buf *out)
{
    for (const char *c = deed->words; *c != '\0'; c++) {
        if (*c != '%') {
            ASSAY_TRY(buf_add_char(out, *c));
            continue;
        }
        c++;
        if (*c == 'v')
            ASSAY_TRY(buf_add_int(out, event_get_int(e, "version", 0)));
        else
            ASSAY_TRY(buf_add_text(out, event_get_text(e, *c == 'i'   ? "item"
                                                          : *c == 's' ? "status"
                                                                      : "text")));
    }
    while (out->len > 0 && out->data[out->len - 1] == ' ')
        buf_truncate(out, out->len - 1);
    return buf_add_char(out, '\n');
}

static enum assay_status say_service(const struct event *e, struct buf *out)
{
    const struct deed *deed = find_deed(e);
    const char *item = event_get_text(e, "item");
    const char *status = event_get_text(e, "status");
    int64_t code = event_get_int(e, "code", 0);

    if (deed != NULL)
        return say_deed(deed, e, out);
    ASSAY_TRY(buf_printf(out, "%s: %s%s%s%s%s", event_get_text(e, "service"),
                         event_get_text(e, "operation"), item[0] != '\0' ? " of " : "", item,
                         status[0] != '\0' ? ", " : "", status));
    if (event_field(e, "version") != NULL)
        ASSAY_TRY(buf_printf(out, ", version %" PRId64, event_get_int(e, "version", 0)));
    if (code != 0)
        ASSAY_TRY(
            buf_printf(out, ", rejected with %" PRId64 " (%s)", code, event_get_text(e, "text")));
    return buf_add_text(out, ".\n");
}

static const struct {
    const char *kind;
    enum assay_status (*say)(const struct event *e, struct buf *out);
} sayers[] = {
    {EV_FACE_ACCEPTED, say_accepted},
    {EV_FACE_REFUSED, say_refused},
    {EV_FACE_REMARK, say_remark},
    {EV_FACE_SERVICE, say_service},
};

enum assay_status explain_cloud(const struct event *e, struct buf *out)
{
    for (size_t i = 0; i < sizeof(sayers) / sizeof(sayers[0]); i++)
        if (event_is(e, sayers[i].kind))
            return sayers[i].say(e, out);
    return ASSAY_OK;
}
