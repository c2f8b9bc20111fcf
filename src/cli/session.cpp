// SPDX-License-Identifier: Apache-2.0
#include "cli/session.hpp"

#include "base/files.hpp"
#include "base/output_target.hpp"
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "net/offline.hpp"

#include <cerrno>
#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

// What libcurl says of a file that it cannot use names neither the file nor who named it.
Result<> check_ca_file(const Path& file) {
  constexpr uint64_t k_largest = 16U << 20;
  std::string hint =
      "--ca-file and `ca-file` of the configuration name a PEM file of certificates to trust";
  Result<std::string> text = read_file(file, k_largest);
  if (!text)
    return fail(ErrorCode::bad_input,
                fmt::format("cannot use the CA file {}: {}", file.string(), text.error().message),
                hint);
  if (text->find("CERTIFICATE-----") == std::string::npos)
    return fail(ErrorCode::bad_input,
                fmt::format("the CA file {} holds no certificate", file.string()), hint);
  return {};
}

}  // namespace

bool wants_colour(const Environment& environment) {
  auto no_colour = environment.find("NO_COLOR");
  bool refused = no_colour != environment.end() && !no_colour->second.empty();
  return !refused && ::isatty(STDERR_FILENO) == 1;
}

Result<> print_out(std::string_view text) {
  while (!text.empty()) {
    ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EPIPE) return {};
    if (written < 0) {
      // Where it goes is no place of Kiln's, which fail_errno would speak of.
      std::unexpected<Error> failed = fail_errno("cannot write to standard output", errno);
      if (!failed.error().hint.empty()) failed.error().hint = "free some space where it goes";
      return failed;
    }
    text.remove_prefix(static_cast<size_t>(written));
  }
  return {};
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
                                                 const std::atomic<bool>& stop,
                                                 Diagnostics& mistakes) {
  std::unique_ptr<Session> session(new Session);
  session->json_ = arguments.has("--json");
  session->quiet_ = arguments.has("--quiet");
  session->stop_ = &stop;
  Result<Config> config = load_config(arguments, environment, mistakes);
  session->environment_ = std::move(environment);
  session->show(mistakes);
  session->config_ = TRY(std::move(config));
  if (mistakes.has_errors()) return std::unexpected(mistakes.as_error());
  return session;
}

size_t Session::threads() const {
  return config_.threads == 0 ? default_threads() : config_.threads;
}

Result<std::unique_ptr<HttpClient>> Session::client() const {
  if (config_.offline) return make_offline_client(stop_);
  HttpOptions http;
  http.user_agent = "kiln/" KILN_VERSION;
  http.proxies = proxies_from(environment_);
  for (std::string* proxy : {&http.proxies.http, &http.proxies.https})
    if (proxy->empty()) *proxy = config_.proxy;
  if (config_.ca_file) {
    TRY(check_ca_file(*config_.ca_file));
    http.ca_file = config_.ca_file->string();
  }
  http.stop = stop_;
  return make_http_client(std::move(http));
}

Result<World*> Session::world() {
  if (world_) return world_.get();
  StoreLocation location = TRY(store_location(environment_, config_.store));
  store_ = TRY(Store::open(location));
  progress_ = make_progress(environment_, quiet_ || json_);

  http_ = TRY(client());

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

void Session::answer(const std::string& text, const Json& document) {
  give(quiet_ ? std::string() : text, document);
}

void Session::give(const std::string& text, const Json& document) {
  if (output_is_reserved_) return remark(text);
  if (progress_) progress_->finish();
  Result<> printed = print_out(json_ ? pretty(document) : text);
  if (answered_) answered_ = std::move(printed);
}

Result<> Session::reserve_output(const Path& path) {
  if (!is_standard_output(path)) return {};
  if (json_)
    return fail(
        ErrorCode::bad_input,
        path == k_standard_output
            ? std::string("standard output is where the answer of --json goes")
            : fmt::format("{} is standard output, where the answer of --json goes", path.string()),
        "name a file with -o, or leave --json out");
  output_is_reserved_ = true;
  return {};
}

void Session::begin_answer(const std::string& text) {
  if (output_is_reserved_) return remark(text);
  if (progress_) progress_->finish();
  if (json_ || quiet_) return;
  Result<> printed = print_out(text);
  if (answered_) answered_ = std::move(printed);
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
