/* SPDX-License-Identifier: Apache-2.0 */
/*
 * handshake_load [--count N] [--rounds N] [--seconds N] [--cert FILE --key FILE] SERVER...
 * handshake_load --free-ports N    prints ports of 127.0.0.1 that were free a moment ago
 *
 * SERVER is NAME=PORT,PID[,mqtt][,plain|,mutual]. Opens connections to servers on 127.0.0.1, one
 * after the other: full TLS handshakes (1.2 and 1.3, P-256, AES-128-GCM, never a resumption), with
 * a client certificate where it says "mutual", without TLS where it says "plain"; and reads what
 * CPU time that cost each server's process and its children (/proc/PID/task/.../schedstat). The
 * servers take turns within each round. With "mqtt" each connection also does CONNECT, CONNACK,
 * DISCONNECT, and its time is that from connect(2) to the CONNACK.
 *
 * Each connection ends when the server has closed it, so that its work is done when it is counted.
 */
#include "load_client.h"
#include "load_server.h"
#include "load_table.h"

#include <openssl/err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_COUNT = 10000, WARM_UP = 5, NAGLE_FROM_US = 35000, NAGLE_TO_US = 45000 };

enum kind { PLAIN, TLS12, TLS13, MUTUAL12, MUTUAL13, KINDS };

static const struct {
    const char *name;
    const char *word; /* of the servers that are measured so; NULL: those with neither */
    int version;      /* 0: no TLS */
} kinds[KINDS] = {
    [PLAIN] = {"plain", "plain", 0},
    [TLS12] = {"TLS 1.2", NULL, TLS1_2_VERSION},
    [TLS13] = {"TLS 1.3", NULL, TLS1_3_VERSION},
    [MUTUAL12] = {"TLS 1.2 mutual", "mutual", TLS1_2_VERSION},
    [MUTUAL13] = {"TLS 1.3 mutual", "mutual", TLS1_3_VERSION},
};

struct measured {
    struct load_server server;
    double cpu_us[KINDS][LOAD_MAX_ROUNDS]; /* a connection, mean of the round */
    double *wall_us[KINDS];                /* of every connection */
    size_t wall_count[KINDS];
};

struct load {
    struct measured servers[LOAD_MAX_SERVERS];
    size_t server_count;
    size_t count;
    size_t rounds;
    size_t rounds_done;
    double seconds;
    const char *cert;
    const char *key;
    SSL_CTX *contexts[KINDS];
};

static bool is_measured(const struct measured *m, enum kind kind)
{
    if (kinds[kind].word != NULL)
        return load_server_has(&m->server, kinds[kind].word);
    return !load_server_has(&m->server, "plain") && !load_server_has(&m->server, "mutual");
}

/* One connection; *ret_us is the time up to the end of the handshake or the CONNACK. */
static bool connection(SSL_CTX *context, const struct load_server *server, double *ret_us)
{
    double begin = load_now_us();
    bool mqtt = load_server_has(server, "mqtt");
    struct load_client client;
    bool ok = load_open(&client, server->port, context);

    ok = ok && (!mqtt || load_mqtt_connect(&client, "bench"));
    *ret_us = load_now_us() - begin;
    ok = ok && (!mqtt || load_mqtt_disconnect(&client)) && load_finish(&client);
    load_drop(&client);
    return ok;
}

static bool run_server(struct load *load, struct measured *m, enum kind kind, size_t round)
{
    uint64_t before = load_server_cpu_ns(&m->server);

    for (size_t i = 0; i < load->count; i++) {
        double us = 0;

        if (!connection(load->contexts[kind], &m->server, &us)) {
            fprintf(stderr, "handshake_load: %s, %s: connection %zu failed: %s\n", m->server.name,
                    kinds[kind].name, i, ERR_reason_error_string(ERR_peek_error()));
            return false;
        }
        m->wall_us[kind][m->wall_count[kind]++] = us;
    }
    m->cpu_us[kind][round] =
        (double)(load_server_cpu_ns(&m->server) - before) / 1e3 / (double)load->count;
    return true;
}

static bool run_round(struct load *load, size_t round)
{
    for (enum kind kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < load->server_count; i++) {
            /* Each round begins with another server. */
            struct measured *m = &load->servers[(i + round) % load->server_count];

            if (is_measured(m, kind) && !run_server(load, m, kind, round))
                return false;
        }
    return true;
}

/* What a server is compared with: the first one that does the same work. */
static const struct measured *baseline_of(const struct load *load, const struct measured *m,
                                          enum kind kind)
{
    const struct measured *first = load->servers;
    bool mqtt = load_server_has(&m->server, "mqtt");

    while (!is_measured(first, kind) || load_server_has(&first->server, "mqtt") != mqtt)
        first++;
    return first;
}

static size_t count_between(const double *sorted, size_t count, double from, double to)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += sorted[i] >= from && sorted[i] <= to;
    return found;
}

