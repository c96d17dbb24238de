/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_stack.h"

#include <stdarg.h>
#include <stdio.h>

const char *virtual_tls_version_name(unsigned version)
{
    static const char *const names[] = {"TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"};

    return version >= 0x0301 && version <= 0x0304 ? names[version - 0x0301] : "TLS ?";
}

void virtual_failure_set(struct probe_failure *failure, int32_t code, const char *format, ...)
{
    va_list args;

    failure->code = code;
    va_start(args, format);
    vsnprintf(failure->text, sizeof(failure->text), format, args);
    va_end(args);
}
