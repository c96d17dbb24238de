/* SPDX-License-Identifier: Apache-2.0 */
#include "served.h"

#include "mock/description.h"
#include "mock/faults.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 65536, WORD_MAX = 4096 };

/* {path[0] = {path[1] = ... leaf}} over the description; leaf is taken over. */
static enum assay_status lay(struct value *description, const char *const *path, size_t count,
                             struct value *leaf)
{
    struct value *over = leaf;
    enum assay_status status = leaf != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    for (size_t i = count; i > 0 && status == ASSAY_OK; i--) {
        struct value *map = value_new_map();

        status = value_set(map, path[i - 1], over); /* taken over, also where it fails */
        over = map;
    }
    if (status == ASSAY_OK)
        status = value_merge(description, over);
    value_free(over);
    return status;
}

/* The certificate is for the name that the device connects to. */
static enum assay_status set_host(struct value *description, const char *host,
                                  struct assay_error *err)
{
    struct value *names = value_new_list();
    char subject[300];
    char name[300];
    enum assay_status status = ASSAY_OK;

    snprintf(subject, sizeof(subject), "CN=%s", host);
    snprintf(name, sizeof(name), "dns:%s", host);
    status = value_add(names, value_new_text(name));
    if (status == ASSAY_OK)
        status = lay(description, (const char *const[]){"certs", "leaf", "san"}, 3, names);
    else
        value_free(names);
    /* A common name has room for 64 letters; endpoints of clouds are longer now and then. */
    if (status == ASSAY_OK)
        status = lay(description, (const char *const[]){"certs", "leaf", "subject"}, 3,
                     value_new_text(strlen(host) <= 64 ? subject : "CN=assay"));
    if (status == ASSAY_OK)
        status = lay(description, (const char *const[]){"host"}, 1, value_new_text(host));
    return status == ASSAY_OK ? status : assay_error_set(err, status, "out of memory");
}

/* The text of a file, as a value. */
static enum assay_status read_text(const char *path, struct value **ret, struct assay_error *err)
{
    FILE *f = fopen(path, "r");
    char *text = malloc(FILE_MAX);
    size_t len = 0;
    struct value *value = NULL;

    if (f == NULL || text == NULL) {
        free(text);
        if (f != NULL)
            fclose(f);
        return f == NULL ? assay_error_sys(err, errno, "--face: %s", path) : ASSAY_ERR_NOMEM;
    }
    len = fread(text, 1, FILE_MAX, f);
    fclose(f);
    if (len < FILE_MAX)
        value = value_new_bytes(text, len);
    free(text);
    if (value == NULL)
        return assay_error_set(err, ASSAY_ERR_LIMIT, "--face: %s is larger than 64 KiB", path);
    *ret = value;
    return ASSAY_OK;
}

/* What a word means: a file, a number, a truth, or a text. */
static enum assay_status read_value(const char *key, const char *text, struct value **ret,
                                    struct assay_error *err)
{
    if (text[0] == '@')
        return read_text(text + 1, ret, err);
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        *ret = value_new_bool(text[0] == 't');
    else if (strcmp(key, "port") == 0)
        *ret = value_new_int(strtol(text, NULL, 10));
    else
        *ret = value_new_text(text);
    return *ret != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;
}

static enum assay_status add_word(struct value *face, const char *word, size_t len,
                                  struct assay_error *err)
{
    char text[WORD_MAX];
    char *equals = NULL;
    struct value *value = NULL;

    if (len >= sizeof(text))
        return assay_error_set(err, ASSAY_ERR_LIMIT,
                               "--face: a word is too long; key=@FILE reads "
                               "a file");
    memcpy(text, word, len);
    text[len] = '\0';
    if (value_count(face) == 0)
        return value_set(face, "name", value_new_text(text));
    equals = strchr(text, '=');
    if (equals == NULL || equals == text)
        return assay_error_set(err, ASSAY_ERR_MALFORMED,
                               "--face: \"%.64s\" is no key=value; `assay list faces` shows "
                               "the keys of each face",
                               text);
    *equals = '\0';
    ASSAY_TRY(read_value(text, equals + 1, &value, err));
    return value_set(face, text, value);
}

/* "aws thing=thermometer port=443" */
static enum assay_status set_face(struct value *description, const char *sentence,
                                  struct assay_error *err)
{
    struct value *face = value_new_map();
    enum assay_status status = face != NULL ? ASSAY_OK : ASSAY_ERR_NOMEM;

    while (status == ASSAY_OK && *sentence != '\0') {
        size_t len = strcspn(sentence, " ");

        if (len > 0)
            status = add_word(face, sentence, len, err);
        sentence += len + strspn(sentence + len, " ");
    }
    if (status != ASSAY_OK) {
        value_free(face);
        return status;
    }
    return lay(description, (const char *const[]){"face"}, 1, face);
}

/* A mosquitto behind the mock, where the option says so. */
static enum assay_status set_broker(struct value *description, const char *broker,
                                    struct assay_error *err)
{
    if (strcmp(broker, "mock") == 0)
        return ASSAY_OK;
    if (strcmp(broker, "mosquitto") != 0)
        return assay_error_set(err, ASSAY_ERR_ARG, "--broker %s: it has to be mock or mosquitto",
                               broker);
    ASSAY_TRY(mock_description_put_behind(description));
    if (value_path(description, "mqtt.behind") == NULL)
        return assay_error_set(err, ASSAY_ERR_UNSUPPORTED,
                               "--broker mosquitto: the scenario serves no MQTT, or tells its "
                               "broker what mosquitto cannot be told "
                               "(docs/formats/mqtt-settings.md)");
    return ASSAY_OK;
}

enum assay_status served_description(const struct value *description,
                                     const struct served_changes *changes, struct value **ret,
                                     struct assay_error *err)
{
    struct value *served = value_copy(description);
    enum assay_status status =
        served != NULL ? ASSAY_OK : assay_error_set(err, ASSAY_ERR_NOMEM, "out of memory");

    if (status == ASSAY_OK && changes->host != NULL)
        status = set_host(served, changes->host, err);
    if (status == ASSAY_OK && changes->face != NULL)
        status = set_face(served, changes->face, err);
    for (size_t i = 0; i < changes->fault_count && status == ASSAY_OK; i++)
        status = mock_fault_apply(served, changes->faults[i], "--fault", err);
    if (status == ASSAY_OK)
        status = set_broker(served, changes->broker, err);
    if (status != ASSAY_OK) {
        value_free(served);
        return status;
    }
    *ret = served;
    return ASSAY_OK;
}
