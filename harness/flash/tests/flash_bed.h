/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board to flash: the boot loader of the emulated boards as a program, its flash a file that
 * outlives it, and between it and the bench a line that can flip a bit or be pulled out.
 */
#ifndef FLASH_BED_H
#define FLASH_BED_H

#include "flash/flash.h"

#include "base/exec.h"
#include "base/transcript.h"
#include "serial/serial.h"

enum { BED_PATH = 512, BED_ARGS = 12 };

/* What happens on the line, once. */
struct bed_fault {
    uint64_t flip_tx;          /* a bit of this byte (counted from 1) towards the board; 0: none */
    uint64_t flip_rx;          /* ... from the board */
    const char *pull_at;       /* pulled out when an event of this kind comes; NULL: never */
    const char *pull_phase;    /* of a flash.progress that it has to be about; NULL: any */
    int64_t pull_percent;      /* ... and how far it has to be */
    uint64_t pull_tx, pull_rx; /* or after so many bytes; 0: never */
};

struct flash_bed {
    uv_loop_t loop;
    struct transcript *transcript;
    struct event_sink sink; /* into the transcript, and looked at */
    const struct event_sink *kept;
    uint32_t linked_to; /* what flash_bed_make_image() writes into the vector table */
    char flash_file[BED_PATH], image[BED_PATH], board_port[64];
    struct exec_child board;
    int control; /* of the board: B, R; -1: none */
    /* The line. */
    int master; /* the bench's side; -1: none, the port is the board's own */
    struct loop_watch *master_watch;
    struct serial *to_board;
    struct buf to_bench;
    uint64_t tx, rx;
    struct bed_fault fault;
    char port[BED_PATH]; /* what the bench is told to open */
    struct value *settings;
    struct flash_request request;
    struct flash_outcome outcome;
};

void flash_bed_init(struct flash_bed *bed);
void flash_bed_done(struct flash_bed *bed);

/* Settings in one line of words: "driver stm32 chip emulated-m3 entry none". */
void flash_bed_set(struct flash_bed *bed, const char *words);

/* A sealed image that the boot loader takes; seed makes it another one. Sets bed->image. */
void flash_bed_make_image(struct flash_bed *bed, const char *name, size_t len, unsigned seed);

/* Power on, with options like "--cut-after 1000" in words; NULL: none. */
void flash_bed_power_on(struct flash_bed *bed, const char *options);

/* Its end, by itself or not. @return its exit code, -1 for one that had to be killed */
int flash_bed_power_off(struct flash_bed *bed);

/* A line with faults between the bench and the board. Without it the port is the board's own. */
void flash_bed_plug_in(struct flash_bed *bed, struct bed_fault fault);
void flash_bed_pull_out(struct flash_bed *bed);

/* Flash bed->image by bed->request; the outcome is in bed->outcome. */
void flash_bed_flash(struct flash_bed *bed);

/* Is the image in the board's flash, byte by byte? */
bool flash_bed_holds_image(const struct flash_bed *bed);

/* Is the first word of the board's flash erased? Then nothing there could be started. */
bool flash_bed_begins_erased(const struct flash_bed *bed);

/* How many events of a kind there are. */
size_t flash_bed_count(const struct flash_bed *bed, const char *kind);

#endif
