/* SPDX-License-Identifier: Apache-2.0 */
#include "load_server.h"

#include "load_client.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PORTS = 32, START_US = 10000000, PATH_TEXT = 320 };

double load_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

bool load_server_parse(const char *text, struct load_server *ret)
{
    const char *equals = strrchr(text, '=');
    char *end = NULL;

    if (equals == NULL)
        return false;
    *ret = (struct load_server){.port = (uint16_t)strtoul(equals + 1, &end, 10)};
    snprintf(ret->name, sizeof(ret->name), "%.*s", (int)(equals - text), text);
    if (*end != ',')
        return false;
    ret->pid = strtol(end + 1, &end, 10);
    snprintf(ret->options, sizeof(ret->options), "%s", end);
    return *end == '\0' || *end == ',';
}

bool load_server_has(const struct load_server *server, const char *word)
{
    size_t len = strlen(word);

    for (const char *at = strchr(server->options, ','); at != NULL; at = strchr(at + 1, ','))
        if (strncmp(at + 1, word, len) == 0 && (at[len + 1] == ',' || at[len + 1] == '\0'))
            return true;
    return false;
}

bool load_server_wait(const struct load_server *server)
{
    double begin = load_now_us();
    int fd = -1;

    while ((fd = load_connect(server->port, 0)) < 0 && load_now_us() - begin < START_US)
        (void)poll(NULL, 0, 5);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

/* The first line of a file of /proc that begins so; false: there is none. */
static bool read_line(const char *path, const char *begin, char *text, size_t size)
{
    FILE *file = fopen(path, "r");
    bool found = false;

    while (file != NULL && !found && fgets(text, (int)size, file) != NULL)
        found = strncmp(text, begin, strlen(begin)) == 0;
    if (file != NULL)
        fclose(file);
    return found;
}

static uint64_t cpu_of_process(long pid)
{
    char path[PATH_TEXT];
    DIR *tasks = NULL;
    uint64_t sum = 0;

    snprintf(path, sizeof(path), "/proc/%ld/task", pid);
    tasks = opendir(path);
    if (tasks == NULL)
        return 0;
    for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        char text[128] = "";

        snprintf(path, sizeof(path), "/proc/%ld/task/%s/schedstat", pid, task->d_name);
        if (task->d_name[0] != '.' && read_line(path, "", text, sizeof(text)))
            sum += strtoull(text, NULL, 10);
    }
    closedir(tasks);
    return sum;
}

static uint64_t memory_of_process(long pid)
{
    static const char key[] = "Pss_Anon:";
    char path[PATH_TEXT];
    char text[128] = "";

    snprintf(path, sizeof(path), "/proc/%ld/smaps_rollup", pid);
    if (!read_line(path, key, text, sizeof(text)))
        return 0;
    return strtoull(text + strlen(key), NULL, 10) * 1024;
}

static uint64_t sum_with_children(long pid, uint64_t (*of)(long pid))
{
    char path[PATH_TEXT];
    char text[256] = "";
    uint64_t sum = of(pid);
    char *at = text;

    snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", pid, pid);
    if (!read_line(path, "", text, sizeof(text)))
        return sum;
    for (char *end = NULL; *at != '\0'; at = end) {
        long child = strtol(at, &end, 10);

        if (end == at)
            break;
        sum += of(child);
    }
    return sum;
}

uint64_t load_server_cpu_ns(const struct load_server *server)
{
    return sum_with_children(server->pid, cpu_of_process);
}

uint64_t load_server_memory(const struct load_server *server)
{
    return sum_with_children(server->pid, memory_of_process);
}

size_t load_server_descriptors(const struct load_server *server)
{
    char path[PATH_TEXT];
    DIR *fds = NULL;
    size_t count = 0;

    snprintf(path, sizeof(path), "/proc/%ld/fd", server->pid);
    fds = opendir(path);
    for (struct dirent *fd = fds != NULL ? readdir(fds) : NULL; fd != NULL; fd = readdir(fds))
        count += fd->d_name[0] != '.';
    if (fds != NULL)
        closedir(fds);
    return count;
}

int load_print_free_ports(const char *count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    long wanted = strtol(count, NULL, 10);

    /* All are held until the last is known, so that they differ. */
    for (long i = 0; i < wanted && i < MAX_PORTS; i++) {
        socklen_t len = sizeof(address);
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        address.sin_port = 0;
        if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
            getsockname(fd, (struct sockaddr *)&address, &len) != 0)
            return 3;
        printf("%u\n", ntohs(address.sin_port));
    }
    return 0;
}
