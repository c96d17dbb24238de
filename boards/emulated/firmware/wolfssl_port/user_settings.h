/* SPDX-License-Identifier: Apache-2.0 */
/* wolfSSL as a client of TLS 1.2 and 1.3, without a system: see "wolfSSL Porting Guide". */
#ifndef WOLFSSL_PORT_USER_SETTINGS_H
#define WOLFSSL_PORT_USER_SETTINGS_H

#include <stddef.h>

#define SINGLE_THREADED
#define NO_FILESYSTEM
#define NO_WRITEV
#define NO_MAIN_DRIVER
#define NO_SESSION_CACHE
#define NO_WOLFSSL_SERVER
#define NO_WOLFSSL_DIR
#define WOLFSSL_USER_IO
#define WOLFSSL_NO_SOCK
#define WOLFSSL_SMALL_STACK
#define WOLFSSL_IGNORE_FILE_WARN
#define SIZEOF_LONG      4
#define SIZEOF_LONG_LONG 8

/* Memory from a pool, time and randomness from the board: firmware_wolfssl.c. */
#define XMALLOC_USER
#define USER_TICKS
#define CUSTOM_RAND_GENERATE_SEED firmware_wolfssl_seed
int firmware_wolfssl_seed(unsigned char *data, unsigned int len);

#define WOLFSSL_SP_MATH_ALL
#define WOLFSSL_HAVE_SP_RSA
#define WOLFSSL_HAVE_SP_ECC
#define SP_INT_BITS 4096
#define ECC_TIMING_RESISTANT
#define TFM_TIMING_RESISTANT
#define WC_RSA_BLINDING

#define WOLFSSL_TLS13
#define HAVE_TLS_EXTENSIONS
#define HAVE_SUPPORTED_CURVES
#define HAVE_EXTENDED_MASTER
#define HAVE_SNI
#define HAVE_ALPN
#define HAVE_HKDF
#define HAVE_FFDHE_2048
#define HAVE_ECC
#define HAVE_AESGCM
#define HAVE_CHACHA
#define HAVE_POLY1305
#define HAVE_ENCRYPT_THEN_MAC
#define WOLFSSL_DH_CONST /* no floating point */
#define HAVE_GMTIME_R    /* the other takes memory for its result */
#define WC_RSA_PSS
#define WOLFSSL_SHA224
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512
#define HAVE_ECC384
#define WOLFSSL_CERT_EXT
#define KEEP_PEER_CERT
#define OPENSSL_EXTRA
#define NO_DSA
#define NO_RC4
#define NO_MD4
#define NO_MD5 /* nor certificates that are signed with it */
#define NO_OLD_TLS
#define NO_DES3
#define WOLFSSL_STATIC_PSK

#endif
