/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SAM-BA with Arduino's extension, as on the SAMD21 boards (MKR, Nano 33 IoT): commands in text,
 * "[Arduino:XYZ]" in the version says that it erases (X), writes from a buffer (Y) and makes
 * checksums (Z). AT07175 and ArduinoCore-samd, bootloaders/zero/sam_ba_monitor.c.
 */
#include "flash_loader.h"

#include "flash_loader_checksum.h"

#include "base/buf.h"

#include <stdio.h>
#include <string.h>

enum { SOH = 0x01, EOT = 0x04, XMODEM_ACK = 0x06, XMODEM_NAK = 0x15, AUTOBAUD = 0x80 };
enum tag {
    TAG_PROMPT,
    TAG_QUIET,
    TAG_VERSION,
    TAG_ID,
    TAG_SUM,
    TAG_ERASED,
    TAG_READY,
    TAG_PACKET,
    TAG_BUFFER,
    TAG_WRITTEN
};

enum {
    PACKET = 128, /* of XMODEM */
    QUARTERS = 4,
    MAX_REPEATS = 5,
    DSU_DID = 0x41002018, /* SAM D21 data sheet, section 13.13.9 */
    TEXT_MAX = 40,
    SUM_LEN = 12, /* Z, 8 digits, #, LF, CR */
    PROMPT_MS = 150,
    QUIET_MS = 60,
    LONG_QUIET_MS = 2200,
    QUIET_TRY = 4,
    SYNC_TRIES = 7,
    ANSWER_MS = 2000,
    SUM_MS = 3000,
    ERASE_MS = 5000
};

/* What the last request may still wait for: the rest of a packet of XMODEM. */
enum { FLUSH_BYTES = PACKET + 8 };

/* ---- answers ---- */

/* Whatever came before: LF CR is the end of an answer. arg: how many bytes it has at least. */
static enum assay_status match_line(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    for (size_t i = 1; i < len; i++) {
        if (bytes[i - 1] == '\n' && bytes[i] == '\r' && i + 1 >= arg) {
            *ret_used = i + 1;
            return ASSAY_OK;
        }
    }
    return ASSAY_ERR_TRUNCATED;
}

static enum assay_status match_quiet(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    (void)bytes;
    (void)len;
    (void)arg;
    (void)ret_used;
    return ASSAY_ERR_TRUNCATED;
}

static enum assay_status match_bytes(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    (void)bytes;
    *ret_used = arg;
    return len < arg ? ASSAY_ERR_TRUNCATED : ASSAY_OK;
}

/* An XMODEM receiver repeats 'C' until the first packet; those may stand before any answer. */
static size_t invitations(const uint8_t *bytes, size_t len)
{
    size_t i = 0;

    while (i < len && bytes[i] == 'C')
        i++;
    return i;
}

static enum assay_status match_ready(const uint8_t *bytes, size_t len, size_t arg, size_t *ret_used)
{
    (void)arg;
    if (len == 0)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = 1;
    return bytes[0] == 'C' ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}

static enum assay_status match_packet(const uint8_t *bytes, size_t len, size_t arg,
                                      size_t *ret_used)
{
    size_t at = invitations(bytes, len);

    (void)arg;
    if (at == len)
        return ASSAY_ERR_TRUNCATED;
    *ret_used = at + 1;
    return bytes[at] == XMODEM_ACK ? ASSAY_OK : ASSAY_ERR_MALFORMED;
}

/* A letter, LF, CR. */
static enum assay_status match_letter(const uint8_t *bytes, size_t len, size_t arg,
                                      size_t *ret_used)
{
    const uint8_t want[] = {(uint8_t)arg, '\n', '\r'};
    size_t at = invitations(bytes, len);
    size_t have = len - at < sizeof(want) ? len - at : sizeof(want);

    *ret_used = at + 1;
    if (have > 0 && memcmp(bytes + at, want, have) != 0)
        return ASSAY_ERR_MALFORMED;
    *ret_used = at + sizeof(want);
    return have < sizeof(want) ? ASSAY_ERR_TRUNCATED : ASSAY_OK;
}

