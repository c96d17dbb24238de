/* SPDX-License-Identifier: Apache-2.0 */
/* The boot loaders in the ROM of an STM32: ST AN3155, "USART protocol used in the STM32
 * bootloader". Numbers on the wire are big-endian; every part of a command is acknowledged. */
#include "flash_loader.h"

#include "flash_loader_checksum.h"

#include "base/writer.h"

#include <string.h>

enum { ACK = 0x79, NACK = 0x1f, SYNC = 0x7f };
enum command {
    CMD_GET = 0x00,
    CMD_ID = 0x02,
    CMD_READ = 0x11,
    CMD_GO = 0x21,
    CMD_WRITE = 0x31,
    CMD_ERASE = 0x43,
    CMD_ERASE_EXTENDED = 0x44,
    CMD_CHECKSUM = 0xa1
};
enum tag {
    TAG_SYNC,
    TAG_FLUSH,
    TAG_GET,
    TAG_ID,
    TAG_PART,
    TAG_CHECKSUM,
    TAG_ERASED,
    TAG_WRITTEN,
    TAG_READ,
    TAG_GO
};

enum {
    BLOCK = 256,
    ERASE_BATCH = 32,
    FLUSH_TRY = 3, /* so many times nothing */
    QUIET_TRY = 6,
    SYNC_TRIES = 9,
    FLUSH_BYTES = BLOCK + 8,
    MAX_REPEATS = 3,
    SYNC_WAIT_MS = 150,
    SYNC_QUIET_MS = 2200,
    ANSWER_MS = 1000,
    CHECKSUM_MS = 10000,
    ERASE_SECTOR_MS = 4000, /* 128 KiB of an STM32F4 at the slow end of its data sheet */
    MESSAGE_MAX = BLOCK + 8
};

/* What the bytes of a message come to, the last of them included: 0. AN3155 section 2. */
static uint8_t sum(const uint8_t *bytes, size_t len)
{
    uint8_t x = 0;

    for (size_t i = 0; i < len; i++)
        x ^= bytes[i];
    return x;
}

/* ---- answers ---- */

static enum assay_status match_ack(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    (void)arg;
    if (len == 0)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = 1;
    return bytes[0] == ACK ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}

/* What an application printed before it was reset may stand in front. */
static enum assay_status match_sync(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    (void)arg;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == ACK || bytes[i] == NACK) {
            *ret_used = i + 1;
            return ASSAY_OK;
        }
    }
    return ASSAY_ERR_TRUNCATED;
}

static enum assay_status match_nothing(const uint8_t *bytes, size_t len, size_t arg,
                                       size_t *ret_used)
{
    (void)bytes;
    (void)len;
    (void)arg;
    (void)ret_used;
    return ASSAY_ERR_TRUNCATED;
}

/* ACK, a number N, N + 1 bytes, ACK. */
static enum assay_status match_counted(const uint8_t *bytes, size_t len, size_t arg,
                                       size_t *ret_used)
{
    (void)arg;
    if (len == 0)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = 1;
    if (bytes[0] != ACK)
        return ASSAY_ERR_MALFORMED;
    if (len < 2 || len < (size_t)bytes[1] + 4)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = (size_t)bytes[1] + 4;
    return bytes[*ret_used - 1] == ACK ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}

/* ACK and arg bytes. */
static enum assay_status match_data(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    if (len == 0)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = 1;
    if (bytes[0] != ACK)
        return ASSAY_ERR_MALFORMED;
    *ret_used = 1 + arg;
    return len < 1 + arg ? ASSAY_ERR_TRUNCATED : ASSAY_OK;
}

/* ACK of the request, ACK when the sum has been made, its four bytes, what they add up to. */
static enum assay_status match_checksum(const uint8_t *bytes, size_t len, size_t arg,
                                        size_t *ret_used)
{
    enum { HEAD = 2, SUM = 5 };

    (void)arg;
    for (size_t i = 0; i < HEAD; i++) {
        if (len <= i)
            return ASSAY_ERR_TRUNCATED;
        *ret_used = i + 1;
        if (bytes[i] != ACK)
            return ASSAY_ERR_MALFORMED;
    }
    if (len < HEAD + SUM)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = HEAD + SUM;
    return sum(bytes + HEAD, SUM) == 0 ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}

