/* SPDX-License-Identifier: Apache-2.0 */
#include "net_internal.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>

enum assay_status net_address_parse(const char *address, unsigned port,
                                    struct sockaddr_storage *ret, struct assay_error *err)
{
    struct sockaddr_storage made = {0};

    if (port > UINT16_MAX)
        return assay_error_set(err, ASSAY_ERR_ARG, "port %u: expected 0 to 65535", port);
    if (uv_ip4_addr(address, (int)port, (struct sockaddr_in *)(void *)&made) != 0 &&
        uv_ip6_addr(address, (int)port, (struct sockaddr_in6 *)(void *)&made) != 0)
        return assay_error_set(err, ASSAY_ERR_ARG,
                               "address \"%s\": expected a numeric IPv4 or IPv6 address such as "
                               "127.0.0.1 or ::1",
                               address);
    *ret = made;
    return ASSAY_OK;
}

socklen_t net_address_len(const struct sockaddr_storage *address)
{
    return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                          : sizeof(struct sockaddr_in);
}

unsigned net_address_text(const struct sockaddr_storage *address,
                          char text[static NET_ADDRESS_TEXT])
{
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;

    text[0] = '\0';
    if (address->ss_family == AF_INET6) {
        (void)uv_ip6_name(v6, text, NET_ADDRESS_TEXT);
        return ntohs(v6->sin6_port);
    }
    (void)uv_ip4_name(v4, text, NET_ADDRESS_TEXT);
    return ntohs(v4->sin_port);
}

enum assay_status net_address_refused(struct assay_error *err, int sys_errno, const char *name,
                                      const char *address, unsigned port)
{
    static const struct {
        int sys_errno;
        const char *advice;
    } rows[] = {
        {EADDRINUSE, "another program holds the port; stop it, or use port 0 for any free one"},
        {EACCES, "ports below 1024 need root or CAP_NET_BIND_SERVICE"},
        {EADDRNOTAVAIL, "no interface of this machine has that address; see `ip address`"},
        {EMFILE, "too many open files; raise `ulimit -n`"},
    };
    char text[128];

    uv_strerror_r(-sys_errno, text, sizeof(text));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (rows[i].sys_errno == sys_errno)
            snprintf(text, sizeof(text), "%s", rows[i].advice);
    assay_error_set(err, ASSAY_ERR_IO, "%s: cannot listen on %s port %u: %s", name, address, port,
                    text);
    if (err != NULL)
        err->sys_errno = sys_errno;
    return ASSAY_ERR_IO;
}
