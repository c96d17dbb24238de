/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boards: a file (boards/<vendor>/<board>.yaml) plus a driver (a row of board_drivers[]). A board
 * makes one connection attempt at a time, when told; what it says becomes events. Everything is
 * asynchronous on the caller's loop.
 */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include "base/event.h"
#include "base/status.h"
#include "base/value.h"
#include "flash/flash.h"
#include "judge/verdict.h"

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct board;
struct board_file; /* a parsed and inherited board file */

/* A session that the board is to keep, instead of one message (supports.session of its file). */
struct board_stay {
    unsigned stay_ms; /* then it takes its leave, or is ended */
    unsigned keep_alive_s;
    bool is_clean;
    const char *filter; /* to subscribe to */
    unsigned filter_qos;
    unsigned qos;        /* of what it publishes */
    unsigned every_ms;   /* between two messages; 0: one is all */
    unsigned backoff_ms; /* its first wait, where the board can be told */
    unsigned ack_ms;     /* ... and how long it waits for an answer */
    const char *version; /* "3.1.1", "5.0" */
};

/* What an attempt needs. All borrowed for the call of board_connect() only. */
struct board_request {
    const char *host;        /* name that the board is to connect to and verify */
    const char *second_host; /* another one at the same address, to which it may be sent; NULL */
    const char *ip;          /* where it lives */
    unsigned port;           /* of the broker */
    unsigned plain_port;     /* of the same broker without TLS, which boards may know; 0: none */
    const char *service;     /* what is served there: "mqtts", "https", ...; NULL: mqtts */
    unsigned dns_port;       /* the scenario's DNS server on ip; 0: none */
    unsigned sntp_port;      /* the scenario's SNTP server on ip; 0: none */
    bool has_resolver;       /* this machine's resolver asks the scenario's DNS */
    int64_t unix_s;          /* scenario time now */
    const uint8_t *root_der; /* trust store: one root */
    size_t root_len;
    const uint8_t *cert_der; /* identity, or NULL */
    size_t cert_len;
    const uint8_t *key_der; /* PKCS#8 */
    size_t key_len;
    const char *psk_identity; /* or NULL */
    const char *psk_hex;
    const char *alpn; /* or NULL */
    const char *client_id, *username, *password, *topic, *payload;
    unsigned timeout_ms; /* the board is given up after this; 0: its file's limit alone */
    bool serve;          /* the board is to be a server; host, ip and port are its own matter */
    const char *clock;   /* where a board that can be told gets its time; NULL: as its file says */
    const struct board_stay *stay; /* or NULL */
    const char *cloud;             /* whose services the board is to use: "aws"; or NULL */
    bool reset;                    /* switch it off and on first; a process begins anew anyway */
    bool silent;                   /* the server will say nothing more from some point on */
};

/* How an attempt ended, from the board's side. */
struct board_outcome {
    enum cause cause; /* CAUSE_NONE: the board did what it was told (connecting may have failed) */
    char detail[256]; /* for a cause: what happened, for a person */
    bool has_result;  /* the board reported a result itself */
    bool ok;          /* ... and it was a success */
    bool timed_out;   /* timeout_ms passed without a result; cause stays CAUSE_NONE: whether that
                       * is the board's hang or a dead board is told by what the servers saw */
    uint64_t connect_ns; /* from the order to connect to the result, as the bench saw it */
};

typedef void (*board_done_fn)(void *ctx, const struct board_outcome *outcome);

/*
 * A board that is to serve takes connections at this port. Once an attempt, from the loop.
 * address: numeric, borrowed; NULL: where the run's network is.
 */
typedef void (*board_listening_fn)(void *ctx, const char *address, unsigned port);

/* Board files. Search: an existing path, else <directory>/<id>.yaml. */
ASSAY_RESULT board_file_load(const char *directory, const char *id_or_path, struct board_file **ret,
                             struct assay_error *err);
void board_file_free(struct board_file *file);
const char *board_file_id(const struct board_file *file);
const char *board_file_name(const struct board_file *file);
const char *board_file_driver(const struct board_file *file);
const char *board_file_stack(const struct board_file *file); /* "bearssl 0.6" */
/* `supports` as a value map ({tls={"1.2"}, key_types={...}, client_auth=true, ...}); never NULL. */
const struct value *board_file_supports(const struct board_file *file);
/* Is it behind a router of its own, whose other side is this machine? */
bool board_file_has_router(const struct board_file *file);
const char *board_file_clock(const struct board_file *file); /* none, serial, sntp, host */
/* What it is a client or a server of: mqtts, https, wss, wwep-tls. */
const char *board_file_service(const struct board_file *file);
/* How many times longer than a case says it is watched: for a board with waits of its own. */
unsigned board_file_session_factor(const struct board_file *file);
/* Does it serve, and the bench is its client? */
bool board_file_is_server(const struct board_file *file);

/* A board at a fixed address (driver `remote`). Texts are the file's; NULL: not given. */
enum { BOARD_PIN_TEXT = 65 };
struct board_remote {
    const char *address; /* numeric */
    unsigned port;
    const char *name;         /* that its certificate is for; its address where it has none */
    const char *ca;           /* paths: what its certificate has to end at */
    char pin[BOARD_PIN_TEXT]; /* SHA-256 of its certificate, hex; "": not given */
    const char *client_ca, *client_ca_key; /* that it trusts its clients by */
    const char *client_cert, *client_key;  /* or one client that it takes */
};
/* False: the board has another driver. */
bool board_file_remote(const struct board_file *file, struct board_remote *ret);

