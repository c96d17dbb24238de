/* SPDX-License-Identifier: Apache-2.0 */
/* A directory of scenarios for a test: one control, and scripts that a test writes beside it. */
#ifndef SCENARIO_FIXTURE_H
#define SCENARIO_FIXTURE_H

#include "scenario/scenario.h"

/* Fields of a good case, to be put into scenario{...}; a field that follows wins over these. */
#define GOOD_PROSE                                                                                 \
    "title='t', category='trust', severity='S0', server='s', why='w', good='g', bad='b',"          \
    "spec={'RFC 1'},"
#define GOOD_CASE                                                                                  \
    GOOD_PROSE "id='PATH-01', expect='refuse', alerts={'unknown_ca'}, control='POS-01',"           \
               "change={certs={leaf={issuer='self'}}}, differs={'certs.leaf.issuer'},"
#define GOOD_CONTROL GOOD_PROSE "id='POS-01', expect='accept', control='POS-01',"

/* The directory that the fixture writes into. */
const char *fixture_directory(void);

/* Write a script; `relative` is like "path/PATH-01-x.lua". */
void fixture_write(const char *relative, const char *text);
void fixture_write_bytes(const char *relative, const void *text, size_t len);

/* A plain control, pos/POS-01-control.lua. */
void fixture_write_control(void);

/* Load the directory. NULL and err when that fails. */
struct scenario_set *fixture_load(struct assay_error *err);

/*
 * The control and `script` as path/PATH-01-x.lua: loading has to fail with a text that begins with
 * that file and `line`, and holds `part`.
 */
void fixture_expect_error(const char *script, int line, const char *part);

/* The control and `script` load; err is a failure of the test. */
struct scenario_set *fixture_expect_good(const char *script);

#endif
