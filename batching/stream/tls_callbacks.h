// OpenSSL's questions to a tls_server while a client shakes hands: the certificate, the protocol, the ticket key. Used
// by tls_server.cpp only.
#pragma once

#include "batching/stream/tls_server.h"

namespace batching::stream::tls_callbacks {

/// `of` outlives every connection of `to`.
void install(ssl_ctx_st* to, const tls_server& of);

}  // namespace batching::stream::tls_callbacks
