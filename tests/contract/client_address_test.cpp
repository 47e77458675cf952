// Behind proxies, over real sockets: whose address the client has in Kafka's header and in the count of failed logins.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "gateway/auth/failure_limit.h"
#include "tests/support/gateway_fixture.h"
#include "tests/support/raw_client.h"

namespace tests {
namespace {

namespace config = gateway::config;

class ClientAddressTest : public testing::Test {
 protected:
  ClientAddressTest() {
    settings_.trusted_proxies = {"127.0.0.0/8", "10.0.0.0/8"};
    settings_.topics.emplace_back().client_address_header = "client-address";
  }
  void start() {
    g_.emplace(settings_);
    c_.emplace(g_->port());
  }
  int status(const std::string& bytes) {
    EXPECT_TRUE(c_->send(bytes));
    const auto a = c_->answer();
    EXPECT_TRUE(a.has_value());
    return a ? a->status : 0;
  }
  /// The headers of that name in the record that a POST with `fields` becomes.
  std::string header_of(const std::string& fields) {
    EXPECT_EQ(status(post("{}", "application/json", "", fields)), 200);
    std::string out;
    const auto all = g_->publisher.records();
    for (const auto& [name, value] : all.back().headers)
      if (name == "client-address") out += (out.empty() ? "" : " ") + value;
    return out;
  }

  config::settings settings_;
  std::optional<gateway_fixture> g_;
  std::optional<raw_client> c_;
};

TEST_F(ClientAddressTest, TheProxiesWordGoesToKafkaWhereItIsAskedFor) {
  start();
  EXPECT_EQ(header_of(""), "127.0.0.1");
  EXPECT_EQ(header_of("X-Forwarded-For: 198.51.100.66\r\nX-Forwarded-For: 192.0.2.1, 10.1.1.1\r\n"), "192.0.2.1");
  EXPECT_EQ(header_of("Forwarded: for=\"[2001:db8::7]:4711\";proto=https\r\n"), "2001:db8::7");
  EXPECT_EQ(header_of("Headgate-Header-Client-Address: 1.1.1.1\r\nHeadgate-Header-client-address: 1.1.1.1\r\n"),
            "127.0.0.1");
}

TEST_F(ClientAddressTest, OthersAreNotBelieved) {
  settings_.trusted_proxies = {"10.0.0.0/8"};
  start();
  EXPECT_EQ(header_of("X-Forwarded-For: 192.0.2.1\r\n"), "127.0.0.1");
  EXPECT_EQ(header_of("Forwarded: for=192.0.2.1\r\n"), "127.0.0.1");
}

TEST_F(ClientAddressTest, NoHeaderWhereNobodyAsksForIt) {
  settings_.topics.clear();
  start();
  EXPECT_EQ(header_of("X-Forwarded-For: 192.0.2.1\r\n"), "");
  EXPECT_EQ(header_of("Headgate-Header-client-address: mine\r\n"), "mine");
}

TEST_F(ClientAddressTest, FailedLoginsCountAgainstTheClientAndNotItsProxy) {
  const auto keys = std::filesystem::temp_directory_path() / ("headgate_no_keys_" + std::to_string(getpid()));
  std::ofstream(keys) << "keys: {}\n";
  settings_.auth.emplace().api_keys_file = keys;
  start();
  const auto login_from = [&](const std::string& client) {
    return status(post("{}", "application/json", "",
                       "Authorization: Bearer wrong\r\nX-Forwarded-For: 9.9.9.9, " + client + "\r\n"));
  };
  int refused_at = 0;
  for (int i = 1; i <= 2 * gateway::auth::failure_limit::burst && refused_at == 0; ++i)
    if (login_from("192.0.2.1") == 429) refused_at = i;
  EXPECT_GT(refused_at, gateway::auth::failure_limit::burst);
  EXPECT_EQ(login_from("192.0.2.2"), 401);
  EXPECT_EQ(login_from("192.0.2.1"), 429);
  std::filesystem::remove(keys);
}

}  // namespace
}  // namespace tests
