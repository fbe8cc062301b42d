#ifndef CPROCESS_H
#define CPROCESS_H

#include <spawn.h>

// What glibc offers to programs that define _GNU_SOURCE only, which Swift's view of it does not.

/// A pipe whose ends are closed on exec from the start: no child started at the same moment inherits them.
/// 0, or -1 with errno.
int cprocess_pipe(int ends[2]);

/// A nameless file in memory, closed on exec; its descriptor, or -1 with errno.
int cprocess_memory_file(void);

/// Lets the child begin in a folder; 0 or an error number.
int cprocess_actions_chdir(posix_spawn_file_actions_t *actions, const char *folder);

/// Closes every descriptor from `first` on in the child, whoever forgot to mark it; 0 or an error number.
int cprocess_actions_close_from(posix_spawn_file_actions_t *actions, int first);

/// The posix_spawn flag that gives the child a session of its own.
short cprocess_flag_setsid(void);

#endif