/* ---- requests ---- */

static void ask(struct flash_loader *l, const void *bytes, size_t len, enum tag tag,
                flash_loader_match_fn match, size_t arg, unsigned timeout_ms)
{
    struct flash_loader_due due = {
        .tag = (int)tag, .match = match, .arg = arg, .timeout_ms = timeout_ms};

    flash_loader_exchange_send(&l->exchange, bytes, len, &due);
}

/* "Xaaaaaaaa#" or "Xaaaaaaaa,bbbbbbbb#". */
static size_t command(char text[TEXT_MAX], char letter, uint32_t address, const uint32_t *second)
{
    int len = second != NULL ? snprintf(text, TEXT_MAX, "%c%08X,%08X#", letter, address, *second)
                             : snprintf(text, TEXT_MAX, "%c%08X#", letter, address);

    return (size_t)len;
}

/*
 * A monitor that is awake needs nothing before N#. One that is not is told the rate (autobaud); one
 * that waits for the rest of a broken transfer is given its end, and then two quiet seconds, after
 * which a boot loader of ours forgets it.
 */
static bool wake_up(struct flash_loader *l)
{
    static const uint8_t autobaud[] = {AUTOBAUD, AUTOBAUD, '#'};
    uint8_t flush[FLUSH_BYTES];
    unsigned tries = l->of.samba.tries % SYNC_TRIES;

    if (tries == 0)
        return false;
    if (tries == QUIET_TRY) {
        ask(l, NULL, 0, TAG_QUIET, match_quiet, 0, LONG_QUIET_MS);
    } else if (tries % 2 == 0) {
        memset(flush, EOT, sizeof(flush));
        flush[sizeof(flush) - 1] = '\n';
        ask(l, flush, sizeof(flush), TAG_QUIET, match_quiet, 0, PROMPT_MS);
    } else {
        ask(l, autobaud, sizeof(autobaud), TAG_QUIET, match_quiet, 0, QUIET_MS);
    }
    return true;
}

static bool next_sync(struct flash_loader *l)
{
    uint32_t step = l->step++;

    if (step == 0 && !l->task.is_usb && wake_up(l))
        return true;
    if (step == 0)
        l->step++;
    if (step > 1)
        return false;
    ask(l, "N#", 2, TAG_PROMPT, match_line, 2, PROMPT_MS); /* no prompts, binary numbers */
    return true;
}

static bool next_identify(struct flash_loader *l)
{
    char text[TEXT_MAX];

    switch (l->step++) {
    case 0:
        ask(l, "V#", 2, TAG_VERSION, match_line, 4, ANSWER_MS);
        return true;
    case 1:
        ask(l, text, (size_t)snprintf(text, sizeof(text), "w%08X,4#", DSU_DID), TAG_ID, match_bytes,
            4, ANSWER_MS);
        return true;
    default:
        return false;
    }
}

static void ask_sum(struct flash_loader *l, uint32_t offset, uint32_t len)
{
    char text[TEXT_MAX];

    ask(l, text, command(text, 'Z', l->task.image->address + offset, &len), TAG_SUM, match_line,
        SUM_LEN, SUM_MS);
}

static void quarter(const struct flash_loader *l, uint32_t index, uint32_t *ret_offset,
                    uint32_t *ret_len)
{
    uint32_t len = l->task.image->len;
    uint32_t size = len / QUARTERS / 4 * 4;

    *ret_offset = index * size;
    *ret_len = index + 1 < QUARTERS ? size : len - *ret_offset;
}

/*
 * 16 bits are little to say that an image of another day is not this one: four sums of a quarter
 * each cost the same time as one of all.
 */
static bool next_compare(struct flash_loader *l)
{
    uint32_t offset = 0;
    uint32_t len = 0;

    if (l->step >= QUARTERS)
        return false;
    quarter(l, l->step++, &offset, &len);
    ask_sum(l, offset, len);
    return true;
}