/* ---- requests ---- */

static void ask(struct flash_loader *l, const void *bytes, size_t len, enum tag tag,
                flash_loader_match_fn match, size_t arg, unsigned timeout_ms)
{
    struct flash_loader_due due = {
        .tag = (int)tag, .match = match, .arg = arg, .timeout_ms = timeout_ms};

    flash_loader_exchange_send(&l->exchange, bytes, len, &due);
}

static void ask_command(struct flash_loader *l, enum command command, enum tag tag,
                        flash_loader_match_fn match)
{
    const uint8_t bytes[] = {(uint8_t)command, (uint8_t)~command};

    ask(l, bytes, sizeof(bytes), tag, match, 0, ANSWER_MS);
}

static void ask_word(struct flash_loader *l, uint32_t word, enum tag tag,
                     flash_loader_match_fn match, unsigned timeout_ms)
{
    uint8_t bytes[5] = {(uint8_t)(word >> 24), (uint8_t)(word >> 16), (uint8_t)(word >> 8),
                        (uint8_t)word, 0};

    bytes[4] = sum(bytes, 4);
    ask(l, bytes, sizeof(bytes), tag, match, 0, timeout_ms);
}

static bool knows(const struct flash_loader *l, enum command command)
{
    return (l->of.stm32.commands[command / 8] >> (command % 8) & 1) != 0;
}

/*
 * What was under way when a session broke may lie in front of us: half a write takes the bytes of a
 * flush, a line of text its end, and a boot loader of ours forgets the rest after two quiet
 * seconds.
 */
static void ask_for_nothing(struct flash_loader *l)
{
    static const char ends[] = {'\n', '#'};
    uint8_t many[FLUSH_BYTES];

    memset(many, SYNC, sizeof(many));
    memcpy(many + sizeof(many) - sizeof(ends), ends, sizeof(ends));
    ask(l, many, sizeof(many), TAG_FLUSH, match_nothing, 0, SYNC_WAIT_MS);
}

static bool next_sync(struct flash_loader *l)
{
    static const uint8_t one[] = {SYNC};

    if (l->step++ > 0)
        return false;
    switch (l->of.stm32.tries % SYNC_TRIES) {
    case FLUSH_TRY:
        ask_for_nothing(l);
        break;
    case QUIET_TRY:
        ask(l, NULL, 0, TAG_FLUSH, match_nothing, 0, SYNC_QUIET_MS);
        break;
    default:
        ask(l, one, sizeof(one), TAG_SYNC, match_sync, 0, SYNC_WAIT_MS);
    }
    return true;
}

static bool next_identify(struct flash_loader *l)
{
    static const struct {
        enum command command;
        enum tag tag;
    } rows[] = {{CMD_GET, TAG_GET}, {CMD_ID, TAG_ID}};

    if (l->step >= sizeof(rows) / sizeof(*rows))
        return false;
    ask_command(l, rows[l->step].command, rows[l->step].tag, match_counted);
    l->step++;
    return true;
}

/* Address and length in bytes, as stm32flash sends them (its option -C) and AN4221 has them. */
static bool next_checksum(struct flash_loader *l)
{
    const struct flash_image *image = l->task.image;

    switch (l->step++) {
    case 0:
        ask_command(l, CMD_CHECKSUM, TAG_PART, match_ack);
        return true;
    case 1:
        ask_word(l, image->address, TAG_PART, match_ack, ANSWER_MS);
        return true;
    case 2:
        ask_word(l, image->len, TAG_CHECKSUM, match_checksum, CHECKSUM_MS);
        return true;
    default:
        return false;
    }
}

static bool has_checksum(const struct flash_loader *l)
{
    return l->task.chip->has_checksum && knows(l, CMD_CHECKSUM);
}

