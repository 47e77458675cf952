#include "batching/files/secret_file.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "tests/batching/files/folder.h"

namespace batching::files {
namespace {

struct SecretFileTest : FolderTest {
  secret of(std::string_view contents) {
    write(file, contents);
    return read_secret(file);
  }
  const std::filesystem::path file = folder / "secret";
};

TEST_F(SecretFileTest, LosesTheLineBreaksAtItsEndAndNothingElse) {
  EXPECT_EQ(of(" pass word \n\r\n").value, " pass word ");
  EXPECT_EQ(of("one\ntwo").value, "one\ntwo");
  EXPECT_EQ(of(std::string_view("a\0b", 3)).value, std::string_view("a\0b", 3));
}

TEST_F(SecretFileTest, IsReadAgainAtEachCall) {
  EXPECT_EQ(of("old").value, "old");
  EXPECT_EQ(of("new").value, "new");
}

TEST_F(SecretFileTest, FailsInWordsThatNameTheFileAndNotWhatIsInIt) {
  EXPECT_EQ(read_secret(file).failure, "the file " + file.string() + " cannot be read: No such file or directory");
  EXPECT_EQ(of("\n").failure, "the file " + file.string() + " is empty");
  EXPECT_EQ(of(std::string(secret_bytes_max, 'x')).failure, "");
  const secret large = of(std::string(secret_bytes_max + 1, 'x'));
  EXPECT_EQ(large.failure, "the file " + file.string() + " is larger than 64 KiB: it holds no secret");
  EXPECT_EQ(large.value, "");
}

TEST_F(SecretFileTest, AFolderIsNoSecret) { EXPECT_NE(read_secret(folder).failure, ""); }

}  // namespace
}  // namespace batching::files
