/* SPDX-License-Identifier: Apache-2.0 */
/* The server side of the OpenSSL board. */
#ifndef STACK_OPENSSL_SERVER_H
#define STACK_OPENSSL_SERVER_H

#include "virtual_stack.h"

extern const struct virtual_stack_server stack_openssl_server;

#endif
