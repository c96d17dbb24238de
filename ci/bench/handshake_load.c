/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handshake_load [--count N] [--rounds N] [--seconds N] NAME=PORT,PID[,mqtt]...
 * handshake_load --free-ports N    prints ports of 127.0.0.1 that were free a moment ago
 *
 * Opens full TLS handshakes (1.2 and 1.3, P-256, AES-128-GCM, never a resumption) to servers on
 * 127.0.0.1, one after the other, and reads what CPU time that cost each server's process and its
 * children (/proc/PID/task/.../schedstat). The servers take turns within each round, because a
 * machine drifts from minute to minute; only what was measured in one round is compared. With
 * "mqtt" each connection also does CONNECT, CONNACK, DISCONNECT.
 *
 * Each connection ends when the server has closed it, so that its work is done when it is counted.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
    MAX_SERVERS = 8,
    MAX_ROUNDS = 200,
    MAX_COUNT = 10000,
    VERSIONS = 2,
    WARM_UP = 5,
    MAX_PORTS = 16,
    START_US = 10000000
};

struct server {
    char name[48];
    uint16_t port;
    long pid;
    bool mqtt;
    double cpu_us[VERSIONS][MAX_ROUNDS]; /* a handshake, mean of the round */
    double *wall_us[VERSIONS];           /* of every connection */
    size_t wall_count[VERSIONS];
};

struct load {
    struct server servers[MAX_SERVERS];
    size_t server_count;
    size_t count;
    size_t rounds;
    size_t rounds_done;
    double seconds;
    SSL_CTX *contexts[VERSIONS];
};

static const struct {
    int number;
    const char *name;
} versions[VERSIONS] = {{TLS1_2_VERSION, "TLS 1.2"}, {TLS1_3_VERSION, "TLS 1.3"}};

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Nanoseconds on a CPU of all threads of one process; 0 when it is gone. */
static uint64_t cpu_of_process(long pid)
{
    char path[320];
    DIR *tasks = NULL;
    uint64_t sum = 0;

    snprintf(path, sizeof(path), "/proc/%ld/task", pid);
    tasks = opendir(path);
    if (tasks == NULL)
        return 0;
    for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
        char text[128] = "";
        FILE *file = NULL;

        snprintf(path, sizeof(path), "/proc/%ld/task/%s/schedstat", pid, task->d_name);
        file = task->d_name[0] != '.' ? fopen(path, "r") : NULL;
        if (file == NULL)
            continue;
        if (fgets(text, sizeof(text), file) != NULL)
            sum += strtoull(text, NULL, 10);
        fclose(file);
    }
    closedir(tasks);
    return sum;
}

/* With its children: the workers of nginx. */
static uint64_t cpu_of(long pid)
{
    char path[64];
    char text[256] = "";
    uint64_t sum = cpu_of_process(pid);
    char *at = text;
    FILE *file = NULL;

    snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", pid, pid);
    file = fopen(path, "r");
    if (file == NULL)
        return sum;
    if (fgets(text, sizeof(text), file) == NULL)
        text[0] = '\0';
    fclose(file);
    for (char *end = NULL; *at != '\0'; at = end) {
        long child = strtol(at, &end, 10);

        if (end == at)
            break;
        sum += cpu_of_process(child);
    }
    return sum;
}

