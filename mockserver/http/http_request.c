/* SPDX-License-Identifier: Apache-2.0 */
#include "http_request.h"

#include <string.h>
#include <strings.h>

const struct http_rule_row http_rules[HTTP_RULE_COUNT] = {
#define X(id, number, section, sentence)                                                           \
    [id] = {.status = (number), .rule = (section), .text = (sentence)},
    HTTP_RULE_MAP(X)
#undef X
};

bool http_is_token_char(char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";

    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr(others, c) != NULL);
}

static bool is_token(struct http_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (!http_is_token_char(t.at[i]))
            return false;
    return t.len > 0;
}

static bool is_visible(struct http_text t)
{
    for (size_t i = 0; i < t.len; i++)
        if (t.at[i] <= ' ' || t.at[i] == 0x7f)
            return false;
    return t.len > 0;
}

static bool is_number(struct http_text t, uint64_t *ret)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < t.len; i++) {
        if (t.at[i] < '0' || t.at[i] > '9' || i >= 18)
            return false;
        sum = sum * 10 + (uint64_t)(t.at[i] - '0');
    }
    *ret = sum;
    return t.len > 0;
}

static bool same(struct http_text t, const char *word)
{
    return t.len == strlen(word) && strncasecmp(t.at, word, t.len) == 0;
}

static bool begins(struct http_text t, const char *word)
{
    return t.len >= strlen(word) && strncasecmp(t.at, word, strlen(word)) == 0;
}

/* One of the words between commas. */
static bool has_word(struct http_text list, const char *word)
{
    size_t at = 0;

    while (at < list.len) {
        struct http_text item = {.at = list.at + at};

        while (at < list.len && list.at[at] != ',')
            at++;
        item.len = (size_t)(list.at + at - item.at);
        while (item.len > 0 && (*item.at == ' ' || *item.at == '\t')) {
            item.at++;
            item.len--;
        }
        while (item.len > 0 && (item.at[item.len - 1] == ' ' || item.at[item.len - 1] == '\t'))
            item.len--;
        if (same(item, word))
            return true;
        at++;
    }
    return false;
}

/* Up to CR LF, which is passed over; false: another line end, or none. */
static bool take_line(struct http_text *rest, struct http_text *ret)
{
    const char *end = memchr(rest->at, '\n', rest->len);
    size_t len = end != NULL ? (size_t)(end - rest->at) : 0;

    if (end == NULL || len == 0 || end[-1] != '\r')
        return false;
    *ret = (struct http_text){.at = rest->at, .len = len - 1};
    rest->at += len + 1;
    rest->len -= len + 1;
    return memchr(ret->at, '\r', ret->len) == NULL;
}

static bool take_word(struct http_text *rest, struct http_text *ret)
{
    const char *blank = memchr(rest->at, ' ', rest->len);

    if (blank == NULL)
        return false;
    *ret = (struct http_text){.at = rest->at, .len = (size_t)(blank - rest->at)};
    rest->len -= ret->len + 1;
    rest->at = blank + 1;
    return true;
}

static enum http_rule read_request_line(struct http_text line, struct http_request *ret)
{
    struct http_text version = line;

    if (!take_word(&version, &ret->method) || !take_word(&version, &ret->target))
        return HTTP_RULE_LINE;
    if (!is_token(ret->method))
        return HTTP_RULE_METHOD;
    if (!is_visible(ret->target) || (ret->target.at[0] != '/' && !same(ret->target, "*") &&
                                     memchr(ret->target.at, ':', ret->target.len) == NULL))
        return HTTP_RULE_TARGET;
    if (version.len != strlen("HTTP/1.1") || strncmp(version.at, "HTTP/1.", 7) != 0 ||
        (version.at[7] != '0' && version.at[7] != '1'))
        return begins(version, "HTTP/") ? HTTP_RULE_VERSION : HTTP_RULE_LINE;
    ret->minor = (unsigned)(version.at[7] - '0');
    return HTTP_RULE_NONE;
}

static enum http_rule read_host(struct http_text value, struct http_request *ret)
{
    if (ret->has_host)
        return HTTP_RULE_HOST_TWICE;
    ret->has_host = true;
    ret->host = value;
    return HTTP_RULE_NONE;
}

static enum http_rule read_length(struct http_text value, struct http_request *ret)
{
    if (ret->has_length || !is_number(value, &ret->length))
        return HTTP_RULE_LENGTH;
    ret->has_length = true;
    return HTTP_RULE_NONE;
}

static enum http_rule read_encoding(struct http_text value, struct http_request *ret)
{
    if (ret->is_chunked || !same(value, "chunked"))
        return HTTP_RULE_ENCODING;
    ret->is_chunked = true;
    return HTTP_RULE_NONE;
}

static enum http_rule read_connection(struct http_text value, struct http_request *ret)
{
    ret->wants_close = ret->wants_close || has_word(value, "close");
    ret->wants_keep_alive = ret->wants_keep_alive || has_word(value, "keep-alive");
    return HTTP_RULE_NONE;
}

