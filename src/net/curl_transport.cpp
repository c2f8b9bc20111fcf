// SPDX-License-Identifier: Apache-2.0
//
// libcurl as Transport. Each exchange borrows a line: an easy handle with a multi handle of its
// own, which keeps its connections alive between exchanges. libcurl does not allow threads to share
// connections, so lines lie in a pool, and one that last spoke with the same server is taken first.
// Driving the multi handle ourselves lets us look at the stop flag and the stall clock.
#include "base/strings.hpp"
#include "net/curl_calls.hpp"
#include "net/prepare.hpp"
#include "net/transport.hpp"

#include <algorithm>
#include <csignal>
#include <mutex>

namespace kiln {

using namespace curl_calls;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t k_idle_lines = 64;
constexpr size_t k_largest_head = 256 * 1024;
constexpr std::chrono::milliseconds k_slice{100};

// OpenSSL may write to a connection that the server closed; keeps that from ending the process.
class SigpipeBlocked {
 public:
  SigpipeBlocked() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    was_pending_ = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~SigpipeBlocked() {
    timespec now = {};
    while (!was_pending_ && sigtimedwait(&pipe_, nullptr, &now) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

 private:
  sigset_t pipe_ = {};
  sigset_t before_ = {};
  bool was_pending_ = false;
};

Result<> start_libcurl() {
  static const Result<> started = []() -> Result<> {
    TRY(curl_calls::library.load());
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) return {};
    return fail(ErrorCode::unsupported, "libcurl cannot be started");
  }();
  return started;
}

struct Line {
  CURLM* multi = curl_multi_init();
  CURL* easy = curl_easy_init();
  std::string origin;  // whom it spoke with last

  Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    SigpipeBlocked quiet;
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }
};

// What libcurl's callbacks work on during one exchange.
struct Exchange {
  ResponseReceiver& receiver;
  RequestBody* sent = nullptr;
  ResponseHead head;
  size_t head_bytes = 0;
  bool head_done = false;
  bool refused = false;
  SteadyClock::time_point last_byte;
  SteadyClock::time_point first_byte_due = SteadyClock::time_point::max();

  // One line of a response head; false ends the exchange.
  bool take_line(std::string_view line);
  // Whether no first byte came in time.
  bool is_late(SteadyClock::time_point now) const {
    return head_bytes == 0 && now > first_byte_due;
  }
};

bool Exchange::take_line(std::string_view line) {
  last_byte = SteadyClock::now();
  head_bytes += line.size();
  if (head_done) return true;  // a trailer behind a chunked body
  if (head_bytes > k_largest_head) return false;
  line = trim(line);
  if (line.starts_with("HTTP/")) {
    head = {};
    std::vector<std::string_view> words = split_words(line);
    head.status = static_cast<int>(
        std::min<uint64_t>(words.size() < 2 ? 0 : parse_decimal(words[1]).value_or(0), 999));
  } else if (!line.empty()) {
    std::string name = to_lower(trim(take_until(line, ':')));
    std::string& value = head.headers[name];
    bool joined = !value.empty() && (name == "www-authenticate" || name == "link");
    value = joined ? value + ", " + std::string(trim(line)) : std::string(trim(line));
  } else if (head.status >= 200) {
    head_done = true;
    refused = !receiver.head(std::move(head));
  }
  return !refused;
}

size_t on_header(char* bytes, size_t size, size_t count, void* exchange) {
  return static_cast<Exchange*>(exchange)->take_line({bytes, size * count}) ? size * count : 0;
}

size_t on_body(char* bytes, size_t size, size_t count, void* data) {
  auto* exchange = static_cast<Exchange*>(data);
  exchange->refused = !exchange->receiver.body({bytes, size * count});
  exchange->last_byte = SteadyClock::now();
  return exchange->refused ? 0 : size * count;
}

size_t on_sending(char* buffer, size_t size, size_t count, void* data) {
  auto* exchange = static_cast<Exchange*>(data);
  exchange->last_byte = SteadyClock::now();
  if (exchange->sent == nullptr) return 0;
  std::optional<size_t> given = exchange->sent->read(buffer, size * count);
  if (!given) exchange->refused = true;
  return given ? *given : size_t{CURL_READFUNC_ABORT};
}

// libcurl goes back to the beginning when a kept connection turns out to be closed.
int on_seek(void* data, curl_off_t offset, int origin) {
  auto* exchange = static_cast<Exchange*>(data);
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
  return exchange->sent == nullptr || exchange->sent->rewind() ? CURL_SEEKFUNC_OK
                                                               : CURL_SEEKFUNC_FAIL;
}

bool is_transient(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_SSL_CONNECT_ERROR:
      return true;
    default:
      return false;
  }
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(TransportOptions options) : options_(std::move(options)) {}

