// The TLS of one listener over time: made from files, and made anew when one of them has changed, so that a renewed
// certificate needs nobody and drops no connection. Built and looked after by app; entrances ask for what is in force.
#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "batching/files/file_mark.h"
#include "batching/stream/tls_server.h"

namespace gateway::net {

class server_tls {
 public:
  using settings = batching::stream::tls_server_settings;

  /// `called`: the listener's name, for people; outlives this. The error is one sentence for people.
  [[nodiscard]] static boost::system::result<std::unique_ptr<server_tls>, std::string> make(std::string_view called,
                                                                                            settings from);

  /// Any thread.
  [[nodiscard]] std::shared_ptr<batching::stream::tls_server> current() const;

  /// Now and then, on one thread: takes up files that have changed. Files that cannot be used leave those before in
  /// force, are told once, and are looked at again.
  void look();
  /// The same with other files or demands, whatever the old ones say.
  void replace(settings with);

 private:
  using marks = std::vector<batching::files::file_mark>;

  explicit server_tls(std::string_view called, settings from) : called_(called), settings_(std::move(from)) {}
  [[nodiscard]] marks look_at_files() const;
  void renew();

  std::string_view called_;
  settings settings_;
  marks seen_;
  std::string problem_;
  mutable std::mutex mutex_;                              // of the next one
  std::shared_ptr<batching::stream::tls_server> in_use_;  // co-owned by its connections
};

}  // namespace gateway::net
