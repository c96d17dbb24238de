/* SPDX-License-Identifier: Apache-2.0 */
/* Heads of requests and answers, and the addresses in them. */
#include "probe/probe_web.h"

#include "probe/probe_encoding.h"
#include "probe/probe_text.h"
#include "probe_sha1.h"

#include <string.h>

enum { HTTPS_PORT = 443, HTTP_PORT = 80, PORT_DIGITS = 5, PORT_MAX = 65535, STATUS_AT = 9 };

static int has(uint32_t flaws, enum probe_web_flaw flaw)
{
    return (flaws & PROBE_WEB_FLAW_BIT(flaw)) != 0;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

/* Does text begin with word, which is in small letters? */
static int begins(const char *text, const char *word)
{
    while (*word != '\0' && lower(*text) == *word) {
        text++;
        word++;
    }
    return *word == '\0';
}

static int is_same(const char *text, const char *word)
{
    return text != NULL && strlen(text) == strlen(word) && begins(text, word);
}

/* ---- addresses ---- */

static int take_scheme(const char **at, struct probe_web_address *ret)
{
    static const struct {
        const char *text;
        int is_plain;
        uint16_t port;
    } schemes[] = {{"https://", 0, HTTPS_PORT},
                   {"wss://", 0, HTTPS_PORT},
                   {"http://", 1, HTTP_PORT},
                   {"ws://", 1, HTTP_PORT}};

    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
        if (!begins(*at, schemes[i].text))
            continue;
        *at += strlen(schemes[i].text);
        ret->is_plain = schemes[i].is_plain;
        ret->port = schemes[i].port;
        return 1;
    }
    return 0;
}

static int take_port(const char **at, struct probe_web_address *ret)
{
    const char *digits = *at + 1;
    size_t len = 0;
    int64_t port = 0;

    if (**at != ':')
        return 1;
    while (digits[len] >= '0' && digits[len] <= '9')
        len++;
    port = len <= PORT_DIGITS ? probe_parse_decimal(digits, len, PORT_MAX) : -1;
    if (port < 1)
        return 0;
    ret->port = (uint16_t)port;
    *at = digits + len;
    return 1;
}

int probe_web_address_read(const char *text, struct probe_web_address *ret)
{
    struct probe_web_address a = {.is_plain = 0};
    const char *at = text;
    size_t len = 0;

    if (*at != '/') {
        if (!take_scheme(&at, &a))
            return 0;
        while (at[len] != '\0' && strchr(":/?#@[", at[len]) == NULL)
            len++;
        if (len == 0 || len > PROBE_WEB_HOST_MAX || at[len] == '@')
            return 0;
        memcpy(a.host, at, len);
        at += len;
        if (!take_port(&at, &a))
            return 0;
    }
    len = strcspn(at, "#");
    if (len >= PROBE_WEB_PATH_MAX || strcspn(at, " \t") < len ||
        (len > 0 && at[0] != '/' && at[0] != '?'))
        return 0;
    a.path[0] = '/';
    memcpy(a.path + (at[0] == '/' ? 0 : 1), at, len);
    *ret = a;
    return 1;
}

/* ---- requests ---- */

static void add_host(const struct probe_web_request *r, struct probe_text *t)
{
    uint16_t usual = r->is_plain ? HTTP_PORT : HTTPS_PORT;

    probe_text_add(t, "Host: ");
    if (has(r->flaws, PROBE_WEB_HOST_SCHEME))
        probe_text_add(t, r->is_plain ? "http://" : "https://");
    probe_text_add(t, r->host);
    if (r->port != usual && !has(r->flaws, PROBE_WEB_HOST_PORT)) {
        probe_text_add(t, ":");
        probe_text_add_decimal(t, r->port);
    }
    probe_text_add(t, "\r\n");
}

/* RFC 7617. @return 0: it does not fit */
static int add_credentials(const struct probe_web_request *r, struct probe_text *t)
{
    char both[127 + 1 + 255];
    char text[4 * sizeof(both) / 3 + 4];
    ptrdiff_t len = 0;

    if (r->user == NULL)
        return 1;
    if (r->user_len + 1 + r->pass_len > sizeof(both))
        return 0;
    memcpy(both, r->user, r->user_len);
    both[r->user_len] = ':';
    memcpy(both + r->user_len + 1, r->pass, r->pass_len);
    len = probe_base64_encode(both, r->user_len + 1 + r->pass_len, text, sizeof(text));
    memset(both, 0, sizeof(both));
    probe_text_add(t, "Authorization: Basic ");
    probe_text_add_bytes(t, text, len > 0 ? (size_t)len : 0);
    probe_text_add(t, "\r\n");
    return 1;
}

size_t probe_web_request_write(const struct probe_web_request *r, char *out, size_t cap)
{
    struct probe_text t = probe_text_over(out, cap);

    probe_text_add(&t, "GET ");
    probe_text_add(&t, r->path);
    probe_text_add(&t, " HTTP/1.1\r\n");
    add_host(r, &t);
    if (!add_credentials(r, &t))
        return 0;
    if (r->key == NULL) {
        probe_text_add(&t, "User-Agent: assay-probe\r\nConnection: close\r\n\r\n");
    } else {
        probe_text_add(&t, "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ");
        probe_text_add(&t, r->key);
        probe_text_add(&t, "\r\nSec-WebSocket-Version: 13\r\n");
        if (!has(r->flaws, PROBE_WEB_WS_NO_OFFER))
            probe_text_add(&t, "Sec-WebSocket-Protocol: mqtt\r\n");
        probe_text_add(&t, "\r\n");
    }
    return t.len + 1 < cap ? t.len : 0;
}