/* There is one way to erase: from an address to the end of the flash. */
static bool next_erase(struct flash_loader *l)
{
    char text[TEXT_MAX];

    if (l->step++ > 0)
        return false;
    ask(l, text, command(text, 'X', l->task.image->address, NULL), TAG_ERASED, match_letter, 'X',
        ERASE_MS);
    return true;
}

static uint32_t packet_count(uint32_t len)
{
    return (len + PACKET - 1) / PACKET;
}

static void ask_packet(struct flash_loader *l, const uint8_t *data, uint32_t len, uint32_t number)
{
    uint8_t bytes[3 + PACKET + 2];
    uint16_t crc = 0;

    bytes[0] = SOH;
    bytes[1] = (uint8_t)(number + 1);
    bytes[2] = (uint8_t)~bytes[1];
    memset(bytes + 3, 0xff, PACKET);
    memcpy(bytes + 3, data, len);
    crc = flash_loader_crc16(bytes + 3, PACKET);
    bytes[3 + PACKET] = (uint8_t)(crc >> 8);
    bytes[4 + PACKET] = (uint8_t)crc;
    ask(l, bytes, sizeof(bytes), TAG_PACKET, match_packet, 0, ANSWER_MS);
}

/* The block's bytes into the RAM of the chip. False: all are on their way. */
static bool next_bytes(struct flash_loader *l, uint32_t offset, uint32_t len)
{
    static const uint8_t end[] = {EOT};
    struct flash_loader_samba *s = &l->of.samba;
    const uint8_t *data = l->task.image->bytes + offset;
    uint32_t at = s->packets * PACKET;

    if (l->task.is_usb) {
        if (s->packets++ > 0)
            return false;
        flash_loader_exchange_send(&l->exchange, data, len, NULL);
        return true;
    }
    if (s->packets > packet_count(len))
        return false;
    if (s->packets == packet_count(len))
        ask(l, end, sizeof(end), TAG_PACKET, match_packet, 0, ANSWER_MS);
    else
        ask_packet(l, data + at, len - at < PACKET ? len - at : PACKET, s->packets);
    s->packets++;
    return true;
}

static void announce_bytes(struct flash_loader *l, uint32_t len)
{
    char text[TEXT_MAX];
    size_t text_len = command(text, 'S', l->task.chip->buffer, &len);

    l->of.samba.packets = 0;
    l->of.samba.packets_taken = 0;
    if (l->task.is_usb)
        flash_loader_exchange_send(&l->exchange, text, text_len, NULL);
    else
        ask(l, text, text_len, TAG_READY, match_ready, 0, ANSWER_MS);
}

enum part { PART_ANNOUNCE, PART_BYTES, PART_BUFFER, PART_COPY };

static bool next_write(struct flash_loader *l)
{
    static const uint32_t nothing = 0;
    struct flash_loader_samba *s = &l->of.samba;
    uint32_t offset = 0;
    uint32_t len = 0;
    char text[TEXT_MAX];

    if (l->step >= flash_loader_block_count(l, l->task.chip->buffer_size))
        return false;
    flash_loader_block(l, l->task.chip->buffer_size, l->step, &offset, &len);
    if (s->part == PART_ANNOUNCE) {
        announce_bytes(l, len);
        s->part = PART_BYTES;
        return true;
    }
    if (s->part == PART_BYTES) {
        if (next_bytes(l, offset, len))
            return true;
        s->part = s->has_buffer ? PART_COPY : PART_BUFFER;
    }
    if (s->part == PART_BUFFER) {
        ask(l, text, command(text, 'Y', l->task.chip->buffer, &nothing), TAG_BUFFER, match_letter,
            'Y', ANSWER_MS);
        s->has_buffer = true;
        s->part = PART_COPY;
        return true;
    }
    ask(l, text, command(text, 'Y', l->task.image->address + offset, &len), TAG_WRITTEN,
        match_letter, 'Y', ANSWER_MS);
    s->part = PART_ANNOUNCE;
    l->step++;
    return true;
}

