/* SPDX-License-Identifier: Apache-2.0 */
/* Password files that mosquitto_passwd 2.0 has written, and what is none. */
#include "test_support.h"

#include "password_file.h"

#include <stdio.h>

static const char file[] = "# users\n"
                           "alice:$7$101$3VLVen0xsi/XXTmZ$S2YfdycmIh6EGn3umWPuXgWol0HJoq6bwljE0MHI"
                           "vAnJhzCISSy34XNLm+TunXvDCq/ZB9DIrs+iKBkkgH6S3w==\n"
                           "\n"
                           "bob:$7$101$kjGJNFjMdr8twg7J$6IoOdzlUNKIZoE/BI9/gUysEo34ETVvFdwzHfHhvXN"
                           "MDai1xG2+d5RZnvLKKKFemkm7uhewYATcB7u0iAkvRUw==\r\n"
                           "carol:$6$Xp/+kPF52+l8vOUu$JbMv+TRrpQJBJJkFuOqo/HABnsz+iiP2SlRY3VbMZMkh"
                           "tbviBq0prni4znPq25h2Qd1M/gratf0PYzCT/NNrHw==";

static bool has(const char *user, const char *password)
{
    return password_file_has(file, mqtt_view_text(user), mqtt_view_text(password));
}

static void knows_users_of_both_kinds_of_hash(void)
{
    CHECK(has("alice", "wonder"));
    CHECK(has("bob", "pass:word"));
    CHECK(has("carol", "old")); /* -H sha512 */
}

static void refuses_other_passwords_and_users(void)
{
    static const struct {
        const char *user, *password;
    } rows[] = {{"alice", "Wonder"}, {"alice", "wonder "}, {"alice", ""},  {"alice", NULL},
                {"alic", "wonder"},  {"alice2", "wonder"}, {"", "wonder"}, {"carol", "wonder"},
                {"# users", "x"},    {"bob", "wonder"}};

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK(!has(rows[i].user, rows[i].password));
    CHECK(password_file_has_user(file, mqtt_view_text("alice")));
    CHECK(!password_file_has_user(file, mqtt_view_text("dave")));
}

static void lines_of_another_form_are_named(void)
{
    static const char *const rows[] = {"alice:wonder",      "alice",          ":$7$101$AA==$AA==",
                                       "a:$5$AA==$AA==",    "a:$7$AA==$AA==", "a:$7$0$AA==$AA==",
                                       "a:$7$99999999$A$A", "a:$6$AA==",      "a:$"};
    struct assay_error err = {.text = ""};

    CHECK_OK(password_file_check(file, &err));
    CHECK_OK(password_file_check("", &err));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[128];

        snprintf(text, sizeof(text), "# one\n%s\n", rows[i]);
        CHECK_INT_EQ(password_file_check(text, &err), ASSAY_ERR_MALFORMED);
        CHECK_STR_CONTAINS(err.text, "line 2");
        CHECK(!password_file_has(text, mqtt_view_text("alice"), mqtt_view_text("wonder")));
    }
}

TEST_SUITE(password_file, TEST(knows_users_of_both_kinds_of_hash),
           TEST(refuses_other_passwords_and_users), TEST(lines_of_another_form_are_named));
