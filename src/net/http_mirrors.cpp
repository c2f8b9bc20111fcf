// SPDX-License-Identifier: Apache-2.0
#include "net/http_mirrors.hpp"

#include "net/url.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

namespace kiln {

namespace {

Result<HttpResponse> try_mirror(HttpClient& client, const HttpRequest& request,
                                MirrorTarget& target) {
  Sink* body = TRY(target.start());
  HttpResponse response = TRY(client.get(request, *body));
  TRY_CONTEXT(target.finish(response), fmt::format("fetching {}", redacted(request.url)));
  return response;
}

bool is_mirrors_fault(ErrorCode code) {
  return code != ErrorCode::io && code != ErrorCode::interrupted;
}

bool is_one_server(std::span<const std::string> urls) {
  auto server = [](const std::string& text) {
    auto url = Url::parse(text);
    return url ? url->origin() : text;
  };
  return std::ranges::all_of(
      urls, [&](const std::string& url) { return server(url) == server(urls.front()); });
}

// The numbers of the mirrors, those that were silent in this run last.
std::vector<size_t> order_to_ask(const HttpClient& client, std::span<const std::string> urls) {
  std::vector<size_t> order(urls.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_partition(order.begin(), order.end(),
                        [&](size_t mirror) { return !client.is_silent(urls[mirror]); });
  return order;
}

// One error for the failures of all mirrors, in their order.
Error combine(std::vector<Error> failures) {
  if (failures.size() == 1) return std::move(failures[0]);
  Error combined{ErrorCode::not_found, {}, {}, {}};
  for (const Error& failure : failures) {
    if (combined.code == ErrorCode::not_found && failure.code != ErrorCode::not_found) {
      combined.code = failure.code;
      combined.hint = failure.hint;
    }
    combined.message += (combined.message.empty() ? "" : "; ") + failure.str();
  }
  combined.message = fmt::format("all {} mirrors failed: {}", failures.size(), combined.message);
  return combined;
}

}  // namespace

std::expected<void, std::vector<Error>> ask_mirrors(const HttpClient& client,
                                                    std::span<const std::string> urls,
                                                    const AskMirror& ask) {
  std::vector<std::optional<Error>> failures(urls.size());
  auto may_help = [&](size_t mirror) {
    return !failures[mirror] || failures[mirror]->code == ErrorCode::network;
  };
  for (Patience patience : {Patience::little, Patience::full}) {
    if (patience == Patience::little && is_one_server(urls)) continue;
    for (size_t mirror : order_to_ask(client, urls)) {
      if (!may_help(mirror)) continue;
      auto asked = ask(mirror, patience);
      if (asked) return {};
      if (!is_mirrors_fault(asked.error().code))
        return std::unexpected(std::vector{std::move(asked.error())});
      failures[mirror] = std::move(asked.error());
    }
  }
  std::vector<Error> all;
  for (auto& failure : failures) all.push_back(std::move(*failure));
  return std::unexpected(std::move(all));
}

Result<HttpResponse> download_first(HttpClient& client, std::span<const std::string> urls,
                                    const HttpRequest& request, MirrorTarget& target) {
  if (urls.empty()) return fail(ErrorCode::bad_input, "there is no URL to fetch from");
  HttpRequest one = request;
  HttpResponse response;
  auto asked = ask_mirrors(client, urls, [&](size_t mirror, Patience patience) -> Result<> {
    one.url = urls[mirror];
    one.patience = patience;
    response = TRY(try_mirror(client, one, target));
    return {};
  });
  if (!asked) return std::unexpected(combine(std::move(asked.error())));
  return response;
}

}  // namespace kiln
