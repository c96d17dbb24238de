/* SPDX-License-Identifier: Apache-2.0 */
#include "client_options.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool client_options_read(int argc, char **argv, struct client_options *ret)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        {"--version", offsetof(struct client_options, version)},
        {"--transport", offsetof(struct client_options, transport)},
        {"--port", offsetof(struct client_options, port)},
        {"--ca", offsetof(struct client_options, ca)},
        {"--cert", offsetof(struct client_options, cert)},
        {"--key", offsetof(struct client_options, key)},
        {"--username", offsetof(struct client_options, username)},
        {"--password", offsetof(struct client_options, password)},
    };

    memset(ret, 0, sizeof(*ret));
    for (int i = 1; i + 1 < argc; i += 2)
        for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++)
            if (strcmp(argv[i], rows[r].name) == 0)
                memcpy((char *)ret + rows[r].offset, &argv[i + 1], sizeof(argv[i + 1]));
    return ret->version != NULL && ret->transport != NULL && ret->port != NULL;
}

bool client_is_v5(const struct client_options *o)
{
    return strcmp(o->version, "5.0") == 0;
}

bool client_has_tls(const struct client_options *o)
{
    return strcmp(o->transport, "tls") == 0 || strcmp(o->transport, "wss") == 0;
}

const char *client_uri(const struct client_options *o, const char *tcp, const char *tls)
{
    const char *scheme = strcmp(o->transport, "tcp") == 0   ? tcp
                         : strcmp(o->transport, "tls") == 0 ? tls
                                                            : o->transport;
    char *uri = NULL;

    if (asprintf(&uri, "%s://localhost:%s", scheme, o->port) < 0)
        abort();
    return uri; /* lives as long as the program */
}

struct client_message client_message(int qos, bool retained)
{
    struct client_message m;

    snprintf(m.topic, sizeof(m.topic), "c/%d", qos);
    snprintf(m.payload, sizeof(m.payload), "%s-%d", retained ? "retained" : "live", qos);
    return m;
}

void client_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}
