/* SPDX-License-Identifier: Apache-2.0 */
#include "mock_program.h"

#include "base/deadline.h"
#include "json_value.h"
#include "test_support.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, MAX_ARGS = 24 };

const char *mock_program_path(const char *name, char path[static PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", test_directory(), name);
    return path;
}

bool mock_program_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    return file != NULL && fputs(text, file) >= 0 && fclose(file) == 0;
}

/* Append what arrives until `until` stands in the text (NULL: to the end). */
bool mock_program_read(int fd, struct buf *text, const char *until)
{
    struct deadline deadline = deadline_in_ms(PATIENCE_MS);
    char data[4096];

    while (until == NULL || strstr(buf_text(text), until) == NULL) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        ssize_t got = 0;

        if (poll(&wait, 1, deadline_left_ms(&deadline)) <= 0)
            return false;
        got = read(fd, data, sizeof(data));
        if (got < 0 && errno == EAGAIN)
            continue;
        if (got <= 0)
            return until == NULL;
        if (buf_add(text, data, (size_t)got) != ASSAY_OK)
            return false;
    }
    return true;
}

bool mock_program_start(struct mock_program *p, const char *const *options)
{
    const char *argv[MAX_ARGS] = {ASSAY_MOCK_PROGRAM};
    struct exec_spec spec = exec_spec_default();
    struct assay_error err = {0};
    const char *newline = NULL;
    const char *ready = NULL;

    *p = (struct mock_program){0};
    buf_init(&p->output, OUTPUT_MAX);
    for (size_t i = 0; options[i] != NULL; i++)
        argv[i + 1] = options[i];
    spec.argv = argv;
    spec.stderr_fd = STDERR_FILENO;
    if (exec_start(&spec, &p->child, &err) != ASSAY_OK)
        return false;
    if (!mock_program_read(p->child.stdout_fd, &p->output, "\"ready\":true") ||
        !mock_program_read(p->child.stdout_fd, &p->output, "\n"))
        return false;
    ready = strstr(buf_text(&p->output), "{\"ready\"");
    newline = ready != NULL ? strchr(ready, '\n') : NULL;
    if (newline == NULL ||
        json_value_parse("ready", ready, (size_t)(newline - ready), &p->ready, &err) != ASSAY_OK)
        return false;
    snprintf(p->port, sizeof(p->port), "%d", (int)value_int(value_get(p->ready, "port")));
    return true;
}

void mock_program_drain(struct mock_program *p)
{
    char data[4096];
    ssize_t got = 0;

    while ((got = read(p->child.stdout_fd, data, sizeof(data))) > 0)
        CHECK_OK(buf_add(&p->output, data, (size_t)got));
}

struct exec_outcome mock_program_stop(struct mock_program *p, int signal_number)
{
    struct exec_outcome outcome = {.signalled = true};
    struct pollfd wait = {.fd = p->child.pid_fd, .events = POLLIN};

    if (signal_number != 0)
        kill(p->child.pid, signal_number);
    CHECK(mock_program_read(p->child.stdout_fd, &p->output, NULL));
    CHECK(poll(&wait, 1, PATIENCE_MS) == 1);
    CHECK_OK(exec_reap(&p->child, &outcome));
    value_free(p->ready);
    return outcome;
}

int mock_program_connect(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

struct exec_outcome mock_program_run(const char *const *argv, struct buf *output)
{
    struct exec_spec spec = exec_spec_default();
    struct exec_outcome outcome = {.signalled = true};
    struct assay_error err = {0};
    enum assay_status status = ASSAY_OK;

    spec.argv = argv;
    status = exec_run(&spec, deadline_in_ms(PATIENCE_MS), output, &outcome, &err);
    if (status == ASSAY_ERR_NOT_FOUND)
        test_skip(err.text);
    CHECK_OK(status);
    return outcome;
}

void mock_program_check_lines(const struct buf *text)
{
    const char *at = buf_text(text);

    for (const char *newline = NULL; (newline = strchr(at, '\n')) != NULL; at = newline + 1) {
        struct value *v = NULL;
        struct assay_error err = {0};
        enum assay_status status = json_value_parse("line", at, (size_t)(newline - at), &v, &err);

        test_check(status == ASSAY_OK, __FILE__, __LINE__, "%.*s: %s", (int)(newline - at), at,
                   err.text);
        value_free(v);
    }
    CHECK_UINT_EQ(strlen(at), 0); /* ends with a whole line */
}
