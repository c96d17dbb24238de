/* SPDX-License-Identifier: Apache-2.0 */
#include "loader_inside.h"

#include <string.h>

void loader_send(struct loader *loader, const void *data, size_t len)
{
    loader->port.send(loader->port.ctx, data, len);
}

void loader_send_byte(struct loader *loader, uint8_t byte)
{
    loader_send(loader, &byte, 1);
}

void loader_send_text(struct loader *loader, const char *text)
{
    loader_send(loader, text, strlen(text));
}

void loader_init(struct loader *loader, const struct loader_port *port, uint8_t *flash,
                 uint32_t flash_size, uint32_t base)
{
    memset(loader, 0, sizeof(*loader));
    loader->port = *port;
    loader->flash = flash;
    loader->flash_size = flash_size;
    loader->base = base;
}

static void look_at_image(struct loader *loader)
{
    memset(&loader->image, 0, sizeof(loader->image));
    loader->verdict =
        loader_image_check(loader->flash, loader->flash_size, loader->base, &loader->image);
}

void loader_begin(struct loader *loader, int is_held, uint32_t now_ms)
{
    loader->began_ms = now_ms;
    loader->heard_ms = now_ms;
    loader->protocol = LOADER_UNDECIDED;
    loader->wish = LOADER_STAY;
    loader->is_held = is_held != 0;
    loader->is_in_text = 0;
    loader->have = 0;
    loader->need = 0;
    look_at_image(loader);
}

void loader_hold(struct loader *loader)
{
    loader->is_held = 1;
}

static void send_number(struct loader *loader, uint32_t value)
{
    char digits[10];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    loader_send(loader, digits + at, sizeof(digits) - at);
}

static void send_hex(struct loader *loader, uint32_t value)
{
    for (unsigned shift = 32; shift > 0; shift -= 4)
        loader_send(loader, &"0123456789ABCDEF"[value >> (shift - 4) & 15], 1);
}

static int is_staying(const struct loader *loader)
{
    return loader->is_held || loader->protocol != LOADER_UNDECIDED ||
           loader->verdict != LOADER_IMAGE_OK;
}

void loader_tell(struct loader *loader)
{
    look_at_image(loader);
    loader_send_text(loader, "assay-loader 1 ");
    loader_send_text(loader, loader->wish == LOADER_START ? "starting"
                             : is_staying(loader)         ? "staying"
                                                          : "waiting");
    loader_send_text(loader, " image=");
    loader_send_text(loader, loader_image_text(loader->verdict));
    loader_send_text(loader, " length=");
    send_number(loader, loader->image.length);
    loader_send_text(loader, " crc32=");
    send_hex(loader, loader->image.crc);
    loader_send_text(loader, "\r\n");
}

int loader_start_image(struct loader *loader)
{
    look_at_image(loader);
    if (loader->verdict != LOADER_IMAGE_OK)
        return 0;
    loader->wish = LOADER_START;
    return 1;
}

void loader_program(struct loader *loader, uint32_t offset, const uint8_t *data, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        loader->flash[offset + i] = (uint8_t)(loader->flash[offset + i] & data[i]);
}

void loader_erase(struct loader *loader, uint32_t offset, uint32_t len)
{
    memset(loader->flash + offset, 0xff, len);
}

uint8_t *loader_at(struct loader *loader, uint32_t addr, uint32_t len, uint32_t flash_at,
                   uint32_t flash_end)
{
    uint32_t size = flash_end - flash_at;

    size = size > loader->flash_size ? loader->flash_size : size;
    if (addr >= flash_at && addr - flash_at <= size && len <= size - (addr - flash_at))
        return loader->flash + (addr - flash_at);
    if (addr >= LOADER_RAM_ADDR && addr - LOADER_RAM_ADDR <= LOADER_RAM_SIZE &&
        len <= LOADER_RAM_SIZE - (addr - LOADER_RAM_ADDR))
        return loader->ram + (addr - LOADER_RAM_ADDR);
    return NULL;
}

static void begin_protocol(struct loader *loader, enum loader_protocol protocol)
{
    loader->protocol = (uint8_t)protocol;
    loader->have = 0;
    if (protocol == LOADER_AN3155)
        loader_an3155_begin(loader);
    else if (protocol == LOADER_SAMBA)
        loader_samba_begin(loader);
}

/* A line that was meant for the application is not taken for a tool's first words. */
static void pass_by(struct loader *loader, uint8_t byte)
{
    if (byte != '\n')
        return;
    loader->is_in_text = 0;
    if (is_staying(loader))
        loader_tell(loader);
}

static void decide(struct loader *loader, uint8_t byte)
{
    if (loader->is_in_text) {
        pass_by(loader, byte);
    } else if (byte == LOADER_AN3155_SYNC) {
        begin_protocol(loader, LOADER_AN3155);
    } else if (loader_samba_begins_with(byte)) {
        begin_protocol(loader, LOADER_SAMBA);
        loader_samba_byte(loader, byte);
    } else if (byte == '?') {
        loader_tell(loader);
    } else if (byte == '>') {
        loader->is_in_text = 1;
    }
}

static int is_idle(const struct loader *loader)
{
    switch (loader->protocol) {
    case LOADER_AN3155:
        return loader_an3155_is_idle(loader);
    case LOADER_SAMBA:
        return loader_samba_is_idle(loader);
    default:
        return !loader->is_in_text;
    }
}

/* Between two messages: whether the byte begins a conversation in the other protocol, or anew. */
static int begins_anew(const struct loader *loader, uint8_t byte, uint32_t quiet_ms)
{
    if (!is_idle(loader))
        return 0;
    if (loader->protocol == LOADER_SAMBA)
        return byte == LOADER_AN3155_SYNC || byte == '?';
    return loader->protocol == LOADER_AN3155 && quiet_ms >= LOADER_QUIET_MS &&
           (byte == LOADER_AN3155_SYNC || byte == '?' || loader_samba_begins_with(byte));
}

static void take_byte(struct loader *loader, uint8_t byte, uint32_t quiet_ms)
{
    if (begins_anew(loader, byte, quiet_ms)) {
        if (byte == '?')
            loader_tell(loader);
        else
            loader->protocol = LOADER_UNDECIDED;
        if (byte == '?')
            return;
    }
    if (loader->protocol == LOADER_AN3155)
        loader_an3155_byte(loader, byte);
    else if (loader->protocol == LOADER_SAMBA)
        loader_samba_byte(loader, byte);
    else
        decide(loader, byte);
}

void loader_feed(struct loader *loader, const uint8_t *data, size_t len, uint32_t now_ms)
{
    uint32_t quiet_ms = now_ms - loader->heard_ms;

    if (quiet_ms >= LOADER_FRAME_TIMEOUT_MS && !is_idle(loader)) {
        loader->is_in_text = 0;
        loader->protocol = LOADER_UNDECIDED;
        loader->is_held = 1; /* a tool was here: the image is not to be trusted for now */
    }
    for (size_t i = 0; i < len && loader->wish == LOADER_STAY; i++)
        take_byte(loader, data[i], i == 0 ? quiet_ms : 0);
    if (len > 0)
        loader->heard_ms = now_ms;
}

enum loader_wish loader_step(struct loader *loader, uint32_t now_ms)
{
    if (loader->wish == LOADER_STAY && loader->protocol == LOADER_SAMBA)
        loader_samba_tick(loader, now_ms);
    if (loader->wish == LOADER_STAY && !is_staying(loader) &&
        now_ms - loader->began_ms >= LOADER_WAIT_MS && loader_start_image(loader))
        loader_tell(loader);
    return (enum loader_wish)loader->wish;
}
