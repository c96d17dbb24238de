/* SPDX-License-Identifier: Apache-2.0 */
#include "loopback.h"

#include "base/deadline.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ARGUMENTS = 40, CLIENT_TIMEOUT_MS = 20000 };

struct server {
    const struct mqtt_settings *settings;
    const struct event_sink *sink;
    int listener;
    int conn; /* -1: none */
    uint32_t count;
    struct mqtt_session *session;
    enum mqtt_stage stage;
};

static enum assay_status listen_anywhere(int *ret_fd, unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 8) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        return ASSAY_ERR_IO;
    *ret_fd = fd;
    *ret_port = ntohs(address.sin_port);
    return ASSAY_OK;
}

static void hang_up(struct server *s)
{
    if (s->conn < 0)
        return;
    s->stage = mqtt_session_stage(s->session);
    mqtt_session_free(s->session);
    s->session = NULL;
    close(s->conn);
    s->conn = -1;
}

static enum assay_status pick_up(struct server *s)
{
    int one = 1;

    s->conn = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
    if (s->conn < 0)
        return ASSAY_ERR_IO;
    setsockopt(s->conn, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    s->session = mqtt_session_new(s->settings, s->sink, ++s->count);
    return s->session != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

static enum assay_status serve(struct server *s)
{
    uint8_t bytes[4096];
    ssize_t got = recv(s->conn, bytes, sizeof(bytes), 0);
    struct buf *output = mqtt_session_output(s->session);

    if (got <= 0) {
        hang_up(s);
        return ASSAY_OK;
    }
    ASSAY_TRY(mqtt_session_receive(s->session, bytes, (size_t)got));
    while (output->len > 0) {
        ssize_t put = send(s->conn, output->data, output->len, MSG_NOSIGNAL);

        if (put <= 0)
            break;
        buf_consume(output, (size_t)put);
    }
    if (mqtt_session_wants_close(s->session))
        hang_up(s);
    return ASSAY_OK;
}

static enum assay_status drain(struct exec_child *child, struct buf *output)
{
    uint8_t bytes[4096];
    ssize_t got = 0;

    while ((got = read(child->stdout_fd, bytes, sizeof(bytes))) > 0)
        ASSAY_TRY(buf_add(output, bytes, (size_t)got));
    return ASSAY_OK;
}

/* Serve until the client has ended. */
static enum assay_status run_loop(struct server *s, struct exec_child *child,
                                  struct loopback_result *result)
{
    struct deadline deadline = deadline_in_ms(CLIENT_TIMEOUT_MS);

    while (!deadline_passed(&deadline)) {
        struct pollfd fds[] = {{.fd = child->pid_fd, .events = POLLIN},
                               {.fd = s->conn < 0 ? s->listener : s->conn, .events = POLLIN},
                               {.fd = child->stdout_fd, .events = POLLIN}};

        if (poll(fds, 3, deadline_left_ms(&deadline)) < 0)
            return ASSAY_ERR_IO;
        ASSAY_TRY(drain(child, &result->client_output));
        if (fds[1].revents != 0)
            ASSAY_TRY(s->conn < 0 ? pick_up(s) : serve(s));
        else if (fds[0].revents != 0)
            return exec_reap(child, &result->outcome);
    }
    return ASSAY_ERR_TIMEOUT;
}

static enum assay_status start_client(const char *const *argv, unsigned port,
                                      struct exec_child *ret)
{
    struct exec_spec spec = exec_spec_default();
    const char *arguments[ARGUMENTS] = {NULL};
    struct assay_error err = {0};
    char port_text[16];
    enum assay_status status = ASSAY_OK;

    snprintf(port_text, sizeof(port_text), "%u", port);
    for (size_t i = 0; argv[i] != NULL && i + 1 < ARGUMENTS; i++)
        arguments[i] = strcmp(argv[i], "{port}") == 0 ? port_text : argv[i];
    spec.argv = arguments;
    status = exec_start(&spec, ret, &err);
    if (status != ASSAY_OK)
        fprintf(stderr, "%s\n", err.text);
    return status;
}

enum assay_status loopback_run(const struct mqtt_settings *settings, const char *const *argv,
                               struct loopback_result *ret)
{
    struct server s = {.settings = settings, .conn = -1, .listener = -1};
    struct exec_child child = {.pid_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    unsigned port = 0;
    enum assay_status status = listen_anywhere(&s.listener, &port);

    memset(ret, 0, sizeof(*ret));
    buf_init(&ret->client_output, 1024 * 1024);
    ret->transcript = transcript_new(16 * 1024 * 1024);
    if (ret->transcript == NULL)
        status = ASSAY_ERR_NOMEM;
    else
        s.sink = transcript_sink(ret->transcript);
    if (status == ASSAY_OK)
        status = start_client(argv, port, &child);
    if (status == ASSAY_OK)
        status = run_loop(&s, &child, ret);
    hang_up(&s);
    ret->stage = s.stage;
    exec_kill(&child, 200);
    if (s.listener >= 0)
        close(s.listener);
    return status;
}

void loopback_done(struct loopback_result *result)
{
    transcript_free(result->transcript);
    buf_done(&result->client_output);
}
