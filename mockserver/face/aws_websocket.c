/* SPDX-License-Identifier: Apache-2.0 */
/* MQTT over WebSocket: a request that is signed, and what the service says where it is not. */
#include "inside.h"

#include "face/sigv4.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { DURATION_S = 86400 }; /* AWS IoT Core quotas, protocols: WebSocket connection duration */

/*
 * [observed] github.com/odelot/aws-mqtt-websockets, issues 7 and 54: the fields, and a body whose
 * length is that of these two members.
 */
static enum assay_status write_refusal(const struct face_conn *conn, const char *message,
                                       struct buf *out)
{
    time_t now = (time_t)face_time(conn->face);
    struct tm tm;
    char date[40] = "";
    char id[40];
    char body[512];
    int len = 0;

    if (gmtime_r(&now, &tm) != NULL)
        (void)strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
    snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012" PRIx32, conn->id);
    len = snprintf(body, sizeof(body), "{\"message\":\"%s\",\"traceId\":\"%s\"}", message, id);
    return buf_printf(out,
                      "HTTP/1.1 403 Forbidden\r\n"
                      "content-type: application/json\r\n"
                      "content-length: %d\r\n"
                      "date: %s\r\n"
                      "x-amzn-RequestId: %s\r\n"
                      "connection: keep-alive\r\n"
                      "x-amzn-ErrorType: ForbiddenException:\r\n"
                      "access-control-allow-origin: *\r\n"
                      "access-control-expose-headers: x-amzn-ErrorMessage\r\n"
                      "access-control-expose-headers: x-amzn-RequestId\r\n"
                      "access-control-expose-headers: x-amzn-ErrorType\r\n"
                      "access-control-expose-headers: Date\r\n\r\n"
                      "%s",
                      len, date, id, body);
}

bool aws_upgrade(struct face_conn *conn, const char *path, const char *host, struct buf *refusal)
{
    const struct face_settings *s = conn->face->settings;
    const struct sigv4_demands demands = {.access_key = s->access_key,
                                          .secret_key = s->secret_key,
                                          .session_token = s->session_token,
                                          .region = s->region,
                                          .path = path,
                                          .host = host,
                                          .now_s = face_time(conn->face)};
    struct sigv4_finding finding;
    struct decision ignored = {NULL};
    enum assay_status status = ASSAY_OK;

    if (s->access_key[0] == '\0')
        return true;
    sigv4_check(&demands, &finding);
    if (finding.rule == FACE_RULE_COUNT) {
        conn->is_signed = true;
        conn->expires_s = demands.now_s + DURATION_S;
        conn->expiry_rule = FACE_RULE_AWS_WSS_ENDED;
        return true;
    }
    face_refuse(conn, finding.rule, "HTTP", &ignored, "%s", finding.detail);
    status = write_refusal(conn, finding.message, refusal);
    (void)status; /* no memory: it is closed without a word */
    return false;
}
