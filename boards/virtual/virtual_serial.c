/* SPDX-License-Identifier: Apache-2.0 */
#include "virtual_serial.h"

#include "base/deadline.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { GARBLE_SEED = 20261121, NS_PER_S = 1000000000, MS_PER_S = 1000 };

static void set_nonblocking(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK); /* else it may block, no more */
}

/* Raw: no echo, no signals, no translation; the speed is left as it is. */
static void make_raw(struct virtual_serial *serial)
{
    struct termios raw;

    if (tcgetattr(serial->in_fd, &serial->before) != 0)
        return;
    serial->is_tty = true;
    raw = serial->before;
    cfmakeraw(&raw);
    raw.c_cflag |= CLOCAL | CREAD;
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    (void)tcsetattr(serial->in_fd, TCSANOW, &raw); /* a pty refuses nothing of this */
}

enum assay_status virtual_serial_open(struct virtual_serial *serial, const char *path,
                                      const struct virtual_serial_faults *faults,
                                      struct assay_error *err)
{
    char name[64];
    int fd = -1;

    memset(serial, 0, sizeof(*serial));
    serial->in_fd = STDIN_FILENO;
    serial->out_fd = STDOUT_FILENO;
    serial->faults = *faults;
    serial->random = GARBLE_SEED;
    /* A description of our own, so that O_NONBLOCK does not change the one that others hold. */
    if (path == NULL && ttyname_r(STDIN_FILENO, name, sizeof(name)) == 0)
        fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (path != NULL) {
        fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
        if (fd < 0)
            return assay_error_sys(err, errno, "cannot open the serial port %s", path);
    }
    if (fd >= 0) {
        serial->in_fd = fd;
        serial->out_fd = fd;
        serial->owns_fds = true;
    } else {
        set_nonblocking(serial->in_fd);
        set_nonblocking(serial->out_fd);
    }
    make_raw(serial);
    return ASSAY_OK;
}

void virtual_serial_close(struct virtual_serial *serial)
{
    if (serial->is_tty)
        (void)tcsetattr(serial->in_fd, TCSANOW, &serial->before); /* it may be gone */
    if (serial->owns_fds)
        close(serial->in_fd);
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    serial->in_fd = -1;
    serial->out_fd = -1;
}

/* xorshift64: the same faults in every run. */
static unsigned next_random(struct virtual_serial *serial)
{
    serial->random ^= serial->random << 13;
    serial->random ^= serial->random >> 7;
    serial->random ^= serial->random << 17;
    return (unsigned)(serial->random >> 33);
}

static void garble(struct virtual_serial *serial, uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len && serial->faults.garble_permille > 0; i++) {
        if (next_random(serial) % 1000 < serial->faults.garble_permille)
            bytes[i] = (uint8_t)(bytes[i] ^ (1U << next_random(serial) % 8));
    }
}

static void queue(struct virtual_serial *serial, const void *data, size_t len)
{
    size_t room = sizeof(serial->queue) - serial->queued;

    if (len > room)
        len = room;
    memcpy(serial->queue + serial->queued, data, len);
    garble(serial, serial->queue + serial->queued, len);
    serial->queued += len;
}

/* What real boards print between lines: logs of the radio, boot loaders, a terminal's escapes. */
static void queue_noise(struct virtual_serial *serial)
{
    static const char *const lines[] = {
        "[wifi] rssi -61 dBm, channel 6\r\n",
        "\033[0;32mI (1234) esp: heap 151232\033[0m\n",
        "ets Jun  8 2016 00:22:57 rst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
        "<7 ok*0000\n",
        "!1 result ok done 0*1234\n",
        "\x01\xff\xfe\x80 garbage \x7f\n",
    };

    if (serial->faults.noise) {
        const char *line = lines[serial->noise_lines++ % (sizeof(lines) / sizeof(lines[0]))];

        queue(serial, line, strlen(line));
    }
}

void virtual_serial_send(struct virtual_serial *serial, const void *data, size_t len)
{
    queue_noise(serial);
    queue(serial, data, len);
}

/* Bytes that the speed allows now. */
static size_t allowance(const struct virtual_serial *serial)
{
    uint64_t since = monotonic_ns() - serial->last_sent_ns;

    if (serial->faults.bytes_per_second == 0)
        return serial->queued;
    if (since > NS_PER_S / MS_PER_S * 10)
        since = NS_PER_S / MS_PER_S * 10; /* an idle line saves nothing up */
    return (size_t)(since * serial->faults.bytes_per_second / NS_PER_S);
}

bool virtual_serial_flush(struct virtual_serial *serial)
{
    size_t len = allowance(serial);
    ssize_t sent = 0;

    if (len > serial->queued)
        len = serial->queued;
    if (len == 0)
        return true;
    sent = write(serial->out_fd, serial->queue, len);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    serial->last_sent_ns = monotonic_ns();
    serial->queued -= (size_t)sent;
    memmove(serial->queue, serial->queue + sent, serial->queued);
    return true;
}

bool virtual_serial_receive(struct virtual_serial *serial, void *data, size_t cap, size_t *ret)
{
    ssize_t got = read(serial->in_fd, data, cap);

    *ret = 0;
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    if (got == 0)
        return false; /* EOF: the other end of the pty or pipe was closed */
    *ret = (size_t)got;
    garble(serial, data, *ret);
    return true;
}

size_t virtual_serial_poll(const struct virtual_serial *serial, struct pollfd fds[2])
{
    bool writes = serial->queued > 0 && serial->faults.bytes_per_second == 0;

    fds[0] = (struct pollfd){.fd = serial->in_fd, .events = POLLIN};
    if (!writes)
        return 1;
    if (serial->in_fd == serial->out_fd) {
        fds[0].events = POLLIN | POLLOUT;
        return 1;
    }
    fds[1] = (struct pollfd){.fd = serial->out_fd, .events = POLLOUT};
    return 2;
}

int virtual_serial_wait_ms(const struct virtual_serial *serial)
{
    return serial->queued > 0 && serial->faults.bytes_per_second > 0 ? 1 : -1;
}
