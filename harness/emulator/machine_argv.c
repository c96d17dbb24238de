/* SPDX-License-Identifier: Apache-2.0 */
#include "machine.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ARG_MODEL, ARG_MEMORY, ARG_UART, ARG_BOOT_PIN, ARG_CONTROL, ARG_NETWORK, ARG_SEED };

/* Where firmware looks for it: MPS2_SEED of boards/emulated/arm/mps2.h. */
enum { SEED_ADDRESS = 0x203fff00 };

static bool put(struct machine_argv *a, int which, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool put(struct machine_argv *a, int which, const char *format, ...)
{
    va_list args;
    int len = 0;

    va_start(args, format);
    len = vsnprintf(a->texts[which], sizeof(a->texts[which]), format, args);
    va_end(args);
    return len >= 0 && len < MACHINE_ARG_TEXT;
}

enum assay_status machine_argv_make(const struct machine_config *config,
                                    const struct machine_sockets *sockets,
                                    const uint64_t seed[MACHINE_SEED], struct machine_argv *ret,
                                    struct assay_error *err)
{
    /* The flash is the machine's main memory, which alone can be a file: 16 MiB of it. */
    const char *const items[] = {
        config->qemu, "-M", ret->texts[ARG_MODEL], "-object", ret->texts[ARG_MEMORY],
        /* nothing that a user has set up for virtual machines of their own */
        "-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", //
        "-kernel", config->loader,                                                //
        "-chardev", ret->texts[ARG_UART], "-serial", "chardev:uart",              //
        "-chardev", ret->texts[ARG_BOOT_PIN], "-serial", "chardev:boot",          //
        "-chardev", ret->texts[ARG_CONTROL], "-mon", "chardev=control,mode=control", "-nic",
        ret->texts[ARG_NETWORK], "-device", ret->texts[ARG_SEED], "-device",
        ret->texts[ARG_SEED + 1], "-device", ret->texts[ARG_SEED + 2], "-device",
        ret->texts[ARG_SEED + 3], NULL};

    memset(ret, 0, sizeof(*ret));
    /* A comma separates options in QEMU's command line; written twice it is one. */
    if (strchr(config->flash, ',') != NULL)
        return assay_error_set(err, ASSAY_ERR_ARG, "%s: the path has a comma in it", config->flash);
    if (!put(ret, ARG_MODEL, "%s,memory-backend=flash", config->model) ||
        !put(ret, ARG_MEMORY, "memory-backend-file,id=flash,size=16M,share=on,mem-path=%s",
             config->flash) ||
        !put(ret, ARG_UART, "socket,id=uart,fd=%d", sockets->uart) ||
        !put(ret, ARG_BOOT_PIN, "socket,id=boot,fd=%d", sockets->boot_pin) ||
        !put(ret, ARG_CONTROL, "socket,id=control,fd=%d", sockets->control) ||
        !put(ret, ARG_NETWORK, "%s", config->network))
        return assay_error_set(err, ASSAY_ERR_LIMIT, "%s: the path is too long", config->flash);
    for (int i = 0; i < MACHINE_SEED; i++)
        if (!put(ret, ARG_SEED + i, "loader,addr=0x%x,data=0x%" PRIx64 ",data-len=8",
                 (unsigned)SEED_ADDRESS + 8U * (unsigned)i, seed[i]))
            return ASSAY_ERR_LIMIT;
    memcpy(ret->items, items, sizeof(items));
    return ASSAY_OK;
}
