/* SPDX-License-Identifier: Apache-2.0 */
#ifndef STACK_BEARSSL_ERRORS_H
#define STACK_BEARSSL_ERRORS_H

#include "probe/probe_platform.h"

/* BearSSL's error (br_ssl_engine_last_error()) with its name and what it means. */
void stack_bearssl_explain(int error, struct probe_failure *ret);

#endif
