/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message_load [--messages N] [--rounds N] [--seconds N] [--payload BYTES] [--only NAME] SERVER...
 *
 * SERVER is NAME=PORT,PID[,tls]. Publishes to brokers on 127.0.0.1 as fast as they take it, with
 * and without a subscriber (a second connection of this process), and reads what CPU time a message
 * cost the broker's process (/proc/PID/task/.../schedstat) and how many went through in a second.
 * The brokers take turns within each round.
 *
 * No more messages are under way than the window of a row says, so that no broker has to drop one;
 * a message is done when it is acknowledged and has arrived, and every one is waited for.
 */
#include "load_client.h"
#include "load_server.h"
#include "load_table.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_MESSAGES = 1000000,
    MAX_PAYLOAD = 100,
    MAX_PACKET = 2 + 2 + 10 + 2 + MAX_PAYLOAD,
    MAX_WINDOW = 200,
    STREAM_SIZE = 65536,
    WARM_UP = 200,
    ANSWERED = 0x40, /* first byte of PUBACK */
    PINGRESP = 0xd0,
    SUBACK = 0x90
};

static const char topic[] = "bench/load";

static const struct kind {
    const char *name;
    unsigned qos;
    bool has_subscriber;
    size_t window;
    size_t share; /* of the messages of a sample: one in so many */
} kinds[] = {
    {"QoS 0", 0, false, 200, 1},
    {"QoS 0 to a subscriber", 0, true, 100, 1},
    {"QoS 1", 1, false, 100, 1},
    {"QoS 1 to QoS 1", 1, true, 100, 1},
    {"QoS 1, one at a time", 1, false, 1, 4},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

struct measured {
    struct load_server server;
    double cpu_us[KINDS][LOAD_MAX_ROUNDS]; /* a message, mean of the round */
    double wall_us[KINDS][LOAD_MAX_ROUNDS];
    size_t published;
};

struct load {
    struct measured servers[LOAD_MAX_SERVERS];
    size_t server_count;
    size_t messages;
    size_t payload;
    size_t rounds;
    size_t rounds_done;
    double seconds;
    const char *only; /* name of a kind; NULL: all */
    SSL_CTX *tls;
};

/* One end: a connection and what came over it. */
struct end {
    struct load_client client;
    uint8_t stream[STREAM_SIZE];
    size_t stream_len;
    size_t acknowledged;
    size_t delivered;
    size_t answers; /* PINGRESP and SUBACK */
};

struct flow {
    const struct kind *kind;
    struct end publisher;
    struct end subscriber;
    size_t payload;
    size_t sent;
};

static bool open_end(struct end *end, const struct load *load, const struct load_server *server,
                     const char *client_id)
{
    SSL_CTX *context = load_server_has(server, "tls") ? load->tls : NULL;

    return load_open(&end->client, server->port, context) &&
           load_mqtt_connect(&end->client, client_id);
}

/* A PUBLISH came; those of QoS 1 are acknowledged. Returns how many bytes the answer takes. */
static size_t take_publish(struct end *end, const uint8_t *packet, uint8_t *answer)
{
    const uint8_t *id = packet + 2 + 2 + sizeof(topic) - 1;
    const uint8_t puback[] = {ANSWERED, 2, id[0], id[1]};

    end->delivered++;
    if ((packet[0] & 0x06) == 0)
        return 0;
    memcpy(answer, puback, sizeof(puback));
    return sizeof(puback);
}

/* Everything that is complete. All packets here are shorter than 128 bytes. */
static bool take_packets(struct end *end)
{
    uint8_t answers[STREAM_SIZE];
    size_t answers_len = 0;
    size_t at = 0;

    while (end->stream_len - at >= 2 && end->stream_len - at >= 2U + end->stream[at + 1]) {
        const uint8_t *packet = end->stream + at;

        if ((packet[0] & 0xf0) == 0x30)
            answers_len += take_publish(end, packet, answers + answers_len);
        else if (packet[0] == ANSWERED)
            end->acknowledged++;
        else if (packet[0] == PINGRESP || packet[0] == SUBACK)
            end->answers++;
        else
            return false;
        at += 2U + packet[1];
    }
    memmove(end->stream, end->stream + at, end->stream_len - at);
    end->stream_len -= at;
    return answers_len == 0 || load_send(&end->client, answers, answers_len);
}

static bool receive(struct end *end)
{
    size_t got = load_receive(&end->client, end->stream + end->stream_len,
                              sizeof(end->stream) - end->stream_len);

    end->stream_len += got;
    return got > 0 && take_packets(end);
}

static bool wait_for_answer(struct end *end, const void *packet, size_t len)
{
    size_t before = end->answers;

    if (!load_send(&end->client, packet, len))
        return false;
    while (end->answers == before)
        if (!receive(end))
            return false;
    return true;
}

static bool ping(struct end *end)
{
    static const uint8_t packet[] = {0xc0, 0};

    return wait_for_answer(end, packet, sizeof(packet));
}

static bool subscribe(struct end *end, unsigned qos)
{
    uint8_t packet[2 + 2 + 2 + sizeof(topic)] = {0x82, 2 + 2 + sizeof(topic), 0, 1,
                                                 0,    sizeof(topic) - 1};

    memcpy(packet + 6, topic, sizeof(topic) - 1);
    packet[sizeof(packet) - 1] = (uint8_t)qos;
    return wait_for_answer(end, packet, sizeof(packet));
}

static size_t put_publish(const struct flow *flow, size_t number, uint8_t *to)
{
    size_t len = 2;
    uint16_t id = (uint16_t)(number % 0xffff + 1);

    to[0] = (uint8_t)(0x30 | flow->kind->qos << 1);
    to[len++] = 0;
    to[len++] = sizeof(topic) - 1;
    memcpy(to + len, topic, sizeof(topic) - 1);
    len += sizeof(topic) - 1;
    if (flow->kind->qos > 0) {
        to[len++] = (uint8_t)(id >> 8);
        to[len++] = (uint8_t)id;
    }
    memset(to + len, 'x', flow->payload);
    len += flow->payload;
    to[1] = (uint8_t)(len - 2);
    return len;
}

static bool publish(struct flow *flow, size_t count)
{
    uint8_t batch[MAX_WINDOW * MAX_PACKET];
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += put_publish(flow, flow->sent++, batch + len);
    return load_send(&flow->publisher.client, batch, len);
}

/* Until so many messages are done. */
static bool wait_for(struct flow *flow, size_t count)
{
    while (flow->kind->qos > 0 && flow->publisher.acknowledged < count)
        if (!receive(&flow->publisher))
            return false;
    while (flow->kind->has_subscriber && flow->subscriber.delivered < count)
        if (!receive(&flow->subscriber))
            return false;
    return true;
}

/* The window is filled up whenever the half of it is done. */
static bool run_flow(struct flow *flow, size_t messages)
{
    size_t window = flow->kind->window;
    size_t done = 0;

    while (flow->sent < messages) {
        size_t room = window - (flow->sent - done);
        size_t left = messages - flow->sent;

        if (!publish(flow, room < left ? room : left))
            return false;
        done = flow->sent - window / 2;
        if (flow->sent < window / 2 || flow->sent == messages)
            done = flow->sent;
        if (!wait_for(flow, done))
            return false;
    }
    /* What the broker had to do with all that is done when it answers. */
    return ping(&flow->publisher) && (!flow->kind->has_subscriber || ping(&flow->subscriber));
}

static bool open_flow(struct flow *flow, const struct load *load, const struct load_server *server)
{
    if (!open_end(&flow->publisher, load, server, "bench-publisher"))
        return false;
    return !flow->kind->has_subscriber ||
           (open_end(&flow->subscriber, load, server, "bench-subscriber") &&
            subscribe(&flow->subscriber, flow->kind->qos));
}

static bool close_end(struct end *end)
{
    bool ok =
        end->client.fd < 0 || (load_mqtt_disconnect(&end->client) && load_finish(&end->client));

    load_drop(&end->client);
    return ok;
}

/* One sample. ret_*: of a message. */
static bool sample(const struct load *load, struct measured *m, const struct kind *kind,
                   size_t messages, double *ret_cpu_us, double *ret_wall_us)
{
    struct flow *flow = calloc(1, sizeof(*flow));
    uint64_t cpu_before = 0;
    double begin = 0;
    bool ok = false;

    if (flow == NULL)
        return false;
    flow->kind = kind;
    flow->payload = load->payload;
    flow->publisher.client.fd = -1;
    flow->subscriber.client.fd = -1;
    ok = open_flow(flow, load, &m->server);
    begin = load_now_us();
    cpu_before = load_server_cpu_ns(&m->server);
    ok = ok && run_flow(flow, messages);
    *ret_wall_us = (load_now_us() - begin) / (double)messages;
    *ret_cpu_us = (double)(load_server_cpu_ns(&m->server) - cpu_before) / 1e3 / (double)messages;
    m->published += flow->sent;
    ok = ok && close_end(&flow->publisher) && close_end(&flow->subscriber);
    if (!ok)
        fprintf(stderr, "message_load: %s, %s: failed; %zu sent, %zu acknowledged, %zu arrived\n",
                m->server.name, kind->name, flow->sent, flow->publisher.acknowledged,
                flow->subscriber.delivered);
    free(flow);
    return ok;
}

static bool is_wanted(const struct load *load, size_t kind)
{
    return load->only == NULL || strcmp(load->only, kinds[kind].name) == 0;
}

static bool run_round(struct load *load, size_t round)
{
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < load->server_count; i++) {
            /* Each round begins with another server. */
            struct measured *m = &load->servers[(i + round) % load->server_count];

            if (!is_wanted(load, kind))
                continue;
            if (!sample(load, m, &kinds[kind], load->messages / kinds[kind].share,
                        &m->cpu_us[kind][round], &m->wall_us[kind][round]))
                return false;
        }
    return true;
}

