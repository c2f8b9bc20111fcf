// SPDX-License-Identifier: Apache-2.0
//
// The least that building a layer from Debian packages can cost, without any code of Kiln: fetch
// each package, hash it, decompress its payload, hash that, compress it again in chunks of 1 MiB,
// hash the result and write it, on all cores. `kiln build` is measured against this.
//
// Usage: floor OUTPUT-DIRECTORY THREADS URL...
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <curl/curl.h>
#include <libdeflate.h>
#include <lzma.h>
#include <openssl/evp.h>
#include <zstd.h>

namespace {

constexpr size_t k_chunk = 1 << 20;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "floor: %s\n", what.c_str());
  std::exit(1);
}

size_t take(char* data, size_t size, size_t count, void* into) {
  static_cast<std::string*>(into)->append(data, size * count);
  return size * count;
}

std::string fetch(CURL* handle, const std::string& url) {
  std::string body;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  if (curl_easy_perform(handle) != CURLE_OK) die("cannot fetch " + url);
  return body;
}

void hash(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
}

// The member of an ar archive whose name begins with "data.tar", and its name.
std::pair<std::string_view, std::string> payload(std::string_view deb) {
  size_t at = 8;
  while (at + 60 <= deb.size()) {
    std::string name(deb.substr(at, 16));
    size_t size = std::strtoull(std::string(deb.substr(at + 48, 10)).c_str(), nullptr, 10);
    at += 60;
    if (name.starts_with("data.tar")) return {deb.substr(at, size), name};
    at += size + (size & 1);
  }
  die("no data.tar");
}

std::string decompress(std::string_view bytes, const std::string& name) {
  std::string out;
  if (name.starts_with("data.tar.zst")) {
    out.resize(ZSTD_getFrameContentSize(bytes.data(), bytes.size()));
    ZSTD_decompress(out.data(), out.size(), bytes.data(), bytes.size());
    return out;
  }
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, UINT64_MAX, 0) != LZMA_OK) die("lzma");
  stream.next_in = reinterpret_cast<const uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  std::string buffer(k_chunk, '\0');
  lzma_ret status = LZMA_OK;
  while (status == LZMA_OK) {
    stream.next_out = reinterpret_cast<uint8_t*>(buffer.data());
    stream.avail_out = buffer.size();
    status = lzma_code(&stream, LZMA_FINISH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  lzma_end(&stream);
  if (status != LZMA_STREAM_END) die("bad xz data");
  return out;
}

std::string compress(libdeflate_compressor* compressor, std::string_view tar) {
  std::string out, buffer;
  for (size_t at = 0; at < tar.size(); at += k_chunk) {
    std::string_view chunk = tar.substr(at, k_chunk);
    buffer.resize(libdeflate_gzip_compress_bound(compressor, chunk.size()));
    size_t size = libdeflate_gzip_compress(compressor, chunk.data(), chunk.size(), buffer.data(),
                                           buffer.size());
    out.append(buffer.data(), size);
  }
  return out;
}

void work(const std::vector<std::string>& urls, std::atomic<size_t>& next,
          const std::string& directory) {
  CURL* handle = curl_easy_init();
  libdeflate_compressor* compressor = libdeflate_alloc_compressor(6);
  for (size_t i = next++; i < urls.size(); i = next++) {
    std::string deb = fetch(handle, urls[i]);
    hash(deb);
    auto [data, name] = payload(deb);
    std::string tar = decompress(data, name);
    hash(tar);
    std::string layer = compress(compressor, tar);
    hash(layer);
    std::ofstream(directory + "/" + std::to_string(i)) << layer;
  }
  libdeflate_free_compressor(compressor);
  curl_easy_cleanup(handle);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) die("usage: floor OUTPUT-DIRECTORY THREADS URL...");
  std::vector<std::string> urls(arguments + 3, arguments + count);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  std::atomic<size_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < std::atoi(arguments[2]); ++i)
    threads.emplace_back(work, std::cref(urls), std::ref(next), std::string(arguments[1]));
  for (std::thread& thread : threads) thread.join();
}
