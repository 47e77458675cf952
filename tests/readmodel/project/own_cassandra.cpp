#include "own_cassandra.h"

#include <cstdlib>

#include "read_model.h"

namespace read_model_tests {

namespace {

constexpr int ports_above_the_fixture = 20;

}  // namespace

own_cassandra::own_cassandra(const std::string& options) {
  const char* fixture = std::getenv("HEADGATE_TEST_CASSANDRA_NAME");
  name_ = std::string(fixture != nullptr ? fixture : "test") + "-own";
  const std::string beside = cassandra_address();
  const int port = std::stoi(beside.substr(beside.find(':') + 1)) + ports_above_the_fixture;
  address_ = "127.0.0.1:" + std::to_string(port);
  folder_ = std::string(HEADGATE_SOURCE_DIR) + "/build/cassandra/" + name_;
  does("stop --now");  // of a test that was killed
  runs_ = does("start --fresh --port " + std::to_string(port) + " " + options);
}

own_cassandra::~own_cassandra() { does("stop --now"); }

bool own_cassandra::does(const std::string& what) const {
  const std::string command =
      std::string(HEADGATE_SOURCE_DIR) + "/scripts/cassandra " + what + " --name " + name_ + " >/dev/null";
  return std::system(command.c_str()) == 0;
}

}  // namespace read_model_tests
