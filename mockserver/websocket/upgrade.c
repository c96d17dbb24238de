/* SPDX-License-Identifier: Apache-2.0 */
#include "upgrade.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
enum { KEY_BYTES = 16, KEY_TEXT = 24, SHA1_BYTES = 20 };

size_t upgrade_length(const struct buf *request)
{
    const char *end = memmem(request->data, request->len, "\r\n\r\n", 4);

    return end != NULL ? (size_t)(end - (const char *)request->data) + 4 : 0;
}

static char *trim(char *text)
{
    size_t len = 0;

    while (*text == ' ' || *text == '\t')
        text++;
    len = strlen(text);
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        text[--len] = '\0';
    return text;
}

/* The next line of a string, cut off at its CRLF; NULL: none. */
static char *next_line(char **rest)
{
    char *line = *rest;
    char *end = line != NULL ? strstr(line, "\r\n") : NULL;

    if (end == NULL)
        return NULL;
    *end = '\0';
    *rest = end + 2;
    return line;
}

static void keep_field(struct upgrade *u, char *line)
{
    static const struct {
        const char *name;
        size_t offset;
    } fields[] = {
        {"host", offsetof(struct upgrade, host)},
        {"upgrade", offsetof(struct upgrade, upgrade)},
        {"connection", offsetof(struct upgrade, connection)},
        {"sec-websocket-key", offsetof(struct upgrade, key)},
        {"sec-websocket-version", offsetof(struct upgrade, version)},
        {"sec-websocket-protocol", offsetof(struct upgrade, protocols)},
        {"sec-websocket-extensions", offsetof(struct upgrade, extensions)},
        {"authorization", offsetof(struct upgrade, authorization)},
    };
    char *colon = strchr(line, ':');

    if (colon == NULL)
        return;
    *colon = '\0';
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        char **field = (char **)(void *)((char *)u + fields[i].offset);

        if (strcasecmp(line, fields[i].name) == 0 && *field == NULL)
            *field = trim(colon + 1);
    }
}

/* Is word one of a list with commas? */
static bool lists(const char *list, const char *word, bool any_case)
{
    size_t len = strlen(word);

    while (list != NULL && *list != '\0') {
        size_t item = strcspn(list, ", \t");

        if (item == len &&
            (any_case ? strncasecmp(list, word, len) : strncmp(list, word, len)) == 0)
            return true;
        list += item;
        list += strspn(list, ", \t");
    }
    return false;
}

static bool key_is_sound(const char *key)
{
    struct buf bytes;
    bool sound = false;

    if (key == NULL || strlen(key) != KEY_TEXT)
        return false;
    buf_init(&bytes, KEY_TEXT);
    sound = buf_add_from_base64(&bytes, key, KEY_TEXT) == ASSAY_OK && bytes.len == KEY_BYTES;
    buf_done(&bytes);
    return sound;
}

static void refuse(struct upgrade *u, unsigned status, const char *wrong)
{
    u->status = status;
    u->wrong = wrong;
}

static void judge(struct upgrade *u)
{
    static const char *const protocols[] = {"mqtt", "mqttv3.1"};

    for (size_t i = 0; u->chosen == NULL && i < sizeof(protocols) / sizeof(protocols[0]); i++)
        if (lists(u->protocols, protocols[i], false))
            u->chosen = protocols[i];
    u->status = 101;
    if (!lists(u->upgrade, "websocket", true) || !lists(u->connection, "upgrade", true))
        refuse(u, 426, "it is no request to upgrade to a WebSocket");
    else if (u->version == NULL || strcmp(u->version, "13") != 0)
        refuse(u, 426, "Sec-WebSocket-Version is not 13");
    else if (u->host == NULL)
        refuse(u, 400, "there is no Host");
    else if (!key_is_sound(u->key))
        refuse(u, 400, "Sec-WebSocket-Key is not 16 bytes in base64");
    else if (u->chosen == NULL)
        refuse(u, 400, "[MQTT-6.0.0-3] mqtt is not among the subprotocols");
}

/* "GET /mqtt HTTP/1.1": the path, or NULL. */
static char *read_request_line(struct upgrade *u, char *line)
{
    char *path = line != NULL ? strchr(line, ' ') : NULL;
    char *version = path != NULL ? strchr(path + 1, ' ') : NULL;

    if (version == NULL || strcmp(version + 1, "HTTP/1.1") != 0) {
        refuse(u, 400, "the request is not one of HTTP/1.1");
        return NULL;
    }
    *path = '\0';
    *version = '\0';
    if (strcmp(line, "GET") != 0)
        refuse(u, 405, "the method is not GET");
    return path + 1;
}

void upgrade_read(struct buf *request, bool is_whole, struct upgrade *ret)
{
    char *rest = (char *)request->data;
    char *line = NULL;

    *ret = (struct upgrade){0};
    if (!is_whole) {
        refuse(ret, 431, "the request is longer than the server takes");
        return;
    }
    if (memchr(request->data, 0, request->len) != NULL) {
        refuse(ret, 400, "the request holds a NUL");
        return;
    }
    ret->path = read_request_line(ret, next_line(&rest));
    while (ret->status == 0 && (line = next_line(&rest)) != NULL && *line != '\0')
        keep_field(ret, line);
    if (ret->status == 0)
        judge(ret);
}

/* RFC 6455 section 4.2.2, point 5.4 */
static enum assay_status add_accept_of(const char *key, struct buf *out)
{
    char text[KEY_TEXT + sizeof(magic)];
    uint8_t digest[EVP_MAX_MD_SIZE];

