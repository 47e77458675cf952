#include "readmodel/cql/server_error.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace {

using namespace readmodel::cql;

// Every code of the protocol's specification, with what a writer must do about it.
struct row {
  std::int32_t code;
  const char* name;
  remedy what;
  bool may_be_done;
};
constexpr std::array rows_of_the_table{
    row{0x0000, "server_error", remedy::repeat, true},
    row{0x000a, "protocol_error", remedy::give_up, false},
    row{0x0100, "bad_credentials", remedy::login, false},
    row{0x1000, "unavailable", remedy::repeat, false},
    row{0x1001, "overloaded", remedy::repeat_slower, false},
    row{0x1002, "is_bootstrapping", remedy::other_node, false},
    row{0x1003, "truncate_error", remedy::repeat, true},
    row{0x1100, "write_timeout", remedy::repeat_slower, true},
    row{0x1200, "read_timeout", remedy::repeat_slower, false},
    row{0x1300, "read_failure", remedy::repeat, false},
    row{0x1400, "function_failure", remedy::give_up, false},
    row{0x1500, "write_failure", remedy::repeat, true},
    row{0x1600, "cdc_write_failure", remedy::repeat_slower, true},
    row{0x1700, "cas_write_unknown", remedy::repeat, true},
    row{0x2000, "syntax_error", remedy::give_up, false},
    row{0x2100, "unauthorized", remedy::login, false},
    row{0x2200, "invalid", remedy::give_up, false},
    row{0x2300, "config_error", remedy::give_up, false},
    row{0x2400, "already_exists", remedy::give_up, false},
    row{0x2500, "unprepared", remedy::prepare_again, false},
};

TEST(ServerErrorTest, EveryCodeHasItsMeaning) {
  std::set<std::string_view> names;
  for (const row& r : rows_of_the_table) {
    const error_meaning& m = meaning_of(r.code);
    EXPECT_EQ(static_cast<std::int32_t>(m.code), r.code);
    EXPECT_EQ(m.name, r.name);
    EXPECT_EQ(m.what_to_do, r.what) << r.name;
    EXPECT_EQ(m.may_be_done, r.may_be_done) << r.name;
    names.insert(m.name);
  }
  EXPECT_EQ(names.size(), rows_of_the_table.size());
}

TEST(ServerErrorTest, ACodeOfTheFutureIsRepeated) { EXPECT_EQ(meaning_of(0x4242).what_to_do, remedy::repeat); }

}  // namespace
