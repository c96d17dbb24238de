/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TLS server fed with anything: the first byte chooses its settings, the second the size of
 * the pieces, the rest comes from the wire.
 */
#include "base/event_kinds.h"
#include "tls/tls.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { NOW_S = 1795000000 };

struct bench {
    struct pki_store *store;
    struct pki_chain *chain;
    struct tls_context *contexts[4];
};

static void require(bool ok)
{
    if (!ok)
        abort();
}

static int64_t now(void *ctx)
{
    (void)ctx;
    return NOW_S;
}

static void set(struct value *map, const char *key, struct value *v)
{
    require(value_set(map, key, v) == ASSAY_OK);
}

static struct tls_context *serve(const struct bench *bench, struct value *description)
{
    struct tls_settings settings = {
        .description = description, .chain = bench->chain, .store = bench->store, .now_s = now};
    struct tls_context *context = NULL;

    require(tls_context_new(&settings, &context, NULL) == ASSAY_OK);
    value_free(description);
    return context;
}

static struct bench bench_open(void)
{
    struct bench bench = {.store = pki_store_new()};
    struct value *strict = value_new_map();
    struct value *mutual = value_new_map();
    struct value *psk = value_new_map();
    struct value *key = value_new_map();

    require(bench.store != NULL &&
            pki_chain_make(bench.store, NULL, NULL, NOW_S, &bench.chain, NULL) == ASSAY_OK);
    set(strict, "sni", value_new_text("require"));
    set(strict, "alpn", value_new_text("mqtt"));
    set(strict, "alpn_required", value_new_bool(true));
    set(mutual, "client_auth", value_new_text("require"));
    set(mutual, "staple", value_new_text("30030a0106"));
    set(mutual, "tickets", value_new_int(2));
    set(key, "identity", value_new_text("board"));
    set(key, "hex", value_new_text("00112233445566778899aabbccddeeff"));
    set(psk, "psk", key);
    set(psk, "versions", value_new_text("1.2"));
    bench.contexts[0] = serve(&bench, value_new_map());
    bench.contexts[1] = serve(&bench, strict);
    bench.contexts[2] = serve(&bench, mutual);
    bench.contexts[3] = serve(&bench, psk);
    return bench;
}

/* An event is written out, so that everything that it points to is read. */
static void emit(void *ctx, const struct event *event)
{
    struct buf *json = ctx;

    buf_clear(json);
    require(event_write_json(event, json) == ASSAY_OK);
    require(!event_is(event, EV_TLS_ESTABLISHED)); /* a guess at a Finished */
}

static void feed(struct tls_context *context, const uint8_t *data, size_t size, size_t step)
{
    struct buf json;
    struct event_sink sink = {.emit = emit, .ctx = &json};
    struct tls_conn *conn = NULL;

    buf_init(&json, 1 << 22);
    conn = tls_conn_new(context, &sink, 1);
    require(conn != NULL);
    for (size_t at = 0; at < size; at += step) {
        size_t left = size - at;

        require(tls_conn_receive(conn, data + at, left < step ? left : step) == ASSAY_OK);
        buf_clear(tls_conn_output(conn));
    }
    tls_conn_end_of_input(conn);
    require(tls_conn_stage(conn) == TLS_STAGE_FAILED);
    tls_conn_free(conn);
    buf_done(&json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct bench bench; /* made once: a key and four contexts */

    if (bench.store == NULL)
        bench = bench_open();
    if (size < 2)
        return 0;
    feed(bench.contexts[data[0] % 4], data + 2, size - 2, data[1] == 0 ? size : data[1]);
    return 0;
}
