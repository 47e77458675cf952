#include "batching/kafka/client/opening.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace batching::kafka::client {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

std::string number16(int value) { return {static_cast<char>(value >> 8), static_cast<char>(value)}; }
std::string number32(int value) { return number16(value >> 16) + number16(value); }
std::string text(const std::string& of) { return number16(static_cast<int>(of.size())) + of; }

/// Version 0: each range three numbers.
std::string versions(int correlation, int produce_lowest, int produce_highest, int error = 0) {
  return number32(correlation) + number16(error) + number32(2) + number16(0) + number16(produce_lowest) +
         number16(produce_highest) + number16(36) + number16(0) + number16(2);
}
std::string authenticated(int correlation, int error, const std::string& message, int lifetime_ms = 0) {
  return number32(correlation) + number16(error) + text(error == 0 ? "" : "no such user") +
         number32(static_cast<int>(message.size())) + message + number32(0) + number32(lifetime_ms);
}

struct OpeningTest : ::testing::Test {
  /// The api and version of the next request; its body in `sent`.
  std::pair<int, int> next() {
    wire::buffer to;
    if (!opening->next_request(to)) return {-1, -1};
    const std::string bytes(to.view());
    sent = bytes.substr(12);
    return {bytes[5], bytes[7]};
  }
  void log_in(login::kind by = login::kind::plain) {
    settings.login = std::make_shared<login::credentials>(login::login_settings{by, "user", "secret"});
  }
  /// To where the login begins.
  void agree_on_versions() {
    ASSERT_EQ(next(), std::pair(18, 3));
    ASSERT_TRUE(opening->on_response(versions(1, 0, 7, 35)));
    ASSERT_EQ(next(), std::pair(18, 0));
    ASSERT_TRUE(opening->on_response(versions(2, 0, 7)));
  }
  opening_settings settings{"gate", "1.2.3", nullptr};
  std::optional<client::opening> opening{std::in_place, settings};
  std::string sent;
};

TEST_F(OpeningTest, TellsItsNameAndFallsBackWhereTheBrokerIsOld) {
  EXPECT_EQ(next(), std::pair(18, 3));
  EXPECT_NE(sent.find("\x09headgate\x06"
                      "1.2.3"),
            std::string::npos);
  EXPECT_EQ(next(), std::pair(-1, -1)) << "one after the other";
  ASSERT_TRUE(opening->on_response(versions(1, 0, 7, 35)));
  EXPECT_EQ(next(), std::pair(18, 0));
  ASSERT_TRUE(opening->on_response(versions(2, 0, 7)));
  EXPECT_TRUE(opening->is_done());
}

TEST_F(OpeningTest, ReadsANewBrokersVersionsWithTaggedFields) {
  next();
  const std::string answer = number32(1) + number16(0) + "\x02"s + number16(0) + number16(3) + number16(13) +
                             "\x01\x05\x02xy"s + number32(0) + "\0"s;
  ASSERT_TRUE(opening->on_response(answer)) << opening->failure();
  EXPECT_TRUE(opening->is_done());
}

TEST_F(OpeningTest, RefusesABrokerThatIsTooOldInWords) {
  for (const auto& [lowest, highest] : {std::pair(0, 6), std::pair(12, 13)}) {
    opening.emplace(settings);
    next();
    ASSERT_TRUE(opening->on_response(versions(1, 0, 0, 35)));
    next();
    EXPECT_FALSE(opening->on_response(versions(2, lowest, highest)));
    EXPECT_NE(opening->failure().find("too old"), std::string::npos);
    EXPECT_EQ(next(), std::pair(-1, -1));
  }
}

TEST_F(OpeningTest, NamesTheRequestThatABrokerLacks) {
  constexpr std::array needs{needed_request{36, 1, "Known"}, needed_request{26, 2, "EndTxn"}};
  settings.needs = needs;
  next();
  ASSERT_TRUE(opening->on_response(versions(1, 0, 7, 35)));
  next();
  EXPECT_FALSE(opening->on_response(versions(2, 0, 7)));
  EXPECT_NE(opening->failure().find("too old (or too new) for store topics: they need EndTxn of version 2"),
            std::string::npos)
      << opening->failure();
}

TEST_F(OpeningTest, LogsInByPlain) {
  log_in();
  agree_on_versions();
  EXPECT_EQ(next(), std::pair(17, 1));
  EXPECT_NE(sent.find("PLAIN"), std::string::npos);
  ASSERT_TRUE(opening->on_response(number32(3) + number16(0) + number32(0)));
  EXPECT_EQ(next(), std::pair(36, 1));
  EXPECT_NE(sent.find("\0user\0secret"s), std::string::npos);
  ASSERT_TRUE(opening->on_response(authenticated(4, 0, "", 3'600'000)));
  EXPECT_TRUE(opening->is_done());
  EXPECT_EQ(opening->lifetime(), 1h);
}

TEST_F(OpeningTest, AWrongPasswordIsToldWithoutThePassword) {
  log_in();
  agree_on_versions();
  next();
  ASSERT_TRUE(opening->on_response(number32(3) + number16(0) + number32(0)));
  next();
  EXPECT_FALSE(opening->on_response(authenticated(4, 58, "")));
  EXPECT_NE(opening->failure().find("no such user"), std::string::npos);
  EXPECT_EQ(opening->failure().find("secret"), std::string::npos);
  EXPECT_FALSE(opening->is_done());
}

TEST_F(OpeningTest, AMechanismTheBrokerDoesNotKnowIsToldWithThoseItKnows) {
  log_in(login::kind::scram_sha_512);
  agree_on_versions();
  next();
  EXPECT_FALSE(opening->on_response(number32(3) + number16(33) + number32(1) + text("GSSAPI")));
  EXPECT_NE(opening->failure().find("SCRAM-SHA-512"), std::string::npos);
  EXPECT_NE(opening->failure().find("GSSAPI"), std::string::npos);
}

TEST_F(OpeningTest, AnAnswerToSomethingElseEndsIt) {
  next();
  EXPECT_FALSE(opening->on_response(versions(7, 0, 7)));
}

TEST_F(OpeningTest, AnAnswerThatIsCutOffAnywhereEndsIt) {
  const std::string whole = versions(2, 0, 7);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    opening.emplace(settings);
    next();
    ASSERT_TRUE(opening->on_response(versions(1, 0, 0, 35)));
    next();
    EXPECT_FALSE(opening->on_response(whole.substr(0, size))) << size;
  }
}

}  // namespace
}  // namespace batching::kafka::client
