/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AN3155, the USART protocol of the STM32's system memory, version 3.1: the persona of an STM32F405
 * (product 0x413, twelve sectors, 1 MB).
 */
#include "loader_inside.h"

#include <string.h>

enum {
    ACK = 0x79,
    NACK = 0x1f,
    VERSION = 0x31,
    PRODUCT = 0x413,
    FLASH_END = 0x08100000,
    SECTORS = 12,
    ERASE_MAX = 128,        /* sectors in one list; more than there are */
    RAM_USABLE = 0x20003000 /* below it the real one keeps its own variables */
};

enum an3155_state {
    COMMAND,
    COMPLEMENT,
    ADDRESS,
    READ_COUNT,
    WRITE_COUNT,
    WRITE_DATA,
    ERASE_COUNT,
    ERASE_SECTORS,
    ERASE_ALL,
    CRC_LENGTH,
    STATES
};

static const uint8_t commands[] = {0x00, 0x01, 0x02, 0x11, 0x21, 0x31, 0x44, 0xa1};

static void wait_for(struct loader *loader, enum an3155_state state, size_t need)
{
    loader->state = (uint8_t)state;
    loader->need = need;
    loader->have = 0;
}

/* The answer, and what comes next. */
static void answer(struct loader *loader, uint8_t byte, enum an3155_state state, size_t need)
{
    loader_send_byte(loader, byte);
    wait_for(loader, state, need);
}

static void refuse(struct loader *loader)
{
    answer(loader, NACK, COMMAND, 1);
}

static int is_xor_right(const struct loader *loader)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < loader->have; i++)
        sum = (uint8_t)(sum ^ loader->frame[i]);
    return sum == 0;
}

