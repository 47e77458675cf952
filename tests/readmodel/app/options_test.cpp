#include "readmodel/app/options.h"

#include <gtest/gtest.h>

#include "readmodel/app/latest.h"
#include "readmodel/app/settings.h"

namespace {

using namespace readmodel::app;

options read(std::vector<std::string> words) {
  words.insert(words.begin(), "headgate-readmodel");
  std::vector<char*> argv;
  for (std::string& w : words) argv.push_back(w.data());
  const auto latest = make_latest();
  return read_options(static_cast<int>(argv.size()), argv.data(), "headgate-readmodel", {latest.get()});
}

TEST(OptionsTest, TheOnlyProjectionIsMeant) {
  const options o = read({"run", "--topic", "orders", "--cassandra", "a:1,b", "--poison", "skip"});
  EXPECT_EQ(o.what, command::run);
  EXPECT_EQ(o.projection, "latest");
  const auto s = make_settings(o);
  ASSERT_TRUE(s);
  ASSERT_EQ(s->session.contact_points.size(), 2U);
  EXPECT_EQ(s->session.contact_points[0].port, 1);
  EXPECT_EQ(s->session.contact_points[1].host, "b");
  EXPECT_EQ(s->session.contact_points[1].port, 9042);
  EXPECT_EQ(s->projector.kafka.group, "headgate-readmodel.latest");
}

TEST(OptionsTest, AWrongLineIsExitCode2) {
  for (const auto& words : std::vector<std::vector<std::string>>{{},
                                                                 {"run"},
                                                                 {"fly", "--topic", "t"},
                                                                 {"run", "--topic", "t", "--consistency", "most"},
                                                                 {"switch"},
                                                                 {"run", "--topic", "t", "--batch-events-max", "0"}}) {
    const options o = read(words);
    EXPECT_EQ(o.what, command::none);
    EXPECT_EQ(o.exit_code, 2);
  }
}

TEST(OptionsTest, AKeyspaceThatIsNoNameIsRefused) {
  options o = read({"run", "--topic", "t", "--keyspace", "a; drop table b"});
  EXPECT_FALSE(make_settings(o));
}

TEST(OptionsTest, AddressesInEveryForm) {
  EXPECT_EQ(parse_address("h", 7), (std::pair<std::string, std::uint16_t>{"h", 7}));
  EXPECT_EQ(parse_address("h:8", 7), (std::pair<std::string, std::uint16_t>{"h", 8}));
  EXPECT_EQ(parse_address("[::1]:8", 7), (std::pair<std::string, std::uint16_t>{"::1", 8}));
  EXPECT_EQ(parse_address("h:x", 7).second, 0);
  EXPECT_EQ(parse_address("h:70000", 7).second, 0);
}

}  // namespace
