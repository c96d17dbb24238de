/* SPDX-License-Identifier: Apache-2.0 */
/* A server under load: where it listens, and what its process costs (/proc). */
#ifndef LOAD_SERVER_H
#define LOAD_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LOAD_MAX_SERVERS = 24, LOAD_NAME_TEXT = 48 };

struct load_server {
    char name[LOAD_NAME_TEXT];
    uint16_t port;
    long pid;
    char options[LOAD_NAME_TEXT]; /* ",word,word" */
};

/* NAME=PORT,PID[,WORD]... False: it is no such text. */
bool load_server_parse(const char *text, struct load_server *ret);
bool load_server_has(const struct load_server *server, const char *word);

/* Wait up to ten seconds for it to listen: servers may have been started a moment ago. */
bool load_server_wait(const struct load_server *server);

/* Nanoseconds on a CPU of the process and its children (the workers of nginx) so far. */
uint64_t load_server_cpu_ns(const struct load_server *server);

/* Bytes of memory of the process and its children that come from no file, shared pages divided
 * (PSS); pages of libraries are divided among whoever runs at the moment, and would move the
 * figure. Its descriptors. 0: it is gone. */
uint64_t load_server_memory(const struct load_server *server);
size_t load_server_descriptors(const struct load_server *server);

double load_now_us(void);

/* The main program's answer to "--free-ports N": prints ports that were free a moment ago. */
int load_print_free_ports(const char *count);

#endif
