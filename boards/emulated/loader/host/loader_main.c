/* SPDX-License-Identifier: Apache-2.0 */
/*
 * assay-board-loader: the boot loader of the emulated boards on a pty, and the tool that seals the
 * images that it starts.
 */
#include "loader_host.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_OK = 0, EXIT_USAGE = 2, EXIT_BENCH = 3, EXIT_CUT = 4 };
enum { FLASH_DEFAULT = 1024 * 1024, FLASH_MAX = 16 * 1024 * 1024, SEAL_BASE = 0x21000000 };

static const char usage[] =
    "usage: assay-board-loader --flash-file FILE [OPTION]...\n"
    "       assay-board-loader --seal IMAGE\n"
    "The boot loader of the emulated boards (AN3155 and SAM-BA) on a pty, told by \"port "
    "PATH\".\n\n"
    "  --flash-size N     bytes of flash (default 1048576)\n"
    "  --fd N             the serial line is this descriptor, not a pty\n"
    "  --link PATH        a symbolic link to the pty\n"
    "  --control-fd N     hears B (BOOT0 is held, now and at the next reset) and R (reset)\n"
    "  --boot0            BOOT0 is held at power-on: stay whatever the flash holds\n"
    "  --cut-after BYTES  lose the power when that many bytes were heard; exit code 4\n"
    "  --exit-on-start    end when an image is started\n"
    "  --seal IMAGE       write length and checksum into a linked image, and end\n";

enum option_id { HELP = 256, FLASH_FILE, SIZE, FD, LINK, CONTROL, BOOT0, CUT, ENDS, SEAL };

static const struct option long_options[] = {
    {"help", no_argument, NULL, HELP},
    {"flash-file", required_argument, NULL, FLASH_FILE},
    {"flash-size", required_argument, NULL, SIZE},
    {"fd", required_argument, NULL, FD},
    {"link", required_argument, NULL, LINK},
    {"control-fd", required_argument, NULL, CONTROL},
    {"boot0", no_argument, NULL, BOOT0},
    {"cut-after", required_argument, NULL, CUT},
    {"exit-on-start", no_argument, NULL, ENDS},
    {"seal", required_argument, NULL, SEAL},
    {NULL, 0, NULL, 0},
};

static void parse_number(const char *text, unsigned long long max, unsigned long long *ret,
                         bool *is_good)
{
    char *end = NULL;
    unsigned long long value = 0;

    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || text[0] == '-' || value > max) {
        fprintf(stderr, "assay-board-loader: \"%s\" is no number from 0 to %llu\n", text, max);
        *is_good = false;
        return;
    }
    *ret = value;
}

/* @return false: the command line is wrong, and that was said */
static bool parse(int argc, char **argv, struct loader_host_options *ret, const char **ret_seal)
{
    bool is_good = true;
    int option = 0;

    while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        unsigned long long number = 0;

        switch (option) {
        case FLASH_FILE:
            ret->flash_file = optarg;
            break;
        case LINK:
            ret->link = optarg;
            break;
        case SEAL:
            *ret_seal = optarg;
            break;
        case BOOT0:
            ret->is_held = true;
            break;
        case ENDS:
            ret->ends_on_start = true;
            break;
        case SIZE:
            parse_number(optarg, FLASH_MAX, &number, &is_good);
            ret->flash_size = (uint32_t)number;
            break;
        case FD:
            parse_number(optarg, INT_MAX, &number, &is_good);
            ret->fd = (int)number;
            break;
        case CONTROL:
            parse_number(optarg, INT_MAX, &number, &is_good);
            ret->control_fd = (int)number;
            break;
        case CUT:
            parse_number(optarg, ULLONG_MAX, &number, &is_good);
            ret->cut_after = number;
            break;
        default:
            is_good = false;
        }
    }
    return is_good && optind == argc && (ret->flash_file != NULL) != (*ret_seal != NULL) &&
           ret->flash_size > 0;
}

static int complain(const char *path, const char *what)
{
    fprintf(stderr, "assay-board-loader: %s: %s\n", path, what);
    return EXIT_BENCH;
}

static int seal_file(const char *path, FILE *file)
{
    static uint8_t image[FLASH_MAX];
    size_t len = fread(image, 1, sizeof(image), file);

    while (len % 4 != 0 && len < sizeof(image))
        image[len++] = 0xff;
    if (ferror(file) != 0)
        return complain(path, strerror(errno));
    if (loader_image_seal(image, len, SEAL_BASE) != 0)
        return complain(path, "does not begin with a vector table for 0x21000000");
    rewind(file);
    if (fwrite(image, 1, len, file) != len || fflush(file) != 0)
        return complain(path, strerror(errno));
    return EXIT_OK;
}

static int seal(const char *path)
{
    FILE *file = fopen(path, "r+b");
    int code = EXIT_OK;

    if (file == NULL)
        return complain(path, strerror(errno));
    code = seal_file(path, file);
    if (fclose(file) != 0 && code == EXIT_OK)
        code = complain(path, strerror(errno));
    return code;
}

int main(int argc, char **argv)
{
    struct loader_host_options options = {.flash_size = FLASH_DEFAULT, .fd = -1, .control_fd = -1};
    static const int codes[] = {[LOADER_HOST_CLOSED] = EXIT_OK,
                                [LOADER_HOST_STARTED] = EXIT_OK,
                                [LOADER_HOST_CUT] = EXIT_CUT};
    const char *sealed = NULL;
    enum loader_host_end end = LOADER_HOST_CLOSED;
    struct assay_error err = {0};

    (void)signal(SIGPIPE, SIG_IGN);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return EXIT_OK;
    }
    if (!parse(argc, argv, &options, &sealed)) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    if (sealed != NULL)
        return seal(sealed);
    if (loader_host_run(&options, &end, &err) != ASSAY_OK) {
        fprintf(stderr, "assay-board-loader: %s\n", err.text);
        return EXIT_BENCH;
    }
    return codes[end];
}
