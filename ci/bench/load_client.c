/* SPDX-License-Identifier: Apache-2.0 */
#include "load_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PATIENCE_S = 5, CLIENT_ID_MAX = 64 };

int load_connect(uint16_t port, unsigned source)
{
    static const struct timeval patience = {.tv_sec = PATIENCE_S};
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK + source)};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (source == 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
            return fd;
    }
    close(fd);
    return -1;
}

SSL_CTX *load_tls_context(int version, const char *certificate, const char *key)
{
    char group[] = "P-256"; /* OpenSSL takes no const one, and does not change it */
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (context == NULL || SSL_CTX_set_min_proto_version(context, version) != 1 ||
        SSL_CTX_set_max_proto_version(context, version) != 1 ||
        SSL_CTX_set1_groups_list(context, group) != 1 ||
        SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256") != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1 ||
        (certificate != NULL &&
         (SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) != 1 ||
          SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1))) {
        SSL_CTX_free(context);
        return NULL;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

bool load_open(struct load_client *c, uint16_t port, SSL_CTX *context)
{
    return load_open_from(c, port, 0, context);
}

bool load_open_from(struct load_client *c, uint16_t port, unsigned source, SSL_CTX *context)
{
    *c = (struct load_client){.fd = load_connect(port, source)};
    if (c->fd >= 0 && context == NULL)
        return true;
    c->ssl = c->fd >= 0 ? SSL_new(context) : NULL;
    if (c->ssl != NULL && SSL_set_fd(c->ssl, c->fd) == 1 && SSL_connect(c->ssl) == 1)
        return true;
    load_drop(c);
    return false;
}

bool load_send(struct load_client *c, const void *data, size_t len)
{
    const uint8_t *at = data;
    size_t done = 0;

    if (c->ssl != NULL)
        return SSL_write_ex(c->ssl, data, len, &done) == 1;
    while (done < len) {
        ssize_t sent = send(c->fd, at + done, len - done, MSG_NOSIGNAL);

        if (sent <= 0)
            return false;
        done += (size_t)sent;
    }
    return true;
}

size_t load_receive(struct load_client *c, void *data, size_t size)
{
    size_t got = 0;
    ssize_t received = 0;

    if (c->ssl != NULL)
        return SSL_read_ex(c->ssl, data, size, &got) == 1 ? got : 0;
    received = recv(c->fd, data, size, 0);
    return received > 0 ? (size_t)received : 0;
}

bool load_mqtt_connect(struct load_client *c, const char *client_id)
{
    static const uint8_t variable_header[] = {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0};
    uint8_t packet[2 + sizeof(variable_header) + 2 + CLIENT_ID_MAX] = {0x10};
    size_t id_len = strlen(client_id);
    uint8_t connack[4];
    size_t got = 0;

    if (id_len > CLIENT_ID_MAX)
        return false;
    packet[1] = (uint8_t)(sizeof(variable_header) + 2 + id_len);
    memcpy(packet + 2, variable_header, sizeof(variable_header));
    packet[2 + sizeof(variable_header) + 1] = (uint8_t)id_len;
    memcpy(packet + 2 + sizeof(variable_header) + 2, client_id, id_len);
    if (!load_send(c, packet, 2U + packet[1]))
        return false;
    while (got < sizeof(connack)) {
        size_t more = load_receive(c, connack + got, sizeof(connack) - got);

        if (more == 0)
            return false;
        got += more;
    }
    return connack[0] == 0x20 && connack[3] == 0;
}

bool load_mqtt_disconnect(struct load_client *c)
{
    static const uint8_t packet[] = {0xe0, 0};

    return load_send(c, packet, sizeof(packet));
}

bool load_finish(struct load_client *c)
{
    uint8_t data[4096];
    ssize_t got = 0;

    if (c->ssl != NULL)
        SSL_shutdown(c->ssl);
    shutdown(c->fd, SHUT_WR);
    do {
        got = recv(c->fd, data, sizeof(data), 0);
    } while (got > 0);
    return got == 0 || errno == ECONNRESET;
}

void load_drop(struct load_client *c)
{
    SSL_free(c->ssl);
    if (c->fd >= 0)
        close(c->fd);
    *c = (struct load_client){.fd = -1};
}
