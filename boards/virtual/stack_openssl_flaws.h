/* SPDX-License-Identifier: Apache-2.0 */
/* The flaws of the OpenSSL board by name: docs/formats/flaws.md. */
#ifndef STACK_OPENSSL_FLAWS_H
#define STACK_OPENSSL_FLAWS_H

#include "virtual_stack.h"

/* X(id, name, summary) */
#define OPENSSL_FLAW_MAP(X)                                                                        \
    /* what verification overlooks: stack_openssl_verify.c */                                      \
    X(FLAW_NAME, "name-unchecked", "the certificate may be for any host")                          \
    X(FLAW_DATES, "dates-unchecked", "validity is not looked at")                                  \
    X(FLAW_CHAIN, "chain-unchecked", "no verification at all")                                     \
    X(FLAW_RECONNECT, "reconnect-unchecked", "nothing is verified after a first good connection")  \
    X(FLAW_LATE, "late-verification", "the verdict is heeded after the first message was sent")    \
    X(FLAW_SELF_SIGNED, "self-signed-trusted", "a root that the server sends is trusted")          \
    X(FLAW_UNKNOWN_ISSUER, "unknown-issuer-accepted", "a chain that ends nowhere will do")         \
    X(FLAW_ANCHOR_NAME, "anchor-by-name", "whoever has the root's name is the root")               \
    X(FLAW_ANCHOR_KEY, "explicit-curve-allowed",                                                   \
      "knows its root by the public key, on whatever curve")                                       \
    X(FLAW_SIGNATURE, "signature-unchecked", "signatures of certificates are not verified")        \
    X(FLAW_LEAF_SIGNATURE, "leaf-signature-unchecked", "the server certificate's is not verified") \
    X(FLAW_CA_SIGNATURE, "intermediate-signature-unchecked", "only the leaf's is verified")        \
    X(FLAW_ISSUER_NAME, "issuer-name-unchecked", "a certificate's issuer may have another name")   \
    X(FLAW_CA, "basic-constraints-unchecked", "any certificate may act as a CA")                   \
    X(FLAW_CERT_SIGN, "key-cert-sign-unchecked", "a CA's key usage is not looked at")              \
    X(FLAW_PATHLEN, "pathlen-unchecked", "any number of CAs may follow")                           \
    X(FLAW_USAGE, "usage-unchecked", "key usage and extended key usage are not looked at")         \
    X(FLAW_KU, "ku-unchecked", "the server certificate's key usage is not looked at")              \
    X(FLAW_EKU, "eku-unchecked", "extended key usage is not looked at")                            \
    X(FLAW_CONSTRAINTS, "name-constraints-unchecked", "name constraints are not looked at")        \
    X(FLAW_CRITICAL, "critical-unchecked", "unknown critical extensions are passed over")          \
    X(FLAW_CA_CRITICAL, "intermediate-critical-unchecked", "the same, in a CA's certificate only") \
    X(FLAW_PROFILE, "profile-unchecked", "malformed but readable certificates will do")            \
    X(FLAW_POLICY, "policy-unchecked", "passes over policy constraints")                           \
    X(FLAW_CRASH, "odd-certificate-crash",                                                         \
      "crashes on large lists, unknown or long keys and wrong chains")                             \
    X(FLAW_WEAK, "weak-crypto-allowed", "MD5, SHA-1 and RSA-1024 will do (security level 0)")      \
    X(FLAW_MD5, "md5-allowed", "certificates may be signed with MD5")                              \
    X(FLAW_SHA1, "sha1-allowed", "certificates may be signed with SHA-1")                          \
    X(FLAW_SHORT_RSA, "short-rsa-allowed", "an RSA key may have less than 2048 bits")              \
    X(FLAW_SMALL_CURVE, "small-curve-allowed", "an EC key may have less than 224 bits")            \
    X(FLAW_SERVER_KEY, "server-key-unchecked",                                                     \
      "the server's own signature is not verified (ECDSA)")                                        \
    X(FLAW_RESPONDER, "responder-awaited", "waits for an OCSP responder without an end")           \
    /* what dates are taken for: stack_openssl_dates.c */                                          \
    X(FLAW_NOT_BEFORE, "not-before-unchecked", "a certificate may lie in the future")              \
    X(FLAW_NOT_AFTER, "not-after-unchecked", "a certificate may have expired")                     \
    X(FLAW_LEAF_DATES, "leaf-dates-only", "an intermediate's validity is not looked at")           \
    X(FLAW_DATES_BY_DAY, "dates-by-day", "the time of day is not looked at")                       \
    X(FLAW_DATES_BY_YEAR, "dates-by-year", "only the year is looked at")                           \
    X(FLAW_DATES_32_BIT, "dates-32-bit", "dates are kept as signed 32-bit seconds")                \
    X(FLAW_UTC_20XX, "utctime-pivot-missing", "UTCTime is always of this century")                 \
    X(FLAW_UTC_SIGNED, "utctime-pivot-early", "UTCTime from 38 on is of the last century")         \
    X(FLAW_DATE_SYNTAX, "date-syntax-unchecked", "digits are read, what follows them is not")      \
    X(FLAW_EXCLUSIVE, "expiry-exclusive", "refuses in the last second of validity")                \
    X(FLAW_BEGIN, "begin-exclusive", "refuses in the first second of validity")                    \
    X(FLAW_MARGIN, "not-before-margin", "refuses in the first hour of validity")                   \
    X(FLAW_NO_GENERALIZED, "generalizedtime-refused", "knows UTCTime only")                        \
    X(FLAW_NO_9999, "far-date-refused", "refuses dates from the year 2106 on")                     \
    /* how names are compared: stack_openssl_names.c */                                            \
    X(FLAW_CN_FALLBACK, "cn-fallback", "compares the common name where no dNSName is")             \
    X(FLAW_CN_ALWAYS, "cn-always", "compares the common name beside the dNSNames")                 \
    X(FLAW_DUPLICATES, "duplicate-extension-allowed",                                              \
      "of two extensions of a kind the one that suits")                                            \
    X(FLAW_CN_NUL, "cn-nul-cut", "the same fallback, and the common name ends at a zero byte")     \
    X(FLAW_BAD_SAN, "malformed-san-skipped",                                                       \
      "the same fallback, also where subjectAltName cannot be read")                               \
    X(FLAW_ANY_KIND, "any-general-name", "compares mail addresses, URIs and others too")           \
    X(FLAW_WILD_DEEP, "wildcard-any-depth", "a wildcard stands for several labels")                \
    X(FLAW_WILD_NONE, "wildcard-empty", "a wildcard stands for no label as well")                  \
    X(FLAW_WILD_PARTIAL, "wildcard-partial", "a wildcard may be part of a label")                  \
    X(FLAW_WILD_INNER, "wildcard-anywhere", "a wildcard may stand for any label")                  \
    X(FLAW_WILD_TOP, "wildcard-in-public-suffix", "\"*\" and \"*.test\" match")                    \
    X(FLAW_SUFFIX, "suffix-match", "the name of a parent domain will do")                          \
    X(FLAW_ENDING, "ending-match", "a name that ends like the host will do")                       \
    X(FLAW_PREFIX, "prefix-match", "a name that begins like the host will do")                     \
    X(FLAW_NUL_CUT, "nul-cut", "names end at their first zero byte (strcasecmp)")                  \
    X(FLAW_EMPTY_NAME, "empty-name-accepted", "compares as many bytes as the name has: none")      \
    X(FLAW_DOT_IGNORED, "trailing-dot-ignored", "a dot at the end of a name is dropped")           \
    X(FLAW_NAME_CUT, "name-truncated", "names are cut to 63 bytes before they are compared")       \
    X(FLAW_IP_UNCHECKED, "ip-unchecked", "connected to an address, it compares no name")           \
    X(FLAW_IP_TEXT, "ip-as-dns-text", "an address is compared with dNSNames")                      \
    X(FLAW_IP_CN, "ip-in-cn", "an address is compared with the common name")                       \
    X(FLAW_CASE, "case-sensitive", "refuses a name in other letters")                              \
    X(FLAW_FIRST_NAME, "first-name-only", "refuses where the right name is not the first")         \
    X(FLAW_NO_SAN, "san-refused", "compares the common name only")                                 \
    X(FLAW_NO_WILDCARD, "wildcard-refused", "compares letter by letter only")                      \
    X(FLAW_NO_IP, "ip-refused", "has no comparison for addresses")                                 \
    X(FLAW_A_LABEL, "a-label-refused", "refuses a label with two hyphens")                         \
    X(FLAW_LONG_HOST, "long-host-refused", "has 64 bytes for a name")                              \
    X(FLAW_UNDERSCORE, "underscore-refused", "refuses names with an underscore")                   \
    X(FLAW_FEW_LABELS, "many-labels-refused", "refuses host names of more than three labels")      \
    /* what good certificates it refuses: stack_openssl_refuse.c */                                \
    X(FLAW_NO_RSA, "rsa-refused", "has no RSA")                                                    \
    X(FLAW_NO_ECDSA, "ecdsa-refused", "has no ECDSA")                                              \
    X(FLAW_NO_P384, "ecdsa-p384-refused", "has no other curve than P-256")                         \
    X(FLAW_NO_ED25519, "ed25519-refused", "has no Ed25519")                                        \
    X(FLAW_NO_LONG_RSA, "long-rsa-refused", "refuses RSA keys over 2048 bits")                     \
    X(FLAW_NO_SHA384, "sha384-refused", "knows SHA-256 only")                                      \
    X(FLAW_NO_PSS, "rsa-pss-refused", "knows no RSA-PSS signature of a certificate")               \
    X(FLAW_NO_INTERMEDIATE, "intermediate-refused", "takes one certificate, from the root itself") \
    X(FLAW_NO_SECOND, "second-intermediate-refused", "takes two certificates at most")             \
    X(FLAW_FIRST_PATH, "first-path-only", "takes the first issuer that fits by name")              \
    X(FLAW_NO_LONG_CHAIN, "long-chain-refused", "takes three certificates at most")                \
    X(FLAW_NO_LARGE_CERT, "large-certificate-refused", "has room for 2048 bytes a certificate")    \
    X(FLAW_NO_LARGE_LIST, "large-chain-refused", "has room for 8 KB of certificates")              \
    X(FLAW_NO_MANY_NAMES, "many-names-refused", "has room for 16 names")                           \
    X(FLAW_NO_EXTRA, "extra-certificate-refused", "refuses a certificate that is of no use")       \
    X(FLAW_NO_ROOT, "root-in-chain-refused", "refuses a self-signed certificate in the list")      \
    X(FLAW_NO_ORDER, "chain-order-demanded", "refuses a list that is out of order")                \
    X(FLAW_NO_DUPLICATE, "duplicate-refused", "refuses a certificate that comes twice")            \
    X(FLAW_NO_EMPTY_SUBJECT, "empty-subject-refused", "refuses a certificate without subject")     \
    X(FLAW_NO_UNKNOWN, "unknown-extension-refused", "refuses unknown extensions, critical or not") \
    X(FLAW_NO_CRITICAL_EKU, "critical-eku-refused", "does not know a critical ext. key usage")     \
    X(FLAW_NEEDS_EKU, "eku-demanded", "refuses a certificate without extended key usage")          \
    X(FLAW_NEEDS_KU, "ku-demanded", "refuses a certificate without key usage")                     \
    X(FLAW_NO_CONSTRAINTS, "critical-name-constraints-refused", "does not know name constraints")  \
    X(FLAW_NO_LEAF_NC, "leaf-name-constraints-refused",                                            \
      "refuses name constraints in a server certificate")                                          \
    X(FLAW_NO_POLICIES, "critical-policies-refused", "does not know certificate policies")         \
    X(FLAW_SELF_ISSUED, "self-issued-counted", "counts self-issued CAs in pathLenConstraint")      \
    X(FLAW_BYTEWISE_DN, "dn-bytewise", "compares issuer and subject byte by byte")                 \
    X(FLAW_KEY_ID, "key-id-demanded", "refuses a key identifier that does not match")              \
    X(FLAW_NO_CA_LEAF, "ca-leaf-refused", "refuses a server certificate that is a CA's")           \
    /* how the protocol is used: stack_openssl.c, stack_openssl_hello.c */                         \
    X(FLAW_OLD_TLS, "old-tls-offered", "offers TLS 1.0 and 1.1 too, with SHA-1 signatures")        \
    X(FLAW_WEAK_SUITES, "weak-suites-offered", "offers every suite that there is")                 \
    X(FLAW_STATIC_RSA, "static-rsa-offered", "offers key exchange by the certificate's key")       \
    X(FLAW_NO_AEAD, "aead-missing", "offers CBC suites of TLS 1.2 only")                           \
    X(FLAW_BARE_CBC, "bare-cbc-allowed", "goes on with CBC without encrypt_then_mac")              \
    X(FLAW_SMALL_DH, "small-dh-allowed", "takes a Diffie-Hellman group of any size")               \
    X(FLAW_NO_DHE, "dhe-broken", "gives up where the key exchange is DHE, which it offers")        \
    X(FLAW_OLD_SIGNATURES, "old-signatures-offered", "lists SHA-1 among its signatures")           \
    X(FLAW_WEAK_CURVES, "weak-curves-offered", "lists secp192r1 among its groups")                 \
    X(FLAW_NO_EMS, "ems-missing", "does not offer extended_master_secret")                         \
    X(FLAW_SCSV, "fallback-scsv-sent", "sends TLS_FALLBACK_SCSV in its first ClientHello")         \
    X(FLAW_HEARTBEAT, "heartbeat-offered", "offers the heartbeat extension")                       \
    X(FLAW_NO_SNI, "sni-missing", "does not say for whom it asks")                                 \
    X(FLAW_NO_ALPN, "alpn-missing", "offers no application protocol")                              \
    X(FLAW_NO_TLS13, "tls13-refused", "speaks TLS 1.2 only")                                       \
    X(FLAW_NO_TLS12, "tls12-refused", "speaks TLS 1.3 only")                                       \
    X(FLAW_NO_FRAGMENTS, "fragmented-message-refused", "takes each record for whole messages")     \
    X(FLAW_NO_ETM, "encrypt-then-mac-broken", "gives up when encrypt_then_mac is answered")        \
    X(FLAW_NO_RETRY, "hello-retry-refused", "gives up on a HelloRetryRequest")                     \
    X(FLAW_OTHER_SUITES, "other-suites-broken", "works with AES-256-GCM only, whatever it offers") \
    X(FLAW_NO_AES256, "aes256-broken", "gives up where the suite is one of AES-256")               \
    X(FLAW_UNANSWERED, "unanswered-extension-crash",                                               \
      "crashes where an extension that it sent is not answered")                                   \
    X(FLAW_WARNING, "warning-fatal", "ends the connection on any alert, be it a warning")          \
    X(FLAW_NO_UNKNOWN_TLS, "unknown-tls-extension-refused",                                        \
      "gives up on an extension that it does not know")                                            \
    X(FLAW_NO_PADDING, "record-padding-refused", "gives up on a padded record")                    \
    X(FLAW_NO_PSS_12, "rsa-pss-handshake-refused", "refuses RSA-PSS in TLS 1.2, which it offers")  \
    X(FLAW_TLS13_BROKEN, "tls13-broken", "gives up when the server chooses TLS 1.3")               \
    X(FLAW_TLS12_BROKEN, "tls12-broken", "gives up when the server chooses TLS 1.2")               \
    X(FLAW_FALLBACK, "version-fallback", "offers one version less after a failure")                \
    X(FLAW_RENEGOTIATION, "renegotiation-allowed", "lets the server renegotiate")                  \
    X(FLAW_ANY_SESSION, "session-to-any-host", "offers its last session to any host")              \
    X(FLAW_NO_RESUMPTION, "resumption-broken", "gives up when the server resumes")                 \
    X(FLAW_SMALL_RECORDS, "small-record-buffer",                                                   \
      "has room for records of 4 KiB, and says nothing")                                           \
    X(FLAW_FRAGMENTS, "fragments-refused", "gives up on a record in more than one segment")        \
    X(FLAW_NO_ALERT, "alert-missing", "refuses without an alert")                                  \
    X(FLAW_NO_CLOSE, "close-notify-missing", "closes without close_notify")                        \
    X(FLAW_SSL3_RECORD, "ssl3-record", "the record of its ClientHello says SSL 3.0")               \
    X(FLAW_SSL2_HELLO, "ssl2-hello", "sends its ClientHello in the form of SSL 2.0")               \
    X(FLAW_RECORD_NONCE, "record-nonce-repeated", "one explicit nonce for all records of AES-GCM") \
    X(FLAW_PSK, "psk-unchecked", "with a pre-shared key configured, verifies no certificate")      \
    X(FLAW_STAPLE, "staple-unchecked", "asks for an OCSP response and does not look at it")        \
    X(FLAW_NO_STAPLE, "staple-refused", "gives up when an OCSP response comes")                    \
    X(FLAW_PSK_BROKEN, "psk-broken", "gives up when its pre-shared key is used")                   \
    X(FLAW_NO_HINT, "psk-hint-refused", "gives up on an identity hint that it does not know")      \
    X(FLAW_RANDOM, "random-repeated", "the same random numbers in every connection")               \
    /* how it shows itself: stack_openssl_identity.c */                                            \
    X(FLAW_NO_IDENTITY, "certificate-withheld", "has an identity and does not show it")            \
    X(FLAW_PICKY, "certificate-refused", "gives up where its identity does not fit")               \
    X(FLAW_ROOT_SENT, "trusted-root-sent",                                                         \
      "sends the root that it trusts behind its own certificate")                                  \
    X(FLAW_NEEDS_REQUEST, "certificate-request-demanded",                                          \
      "gives up where nobody asks for its certificate")                                            \
    X(FLAW_NO_EMPTY, "empty-certificate-refused",                                                  \
      "gives up when it is asked for a certificate that it has not")                               \
    X(FLAW_WRONG_KEY, "wrong-signing-key", "signs with a key that is not its certificate's")       \
    X(FLAW_NONCE, "signing-nonce-repeated", "one ECDSA nonce for all signatures")                  \
    X(FLAW_OWN_IDENTITY, "own-identity", "shows a weak self-signed identity of its own")           \
    /* as a server: stack_openssl_server.c */                                                      \
    X(FLAW_SERVER_NOT_ASKED, "client-certificate-not-asked",                                       \
      "as a server, asks for no certificate")                                                      \
    X(FLAW_SERVER_NONE_TAKEN, "client-certificate-optional", "as a server, goes on without one")   \
    X(FLAW_SERVER_NO_CA, "client-ca-missing", "as a server, knows no CA and refuses everybody")    \
    X(FLAW_SERVER_CHAIN, "client-chain-unchecked", "as a server, takes any certificate")           \
    X(FLAW_SERVER_PROOF, "client-proof-unchecked", "as a server, asks for no proof of the key")    \
    X(FLAW_SERVER_DATES, "client-dates-unchecked", "as a server, does not look at dates")          \
    X(FLAW_SERVER_USAGE, "client-usage-unchecked", "as a server, takes certificates of servers")   \
    X(FLAW_SERVER_OLD_TLS, "old-tls-served", "as a server, speaks TLS 1.0 and 1.1 too")            \
    X(FLAW_SERVER_RSA, "static-rsa-served", "as a server, takes suites of static RSA")             \
    X(FLAW_SERVER_WEAK, "weak-suites-served", "as a server, takes every suite that there is")      \
    X(FLAW_SERVER_FALLBACK, "fallback-ignored", "as a server, goes back to an older version")      \
    X(FLAW_SERVER_EARLY, "early-data-served", "as a server, lets clients send before they shake")  \
    X(FLAW_SERVER_RENEGOTIATION, "renegotiation-served", "as a server, renegotiates when asked")

enum flaw {
#define X(id, name, summary) id,
    OPENSSL_FLAW_MAP(X)
#undef X
        FLAW_COUNT
};

/* Ends with a NULL name. */
extern const struct virtual_flaw stack_openssl_flaws[];

#endif
