/* SPDX-License-Identifier: Apache-2.0 */
#include "serial/serial_ports.h"

#include "base/buf.h"
#include "test_support.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A tree like /sys with one USB board, one board behind two hubs, and a PC's own port. */
static const char *make_sysfs(void)
{
    static const char *const folders[] = {
        "class",
        "class/tty",
        "class/tty/ttyACM0",
        "class/tty/ttyUSB3",
        "class/tty/ttyS0",
        "devices",
        "devices/pci0000:00-1",
        "devices/pci0000:00-1/usb1",
        "devices/pci0000:00-1/usb1/1-1",
        "devices/pci0000:00-1/usb1/1-1/1-1:1.0",
        "devices/pci0000:00-1/usb1/1-1/1-1.4",
        "devices/pci0000:00-1/usb1/1-1/1-1.4/1-1.4.2",
        "devices/pci0000:00-1/usb1/1-1/1-1.4/1-1.4.2/1-1.4.2:1.0",
        "devices/pci0000:00-1/usb1/1-1/1-1.4/1-1.4.2/1-1.4.2:1.0/ttyUSB3",
        "devices/serial8250",
    };
    static const char *const links[][2] = {
        {"../../../devices/pci0000:00-1/usb1/1-1/1-1:1.0", "class/tty/ttyACM0/device"},
        {"../../../devices/pci0000:00-1/usb1/1-1/1-1.4/1-1.4.2/1-1.4.2:1.0/ttyUSB3",
         "class/tty/ttyUSB3/device"},
        {"../../../devices/serial8250", "class/tty/ttyS0/device"},
    };
    char path[512];

    for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
        snprintf(path, sizeof(path), "%s/%s", test_directory(), folders[i]);
        CHECK(mkdir(path, 0700) == 0);
    }
    for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
        snprintf(path, sizeof(path), "%s/%s", test_directory(), links[i][1]);
        CHECK(symlink(links[i][0], path) == 0);
    }
    return test_directory();
}

static void the_place_where_a_board_is_plugged_is_found(void)
{
    const char *sysfs = make_sysfs();
    char place[64] = "untouched";

    CHECK_INT_EQ(serial_usb_path(sysfs, "/dev/ttyS0", place, sizeof(place)), ASSAY_ERR_NOT_FOUND);
    CHECK_INT_EQ(serial_usb_path(sysfs, "/dev/pts/3", place, sizeof(place)), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_EQ(place, "untouched");
    CHECK_OK(serial_usb_path(sysfs, "/dev/ttyACM0", place, sizeof(place)));
    CHECK_STR_EQ(place, "1-1");
    CHECK_OK(serial_usb_path(sysfs, "ttyUSB3", place, sizeof(place)));
    CHECK_STR_EQ(place, "1-1.4.2");
}

static void the_port_at_a_place_is_found_whatever_its_name(void)
{
    const char *sysfs = make_sysfs();
    char tty[64] = "untouched";

    CHECK_INT_EQ(serial_tty_at(sysfs, "1-1.4", tty, sizeof(tty)), ASSAY_ERR_NOT_FOUND);
    CHECK_STR_EQ(tty, "untouched");
    CHECK_OK(serial_tty_at(sysfs, "1-1.4.2", tty, sizeof(tty)));
    CHECK_STR_EQ(tty, "/dev/ttyUSB3");
}

static void the_ports_of_this_machine_can_be_listed(void)
{
    struct value *ports = NULL;

    REQUIRE_OK(serial_ports_list(&ports, NULL));
    CHECK(value_kind(ports) == VALUE_LIST);
    for (size_t i = 0; i < value_count(ports); i++)
        CHECK(value_text_len(value_get(value_at(ports, i), "path")) > 0);
    value_free(ports);
}

TEST_SUITE(serial_ports, TEST(the_place_where_a_board_is_plugged_is_found),
           TEST(the_port_at_a_place_is_found_whatever_its_name),
           TEST(the_ports_of_this_machine_can_be_listed));
