// What Swift cannot reach by itself: C functions with variable arguments get a fixed form, and Linux calls that the
// Glibc module leaves out get a name.
#ifndef SWITCHBOARD_CRABBITMQ_SHIM_H
#define SWITCHBOARD_CRABBITMQ_SHIM_H

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/time.h>

#include <amqp.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

/// `amqp_login_with_properties` with SASL PLAIN.
static inline amqp_rpc_reply_t crabbitmq_login_plain(
    amqp_connection_state_t state, char const *vhost, int channel_max, int frame_max, int heartbeat,
    const amqp_table_t *properties, char const *user, char const *password) {
    return amqp_login_with_properties(
        state, vhost, channel_max, frame_max, heartbeat, properties, AMQP_SASL_METHOD_PLAIN, user, password);
}

/// A descriptor that one thread makes readable to wake another; -1 when there are none left.
static inline int crabbitmq_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

/// Names the calling thread; the system keeps 15 bytes.
static inline void crabbitmq_name_thread(char const *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
