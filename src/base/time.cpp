// SPDX-License-Identifier: Apache-2.0
#include "base/time.hpp"

#include "base/strings.hpp"

#include <array>
#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace kiln {

namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 12> k_months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> k_days = {"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};

struct Parts {
  year_month_day date;
  hh_mm_ss<seconds> time;
  weekday day;
};

Parts parts_of(UnixTime time) {
  sys_seconds point{seconds(time)};
  sys_days day = floor<days>(point);
  return {year_month_day(day), hh_mm_ss<seconds>(point - day), weekday(day)};
}

// Fixed-width decimal field [at, at + width) of text.
std::optional<int> field(std::string_view text, size_t at, size_t width) {
  if (at + width > text.size()) return std::nullopt;
  std::optional<uint64_t> value = parse_decimal(text.substr(at, width));
  return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

std::optional<UnixTime> assemble(std::optional<int> y, std::optional<int> mo, std::optional<int> d,
                                 std::optional<int> h, std::optional<int> mi,
                                 std::optional<int> s) {
  if (!y || !mo || !d || !h || !mi || !s) return std::nullopt;
  year_month_day date{year(*y), month(static_cast<unsigned>(*mo)), day(static_cast<unsigned>(*d))};
  if (!date.ok() || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
  return sys_days(date).time_since_epoch() / seconds(1) + UnixTime{*h} * 3600 + UnixTime{*mi} * 60 +
         *s;
}

// Seconds east of UTC of "+hhmm", "+hh:mm", "Z", "UTC" or "GMT".
std::optional<int64_t> offset_of(std::string_view zone) {
  if (zone == "Z" || zone == "z" || zone == "UTC" || zone == "GMT" || zone == "UT") return 0;
  if (zone.size() < 5 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  size_t minutes_at = zone[3] == ':' ? 4 : 3;
  std::optional<int> h = field(zone, 1, 2);
  std::optional<int> m = field(zone, minutes_at, 2);
  if (!h || !m || zone.size() != minutes_at + 2) return std::nullopt;
  int64_t value = *h * 3600 + *m * 60;
  return zone[0] == '-' ? -value : value;
}

}  // namespace

std::string format_rfc3339(UnixTime time) {
  Parts p = parts_of(time);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(p.date.year()),
                     static_cast<unsigned>(p.date.month()), static_cast<unsigned>(p.date.day()),
                     p.time.hours().count(), p.time.minutes().count(), p.time.seconds().count());
}

Result<UnixTime> parse_rfc3339(std::string_view text) {
  auto bad = [&] {
    return fail(ErrorCode::corrupt, fmt::format("\"{}\" is not a date and time", printable(text)),
                "write it as 2026-11-24 or 2026-11-24T22:13:03Z");
  };
  bool separators = text.size() >= 10 && text[4] == '-' && text[7] == '-';
  if (!separators) return bad();
  if (text.size() == 10) {
    auto day = assemble(field(text, 0, 4), field(text, 5, 2), field(text, 8, 2), 0, 0, 0);
    if (!day) return bad();
    return *day;
  }
  if (text.size() < 20 || text[13] != ':' || text[16] != ':') return bad();
  std::string_view zone = text.substr(19);
  if (zone.starts_with('.')) {
    size_t end = zone.find_first_not_of("0123456789", 1);
    if (end == std::string_view::npos) return bad();
    zone.remove_prefix(end);
  }
  auto local = assemble(field(text, 0, 4), field(text, 5, 2), field(text, 8, 2), field(text, 11, 2),
                        field(text, 14, 2), field(text, 17, 2));
  auto offset = offset_of(zone);
  if (!local || !offset) return bad();
  return *local - *offset;
}

Result<UnixTime> parse_rfc5322(std::string_view text) {
  auto bad = [&] {
    return fail(ErrorCode::corrupt, fmt::format("\"{}\" is not a date", printable(text)));
  };
  std::vector<std::string_view> words = split_words(text);
  if (!words.empty() && words[0].ends_with(',')) words.erase(words.begin());
  if (words.size() != 5) return bad();
  std::optional<int> month_number;
  for (size_t i = 0; i < k_months.size(); ++i)
    if (k_months[i] == words[1]) month_number = static_cast<int>(i) + 1;
  std::string_view clock = words[3];
  std::string padded;  // Debian has written hours with one digit
  if (clock.size() == 7) clock = padded = "0" + std::string(clock);
  if (clock.size() != 8 || clock[2] != ':' || clock[5] != ':') return bad();
  auto local = assemble(field(words[2], 0, words[2].size()), month_number,
                        field(words[0], 0, words[0].size()), field(clock, 0, 2), field(clock, 3, 2),
                        field(clock, 6, 2));
  auto offset = offset_of(words[4]);
  if (!local || !offset) return bad();
  return *local - *offset;
}

std::string format_http_date(UnixTime time) {
  Parts p = parts_of(time);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", k_days[p.day.c_encoding()],
                     static_cast<unsigned>(p.date.day()),
                     k_months[static_cast<unsigned>(p.date.month()) - 1],
                     static_cast<int>(p.date.year()), p.time.hours().count(),
                     p.time.minutes().count(), p.time.seconds().count());
}

UnixTime SystemClock::now() const {
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace kiln
