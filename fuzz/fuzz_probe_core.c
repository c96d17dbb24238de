/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The probe core on a fake board. The input is a list of happenings, each a byte for what, a byte
 * for how much, and that many bytes. Whatever happens: what the board says is well-formed, only a
 * command is answered, and nothing stays open when no attempt runs.
 */
#include "fake_board.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int ok)
{
    if (!ok)
        abort();
}

static void hear_bytes(struct fake_board *fake, const uint8_t *data, size_t len)
{
    fake_serial(fake, data, len);
}

/* Bytes as the text of a proper command. */
static void hear_command(struct fake_board *fake, const uint8_t *data, size_t len)
{
    char text[PROBE_LINE_TEXT_MAX + 1];

    len = len > PROBE_LINE_TEXT_MAX ? PROBE_LINE_TEXT_MAX : len;
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(data[i] >= 0x20 && data[i] <= 0x7e ? data[i] : 0x20 + data[i] % 0x5f);
    text[len] = '\0';
    fake_serial(fake, "\n", 1); /* resync: half a line may be left */
    fake_forget(fake);
    require((fake_command(fake, text)[0] != '\0') == (len > 0));
}

static void configure(struct fake_board *fake, const uint8_t *data, size_t len)
{
    (void)fake_configure(fake, len > 0 ? data[0] : 0);
}

static void receive_datagram(struct fake_board *fake, const uint8_t *data, size_t len)
{
    memcpy(fake->datagram, data, len);
    fake->datagram_len = len;
}

/* An answer to what was asked: the first bytes are those of the question. */
static void answer_datagram(struct fake_board *fake, const uint8_t *data, size_t len)
{
    size_t copied = fake->asked_len < sizeof(fake->datagram) ? fake->asked_len : 0;

    memcpy(fake->datagram, fake->asked, copied);
    len = len > sizeof(fake->datagram) - copied ? sizeof(fake->datagram) - copied : len;
    memcpy(fake->datagram + copied, data, len);
    if (copied > 3)
        fake->datagram[2] |= 0x80;
    if (copied == PROBE_SNTP_LEN) {
        fake->datagram[0] = 0x24;
        memcpy(fake->datagram + 24, fake->asked + 40, 8);
    }
    fake->datagram_len = copied + len;
}

static void receive_tls(struct fake_board *fake, const uint8_t *data, size_t len)
{
    memcpy(fake->incoming, data, len);
    fake->incoming_len = len;
}

static void change_network(struct fake_board *fake, const uint8_t *data, size_t len)
{
    if (len < 6)
        return;
    fake->udp_opens = data[0] % 2 == 0 ? PROBE_IO_DONE : PROBE_IO_FAILED;
    fake->tcp_connects = (enum probe_io)(data[1] % 5);
    fake->handshakes = (enum probe_io)(data[2] % 5);
    fake->finishes = (enum probe_io)(data[3] % 5);
    fake->write_chunk = data[4];
    fake->is_peer_gone = data[5] % 2 == 1;
}

static void pass_time(struct fake_board *fake, const uint8_t *data, size_t len)
{
    fake->now_ms += len > 1 ? (uint32_t)(data[0] << 8 | data[1]) : 1;
}

static void (*const happenings[])(struct fake_board *fake, const uint8_t *data, size_t len) = {
    hear_bytes,      hear_command, configure,      receive_datagram,
    answer_datagram, receive_tls,  change_network, pass_time,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fake_board *fake = malloc(sizeof(*fake));
    size_t at = 0;

    if (fake == NULL)
        return 0;
    fake_board_init(fake);
    while (size - at >= 2) {
        size_t len = data[at + 1];
        unsigned what = data[at] % (sizeof(happenings) / sizeof(happenings[0]));

        at += 2;
        len = len > size - at ? size - at : len;
        happenings[what](fake, data + at, len);
        at += len;
        probe_core_step(&fake->core);
        require(fake->noise_count == 0);
        if (!fake->core.attempt.is_running)
            require(!fake->is_tls_open && !fake->is_udp_open);
        require((probe_core_wait_ms(&fake->core) >= 0) == (fake->core.attempt.is_running != 0));
    }
    free(fake);
    return 0;
}