static bool next_verify(struct flash_loader *l)
{
    if (l->step++ > 0)
        return false;
    ask_sum(l, 0, l->task.image->len);
    return true;
}

/* AIRCR.SYSRESETREQ (ARMv7-M and v6-M, B3.2.6); nothing is left to answer. */
static bool next_start(struct flash_loader *l)
{
    static const char reset[] = "WE000ED0C,05FA0004#";

    if (l->step++ > 0)
        return false;
    flash_loader_exchange_send(&l->exchange, reset, sizeof(reset) - 1, NULL);
    return true;
}

/* ---- what comes back ---- */

static void look_again(struct flash_loader *l)
{
    if (l->exchange.now_ms - l->begun_ms >= l->task.sync_ms) {
        flash_loader_fail(l, FLASH_LOADER_NO_SYNC,
                          "no SAM-BA boot loader answers (no reply to N# in %u ms)",
                          l->task.sync_ms);
        return;
    }
    l->of.samba.tries++;
    flash_loader_go(l, FLASH_LOADER_SYNC);
}

static bool has_extension(const char *version)
{
    const char *at = strstr(version, "[Arduino:");
    size_t len = at != NULL ? strcspn(at, "]") : 0;

    return len > 0 && memchr(at + 8, 'X', len - 8) != NULL &&
           memchr(at + 8, 'Y', len - 8) != NULL && memchr(at + 8, 'Z', len - 8) != NULL;
}

static bool is_right_persona(const struct flash_loader *l)
{
    return l->task.persona == NULL || strstr(l->of.samba.version, l->task.persona) != NULL;
}

static void take_version(struct flash_loader *l, const uint8_t *bytes, size_t len)
{
    char *version = l->of.samba.version;
    size_t kept = 0;

    for (size_t i = 0; i < len && kept + 1 < sizeof(l->of.samba.version); i++)
        if (bytes[i] >= ' ' && bytes[i] < 0x7f)
            version[kept++] = (char)bytes[i];
    version[kept] = '\0';
    if (is_right_persona(l) && has_extension(version))
        return;
    if (l->of.samba.doubts++ == 0)
        look_again(l);
    else if (!is_right_persona(l))
        flash_loader_fail(l, FLASH_LOADER_REFUSED,
                          "the boot loader calls itself \"%s\", the board file expects \"%.64s\": "
                          "it is not the board that is meant, and nothing was written",
                          version, l->task.persona);
    else
        flash_loader_fail(l, FLASH_LOADER_REFUSED,
                          "the boot loader \"%s\" has not Arduino's extension (XYZ); "
                          "`driver: command` with bossac can flash it",
                          version);
}

static void take_id(struct flash_loader *l, const uint8_t *bytes)
{
    const struct flash_chip *chip = l->task.chip;
    uint32_t id =
        bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;

    bool is_right = (id & chip->id_mask) == (chip->id & chip->id_mask);

    if (!is_right && l->of.samba.doubts++ == 0) {
        look_again(l);
        return;
    }
    l->calls->found(l->ctx, id, l->of.samba.version);
    if (!is_right)
        flash_loader_fail(l, FLASH_LOADER_REFUSED,
                          "the chip says that it is 0x%08x, chip %s is 0x%08x: it is not the board "
                          "that is meant, and nothing was written",
                          id, chip->name, chip->id);
}

/* "Zhhhhhhhh#": false where it is something else. */
static bool read_sum(const uint8_t *bytes, size_t len, uint16_t *ret)
{
    struct buf digits;
    bool ok = false;

    if (len < SUM_LEN || bytes[len - SUM_LEN] != 'Z' || bytes[len - 3] != '#')
        return false;
    buf_init(&digits, 4);
    ok = buf_add_from_hex(&digits, (const char *)bytes + len - SUM_LEN + 1, 8) == ASSAY_OK;
    if (ok)
        *ret = (uint16_t)(digits.data[2] << 8 | digits.data[3]);
    buf_done(&digits);
    return ok;
}

