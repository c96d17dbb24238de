/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for a WebSocket that are signed, or are anything: nobody has the secret, so that none
 * may be found good. A line feed divides path and host. */
#include "face/sigv4.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *path = malloc(size + 1);
    char *host = NULL;
    struct sigv4_demands demands = {.access_key = "AKIAIOSFODNN7EXAMPLE",
                                    .secret_key = "thrown away",
                                    .session_token = "",
                                    .region = "",
                                    .now_s = 1906502400};
    struct sigv4_finding finding;

    if (path == NULL)
        abort();
    memcpy(path, data, size);
    path[size] = '\0';
    host = strchr(path, '\n');
    if (host != NULL)
        *host++ = '\0';
    demands.path = path;
    demands.host = host != NULL ? host : "";
    sigv4_check(&demands, &finding);
    if (finding.rule == FACE_RULE_COUNT ||
        memchr(finding.detail, 0, sizeof(finding.detail)) == NULL ||
        memchr(finding.message, 0, sizeof(finding.message)) == NULL)
        abort();
    free(path);
    return 0;
}
