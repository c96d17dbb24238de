/* SPDX-License-Identifier: Apache-2.0 */
/* The phase of a board that is a server: it lasts until the host has had enough. */
#include "probe_phases.h"

#include <string.h>

static void fill_config(const struct probe_attempt *a, struct probe_tls_config *config)
{
    memset(config, 0, sizeof(*config));
    config->host = a->settings->host;
    config->unix_s = a->hooks.now(a->hooks.ctx);
    config->root = probe_slot_bytes(a->slots, PROBE_SLOT_ROOT, &config->root_len);
    config->cert = probe_slot_bytes(a->slots, PROBE_SLOT_CERT, &config->cert_len);
    config->key = probe_slot_bytes(a->slots, PROBE_SLOT_KEY, &config->key_len);
    config->alpn = a->settings->alpn;
    config->psk_identity = "";
}

enum probe_step probe_step_listen(struct probe_attempt *a)
{
    const struct probe_server *server = a->platform->server;
    struct probe_tls_config config;

    if (a->is_listening) {
        server->step(server->ctx);
        return PROBE_STEP_WAIT;
    }
    fill_config(a, &config);
    if (server->open(server->ctx, &config, &a->port) != PROBE_IO_DONE) {
        server->failure(server->ctx, &a->result);
        return PROBE_STEP_FAIL;
    }
    a->is_listening = 1;
    a->hooks.listening(a->hooks.ctx, a->port);
    return PROBE_STEP_WAIT;
}