static void take_sum(struct flash_loader *l, const uint8_t *bytes, size_t len)
{
    const struct flash_image *image = l->task.image;
    uint32_t offset = 0;
    uint32_t part = image->len;
    uint16_t sum = 0;

    if (l->stage == FLASH_LOADER_COMPARE)
        quarter(l, l->done++, &offset, &part);
    if (!read_sum(bytes, len, &sum)) {
        flash_loader_fail(l, FLASH_LOADER_BROKEN,
                          "the boot loader answers with something unexpected while %s",
                          flash_loader_stage_name(l->stage));
        return;
    }
    if (sum != flash_loader_crc16(image->bytes + offset, part)) {
        l->step = QUARTERS; /* the others tell nothing new */
        flash_loader_compared(l, false, "checksum");
    } else if (l->stage == FLASH_LOADER_VERIFY || l->done == QUARTERS) {
        flash_loader_compared(l, true, "checksum");
    }
}

static void on_answer(void *ctx, int tag, const uint8_t *bytes, size_t len)
{
    struct flash_loader *l = ctx;

    switch ((enum tag)tag) {
    case TAG_VERSION:
        take_version(l, bytes, len);
        break;
    case TAG_ID:
        take_id(l, bytes);
        break;
    case TAG_SUM:
        take_sum(l, bytes, len);
        break;
    case TAG_ERASED:
        flash_loader_progress(l, 1, 1);
        break;
    case TAG_PACKET:
        l->of.samba.repeats = 0;
        l->of.samba.packets_taken++;
        break;
    case TAG_WRITTEN:
        flash_loader_progress(l, ++l->done, flash_loader_block_count(l, l->task.chip->buffer_size));
        break;
    case TAG_PROMPT:
    case TAG_QUIET:
    case TAG_READY:
    case TAG_BUFFER:
        break;
    }
}

static void give_up(struct flash_loader *l, const char *what)
{
    flash_loader_fail(l, FLASH_LOADER_BROKEN, "%s while %s", what,
                      flash_loader_stage_name(l->stage));
}

static void on_wrong(void *ctx, int tag, const uint8_t *bytes, size_t len)
{
    struct flash_loader *l = ctx;
    bool is_nak = tag == TAG_PACKET && bytes[len - 1] == XMODEM_NAK;

    if (is_nak && l->task.careful && ++l->of.samba.repeats <= MAX_REPEATS) {
        l->of.samba.packets = l->of.samba.packets_taken; /* the same again */
        l->of.samba.part = PART_BYTES;
        return;
    }
    give_up(l, is_nak ? "the boot loader refuses a packet (NAK)"
                      : "the boot loader answers with something unexpected");
}

static void on_silence(void *ctx, int tag)
{
    struct flash_loader *l = ctx;

    switch ((enum tag)tag) {
    case TAG_QUIET:
        break;
    case TAG_PROMPT:
    case TAG_VERSION:
    case TAG_ID:
        look_again(l);
        break;
    case TAG_SUM:
    case TAG_ERASED:
    case TAG_READY:
    case TAG_PACKET:
    case TAG_BUFFER:
    case TAG_WRITTEN:
        give_up(l, "the boot loader stopped answering");
        break;
    }
}

const struct flash_loader_protocol flash_loader_protocol_samba = {
    .name = "samba",
    .next = {[FLASH_LOADER_SYNC] = next_sync,
             [FLASH_LOADER_IDENTIFY] = next_identify,
             [FLASH_LOADER_COMPARE] = next_compare,
             [FLASH_LOADER_ERASE] = next_erase,
             [FLASH_LOADER_WRITE] = next_write,
             [FLASH_LOADER_VERIFY] = next_verify,
             [FLASH_LOADER_START] = next_start},
    .heard = {.answer = on_answer, .wrong = on_wrong, .silence = on_silence},
};
