/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_loader_checksum.h"

#include <stdbool.h>

uint16_t flash_loader_crc16(const uint8_t *bytes, size_t len)
{
    uint16_t crc = 0;

    for (size_t i = 0; i < len; i++) {
        crc = (uint16_t)(crc ^ (uint16_t)(bytes[i] << 8));
        for (unsigned bit = 0; bit < 8; bit++) {
            bool carry = (crc & 0x8000U) != 0;

            crc = (uint16_t)(crc << 1);
            crc = carry ? crc ^ 0x1021U : crc;
        }
    }
    return crc;
}

uint32_t flash_loader_crc_stm32(const uint8_t *bytes, size_t len)
{
    uint32_t crc = 0xffffffffU;

    for (size_t i = 0; i + 4 <= len; i += 4) {
        crc ^= bytes[i] | (uint32_t)bytes[i + 1] << 8 | (uint32_t)bytes[i + 2] << 16 |
               (uint32_t)bytes[i + 3] << 24;
        for (unsigned bit = 0; bit < 32; bit++)
            crc = (crc & 0x80000000U) != 0 ? crc << 1 ^ 0x04c11db7U : crc << 1;
    }
    return crc;
}