/* ---- answers ---- */

/* The next line, without its end; NULL: none. Lines may end with LF (RFC 9112 section 2.2). */
static char *next_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');

    if (end == NULL)
        return NULL;
    *rest = end + 1;
    if (end > line && end[-1] == '\r')
        end--;
    *end = '\0';
    return line;
}

/* Of a field of this name; NULL: it is another one. */
static const char *value_of(char *line, const char *name)
{
    size_t len = strlen(name);
    char *value = line + len + 1;

    if (!begins(line, name) || line[len] != ':')
        return NULL;
    while (*value == ' ' || *value == '\t')
        value++;
    len = strlen(value);
    while (len > 0 && (value[len - 1] == ' ' || value[len - 1] == '\t'))
        value[--len] = '\0';
    return value;
}

/* @return 0: the answer cannot be read for it */
static int keep_field(char *line, struct probe_web_head *ret)
{
    const struct {
        const char *name;
        const char **kept;
    } fields[] = {{"location", &ret->location},
                  {"upgrade", &ret->upgrade},
                  {"connection", &ret->connection},
                  {"sec-websocket-accept", &ret->accept},
                  {"sec-websocket-protocol", &ret->protocol},
                  {"sec-websocket-extensions", &ret->extensions}};
    const char *value = NULL;

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        value = value_of(line, fields[i].name);
        if (value != NULL)
            *fields[i].kept = value;
    }
    value = value_of(line, "content-length");
    if (value != NULL) {
        int64_t length = probe_parse_decimal(value, strlen(value), INT64_MAX / 16);

        if (length < 0 || (ret->length >= 0 && ret->length != length))
            return 0;
        ret->length = length;
    }
    value = value_of(line, "transfer-encoding");
    if (value != NULL && !is_same(value, "chunked"))
        return 0;
    ret->is_chunked = ret->is_chunked || value != NULL;
    return 1;
}

int probe_web_head_read(char *head, struct probe_web_head *ret)
{
    struct probe_web_head h = {.length = -1};
    char *line = next_line(&head);

    if (line == NULL || !begins(line, "http/1.") || strlen(line) < STATUS_AT + 3 ||
        line[STATUS_AT - 1] != ' ' || (line[STATUS_AT + 3] != '\0' && line[STATUS_AT + 3] != ' '))
        return 0;
    h.status = (int)probe_parse_decimal(line + STATUS_AT, 3, 999);
    if (h.status < 100)
        return 0;
    while ((line = next_line(&head)) != NULL && *line != '\0')
        if (!keep_field(line, &h))
            return 0;
    *ret = h;
    return 1;
}

/* ---- the answer to a WebSocket's key ---- */

void probe_web_accept(const char key[PROBE_WEB_KEY_LEN + 1], char out[PROBE_WEB_ACCEPT_LEN + 1])
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char text[PROBE_WEB_KEY_LEN + sizeof(magic)];
    uint8_t digest[PROBE_SHA1_LEN];
    ptrdiff_t len = 0;

    memcpy(text, key, PROBE_WEB_KEY_LEN);
    memcpy(text + PROBE_WEB_KEY_LEN, magic, sizeof(magic));
    probe_sha1(text, sizeof(text) - 1, digest);
    len = probe_base64_encode(digest, sizeof(digest), out, PROBE_WEB_ACCEPT_LEN);
    out[len > 0 ? len : 0] = '\0';
}

/* Is word, in small letters, one of a list with commas? */
static int lists(const char *list, const char *word)
{
    while (list != NULL && *list != '\0') {
        size_t item = strcspn(list, ", \t");

        if (item == strlen(word) && begins(list, word))
            return 1;
        list += item;
        list += strspn(list, ", \t");
    }
    return 0;
}

const char *probe_web_not_opened(const struct probe_web_head *h,
                                 const char key[PROBE_WEB_KEY_LEN + 1], uint32_t flaws)
{
    char accept[PROBE_WEB_ACCEPT_LEN + 1];
    int is_other = h->status != 101;

    if (is_other && has(flaws, PROBE_WEB_WS_STATUS))
        return NULL;
    probe_web_accept(key, accept);
    if (is_other)
        return "the server opens no WebSocket: HTTP status ";
    if (!is_same(h->upgrade, "websocket") && !has(flaws, PROBE_WEB_WS_FIELDS))
        return "the answer says nothing of an upgrade to websocket";
    if (!lists(h->connection, "upgrade") && !has(flaws, PROBE_WEB_WS_FIELDS))
        return "the answer lacks Connection: Upgrade";
    if ((h->accept == NULL || strcmp(h->accept, accept) != 0) && !has(flaws, PROBE_WEB_WS_ACCEPT))
        return "Sec-WebSocket-Accept does not belong to the key that was sent";
    if (h->extensions != NULL && !has(flaws, PROBE_WEB_WS_EXTENSION))
        return "the server uses an extension that was not offered";
    if (h->protocol != NULL && strcmp(h->protocol, "mqtt") != 0 &&
        !has(flaws, PROBE_WEB_WS_PROTOCOL))
        return "the server chose a subprotocol that was not offered";
    return NULL;
}
