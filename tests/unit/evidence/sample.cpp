// SPDX-License-Identifier: Apache-2.0
#include "sample.hpp"

#include "evidence/dependencies.hpp"

namespace kiln::evidence {

plan::Lock sample_lock() {
  plan::LockedPlan locked;
  plan::Plan& plan = locked.plan;
  plan.spec.definition_name = "image/hello/debian-13/1";
  plan.spec.image = "registry.example/team/hello";
  plan.spec.tags = {"1"};
  plan.spec.variant = "runtime";
  plan.spec.platform = "linux/amd64";
  plan.spec.target = {"debian", "trixie", "13"};
  plan.distribution = "debian";
  plan.codename = "trixie";
  plan.packages = {{{"libhello", "1:2.10-3+deb13u1", "amd64"}, sha256("libhello.deb"), 12},
                   {{"hello", "2.10-3", "amd64"}, sha256("hello.deb"), 9}};
  plan.sources = {{"files/motd", sha256("motd"), 4, false}};
  plan.policies.encoder = "gzip-libdeflate-1.14-6-1MiB";
  locked.origins.resize(2);
  locked.origins[0] = {"hello",
                       "2.10-3",
                       "debian trixie main",
                       {"http://deb.debian.org/debian/pool/main/h/hello/libhello.deb"},
                       100,
                       {}};
  locked.origins[1] = {"hello",
                       "2.10-3",
                       "debian trixie main",
                       {"http://deb.debian.org/debian/pool/main/h/hello/hello.deb"},
                       100,
                       {}};
  locked.indexes = {{"http://deb.debian.org/debian/dists/trixie",
                     "trixie",
                     "main",
                     k_sample_time - 86400,
                     sha256("InRelease"),
                     sha256("Packages"),
                     {"4CB50190207B4758A3F73A796ED0E7B82643E131"}}};
  plan::Lock lock;
  lock.kiln_version = "0.3.0";
  lock.definition = plan.spec.definition_name;
  lock.created = k_sample_time;
  lock.plans.push_back(std::move(locked));
  return lock;
}

void Sample::add_image_document(const std::string& kind, const std::string& text) {
  record.documents.push_back({kind, sha256(text), text.size()});
  documents[sha256(text)] = text;
}

void Sample::add_platform_document(const std::string& kind, const std::string& text) {
  record.platforms[0].documents.push_back({kind, sha256(text), text.size()});
  documents[sha256(text)] = text;
}

void Sample::set_lock(const plan::Lock& lock) {
  std::string text = plan::write_lock(lock);
  record.lock = {"lock", sha256(text), text.size()};
  documents[record.lock.digest] = text;
}

Sample sample() {
  Sample sample;
  plan::Lock lock = sample_lock();
  const plan::LockedPlan& locked = lock.plans[0];
  BuildRecord& record = sample.record;
  record.mode = "local";
  record.invocation = "urn:uuid:6f1f9dd4-7b0c-4a31-9f0e-0d6a6f6f1a01";
  record.started = k_sample_time;
  record.finished = k_sample_time + 2;
  record.kiln_version = "0.3.0";
  record.kiln_digest = sha256("kiln");
  record.image = locked.plan.spec.image;
  record.tags = locked.plan.spec.tags;
  record.definition = locked.plan.spec.definition_name;
  record.definition_files = {{"image/hello/debian-13/1.yaml", sha256("definition")}};
  record.source =
      SourceLocation{"git+https://git.example/catalog", "0123456789abcdef0123456789abcdef01234567",
                     "image/hello/debian-13/1.yaml", false};
  record.parameters.platforms = {"linux/amd64"};
  record.parameters.pins = "exact";
  record.parameters.compression = "gzip";
  record.parameters.mirrors = {"http://mirror.example/debian"};
  record.parameters.keyrings = {sha256("keyring")};
  record.index = {sha256("index"), 500};
  record.platforms = {{locked.plan.platform,
                       {sha256("manifest"), 700},
                       plan::digest_of(locked.plan),
                       dependencies_of(locked),
                       {}}};
  sample.set_lock(lock);
  return sample;
}

}  // namespace kiln::evidence
