/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SAM-BA as Arduino's boot loader of the SAMD21 speaks it on a serial line: commands of a letter,
 * hex numbers and '#'. What lies below 0x2000 is the loader itself and is never erased or written;
 * such a command is not answered, for SAM-BA has no word for no.
 */
#include "loader_inside.h"

#include <string.h>

enum { WORDS, RECEIVING, SENDING, LINE_MAX_LEN = 32 };

struct samba_command {
    uint32_t first;
    uint32_t second;
};

/* Registers that tools read before they believe in a SAMD21G18: all others read as zero. */
static const struct {
    uint32_t addr;
    uint32_t value;
} registers[] = {
    {0xe000ed00, 0x410cc601}, /* CPUID: Cortex-M0+ */
    {0x41002018, 0x10010305}, /* DSU DID: SAMD21G18A */
    {0x41004014, 0x00000001}, /* NVMCTRL INTFLAG: ready */
    {0x00804000, 0xffffffff}, /* user row */
    {0x00804004, 0xffffffff},
};

static const uint32_t aircr = 0xe000ed0c;
enum { AIRCR_RESET = 0x05fa0004 };

static uint8_t register_byte(uint32_t addr)
{
    for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
        if (addr - registers[i].addr < 4)
            return (uint8_t)(registers[i].value >> 8 * (addr - registers[i].addr));
    }
    return 0;
}

static uint8_t *memory_at(struct loader *loader, uint32_t addr, uint32_t len)
{
    return loader_at(loader, addr, len, LOADER_SAMBA_FLASH, LOADER_SAMBA_FLASH_END);
}

static uint8_t *flash_at(struct loader *loader, uint32_t addr, uint32_t len)
{
    return addr < LOADER_SAMBA_FLASH_END ? memory_at(loader, addr, len) : NULL;
}

void loader_samba_read(struct loader *loader, uint32_t addr, uint8_t *data, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        const uint8_t *from = memory_at(loader, addr + i, 1);

        data[i] = from != NULL ? *from : register_byte(addr + i);
    }
}

/* Flash is programmed by Y alone. */
void loader_samba_write(struct loader *loader, uint32_t addr, const uint8_t *data, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        uint8_t *to = addr + i >= LOADER_RAM_ADDR ? memory_at(loader, addr + i, 1) : NULL;

        if (to != NULL)
            *to = data[i];
    }
}

static void read_word(struct loader *loader, struct samba_command c, uint32_t width)
{
    uint8_t bytes[4];

    loader_samba_read(loader, c.first, bytes, width);
    loader_send(loader, bytes, width);
}

static void write_word(struct loader *loader, struct samba_command c, uint32_t width)
{
    const uint8_t bytes[4] = {(uint8_t)c.second, (uint8_t)(c.second >> 8),
                              (uint8_t)(c.second >> 16), (uint8_t)(c.second >> 24)};

    if (c.first == aircr && c.second == AIRCR_RESET && width == 4)
        loader->wish = LOADER_RESET;
    loader_samba_write(loader, c.first, bytes, width);
}

static void erase_from(struct loader *loader, struct samba_command c, uint32_t width)
{
    uint32_t offset = c.first - LOADER_SAMBA_FLASH;
    uint32_t size = LOADER_SAMBA_FLASH_END - LOADER_SAMBA_FLASH;

    (void)width;
    if (flash_at(loader, c.first, 1) == NULL)
        return;
    size = size > loader->flash_size ? loader->flash_size : size;
    loader_erase(loader, offset, size - offset);
    loader_send_text(loader, "X\n\r");
}

/* "Yfrom,0#" says where the bytes are, "Yto,length#" writes them. */
static void copy_buffer(struct loader *loader, struct samba_command c, uint32_t width)
{
    const uint8_t *from = memory_at(loader, loader->source, c.second);

    (void)width;
    if (c.second == 0) {
        loader->source = c.first;
    } else {
        if (from == NULL || flash_at(loader, c.first, c.second) == NULL)
            return;
        loader_program(loader, c.first - LOADER_SAMBA_FLASH, from, c.second);
    }
    loader_send_text(loader, "Y\n\r");
}

static void checksum(struct loader *loader, struct samba_command c, uint32_t width)
{
    const uint8_t *from = memory_at(loader, c.first, c.second);
    char reply[] = "Z00000000#\n\r";
    uint32_t crc = 0;

    (void)width;
    if (from == NULL)
        return;
    crc = loader_crc16(0, from, c.second);
    for (unsigned i = 0; i < 4; i++)
        reply[5 + i] = "0123456789ABCDEF"[crc >> (12 - 4 * i) & 15];
    loader_send_text(loader, reply);
}

