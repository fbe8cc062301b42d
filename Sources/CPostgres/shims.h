#ifndef SWITCHBOARD_CPOSTGRES_SHIMS_H
#define SWITCHBOARD_CPOSTGRES_SHIMS_H

// The only C of the PostgreSQL layer: what Swift cannot call itself (macros, unions in epoll_event,
// function-pointer types of libpq). Nothing here keeps state.

#include <errno.h>
#include <libpq-fe.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CPOSTGRES_EVENTS_MAX 64

static const uint32_t cpostgres_readable = EPOLLIN | EPOLLRDHUP | EPOLLERR | EPOLLHUP;
static const uint32_t cpostgres_writable = EPOLLOUT;

static inline int cpostgres_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int cpostgres_eventfd_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

// Watches the wake-up descriptor edge-triggered: every write is one edge, so it never has to be read.
static inline int cpostgres_epoll_watch_wakeup(int epoll, int fd, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data = {.u64 = token}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

// Sets what is watched on fd, whether it was watched before or not (libpq changes sockets while it connects).
static inline int cpostgres_epoll_watch(int epoll, int fd, int write, uint64_t token) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | (write ? EPOLLOUT : 0), .data = {.u64 = token}};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
    if (errno != ENOENT) return -1;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

// Only for a socket that is being connected: waits for writability alone, as PQconnectPoll asks for it.
static inline int cpostgres_epoll_watch_write(int epoll, int fd, uint64_t token) {
    struct epoll_event event = {.events = EPOLLOUT, .data = {.u64 = token}};
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
    if (errno != ENOENT) return -1;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static inline void cpostgres_epoll_forget(int epoll, int fd) { epoll_ctl(epoll, EPOLL_CTL_DEL, fd, 0); }

// Returns how many tokens were filled in; 0 after a time-out or an interruption.
static inline int cpostgres_epoll_wait(int epoll, uint64_t *tokens, int capacity, int timeout_ms) {
    struct epoll_event events[CPOSTGRES_EVENTS_MAX];
    if (capacity > CPOSTGRES_EVENTS_MAX) capacity = CPOSTGRES_EVENTS_MAX;
    int count = epoll_wait(epoll, events, capacity, timeout_ms);
    for (int i = 0; i < count; i++) tokens[i] = events[i].data.u64;
    return count < 0 ? 0 : count;
}

// Names the calling thread for debuggers and top; cut to 15 characters by the kernel.
static inline void cpostgres_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

static inline void cpostgres_eventfd_signal(int fd) {
    uint64_t one = 1;
    ssize_t ignored = write(fd, &one, sizeof one);
    (void)ignored;
}

// libpq prints notices to stderr unless it is told otherwise.
static inline void cpostgres_drop_notice(void *context, const PGresult *result) {
    (void)context;
    (void)result;
}
static inline void cpostgres_silence_notices(PGconn *connection) {
    PQsetNoticeReceiver(connection, cpostgres_drop_notice, 0);
}

#endif
