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

static enum assay_status add_accept(const char *key, struct buf *out)
{
    char text[KEY_TEXT + sizeof(magic)];
    uint8_t digest[EVP_MAX_MD_SIZE];

    memcpy(text, key, KEY_TEXT);
    memcpy(text + KEY_TEXT, magic, sizeof(magic));
    if (EVP_Digest(text, KEY_TEXT + sizeof(magic) - 1, digest, NULL, EVP_sha1(), NULL) != 1)
        return ASSAY_ERR_NOMEM;
    return buf_add_base64(out, digest, SHA1_BYTES);
}

enum assay_status upgrade_answer(const struct upgrade *u, struct buf *out)
{
    if (u->status != 101)
        return buf_printf(out,
                          "HTTP/1.1 %u %s\r\nSec-WebSocket-Version: 13\r\nConnection: close\r\n"
                          "Content-Length: 0\r\n\r\n",
                          u->status, u->status == 426 ? "Upgrade Required" : "Bad Request");
    ASSAY_TRY(buf_printf(out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Accept: "));
    ASSAY_TRY(add_accept(u->key, out));
    return buf_printf(out, "\r\nSec-WebSocket-Protocol: %s\r\n\r\n", u->chosen);
}
