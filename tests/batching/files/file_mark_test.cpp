#include "batching/files/file_mark.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/batching/files/folder.h"

namespace batching::files {
namespace {

namespace fs = std::filesystem;

struct FileMarkTest : FolderTest {
  const fs::path file = folder / "tls.crt";
};

TEST_F(FileMarkTest, IsTheSameWhileNobodyTouchesTheFile) {
  write(file, "one");
  EXPECT_EQ(mark_of(file), mark_of(file));
  EXPECT_NE(mark_of(file), file_mark{});
}

TEST_F(FileMarkTest, IsAnotherOnceTheFileIsWrittenOrReplacedOrGone) {
  EXPECT_EQ(mark_of(file), file_mark{});
  write(file, "one");
  const file_mark one = mark_of(file);
  write(file, "longer");
  const file_mark longer = mark_of(file);
  EXPECT_NE(longer, one);
  write(folder / "next", "longer");
  fs::rename(folder / "next", file);
  EXPECT_NE(mark_of(file), longer);
  fs::remove(file);
  EXPECT_EQ(mark_of(file), file_mark{});
}

// As secrets are mounted: a link to a folder that is exchanged as a whole.
TEST_F(FileMarkTest, IsThatOfTheFileBehindLinks) {
  for (const char* version : {"v1", "v2"}) {
    fs::create_directory(folder / version);
    write(folder / version / "tls.crt", version);
  }
  fs::create_directory_symlink("v1", folder / "data");
  fs::create_symlink("data/tls.crt", file);
  const file_mark before = mark_of(file);
  fs::remove(folder / "data");
  fs::create_directory_symlink("v2", folder / "data");
  EXPECT_NE(mark_of(file), before);
}

TEST_F(FileMarkTest, NoPathIsAFileThatIsNotThere) { EXPECT_EQ(mark_of(""), file_mark{}); }

}  // namespace
}  // namespace batching::files
