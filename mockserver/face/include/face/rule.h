/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service refuses or only remarks, in one table: its name, what the service does about it,
 * the codes where it answers, a sentence for people, and where the vendor says so. A source in
 * brackets was not published: it is what devices saw, or the nearest thing that the protocol has.
 * docs/formats/faces.md shows the same rows; a test compares the two.
 */
#ifndef FACE_RULE_H
#define FACE_RULE_H

#include <stdint.h>

enum face_answer {
    FACE_ALERT,   /* the TLS handshake ends */
    FACE_CONNACK, /* code3 or code5, then the connection is closed */
    FACE_CLOSE,   /* closed without a word; 5.0 is told code5 */
    FACE_SUBACK,  /* 0x80, or code5 */
    FACE_SILENCE, /* the acknowledgement is left out, nothing else happens */
    FACE_REMARK,  /* nothing: an event says it */
    FACE_HTTP     /* a request for a WebSocket: 403 Forbidden */
};

/* Return codes of 3.1.1 and reason codes of 5.0, for the columns below. */
#define FACE_ID          2, 0x85
#define FACE_CREDENTIALS 4, 0x86
#define FACE_NO          5, 0x87
#define FACE_NONE        0, 0x87

/* clang-format off */
#define FACE_RULE_MAP(X)                                                                                                        \
    /* AWS IoT Core */                                                                                                          \
    X(AWS_SNI, "aws", "sni-missing", FACE_ALERT, FACE_NONE,                                                                     \
      "the ClientHello names no server (SNI)", "Developer Guide, MQTT: connections without SNI are refused")                    \
    X(AWS_ALPN, "aws", "alpn-missing", FACE_ALERT, FACE_NONE,                                                                   \
      "port 443 needs a protocol name (ALPN)", "Developer Guide, Device communication protocols, note on port 443")             \
    X(AWS_ALPN_UNKNOWN, "aws", "alpn-unknown", FACE_ALERT, FACE_NONE,                                                           \
      "no protocol name (ALPN) is one of x-amzn-mqtt-ca and mqtt", "Developer Guide, Device communication protocols")           \
    X(AWS_CERTIFICATE, "aws", "certificate-missing", FACE_CLOSE, FACE_NONE,                                                     \
      "the board sent no certificate", "Developer Guide, X.509 client certificates")                                            \
    X(AWS_CERTIFICATE_OTHER, "aws", "certificate-unknown", FACE_CLOSE, FACE_NONE,                                               \
      "the board's certificate is not the registered one", "Developer Guide, X.509 client certificates")                        \
    X(AWS_CERTIFICATE_NEW, "aws", "certificate-taken", FACE_REMARK, FACE_NONE,                                                  \
      "any certificate counts as registered, because face.certificate is not given", "[bench]")                                 \
    X(AWS_CLIENT_ID, "aws", "client-id-long", FACE_CONNACK, FACE_ID,                                                            \
      "the client id is longer than 128 bytes", "AWS IoT Core quotas, message broker: client ID size")                          \
    X(AWS_POLICY, "aws", "client-id-policy", FACE_CLOSE, FACE_NONE,                                                             \
      "the client id is not the thing that the certificate belongs to", "Developer Guide, Connect policy examples")             \
    X(AWS_AUTHORIZER, "aws", "authorizer-unknown", FACE_CONNACK, FACE_NO,                                                       \
      "the user name asks for another custom authorizer", "Developer Guide, Connecting by custom authentication, MQTT")         \
    X(AWS_AUTHORIZER_NONE, "aws", "authorizer-missing", FACE_CONNACK, FACE_NO,                                                  \
      "ALPN mqtt means custom authentication, and none is set up", "Developer Guide, Device communication protocols")           \
    X(AWS_TOKEN, "aws", "token-missing", FACE_CONNACK, FACE_NO,                                                                 \
      "the user name has no token under the authorizer's token key", "Developer Guide, Signing the token")                      \
    X(AWS_SIGNATURE, "aws", "signature-missing", FACE_CONNACK, FACE_NO,                                                         \
      "the user name has no x-amz-customauthorizer-signature", "Developer Guide, Signing the token")                            \
    X(AWS_SIGNATURE_TEXT, "aws", "signature-malformed", FACE_CONNACK, FACE_NO,                                                  \
      "x-amz-customauthorizer-signature is not base64", "Developer Guide, Signing the token")                                   \
    X(AWS_SIGNATURE_WRONG, "aws", "signature-wrong", FACE_CONNACK, FACE_NO,                                                     \
      "the token's signature was not made with the authorizer's key", "Developer Guide, Signing the token")                     \
    X(AWS_LOGIN, "aws", "login-wrong", FACE_CONNACK, FACE_NO,                                                                   \
      "the authorizer knows another user name or password", "Developer Guide, Connecting by custom authentication, MQTT")       \
    X(AWS_KEEP_ALIVE, "aws", "keep-alive-limits", FACE_REMARK, FACE_NONE,                                                       \
      "the keep alive is outside of 30 to 1200 seconds; the service takes the nearer end",                                      \
      "AWS IoT Core quotas, message broker: keep-alive interval")                                                               \
    X(AWS_SIGV4_PATH, "aws", "wss-path", FACE_HTTP, FACE_NONE,                                                                  \
      "MQTT over WebSocket is to be found at /mqtt", "Developer Guide, MQTT over the WebSocket protocol")                       \
    X(AWS_SIGV4_NONE, "aws", "sigv4-missing", FACE_HTTP, FACE_NONE,                                                             \
      "the request for a WebSocket is not signed", "Developer Guide, Device communication protocols")                           \
    X(AWS_SIGV4_FORM, "aws", "sigv4-form", FACE_HTTP, FACE_NONE,                                                                \
      "a parameter of the signature is missing, or not as it has to be",                                                       \
      "IAM User Guide, Signature Version 4, query parameters")                                                                  \
    X(AWS_SIGV4_KEY, "aws", "sigv4-key", FACE_HTTP, FACE_NONE,                                                                  \
      "the access key id is not the registered one", "IAM User Guide, Signature Version 4, troubleshooting")                    \
    X(AWS_SIGV4_SCOPE, "aws", "sigv4-scope", FACE_HTTP, FACE_NONE,                                                              \
      "the credential scope is not that of this request",                                                                      \
      "IAM User Guide, Signature Version 4, troubleshooting: credential scope")                                                 \
    X(AWS_SIGV4_DATE, "aws", "sigv4-date", FACE_HTTP, FACE_NONE,                                                                \
      "the request was not signed within the last five minutes, or has expired",                                               \
      "[observed] aws-mqtt-websockets issue 54; IAM User Guide, Signature Version 4, troubleshooting")                          \
    X(AWS_SIGV4_SIGNATURE, "aws", "sigv4-signature", FACE_HTTP, FACE_NONE,                                                      \
      "the signature is not that of this request with the secret key",                                                         \
      "IAM User Guide, Create a signed AWS API request")                                                                        \
    X(AWS_SIGV4_TOKEN, "aws", "sigv4-token", FACE_HTTP, FACE_NONE,                                                              \
      "the session token is not the one of the credentials", "Developer Guide, MQTT over the WebSocket protocol")               \
    X(AWS_WSS_ENDED, "aws", "wss-ended", FACE_CLOSE, FACE_NO,                                                                   \
      "a WebSocket connection lasts 24 hours at most", "AWS IoT Core quotas, protocols: WebSocket connection duration")         \
    X(AWS_REPLACED, "aws", "connection-replaced", FACE_REMARK, FACE_NONE,                                                       \
      "another connection has come with this client id, and the broker drops this one",                                        \
      "Security best practices, Protecting MQTT connections")                                                                   \
    X(AWS_QOS2, "aws", "qos2-publish", FACE_SILENCE, 0, 0x9b,                                                                   \
      "QoS 2 does not exist here, and no acknowledgement comes", "Developer Guide, MQTT, differences from the specification")   \
    X(AWS_QOS2_SUBSCRIBE, "aws", "qos2-subscribe", FACE_SILENCE, 0, 0x9b,                                                       \
      "QoS 2 does not exist here, and no SUBACK comes", "Developer Guide, MQTT, differences from the specification")            \
    X(AWS_TOPIC_LONG, "aws", "topic-long", FACE_CLOSE, 0, 0x90,                                                                 \
      "the topic is longer than 256 bytes", "AWS IoT Core quotas, message broker: topic size")                                  \
    X(AWS_TOPIC_DEEP, "aws", "topic-deep", FACE_CLOSE, 0, 0x90,                                                                 \
      "the topic has more than 7 slashes", "AWS IoT Core quotas, message broker: slashes in topics and filters")                \
    X(AWS_RESERVED, "aws", "topic-reserved", FACE_CLOSE, FACE_NONE,                                                             \
      "nobody may publish to this reserved topic", "Developer Guide, Reserved topics")                                          \
    X(AWS_FOREIGN, "aws", "topic-foreign", FACE_CLOSE, FACE_NONE,                                                               \
      "the topic belongs to another thing", "Developer Guide, Publish and subscribe policy examples")                           \
    X(AWS_FOREIGN_SUBSCRIBE, "aws", "filter-foreign", FACE_SUBACK, FACE_NONE,                                                   \
      "the filter reaches for topics of another thing", "[assumed] Developer Guide, Publish and subscribe policy examples")    \
    X(AWS_RETAIN, "aws", "retain-reserved", FACE_CLOSE, 0, 0x9a,                                                                \
      "messages on reserved topics cannot be retained", "Developer Guide, Using MQTT retained messages")                        \
    X(AWS_PAYLOAD, "aws", "payload-large", FACE_CLOSE, 0, 0x95,                                                                 \
      "the payload is larger than 128 KB", "AWS IoT Core quotas, message broker: publish message size")                         \
    X(AWS_FILTERS, "aws", "filters-many", FACE_CLOSE, 0, 0x97,                                                                  \
      "one SUBSCRIBE asks for more than 8 filters", "AWS IoT Core quotas, message broker: subscriptions per subscribe call")    \
    /* Google IoT Core, and ClearBlade IoT Core behind the same interface */                                                    \
    X(GOOGLE_CLIENT_ID, "google", "client-id-form", FACE_CLOSE, FACE_ID,                                                        \
      "the client id is not projects/P/locations/L/registries/R/devices/D",                         \
      "Publishing over the MQTT bridge, Device authentication")                                      \
    X(GOOGLE_DEVICE, "google", "client-id-unknown", FACE_CLOSE, FACE_ID,                                                        \
      "the client id names another device", "Publishing over the MQTT bridge, Device authentication")                           \
    X(GOOGLE_PASSWORD, "google", "password-missing", FACE_CLOSE, FACE_CREDENTIALS,                                              \
      "CONNECT has no password, and the token belongs there", "Publishing over the MQTT bridge, Device authentication")         \
    X(GOOGLE_PASSWORD_ALONE, "google", "password-alone", FACE_REMARK, FACE_NONE,                                                \
      "CONNECT has a password and no user name, which MQTT 3.1.1 forbids ([MQTT-3.1.2-22]); this service tolerates it",         \
      "[observed] with ArduinoMqttClient")                                                                                      \
    X(GOOGLE_JWT_FORM, "google", "jwt-form", FACE_CLOSE, FACE_CREDENTIALS,                                                      \
      "the password is no token of three parts", "Using JSON Web Tokens, Creating JWTs")                                        \
    X(GOOGLE_JWT_BASE64, "google", "jwt-base64url", FACE_CLOSE, FACE_CREDENTIALS,                                               \
      "a part of the token is not base64url", "RFC 7515 section 2; ClearBlade: strict, unlike Google")                          \
    X(GOOGLE_JWT_LENIENT, "google", "jwt-base64-lenient", FACE_REMARK, FACE_NONE,                                               \
      "the token has padding or the letters + and /, which ClearBlade refuses", "ClearBlade, Using JSON Web Tokens")            \
    X(GOOGLE_JWT_JSON, "google", "jwt-json", FACE_CLOSE, FACE_CREDENTIALS,                                                      \
      "header or claims of the token are no JSON object", "RFC 7519 section 7.2")                                               \
    X(GOOGLE_JWT_NONE, "google", "jwt-alg-none", FACE_CLOSE, FACE_CREDENTIALS,                                                  \
      "alg is none: anybody could write such a token", "Using JSON Web Tokens, JWT header: RS256 and ES256")                    \
    X(GOOGLE_JWT_HMAC, "google", "jwt-alg-hmac", FACE_CLOSE, FACE_CREDENTIALS,                                                  \
      "alg is an HMAC: whoever knows the public key could write such a token",                                                  \
      "Using JSON Web Tokens, JWT header: RS256 and ES256")                                                                     \
    X(GOOGLE_JWT_ALG, "google", "jwt-alg-unknown", FACE_CLOSE, FACE_CREDENTIALS,                                                \
      "alg is neither ES256 nor RS256", "Using JSON Web Tokens, JWT header")                                                    \
    X(GOOGLE_JWT_ALG_KEY, "google", "jwt-alg-key", FACE_CLOSE, FACE_CREDENTIALS,                                                \
      "alg does not go with the device's key", "Using JSON Web Tokens, JWT header")                                             \
    X(GOOGLE_JWT_LENGTH, "google", "jwt-signature-length", FACE_CLOSE, FACE_CREDENTIALS,                                        \
      "a signature of ES256 is 64 bytes, r then s", "RFC 7518 section 3.4")                                                     \
    X(GOOGLE_JWT_SIGNATURE, "google", "jwt-signature", FACE_CLOSE, FACE_CREDENTIALS,                                            \
      "the token was not signed with the device's key", "Using JSON Web Tokens, JWT signature")                                 \
    X(GOOGLE_JWT_AUD, "google", "jwt-aud", FACE_CLOSE, FACE_CREDENTIALS,                                                        \
      "aud is not the project id", "Using JSON Web Tokens, JWT claims")                                                         \
    X(GOOGLE_JWT_IAT, "google", "jwt-iat", FACE_CLOSE, FACE_CREDENTIALS,                                                        \
      "iat, the time of issue, is not a whole number", "Using JSON Web Tokens, JWT claims")                                     \
    X(GOOGLE_JWT_FUTURE, "google", "jwt-iat-future", FACE_CLOSE, FACE_CREDENTIALS,                                              \
      "iat is more than ten minutes ahead: the board's clock is fast", "Using JSON Web Tokens, JWT claims")                     \
    X(GOOGLE_JWT_EXP, "google", "jwt-exp", FACE_CLOSE, FACE_CREDENTIALS,                                                        \
      "exp, the end of the token, is not a whole number", "Using JSON Web Tokens, JWT claims")                                  \
    X(GOOGLE_JWT_EXPIRED, "google", "jwt-expired", FACE_CLOSE, FACE_CREDENTIALS,                                                \
      "the token has expired, more than ten minutes ago", "Using JSON Web Tokens, JWT claims")                                  \
    X(GOOGLE_JWT_LIFE, "google", "jwt-lifetime", FACE_CLOSE, FACE_CREDENTIALS,                                                  \
      "the token is meant to live longer than 24 hours", "Using JSON Web Tokens, JWT claims")                                   \
    X(GOOGLE_JWT_ENDED, "google", "jwt-ended", FACE_CLOSE, FACE_NO,                                                             \
      "the token of this connection has expired, more than ten minutes ago: a new one has to come in a new CONNECT",           \
      "Using JSON Web Tokens, JWT claims: exp")                                                                                 \
    X(GOOGLE_IDLE, "google", "idle-limit", FACE_REMARK, FACE_NONE,                                                              \
      "whatever the keep alive is, a connection ends without any message for 20 minutes",                                      \
      "Publishing over the MQTT bridge, Keep-alive")                                                                            \
    X(GOOGLE_REPLACED, "google", "connection-replaced", FACE_REMARK, FACE_NONE,                                                 \
      "another connection has come with this client id, and this one is closed",                                               \
      "MQTT 3.1.1 section 3.1.4, [MQTT-3.1.4-2]")                                                                               \
    X(GOOGLE_FOLDER, "google", "commands-folder", FACE_REMARK, FACE_NONE,                                                       \
      "commands come to who subscribes to /devices/D/commands/#; single subfolders are not supported",                         \
      "API, sendCommandToDevice; Publishing over the MQTT bridge, Sending commands")                                            \
    X(GOOGLE_QOS2, "google", "qos2-publish", FACE_CLOSE, 0, 0x9b,                                                               \
      "QoS 2 does not exist here", "Publishing over the MQTT bridge, Quality of Service")                                       \
    X(GOOGLE_TOPIC, "google", "topic-publish", FACE_CLOSE, FACE_NONE,                                                           \
      "devices publish to /devices/D/events, /devices/D/events/..., and /devices/D/state",                                      \
      "Publishing over the MQTT bridge, Publishing telemetry events")                                                           \
    X(GOOGLE_FILTER, "google", "topic-subscribe", FACE_CLOSE, FACE_NONE,                                                        \
      "devices subscribe to /devices/D/config, /devices/D/commands/# and /devices/D/errors",                                    \
      "Publishing over the MQTT bridge, Configuring devices; Sending commands")                                                 \
    X(GOOGLE_PAYLOAD, "google", "payload-large", FACE_CLOSE, 0, 0x95,                                                           \
      "telemetry is at most 256 KB, state 64 KB", "Quotas and limits")                                                          \
    /* Azure IoT Hub */                                                                                                         \
    X(AZURE_PATH, "azure", "wss-path", FACE_HTTP, FACE_NONE,                                                                    \
      "MQTT over WebSocket is to be found at /$iothub/websocket",                                                              \
      "[library] azure-iot-sdk-c, iothubtransportmqtt_websockets.c; [assumed] the answer")                                      \
    X(AZURE_USERNAME, "azure", "username-form", FACE_CONNACK, FACE_CREDENTIALS,                                                 \
      "the user name is not {hub}/{device}/?api-version=...",                                       \
      "Communicate with an IoT hub using MQTT, Using the protocol directly")                         \
    X(AZURE_HUB, "azure", "username-hub", FACE_CONNACK, FACE_NO,                                                                \
      "the user name is for another hub", "Communicate with an IoT hub using MQTT, Using the protocol directly")                \
    X(AZURE_DEVICE, "azure", "username-device", FACE_CONNACK, FACE_NO,                                                          \
      "the user name is for another device", "Communicate with an IoT hub using MQTT, Using the protocol directly")             \
    X(AZURE_VERSION, "azure", "api-version-missing", FACE_REMARK, FACE_NONE,                                                    \
      "the user name has no api-version, which could cause unexpected behaviour",                                              \
      "Communicate with an IoT hub using MQTT, Using the protocol directly")                                                    \
    X(AZURE_CLIENT_ID, "azure", "client-id", FACE_CONNACK, FACE_ID,                                                             \
      "the client id is not the device id", "Communicate with an IoT hub using MQTT, Using the protocol directly")              \
    X(AZURE_PROOF, "azure", "credentials-missing", FACE_CONNACK, FACE_NO,                                                       \
      "there is neither a SAS token nor a certificate", "Control access to IoT Hub")                                            \
    X(AZURE_THUMBPRINT, "azure", "thumbprint", FACE_CONNACK, FACE_NO,                                                           \
      "the certificate's thumbprint is not the registered one", "Authenticate identities with X.509 certificates")              \
    X(AZURE_NO_X509, "azure", "x509-not-set-up", FACE_CONNACK, FACE_NO,                                                         \
      "the device is registered with a key, and shows a certificate only", "Control access to IoT Hub")                         \
    X(AZURE_SAS_FORM, "azure", "sas-form", FACE_CONNACK, FACE_NO,                                                               \
      "the password is no SharedAccessSignature sr=...&sig=...&se=...", "Control access with shared access signatures")         \
    X(AZURE_SAS_NO_KEY, "azure", "sas-not-set-up", FACE_CONNACK, FACE_NO,                                                       \
      "the device is registered with a certificate, and shows a SAS token", "Control access to IoT Hub")                        \
    X(AZURE_SAS_RESOURCE, "azure", "sas-resource", FACE_CONNACK, FACE_NO,                                                       \
      "sr is not this device's {hub}/devices/{device}", "Control access with shared access signatures")                         \
    X(AZURE_SAS_EXPIRED, "azure", "sas-expired", FACE_CONNACK, FACE_NO,                                                         \
      "the SAS token has expired", "Control access with shared access signatures")                                              \
    X(AZURE_SAS_SIGNATURE, "azure", "sas-signature", FACE_CONNACK, FACE_NO,                                                     \
      "the signature was not made with the device's key", "Control access with shared access signatures")                       \
    X(AZURE_SAS_ENDED, "azure", "sas-ended", FACE_CLOSE, FACE_NO,                                                               \
      "the SAS token of this connection has expired: a new one has to come in a new CONNECT before",                           \
      "Troubleshoot: 401003 IoTHubUnauthorized, cause 1")                                                                       \
    X(AZURE_KEEP_ALIVE, "azure", "keep-alive-limit", FACE_REMARK, FACE_NONE,                                                    \
      "the keep alive is longer than 1177 seconds, or none; the hub waits for 1767 seconds at most",                           \
      "Communicate with an IoT hub using MQTT, Default keep-alive timeout")                                                     \
    X(AZURE_REPLACED, "azure", "connection-replaced", FACE_REMARK, FACE_NONE,                                                   \
      "a device has one connection: the hub drops this one for the new one (400027)",                                          \
      "Communicate with an IoT hub using MQTT, Sending device-to-cloud messages")                                               \
    X(AZURE_QOS2, "azure", "qos2-publish", FACE_CLOSE, 0, 0x9b,                                                                 \
      "QoS 2 does not exist here", "Communicate with an IoT hub using MQTT, Sending device-to-cloud messages")                  \
    X(AZURE_RETAIN, "azure", "retain-passed-on", FACE_REMARK, FACE_NONE,                                                        \
      "nothing is retained; the message gets the property mqtt-retain",                                                         \
      "Communicate with an IoT hub using MQTT, Sending device-to-cloud messages")                                               \
    X(AZURE_TOPIC, "azure", "topic-publish", FACE_CLOSE, FACE_NONE,                                                             \
      "the hub is no broker: only its documented topics exist",                                                                 \
      "Communicate with an IoT hub using MQTT, Receiving cloud-to-device messages")                                             \
    X(AZURE_FILTER, "azure", "topic-subscribe", FACE_CLOSE, FACE_NONE,                                                          \
      "the hub is no broker: only its documented filters exist",                                                                \
      "Communicate with an IoT hub using MQTT, Receiving cloud-to-device messages")                                             \
    X(AZURE_FILTERS, "azure", "filters-many", FACE_CLOSE, 0, 0x97,                                                              \
      "a device can subscribe to five topics at a time",                                                                       \
      "Communicate with an IoT hub using MQTT, Receiving cloud-to-device messages; Migrating: MQTT terminates the connection")  \
    X(AZURE_PROPERTIES, "azure", "properties-malformed", FACE_REMARK, FACE_NONE,                                                \
      "the property bag of the topic is not encoded as the query of a URL",                                                    \
      "Communicate with an IoT hub using MQTT, Sending device-to-cloud messages")                                               \
    X(AZURE_ENCODING, "azure", "content-encoding-missing", FACE_REMARK, FACE_NONE,                                              \
      "$.ct says JSON and $.ce is not there: routing sees no JSON in the body, storage keeps it in base64",                    \
      "Communicate with an IoT hub using MQTT, Sending device-to-cloud messages")                                               \
    X(AZURE_METHOD_FORM, "azure", "method-answer-form", FACE_REMARK, FACE_NONE,                                                 \
      "the answer to a method goes to $iothub/methods/res/{status}/?$rid={request id}, with a whole number as status",         \
      "Communicate with an IoT hub using MQTT, Respond to a direct method")                                                     \
    X(AZURE_METHOD_RID, "azure", "method-answer-unknown", FACE_REMARK, FACE_NONE,                                               \
      "the answer is to no method that is under way: $rid has to be the request's, and 30 seconds are the time for it",        \
      "Communicate with an IoT hub using MQTT, Respond to a direct method")                                                     \
    X(AZURE_METHOD_JSON, "azure", "method-answer-json", FACE_REMARK, FACE_NONE,                                                 \
      "the answer to a method has to be JSON, or empty", "Communicate with an IoT hub using MQTT, Respond to a direct method")  \
    X(AZURE_PAYLOAD, "azure", "payload-large", FACE_CLOSE, 0, 0x95,                                                             \
      "messages are at most 256 KB", "IoT Hub quotas and throttling")                                                           \
    /* Arduino Cloud */                                                                                                         \
    X(ARDUINO_LOGIN, "arduino", "login-missing", FACE_CONNACK, FACE_NO,                                                         \
      "port 8884 takes the device id as user name and the secret as password",                      \
      "[library] ArduinoIoTCloud, ArduinoIoTCloudTCP.cpp")                                           \
    X(ARDUINO_SECRET, "arduino", "secret-wrong", FACE_CONNACK, FACE_NO,                                                         \
      "the secret is not the device's", "[library] ArduinoIoTCloud, ArduinoIoTCloudTCP.cpp")                                    \
    X(ARDUINO_CERTIFICATE, "arduino", "certificate-missing", FACE_CLOSE, FACE_NONE,                                             \
      "port 8885 takes the certificate of the secure element, and none came", "[library] ArduinoIoTCloud, ArduinoIoTCloudTCP.cpp") \
    X(ARDUINO_IDENTITY, "arduino", "identity", FACE_CONNACK, FACE_NO,                                                           \
      "the certificate's common name, or the user name, is not the device id",                      \
      "[library] ArduinoIoTCloud, SElementArduinoCloudDeviceId.cpp")                                 \
    X(ARDUINO_CLIENT_ID, "arduino", "client-id", FACE_CONNACK, FACE_ID,                                                         \
      "the client id is not the device id", "[library] ArduinoIoTCloud, ArduinoIoTCloudTCP.cpp")                                \
    X(ARDUINO_TOPIC, "arduino", "topic-publish", FACE_CLOSE, FACE_NONE,                                                         \
      "devices publish to /a/d/D/c/up, /a/d/D/e/o and /a/t/T/...", "[library] ArduinoIoTCloud, ArduinoIoTCloudTCP.h")           \
    X(ARDUINO_FILTER, "arduino", "topic-subscribe", FACE_SUBACK, FACE_NONE,                                                     \
      "devices subscribe to /a/d/D/c/dw, /a/d/D/e/i and /a/t/T/...", "[library] ArduinoIoTCloud, ArduinoIoTCloudTCP.h")         \
    /* mosquitto */                                                                                                             \
    X(MOSQUITTO_ANONYMOUS, "mosquitto", "anonymous", FACE_CONNACK, FACE_NO,                                                     \
      "CONNECT has no user name, and allow_anonymous is false", "mosquitto.conf(5), allow_anonymous")                           \
    X(MOSQUITTO_PASSWORD, "mosquitto", "password", FACE_CONNACK, FACE_NO,                                                       \
      "the password file has no such user and password", "mosquitto.conf(5), password_file")                                    \
    X(MOSQUITTO_IDENTITY, "mosquitto", "identity", FACE_CONNACK, FACE_CREDENTIALS,                                              \
      "the user name comes from the TLS layer, and there is none", "mosquitto.conf(5), use_identity_as_username")               \
    /* pre-shared keys, of mosquitto and alone */                                                                               \
    X(PSK_IDENTITY, "psk", "psk-identity", FACE_ALERT, FACE_NONE,                                                               \
      "the board named another identity of a pre-shared key", "RFC 4279 section 2; mosquitto.conf(5), psk_file")                \
    X(PSK_NONE, "psk", "psk-missing", FACE_ALERT, FACE_NONE,                                                                    \
      "the handshake ended before the board named the identity of a pre-shared key",                                            \
      "RFC 4279 section 2; mosquitto.conf(5), psk_file")
/* clang-format on */

enum face_rule_id {
#define X(id, ...) FACE_RULE_##id,
    FACE_RULE_MAP(X)
#undef X
        FACE_RULE_COUNT
};

struct face_rule {
    const char *face;
    const char *name; /* unique within its face */
    enum face_answer answer;
    uint8_t code3; /* return code of 3.1.1 */
    uint8_t code5; /* reason code of 5.0 */
    const char *text;
    const char *source;
};

extern const struct face_rule face_rules[FACE_RULE_COUNT];

/* "CONNACK", "close", "SUBACK", "no answer", "alert", "remark". */
const char *face_answer_name(enum face_answer answer);

#endif
