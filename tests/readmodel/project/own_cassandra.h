// A Cassandra of one test's own, started with options of scripts/cassandra beside that of the fixture, and ended with
// the test.
#pragma once

#include <string>

namespace read_model_tests {

class own_cassandra {
 public:
  explicit own_cassandra(const std::string& options);
  ~own_cassandra();
  own_cassandra(const own_cassandra&) = delete;
  own_cassandra& operator=(const own_cassandra&) = delete;

  [[nodiscard]] bool runs() const noexcept { return runs_; }
  [[nodiscard]] const std::string& address() const noexcept { return address_; }
  /// Its settings, certificates and data.
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  /// A command of scripts/cassandra; true: it went well.
  bool does(const std::string& what) const;

 private:
  std::string name_;
  std::string address_;
  std::string folder_;
  bool runs_ = false;
};

}  // namespace read_model_tests
