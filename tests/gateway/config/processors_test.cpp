#include "gateway/config/processors.h"

#include <gtest/gtest.h>

#include <map>

namespace gateway::config::test {
namespace {

using files = std::map<std::string, std::string>;

constexpr std::uint32_t machine = 16;

const char* const v2_mount =
    "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
    "31 24 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n";
const char* const v1_mount =
    "33 30 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "34 30 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";

processors of(const files& there, std::uint32_t affinity = machine) {
  return usable_processors(affinity, [&there](const std::string& path) -> std::optional<std::string> {
    const auto found = there.find(path);
    return found == there.end() ? std::nullopt : std::optional(found->second);
  });
}

TEST(ProcessorsTest, WithoutAGroupTheAffinityMaskDecides) {
  EXPECT_EQ(of({}).count, machine);
  EXPECT_EQ(of({}, 3).count, 3U);
  EXPECT_EQ(of({}, 0).count, 1U);
  EXPECT_EQ(of({}, 3).reason, "3 by the affinity mask; no CPU quota is below it");
}

TEST(ProcessorsTest, FollowsTheQuotaOfAContainerThatSeesItselfAsTheRoot) {
  const processors p = of({{"/proc/self/cgroup", "0::/\n"},
                           {"/proc/self/mountinfo", v2_mount},
                           {"/sys/fs/cgroup/cpu.max", "200000 100000\n"}});
  EXPECT_EQ(p.count, 2U);
  EXPECT_EQ(p.reason, "2 by the CPU quota 200000/100000 of /sys/fs/cgroup/cpu.max");
}

TEST(ProcessorsTest, APartOfAProcessorCountsAsOne) {
  const auto with = [](const std::string& max) {
    return of({{"/proc/self/cgroup", "0::/\n"}, {"/proc/self/mountinfo", v2_mount}, {"/sys/fs/cgroup/cpu.max", max}})
        .count;
  };
  EXPECT_EQ(with("150000 100000"), 2U);
  EXPECT_EQ(with("50000 100000"), 1U);
  EXPECT_EQ(with("1000 1000000"), 1U);
  EXPECT_EQ(with("100001 100000"), 2U);
}

TEST(ProcessorsTest, TheTightestOfTheEnclosingGroupsWins) {
  files there = {{"/proc/self/cgroup", "0::/kubepods/pod1/main\n"},
                 {"/proc/self/mountinfo", v2_mount},
                 {"/sys/fs/cgroup/kubepods/cpu.max", "800000 100000"},
                 {"/sys/fs/cgroup/kubepods/pod1/cpu.max", "300000 100000"},
                 {"/sys/fs/cgroup/kubepods/pod1/main/cpu.max", "max 100000"}};
  EXPECT_EQ(of(there).count, 3U);
  EXPECT_NE(of(there).reason.find("/kubepods/pod1/cpu.max"), std::string::npos);
  there["/sys/fs/cgroup/kubepods/pod1/main/cpu.max"] = "250000 200000";
  EXPECT_EQ(of(there).count, 2U);
}

TEST(ProcessorsTest, AGroupMountedAsTheRootIsFoundUnderTheMount) {
  const files there = {{"/proc/self/cgroup", "0::/docker/abc/worker\n"},
                       {"/proc/self/mountinfo", "31 24 0:27 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"},
                       {"/sys/fs/cgroup/cpu.max", "400000 100000"},
                       {"/sys/fs/cgroup/worker/cpu.max", "100000 100000"}};
  EXPECT_EQ(of(there).count, 1U);
}

TEST(ProcessorsTest, ReadsVersionOneToo) {
  files there = {{"/proc/self/cgroup", "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/x\n"},
                 {"/proc/self/mountinfo", v1_mount},
                 {"/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us", "-1\n"},
                 {"/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us", "100000\n"}};
  EXPECT_EQ(of(there).count, machine) << "-1: no quota";
  there["/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us"] = "250000\n";
  EXPECT_EQ(of(there).count, 3U);
  there["/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us"] = "50000\n";
  there["/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us"] = "50000\n";
  EXPECT_EQ(of(there).count, 1U);
}

TEST(ProcessorsTest, AVersionOneContainerWithoutItsOwnViewReadsTheMountItHas) {
  const files there = {
      {"/proc/self/cgroup", "4:cpu,cpuacct:/docker/abc\n"},
      {"/proc/self/mountinfo", "34 30 0:30 /docker/abc /sys/fs/cgroup/cpu,cpuacct ro - cgroup cgroup rw,cpu,cpuacct\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "200000\n"},
      {"/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n"}};
  EXPECT_EQ(of(there).count, 2U);
}

TEST(ProcessorsTest, AQuotaAboveTheMaskLimitsNothing) {
  const files there = {
      {"/proc/self/cgroup", "0::/\n"}, {"/proc/self/mountinfo", v2_mount}, {"/sys/fs/cgroup/cpu.max", "800000 100000"}};
  EXPECT_EQ(of(there, 4).count, 4U);
  EXPECT_EQ(of(there, 9).count, 8U);
}

TEST(ProcessorsTest, WhatCannotBeUnderstoodLimitsNothing) {
  for (const char* const max : {"", "max", "max 100000", "0 100000", "-5 100000", "100000 0", "lots 100000", "100000",
                                "99999999999999999999 100000"}) {
    const files there = {{"/proc/self/cgroup", "0::/\nnonsense\n:\n"},
                         {"/proc/self/mountinfo", std::string("- - -\n31 24\n") + v2_mount},
                         {"/sys/fs/cgroup/cpu.max", max}};
    EXPECT_EQ(of(there).count, machine) << max;
  }
}

TEST(ProcessorsTest, ThisProcessHasAtLeastOne) { EXPECT_GE(usable_processors().count, 1U); }

}  // namespace
}  // namespace gateway::config::test
