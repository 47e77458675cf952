#include "readmodel/cql/requests.h"

#include <gtest/gtest.h>

namespace {

using namespace readmodel::cql;
using namespace std::string_literals;

TEST(RequestsTest, ExecuteIsWrittenByteForByte) {
  bytes b;
  write_execute(b, 0x0102, "ID", {bytes("x"), std::nullopt}, {consistency::local_quorum, 100, "ps"});
  EXPECT_EQ(b,
            "\x04\x00\x01\x02\x0a\x00\x00\x00\x1c"s  // version, flags, stream, opcode, length of the rest
            "\x00\x02ID"s                            // id
            "\x00\x06"s                              // LOCAL_QUORUM
            "\x0d"s                                  // values, page size, paging state
            "\x00\x02"s                              // two values
            "\x00\x00\x00\x01x"s                     //
            "\xff\xff\xff\xff"s                      // null
            "\x00\x00\x00\x64"s                      // page size
            "\x00\x00\x00\x02ps"s);
}

TEST(RequestsTest, QueryWithoutValuesHasNoFlags) {
  bytes b;
  write_query(b, 1, "select 1", {}, {consistency::one, 0, {}});
  EXPECT_EQ(b, "\x04\x00\x00\x01\x07\x00\x00\x00\x0f\x00\x00\x00\x08select 1\x00\x01\x00"s);
}

TEST(RequestsTest, StartupNamesTheLanguageVersion) {
  bytes b;
  write_startup(b, 0);
  EXPECT_EQ(b.substr(0, 9), "\x04\x00\x00\x00\x01\x00\x00\x00\x4d"s);
  EXPECT_EQ(b.substr(9, 22),
            "\x00\x03\x00\x0b"s
            "CQL_VERSION\x00\x05"s
            "3.0.0"s);
}

TEST(RequestsTest, PasswordTravelsAsSaslPlain) {
  bytes b;
  write_auth_response(b, 0, plain_token("shop", "s3"));
  EXPECT_EQ(b, "\x04\x00\x00\x00\x0f\x00\x00\x00\x0c\x00\x00\x00\x08\x00shop\x00s3"s);
}

}  // namespace
