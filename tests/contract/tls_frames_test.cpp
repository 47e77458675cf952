// TLS on the frames and lines listeners, as clients that share no code with it see it.
#include <gtest/gtest.h>

#include "tests/gateway/frames/front_fixture.h"
#include "tests/support/raw_client.h"
#include "tests/support/test_certificates.h"
#include "tests/support/tls_client.h"

namespace frames_test {
namespace {

class TlsFramesTest : public testing::Test {
 protected:
  TlsFramesTest() {
    authority.sign("a", {"a.example"});
    shown.certificates = {{authority.certificate("a"), authority.key("a")}};
    shown.tickets = std::make_shared<batching::stream::ticket_keys>();
  }
  [[nodiscard]] tests::tls_client connect(std::uint16_t port) const {
    return {port, {.trusts = authority.authority(), .server_name = "a.example"}};
  }
  static bool has_published(front_fixture& g, std::size_t records) {
    return front_fixture::eventually([&] { return g.publisher.records().size() == records; });
  }

  tests::test_authority authority;
  batching::stream::tls_server_settings shown;
};

TEST_F(TlsFramesTest, FramesOfAnySizeAreTakenAndAnswered) {
  front_fixture g({}, 1, shown);
  tests::tls_client c = connect(g.tcp_port());
  ASSERT_EQ(c.error(), "");
  ASSERT_TRUE(c.send(hello()));
  publish what;
  for (int i = 0; i < 2000; ++i) what.records.push_back({"k" + std::to_string(i), R"({"n":1})"});
  ASSERT_TRUE(c.send(encode(what)));
  what.sequence = 2;
  what.records = {{"large", R"({"pad":")" + std::string(700'000, 'p') + "\"}"}};
  ASSERT_TRUE(c.send(encode(what)));
  ASSERT_TRUE(has_published(g, 2001));
  std::string came;
  std::uint64_t answered = 0;
  while (answered < 2 && !c.is_over()) {
    came += c.read_some();
    while (const auto one = take(came))
      if (one->type == frame_type::ack) answered = one->ack.sequence;
  }
  EXPECT_EQ(answered, 2U);
}

TEST_F(TlsFramesTest, PlainFramesAreToldSoInAFrame) {
  front_fixture g({}, 1, shown);
  frame_client c(g.tcp_port());
  c.send(hello());
  const auto said = c.next(frame_type::error);
  ASSERT_TRUE(said);
  EXPECT_NE(said->text.find("speaks TLS"), std::string::npos) << said->text;
  EXPECT_TRUE(g.has_no_connection());
}

TEST_F(TlsFramesTest, TlsOnAPlainPortIsToldSo) {
  front_fixture g;
  tests::tls_client lines(g.lines_port(), {});
  EXPECT_NE(lines.error(), "");
  frame_client frames(g.tcp_port());
  frames.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x00\x00\x00\x00\x00", 12));
  const auto said = frames.next(frame_type::error);
  ASSERT_TRUE(said);
  EXPECT_NE(said->text.find("without TLS"), std::string::npos) << said->text;
  EXPECT_TRUE(g.publisher.records().empty());
}

TEST_F(TlsFramesTest, LinesAreTakenUpToTheGoodbye) {
  front_fixture g({}, 1, shown);
  std::string text;
  for (int i = 0; i < 5000; ++i) text += R"({"aggregateId":"a","n":)" + std::to_string(i) + "}\n";
  {
    tests::tls_client c = connect(g.lines_port());
    ASSERT_EQ(c.error(), "");
    ASSERT_TRUE(c.send(text));
    ASSERT_TRUE(has_published(g, 5000));
  }
  EXPECT_TRUE(g.has_no_connection());
}

TEST_F(TlsFramesTest, ALineThatWasCutOffIsNoEvent) {
  front_fixture g({}, 1, shown);
  {
    tests::tls_client c = connect(g.lines_port());
    ASSERT_TRUE(c.send("{\"n\":1}\n{\"n\":2}"));
    ASSERT_TRUE(has_published(g, 1));
  }  // without a goodbye
  EXPECT_TRUE(g.has_no_connection());
  EXPECT_EQ(g.publisher.records().size(), 1U);
}

}  // namespace
}  // namespace frames_test
