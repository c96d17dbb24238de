/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A broker that may say anything to the client that keeps its session. The first byte chooses the
 * version, QoS and the size of the pieces; between pieces time passes.
 */
#include "probe/probe_client.h"

#include <stdint.h>
#include <stdlib.h>

static void check(int holds)
{
    if (!holds)
        abort();
}

static void drain(struct probe_client *client)
{
    size_t len = 0;

    (void)probe_client_output(client, &len);
    check(len <= PROBE_CLIENT_OUT);
    probe_client_sent(client, len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct probe_client client;
    struct probe_client_config config = {.client = {"c", 1},
                                         .filter = {"f", 1},
                                         .topic = {"t", 1},
                                         .payload = {"p", 1},
                                         .keep_alive_s = 2,
                                         .ack_ms = 1000,
                                         .every_ms = 300,
                                         .filter_qos = 2};
    uint32_t now_ms = 0;
    size_t piece = 0;

    if (size == 0)
        return 0;
    config.version = (data[0] & 1) != 0 ? 5 : 4;
    config.is_clean = (data[0] & 2) != 0;
    config.qos = (uint8_t)((data[0] >> 2) % 3);
    piece = 1 + (size_t)(data[0] >> 4);
    probe_client_init(&client, &config);
    probe_client_open(&client, now_ms);
    for (size_t at = 1; at < size;) {
        size_t len = size - at < piece ? size - at : piece;

        drain(&client);
        check(probe_client_room(&client) > 0);
        if (len > probe_client_room(&client))
            len = probe_client_room(&client);
        if (!probe_client_feed(&client, data + at, len, now_ms)) {
            check(client.failure.code != PROBE_CODE_OK);
            probe_client_open(&client, now_ms); /* and the session goes on */
        }
        check(probe_client_wait_ms(&client, now_ms) >= 0);
        at += len;
        now_ms += 97;
    }
    drain(&client);
    return 0;
}
