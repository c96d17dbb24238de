/* SPDX-License-Identifier: Apache-2.0 */
/* A request's head, read strictly (RFC 9112 sections 3 and 5, RFC 9110 section 5). */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "http/http.h"

/* X(constant, status of the answer, rule, sentence) */
#define HTTP_RULE_MAP(X)                                                                           \
    X(HTTP_RULE_LINE, 400, "RFC 9112 section 3", "the request line is not METHOD TARGET VERSION")  \
    X(HTTP_RULE_METHOD, 400, "RFC 9110 section 9.1", "the method is no token")                     \
    X(HTTP_RULE_TARGET, 400, "RFC 9112 section 3.2",                                               \
      "the target is neither a path, a URI nor \"*\", or holds bytes that no URI may hold")        \
    X(HTTP_RULE_VERSION, 505, "RFC 9112 section 2.3", "the version is not HTTP/1.0 or HTTP/1.1")   \
    X(HTTP_RULE_LINE_END, 400, "RFC 9112 section 2.2", "a line does not end with CR LF")           \
    X(HTTP_RULE_FIELD, 400, "RFC 9112 section 5", "a field is not NAME: VALUE")                    \
    X(HTTP_RULE_FOLDED, 400, "RFC 9112 section 5.2", "a field goes on over a second line")         \
    X(HTTP_RULE_VALUE, 400, "RFC 9110 section 5.5", "a field's value holds a control character")   \
    X(HTTP_RULE_TOO_LONG, 431, "RFC 6585 section 5", "the request's head is too long")             \
    X(HTTP_RULE_HOST_MISSING, 400, "RFC 9112 section 3.2", "an HTTP/1.1 request has no Host")      \
    X(HTTP_RULE_HOST_TWICE, 400, "RFC 9112 section 3.2", "there is more than one Host")            \
    X(HTTP_RULE_HOST_SCHEME, 400, "RFC 9110 section 7.2",                                          \
      "Host is a URL; it is to be the host alone, with its port where that is not the usual one")  \
    X(HTTP_RULE_HOST_FORM, 400, "RFC 9110 section 7.2", "Host is no host with or without a port")  \
    X(HTTP_RULE_HOST_PORT, 0, "RFC 9110 section 7.2",                                              \
      "Host does not name the port that the request came in on")                                   \
    X(HTTP_RULE_LENGTH, 400, "RFC 9112 section 6.3", "Content-Length is no number, or two")        \
    X(HTTP_RULE_BOTH, 400, "RFC 9112 section 6.3",                                                 \
      "both Content-Length and Transfer-Encoding: a way to smuggle requests")                      \
    X(HTTP_RULE_ENCODING, 501, "RFC 9112 section 6.1", "a transfer coding other than chunked")     \
    X(HTTP_RULE_CHUNK, 400, "RFC 9112 section 7.1", "a chunk is not SIZE, data, line end")         \
    X(HTTP_RULE_BODY_TOO_LONG, 413, "RFC 9110 section 15.5.14", "the request's body is too long")

enum http_rule {
#define X(id, status, rule, text) id,
    HTTP_RULE_MAP(X)
#undef X
        HTTP_RULE_COUNT,
    HTTP_RULE_NONE = HTTP_RULE_COUNT
};

struct http_rule_row {
    unsigned status; /* of the answer; 0: it is only noted */
    const char *rule, *text;
};
extern const struct http_rule_row http_rules[HTTP_RULE_COUNT];

/* Can it stand in a token, such as a method? RFC 9110 section 5.6.2. */
bool http_is_token_char(char c);

/* Texts point into the head. */
struct http_text {
    const char *at;
    size_t len;
};

struct http_request {
    struct http_text method, target, host, user_agent;
    unsigned minor; /* of HTTP/1.x */
    unsigned fields;
    bool has_host, has_length, is_chunked, wants_close, wants_keep_alive, has_authorization;
    uint64_t length;            /* Content-Length */
    enum http_rule host_remark; /* HTTP_RULE_HOST_PORT or HTTP_RULE_NONE */
};

/*
 * Read a whole head, with the empty line that ends it.
 * @param port, default_port  as of http_session_new()
 * @return the first rule that is broken, or HTTP_RULE_NONE; ret holds what was read until then
 */
enum http_rule http_request_read(const char *head, size_t len, unsigned port, unsigned default_port,
                                 struct http_request *ret);

#endif
