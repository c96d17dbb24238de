/* SPDX-License-Identifier: Apache-2.0 */
/* assay-emulator: an emulated microcontroller whose serial port is a pty. */
#include "control.h"

#include <signal.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    enum { EXIT_USAGE = 2, EXIT_BENCH = 3 };
    struct emulator_options options;
    struct assay_error err = {.text = ""};
    int code = 0;

    if (emulator_options_parse(argc, argv, &options, &err) != ASSAY_OK) {
        fprintf(stderr, "assay-emulator: %s\n", err.text);
        return EXIT_USAGE;
    }
    if (options.wants_help)
        return fputs(emulator_help, stdout) >= 0 ? 0 : EXIT_BENCH;
    signal(SIGPIPE, SIG_IGN);
    code = emulator_run(&options, &err);
    if (code != 0)
        fprintf(stderr, "assay-emulator: %s\n", err.text);
    return code;
}
