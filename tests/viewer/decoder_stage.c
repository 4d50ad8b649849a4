/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/viewer/decoder_stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

void decoder_stage_use_hooks(guint patience_ms)
{
    volo_decoder_set_program(getenv("VOLO_DECODE_HOOKED"), patience_ms);
}

const char *decoder_stage_hook(const ScratchDir *dir, const char *file, const char *hook)
{
    char *const text = g_strdup_printf("volo-hook %s\n", hook);
    const char *const path = scratch_write(dir, file, text, strlen(text));

    g_free(text);
    return path;
}

/* The state and the parent of a process: its name stands before them in brackets. */
static gboolean is_child(const char *process, pid_t parent)
{
    char *const path = g_strdup_printf("/proc/%s/stat", process);
    char *text = NULL;
    char state = 'Z';
    int its_parent = 0;

    if (g_file_get_contents(path, &text, NULL, NULL) && strrchr(text, ')'))
        (void)!sscanf(strrchr(text, ')') + 1, " %c %d", &state, &its_parent);
    g_free(text);
    g_free(path);
    return state != 'Z' && its_parent == parent;
}

pid_t decoder_stage_child(pid_t parent)
{
    GDir *const processes = g_dir_open("/proc", 0, NULL);
    const char *name;
    pid_t child = 0;

    assert_non_null(processes);
    while (!child && (name = g_dir_read_name(processes))) {
        if (g_ascii_isdigit(*name) && is_child(name, parent ? parent : getpid()))
            child = (pid_t)g_ascii_strtoll(name, NULL, 10);
    }
    g_dir_close(processes);
    return child;
}

size_t decoder_stage_descriptors(pid_t process)
{
    char *const path = g_strdup_printf("/proc/%d/fd", process ? (int)process : (int)getpid());
    GDir *const folder = g_dir_open(path, 0, NULL);
    size_t count = 0;

    assert_non_null(folder);
    while (g_dir_read_name(folder))
        count++;
    g_dir_close(folder);
    g_free(path);
    return count;
}
