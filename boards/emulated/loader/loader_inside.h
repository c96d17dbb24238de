/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the loader share. */
#ifndef LOADER_INSIDE_H
#define LOADER_INSIDE_H

#include "loader/loader.h"

enum {
    LOADER_RAM_ADDR = 0x20000000,
    LOADER_AN3155_FLASH = 0x08000000,
    LOADER_AN3155_SYNC = 0x7f,
    LOADER_SAMBA_FLASH = 0x2000, /* below it stands the loader itself */
    LOADER_SAMBA_FLASH_END = 0x40000,
    LOADER_SAMBA_AUTOBAUD = 0x80
};

void loader_send(struct loader *loader, const void *data, size_t len);
void loader_send_byte(struct loader *loader, uint8_t byte);
void loader_send_text(struct loader *loader, const char *text);

/* Look at the image again, and start it. @return 0 when it must not be started */
int loader_start_image(struct loader *loader);

/*
 * Bytes offset to offset + len of the flash, programmed as flash is: bits are cleared, never set.
 * The caller has checked that they are in the flash.
 */
void loader_program(struct loader *loader, uint32_t offset, const uint8_t *data, uint32_t len);
void loader_erase(struct loader *loader, uint32_t offset, uint32_t len);

/*
 * Where len bytes at an address of the protocol stand, or NULL. flash_at and flash_end are the
 * addresses of that protocol's flash.
 */
uint8_t *loader_at(struct loader *loader, uint32_t addr, uint32_t len, uint32_t flash_at,
                   uint32_t flash_end);

/* One byte of a message of the protocol; a new conversation; a message that was given up. */
void loader_an3155_begin(struct loader *loader);
void loader_an3155_byte(struct loader *loader, uint8_t byte);
int loader_an3155_is_idle(const struct loader *loader);
void loader_samba_begin(struct loader *loader);
void loader_samba_byte(struct loader *loader, uint8_t byte);
void loader_samba_tick(struct loader *loader, uint32_t now_ms);
int loader_samba_is_idle(const struct loader *loader);
int loader_samba_begins_with(uint8_t byte);

/* XMODEM towards the loader, and from it. Return 1 when the transfer is over. */
void loader_xmodem_begin_receive(struct loader *loader, uint32_t addr, uint32_t len);
int loader_xmodem_receive(struct loader *loader, uint8_t byte);
int loader_xmodem_ask(struct loader *loader); /* to begin; 1 when it was asked often enough */
void loader_xmodem_begin_send(struct loader *loader, uint32_t addr, uint32_t len);
int loader_xmodem_send(struct loader *loader, uint8_t byte);

/* What a read of the SAMD21 gives, byte by byte: flash, RAM, and the registers that tools ask. */
void loader_samba_read(struct loader *loader, uint32_t addr, uint8_t *data, uint32_t len);
void loader_samba_write(struct loader *loader, uint32_t addr, const uint8_t *data, uint32_t len);

#endif
