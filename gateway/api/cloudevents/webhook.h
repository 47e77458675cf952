// The handshake of HTTP 1.1 Web Hooks for Event Delivery, in the answer to OPTIONS of a topic's events. A sender
// asks for delivery with WebHook-Request-Origin; consent is the answer's field WebHook-Allowed-Origin, whatever its
// status. Called by receive.
#pragma once

#include "gateway/http1/reply.h"
#include "gateway/http1/request.h"

namespace gateway::api::cloudevents {

/// Adds consent where it is asked for and the sender's name is one.
void consent(const http1::request_head& head, http1::reply& r);

}  // namespace gateway::api::cloudevents
