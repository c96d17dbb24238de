/* SPDX-License-Identifier: Apache-2.0 */
#include "flash_image.h"

#include "flash_image_formats.h"

#include "base/buf.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 4 };

static const struct flash_image_format *const formats[] = {&flash_image_elf, &flash_image_hex};

/* The pieces of a file: first how far they reach, then what they hold. */
struct layout {
    const struct flash_chip *chip; /* or NULL */
    uint64_t begin, end;
    bool is_any;
    uint8_t *bytes; /* NULL: how far */
};

static ASSAY_RESULT check_place(const struct flash_chip *chip, uint32_t address, uint64_t len,
                                struct assay_error *err)
{
    uint64_t app_end = (uint64_t)chip->runs_at + chip->app_size;

    if (address >= chip->runs_at && address + len <= app_end)
        return ASSAY_OK;
    return assay_error_set(err, ASSAY_ERR_MALFORMED,
                           "it puts %llu bytes at 0x%08x; an application on chip %s has 0x%08x to "
                           "0x%08llx, what is outside belongs to the boot loader or is no flash",
                           (unsigned long long)len, address, chip->name, chip->runs_at,
                           (unsigned long long)(app_end - 1));
}

static enum assay_status take_piece(void *ctx, uint32_t address, const uint8_t *bytes, size_t len,
                                    struct assay_error *err)
{
    struct layout *layout = ctx;
    uint64_t end = (uint64_t)address + len;

    if (layout->bytes != NULL) {
        memcpy(layout->bytes + (address - layout->begin), bytes, len);
        return ASSAY_OK;
    }
    if (layout->chip != NULL)
        ASSAY_TRY(check_place(layout->chip, address, len, err));
    if (!layout->is_any || address < layout->begin)
        layout->begin = address;
    if (!layout->is_any || end > layout->end)
        layout->end = end;
    layout->is_any = true;
    if (layout->end > UINT32_MAX || layout->end - layout->begin > FLASH_IMAGE_MAX)
        return assay_error_set(err, ASSAY_ERR_LIMIT,
                               "its pieces are spread over more than %d MiB of memory",
                               FLASH_IMAGE_MAX >> 20);
    return ASSAY_OK;
}

/* A raw binary is one piece at the beginning of the application. */
static ASSAY_RESULT read_pieces(const struct flash_image_format *format, const uint8_t *data,
                                size_t len, struct layout *layout, struct assay_error *err)
{
    if (format != NULL)
        return format->read(data, len, take_piece, layout, err);
    return take_piece(layout, layout->chip != NULL ? layout->chip->runs_at : 0, data, len, err);
}

static ASSAY_RESULT lay_out(const uint8_t *data, size_t len, const struct flash_chip *chip,
                            struct flash_image *image, struct assay_error *err)
{
    const struct flash_image_format *format = NULL;
    struct layout layout = {.chip = chip};
    uint64_t size = 0;

    for (size_t i = 0; i < sizeof(formats) / sizeof(*formats) && format == NULL; i++)
        if (formats[i]->begins(data, len))
            format = formats[i];
    ASSAY_TRY(read_pieces(format, data, len, &layout, err));
    if (!layout.is_any || layout.end == layout.begin)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "it holds nothing to write");
    size = (layout.end - layout.begin + WORD - 1) / WORD * WORD;
    image->bytes = malloc(size);
    if (image->bytes == NULL)
        return assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");
    memset(image->bytes, 0xff, size);
    image->address = (uint32_t)layout.begin;
    image->len = (uint32_t)size;
    layout.bytes = image->bytes;
    return read_pieces(format, data, len, &layout, err);
}

static uint32_t word_at(const struct flash_image *image, size_t at)
{
    return image->bytes[at] | (uint32_t)image->bytes[at + 1] << 8 |
           (uint32_t)image->bytes[at + 2] << 16 | (uint32_t)image->bytes[at + 3] << 24;
}

/* ARMv7-M architecture reference manual, B1.5.3: initial stack pointer, then reset vector. */
static ASSAY_RESULT check_vectors(const struct flash_chip *chip, const struct flash_image *image,
                                  struct assay_error *err)
{
    uint32_t stack = 0;
    uint32_t reset = 0;
    uint64_t ram_end = (uint64_t)chip->ram_start + chip->ram_size;

