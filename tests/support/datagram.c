/* SPDX-License-Identifier: Apache-2.0 */
#include "datagram.h"

#include "base/deadline.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ARGUMENTS = 32, ARGUMENT_TEXT = 512, TIMEOUT_MS = 20000 };

static enum assay_status bind_anywhere(int *ret_fd, unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return ASSAY_ERR_IO;
    if (bind(fd, (struct sockaddr *)&address, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
        close(fd);
        return ASSAY_ERR_IO;
    }
    *ret_fd = fd;
    *ret_port = ntohs(address.sin_port);
    return ASSAY_OK;
}

static enum assay_status answer_one(int fd, datagram_answer answer, void *ctx)
{
    struct sockaddr_in peer;
    socklen_t peer_len = sizeof(peer);
    uint8_t bytes[2048];
    struct buf reply;
    ssize_t got = recvfrom(fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&peer, &peer_len);
    ssize_t sent = 0;

    if (got < 0)
        return ASSAY_ERR_IO;
    buf_init(&reply, 2048);
    answer(ctx, "127.0.0.1", bytes, (size_t)got, &reply);
    if (reply.len > 0)
        sent = sendto(fd, reply.data, reply.len, 0, (struct sockaddr *)&peer, peer_len);
    buf_done(&reply);
    return sent >= 0 ? ASSAY_OK : ASSAY_ERR_IO;
}

static enum assay_status collect(int fd, struct buf *output)
{
    uint8_t bytes[4096];
    ssize_t got = 0;

    while ((got = read(fd, bytes, sizeof(bytes))) > 0)
        ASSAY_TRY(buf_add(output, bytes, (size_t)got));
    return ASSAY_OK;
}

static enum assay_status serve(int fd, datagram_answer answer, void *ctx, struct exec_child *child,
                               struct buf *output, struct exec_outcome *ret)
{
    struct deadline deadline = deadline_in_ms(TIMEOUT_MS);

    while (!deadline_passed(&deadline)) {
        struct pollfd fds[] = {{.fd = fd, .events = POLLIN},
                               {.fd = child->pid_fd, .events = POLLIN}};

        if (poll(fds, 2, deadline_left_ms(&deadline)) < 0)
            return ASSAY_ERR_IO;
        if (fds[0].revents != 0)
            ASSAY_TRY(answer_one(fd, answer, ctx));
        if (fds[1].revents != 0) {
            ASSAY_TRY(collect(child->stdout_fd, output));
            ASSAY_TRY(collect(child->stderr_fd, output));
            return exec_reap(child, ret);
        }
    }
    return ASSAY_ERR_TIMEOUT;
}

/* Put the port into every argument that asks for it. */
static void fill_in(const char *const *argv, unsigned port, char texts[][ARGUMENT_TEXT],
                    const char **arguments)
{
    for (size_t i = 0; argv[i] != NULL && i + 1 < ARGUMENTS; i++) {
        const char *place = strstr(argv[i], "{port}");

        arguments[i] = argv[i];
        if (place == NULL)
            continue;
        snprintf(texts[i], ARGUMENT_TEXT, "%.*s%u%s", (int)(place - argv[i]), argv[i], port,
                 place + strlen("{port}"));
        arguments[i] = texts[i];
    }
}

enum assay_status datagram_run(datagram_answer answer, void *ctx, const char *const *argv,
                               struct buf *output, struct exec_outcome *ret)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_child child = {.pid_fd = -1, .stdout_fd = -1, .stderr_fd = -1};
    char texts[ARGUMENTS][ARGUMENT_TEXT];
    const char *arguments[ARGUMENTS] = {NULL};
    unsigned port = 0;
    int fd = -1;
    enum assay_status status = bind_anywhere(&fd, &port);

    if (status != ASSAY_OK)
        return status;
    fill_in(argv, port, texts, arguments);
    spec.argv = arguments;
    status = exec_start(&spec, &child, NULL);
    if (status == ASSAY_OK)
        status = serve(fd, answer, ctx, &child, output, ret);
    exec_kill(&child, 200);
    close(fd);
    return status;
}
