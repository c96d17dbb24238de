/* SPDX-License-Identifier: Apache-2.0 */
/*
 * idle_load [--connections N] [--newcomers N] SERVER...
 *
 * SERVER is NAME=PORT,PID[,plain][,tls12]; TLS 1.3 else. Holds N idle MQTT connections to each
 * broker in turn, and tells what memory one costs the broker's process (growth of its anonymous
 * PSS), what CPU time it took to open one, whether a newcomer is still served promptly (connect(2)
 * to CONNACK, before and beside the idle ones), and what of the memory comes back when they are
 * gone.
 *
 * A connection that is idle costs this process its descriptor only: what TLS needs is let go after
 * the CONNACK. They come from several addresses 127.0.0.x, so that there are ports enough.
 */
#include "load_client.h"
#include "load_server.h"
#include "load_table.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    MAX_CONNECTIONS = 200000,
    FROM_ONE_ADDRESS = 5000,
    WARM_UP = 20,
    SPARE_DESCRIPTORS = 64,
    GONE_MS = 20000
};

struct load {
    struct load_server servers[LOAD_MAX_SERVERS];
    size_t server_count;
    size_t connections;
    size_t newcomers;
    SSL_CTX *tls12;
    SSL_CTX *tls13;
    int *idle; /* descriptors */
    size_t idle_count;
};

static SSL_CTX *context_of(const struct load *load, const struct load_server *server)
{
    if (load_server_has(server, "plain"))
        return NULL;
    return load_server_has(server, "tls12") ? load->tls12 : load->tls13;
}

/* The descriptor of one that is connected; -1: refused. */
static int open_idle(const struct load *load, const struct load_server *server, size_t number)
{
    struct load_client client;
    char client_id[32];
    int fd = -1;

    snprintf(client_id, sizeof(client_id), "idle-%zu", number);
    if (load_open_from(&client, server->port, (unsigned)(number / FROM_ONE_ADDRESS),
                       context_of(load, server)) &&
        load_mqtt_connect(&client, client_id)) {
        fd = client.fd;
        client.fd = -1;
    }
    load_drop(&client);
    return fd;
}

static void close_idle(struct load *load)
{
    while (load->idle_count > 0)
        close(load->idle[--load->idle_count]);
}

static bool hold(struct load *load, const struct load_server *server, size_t count)
{
    while (load->idle_count < count) {
        int fd = open_idle(load, server, load->idle_count);

        if (fd < 0) {
            fprintf(stderr, "idle_load: %s: connection %zu failed: %s\n", server->name,
                    load->idle_count, strerror(errno));
            close_idle(load);
            return false;
        }
        load->idle[load->idle_count++] = fd;
    }
    return true;
}

/* Until the server has let its descriptors go. */
static bool wait_until_gone(const struct load_server *server, size_t descriptors)
{
    double begin = load_now_us();

    while (load_server_descriptors(server) > descriptors) {
        if (load_now_us() - begin > GONE_MS * 1e3) {
            fprintf(stderr, "idle_load: %s keeps %zu descriptors open, %zu before\n", server->name,
                    load_server_descriptors(server), descriptors);
            return false;
        }
        (void)poll(NULL, 0, 20);
    }
    return true;
}

/* Milliseconds from connect(2) to the CONNACK, sorted. */
static bool newcomers(const struct load *load, const struct load_server *server, double *ret_ms)
{
    for (size_t i = 0; i < load->newcomers; i++) {
        double begin = load_now_us();
        struct load_client client;
        bool ok = load_open(&client, server->port, context_of(load, server)) &&
                  load_mqtt_connect(&client, "newcomer");

        ret_ms[i] = (load_now_us() - begin) / 1e3;
        ok = ok && load_mqtt_disconnect(&client) && load_finish(&client);
        load_drop(&client);
        if (!ok) {
            fprintf(stderr, "idle_load: %s does not serve newcomer %zu\n", server->name, i);
            return false;
        }
    }
    load_sort(ret_ms, load->newcomers);
    return true;
}

struct result {
    uint64_t before, held, after; /* bytes */
    double cpu_us;                /* of one connection */
    double *alone_ms, *beside_ms;
};

static bool run_server(struct load *load, const struct load_server *server, struct result *r)
{
    size_t descriptors = 0;
    uint64_t cpu_ns = 0;

    if (!load_server_wait(server) || !hold(load, server, WARM_UP) ||
        !newcomers(load, server, r->alone_ms))
        return false;
    close_idle(load);
    (void)poll(NULL, 0, 100); /* the descriptors of the warm-up go */
    descriptors = load_server_descriptors(server);
    r->before = load_server_memory(server);
    cpu_ns = load_server_cpu_ns(server);
    if (!hold(load, server, load->connections))
        return false;
    r->cpu_us = (double)(load_server_cpu_ns(server) - cpu_ns) / 1e3 / (double)load->connections;
    r->held = load_server_memory(server);
    if (!newcomers(load, server, r->beside_ms))
        return false;
    close_idle(load);
    if (!wait_until_gone(server, descriptors))
        return false;
    r->after = load_server_memory(server);
    return true;
}