static int connect_to(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval patience = {.tv_sec = 5};
    int one = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool talk_mqtt(SSL *ssl)
{
    static const uint8_t connect_packet[] = {0x10, 16, 0,  4, 'M', 'Q', 'T', 'T', 4,
                                             2,    0,  60, 0, 4,   'b', 'e', 'n', 'c'};
    static const uint8_t disconnect_packet[] = {0xe0, 0};
    uint8_t connack[4];
    int got = 0;

    if (SSL_write(ssl, connect_packet, sizeof(connect_packet)) <= 0)
        return false;
    while (got < (int)sizeof(connack)) {
        int more = SSL_read(ssl, connack + got, (int)sizeof(connack) - got);

        if (more <= 0)
            return false;
        got += more;
    }
    return connack[0] == 0x20 && connack[3] == 0 &&
           SSL_write(ssl, disconnect_packet, sizeof(disconnect_packet)) > 0;
}

/* Read until the server has closed; what it sends is of no interest. */
static bool wait_for_close(int fd)
{
    uint8_t data[4096];
    ssize_t got = 0;

    do {
        got = recv(fd, data, sizeof(data), 0);
    } while (got > 0);
    return got == 0 || errno == ECONNRESET;
}

/* One connection; *ret_us is the time up to the end of the handshake or the CONNACK. */
static bool connection(SSL_CTX *context, const struct server *server, double *ret_us)
{
    double begin = now_us();
    int fd = connect_to(server->port);
    SSL *ssl = fd >= 0 ? SSL_new(context) : NULL;
    bool ok = ssl != NULL && SSL_set_fd(ssl, fd) == 1 && SSL_connect(ssl) == 1 &&
              (!server->mqtt || talk_mqtt(ssl));

    *ret_us = now_us() - begin;
    if (ok) {
        SSL_shutdown(ssl);
        shutdown(fd, SHUT_WR);
        ok = wait_for_close(fd);
    }
    SSL_free(ssl);
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool run_server(struct load *load, struct server *server, size_t version, size_t round)
{
    uint64_t before = cpu_of(server->pid);

    for (size_t i = 0; i < load->count; i++) {
        double us = 0;

        if (!connection(load->contexts[version], server, &us)) {
            fprintf(stderr, "handshake_load: %s, %s: connection %zu failed: %s\n", server->name,
                    versions[version].name, i, ERR_reason_error_string(ERR_peek_error()));
            return false;
        }
        server->wall_us[version][server->wall_count[version]++] = us;
    }
    server->cpu_us[version][round] =
        (double)(cpu_of(server->pid) - before) / 1e3 / (double)load->count;
    return true;
}

static bool run_round(struct load *load, size_t round)
{
    for (size_t version = 0; version < VERSIONS; version++)
        for (size_t i = 0; i < load->server_count; i++) {
            /* Each round begins with another server. */
            size_t turn = (i + round) % load->server_count;

            if (!run_server(load, &load->servers[turn], version, round))
                return false;
        }
    return true;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;

    return (x > y) - (x < y);
}

static double quantile(double *sorted, size_t count, double q)
{
    return sorted[(size_t)((double)(count - 1) * q + 0.5)];
}

/* What a server is compared with: the first one that does the same work. */
static const struct server *baseline_of(const struct load *load, const struct server *server)
{
    const struct server *first = load->servers;

    while (first->mqtt != server->mqtt)
        first++;
    return first;
}

/* Server CPU per connection, beside that of the baseline in the same round. */
static void print_server(const struct load *load, const struct server *server, size_t version)
{
    double ratios[MAX_ROUNDS];
    double cpu[MAX_ROUNDS];
    const struct server *baseline = baseline_of(load, server);
    size_t n = load->rounds_done;
    double *wall = server->wall_us[version];
    size_t walls = server->wall_count[version];

    for (size_t i = 0; i < n; i++) {
        cpu[i] = server->cpu_us[version][i];
        ratios[i] = cpu[i] / baseline->cpu_us[version][i];
    }
    qsort(cpu, n, sizeof(cpu[0]), ascending);
    qsort(ratios, n, sizeof(ratios[0]), ascending);
    qsort(wall, walls, sizeof(wall[0]), ascending);
    printf("%-8s %-34s %6.2f %6.2f %6.2f %8.0f %8.0f   %6.2f %6.2f %6.2f\n", versions[version].name,
           server->name, ratios[0], quantile(ratios, n, 0.5), ratios[n - 1], cpu[0],
           quantile(cpu, n, 0.5), quantile(wall, walls, 0.5) / 1e3,
           quantile(wall, walls, 0.99) / 1e3, wall[walls - 1] / 1e3);
}

static void print_all(const struct load *load)
{
    printf("%zu rounds of %zu connections each; ratios within a round to the first server that "
           "does the same\n",
           load->rounds_done, load->count);
    printf("%-8s %-34s %20s %17s   %20s\n", "", "", "server CPU, ratio", "us a connection",
           "client, ms to the end");
    printf("%-8s %-34s %6s %6s %6s %8s %8s   %6s %6s %6s\n", "", "", "min", "median", "max", "min",
           "median", "p50", "p99", "max");
    for (size_t version = 0; version < VERSIONS; version++)
        for (size_t i = 0; i < load->server_count; i++)
            print_server(load, &load->servers[i], version);
}

static SSL_CTX *new_context(int version)
{
    static char group[] = "P-256"; /* OpenSSL takes no const one, and does not change it */
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());

    if (context == NULL || SSL_CTX_set_min_proto_version(context, version) != 1 ||
        SSL_CTX_set_max_proto_version(context, version) != 1 ||
        SSL_CTX_set1_groups_list(context, group) != 1 ||
        SSL_CTX_set_cipher_list(context, "ECDHE-ECDSA-AES128-GCM-SHA256") != 1 ||
        SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256") != 1)
        return NULL;
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

/* NAME=PORT,PID[,mqtt] */
static bool add_server(struct load *load, const char *text)
{
    struct server *server = &load->servers[load->server_count];
    const char *equals = strrchr(text, '=');
    char *end = NULL;

    if (equals == NULL || load->server_count == MAX_SERVERS)
        return false;
    snprintf(server->name, sizeof(server->name), "%.*s", (int)(equals - text), text);
    server->port = (uint16_t)strtoul(equals + 1, &end, 10);
    if (*end != ',')
        return false;
    server->pid = strtol(end + 1, &end, 10);
    server->mqtt = strcmp(end, ",mqtt") == 0;
    for (size_t v = 0; v < VERSIONS; v++) {
        server->wall_us[v] = calloc(load->rounds * load->count, sizeof(double));
        if (server->wall_us[v] == NULL)
            return false;
    }
    load->server_count++;
    return server->mqtt || *end == '\0';
}

static bool parse(struct load *load, int argc, char **argv)
{
    int i = 1;

    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        double number = strtod(argv[i + 1], NULL);

        if (strcmp(argv[i], "--count") == 0 && number >= 1 && number <= MAX_COUNT)
            load->count = (size_t)number;
        else if (strcmp(argv[i], "--rounds") == 0 && number >= 1 && number <= MAX_ROUNDS)
            load->rounds = (size_t)number;
        else if (strcmp(argv[i], "--seconds") == 0 && number >= 1)
            load->seconds = number;
        else
            return false;
    }
    for (; i < argc; i++)
        if (!add_server(load, argv[i]))
            return false;
    return load->server_count > 0;
}

/* Servers that were started a moment ago may not listen yet. */
static bool wait_for(const struct server *server)
{
    double begin = now_us();
    int fd = -1;

    while ((fd = connect_to(server->port)) < 0 && now_us() - begin < START_US)
        (void)poll(NULL, 0, 5);
    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static bool warm_up(const struct load *load)
{
    double us = 0;

    for (size_t version = 0; version < VERSIONS; version++)
        for (size_t i = 0; i < load->server_count * WARM_UP; i++) {
            const struct server *server = &load->servers[i / WARM_UP];

            if (!wait_for(server) || !connection(load->contexts[version], server, &us)) {
                fprintf(stderr, "handshake_load: %s does not serve %s\n", server->name,
                        versions[version].name);
                return false;
            }
        }
    return true;
}

static int print_free_ports(const char *count)
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

int main(int argc, char **argv)
{
    static struct load load = {.count = 100, .rounds = 9, .seconds = 50};
    double begin = now_us();

    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "--free-ports") == 0)
        return print_free_ports(argv[2]);
    if (!parse(&load, argc, argv)) {
        fprintf(stderr, "usage: handshake_load [--count N] [--rounds N] [--seconds N] "
                        "NAME=PORT,PID[,mqtt]...\n");
        return 2;
    }
    for (size_t version = 0; version < VERSIONS; version++) {
        load.contexts[version] = new_context(versions[version].number);
        if (load.contexts[version] == NULL)
            return 3;
    }
    if (!warm_up(&load))
        return 3;
    while (load.rounds_done < load.rounds && now_us() - begin < load.seconds * 1e6) {
        if (!run_round(&load, load.rounds_done))
            return 3;
        load.rounds_done++;
    }
    print_all(&load);
    return 0;
}