static bool next_compare(struct flash_loader *l)
{
    return has_checksum(l) && next_checksum(l);
}

static uint32_t sector_of(const struct flash_loader *l, uint32_t address)
{
    uint32_t number = 0;
    uint32_t end = 0;

    /* The image lies in the chip's application area, and that in its sectors. */
    (void)flash_chip_sector(l->task.chip, address, &number, &end);
    return number;
}

static uint32_t sector_count(const struct flash_loader *l)
{
    const struct flash_image *image = l->task.image;

    return sector_of(l, image->address + image->len - 1) - sector_of(l, image->address) + 1;
}

/* The numbers of the next sectors: one byte or two each, and what they add up to. */
static void ask_erase(struct flash_loader *l, size_t width)
{
    uint8_t bytes[2 * (ERASE_BATCH + 1) + 1];
    struct writer w = writer_over(bytes, sizeof(bytes));
    uint32_t first = sector_of(l, l->task.image->address) + l->step;
    uint32_t left = sector_count(l) - l->step;
    uint32_t count = left < ERASE_BATCH ? left : ERASE_BATCH;
    enum assay_status status =
        width == 2 ? writer_u16(&w, (uint16_t)(count - 1)) : writer_u8(&w, (uint8_t)(count - 1));

    for (uint32_t i = 0; status == ASSAY_OK && i < count; i++)
        status = width == 2 ? writer_u16(&w, (uint16_t)(first + i))
                            : writer_u8(&w, (uint8_t)(first + i));
    if (status == ASSAY_OK)
        status = writer_u8(&w, sum(bytes, w.len));
    if (status != ASSAY_OK)
        return; /* cannot be: the array is as long as that */
    ask(l, bytes, w.len, TAG_ERASED, match_ack, 0, ANSWER_MS + count * ERASE_SECTOR_MS);
    l->step += count;
}

static bool next_erase(struct flash_loader *l)
{
    bool is_extended = knows(l, CMD_ERASE_EXTENDED);

    if (l->step >= sector_count(l))
        return false;
    if (!is_extended && !knows(l, CMD_ERASE)) {
        flash_loader_fail(l, FLASH_LOADER_REFUSED,
                          "this boot loader does not tell a command that erases");
        return false;
    }
    if (l->of.stm32.part++ == 0) {
        ask_command(l, is_extended ? CMD_ERASE_EXTENDED : CMD_ERASE, TAG_PART, match_ack);
        return true;
    }
    l->of.stm32.part = 0;
    ask_erase(l, is_extended ? 2 : 1);
    return true;
}

static void ask_data(struct flash_loader *l, const uint8_t *data, uint32_t len)
{
    uint8_t bytes[MESSAGE_MAX];

    bytes[0] = (uint8_t)(len - 1);
    memcpy(bytes + 1, data, len);
    bytes[len + 1] = sum(bytes, len + 1);
    ask(l, bytes, len + 2, TAG_WRITTEN, match_ack, 0, ANSWER_MS);
}

static bool next_write(struct flash_loader *l)
{
    const struct flash_image *image = l->task.image;
    uint32_t offset = 0;
    uint32_t len = 0;

    if (l->step >= flash_loader_block_count(l, BLOCK))
        return false;
    flash_loader_block(l, BLOCK, l->step, &offset, &len);
    switch (l->of.stm32.part++) {
    case 0:
        ask_command(l, CMD_WRITE, TAG_PART, match_ack);
        return true;
    case 1:
        ask_word(l, image->address + offset, TAG_PART, match_ack, ANSWER_MS);
        return true;
    default:
        ask_data(l, image->bytes + offset, len);
        l->of.stm32.part = 0;
        l->step++;
        return true;
    }
}

static uint32_t read_len(const struct flash_loader *l, uint32_t block)
{
    uint32_t left = l->task.image->len - block * BLOCK;

    return left < BLOCK ? left : BLOCK;
}

