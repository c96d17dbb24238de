/* SPDX-License-Identifier: Apache-2.0 */
/* The server side of the mbedTLS board. */
#ifndef STACK_MBEDTLS_SERVER_H
#define STACK_MBEDTLS_SERVER_H

#include "virtual_stack.h"

extern const struct virtual_stack_server stack_mbedtls_server;

#endif
