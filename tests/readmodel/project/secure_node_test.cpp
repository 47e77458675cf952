// A Cassandra that asks for a login and encrypts; and each mistake told in one sentence that says what to change.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>

#include "../cassandra/cutting_proxy.h"
#include "own_cassandra.h"
#include "read_model.h"
#include "readmodel/app/settings.h"

namespace {

using namespace read_model_tests;

struct SecureNodeTest : ::testing::Test {
  own_cassandra node{"--login --tls"};
  std::string certificates = node.folder() + "/certificates/";
  std::string password_file = certificates + "password";
  std::string wrong_password_file = certificates + "wrong-password";
  app::options right;

  void SetUp() override {
    ASSERT_TRUE(node.runs());
    std::ofstream(password_file) << "cassandra\n";
    std::ofstream(wrong_password_file) << "not-the-password\n";
    right.cassandra = {node.address()};
    right.user = "cassandra";
    right.password_file = password_file;
    right.tls_ca = certificates + "ca.crt";
    right.patience_seconds = 2;
  }

  // The failure of a session that is made with these options.
  static cassandra::failure failure_of(const app::options& with) {
    const auto made = app::make_settings(with);
    EXPECT_TRUE(made) << made.error();
    cassandra::counters count;
    cassandra::session s(made->session, count, {});
    const auto answer = s.execute_one({"select key from system.local", {}, {}});
    EXPECT_FALSE(answer);
    return answer ? cassandra::failure{} : answer.error();
  }
  // It is told at once, not after the patience for a node that is down.
  void expect_refusal(const app::options& with, const std::string& sentence) const {
    const auto start = std::chrono::steady_clock::now();
    const cassandra::failure told = failure_of(with);
    EXPECT_EQ(told.code, cassandra::errc::refused);
    EXPECT_NE(told.message.find(sentence), std::string::npos) << told.message;
    EXPECT_EQ(told.message.find("not-the-password"), std::string::npos);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1'900));
    std::printf("%s\n", told.message.c_str());
  }
};

TEST_F(SecureNodeTest, AViewIsFoldedThroughLoginAndTls) {
  read_model model(4, {node.address(), "cassandra", password_file, certificates + "ca.crt"});
  child projector = model.start();
  model.produce_many(2'000, 40);
  EXPECT_TRUE(model.becomes_right(60));
  EXPECT_EQ(projector.end(SIGTERM), 0);
  EXPECT_EQ(model.run_command("verify"), 0);
  EXPECT_EQ(child({HEADGATE_READMODEL_PROGRAM, "status", "--cassandra", node.address(), "--tls-ca",
                   certificates + "ca.crt", "--user", "cassandra", "--password-file", wrong_password_file})
                .wait_for(10),
            1);
}

TEST_F(SecureNodeTest, EachMistakeIsOneSentenceThatSaysWhatToChange) {
  app::options o = right;
  o.password_file = wrong_password_file;
  expect_refusal(o, node.address() + ": bad_credentials");
  expect_refusal(o, ": check --user and --password-file");
  o = right;
  o.user.clear();
  expect_refusal(o, "asks for a user and a password, and none is configured: check --user and --password-file");
  o = right;
  o.tls_ca = certificates + "other-ca.crt";
  expect_refusal(o, "from an authority that is not trusted: give that authority's certificate with --tls-ca");
  o = right;
  const std::string& at = node.address();
  const cassandra_tests::cutting_proxy elsewhere(static_cast<std::uint16_t>(std::stoi(at.substr(at.find(':') + 1))),
                                                 1 << 30, INADDR_LOOPBACK + 1);
  o.cassandra = {"127.0.0.2:" + std::to_string(elsewhere.port())};
  expect_refusal(o, "is not for '127.0.0.2': write a name that its certificate has in --cassandra");
  o = right;
  o.tls_ca.clear();
  EXPECT_NE(failure_of(o).message.find("if this port wants TLS, add --tls"), std::string::npos)
      << failure_of(o).message;
}

// The node of the fixture encrypts nothing.
TEST(PlainNodeTest, TlsToAPortWithoutItIsTold) {
  app::options o;
  o.cassandra = {cassandra_address()};
  o.is_tls = true;
  o.patience_seconds = 2;
  const auto made = app::make_settings(o);
  ASSERT_TRUE(made);
  cassandra::counters count;
  cassandra::session s(made->session, count, {});
  const auto answer = s.execute_one({"select key from system.local", {}, {}});
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("TLS"), std::string::npos) << answer.error().message;
  std::printf("%s\n", answer.error().message.c_str());
}

}  // namespace