static bool next_read(struct flash_loader *l)
{
    uint32_t len = 0;
    uint8_t bytes[2];

    if (l->step >= flash_loader_block_count(l, BLOCK))
        return false;
    len = read_len(l, l->step);
    switch (l->of.stm32.part++) {
    case 0:
        ask_command(l, CMD_READ, TAG_PART, match_ack);
        return true;
    case 1:
        ask_word(l, l->task.image->address + l->step * BLOCK, TAG_PART, match_ack, ANSWER_MS);
        return true;
    default:
        bytes[0] = (uint8_t)(len - 1);
        bytes[1] = (uint8_t)~bytes[0];
        ask(l, bytes, sizeof(bytes), TAG_READ, match_data, len, ANSWER_MS);
        l->of.stm32.part = 0;
        l->step++;
        return true;
    }
}

static bool next_verify(struct flash_loader *l)
{
    return has_checksum(l) ? next_checksum(l) : next_read(l);
}

static bool next_start(struct flash_loader *l)
{
    if (l->step > 1 || !knows(l, CMD_GO))
        return false;
    if (l->step == 0)
        ask_command(l, CMD_GO, TAG_GO, match_ack);
    else
        ask_word(l, l->task.image->address, TAG_GO, match_ack, ANSWER_MS);
    l->step++;
    return true;
}

/* ---- what comes back ---- */

/* The boot loader is not where we thought it was: find it again, for a while. */
static void look_again(struct flash_loader *l)
{
    if (l->exchange.now_ms - l->begun_ms >= l->task.sync_ms) {
        flash_loader_fail(l, FLASH_LOADER_NO_SYNC,
                          "no STM32 boot loader answers (no reply to 7F in %u ms)",
                          l->task.sync_ms);
        return;
    }
    l->of.stm32.tries++;
    flash_loader_go(l, FLASH_LOADER_SYNC);
}

static void take_commands(struct flash_loader *l, const uint8_t *bytes)
{
    size_t count = (size_t)bytes[1] + 1;

    memset(l->of.stm32.commands, 0, sizeof(l->of.stm32.commands));
    for (size_t i = 1; i < count; i++) /* the first is the version */
        l->of.stm32.commands[bytes[2 + i] / 8] |= (uint8_t)(1U << bytes[2 + i] % 8);
    if (knows(l, CMD_WRITE) && knows(l, CMD_READ))
        return;
    if (l->of.stm32.doubts++ == 0)
        look_again(l);
    else
        flash_loader_fail(l, FLASH_LOADER_REFUSED,
                          "this boot loader neither reads nor writes: it is locked");
}

static void take_id(struct flash_loader *l, const uint8_t *bytes, size_t len)
{
    const struct flash_chip *chip = l->task.chip;
    uint32_t id = len >= 5 ? (uint32_t)bytes[2] << 8 | bytes[3] : bytes[2];

    bool is_right = (id & chip->id_mask) == (chip->id & chip->id_mask);

    if (!is_right && l->of.stm32.doubts++ == 0) {
        look_again(l);
        return;
    }
    l->calls->found(l->ctx, id, NULL);
    if (!is_right)
        flash_loader_fail(l, FLASH_LOADER_REFUSED,
                          "the chip says that it is 0x%03x, chip %s is 0x%03x: it is not the board "
                          "that is meant, and nothing was written",
                          id, chip->name, chip->id);
}

static void take_checksum(struct flash_loader *l, const uint8_t *bytes, size_t len)
{
    const uint8_t *at = bytes + len - 5;
    uint32_t crc =
        (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];

    flash_loader_compared(
        l, crc == flash_loader_crc_stm32(l->task.image->bytes, l->task.image->len), "checksum");
}

static void take_read(struct flash_loader *l, const uint8_t *bytes)
{
    const struct flash_image *image = l->task.image;
    uint32_t count = flash_loader_block_count(l, BLOCK);
    uint32_t offset = l->done * BLOCK;

    if (memcmp(bytes + 1, image->bytes + offset, read_len(l, l->done)) != 0) {
        flash_loader_compared(l, false, "read");
        l->step = count; /* a verification has seen enough */
        l->exchange.count = 0;
        return;
    }
    flash_loader_progress(l, ++l->done, count);
    if (l->done == count)
        flash_loader_compared(l, true, "read");
}