    if (image->address != chip->runs_at)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "it begins at 0x%08x; the boot loader of chip %s starts what stands "
                               "at 0x%08x",
                               image->address, chip->name, chip->runs_at);
    if (image->len < 2 * WORD)
        return assay_error_set(err, ASSAY_ERR_MALFORMED, "%u bytes are no firmware", image->len);
    if (image->len > chip->app_size)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "%u bytes; an application on chip %s has %u",
                               image->len, chip->name, chip->app_size);
    stack = word_at(image, 0);
    reset = word_at(image, WORD);
    if (stack <= chip->ram_start || stack > ram_end || stack % WORD != 0)
        return assay_error_set(
            err, ASSAY_ERR_MALFORMED,
            "no vector table: the stack pointer would be 0x%08x, the RAM of chip "
            "%s ends at 0x%08llx. Is it an image for this chip?",
            stack, chip->name, (unsigned long long)ram_end);
    if ((reset & 1) == 0 || reset - 1 < image->address + 2 * WORD ||
        reset - 1 >= image->address + image->len)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "no vector table: the reset vector is 0x%08x, the image lies from "
                               "0x%08x to 0x%08x. Is it linked for this place?",
                               reset, image->address, image->address + image->len - 1);
    return ASSAY_OK;
}

static ASSAY_RESULT describe(const char *name, const void *data, size_t len,
                             struct flash_image *image)
{
    const char *slash = strrchr(name, '/');
    uint8_t digest[EVP_MAX_MD_SIZE];
    unsigned digest_len = 0;
    struct buf hex;

    snprintf(image->name, sizeof(image->name), "%s", slash != NULL ? slash + 1 : name);
    if (EVP_Digest(data, len, digest, &digest_len, EVP_sha256(), NULL) != 1)
        return ASSAY_ERR_CRYPTO;
    buf_init(&hex, FLASH_IMAGE_SHA256);
    if (buf_add_hex(&hex, digest, digest_len) == ASSAY_OK)
        snprintf(image->sha256, sizeof(image->sha256), "%s", buf_text(&hex));
    buf_done(&hex);
    return ASSAY_OK;
}

ASSAY_RESULT flash_image_parse(const char *name, const void *data, size_t len,
                               const struct flash_chip *chip, struct flash_image *ret,
                               struct assay_error *err)
{
    struct flash_image made = {.bytes = NULL};
    struct assay_error why = {.text = ""};
    enum assay_status status = describe(name, data, len, &made);

    if (len == 0)
        status = assay_error_set(&why, ASSAY_ERR_MALFORMED, "the file is empty");
    if (status == ASSAY_OK)
        status = lay_out(data, len, chip, &made, &why);
    if (status == ASSAY_OK && chip != NULL)
        status = check_vectors(chip, &made, &why);
    if (status != ASSAY_OK) {
        flash_image_done(&made);
        return assay_error_set(err, status, "image %s: %s", name,
                               why.text[0] != '\0' ? why.text : assay_status_text(status));
    }
    if (chip != NULL)
        made.address = chip->app_start; /* from here on as the boot loader counts */
    *ret = made;
    return ASSAY_OK;
}

static ASSAY_RESULT read_file(const char *path, struct buf *out, struct assay_error *err)
{
    uint8_t bytes[16384];
    size_t got = 0;
    enum assay_status status = ASSAY_OK;
    FILE *file = fopen(path, "rbe");

    if (file == NULL)
        return errno == ENOENT
                   ? assay_error_set(err, ASSAY_ERR_NOT_FOUND, "there is no image %s", path)
                   : assay_error_sys(err, errno, "cannot open the image %s", path);
    do {
        got = fread(bytes, 1, sizeof(bytes), file);
        status = buf_add(out, bytes, got);
    } while (status == ASSAY_OK && got > 0);
    if (status != ASSAY_OK)
        status = assay_error_set(err, status, "image %s: more than %d MiB", path,
                                 FLASH_IMAGE_FILE_MAX >> 20);
    else if (ferror(file) != 0)
        status = assay_error_sys(err, errno, "cannot read the image %s", path);
    fclose(file);
    return status;
}

ASSAY_RESULT flash_image_load(const char *path, const struct flash_chip *chip,
                              struct flash_image *ret, struct assay_error *err)
{
    struct buf file;
    enum assay_status status = ASSAY_OK;

    buf_init(&file, FLASH_IMAGE_FILE_MAX);
    status = read_file(path, &file, err);
    if (status == ASSAY_OK)
        status = flash_image_parse(path, file.data, file.len, chip, ret, err);
    buf_done(&file);
    return status;
}

void flash_image_done(struct flash_image *image)
{
    free(image->bytes);
    image->bytes = NULL;
    image->len = 0;
}