static void start(struct loader *loader, struct samba_command c, uint32_t width)
{
    (void)width;
    if (c.first == LOADER_SAMBA_FLASH)
        (void)loader_start_image(loader); /* stays where it must not be started */
}

static void receive_file(struct loader *loader, struct samba_command c, uint32_t width)
{
    (void)width;
    loader->state = RECEIVING;
    loader_xmodem_begin_receive(loader, c.first, c.second);
}

static void send_file(struct loader *loader, struct samba_command c, uint32_t width)
{
    (void)width;
    loader->state = SENDING;
    loader_xmodem_begin_send(loader, c.first, c.second);
}

static void tell_version(struct loader *loader, struct samba_command c, uint32_t width)
{
    (void)c;
    (void)width;
    loader_send_text(loader, "v2.0 [Arduino:XYZ] assay-loader 1\n\r");
}

static void speak_binary(struct loader *loader, struct samba_command c, uint32_t width)
{
    (void)c;
    (void)width;
    loader_send_text(loader, "\n\r");
}

static const struct samba_row {
    char letter;
    uint8_t width;
    void (*run)(struct loader *loader, struct samba_command command, uint32_t width);
} rows[] = {
    {'N', 0, speak_binary}, {'V', 0, tell_version}, {'w', 4, read_word},  {'W', 4, write_word},
    {'h', 2, read_word},    {'H', 2, write_word},   {'o', 1, read_word},  {'O', 1, write_word},
    {'S', 0, receive_file}, {'R', 0, send_file},    {'X', 0, erase_from}, {'Y', 0, copy_buffer},
    {'Z', 0, checksum},     {'G', 0, start},
};

/* @return 16 when it is none */
static uint32_t hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return (uint32_t)c - '0';
    if (c >= 'a' && c <= 'f')
        return (uint32_t)c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return (uint32_t)c - 'A' + 10;
    return 16;
}

/* The next hex number, and what ended it. @return 0 when it is none */
static int parse_number(const struct loader *loader, size_t *at, uint32_t *ret)
{
    uint32_t value = 0;
    size_t digits = 0;

    for (; *at < loader->have && loader->frame[*at] != ','; (*at)++, digits++) {
        uint32_t digit = hex_digit(loader->frame[*at]);

        if (digit == 16 || digits == 8)
            return 0;
        value = value << 4 | digit;
    }
    *ret = value;
    (*at)++;
    return 1;
}

static void run_line(struct loader *loader)
{
    struct samba_command command = {0};
    uint8_t letter = loader->have > 0 ? loader->frame[0] : 0;
    size_t at = 1;
    int is_good = letter != 0 && parse_number(loader, &at, &command.first);

    if (is_good && at < loader->have)
        is_good = parse_number(loader, &at, &command.second) && at > loader->have;
    if (letter == 0)
        loader_send_text(loader, "\n\r>"); /* the end of autobaud */
    loader->have = 0;
    for (size_t i = 0; is_good && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].letter == (char)letter)
            rows[i].run(loader, command, rows[i].width);
    }
}

static void take_word(struct loader *loader, uint8_t byte)
{
    if (byte == '#') {
        run_line(loader);
    } else if (byte == LOADER_SAMBA_AUTOBAUD) {
        loader->have = 0;
        loader_send_byte(loader, byte);
    } else if (byte > ' ' && byte < 0x7f && loader->have < LINE_MAX_LEN) {
        loader->frame[loader->have++] = byte;
    }
}

void loader_samba_begin(struct loader *loader)
{
    loader->state = WORDS;
    loader->have = 0;
}

int loader_samba_is_idle(const struct loader *loader)
{
    return loader->state == WORDS && loader->have == 0;
}

int loader_samba_begins_with(uint8_t byte)
{
    return byte == LOADER_SAMBA_AUTOBAUD || byte == '#' || byte == 'N' || byte == 'V';
}

void loader_samba_byte(struct loader *loader, uint8_t byte)
{
    int is_over = 0;

    if (loader->state == RECEIVING)
        is_over = loader_xmodem_receive(loader, byte);
    else if (loader->state == SENDING)
        is_over = loader_xmodem_send(loader, byte);
    else
        take_word(loader, byte);
    if (is_over)
        loader_samba_begin(loader);
}

/* A sender that did not hear us is asked again. */
void loader_samba_tick(struct loader *loader, uint32_t now_ms)
{
    if (loader->state != RECEIVING || now_ms - loader->xmodem.asked_ms < LOADER_QUIET_MS)
        return;
    loader->xmodem.asked_ms = now_ms;
    if (loader_xmodem_ask(loader))
        loader_samba_begin(loader);
}
