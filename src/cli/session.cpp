// SPDX-License-Identifier: Apache-2.0
#include "cli/session.hpp"

#include "base/strings.hpp"
#include "base/threads.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln::cli {

bool wants_colour(const Environment& environment) {
  auto no_colour = environment.find("NO_COLOR");
  bool refused = no_colour != environment.end() && !no_colour->second.empty();
  return !refused && ::isatty(STDERR_FILENO) == 1;
}

Json diagnostics_json(const Diagnostics& diagnostics) {
  Json list = Json::array();
  for (const Diagnostic& d : diagnostics.list())
    list.push_back(Json::object({{"severity", str(d.severity)},
                                 {"rule", d.rule},
                                 {"file", d.where.file},
                                 {"line", d.where.line},
                                 {"column", d.where.column},
                                 {"message", d.message},
                                 {"advice", d.advice}}));
  return list;
}

Result<std::unique_ptr<Session>> Session::create(const Arguments& arguments,
                                                 Environment environment,
                                                 const std::atomic<bool>& stop) {
  std::unique_ptr<Session> session(new Session);
  session->json_ = arguments.has("--json");
  session->quiet_ = arguments.has("--quiet");
  session->stop_ = &stop;
  Diagnostics mistakes;
  session->config_ = TRY(load_config(arguments, environment, mistakes));
  session->environment_ = std::move(environment);
  session->show(mistakes);
  if (mistakes.has_errors()) return std::unexpected(mistakes.as_error());
  return session;
}

size_t Session::threads() const {
  return config_.threads == 0 ? default_threads() : config_.threads;
}

Result<World*> Session::world() {
  if (world_) return world_.get();
  StoreLocation location = TRY(store_location(environment_, config_.store));
  store_ = TRY(Store::open(location));
  progress_ = make_progress(environment_, quiet_ || json_);

  HttpOptions http;
  http.user_agent = "kiln/" KILN_VERSION;
  http.proxies = proxies_from(environment_);
  if (!config_.proxy.empty()) http.proxies.http = http.proxies.https = config_.proxy;
  if (config_.ca_file) http.ca_file = config_.ca_file->string();
  http.stop = stop_;
  http_ = make_http_client(std::move(http));

  world_.reset(new World{.clock = clock_,
                         .store = *store_,
                         .http = *http_,
                         .progress = *progress_,
                         .threads = threads(),
                         .offline = config_.offline,
                         .environment = environment_,
                         .stop = *stop_});
  return world_.get();
}

void Session::answer(const std::string& text, const Json& document) const {
  if (progress_) progress_->finish();
  const std::string out = json_ ? pretty(document) : quiet_ ? std::string() : text;
  std::fwrite(out.data(), 1, out.size(), stdout);
}

void Session::remark(const std::string& text) const {
  if (progress_) progress_->finish();
  if (!json_ && !quiet_) std::fwrite(text.data(), 1, text.size(), stderr);
}

void Session::show(Diagnostics& diagnostics) {
  if (diagnostics.size() == 0) return;
  if (progress_) progress_->finish();
  diagnostics.sort();
  if (!json_) {
    const std::string text = diagnostics.print(wants_colour(environment_));
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
  diagnostics_.merge(diagnostics);
}

Result<std::optional<UnixTime>> Session::source_date_epoch() const {
  auto found = environment_.find("SOURCE_DATE_EPOCH");
  if (found == environment_.end() || found->second.empty()) return std::nullopt;
  std::optional<uint64_t> seconds = parse_decimal(found->second);
  constexpr uint64_t k_latest = 253'402'300'799;  // the last second of the year 9999
  if (!seconds || *seconds > k_latest)
    return fail(ErrorCode::bad_input,
                fmt::format("SOURCE_DATE_EPOCH is \"{}\"", printable(found->second)),
                "it is a number of seconds since 1970");
  return static_cast<UnixTime>(*seconds);
}

}  // namespace kiln::cli
