/* SPDX-License-Identifier: Apache-2.0 */
/* `ip link set lo up; ip route add local 0.0.0.0/0 dev lo`, without needing that program. */
#include "isolation.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* rtnetlink(7): the header, its body, and one attribute. */
struct route_request {
    struct nlmsghdr head;
    struct rtmsg route;
    struct rtattr interface;
    int index;
};

struct route_answer {
    struct nlmsghdr head;
    struct nlmsgerr error;
    unsigned char rest[256]; /* the kernel sends the request back */
};

static int raise_loopback(int *ret_index)
{
    struct ifreq lo = {.ifr_name = "lo"};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int sys_errno = 0;

    if (fd < 0)
        return errno;
    lo.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(fd, SIOCSIFFLAGS, &lo) != 0 || ioctl(fd, SIOCGIFINDEX, &lo) != 0)
        sys_errno = errno;
    else
        *ret_index = lo.ifr_ifindex;
    close(fd);
    return sys_errno;
}

static int ask(int fd, const struct route_request *request)
{
    struct route_answer answer;
    ssize_t got = 0;

    if (send(fd, request, request->head.nlmsg_len, 0) < 0)
        return errno;
    do
        got = recv(fd, &answer, sizeof(answer), 0);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno;
    if ((size_t)got < sizeof(answer.head) + sizeof(answer.error) ||
        answer.head.nlmsg_type != NLMSG_ERROR)
        return EPROTO;
    return -answer.error.error; /* 0: an acknowledgement */
}

static int add_route(int index)
{
    const struct route_request request = {
        .head = {.nlmsg_len = sizeof(request),
                 .nlmsg_type = RTM_NEWROUTE,
                 .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE},
        .route = {.rtm_family = AF_INET,
                  .rtm_table = RT_TABLE_LOCAL,
                  .rtm_protocol = RTPROT_BOOT,
                  .rtm_scope = RT_SCOPE_HOST,
                  .rtm_type = RTN_LOCAL},
        .interface = {.rta_len = RTA_LENGTH(sizeof(int)), .rta_type = RTA_OIF},
        .index = index};
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    int sys_errno = 0;

    if (fd < 0)
        return errno;
    sys_errno = ask(fd, &request);
    close(fd);
    return sys_errno;
}

enum assay_status local_route_add(struct assay_error *err)
{
    int index = 0;
    int sys_errno = raise_loopback(&index);

    if (sys_errno != 0)
        return assay_error_sys(err, sys_errno, "the loopback interface cannot be raised");
    sys_errno = add_route(index);
    return sys_errno == 0 ? ASSAY_OK
                          : assay_error_sys(err, sys_errno, "addresses cannot be made local");
}
