// The file of API keys on disk: read, or changed as a whole by one process at a time, so that a reader sees the old
// file or the new one. Owner and group stay; others may never read it.
#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <string>

#include "gateway/auth/key_file.h"

namespace gateway::app {

/// The error names the file and what to change.
[[nodiscard]] boost::system::result<auth::key_table, auth::key_file_error> read_key_store(const std::string& file);

/// `change` says what is wrong, and then nothing is written. Returns what is wrong; empty: it is done. `may_create`: a
/// file that is not there is an empty one.
[[nodiscard]] std::string change_keys(const std::string& file, bool may_create,
                                      const std::function<std::string(auth::key_table&)>& change);

}  // namespace gateway::app