/* The file's time limits, or the defaults of its driver's kind; 0: none of its own. */
enum board_timeout {
    BOARD_TIMEOUT_READY,   /* from power-on until it takes commands */
    BOARD_TIMEOUT_CONNECT, /* one attempt */
    BOARD_TIMEOUT_PHASE,   /* what a probe is told to wait in one phase; 0: its own patience */
    BOARD_TIMEOUT_SILENCE, /* ... where the server keeps silent on purpose; 0: no less than else */
    BOARD_TIMEOUT_QUIET,   /* how long it must stay silent to count as having given up */
    BOARD_TIMEOUT_COUNT
};
unsigned board_file_timeout_ms(const struct board_file *file, enum board_timeout which);

/*
 * Would this board start on this machine? ASSAY_ERR_NOT_FOUND: err says what is missing and how to
 * get it. Attempts of such a board end with CAUSE_HARNESS. Of the options only the directories
 * count.
 */
struct board_options;
ASSAY_RESULT board_file_check_machine(const struct board_file *file,
                                      const struct board_options *options, struct assay_error *err);

/* Every board file below directory, ids sorted; release with value_free (list of texts). */
ASSAY_RESULT board_files_list(const char *directory, struct value **ret, struct assay_error *err);

struct board_options {
    uv_loop_t *loop;               /* borrowed */
    const struct event_sink *sink; /* borrowed; see board_set_sink() */
    const char *work_dir;          /* private directory for files of this board; exists */
    const char *program_dir;       /* where the virtual boards' programs are */
    const char *firmware_dir;      /* where emulated boards' loaders and images are */
    const char *state_dir;         /* what outlives a run: an emulated board's flash memory; NULL:
                                    * work_dir */
};

/*
 * Start or attach the board; returns at once, readiness is part of the first attempt. The texts of
 * options are copied; file, loop and sink must outlive the board.
 */
ASSAY_RESULT board_open(const struct board_file *file, const struct board_options *options,
                        struct board **ret, struct assay_error *err);
/*
 * Ends the board's processes and frees; NULL is allowed. A running attempt is done with
 * CAUSE_HARNESS before this returns. The loop has to turn once more to release its handles.
 */
void board_close(struct board *board);
/* From now on events go here (each attempt has its own transcript). */
void board_set_sink(struct board *board, const struct event_sink *sink);

/*
 * Order one attempt. done is called exactly once from the loop, unless the call itself fails.
 * @retval ASSAY_ERR_BUSY  the previous attempt has not ended
 */
ASSAY_RESULT board_connect(struct board *board, const struct board_request *request,
                           board_done_fn done, void *ctx, struct assay_error *err);
/*
 * ... to be a server (request->serve): listening tells where, then the attempt goes on until
 * board_stop(), whose end is a success, or until the board ends by itself.
 */
ASSAY_RESULT board_serve(struct board *board, const struct board_request *request,
                         board_listening_fn listening, board_done_fn done, void *ctx,
                         struct assay_error *err);
/* It has served long enough; done follows. Nothing happens when no such attempt is running. */
void board_stop(struct board *board);
/*
 * Give up the running attempt; done is called from the loop with this cause and detail. Nothing
 * happens when no attempt is running, or when it has ended and done is on its way.
 */
void board_cancel(struct board *board, enum cause cause, const char *detail);

/*
 * A board's serial port, for something else than its driver: flashing it, above all. The texts are
 * the board's.
 */
struct board_port {
    const char *path;
    /* Reset, with the boot pin held or not; returns at once. */
    ASSAY_RESULT (*reset)(void *ctx, bool into_loader, struct assay_error *err);
    void *ctx;
};

/*
 * Lend the port of a board that is switched on for it; the driver keeps its hands off until it is
 * returned, or until the next attempt is ordered, which begins with a power cycle.
 * @retval ASSAY_ERR_BUSY         an attempt is running
 * @retval ASSAY_ERR_UNSUPPORTED  its driver has no port to lend
 */
ASSAY_RESULT board_port_lend(struct board *board, struct board_port *ret, struct assay_error *err);
void board_port_return(struct board *board);

/* Does the file say how the board is flashed (`flash:`)? */
bool board_file_has_flash(const struct board_file *file);

struct board_flash_options {
    const char *image;                /* a path; NULL: what the file says */
    const char *port;                 /* NULL: what the board lends, else what the file says */
    bool force, verify_only, dry_run; /* flash/flash.h */
    struct flash **running;           /* set while it runs, for flash_cancel(); may be NULL */
};

/*
 * Flash the board by what its file says, to the end, turning its loop meanwhile. A relative image
 * of the file is looked for in firmware_dir and program_dir. Events go to the board's sink. A board
 * that lends its port is switched off afterwards, and begins its next attempt with power-on.
 * @param ret  set on success, which is not yet a success of the flash: see its result
 * @retval ASSAY_ERR_UNSUPPORTED  the file has no `flash:`
 * @retval ASSAY_ERR_BUSY         an attempt is running
 */
ASSAY_RESULT board_flash(struct board *board, const struct board_flash_options *options,
                         struct flash_outcome *ret, struct assay_error *err);

/* Drivers, as rows of one table ending with a NULL name. */
struct board_driver_info {
    const char *name, *summary;
};
const struct board_driver_info *board_driver_infos(void);

/*
 * The libraries that let a program resolve the bench's host names (nss_wrapper) and live on the
 * scenario's clock (libfaketime) without root. Looked for in the directories of the environment's
 * ASSAY_PRELOAD_PATH (separated by colons) and then where distributions install them.
 *
 * @retval ASSAY_ERR_NOT_FOUND  err names the library, the package and where it was looked for
 */
struct board_preload {
    char nss_wrapper[512];
    char faketime[512];
};
ASSAY_RESULT board_preload_find(struct board_preload *ret, struct assay_error *err);

#endif
