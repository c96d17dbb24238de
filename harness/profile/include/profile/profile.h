/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles: whose rules a board is measured by. A profile changes the severity of cases, or says
 * that they do not apply, by rules; it holds no case of its own. docs/formats/profile.md.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include "base/status.h"
#include "base/value.h"
#include "judge/verdict.h"

/* Severities are the scenarios' own; it is there also where its file is not. */
#define PROFILE_DEFAULT "iot"

struct profile;

/* What of a case the rules look at; borrowed. */
struct profile_case {
    const char *id;
    enum category category;
    enum severity severity;   /* the scenario's own */
    const struct value *spec; /* list of texts: "RFC 5280 section 6.1.3" */
};

struct profile_effect {
    enum severity severity;     /* what a failure is worth under this profile */
    const char *not_applicable; /* why the case does not apply; NULL: it does. The profile's */
    const char *why;            /* of the rule that decided; NULL: none did. The profile's */
};

/*
 * Load a profile.
 * @param directory     where <name>.yaml files stand
 * @param name_or_path  "webpki", or a path (with a slash or ending in .yaml) of a user's own
 * @retval ASSAY_ERR_NOT_FOUND  err names the profiles that there are
 * @retval ASSAY_ERR_MALFORMED  err: "file:line: what"
 */
ASSAY_RESULT profile_load(const char *directory, const char *name_or_path, struct profile **ret,
                          struct assay_error *err);
void profile_free(struct profile *profile); /* NULL is allowed */

const char *profile_name(const struct profile *profile);
const char *profile_title(const struct profile *profile);

/* Every profile below directory, names sorted; release with value_free (list of texts). */
ASSAY_RESULT profile_list(const char *directory, struct value **ret, struct assay_error *err);

/*
 * What the profile makes of a case. Rules are read from first to last; of those that fit, the last
 * one that says something about severity, or about applicability, decides that.
 */
struct profile_effect profile_apply(const struct profile *profile, const struct profile_case *c);

/*
 * Rules whose `cases` name nothing in a list of ids: a wrong id would silently change nothing.
 * @param ids  texts
 * @retval ASSAY_ERR_NOT_FOUND  err names file, line and pattern
 */
ASSAY_RESULT profile_check(const struct profile *profile, const struct value *ids,
                           struct assay_error *err);

#endif