static const struct measured *baseline_of(const struct load *load, const struct measured *m)
{
    const struct measured *first = load->servers;

    while (load_server_has(&first->server, "tls") != load_server_has(&m->server, "tls"))
        first++;
    return first;
}

static void print_server(const struct load *load, const struct measured *m, size_t kind)
{
    size_t n = load->rounds_done;
    const struct measured *base = baseline_of(load, m);
    struct load_figures cpu = load_figures(m->cpu_us[kind], n);
    struct load_figures wall = load_figures(m->wall_us[kind], n);
    struct load_figures cpu_ratio = load_ratios(m->cpu_us[kind], base->cpu_us[kind], n);
    struct load_figures wall_ratio = load_ratios(m->wall_us[kind], base->wall_us[kind], n);

    printf("%-6s%-22s %-28s %6.2f %6.2f %6.2f  %6.2f %6.2f %6.2f  %7.2f %7.2f %8.0f %8.0f\n",
           load_server_has(&m->server, "tls") ? "TLS" : "plain", kinds[kind].name, m->server.name,
           cpu_ratio.min, cpu_ratio.median, cpu_ratio.max, wall_ratio.min, wall_ratio.median,
           wall_ratio.max, cpu.min, cpu.median, 1e6 / wall.median, 1e6 / wall.min);
}