static enum http_rule read_authorization(struct http_text value, struct http_request *ret)
{
    ret->has_authorization = value.len > 0;
    return HTTP_RULE_NONE;
}

static enum http_rule read_user_agent(struct http_text value, struct http_request *ret)
{
    ret->user_agent = value;
    return HTTP_RULE_NONE;
}

/* The fields that matter here. */
static const struct {
    const char *name;
    enum http_rule (*read)(struct http_text value, struct http_request *ret);
} known_fields[] = {
    {"host", read_host},
    {"content-length", read_length},
    {"transfer-encoding", read_encoding},
    {"connection", read_connection},
    {"authorization", read_authorization},
    {"user-agent", read_user_agent},
};

static enum http_rule check_value(struct http_text value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((value.at[i] < ' ' && value.at[i] >= 0 && value.at[i] != '\t') || value.at[i] == 0x7f)
            return HTTP_RULE_VALUE;
    return HTTP_RULE_NONE;
}

static enum http_rule read_field(struct http_text line, struct http_request *ret)
{
    const char *colon = memchr(line.at, ':', line.len);
    struct http_text name = {.at = line.at, .len = colon != NULL ? (size_t)(colon - line.at) : 0};
    struct http_text value;

    if (line.at[0] == ' ' || line.at[0] == '\t')
        return HTTP_RULE_FOLDED;
    if (!is_token(name))
        return HTTP_RULE_FIELD;
    value = (struct http_text){.at = colon + 1, .len = line.len - name.len - 1};
    while (value.len > 0 && (*value.at == ' ' || *value.at == '\t')) {
        value.at++;
        value.len--;
    }
    while (value.len > 0 && (value.at[value.len - 1] == ' ' || value.at[value.len - 1] == '\t'))
        value.len--;
    if (check_value(value) != HTTP_RULE_NONE)
        return HTTP_RULE_VALUE;
    if (++ret->fields > HTTP_MAX_FIELDS)
        return HTTP_RULE_TOO_LONG;
    for (size_t i = 0; i < sizeof(known_fields) / sizeof(known_fields[0]); i++)
        if (same(name, known_fields[i].name))
            return known_fields[i].read(value, ret);
    return HTTP_RULE_NONE;
}

/* Where the port begins in "host:port" or "[v6]:port"; host.len: there is none. */
static size_t port_at(struct http_text host)
{
    size_t at = host.len;

    while (at > 0 && host.at[at - 1] >= '0' && host.at[at - 1] <= '9')
        at--;
    return at > 0 && host.at[at - 1] == ':' ? at : host.len;
}

static bool is_host(struct http_text host)
{
    static const char signs[] = "-._~!$&'()*+,;=%[]:";
    bool in_brackets = host.len > 0 && host.at[0] == '[';

    for (size_t i = 0; i < host.len; i++) {
        char c = host.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

        if (!letter && (c == '\0' || strchr(signs, c) == NULL))
            return false;
        if (c == ':' && !in_brackets)
            return false;
    }
    return host.len > 0;
}

static enum http_rule check_host(unsigned port, unsigned default_port, struct http_request *r)
{
    uint64_t named = default_port;
    struct http_text name = r->host;
    struct http_text digits = {.at = "", .len = 0};
    size_t at = 0;

    if (!r->has_host) /* and its text points nowhere */
        return r->minor >= 1 ? HTTP_RULE_HOST_MISSING : HTTP_RULE_NONE;
    at = port_at(r->host);
    if (at < r->host.len) {
        name.len = at - 1;
        digits = (struct http_text){.at = r->host.at + at, .len = r->host.len - at};
    }
    if (begins(r->host, "http://") || begins(r->host, "https://"))
        return HTTP_RULE_HOST_SCHEME;
    if (!is_host(name) || (digits.len > 0 && !is_number(digits, &named)))
        return HTTP_RULE_HOST_FORM;
    if (named != port)
        r->host_remark = HTTP_RULE_HOST_PORT;
    return HTTP_RULE_NONE;
}

enum http_rule http_request_read(const char *head, size_t len, unsigned port, unsigned default_port,
                                 struct http_request *ret)
{
    struct http_text rest = {.at = head, .len = len};
    struct http_text line;
    enum http_rule rule = HTTP_RULE_NONE;

    *ret = (struct http_request){.host_remark = HTTP_RULE_NONE};
    if (!take_line(&rest, &line))
        return HTTP_RULE_LINE_END;
    rule = read_request_line(line, ret);
    while (rule == HTTP_RULE_NONE) {
        if (!take_line(&rest, &line))
            return HTTP_RULE_LINE_END;
        if (line.len == 0)
            break;
        rule = read_field(line, ret);
    }
    if (rule == HTTP_RULE_NONE)
        rule = check_host(port, default_port, ret);
    if (rule == HTTP_RULE_NONE && ret->has_length && ret->is_chunked)
        rule = HTTP_RULE_BOTH;
    return rule;
}
