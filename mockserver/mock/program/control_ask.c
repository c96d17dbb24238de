/* SPDX-License-Identifier: Apache-2.0 */
/* The other side of control.h: one line, one reply. */
#include "control.h"

#include "base/deadline.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { READ_SIZE = 64 * 1024 };

static enum assay_status connect_to(const char *path, int *ret, struct assay_error *err)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = -1;

    if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: the path of a socket has 1 to %zu bytes",
                               path, sizeof(address.sun_path) - 1);
    memcpy(address.sun_path, path, strlen(path) + 1);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return assay_error_sys(err, errno, "no socket");
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0) {
        *ret = fd;
        return ASSAY_OK;
    }
    if (errno == ENOENT || errno == ECONNREFUSED)
        assay_error_set(err, ASSAY_ERR_NOT_FOUND,
                        "%s: nobody listens there; was assay-mock started with --control %s?", path,
                        path);
    else
        assay_error_sys(err, errno, "%s", path);
    close(fd);
    return err != NULL ? err->status : ASSAY_ERR_IO;
}

static enum assay_status send_line(int fd, const struct buf *line, struct assay_error *err)
{
    size_t done = 0;

    while (done < line->len) {
        ssize_t sent = send(fd, line->data + done, line->len - done, MSG_NOSIGNAL);

        if (sent < 0 && errno != EINTR)
            return assay_error_sys(err, errno, "the command could not be sent");
        done += sent > 0 ? (size_t)sent : 0;
    }
    return ASSAY_OK;
}

static enum assay_status read_reply(int fd, unsigned wait_ms, struct buf *reply,
                                    struct assay_error *err)
{
    struct deadline deadline = deadline_in_ms(wait_ms);

    while (reply->len == 0 || reply->data[reply->len - 1] != '\n') {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        char data[READ_SIZE];
        ssize_t got = 0;

        if (poll(&wait, 1, deadline_left_ms(&deadline)) == 0)
            return assay_error_set(err, ASSAY_ERR_TIMEOUT, "no reply in %u ms", wait_ms);
        got = recv(fd, data, sizeof(data), 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return assay_error_set(err, ASSAY_ERR_CLOSED, "the other side ended without a reply");
        if (buf_add(reply, data, (size_t)got) != ASSAY_OK)
            return assay_error_set(err, ASSAY_ERR_LIMIT, "the reply is too long");
    }
    return ASSAY_OK;
}

enum assay_status control_ask(const char *path, const struct buf *line, unsigned wait_ms,
                              struct buf *reply, struct assay_error *err)
{
    int fd = -1;
    enum assay_status status = connect_to(path, &fd, err);

    if (status != ASSAY_OK)
        return status;
    status = send_line(fd, line, err);
    if (status == ASSAY_OK)
        status = read_reply(fd, wait_ms, reply, err);
    close(fd);
    return status;
}
