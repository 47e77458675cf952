#include "readmodel/fold/folder.h"

#include <algorithm>
#include <exception>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace readmodel::fold {

struct folder::one_aggregate {
  std::string_view id;
  std::vector<std::uint32_t> records;  // indices into the batch
};

// A state that no failed fold has touched, and where to go on from it.
struct folder::checkpoint {
  std::unique_ptr<state_base> state;
  std::int64_t folded_at = no_offset;
  std::size_t next = 0;  // index into one_aggregate::records
};

std::vector<std::string> folder::unknown(std::span<const record> batch, aggregate_cache& cache) {
  std::vector<std::string> ids;
  std::unordered_set<std::string_view> seen;
  for (const record& r : batch) {
    if (!r.has_key || !seen.insert(r.key).second) continue;
    if (r.aggregate_version != 1 && cache.find(r.key) == nullptr) ids.emplace_back(r.key);
  }
  return ids;
}

folded_batch folder::fold(std::span<const record> batch, aggregate_cache& cache) {
  folded_batch result;
  std::vector<one_aggregate> groups;
  std::unordered_map<std::string_view, std::size_t> group_of;
  for (std::uint32_t i = 0; i < batch.size(); ++i) {
    const record& r = batch[i];
    if (!r.has_key || r.key.empty()) {
      result.poisons.push_back({&r, "the event has no key, so nobody knows its aggregate"});
      continue;
    }
    const auto [at, is_new] = group_of.try_emplace(r.key, groups.size());
    if (is_new) groups.push_back({r.key, {}});
    groups[at->second].records.push_back(i);
  }
  for (const one_aggregate& one : groups) fold_aggregate(batch, one, cache, result);
  std::sort(result.poisons.begin(), result.poisons.end(),
            [](const poison& a, const poison& b) { return a.which->offset < b.which->offset; });
  return result;
}

void folder::fold_aggregate(std::span<const record> batch, const one_aggregate& which, aggregate_cache& cache,
                            folded_batch& into) {
  aggregate* a = cache.find(which.id);
  if (a == nullptr) a = &cache.put(which.id, {how_->make(), no_offset, no_offset, {}});
  checkpoint sound{how_->clone(*a->state), a->folded_at, 0};
  bool is_changed = false;
  for (std::size_t i = 0; i < which.records.size(); ++i) {
    const record& r = batch[which.records[i]];
    const bool is_repeated = skips_repeats_ && r.offset <= a->folded_at;
    if (is_repeated || a->is_fenced()) {
      ++(is_repeated ? into.counts.repeated : into.counts.fenced);
      continue;
    }
    const std::uint64_t folded_before = into.counts.folded;
    if (const problem why = apply(*a->state, r, into.counts)) {
      into.poisons.push_back({&r, *why});
      refold(*a, sound, batch, which, i);
      sound = {how_->clone(*a->state), a->folded_at, i + 1};
      on_poison(*a, r, *why);
      is_changed = is_changed || a->is_fenced();
    } else if (into.counts.folded != folded_before) {
      a->folded_at = r.offset;
      is_changed = true;
    }
  }
  if (is_changed) into.aggregates.push_back({std::string(which.id), a});
}

void folder::on_poison(aggregate& of, const record& which, const std::string& why) const {
  if (how_->on_poison != poison_rule::fence) return;
  of.fenced_at = which.offset;
  of.fenced_why = why;
}

// A fold that failed may have changed half of the state: it begins again from the last sound one.
void folder::refold(aggregate& to, const checkpoint& from, std::span<const record> batch, const one_aggregate& which,
                    std::size_t before) {
  to.state = how_->clone(*from.state);
  fold_counts counted_already;
  for (std::size_t i = from.next; i < before; ++i) {
    const record& r = batch[which.records[i]];
    if (r.offset > from.folded_at) static_cast<void>(apply(*to.state, r, counted_already));
  }
}

problem folder::apply(state_base& to, const record& one, fold_counts& counts) {
  const auto e = reader_.read(one);
  if (!e) return e.error().why;
  if (!how_->wants(e->type)) {
    ++counts.ignored;
    return std::nullopt;
  }
  try {
    if (auto why = how_->apply(to, *e)) return why;
  } catch (const std::exception& thrown) {  // a member that is missing or of another type
    return std::string(e->type) + ": " + thrown.what();
  }
  ++counts.folded;
  return std::nullopt;
}

}  // namespace readmodel::fold
