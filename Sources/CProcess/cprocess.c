#define _GNU_SOURCE
#include "cprocess.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

int cprocess_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int cprocess_memory_file(void) { return memfd_create("input", MFD_CLOEXEC); }

int cprocess_actions_chdir(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

int cprocess_actions_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

short cprocess_flag_setsid(void) { return POSIX_SPAWN_SETSID; }
