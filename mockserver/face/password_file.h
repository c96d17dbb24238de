/* SPDX-License-Identifier: Apache-2.0 */
/* Password files as mosquitto_passwd writes them. */
#ifndef PASSWORD_FILE_H
#define PASSWORD_FILE_H

#include "base/status.h"
#include "mqtt/packet.h"

#include <stdbool.h>

/* @retval ASSAY_ERR_MALFORMED  err names the line */
ASSAY_RESULT password_file_check(const char *text, struct assay_error *err);
/* Is there such a user, with this password? Lines: user:$6$salt$hash, user:$7$rounds$salt$hash. */
bool password_file_has(const char *text, struct mqtt_view user, struct mqtt_view password);
bool password_file_has_user(const char *text, struct mqtt_view user);

#endif