    memcpy(text, key, KEY_TEXT);
    memcpy(text + KEY_TEXT, magic, sizeof(magic));
    if (EVP_Digest(text, KEY_TEXT + sizeof(magic) - 1, digest, NULL, EVP_sha1(), NULL) != 1)
        return ASSAY_ERR_NOMEM;
    return buf_add_base64(out, digest, SHA1_BYTES);
}

static enum assay_status add_accept(const char *key, enum websocket_accept accept, struct buf *out)
{
    static const char foreign_key[] = "dGhlIHNhbXBsZSBub25jZQ==";

    if (accept == WEBSOCKET_ACCEPT_MISSING)
        return ASSAY_OK;
    ASSAY_TRY(buf_add_text(out, "Sec-WebSocket-Accept: "));
    if (accept == WEBSOCKET_ACCEPT_ECHO)
        ASSAY_TRY(buf_add_text(out, key));
    else
        ASSAY_TRY(add_accept_of(accept == WEBSOCKET_ACCEPT_FOREIGN ? foreign_key : key, out));
    /* The last letter before the "=" stands for four bits and two that are zero. */
    if (accept == WEBSOCKET_ACCEPT_WRONG)
        out->data[out->len - 2] = out->data[out->len - 2] == 'A' ? 'E' : 'A';
    return buf_add_text(out, "\r\n");
}

static enum assay_status add_field(const char *name, const char *value, struct buf *out)
{
    return value[0] == '\0' ? ASSAY_OK : buf_printf(out, "%s: %s\r\n", name, value);
}

static const char *reason_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } rows[] = {{101, "Switching Protocols"}, {200, "OK"},
                {301, "Moved Permanently"},   {302, "Found"},
                {307, "Temporary Redirect"},  {308, "Permanent Redirect"},
                {400, "Bad Request"},         {401, "Unauthorized"},
                {403, "Forbidden"},           {404, "Not Found"},
                {405, "Method Not Allowed"},  {426, "Upgrade Required"},
                {503, "Service Unavailable"}, {431, "Request Header Fields Too Large"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].status == status)
            return rows[i].reason;
    return "Unknown";
}

/* The server's own refusal of a bad request, after which it closes. */
static enum assay_status add_refusal(const struct upgrade *u, struct buf *out)
{
    return buf_printf(out,
                      "HTTP/1.1 %u %s\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\n"
                      "Content-Length: 0\r\n\r\n",
                      u->status, reason_of(u->status));
}

/* Another status than 101 to a good request. */
static enum assay_status add_other(const struct websocket_settings *s, struct buf *out)
{
    unsigned status = (unsigned)s->status;

    ASSAY_TRY(buf_printf(out, "HTTP/1.1 %u %s\r\n", status, reason_of(status)));
    ASSAY_TRY(add_field("Location", s->location, out));
    if (status == 401) /* RFC 9110 section 15.5.2 */
        ASSAY_TRY(add_field("WWW-Authenticate", "Basic realm=\"bench\"", out));
    if (status == 426) /* RFC 9110 section 15.5.22 */
        ASSAY_TRY(add_field("Upgrade", "websocket", out));
    return buf_add_text(out, "Content-Length: 0\r\n\r\n");
}

enum assay_status upgrade_answer(const struct upgrade *u, const struct websocket_settings *s,
                                 struct buf *out)
{
    if (u->status != 101)
        return add_refusal(u, out);
    if (s->status != 101)
        return add_other(s, out);
    ASSAY_TRY(buf_add_text(out, "HTTP/1.1 101 Switching Protocols\r\n"));
    ASSAY_TRY(add_field("Upgrade", s->upgrade, out));
    ASSAY_TRY(add_field("Connection", s->connection, out));
    ASSAY_TRY(add_accept(u->key, s->accept, out));
    ASSAY_TRY(add_field("Sec-WebSocket-Protocol",
                        strcmp(s->protocol, "offered") == 0 ? u->chosen : s->protocol, out));
    ASSAY_TRY(add_field("Sec-WebSocket-Extensions", s->extensions, out));
    return buf_add_text(out, "\r\n");
}

/* The names of extensions that are answered were all offered; parameters are passed over. */
static bool was_offered(const char *extensions, const char *offered)
{
    char name[sizeof(((struct websocket_settings *)0)->extensions)];
    size_t len = strcspn(extensions, "; ,");

    memcpy(name, extensions, len);
    name[len] = '\0';
    while (offered != NULL && *offered != '\0') {
        size_t item = strcspn(offered, ",");

        if (strncmp(offered, name, len) == 0 && strchr(";, \t", offered[len]) != NULL)
            return true;
        offered += item;
        offered += strspn(offered, ", \t");
    }
    return false;
}

const char *upgrade_fault(const struct upgrade *u, const struct websocket_settings *s)
{
    bool has_protocol = s->protocol[0] != '\0' && strcmp(s->protocol, "offered") != 0;

    if (s->status != 101)
        return "status";
    if (strcasecmp(s->upgrade, "websocket") != 0)
        return "upgrade";
    if (!lists(s->connection, "upgrade", true))
        return "connection";
    if (s->accept != WEBSOCKET_ACCEPT_RIGHT)
        return "accept";
    if (s->extensions[0] != '\0' && !was_offered(s->extensions, u->extensions))
        return "extensions";
    /* A field that is missing is the server's fault, but no reason to go (MQTT-6.0.0-4). */
    return has_protocol && !lists(u->protocols, s->protocol, false) ? "protocol" : NULL;
}