  ExchangeEnd perform(const ExchangeRequest& request, ResponseReceiver& receiver) override {
    if (Result<> ready = start_libcurl(); !ready)
      return {ExchangeEnd::Kind::permanent, ready.error().str()};
    SigpipeBlocked quiet;
    std::unique_ptr<Line> line = take_line(request.origin);
    if (line->easy == nullptr || line->multi == nullptr)
      return {ExchangeEnd::Kind::permanent, "libcurl cannot be started"};
    curl_slist* headers = nullptr;
    for (const std::string& text : request.header_lines)
      headers = curl_slist_append(headers, text.c_str());
    const auto begin = SteadyClock::now();
    Exchange exchange{
        receiver, request.body, {}, 0, false, false, begin + options_.connect_timeout};
    if (request.first_answer.count() > 0) exchange.first_byte_due = begin + request.first_answer;
    char message[CURL_ERROR_SIZE] = {};
    set_up(line->easy, request, headers, exchange, message);
    set_method(line->easy, request, exchange);
    const bool own = request.stall_timeout.count() == 0;
    ExchangeEnd end =
        drive(*line, exchange, own ? options_.stall_timeout : request.stall_timeout, message);
    curl_easy_reset(line->easy);
    curl_slist_free_all(headers);
    line->origin = request.origin;
    give_back(std::move(line));
    return end;
  }

 private:
  void set_up(CURL* easy, const ExchangeRequest& request, curl_slist* headers, Exchange& exchange,
              char* message) const {
    auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    // A line carries one exchange at a time, so that HTTP/2 has nothing to give.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTPHEADER, headers);
    set(CURLOPT_USERAGENT, options_.user_agent.c_str());
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    // The system's CAs stay trusted through libcurl's directory of CA certificates.
    if (!options_.ca_file.empty()) set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_PROXY, request.proxy.c_str());  // "" also switches the environment off
    set(CURLOPT_NOPROXY, options_.no_proxy.c_str());
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_BUFFERSIZE, 256L * 1024);
    set(CURLOPT_ERRORBUFFER, message);
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_WRITEFUNCTION, on_body);
    set(CURLOPT_WRITEDATA, &exchange);
  }

  static void set_method(CURL* easy, const ExchangeRequest& request, Exchange& exchange) {
    auto set = [easy](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
    const std::string& method = request.method;
    if (method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
      return;
    }
    if (method != "GET") set(CURLOPT_CUSTOMREQUEST, method.c_str());
    bool has_length = method == "POST" || method == "PUT" || method == "PATCH";
    if (request.body == nullptr && !has_length) return;
    uint64_t size = request.body == nullptr ? 0 : request.body->size();
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_UPLOAD_BUFFERSIZE, 512L * 1024);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    set(CURLOPT_READFUNCTION, on_sending);
    set(CURLOPT_READDATA, &exchange);
    set(CURLOPT_SEEKFUNCTION, on_seek);
    set(CURLOPT_SEEKDATA, &exchange);
  }

  ExchangeEnd drive(Line& line, const Exchange& exchange, std::chrono::milliseconds stall_timeout,
                    const char* message) const {
    using Kind = ExchangeEnd::Kind;
    ExchangeEnd end;
    int slice = static_cast<int>(std::min(k_slice, stall_timeout).count());
    int running = 1;
    curl_multi_add_handle(line.multi, line.easy);
    while (true) {
      if (options_.stop != nullptr && *options_.stop) {
        end = {Kind::stopped, {}};
        break;
      }
      if (curl_multi_perform(line.multi, &running) != CURLM_OK) {
        end = {Kind::permanent, "libcurl failed"};
        break;
      }
      if (running == 0) {
        end = read_end(line, exchange, message);
        break;
      }
      if (exchange.is_late(SteadyClock::now())) {
        end = {Kind::transient, "no answer came in time"};
        break;
      }
      if (SteadyClock::now() - exchange.last_byte > stall_timeout) {
        double seconds = std::chrono::duration<double>(stall_timeout).count();
        end = {Kind::transient, "no byte came for " + human_seconds(seconds)};
        break;
      }
      curl_multi_poll(line.multi, nullptr, 0, slice, nullptr);
    }
    curl_multi_remove_handle(line.multi, line.easy);
    return end;
  }

  ExchangeEnd read_end(Line& line, const Exchange& exchange, const char* message) const {
    using Kind = ExchangeEnd::Kind;
    int left = 0;
    const CURLMsg* report = curl_multi_info_read(line.multi, &left);
    CURLcode code = report == nullptr ? CURLE_FAILED_INIT : report->data.result;
    if (exchange.refused) return {Kind::refused_by_receiver, {}};
    if (code == CURLE_OK && exchange.head_done) return {Kind::complete, {}};
    if (code == CURLE_OK) return {Kind::transient, "the server sent no answer"};
    std::string why = message[0] != '\0' ? message : curl_easy_strerror(code);
    return {is_transient(code) ? Kind::transient : Kind::permanent, printable(why)};
  }

  std::unique_ptr<Line> take_line(const std::string& origin) {
    std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Line>();
    auto known = std::find_if(idle_.rbegin(), idle_.rend(),
                              [&](const auto& line) { return line->origin == origin; });
    size_t place = known == idle_.rend() ? 0 : static_cast<size_t>(idle_.rend() - known - 1);
    std::unique_ptr<Line> line = std::move(idle_[place]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(place));
    return line;
  }

  void give_back(std::unique_ptr<Line> line) {
    std::lock_guard lock(mutex_);
    if (idle_.size() < k_idle_lines) idle_.push_back(std::move(line));
  }

  TransportOptions options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Line>> idle_;  // the least recently used first
};

}  // namespace

std::future<void> prepare_http() {
  return std::async(std::launch::async, [] { (void)start_libcurl(); });
}

std::unique_ptr<Transport> make_curl_transport(TransportOptions options) {
  return std::make_unique<CurlTransport>(std::move(options));
}

}  // namespace kiln