static void on_answer(void *ctx, int tag, const uint8_t *bytes, size_t len)
{
    struct flash_loader *l = ctx;

    switch ((enum tag)tag) {
    case TAG_GET:
        take_commands(l, bytes);
        break;
    case TAG_ID:
        take_id(l, bytes, len);
        break;
    case TAG_CHECKSUM:
        take_checksum(l, bytes, len);
        break;
    case TAG_ERASED:
        flash_loader_progress(l, l->step, sector_count(l));
        break;
    case TAG_WRITTEN:
        l->of.stm32.repeats = 0;
        flash_loader_progress(l, ++l->done, flash_loader_block_count(l, BLOCK));
        break;
    case TAG_READ:
        take_read(l, bytes);
        break;
    case TAG_SYNC:
    case TAG_FLUSH:
    case TAG_PART:
    case TAG_GO:
        break;
    }
}

static void give_up(struct flash_loader *l, const char *what)
{
    uint32_t offset = 0;
    uint32_t len = 0;

    if (l->stage != FLASH_LOADER_WRITE) {
        flash_loader_fail(l, FLASH_LOADER_BROKEN, "%s while %s", what,
                          flash_loader_stage_name(l->stage));
        return;
    }
    flash_loader_block(l, BLOCK, l->done, &offset, &len);
    flash_loader_fail(l, FLASH_LOADER_BROKEN, "%s while writing at 0x%08x", what,
                      l->task.image->address + offset);
}

/* After a NACK the boot loader waits for a command; one request at a time, so we know which. */
static bool repeat_block(struct flash_loader *l)
{
    if (!l->task.careful || (l->stage != FLASH_LOADER_WRITE && l->stage != FLASH_LOADER_VERIFY) ||
        (l->stage == FLASH_LOADER_VERIFY && has_checksum(l)) || ++l->of.stm32.repeats > MAX_REPEATS)
        return false;
    l->step = l->done;
    l->of.stm32.part = 0;
    return true;
}

static void on_wrong(void *ctx, int tag, const uint8_t *bytes, size_t len)
{
    struct flash_loader *l = ctx;
    bool is_nack = len == 1 && bytes[0] == NACK;

    if (tag == TAG_GET || tag == TAG_ID) {
        look_again(l);
        return;
    }
    if (tag == TAG_GO) {
        if (l->is_same) /* else nobody expected it to start */
            flash_loader_fail(l, FLASH_LOADER_REFUSED,
                              "the image is on the board, but the boot loader does not start it");
        return;
    }
    if (is_nack && repeat_block(l))
        return;
    give_up(l, is_nack ? "the boot loader refuses a command (NACK)"
                       : "the boot loader answers with something unexpected");
}

static void on_silence(void *ctx, int tag)
{
    struct flash_loader *l = ctx;

    switch ((enum tag)tag) {
    case TAG_SYNC:
    case TAG_FLUSH:
    case TAG_GET:
    case TAG_ID:
        look_again(l);
        break;
    case TAG_GO:
        break; /* it has started before it could answer */
    case TAG_PART:
    case TAG_CHECKSUM:
    case TAG_ERASED:
    case TAG_WRITTEN:
    case TAG_READ:
        give_up(l, "the boot loader stopped answering");
        break;
    }
}

const struct flash_loader_protocol flash_loader_protocol_stm32 = {
    .name = "stm32",
    .next = {[FLASH_LOADER_SYNC] = next_sync,
             [FLASH_LOADER_IDENTIFY] = next_identify,
             [FLASH_LOADER_COMPARE] = next_compare,
             [FLASH_LOADER_ERASE] = next_erase,
             [FLASH_LOADER_WRITE] = next_write,
             [FLASH_LOADER_VERIFY] = next_verify,
             [FLASH_LOADER_START] = next_start},
    .heard = {.answer = on_answer, .wrong = on_wrong, .silence = on_silence},
};
