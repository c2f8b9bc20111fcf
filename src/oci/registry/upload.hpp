// SPDX-License-Identifier: Apache-2.0
//
// Sending one blob: a small one whole (POST, PUT), a large one as a stream (POST, PATCH, PUT) that
// goes on where the registry says that it stopped when the connection breaks.
#pragma once
#include "net/url.hpp"
#include "oci/registry/client.hpp"

namespace kiln::registry {

class Upload {
 public:
  Upload(RegistryClient& client, const Digest& digest, uint64_t size, const BlobOpener& open,
         const BlobProgress& progress)
      : client_(client), digest_(digest), size_(size), open_(open), progress_(progress) {}

  Result<> run();

 private:
  Result<> begin();
  Result<> send_whole();
  Result<> send_stream();
  // Sends from offset_ on; false when the connection broke and offset_ says how far it came.
  Result<bool> send_rest();
  // Asks the registry how much it has.
  Result<> find_offset();
  Result<> take_location(const HttpAnswer& answer);
  HttpUpload body_from(uint64_t offset) const;
  HttpCall call_with_body(std::string method, std::string url, uint64_t offset);
  std::string closing_url() const;
  std::unexpected<Error> refused(const HttpAnswer& answer) const;

  RegistryClient& client_;
  const Digest& digest_;
  const uint64_t size_;
  const BlobOpener& open_;
  const BlobProgress& progress_;
  Url location_;
  uint64_t offset_ = 0;
  uint64_t told_ = 0;  // what progress_ knows of
};

}  // namespace kiln::registry
