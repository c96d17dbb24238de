/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that are signed in their query with AWS Signature Version 4, as MQTT over WebSocket is.
 */
#ifndef FACE_SIGV4_H
#define FACE_SIGV4_H

#include "face/rule.h"

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

enum { SIGV4_DETAIL_TEXT = 400, SIGV4_MESSAGE_TEXT = 300, SIGV4_HEX = 65, SIGV4_SKEW_S = 300 };

struct sigv4_demands {
    const char *access_key;
    const char *secret_key;
    const char *session_token; /* "": any */
    const char *region;        /* "": any */
    const char *path;          /* of the request, with its query */
    const char *host;          /* of its header */
    int64_t now_s;
};

struct sigv4_finding {
    enum face_rule_id rule; /* FACE_RULE_COUNT: it is well signed */
    char detail[SIGV4_DETAIL_TEXT];
    char message[SIGV4_MESSAGE_TEXT]; /* what the service says about it */
};

/* Any text. The first thing that is wrong: path, form, key, scope, times, signature, token. */
void sigv4_check(const struct sigv4_demands *demands, struct sigv4_finding *ret);

/*
 * The signature of a request whose parts are canonical (AWS General Reference, Create a signed AWS
 * API request). Only `host` is signed of its header fields.
 * @retval ASSAY_ERR_LIMIT  the parts are too long
 */
struct sigv4_parts {
    const char *secret_key;
    const char *path;  /* "/mqtt" */
    const char *query; /* sorted, encoded */
    const char *host;
    const char *payload_hash; /* hex, or UNSIGNED-PAYLOAD */
    const char *date;         /* 20130524T000000Z */
    const char *scope;        /* 20130524/us-east-1/s3/aws4_request */
};
ASSAY_RESULT sigv4_sign(const struct sigv4_parts *parts, char ret[static SIGV4_HEX]);

#endif
