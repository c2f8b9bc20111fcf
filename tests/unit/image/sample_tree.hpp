// SPDX-License-Identifier: Apache-2.0
//
// Trees, plans and a world for the tests of packing.
#pragma once
#include "image/encoder.hpp"
#include "image/image.hpp"
#include "plan/plan.hpp"
#include "rootfs/rootfs.hpp"
#include "support/result_matchers.hpp"
#include "world/world.hpp"

#include <cstring>
#include <random>

namespace kiln::image {

class NoNetwork final : public HttpClient {
 public:
  Result<HttpResponse> get(const HttpRequest& request, Sink&) override {
    return fail(ErrorCode::network, "a test asked for " + request.url);
  }
  Result<HttpAnswer> send(const HttpCall& call) override {
    return fail(ErrorCode::network, "a test asked for " + call.url);
  }
};

// In memory where the system offers that: durable writes to a disk would be most of a test's time.
inline TemporaryDirectory fast_directory() {
  auto in_memory = TemporaryDirectory::create("/dev/shm");
  return in_memory ? std::move(*in_memory) : testing::value(TemporaryDirectory::create());
}

// A world of its own, with an empty store.
struct TestWorld {
  TemporaryDirectory directory = fast_directory();
  std::unique_ptr<Store> store = testing::value(Store::open(directory.path() / "store"));
  FixedClock clock{1'700'000'000};
  NoNetwork http;
  SilentProgress progress;
  std::atomic<bool> stop = false;
  World world{clock, *store, http, progress, 2, true, {}, stop};
};

inline model::Owner package(const std::string& name) {
  return {model::Owner::Kind::package, name};
}
inline model::Owner definition(const std::string& part) {
  return {model::Owner::Kind::definition, part};
}

// Builds a tree; parents of every path are made and belong to whoever owns what lies in them.
class TreeBuilder {
 public:
  rootfs::Node& file(const std::string& path, std::string bytes, const model::Owner& owner) {
    rootfs::Node& node = add(path, owner);
    node.content = rootfs::Content::inline_bytes(std::move(bytes));
    return node;
  }
  rootfs::Node& link(const std::string& path, model::FileType type, const std::string& target,
                     const model::Owner& owner) {
    rootfs::Node& node = add(path, owner);
    node.type = type;
    node.link = target;
    if (type == model::FileType::symlink) node.mode = 0777;
    return node;
  }
  rootfs::Node& directory(const std::string& path, const model::Owner& owner) {
    rootfs::Node& node = tree.nodes[path];
    parents(path, owner);
    node.type = model::FileType::directory;
    node.mode = 0755;
    node.mtime = 1'600'000'000;
    if (std::ranges::find(node.owners, owner) == node.owners.end()) node.owners.push_back(owner);
    return node;
  }

  rootfs::Rootfs tree;

 private:
  rootfs::Node& add(const std::string& path, const model::Owner& owner) {
    parents(path, owner);
    rootfs::Node& node = tree.nodes[path];
    node.owners = {owner};
    node.mtime = 1'650'000'000;
    return node;
  }
  void parents(const std::string& path, const model::Owner& owner) {
    size_t slash = path.rfind('/');
    if (slash != std::string::npos) directory(path.substr(0, slash), owner);
  }
};

inline plan::Plan sample_plan(const std::vector<std::string>& packages) {
  plan::Plan plan;
  plan.spec.definition_name = "image/sample/debian-13/1";
  plan.spec.name = "Sample";
  plan.spec.image = "example.com/sample";
  plan.spec.variant = "runtime";
  plan.spec.tags = {"1", "1.2-debian13", "1.2"};
  plan.spec.platform = "linux/amd64";
  plan.spec.target = {"debian", "trixie", "13"};
  plan.distribution = "debian";
  plan.codename = "trixie";
  for (const std::string& name : packages)
    plan.packages.push_back({{name, "1.0", "amd64"}, sha256(name), 100});
  plan.policies.encoder = testing::value(encoder_name_for(""));
  return plan;
}

// Bytes that compress a little, the same for the same seed.
inline std::string noise(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (size_t at = 0; at + 8 <= size; at += 8) {
    uint64_t eight = random() & 0x1f0f1f0f1f0f1f0f;
    std::memcpy(bytes.data() + at, &eight, 8);
  }
  return bytes;
}

// Two large packages, two small ones, and what a definition adds.
inline TreeBuilder sample_tree() {
  TreeBuilder builder;
  builder.tree.created = 1'700'000'000;
  builder.file("usr/lib/libbig.so.1", noise(3'000'000, 1), package("libbig"));
  builder.link("usr/lib/libbig.so", model::FileType::symlink, "libbig.so.1", package("libbig"));
  builder.file("usr/bin/tool", noise(1'500'000, 2), package("tool")).mode = 0755;
  builder.link("usr/bin/a-tool", model::FileType::hard_link, "usr/bin/tool", package("tool"));
  builder.file("usr/share/doc/small/copyright", "free\n", package("small"));
  builder.file("etc/tiny.conf", "x=1\n", package("tiny"));
  builder.file("etc/app.conf", "mine\n", definition("paths[0]"));
  builder.file("etc/empty", "", definition("paths[1]"));
  return builder;
}

inline plan::Plan sample_tree_plan() {
  return sample_plan({"libbig", "small", "tiny", "tool"});
}

}  // namespace kiln::image