/* Server CPU per connection, beside that of the baseline in the same round. */
static void print_server(const struct load *load, const struct measured *m, enum kind kind)
{
    size_t n = load->rounds_done;
    struct load_figures cpu = load_figures(m->cpu_us[kind], n);
    struct load_figures ratio =
        load_ratios(m->cpu_us[kind], baseline_of(load, m, kind)->cpu_us[kind], n);
    double *wall = m->wall_us[kind];
    size_t walls = m->wall_count[kind];

    load_sort(wall, walls);
    printf("%-14s %-32s %6.2f %6.2f %6.2f %7.0f %7.0f  %6.2f %6.2f %6.2f %5zu\n", kinds[kind].name,
           m->server.name, ratio.min, ratio.median, ratio.max, cpu.min, cpu.median,
           load_quantile(wall, walls, 0.5) / 1e3, load_quantile(wall, walls, 0.99) / 1e3,
           load_quantile(wall, walls, 1) / 1e3,
           count_between(wall, walls, NAGLE_FROM_US, NAGLE_TO_US));
}

static void print_all(const struct load *load)
{
    printf("%zu rounds of %zu connections each; ratios within a round to the first server that "
           "does the same\n",
           load->rounds_done, load->count);
    printf("%-14s %-32s %20s %15s  %26s\n", "", "", "server CPU, ratio", "us a connection",
           "client, ms to the end");
    printf("%-14s %-32s %6s %6s %6s %7s %7s  %6s %6s %6s %5s\n", "", "", "min", "median", "max",
           "min", "median", "p50", "p99", "max", "35-45");
    for (enum kind kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < load->server_count; i++)
            if (is_measured(&load->servers[i], kind))
                print_server(load, &load->servers[i], kind);
}

static bool add_server(struct load *load, const char *text)
{
    struct measured *m = &load->servers[load->server_count];

    if (load->server_count == LOAD_MAX_SERVERS || !load_server_parse(text, &m->server))
        return false;
    for (enum kind kind = 0; kind < KINDS; kind++) {
        m->wall_us[kind] = calloc(load->rounds * load->count, sizeof(double));
        if (m->wall_us[kind] == NULL)
            return false;
    }
    load->server_count++;
    return true;
}

static bool parse(struct load *load, int argc, char **argv)
{
    int i = 1;

    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        double number = strtod(argv[i + 1], NULL);

        if (strcmp(argv[i], "--count") == 0 && number >= 1 && number <= MAX_COUNT)
            load->count = (size_t)number;
        else if (strcmp(argv[i], "--rounds") == 0 && number >= 1 && number <= LOAD_MAX_ROUNDS)
            load->rounds = (size_t)number;
        else if (strcmp(argv[i], "--seconds") == 0 && number >= 1)
            load->seconds = number;
        else if (strcmp(argv[i], "--cert") == 0)
            load->cert = argv[i + 1];
        else if (strcmp(argv[i], "--key") == 0)
            load->key = argv[i + 1];
        else
            return false;
    }
    for (; i < argc; i++)
        if (!add_server(load, argv[i]))
            return false;
    return load->server_count > 0 && (load->cert == NULL) == (load->key == NULL);
}

static bool make_contexts(struct load *load)
{
    for (enum kind kind = 0; kind < KINDS; kind++) {
        bool mutual = kind == MUTUAL12 || kind == MUTUAL13;

        if (kinds[kind].version == 0 || (mutual && load->cert == NULL))
            continue;
        load->contexts[kind] = load_tls_context(kinds[kind].version, mutual ? load->cert : NULL,
                                                mutual ? load->key : NULL);
        if (load->contexts[kind] == NULL)
            return false;
    }
    return true;
}

static bool warm_up(const struct load *load)
{
    double us = 0;

    for (size_t i = 0; i < load->server_count * WARM_UP * KINDS; i++) {
        const struct measured *m = &load->servers[i / (WARM_UP * KINDS)];
        enum kind kind = (enum kind)(i % KINDS);

        if (!is_measured(m, kind))
            continue;
        if (!load_server_wait(&m->server) || !connection(load->contexts[kind], &m->server, &us)) {
            fprintf(stderr, "handshake_load: %s does not serve %s: %s\n", m->server.name,
                    kinds[kind].name, ERR_reason_error_string(ERR_peek_error()));
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof(*load));
    double begin = load_now_us();

    signal(SIGPIPE, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "--free-ports") == 0)
        return load_print_free_ports(argv[2]);
    if (load == NULL)
        return 3;
    load->count = 100;
    load->rounds = 9;
    load->seconds = 50;
    if (!parse(load, argc, argv)) {
        fprintf(stderr, "usage: handshake_load [--count N] [--rounds N] [--seconds N] "
                        "[--cert FILE --key FILE] NAME=PORT,PID[,mqtt][,plain|,mutual]...\n");
        return 2;
    }
    if (!make_contexts(load) || !warm_up(load))
        return 3;
    while (load->rounds_done < load->rounds && load_now_us() - begin < load->seconds * 1e6) {
        if (!run_round(load, load->rounds_done))
            return 3;
        load->rounds_done++;
    }
    print_all(load);
    return 0;
}
