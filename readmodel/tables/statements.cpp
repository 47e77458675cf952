#include "readmodel/tables/statements.h"

#include <utility>

#include "readmodel/cql/values.h"

namespace readmodel::tables {

namespace {

// Cassandra's own timestamps begin at 1: 0 would be an ordinary value, too, but reads as "none".
std::int64_t time_of(std::int64_t offset) { return offset + 1; }

const char* type_name(fold::column_type of) {
  switch (of) {
    case fold::column_type::text: return "text";
    case fold::column_type::bigint: return "bigint";
    case fold::column_type::boolean: return "boolean";
    case fold::column_type::blob: return "blob";
  }
  return "blob";
}

std::string joined(const std::vector<fold::column>& columns, const char* between, const char* after = "") {
  std::string all;
  for (const fold::column& c : columns) all += (all.empty() ? "" : between) + c.name + after;
  return all;
}

std::vector<fold::column> key_of(const fold::view& v) {
  std::vector<fold::column> key = v.partition_key;
  key.insert(key.end(), v.clustering_key.begin(), v.clustering_key.end());
  return key;
}

cql::value to_value(const fold::cell& from) {
  if (!from) return std::nullopt;
  if (const auto* text = std::get_if<std::string>(&*from)) return cql::text(*text);
  if (const auto* number = std::get_if<std::int64_t>(&*from)) return cql::bigint(*number);
  return cql::boolean(std::get<bool>(*from));
}

fold::cell to_cell(const cql::value& from, fold::column_type as) {
  if (!from) return std::nullopt;
  switch (as) {
    case fold::column_type::text:
    case fold::column_type::blob: return fold::cell(*from);
    case fold::column_type::bigint: {
      const auto number = cql::to_bigint(from);
      return number ? fold::cell(*number) : std::nullopt;
    }
    case fold::column_type::boolean: {
      const auto truth = cql::to_boolean(from);
      return truth ? fold::cell(*truth) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::string insert_text(const std::string& table, const fold::view& v) {
  std::string columns = joined(key_of(v), ", ");
  if (!v.values.empty()) columns += ", " + joined(v.values, ", ");
  std::string marks;
  for (std::size_t i = 0; i < key_of(v).size() + v.values.size(); ++i) marks += ", ?";
  return "insert into " + table + " (aggregate, folded_at, " + columns + ") values (?, ?" + marks +
         ") using timestamp ?";
}

constexpr const char* comment =
    " with comment = 'written by headgate-readmodel only, with offsets as timestamps: an ordinary write would win for "
    "ever'";

}  // namespace

statements::statements(generation of, const fold::projection& how, cql::consistency level)
    : of_(std::move(of)), how_(&how), level_(level) {
  for (const fold::view& v : how.views) {
    const std::string table = view_table(of_, v);
    views_.push_back({insert_text(table, v),
                      "delete from " + table + " using timestamp ? where " + joined(key_of(v), " and ", " = ?")});
  }
  write_state_ = "insert into " + state_table(of_) +
                 " (aggregate, folded_at, state, fenced_at, fenced_why) values (?, ?, ?, ?, ?) using timestamp ?";
  read_state_ =
      "select aggregate, folded_at, state, fenced_at, fenced_why from " + state_table(of_) + " where aggregate = ?";
  write_position_ = "insert into " + positions_table(of_.keyspace) +
                    " (projection, generation, part, next) values (?, ?, ?, ?) using timestamp ?";
}

cql::statement statements::plain(std::string text) const { return {std::move(text), {}, {level_, 0, {}}}; }

cql::statement statements::bound(const std::string& text, std::vector<cql::value> values) const {
  return {text, std::move(values), {level_, 0, {}}};
}

std::vector<cql::statement> statements::create() const {
  std::vector<cql::statement> all;
  all.push_back(
      plain("create table if not exists " + positions_table(of_.keyspace) +
            " (projection text, generation int, part int, next bigint, primary key ((projection, generation), part))" +
            comment));
  all.push_back(plain("create table if not exists " + state_table(of_) +
                      " (aggregate blob primary key, folded_at bigint, state blob, fenced_at bigint, fenced_why text)" +
                      comment));
  for (const fold::view& v : how_->views) all.push_back(create_view(v));
  return all;
}

cql::statement statements::create_view(const fold::view& v) const {
  std::string columns = "aggregate blob, folded_at bigint";
  for (const auto* list : {&v.partition_key, &v.clustering_key, &v.values})
    for (const fold::column& c : *list) columns += ", " + c.name + " " + type_name(c.type);
  std::string key = "(" + joined(v.partition_key, ", ") + ")";
  if (!v.clustering_key.empty()) key += ", " + joined(v.clustering_key, ", ");
  return plain("create table if not exists " + view_table(of_, v) + " (" + columns + ", primary key (" + key + "))" +
               comment);
}

std::vector<cql::statement> statements::drop() const {
  std::vector<cql::statement> all;
  for (const fold::view& v : how_->views) all.push_back(plain("drop table if exists " + view_table(of_, v)));
  all.push_back(plain("drop table if exists " + state_table(of_)));
  return all;
}

cql::statement statements::write_row(const fold::row& one, std::string_view aggregate, std::int64_t folded_at) const {
  std::vector<cql::value> values;
  values.reserve(one.key.size() + one.values.size() + 3);
  if (one.removed) {
    values.push_back(cql::bigint(time_of(folded_at)));
    for (const fold::cell& c : one.key) values.push_back(to_value(c));
    return bound(views_[one.view].remove, std::move(values));
  }
  values.push_back(cql::blob(aggregate));
  values.push_back(cql::bigint(folded_at));
  for (const fold::cell& c : one.key) values.push_back(to_value(c));
  for (const fold::cell& c : one.values) values.push_back(to_value(c));
  values.push_back(cql::bigint(time_of(folded_at)));
  return bound(views_[one.view].insert, std::move(values));
}

// A fence is news of a later offset than the state's.
cql::statement statements::write_state(std::string_view id, const fold::aggregate& one) const {
  const bool is_fenced = one.is_fenced();
  return bound(write_state_, {cql::blob(id), cql::bigint(one.folded_at), cql::blob(how_->save(*one.state)),
                              is_fenced ? cql::bigint(one.fenced_at) : std::nullopt,
                              is_fenced ? cql::text(one.fenced_why) : std::nullopt,
                              cql::bigint(time_of(is_fenced ? one.fenced_at : one.folded_at))});
}

cql::statement statements::read_state(std::string_view id) const { return bound(read_state_, {cql::blob(id)}); }

cql::statement statements::write_position(std::int32_t partition, std::int64_t next) const {
  return bound(write_position_, {cql::text(of_.projection), cql::integer(of_.number), cql::integer(partition),
                                 cql::bigint(next), cql::bigint(time_of(next))});
}

std::vector<cql::statement> statements::write_positions(const std::map<std::int32_t, std::int64_t>& next) const {
  std::vector<cql::statement> all;
  for (const auto& [partition, at] : next) all.push_back(write_position(partition, at));
  return all;
}

cql::statement statements::read_all_states() const {
  return plain("select aggregate, folded_at, state, fenced_at, fenced_why from " + state_table(of_));
}

cql::statement statements::read_all_rows(const fold::view& v) const {
  std::string columns = "aggregate, folded_at, " + joined(key_of(v), ", ");
  if (!v.values.empty()) columns += ", " + joined(v.values, ", ");
  return plain("select " + columns + " from " + view_table(of_, v));
}

cql::statement statements::read_positions() const {
  return bound("select part, next from " + positions_table(of_.keyspace) + " where projection = ? and generation = ?",
               {cql::text(of_.projection), cql::integer(of_.number)});
}

fold::aggregate to_aggregate(const std::vector<cql::value>& row, const fold::projection& how) {
  fold::aggregate a;
  if (row.size() == 5 && row[2]) a.state = how.load(*row[2]);
  if (!a.state) {
    a.state = how.make();
    return a;
  }
  a.folded_at = cql::to_bigint(row[1]).value_or(fold::no_offset);
  a.fenced_at = cql::to_bigint(row[3]).value_or(fold::no_offset);
  a.fenced_why = row[4].value_or("");
  return a;
}

fold::row to_row(const std::vector<cql::value>& from, const fold::projection& how, std::size_t view) {
  const fold::view& v = how.views[view];
  fold::row one;
  one.view = view;
  std::size_t at = 2;
  const auto take = [&](const std::vector<fold::column>& columns, std::vector<fold::cell>& to) {
    for (const fold::column& c : columns) {
      to.push_back(at < from.size() ? to_cell(from[at], c.type) : std::nullopt);
      ++at;
    }
  };
  take(v.partition_key, one.key);
  take(v.clustering_key, one.key);
  take(v.values, one.values);
  return one;
}

}  // namespace readmodel::tables
