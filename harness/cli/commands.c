/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <stddef.h>

/* In the order in which --help shows them. */
const struct command *const commands[] = {
    &command_run,     &command_serve, &command_list,   &command_show,
    &command_check,   &command_flash, &command_trust,  &command_report,
    &command_explain, &command_judge, &command_doctor, NULL,
};
