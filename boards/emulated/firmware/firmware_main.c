/* SPDX-License-Identifier: Apache-2.0 */
/* The probe on the board: its platform, and the loop that waits for interrupts. */
#include "firmware_net.h"
#include "firmware_random.h"
#include "firmware_stack.h"
#include "firmware_start.h"
#include "lan9118.h"
#include "mps2.h"
#include "uart.h"

#include "probe/probe_core.h"
#include "probe/probe_encoding.h"
#include "virtual_stack.h"

#include "loader/loader_image.h"

#include "lwip/dns.h"
#include "lwip/init.h"

#include <stdio.h>
#include <string.h>

enum { TICK_MS = 10, READ_MAX = 256, HASH_BYTES = 16 };

struct firmware {
    struct probe_core core;
    struct probe_platform platform;
    struct virtual_net net;
};

static struct firmware firmware;

static void serial_send(void *ctx, const void *data, size_t len)
{
    (void)ctx;
    uart_send(data, len);
}

static uint32_t millis(void *ctx)
{
    (void)ctx;
    return mps2_millis();
}

static uint32_t random_u32(void *ctx)
{
    (void)ctx;
    return firmware_random();
}

static void reset(void *ctx)
{
    (void)ctx;
    uart_flush();
    firmware_restart(FIRMWARE_REQUESTED);
}

/* --- facts ------------------------------------------------------------------------------------ */

/* Half of the hash of the .bin file; a line of the probe protocol has no room for all of it. */
static void image_fact(char value[45])
{
    const uint8_t *image = (const uint8_t *)MPS2_FLASH;
    struct loader_image found;
    uint8_t hash[32];

    snprintf(value, 45, "unsealed");
    if (loader_image_check(image, MPS2_FLASH_SIZE, MPS2_FLASH, &found) != LOADER_IMAGE_OK)
        return;
    firmware_sha256(image, found.length, hash);
    for (unsigned i = 0; i < HASH_BYTES; i++)
        snprintf(value + 2 * i, 3, "%02x", hash[i]);
}

static void lwip_fact(char value[45])
{
    snprintf(value, 45, "%s", LWIP_VERSION_STRING);
}

static void random_fact(char value[45])
{
    snprintf(value, 45, "%s", firmware_random_is_seeded() ? "seeded, no generator" : "unseeded");
}

static void lease_fact(char value[45])
{
    (void)ip4addr_ntoa_r(netif_ip4_addr(&firmware.net.netif), value, 45); /* it fits */
}

static void dns_fact(char value[45])
{
    (void)ip4addr_ntoa_r(dns_getserver(0), value, 45);
}

static int fact(void *ctx, unsigned n, char key[16], char value[45])
{
    static const struct {
        const char *key;
        void (*tell)(char value[45]);
    } rows[] = {
        {"image", image_fact}, {"lwip", lwip_fact}, {"random", random_fact},
        {"lease", lease_fact}, {"dns", dns_fact},
    };

    (void)ctx;
    if (n >= sizeof(rows) / sizeof(rows[0]))
        return 0;
    snprintf(key, 16, "%s", rows[n].key);
    rows[n].tell(value);
    return 1;
}

/* --- the loop --------------------------------------------------------------------------------- */

static void fill_platform(void)
{
    firmware.platform.board = FIRMWARE_BOARD;
    firmware.platform.serial_send = serial_send;
    firmware.platform.millis = millis;
    firmware.platform.random = random_u32;
    firmware.platform.reset = reset;
    firmware.platform.fact = fact;
    /* Like most boards with no clock of their own: whoever answers for the time server sets it. */
    firmware.platform.trusts_any_time = 1;
    firmware_net_fill(&firmware.net, &firmware.platform);
}

static const char *reset_reason(void)
{
    uint32_t reason = MPS2_REASON;

    MPS2_REASON = 0;
    if (reason == FIRMWARE_REQUESTED)
        return "requested";
    return reason == FIRMWARE_CRASH ? "crash" : "power";
}

static void turn(void)
{
    uint8_t data[READ_MAX];
    size_t len = uart_read(data, sizeof(data));

    firmware_net_service(&firmware.net);
    if (len > 0)
        probe_core_feed(&firmware.core, data, len);
    probe_core_step(&firmware.core);
    mps2_irq_off();
    if (!uart_has_input() && !lan9118_has_input())
        mps2_wait(); /* the tick ends it at the latest */
    mps2_irq_on();
}

void firmware_main(void)
{
    const struct virtual_stack_options options = {.entropy = firmware_entropy};
    struct probe_tls *tls = NULL;

    mps2_tick_start(TICK_MS);
    uart_start();
    firmware_random_init();
    firmware_net_init(&firmware.net);
    firmware_stack_init();
    fill_platform();
    if (virtual_stack.make(&options, &firmware.net, &tls) != ASSAY_OK)
        firmware_crash();
    probe_core_init(&firmware.core, &firmware.platform, tls);
    probe_core_ready(&firmware.core, reset_reason());
    for (;;)
        turn();
}
