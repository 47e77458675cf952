// The answer to a client that speaks plain HTTP on a TLS listener. Given to the listener's entrance by app.
#pragma once

#include <string>

namespace gateway::http1 {

/// A whole answer, 400; the connection ends behind it.
[[nodiscard]] std::string answer_to_plain();

}  // namespace gateway::http1
