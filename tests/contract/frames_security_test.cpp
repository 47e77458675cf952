// The rights of writers over frames and lines: the field of the handshake, rights, quotas, and what becomes of an open
// connection whose key is revoked.
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/auth/api_key.h"
#include "gateway/auth/key_file.h"
#include "tests/gateway/frames/front_fixture.h"

namespace frames_test {
namespace {

namespace auth = gateway::auth;
using gateway::frames::error_code;
using gateway::frames::frame_status;

class FramesSecurityTest : public testing::Test {
 protected:
  FramesSecurityTest()
      : keys_(std::filesystem::temp_directory_path() / ("headgate_frames_keys_" + std::to_string(getpid()))) {
    table_[shop_.kept.id] = shop_.kept;
    write();
    settings_.auth.emplace().api_keys_file = keys_;
    settings_.tenants = {{"shop", {"orders"}, {}, {}}, {"public", {"clicks"}, {}, {}}};
  }
  ~FramesSecurityTest() override { std::filesystem::remove(keys_); }

  void write() { std::ofstream(keys_) << auth::write_keys(table_); }
  front_fixture& start() { return g_.emplace(settings_); }
  std::string hello_with(std::string_view credential) const { return hello(1, 1, 0, "example", credential); }
  /// The ERROR's code, or 0 where there is a WELCOME.
  int answer_to(frame_client& client, std::string_view hello) {
    client.send(hello);
    const auto said = client.next();
    EXPECT_TRUE(said.has_value());
    return said && said->type == frame_type::error ? said->code : 0;
  }

  std::filesystem::path keys_;
  const auth::fresh_key shop_ = auth::new_api_key("shop", "", "");
  auth::key_table table_;
  gateway::config::settings settings_;
  std::optional<front_fixture> g_;
};

TEST_F(FramesSecurityTest, TheHandshakeMustBringAGoodCredential) {
  start();
  std::string wrong = shop_.shown;
  wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
  for (const std::string& bad : {hello(), hello_with(wrong), hello_with("Bearer " + shop_.shown)}) {
    frame_client client(g_->tcp_port());
    EXPECT_EQ(answer_to(client, bad), static_cast<int>(error_code::unauthorized));
    EXPECT_TRUE(client.socket.is_ended());
  }
  frame_client client(g_->tcp_port());
  EXPECT_EQ(answer_to(client, hello_with(shop_.shown)), 0);
  client.send(encode({.records = {{"a", "1"}}}));
  EXPECT_EQ(client.acked_up_to(1).counts[0], 1U);
}

TEST_F(FramesSecurityTest, AForbiddenTopicRefusesTheFrameAndNotTheConnection) {
  start();
  g_->world.add_topic("clicks", 1);
  g_->world.show_topics(g_->lane());
  frame_client client(g_->tcp_port());
  answer_to(client, hello_with(shop_.shown));
  client.send(encode({.sequence = 1, .topic = "clicks", .records = {{"a", "1"}}}));
  client.send(encode({.sequence = 2, .topic = "nowhere", .records = {{"a", "1"}}}));
  client.send(encode({.sequence = 3, .topic = "orders", .records = {{"a", "1"}}}));
  const ack got = client.acked_up_to(3);
  EXPECT_EQ(got.counts[count::refused], 2U);
  EXPECT_EQ(got.counts[count::persisted], 1U);
  ASSERT_GE(got.entries.size(), 2U);
  EXPECT_EQ(got.entries[0].status, static_cast<int>(frame_status::forbidden));
  EXPECT_EQ(got.entries[1].status, static_cast<int>(frame_status::forbidden));
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

TEST_F(FramesSecurityTest, AnOpenConnectionEndsWhenItsKeyIsRevoked) {
  start();
  frame_client client(g_->tcp_port());
  answer_to(client, hello_with(shop_.shown));
  client.send(encode({.records = {{"a", "1"}}}));
  EXPECT_EQ(client.acked_up_to(1).counts[0], 1U);
  table_[shop_.kept.id].revoked = "today";
  write();
  g_->authority().look(std::chrono::steady_clock::now());
  client.send(encode({.sequence = 2, .records = {{"a", "2"}}}));
  const auto said = client.next(frame_type::error);
  ASSERT_TRUE(said);
  EXPECT_EQ(said->code, static_cast<int>(error_code::unauthorized));
  EXPECT_EQ(g_->publisher.records().size(), 1U);
}

TEST_F(FramesSecurityTest, ATenantBeyondItsQuotaIsReadMoreSlowlyAndLosesNothing) {
  settings_.tenants[0].quota.events = 50;
  start();
  frame_client client(g_->tcp_port());
  answer_to(client, hello_with(shop_.shown));
  const auto began = std::chrono::steady_clock::now();
  for (std::uint64_t i = 1; i <= 3; ++i) {
    std::vector<record> records;
    for (int n = 0; n < 50; ++n) records.push_back({"a", std::to_string(n)});
    client.send(encode({.sequence = i, .records = records}));
  }
  EXPECT_EQ(client.acked_up_to(3).counts[0], 150U);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 900ms);
}

TEST_F(FramesSecurityTest, ConnectionsAreATenantsOwn) {
  settings_.tenants[0].quota.connections = 1;
  start();
  std::optional<frame_client> first(g_->tcp_port());
  EXPECT_EQ(answer_to(*first, hello_with(shop_.shown)), 0);
  frame_client second(g_->tcp_port());
  EXPECT_EQ(answer_to(second, hello_with(shop_.shown)), static_cast<int>(error_code::quota_exceeded));
  first.reset();
  std::this_thread::sleep_for(200ms);
  frame_client third(g_->tcp_port());
  EXPECT_EQ(answer_to(third, hello_with(shop_.shown)), 0);
}

TEST_F(FramesSecurityTest, LinesOfNobodyAreNotRead) {
  start();
  tests::raw_client client(g_->lines_port());
  client.send("{\"a\":1}\n");
  EXPECT_TRUE(client.is_ended());
  EXPECT_TRUE(g_->publisher.records().empty());
}

TEST_F(FramesSecurityTest, LinesOfTheAnonymousTenantGoWhereItMayWrite) {
  settings_.auth->anonymous = "shop";
  start();
  tests::raw_client client(g_->lines_port());
  client.send("{\"a\":1}\n{\"a\":2}\n");
  EXPECT_TRUE(front_fixture::eventually([&] { return g_->publisher.records().size() == 2; }));
  settings_.auth->anonymous = "public";
  start();
  tests::raw_client other(g_->lines_port());
  other.send("{\"a\":1}\n");
  EXPECT_TRUE(other.is_ended());
  EXPECT_TRUE(g_->publisher.records().empty());
}

}  // namespace
}  // namespace frames_test
