// Turns the command line's words into what components receive. Used by program.cpp.
#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "readmodel/app/options.h"
#include "readmodel/cassandra/session.h"
#include "readmodel/project/projector.h"

namespace readmodel::app {

struct settings {
  cassandra::session_settings session;
  project::projector_settings projector;
};

/// The error is one sentence for people, without a secret. Reads the password's file and the certificates.
[[nodiscard]] boost::system::result<settings, std::string> make_settings(const options& from);

}  // namespace readmodel::app
