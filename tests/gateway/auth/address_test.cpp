#include "gateway/auth/address.h"

#include <gtest/gtest.h>

#include <string>

namespace gateway::auth {
namespace {

TEST(AddressTest, IsReadAsItIsWritten) {
  for (const char* text : {"192.0.2.7", "0.0.0.0", "::1", "2001:db8::7", "::"}) {
    const auto read = parse_address(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(to_string(*read), text);
  }
  EXPECT_EQ(to_string(*parse_address("::ffff:192.0.2.7")), "192.0.2.7");
}

TEST(AddressTest, NothingElseIsOne) {
  for (const std::string& text : {std::string(), std::string("192.0.2"), std::string("192.0.2.7:80"),
                                  std::string("[::1]"), std::string("fe80::1%lo"), std::string("localhost"),
                                  std::string("::1\0x", 5), std::string("::1\0", 4), std::string(46, '1')})
    EXPECT_FALSE(parse_address(text)) << text;
}

}  // namespace
}  // namespace gateway::auth
