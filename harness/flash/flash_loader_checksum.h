/* SPDX-License-Identifier: Apache-2.0 */
/* The checksums that boot loaders make. */
#ifndef FLASH_FLASH_LOADER_CHECKSUM_H
#define FLASH_FLASH_LOADER_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-16/XMODEM: polynomial 1021, begins with 0. */
uint16_t flash_loader_crc16(const uint8_t *bytes, size_t len);

/*
 * The CRC unit of an STM32 (AN4187): polynomial 04C11DB7, begins with FFFFFFFF, a little-endian
 * word at a time, its highest bit first. len is a multiple of 4.
 */
uint32_t flash_loader_crc_stm32(const uint8_t *bytes, size_t len);

#endif
