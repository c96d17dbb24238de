/* SPDX-License-Identifier: Apache-2.0 */
/* Orders: what the service is told to do by itself, as sentences. */
#ifndef ORDER_H
#define ORDER_H

#include "inside.h"

/* A sentence taken apart: VERB [NAME] key=value ... payload=the rest of it. */
struct order {
    const struct order_row *row;
    char *text;             /* owned: what follows are pieces of it */
    const char *name;       /* NULL: the verb takes none */
    const char *device;     /* NULL: not said */
    const char *payload;    /* "" */
    const char *properties; /* "" */
    const char *folder;     /* "" */
    const char *shadow;     /* "" */
    int64_t seconds;        /* 0: not said */
};

struct order_row {
    const char *verb;
    const char *words; /* that it takes, between blanks: " device payload " */
    const char *form;  /* for people */
    bool has_name;
    /* As face_order(); the caller says which order it is about. */
    enum assay_status (*carry_out)(struct face *face, const struct order *order,
                                   struct assay_error *err);
};

/*
 * The device that an order means: the one that it names, else the settings', else the only one
 * that is there.
 * @param ret  borrowed
 * @retval ASSAY_ERR_STATE  nobody is there, or more than one
 */
ASSAY_RESULT order_device(const struct face *face, const struct order *order, const char **ret,
                          struct assay_error *err);

/* Orders of the settings, a line each: carried out as soon as that is possible. */
ASSAY_RESULT wishes_check(const struct face *face, const char *orders, struct assay_error *err);
void wishes_try(struct face *face);
void wishes_free(struct face *face);

#endif
