// SPDX-License-Identifier: Apache-2.0
//
// A registry that answers as none should, to those who copy or check an image: each must take the
// image as long as the answers are right, and end with a refusal where they are not.
#include "codec/gzip_encoder.hpp"
#include "oci/media_types.hpp"
#include "pushing.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

namespace kiln::signing::tests {
namespace {

using testing::ServerRequest;
using testing::ServerResponse;
using testing::ToolRun;
using testing::value;

class HostileRegistry : public ::testing::Test {
 protected:
  HostileRegistry() {
    std::string layer(1024, '\0');
    Json rootfs =
        Json::object({{"type", "layers"}, {"diff_ids", Json::array({sha256(layer).str()})}});
    std::string config = canonical(
        Json::object({{"architecture", "amd64"}, {"os", "linux"}, {"rootfs", std::move(rootfs)}}));
    layer_ = gzip_member(layer);
    oci::Manifest manifest;
    manifest.config = oci::describe(oci::k_config_type, config);
    manifest.layers = {oci::describe(oci::k_layer_gzip_type, layer_)};
    manifest_ = oci::encode(manifest);
    server_.on("/v2/", [](const ServerRequest& request) {
      return ServerResponse{.status = request.path == "/v2/" ? 200 : 404};
    });
    serve_blob(config);
    serve_evidence(oci::describe(oci::k_manifest_type, manifest_));
    behave();
  }

  void serve(const std::string& path, ServerResponse response) {
    server_.on("/v2/app/" + path, [response](const ServerRequest&) { return response; });
  }
  void serve_manifest(const std::string& selector, const std::string& bytes) {
    serve("manifests/" + selector, {.headers = {{"Content-Type", std::string(oci::k_manifest_type)},
                                                {"Docker-Content-Digest", sha256(bytes).str()}},
                                    .body = bytes});
  }
  void serve_blob(const std::string& bytes) {
    serve("blobs/" + sha256(bytes).str(),
          {.headers = {{"Content-Type", "application/octet-stream"}}, .body = bytes});
  }
  // Its signature as a bundle, by the referrers API.
  void serve_evidence(const oci::Descriptor& image) {
    SignedObjects made = value(sign_image({{.descriptor = image, .reference = "tests"}},
                                          installation_.context(), std::vector{Form::bundle}));
    for (const auto& [digest, blob] : made.content.blobs()) {
      serve_blob(blob.bytes);
      serve_manifest(digest.str(), blob.bytes);
    }
    oci::Index referrers;
    for (const SignedObject& object : made.objects)
      referrers.manifests.push_back(object.descriptor);
    serve("referrers/" + image.digest.str(),
          {.headers = {{"Content-Type", std::string(oci::k_index_type)}},
           .body = oci::encode(referrers)});
  }
  void behave() {
    serve_manifest("1", manifest_);
    serve_manifest(sha256(manifest_).str(), manifest_);
    serve_blob(layer_);
  }

  std::string host() const { return server_.url().substr(7); }
  std::string image() const { return host() + "/app:1"; }

  struct Misbehaviour {
    std::string name;
    std::function<void()> begin;
  };
  std::vector<Misbehaviour> misbehaviours() {
    std::string layer = "blobs/" + sha256(layer_).str();
    return {{"manifest of 64 MiB",
             [this] {
               std::string padded = manifest_ + std::string(64U << 20, ' ');
               serve_manifest("1", padded);
               serve_manifest(sha256(padded).str(), padded);
             }},
            {"a page for a manifest",
             [this] {
               serve("manifests/1",
                     {.headers = {{"Content-Type", "text/html"}}, .body = "<html>Log in"});
             }},
            {"redirects in a circle",
             [this, layer] { serve(layer, testing::redirect_to("/v2/app/" + layer)); }},
            {"blobs break off",
             [this, layer] {
               serve(layer, {.headers = {{"Content-Length", std::to_string(layer_.size())}},
                             .body = layer_,
                             .break_off = 5});
             }},
            {"asks for a password", [this, layer] {
               serve(layer,
                     {.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}});
             }}};
  }

  // `but` is what the client is not asked for.
  void expect_refusals(const std::string& client, const std::function<ToolRun()>& run,
                       const std::string& but = {}) {
    ToolRun good = run();
    ASSERT_EQ(good.exit_code, 0) << good.output << good.errors;
    for (const Misbehaviour& each : misbehaviours()) {
      if (each.name == but) continue;
      each.begin();
      testing::expect_refusal(client, "registry: " + each.name, run());
      behave();
    }
  }
  // With a store that has nothing of the image yet.
  ToolRun run_kiln(std::vector<std::string> words) {
    words.insert(words.begin(), KILN_PROGRAM);
    words.emplace_back("--plain-http");
    return testing::run_tool(words, {"KILN_STORE=" + fresh()});
  }
  std::string fresh() { return directory_.path() / std::to_string(++copies_); }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  Installation installation_;
  std::string layer_, manifest_;
  testing::HttpServer server_;
  size_t copies_ = 0;
};

TEST_F(HostileRegistry, IsNotTakenByCrane) {
  NEED_TOOL("crane");
  expect_refusals(
      "crane",
      [&] { return testing::run_tool({"crane", "validate", "--insecure", "--remote", image()}); },
      "manifest of 64 MiB");
}

TEST_F(HostileRegistry, IsNotTakenByOras) {
  NEED_TOOL("oras");
  expect_refusals(
      "oras",
      [&] {
        return testing::run_tool(
            {"oras", "copy", "--from-plain-http", image(), "--to-oci-layout", fresh() + ":1"});
      },
      "redirects in a circle");
}

TEST_F(HostileRegistry, IsNotTakenByRegctl) {
  NEED_TOOL("regctl");
  expect_refusals("regctl", [&] {
    return testing::run_tool({"regctl", "--host", "reg=" + host() + ",tls=disabled", "image",
                              "copy", image(), "ocidir://" + fresh() + ":1"});
  });
}

TEST_F(HostileRegistry, IsNotTakenBySkopeo) {
  NEED_TOOL("skopeo13");
  expect_refusals("skopeo", [&] {
    return testing::run_tool({"skopeo13", "--insecure-policy", "copy", "--src-tls-verify=false",
                              "docker://" + image(), "oci:" + fresh() + ":1"});
  });
}

TEST_F(HostileRegistry, IsNotTakenByKiln) {
  expect_refusals("kiln pull", [&] { return run_kiln({"pull", image(), "-o", fresh()}); });
  Path key = fresh();
  ASSERT_OK(write_file(key, installation_.key.public_key().pem()));
  expect_refusals("kiln verify", [&] { return run_kiln({"verify", image(), "--key", key}); });
}

}  // namespace
}  // namespace kiln::signing::tests
