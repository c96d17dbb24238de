/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: the name server and the time server that a lease of QEMU's leads to, in a network of
 * the test's own (network_isolate()).
 */
#ifndef LEASE_SERVERS_H
#define LEASE_SERVERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Every name has the address 10.0.2.2, which is 127.0.0.1 for the board; the time is what is given.
 * A process of its own that ends with us. @return 0: it could not be
 */
pid_t lease_servers_start(int64_t unix_s);
void lease_servers_stop(pid_t pid);

#endif