static void print_result(const struct load *load, const struct load_server *server,
                         const struct result *r, double base_kb)
{
    double kb = (double)(r->held - r->before) / 1024 / (double)load->connections;

    printf("%-28s %8.2f %6.2f %8.1f %8.1f %8.1f %8.0f  %6.2f %6.2f  %6.2f %6.2f %6.2f\n",
           server->name, kb, kb / base_kb, (double)r->before / 1048576, (double)r->held / 1048576,
           (double)r->after / 1048576, r->cpu_us, load_quantile(r->alone_ms, load->newcomers, 0.5),
           load_quantile(r->alone_ms, load->newcomers, 0.99),
           load_quantile(r->beside_ms, load->newcomers, 0.5),
           load_quantile(r->beside_ms, load->newcomers, 0.99),
           load_quantile(r->beside_ms, load->newcomers, 1));
}

static bool same_transport(const struct load_server *a, const struct load_server *b)
{
    return load_server_has(a, "plain") == load_server_has(b, "plain") &&
           load_server_has(a, "tls12") == load_server_has(b, "tls12");
}

static int run(struct load *load)
{
    double kb[LOAD_MAX_SERVERS] = {0};
    struct result r = {.alone_ms = calloc(load->newcomers, sizeof(double)),
                       .beside_ms = calloc(load->newcomers, sizeof(double))};
    int code = r.alone_ms != NULL && r.beside_ms != NULL ? 0 : 3;

    printf("%zu idle connections; ratio to the first broker with the same transport\n"
           "%-28s %15s %26s %8s  %13s  %20s\n%-28s %8s %6s %8s %8s %8s %8s  %6s %6s  %6s %6s %6s\n",
           load->connections, "", "kB a connection", "MB (PSS)", "CPU us", "alone, ms",
           "newcomer, ms", "", "", "ratio", "before", "held", "after", "to open", "p50", "p99",
           "p50", "p99", "max");
    for (size_t i = 0; i < load->server_count && code == 0; i++) {
        size_t base = 0;

        if (!run_server(load, &load->servers[i], &r))
            code = 1;
        kb[i] = (double)(r.held - r.before) / 1024 / (double)load->connections;
        while (!same_transport(&load->servers[base], &load->servers[i]))
            base++;
        if (code == 0)
            print_result(load, &load->servers[i], &r, kb[base]);
        fflush(stdout);
    }
    free(r.alone_ms);
    free(r.beside_ms);
    return code;
}

static bool parse(struct load *load, int argc, char **argv)
{
    int i = 1;

    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        double number = strtod(argv[i + 1], NULL);

        if (strcmp(argv[i], "--connections") == 0 && number >= 1 && number <= MAX_CONNECTIONS)
            load->connections = (size_t)number;
        else if (strcmp(argv[i], "--newcomers") == 0 && number >= 1 && number <= 1000)
            load->newcomers = (size_t)number;
        else
            return false;
    }
    for (; i < argc; i++)
        if (load->server_count == LOAD_MAX_SERVERS ||
            !load_server_parse(argv[i], &load->servers[load->server_count++]))
            return false;
    return load->server_count > 0;
}

static bool raise_limit(size_t descriptors)
{
    struct rlimit limit = {0};

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    if (limit.rlim_cur >= descriptors)
        return true;
    limit.rlim_cur = descriptors;
    if (limit.rlim_max < limit.rlim_cur)
        limit.rlim_max = limit.rlim_cur;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof(*load));

    signal(SIGPIPE, SIG_IGN);
    if (load == NULL)
        return 3;
    load->connections = 1000;
    load->newcomers = 50;
    if (!parse(load, argc, argv)) {
        fprintf(stderr, "usage: idle_load [--connections N] [--newcomers N] "
                        "NAME=PORT,PID[,plain|,tls12]...\n");
        return 2;
    }
    load->idle = calloc(load->connections + WARM_UP, sizeof(int));
    load->tls12 = load_tls_context(TLS1_2_VERSION, NULL, NULL);
    load->tls13 = load_tls_context(TLS1_3_VERSION, NULL, NULL);
    if (load->idle == NULL || load->tls12 == NULL || load->tls13 == NULL)
        return 3;
    if (!raise_limit(load->connections + SPARE_DESCRIPTORS)) {
        fprintf(stderr, "idle_load: no more than the limit of descriptors allows (ulimit -n)\n");
        return 3;
    }
    return run(load);
}
