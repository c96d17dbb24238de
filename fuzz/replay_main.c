/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay_<target> DIRECTORY...    runs a fuzz target over every file of its corpus, and over every
 *                                 beginning of the small ones; without libFuzzer, so gcc can do it
 *
 * Exit 0 when at least one file was run; a finding ends the process by itself.
 */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILE_MAX = 1 << 20, CUT_MAX = 2048 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* On memory of exactly that size, so that AddressSanitizer sees a read past the end. */
static void run_input(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);

    if (exact == NULL) {
        fprintf(stderr, "out of memory\n");
        exit(2);
    }
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void run_file(const char *path)
{
    static uint8_t data[FILE_MAX];
    FILE *file = fopen(path, "rb");
    size_t size = 0;

    if (file == NULL) {
        perror(path);
        exit(2);
    }
    size = fread(data, 1, sizeof(data), file);
    fclose(file);
    run_input(data, size);
    for (size_t cut = 0; cut < size && size <= CUT_MAX; cut++)
        run_input(data, cut);
}

/* The number of files that were run. */
static unsigned run_directory(const char *directory)
{
    DIR *dir = opendir(directory);
    unsigned count = 0;

    if (dir == NULL) {
        perror(directory);
        exit(2);
    }
    for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir)) {
        char path[PATH_MAX];
        struct stat st;

        snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        run_file(path);
        count++;
    }
    closedir(dir);
    return count;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        unsigned count = run_directory(argv[i]);

        printf("%s: %u files\n", argv[i], count);
        if (count == 0) {
            fprintf(stderr, "%s: the corpus is empty\n", argv[i]);
            return 1;
        }
    }
    return argc > 1 ? 0 : 2;
}
