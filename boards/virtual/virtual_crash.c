/* SPDX-License-Identifier: Apache-2.0 */
/* Apart from virtual_stack.c, which boards without an operating system have too. */
#include "virtual_stack.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

void virtual_crash(void)
{
    const struct rlimit none = {0, 0}; /* no core file: it is on purpose */

    (void)setrlimit(RLIMIT_CORE, &none);
    (void)signal(SIGABRT, SIG_DFL);
    (void)raise(SIGABRT);
}

void virtual_hang(void)
{
    for (;;)
        (void)pause();
}
