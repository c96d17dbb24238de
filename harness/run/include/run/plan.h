/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan of one board: in which order cases and their controls are run. Every case stands
 * between two runs of its control; neighbours with the same control share the run between them.
 * Pure.
 */
#ifndef RUN_PLAN_H
#define RUN_PLAN_H

#include "base/status.h"
#include "base/value.h"
#include "profile/profile.h"
#include "scenario/scenario.h"

/* What the bench supports, beside what the board does: a need of scenarios. */
#define PLAN_ISOLATED "isolated"
/* What the bench knows of the board's own certificate, issued or given: likewise. */
#define PLAN_IDENTITY "identity"
/* Its versions; `false` of a board that serves without. */
#define PLAN_TLS "tls"

struct plan_case {
    const struct scenario *scenario;
    const struct scenario *control;
    enum severity severity; /* what a failure is worth under the run's profile */
    const char *why; /* the profile's reason for that severity; NULL: it is the scenario's own */
    char *not_applicable; /* why it is not run; NULL: it is. Owned */
    bool shares_before;   /* the control after the previous case serves this one too */
};

struct plan {
    struct plan_case *cases;
    size_t count;
    size_t attempts;      /* connections that the board has to make when all goes well */
    size_t attempts_more; /* ... and at most this many more, to find the limits that are measured */
};

struct plan_options {
    const struct value *supports; /* of the board file, with PLAN_ISOLATED; NULL: nothing is said */
    bool is_server;               /* the board is one; else it is a client */
    bool has_one_client; /* ... and takes one client certificate, which nobody here can issue */
    const struct profile *profile; /* NULL: severities are the scenarios' own */
    uint64_t shuffle; /* order them by chance, by this seed (0: keep the order, neighbours with
                       * one control brought together) */
    size_t repeat;    /* attempts of a case */
};

/*
 * @param scenarios  in the order in which they were asked for; borrowed by the plan
 * @retval ASSAY_ERR_NOT_FOUND  a scenario's control is not in the set
 */
ASSAY_RESULT plan_make(const struct scenario_set *set, const struct scenario *const *scenarios,
                       size_t count, const struct plan_options *options, struct plan *ret,
                       struct assay_error *err);
void plan_done(struct plan *plan);

#endif
