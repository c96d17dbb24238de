/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.pcapng, synthesised from what the servers sent and received: real addresses, sequence
 * numbers and times, the TLS secrets inside (Decryption Secrets Block), so that Wireshark shows
 * the decrypted MQTT packets with no other input.
 */
#ifndef REPORTS_CAPTURE_H
#define REPORTS_CAPTURE_H

#include "base/buf.h"
#include "base/transcript.h"

/* t: a case's transcript as it was recorded (one that was read back from its file has no secrets,
 * so its capture stays encrypted). */
ASSAY_RESULT capture_write(const struct transcript *t, struct buf *out);

#endif