static void print_all(const struct load *load)
{
    printf("%zu rounds of %zu messages of %zu bytes each; ratios within a round to the first "
           "broker with the same transport\n",
           load->rounds_done, load->messages, load->payload);
    printf("%-28s %-28s %20s  %20s  %15s %17s\n", "", "", "broker CPU, ratio", "time, ratio",
           "CPU us a message", "messages/s");
    printf("%-28s %-28s %6s %6s %6s  %6s %6s %6s  %7s %7s %8s %8s\n", "", "", "min", "median",
           "max", "min", "median", "max", "min", "median", "median", "max");
    for (size_t kind = 0; kind < KINDS; kind++)
        for (size_t i = 0; i < load->server_count && is_wanted(load, kind); i++)
            print_server(load, &load->servers[i], kind);
    for (size_t i = 0; i < load->server_count; i++)
        printf("published to port %u: %zu\n", load->servers[i].server.port,
               load->servers[i].published);
}

static bool parse(struct load *load, int argc, char **argv)
{
    int i = 1;

    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        double number = strtod(argv[i + 1], NULL);

        if (strcmp(argv[i], "--messages") == 0 && number >= 10 && number <= MAX_MESSAGES)
            load->messages = (size_t)number;
        else if (strcmp(argv[i], "--rounds") == 0 && number >= 1 && number <= LOAD_MAX_ROUNDS)
            load->rounds = (size_t)number;
        else if (strcmp(argv[i], "--payload") == 0 && number >= 0 && number <= MAX_PAYLOAD)
            load->payload = (size_t)number;
        else if (strcmp(argv[i], "--seconds") == 0 && number >= 1)
            load->seconds = number;
        else if (strcmp(argv[i], "--only") == 0)
            load->only = argv[i + 1];
        else
            return false;
    }
    for (; i < argc; i++)
        if (load->server_count == LOAD_MAX_SERVERS ||
            !load_server_parse(argv[i], &load->servers[load->server_count++].server))
            return false;
    return load->server_count > 0;
}

static bool warm_up(struct load *load)
{
    double ignored = 0;

    for (size_t i = 0; i < load->server_count * KINDS; i++) {
        struct measured *m = &load->servers[i / KINDS];

        if (!load_server_wait(&m->server) ||
            !sample(load, m, &kinds[i % KINDS], WARM_UP, &ignored, &ignored))
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct load *load = calloc(1, sizeof(*load));
    double begin = load_now_us();

    signal(SIGPIPE, SIG_IGN);
    if (load == NULL)
        return 3;
    load->messages = 10000;
    load->payload = 64;
    load->rounds = 9;
    load->seconds = 60;
    if (!parse(load, argc, argv)) {
        fprintf(stderr, "usage: message_load [--messages N] [--rounds N] [--seconds N] "
                        "[--payload BYTES] [--only NAME] NAME=PORT,PID[,tls]...\n");
        return 2;
    }
    load->tls = load_tls_context(TLS1_3_VERSION, NULL, NULL);
    if (load->tls == NULL || !warm_up(load))
        return 3;
    while (load->rounds_done < load->rounds && load_now_us() - begin < load->seconds * 1e6) {
        if (!run_round(load, load->rounds_done))
            return 3;
        load->rounds_done++;
    }
    print_all(load);
    return 0;
}
