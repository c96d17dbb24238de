/* SPDX-License-Identifier: Apache-2.0 */
/* Which service a server passes for: the `face` of a server description as a struct. */
#ifndef FACE_SETTINGS_H
#define FACE_SETTINGS_H

#include "base/keys.h"
#include "base/status.h"
#include "base/value.h"

#include <stdbool.h>

enum face_kind {
    FACE_AWS,
    FACE_GOOGLE,
    FACE_CLEARBLADE,
    FACE_AZURE,
    FACE_ARDUINO,
    FACE_MOSQUITTO,
    FACE_PSK,
    FACE_COUNT
};

/* Where the user name of a mosquitto comes from. */
enum face_identity {
    FACE_IDENTITY_NONE,
    FACE_IDENTITY_COMMON_NAME,
    FACE_IDENTITY_SUBJECT,
    FACE_IDENTITY_PSK
};

enum {
    FACE_NAME_TEXT = 129,
    FACE_PEM_TEXT = 8192,
    FACE_DOCUMENT_TEXT = 32769,
    FACE_TOKEN_TEXT = 4096,
    FACE_HEX_TEXT = 513
};

struct face_settings {
    enum face_kind kind;
    int64_t port;                    /* which of the service's ports it is */
    char device[FACE_NAME_TEXT];     /* thing, device id; "": any */
    char key[FACE_PEM_TEXT];         /* a public key or certificate as PEM; of azure base64 */
    char certificate[FACE_PEM_TEXT]; /* the registered one: PEM, or SHA-1 or SHA-256 in hex; "": any
                                      */
    char project[FACE_NAME_TEXT];
    char location[FACE_NAME_TEXT];
    char registry[FACE_NAME_TEXT];
    char hub[FACE_NAME_TEXT];
    char thing[FACE_NAME_TEXT]; /* of arduino */
    char secret[FACE_NAME_TEXT];
    char authorizer[FACE_NAME_TEXT];
    char token_key[FACE_NAME_TEXT];
    char access_key[FACE_NAME_TEXT]; /* of aws over WebSocket; "": requests are not signed */
    char secret_key[FACE_NAME_TEXT];
    char session_token[FACE_TOKEN_TEXT];
    char region[FACE_NAME_TEXT];
    char username[FACE_NAME_TEXT];
    char password[FACE_NAME_TEXT];
    char config[FACE_DOCUMENT_TEXT];
    char desired[FACE_DOCUMENT_TEXT];
    char job[FACE_NAME_TEXT];
    char job_document[FACE_DOCUMENT_TEXT];
    char orders[FACE_DOCUMENT_TEXT]; /* what the service does by itself, a line each */
    char password_file[FACE_DOCUMENT_TEXT];
    char psk_identity[FACE_NAME_TEXT];
    char psk_hex[FACE_HEX_TEXT];
    bool password_alone;
    bool allow_anonymous;
    bool require_certificate;
    enum face_identity identity;
};

/* A row of the table of faces: what is to be known of one before it serves. */
struct face_info {
    const char *name; /* as in `face = "aws"` */
    const char *title;
    const unsigned *ports; /* that the service listens on; the first is the default; ends with 0 */
    const struct key_spec *keys; /* beside `name` */
    bool is_gate; /* it decides about TLS and CONNECT only: another broker may be behind it */
};
extern const struct face_info face_infos[FACE_COUNT];

/*
 * Read a `face`: a name, or a table with one and more keys.
 * @param ret  owned by the caller: free()
 * @retval ASSAY_ERR_MALFORMED  err names the path and what would be right
 */
ASSAY_RESULT face_settings_read(const struct value *face, struct face_settings **ret,
                                struct assay_error *err);

/*
 * May a face that runs go on by other settings, laid in the place of its own? Passwords, secrets
 * and names may be others, at the next CONNECT; not what it has made something of when it was made.
 * @retval ASSAY_ERR_UNSUPPORTED  err names the key
 */
ASSAY_RESULT face_settings_check_change(const struct face_settings *now,
                                        const struct face_settings *then, struct assay_error *err);

/*
 * Lay what the face needs of TLS and MQTT below what a description says.
 * @param description  a map; changed
 * @retval ASSAY_ERR_NOMEM
 */
ASSAY_RESULT face_settings_lay(const struct face_settings *settings, struct value *description);

#endif
