/* SPDX-License-Identifier: Apache-2.0 */
/* XMODEM with CRC, as SAM-BA has it on a serial line for its commands S and R. */
#include "loader_inside.h"

#include <string.h>

enum {
    SOH = 0x01,
    EOT = 0x04,
    ACK = 0x06,
    NAK = 0x15,
    CAN = 0x18,
    START = 'C',
    BLOCK = LOADER_XMODEM_BLOCK,
    PACKET = 3 + BLOCK + 2,
    STARTS_MAX = 10
};

static void begin(struct loader *loader, uint32_t addr, uint32_t len)
{
    loader->xmodem = (struct loader_xmodem){.addr = addr, .left = len, .number = 1};
    loader->have = 0;
}

void loader_xmodem_begin_receive(struct loader *loader, uint32_t addr, uint32_t len)
{
    begin(loader, addr, len);
    loader->xmodem.asked_ms = loader->heard_ms;
    (void)loader_xmodem_ask(loader); /* the first of many */
}

int loader_xmodem_ask(struct loader *loader)
{
    if (loader->xmodem.number != 1 || loader->have > 0)
        return 0;
    if (loader->xmodem.starts++ == STARTS_MAX)
        return 1;
    loader_send_byte(loader, START);
    return 0;
}

static int is_packet_good(const uint8_t *packet)
{
    uint16_t crc = loader_crc16(0, packet + 3, BLOCK);

    return (packet[1] ^ packet[2]) == 0xff && packet[3 + BLOCK] == crc >> 8 &&
           packet[4 + BLOCK] == (crc & 0xff);
}

static void take_packet(struct loader *loader)
{
    struct loader_xmodem *xmodem = &loader->xmodem;
    const uint8_t *packet = loader->frame;
    uint32_t len = xmodem->left < BLOCK ? xmodem->left : BLOCK;

    loader->have = 0;
    if (!is_packet_good(packet)) {
        loader_send_byte(loader, NAK);
        return;
    }
    if (packet[1] == xmodem->number) {
        loader_samba_write(loader, xmodem->addr, packet + 3, len);
        xmodem->addr += len;
        xmodem->left -= len;
        xmodem->number++;
    } else if (packet[1] != (uint8_t)(xmodem->number - 1)) {
        loader_send_byte(loader, NAK);
        return;
    }
    loader_send_byte(loader, ACK); /* also of a block that came twice: our ACK was lost */
}

int loader_xmodem_receive(struct loader *loader, uint8_t byte)
{
    if (loader->have == 0) {
        if (byte == EOT)
            loader_send_byte(loader, ACK);
        if (byte != SOH)
            return byte == EOT || byte == CAN;
    }
    loader->frame[loader->have++] = byte;
    if (loader->have == PACKET)
        take_packet(loader);
    return 0;
}

void loader_xmodem_begin_send(struct loader *loader, uint32_t addr, uint32_t len)
{
    begin(loader, addr, len);
}

static void send_packet(struct loader *loader)
{
    struct loader_xmodem *xmodem = &loader->xmodem;
    uint32_t len = xmodem->left < BLOCK ? xmodem->left : BLOCK;
    uint8_t packet[PACKET] = {SOH, xmodem->number, (uint8_t)~xmodem->number};
    uint16_t crc = 0;

    if (xmodem->left == 0) {
        xmodem->is_done = 1;
        loader_send_byte(loader, EOT);
        return;
    }
    loader_samba_read(loader, xmodem->addr, packet + 3, len);
    crc = loader_crc16(0, packet + 3, BLOCK);
    packet[3 + BLOCK] = (uint8_t)(crc >> 8);
    packet[4 + BLOCK] = (uint8_t)crc;
    loader_send(loader, packet, sizeof(packet));
}

static void confirm_packet(struct loader_xmodem *xmodem)
{
    uint32_t len = xmodem->left < BLOCK ? xmodem->left : BLOCK;

    xmodem->addr += len;
    xmodem->left -= len;
    xmodem->number++;
}

int loader_xmodem_send(struct loader *loader, uint8_t byte)
{
    struct loader_xmodem *xmodem = &loader->xmodem;

    if (byte == CAN || (byte == ACK && xmodem->is_done))
        return 1;
    if (byte == ACK && xmodem->starts > 0)
        confirm_packet(xmodem);
    else if (byte == START && xmodem->number == 1)
        xmodem->starts = 1;
    else if (byte != NAK || xmodem->starts == 0)
        return 0;
    send_packet(loader);
    return 0;
}
