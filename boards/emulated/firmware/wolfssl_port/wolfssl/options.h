/* SPDX-License-Identifier: Apache-2.0 */
/* A build with user_settings.h has no other options; the adapter asks for this header. */
#ifndef WOLFSSL_PORT_OPTIONS_H
#define WOLFSSL_PORT_OPTIONS_H

#include "user_settings.h"

#endif