static uint32_t frame_u32(const struct loader *loader)
{
    const uint8_t *at = loader->frame;

    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static uint8_t *memory_at(struct loader *loader, uint32_t addr, uint32_t len)
{
    uint8_t *found = loader_at(loader, addr, len, LOADER_AN3155_FLASH, FLASH_END);

    return addr >= LOADER_RAM_ADDR && addr < RAM_USABLE ? NULL : found;
}

static int is_flash(uint32_t addr)
{
    return addr >= LOADER_AN3155_FLASH && addr < FLASH_END;
}

static void take_command(struct loader *loader)
{
    wait_for(loader, COMPLEMENT, 1);
}

static void tell_commands(struct loader *loader)
{
    const uint8_t head[] = {ACK, sizeof(commands), VERSION};

    loader_send(loader, head, sizeof(head));
    loader_send(loader, commands, sizeof(commands));
    answer(loader, ACK, COMMAND, 1);
}

static void tell_version(struct loader *loader)
{
    static const uint8_t version[] = {ACK, VERSION, 0, 0};

    loader_send(loader, version, sizeof(version));
    answer(loader, ACK, COMMAND, 1);
}

static void tell_product(struct loader *loader)
{
    static const uint8_t product[] = {ACK, 1, PRODUCT >> 8, PRODUCT & 0xff};

    loader_send(loader, product, sizeof(product));
    answer(loader, ACK, COMMAND, 1);
}

static void take_complement(struct loader *loader)
{
    if ((loader->frame[0] ^ loader->command) != 0xff) {
        refuse(loader);
        return;
    }
    switch (loader->command) {
    case 0x00:
        tell_commands(loader);
        break;
    case 0x01:
        tell_version(loader);
        break;
    case 0x02:
        tell_product(loader);
        break;
    case 0x11:
    case 0x21:
    case 0x31:
    case 0xa1:
        answer(loader, ACK, ADDRESS, 5);
        break;
    case 0x44:
        answer(loader, ACK, ERASE_COUNT, 2);
        break;
    default:
        refuse(loader);
    }
}

/* Into RAM go the few instructions with which tools make an STM32 reset itself. */
static void go(struct loader *loader)
{
    if (is_flash(loader->addr) && loader_start_image(loader)) {
        answer(loader, ACK, COMMAND, 1);
    } else if (!is_flash(loader->addr) && memory_at(loader, loader->addr, 2) != NULL) {
        answer(loader, ACK, COMMAND, 1);
        loader->wish = LOADER_RESET;
    } else {
        refuse(loader);
    }
}

static void take_address(struct loader *loader)
{
    loader->addr = frame_u32(loader);
    if (!is_xor_right(loader) || memory_at(loader, loader->addr, 1) == NULL)
        refuse(loader);
    else if (loader->command == 0x11)
        answer(loader, ACK, READ_COUNT, 2);
    else if (loader->command == 0x31)
        answer(loader, ACK, WRITE_COUNT, 1);
    else if (loader->command == 0xa1)
        answer(loader, ACK, CRC_LENGTH, 5);
    else
        go(loader);
}

static void take_read_count(struct loader *loader)
{
    uint32_t len = loader->frame[0] + 1U;
    const uint8_t *from = memory_at(loader, loader->addr, len);

    if ((loader->frame[0] ^ loader->frame[1]) != 0xff || from == NULL) {
        refuse(loader);
        return;
    }
    answer(loader, ACK, COMMAND, 1);
    loader_send(loader, from, len);
}

/* The count stays in the frame: the checksum is over it too. */
static void take_write_count(struct loader *loader)
{
    loader->state = WRITE_DATA;
    loader->need = 1U + (loader->frame[0] + 1U) + 1U;
}

static void take_write_data(struct loader *loader)
{
    uint32_t len = loader->frame[0] + 1U;
    uint8_t *to = memory_at(loader, loader->addr, len);

    if (!is_xor_right(loader) || to == NULL) {
        refuse(loader);
        return;
    }
    if (is_flash(loader->addr))
        loader_program(loader, loader->addr - LOADER_AN3155_FLASH, loader->frame + 1, len);
    else
        memcpy(to, loader->frame + 1, len);
    answer(loader, ACK, COMMAND, 1);
}

static void take_erase_count(struct loader *loader)
{
    uint32_t count = ((uint32_t)loader->frame[0] << 8 | loader->frame[1]) + 1U;

    if (count == 0x10000) { /* 0xFFFF: all; banks one and two it has not */
        loader->state = ERASE_ALL;
        loader->need = 3;
    } else if (count <= ERASE_MAX) {
        loader->state = ERASE_SECTORS;
        loader->need = 2 + 2 * count + 1;
    } else {
        refuse(loader);
    }
}

static void take_erase_all(struct loader *loader)
{
    if (!is_xor_right(loader)) {
        refuse(loader);
        return;
    }
    loader_erase(loader, 0, loader->flash_size);
    answer(loader, ACK, COMMAND, 1);
}

/* RM0090 section 3.3: four sectors of 16 KB, one of 64, seven of 128. */
static uint32_t sector_start(uint32_t sector)
{
    uint32_t kb = sector <= 4 ? 16 * sector : sector == 5 ? 128 : 128 * (sector - 4);

    return kb * 1024;
}

static void erase_sector(struct loader *loader, uint32_t sector)
{
    uint32_t start = sector_start(sector);
    uint32_t end = sector_start(sector + 1);

    end = end > loader->flash_size ? loader->flash_size : end;
    if (start < end)
        loader_erase(loader, start, end - start);
}

static void take_erase_sectors(struct loader *loader)
{
    const uint8_t *list = loader->frame + 2;
    size_t count = (loader->have - 3) / 2;
    int is_good = is_xor_right(loader);

    for (size_t i = 0; i < count; i++)
        is_good = is_good && list[2 * i] == 0 && list[2 * i + 1] < SECTORS;
    if (!is_good) {
        refuse(loader);
        return;
    }
    for (size_t i = 0; i < count; i++)
        erase_sector(loader, list[2 * i + 1]);
    answer(loader, ACK, COMMAND, 1);
}

static void take_crc_length(struct loader *loader)
{
    uint32_t len = frame_u32(loader);
    const uint8_t *from = memory_at(loader, loader->addr, len);
    uint32_t crc = 0;
    uint8_t reply[6] = {ACK};

    if (!is_xor_right(loader) || from == NULL || len == 0 || len % 4 != 0 ||
        loader->addr % 4 != 0) {
        refuse(loader);
        return;
    }
    loader_send_byte(loader, ACK);
    crc = loader_crc_stm32(from, len);
    for (unsigned i = 0; i < 4; i++) {
        reply[1 + i] = (uint8_t)(crc >> (24 - 8 * i));
        reply[5] = (uint8_t)(reply[5] ^ reply[1 + i]);
    }
    loader_send(loader, reply, sizeof(reply));
    wait_for(loader, COMMAND, 1);
}

void loader_an3155_begin(struct loader *loader)
{
    answer(loader, ACK, COMMAND, 1);
}

int loader_an3155_is_idle(const struct loader *loader)
{
    return loader->state == COMMAND;
}

void loader_an3155_byte(struct loader *loader, uint8_t byte)
{
    static void (*const takers[STATES])(struct loader * loader) = {
        [COMMAND] = take_command,         [COMPLEMENT] = take_complement,
        [ADDRESS] = take_address,         [READ_COUNT] = take_read_count,
        [WRITE_COUNT] = take_write_count, [WRITE_DATA] = take_write_data,
        [ERASE_COUNT] = take_erase_count, [ERASE_SECTORS] = take_erase_sectors,
        [ERASE_ALL] = take_erase_all,     [CRC_LENGTH] = take_crc_length,
    };

    if (loader->state == COMMAND)
        loader->command = byte;
    loader->frame[loader->have++] = byte;
    if (loader->have == loader->need)
        takers[loader->state](loader);
}
